//! The authorization response, RFC 6749 section 4.1.2: parsed strictly before anything acts on it.

use crate::error::{Error, ErrorCode, Result};
use crate::secret::Secret;
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

impl std::fmt::Debug for Callback {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Callback(***)")
    }
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

impl AuthorizationResponse {
    /// Parses the response; repeated and contradictory parameters end the flow.
    pub(super) fn parse(callback: &Callback) -> Result<Self> {
        match callback {
            Callback::Url(url) => {
                if url.len() > MAX_RESPONSE {
                    return Err(Error::new(ErrorCode::CallbackTooLarge));
                }
                let query = query_of(url)?;
                if query.bytes().any(|byte| matches!(byte, b'%' | b'+')) {
                    return Self::collect(form_urlencoded::parse(query.as_bytes()));
                }
                // Nothing to decode, which is the common case.
                let pairs = query.split('&').filter(|pair| !pair.is_empty());
                Self::collect(pairs.map(|pair| {
                    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                    (name.into(), value.into())
                }))
            }
            Callback::Parameters(parameters) => {
                if parameters.iter().map(|(k, v)| k.len() + v.len()).sum::<usize>() > MAX_RESPONSE {
                    return Err(Error::new(ErrorCode::CallbackTooLarge));
                }
                Self::collect(parameters.iter().map(|(k, v)| (k.as_str().into(), v.as_str().into())))
            }
        }
    }

    fn collect<'a, I>(parameters: I) -> Result<Self>
    where
        I: Iterator<Item = (std::borrow::Cow<'a, str>, std::borrow::Cow<'a, str>)>,
    {
        let mut seen = Seen::default();
        for (name, value) in parameters {
            seen.put(&name, value)?;
        }
        let Seen { code, state, iss, error, error_description, tokens, .. } = seen;
        if (code.is_some() && error.is_some()) || tokens {
            return Err(Error::new(ErrorCode::CallbackContradictory));
        }
        Ok(Self {
            code: code.map(Secret::new),
            state: state.map(Secret::new),
            issuer: iss,
            error,
            error_description,
        })
    }
}

#[derive(Default)]
struct Seen {
    code: Option<String>,
    state: Option<String>,
    iss: Option<String>,
    error: Option<String>,
    error_description: Option<String>,
    error_uri: Option<String>,
    session_state: Option<String>,
    /// Tokens in the front channel, which a code flow never asks for.
    tokens: bool,
}

impl Seen {
    fn put(&mut self, name: &str, value: std::borrow::Cow<'_, str>) -> Result<()> {
        let slot = match name {
            "code" => &mut self.code,
            "state" => &mut self.state,
            "iss" => &mut self.iss,
            "error" => &mut self.error,
            "error_description" => &mut self.error_description,
            "error_uri" => &mut self.error_uri,
            "session_state" => &mut self.session_state,
            "access_token" | "id_token" | "refresh_token" => {
                self.tokens = true;
                return Ok(());
            }
            // PHP and Rails read `code[]` and `code[x]` as `code`; whoever sends that plays games.
            _ if name.split('[').next().is_some_and(|base| {
                base.len() < name.len() && matches!(base, "code" | "state" | "iss" | "error")
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

/// The query of a URL, of a path, or the bare query itself.
fn query_of(url: &str) -> Result<&str> {
    if has_control(url) {
        return Err(Error::with(ErrorCode::CallbackMalformed, "control characters"));
    }
    let before_fragment = url.split('#').next().unwrap_or_default();
    if let Some((_, query)) = before_fragment.split_once('?') {
        return Ok(query);
    }
    if before_fragment.contains("://") || before_fragment.starts_with('/') {
        return Ok("");
    }
    Ok(before_fragment)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(url: &str) -> Result<AuthorizationResponse> {
        AuthorizationResponse::parse(&Callback::Url(url.into()))
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
