//! Logout, registration and protected resources.

use crate::failure::{Result, thrown};
use crate::flow::Operation;
use ferroauth::host::{self, Client, Decrypter, Service};
use napi::bindgen_prelude::External;
use napi_derive::napi;

/// The same client for a provider that encrypts.
#[napi(catch_unwind)]
pub fn client_with_decrypter(client: &External<Client>, decrypter: &External<Decrypter>) -> External<Client> {
    External::new(client.with_decrypter(decrypter))
}

/// What needs no network and takes nothing but options, by its name in the core; JSON text.
#[napi(catch_unwind)]
pub fn client_answer(client: &External<Client>, name: String, options: String) -> Result<String> {
    client.answer(&name, &options).map_err(thrown)
}

/// An operation of a provider that takes nothing but options, by its name in the core.
#[napi(catch_unwind)]
pub fn service_operation(service: &External<Service>, name: String, options: String) -> External<Operation> {
    Operation::external(service.operation(&name, &options))
}

/// The parts of a registration that was kept, as JSON text.
#[napi(catch_unwind)]
pub fn registration_parts(text: String) -> Result<String> {
    host::registration(&text).map_err(thrown)
}

/// Reads the metadata of a protected resource.
#[napi(catch_unwind)]
pub fn protected_resource(resource: String, options: String) -> Result<External<Operation>> {
    host::protected_resource(&resource, &options).map(Operation::external).map_err(thrown)
}
