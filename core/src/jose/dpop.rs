//! DPoP proofs (RFC 9449): the one kind of token whose key comes with it, because it proves nothing but the possession of
//! that key.

use super::{Algorithm, Expected, KeySet, Policy, Profile, Verified, base64url};
use crate::crypto;
use crate::error::{Error, ErrorCode, Explain, Result};
use crate::secret::constant_time_eq;
use url::Url;

/// Longest `jti`; what remembers them must not grow with their length.
const MAX_JTI: usize = 256;

/// Verifies DPoP proofs for a resource server or an authorization server.
#[derive(Clone, Debug)]
pub struct DpopVerifier {
    policy: Policy,
}

/// The request that a proof must belong to.
#[derive(Clone, Copy, Debug, Default)]
pub struct DpopRequest<'a> {
    /// The method, as it was sent.
    pub method: &'a str,
    /// The absolute URL; its query and fragment do not count.
    pub url: &'a str,
    /// The access token that the request carries: `ath` must then be its hash.
    pub access_token: Option<&'a str>,
    /// The nonce that this server handed out.
    pub nonce: Option<&'a str>,
    /// The thumbprint that the access token is bound to (`cnf.jkt`).
    pub thumbprint: Option<&'a str>,
}

/// A proof that passed. Its `jti` is still to be remembered for as long as the proof is young enough.
#[derive(Clone, Debug)]
pub struct DpopProof {
    /// Header and claims.
    pub verified: Verified,
    /// The RFC 7638 thumbprint of its key, to compare with `cnf.jkt` or to bind a token to.
    pub thumbprint: String,
}

impl DpopVerifier {
    /// A verifier. `max_age` is how old a proof may be by `iat`, in seconds, 1 to 300; `leeway` as in [`Policy`].
    ///
    /// # Errors
    /// `config.algorithms` for an empty list or one with a symmetric algorithm, `config.unsupported_algorithm`,
    /// `config.leeway`, `config.invalid` for an age out of bounds.
    pub fn new(algorithms: impl IntoIterator<Item = Algorithm>, max_age: u32, leeway: u32) -> Result<Self> {
        let algorithms: Vec<Algorithm> = algorithms.into_iter().collect();
        if algorithms.iter().any(|algorithm| algorithm.is_symmetric()) {
            return Err(Error::with(ErrorCode::ConfigAlgorithms, "a proof is never symmetric"));
        }
        if !(1..=300).contains(&max_age) {
            return Err(Error::with(ErrorCode::ConfigInvalid, "max_age of a proof is 1 to 300 seconds"));
        }
        let policy = Policy::builder()
            .algorithms(algorithms)
            .any_issuer()
            .any_audience()
            .require_exp(false)
            .max_age(Some(max_age))
            .leeway(leeway)
            .profile(Profile::Typ("dpop+jwt".into()))
            .build()?;
        Ok(Self { policy })
    }

    /// Verifies a proof (RFC 9449 section 4.3). `now` is in seconds since the epoch.
    ///
    /// # Errors
    /// `token.*` as for every token; `token.header` for a missing, private or unusable `jwk`; `token.binding` if the proof
    /// belongs to another request, access token or key; `token.nonce`; `config.url` if the request's URL is none.
    pub fn verify(&self, proof: &str, request: &DpopRequest<'_>, now: i64) -> Result<DpopProof> {
        let target = request_target(request.url)
            .ok_or_else(|| Error::with(ErrorCode::ConfigUrl, "the URL of the request"))?;
        let compact = self.policy.admit(proof)?;
        let key = compact.header_key().ok_or_else(|| refuse(ErrorCode::TokenHeader, "jwk", None, now))?;
        let thumbprint = key.thumbprint()?;
        let verified =
            self.policy.verify_compact(compact, &KeySet::single(key), now, &Expected::default())?;
        let text = |name: &'static str| match verified.claim(name) {
            None => Err(refuse(ErrorCode::TokenMissingClaim, name, None, now)),
            Some(value) => value.as_str().ok_or_else(|| refuse(ErrorCode::TokenClaimType, name, None, now)),
        };
        if !(1..=MAX_JTI).contains(&text("jti")?.len()) {
            return Err(refuse(ErrorCode::TokenClaimType, "jti", Some("1 to 256 bytes"), now));
        }
        let other = |check, wanted| Err(refuse(ErrorCode::TokenBinding, check, wanted, now));
        if *text("htm")? != *request.method {
            return other("htm", Some(request.method));
        }
        if request_target(&text("htu")?).is_none_or(|claimed| claimed != target) {
            return other("htu", Some(&target));
        }
        if let Some(token) = request.access_token {
            let hash = base64url::encode(&crypto::sha256(token.as_bytes()));
            if !constant_time_eq(text("ath")?.as_bytes(), hash.as_bytes()) {
                return other("ath", None);
            }
        }
        if request.thumbprint.is_some_and(|bound| !constant_time_eq(bound.as_bytes(), thumbprint.as_bytes()))
        {
            return other("jkt", None);
        }
        if let Some(nonce) = request.nonce
            && !constant_time_eq(text("nonce")?.as_bytes(), nonce.as_bytes())
        {
            return Err(refuse(ErrorCode::TokenNonce, "nonce", None, now));
        }
        Ok(DpopProof { verified, thumbprint })
    }
}

fn refuse(code: ErrorCode, check: &'static str, expected: Option<&str>, now: i64) -> Error {
    let expected = expected.map(|text| text.chars().take(256).collect());
    Error::with(code, check).explained(Explain { check, expected, now: Some(now), ..Explain::default() })
}

/// A URL as proofs are compared by (RFC 9449 section 4.3 with the normalization of RFC 3986 sections 6.2.2, 6.2.3): without query and
/// fragment, scheme and host in lower case, the default port left out. `None` for user information and other schemes.
pub(super) fn request_target(text: &str) -> Option<String> {
    let plain = text.bytes().all(|byte| byte > 0x20 && byte != 0x7f && byte != b'\\');
    let mut url = Url::parse(text).ok().filter(|_| plain)?;
    if !matches!(url.scheme(), "https" | "http") || !url.username().is_empty() || url.password().is_some() {
        return None;
    }
    url.set_query(None);
    url.set_fragment(None);
    Some(url.into())
}
