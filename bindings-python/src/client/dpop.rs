//! Tokens that are bound to a key (RFC 9449): what the application's own requests to an API carry.

use super::Client;
use crate::arguments::{Options, text};
use crate::errors::OrRaise;
use crate::from_json;
use crate::keys::PrivateKey;
use crate::panic::guard;
use crate::tokens::TokenSet;
use pyo3::prelude::*;
use pyo3::types::PyString;

#[pymethods]
impl Client {
    /// A DPoP proof (RFC 9449) for a request of the application's own. Without `nonce` the one is used that the URL's origin
    /// handed out last.
    #[pyo3(signature = (method, url, *, access_token=None, nonce=None))]
    fn dpop_proof(
        &self,
        py: Python<'_>,
        method: &Bound<'_, PyString>,
        url: &Bound<'_, PyString>,
        access_token: Option<&Bound<'_, PyString>>,
        nonce: Option<&Bound<'_, PyString>>,
    ) -> PyResult<String> {
        guard(py, || {
            let mut options = Options::default();
            options.text("access_token", access_token)?;
            options.text("nonce", nonce)?;
            let client = &self.flows.get().client;
            client.dpop_proof(text(method)?, text(url)?, &options.to_text()).or_raise(py)
        })
    }

    /// The header fields that show an access token to an API: `authorization`, and `dpop` with a proof where the client has a key.
    ///
    /// `tokens` is a token set or the access token itself.
    fn authorization_headers(
        &self,
        py: Python<'_>,
        tokens: &Bound<'_, PyAny>,
        method: &Bound<'_, PyString>,
        url: &Bound<'_, PyString>,
    ) -> PyResult<Py<PyAny>> {
        guard(py, || {
            let token = match tokens.cast::<PyString>() {
                Ok(token) => token.clone(),
                Err(_) => tokens.cast::<TokenSet>()?.getattr("access_token")?.cast_into::<PyString>()?,
            };
            let client = &self.flows.get().client;
            let fields = client.authorization_headers(text(&token)?, text(method)?, text(url)?);
            Ok(from_json::build(py, &fields.or_raise(py)?)?.unbind())
        })
    }

    /// Takes the `DPoP-Nonce` field of a reply to a request of the application's own: the next proof for that origin has it.
    fn remember_dpop_nonce(
        &self,
        py: Python<'_>,
        url: &Bound<'_, PyString>,
        nonce: &Bound<'_, PyString>,
    ) -> PyResult<()> {
        guard(py, || self.flows.get().client.remember_dpop_nonce(text(url)?, text(nonce)?).or_raise(py))
    }

    /// The key that the client's tokens are bound to, to be kept where they are kept; None without DPoP.
    #[getter]
    fn dpop_key(&self) -> Option<PrivateKey> {
        self.flows.get().client.dpop_key().map(PrivateKey)
    }
}
