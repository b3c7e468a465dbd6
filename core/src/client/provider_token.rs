//! Tokens that the provider signs for this client: ID tokens, logout tokens, signed replies.
//!
//! One way for all of them: opened if the client has a decrypter and the token is encrypted, refused before any traffic if no key
//! could make it acceptable, verified with the provider's key set, or with the client's secret where the algorithms say so.

use super::Client;
use crate::error::{Error, ErrorCode, Result};
use crate::flow::Io;
use crate::jose::{Algorithm, Expected, Key, KeySet, Policy, PolicyBuilder, Profile, Verified};
use crate::services::{Quirk, Quirks};
use std::borrow::Cow;

/// Bytes of a client secret under which HMACs are taken without [`Quirk::ShortSecret`]; more where the algorithm is longer.
const MIN_SECRET: usize = 32;

/// The algorithms of a configured list: at least one, and not symmetric and asymmetric ones together.
///
/// # Errors
/// `config.algorithms`, `config.unsupported_algorithm`.
pub(super) fn algorithms(names: &[String]) -> Result<Vec<Algorithm>> {
    let parsed = names.iter().map(|name| name.parse()).collect::<Result<Vec<Algorithm>>>()?;
    let symmetric = parsed.iter().filter(|algorithm| algorithm.is_symmetric()).count();
    if parsed.is_empty() || (symmetric != 0 && symmetric != parsed.len()) {
        return Err(ErrorCode::ConfigAlgorithms.into());
    }
    Ok(parsed)
}

impl Client {
    /// Begins the policy of a token that the provider makes for this client.
    pub(super) fn provider_policy(&self, algorithms: &[Algorithm], profile: Profile) -> PolicyBuilder {
        let policy = Policy::builder().algorithms(algorithms.iter().copied());
        let policy = match self.service().issuer_template() {
            Some(template) => policy.issuer_template(template.clone()),
            None => policy.issuer(self.service().issuer().unwrap_or_default()),
        };
        policy.audience([self.client_id().as_str()]).leeway(self.0.leeway).profile(profile)
    }

    /// Refuses to ask for what could not be verified afterwards; `what` names it.
    ///
    /// # Errors
    /// `metadata.missing_endpoint` without an issuer or a key set, `config.algorithms` without a secret for HMAC.
    pub(super) fn require_keys(&self, algorithms: &[Algorithm], what: &str) -> Result<()> {
        let missing = |name| {
            Err(Error::with(ErrorCode::MetadataMissingEndpoint, format!("{name}, which {what} needs")))
        };
        if !self.service().is_openid() {
            return missing("issuer");
        }
        if signs_with_secret(algorithms) {
            // A secret that no check could succeed with is said now, and not after the code was used.
            let keys = self.secret_keys()?;
            let mut fit = Ok(());
            for (key, algorithm) in
                keys.keys().iter().flat_map(|key| algorithms.iter().map(move |a| (key, *a)))
            {
                fit = key.check_verify(algorithm);
                if fit.is_ok() {
                    break;
                }
            }
            return fit;
        }
        if self.service().keys().is_none() {
            return missing("jwks_uri");
        }
        Ok(())
    }

    /// The signed token inside an encrypted one, not verified yet; a signed one as it is. Without a decrypter an encrypted
    /// token stays what it is, and is refused as such by whoever verifies it.
    ///
    /// # Errors
    /// As [`crate::jose::Decrypter::decrypt_nested`].
    pub(super) fn opened<'t>(&self, token: &'t str) -> Result<Cow<'t, str>> {
        match &self.1 {
            Some(decrypter) if is_encrypted(token) => decrypter.decrypt_nested(token).map(Cow::Owned),
            _ => Ok(Cow::Borrowed(token)),
        }
    }

    /// Verifies a token that was [opened](Client::opened), and tells of the quirks that it took.
    ///
    /// # Errors
    /// `token.*`, and the errors of the key set.
    pub(super) async fn verify_provider_token(
        &self,
        io: &Io,
        token: &str,
        policy: &Policy,
        expected: &Expected<'_>,
    ) -> Result<Verified> {
        let mut used = Quirks::default();
        let verified = self.verify_noting(io, token, policy, expected, &mut used).await?;
        self.tell_quirks(io, used);
        Ok(verified)
    }

    /// The same, with the quirks that it took for the caller to tell.
    pub(super) async fn verify_noting(
        &self,
        io: &Io,
        token: &str,
        policy: &Policy,
        expected: &Expected<'_>,
        used: &mut Quirks,
    ) -> Result<Verified> {
        let admitted = policy.admit(token)?;
        let (kid, algorithm) = (admitted.kid().map(Cow::into_owned), admitted.algorithm());
        if signs_with_secret(policy.algorithms()) {
            if self.0.secret.as_ref().is_some_and(|secret| secret.expose().len() < MIN_SECRET) {
                self.service().quirks().permit(Quirk::ShortSecret, used);
            }
            return policy.verify_expecting(token, &self.secret_keys()?, self.clock().now(), expected);
        }
        let source = self.service().keys().ok_or(ErrorCode::MetadataMissingEndpoint)?;
        let keys = source.keys(io, kid.as_deref()).await?;
        // OpenID Connect Core section 10.1: of several keys the token must name its own.
        let fitting = |key: &&Key| algorithm.is_some_and(|algorithm| key.fits(algorithm));
        if kid.is_none()
            && keys.keys().iter().filter(fitting).count() > 1
            && !self.service().quirks().permit(Quirk::TokenWithoutKid, used)
        {
            return Err(ErrorCode::TokenKeyAmbiguous.into());
        }
        policy.verify_expecting(token, &keys, self.clock().now(), expected)
    }

    /// The client secret as an HMAC key, OpenID Connect Core section 10.1.
    fn secret_keys(&self) -> Result<KeySet> {
        let secret = self.0.secret.as_ref();
        let secret = secret.ok_or_else(|| {
            Error::with(ErrorCode::ConfigAlgorithms, "HMAC signatures need a confidential client")
        })?;
        let secret = secret.expose().as_bytes();
        let short = self.service().quirks().has(Quirk::ShortSecret);
        Ok(KeySet::single(if short { Key::hmac_legacy(secret)? } else { Key::hmac(secret)? }))
    }
}

fn signs_with_secret(algorithms: &[Algorithm]) -> bool {
    algorithms.iter().any(|algorithm| algorithm.is_symmetric())
}

/// Whether a compact token has the five parts of an encrypted one (RFC 7516 section 9).
pub(super) fn is_encrypted(token: &str) -> bool {
    token.bytes().filter(|byte| *byte == b'.').take(5).count() == 4
}
