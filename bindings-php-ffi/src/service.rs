//! Providers.

use crate::failure::{Failure, guard, text};
use crate::flow::put_flow;
use crate::handles::{self, Kind as _};
use crate::interned::{self, Identity};
use crate::told;
use ferroauth::host::{Outcome, Service};
use ferroauth::{Error, ErrorCode, Result};
use std::time::Duration;

/// How long a discovered provider serves further requests before its metadata is fetched again.
const DISCOVERY_AGE: Duration = Duration::from_secs(600);

/// A provider from its metadata document, a CiviCRM provider file, or a record of Frappe.
#[uniffi::export]
pub fn service_from_json(json: &[u8], options: &[u8]) -> Result<u64, Failure> {
    guard(|| {
        let identity = Identity::of("service", &[json, options]);
        let service = interned::or_build(identity.as_ref(), || {
            Service::from_json_with(text("json", json)?, text("options", options)?)
        })?;
        handles::put(service, identity)
    })
}

/// The known products, as JSON.
#[uniffi::export]
pub fn service_presets() -> Result<String, Failure> {
    guard(|| Ok(Service::presets()))
}

/// What a service can be asked without any traffic; the answer is JSON.
#[uniffi::export]
pub fn service_ask(service: u64, question: &[u8], options: &[u8]) -> Result<String, Failure> {
    guard(|| handles::get::<Service>(service)?.ask(text("question", question)?, text("options", options)?))
}

/// A known product, by name.
#[uniffi::export]
pub fn service_preset(name: &[u8], options: &[u8]) -> Result<u64, Failure> {
    guard(|| {
        let identity = Identity::of("preset", &[name, options]);
        let service = interned::or_build(identity.as_ref(), || {
            Service::preset(text("name", name)?, text("options", options)?)
        })?;
        handles::put(service, identity)
    })
}

/// A provider from its issuer. Carries the traffic itself; the result serves later requests for ten minutes.
#[uniffi::export]
pub fn service_discover(issuer: &[u8], options: &[u8]) -> Result<u64, Failure> {
    guard(|| {
        let identity = Identity::of("discovered", &[issuer, options]);
        let known = identity
            .as_ref()
            .and_then(interned::find)
            .and_then(|(object, age)| Service::of(&object).cloned().map(|service| (service, age)));
        if let Some((service, age)) = &known
            && *age < DISCOVERY_AGE
        {
            return handles::put(service.clone(), identity);
        }
        let flow = Service::discover(text("issuer", issuer)?, text("options", options)?)?;
        let Outcome::Service(found) = told::run(flow)? else {
            return Err(Error::new(ErrorCode::InternalFlow));
        };
        // The same metadata again: the provider that is known has the key set.
        let service = match known {
            Some((service, _)) if service.to_json() == found.to_json() => service,
            _ => found,
        };
        if let Some(identity) = &identity {
            interned::keep(identity.clone(), service.clone().into_object());
        }
        handles::put(service, identity)
    })
}

/// The same as a flow that the host carries.
#[uniffi::export]
pub fn service_discover_flow(issuer: &[u8], options: &[u8]) -> Result<u64, Failure> {
    guard(|| put_flow(Service::discover(text("issuer", issuer)?, text("options", options)?)?))
}

/// The metadata, as JSON.
#[uniffi::export]
pub fn service_to_json(service: u64) -> Result<String, Failure> {
    guard(|| handles::get::<Service>(service).map(|service| service.to_json()))
}

/// The issuer identifier; empty if there is none.
#[uniffi::export]
pub fn service_issuer(service: u64) -> Result<String, Failure> {
    guard(|| handles::get::<Service>(service).map(|service| service.issuer().unwrap_or_default()))
}
