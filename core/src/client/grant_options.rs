//! What most grants can be asked for beside what makes them a grant: scopes, resources, authorization details.

use super::Client;
use super::form::Form;
use super::request::{Endpoint, FormRequest};
use super::request_values::{detail_types, resource};
use crate::error::{Error, ErrorCode, Result};
use crate::types::ScopeSet;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;

/// What to ask for in a token request.
///
/// ```
/// use ferroauth::client::GrantOptions;
/// let options = GrantOptions::scopes(["read"]).resource("https://api.example.com/");
/// ```
#[derive(Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct GrantOptions {
    pub(super) scopes: Vec<String>,
    resource: Vec<String>,
    authorization_details: Option<Vec<Value>>,
    parameters: BTreeMap<String, String>,
}

/// Parameters may hold whatever a provider asks for, secrets too.
impl fmt::Debug for GrantOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GrantOptions").field("scopes", &self.scopes).finish_non_exhaustive()
    }
}

/// Parameters that no grant may be given by name: the library sets them, or they have an option of their own.
const RESERVED: [&str; 9] = [
    "grant_type",
    "client_id",
    "client_secret",
    "client_assertion",
    "client_assertion_type",
    "scope",
    "resource",
    "authorization_details",
    "code_verifier",
];

/// Parameters that make the grants of this library what they are; an extension grant may use these names.
const OWN: [&str; 16] = [
    "code",
    "redirect_uri",
    "refresh_token",
    "username",
    "password",
    "device_code",
    "auth_req_id",
    "assertion",
    "subject_token",
    "subject_token_type",
    "actor_token",
    "actor_token_type",
    "requested_token_type",
    "audience",
    "login_hint_token",
    "id_token_hint",
];

/// Longest JSON of `authorization_details`, bytes.
const MAX_DETAILS: usize = 16 * 1024;
const MAX_RESOURCES: usize = 16;

impl GrantOptions {
    /// Asks for these scopes.
    pub fn scopes<I, S>(scopes: I) -> Self
    where
        I: IntoIterator<Item = S>,
        S: Into<String>,
    {
        Self { scopes: scopes.into_iter().map(Into::into).collect(), ..Self::default() }
    }

    /// Names a resource that the token is for, RFC 8707: an absolute URI without a fragment. May be called again.
    #[must_use]
    pub fn resource(mut self, uri: impl Into<String>) -> Self {
        self.resource.push(uri.into());
        self
    }

    /// Asks for these rights, RFC 9396: objects with a `type`.
    #[must_use]
    pub fn authorization_details(mut self, details: Vec<Value>) -> Self {
        self.authorization_details = Some(details);
        self
    }

    /// Adds a parameter of the provider's own.
    #[must_use]
    pub fn parameter(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.parameters.insert(name.into(), value.into());
        self
    }

    /// Writes everything but the scopes, each checked.
    ///
    /// # Errors
    /// `config.resource`, `config.authorization_details`; `config.invalid` for a reserved parameter,
    /// `config.control_character`.
    fn write(&self, form: &mut Form, extension: bool) -> Result<()> {
        if self.resource.len() > MAX_RESOURCES {
            return Err(Error::with(ErrorCode::ConfigResource, "more than 16"));
        }
        for uri in &self.resource {
            form.append("resource", &resource(uri)?);
        }
        if let Some(details) = &self.authorization_details {
            detail_types(details)?;
            let text = serde_json::to_string(details).unwrap_or_default();
            if text.len() > MAX_DETAILS {
                return Err(Error::with(ErrorCode::ConfigAuthorizationDetails, "longer than 16 KiB"));
            }
            form.append("authorization_details", &text);
        }
        for (name, value) in &self.parameters {
            let name = name.as_str();
            if name.is_empty() || RESERVED.contains(&name) || (!extension && OWN.contains(&name)) {
                return Err(Error::quoted(ErrorCode::ConfigInvalid, "reserved parameter", name));
            }
            if name.chars().chain(value.chars()).any(char::is_control) {
                return Err(Error::with(ErrorCode::ConfigControlCharacter, "token request parameter"));
            }
            form.append(name, value);
        }
        Ok(())
    }
}

impl Client {
    /// A request with what its options ask for, and the scopes among it.
    pub(super) fn asking(
        &self,
        endpoint: Endpoint,
        mut form: Form,
        options: &GrantOptions,
    ) -> Result<(FormRequest, ScopeSet)> {
        let requested = self.write_scopes(&mut form, &options.scopes)?;
        options.write(&mut form, false)?;
        Ok((self.form_request(endpoint, form)?, requested))
    }

    /// The same for a grant that the library does not know.
    pub(super) fn asking_extension(
        &self,
        mut form: Form,
        options: &GrantOptions,
    ) -> Result<(FormRequest, ScopeSet)> {
        let requested = self.write_scopes(&mut form, &options.scopes)?;
        options.write(&mut form, true)?;
        Ok((self.form_request(Endpoint::Token, form)?, requested))
    }

    fn write_scopes(&self, form: &mut Form, scopes: &[String]) -> Result<ScopeSet> {
        let requested = ScopeSet::parse(scopes)?;
        form.append_scopes(&requested, self.service().definition().scope_separator);
        Ok(requested)
    }
}
