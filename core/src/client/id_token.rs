//! ID tokens, OpenID Connect Core sections 3.1.3.7 and 12.2: always verified, never merely decoded.

use super::Client;
use crate::error::{Error, ErrorCode, Result};
use crate::flow::Io;
use crate::jose::{Algorithm, Expected as ExpectedToken, Key, KeySet, Nonce, Policy, Profile, Verified};
use crate::services::Service;
use std::borrow::Cow;

/// What this ID token must carry, beyond what every one must.
pub(super) struct Expected<'a> {
    /// The nonce of the authorization request; `None` after a refresh.
    pub(super) nonce: Option<&'a str>,
    /// The `max_age` of the authorization request, seconds.
    pub(super) max_age: Option<u32>,
    /// The authorization code, which a `c_hash` must belong to; `None` in the other grants.
    pub(super) code: Option<&'a str>,
}

/// The algorithms that are accepted: the configured ones, else the asymmetric ones that the provider
/// announces, else RS256 (OpenID Connect Dynamic Registration section 2, `id_token_signed_response_alg`).
pub(super) fn algorithms(service: &Service, configured: Option<&[String]>) -> Result<Vec<Algorithm>> {
    if let Some(names) = configured {
        let parsed = names.iter().map(|name| name.parse()).collect::<Result<Vec<Algorithm>>>()?;
        let symmetric = parsed.iter().filter(|algorithm| algorithm.is_symmetric()).count();
        if parsed.is_empty() || (symmetric != 0 && symmetric != parsed.len()) {
            return Err(ErrorCode::ConfigAlgorithms.into());
        }
        return Ok(parsed);
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
        let missing = |detail| Err(Error::with(ErrorCode::MetadataMissingEndpoint, detail));
        if self.service().issuer().is_none() {
            return missing("issuer, which the openid scope needs");
        }
        if self.signs_with_secret() {
            return self.secret_keys().map(drop);
        }
        if self.service().keys().is_none() {
            return missing("jwks_uri, which the openid scope needs");
        }
        Ok(())
    }

    pub(super) async fn verify_id_token(
        &self,
        io: &Io,
        token: &str,
        access_token: &str,
        expected: &Expected<'_>,
    ) -> Result<Verified> {
        self.require_id_token_keys()?;
        let issuer = self.service().issuer().unwrap_or_default();
        let client_id = self.client_id().as_str();
        let policy = Policy::builder()
            .algorithms(self.0.id_token_algorithms.iter().copied())
            .issuer(issuer)
            .audience([client_id])
            .leeway(self.0.leeway)
            .profile(Profile::IdToken)
            .build()?;
        let expected = ExpectedToken {
            // After a refresh the provider may repeat a nonce that is no longer known.
            nonce: expected.nonce.map_or(Nonce::Unknown, Nonce::Sent),
            access_token: Some(access_token),
            code: expected.code,
            max_authentication_age: expected.max_age,
        };
        let now = self.clock().now();
        if self.signs_with_secret() {
            return policy.verify_expecting(token, &self.secret_keys()?, now, &expected);
        }
        let source = self.service().keys().ok_or(ErrorCode::MetadataMissingEndpoint)?;
        let kid = policy.admit(token)?.kid().map(Cow::into_owned);
        let keys = source.keys(io, kid.as_deref()).await?;
        policy.verify_expecting(token, &keys, self.clock().now(), &expected)
    }

    fn signs_with_secret(&self) -> bool {
        self.0.id_token_algorithms.iter().any(|algorithm| algorithm.is_symmetric())
    }

    /// The client secret as an HMAC key, OpenID Connect Core section 10.1.
    fn secret_keys(&self) -> Result<KeySet> {
        let secret = self.0.secret.as_ref();
        let secret = secret.ok_or_else(|| {
            Error::with(ErrorCode::ConfigAlgorithms, "HS256 ID tokens need a confidential client")
        })?;
        Ok(KeySet::single(Key::hmac(secret.expose().as_bytes())?))
    }
}
