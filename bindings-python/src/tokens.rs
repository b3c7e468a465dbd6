//! What a grant yields. The objects are frozen, print without their tokens and refuse to be pickled.

use crate::from_json;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};
use serde::Deserialize;
use serde_json::value::RawValue;

/// The core's JSON form of a token set; header, claims and further members are built by `from_json`, which
/// keeps numbers exact.
#[derive(Deserialize)]
struct Form<'a> {
    access_token: String,
    token_type: String,
    expires_at: Option<i64>,
    refresh_token: Option<String>,
    scopes: Vec<String>,
    unrequested_scopes: Vec<String>,
    #[serde(borrow)]
    id_token: Option<IdTokenForm<'a>>,
    #[serde(borrow)]
    extra: &'a RawValue,
}

#[derive(Deserialize)]
struct IdTokenForm<'a> {
    raw: String,
    #[serde(borrow)]
    header: &'a RawValue,
    #[serde(borrow)]
    claims: &'a RawValue,
}

/// The tokens of one grant.
///
/// Its `repr` shows no token, and it cannot be pickled: store the fields you need, encrypted.
#[pyclass(frozen, get_all, module = "ferroauth")]
pub(crate) struct TokenSet {
    /// The access token, for `Authorization: Bearer`.
    access_token: String,
    /// Always `"Bearer"`.
    token_type: String,
    /// When the access token expires, seconds since the epoch; `None` if the provider did not say.
    expires_at: Option<i64>,
    /// The refresh token; after a refresh without rotation, the one that was used.
    refresh_token: Option<String>,
    /// The granted scopes.
    scopes: Py<PyTuple>,
    /// Granted scopes that nobody asked for.
    unrequested_scopes: Py<PyTuple>,
    /// The verified ID token, if one was issued.
    id_token: Option<Py<IdToken>>,
    /// Further members of the provider's reply.
    extra: Py<PyDict>,
}

impl TokenSet {
    pub(crate) fn create(py: Python<'_>, text: &str) -> PyResult<Py<Self>> {
        let form: Form<'_> = serde_json::from_str(text).map_err(|_| PyValueError::new_err("token set"))?;
        let id_token = match form.id_token {
            None => None,
            Some(token) => Some(Py::new(
                py,
                IdToken {
                    raw: token.raw,
                    header: from_json::object(py, token.header.get())?.unbind(),
                    claims: from_json::object(py, token.claims.get())?.unbind(),
                },
            )?),
        };
        Py::new(
            py,
            Self {
                access_token: form.access_token,
                token_type: form.token_type,
                expires_at: form.expires_at,
                refresh_token: form.refresh_token,
                scopes: PyTuple::new(py, form.scopes)?.unbind(),
                unrequested_scopes: PyTuple::new(py, form.unrequested_scopes)?.unbind(),
                id_token,
                extra: from_json::object(py, form.extra.get())?.unbind(),
            },
        )
    }
}

#[pymethods]
impl TokenSet {
    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let refresh = if self.refresh_token.is_some() { "'***'" } else { "None" };
        let id_token = if self.id_token.is_some() { "IdToken('***')" } else { "None" };
        let expires = self.expires_at.map_or_else(|| "None".to_owned(), |at| at.to_string());
        Ok(format!(
            "TokenSet(access_token='***', token_type='{}', expires_at={expires}, refresh_token={refresh}, \
             scopes={}, id_token={id_token})",
            self.token_type,
            self.scopes.bind(py).repr()?,
        ))
    }
}

/// A verified ID token.
#[pyclass(frozen, get_all, module = "ferroauth")]
pub(crate) struct IdToken {
    /// The compact form, for `id_token_hint`.
    raw: String,
    /// The header.
    header: Py<PyDict>,
    /// The claims, all checked.
    claims: Py<PyDict>,
}

#[pymethods]
impl IdToken {
    fn __repr__(&self) -> &'static str {
        "IdToken('***')"
    }
}
