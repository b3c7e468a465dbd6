//! The content encryption key on its way: into a token and out of it again (RFC 7516 sections 5.1 and 5.2).

use super::agreement::{self, Parties};
use super::header::{Header, refused};
use super::message::malformed;
use super::{ContentEncryption, Management, password};
use crate::crypto::{self, ContentCipher};
use crate::error::{Error, ErrorCode, Result};
use crate::jose::{EncryptionKey, base64url};
use crate::random::Random;
use crate::secret::SecretBytes;
use std::num::NonZeroU32;

/// A content encryption key ready to travel.
pub(super) struct Travelling {
    pub(super) key: SecretBytes,
    pub(super) encrypted_key: Vec<u8>,
    /// Parameters that the header needs, names with JSON values.
    pub(super) parameters: Vec<(&'static str, String)>,
}

/// What a sender chooses.
pub(super) struct Choices<'a> {
    pub(super) party_u: &'a [u8],
    pub(super) party_v: &'a [u8],
    pub(super) iterations: Option<u32>,
    pub(super) random: &'a Random,
}

fn defect() -> Error {
    Error::with(ErrorCode::InternalArgument, "the key does not fit its algorithm")
}

fn quoted(bytes: &[u8]) -> String {
    format!("\"{}\"", base64url::encode(bytes))
}

/// Draws a content encryption key.
pub(super) fn draw(encryption: ContentEncryption, random: &Random) -> Result<SecretBytes> {
    let mut key = zeroize::Zeroizing::new(vec![0; encryption.cipher().key_len()]);
    random.fill(&mut key)?;
    Ok(SecretBytes::new(key.as_slice()))
}

/// Sends a key to one recipient; draws one unless there is one already, for other recipients.
///
/// # Errors
/// `key.wrong_type` if a key for direct use has not the length of the content encryption; `internal.random`.
pub(super) fn send(
    recipient: &EncryptionKey,
    encryption: ContentEncryption,
    shared: Option<&SecretBytes>,
    choices: &Choices<'_>,
) -> Result<Travelling> {
    let random = choices.random;
    let algorithm = recipient.algorithm();
    let secret = || recipient.shared_secret().ok_or_else(defect);
    let drawn = || shared.map_or_else(|| draw(encryption, random), |key| Ok(key.clone()));
    let wrapped = |key: SecretBytes, wrapping: &[u8], parameters| {
        let encrypted_key = crypto::wrap_key(wrapping, key.expose())?;
        Ok(Travelling { key, encrypted_key, parameters })
    };
    match algorithm.management() {
        Management::Direct => {
            let key = SecretBytes::new(secret()?);
            if key.expose().len() != encryption.cipher().key_len() {
                return Err(Error::with(ErrorCode::KeyWrongType, encryption.name()));
            }
            Ok(Travelling { key, encrypted_key: Vec::new(), parameters: Vec::new() })
        }
        Management::Wrap(_) => wrapped(drawn()?, secret()?, Vec::new()),
        Management::GcmWrap(aes) => {
            let key = drawn()?;
            let mut iv = [0; 12];
            random.fill(&mut iv)?;
            let sealed = ContentCipher::Gcm(aes).seal(secret()?, &iv, &[], key.expose())?;
            let parameters = vec![("tag", quoted(&sealed.tag)), ("iv", quoted(&iv))];
            Ok(Travelling { key, encrypted_key: sealed.ciphertext, parameters })
        }
        Management::Oaep(hash) => {
            let key = drawn()?;
            let encrypted_key = recipient.oaep_public().ok_or_else(defect)?.encrypt(hash, key.expose())?;
            Ok(Travelling { key, encrypted_key, parameters: Vec::new() })
        }
        Management::Agreement(wrapping) => {
            let key = if wrapping.is_some() { Some(drawn()?) } else { None };
            let (group, public) = recipient.agreement_public().ok_or_else(defect)?;
            let own = agreement::ephemeral(group, random)?;
            let agreed = own.agree(public).ok_or_else(|| Error::new(ErrorCode::KeyInvalidPoint))?;
            let parties = Parties { u: choices.party_u.to_vec(), v: choices.party_v.to_vec() };
            let derived = agreement::derive(&agreed, algorithm, encryption, wrapping, &parties);
            let mut parameters = vec![("epk", agreement::public_jwk(group, &own.public()?))];
            for (name, party) in [("apu", &parties.u), ("apv", &parties.v)] {
                if !party.is_empty() {
                    parameters.push((name, quoted(party)));
                }
            }
            match key {
                None => Ok(Travelling { key: derived, encrypted_key: Vec::new(), parameters }),
                Some(key) => wrapped(key, derived.expose(), parameters),
            }
        }
        Management::Password(hash, aes) => {
            let key = drawn()?;
            let iterations = choices.iterations.and_then(NonZeroU32::new).ok_or_else(defect)?;
            let mut salt = [0; 16];
            random.fill(&mut salt)?;
            let wrapping = password::derive(algorithm, hash, aes, iterations, &salt, secret()?);
            let parameters = vec![("p2s", quoted(&salt)), ("p2c", iterations.to_string())];
            wrapped(key, wrapping.expose(), parameters)
        }
    }
}

/// Takes the content encryption key out of a token; `None` for a key that does not come out, whatever the reason.
///
/// # Errors
/// What anybody can see in the token: `token.malformed` for an encrypted key where none belongs or none where one
/// does, `token.header` for a parameter, `token.algorithm` for a content encryption that the key has not the length
/// of; and `token.busy`.
pub(super) fn receive(
    own: &EncryptionKey,
    header: &Header<'_>,
    encryption: ContentEncryption,
    encrypted_key: &[u8],
    iterations: u32,
) -> Result<Option<SecretBytes>> {
    let algorithm = own.algorithm();
    let secret = || own.shared_secret().ok_or_else(defect);
    if algorithm.is_direct() != encrypted_key.is_empty() {
        return Err(malformed("an encrypted key where none belongs, or none where one does"));
    }
    let unwrap = |wrapping: &SecretBytes| crypto::unwrap_key(wrapping.expose(), encrypted_key);
    let key = match algorithm.management() {
        Management::Direct => {
            let secret = secret()?;
            if secret.len() != encryption.cipher().key_len() {
                return Err(refused(ErrorCode::TokenAlgorithm, "enc", "the key has another length"));
            }
            Some(SecretBytes::new(secret))
        }
        Management::Wrap(_) => crypto::unwrap_key(secret()?, encrypted_key),
        Management::GcmWrap(aes) => {
            let (iv, tag) = (header.required_bytes("iv", 0..=64)?, header.required_bytes("tag", 0..=64)?);
            ContentCipher::Gcm(aes).open(secret()?, &iv, &[], encrypted_key, &tag).map(SecretBytes::new)
        }
        Management::Oaep(hash) => own.oaep_private().ok_or_else(defect)?.decrypt(hash, encrypted_key),
        Management::Agreement(wrapping) => {
            let (group, _) = own.agreement_public().ok_or_else(defect)?;
            let (sender, parties) = agreement::read(header, group)?;
            let agreed = own.agreement_private().ok_or_else(defect)?.agree(&sender);
            let derived =
                agreed.map(|agreed| agreement::derive(&agreed, algorithm, encryption, wrapping, &parties));
            if wrapping.is_some() { derived.as_ref().and_then(unwrap) } else { derived }
        }
        Management::Password(hash, aes) => {
            unwrap(&password::read(header, algorithm, (hash, aes), secret()?, iterations)?)
        }
    };
    Ok(key.filter(|key| key.expose().len() == encryption.cipher().key_len()))
}
