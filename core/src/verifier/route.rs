//! Which policy and which keys a token meets: one pair for all tokens, or one for each issuer.

use super::{Issuers, KeysFrom, VerifierConfig};
use crate::clock::Clock;
use crate::error::{Error, ErrorCode, Result};
use crate::flow::NetworkPolicy;
use crate::jose::{Algorithm, IssuerTemplate, KeySet, Policy, PolicyBuilder, TokenLimits};
use crate::jwks::{KeySource, Location};
use crate::types::{EndpointUrl, Issuer};
use std::sync::Arc;

/// Most issuers, so that a configuration cannot make a verifier hold key sets without bound.
const MAX_ISSUERS: usize = 64;

/// A policy with the keys that it trusts.
#[derive(Debug)]
pub(super) struct Route {
    /// The issuer that it serves, where there are several.
    pub(super) issuer: Option<String>,
    pub(super) policy: Policy,
    pub(super) keys: Keys,
}

#[derive(Debug)]
pub(super) enum Keys {
    Fixed(KeySet),
    Provider(KeySource),
}

impl Route {
    /// Where its keys come from, unless they are at hand.
    pub(super) fn source(&self) -> Option<&KeySource> {
        match &self.keys {
            Keys::Fixed(_) => None,
            Keys::Provider(source) => Some(source),
        }
    }
}

fn invalid(detail: &'static str) -> Error {
    Error::with(ErrorCode::ConfigInvalid, detail)
}

/// The routes of a configuration: one, or one for each of several discovered issuers.
pub(super) fn routes(config: &VerifierConfig) -> Result<Vec<Route>> {
    let algorithms = algorithms(config)?;
    let begin = || builder(config, &algorithms);
    let one = |policy: PolicyBuilder, keys| Ok(vec![Route { issuer: None, policy: policy.build()?, keys }]);
    let shared = match &config.keys {
        KeysFrom::Fixed(set) => Keys::Fixed(set.clone()),
        KeysFrom::Provider { jwks_uri: Some(uri) } => {
            Keys::Provider(source(Location::Url(EndpointUrl::parse(uri, &config.network)?), config))
        }
        KeysFrom::Provider { jwks_uri: None } => {
            let issuers = discovered(&config.issuers)?;
            let several = issuers.len() > 1;
            return issuers
                .into_iter()
                .map(|issuer| {
                    let location = Location::Issuer(Issuer::parse(&issuer, &config.network)?);
                    let policy = begin().issuer(issuer.clone()).build()?;
                    let keys = Keys::Provider(source(location, config));
                    Ok(Route { issuer: several.then_some(issuer), policy, keys })
                })
                .collect();
        }
    };
    match &config.issuers {
        Issuers::Any => one(begin().any_issuer(), shared),
        Issuers::Of(list) => match list.as_slice() {
            [only] => one(begin().issuer(only), shared),
            _ => one(begin().issuers(list), shared),
        },
        Issuers::Tenants { template, tenants: None } => {
            one(begin().issuer_template(IssuerTemplate::parse(template)?), shared)
        }
        Issuers::Tenants { template, tenants: Some(tenants) } => {
            one(begin().issuers(expanded(template, tenants)?), shared)
        }
    }
}

/// The issuers whose metadata says where their keys are.
fn discovered(issuers: &Issuers) -> Result<Vec<String>> {
    let list = match issuers {
        Issuers::Any => return Err(invalid("verifier: neither keys, nor an issuer, nor jwks_uri")),
        Issuers::Tenants { tenants: None, .. } => {
            return Err(invalid("verifier: an issuer template for every tenant needs jwks_uri or a key"));
        }
        Issuers::Tenants { template, tenants: Some(tenants) } => expanded(template, tenants)?,
        Issuers::Of(list) => list.clone(),
    };
    let mut sorted = list.clone();
    sorted.sort_unstable();
    sorted.dedup();
    if sorted.len() != list.len() {
        return Err(invalid("verifier: an issuer is named twice"));
    }
    if (1..=MAX_ISSUERS).contains(&list.len()) { Ok(list) } else { Err(invalid("verifier: 1 to 64 issuers")) }
}

fn expanded(template: &str, tenants: &[String]) -> Result<Vec<String>> {
    let template = IssuerTemplate::parse(template)?;
    tenants.iter().map(|tenant| template.issuer(tenant)).collect()
}

fn source(location: Location, config: &VerifierConfig) -> KeySource {
    let network: Arc<NetworkPolicy> = Arc::new(config.network.clone());
    let clock: Clock = config.clock.clone();
    KeySource::new(location, network, clock)
}

fn algorithms(config: &VerifierConfig) -> Result<Vec<Algorithm>> {
    let named = match &config.algorithms {
        Some(names) => Some(names.iter().map(|name| name.parse()).collect::<Result<Vec<Algorithm>>>()?),
        None => None,
    };
    match config.keys {
        KeysFrom::Fixed(_) => Ok(named.unwrap_or_default()),
        KeysFrom::Provider { .. } => {
            // The key decides which of them a token may use.
            let algorithms = named.unwrap_or_else(Algorithm::asymmetric);
            if algorithms.iter().any(|algorithm| algorithm.is_symmetric()) {
                let detail = "a published key set never holds HMAC keys";
                return Err(Error::with(ErrorCode::ConfigAlgorithms, detail));
            }
            Ok(algorithms)
        }
    }
}

/// Everything of a policy but its issuer.
fn builder(config: &VerifierConfig, algorithms: &[Algorithm]) -> PolicyBuilder {
    let policy = Policy::builder()
        .algorithms(algorithms.iter().copied())
        .leeway(config.leeway)
        .max_age(config.max_age)
        .require_exp(config.require_exp)
        .required_claims(config.required_claims.iter().cloned())
        .profile(config.profile.clone())
        .limits(TokenLimits { padded: config.padded, ..TokenLimits::default() });
    match &config.audience {
        Some(audience) => policy.audience(audience.iter().cloned()),
        None => policy.any_audience(),
    }
}
