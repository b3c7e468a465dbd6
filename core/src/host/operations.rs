//! The one door for operations of a client that take nothing but options: a name and a JSON object.
//!
//! A binding needs no function of its own for each of them; what has an argument that is no option (a pending
//! authorization, a callback) or is called often has its own in [`super::client`].

use super::client::{Client, ScopeOptions, token_set};
use super::{Operation, Outcome, options};
use crate::client::AuthorizationRequest;
use crate::error::{Error, ErrorCode, Result};
use crate::flow::Flow;

impl Client {
    /// Begins the operation of this name. `options_json` holds all its arguments under the names that they have
    /// in Python.
    ///
    /// | name | options | outcome |
    /// |---|---|---|
    /// | `push_authorization` | as [`Client::begin_authorization`] | a pending authorization |
    /// | `client_credentials` | `{"scopes"?}` | a token set |
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
            "client_credentials" => {
                let given: ScopeOptions = options("options", text)?;
                token_set(self.0.client_credentials(&given.scopes))
            }
            "verify_logout_token" => self.verify_logout_token(text)?,
            _ => return Err(Error::quoted(ErrorCode::InternalArgument, "unknown operation", name)),
        })
    }
}
