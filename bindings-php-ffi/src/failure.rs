//! How errors and panics cross: as the JSON report that the PHP exceptions are built from.

use ferroauth::{Error, ErrorCode};
use std::fmt;
use std::io::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;

/// A refusal. Its `Display` form is [`Error::to_json`], which is all that uniffi carries of it.
#[derive(Debug, uniffi::Error)]
#[uniffi(flat_error)]
pub enum Failure {
    /// The JSON report.
    Refused(String),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::Refused(report) = self;
        f.write_str(report)
    }
}

impl std::error::Error for Failure {}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Refused(error.to_json())
    }
}

/// Runs an export's body; a panic becomes `internal.panic`.
///
/// uniffi would catch it as well, but hand out the panic's own text, which nobody has vetted.
pub(crate) fn guard<T>(body: impl FnOnce() -> ferroauth::Result<T>) -> Result<T, Failure> {
    contain(body).map_err(Failure::from)
}

/// As [`guard`], for the exports beside the scaffolding.
pub(crate) fn contain<T>(body: impl FnOnce() -> ferroauth::Result<T>) -> ferroauth::Result<T> {
    // Every body leaves shared state whole at each point where it can panic: the tables are only borrowed
    // for single lookups and insertions.
    catch_unwind(AssertUnwindSafe(body)).unwrap_or_else(|_| Err(Error::new(ErrorCode::InternalPanic)))
}

/// Has panics reported by their place alone. The default report quotes the panic's text, which may quote a token,
/// and goes to the web server's log.
pub(crate) fn report_places_only() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        std::panic::set_hook(Box::new(|panic| {
            let place = panic.location().map(ToString::to_string).unwrap_or_default();
            // Nobody to tell if the log cannot be written.
            let _ = writeln!(std::io::stderr(), "ferroauth: internal error at {place}");
        }));
    });
}

/// An argument as text.
pub(crate) fn text<'a>(label: &'static str, bytes: &'a [u8]) -> ferroauth::Result<&'a str> {
    std::str::from_utf8(bytes)
        .map_err(|_| Error::with(ErrorCode::InternalArgument, format!("{label} is not UTF-8")))
}
