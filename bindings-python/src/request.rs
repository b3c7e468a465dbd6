//! Where the `Authorization` fields of a request are, whatever the framework calls a request.
//!
//! All fields are handed on, so that the core sees, and refuses, a request with two (H1). A field is never
//! joined, split or trimmed here, and nothing but header fields is read.

use crate::panic::guard;
use pyo3::exceptions::{PyKeyError, PyTypeError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList, PyMapping, PyString, PyTuple};

const FIELD: &str = "Authorization";
/// Its name in a WSGI or CGI environment.
const VARIABLE: &str = "HTTP_AUTHORIZATION";

/// How the header objects of the frameworks give all values of a field: Werkzeug, Starlette and Quart;
/// multidict (aiohttp, Sanic); Tornado, whose `get_all` is something else; `email.message` and `http.server`.
const ALL_VALUES: [&str; 4] = ["getlist", "getall", "get_list", "get_all"];

/// The values of all `Authorization` fields.
///
/// Accepted are a WSGI environment, a mapping of header names, an ASGI scope, name and value pairs, any
/// object with `headers`, and `None` for a request without any.
pub(crate) fn authorization(request: &Bound<'_, PyAny>) -> PyResult<Vec<String>> {
    if request.is_none() {
        return Ok(Vec::new());
    }
    match headers_of(request)? {
        Some(headers) => fields(&headers),
        None => fields(request),
    }
}

/// As a list, for `ferroauth.aio`, which may need it twice where a request can be read only once.
#[pyfunction]
pub(crate) fn _authorization(py: Python<'_>, request: &Bound<'_, PyAny>) -> PyResult<Vec<String>> {
    guard(py, || authorization(request))
}

/// The headers within a request object or an ASGI scope; `None` if the request is itself a collection of
/// headers.
fn headers_of<'py>(request: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyAny>>> {
    if !request.is_exact_instance_of::<PyDict>() {
        if all_values(request)?.is_some() {
            return Ok(None);
        }
        // Before the mapping: the requests of Starlette and aiohttp are both.
        if let Some(headers) = request.getattr_opt("headers")? {
            return Ok(Some(headers));
        }
    }
    let Ok(mapping) = request.cast::<PyMapping>() else { return Ok(None) };
    if !mapping.contains("headers")? {
        return Ok(None);
    }
    // In a mapping of header names, this would be a header that the client chose to call so: a text or texts.
    let headers = mapping.get_item("headers")?;
    let first = if is_list(&headers) { headers.try_iter()?.next().transpose()? } else { None };
    Ok(if is_text(&headers) || first.is_some_and(|first| is_text(&first)) { None } else { Some(headers) })
}

fn fields(headers: &Bound<'_, PyAny>) -> PyResult<Vec<String>> {
    let mut out = Vec::new();
    if is_text(headers) {
        return Err(not_a_request(headers));
    }
    if let Some(method) = all_values(headers)? {
        match method.call1((FIELD,)) {
            Ok(values) => push(&mut out, &values)?,
            Err(error) if error.is_instance_of::<PyKeyError>(headers.py()) => {}
            Err(error) => return Err(error),
        }
    } else if let Ok(dict) = headers.cast::<PyDict>() {
        for (name, value) in dict {
            take(&mut out, &name, &value, true)?;
        }
    } else {
        let mapping = headers.cast::<PyMapping>().is_ok() || headers.getattr_opt("items")?.is_some();
        let pairs = if mapping { headers.call_method0("items")? } else { headers.clone() };
        for pair in pairs.try_iter().map_err(|_| not_a_request(headers))? {
            let pair = pair?;
            if !is_list(&pair) || pair.len()? != 2 {
                return Err(not_a_request(headers));
            }
            take(&mut out, &pair.get_item(0)?, &pair.get_item(1)?, mapping)?;
        }
    }
    Ok(out)
}

fn all_values<'py>(headers: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyAny>>> {
    if headers.is_exact_instance_of::<PyDict>() {
        return Ok(None);
    }
    for name in ALL_VALUES {
        if let Some(method) = headers.getattr_opt(name)? {
            return Ok(Some(method));
        }
    }
    Ok(None)
}

fn is_text(value: &Bound<'_, PyAny>) -> bool {
    value.is_instance_of::<PyString>() || value.is_instance_of::<PyBytes>()
}

fn is_list(value: &Bound<'_, PyAny>) -> bool {
    value.is_instance_of::<PyList>() || value.is_instance_of::<PyTuple>()
}

/// Appends the values of an entry if it is an `Authorization` field.
fn take(
    out: &mut Vec<String>,
    name: &Bound<'_, PyAny>,
    value: &Bound<'_, PyAny>,
    mapping: bool,
) -> PyResult<()> {
    let name = text_of(name).ok_or_else(|| PyTypeError::new_err("header names must be str or bytes"))?;
    let variable = mapping && name == VARIABLE;
    // An empty variable is what a web server's rewrite rule makes of a request without the field.
    if name.eq_ignore_ascii_case(FIELD) || (variable && text_of(value).is_none_or(|text| !text.is_empty())) {
        push(out, value)?;
    }
    Ok(())
}

/// A value that is not Unicode keeps its place with replacement characters, which no token has.
fn text_of(value: &Bound<'_, PyAny>) -> Option<String> {
    if let Ok(text) = value.cast::<PyString>() {
        return Some(text.to_string_lossy().into_owned());
    }
    let bytes = value.cast::<PyBytes>().ok()?;
    Some(String::from_utf8_lossy(bytes.as_bytes()).into_owned())
}

/// Appends a value, the values of a list, or nothing for `None`.
fn push(out: &mut Vec<String>, value: &Bound<'_, PyAny>) -> PyResult<()> {
    let values = if value.is_none() {
        return Ok(());
    } else if is_list(value) {
        value.try_iter()?.collect::<PyResult<Vec<_>>>()?
    } else {
        vec![value.clone()]
    };
    for value in values {
        let text = text_of(&value);
        out.push(text.ok_or_else(|| PyTypeError::new_err("the Authorization field must be str or bytes"))?);
    }
    Ok(())
}

#[cold]
fn not_a_request(value: &Bound<'_, PyAny>) -> PyErr {
    let kind = value.get_type().name().map_or_else(|_| "this".to_owned(), |name| name.to_string());
    PyTypeError::new_err(format!(
        "the request must be a WSGI environment, an ASGI scope, headers, an object with headers, or None, not {kind}"
    ))
}
