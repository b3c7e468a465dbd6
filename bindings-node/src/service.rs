//! Providers.

use crate::failure::{Result, thrown};
use crate::flow::Operation;
use ferroauth::host::Service;
use napi::bindgen_prelude::External;
use napi_derive::napi;

/// From a metadata document, a provider file or a record.
#[napi(catch_unwind)]
pub fn service_from_json(text: String, options: String) -> Result<External<Service>> {
    Service::from_json_with(&text, &options).map(External::new).map_err(thrown)
}

/// A known product.
#[napi(catch_unwind)]
pub fn service_preset(name: String, options: String) -> Result<External<Service>> {
    Service::preset(&name, &options).map(External::new).map_err(thrown)
}

/// The known products, as JSON.
#[napi(catch_unwind)]
pub fn service_presets() -> String {
    Service::presets()
}

/// What a service can be asked without any traffic; the answer is JSON.
#[napi(catch_unwind)]
pub fn service_ask(service: &External<Service>, question: String, options: String) -> Result<String> {
    service.ask(&question, &options).map_err(thrown)
}

/// Reads the provider's metadata.
#[napi(catch_unwind)]
pub fn service_discover(issuer: String, options: String) -> Result<External<Operation>> {
    Service::discover(&issuer, &options).map(Operation::external).map_err(thrown)
}

/// The metadata as JSON text.
#[napi(catch_unwind)]
pub fn service_json(service: &External<Service>) -> String {
    service.to_json()
}

/// The issuer, if the provider has one.
#[napi(catch_unwind)]
pub fn service_issuer(service: &External<Service>) -> Option<String> {
    service.issuer()
}
