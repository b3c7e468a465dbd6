//! What is known of a provider beyond its metadata: default scopes and parameters, labels, templates, declared quirks.

use super::quirk::{Quirk, Quirks};
use super::template::Mode;
use crate::error::{Error, ErrorCode, Result};
use crate::jose::IssuerTemplate;
use crate::types::ScopeSet;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// What joins scopes in a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum ScopeSeparator {
    /// A space, RFC 6749 section 3.3.
    #[default]
    #[serde(rename = " ")]
    Space,
    /// A comma, the default of PHP's league/oauth2-client and so of CiviCRM.
    #[serde(rename = ",")]
    Comma,
    /// A comma and a space.
    #[serde(rename = ", ")]
    CommaSpace,
}

impl ScopeSeparator {
    /// Reads the `scopeSeparator` of a provider file.
    ///
    /// # Errors
    /// `config.provider_file` for another separator than these.
    pub fn parse(text: &str) -> Result<Self> {
        match text {
            " " => Ok(Self::Space),
            "," => Ok(Self::Comma),
            ", " => Ok(Self::CommaSpace),
            _ => Err(Error::quoted(ErrorCode::ConfigProviderFile, "scopeSeparator", text)),
        }
    }

    /// The text between two scopes.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Space => " ",
            Self::Comma => ",",
            Self::CommaSpace => ", ",
        }
    }
}

/// A template of a provider file with the way in which it is filled in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Template {
    /// How.
    pub mode: Mode,
    /// What.
    pub value: Value,
}

/// What a service is beside its metadata. Everything has a default; a discovered provider has nothing of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Definition {
    /// The provider's identifier, and its label for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[allow(missing_docs)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The PHP class that CiviCRM would use; kept, without any effect.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// The scopes that are asked for where a call names none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub scopes: Vec<String>,
    /// What joins scopes.
    pub scope_separator: ScopeSeparator,
    /// Parameters of each authorization request, which those of a call replace.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub parameters: BTreeMap<String, String>,
    /// How authorization responses may come back, the usual one first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub response_modes: Vec<String>,
    /// Free labels.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Whether the provider has tenants, and which one it is.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub tenancy: bool,
    #[allow(missing_docs)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// The resource owner is who the verified ID token says, because the file says `{{use_id_token}}`.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub use_id_token: bool,
    /// The issuer of ID tokens where each tenant has its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issuer_template: Option<String>,
    /// The claim that identifies a user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id_property: Option<String>,
    /// The client that a record names, and its redirect URI. Never its secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    #[allow(missing_docs)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redirect_uri: Option<String>,
    /// Where the record says that the provider's metadata is; for `Service.discover`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub openid_configuration: Option<String>,
    /// Seconds that an access token lasts where a reply does not say, with [`Quirk::ExpiresInAbsent`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_lifetime: Option<u32>,
    /// What this provider may do that the specifications forbid.
    #[serde(skip_serializing_if = "Quirks::is_none")]
    pub quirks: Quirks,
    /// The templates by their names.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub templates: BTreeMap<String, Template>,
}

/// Parameters of an authorization request that no definition may set: they are made anew for each, or belong to a call.
const RESERVED: [&str; 11] = [
    "response_type",
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
    "max_age",
    "request",
    "request_uri",
];

/// Most entries of any list of a definition.
const MAX_ENTRIES: usize = 100;

impl Definition {
    /// Checks what was put together from file, overlay and options.
    pub(super) fn check(&self) -> Result<()> {
        ScopeSet::parse(&self.scopes)?;
        let refused = |what: &'static str| Err(Error::with(ErrorCode::ConfigProviderFile, what));
        let lists = [&self.scopes, &self.response_modes, &self.tags];
        if lists.iter().any(|list| list.len() > MAX_ENTRIES) || self.parameters.len() > MAX_ENTRIES {
            return refused("more than 100 entries");
        }
        if self.templates.len() > MAX_ENTRIES {
            return refused("more than 100 templates");
        }
        for (name, value) in &self.parameters {
            if RESERVED.contains(&name.as_str()) {
                return Err(Error::quoted(ErrorCode::ConfigProviderFile, "reserved parameter", name));
            }
            if name.is_empty() || name.chars().chain(value.chars()).any(char::is_control) {
                return refused("parameters");
            }
        }
        if let Some(template) = &self.issuer_template {
            IssuerTemplate::parse(template)?;
        }
        match (self.default_lifetime, self.quirks.has(Quirk::ExpiresInAbsent)) {
            (None, false) => Ok(()),
            (Some(seconds), true) if (1..=31_622_400).contains(&seconds) => Ok(()),
            _ => Err(Error::with(
                ErrorCode::ConfigQuirk,
                "expires_in_absent and a default_lifetime of 1 second to 366 days belong together",
            )),
        }
    }

    /// The name under which a user is known, by CiviCRM's order: `upn`, `userPrincipalName`, `mail`, `email`, `id`.
    #[must_use]
    pub fn owner_name(claims: &Value) -> Option<String> {
        ["upn", "userPrincipalName", "mail", "email", "id"]
            .iter()
            .find_map(|name| readable(claims.get(*name)?))
    }

    /// The user's identifier: the claim that the service names for it, else `sub`.
    #[must_use]
    pub fn user_id(&self, claims: &Value) -> Option<String> {
        readable(claims.get(self.user_id_property.as_deref().unwrap_or("sub"))?)
    }
}

/// A text that is not empty, or an integer.
fn readable(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) if number.is_i64() || number.is_u64() => Some(number.to_string()),
        _ => None,
    }
}
