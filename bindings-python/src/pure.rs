//! The core's pure functions: one native function for all; the classes around it are written in Python.

use crate::arguments::text;
use crate::errors::{self, OrRaise};
use crate::panic::guard;
use crate::{from_json, to_json};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};

/// Calls a pure function by name with keyword arguments; what is `None` counts as left out.
#[pyfunction]
#[pyo3(signature = (name, /, **options))]
pub(crate) fn _pure(
    py: Python<'_>,
    name: &Bound<'_, PyString>,
    options: Option<&Bound<'_, PyDict>>,
) -> PyResult<Py<PyDict>> {
    guard(py, || {
        let given = PyDict::new(py);
        for (key, value) in options.into_iter().flatten() {
            if !value.is_none() {
                given.set_item(key, value)?;
            }
        }
        let answer = ferroauth::host::pure(text(name)?, &to_json::text(given.as_any())?).or_raise(py)?;
        let answer = from_json::object(py, &answer)?;
        if let Some(report) = answer.get_item("error")? {
            answer.set_item("error", errors::from_record(report)?)?;
        }
        Ok(answer.unbind())
    })
}
