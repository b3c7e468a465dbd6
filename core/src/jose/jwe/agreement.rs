//! ECDH-ES (RFC 7518 section 4.6): the ephemeral key, and the key that both sides derive.
//!
//! The token's `epk` is read with the strictness of a key: on the curve of the recipient's key, no private part
//! (threat B12). What the two parties agreed on goes through the Concat KDF with the algorithm's name, so that a key
//! for one algorithm is no key for another.

use super::header::{Header, refused};
use super::{ContentEncryption, KeyManagement};
use crate::crypto::{self, AgreementKey, Curve, Group};
use crate::error::{Error, ErrorCode, Result};
use crate::jose::{EncryptionKey, base64url};
use crate::random::Random;
use crate::secret::SecretBytes;
use zeroize::Zeroizing;

/// Longest `apu` or `apv`, decoded.
pub(super) const MAX_PARTY: usize = 512;
/// Draws of an ephemeral scalar; more than one in four billion is never needed on these curves.
const MAX_DRAWS: usize = 64;

/// What both sides put into the derivation, from the header.
pub(super) struct Parties {
    pub(super) u: Vec<u8>,
    pub(super) v: Vec<u8>,
}

/// Derives the key for one token: the content encryption key itself, or the one that wraps it.
pub(super) fn derive(
    secret: &SecretBytes,
    algorithm: KeyManagement,
    encryption: ContentEncryption,
    wrapping: Option<crypto::Aes>,
    parties: &Parties,
) -> SecretBytes {
    let (name, length) = match wrapping {
        None => (encryption.name(), encryption.cipher().key_len()),
        Some(aes) => (algorithm.name(), aes.key_len()),
    };
    let mut info = Vec::with_capacity(parties.u.len() + parties.v.len() + 48);
    for part in [name.as_bytes(), &parties.u, &parties.v] {
        info.extend_from_slice(&word(part.len()));
        info.extend_from_slice(part);
    }
    info.extend_from_slice(&word(length * 8));
    crypto::concat_kdf(secret.expose(), &info, length)
}

/// A length in 32 bits; all lengths here are bounded far below.
fn word(length: usize) -> [u8; 4] {
    u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes()
}

/// The sender's public key and the parties' names, from the header of a token.
///
/// # Errors
/// `token.header` for an `epk` that is missing, malformed, off the curve, on another one than the key, or private, and
/// for an `apu` or `apv` that is no base64url or too long.
pub(super) fn read(header: &Header<'_>, group: Group) -> Result<(Vec<u8>, Parties)> {
    let wrong = || refused(ErrorCode::TokenHeader, "epk", "epk");
    let epk = header.get("epk").filter(|epk| epk.is_object()).ok_or_else(wrong)?;
    let (stated, public) = EncryptionKey::ephemeral(epk.raw()).map_err(|_| wrong())?;
    if stated != group {
        return Err(wrong());
    }
    let party = |name| Ok::<_, Error>(header.bytes(name, 0..=MAX_PARTY)?.unwrap_or_default());
    Ok((public, Parties { u: party("apu")?, v: party("apv")? }))
}

/// Draws an ephemeral key.
///
/// # Errors
/// `internal.random`; `config.unsupported_algorithm` where the backend has no agreement.
pub(super) fn ephemeral(group: Group, random: &Random) -> Result<AgreementKey> {
    let mut draw = Zeroizing::new(vec![0; group.private_len()]);
    let mut last = Error::new(ErrorCode::InternalRandom);
    for _ in 0..MAX_DRAWS {
        random.fill(&mut draw)?;
        // The order of P-521 has 521 bits, of which the first byte holds one.
        if let (Group::Ec(Curve::P521), Some(first)) = (group, draw.first_mut()) {
            *first &= 1;
        }
        match AgreementKey::new(group, &draw) {
            Ok(key) => return Ok(key),
            Err(error) => last = error,
        }
    }
    Err(last)
}

/// The `epk` member.
pub(super) fn public_jwk(group: Group, public: &[u8]) -> String {
    let (curve, coordinates) = match group {
        Group::X25519 => {
            let x = base64url::encode(public);
            return format!("{{\"kty\":\"OKP\",\"crv\":\"X25519\",\"x\":\"{x}\"}}");
        }
        Group::Ec(curve) => (curve, public.get(1..).unwrap_or_default()),
    };
    let name = match curve {
        Curve::P256 => "P-256",
        Curve::P384 => "P-384",
        Curve::P521 => "P-521",
        Curve::Secp256k1 => "secp256k1",
    };
    let (x, y) = coordinates.split_at_checked(curve.coordinate_len()).unwrap_or_default();
    let (x, y) = (base64url::encode(x), base64url::encode(y));
    format!("{{\"kty\":\"EC\",\"crv\":\"{name}\",\"x\":\"{x}\",\"y\":\"{y}\"}}")
}
