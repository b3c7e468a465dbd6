//! Challenges: what a `WWW-Authenticate` field asks for (RFC 9110 section 11.6.1), read strictly.
//!
//! One field may hold several challenges, and a comma separates both challenges and parameters, so a search for
//! `error="..."` finds it in another scheme's text or inside a quoted one. What is not of the grammar is refused as a
//! whole (threat F17). From a challenge of RFC 9470 or RFC 6750 come the options of the authorization request that
//! would satisfy it.

use crate::error::{Error, ErrorCode, Result};
use crate::types::ScopeSet;
use serde_json::{Map, Value, json};

/// Bytes of all fields together.
const MAX_FIELDS: usize = 16 * 1024;
/// Challenges in all fields together, and parameters of one challenge.
const MAX_ITEMS: usize = 32;

/// One challenge.
///
/// ```
/// use ferroauth::Challenge;
/// let field = r#"Bearer error="insufficient_user_authentication", acr_values="mfa", max_age=5"#;
/// let challenges = Challenge::parse([field])?;
/// let options = challenges[0].authorization_options()?;
/// assert_eq!((&options["acr_values"][0], &options["max_age"]), (&"mfa".into(), &5.into()));
/// # Ok::<(), ferroauth::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge {
    scheme: String,
    token68: Option<String>,
    /// Names in lower case.
    parameters: Vec<(String, String)>,
}

impl Challenge {
    /// Reads the values of all `WWW-Authenticate` fields of a response, in order.
    ///
    /// # Errors
    /// `oauth.challenge` for what is not of the grammar, has a parameter twice, or is larger than 16 KiB, 32
    /// challenges or 32 parameters; and for a `max_age` or a `scope` that is none.
    pub fn parse<'a>(fields: impl IntoIterator<Item = &'a str>) -> Result<Vec<Self>> {
        let (mut found, mut size) = (Vec::new(), 0_usize);
        for field in fields {
            size = size.saturating_add(field.len());
            if size > MAX_FIELDS {
                return Err(refuse("larger than 16 KiB"));
            }
            let mut rest = Cursor(field);
            while let Some(challenge) = rest.challenge()? {
                // Seen here, so that whoever takes the options later cannot fail.
                challenge.authorization_options()?;
                found.push(challenge);
                if found.len() > MAX_ITEMS {
                    return Err(refuse("more than 32 challenges"));
                }
            }
        }
        Ok(found)
    }

    /// The scheme as it was written; compare it without regard to case.
    #[must_use]
    pub fn scheme(&self) -> &str {
        &self.scheme
    }

    /// Whether it is of this scheme.
    #[must_use]
    pub fn is(&self, scheme: &str) -> bool {
        self.scheme.eq_ignore_ascii_case(scheme)
    }

    /// What stands in place of parameters in schemes such as `Negotiate`.
    #[must_use]
    pub fn token68(&self) -> Option<&str> {
        self.token68.as_deref()
    }

    /// A parameter, by its name in lower case.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    /// The `error` of an OAuth challenge: scheme `Bearer` (RFC 6750) or `DPoP` (RFC 9449).
    #[must_use]
    pub fn error(&self) -> Option<&str> {
        if self.is("Bearer") || self.is("DPoP") { self.parameter("error") } else { None }
    }

    /// What to ask for in the next authorization request, named as its options: `acr_values` and `max_age` of an
    /// `insufficient_user_authentication` (RFC 9470 section 3), `scopes` of that or of an `insufficient_scope` (RFC 6750
    /// section 3.1). Empty for every other challenge.
    ///
    /// # Errors
    /// `oauth.challenge` for a `max_age` that is no number of seconds or a `scope` that is none.
    pub fn authorization_options(&self) -> Result<Map<String, Value>> {
        let mut options = Map::new();
        let authentication = match self.error() {
            Some("insufficient_user_authentication") => true,
            Some("insufficient_scope") => false,
            _ => return Ok(options),
        };
        if let Some(scope) = self.parameter("scope") {
            let scopes = ScopeSet::parse(scope.split(' ').filter(|one| !one.is_empty()));
            let scopes = scopes.map_err(|_| refuse("scope"))?;
            options.insert("scopes".into(), json!(scopes.into_vec()));
        }
        if authentication && let Some(values) = self.parameter("acr_values") {
            let values: Vec<&str> = values.split(' ').filter(|one| !one.is_empty()).collect();
            options.insert("acr_values".into(), json!(values));
        }
        if authentication && let Some(seconds) = self.parameter("max_age") {
            let digits = !seconds.is_empty() && seconds.bytes().all(|byte| byte.is_ascii_digit());
            let seconds = Some(seconds).filter(|_| digits).and_then(|text| text.parse::<u32>().ok());
            options.insert("max_age".into(), json!(seconds.ok_or_else(|| refuse("max_age"))?));
        }
        Ok(options)
    }

    /// The JSON form that crosses into a host: `{"scheme", "token68", "parameters", "authorization_options"}`.
    pub(crate) fn to_json(&self) -> Value {
        let parameters: Map<String, Value> =
            self.parameters.iter().map(|(name, value)| (name.clone(), value.as_str().into())).collect();
        json!({
            "scheme": self.scheme, "token68": self.token68, "parameters": parameters,
            "authorization_options": self.authorization_options().unwrap_or_default(),
        })
    }
}

fn refuse(detail: &'static str) -> Error {
    Error::with(ErrorCode::OauthChallenge, detail)
}

/// The rest of a field.
#[derive(Clone, Copy)]
struct Cursor<'a>(&'a str);

impl<'a> Cursor<'a> {
    /// The next challenge; `None` at the end.
    fn challenge(&mut self) -> Result<Option<Challenge>> {
        self.skip(|c| matches!(c, ' ' | '\t' | ','));
        if self.0.is_empty() {
            return Ok(None);
        }
        let scheme = self.token().ok_or_else(|| refuse("no scheme"))?.to_owned();
        let mut challenge = Challenge { scheme, token68: None, parameters: Vec::new() };
        if !self.0.starts_with(' ') {
            self.end_of_item()?;
            return Ok(Some(challenge));
        }
        self.skip(|c| c == ' ');
        if let Some(text) = self.token68() {
            challenge.token68 = Some(text.to_owned());
            return Ok(Some(challenge));
        }
        while let Some((name, value)) = self.parameter()? {
            if challenge.parameters.iter().any(|(known, _)| *known == name) {
                return Err(refuse("a parameter is repeated"));
            }
            if challenge.parameters.len() == MAX_ITEMS {
                return Err(refuse("more than 32 parameters"));
            }
            challenge.parameters.push((name, value));
        }
        // Behind a scheme and a space stand parameters, or the end of this challenge.
        if challenge.parameters.is_empty() {
            self.end_of_item()?;
        }
        Ok(Some(challenge))
    }

    /// The next parameter; `None` at the end of the field and where another challenge begins.
    fn parameter(&mut self) -> Result<Option<(String, String)>> {
        let mut ahead = *self;
        ahead.skip(|c| matches!(c, ' ' | '\t' | ','));
        let Some(name) = ahead.token() else {
            return if ahead.0.is_empty() { Ok(None) } else { Err(refuse("no parameter name")) };
        };
        ahead.skip(|c| matches!(c, ' ' | '\t'));
        let Some(value) = ahead.0.strip_prefix('=') else { return Ok(None) };
        ahead.0 = value;
        ahead.skip(|c| matches!(c, ' ' | '\t'));
        let value = match ahead.0.strip_prefix('"') {
            Some(text) => {
                ahead.0 = text;
                ahead.quoted()?
            }
            None => ahead.token().ok_or_else(|| refuse("no parameter value"))?.to_owned(),
        };
        ahead.end_of_item()?;
        *self = ahead;
        Ok(Some((name.to_ascii_lowercase(), value)))
    }

    /// After the opening quotation mark: the text with its escapes taken away.
    fn quoted(&mut self) -> Result<String> {
        let mut text = String::new();
        let mut characters = self.0.chars();
        while let Some(c) = characters.next() {
            let plain = match c {
                '"' => {
                    self.0 = characters.as_str();
                    return Ok(text);
                }
                '\\' => characters.next().ok_or_else(|| refuse("an open quoted text"))?,
                plain => plain,
            };
            if plain.is_control() && plain != '\t' {
                return Err(refuse("control characters"));
            }
            text.push(plain);
        }
        Err(refuse("an open quoted text"))
    }

    /// RFC 9110 section 11.2: one text with nothing but a comma behind it.
    fn token68(&mut self) -> Option<&'a str> {
        let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '~' | '+' | '/');
        let content = self.0.trim_start_matches(allowed);
        if content.len() == self.0.len() {
            return None;
        }
        let rest = content.trim_start_matches('=');
        let after = rest.trim_start_matches([' ', '\t']);
        if !after.is_empty() && !after.starts_with(',') {
            return None;
        }
        let text = self.0.get(..self.0.len() - rest.len())?;
        self.0 = after;
        Some(text)
    }

    /// RFC 9110 section 5.6.2.
    fn token(&mut self) -> Option<&'a str> {
        let allowed = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
        let rest = self.0.trim_start_matches(allowed);
        let token = self.0.get(..self.0.len() - rest.len()).filter(|token| !token.is_empty())?;
        self.0 = rest;
        Some(token)
    }

    /// A comma, or the end.
    fn end_of_item(&mut self) -> Result<()> {
        self.skip(|c| matches!(c, ' ' | '\t'));
        if self.0.is_empty() || self.0.starts_with(',') { Ok(()) } else { Err(refuse("no comma")) }
    }

    fn skip(&mut self, which: impl Fn(char) -> bool) {
        self.0 = self.0.trim_start_matches(which);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(challenge: &Challenge) -> String {
        let parameters = challenge.parameters.iter().map(|(name, value)| format!("{name}={value:?}"));
        let parts: Vec<String> = challenge.token68.iter().cloned().chain(parameters).collect();
        format!("{} {}", challenge.scheme, parts.join(", ")).trim_end().to_owned()
    }

    #[test]
    fn what_is_read_reads_back_as_the_same() {
        for field in [
            r#"Newauth realm="apps", type=1, title="Login to \"apps\"", Basic realm="simple""#,
            "Negotiate, NTLM abc==, Bearer",
            r#"DPoP error="use_dpop_nonce", algs="ES256 PS256""#,
        ] {
            let first = Challenge::parse([field]).unwrap();
            let lines: Vec<String> = first.iter().map(written).collect();
            let again = Challenge::parse(lines.iter().map(String::as_str)).unwrap();
            assert_eq!(first, again, "{field}");
            assert_eq!(Challenge::parse([lines.join(" , ,").as_str()]).unwrap(), first, "{field}");
        }
    }
}
