//! The outside judges' files: read from beside the repository, never copied into it.

#![allow(dead_code)] // each judge uses its part

use serde_json::Value;
use std::io::Write as _;
use std::path::PathBuf;

/// A file of the outside vectors, or `None` after a loud message when they are not there.
///
/// # Panics
/// In continuous integration (`CI` is set) their absence is a failure.
pub(crate) fn read(path: &str) -> Option<Value> {
    let folder = std::env::var_os("FERROAUTH_VECTORS").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/vectors"),
        PathBuf::from,
    );
    let file = folder.join(path);
    match std::fs::read(&file) {
        Ok(bytes) => Some(serde_json::from_slice(&bytes).expect("the vectors are JSON")),
        Err(error) => {
            // Written past the test runner, which swallows what a passing test prints.
            let shown = file.display();
            writeln!(
                std::io::stderr(),
                "\n*** SKIPPED: {shown} cannot be read ({error}); set FERROAUTH_VECTORS ***\n"
            )
            .expect("stderr can be written");
            assert!(std::env::var_os("CI").is_none(), "outside vectors are missing: {}", file.display());
            None
        }
    }
}

/// The documented exceptions of a file of the outside vectors: case to reason.
pub(crate) fn exceptions(path: &str) -> serde_json::Map<String, Value> {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors/outside.json");
    let text = std::fs::read(file).expect("outside.json is there");
    let all: Value = serde_json::from_slice(&text).expect("outside.json is JSON");
    all.get(path).and_then(Value::as_object).cloned().unwrap_or_default()
}
