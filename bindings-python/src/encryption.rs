//! Encrypted tokens: keys of a type of their own, encrypting, decrypting.

use crate::arguments::{Options, bytes, text, text_or};
use crate::errors::{self, OrRaise};
use crate::from_json;
use crate::keys::jwk_text;
use crate::panic::guard;
use ferroauth::ErrorCode;
use ferroauth::host;
use ferroauth::jose::base64url;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyBytesMethods, PyDict, PyString};

/// A key for encrypting or decrypting, bound to one algorithm. It never signs.
#[pyclass(frozen, module = "ferroauth")]
pub(crate) struct EncryptionKey(host::EncryptionKey);

#[pymethods]
impl EncryptionKey {
    /// A secret that both sides share, or a password for PBES2. The name of a content encryption (`A256GCM`) as
    /// `algorithm` makes a key for direct use.
    #[staticmethod]
    #[pyo3(signature = (secret, algorithm, *, kid=None))]
    fn from_secret(
        py: Python<'_>,
        secret: &Bound<'_, PyAny>,
        algorithm: &Bound<'_, PyString>,
        kid: Option<&Bound<'_, PyString>>,
    ) -> PyResult<Self> {
        guard(py, || {
            let secret = bytes(secret, "the secret")?;
            named(host::EncryptionKey::from_secret(&secret, text(algorithm)?).or_raise(py)?, kid)
        })
    }

    /// Reads a JWK, as JSON text or as a mapping. `algorithm` is needed where the JWK has no `alg`.
    #[staticmethod]
    #[pyo3(signature = (jwk, *, algorithm=None, kid=None))]
    fn from_jwk(
        py: Python<'_>,
        jwk: &Bound<'_, PyAny>,
        algorithm: Option<&Bound<'_, PyString>>,
        kid: Option<&Bound<'_, PyString>>,
    ) -> PyResult<Self> {
        guard(py, || {
            let (jwk, algorithm) = (jwk_text(jwk)?, algorithm.map(text).transpose()?);
            named(py.detach(|| host::EncryptionKey::from_jwk(&jwk, algorithm)).or_raise(py)?, kid)
        })
    }

    /// Reads PEM: a public or private RSA, P-256, P-384, P-521 or X25519 key, encrypted with its passphrase, or a
    /// certificate's key.
    #[staticmethod]
    #[pyo3(signature = (pem, algorithm, *, passphrase=None, kid=None))]
    fn from_pem(
        py: Python<'_>,
        pem: &Bound<'_, PyAny>,
        algorithm: &Bound<'_, PyString>,
        passphrase: Option<&Bound<'_, PyAny>>,
        kid: Option<&Bound<'_, PyString>>,
    ) -> PyResult<Self> {
        guard(py, || {
            let pem = bytes(pem, "the PEM")?;
            let pem = std::str::from_utf8(&pem)
                .map_err(|_| errors::with(py, ErrorCode::KeyMalformed, "not PEM"))?;
            let algorithm = text(algorithm)?;
            let passphrase = passphrase.map(|it| bytes(it, "the passphrase")).transpose()?;
            let read = || host::EncryptionKey::from_pem_with(pem, algorithm, passphrase.as_deref());
            named(py.detach(read).or_raise(py)?, kid)
        })
    }

    /// Reads DER: a `SubjectPublicKeyInfo`, a certificate, PKCS#8, encrypted or not, PKCS#1 or SEC1.
    #[staticmethod]
    #[pyo3(signature = (der, algorithm, *, passphrase=None, kid=None))]
    fn from_der(
        py: Python<'_>,
        der: &Bound<'_, PyBytes>,
        algorithm: &Bound<'_, PyString>,
        passphrase: Option<&Bound<'_, PyAny>>,
        kid: Option<&Bound<'_, PyString>>,
    ) -> PyResult<Self> {
        guard(py, || {
            let (der, algorithm) = (der.as_bytes(), text(algorithm)?);
            let passphrase = passphrase.map(|it| bytes(it, "the passphrase")).transpose()?;
            let read = || host::EncryptionKey::from_der_with(der, algorithm, passphrase.as_deref());
            named(py.detach(read).or_raise(py)?, kid)
        })
    }

    /// Makes a new key for an algorithm. ECDH-ES takes a curve: `P-256`, `P-384`, `P-521` or `X25519`.
    #[staticmethod]
    #[pyo3(signature = (algorithm, *, curve=None, kid=None))]
    fn generate(
        py: Python<'_>,
        algorithm: &Bound<'_, PyString>,
        curve: Option<&Bound<'_, PyString>>,
        kid: Option<&Bound<'_, PyString>>,
    ) -> PyResult<Self> {
        guard(py, || {
            let (algorithm, curve) = (text(algorithm)?, curve.map(text).transpose()?);
            named(py.detach(|| host::EncryptionKey::generate(algorithm, curve)).or_raise(py)?, kid)
        })
    }

    /// The key id.
    #[getter]
    fn kid(&self) -> Option<&str> {
        self.0.kid()
    }

    /// The algorithm that the key is bound to.
    #[getter]
    fn algorithm(&self) -> &'static str {
        self.0.purpose()
    }

    /// Whether the key can decrypt: a secret, or a key with its private part.
    #[getter]
    fn is_private(&self) -> bool {
        self.0.is_private()
    }

    /// The public half of a key pair: it encrypts.
    fn public_key(&self, py: Python<'_>) -> PyResult<Self> {
        guard(py, || Ok(Self(self.0.public_half().or_raise(py)?)))
    }

    /// All there is of the key as a JWK: of a secret or private key its secret members too.
    fn to_jwk<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        guard(py, || from_json::object(py, self.0.jwk().or_raise(py)?.expose()))
    }

    /// All there is of a key pair as PEM: PKCS#8 for a private key, `SubjectPublicKeyInfo` for a public one. Handle it as the secret it
    /// is, unless `passphrase` encrypts it.
    #[pyo3(signature = (*, passphrase=None))]
    fn to_pem(&self, py: Python<'_>, passphrase: Option<&Bound<'_, PyAny>>) -> PyResult<String> {
        guard(py, || {
            let passphrase = passphrase.map(|it| bytes(it, "the passphrase")).transpose()?;
            let written = py.detach(|| match passphrase.as_deref() {
                Some(passphrase) => self.0.private_pem_with(passphrase),
                None => self.0.pem(),
            });
            Ok(written.or_raise(py)?.expose().to_owned())
        })
    }

    /// The JWK thumbprint with SHA-256 (RFC 7638), base64url: the same for both halves of a key.
    fn thumbprint(&self, py: Python<'_>) -> PyResult<String> {
        guard(py, || self.0.thumbprint().or_raise(py))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let stars = if self.0.is_private() { "'***', " } else { "" };
        let kid = self.0.kid().into_pyobject(py)?.repr()?.to_string();
        Ok(format!("EncryptionKey({stars}algorithm='{}', kid={kid})", self.0.purpose()))
    }
}

/// Encrypts for one key or, as JSON, for several.
#[pyclass(frozen, module = "ferroauth")]
pub(crate) struct Encrypter(host::Encrypter);

#[pymethods]
impl Encrypter {
    #[new]
    #[pyo3(signature = (key, encryption=None, *, typ=None, apu=None, apv=None, pbes2_iterations=None, max_token=None,
                        testing=None))]
    #[allow(clippy::too_many_arguments)]
    fn new(
        py: Python<'_>,
        key: &Bound<'_, PyAny>,
        encryption: Option<&Bound<'_, PyString>>,
        typ: Option<&Bound<'_, PyString>>,
        apu: Option<&Bound<'_, PyBytes>>,
        apv: Option<&Bound<'_, PyBytes>>,
        pbes2_iterations: Option<u32>,
        max_token: Option<u32>,
        testing: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        guard(py, || {
            let mut config = Options::default();
            config.text("encryption", encryption)?;
            config.text("typ", typ)?;
            config.set_some("apu", apu.map(|apu| base64url::encode(apu.as_bytes())));
            config.set_some("apv", apv.map(|apv| base64url::encode(apv.as_bytes())));
            config.set_some("pbes2_iterations", pbes2_iterations);
            config.set_some("max_token", max_token);
            config.json("testing", testing)?;
            host::Encrypter::new(keys(key)?, &config.to_text()).or_raise(py).map(Self)
        })
    }

    /// Encrypts to a compact token. `content_type` is `JWT` for a signed token.
    #[pyo3(signature = (plaintext, *, content_type=None))]
    fn encrypt(
        &self,
        py: Python<'_>,
        plaintext: &Bound<'_, PyAny>,
        content_type: Option<&Bound<'_, PyString>>,
    ) -> PyResult<String> {
        guard(py, || {
            let plaintext = bytes(plaintext, "the plaintext")?;
            let content_type = content_type.map(text).transpose()?;
            py.detach(|| self.0.encrypt(&plaintext, content_type)).or_raise(py)
        })
    }

    /// Encrypts to the JSON serialization, as text: flattened for one key, general for several. `aad` is carried in
    /// plain sight and protected against changes.
    #[pyo3(signature = (plaintext, *, content_type=None, aad=None))]
    fn encrypt_json(
        &self,
        py: Python<'_>,
        plaintext: &Bound<'_, PyAny>,
        content_type: Option<&Bound<'_, PyString>>,
        aad: Option<&Bound<'_, PyBytes>>,
    ) -> PyResult<String> {
        guard(py, || {
            let plaintext = bytes(plaintext, "the plaintext")?;
            let content_type = content_type.map(text).transpose()?;
            let aad = aad.map(PyBytesMethods::as_bytes);
            py.detach(|| self.0.encrypt_json(&plaintext, content_type, aad)).or_raise(py)
        })
    }

    fn __repr__(&self) -> &'static str {
        "Encrypter('***')"
    }
}

/// Decrypts tokens. Several keys serve for rotation: a token's key id chooses among them.
#[pyclass(frozen, module = "ferroauth")]
pub(crate) struct Decrypter(pub(crate) host::Decrypter);

#[pymethods]
impl Decrypter {
    #[new]
    #[pyo3(signature = (key, *, algorithms=None, encryptions=None, pbes2_max_iterations=None, max_token=None))]
    fn new(
        py: Python<'_>,
        key: &Bound<'_, PyAny>,
        algorithms: Option<&Bound<'_, PyAny>>,
        encryptions: Option<&Bound<'_, PyAny>>,
        pbes2_max_iterations: Option<u32>,
        max_token: Option<u32>,
    ) -> PyResult<Self> {
        guard(py, || {
            let mut config = Options::default();
            config.texts("algorithms", algorithms)?;
            config.texts("encryptions", encryptions)?;
            config.set_some("pbes2_max_iterations", pbes2_max_iterations);
            config.set_some("max_token", max_token);
            host::Decrypter::new(keys(key)?, &config.to_text()).or_raise(py).map(Self)
        })
    }

    /// Decrypts a compact token.
    fn decrypt(&self, py: Python<'_>, token: &Bound<'_, PyString>) -> PyResult<Decrypted> {
        guard(py, || {
            let token = text_or(token, ErrorCode::TokenMalformed)?;
            py.detach(|| self.0.decrypt(token)).or_raise(py).map(Decrypted)
        })
    }

    /// Decrypts a token of the JSON serialization, as text or as a mapping.
    fn decrypt_json(&self, py: Python<'_>, token: &Bound<'_, PyAny>) -> PyResult<Decrypted> {
        guard(py, || {
            let token = match token.cast::<PyString>() {
                Ok(string) => text_or(string, ErrorCode::TokenMalformed)?.to_owned(),
                Err(_) => jwk_text(token)?.into_owned(),
            };
            py.detach(|| self.0.decrypt_json(&token)).or_raise(py).map(Decrypted)
        })
    }

    fn __repr__(&self) -> &'static str {
        "Decrypter('***')"
    }
}

/// A token that was decrypted. Decrypting does not tell who made it.
#[pyclass(frozen, module = "ferroauth")]
pub(crate) struct Decrypted(host::Decrypted);

#[pymethods]
impl Decrypted {
    /// The content.
    #[getter]
    fn plaintext<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, self.0.plaintext())
    }

    /// The protected header.
    #[getter]
    fn header<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        guard(py, || from_json::object(py, &self.0.header_json))
    }

    /// The header parameters that nobody protects, of a token in JSON; `None` if there are none.
    #[getter]
    fn unprotected<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyDict>>> {
        guard(py, || self.0.unprotected_json.as_deref().map(|text| from_json::object(py, text)).transpose())
    }

    /// The additional data that the token carries and protects.
    #[getter]
    fn aad<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyBytes>> {
        self.0.aad.as_deref().map(|aad| PyBytes::new(py, aad))
    }

    fn __repr__(&self) -> &'static str {
        "Decrypted('***')"
    }
}

fn named(key: host::EncryptionKey, kid: Option<&Bound<'_, PyString>>) -> PyResult<EncryptionKey> {
    Ok(EncryptionKey(match kid {
        Some(kid) => key.with_kid(text(kid)?).or_raise(kid.py())?,
        None => key,
    }))
}

/// One key, or a list of them.
fn keys(value: &Bound<'_, PyAny>) -> PyResult<Vec<host::EncryptionKey>> {
    if let Ok(key) = value.cast::<EncryptionKey>() {
        return Ok(vec![key.get().0.clone()]);
    }
    let refused = || PyTypeError::new_err("key must be an EncryptionKey or a list of them");
    let mut keys = Vec::new();
    for one in value.try_iter().map_err(|_| refused())? {
        keys.push(one?.cast::<EncryptionKey>().map_err(|_| refused())?.get().0.clone());
    }
    Ok(keys)
}
