//! The forms in which a key comes in and goes out.

use super::jwk::{self, Import};
use super::material::{Asymmetric, Material};
use super::{Key, LEAST_LEGACY_SECRET, MAX_SECRET, guard, pem};
use crate::crypto::{self, Scheme};
use crate::error::{Error, ErrorCode, Result};
use crate::jose::algorithm::Primitive;
use crate::jose::{Algorithm, base64url};
use crate::secret::{Secret, SecretBytes};
use zeroize::Zeroizing;

impl Key {
    /// A secret shared by signer and verifier.
    ///
    /// The length is checked against the algorithm when a verifier or signer is built: at least as many
    /// bytes as the hash gives (RFC 7518 section 3.2).
    ///
    /// # Errors
    /// `key.empty`; `key.asymmetric_as_secret` if the bytes are a public or private key, a certificate or
    /// a JWK in whatever spelling, because a published key is no secret.
    pub fn hmac(secret: &[u8]) -> Result<Self> {
        if secret.is_empty() {
            return Err(Error::new(ErrorCode::KeyEmpty));
        }
        if secret.len() > MAX_SECRET {
            return Err(Error::with(ErrorCode::KeyMalformed, "the secret is longer than 64 KiB"));
        }
        if guard::is_asymmetric(secret) {
            return Err(Error::new(ErrorCode::KeyAsymmetricAsSecret));
        }
        Ok(Self::new(Material::Oct(SecretBytes::new(secret))))
    }

    /// An HMAC secret of an issuer that signs with too short ones and cannot be changed, such as Frappe with its client
    /// secrets of ten characters. It has at least eight bytes, verifies, and never signs.
    ///
    /// RFC 7518 section 3.2 asks for a secret as long as the hash, because a shorter one is found by trying. Whoever has one
    /// token of the issuer can begin to.
    ///
    /// # Errors
    /// `key.empty`, `key.too_short`, `key.asymmetric_as_secret`, `key.malformed` for more than 64 KiB.
    pub fn hmac_legacy(secret: &[u8]) -> Result<Self> {
        let mut key = Self::hmac(secret)?;
        if secret.len() < LEAST_LEGACY_SECRET {
            return Err(Error::with(ErrorCode::KeyTooShort, "a legacy secret has at least 8 bytes"));
        }
        (key.legacy, key.may_sign) = (true, false);
        Ok(key)
    }

    /// A public key from PEM: `PUBLIC KEY`, `RSA PUBLIC KEY` or `CERTIFICATE`.
    ///
    /// Of an X.509 certificate only the key is taken: neither its dates nor its signature is looked at.
    ///
    /// # Errors
    /// `key.malformed`, `key.weak`, `key.invalid_point`, or `key.wrong_type` for an unsupported kind.
    pub fn public_from_pem(pem: &str) -> Result<Self> {
        pem::public(pem).map(Self::asymmetric)
    }

    /// A public key from DER: SubjectPublicKeyInfo, a PKCS#1 `RSAPublicKey` or an X.509 certificate, of which
    /// only the key is taken.
    ///
    /// # Errors
    /// As [`Key::public_from_pem`].
    pub fn public_from_der(der: &[u8]) -> Result<Self> {
        pem::public_der(der).map(Self::asymmetric)
    }

    /// A private key from PEM: `PRIVATE KEY` (PKCS#8, unencrypted), `RSA PRIVATE KEY` or `EC PRIVATE KEY`.
    ///
    /// # Errors
    /// As [`Key::public_from_pem`]; `key.private_required` for a public key, `key.inconsistent` if the
    /// parts do not belong together, `key.passphrase` if it is encrypted.
    pub fn private_from_pem(pem: &str) -> Result<Self> {
        pem::private(pem).map(Self::asymmetric)
    }

    /// A private key from PEM as [`Key::private_from_pem`] takes it, or from `ENCRYPTED PRIVATE KEY` (PKCS#8 with PBES2,
    /// RFC 8018): PBKDF2 with HMAC-SHA-1 or SHA-2, at most ten million iterations, and AES-CBC.
    ///
    /// # Errors
    /// As [`Key::private_from_pem`]; `key.passphrase` if it is wrong, or if there is nothing to open with it;
    /// `config.unsupported_algorithm` for another encryption, and on ring for every one.
    pub fn private_from_pem_with(pem: &str, passphrase: Option<&[u8]>) -> Result<Self> {
        pem::private_with(pem, passphrase).map(Self::asymmetric)
    }

    /// A private key from DER, unencrypted: PKCS#8, a PKCS#1 `RSAPrivateKey` or a SEC1 `ECPrivateKey`.
    ///
    /// # Errors
    /// As [`Key::private_from_pem`].
    pub fn private_from_der(der: &[u8]) -> Result<Self> {
        pem::private_der(der).map(Self::asymmetric)
    }

    /// A private key from DER as [`Key::private_from_der`] takes it, or encrypted as for [`Key::private_from_pem_with`].
    ///
    /// # Errors
    /// As [`Key::private_from_pem_with`].
    pub fn private_from_der_with(der: &[u8], passphrase: Option<&[u8]>) -> Result<Self> {
        pem::private_der_with(der, passphrase).map(Self::asymmetric)
    }

    /// Draws a new secret, as long as the algorithm's hash, and binds it to that algorithm.
    ///
    /// # Errors
    /// `config.unsupported_algorithm` for an algorithm without a secret; `internal.random`.
    pub fn generate_secret(algorithm: Algorithm) -> Result<Self> {
        let Primitive::Mac(hash) = algorithm.primitive() else {
            return Err(Error::with(ErrorCode::ConfigUnsupportedAlgorithm, "it signs with a private key"));
        };
        let mut secret = Zeroizing::new(vec![0; hash.len()]);
        crypto::system_random(&mut secret)?;
        Ok(Self { bound: Some(algorithm), ..Self::hmac(&secret)? })
    }

    /// A key from one JSON Web Key (RFC 7517, 7518, 8037, 9964), public, private or symmetric.
    ///
    /// The key is bound to its `alg`, and to what `use` and `key_ops` allow.
    ///
    /// # Errors
    /// `key.malformed`, `key.wrong_type`, `key.use`, `key.weak`, `key.invalid_point`, `key.inconsistent`,
    /// `key.empty`, `key.too_short`, `key.asymmetric_as_secret`, `config.unsupported_algorithm`.
    pub fn from_jwk(json: &str) -> Result<Self> {
        jwk::parse(json, Import::Trusted)
    }

    /// A secret from a JWK of type `oct`.
    ///
    /// # Errors
    /// As [`Key::from_jwk`]; `key.asymmetric_as_secret` for a JWK of another type.
    pub fn hmac_from_jwk(json: &str) -> Result<Self> {
        let key = Self::from_jwk(json)?;
        if key.is_symmetric() { Ok(key) } else { Err(Error::new(ErrorCode::KeyAsymmetricAsSecret)) }
    }

    /// A public key from a JWK.
    ///
    /// # Errors
    /// As [`Key::from_jwk`]; `key.wrong_type` for a secret and for a private key, which has no business where a
    /// public one is asked for.
    pub fn public_from_jwk(json: &str) -> Result<Self> {
        let key = Self::from_jwk(json)?;
        if key.is_symmetric() || key.is_private() {
            return Err(Error::with(ErrorCode::KeyWrongType, "the JWK is not a public key"));
        }
        Ok(key)
    }

    /// A private key from a JWK.
    ///
    /// # Errors
    /// As [`Key::from_jwk`]; `key.wrong_type` for a secret, `key.private_required` for a public key.
    pub fn private_from_jwk(json: &str) -> Result<Self> {
        let key = Self::from_jwk(json)?;
        if key.is_symmetric() {
            return Err(Error::with(ErrorCode::KeyWrongType, "the JWK is a secret, not a private key"));
        }
        if key.is_private() { Ok(key) } else { Err(Error::new(ErrorCode::KeyPrivateRequired)) }
    }

    pub(crate) fn import(json: &str, import: Import) -> Result<Self> {
        jwk::parse(json, import)
    }

    /// Draws a new private key for an asymmetric algorithm and binds it to that algorithm.
    ///
    /// # Errors
    /// `config.unsupported_algorithm` for a symmetric algorithm and for one whose keys this build's
    /// backend cannot make; `internal.random`.
    pub fn generate(algorithm: Algorithm) -> Result<Self> {
        let Primitive::Signature(scheme) = algorithm.primitive() else {
            return Err(Error::with(
                ErrorCode::ConfigUnsupportedAlgorithm,
                "a symmetric algorithm has no key pair",
            ));
        };
        let fresh = crypto::generate(scheme)?;
        let material = match scheme {
            Scheme::Ed25519 => Asymmetric::ed25519_private(fresh.expose(), None)?,
            Scheme::MlDsa(set) => Asymmetric::ml_dsa_private(set, fresh.expose(), None)?,
            _ => pem::private_der(fresh.expose())?,
        };
        Ok(Self { bound: Some(algorithm), ..Self::asymmetric(material) })
    }

    /// The public part as JWK.
    ///
    /// # Errors
    /// `key.wrong_type` for an HMAC secret, which has no public part.
    pub fn public_jwk(&self) -> Result<String> {
        jwk::write_public(self)
    }

    /// The public part as JWK with the members that a thumbprint is made of and no other (RFC 7638 section 3).
    ///
    /// # Errors
    /// As [`Key::public_jwk`].
    pub(crate) fn required_public_jwk(&self) -> Result<String> {
        jwk::canonical(self.material()?)
    }

    /// The public half of a private key, bound to what the private one is bound to.
    ///
    /// # Errors
    /// `key.wrong_type` for an HMAC secret, which has no public part.
    pub fn public_half(&self) -> Result<Self> {
        self.public_jwk().and_then(|jwk| Self::from_jwk(&jwk))
    }

    /// The JWK thumbprint with SHA-256 (RFC 7638), base64url: the same for both halves of a key and for all its
    /// forms.
    ///
    /// # Errors
    /// `key.wrong_type` for an HMAC secret, about which a published hash would say too much (RFC 7638 section 7).
    pub fn thumbprint(&self) -> Result<String> {
        let canonical = jwk::canonical(self.material()?)?;
        Ok(base64url::encode(&crypto::sha256(canonical.as_bytes())))
    }

    /// The thumbprint as a URI (RFC 9278).
    ///
    /// # Errors
    /// As [`Key::thumbprint`].
    pub fn thumbprint_uri(&self) -> Result<String> {
        Ok(format!("urn:ietf:params:oauth:jwk-thumbprint:sha-256:{}", self.thumbprint()?))
    }

    /// The whole key as JWK, its secret members too (RFC 7517, RFC 7518 section 6).
    ///
    /// # Errors
    /// `key.private_required` for a public key.
    pub fn private_jwk(&self) -> Result<Secret> {
        jwk::write_private(self)
    }

    /// The public part as PEM (SubjectPublicKeyInfo).
    ///
    /// # Errors
    /// `key.wrong_type` for an HMAC secret.
    pub fn public_pem(&self) -> Result<String> {
        self.material().map(pem::write_public)
    }

    /// The public part as DER (SubjectPublicKeyInfo).
    ///
    /// # Errors
    /// `key.wrong_type` for an HMAC secret.
    pub fn public_der(&self) -> Result<Vec<u8>> {
        self.material().map(pem::spki)
    }

    /// The private key as PEM (PKCS#8).
    ///
    /// # Errors
    /// `key.private_required` if there is none, `key.wrong_type` for an HMAC secret.
    pub fn private_pem(&self) -> Result<Secret> {
        self.material().and_then(pem::write_private)
    }

    /// The private key as PEM, encrypted under a passphrase: PKCS#8 with PBES2, PBKDF2 with HMAC-SHA-256 and 600,000
    /// iterations, AES-256-CBC (RFC 8018).
    ///
    /// # Errors
    /// As [`Key::private_pem`]; `key.passphrase` if it is empty; `config.unsupported_algorithm` on ring.
    pub fn private_pem_with(&self, passphrase: &[u8]) -> Result<Secret> {
        self.material().and_then(|key| pem::write_private_with(key, passphrase))
    }

    /// The private key as DER (PKCS#8).
    ///
    /// # Errors
    /// As [`Key::private_pem`].
    pub fn private_der(&self) -> Result<SecretBytes> {
        self.material().and_then(pem::pkcs8)
    }
}
