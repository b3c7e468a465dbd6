//! The authorization response, RFC 6749 section 4.1.2, in each of its modes: parsed strictly before anything acts on it.

use super::response_mode::{Carrier, ResponseMode};
use crate::error::{Error, ErrorCode, Result};
use crate::jose::json::{Limits, Object, Value};
use crate::secret::Secret;
use serde::Deserialize;
use std::borrow::Cow;
use url::form_urlencoded;

const MAX_RESPONSE: usize = 16 * 1024;

/// How the host hands over what came to the redirect URI.
#[derive(Clone)]
pub enum Callback {
    /// The URL, its path with query, or the bare query.
    Url(String),
    /// The decoded parameters, in order, repeated ones repeated.
    Parameters(Vec<(String, String)>),
}

impl From<&str> for Callback {
    fn from(url: &str) -> Self {
        Self::Url(url.to_owned())
    }
}

impl From<String> for Callback {
    fn from(url: String) -> Self {
        Self::Url(url)
    }
}

/// A session id is as good as a password, so it is not shown.
impl std::fmt::Debug for CallbackContext {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CallbackContext(***)")
    }
}

impl std::fmt::Debug for Callback {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Callback(***)")
    }
}

/// What the host knows about the way in which a response came.
#[derive(Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CallbackContext {
    /// The origin that a web message came from (`event.origin`).
    pub origin: Option<String>,
    /// The host's session, where the authorization was bound to one.
    pub session: Option<String>,
    /// `query`, `fragment`, `form_post` or `web_message`, where the host can tell.
    pub response_mode: Option<String>,
}

/// The parameters that matter, each at most once.
#[derive(Debug, Default)]
pub(super) struct AuthorizationResponse {
    pub(super) code: Option<Secret>,
    pub(super) state: Option<Secret>,
    pub(super) issuer: Option<String>,
    pub(super) error: Option<String>,
    pub(super) error_description: Option<String>,
}

/// A response, or the token that it is in.
#[derive(Debug)]
pub(super) enum Received {
    Plain(AuthorizationResponse),
    /// Not verified yet.
    Signed(Secret),
}

impl Received {
    /// Parses what came, in the way that was asked for; repeated and contradictory parameters end the flow.
    pub(super) fn parse(callback: &Callback, mode: ResponseMode, origin: Option<&str>) -> Result<Self> {
        let carrier = mode.carrier();
        if (carrier == Carrier::WebMessage) != origin.is_some() {
            return Err(Error::with(
                ErrorCode::CallbackResponseMode,
                "a message has an origin, and nothing else has",
            ));
        }
        let seen = match callback {
            Callback::Url(text) => {
                if text.len() > MAX_RESPONSE {
                    return Err(Error::new(ErrorCode::CallbackTooLarge));
                }
                match carrier {
                    Carrier::WebMessage => Seen::of_message(text)?,
                    _ => Seen::of_encoded(part_of(text, carrier)?)?,
                }
            }
            Callback::Parameters(parameters) => {
                if parameters.iter().map(|(k, v)| k.len() + v.len()).sum::<usize>() > MAX_RESPONSE {
                    return Err(Error::new(ErrorCode::CallbackTooLarge));
                }
                Seen::collect(parameters.iter().map(|(k, v)| (k.as_str().into(), v.as_str().into())))?
            }
        };
        seen.finish(mode.is_signed())
    }

    /// The parameters inside a verified response (JARM section 2.1).
    pub(super) fn of_claims<'a>(
        claims: impl Iterator<Item = (Cow<'a, str>, Value<'a>)>,
    ) -> Result<AuthorizationResponse> {
        let mut seen = Seen::default();
        for (name, value) in claims {
            if !RESPONSE.contains(&name.as_ref()) {
                continue;
            }
            let value = value
                .as_str()
                .ok_or_else(|| Error::with(ErrorCode::CallbackMalformed, "a claim is no text"))?;
            seen.put(&name, value)?;
        }
        match seen.finish(false)? {
            Self::Plain(response) => Ok(response),
            Self::Signed(_) => Err(ErrorCode::CallbackContradictory.into()),
        }
    }
}

/// The parameters of a response, any of which makes a text one.
const RESPONSE: [&str; 6] = ["code", "state", "iss", "error", "error_description", "response"];

#[derive(Default)]
struct Seen {
    code: Option<String>,
    state: Option<String>,
    iss: Option<String>,
    error: Option<String>,
    error_description: Option<String>,
    error_uri: Option<String>,
    session_state: Option<String>,
    /// The one parameter of a signed response.
    response: Option<String>,
    /// Tokens in the front channel, which a code flow never asks for.
    tokens: bool,
}

impl Seen {
    /// Parameters in the encoding of a query or a form.
    fn of_encoded(text: &str) -> Result<Self> {
        if text.bytes().any(|byte| matches!(byte, b'%' | b'+')) {
            return Self::collect(form_urlencoded::parse(text.as_bytes()));
        }
        // Nothing to decode, which is the common case.
        let pairs = text.split('&').filter(|pair| !pair.is_empty());
        Self::collect(pairs.map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (name.into(), value.into())
        }))
    }

    /// The data of a message: the parameters as members of an object, or that object as `response` of an
    /// `authorization_response`.
    fn of_message(text: &str) -> Result<Self> {
        let malformed =
            || Error::with(ErrorCode::CallbackMalformed, "the message is no JSON object of texts");
        let outer = Object::parse(text.as_bytes(), Limits::bytes(MAX_RESPONSE)).map_err(|_| malformed())?;
        let inner = match outer.get("type").and_then(Value::as_str).as_deref() {
            Some("authorization_response") => outer.get("response").map(Value::raw),
            _ => None,
        };
        let members = match inner {
            Some(inner) => {
                Object::parse(inner.as_bytes(), Limits::bytes(MAX_RESPONSE)).map_err(|_| malformed())?
            }
            None => outer,
        };
        let mut seen = Self::default();
        for (name, value) in members.iter() {
            match value.as_str() {
                Some(value) => seen.put(&name, value)?,
                // What is of no meaning here may be of any type.
                None if RESPONSE.contains(&name.as_ref()) => return Err(malformed()),
                None => {}
            }
        }
        Ok(seen)
    }

    fn collect<'a, I>(parameters: I) -> Result<Self>
    where
        I: Iterator<Item = (Cow<'a, str>, Cow<'a, str>)>,
    {
        let mut seen = Self::default();
        for (name, value) in parameters {
            seen.put(&name, value)?;
        }
        Ok(seen)
    }

    /// The response, which is signed if it was asked to be, and not if it was not.
    fn finish(self, signed: bool) -> Result<Received> {
        let Self { code, state, iss, error, error_description, response, tokens, .. } = self;
        if (code.is_some() && error.is_some()) || tokens {
            return Err(Error::new(ErrorCode::CallbackContradictory));
        }
        match response {
            Some(_) if !signed => {
                Err(Error::with(ErrorCode::CallbackResponseMode, "a signed response was not asked for"))
            }
            Some(_) if code.is_some() || state.is_some() || error.is_some() => {
                Err(Error::new(ErrorCode::CallbackContradictory))
            }
            Some(token) => Ok(Received::Signed(Secret::new(token))),
            None if signed => Err(Error::new(ErrorCode::CallbackPlainResponse)),
            None => Ok(Received::Plain(AuthorizationResponse {
                code: code.map(Secret::new),
                state: state.map(Secret::new),
                issuer: iss,
                error,
                error_description,
            })),
        }
    }

    fn put(&mut self, name: &str, value: Cow<'_, str>) -> Result<()> {
        let slot = match name {
            "code" => &mut self.code,
            "state" => &mut self.state,
            "iss" => &mut self.iss,
            "error" => &mut self.error,
            "error_description" => &mut self.error_description,
            "error_uri" => &mut self.error_uri,
            "session_state" => &mut self.session_state,
            "response" => &mut self.response,
            "access_token" | "id_token" | "refresh_token" => {
                self.tokens = true;
                return Ok(());
            }
            // PHP and Rails read `code[]` and `code[x]` as `code`; whoever sends that plays games.
            _ if name.split('[').next().is_some_and(|base| {
                base.len() < name.len() && matches!(base, "code" | "state" | "iss" | "error" | "response")
            }) =>
            {
                return Err(Error::new(ErrorCode::CallbackMalformed));
            }
            _ => return Ok(()),
        };
        if slot.is_some() {
            return Err(Error::with(ErrorCode::CallbackDuplicateParameter, known_name(name)));
        }
        let free_text = matches!(name, "error_description" | "error_uri");
        if !free_text && has_control(&value) {
            return Err(Error::with(ErrorCode::CallbackMalformed, "a parameter has control characters"));
        }
        *slot = Some(value.into_owned());
        Ok(())
    }
}

fn known_name(name: &str) -> &'static str {
    match name {
        "code" => "code",
        "state" => "state",
        "iss" => "iss",
        "error" => "error",
        "response" => "response",
        _ => "error_description",
    }
}

fn has_control(text: &str) -> bool {
    // To the end in any case, so that the compiler makes wide steps of it.
    let (ascii, control) = text.bytes().fold((true, false), |(ascii, control), byte| {
        (ascii & byte.is_ascii(), control | byte.is_ascii_control())
    });
    control || (!ascii && text.chars().any(char::is_control))
}

/// The part of a text that carries the parameters. What has them in another part came in another way.
fn part_of(text: &str, carrier: Carrier) -> Result<&str> {
    if has_control(text) {
        return Err(Error::with(ErrorCode::CallbackMalformed, "control characters"));
    }
    let (before, fragment) = match text.split_once('#') {
        Some((before, fragment)) => (before, Some(fragment)),
        None => (text, None),
    };
    let is_url = before.contains("://") || before.starts_with('/');
    let (path, query) = match before.split_once('?') {
        Some((path, query)) => (Some(path), Some(query)),
        None if is_url => (Some(before), None),
        None => (None, None),
    };
    let other_way = |detail| Err(Error::with(ErrorCode::CallbackResponseMode, detail));
    match carrier {
        Carrier::Query if fragment.is_some_and(has_response) => other_way("it came in the fragment"),
        Carrier::Query => Ok(query.unwrap_or(if path.is_some() { "" } else { before })),
        Carrier::Fragment if query.is_some_and(has_response) => other_way("it came in the query"),
        Carrier::Fragment => match fragment {
            Some(fragment) => Ok(fragment),
            None if path.is_some() => other_way("the URL has no fragment"),
            None => Ok(before),
        },
        Carrier::FormPost if path.is_some() || fragment.is_some() => {
            other_way("it came in a URL and not in a form")
        }
        Carrier::FormPost | Carrier::WebMessage => Ok(text),
    }
}

/// Whether a query or fragment holds a parameter of a response.
fn has_response(text: &str) -> bool {
    form_urlencoded::parse(text.as_bytes()).any(|(name, _)| RESPONSE.contains(&name.as_ref()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(url: &str) -> Result<AuthorizationResponse> {
        match Received::parse(&Callback::Url(url.into()), ResponseMode::Query, None)? {
            Received::Plain(response) => Ok(response),
            Received::Signed(_) => panic!("signed"),
        }
    }

    #[test]
    fn urls_paths_and_queries_are_read_alike() {
        for url in ["https://app/cb?code=a%2Bb&state=s", "/cb?code=a%2Bb&state=s#x", "code=a%2Bb&state=s"] {
            let response = parse(url).unwrap();
            assert_eq!(response.code.unwrap().expose(), "a+b");
            assert_eq!(response.state.unwrap().expose(), "s");
        }
    }

    #[test]
    fn games_with_parameters_end_the_flow() {
        for (url, code) in [
            ("?code=a&code=a", ErrorCode::CallbackDuplicateParameter),
            ("?code=a&state=1&state=2", ErrorCode::CallbackDuplicateParameter),
            ("?code=a&error=access_denied", ErrorCode::CallbackContradictory),
            ("?code=a&access_token=t", ErrorCode::CallbackContradictory),
            ("?code[]=a", ErrorCode::CallbackMalformed),
            ("?code=a%00b", ErrorCode::CallbackMalformed),
        ] {
            assert_eq!(parse(url).unwrap_err().code(), code, "{url}");
        }
    }
}
