//! The resource server role: who may use an API, and what to answer if nobody may.

use crate::arguments::Options;
use crate::errors::{self, OrRaise};
use crate::flow::{Flow, Shape};
use crate::from_json;
use crate::members::Claims;
use crate::panic::guard;
use crate::request;
use crate::verifier::Verifier;
use ferroauth::ErrorCode;
use ferroauth::host;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString, PyTuple};
use serde::Deserialize;
use serde_json::value::RawValue;

/// Guards an API: takes the bearer token of a request, and grants it or says what to answer (RFC 6750).
///
/// `realm` names the protected space in the challenges. Build it once and keep it.
#[pyclass(frozen, module = "ferroauth")]
pub(crate) struct ResourceServer {
    flows: Py<ResourceServerFlows>,
    keeps_lock: bool,
}

#[pymethods]
impl ResourceServer {
    #[new]
    #[pyo3(signature = (verifier, *, realm=None))]
    fn new(py: Python<'_>, verifier: &Verifier, realm: Option<&Bound<'_, PyString>>) -> PyResult<Self> {
        guard(py, || {
            let (verifier, keeps_lock) = verifier.parts();
            let mut config = Options::default();
            config.text("realm", realm)?;
            let server = host::ResourceServer::new(verifier, &config.to_text()).or_raise(py)?;
            Ok(Self { flows: Py::new(py, ResourceServerFlows { server })?, keeps_lock })
        })
    }

    /// Decides about a request: a `Principal`, which is true, or a `Denial`, which is false.
    ///
    /// `request` is a WSGI environment, an ASGI scope, a mapping of headers, name and value pairs, an object
    /// with `headers`, or `None`. The token must have every one of `scopes`. Fetches the key set where it
    /// must; if that fails, the denial has status 503.
    #[pyo3(signature = (request, *, scopes=None))]
    fn authenticate(
        &self,
        py: Python<'_>,
        request: &Bound<'_, PyAny>,
        scopes: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Py<PyAny>> {
        guard(py, || {
            let (fields, options) = read(request, scopes)?;
            match self.decide(py, &fields, &options) {
                Ok(text) if !self.flows.get().server.refresh_due(&texts(&fields)) => decision(py, &text),
                Err(error) if error.code() != ErrorCode::KeySetNotLoaded => Err(errors::raise(py, &error)),
                _ => self.flows.get().begin(&fields, &options).run(py),
            }
        })
    }

    /// Decides without any traffic; `KeySetNotLoadedError` if the key set would have to be fetched.
    #[pyo3(signature = (request, *, scopes=None))]
    fn authenticate_now(
        &self,
        py: Python<'_>,
        request: &Bound<'_, PyAny>,
        scopes: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Py<PyAny>> {
        guard(py, || {
            let (fields, options) = read(request, scopes)?;
            decision(py, &self.decide(py, &fields, &options).or_raise(py)?)
        })
    }

    /// Whether the cached keys of the token's issuer are about to expire, so that `authenticate` refreshes them.
    fn _refresh_due(&self, py: Python<'_>, request: &Bound<'_, PyAny>) -> PyResult<bool> {
        guard(py, || {
            let fields = request::authorization(request)?;
            Ok(self.flows.get().server.refresh_due(&texts(&fields)))
        })
    }

    /// The same operation as a flow, for a host that carries the traffic itself.
    #[getter]
    fn flow(&self, py: Python<'_>) -> Py<ResourceServerFlows> {
        self.flows.clone_ref(py)
    }

    fn __repr__(&self) -> &'static str {
        "ResourceServer(...)"
    }
}

impl ResourceServer {
    fn decide(&self, py: Python<'_>, fields: &[String], options: &str) -> ferroauth::Result<String> {
        let server = &self.flows.get().server;
        let fields = texts(fields);
        if self.keeps_lock {
            server.authenticate_now(&fields, options)
        } else {
            py.detach(|| server.authenticate_now(&fields, options))
        }
    }
}

/// `resource_server.flow`: the operation of a resource server, not run.
#[pyclass(frozen, module = "ferroauth._native")]
pub(crate) struct ResourceServerFlows {
    server: host::ResourceServer,
}

#[pymethods]
impl ResourceServerFlows {
    /// `ResourceServer.authenticate` as a flow.
    #[pyo3(signature = (request, *, scopes=None))]
    fn authenticate(
        &self,
        py: Python<'_>,
        request: &Bound<'_, PyAny>,
        scopes: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Flow> {
        guard(py, || {
            let (fields, options) = read(request, scopes)?;
            Ok(self.begin(&fields, &options))
        })
    }
}

impl ResourceServerFlows {
    fn begin(&self, fields: &[String], options: &str) -> Flow {
        Flow::new(self.server.authenticate(&texts(fields), options), Shape::Decision)
    }
}

fn read(request: &Bound<'_, PyAny>, scopes: Option<&Bound<'_, PyAny>>) -> PyResult<(Vec<String>, String)> {
    let mut options = Options::default();
    options.texts("scopes", scopes)?;
    Ok((request::authorization(request)?, options.to_text()))
}

fn texts(fields: &[String]) -> Vec<&str> {
    fields.iter().map(String::as_str).collect()
}

/// On whose behalf a request is made. True.
#[pyclass(frozen, get_all, module = "ferroauth")]
pub(crate) struct Principal {
    /// The claims of the token, all checked.
    claims: Py<Claims>,
    /// The scopes of the token.
    scopes: Py<PyTuple>,
    /// The claim `sub`; `None` if there is none.
    subject: Option<String>,
}

#[pymethods]
impl Principal {
    /// Whether the request may go on: always true.
    #[getter]
    fn granted(&self) -> bool {
        true
    }

    /// Whether the token has this very scope.
    fn has_scope(&self, py: Python<'_>, name: &Bound<'_, PyString>) -> PyResult<bool> {
        self.scopes.bind(py).contains(name)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let subject = match &self.subject {
            Some(subject) => PyString::new(py, subject).repr()?.to_string(),
            None => "None".to_owned(),
        };
        Ok(format!("Principal(subject={subject}, scopes={})", self.scopes.bind(py).repr()?))
    }
}

/// What to answer a request that may not go on. False.
#[pyclass(frozen, get_all, module = "ferroauth")]
pub(crate) struct Denial {
    /// The HTTP status: 400, 401, 403, or 503 if the key set cannot be had.
    status: u16,
    /// The header fields of the answer, `WWW-Authenticate` among them.
    headers: Py<PyDict>,
    /// Why: a `FerroauthError`, not raised.
    error: Py<PyAny>,
}

#[pymethods]
impl Denial {
    /// Whether the request may go on: always false.
    #[getter]
    fn granted(&self) -> bool {
        false
    }

    fn __bool__(&self) -> bool {
        false
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let code = self.error.bind(py).getattr("code")?.repr()?;
        Ok(format!("Denial(status={}, code={code})", self.status))
    }
}

/// The core's JSON form of a decision: the first three members if granted, else the last three.
#[derive(Deserialize)]
struct Form<'a> {
    header: Option<String>,
    claims: Option<String>,
    #[serde(default)]
    scopes: Vec<String>,
    status: Option<u16>,
    #[serde(borrow)]
    headers: Option<&'a RawValue>,
    #[serde(borrow)]
    error: Option<&'a RawValue>,
}

/// The `Principal` or `Denial` of a decision.
pub(crate) fn decision(py: Python<'_>, text: &str) -> PyResult<Py<PyAny>> {
    let broken = || PyValueError::new_err("decision");
    let form: Form<'_> = serde_json::from_str(text).map_err(|_| broken())?;
    if let (Some(header), Some(claims)) = (form.header, form.claims) {
        let claims = Claims::from_texts(py, header, claims)?;
        let scopes = PyTuple::new(py, form.scopes)?.unbind();
        let subject = claims.bind(py).as_any().call_method1("get", ("sub",))?.extract()?;
        return Ok(Py::new(py, Principal { claims, scopes, subject })?.into_any());
    }
    let (Some(status), Some(headers), Some(error)) = (form.status, form.headers, form.error) else {
        return Err(broken());
    };
    let headers = from_json::object(py, headers.get())?.unbind();
    let error = errors::from_report(py, error.get())?.unbind();
    Ok(Py::new(py, Denial { status, headers, error })?.into_any())
}
