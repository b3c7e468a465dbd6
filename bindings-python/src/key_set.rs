//! Several keys as one, and which kinds of keys each role takes.

use crate::errors::OrRaise;
use crate::keys::{HmacKey, PrivateKey, PublicKey, jwk_text};
use crate::panic::guard;
use ferroauth::host;
use ferroauth::jose;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;

/// A set of public keys.
#[pyclass(frozen, module = "ferroauth")]
pub(crate) struct KeySet(jose::KeySet);

#[pymethods]
impl KeySet {
    /// Reads a JWK set, as JSON text or as a mapping. Members that cannot be used are skipped.
    #[staticmethod]
    fn from_json(py: Python<'_>, text: &Bound<'_, PyAny>) -> PyResult<Self> {
        guard(py, || {
            let text = jwk_text(text)?;
            let set = py.detach(|| jose::KeySet::parse(text.as_bytes(), jose::Origin::Local));
            Ok(Self(set.or_raise(py)?))
        })
    }

    /// Makes a set of keys of one's own: to verify with, or to publish. Of private keys the public half is taken.
    #[staticmethod]
    fn from_keys(py: Python<'_>, keys: &Bound<'_, PyAny>) -> PyResult<Self> {
        guard(py, || {
            let wrong = || PyTypeError::new_err("keys must be a list of PublicKey, PrivateKey or HmacKey");
            let keys = keys
                .try_iter()
                .map_err(|_| wrong())?
                .map(|one| {
                    let one = one?;
                    if let Ok(public) = one.cast::<PublicKey>() {
                        Ok(public.get().0.clone())
                    } else if let Ok(private) = one.cast::<PrivateKey>() {
                        Ok(private.get().0.clone())
                    } else {
                        one.cast::<HmacKey>().map(|secret| secret.get().0.clone()).map_err(|_| wrong())
                    }
                })
                .collect::<PyResult<Vec<_>>>()?;
            Ok(Self(jose::KeySet::from_keys(keys).or_raise(py)?))
        })
    }

    /// The set as JSON text, public members only.
    fn to_json(&self, py: Python<'_>) -> PyResult<String> {
        guard(py, || Ok(self.0.to_json()))
    }

    fn __len__(&self) -> usize {
        self.0.len()
    }

    fn __repr__(&self) -> String {
        format!("KeySet({} keys)", self.0.len())
    }
}

/// What `Verifier(key=...)` takes, and whether its checks are so short that the interpreter lock is kept.
pub(crate) fn verifier_keys(key: Option<&Bound<'_, PyAny>>) -> PyResult<(host::VerifierKeys, bool)> {
    let Some(key) = key else { return Ok((host::VerifierKeys::Discover, false)) };
    if let Ok(secret) = key.cast::<HmacKey>() {
        Ok((host::VerifierKeys::Key(secret.get().0.clone()), true))
    } else if let Ok(public) = key.cast::<PublicKey>() {
        Ok((host::VerifierKeys::Key(public.get().0.clone()), false))
    } else if let Ok(set) = key.cast::<KeySet>() {
        Ok((host::VerifierKeys::Set(set.get().0.clone()), false))
    } else {
        Err(PyTypeError::new_err("key must be an HmacKey, a PublicKey or a KeySet"))
    }
}

/// What `Signer(key, ...)` takes, and whether it is a secret.
pub(crate) fn signer_key(key: &Bound<'_, PyAny>) -> PyResult<(jose::Key, bool)> {
    if let Ok(secret) = key.cast::<HmacKey>() {
        Ok((secret.get().0.clone(), true))
    } else if let Ok(private) = key.cast::<PrivateKey>() {
        Ok((private.get().0.clone(), false))
    } else if let Ok(public) = key.cast::<PublicKey>() {
        // The mistake that deserves its own code: the signer refuses it.
        Ok((public.get().0.clone(), false))
    } else {
        Err(PyTypeError::new_err("key must be a PrivateKey or an HmacKey"))
    }
}
