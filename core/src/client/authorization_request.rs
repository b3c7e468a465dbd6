//! What an application may ask for in an authorization request, and the checks of each option.
//!
//! Options that the callback is held to (`max_age`, essential claims, resources, authorization details, the session) are
//! remembered in the pending authorization; the others only travel.

use super::request_values::{Essential, bounded, detail_types, essential, resource};
use super::response_mode::ResponseMode;
use crate::error::{Error, ErrorCode, Result};
use crate::types::check_token;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::fmt;

/// What to ask the provider for.
///
/// ```
/// use ferroauth::AuthorizationRequest;
/// let request = AuthorizationRequest::scopes(["openid", "email"]).prompt(["login"]).max_age(300);
/// ```
#[derive(Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AuthorizationRequest {
    pub(super) scopes: Vec<String>,
    pub(super) parameters: BTreeMap<String, String>,
    pub(super) return_to: Option<String>,
    prompt: Option<Words>,
    login_hint: Option<String>,
    max_age: Option<u32>,
    acr_values: Option<Words>,
    ui_locales: Option<Words>,
    id_token_hint: Option<String>,
    claims: Option<Map<String, Value>>,
    resource: Option<Words>,
    authorization_details: Option<Vec<Value>>,
    response_mode: Option<String>,
    pub(super) session: Option<String>,
}

/// Hints name users, and a session id is as good as a password.
impl fmt::Debug for AuthorizationRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthorizationRequest").field("scopes", &self.scopes).finish_non_exhaustive()
    }
}

/// A text, or a list of them.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum Words {
    One(String),
    Many(Vec<String>),
}

impl Words {
    fn many<S: Into<String>>(words: impl IntoIterator<Item = S>) -> Option<Self> {
        Some(Self::Many(words.into_iter().map(Into::into).collect()))
    }

    /// The words of a parameter that is delimited by spaces.
    fn delimited(&self) -> Vec<&str> {
        match self {
            Self::One(text) => text.split(' ').filter(|word| !word.is_empty()).collect(),
            Self::Many(list) => list.iter().map(String::as_str).collect(),
        }
    }

    /// The values of a parameter that is repeated.
    fn values(&self) -> Vec<&str> {
        match self {
            Self::One(text) => vec![text],
            Self::Many(list) => list.iter().map(String::as_str).collect(),
        }
    }
}

/// The value of a parameter: in a URL and a form it is text, in a request object it keeps its type.
#[derive(Clone, Debug)]
pub(super) enum Parameter {
    Text(String),
    Json(Value),
}

impl Parameter {
    pub(super) fn text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Json(value) => value.to_string(),
        }
    }
}

/// Parameters in order; only `resource` may repeat.
pub(super) type Parameters = Vec<(String, Parameter)>;

/// The options of a request, checked: what is sent, and what the answer is held to.
#[derive(Debug, Default)]
pub(super) struct Checked {
    pub(super) parameters: Parameters,
    pub(super) response_mode: ResponseMode,
    pub(super) max_age: Option<u32>,
    pub(super) resources: Vec<String>,
    pub(super) detail_types: Vec<String>,
    pub(super) essential: Essential,
}

/// Parameters that the library sets itself and nobody may override.
const RESERVED: [&str; 14] = [
    "response_type",
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
    "response_mode",
    "request",
    "request_uri",
    "dpop_jkt",
    "client_secret",
    "client_assertion",
];

/// Parameters whose effect on the callback would be missed if they came as bare text.
const TYPED: [&str; 3] = ["claims", "resource", "authorization_details"];

const MAX_RESOURCES: usize = 16;

impl AuthorizationRequest {
    /// Asks for these scopes.
    pub fn scopes<I, S>(scopes: I) -> Self
    where
        I: IntoIterator<Item = S>,
        S: Into<String>,
    {
        Self { scopes: scopes.into_iter().map(Into::into).collect(), ..Self::default() }
    }

    /// Adds a parameter that has no option of its own.
    #[must_use]
    pub fn parameter(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.parameters.insert(name.into(), value.into());
        self
    }

    /// Remembers a path of this site to which the user returns after the login.
    #[must_use]
    pub fn return_to(mut self, path: impl Into<String>) -> Self {
        self.return_to = Some(path.into());
        self
    }

    /// `none`, or some of `login`, `consent`, `select_account`, `create` (OpenID Connect Core section 3.1.2.1).
    #[must_use]
    pub fn prompt<S: Into<String>>(mut self, values: impl IntoIterator<Item = S>) -> Self {
        self.prompt = Words::many(values);
        self
    }

    /// Who will probably log in.
    #[must_use]
    pub fn login_hint(mut self, hint: impl Into<String>) -> Self {
        self.login_hint = Some(hint.into());
        self
    }

    /// The user must have logged in within these seconds; the ID token is checked for it.
    #[must_use]
    pub fn max_age(mut self, seconds: u32) -> Self {
        self.max_age = Some(seconds);
        self
    }

    /// Authentication context classes, the preferred one first.
    #[must_use]
    pub fn acr_values<S: Into<String>>(mut self, values: impl IntoIterator<Item = S>) -> Self {
        self.acr_values = Words::many(values);
        self
    }

    /// Languages of the provider's pages, the preferred one first (RFC 5646).
    #[must_use]
    pub fn ui_locales<S: Into<String>>(mut self, tags: impl IntoIterator<Item = S>) -> Self {
        self.ui_locales = Words::many(tags);
        self
    }

    /// An earlier ID token of the user who is expected.
    #[must_use]
    pub fn id_token_hint(mut self, token: impl Into<String>) -> Self {
        self.id_token_hint = Some(token.into());
        self
    }

    /// Single claims (OpenID Connect Core section 5.5). An essential `acr` or `auth_time` and a `sub` with a value are
    /// checked in the ID token.
    #[must_use]
    pub fn claims(mut self, claims: Map<String, Value>) -> Self {
        self.claims = Some(claims);
        self
    }

    /// The APIs that the access token is for (RFC 8707): absolute URIs.
    #[must_use]
    pub fn resource<S: Into<String>>(mut self, uris: impl IntoIterator<Item = S>) -> Self {
        self.resource = Words::many(uris);
        self
    }

    /// What the access token is to allow (RFC 9396): objects with a `type`.
    #[must_use]
    pub fn authorization_details(mut self, details: Vec<Value>) -> Self {
        self.authorization_details = Some(details);
        self
    }

    /// How the response is to come: `query` (the default), `fragment`, `form_post`, `web_message`, or signed (JARM): `jwt`,
    /// `query.jwt`, `fragment.jwt`, `form_post.jwt`.
    #[must_use]
    pub fn response_mode(mut self, mode: impl Into<String>) -> Self {
        self.response_mode = Some(mode.into());
        self
    }

    /// Binds the authorization to the host's session: it ends only where the same text is given.
    #[must_use]
    pub fn session(mut self, id: impl Into<String>) -> Self {
        self.session = Some(id.into());
        self
    }

    /// Checks every option.
    pub(super) fn check(&self) -> Result<Checked> {
        let mut checked = Checked { max_age: self.max_age, ..Checked::default() };
        if let Some(mode) = &self.response_mode {
            checked.response_mode = ResponseMode::parse(mode)?;
            // The default is not worth a parameter.
            if checked.response_mode != ResponseMode::Query {
                checked.text("response_mode", mode.clone());
            }
        }
        if let Some(prompt) = &self.prompt {
            let values = words("prompt", prompt, ErrorCode::ConfigPrompt)?;
            if values.contains(&"none") && values.len() > 1 {
                return Err(Error::with(ErrorCode::ConfigPrompt, "none stands alone"));
            }
            checked.text("prompt", values.join(" "));
        }
        for (name, list) in [("acr_values", &self.acr_values), ("ui_locales", &self.ui_locales)] {
            if let Some(list) = list {
                checked.text(name, words(name, list, ErrorCode::ConfigInvalid)?.join(" "));
            }
        }
        if let Some(hint) = &self.login_hint {
            no_control(hint)?;
            checked.text("login_hint", hint.clone());
        }
        if let Some(token) = &self.id_token_hint {
            check_token("id_token_hint", token)?;
            checked.text("id_token_hint", token.clone());
        }
        if let Some(seconds) = self.max_age {
            checked.json("max_age", seconds.into());
        }
        if let Some(claims) = &self.claims {
            checked.essential = essential(claims)?;
            let claims = Value::Object(claims.clone());
            bounded(&claims, ErrorCode::ConfigClaims)?;
            checked.json("claims", claims);
        }
        for uri in self.resource.iter().flat_map(Words::values) {
            checked.resources.push(resource(uri)?);
            checked.text("resource", uri.to_owned());
        }
        if checked.resources.len() > MAX_RESOURCES {
            return Err(Error::with(ErrorCode::ConfigResource, "more than 16"));
        }
        if let Some(details) = &self.authorization_details {
            checked.detail_types = detail_types(details)?;
            let details = Value::Array(details.clone());
            bounded(&details, ErrorCode::ConfigAuthorizationDetails)?;
            checked.json("authorization_details", details);
        }
        self.check_parameters(&mut checked)?;
        Ok(checked)
    }

    /// Refuses reserved names, repeated ones and control characters; reads `max_age` if it came as bare text.
    fn check_parameters(&self, checked: &mut Checked) -> Result<()> {
        for (name, value) in &self.parameters {
            if RESERVED.contains(&name.as_str()) || name.is_empty() {
                return Err(Error::quoted(ErrorCode::ConfigInvalid, "reserved parameter", name));
            }
            if TYPED.contains(&name.as_str()) || checked.parameters.iter().any(|(known, _)| known == name) {
                return Err(Error::quoted(
                    ErrorCode::ConfigInvalid,
                    "parameter with an option of its own",
                    name,
                ));
            }
            no_control(name)?;
            no_control(value)?;
            if name == "max_age" {
                let seconds = value.parse::<u32>();
                let seconds =
                    seconds.map_err(|_| Error::with(ErrorCode::ConfigInvalid, "max_age is not a number"))?;
                checked.max_age = Some(seconds);
            }
            checked.text(name, value.clone());
        }
        Ok(())
    }
}

impl Checked {
    fn text(&mut self, name: &str, value: String) {
        self.parameters.push((name.to_owned(), Parameter::Text(value)));
    }

    fn json(&mut self, name: &str, value: Value) {
        self.parameters.push((name.to_owned(), Parameter::Json(value)));
    }
}

fn no_control(text: &str) -> Result<()> {
    if text.chars().any(char::is_control) {
        return Err(Error::with(ErrorCode::ConfigControlCharacter, "authorization parameter"));
    }
    Ok(())
}

/// Words for a parameter that is delimited by spaces: at least one, none with a space in it.
fn words<'a>(name: &'static str, list: &'a Words, code: ErrorCode) -> Result<Vec<&'a str>> {
    let list = list.delimited();
    list.iter().try_for_each(|word| no_control(word))?;
    if list.is_empty() || list.iter().any(|word| word.is_empty() || word.contains(' ')) {
        return Err(Error::with(code, format!("{name} has no values, or one with a space")));
    }
    Ok(list)
}
