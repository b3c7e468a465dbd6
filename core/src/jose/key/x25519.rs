//! X25519 keys: for key agreement alone, so that they exist only inside an [`super::EncryptionKey`]
//! (RFC 7748, RFC 8037 section 3.2, RFC 8410).

use super::jwk::{Jwk, Members};
use super::material::malformed;
use super::{der, pem};
use crate::crypto::{AgreementKey, Group, system_random};
use crate::error::{Error, ErrorCode, Result};
use crate::jose::base64url;
use crate::secret::{Secret, SecretBytes};

/// An X25519 key, proven usable.
pub(super) struct X25519 {
    pub(super) public: Vec<u8>,
    pub(super) private: Option<SecretBytes>,
}

impl X25519 {
    /// The 32 bytes of a public key.
    ///
    /// # Errors
    /// `key.invalid_point` for another length and for a point of small order, with which everybody would share the
    /// same secret.
    pub(super) fn public(bytes: &[u8]) -> Result<Self> {
        let invalid = || Error::new(ErrorCode::KeyInvalidPoint);
        if bytes.len() != 32 {
            return Err(invalid());
        }
        let mut draw = [0; 32];
        system_random(&mut draw)?;
        AgreementKey::new(Group::X25519, &draw)?.agree(bytes).ok_or_else(invalid)?;
        Ok(Self { public: bytes.to_vec(), private: None })
    }

    /// The 32 bytes of a private key, with the public key if the source states one.
    ///
    /// # Errors
    /// `key.malformed` for another length, `key.inconsistent` if the public key is another one's.
    pub(super) fn private(bytes: &[u8], stated: Option<&[u8]>) -> Result<Self> {
        if bytes.len() != 32 {
            return Err(malformed("length of the private key"));
        }
        let public = AgreementKey::new(Group::X25519, bytes)?.public()?;
        if stated.is_some_and(|stated| stated != public) {
            return Err(Error::new(ErrorCode::KeyInconsistent));
        }
        Ok(Self { public, private: Some(SecretBytes::new(bytes)) })
    }

    pub(super) fn from_jwk(jwk: &Jwk<'_>) -> Result<Self> {
        let x = jwk.bytes("x")?;
        if jwk.has("d") {
            Self::private(jwk.bytes("d")?.expose(), Some(x.expose()))
        } else {
            Self::public(x.expose())
        }
    }

    /// The key in a SubjectPublicKeyInfo or PKCS#8, or `None` if that is not about X25519.
    pub(super) fn from_der(bytes: &[u8]) -> Option<Result<Self>> {
        if pem::spki_algorithm(bytes) == Some((der::X25519, None)) {
            let mut fields = der::Reader::only_sequence(bytes)?;
            fields.sequence()?;
            return fields.bit_string().map(Self::public);
        }
        if pem::pkcs8_algorithm(bytes) == Some((der::X25519, None)) {
            let inner = pem::pkcs8_key(bytes);
            let key = inner.and_then(|inner| der::Reader::new(inner).take(der::OCTET_STRING));
            return Some(key.ok_or_else(|| malformed("PKCS#8")).and_then(|key| Self::private(key, None)));
        }
        None
    }

    /// The members that make the public key.
    pub(super) fn required(&self) -> Members {
        let (kty, crv) = ("OKP".to_owned(), "X25519".to_owned());
        [("kty", kty), ("crv", crv), ("x", base64url::encode(&self.public))].into()
    }

    /// The members of the private key, the secret one too.
    pub(super) fn private_members(&self) -> Result<Members> {
        let private = self.private.as_ref().ok_or(ErrorCode::KeyPrivateRequired)?;
        let mut members = self.required();
        members.insert("d", base64url::encode(private.expose()));
        Ok(members)
    }

    /// SubjectPublicKeyInfo as PEM.
    pub(super) fn public_pem(&self) -> String {
        let content = [identifier(), der::bit_string(&self.public)].concat();
        pem::armour("PUBLIC KEY", &der::element(der::SEQUENCE, &content))
    }

    /// PKCS#8 as PEM.
    pub(super) fn private_pem(&self) -> Result<Secret> {
        self.pkcs8().map(|whole| Secret::new(pem::armour("PRIVATE KEY", whole.expose())))
    }

    /// PKCS#8 as DER.
    pub(super) fn pkcs8(&self) -> Result<SecretBytes> {
        let private = self.private.as_ref().ok_or(ErrorCode::KeyPrivateRequired)?;
        let inner = SecretBytes::new(der::element(der::OCTET_STRING, private.expose()));
        let key = SecretBytes::new(der::element(der::OCTET_STRING, inner.expose()));
        let content = SecretBytes::new([der::unsigned(&[0]), identifier(), key.expose().to_vec()].concat());
        Ok(SecretBytes::new(der::element(der::SEQUENCE, content.expose())))
    }
}

fn identifier() -> Vec<u8> {
    der::element(der::SEQUENCE, &der::element(der::OID, der::X25519))
}
