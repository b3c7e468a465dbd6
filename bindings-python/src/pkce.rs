//! PKCE (RFC 7636). The class `Pkce` is written in Python over these.

use crate::arguments::text;
use crate::errors::OrRaise;
use crate::panic::guard;
use ferroauth::host::pkce;
use pyo3::prelude::*;
use pyo3::types::PyString;

/// A new code verifier and its S256 challenge.
#[pyfunction]
pub(crate) fn _pkce_generate(py: Python<'_>) -> PyResult<(String, String)> {
    guard(py, || pkce::generate().or_raise(py))
}

/// The S256 challenge of a code verifier.
#[pyfunction]
pub(crate) fn _pkce_challenge(py: Python<'_>, verifier: &Bound<'_, PyString>) -> PyResult<String> {
    guard(py, || pkce::challenge(text(verifier)?).or_raise(py))
}

/// Whether a code verifier belongs to an S256 challenge.
#[pyfunction]
pub(crate) fn _pkce_verify(
    py: Python<'_>,
    verifier: &Bound<'_, PyString>,
    challenge: &Bound<'_, PyString>,
) -> PyResult<bool> {
    guard(py, || pkce::verify(text(verifier)?, text(challenge)?).or_raise(py))
}
