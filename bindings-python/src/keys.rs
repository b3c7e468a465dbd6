//! Typed keys: a secret is never a public key, and no function takes bare bytes for either (B2).

use crate::arguments::{bytes, text};
use crate::errors::{self, OrRaise};
use crate::from_json;
use crate::panic::guard;
use crate::to_json;
use ferroauth::ErrorCode;
use ferroauth::jose;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyString};
use std::borrow::Cow;
use std::str::FromStr;

/// The secret of HS256, HS384 and HS512, at least as long as the hash.
#[pyclass(frozen, module = "ferroauth")]
pub(crate) struct HmacKey(pub(crate) jose::Key);

#[pymethods]
impl HmacKey {
    #[new]
    #[pyo3(signature = (secret, *, kid=None))]
    fn new(py: Python<'_>, secret: &Bound<'_, PyAny>, kid: Option<&Bound<'_, PyString>>) -> PyResult<Self> {
        guard(py, || named(py, jose::Key::hmac(&bytes(secret, "the secret")?).or_raise(py)?, kid).map(Self))
    }

    /// The secret of an issuer that signs with a too short one and cannot be changed, such as Frappe: at least eight bytes. It
    /// verifies and never signs.
    #[staticmethod]
    #[pyo3(signature = (secret, *, kid=None))]
    fn legacy(
        py: Python<'_>,
        secret: &Bound<'_, PyAny>,
        kid: Option<&Bound<'_, PyString>>,
    ) -> PyResult<Self> {
        guard(py, || {
            named(py, jose::Key::hmac_legacy(&bytes(secret, "the secret")?).or_raise(py)?, kid).map(Self)
        })
    }

    /// Reads a JWK of type `oct`, as JSON text or as a mapping.
    #[staticmethod]
    #[pyo3(signature = (jwk, *, kid=None))]
    fn from_jwk(py: Python<'_>, jwk: &Bound<'_, PyAny>, kid: Option<&Bound<'_, PyString>>) -> PyResult<Self> {
        guard(py, || named(py, from_jwk(jwk, jose::Key::hmac_from_jwk)?, kid).map(Self))
    }

    /// Makes a new secret for HS256, HS384 or HS512, as long as the hash.
    #[staticmethod]
    #[pyo3(signature = (algorithm, *, kid=None))]
    fn generate(
        py: Python<'_>,
        algorithm: &Bound<'_, PyString>,
        kid: Option<&Bound<'_, PyString>>,
    ) -> PyResult<Self> {
        guard(py, || generated(algorithm, kid, jose::Key::generate_secret).map(Self))
    }

    /// The key id.
    #[getter]
    fn kid(&self) -> Option<&str> {
        self.0.kid()
    }

    /// The algorithm that the key's source bound it to.
    #[getter]
    fn algorithm(&self) -> Option<&'static str> {
        self.0.algorithm().map(jose::Algorithm::name)
    }

    /// The secret as a JWK. Handle it as the secret it is.
    fn to_jwk<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        guard(py, || from_json::object(py, self.0.private_jwk().or_raise(py)?.expose()))
    }

    fn __repr__(&self) -> &'static str {
        "HmacKey('***')"
    }
}

/// A public key: it verifies the algorithms of its family (RSA, one elliptic curve, Ed25519, ML-DSA).
#[pyclass(frozen, module = "ferroauth")]
pub(crate) struct PublicKey(pub(crate) jose::Key);

#[pymethods]
impl PublicKey {
    /// Reads PEM: `PUBLIC KEY`, `RSA PUBLIC KEY` or `CERTIFICATE`, of which only the key is taken.
    #[staticmethod]
    #[pyo3(signature = (pem, *, kid=None))]
    fn from_pem(py: Python<'_>, pem: &Bound<'_, PyAny>, kid: Option<&Bound<'_, PyString>>) -> PyResult<Self> {
        guard(py, || named(py, from_pem(pem, jose::Key::public_from_pem)?, kid).map(Self))
    }

    /// Reads DER: a `SubjectPublicKeyInfo` or an X.509 certificate, of which only the key is taken.
    #[staticmethod]
    #[pyo3(signature = (der, *, kid=None))]
    fn from_der(
        py: Python<'_>,
        der: &Bound<'_, PyBytes>,
        kid: Option<&Bound<'_, PyString>>,
    ) -> PyResult<Self> {
        guard(py, || {
            let data = der.as_bytes();
            let read = || jose::Key::public_from_der(data);
            named(py, py.detach(read).or_raise(py)?, kid).map(Self)
        })
    }

    /// Takes the bytes that the algorithm itself defines: 32 for Ed25519, a point for ECDSA, or ML-DSA's.
    #[staticmethod]
    #[pyo3(signature = (raw, algorithm, *, kid=None))]
    fn from_raw(
        py: Python<'_>,
        raw: &Bound<'_, PyBytes>,
        algorithm: &Bound<'_, PyString>,
        kid: Option<&Bound<'_, PyString>>,
    ) -> PyResult<Self> {
        guard(py, || {
            let algorithm = jose::Algorithm::from_str(text(algorithm)?).or_raise(py)?;
            let key = jose::Key::public_from_raw(raw.as_bytes(), algorithm).or_raise(py)?;
            named(py, key, kid).map(Self)
        })
    }

    /// Reads a JWK, as JSON text or as a mapping.
    #[staticmethod]
    #[pyo3(signature = (jwk, *, kid=None))]
    fn from_jwk(py: Python<'_>, jwk: &Bound<'_, PyAny>, kid: Option<&Bound<'_, PyString>>) -> PyResult<Self> {
        guard(py, || named(py, from_jwk(jwk, jose::Key::public_from_jwk)?, kid).map(Self))
    }

    /// The key id.
    #[getter]
    fn kid(&self) -> Option<&str> {
        self.0.kid()
    }

    /// The algorithm that the key's source bound it to.
    #[getter]
    fn algorithm(&self) -> Option<&'static str> {
        self.0.algorithm().map(jose::Algorithm::name)
    }

    /// The key as a JWK.
    fn to_jwk<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        guard(py, || from_json::object(py, &self.0.public_jwk().or_raise(py)?))
    }

    /// The key as PEM (`SubjectPublicKeyInfo`).
    fn to_pem(&self, py: Python<'_>) -> PyResult<String> {
        guard(py, || self.0.public_pem().or_raise(py))
    }

    /// The key as DER (`SubjectPublicKeyInfo`).
    fn to_der<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        guard(py, || Ok(PyBytes::new(py, &self.0.public_der().or_raise(py)?)))
    }

    /// The bytes that the algorithm itself defines; points uncompressed.
    fn to_raw<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        guard(py, || Ok(PyBytes::new(py, &self.0.public_raw().or_raise(py)?)))
    }

    /// The JWK thumbprint with SHA-256 (RFC 7638), base64url: the same for both halves of a key.
    fn thumbprint(&self, py: Python<'_>) -> PyResult<String> {
        guard(py, || self.0.thumbprint().or_raise(py))
    }

    /// The thumbprint as a URI (RFC 9278).
    fn thumbprint_uri(&self, py: Python<'_>) -> PyResult<String> {
        guard(py, || self.0.thumbprint_uri().or_raise(py))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("PublicKey(kid={})", self.0.kid().into_pyobject(py)?.repr()?))
    }
}

/// A private key: it signs with the algorithms of its family (RSA, one elliptic curve, Ed25519, ML-DSA).
#[pyclass(frozen, module = "ferroauth")]
pub(crate) struct PrivateKey(pub(crate) jose::Key);

#[pymethods]
impl PrivateKey {
    /// Reads PEM: `PRIVATE KEY` (PKCS#8), `RSA PRIVATE KEY`, `EC PRIVATE KEY`, or `ENCRYPTED PRIVATE KEY`
    /// with its passphrase.
    #[staticmethod]
    #[pyo3(signature = (pem, *, passphrase=None, kid=None))]
    fn from_pem(
        py: Python<'_>,
        pem: &Bound<'_, PyAny>,
        passphrase: Option<&Bound<'_, PyAny>>,
        kid: Option<&Bound<'_, PyString>>,
    ) -> PyResult<Self> {
        guard(py, || {
            let passphrase = passphrase.map(|it| bytes(it, "the passphrase")).transpose()?;
            let key = from_pem(pem, |text| jose::Key::private_from_pem_with(text, passphrase.as_deref()))?;
            named(py, key, kid).map(Self)
        })
    }

    /// Reads DER: PKCS#8, encrypted or not, PKCS#1 or SEC1.
    #[staticmethod]
    #[pyo3(signature = (der, *, passphrase=None, kid=None))]
    fn from_der(
        py: Python<'_>,
        der: &Bound<'_, PyBytes>,
        passphrase: Option<&Bound<'_, PyAny>>,
        kid: Option<&Bound<'_, PyString>>,
    ) -> PyResult<Self> {
        guard(py, || {
            let data = der.as_bytes();
            let passphrase = passphrase.map(|it| bytes(it, "the passphrase")).transpose()?;
            let read = || jose::Key::private_from_der_with(data, passphrase.as_deref());
            named(py, py.detach(read).or_raise(py)?, kid).map(Self)
        })
    }

    /// Takes the bytes that the algorithm itself defines: a seed of Ed25519 or ML-DSA, or the scalar of ECDSA.
    #[staticmethod]
    #[pyo3(signature = (raw, algorithm, *, kid=None))]
    fn from_raw(
        py: Python<'_>,
        raw: &Bound<'_, PyBytes>,
        algorithm: &Bound<'_, PyString>,
        kid: Option<&Bound<'_, PyString>>,
    ) -> PyResult<Self> {
        guard(py, || {
            let algorithm = jose::Algorithm::from_str(text(algorithm)?).or_raise(py)?;
            let key = jose::Key::private_from_raw(raw.as_bytes(), algorithm).or_raise(py)?;
            named(py, key, kid).map(Self)
        })
    }

    /// Reads a private JWK, as JSON text or as a mapping.
    #[staticmethod]
    #[pyo3(signature = (jwk, *, kid=None))]
    fn from_jwk(py: Python<'_>, jwk: &Bound<'_, PyAny>, kid: Option<&Bound<'_, PyString>>) -> PyResult<Self> {
        guard(py, || named(py, from_jwk(jwk, jose::Key::private_from_jwk)?, kid).map(Self))
    }

    /// Makes a new key for an algorithm.
    #[staticmethod]
    #[pyo3(signature = (algorithm, *, kid=None))]
    fn generate(
        py: Python<'_>,
        algorithm: &Bound<'_, PyString>,
        kid: Option<&Bound<'_, PyString>>,
    ) -> PyResult<Self> {
        guard(py, || generated(algorithm, kid, jose::Key::generate).map(Self))
    }

    /// The key id.
    #[getter]
    fn kid(&self) -> Option<&str> {
        self.0.kid()
    }

    /// The algorithm that the key's source bound it to.
    #[getter]
    fn algorithm(&self) -> Option<&'static str> {
        self.0.algorithm().map(jose::Algorithm::name)
    }

    /// The key as a JWK, its private members too. Handle it as the secret it is.
    fn to_jwk<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        guard(py, || from_json::object(py, self.0.private_jwk().or_raise(py)?.expose()))
    }

    /// The key as PEM (PKCS#8). Handle it as the secret it is, unless a passphrase encrypts it.
    #[pyo3(signature = (*, passphrase=None))]
    fn to_pem(&self, py: Python<'_>, passphrase: Option<&Bound<'_, PyAny>>) -> PyResult<String> {
        guard(py, || {
            let passphrase = passphrase.map(|it| bytes(it, "the passphrase")).transpose()?;
            let pem = py.detach(|| match &passphrase {
                Some(passphrase) => self.0.private_pem_with(passphrase),
                None => self.0.private_pem(),
            });
            Ok(pem.or_raise(py)?.expose().to_owned())
        })
    }

    /// The key as DER (PKCS#8). Handle it as the secret it is.
    fn to_der<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        guard(py, || Ok(PyBytes::new(py, self.0.private_der().or_raise(py)?.expose())))
    }

    /// The seed or the scalar. Handle it as the secret it is.
    fn to_raw<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        guard(py, || Ok(PyBytes::new(py, self.0.private_raw().or_raise(py)?.expose())))
    }

    /// The public half.
    fn public_key(&self, py: Python<'_>) -> PyResult<PublicKey> {
        guard(py, || Ok(PublicKey(self.0.public_half().or_raise(py)?)))
    }

    /// The JWK thumbprint with SHA-256 (RFC 7638), base64url: the same for both halves of a key.
    fn thumbprint(&self, py: Python<'_>) -> PyResult<String> {
        guard(py, || self.0.thumbprint().or_raise(py))
    }

    /// The thumbprint as a URI (RFC 9278).
    fn thumbprint_uri(&self, py: Python<'_>) -> PyResult<String> {
        guard(py, || self.0.thumbprint_uri().or_raise(py))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("PrivateKey('***', kid={})", self.0.kid().into_pyobject(py)?.repr()?))
    }
}

/// Reads PEM text that may stand in `bytes`. Checking an RSA key takes long enough to give the interpreter
/// lock away.
fn from_pem(
    pem: &Bound<'_, PyAny>,
    read: impl FnOnce(&str) -> ferroauth::Result<jose::Key> + Send,
) -> PyResult<jose::Key> {
    let py = pem.py();
    let bytes = bytes(pem, "the PEM")?;
    let text =
        std::str::from_utf8(&bytes).map_err(|_| errors::with(py, ErrorCode::KeyMalformed, "not PEM"))?;
    py.detach(|| read(text)).or_raise(py)
}

/// A new key of an algorithm, under a key id if there is one.
fn generated(
    algorithm: &Bound<'_, PyString>,
    kid: Option<&Bound<'_, PyString>>,
    generate: fn(jose::Algorithm) -> ferroauth::Result<jose::Key>,
) -> PyResult<jose::Key> {
    let py = algorithm.py();
    let algorithm = jose::Algorithm::from_str(text(algorithm)?).or_raise(py)?;
    named(py, py.detach(|| generate(algorithm)).or_raise(py)?, kid)
}

/// The key under a key id, if there is one.
fn named(py: Python<'_>, key: jose::Key, kid: Option<&Bound<'_, PyString>>) -> PyResult<jose::Key> {
    match kid {
        Some(kid) => key.with_kid(text(kid)?).or_raise(py),
        None => Ok(key),
    }
}

fn from_jwk(jwk: &Bound<'_, PyAny>, read: fn(&str) -> ferroauth::Result<jose::Key>) -> PyResult<jose::Key> {
    let text = jwk_text(jwk)?;
    jwk.py().detach(|| read(&text)).or_raise(jwk.py())
}

pub(crate) fn jwk_text<'a>(jwk: &'a Bound<'_, PyAny>) -> PyResult<Cow<'a, str>> {
    match jwk.cast::<PyString>() {
        Ok(string) => text(string).map(Cow::Borrowed),
        Err(_) => to_json::text(jwk).map(Cow::Owned),
    }
}
