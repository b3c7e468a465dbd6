//! The resource server role. A decision crosses as the JSON text that [`ferroauth::host`] writes.

use crate::failure::{Failure, guard, text};
use crate::flow::put_flow;
use crate::handles;
use crate::interned::{self, Identity};
use crate::told;
use ferroauth::host::{Outcome, ResourceServer, Verifier};
use ferroauth::{Error, ErrorCode, Result};

/// A guard built from a verifier.
#[uniffi::export]
pub fn resource_server_new(verifier: u64, config: &[u8]) -> Result<u64, Failure> {
    guard(|| {
        let checks: Verifier = handles::get(verifier)?;
        let identity = handles::entry(verifier)?
            .identity
            .and_then(|verifier| Identity::of("resource server", &[verifier.bytes(), config]));
        let server =
            interned::or_build(identity.as_ref(), || ResourceServer::new(&checks, text("config", config)?))?;
        handles::put(server, identity)
    })
}

/// The decision about the values of all `Authorization` fields, a JSON list; fetches keys if it may and must.
#[uniffi::export]
pub fn resource_server_authenticate(
    server: u64,
    fields: &[u8],
    options: &[u8],
    may_fetch: bool,
) -> Result<String, Failure> {
    guard(|| {
        let server: ResourceServer = handles::get(server)?;
        let (fields, options) = (list(fields)?, text("options", options)?);
        let now = server.authenticate_now(&texts(&fields), options);
        let fetch = match &now {
            Ok(_) => server.refresh_due(&texts(&fields)),
            Err(error) => error.code() == ErrorCode::KeySetNotLoaded,
        };
        if !(may_fetch && fetch) {
            return now;
        }
        match told::run(server.authenticate(&texts(&fields), options))? {
            Outcome::Json(decision) => Ok(decision),
            _ => Err(Error::new(ErrorCode::InternalFlow)),
        }
    })
}

/// The decision as a flow that the host carries.
#[uniffi::export]
pub fn resource_server_authenticate_flow(server: u64, fields: &[u8], options: &[u8]) -> Result<u64, Failure> {
    guard(|| {
        let server: ResourceServer = handles::get(server)?;
        put_flow(server.authenticate(&texts(&list(fields)?), text("options", options)?))
    })
}

fn list(fields: &[u8]) -> Result<Vec<String>> {
    serde_json::from_slice(fields).map_err(|_| Error::with(ErrorCode::InternalArgument, "fields"))
}

fn texts(fields: &[String]) -> Vec<&str> {
    fields.iter().map(String::as_str).collect()
}
