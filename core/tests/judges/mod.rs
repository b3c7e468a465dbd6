//! The outside judges' files: read from beside the repository, never copied into it.

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
