//! The grants that take nothing but options, at the boundary.

use super::client::{Client, token_set};
use super::{Operation, Outcome};
use crate::client::{
    BackchannelAuthentication, BackchannelRequest, DeviceAuthorization, GrantOptions, TokenExchange,
    TokenSet, TokenTypeUri,
};
use crate::error::{Error, ErrorCode, Result};
use crate::flow::Flow;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// The options of a grant: its own arguments are taken out one by one, the rest is what all grants have.
struct Arguments(Map<String, Value>);

fn invalid(detail: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error::with(ErrorCode::ConfigInvalid, detail)
}

impl Arguments {
    fn parse(text: &str) -> Result<Self> {
        match serde_json::from_str(if text.is_empty() { "{}" } else { text }) {
            Ok(Value::Object(members)) => Ok(Self(members)),
            _ => Err(invalid("options: not a JSON object")),
        }
    }

    fn some(&mut self, name: &'static str) -> Result<Option<String>> {
        match self.0.remove(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(invalid(format!("options: {name} is not a text"))),
        }
    }

    fn text(&mut self, name: &'static str) -> Result<String> {
        self.some(name)?.ok_or_else(|| invalid(format!("options: {name} is missing")))
    }

    fn token_type(&mut self, name: &'static str) -> Result<Option<TokenTypeUri>> {
        self.some(name)?.as_deref().map(TokenTypeUri::parse).transpose()
    }

    /// The members of these names, if they are there, as an object of their own.
    fn part<T: DeserializeOwned>(&mut self, names: &[&str]) -> Result<T> {
        let taken = names.iter().filter_map(|name| self.0.remove_entry(*name)).collect();
        object(taken)
    }

    fn rest(self) -> Result<GrantOptions> {
        object(self.0)
    }
}

/// Values never appear in the error.
pub(super) fn object<T: DeserializeOwned>(members: Map<String, Value>) -> Result<T> {
    serde_json::from_value(Value::Object(members))
        .map_err(|_| invalid("options: unknown member or wrong type"))
}

/// What a session store kept.
fn stored(arguments: &mut Arguments, name: &'static str) -> Result<String> {
    match arguments.0.remove(name) {
        Some(value @ Value::Object(_)) => Ok(value.to_string()),
        _ => Err(ErrorCode::PendingInvalid.into()),
    }
}

const BACKCHANNEL: [&str; 7] = [
    "login_hint",
    "login_hint_token",
    "id_token_hint",
    "binding_message",
    "user_code",
    "requested_expiry",
    "acr_values",
];

impl Client {
    /// Begins a grant; `None` if there is none of this name.
    pub(super) fn grant(&self, name: &str, text: &str) -> Result<Option<Operation>> {
        let mut given = Arguments::parse(text)?;
        Ok(Some(match name {
            "client_credentials" => token_set(self.0.client_credentials(&given.rest()?)),
            "password" => {
                let (username, password) = (given.text("username")?, given.text("password")?);
                token_set(self.0.password(&username, &password, &given.rest()?))
            }
            "jwt_bearer" => {
                let assertion = given.text("assertion")?;
                token_set(self.0.jwt_bearer(&assertion, &given.rest()?))
            }
            "saml_bearer" => {
                let assertion = given.text("assertion")?;
                token_set(self.0.saml_bearer(&assertion, &given.rest()?))
            }
            "token_request" => {
                let grant_type = given.text("extension")?;
                token_set(self.0.token_request_for(&grant_type, &given.rest()?))
            }
            "exchange_token" => token_set(self.0.exchange_token(&exchange(given)?)),
            "device_authorization" => {
                let flow = self.0.device_authorization(&given.rest()?);
                flow.map(|begun| Ok(Outcome::Json(begun.to_json())))
            }
            "device_token" | "poll_device_token" => {
                let begun = DeviceAuthorization::from_json(&stored(&mut given, "authorization")?)?;
                given.rest().map(drop)?;
                match name {
                    "device_token" => token_set(self.0.device_token(&begun)),
                    _ => perhaps(self.0.poll_device_token(&begun)),
                }
            }
            "backchannel_authentication" => {
                let mut request: BackchannelRequest = given.part(&BACKCHANNEL)?;
                request.options = given.rest()?;
                let flow = self.0.backchannel_authentication(&request);
                flow.map(|begun| Ok(Outcome::Json(begun.to_json())))
            }
            "backchannel_token" | "poll_backchannel_token" => {
                let begun = BackchannelAuthentication::from_json(&stored(&mut given, "authentication")?)?;
                given.rest().map(drop)?;
                match name {
                    "backchannel_token" => token_set(self.0.backchannel_token(&begun)),
                    _ => perhaps(self.0.poll_backchannel_token(&begun)),
                }
            }
            _ => return Ok(None),
        }))
    }
}

fn exchange(mut given: Arguments) -> Result<TokenExchange> {
    #[derive(Default, serde::Deserialize)]
    #[serde(default)]
    struct Audience {
        audience: Vec<String>,
    }
    let subject = given.text("subject_token")?;
    let subject_type = given.token_type("subject_token_type")?;
    let subject_type = subject_type.ok_or_else(|| invalid("options: subject_token_type is missing"))?;
    let actor = (given.some("actor_token")?, given.token_type("actor_token_type")?);
    let requested = given.token_type("requested_token_type")?;
    let Audience { audience } = given.part(&["audience"])?;
    let mut exchange = TokenExchange::new(subject, subject_type);
    match actor {
        (Some(token), Some(token_type)) => exchange = exchange.actor(token, token_type),
        (None, None) => {}
        // RFC 8693 section 2.1.
        _ => return Err(invalid("options: actor_token and actor_token_type belong together")),
    }
    if let Some(requested) = requested {
        exchange = exchange.requested_type(requested);
    }
    for audience in audience {
        exchange = exchange.audience(audience);
    }
    Ok(exchange.options(given.rest()?))
}

fn perhaps(flow: Flow<Option<TokenSet>>) -> Operation {
    flow.map(|tokens| Ok(tokens.map_or(Outcome::Unit, |tokens| Outcome::Tokens(Box::new(tokens)))))
}
