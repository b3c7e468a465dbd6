//! Logout, registration and protected resources.

use crate::failure::{Failure, guard, text};
use crate::flow::put_flow;
use crate::handles;
use ferroauth::Result;
use ferroauth::host::{self, Client, Decrypter, Operation, Service};

/// The same client for a provider that encrypts.
#[uniffi::export]
pub fn client_with_decrypter(client: u64, decrypter: u64) -> Result<u64, Failure> {
    guard(|| {
        let decrypter: Decrypter = handles::get(decrypter)?;
        handles::put(handles::get::<Client>(client)?.with_decrypter(&decrypter), None)
    })
}

/// What needs no network and takes nothing but options, by its name in the core; JSON text.
#[uniffi::export]
pub fn client_answer(client: u64, name: &[u8], options: &[u8]) -> Result<String, Failure> {
    guard(|| handles::get::<Client>(client)?.answer(text("name", name)?, text("options", options)?))
}

/// An operation of a provider that takes nothing but options, by its name in the core, as a flow.
#[uniffi::export]
pub fn service_operation(service: u64, name: &[u8], options: &[u8]) -> Result<u64, Failure> {
    guard(|| put_flow(operation(service, name, options)?))
}

/// The parts of a registration that was kept, as JSON text.
#[uniffi::export]
pub fn registration_parts(registration: &[u8]) -> Result<String, Failure> {
    guard(|| host::registration(text("registration", registration)?))
}

/// The metadata of a protected resource, as a flow.
#[uniffi::export]
pub fn protected_resource_flow(resource: &[u8], options: &[u8]) -> Result<u64, Failure> {
    guard(|| put_flow(host::protected_resource(text("resource", resource)?, text("options", options)?)?))
}

fn operation(service: u64, name: &[u8], options: &[u8]) -> Result<Operation> {
    Ok(handles::get::<Service>(service)?.operation(text("name", name)?, text("options", options)?))
}
