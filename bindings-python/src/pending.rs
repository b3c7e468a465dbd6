//! An authorization between its request and its callback, and the keys that seal it.

use crate::arguments::bytes;
use crate::errors::OrRaise;
use crate::events;
use crate::panic::guard;
use ferroauth::host;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyByteArray, PyBytes, PyList, PyString};

/// Keys that seal: the first seals, all open, so that a key can be rotated. Each has 32 bytes.
#[pyclass(frozen, module = "ferroauth")]
pub(crate) struct Keyring(host::Keyring);

#[pymethods]
impl Keyring {
    #[new]
    fn new(py: Python<'_>, keys: &Bound<'_, PyAny>) -> PyResult<Self> {
        guard(py, || {
            if keys.is_instance_of::<PyBytes>() || keys.is_instance_of::<PyString>() {
                return Err(PyTypeError::new_err("keys must be a list of bytes"));
            }
            let mut all = Vec::new();
            for key in keys.try_iter()? {
                all.push(key_bytes(&key?)?);
            }
            Ok(Self(host::Keyring::new(all).or_raise(py)?))
        })
    }

    fn __repr__(&self) -> &'static str {
        "Keyring('***')"
    }
}

/// A key of text is refused: 32 characters are not 32 random bytes.
fn key_bytes(key: &Bound<'_, PyAny>) -> PyResult<Vec<u8>> {
    if key.is_instance_of::<PyBytes>() || key.is_instance_of::<PyByteArray>() {
        Ok(bytes(key, "the key")?.into_owned())
    } else {
        Err(PyTypeError::new_err("the key must be 32 bytes, or a Keyring"))
    }
}

/// The `Keyring` of an argument that may also be the one key.
pub(crate) fn keyring(key: &Bound<'_, PyAny>) -> PyResult<host::Keyring> {
    if let Ok(keyring) = key.cast::<Keyring>() {
        return Ok(keyring.get().0.clone());
    }
    host::Keyring::new(vec![key_bytes(key)?]).or_raise(key.py())
}

/// An authorization that has begun: PKCE verifier, state and nonce of one login.
///
/// It belongs into the session of the user who began it, sealed.
#[pyclass(frozen, module = "ferroauth")]
pub(crate) struct PendingAuthorization(pub(crate) host::PendingAuthorization);

#[pymethods]
impl PendingAuthorization {
    /// Where to send the browser. Empty in one that `open_pending` returned.
    #[getter]
    fn url(&self) -> &str {
        self.0.url()
    }

    /// The state that the callback must carry.
    #[getter]
    fn state(&self) -> &str {
        self.0.state()
    }

    /// The path that was given as `return_to`, checked to be one of this site.
    #[getter]
    fn return_to(&self) -> Option<&str> {
        self.0.return_to()
    }

    /// When the authorization request expires, seconds since the epoch.
    #[getter]
    fn expires_at(&self) -> i64 {
        self.0.expires_at()
    }

    /// Until when the URL of a pushed request is good, seconds since the epoch; None for the others.
    #[getter]
    fn url_expires_at(&self) -> Option<i64> {
        self.0.url_expires_at()
    }

    /// The origin that the message comes from if the response mode is `web_message`: compare `event.origin` with it.
    #[getter]
    fn response_origin(&self) -> Option<&str> {
        self.0.response_origin()
    }

    /// Where the page that took the message goes on if the response mode is `web_message`: the redirect URI.
    #[getter]
    fn continue_url(&self) -> Option<&str> {
        self.0.continue_url()
    }

    /// That it was begun, as a list of one event. Empty in one that `open_pending` returned.
    #[getter]
    fn events<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        guard(py, || events::objects(py, self.0.event().map_or(&[], std::slice::from_ref)))
    }

    /// Encrypts it into a text for the session; `key` is 32 bytes, or a `Keyring`.
    fn seal(&self, py: Python<'_>, key: &Bound<'_, PyAny>) -> PyResult<String> {
        guard(py, || self.0.seal(&keyring(key)?).or_raise(py))
    }

    fn __repr__(&self) -> &'static str {
        "PendingAuthorization('***')"
    }
}

impl PendingAuthorization {
    /// One that was begun just now and not by a flow, which would tell it.
    pub(crate) fn begun(py: Python<'_>, pending: host::PendingAuthorization) -> PyResult<Self> {
        events::log(py, pending.event().map_or(&[], std::slice::from_ref))?;
        Ok(Self(pending))
    }
}
