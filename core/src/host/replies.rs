//! Logout, registration and protected resources at the boundary.

use super::client::{Client, Service};
use super::{Operation, Outcome, options};
use crate::client::{Callback, LogoutOptions, LogoutToken, Replay};
use crate::error::{Error, ErrorCode, Result};
use crate::flow::{Flow, NetworkPolicy};
use crate::protected_resource::{ProtectedResource, ProtectedResourceOptions};
use crate::registration::Registration;
use crate::secret::Secret;
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// What a browser brought: the URL or its query, or the parameters as pairs.
#[derive(Deserialize)]
#[serde(untagged)]
enum Brought {
    Url(String),
    Parameters(Vec<(String, String)>),
}

impl Default for Brought {
    fn default() -> Self {
        Self::Url(String::new())
    }
}

impl From<Brought> for Callback {
    fn from(brought: Brought) -> Self {
        match brought {
            Brought::Url(url) => Self::Url(url),
            Brought::Parameters(pairs) => Self::Parameters(pairs),
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct FinishLogout {
    callback: Brought,
    state: String,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct FrontChannel {
    request: Brought,
    session_id: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct BackChannel {
    token: String,
    replay: Replay,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Register {
    metadata: Map<String, Value>,
    initial_access_token: Option<String>,
    software_statement: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Manage {
    registration: Map<String, Value>,
    metadata: Option<Map<String, Value>>,
}

impl Client {
    /// Does what needs no network and takes nothing but options; the result is JSON text.
    ///
    /// | name | options | result |
    /// |---|---|---|
    /// | `begin_logout` | `{"id_token_hint"?, "post_logout_redirect_uri"?, "state"?, "ui_locales"?, "logout_hint"?}` | `{"url", "state"}` |
    /// | `finish_logout` | `{"callback", "state"}` | `null` |
    /// | `front_channel_logout` | `{"request", "session_id"?}` | `{"issuer", "session_id"}` |
    ///
    /// A callback or request is a URL, its query, or a list of pairs.
    ///
    /// # Errors
    /// `internal.argument` for an unknown name, `config.invalid` for an unknown option, and what the function itself refuses.
    pub fn answer(&self, name: &str, options_json: &str) -> Result<String> {
        let value = match name {
            "begin_logout" => {
                let given: LogoutOptions = options("options", options_json)?;
                let request = self.0.begin_logout(&given)?;
                json!({"url": request.url, "state": request.state})
            }
            "finish_logout" => {
                let given: FinishLogout = options("options", options_json)?;
                self.0.finish_logout(&given.callback.into(), &given.state)?;
                Value::Null
            }
            "front_channel_logout" => {
                let given: FrontChannel = options("options", options_json)?;
                let found =
                    self.0.front_channel_logout(&given.request.into(), given.session_id.as_deref())?;
                json!({"issuer": found.issuer, "session_id": found.session_id})
            }
            _ => return Err(Error::quoted(ErrorCode::InternalArgument, "unknown function", name)),
        };
        Ok(value.to_string())
    }

    /// Verifies a logout token with `{"token", "replay"?}`.
    pub(super) fn verify_logout_token(&self, options_json: &str) -> Result<Operation> {
        let given: BackChannel = options("options", options_json)?;
        Ok(self
            .0
            .verify_logout_token(&given.token, given.replay)
            .map(|token| Ok(Outcome::Json(logout(&token)?))))
    }
}

/// The parts that a host acts on, and the claims.
fn logout(token: &LogoutToken) -> Result<String> {
    let claims: Value =
        serde_json::from_str(&token.verified.claims_json).map_err(|_| ErrorCode::InternalPanic)?;
    Ok(json!({
        "issuer": token.verified.issuer(),
        "subject": token.subject(),
        "session_id": token.session_id(),
        "token_id": token.token_id(),
        "issued_at": token.verified.issued_at(),
        "expires_at": token.verified.expires_at(),
        "claims": claims,
    })
    .to_string())
}

impl Service {
    /// Begins an operation that takes nothing but options, by its name.
    ///
    /// | name | options | outcome |
    /// |---|---|---|
    /// | `register` | `{"metadata", "initial_access_token"?, "software_statement"?}` | `{"registration"}`, its JSON text within the JSON, so that a host stores what came |
    /// | `read_registration` | `{"registration"}` | the same |
    /// | `update_registration` | `{"registration", "metadata"}` | the same |
    /// | `delete_registration` | `{"registration"}` | nothing |
    ///
    /// # Errors
    /// The operation's first step has them: `internal.argument` for an unknown name, `config.invalid` for an unknown option or one of
    /// the wrong type, and what the operation itself refuses.
    #[must_use]
    pub fn operation(&self, name: &str, options_json: &str) -> Operation {
        self.begin(name, options_json).unwrap_or_else(|error| Flow::ready(Err(error)))
    }

    fn begin(&self, name: &str, text: &str) -> Result<Operation> {
        let stored = |flow: Flow<Registration>| {
            flow.map(|found| Ok(Outcome::Json(json!({ "registration": found.to_json() }).to_string())))
        };
        if name == "register" {
            let given: Register = options("options", text)?;
            let (token, statement) = (given.initial_access_token, given.software_statement);
            return Ok(stored(self.0.register(given.metadata, token.as_deref(), statement.as_deref())));
        }
        if !matches!(name, "read_registration" | "update_registration" | "delete_registration") {
            return Err(Error::quoted(ErrorCode::InternalArgument, "unknown operation", name));
        }
        let given: Manage = options("options", text)?;
        let registration =
            Registration::from_json(&Value::Object(given.registration).to_string(), self.0.network())?;
        Ok(match (name, given.metadata) {
            ("read_registration", None) => stored(self.0.read_registration(&registration)),
            ("update_registration", Some(metadata)) => {
                stored(self.0.update_registration(&registration, metadata))
            }
            ("delete_registration", None) => {
                self.0.delete_registration(&registration).map(|()| Ok(Outcome::Unit))
            }
            _ => return Err(Error::with(ErrorCode::ConfigInvalid, "options: metadata belongs to an update")),
        })
    }
}

/// Checks the JSON form of a registration that a host has kept, and returns its parts: `{"client_id", "client_secret", "client_secret_expires_at",
/// "manageable", "metadata", "client_options"}`, the last being what [`Client::new`] takes. Whether its address may be reached is decided by the service that it is used with.
///
/// # Errors
/// `response.*`, `metadata.endpoint`.
pub fn registration(text: &str) -> Result<String> {
    let network = NetworkPolicy { allow_private: true, ..NetworkPolicy::default() };
    let registration = Registration::from_json(text, &network)?;
    Ok(json!({
        "client_id": registration.client_id(),
        "client_secret": registration.client_secret().as_ref().map(Secret::expose),
        "client_secret_expires_at": registration.client_secret_expires_at(),
        "manageable": registration.is_manageable(),
        "metadata": registration.metadata(),
        "client_options": registration.client_config(),
    })
    .to_string())
}

/// Fetches the metadata of a protected resource with `{"network"?, "metadata_url"?, "signed_by"?, "algorithms"?}`; the outcome is the
/// metadata, as JSON.
///
/// # Errors
/// See [`ProtectedResource::discover`].
pub fn protected_resource(resource: &str, options_json: &str) -> Result<Operation> {
    let options: ProtectedResourceOptions = options("protected resource", options_json)?;
    let flow = ProtectedResource::discover(resource, &options)?;
    Ok(flow.map(|found| Ok(Outcome::Json(found.to_json()))))
}
