//! ID tokens, OpenID Connect Core sections 3.1.3.7 and 12.2: always verified, never merely decoded.

use super::{Client, provider_token};
use crate::error::{Error, ErrorCode, Result};
use crate::flow::Io;
use crate::jose::json::Value;
use crate::jose::{Algorithm, Expected as ExpectedToken, Nonce, Profile, Verified, decode_unverified};
use crate::secret::constant_time_eq;
use crate::services::{Quirk, Quirks, Service};

/// What this ID token must carry, beyond what every one must.
#[derive(Default)]
pub(super) struct Expected<'a> {
    /// The nonce of the authorization request; `None` after a refresh.
    pub(super) nonce: Option<&'a str>,
    /// The `max_age` of the authorization request, seconds.
    pub(super) max_age: Option<u32>,
    /// The authorization code, which a `c_hash` must belong to; `None` in the other grants.
    pub(super) code: Option<&'a str>,
    /// The login that was before a refresh.
    pub(super) earlier: Option<&'a EarlierLogin>,
}

/// The algorithms that are accepted: the configured ones, else the asymmetric ones that the provider
/// announces, else RS256 (OpenID Connect Dynamic Registration section 2, `id_token_signed_response_alg`).
pub(super) fn algorithms(service: &Service, configured: Option<&[String]>) -> Result<Vec<Algorithm>> {
    if let Some(names) = configured {
        return provider_token::algorithms(names);
    }
    if service.quirks().has(Quirk::IdTokenHs256) {
        return Ok(vec![Algorithm::HS256]);
    }
    let announced = &service.metadata().id_token_algorithms;
    let usable: Vec<Algorithm> = announced
        .iter()
        .filter_map(|name| name.parse().ok())
        .filter(|algorithm: &Algorithm| !algorithm.is_symmetric() && algorithm.is_supported())
        .collect();
    Ok(if usable.is_empty() { vec![Algorithm::RS256] } else { usable })
}

impl Client {
    /// Refuses to ask for an ID token that could not be verified afterwards.
    pub(super) fn require_id_token_keys(&self) -> Result<()> {
        self.require_keys(&self.0.id_token_algorithms, "the openid scope")
    }

    /// Verifies an ID token that was [opened](Client::opened).
    pub(super) async fn verify_id_token(
        &self,
        io: &Io,
        token: &str,
        access_token: &str,
        expected: &Expected<'_>,
        used: &mut Quirks,
    ) -> Result<Verified> {
        self.require_id_token_keys()?;
        let quirks = self.service().quirks();
        if self.0.id_token_algorithms == [Algorithm::HS256] {
            quirks.permit(Quirk::IdTokenHs256, used);
        }
        let sent = if quirks.has(Quirk::NoNonce) { Nonce::SentOrAbsent } else { Nonce::Sent };
        let policy = self.provider_policy(&self.0.id_token_algorithms, Profile::IdToken).build()?;
        let wanted = ExpectedToken {
            // After a refresh the provider may repeat a nonce that is no longer known.
            nonce: expected.nonce.map_or(Nonce::Unknown, sent),
            access_token: Some(access_token),
            code: expected.code,
            max_authentication_age: expected.max_age,
        };
        let verified = self.verify_noting(io, token, &policy, &wanted, used).await?;
        if expected.nonce.is_some() && verified.claim("nonce").is_none() {
            quirks.permit(Quirk::NoNonce, used);
        }
        if let Some(earlier) = expected.earlier {
            earlier.check(&verified)?;
        }
        Ok(verified)
    }
}

/// Who had logged in before a refresh: what the ID token of the refresh must be about as well.
#[derive(Clone, Debug)]
pub enum EarlierLogin {
    /// The `sub` of the earlier ID token.
    Subject(String),
    /// The earlier ID token itself, as [`super::IdToken::raw`] has it. It was verified when it came, so it is only read
    /// here, and it may have expired.
    IdToken(Box<Verified>),
}

impl EarlierLogin {
    /// Takes the compact form of the earlier ID token.
    ///
    /// # Errors
    /// `token.*` for what is no token, `token.missing_claim` for one without issuer and subject.
    pub fn from_id_token(token: &str) -> Result<Self> {
        let earlier = decode_unverified(token)?;
        for name in ["iss", "sub"] {
            if earlier.claim_str(name).is_none() {
                return Err(Error::with(ErrorCode::TokenMissingClaim, name));
            }
        }
        Ok(Self::IdToken(Box::new(earlier)))
    }

    /// OpenID Connect Core section 12.2: issuer, subject, audience, `azp` and the time of the login stay what they were,
    /// `iat` moves on, and a nonce that is repeated is the old one.
    fn check(&self, new: &Verified) -> Result<()> {
        let earlier = match self {
            Self::Subject(subject) if new.subject().as_deref() == Some(subject) => return Ok(()),
            Self::Subject(_) => return Err(ErrorCode::TokenSubject.into()),
            Self::IdToken(earlier) => earlier,
        };
        let same = |name| new.claim_str(name) == earlier.claim_str(name);
        if !same("iss") {
            return Err(ErrorCode::TokenIssuer.into());
        }
        if !same("sub") {
            return Err(ErrorCode::TokenSubject.into());
        }
        let kept = audiences(earlier);
        let found = audiences(new);
        if !kept.iter().all(|audience| found.contains(audience)) {
            return Err(ErrorCode::TokenAudience.into());
        }
        if !same("azp") {
            return Err(ErrorCode::TokenAuthorizedParty.into());
        }
        let other = |claim| Err(Error::with(ErrorCode::TokenEarlierLogin, claim));
        if let (Some(then), Some(now)) = (earlier.claim_seconds("auth_time"), new.claim_seconds("auth_time"))
            && then != now
        {
            return other("auth_time");
        }
        if earlier.issued_at() > new.issued_at() {
            return other("iat");
        }
        match (earlier.claim_str("nonce"), new.claim_str("nonce")) {
            (_, None) => Ok(()),
            (Some(then), Some(now)) if constant_time_eq(then.as_bytes(), now.as_bytes()) => Ok(()),
            _ => Err(ErrorCode::TokenNonce.into()),
        }
    }
}

/// The audiences, one or a list.
pub(super) fn audiences(token: &Verified) -> Vec<String> {
    let Some(aud) = token.claim("aud") else { return Vec::new() };
    let one = aud.as_str().into_iter();
    let list = aud.as_array().into_iter().flatten().filter_map(Value::as_str);
    one.chain(list).map(std::borrow::Cow::into_owned).collect()
}
