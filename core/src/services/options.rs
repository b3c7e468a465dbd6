//! What a caller says about a provider beside its definition: how to reach it, where it runs, which tenant, which quirks.

use super::quirk::Quirks;
use crate::clock::Clock;
use crate::error::{Error, ErrorCode, Result};
use crate::flow::NetworkPolicy;
use crate::jose::base64url;
use crate::random::Random;
use crate::types::EndpointUrl;
use serde::Deserialize;
use serde_json::{Map, Value};

/// Longest tenant, realm or host name.
const MAX_NAME: usize = 253;

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

/// What is said about a provider beside its definition.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ServiceOptions {
    /// The rules for requests to this provider.
    pub network: NetworkPolicy,
    /// Where the provider runs: the value of `{{base_url}}` in a preset.
    pub base_url: Option<String>,
    /// The value of `{{tenant}}`; `common` without one, as in CiviCRM.
    pub tenant: Option<String>,
    /// The value of `{{realm}}`.
    pub realm: Option<String>,
    /// The host name that is the value of `{{domain}}`.
    pub domain: Option<String>,
    /// Quirks beside those that the definition declares.
    pub quirks: Vec<String>,
    /// Seconds that an access token lasts where a reply does not say; needs the quirk `expires_in_absent`.
    pub default_lifetime: Option<u32>,
    /// Options over those of the definition, as those of a client are in CiviCRM.
    pub overlay: Map<String, Value>,
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

    pub(super) fn quirks(&self) -> Result<Quirks> {
        Quirks::parse(&self.quirks)
    }

    /// The value of a placeholder, checked; `fallback` is what the definition has for it.
    pub(super) fn value(&self, name: &str, fallback: Option<&str>) -> Result<String> {
        let (given, check): (_, fn(&str) -> bool) = match name {
            "tenant" => (self.tenant.as_deref().or(fallback).or(Some("common")), is_segment),
            "realm" => (self.realm.as_deref().or(fallback), is_segment),
            "domain" => (self.domain.as_deref().or(fallback), is_host),
            "base_url" => return self.base(fallback),
            _ => return Err(Error::quoted(ErrorCode::ConfigProviderFile, "unknown placeholder", name)),
        };
        let given = given.ok_or_else(|| missing(name))?;
        if check(given) {
            Ok(given.to_owned())
        } else {
            Err(Error::quoted(ErrorCode::ConfigTenant, "refused", given))
        }
    }

    /// The base URL without its last slash.
    fn base(&self, fallback: Option<&str>) -> Result<String> {
        let base = self.base_url.as_deref().or(fallback).ok_or_else(|| missing("base_url"))?;
        let url = EndpointUrl::parse(base, &self.network)?;
        if url.url().query().is_some() || base.contains('?') {
            return Err(Error::with(ErrorCode::ConfigUrl, "base_url has a query"));
        }
        Ok(base.trim_end_matches('/').to_owned())
    }
}

fn missing(name: &str) -> Error {
    Error::with(ErrorCode::ConfigInvalid, format!("the service needs {name}"))
}

/// One segment of a path, which cannot begin another one or leave it.
pub(super) fn is_segment(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
    (1..=MAX_NAME).contains(&text.len()) && text.bytes().all(plain) && !text.bytes().all(|byte| byte == b'.')
}

/// A host name: labels of letters, digits and hyphens, at least two.
fn is_host(text: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let last = text.rsplit('.').next().unwrap_or_default();
    text.len() <= MAX_NAME
        && text.contains('.')
        && text.split('.').all(label)
        && last.starts_with(|first: char| first.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenant_stays_in_its_segment_and_a_domain_is_a_host_name() {
        for text in ["common", "9188040d-6c67-4c5b-b112-36a304b66dad", "contoso.onmicrosoft.com", "a_b~c"] {
            assert!(is_segment(text), "{text}");
        }
        for text in ["", ".", "..", "a/b", "a?b", "a#b", "a%2fb", "a b", "a\\b", "é", "a@b", "a:b", "{{x}}"]
        {
            assert!(!is_segment(text), "{text}");
        }
        for text in ["dev-1.okta.com", "login.example.org"] {
            assert!(is_host(text), "{text}");
        }
        for text in [
            "",
            "localhost",
            "10.0.0.1",
            "a..b",
            ".a.b",
            "a.b.",
            "-a.b",
            "a-.b",
            "a.b/c",
            "a.b:443",
            "u@a.b",
            "a.b?x",
            "a.é",
        ] {
            assert!(!is_host(text), "{text}");
        }
    }
}
