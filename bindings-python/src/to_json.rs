//! Python objects to JSON text, for claims and for options that pass through to the core.
//!
//! Only the shape is decided here. Whether a number, a depth or a name is acceptable is the core's
//! decision: `NaN`, for example, is written as it stands and refused there.

use crate::errors;
use ferroauth::ErrorCode;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyList, PyMapping, PyString, PyTuple};

/// Deeper than the core accepts, so that the core names the fault; a cycle ends here.
const MAX_DEPTH: u32 = 64;

/// Writes a value as JSON text.
pub(crate) fn text(value: &Bound<'_, PyAny>) -> PyResult<String> {
    let mut out = String::with_capacity(256);
    write(value, &mut out, 0)?;
    Ok(out)
}

fn write(value: &Bound<'_, PyAny>, out: &mut String, depth: u32) -> PyResult<()> {
    if depth > MAX_DEPTH {
        return Err(errors::with(value.py(), ErrorCode::InternalArgument, "nested too deeply"));
    }
    if let Ok(string) = value.cast::<PyString>() {
        write_string(string, out)
    } else if value.is_none() {
        out.push_str("null");
        Ok(())
    } else if let Ok(flag) = value.cast::<PyBool>() {
        out.push_str(if flag.is_true() { "true" } else { "false" });
        Ok(())
    } else if let Ok(int) = value.cast::<PyInt>() {
        write_int(int, out)
    } else if let Ok(float) = value.cast::<PyFloat>() {
        write_float(float.extract()?, out);
        Ok(())
    } else if let Ok(dict) = value.cast::<PyDict>() {
        write_members(dict.iter(), out, depth)
    } else if value.is_instance_of::<PyList>() || value.is_instance_of::<PyTuple>() {
        out.push('[');
        for (index, element) in value.try_iter()?.enumerate() {
            if index > 0 {
                out.push(',');
            }
            write(&element?, out, depth + 1)?;
        }
        out.push(']');
        Ok(())
    } else if let Ok(mapping) = value.cast::<PyMapping>() {
        let copy = PyDict::new(value.py());
        copy.update(mapping)?;
        write_members(copy.iter(), out, depth)
    } else {
        let kind = value.get_type().name()?;
        Err(PyTypeError::new_err(format!("{kind} has no JSON form")))
    }
}

fn write_members<'py>(
    members: impl Iterator<Item = (Bound<'py, PyAny>, Bound<'py, PyAny>)>,
    out: &mut String,
    depth: u32,
) -> PyResult<()> {
    out.push('{');
    for (index, (name, value)) in members.enumerate() {
        if index > 0 {
            out.push(',');
        }
        let name = name.cast::<PyString>().map_err(|_| PyTypeError::new_err("member names must be str"))?;
        write_string(name, out)?;
        out.push(':');
        write(&value, out, depth + 1)?;
    }
    out.push('}');
    Ok(())
}

fn write_string(string: &Bound<'_, PyString>, out: &mut String) -> PyResult<()> {
    let text = crate::arguments::text(string)?;
    let quoted = serde_json::to_string(text)
        .map_err(|_| errors::with(string.py(), ErrorCode::InternalArgument, "text has no JSON form"))?;
    out.push_str(&quoted);
    Ok(())
}

/// Through `int.__repr__`: a subclass such as an enum may have another text form.
fn write_int(int: &Bound<'_, PyInt>, out: &mut String) -> PyResult<()> {
    if let Ok(value) = int.extract::<i64>() {
        out.push_str(&value.to_string());
        return Ok(());
    }
    let digits = int.py().get_type::<PyInt>().getattr("__repr__")?.call1((int,));
    match digits {
        Ok(digits) => out.push_str(digits.cast::<PyString>()?.to_str()?),
        Err(_) => return Err(errors::with(int.py(), ErrorCode::InternalArgument, "an integer is too large")),
    }
    Ok(())
}

fn write_float(value: f64, out: &mut String) {
    match serde_json::Number::from_f64(value) {
        Some(number) => out.push_str(&number.to_string()),
        None => out.push_str("NaN"),
    }
}
