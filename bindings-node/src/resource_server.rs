//! The resource server role.

use crate::failure::{Result, thrown};
use crate::flow::Operation;
use ferroauth::host::{ResourceServer, Verifier};
use napi::bindgen_prelude::External;
use napi_derive::napi;

/// A guard built from a verifier.
#[napi(catch_unwind)]
pub fn resource_server(verifier: &External<Verifier>, config: String) -> Result<External<ResourceServer>> {
    ResourceServer::new(verifier, &config).map(External::new).map_err(thrown)
}

/// The decision with the keys at hand, as JSON text. `fields` are the values of all `Authorization` fields.
#[napi(catch_unwind)]
pub fn resource_server_authenticate_now(
    server: &External<ResourceServer>,
    fields: Vec<String>,
    options: String,
) -> Result<String> {
    server.authenticate_now(&texts(&fields), &options).map_err(thrown)
}

/// The decision that may fetch keys.
#[napi(catch_unwind)]
pub fn resource_server_authenticate(
    server: &External<ResourceServer>,
    fields: Vec<String>,
    options: String,
) -> External<Operation> {
    Operation::external(server.authenticate(&texts(&fields), &options))
}

/// Whether the cached keys of the token's issuer are about to expire.
#[napi(catch_unwind)]
pub fn resource_server_refresh_due(server: &External<ResourceServer>, fields: Vec<String>) -> bool {
    server.refresh_due(&texts(&fields))
}

fn texts(fields: &[String]) -> Vec<&str> {
    fields.iter().map(String::as_str).collect()
}
