//! The forms in which an encryption key comes in and goes out.

use super::super::jwk::{self, Jwk, Members};
use super::super::material::Kind;
use super::super::x25519::X25519;
use super::super::{MAX_SECRET, guard, locked, pem};
use super::{EncryptionKey, Material, Purpose, wrong_type};
use crate::crypto::{self, Curve, Group, Scheme};
use crate::error::{Error, ErrorCode, Result};
use crate::jose::base64url;
use crate::jose::json::Object;
use crate::jose::jwe::{ContentEncryption, KeyManagement, Management};
use crate::secret::{Secret, SecretBytes};
use zeroize::Zeroizing;

impl EncryptionKey {
    /// A secret that both sides share, or for the PBES2 algorithms a password. `algorithm` is an `alg` value; the name
    /// of a content encryption (`A256GCM`) binds a key for direct use to it, `dir` leaves it open.
    ///
    /// # Errors
    /// `key.empty`; `key.too_short` and `key.wrong_type` for a length that the algorithm does not have;
    /// `key.wrong_type` for an algorithm with key pairs; `key.asymmetric_as_secret` if the bytes are a key or
    /// certificate in whatever spelling; `key.use` for a signature algorithm; `config.unsupported_algorithm`.
    pub fn from_secret(secret: &[u8], algorithm: &str) -> Result<Self> {
        Self::secret(secret, Purpose::parse(algorithm)?)
    }

    fn secret(secret: &[u8], purpose: Purpose) -> Result<Self> {
        if secret.is_empty() {
            return Err(Error::new(ErrorCode::KeyEmpty));
        }
        if secret.len() > MAX_SECRET {
            return Err(Error::with(ErrorCode::KeyMalformed, "the secret is longer than 64 KiB"));
        }
        if guard::is_asymmetric(secret) {
            return Err(Error::new(ErrorCode::KeyAsymmetricAsSecret));
        }
        let lengths: Vec<usize> = match (purpose.algorithm.management(), purpose.encryption) {
            (Management::Direct, Some(encryption)) => vec![encryption.cipher().key_len()],
            (Management::Direct, None) => {
                ContentEncryption::ALL.iter().map(|encryption| encryption.cipher().key_len()).collect()
            }
            (Management::Wrap(aes) | Management::GcmWrap(aes), _) => vec![aes.key_len()],
            (Management::Password(..), _) => vec![secret.len()],
            (Management::Oaep(_) | Management::Agreement(_), _) => return Err(wrong_type(purpose)),
        };
        if !lengths.contains(&secret.len()) {
            let short = lengths.iter().all(|length| secret.len() < *length);
            let code = if short { ErrorCode::KeyTooShort } else { ErrorCode::KeyWrongType };
            return Err(Error::with(code, format!("the length is not one of {}", purpose.name())));
        }
        Ok(Self::new(Material::Secret(SecretBytes::new(secret)), purpose))
    }

    /// A key from one JSON Web Key (RFC 7517, RFC 7518 section 6, RFC 8037), public, private or symmetric. The
    /// algorithm is that of `alg` or the argument; if both are there, they must agree.
    ///
    /// # Errors
    /// `config.algorithms` if neither is there; `key.use` if `use`, `key_ops` or `alg` say that the key signs;
    /// `key.wrong_type` if key and algorithm do not fit; `key.malformed`, `key.weak`, `key.invalid_point`,
    /// `key.inconsistent`, `key.empty`, `key.too_short`, `key.asymmetric_as_secret`,
    /// `config.unsupported_algorithm`.
    pub fn from_jwk(json: &str, algorithm: Option<&str>) -> Result<Self> {
        let malformed = |detail| Error::with(ErrorCode::KeyMalformed, detail);
        let object =
            Object::parse(json.as_bytes(), jwk::LIMITS).map_err(|fault| malformed(fault.describe()))?;
        let jwk = Jwk(object);
        let (may_encrypt, may_decrypt) = uses(&jwk)?;
        let purpose = bound(jwk.text("alg")?.as_deref(), algorithm)?;
        let kid = jwk.kid()?;
        let mut key = match jwk.text("kty")?.as_deref() {
            Some("oct") => Self::secret(jwk.bytes("k")?.expose(), purpose)?,
            Some("RSA") => Self::asymmetric(jwk::rsa(&jwk)?, purpose)?,
            Some("EC") => Self::asymmetric(jwk::ec(&jwk)?, purpose)?,
            Some("OKP") if jwk.curve()? == "X25519" => Self::x25519(X25519::from_jwk(&jwk)?, purpose)?,
            Some("OKP") => return Err(Error::with(ErrorCode::KeyWrongType, "unsupported crv")),
            Some(_) => return Err(Error::with(ErrorCode::KeyWrongType, "unknown kty")),
            None => return Err(malformed("kty")),
        };
        key.kid = kid.map(|kid| kid.as_ref().into());
        key.may_encrypt &= may_encrypt;
        key.may_decrypt &= may_decrypt;
        Ok(key)
    }

    /// Whether a member of a provider's set is meant for encryption and fit to be there: it says `use: enc`, because of a key
    /// that says nothing nobody knows that it does not sign, and has no private part, because then it is nobody's.
    pub(in crate::jose) fn is_published(json: &str) -> bool {
        let Ok(object) = Object::parse(json.as_bytes(), jwk::LIMITS) else { return false };
        let jwk = Jwk(object);
        matches!(jwk.text("use"), Ok(Some(purpose)) if purpose == "enc") && jwk.is_public()
    }

    /// Whether a JWK says that it is for this algorithm.
    pub(in crate::jose) fn names(json: &str, algorithm: KeyManagement) -> bool {
        let Ok(object) = Object::parse(json.as_bytes(), jwk::LIMITS) else { return false };
        matches!(Jwk(object).text("alg"), Ok(Some(name)) if name == algorithm.name())
    }

    /// A public or private key from PEM, as [`crate::jose::Key::public_from_pem`] and [`crate::jose::Key::private_from_pem`] take
    /// it, and for X25519 after RFC 8410. `algorithm` is an `alg` value of RSA-OAEP or ECDH-ES.
    ///
    /// # Errors
    /// As [`EncryptionKey::from_jwk`].
    pub fn from_pem(text: &str, algorithm: &str) -> Result<Self> {
        let purpose = Purpose::parse(algorithm)?;
        let opened = pem::open(text)?;
        if matches!(opened.label, "PUBLIC KEY" | "PRIVATE KEY")
            && let Some(key) = X25519::from_der(opened.der.expose())
        {
            return Self::x25519(key?, purpose);
        }
        let private = opened.label.ends_with("PRIVATE KEY");
        Self::asymmetric(if private { pem::private(text)? } else { pem::public(text)? }, purpose)
    }

    /// As [`EncryptionKey::from_pem`], or from `ENCRYPTED PRIVATE KEY` as [`crate::jose::Key::private_from_pem_with`] opens it.
    ///
    /// # Errors
    /// As [`EncryptionKey::from_jwk`]; `key.passphrase` if it is wrong, or if there is nothing to open with it;
    /// `config.unsupported_algorithm` for another encryption, and on ring for every one.
    pub fn from_pem_with(text: &str, algorithm: &str, passphrase: Option<&[u8]>) -> Result<Self> {
        let Some(passphrase) = passphrase else { return Self::from_pem(text, algorithm) };
        let opened = pem::open(text)?;
        match opened.label {
            "ENCRYPTED PRIVATE KEY" => {
                Self::from_der(locked::open(opened.der.expose(), passphrase)?.expose(), algorithm)
            }
            _ => Self::from_pem(text, algorithm).and_then(|_| Err(locked::needless())),
        }
    }

    /// As [`EncryptionKey::from_der`], or from an `EncryptedPrivateKeyInfo`.
    ///
    /// # Errors
    /// As [`EncryptionKey::from_pem_with`].
    pub fn from_der_with(der: &[u8], algorithm: &str, passphrase: Option<&[u8]>) -> Result<Self> {
        match passphrase {
            Some(passphrase) if locked::is_locked(der) => {
                Self::from_der(locked::open(der, passphrase)?.expose(), algorithm)
            }
            Some(_) => Self::from_der(der, algorithm).and_then(|_| Err(locked::needless())),
            None => Self::from_der(der, algorithm),
        }
    }

    /// A public or private key from DER: SubjectPublicKeyInfo, a certificate, PKCS#1, SEC1 or PKCS#8.
    ///
    /// # Errors
    /// As [`EncryptionKey::from_jwk`].
    pub fn from_der(der: &[u8], algorithm: &str) -> Result<Self> {
        let purpose = Purpose::parse(algorithm)?;
        if let Some(key) = X25519::from_der(der) {
            return Self::x25519(key?, purpose);
        }
        let private = pem::is_private(der);
        Self::asymmetric(if private { pem::private_der(der)? } else { pem::public_der(der)? }, purpose)
    }

    /// The public key in an `epk` (RFC 7518 section 4.6.1.1), proven to be on its curve.
    pub(in crate::jose) fn ephemeral(json: &str) -> Result<(Group, Vec<u8>)> {
        let refused = || Error::new(ErrorCode::KeyMalformed);
        let jwk = Jwk(Object::parse(json.as_bytes(), jwk::LIMITS).map_err(|_| refused())?);
        if jwk.has("d") {
            return Err(refused());
        }
        match jwk.text("kty")?.as_deref() {
            Some("EC") => {
                let key = jwk::ec(&jwk)?;
                let Kind::Ec(curve) = key.kind else { return Err(refused()) };
                Ok((Group::Ec(curve), key.public))
            }
            // A point of small order is found by what is agreed on with it.
            Some("OKP") if jwk.curve()? == "X25519" => {
                let x = jwk.bytes("x")?;
                if x.expose().len() == 32 { Ok((Group::X25519, x.expose().to_vec())) } else { Err(refused()) }
            }
            _ => Err(refused()),
        }
    }

    /// Draws a new key. For ECDH-ES `curve` is `P-256` (the default), `P-384`, `P-521` or `X25519`; RSA keys have 2048
    /// bits; for direct use the content encryption is named instead of `dir`.
    ///
    /// # Errors
    /// `config.unsupported_algorithm`, also for a password, which nobody would know; `config.invalid` for `dir`, for an
    /// unknown curve and for a curve where there is none; `internal.random`.
    pub fn generate(algorithm: &str, curve: Option<&str>) -> Result<Self> {
        let purpose = Purpose::parse(algorithm)?;
        let invalid = |detail| Error::with(ErrorCode::ConfigInvalid, detail);
        let management = purpose.algorithm.management();
        if curve.is_some() && !matches!(management, Management::Agreement(_)) {
            return Err(invalid("the algorithm has no curve"));
        }
        let length = match (management, purpose.encryption) {
            (Management::Oaep(_), _) => {
                let fresh = crypto::generate(Scheme::RsaPkcs1(crypto::Hash::Sha256))?;
                return Self::asymmetric(pem::private_der(fresh.expose())?, purpose);
            }
            (Management::Agreement(_), _) => {
                let curve = match curve.unwrap_or("P-256") {
                    "P-256" => Curve::P256,
                    "P-384" => Curve::P384,
                    "P-521" => Curve::P521,
                    "X25519" => {
                        let mut draw = Zeroizing::new([0; 32]);
                        crypto::system_random(draw.as_mut())?;
                        return Self::x25519(X25519::private(draw.as_ref(), None)?, purpose);
                    }
                    _ => return Err(invalid("the curve is not P-256, P-384, P-521 or X25519")),
                };
                let fresh = crypto::generate(Scheme::Ecdsa(curve))?;
                return Self::asymmetric(pem::private_der(fresh.expose())?, purpose);
            }
            (Management::Password(..), _) => {
                return Err(Error::with(ErrorCode::ConfigUnsupportedAlgorithm, "a password is not drawn"));
            }
            (Management::Direct, None) => {
                return Err(invalid("name the content encryption instead of dir"));
            }
            (Management::Direct, Some(encryption)) => encryption.cipher().key_len(),
            (Management::Wrap(aes) | Management::GcmWrap(aes), _) => aes.key_len(),
        };
        let mut draw = Zeroizing::new(vec![0; length]);
        crypto::system_random(&mut draw)?;
        Self::secret(&draw, purpose)
    }

    /// The public half, bound to the same algorithm, under the same key id.
    ///
    /// # Errors
    /// `key.wrong_type` for a secret, which has no public half.
    pub fn public_half(&self) -> Result<Self> {
        self.public_jwk().and_then(|jwk| Self::from_jwk(&jwk, None))
    }

    /// The public part as JWK, with `use`, `alg` and `kid`.
    ///
    /// # Errors
    /// `key.wrong_type` for a secret.
    pub fn public_jwk(&self) -> Result<String> {
        let mut members = self.required()?;
        self.bind(&mut members);
        jwk::text(&members)
    }

    /// The whole key as JWK, its secret members too.
    ///
    /// # Errors
    /// `key.private_required` for a public key.
    pub fn private_jwk(&self) -> Result<Secret> {
        let mut members = match self.material.as_ref() {
            Material::Secret(secret) => jwk::secret_members(secret),
            Material::Rsa { key, .. } | Material::Ec { key, .. } => jwk::private_members(key)?,
            Material::X25519 { key, .. } => key.private_members()?,
        };
        self.bind(&mut members);
        jwk::secret_text(members)
    }

    /// All there is of the key as JWK: of a secret or private key the secret members too.
    ///
    /// # Errors
    /// `key.malformed` if it cannot be written.
    pub fn jwk(&self) -> Result<Secret> {
        if self.is_private() { self.private_jwk() } else { self.public_jwk().map(Secret::new) }
    }

    /// All there is of the key as PEM: PKCS#8 for a private key, SubjectPublicKeyInfo for a public one.
    ///
    /// # Errors
    /// `key.wrong_type` for a secret.
    pub fn pem(&self) -> Result<Secret> {
        if self.is_private() { self.private_pem() } else { self.public_pem().map(Secret::new) }
    }

    /// The public part as PEM (SubjectPublicKeyInfo).
    ///
    /// # Errors
    /// `key.wrong_type` for a secret.
    pub fn public_pem(&self) -> Result<String> {
        match self.material.as_ref() {
            Material::Secret(_) => Err(no_public_part()),
            Material::Rsa { key, .. } | Material::Ec { key, .. } => Ok(pem::write_public(key)),
            Material::X25519 { key, .. } => Ok(key.public_pem()),
        }
    }

    /// The private key as PEM (PKCS#8).
    ///
    /// # Errors
    /// `key.private_required` for a public key, `key.wrong_type` for a secret.
    pub fn private_pem(&self) -> Result<Secret> {
        match self.material.as_ref() {
            Material::Secret(_) => Err(no_public_part()),
            Material::Rsa { key, .. } | Material::Ec { key, .. } => pem::write_private(key),
            Material::X25519 { key, .. } => key.private_pem(),
        }
    }

    /// The private key as PEM, encrypted under a passphrase as [`crate::jose::Key::private_pem_with`] does it.
    ///
    /// # Errors
    /// As [`EncryptionKey::private_pem`]; `key.passphrase` if it is empty; `config.unsupported_algorithm` on ring.
    pub fn private_pem_with(&self, passphrase: &[u8]) -> Result<Secret> {
        match self.material.as_ref() {
            Material::Secret(_) => Err(no_public_part()),
            Material::Rsa { key, .. } | Material::Ec { key, .. } => pem::write_private_with(key, passphrase),
            Material::X25519 { key, .. } => locked::seal(&key.pkcs8()?, passphrase),
        }
    }

    /// The JWK thumbprint with SHA-256 (RFC 7638), base64url.
    ///
    /// # Errors
    /// `key.wrong_type` for a secret.
    pub fn thumbprint(&self) -> Result<String> {
        let canonical = jwk::text(&self.required()?)?;
        Ok(base64url::encode(&crypto::sha256(canonical.as_bytes())))
    }

    fn required(&self) -> Result<Members> {
        match self.material.as_ref() {
            Material::Secret(_) => Err(no_public_part()),
            Material::Rsa { key, .. } | Material::Ec { key, .. } => jwk::required(key),
            Material::X25519 { key, .. } => Ok(key.required()),
        }
    }

    fn bind(&self, members: &mut Members) {
        members.insert("use", "enc".to_owned());
        members.insert("alg", self.purpose.name().to_owned());
        if let Some(kid) = self.kid() {
            members.insert("kid", kid.to_owned());
        }
    }
}

fn no_public_part() -> Error {
    Error::with(ErrorCode::KeyWrongType, "a shared secret has no public form")
}

fn bound(stated: Option<&str>, argument: Option<&str>) -> Result<Purpose> {
    match (stated.map(Purpose::parse).transpose()?, argument.map(Purpose::parse).transpose()?) {
        (Some(stated), Some(argument)) => {
            // `dir` and the content encryption that it stands for do not contradict each other.
            let open = |purpose: Purpose| purpose.encryption.is_none();
            let same = stated == argument
                || stated.algorithm == argument.algorithm && (open(stated) || open(argument));
            if !same {
                return Err(wrong_type(argument));
            }
            Ok(if open(stated) { argument } else { stated })
        }
        (Some(purpose), None) | (None, Some(purpose)) => Ok(purpose),
        (None, None) => {
            Err(Error::with(ErrorCode::ConfigAlgorithms, "neither the JWK nor the caller names an algorithm"))
        }
    }
}

/// Whether `use` and `key_ops` allow encrypting and decrypting (RFC 7517 sections 4.2, 4.3).
fn uses(jwk: &Jwk<'_>) -> Result<(bool, bool)> {
    if jwk.text("use")?.is_some_and(|purpose| purpose != "enc") {
        return Err(Error::with(ErrorCode::KeyUse, "use"));
    }
    let Some(operations) = jwk.operations()? else { return Ok((true, true)) };
    let any = |names: &[&str]| operations.iter().any(|operation| names.contains(&operation.as_ref()));
    // An agreement is the same operation on both sides.
    let allowed = (
        any(&["encrypt", "wrapKey", "deriveKey", "deriveBits"]),
        any(&["decrypt", "unwrapKey", "deriveKey", "deriveBits"]),
    );
    if any(&["sign", "verify"]) || allowed == (false, false) {
        return Err(Error::with(ErrorCode::KeyUse, "key_ops"));
    }
    Ok(allowed)
}
