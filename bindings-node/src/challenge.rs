//! Challenges.

use crate::failure::{Result, thrown};
use ferroauth::host;
use napi_derive::napi;

/// The challenges of all `WWW-Authenticate` fields, as JSON text.
#[napi(catch_unwind)]
pub fn parse_challenges(fields: Vec<String>) -> Result<String> {
    host::parse_challenges(&fields.iter().map(String::as_str).collect::<Vec<_>>()).map_err(thrown)
}
