//! Known providers: where a provider's endpoints are, how it may be reached, and its key set.

use crate::clock::Clock;
use crate::error::{Error, ErrorCode, Result};
use crate::flow::{Flow, NetworkPolicy};
use crate::jose::{base64url, json};
use crate::jwks::{KeySource, Location};
use crate::metadata::{self, Metadata};
use crate::random::Random;
use crate::types::{EndpointUrl, Issuer};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::sync::Arc;

/// A provider. Cheap to clone; clones share the key set.
#[derive(Clone, Debug)]
pub struct Service(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    document: Map<String, Value>,
    metadata: Metadata,
    network: Arc<NetworkPolicy>,
    keys: Option<Arc<KeySource>>,
    clock: Clock,
}

/// Fixed time and randomness, so that shared test vectors can name exact values. Not for production.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Testing {
    now: Option<i64>,
    entropy: Option<String>,
}

impl Testing {
    /// The clock that stands still at `now`, or the system's.
    #[must_use]
    pub fn clock(testing: Option<&Self>) -> Clock {
        testing.and_then(|t| t.now).map_or_else(Clock::system, Clock::fixed)
    }

    /// The stream seeded with `entropy` (base64url), or the system's generator.
    ///
    /// # Errors
    /// `config.invalid`.
    pub fn random(testing: Option<&Self>) -> Result<Random> {
        match testing.and_then(|t| t.entropy.as_deref()) {
            None => Ok(Random::system()),
            Some(text) => base64url::decode(text.as_bytes())
                .map(|seed| Random::seeded(&seed))
                .map_err(|_| Error::with(ErrorCode::ConfigInvalid, "testing.entropy")),
        }
    }
}

/// How to reach a provider.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ServiceOptions {
    /// The rules for requests to this provider.
    pub network: NetworkPolicy,
    /// Where the provider runs, for presets of software that everybody hosts on their own.
    pub base_url: Option<String>,
    /// For tests only.
    pub testing: Option<Testing>,
}

impl ServiceOptions {
    /// Parses the JSON form that the bindings use.
    ///
    /// # Errors
    /// `config.invalid`.
    pub fn from_json(text: &str) -> Result<Self> {
        serde_json::from_str(text)
            .map_err(|error| Error::with(ErrorCode::ConfigInvalid, format!("service options: {error}")))
    }
}

impl Service {
    /// Discovers a provider from its issuer (OpenID Connect Discovery, then RFC 8414).
    ///
    /// # Errors
    /// `config.url` for an unacceptable issuer, at once; the flow ends with the errors of
    /// [`metadata::fetch`].
    pub fn discover(issuer: &str, options: &ServiceOptions) -> Result<Flow<Self>> {
        let network = Arc::new(options.network.clone());
        let issuer = Issuer::parse(issuer, &network)?;
        let clock = Testing::clock(options.testing.as_ref());
        Ok(Flow::new(|io| async move {
            let members = metadata::fetch(&io, &issuer, &network).await?;
            Self::from_members(members, network, clock)
        }))
    }

    /// Reads a metadata document (RFC 8414) with an optional member `network`, or a CiviCRM provider
    /// file (`options.urlAuthorize`, `options.urlAccessToken`).
    ///
    /// # Errors
    /// `config.invalid` for text that is not a JSON object; the errors of [`Metadata::from_members`].
    pub fn from_json(text: &str) -> Result<Self> {
        let invalid = |detail| Error::with(ErrorCode::ConfigInvalid, detail);
        json::validate(text.as_bytes(), json::Limits::default())
            .map_err(|_| invalid("service: not strict JSON"))?;
        let Ok(Value::Object(mut members)) = serde_json::from_str(text) else {
            return Err(invalid("service: not a JSON object"));
        };
        let mut options = Map::new();
        for name in ["network", "testing"] {
            if let Some(value) = members.remove(name) {
                options.insert(name.into(), value);
            }
        }
        let options = ServiceOptions::from_json(&Value::Object(options).to_string())?;
        let members = match members.get("options") {
            Some(Value::Object(civi)) => civi_members(civi)?,
            _ => members,
        };
        Self::from_members(members, Arc::new(options.network), Testing::clock(options.testing.as_ref()))
    }

    /// A provider that ferroauth knows: `frappe`, `drupal_simple_oauth` or `farmos`, each at `base_url`.
    ///
    /// # Errors
    /// `config.invalid` for an unknown name or a missing `base_url`; `metadata.endpoint`.
    pub fn preset(name: &str, options: &ServiceOptions) -> Result<Self> {
        let base = options.base_url.as_deref();
        let base = base.ok_or_else(|| Error::with(ErrorCode::ConfigInvalid, "the preset needs base_url"))?;
        EndpointUrl::parse(base, &options.network)?;
        let base = base.trim_end_matches('/');
        let paths: &[(&str, &str)] = match name {
            "frappe" => &[
                ("issuer", ""),
                ("authorization_endpoint", "/api/method/frappe.integrations.oauth2.authorize"),
                ("token_endpoint", "/api/method/frappe.integrations.oauth2.get_token"),
                ("introspection_endpoint", "/api/method/frappe.integrations.oauth2.introspect_token"),
                ("revocation_endpoint", "/api/method/frappe.integrations.oauth2.revoke_token"),
                ("userinfo_endpoint", "/api/method/frappe.integrations.oauth2.openid_profile"),
            ],
            "drupal_simple_oauth" | "farmos" => &[
                ("issuer", ""),
                ("authorization_endpoint", "/oauth/authorize"),
                ("token_endpoint", "/oauth/token"),
                ("userinfo_endpoint", "/oauth/userinfo"),
                ("jwks_uri", "/oauth/jwks"),
            ],
            _ => return Err(Error::quoted(ErrorCode::ConfigInvalid, "unknown preset", name)),
        };
        let members = paths
            .iter()
            .map(|(name, path)| ((*name).to_owned(), Value::from(format!("{base}{path}"))))
            .collect();
        Self::from_members(
            members,
            Arc::new(options.network.clone()),
            Testing::clock(options.testing.as_ref()),
        )
    }

    fn from_members(document: Map<String, Value>, network: Arc<NetworkPolicy>, clock: Clock) -> Result<Self> {
        let metadata = Metadata::from_members(&document, &network)?;
        let keys = metadata
            .jwks_uri
            .clone()
            .map(|url| Arc::new(KeySource::new(Location::Url(url), network.clone(), clock.clone())));
        Ok(Self(Arc::new(Inner { document, metadata, network, keys, clock })))
    }

    /// The metadata document with its `network` member, for [`Service::from_json`].
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut document = self.0.document.clone();
        if *self.0.network != NetworkPolicy::default() {
            let network = serde_json::to_value(&*self.0.network).unwrap_or_default();
            document.insert("network".into(), network);
        }
        Value::Object(document).to_string()
    }

    /// The issuer identifier.
    #[must_use]
    pub fn issuer(&self) -> Option<&str> {
        self.0.metadata.issuer.as_ref().map(Issuer::as_str)
    }

    /// The checked metadata.
    #[must_use]
    pub fn metadata(&self) -> &Metadata {
        &self.0.metadata
    }

    /// The rules for requests to this provider.
    #[must_use]
    pub fn network(&self) -> &Arc<NetworkPolicy> {
        &self.0.network
    }

    pub(crate) fn keys(&self) -> Option<&Arc<KeySource>> {
        self.0.keys.as_ref()
    }

    pub(crate) fn clock(&self) -> &Clock {
        &self.0.clock
    }

    pub(crate) fn authorization_endpoint(&self) -> Option<&EndpointUrl> {
        self.0.metadata.authorization_endpoint.as_ref()
    }

    /// The endpoint, or the error that names what is missing.
    pub(crate) fn endpoint<'a>(
        &self,
        name: &'static str,
        endpoint: Option<&'a EndpointUrl>,
    ) -> Result<&'a EndpointUrl> {
        endpoint.ok_or_else(|| Error::with(ErrorCode::MetadataMissingEndpoint, name))
    }
}

/// Translates the options of a CiviCRM provider file into metadata members.
fn civi_members(options: &Map<String, Value>) -> Result<Map<String, Value>> {
    let mut members = Map::new();
    let names = [
        ("urlAuthorize", "authorization_endpoint"),
        ("urlAccessToken", "token_endpoint"),
        ("urlResourceOwnerDetails", "userinfo_endpoint"),
    ];
    for (from, to) in names {
        match options.get(from) {
            // `{{use_id_token}}` says that there is no owner endpoint.
            Some(Value::String(text)) if text == "{{use_id_token}}" => {}
            // Without a tenant of its own a site belongs to CiviCRM's default, `common`.
            Some(Value::String(text)) => {
                members.insert(to.into(), text.replace("{{tenant}}", "common").into());
            }
            None => {}
            Some(_) => return Err(Error::with(ErrorCode::ConfigInvalid, from)),
        }
    }
    Ok(members)
}
