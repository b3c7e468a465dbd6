//! The core's pure functions: one native function for all; the classes are in JavaScript.

use crate::failure::{Result, thrown};
use napi_derive::napi;

/// Calls a pure function by name; options and answer are JSON text.
#[napi(catch_unwind)]
pub fn pure(name: String, options: String) -> Result<String> {
    ferroauth::host::pure(&name, &options).map_err(thrown)
}
