//! The client role at the boundary.

use super::{Decrypter, Key, Operation, Outcome, options};
use crate::client::{
    AuthorizationRequest, Callback, CallbackContext, ClientConfig, EarlierLogin, Keyring,
    PendingAuthorization, TokenSet, TokenTypeHint,
};
use crate::error::{Error, ErrorCode, Result};
use crate::flow::Flow;
use crate::services::{Definition, Mode, ServiceOptions};
use serde::Deserialize;
use serde_json::{Map, Value};

/// A provider.
#[derive(Clone, Debug)]
pub struct Service(pub(super) crate::Service);

impl Service {
    /// See [`crate::Service::from_json`].
    ///
    /// # Errors
    /// As there.
    pub fn from_json(text: &str) -> Result<Self> {
        crate::Service::from_json(text).map(Self)
    }

    /// See [`crate::Service::from_json_with`]; the options are those of [`ServiceOptions`].
    ///
    /// # Errors
    /// As there.
    pub fn from_json_with(text: &str, options_json: &str) -> Result<Self> {
        let options: ServiceOptions = options("service options", options_json)?;
        crate::Service::from_json_with(text, options).map(Self)
    }

    /// See [`crate::Service::preset`]; the options are those of [`ServiceOptions`].
    ///
    /// # Errors
    /// As there.
    pub fn preset(name: &str, options_json: &str) -> Result<Self> {
        let options: ServiceOptions = options("service options", options_json)?;
        crate::Service::preset(name, &options).map(Self)
    }

    /// See [`crate::Service::discover`]; the options are those of [`ServiceOptions`].
    ///
    /// # Errors
    /// As there.
    pub fn discover(issuer: &str, options_json: &str) -> Result<Operation> {
        let options: ServiceOptions = options("service options", options_json)?;
        let flow = crate::Service::discover(issuer, &options)?;
        Ok(flow.map(|service| Ok(Outcome::Service(Self(service)))))
    }

    /// See [`crate::Service::presets`].
    #[must_use]
    pub fn presets() -> String {
        crate::Service::presets().to_string()
    }

    /// What a service can be asked without any traffic; the answer is a JSON value.
    ///
    /// `definition`; `render` with `{"template", "mode"?, "token"?, "client"?, "provider"?}`; `owner_name` and `user_id` with
    /// `{"claims"}`.
    ///
    /// # Errors
    /// `config.template` for a template that cannot be filled in, `config.invalid` for options of another shape,
    /// `internal.argument` for another question.
    pub fn ask(&self, question: &str, options_json: &str) -> Result<String> {
        let definition = self.0.definition();
        let answer = match question {
            "definition" => return Ok(serde_json::to_string(definition).unwrap_or_default()),
            "render" => {
                let RenderOptions { template, mode, token, client, provider } =
                    options("render", options_json)?;
                let given = [("token", token), ("client", client), ("provider", provider)];
                let context = given.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
                self.0.render(&template, mode, context.collect())?
            }
            "owner_name" => {
                let given: ClaimsOptions = options("claims", options_json)?;
                Definition::owner_name(&given.claims).into()
            }
            "user_id" => {
                let given: ClaimsOptions = options("claims", options_json)?;
                definition.user_id(&given.claims).into()
            }
            _ => return Err(Error::quoted(ErrorCode::InternalArgument, "unknown question", question)),
        };
        Ok(answer.to_string())
    }

    /// See [`crate::Service::to_json`].
    #[must_use]
    pub fn to_json(&self) -> String {
        self.0.to_json()
    }

    /// The issuer identifier.
    #[must_use]
    pub fn issuer(&self) -> Option<String> {
        self.0.issuer().map(str::to_owned)
    }
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct RenderOptions {
    template: Value,
    mode: Option<Mode>,
    token: Option<Value>,
    client: Option<Value>,
    provider: Option<Value>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct ClaimsOptions {
    claims: Value,
}

/// A client at one provider.
#[derive(Clone, Debug)]
pub struct Client(pub(super) crate::Client);

#[derive(Default, Deserialize)]
#[serde(default)]
struct RefreshOptions {
    id_token: Option<String>,
    subject: Option<String>,
    /// What all grants have; it refuses what it does not know.
    #[serde(flatten)]
    rest: Map<String, Value>,
}

impl RefreshOptions {
    /// Whose login it was, by at most one of the two.
    fn earlier(&self) -> Result<Option<EarlierLogin>> {
        match (&self.id_token, &self.subject) {
            (Some(_), Some(_)) => Err(Error::with(ErrorCode::ConfigInvalid, "both id_token and subject")),
            (Some(token), None) => EarlierLogin::from_id_token(token).map(Some),
            (None, subject) => Ok(subject.clone().map(EarlierLogin::Subject)),
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct ProofOptions {
    access_token: Option<String>,
    nonce: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct HintOptions {
    token_type_hint: Option<String>,
}

impl HintOptions {
    fn parse(text: &str) -> Result<Option<TokenTypeHint>> {
        let given: Self = options("options", text)?;
        given.token_type_hint.as_deref().map(TokenTypeHint::parse).transpose()
    }
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct UserinfoOptions {
    subject: Option<String>,
}

/// The keys of a client, which cross as objects and never as text.
#[derive(Default)]
pub struct ClientKeys {
    assertion_key: Option<Key>,
    dpop_key: Option<Key>,
    request_object_key: Option<Key>,
}

impl ClientKeys {
    /// Adds a key under the name that the option has in Python: `assertion_key`, `dpop_key`, `request_object_key`.
    ///
    /// # Errors
    /// `internal.argument` for another name.
    pub fn insert(&mut self, name: &str, key: Key) -> Result<()> {
        match name {
            "assertion_key" => self.assertion_key = Some(key),
            "dpop_key" => self.dpop_key = Some(key),
            "request_object_key" => self.request_object_key = Some(key),
            _ => return Err(Error::quoted(ErrorCode::InternalArgument, "unknown key of a client", name)),
        }
        Ok(())
    }
}

impl Client {
    /// Builds a client from `{"client_id", "client_secret"?, "redirect_uri"?, "authentication_method"?,
    /// "assertion_algorithm"?, "assertion_audience"?, "certificate"?, "certificate_key"?, "leeway"?, "id_token_algorithms"?,
    /// "userinfo_algorithms"?, "introspection_algorithms"?, "introspection_cache"?, "authorization_response_algorithms"?,
    /// "dpop"?, "request_object_encryption"? with "alg" and "enc", "pending_lifetime"?}` and the keys.
    ///
    /// # Errors
    /// A `config.*` error for each value that is refused.
    pub fn new(service: &Service, config_json: &str, keys: ClientKeys) -> Result<Self> {
        let mut config = ClientConfig::from_json(config_json)?;
        if let Some(key) = keys.assertion_key {
            config = config.assertion_key(key);
        }
        if let Some(key) = keys.dpop_key {
            config = config.dpop_key(key);
        }
        if let Some(key) = keys.request_object_key {
            config = config.request_object_key(key);
        }
        crate::Client::new(service.0.clone(), config).map(Self)
    }

    /// See [`crate::Client::certificate_thumbprint`].
    #[must_use]
    pub fn certificate_thumbprint(&self) -> Option<&str> {
        self.0.certificate_thumbprint()
    }

    /// The client identifier: the configured one, or at CiviConnect the key's.
    #[must_use]
    pub fn client_id(&self) -> &str {
        self.0.client_id().as_str()
    }

    /// The same client for a provider that encrypts; see [`crate::Client::with_decrypter`].
    #[must_use]
    pub fn with_decrypter(&self, decrypter: &Decrypter) -> Self {
        Self(self.0.with_decrypter(decrypter.0.clone()))
    }

    /// Begins an authorization with `{"scopes"?, "parameters"?, "return_to"?, "prompt"?, "login_hint"?, "max_age"?, "acr_values"?,
    /// "ui_locales"?, "id_token_hint"?, "claims"?, "resource"?, "authorization_details"?, "response_mode"?, "session"?}`.
    ///
    /// # Errors
    /// See [`crate::Client::begin_authorization`].
    pub fn begin_authorization(&self, options_json: &str) -> Result<PendingAuthorization> {
        let request: AuthorizationRequest = options("authorization request", options_json)?;
        self.0.begin_authorization(&request)
    }

    /// See [`crate::Client::open_pending`].
    ///
    /// # Errors
    /// As there.
    pub fn open_pending(&self, sealed: &str, keys: &Keyring) -> Result<PendingAuthorization> {
        self.0.open_pending(sealed, keys)
    }

    /// Finishes an authorization with `{"origin"?, "session"?, "response_mode"?}`; the outcome is a token set.
    #[must_use]
    pub fn finish_authorization(
        &self,
        pending: &PendingAuthorization,
        callback: Callback,
        options_json: &str,
    ) -> Operation {
        match options::<CallbackContext>("callback", options_json) {
            Ok(context) => token_set(self.0.finish_authorization_in(pending.clone(), callback, &context)),
            Err(error) => Flow::ready(Err(error)),
        }
    }

    /// A DPoP proof for a request of the application's own, from `{"access_token"?, "nonce"?}`.
    ///
    /// # Errors
    /// See [`crate::Client::dpop_proof`].
    pub fn dpop_proof(&self, method: &str, url: &str, options_json: &str) -> Result<String> {
        let given: ProofOptions = options("options", options_json)?;
        self.0.dpop_proof(method, url, given.access_token.as_deref(), given.nonce.as_deref())
    }

    /// The header fields that show an access token to an API: a JSON object of texts.
    ///
    /// # Errors
    /// See [`crate::Client::authorization_headers`].
    pub fn authorization_headers(&self, access_token: &str, method: &str, url: &str) -> Result<String> {
        let fields = self.0.authorization_headers(access_token, method, url)?;
        let fields: Map<String, Value> =
            fields.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
        Ok(Value::Object(fields).to_string())
    }

    /// Takes the `DPoP-Nonce` of a response to a request of the application's own.
    ///
    /// # Errors
    /// See [`crate::Client::remember_dpop_nonce`].
    pub fn remember_dpop_nonce(&self, url: &str, nonce: &str) -> Result<()> {
        self.0.remember_dpop_nonce(url, nonce)
    }

    /// The key that the client's tokens are bound to.
    #[must_use]
    pub fn dpop_key(&self) -> Option<Key> {
        self.0.dpop_key().cloned()
    }

    /// Refreshes with `{"scopes"?, "resource"?, "authorization_details"?, "parameters"?, "id_token"?, "subject"?}`, where the last two say who had logged in; the outcome is a token set.
    #[must_use]
    pub fn refresh(&self, refresh_token: &str, options_json: &str) -> Operation {
        let given = options::<RefreshOptions>("options", options_json);
        let given = given.and_then(|given| Ok((given.earlier()?, super::grants::object(given.rest)?)));
        match given {
            Ok((earlier, given)) => token_set(self.0.refresh(refresh_token, &given, earlier)),
            Err(error) => Flow::ready(Err(error)),
        }
    }

    /// Introspection with `{"token_type_hint"?}`; the outcome is the reply.
    #[must_use]
    pub fn introspect(&self, token: &str, options_json: &str) -> Operation {
        match HintOptions::parse(options_json) {
            Ok(hint) => self.0.introspect(token, hint).map(|found| Ok(Outcome::Json(found.to_json()))),
            Err(error) => Flow::ready(Err(error)),
        }
    }

    /// Revocation with `{"token_type_hint"?}`; the outcome is nothing.
    #[must_use]
    pub fn revoke(&self, token: &str, options_json: &str) -> Operation {
        match HintOptions::parse(options_json) {
            Ok(hint) => self.0.revoke(token, hint).map(|()| Ok(Outcome::Unit)),
            Err(error) => Flow::ready(Err(error)),
        }
    }

    /// Userinfo with `{"subject"?}`; the outcome is the reply.
    #[must_use]
    pub fn userinfo(&self, access_token: &str, options_json: &str) -> Operation {
        match options::<UserinfoOptions>("options", options_json) {
            Ok(given) => object(self.0.userinfo(access_token, given.subject.as_deref())),
            Err(error) => Flow::ready(Err(error)),
        }
    }
}

pub(super) fn token_set(flow: Flow<TokenSet>) -> Operation {
    flow.map(|tokens| Ok(Outcome::Tokens(Box::new(tokens))))
}

fn object(flow: Flow<Map<String, Value>>) -> Operation {
    flow.map(|members| Ok(Outcome::Json(Value::Object(members).to_string())))
}
