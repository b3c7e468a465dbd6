//! DPoP proofs.

use crate::arguments::{Options, text_or};
use crate::errors::OrRaise;
use crate::from_json;
use crate::members::Claims;
use crate::panic::guard;
use ferroauth::ErrorCode;
use ferroauth::host;
use pyo3::prelude::*;
use pyo3::types::PyString;

/// Verifies DPoP proofs (RFC 9449): for a resource server or an authorization server.
#[pyclass(frozen, module = "ferroauth")]
pub(crate) struct DpopVerifier(host::DpopVerifier);

#[pymethods]
impl DpopVerifier {
    #[new]
    #[pyo3(signature = (*, algorithms=None, max_age=None, leeway=None, testing=None))]
    fn new(
        py: Python<'_>,
        algorithms: Option<&Bound<'_, PyAny>>,
        max_age: Option<u32>,
        leeway: Option<i64>,
        testing: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        guard(py, || {
            let mut config = Options::default();
            config.texts("algorithms", algorithms)?;
            config.set_some("max_age", max_age);
            config.set_some("leeway", leeway);
            config.json("testing", testing)?;
            host::DpopVerifier::new(&config.to_text()).or_raise(py).map(Self)
        })
    }

    /// Verifies a proof against the request that carried it.
    #[pyo3(signature = (proof, *, method, url, access_token=None, nonce=None, thumbprint=None))]
    #[allow(clippy::too_many_arguments)]
    fn verify(
        &self,
        py: Python<'_>,
        proof: &Bound<'_, PyString>,
        method: &Bound<'_, PyString>,
        url: &Bound<'_, PyString>,
        access_token: Option<&Bound<'_, PyString>>,
        nonce: Option<&Bound<'_, PyString>>,
        thumbprint: Option<&Bound<'_, PyString>>,
    ) -> PyResult<DpopProof> {
        guard(py, || {
            let mut request = Options::default();
            request.text("method", Some(method))?;
            request.text("url", Some(url))?;
            request.text("access_token", access_token)?;
            request.text("nonce", nonce)?;
            request.text("thumbprint", thumbprint)?;
            let (proof, request) = (text_or(proof, ErrorCode::TokenMalformed)?, request.to_text());
            let verified = py.detach(|| self.0.verify(proof, &request)).or_raise(py)?;
            let parts = from_json::object(py, &verified)?;
            let part = |name: &str| -> PyResult<String> { parts.as_any().get_item(name)?.extract() };
            let claims = Claims::from_texts(py, part("header")?, part("claims")?)?;
            Ok(DpopProof { claims, thumbprint: part("thumbprint")? })
        })
    }

    fn __repr__(&self) -> &'static str {
        "DpopVerifier(...)"
    }
}

/// A DPoP proof that passed. Its `jti` is still to be remembered for as long as the proof is young enough.
#[pyclass(frozen, get_all, module = "ferroauth")]
pub(crate) struct DpopProof {
    /// The claims.
    claims: Py<Claims>,
    /// The thumbprint of the proof's key: what `cnf.jkt` of an access token names.
    thumbprint: String,
}
