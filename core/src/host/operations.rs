//! The one door for operations of a client that take nothing but options: a name and a JSON object.
//!
//! A binding needs no function of its own for each of them; what has an argument that is no option (a pending
//! authorization, a callback) or is called often has its own in [`super::client`].

use super::client::Client;
use super::{Operation, Outcome, options};
use crate::client::AuthorizationRequest;
use crate::error::{Error, ErrorCode, Result};
use crate::flow::Flow;
use serde::Deserialize;

/// For an operation that takes none.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct NoOptions {}

impl Client {
    /// Begins the operation of this name. `options_json` holds all its arguments under the names that they have
    /// in Python.
    ///
    /// | name | options | outcome |
    /// |---|---|---|
    /// | `push_authorization` | as [`Client::begin_authorization`] | a pending authorization |
    /// | `load_keys` | none | nothing |
    /// | `client_credentials` | what all grants have: `{"scopes"?, "resource"?, "authorization_details"?, "parameters"?}` | a token set |
    /// | `password` | `{"username", "password"}` and what all have | a token set |
    /// | `jwt_bearer`, `saml_bearer` | `{"assertion"}` and what all have | a token set |
    /// | `token_request` | `{"extension"}` and what all have | a token set |
    /// | `exchange_token` | `{"subject_token", "subject_token_type", "actor_token"?, "actor_token_type"?, "requested_token_type"?, "audience"?}` and what all have | a token set |
    /// | `device_authorization` | what all have | a [`crate::client::DeviceAuthorization`] as JSON |
    /// | `device_token`, `poll_device_token` | `{"authorization"}` | a token set; of the second nothing while the user has not answered |
    /// | `backchannel_authentication` | the members of [`crate::client::BackchannelRequest`] and what all have | a [`crate::client::BackchannelAuthentication`] as JSON |
    /// | `backchannel_token`, `poll_backchannel_token` | `{"authentication"}` | as for devices |
    /// | `verify_logout_token` | `{"token", "replay"?}` | `{"issuer", "subject", "session_id", "token_id", "issued_at", "expires_at", "claims"}` |
    ///
    /// # Errors
    /// The operation's first step has them: `internal.argument` for an unknown name, `config.invalid` for an
    /// unknown option or one of the wrong type, and what the operation itself refuses.
    #[must_use]
    pub fn operation(&self, name: &str, options_json: &str) -> Operation {
        self.begin(name, options_json).unwrap_or_else(|error| Flow::ready(Err(error)))
    }

    fn begin(&self, name: &str, text: &str) -> Result<Operation> {
        Ok(match name {
            "push_authorization" => {
                let request: AuthorizationRequest = options("authorization request", text)?;
                self.0.push_authorization(&request).map(|pending| Ok(Outcome::Pending(pending)))
            }
            "load_keys" => {
                let NoOptions {} = options("options", text)?;
                self.0.load_keys().map(|()| Ok(Outcome::Unit))
            }
            "verify_logout_token" => self.verify_logout_token(text)?,
            _ => match self.grant(name, text)? {
                Some(grant) => grant,
                None => return Err(Error::quoted(ErrorCode::InternalArgument, "unknown operation", name)),
            },
        })
    }
}
