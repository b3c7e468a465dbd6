//! Challenges.

use crate::failure::{Failure, guard};
use ferroauth::host;
use ferroauth::{Error, ErrorCode};

/// The challenges of all `WWW-Authenticate` fields, a JSON list of texts, as JSON.
#[uniffi::export]
pub fn parse_challenges(fields: &[u8]) -> Result<String, Failure> {
    guard(|| {
        let refused = |_| Error::with(ErrorCode::InternalArgument, "the header is no list of texts");
        let fields: Vec<String> = serde_json::from_slice(fields).map_err(refused)?;
        host::parse_challenges(&fields.iter().map(String::as_str).collect::<Vec<_>>())
    })
}
