//! The client role: log users in, obtain tokens, ask about them.

use crate::arguments::{self, Options, text};
use crate::errors::OrRaise;
use crate::flow::{Flow, Shape};
use crate::keys::PrivateKey;
use crate::panic::guard;
use crate::pending::{PendingAuthorization, keyring};
use crate::service::Service;
use ferroauth::host;
use pyo3::prelude::*;
use pyo3::types::PyString;

/// A client of a provider. Cheap to keep, safe to share between threads and across a fork.
#[pyclass(frozen, module = "ferroauth")]
pub(crate) struct Client {
    flows: Py<ClientFlows>,
    client_id: String,
}

#[pymethods]
impl Client {
    #[new]
    #[pyo3(signature = (service, *, client_id, client_secret=None, redirect_uri=None, authentication_method=None,
                        assertion_key=None, assertion_algorithm=None, assertion_audience=None,
                        certificate=None, certificate_key=None, leeway=None, id_token_algorithms=None, pending_lifetime=None, testing=None))]
    #[allow(clippy::too_many_arguments)]
    fn new(
        py: Python<'_>,
        service: &Service,
        client_id: &Bound<'_, PyString>,
        client_secret: Option<&Bound<'_, PyString>>,
        redirect_uri: Option<&Bound<'_, PyString>>,
        authentication_method: Option<&Bound<'_, PyString>>,
        assertion_key: Option<&PrivateKey>,
        assertion_algorithm: Option<&Bound<'_, PyString>>,
        assertion_audience: Option<&Bound<'_, PyString>>,
        certificate: Option<&Bound<'_, PyString>>,
        certificate_key: Option<&Bound<'_, PyString>>,
        leeway: Option<i64>,
        id_token_algorithms: Option<&Bound<'_, PyAny>>,
        pending_lifetime: Option<i64>,
        testing: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        guard(py, || {
            let mut config = Options::default();
            config.text("client_id", Some(client_id))?;
            config.text("client_secret", client_secret)?;
            config.text("redirect_uri", redirect_uri)?;
            config.text("authentication_method", authentication_method)?;
            config.text("assertion_algorithm", assertion_algorithm)?;
            config.text("assertion_audience", assertion_audience)?;
            config.text("certificate", certificate)?;
            config.text("certificate_key", certificate_key)?;
            config.set_some("leeway", leeway);
            config.texts("id_token_algorithms", id_token_algorithms)?;
            config.set_some("pending_lifetime", pending_lifetime);
            config.json("testing", testing)?;
            let mut keys = host::ClientKeys::default();
            if let Some(key) = assertion_key {
                keys.insert("assertion_key", key.0.clone()).or_raise(py)?;
            }
            let client = host::Client::new(&service.0, &config.to_text(), keys).or_raise(py)?;
            let client_id = client.client_id().to_owned();
            Ok(Self { flows: Py::new(py, ClientFlows { client })?, client_id })
        })
    }

    /// The same operations as flows, for a host that carries the traffic itself.
    #[getter]
    fn flow(&self, py: Python<'_>) -> Py<ClientFlows> {
        self.flows.clone_ref(py)
    }

    /// The client identifier.
    #[getter]
    fn client_id(&self) -> &str {
        &self.client_id
    }

    /// The thumbprint of the client's certificate, as bound tokens have it in `cnf` (`x5t#S256`), or None.
    #[getter]
    fn certificate_thumbprint(&self) -> Option<&str> {
        self.flows.get().client.certificate_thumbprint()
    }

    /// Begins an authorization: send the browser to `url`, keep the pending authorization in the user's
    /// session (`seal`) until the callback.
    ///
    /// `parameters` adds to the request, such as `prompt` or `login_hint`; `return_to` is a path on this
    /// site that comes back with the pending authorization.
    #[pyo3(signature = (*, scopes=None, parameters=None, return_to=None))]
    fn begin_authorization(
        &self,
        py: Python<'_>,
        scopes: Option<&Bound<'_, PyAny>>,
        parameters: Option<&Bound<'_, PyAny>>,
        return_to: Option<&Bound<'_, PyString>>,
    ) -> PyResult<PendingAuthorization> {
        guard(py, || {
            let mut options = Options::default();
            options.texts("scopes", scopes)?;
            options.json("parameters", parameters)?;
            options.text("return_to", return_to)?;
            let pending = self.flows.get().client.begin_authorization(&options.to_text()).or_raise(py)?;
            Ok(PendingAuthorization(pending))
        })
    }

    /// Opens what `PendingAuthorization.seal` made, with the same key: 32 bytes, or a `Keyring`.
    fn open_pending(
        &self,
        py: Python<'_>,
        sealed: &Bound<'_, PyString>,
        key: &Bound<'_, PyAny>,
    ) -> PyResult<PendingAuthorization> {
        guard(py, || {
            let sealed = arguments::text_or(sealed, ferroauth::ErrorCode::PendingInvalid)?;
            let pending = self.flows.get().client.open_pending(sealed, &keyring(key)?).or_raise(py)?;
            Ok(PendingAuthorization(pending))
        })
    }

    /// Finishes an authorization: checks the callback, exchanges the code, verifies the ID token.
    ///
    /// `callback` is the URL or path with its query, or a mapping of the query.
    fn finish_authorization(
        &self,
        py: Python<'_>,
        pending: &PendingAuthorization,
        callback: &Bound<'_, PyAny>,
    ) -> PyResult<Py<PyAny>> {
        self.flows.get().finish_authorization(py, pending, callback)?.run(py)
    }

    /// Exchanges a refresh token for new tokens.
    #[pyo3(signature = (refresh_token, *, scopes=None))]
    fn refresh(
        &self,
        py: Python<'_>,
        refresh_token: &Bound<'_, PyString>,
        scopes: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Py<PyAny>> {
        self.flows.get().refresh(py, refresh_token, scopes)?.run(py)
    }

    /// Obtains a token for the client itself.
    #[pyo3(signature = (*, scopes=None))]
    fn client_credentials(&self, py: Python<'_>, scopes: Option<&Bound<'_, PyAny>>) -> PyResult<Py<PyAny>> {
        self.flows.get().client_credentials(py, scopes)?.run(py)
    }

    /// Asks the provider about a token (RFC 7662).
    #[pyo3(signature = (token, *, token_type_hint=None))]
    fn introspect(
        &self,
        py: Python<'_>,
        token: &Bound<'_, PyString>,
        token_type_hint: Option<&Bound<'_, PyString>>,
    ) -> PyResult<Py<PyAny>> {
        self.flows.get().introspect(py, token, token_type_hint)?.run(py)
    }

    /// Revokes a token (RFC 7009).
    #[pyo3(signature = (token, *, token_type_hint=None))]
    fn revoke(
        &self,
        py: Python<'_>,
        token: &Bound<'_, PyString>,
        token_type_hint: Option<&Bound<'_, PyString>>,
    ) -> PyResult<Py<PyAny>> {
        self.flows.get().revoke(py, token, token_type_hint)?.run(py)
    }

    /// Fetches the claims about the user; `subject` is the `sub` that they must be about.
    #[pyo3(signature = (access_token, *, subject=None))]
    fn userinfo(
        &self,
        py: Python<'_>,
        access_token: &Bound<'_, PyString>,
        subject: Option<&Bound<'_, PyString>>,
    ) -> PyResult<Py<PyAny>> {
        self.flows.get().userinfo(py, access_token, subject)?.run(py)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("Client(client_id={})", (&self.client_id).into_pyobject(py)?.repr()?))
    }
}

/// `client.flow`: the operations of a client, not run.
#[pyclass(frozen, module = "ferroauth._native")]
pub(crate) struct ClientFlows {
    client: host::Client,
}

impl ClientFlows {
    /// An operation that takes nothing but options.
    fn begin(&self, name: &str, options: &Options, shape: Shape) -> Flow {
        Flow::new(self.client.operation(name, &options.to_text()), shape)
    }
}

#[pymethods]
impl ClientFlows {
    /// `Client.finish_authorization` as a flow.
    fn finish_authorization(
        &self,
        py: Python<'_>,
        pending: &PendingAuthorization,
        callback: &Bound<'_, PyAny>,
    ) -> PyResult<Flow> {
        guard(py, || {
            let callback = arguments::callback(callback)?;
            Ok(Flow::new(self.client.finish_authorization(&pending.0, callback), Shape::TokenSet))
        })
    }

    /// `Client.refresh` as a flow.
    #[pyo3(signature = (refresh_token, *, scopes=None))]
    fn refresh(
        &self,
        py: Python<'_>,
        refresh_token: &Bound<'_, PyString>,
        scopes: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Flow> {
        guard(py, || {
            let mut options = Options::default();
            options.texts("scopes", scopes)?;
            let operation = self.client.refresh(text(refresh_token)?, &options.to_text());
            Ok(Flow::new(operation, Shape::TokenSet))
        })
    }

    /// `Client.client_credentials` as a flow.
    #[pyo3(signature = (*, scopes=None))]
    fn client_credentials(&self, py: Python<'_>, scopes: Option<&Bound<'_, PyAny>>) -> PyResult<Flow> {
        guard(py, || {
            let mut options = Options::default();
            options.texts("scopes", scopes)?;
            Ok(self.begin("client_credentials", &options, Shape::TokenSet))
        })
    }

    /// `Client.introspect` as a flow.
    #[pyo3(signature = (token, *, token_type_hint=None))]
    fn introspect(
        &self,
        py: Python<'_>,
        token: &Bound<'_, PyString>,
        token_type_hint: Option<&Bound<'_, PyString>>,
    ) -> PyResult<Flow> {
        guard(py, || {
            let mut options = Options::default();
            options.text("token_type_hint", token_type_hint)?;
            let operation = self.client.introspect(text(token)?, &options.to_text());
            Ok(Flow::new(operation, Shape::Introspection))
        })
    }

    /// `Client.revoke` as a flow.
    #[pyo3(signature = (token, *, token_type_hint=None))]
    fn revoke(
        &self,
        py: Python<'_>,
        token: &Bound<'_, PyString>,
        token_type_hint: Option<&Bound<'_, PyString>>,
    ) -> PyResult<Flow> {
        guard(py, || {
            let mut options = Options::default();
            options.text("token_type_hint", token_type_hint)?;
            let operation = self.client.revoke(text(token)?, &options.to_text());
            Ok(Flow::new(operation, Shape::Plain))
        })
    }

    /// `Client.userinfo` as a flow.
    #[pyo3(signature = (access_token, *, subject=None))]
    fn userinfo(
        &self,
        py: Python<'_>,
        access_token: &Bound<'_, PyString>,
        subject: Option<&Bound<'_, PyString>>,
    ) -> PyResult<Flow> {
        guard(py, || {
            let mut options = Options::default();
            options.text("subject", subject)?;
            let operation = self.client.userinfo(text(access_token)?, &options.to_text());
            Ok(Flow::new(operation, Shape::Object))
        })
    }
}
