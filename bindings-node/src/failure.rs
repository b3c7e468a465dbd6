//! Errors on their way to JavaScript.

use ferroauth::{Error, ErrorCode};
use napi::sys;

/// What marks a report; see `translated` in `lib/errors.js`.
const MARK: &str = "ferroauth:";

/// The result of an export.
pub(crate) type Result<T> = napi::Result<T>;

/// As a JavaScript exception whose message is the report.
#[allow(clippy::needless_pass_by_value)]
pub(crate) fn thrown(error: Error) -> napi::Error {
    napi::Error::from_reason(format!("{MARK}{}", error.to_json()))
}

/// An error of the JavaScript layer. An unknown code is a defect there.
pub(crate) fn described(code: &str, detail: String, outside: Option<&str>) -> Error {
    let found = ErrorCode::ALL.iter().copied().find(|row| row.code() == code);
    let code = found.unwrap_or(ErrorCode::InternalArgument);
    match outside {
        Some(value) => Error::quoted(code, &detail, value),
        None if detail.is_empty() => Error::new(code),
        None => Error::with(code, detail),
    }
}

/// Whether a call of Node-API did what it was asked for.
pub(crate) fn ok(status: sys::napi_status) -> Result<()> {
    if status == sys::Status::napi_ok { Ok(()) } else { Err(napi::Error::from_status(status.into())) }
}
