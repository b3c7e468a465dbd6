//! Challenges at the boundary.

use crate::challenge::Challenge;
use crate::error::Result;
use serde_json::Value;

/// Reads the values of all `WWW-Authenticate` fields of a response: a JSON list of `{"scheme", "token68", "parameters",
/// "authorization_options"}`.
///
/// # Errors
/// As [`Challenge::parse`].
pub fn parse_challenges(fields: &[&str]) -> Result<String> {
    let challenges = Challenge::parse(fields.iter().copied())?;
    Ok(Value::Array(challenges.iter().map(Challenge::to_json).collect()).to_string())
}
