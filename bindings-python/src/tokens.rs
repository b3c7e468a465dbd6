//! What a grant yields. The objects are frozen, print without their tokens and refuse to be pickled.

use crate::from_json;
use ferroauth::client;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

/// The tokens of one grant.
///
/// Its `repr` shows no token, and it cannot be pickled: store the fields you need, encrypted.
#[pyclass(frozen, get_all, module = "ferroauth")]
pub(crate) struct TokenSet {
    /// The access token; `Client.authorization_headers` shows it to an API.
    access_token: String,
    /// `"Bearer"`, or `"DPoP"` if it is bound to the client's key.
    token_type: &'static str,
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
    /// The declared quirks of the service that this grant took, by name.
    quirks: Py<PyTuple>,
    /// Further members of the provider's reply.
    extra: Py<PyDict>,
}

impl TokenSet {
    pub(crate) fn create(py: Python<'_>, tokens: &client::TokenSet) -> PyResult<Py<Self>> {
        let id_token = match tokens.id_token() {
            None => None,
            Some(token) => Some(Py::new(
                py,
                IdToken {
                    raw: token.raw().expose().to_owned(),
                    header: from_json::object(py, &token.verified().header_json)?.unbind(),
                    claims: from_json::object(py, &token.verified().claims_json)?.unbind(),
                },
            )?),
        };
        let extra = match tokens.extra() {
            extra if extra.is_empty() => PyDict::new(py),
            // As text, because `from_json` keeps numbers exact.
            extra => from_json::object(py, &serde_json::to_string(extra).unwrap_or_default())?,
        };
        Py::new(
            py,
            Self {
                access_token: tokens.access_token().expose().to_owned(),
                token_type: tokens.token_type(),
                expires_at: tokens.expires_at(),
                refresh_token: tokens.refresh_token().map(|token| token.expose().to_owned()),
                scopes: PyTuple::new(py, tokens.scopes())?.unbind(),
                unrequested_scopes: PyTuple::new(py, tokens.unrequested_scopes())?.unbind(),
                id_token,
                quirks: PyTuple::new(py, tokens.quirks().names())?.unbind(),
                extra: extra.unbind(),
            },
        )
    }
}

#[pymethods]
impl TokenSet {
    /// What a token exchange issued (RFC 8693), a URI; None after other grants.
    #[getter]
    fn issued_token_type<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.extra.bind(py).get_item("issued_token_type")
    }

    /// The rights that were granted (RFC 9396): a list of objects with a `type`, or None.
    #[getter]
    fn authorization_details<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.extra.bind(py).get_item("authorization_details")
    }

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
