//! How a policy comes about: every rule given, or its opt-out called by name.

use super::{Policy, Rules};
use crate::error::{Error, ErrorCode, Result};
use crate::jose::issuers::{IssuerRule, IssuerTemplate};
use crate::jose::{Algorithm, Profile, TokenLimits, algorithm};

/// Largest clock tolerance in seconds.
const MAX_LEEWAY: u32 = 300;
const MAX_VALUES: usize = 64;

/// Collects the rules of a [`Policy`].
#[derive(Clone, Debug)]
#[must_use]
pub struct PolicyBuilder {
    rules: Rules,
    leeway: u32,
    issuer_decided: bool,
    audience_decided: bool,
}

impl PolicyBuilder {
    pub(super) fn new() -> Self {
        Self {
            rules: Rules {
                algorithms: Vec::new(),
                issuer: None,
                audience: Vec::new(),
                subject: None,
                leeway: 0,
                max_age: None,
                require_exp: true,
                required_claims: Vec::new(),
                profile: Profile::Generic,
                authorized_party: None,
                limits: TokenLimits::default(),
            },
            leeway: 0,
            issuer_decided: false,
            audience_decided: false,
        }
    }

    /// The accepted algorithms: at least one, and not symmetric and asymmetric ones together.
    pub fn algorithms(mut self, algorithms: impl IntoIterator<Item = Algorithm>) -> Self {
        self.rules.algorithms = algorithms.into_iter().collect();
        self
    }

    /// `iss` must be this, byte for byte.
    pub fn issuer(mut self, issuer: impl Into<String>) -> Self {
        self.rules.issuer = Some(IssuerRule::Exact(issuer.into()));
        self.issuer_decided = true;
        self
    }

    /// `iss` must be one of these, byte for byte; at most 64. They share their keys, so each of them is trusted to
    /// speak for all.
    pub fn issuers<T: Into<String>>(mut self, issuers: impl IntoIterator<Item = T>) -> Self {
        self.rules.issuer = Some(IssuerRule::OneOf(issuers.into_iter().map(Into::into).collect()));
        self.issuer_decided = true;
        self
    }

    /// `iss` must be of this template, and its tenant must be the token's `tid`.
    pub fn issuer_template(mut self, template: IssuerTemplate) -> Self {
        self.rules.issuer = Some(IssuerRule::Template(template));
        self.issuer_decided = true;
        self
    }

    /// `iss` is not checked.
    pub fn any_issuer(mut self) -> Self {
        self.rules.issuer = None;
        self.issuer_decided = true;
        self
    }

    /// `aud` must contain one of these, byte for byte.
    pub fn audience<T: Into<String>>(mut self, audience: impl IntoIterator<Item = T>) -> Self {
        self.rules.audience = audience.into_iter().map(Into::into).collect();
        self.audience_decided = !self.rules.audience.is_empty();
        self
    }

    /// `aud` is not checked.
    pub fn any_audience(mut self) -> Self {
        self.rules.audience.clear();
        self.audience_decided = true;
        self
    }

    /// `sub` must be this.
    pub fn subject(mut self, subject: impl Into<String>) -> Self {
        self.rules.subject = Some(subject.into());
        self
    }

    /// Tolerance for clocks that differ, in seconds, at most 300. Default 0.
    pub fn leeway(mut self, seconds: u32) -> Self {
        self.leeway = seconds;
        self
    }

    /// `iat` is required and not older than this many seconds.
    pub fn max_age(mut self, seconds: Option<u32>) -> Self {
        self.rules.max_age = seconds;
        self
    }

    /// Whether a token without `exp` is refused. Default true.
    pub fn require_exp(mut self, required: bool) -> Self {
        self.rules.require_exp = required;
        self
    }

    /// Claims that must be present, whatever their value.
    pub fn required_claims<T: Into<String>>(mut self, names: impl IntoIterator<Item = T>) -> Self {
        self.rules.required_claims = names.into_iter().map(Into::into).collect();
        self
    }

    /// The kind of token.
    pub fn profile(mut self, profile: Profile) -> Self {
        self.rules.profile = profile;
        self
    }

    /// `azp` must be this where it is required: always, but in an ID token only beside further audiences.
    /// For an ID token the only audience is the default.
    pub fn authorized_party(mut self, client_id: impl Into<String>) -> Self {
        self.rules.authorized_party = Some(client_id.into());
        self
    }

    /// Bounds on the token.
    pub fn limits(mut self, limits: TokenLimits) -> Self {
        self.rules.limits = limits;
        self
    }

    /// Checks the rules and freezes them.
    ///
    /// # Errors
    /// `config.algorithms` if there are none or both families; `config.unsupported_algorithm`;
    /// `config.leeway`; `config.invalid` if issuer or audience were not decided, are empty, or are opted
    /// out of for a kind of token that names its parties.
    pub fn build(self) -> Result<Policy> {
        let Self { mut rules, leeway, issuer_decided, audience_decided } = self;
        let invalid = |detail: &'static str| Err(Error::with(ErrorCode::ConfigInvalid, detail));
        algorithm::check_allowed(&rules.algorithms)?;
        if leeway > MAX_LEEWAY {
            return Err(Error::new(ErrorCode::ConfigLeeway));
        }
        rules.leeway = i64::from(leeway);
        if !issuer_decided || rules.issuer.as_ref().is_some_and(|issuer| !issuer.is_sound()) {
            return invalid("the issuer is neither given nor opted out of");
        }
        if !audience_decided
            || rules.audience.iter().any(String::is_empty)
            || rules.audience.len() > MAX_VALUES
        {
            return invalid("the audience is neither given nor opted out of");
        }
        if rules.profile.names_parties() && (rules.issuer.is_none() || rules.audience.is_empty()) {
            return invalid("this kind of token is always checked for issuer and audience");
        }
        match &rules.profile {
            Profile::Typ(typ) if typ.is_empty() => return invalid("the token type is empty"),
            Profile::IdToken if rules.authorized_party.is_none() => {
                if let [only] = rules.audience.as_slice() {
                    rules.authorized_party = Some(only.clone());
                }
            }
            Profile::ClientAssertion => match &rules.issuer {
                // RFC 7523 section 3: the client is issuer and subject.
                Some(IssuerRule::Exact(client)) => rules.subject = Some(client.clone()),
                _ => return invalid("the issuer of a client assertion is one client"),
            },
            _ => {}
        }
        if let Some(required) = rules.profile.requires_exp() {
            rules.require_exp = required;
        }
        Ok(Policy { rules })
    }
}
