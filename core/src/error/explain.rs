//! The report about a refused token: what was checked, with which key, against which clock.
//!
//! Nothing in it is secret: it names claims, algorithms and key ids, never a token, a signature or a key.

use super::ErrorCode;
use serde_json::{Map, Value, json};

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
    pub(super) fn to_value(&self, code: ErrorCode) -> Value {
        let mut out = Map::new();
        out.insert("code".into(), code.code().into());
        out.insert("check".into(), self.check.into());
        let mut put = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                out.insert(name.into(), value);
            }
        };
        put("algorithm", self.algorithm.as_deref().map(Value::from));
        put("key_id", self.key_id.as_deref().map(Value::from));
        put("keys_tried", Some(json!(self.keys_tried)));
        put("keys", (!self.keys.is_empty()).then(|| json!(self.keys)));
        put("now", self.now.map(Value::from));
        put("clock_delta", self.clock_delta.map(Value::from));
        put("key_set_age", self.key_set_age.map(Value::from));
        put("expected", self.expected.as_deref().map(Value::from));
        Value::Object(out)
    }
}
