//! The report about a refused token: what was checked, with which key, against which clock.
//!
//! Nothing in it is secret: it names claims, algorithms and key ids, never a token, a signature or a key.

use super::ErrorCode;
use std::fmt::Write as _;

/// A redacted report about one refused token.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Explain {
    /// The check that refused the token, for example `exp`.
    pub check: &'static str,
    /// The `alg` of the header, if it was read.
    pub algorithm: Option<String>,
    /// The `kid` of the header, if it was read.
    pub key_id: Option<String>,
    /// How many keys were tried.
    pub keys_tried: u32,
    /// The ids of those keys, `-` for one without.
    pub keys: Vec<String>,
    /// The clock against which the token was checked, seconds since the epoch.
    pub now: Option<i64>,
    /// Seconds between the clock and the claim that failed; positive means the claim lies in the past.
    pub clock_delta: Option<i64>,
    /// Age of the key set in seconds, where one was used.
    pub key_set_age: Option<i64>,
    /// What the verifier would have accepted.
    pub expected: Option<String>,
}

impl Explain {
    /// Adds the report to a JSON text, as an object. Written by hand: a refusal must stay cheap, and a tree of values costs
    /// more than all the rest of it.
    pub(super) fn write(&self, code: ErrorCode, out: &mut String) {
        let _ = write!(out, "{{\"code\":\"{}\",\"check\":\"{}\"", code.code(), self.check);
        let texts = [("algorithm", &self.algorithm), ("key_id", &self.key_id), ("expected", &self.expected)];
        for (name, value) in texts {
            if let Some(value) = value {
                let _ = write!(out, ",\"{name}\":{}", quoted(value));
            }
        }
        let _ = write!(out, ",\"keys_tried\":{}", self.keys_tried);
        if !self.keys.is_empty() {
            let keys: Vec<String> = self.keys.iter().map(|key| quoted(key)).collect();
            let _ = write!(out, ",\"keys\":[{}]", keys.join(","));
        }
        let numbers =
            [("now", self.now), ("clock_delta", self.clock_delta), ("key_set_age", self.key_set_age)];
        for (name, value) in numbers {
            if let Some(value) = value {
                let _ = write!(out, ",\"{name}\":{value}");
            }
        }
        out.push('}');
    }
}

/// A text as a JSON string.
pub(super) fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_else(|_| "\"\"".to_owned())
}
