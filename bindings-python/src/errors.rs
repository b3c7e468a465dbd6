//! The one conversion from the core's error to a Python exception.
//!
//! The classes are written in Python (`ferroauth/errors.py`), so they have docs and pickle; here they are
//! only looked up and filled.

use crate::from_json;
use ferroauth::{Error, ErrorCode};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;

static FROM_RECORD: PyOnceLock<Py<PyAny>> = PyOnceLock::new();

/// Builds the exception of an error.
pub(crate) fn raise(py: Python<'_>, error: &Error) -> PyErr {
    exception(py, error).map_or_else(|failure| failure, PyErr::from_value)
}

/// Builds the exception object of an error without raising it.
pub(crate) fn exception<'py>(py: Python<'py>, error: &Error) -> PyResult<Bound<'py, PyAny>> {
    from_report(py, &error.to_json())
}

/// Builds the exception object of an error's JSON form.
pub(crate) fn from_report<'py>(py: Python<'py>, report: &str) -> PyResult<Bound<'py, PyAny>> {
    from_record(from_json::build(py, report)?)
}

/// Builds the exception object of an error's decoded JSON form.
pub(crate) fn from_record(record: Bound<'_, PyAny>) -> PyResult<Bound<'_, PyAny>> {
    let py = record.py();
    FROM_RECORD
        .get_or_try_init(py, || {
            PyResult::Ok(py.import("ferroauth.errors")?.getattr("_from_record")?.unbind())
        })?
        .bind(py)
        .call1((record,))
}

/// `map_err` for results of the core.
pub(crate) trait OrRaise<T> {
    fn or_raise(self, py: Python<'_>) -> PyResult<T>;
}

impl<T> OrRaise<T> for ferroauth::Result<T> {
    fn or_raise(self, py: Python<'_>) -> PyResult<T> {
        self.map_err(|error| raise(py, &error))
    }
}

/// An exception for a code and a detail that this crate wrote.
pub(crate) fn with(py: Python<'_>, code: ErrorCode, detail: &'static str) -> PyErr {
    raise(py, &Error::with(code, detail))
}
