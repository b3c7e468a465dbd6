//! JSON objects that a caller reads as mappings: verified claims and introspection replies.

use crate::arguments::text_or;
use crate::errors::OrRaise;
use crate::from_json;
use crate::panic::guard;
use ferroauth::ErrorCode;
use ferroauth::jose::Verified;
use pyo3::basic::CompareOp;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBool, PyDict, PyMapping, PyString, PyTuple, PyType};

/// A read-only mapping over the members of a JSON object. Registered as `collections.abc.Mapping`.
#[pyclass(frozen, subclass, mapping, module = "ferroauth._native", name = "_Members")]
pub(crate) struct Members {
    dict: Py<PyDict>,
}

impl Members {
    pub(crate) fn over(dict: Py<PyDict>) -> Self {
        Self { dict }
    }
}

#[pymethods]
impl Members {
    fn __getitem__<'py>(&self, py: Python<'py>, name: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        self.dict.bind(py).as_any().get_item(name)
    }

    fn __contains__(&self, py: Python<'_>, name: &Bound<'_, PyAny>) -> PyResult<bool> {
        self.dict.bind(py).contains(name)
    }

    fn __len__(&self, py: Python<'_>) -> usize {
        self.dict.bind(py).len()
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Ok(self.dict.bind(py).try_iter()?.into_any())
    }

    /// The member, or `default` if there is none.
    #[pyo3(signature = (name, default=None, /))]
    fn get<'py>(
        &self,
        py: Python<'py>,
        name: &Bound<'py, PyAny>,
        default: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        Ok(self.dict.bind(py).get_item(name)?.or(default))
    }

    /// The names of the members.
    fn keys<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.dict.bind(py).call_method0("keys")
    }

    /// The values of the members.
    fn values<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.dict.bind(py).call_method0("values")
    }

    /// Names and values.
    fn items<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.dict.bind(py).call_method0("items")
    }

    fn __richcmp__<'py>(
        &self,
        py: Python<'py>,
        other: &Bound<'py, PyAny>,
        op: CompareOp,
    ) -> PyResult<Bound<'py, PyAny>> {
        let equality = matches!(op, CompareOp::Eq | CompareOp::Ne);
        let Some(other) = other.cast::<PyMapping>().ok().filter(|_| equality) else {
            return Ok(py.NotImplemented().into_bound(py));
        };
        let members = PyDict::new(py);
        members.update(other)?;
        let equal = self.dict.bind(py).eq(members)?;
        Ok(PyBool::new(py, equal == matches!(op, CompareOp::Eq)).to_owned().into_any())
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        Ok(format!("{}({})", slf.get_type().name()?, slf.get().dict.bind(slf.py()).repr()?))
    }
}

/// The claims of a verified token, as a mapping.
///
/// `claims["sub"]` is a claim, `claims.raw` the payload's JSON text as it was signed and
/// `claims.header` the token's header.
#[pyclass(frozen, extends = Members, module = "ferroauth")]
pub(crate) struct Claims {
    raw: String,
    header_json: String,
    header: PyOnceLock<Py<PyDict>>,
}

impl Claims {
    pub(crate) fn create(py: Python<'_>, verified: Verified) -> PyResult<Py<Self>> {
        Self::from_texts(py, verified.header_json, verified.claims_json)
    }

    /// From the texts of header and payload.
    pub(crate) fn from_texts(py: Python<'_>, header_json: String, raw: String) -> PyResult<Py<Self>> {
        let dict = from_json::object(py, &raw)?.unbind();
        let this = Self { raw, header_json, header: PyOnceLock::new() };
        Py::new(py, PyClassInitializer::from(Members { dict }).add_subclass(this))
    }
}

#[pymethods]
impl Claims {
    /// The payload's JSON text, exactly as it was signed.
    #[getter]
    fn raw(&self) -> &str {
        &self.raw
    }

    /// The token's header.
    #[getter]
    fn header(&self, py: Python<'_>) -> PyResult<Py<PyDict>> {
        let header = self
            .header
            .get_or_try_init(py, || PyResult::Ok(from_json::object(py, &self.header_json)?.unbind()))?;
        Ok(header.clone_ref(py))
    }
}

/// What an introspection endpoint said about a token (RFC 7662), as a mapping.
#[pyclass(frozen, extends = Members, module = "ferroauth")]
pub(crate) struct Introspection {
    active: bool,
    members: Py<PyDict>,
}

impl Introspection {
    pub(crate) fn create(py: Python<'_>, text: &str) -> PyResult<Py<Self>> {
        let dict = from_json::object(py, text)?;
        let active = dict.get_item("active")?.is_some_and(|active| active.is(PyBool::new(py, true)));
        let this = Self { active, members: dict.clone().unbind() };
        Py::new(py, PyClassInitializer::from(Members { dict: dict.unbind() }).add_subclass(this))
    }

    fn member<'py>(&self, py: Python<'py>, name: &str) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.members.bind(py).get_item(name)
    }
}

#[pymethods]
impl Introspection {
    /// Whether the token is usable now. Everything else is only meaningful if it is.
    #[getter]
    fn active(&self) -> bool {
        self.active
    }

    /// The scopes (`scope`).
    #[getter]
    fn scopes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let joined: Option<String> = self.member(py, "scope")?.map(|scope| scope.extract()).transpose()?;
        let scopes = joined.as_deref().unwrap_or_default().split(' ').filter(|scope| !scope.is_empty());
        PyTuple::new(py, scopes.collect::<Vec<_>>())
    }

    /// The client that the token was issued to.
    #[getter]
    fn client_id<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.member(py, "client_id")
    }

    /// The user, for people.
    #[getter]
    fn username<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.member(py, "username")
    }

    /// The kind of token.
    #[getter]
    fn token_type<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.member(py, "token_type")
    }

    /// The user (`sub`).
    #[getter]
    fn subject<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.member(py, "sub")
    }

    /// Whom the token is for (`aud`), one or several.
    #[getter]
    fn audience<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let audience = match self.member(py, "aud")? {
            None => Vec::new(),
            Some(one) if one.is_instance_of::<PyString>() => vec![one.extract::<String>()?],
            Some(several) => several.extract()?,
        };
        PyTuple::new(py, audience)
    }

    /// Who issued the token (`iss`).
    #[getter]
    fn issuer<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.member(py, "iss")
    }

    /// The token's own identifier (`jti`).
    #[getter]
    fn token_id<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.member(py, "jti")
    }

    /// When the token expires (`exp`), seconds since the epoch.
    #[getter]
    fn expires_at<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.member(py, "exp")
    }

    /// When it was issued (`iat`), seconds since the epoch.
    #[getter]
    fn issued_at<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.member(py, "iat")
    }

    /// From when on it is good (`nbf`), seconds since the epoch.
    #[getter]
    fn not_before<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.member(py, "nbf")
    }
}

/// The parts of a token that nobody checked. Never base a decision on them.
#[pyclass(frozen, get_all, module = "ferroauth")]
pub(crate) struct UnverifiedToken {
    /// The header.
    header: Py<PyDict>,
    /// The claims.
    claims: Py<Claims>,
}

#[pymethods]
impl UnverifiedToken {
    fn __repr__(&self) -> &'static str {
        "UnverifiedToken(...)"
    }
}

/// Reads header and claims of a token without checking anything but its form.
///
/// For logs and for choosing a verifier; never base a decision about access on the result.
#[pyfunction]
pub(crate) fn decode_unverified(py: Python<'_>, token: &Bound<'_, PyString>) -> PyResult<UnverifiedToken> {
    guard(py, || {
        let token = text_or(token, ErrorCode::TokenMalformed)?;
        let claims = Claims::create(py, ferroauth::host::decode_unverified(token).or_raise(py)?)?;
        let header = claims.get().header(py)?;
        Ok(UnverifiedToken { header, claims })
    })
}

/// Makes `isinstance(claims, collections.abc.Mapping)` true, and `match claims: case {...}` work.
pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let py = module.py();
    // The module behind `collections.abc`, which every interpreter has loaded: the package `collections`
    // around it would be half of the import's cost.
    let mapping: Bound<'_, PyType> = py.import("_collections_abc")?.getattr("Mapping")?.cast_into()?;
    mapping.call_method1("register", (py.get_type::<Members>(),))?;
    Ok(())
}
