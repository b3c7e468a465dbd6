//! Signatures over bytes: JWS in every serialization (RFC 7515, RFC 7797).

use crate::arguments::{Options, bytes, text_or};
use crate::errors::OrRaise;
use crate::from_json;
use crate::key_set;
use crate::panic::guard;
use crate::to_json;
use ferroauth::ErrorCode;
use ferroauth::host;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyString, PyTuple};
use std::borrow::Cow;

/// Verifies signatures over bytes. For tokens with claims use `Verifier`.
///
/// Of several signatures at least one must verify with a key that is here, and every one that names such a key
/// must; those of others are passed over.
#[pyclass(frozen, module = "ferroauth")]
pub(crate) struct JwsVerifier {
    verifier: host::JwsVerifier,
    keeps_lock: bool,
}

#[pymethods]
impl JwsVerifier {
    #[new]
    #[pyo3(signature = (key, *, algorithms))]
    fn new(py: Python<'_>, key: &Bound<'_, PyAny>, algorithms: &Bound<'_, PyAny>) -> PyResult<Self> {
        guard(py, || {
            let mut config = Options::default();
            config.texts("algorithms", Some(algorithms))?;
            let (keys, keeps_lock) = key_set::verifier_keys(Some(key))?;
            let verifier = host::JwsVerifier::new(&config.to_text(), keys).or_raise(py)?;
            Ok(Self { verifier, keeps_lock })
        })
    }

    /// Verifies a compact JWS; with `payload` a detached one.
    #[pyo3(signature = (jws, payload=None))]
    fn verify(
        &self,
        py: Python<'_>,
        jws: &Bound<'_, PyString>,
        payload: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<VerifiedJws> {
        guard(py, || {
            let jws = text_or(jws, ErrorCode::TokenMalformed)?;
            let payload = payload.map(|payload| bytes(payload, "the payload")).transpose()?;
            self.run(py, || self.verifier.verify(jws, payload.as_deref()))
        })
    }

    /// Verifies a JWS in JSON, flattened or general, as text or as a mapping; with `payload` a detached one.
    #[pyo3(signature = (jws, payload=None))]
    fn verify_json(
        &self,
        py: Python<'_>,
        jws: &Bound<'_, PyAny>,
        payload: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<VerifiedJws> {
        guard(py, || {
            let text = match jws.cast::<PyString>() {
                Ok(text) => Cow::Borrowed(text_or(text, ErrorCode::TokenJson)?),
                Err(_) => Cow::Owned(to_json::text(jws)?),
            };
            let payload = payload.map(|payload| bytes(payload, "the payload")).transpose()?;
            self.run(py, || self.verifier.verify_json(&text, payload.as_deref()))
        })
    }

    fn __repr__(&self) -> &'static str {
        "JwsVerifier(...)"
    }
}

impl JwsVerifier {
    fn run(
        &self,
        py: Python<'_>,
        verify: impl FnOnce() -> ferroauth::Result<host::VerifiedJws> + Send,
    ) -> PyResult<VerifiedJws> {
        let verified = if self.keeps_lock { verify() } else { py.detach(verify) };
        VerifiedJws::create(py, &verified.or_raise(py)?)
    }
}

/// A payload and the signatures of it that verify.
#[pyclass(frozen, get_all, module = "ferroauth")]
pub(crate) struct VerifiedJws {
    /// The payload.
    payload: Py<PyBytes>,
    /// The signatures that verify, at least one.
    signatures: Py<PyTuple>,
}

impl VerifiedJws {
    fn create(py: Python<'_>, verified: &host::VerifiedJws) -> PyResult<Self> {
        let signatures = verified
            .signatures()
            .iter()
            .map(|one| {
                let unprotected = one.unprotected_json.as_deref();
                let unprotected = unprotected.map(|text| from_json::object(py, text)).transpose()?;
                let header = from_json::object(py, &one.header_json)?.unbind();
                Py::new(
                    py,
                    JwsSignature {
                        index: one.index,
                        algorithm: one.algorithm.name(),
                        header,
                        unprotected: unprotected.map(Bound::unbind),
                        key_id: one.key_id.clone(),
                    },
                )
            })
            .collect::<PyResult<Vec<_>>>()?;
        Ok(Self {
            payload: PyBytes::new(py, verified.payload()).unbind(),
            signatures: PyTuple::new(py, signatures)?.unbind(),
        })
    }
}

#[pymethods]
impl VerifiedJws {
    /// The protected header of the first signature that verifies.
    #[getter]
    fn header(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        let first = self.signatures.bind(py).get_item(0)?;
        Ok(first.getattr("header")?.unbind())
    }

    fn __repr__(&self, py: Python<'_>) -> String {
        let (bytes, signatures) = (self.payload.bind(py).as_bytes().len(), self.signatures.bind(py).len());
        format!("VerifiedJws({bytes} bytes, signatures={signatures})")
    }
}

/// A signature that verifies.
#[pyclass(frozen, get_all, module = "ferroauth")]
pub(crate) struct JwsSignature {
    /// Its place in the list of a general JWS; 0 in the other forms.
    index: usize,
    /// The algorithm.
    algorithm: &'static str,
    /// The protected header.
    header: Py<PyDict>,
    /// The unprotected header, which anybody may have written; `None` if there is none.
    unprotected: Option<Py<PyDict>>,
    /// The id of the key that verified it; `None` if that key has none.
    key_id: Option<String>,
}

#[pymethods]
impl JwsSignature {
    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let key_id = self.key_id.as_deref().into_pyobject(py)?.repr()?.to_string();
        Ok(format!("JwsSignature(index={}, algorithm='{}', key_id={key_id})", self.index, self.algorithm))
    }
}

/// The options of a JWS in JSON.
pub(crate) fn json_options(
    header: Option<(&str, &Bound<'_, PyAny>)>,
    detached: bool,
    encode_payload: bool,
) -> PyResult<String> {
    let mut options = Options::default();
    if let Some((name, value)) = header {
        options.json(name, Some(value))?;
    }
    options.set("detached", detached);
    options.set("encode_payload", encode_payload);
    Ok(options.to_text())
}
