//! Arguments from Python, read strictly: what has the wrong type is a `TypeError`, text that is not
//! Unicode (a lone surrogate) is refused with a code of the error table.

use crate::errors;
use ferroauth::ErrorCode;
use ferroauth::host::Callback;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyByteArray, PyBytes, PyList, PyMapping, PyString, PyTuple};
use serde_json::{Map, Value};
use std::borrow::Cow;

/// The text of a `str` argument.
pub(crate) fn text<'a>(string: &'a Bound<'_, PyString>) -> PyResult<&'a str> {
    text_or(string, ErrorCode::InternalArgument)
}

/// The text of a `str` that may come from an attacker: `code` says what a lone surrogate makes of it.
pub(crate) fn text_or<'a>(string: &'a Bound<'_, PyString>, code: ErrorCode) -> PyResult<&'a str> {
    string.to_str().map_err(|_| errors::with(string.py(), code, "the text is not Unicode"))
}

/// Bytes from `bytes`, `bytearray`, or a `str` as UTF-8; copied only where Python could change them.
pub(crate) fn bytes<'a>(value: &'a Bound<'_, PyAny>, name: &str) -> PyResult<Cow<'a, [u8]>> {
    if let Ok(bytes) = value.cast::<PyBytes>() {
        Ok(Cow::Borrowed(bytes.as_bytes()))
    } else if let Ok(bytes) = value.cast::<PyByteArray>() {
        Ok(Cow::Owned(bytes.to_vec()))
    } else if let Ok(string) = value.cast::<PyString>() {
        Ok(Cow::Borrowed(text(string)?.as_bytes()))
    } else {
        Err(PyTypeError::new_err(format!("{name} must be bytes or str")))
    }
}

/// A list of texts. A bare `str` is a sequence too, of its characters, and is never meant.
pub(crate) fn texts(value: &Bound<'_, PyAny>, name: &str) -> PyResult<Vec<String>> {
    if value.is_instance_of::<PyString>() || value.is_instance_of::<PyBytes>() {
        return Err(PyTypeError::new_err(format!("{name} must be a list of str, not a single str")));
    }
    let mut out = Vec::new();
    for element in value.try_iter()? {
        let element = element?;
        let string = element
            .cast::<PyString>()
            .map_err(|_| PyTypeError::new_err(format!("{name} must be a list of str")))?;
        out.push(text(string)?.to_owned());
    }
    Ok(out)
}

/// A configuration or options object on its way to the core, which refuses what it does not know.
#[derive(Default)]
pub(crate) struct Options(Map<String, Value>);

impl Options {
    pub(crate) fn set(&mut self, name: &str, value: impl Into<Value>) {
        self.0.insert(name.into(), value.into());
    }

    pub(crate) fn set_some(&mut self, name: &str, value: Option<impl Into<Value>>) {
        if let Some(value) = value {
            self.set(name, value);
        }
    }

    pub(crate) fn text(&mut self, name: &str, value: Option<&Bound<'_, PyString>>) -> PyResult<()> {
        if let Some(value) = value {
            self.set(name, text(value)?);
        }
        Ok(())
    }

    pub(crate) fn texts(&mut self, name: &str, value: Option<&Bound<'_, PyAny>>) -> PyResult<()> {
        if let Some(value) = value {
            self.set(name, texts(value, name)?);
        }
        Ok(())
    }

    /// A JSON value that the core reads, such as `testing`.
    pub(crate) fn json(&mut self, name: &str, value: Option<&Bound<'_, PyAny>>) -> PyResult<()> {
        if let Some(value) = value {
            let text = crate::to_json::text(value)?;
            let value: Value = serde_json::from_str(&text)
                .map_err(|_| errors::with(value.py(), ErrorCode::ConfigInvalid, "a value is not JSON"))?;
            self.set(name, value);
        }
        Ok(())
    }

    pub(crate) fn to_text(&self) -> String {
        serde_json::to_string(&self.0).unwrap_or_default()
    }
}

/// What a browser brought, as [`callback`] reads it, on its way to the core as JSON.
pub(crate) fn brought(value: &Bound<'_, PyAny>) -> PyResult<Value> {
    Ok(match callback(value)? {
        Callback::Url(url) => url.into(),
        Callback::Parameters(pairs) => {
            pairs.into_iter().map(|(name, value)| Value::from(vec![name, value])).collect()
        }
    })
}

/// The authorization response: a URL, a path with a query, or a mapping of the query's parameters.
///
/// Frameworks keep repeated parameters in different ways; all are asked for every value, so that the core
/// sees, and refuses, a duplicate: `lists()` (Werkzeug, Django), `multi_items()` (Starlette), values that
/// are lists (`urllib.parse.parse_qs`), `items()` that repeats names (multidict, WebOb).
pub(crate) fn callback(value: &Bound<'_, PyAny>) -> PyResult<Callback> {
    if let Ok(url) = value.cast::<PyString>() {
        return Ok(Callback::Url(text_or(url, ErrorCode::CallbackMalformed)?.to_owned()));
    }
    let all_values = ["lists", "multi_items"].iter().find_map(|name| value.getattr(*name).ok());
    let items = match all_values {
        Some(method) => method.call0()?,
        None if value.cast::<PyMapping>().is_ok() => value.call_method0("items")?,
        None => {
            let kind = value.get_type().name()?;
            return Err(PyTypeError::new_err(format!(
                "the callback must be a str or a mapping of its query, not {kind}"
            )));
        }
    };
    let mut parameters = Vec::new();
    for item in items.try_iter()? {
        let (name, values): (Bound<'_, PyAny>, Bound<'_, PyAny>) = item?.extract()?;
        let name = parameter(&name)?;
        if values.is_instance_of::<PyList>() || values.is_instance_of::<PyTuple>() {
            for value in values.try_iter()? {
                parameters.push((name.clone(), parameter(&value?)?));
            }
        } else {
            parameters.push((name, parameter(&values)?));
        }
    }
    Ok(Callback::Parameters(parameters))
}

/// Some frameworks merge a JSON body into the query's mapping, so another type is a bad response rather
/// than a programmer's mistake.
fn parameter(value: &Bound<'_, PyAny>) -> PyResult<String> {
    match value.cast::<PyString>() {
        Ok(string) => Ok(text_or(string, ErrorCode::CallbackMalformed)?.to_owned()),
        Err(_) => Err(errors::with(value.py(), ErrorCode::CallbackMalformed, "a parameter is not text")),
    }
}
