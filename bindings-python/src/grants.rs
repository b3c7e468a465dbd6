//! What the grants take by name, and what waits for a user on another device.

use crate::arguments::{Options, text};
use crate::errors::OrRaise;
use crate::panic::guard;
use ferroauth::client;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};

/// What every grant can be asked for.
pub(crate) const COMMON: &[&str] = &["scopes", "resource", "authorization_details", "parameters"];

/// Those of a token exchange.
pub(crate) const EXCHANGE: &[&str] = &[
    "subject_token_type",
    "actor_token",
    "actor_token_type",
    "requested_token_type",
    "audience",
    "scopes",
    "resource",
    "authorization_details",
    "parameters",
];

/// Those of a backchannel authentication.
pub(crate) const BACKCHANNEL: &[&str] = &[
    "login_hint",
    "login_hint_token",
    "id_token_hint",
    "binding_message",
    "user_code",
    "requested_expiry",
    "acr_values",
    "scopes",
    "resource",
    "authorization_details",
    "parameters",
];

/// Options that are lists of texts, for which a bare text is never meant.
const LISTS: [&str; 4] = ["scopes", "resource", "audience", "acr_values"];

/// The options of a grant: its own arguments, and those that came by name.
pub(crate) fn options(
    own: &[(&str, &Bound<'_, PyString>)],
    named: Option<&Bound<'_, PyDict>>,
    known: &[&str],
) -> PyResult<Options> {
    let mut options = Options::default();
    for (name, value) in own {
        options.text(name, Some(value))?;
    }
    for (name, value) in named.into_iter().flatten() {
        let name = name.cast::<PyString>()?;
        let name = text(name)?;
        if !known.contains(&name) {
            return Err(PyTypeError::new_err(format!("got an unexpected keyword argument '{name}'")));
        }
        if value.is_none() {
            continue;
        }
        if LISTS.contains(&name) {
            options.texts(name, Some(&value))?;
        } else {
            options.json(name, Some(&value))?;
        }
    }
    Ok(options)
}

/// A login on another device that was begun: show `user_code` and `verification_uri`, then ask for the tokens.
#[pyclass(frozen, module = "ferroauth")]
pub(crate) struct DeviceAuthorization(client::DeviceAuthorization);

impl DeviceAuthorization {
    pub(crate) fn create(py: Python<'_>, text: &str) -> PyResult<Py<Self>> {
        Py::new(py, Self(client::DeviceAuthorization::from_json(text).or_raise(py)?))
    }

    pub(crate) fn options(&self) -> PyResult<Options> {
        stored("authorization", &self.0.to_json())
    }
}

#[pymethods]
impl DeviceAuthorization {
    /// What the user types.
    #[getter]
    fn user_code(&self) -> &str {
        self.0.user_code()
    }

    /// Where the user types it.
    #[getter]
    fn verification_uri(&self) -> &str {
        self.0.verification_uri()
    }

    /// The address with the code in it, for a QR code, or None.
    #[getter]
    fn verification_uri_complete(&self) -> Option<&str> {
        self.0.verification_uri_complete()
    }

    /// When it expires, seconds since the epoch.
    #[getter]
    fn expires_at(&self) -> i64 {
        self.0.expires_at()
    }

    /// Seconds between two requests for the tokens.
    #[getter]
    fn interval(&self) -> u32 {
        self.0.interval()
    }

    /// A text for the user's session on the server; it holds the device code.
    fn store(&self) -> String {
        self.0.to_json()
    }

    /// Reads what `store` wrote.
    #[staticmethod]
    fn restore(py: Python<'_>, stored: &Bound<'_, PyString>) -> PyResult<Py<Self>> {
        guard(py, || Self::create(py, text(stored)?))
    }

    fn __repr__(&self) -> String {
        let (uri, expires) = (self.0.verification_uri(), self.0.expires_at());
        format!("DeviceAuthorization(verification_uri={uri:?}, expires_at={expires}, device_code='***')")
    }
}

/// An authentication of a user on another device that was begun (CIBA).
#[pyclass(frozen, module = "ferroauth")]
pub(crate) struct BackchannelAuthentication(client::BackchannelAuthentication);

impl BackchannelAuthentication {
    pub(crate) fn create(py: Python<'_>, text: &str) -> PyResult<Py<Self>> {
        Py::new(py, Self(client::BackchannelAuthentication::from_json(text).or_raise(py)?))
    }

    pub(crate) fn options(&self) -> PyResult<Options> {
        stored("authentication", &self.0.to_json())
    }
}

#[pymethods]
impl BackchannelAuthentication {
    /// When it expires, seconds since the epoch.
    #[getter]
    fn expires_at(&self) -> i64 {
        self.0.expires_at()
    }

    /// Seconds between two requests for the tokens.
    #[getter]
    fn interval(&self) -> u32 {
        self.0.interval()
    }

    /// A text for a store on the server; whoever has it can ask for the tokens as this client.
    fn store(&self) -> String {
        self.0.to_json()
    }

    /// Reads what `store` wrote.
    #[staticmethod]
    fn restore(py: Python<'_>, stored: &Bound<'_, PyString>) -> PyResult<Py<Self>> {
        guard(py, || Self::create(py, text(stored)?))
    }

    fn __repr__(&self) -> String {
        format!("BackchannelAuthentication(expires_at={}, auth_req_id='***')", self.0.expires_at())
    }
}

/// What was begun, as the one option of what goes on with it.
fn stored(name: &str, text: &str) -> PyResult<Options> {
    let mut options = Options::default();
    let value: serde_json::Value = serde_json::from_str(text).unwrap_or_default();
    options.set(name, value);
    Ok(options)
}
