//! What every binding wraps: the roles with JSON text at the boundary.
//!
//! A binding converts arguments, calls one function here, and turns the outcome or the error into its
//! host's own types. It decides nothing. All objects are cheap to clone and may be used from any
//! thread; an [`Operation`] belongs to one caller at a time.

mod challenge;
mod client;
mod dpop;
mod encryption;
mod grants;
mod jws;
mod keys;
mod operations;
pub mod pkce;
mod pure;
mod replies;
mod resource_server;
mod verifier;

pub use crate::client::{Callback, Keyring, PendingAuthorization, TokenSet};
pub use crate::jose::{ClaimPlace, Decrypted, EncryptionKey, Key, KeySet, Verified, VerifiedJws};
pub use challenge::parse_challenges;
pub use client::{Client, ClientKeys, Service};
pub use dpop::DpopVerifier;
pub use encryption::{Decrypter, Encrypter};
pub use jws::{JwsVerifier, signatures_json};
pub use keys::Signer;
pub use pure::pure;
pub use replies::{protected_resource, registration};
pub use resource_server::ResourceServer;
pub use verifier::{Verifier, VerifierKeys};

use crate::error::{Error, ErrorCode, Result};
use crate::event::Event;
use crate::flow::Flow;
use serde::de::DeserializeOwned;

/// The result of an operation.
#[derive(Clone)]
pub enum Outcome {
    /// JSON text: an introspection reply, userinfo claims.
    Json(String),
    /// The tokens of a grant, for hosts that take the members one by one; [`TokenSet::to_json`] for the others.
    Tokens(Box<TokenSet>),
    /// A discovered provider.
    Service(Service),
    /// An authorization that was pushed.
    Pending(PendingAuthorization),
    /// A verified token.
    Verified(Verified),
    /// Nothing: a revocation that succeeded.
    Unit,
}

impl std::fmt::Debug for Outcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Tokens(_) => "Tokens(***)",
            Self::Json(_) => "Json(***)",
            Self::Service(_) => "Service",
            Self::Pending(_) => "Pending(***)",
            Self::Verified(_) => "Verified(***)",
            Self::Unit => "Unit",
        })
    }
}

/// An operation in progress, for a driver of ours or the host's own.
pub type Operation = Flow<Outcome>;

/// An operation whose outcome is one value, as JSON: what a driver yields that knows no roles.
#[must_use]
pub fn single<T: Into<serde_json::Value> + Send + 'static>(flow: Flow<T>) -> Operation {
    flow.map(|value| Ok(Outcome::Json(value.into().to_string())))
}

/// Events as a JSON list; see [`Event::to_json`].
#[must_use]
pub fn events_json<'a>(events: impl IntoIterator<Item = &'a Event>) -> String {
    serde_json::Value::Array(events.into_iter().map(Event::to_json).collect()).to_string()
}

/// Decodes a token without verifying anything. The result proves nothing.
///
/// # Errors
/// `token.*` for what is not a well-formed signed JWT.
pub fn decode_unverified(token: &str) -> Result<Verified> {
    crate::jose::decode_unverified(token)
}

/// The error table as JSON: a list of `{number, code, category, class, status, retryable, sentence}`.
#[must_use]
pub fn error_table() -> String {
    let rows: Vec<serde_json::Value> = ErrorCode::ALL
        .iter()
        .map(|row| {
            serde_json::json!({
                "number": row.number(),
                "code": row.code(),
                "category": row.category().name(),
                "class": row.class(),
                "status": row.status(),
                "retryable": row.retryable(),
                "sentence": row.sentence(),
            })
        })
        .collect();
    serde_json::Value::Array(rows).to_string()
}

/// The version that all host packages share.
#[must_use]
pub const fn version() -> &'static str {
    env!("CARGO_PKG_VERSION")
}

/// Parses an options object; absent text stands for no options. Values never appear in the error.
fn options<T: DeserializeOwned + Default>(what: &'static str, text: &str) -> Result<T> {
    if text.is_empty() {
        return Ok(T::default());
    }
    serde_json::from_str(text).map_err(|error| {
        let kind = if error.is_data() { "unknown member or wrong type" } else { "not JSON" };
        Error::with(ErrorCode::ConfigInvalid, format!("{what}: {kind}, column {}", error.column()))
    })
}
