//! Errors: one closed table, one error type, no secret in any text.
//!
//! Every failure of the library is an [`Error`] whose [`ErrorCode`] is a row of the table in
//! `table.rs`. Its text is the row's sentence plus a short detail that the library wrote itself;
//! values that came from outside appear only after [`Error::quoted`] has shortened and escaped them.

mod explain;
mod table;

pub use explain::Explain;
use explain::quoted;
pub use table::{Category, ErrorCode};

use std::borrow::Cow;
use std::fmt::{self, Write as _};

/// The result of every fallible operation.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A failure: a row of the error table with a detail, and for refused tokens a report.
#[derive(Clone)]
pub struct Error(Box<Inner>);

#[derive(Clone)]
struct Inner {
    code: ErrorCode,
    detail: Option<Cow<'static, str>>,
    provider: Option<ProviderReply>,
    retry_after: Option<u32>,
    explain: Option<Explain>,
}

/// What a provider said in an OAuth error reply, shortened and stripped of control characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderReply {
    /// The `error` member, at most 64 characters.
    pub error: String,
    /// The `error_description` member, at most 512 bytes. Escape it before showing it in HTML.
    pub description: Option<String>,
}

impl Error {
    /// An error with nothing but its code.
    #[must_use]
    pub fn new(code: ErrorCode) -> Self {
        Self(Box::new(Inner { code, detail: None, provider: None, retry_after: None, explain: None }))
    }

    /// An error with a detail. The detail must not contain a secret or text from outside.
    #[must_use]
    pub fn with(code: ErrorCode, detail: impl Into<Cow<'static, str>>) -> Self {
        let mut error = Self::new(code);
        error.0.detail = Some(detail.into());
        error
    }

    /// An error that names a value from outside: shortened to 64 characters, control characters escaped.
    #[must_use]
    pub fn quoted(code: ErrorCode, label: &str, value: &str) -> Self {
        let mut shown: String = value.chars().take(64).flat_map(char::escape_debug).collect();
        if value.chars().nth(64).is_some() {
            shown.push_str("...");
        }
        Self::with(code, format!("{label}: \"{shown}\""))
    }

    /// The same error under the row that a provider's answer is known to mean.
    #[must_use]
    pub(crate) fn stands_for(mut self, code: ErrorCode) -> Self {
        self.0.code = code;
        self
    }

    /// Adds what the provider said.
    #[must_use]
    pub fn provider_reply(mut self, error: &str, description: Option<&str>) -> Self {
        self.0.provider = Some(ProviderReply {
            error: clean(error, 64),
            description: description.map(|text| clean(text, 512)),
        });
        self
    }

    /// Adds the number of seconds after which a retry makes sense (`Retry-After`).
    #[must_use]
    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.0.retry_after = Some(seconds);
        self
    }

    /// The number of seconds after which a retry makes sense, if the other side said so.
    #[must_use]
    pub fn retry_after_seconds(&self) -> Option<u32> {
        self.0.retry_after
    }

    /// Adds the report about a refused token.
    #[must_use]
    pub fn explained(mut self, explain: Explain) -> Self {
        self.0.explain = Some(explain);
        self
    }

    /// Changes the report about a refused token, or begins one.
    #[must_use]
    pub(crate) fn also_explained(mut self, change: impl FnOnce(&mut Explain)) -> Self {
        change(self.0.explain.get_or_insert_default());
        self
    }

    /// The row of the error table.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        self.0.code
    }

    /// What the provider said, if it answered with an OAuth error.
    #[must_use]
    pub fn provider(&self) -> Option<&ProviderReply> {
        self.0.provider.as_ref()
    }

    /// The report about a refused token, if there is one.
    #[must_use]
    pub fn explain(&self) -> Option<&Explain> {
        self.0.explain.as_ref()
    }

    /// Everything about the error as JSON: what a binding builds its exception from.
    ///
    /// Members: `number`, `code`, `class`, `category`, `status`, `retryable`, `message`, and where
    /// they apply `oauth_error`, `oauth_error_description`, `retry_after` (seconds), `explain`.
    #[must_use]
    pub fn to_json(&self) -> String {
        let code = self.0.code;
        let mut out = String::with_capacity(384);
        let _ = write!(
            out,
            "{{\"number\":{},\"code\":\"{}\",\"class\":\"{}\",\"category\":\"{}\",\"status\":{},\"retryable\":{},\"message\":{}",
            code.number(),
            code.code(),
            code.class(),
            code.category().name(),
            code.status(),
            code.retryable(),
            quoted(&self.to_string()),
        );
        if let Some(reply) = &self.0.provider {
            let description = reply.description.as_deref().map_or_else(|| "null".to_owned(), quoted);
            let error = quoted(&reply.error);
            let _ = write!(out, ",\"oauth_error\":{error},\"oauth_error_description\":{description}");
        }
        if let Some(seconds) = self.0.retry_after {
            let _ = write!(out, ",\"retry_after\":{seconds}");
        }
        if let Some(explain) = &self.0.explain {
            out.push_str(",\"explain\":");
            explain.write(code, &mut out);
        }
        out.push('}');
        out
    }
}

impl From<ErrorCode> for Error {
    fn from(code: ErrorCode) -> Self {
        Self::new(code)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.code.sentence())?;
        if let Some(detail) = &self.0.detail {
            write!(f, " ({detail})")?;
        }
        if let Some(reply) = &self.0.provider {
            write!(f, " [{}", reply.error)?;
            if let Some(description) = &reply.description {
                write!(f, ": {description}")?;
            }
            f.write_str("]")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Error({}: {self})", self.0.code.code())
    }
}

impl std::error::Error for Error {}

/// Cuts at `limit` bytes on a character boundary and replaces control characters by spaces.
fn clean(text: &str, limit: usize) -> String {
    let mut out = String::with_capacity(text.len().min(limit));
    for c in text.chars() {
        if out.len() + c.len_utf8() > limit {
            break;
        }
        out.push(if c.is_control() { ' ' } else { c });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn numbers_and_codes_are_unique() {
        let numbers: HashSet<u16> = ErrorCode::ALL.iter().map(|c| c.number()).collect();
        let codes: HashSet<&str> = ErrorCode::ALL.iter().map(|c| c.code()).collect();
        assert_eq!(numbers.len(), ErrorCode::ALL.len());
        assert_eq!(codes.len(), ErrorCode::ALL.len());
    }

    #[test]
    fn the_json_of_an_error_is_json_whatever_the_texts_are() {
        let odd = "a\"b\\c\u{1}\n\u{2028}é";
        let explain = Explain {
            check: "exp",
            algorithm: Some(odd.into()),
            key_id: Some(odd.into()),
            keys_tried: 2,
            keys: vec![odd.into(), "-".into()],
            now: Some(i64::MIN),
            clock_delta: Some(-1),
            key_set_age: Some(i64::MAX),
            expected: Some(odd.into()),
        };
        let error = Error::with(ErrorCode::TokenExpired, odd.to_owned())
            .provider_reply(odd, Some(odd))
            .retry_after(7)
            .explained(explain);
        let value: serde_json::Value = serde_json::from_str(&error.to_json()).unwrap();
        assert_eq!(value["code"], "token.expired");
        assert_eq!(value["number"], 314);
        assert_eq!(value["retryable"], false);
        assert_eq!(value["message"], error.to_string());
        assert_eq!(value["retry_after"], 7);
        assert!(value["oauth_error_description"].is_string());
        let report = &value["explain"];
        assert_eq!((&report["algorithm"], &report["keys"][1]), (&odd.into(), &"-".into()));
        assert_eq!((&report["now"], &report["key_set_age"]), (&i64::MIN.into(), &i64::MAX.into()));
        let bare: serde_json::Value =
            serde_json::from_str(&Error::new(ErrorCode::TokenJson).to_json()).unwrap();
        assert!(bare.get("explain").is_none() && bare.get("oauth_error").is_none());
        let silent = Error::new(ErrorCode::OauthOther).provider_reply("x", None);
        let silent: serde_json::Value = serde_json::from_str(&silent.to_json()).unwrap();
        assert!(silent["oauth_error_description"].is_null());
    }

    #[test]
    fn text_from_outside_is_shortened_and_escaped() {
        let long = "a\r\n".repeat(100);
        let text = Error::quoted(ErrorCode::ConfigInvalid, "client_id", &long).to_string();
        assert!(!text.contains('\r') && !text.contains('\n'));
        assert!(text.len() < 300);
    }
}
