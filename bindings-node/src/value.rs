//! What an operation yields, as JavaScript receives it.

use crate::failure::ok;
use ferroauth::host::{Outcome, PendingAuthorization, Service, TokenSet};
use napi::bindgen_prelude::{External, ToNapiValue, TypeName, Undefined, ValueType};
use napi::sys;
use std::ptr;

/// JSON text, an object of ours, or nothing.
pub(crate) enum Value {
    Text(String),
    Service(Service),
    Pending(PendingAuthorization),
    Nothing,
}

impl From<Outcome> for Value {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Json(text) => Self::Text(text),
            Outcome::Tokens(tokens) => Self::Text(token_text(&tokens)),
            Outcome::Service(service) => Self::Service(service),
            Outcome::Pending(pending) => Self::Pending(pending),
            Outcome::Verified(verified) => Self::Text(verified.claims_json),
            Outcome::Unit => Self::Nothing,
        }
    }
}

/// A token set as `TokenSet` in `lib/tokens.js` reads it: the access token, whose characters are printable, a line break, and all
/// members as JSON, which only has to be parsed where more than the access token is wanted.
fn token_text(tokens: &TokenSet) -> String {
    format!("{}\n{}", tokens.access_token().expose(), tokens.to_json())
}

impl TypeName for Value {
    fn type_name() -> &'static str {
        "Value"
    }

    fn value_type() -> ValueType {
        ValueType::Unknown
    }
}

impl ToNapiValue for Value {
    /// Safety: `env` is that of the running call; napi's own conversions make the values.
    unsafe fn to_napi_value(env: sys::napi_env, value: Self) -> napi::Result<sys::napi_value> {
        // SAFETY: the caller's promise about `env` is passed on.
        unsafe {
            match value {
                Self::Text(text) => string(env, &text),
                Self::Service(service) => External::to_napi_value(env, External::new(service)),
                Self::Pending(pending) => External::to_napi_value(env, External::new(pending)),
                Self::Nothing => Undefined::to_napi_value(env, ()),
            }
        }
    }
}

/// A JavaScript string. Node copies ASCII, as nearly all of ours are, without decoding it.
///
/// Safety: `env` is that of the running call.
pub(crate) unsafe fn string(env: sys::napi_env, text: &str) -> napi::Result<sys::napi_value> {
    let mut value = ptr::null_mut();
    let (start, length) = (text.as_ptr().cast(), text.len().cast_signed());
    // SAFETY: the text is valid for its length, and what is ASCII is Latin-1 too.
    ok(unsafe {
        if text.is_ascii() {
            sys::napi_create_string_latin1(env, start, length, &raw mut value)
        } else {
            sys::napi_create_string_utf8(env, start, length, &raw mut value)
        }
    })
    .map(|()| value)
}
