//! What belongs to no object: PKCE, pure functions, the error table, and closing handles.

use crate::failure::{Failure, guard, text};
use crate::handles;
use ferroauth::host::{self, pkce};
use ferroauth::{Error, ErrorCode, Result};
use serde_json::json;

/// A fresh code verifier with its challenge, as JSON.
#[uniffi::export]
pub fn pkce_generate() -> Result<String, Failure> {
    guard(|| {
        let (verifier, challenge) = pkce::generate()?;
        Ok(json!({ "verifier": verifier, "challenge": challenge }).to_string())
    })
}

/// The S256 challenge of a code verifier.
#[uniffi::export]
pub fn pkce_challenge(verifier: &[u8]) -> Result<String, Failure> {
    guard(|| pkce::challenge(text("verifier", verifier)?))
}

/// Whether a code verifier belongs to a challenge.
#[uniffi::export]
pub fn pkce_verify(verifier: &[u8], challenge: &[u8]) -> Result<bool, Failure> {
    guard(|| pkce::verify(text("verifier", verifier)?, text("challenge", challenge)?))
}

/// Calls a pure function by name; options and answer are JSON.
#[uniffi::export]
pub fn pure(name: &[u8], options: &[u8]) -> Result<String, Failure> {
    guard(|| host::pure(text("name", name)?, text("options", options)?))
}

/// Runs the command line tool with its arguments, a JSON list; returns `{"status", "output", "complaint"}`.
#[uniffi::export]
pub fn command(arguments: &[u8]) -> Result<String, Failure> {
    guard(|| {
        let refused = |_| Error::with(ErrorCode::InternalArgument, "the arguments are no list of texts");
        let arguments: Vec<String> = serde_json::from_slice(arguments).map_err(refused)?;
        let finished = ferroauth::command::run(&arguments);
        Ok(json!({
            "status": finished.status,
            "output": finished.output,
            "complaint": finished.complaint,
        })
        .to_string())
    })
}

/// The error table, as JSON.
#[uniffi::export]
pub fn error_table() -> Result<String, Failure> {
    guard(|| Ok(host::error_table()))
}

/// Closes a handle; one that is closed already is left alone.
#[uniffi::export]
pub fn handle_free(handle: u64) -> Result<(), Failure> {
    guard(|| {
        handles::free(handle);
        Ok(())
    })
}

/// How many handles are open.
#[uniffi::export]
pub fn handle_count() -> Result<u64, Failure> {
    guard(|| Ok(handles::count()))
}

/// Panics, so that the tests can see the panic contained.
#[uniffi::export]
#[allow(clippy::panic, reason = "this is what it is for")]
pub fn panic_for_tests() -> Result<(), Failure> {
    guard(|| panic!("asked for by a test"))
}
