//! JSON text to Python objects, for text that the core has already proven to be strict JSON.
//!
//! Built here rather than by Python's `json`: no import, no intermediate `str`, and the names of the
//! registered claims are interned once, which leaves the dict nothing to hash.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyList, PyString};

/// More than the core lets through (32), and little enough for a small stack.
const MAX_DEPTH: u32 = 64;

/// Builds the value of a JSON text.
pub(crate) fn build<'py>(py: Python<'py>, text: &str) -> PyResult<Bound<'py, PyAny>> {
    let mut reader = Reader { py, text, at: 0, depth: 0 };
    let value = reader.value()?;
    reader.space();
    if reader.at == text.len() { Ok(value) } else { Err(broken()) }
}

/// Builds the dict of a JSON object.
pub(crate) fn object<'py>(py: Python<'py>, text: &str) -> PyResult<Bound<'py, PyDict>> {
    Ok(build(py, text)?.cast_into::<PyDict>()?)
}

/// Unreachable for text from the core.
#[cold]
fn broken() -> PyErr {
    PyValueError::new_err("not valid JSON")
}

struct Reader<'a, 'py> {
    py: Python<'py>,
    text: &'a str,
    at: usize,
    depth: u32,
}

impl<'py> Reader<'_, 'py> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// The next byte that is not white space, taken.
    fn token(&mut self) -> PyResult<u8> {
        self.space();
        let byte = self.peek().ok_or_else(broken)?;
        self.at += 1;
        Ok(byte)
    }

    fn slice(&self, from: usize, to: usize) -> PyResult<&str> {
        self.text.get(from..to).ok_or_else(broken)
    }

    fn value(&mut self) -> PyResult<Bound<'py, PyAny>> {
        match self.token()? {
            b'"' => Ok(self.string()?.into_any()),
            b'{' => self.nested(Self::members),
            b'[' => self.nested(Self::elements),
            b't' => self.word("rue", PyBool::new(self.py, true).to_owned().into_any()),
            b'f' => self.word("alse", PyBool::new(self.py, false).to_owned().into_any()),
            b'n' => self.word("ull", self.py.None().into_bound(self.py)),
            b'-' | b'0'..=b'9' => self.number(),
            _ => Err(broken()),
        }
    }

    fn nested(&mut self, read: fn(&mut Self) -> PyResult<Bound<'py, PyAny>>) -> PyResult<Bound<'py, PyAny>> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(broken());
        }
        let value = read(self)?;
        self.depth -= 1;
        Ok(value)
    }

    fn members(&mut self) -> PyResult<Bound<'py, PyAny>> {
        let dict = PyDict::new(self.py);
        let mut next = self.token()?;
        while next != b'}' {
            if next != b'"' {
                return Err(broken());
            }
            let name = self.name()?;
            if self.token()? != b':' {
                return Err(broken());
            }
            dict.set_item(name, self.value()?)?;
            next = match self.token()? {
                b',' => self.token()?,
                b'}' => b'}',
                _ => return Err(broken()),
            };
        }
        Ok(dict.into_any())
    }

    fn elements(&mut self) -> PyResult<Bound<'py, PyAny>> {
        let list = PyList::empty(self.py);
        self.space();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(list.into_any());
        }
        loop {
            list.append(self.value()?)?;
            match self.token()? {
                b',' => {}
                b']' => return Ok(list.into_any()),
                _ => return Err(broken()),
            }
        }
    }

    fn word(&mut self, rest: &str, value: Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        if self.slice(self.at, self.at + rest.len())? != rest {
            return Err(broken());
        }
        self.at += rest.len();
        Ok(value)
    }

    fn number(&mut self) -> PyResult<Bound<'py, PyAny>> {
        let start = self.at - 1;
        let mut whole = true;
        while let Some(byte) = self.peek() {
            match byte {
                b'0'..=b'9' => {}
                b'.' | b'e' | b'E' | b'+' | b'-' => whole = false,
                _ => break,
            }
            self.at += 1;
        }
        let digits = self.slice(start, self.at)?;
        if !whole {
            let value: f64 = digits.parse().map_err(|_| broken())?;
            return Ok(PyFloat::new(self.py, value).into_any());
        }
        match digits.parse::<i64>() {
            Ok(value) => Ok(value.into_pyobject(self.py)?.into_any()),
            Err(_) => self.py.get_type::<PyInt>().call1((digits,)),
        }
    }

    /// The end of a string's run of plain characters, and the byte that ended it.
    fn plain(&self, from: usize) -> PyResult<(usize, u8)> {
        let rest = self.text.as_bytes().get(from..).ok_or_else(broken)?;
        rest.iter()
            .position(|byte| matches!(byte, b'"' | b'\\'))
            .and_then(|offset| Some((from + offset, *rest.get(offset)?)))
            .ok_or_else(broken)
    }

    fn string(&mut self) -> PyResult<Bound<'py, PyString>> {
        let (end, stop) = self.plain(self.at)?;
        if stop == b'"' {
            let plain = PyString::new(self.py, self.slice(self.at, end)?);
            self.at = end + 1;
            return Ok(plain);
        }
        Ok(PyString::new(self.py, &self.escaped()?))
    }

    fn name(&mut self) -> PyResult<Bound<'py, PyString>> {
        let (end, stop) = self.plain(self.at)?;
        if stop == b'"' {
            let text = self.slice(self.at, end)?;
            let name = interned(self.py, text).unwrap_or_else(|| PyString::new(self.py, text));
            self.at = end + 1;
            return Ok(name);
        }
        Ok(PyString::new(self.py, &self.escaped()?))
    }

    fn escaped(&mut self) -> PyResult<String> {
        let mut out = String::new();
        loop {
            let (end, stop) = self.plain(self.at)?;
            out.push_str(self.slice(self.at, end)?);
            self.at = end + 1;
            if stop == b'"' {
                return Ok(out);
            }
            let escape = self.peek().ok_or_else(broken)?;
            self.at += 1;
            out.push(match escape {
                b'"' => '"',
                b'\\' => '\\',
                b'/' => '/',
                b'b' => '\u{8}',
                b'f' => '\u{c}',
                b'n' => '\n',
                b'r' => '\r',
                b't' => '\t',
                b'u' => self.unicode()?,
                _ => return Err(broken()),
            });
        }
    }

    fn unicode(&mut self) -> PyResult<char> {
        let first = self.hex()?;
        if !(0xD800..0xDC00).contains(&first) {
            return char::from_u32(first).ok_or_else(broken);
        }
        if self.slice(self.at, self.at + 2)? != "\\u" {
            return Err(broken());
        }
        self.at += 2;
        let second = self.hex()?;
        if !(0xDC00..0xE000).contains(&second) {
            return Err(broken());
        }
        char::from_u32(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00)).ok_or_else(broken)
    }

    fn hex(&mut self) -> PyResult<u32> {
        let digits = self.slice(self.at, self.at + 4)?;
        let value = u32::from_str_radix(digits, 16).map_err(|_| broken())?;
        self.at += 4;
        Ok(value)
    }
}

macro_rules! interned_names {
    ($($name:literal)*) => {
        const NAMES: &[&str] = &[$($name),*];

        /// Where a name stands in [`NAMES`]; compiled to comparisons by length.
        #[allow(unused_assignments)]
        fn position(name: &str) -> Option<usize> {
            let mut index = 0;
            $(if name == $name { return Some(index); } index += 1;)*
            None
        }
    };
}

// The registered claims, the members of OpenID Connect's standard claims that tokens carry, and the
// members of error records. Append where a name is frequent.
interned_names! {
    "iss" "sub" "aud" "exp" "nbf" "iat" "jti" "azp" "nonce" "auth_time" "acr" "amr" "at_hash" "c_hash" "sid"
    "scope" "client_id" "email" "email_verified" "name" "preferred_username" "given_name" "family_name"
    "locale" "roles" "groups" "typ" "alg" "kid" "active" "username" "token_type"
    "number" "code" "class" "category" "status" "retryable" "message" "explain"
}

fn interned<'py>(py: Python<'py>, name: &str) -> Option<Bound<'py, PyString>> {
    static STRINGS: PyOnceLock<Vec<Py<PyString>>> = PyOnceLock::new();
    let index = position(name)?;
    let strings =
        STRINGS.get_or_init(py, || NAMES.iter().map(|name| PyString::intern(py, name).unbind()).collect());
    strings.get(index).map(|string| string.bind(py).clone())
}
