//! What a verifier is built from.

use crate::clock::Clock;
use crate::flow::NetworkPolicy;
use crate::jose::{Expected, KeySet, Nonce, Profile};
use crate::secret::Secret;

/// Where a verifier's keys come from.
#[derive(Clone, Debug)]
pub enum KeysFrom {
    /// Keys at hand.
    Fixed(KeySet),
    /// The issuer's key set.
    Provider {
        /// Where it is, if not where the issuer's metadata says.
        jwks_uri: Option<String>,
    },
}

/// Whose tokens are accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Issuers {
    /// Anybody's: `iss` is not checked, on purpose.
    Any,
    /// Of these, byte for byte, at most 64. Each verifies with its own discovered keys only; they share keys where those are
    /// at hand or at one `jwks_uri`.
    Of(Vec<String>),
    /// Of one template with `{tenantid}` as a whole segment of its path, where the tenant is the token's `tid`.
    Tenants {
        /// The template.
        template: String,
        /// The tenants, or `None` for every tenant, which needs keys at hand or a `jwks_uri`.
        tenants: Option<Vec<String>>,
    },
}

/// What a verifier checks. Issuer and audience are left out only on purpose.
#[derive(Clone, Debug)]
pub struct VerifierConfig {
    /// The keys.
    pub keys: KeysFrom,
    /// Whose tokens they are.
    pub issuers: Issuers,
    /// The token must be meant for one of these; `None` is a check left out on purpose.
    pub audience: Option<Vec<String>>,
    /// The allowed algorithms. For a provider's key set the default is every asymmetric one; with keys at
    /// hand they must be named.
    pub algorithms: Option<Vec<String>>,
    /// Clock tolerance, 0 to 300 seconds.
    pub leeway: u32,
    /// The greatest age by `iat`, seconds.
    pub max_age: Option<u32>,
    /// The kind of token.
    pub profile: Profile,
    /// Further claims that must be there.
    pub required_claims: Vec<String>,
    /// Whether `exp` must be there; leave it on. A profile that says more about it decides.
    pub require_exp: bool,
    /// The rules for requests to the provider.
    pub network: NetworkPolicy,
    /// How many verified tokens are kept, so that the same ones need no second verification: 0 to 100,000, with 4 KiB of
    /// header and claims for each on average. One serves until its `exp`, and while the key set is the same. It pays with
    /// public keys; a check with an HMAC secret is as short as the look-up.
    pub token_cache: u32,
    /// The tokens are padded with `=`, as AWS's load balancer writes them; then unpadded ones are refused.
    pub padded: bool,
    /// The clock.
    pub clock: Clock,
}

/// What the host knows about the token that it has verified, kept for as long as keys are fetched; see [`Expected`].
#[derive(Clone, Debug, Default)]
pub struct Expectations {
    /// The nonce that was sent; `None` if none was.
    pub nonce: Option<Secret>,
    /// The access token that came along.
    pub access_token: Option<Secret>,
    /// The authorization code that came along.
    pub code: Option<Secret>,
    /// The greatest age of `auth_time`, seconds.
    pub max_authentication_age: Option<u32>,
}

impl Expectations {
    pub(super) fn borrow(&self) -> Expected<'_> {
        Expected {
            nonce: self.nonce.as_ref().map_or(Nonce::None, |nonce| Nonce::Sent(nonce.expose())),
            access_token: self.access_token.as_ref().map(Secret::expose),
            code: self.code.as_ref().map(Secret::expose),
            max_authentication_age: self.max_authentication_age,
        }
    }
}
