//! Challenges. The class `Challenge` is written in Python over this.

use crate::arguments::texts;
use crate::errors::OrRaise;
use crate::panic::guard;
use ferroauth::host;
use pyo3::prelude::*;

/// The challenges of all `WWW-Authenticate` fields, as JSON text.
#[pyfunction]
pub(crate) fn _parse_challenges(py: Python<'_>, fields: &Bound<'_, PyAny>) -> PyResult<String> {
    guard(py, || {
        let fields = texts(fields, "fields")?;
        let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
        host::parse_challenges(&fields).or_raise(py)
    })
}
