//! What the operations about sessions, registrations and protected resources yield.

use crate::arguments::{Options, text};
use crate::errors::OrRaise;
use crate::flow::{Flow, Shape};
use crate::from_json;
use crate::members::Members;
use crate::network::NetworkOptions;
use crate::panic::guard;
use ferroauth::host;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString, PyTuple};

/// A member of a dict that the core made, as this type.
fn member<'py, T>(dict: &Bound<'py, PyDict>, name: &str) -> PyResult<T>
where
    T: for<'a> FromPyObject<'a, 'py, Error = PyErr>,
{
    match dict.get_item(name)? {
        Some(value) => value.extract(),
        None => dict.py().None().into_bound(dict.py()).extract(),
    }
}

/// A logout to be asked for: send the browser to `url`. Its `repr` does not show it, because it may carry the ID token.
#[pyclass(frozen, get_all, module = "ferroauth")]
pub(crate) struct LogoutRequest {
    /// Where to send the browser.
    url: String,
    /// Keep it in the user's session for `Client.finish_logout`; `None` if the browser does not come back.
    state: Option<String>,
}

impl LogoutRequest {
    pub(crate) fn create(py: Python<'_>, text: &str) -> PyResult<Self> {
        let dict = from_json::object(py, text)?;
        Ok(Self { url: member(&dict, "url")?, state: member(&dict, "state")? })
    }
}

#[pymethods]
impl LogoutRequest {
    fn __repr__(&self) -> &'static str {
        "LogoutRequest('***')"
    }
}

/// A logout that came through the browser.
#[pyclass(frozen, get_all, module = "ferroauth")]
pub(crate) struct FrontChannelLogout {
    /// The provider, if the request names it.
    issuer: Option<String>,
    /// The session that ended at the provider (`sid`), if the request names it.
    session_id: Option<String>,
}

impl FrontChannelLogout {
    pub(crate) fn create(py: Python<'_>, text: &str) -> PyResult<Self> {
        let dict = from_json::object(py, text)?;
        Ok(Self { issuer: member(&dict, "issuer")?, session_id: member(&dict, "session_id")? })
    }
}

#[pymethods]
impl FrontChannelLogout {
    fn __repr__(&self) -> &'static str {
        "FrontChannelLogout(...)"
    }
}

/// A verified logout token: end the session `session_id`, or without one all sessions of `subject`.
#[pyclass(frozen, get_all, module = "ferroauth")]
pub(crate) struct LogoutToken {
    /// The provider.
    issuer: String,
    /// The user, if the token names one.
    subject: Option<String>,
    /// The session (`sid`), if the token names one.
    session_id: Option<String>,
    /// The token's own identifier (`jti`), for a host that remembers tokens for all of its processes.
    token_id: String,
    /// When it was issued, seconds since the epoch.
    issued_at: i64,
    /// When it expires, seconds since the epoch.
    expires_at: i64,
    /// All claims.
    claims: Py<PyDict>,
}

impl LogoutToken {
    pub(crate) fn create(py: Python<'_>, text: &str) -> PyResult<Py<Self>> {
        let dict = from_json::object(py, text)?;
        let claims = dict.get_item("claims")?.map(Bound::cast_into::<PyDict>).transpose()?;
        Py::new(
            py,
            Self {
                issuer: member(&dict, "issuer")?,
                subject: member(&dict, "subject")?,
                session_id: member(&dict, "session_id")?,
                token_id: member(&dict, "token_id")?,
                issued_at: member(&dict, "issued_at")?,
                expires_at: member(&dict, "expires_at")?,
                claims: claims.unwrap_or_else(|| PyDict::new(py)).unbind(),
            },
        )
    }
}

#[pymethods]
impl LogoutToken {
    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!(
            "LogoutToken(issuer={}, subject={}, session_id={})",
            (&self.issuer).into_pyobject(py)?.repr()?,
            (&self.subject).into_pyobject(py)?.repr()?,
            (&self.session_id).into_pyobject(py)?.repr()?,
        ))
    }
}

/// A client as a provider has registered it (RFC 7591).
///
/// `to_json` has its secrets, for an encrypted store; `repr` does not, and it cannot be pickled.
#[pyclass(frozen, module = "ferroauth")]
pub(crate) struct Registration {
    text: String,
    parts: Py<PyDict>,
}

impl Registration {
    pub(crate) fn create(py: Python<'_>, text: String) -> PyResult<Py<Self>> {
        let parts = from_json::object(py, &host::registration(&text).or_raise(py)?)?.unbind();
        Py::new(py, Self { text, parts })
    }

    /// From what an operation yields: the text within JSON.
    pub(crate) fn of_reply(py: Python<'_>, text: &str) -> PyResult<Py<Self>> {
        Self::create(py, member(&from_json::object(py, text)?, "registration")?)
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    fn part<'py>(&self, py: Python<'py>, name: &str) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.parts.bind(py).get_item(name)
    }
}

#[pymethods]
impl Registration {
    /// What `to_json` wrote.
    #[staticmethod]
    fn from_json(py: Python<'_>, text: &Bound<'_, PyString>) -> PyResult<Py<Self>> {
        guard(py, || Self::create(py, crate::arguments::text(text)?.to_owned()))
    }

    /// The client information response (RFC 7591 section 3.2.1) as JSON text, secrets included.
    fn to_json(&self) -> &str {
        &self.text
    }

    /// The client identifier.
    #[getter]
    fn client_id<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.part(py, "client_id")
    }

    /// The client secret, if one was issued.
    #[getter]
    fn client_secret<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.part(py, "client_secret")
    }

    /// When the client secret expires, seconds since the epoch; `None` if it does not.
    #[getter]
    fn client_secret_expires_at<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.part(py, "client_secret_expires_at")
    }

    /// Whether the provider lets the registration be read, updated and deleted (RFC 7592).
    #[getter]
    fn manageable<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.part(py, "manageable")
    }

    /// The client's metadata as registered, which may be other than was asked for.
    #[getter]
    fn metadata<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.part(py, "metadata")
    }

    /// What the registration decides about a `Client`: `Client(service, **registration.client_options)`.
    #[getter]
    fn client_options<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.part(py, "client_options")
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let client_id = self.part(py, "client_id")?.map(|id| id.repr()).transpose()?;
        Ok(format!("Registration(client_id={})", client_id.map(|id| id.to_string()).unwrap_or_default()))
    }
}

/// What a protected resource says about itself (RFC 9728), as a mapping.
#[pyclass(frozen, extends = Members, module = "ferroauth")]
pub(crate) struct ProtectedResource {
    /// The resource identifier.
    #[pyo3(get)]
    resource: String,
    /// The issuers of the authorization servers that it trusts, for `Service.discover`.
    #[pyo3(get)]
    authorization_servers: Py<PyTuple>,
    /// The scopes that requests may need.
    #[pyo3(get)]
    scopes: Py<PyTuple>,
}

impl ProtectedResource {
    pub(crate) fn build(py: Python<'_>, text: &str) -> PyResult<Py<Self>> {
        let dict = from_json::object(py, text)?;
        let list = |name: &str| -> PyResult<Py<PyTuple>> {
            let items: Option<Vec<String>> = member(&dict, name)?;
            Ok(PyTuple::new(py, items.unwrap_or_default())?.unbind())
        };
        let this = Self {
            resource: member(&dict, "resource")?,
            authorization_servers: list("authorization_servers")?,
            scopes: list("scopes_supported")?,
        };
        Py::new(py, PyClassInitializer::from(Members::over(dict.unbind())).add_subclass(this))
    }
}

#[pymethods]
impl ProtectedResource {
    /// The operations of this class that need the network, for a host that carries it itself.
    #[classattr]
    #[pyo3(name = "flow")]
    const FLOW: ProtectedResourceFlows = ProtectedResourceFlows;

    /// Asks a protected resource which authorization servers it trusts (RFC 9728). `resource` is the URL that requests to it are made
    /// with; `metadata_url` is the `resource_metadata` of a challenge. With `signed_by` the metadata must be signed by that issuer.
    #[staticmethod]
    #[pyo3(signature = (resource, *, metadata_url=None, signed_by=None, algorithms=None, network=None, testing=None))]
    fn discover(
        py: Python<'_>,
        resource: &Bound<'_, PyString>,
        metadata_url: Option<&Bound<'_, PyString>>,
        signed_by: Option<&Bound<'_, PyString>>,
        algorithms: Option<&Bound<'_, PyAny>>,
        network: Option<&NetworkOptions>,
        testing: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Py<PyAny>> {
        let flows = ProtectedResourceFlows;
        flows.discover(py, resource, metadata_url, signed_by, algorithms, network, testing)?.run(py)
    }
}

/// `ProtectedResource.flow`: the operations of `ProtectedResource`, not run.
#[pyclass(frozen, module = "ferroauth._native")]
pub(crate) struct ProtectedResourceFlows;

#[pymethods]
impl ProtectedResourceFlows {
    /// `ProtectedResource.discover` as a flow.
    #[pyo3(signature = (resource, *, metadata_url=None, signed_by=None, algorithms=None, network=None, testing=None))]
    #[allow(clippy::too_many_arguments)]
    fn discover(
        &self,
        py: Python<'_>,
        resource: &Bound<'_, PyString>,
        metadata_url: Option<&Bound<'_, PyString>>,
        signed_by: Option<&Bound<'_, PyString>>,
        algorithms: Option<&Bound<'_, PyAny>>,
        network: Option<&NetworkOptions>,
        testing: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Flow> {
        guard(py, || {
            let mut options = Options::default();
            options.text("metadata_url", metadata_url)?;
            options.text("signed_by", signed_by)?;
            options.texts("algorithms", algorithms)?;
            options.network(network);
            options.json("testing", testing)?;
            let operation = host::protected_resource(text(resource)?, &options.to_text()).or_raise(py)?;
            Ok(Flow::new(operation, Shape::ProtectedResource))
        })
    }
}
