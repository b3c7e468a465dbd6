//! The client role: log users in, obtain tokens, ask about them. This file makes a client; what it does stands by topic:
//!
//! | file | topic |
//! |---|---|
//! | [`login`] | an authorization in the browser, from its request to its tokens |
//! | [`grants`] | tokens without a browser |
//! | [`tokens`] | refresh, introspection, revocation, userinfo |
//! | [`logout`] | logout at the provider and by the provider |
//! | [`dpop`] | tokens that are bound to a key |

mod dpop;
mod grants;
mod login;
mod logout;
mod operations;
mod tokens;

use crate::arguments::Options;
use crate::encryption::Decrypter;
use crate::errors::OrRaise;
use crate::keys::PrivateKey;
use crate::panic::guard;
use crate::service::Service;
use ferroauth::host;
use pyo3::prelude::*;
use pyo3::types::{PyAny, PyString};

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
                        certificate=None, certificate_key=None, dpop=None, dpop_key=None, request_object_key=None,
                        request_object_encryption=None, authorization_response_algorithms=None, leeway=None, id_token_algorithms=None,
                        userinfo_algorithms=None, introspection_algorithms=None, introspection_cache=None,
                        decrypter=None, pending_lifetime=None, testing=None))]
    #[allow(clippy::too_many_arguments)] // Python's keyword arguments
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
        dpop: Option<bool>,
        dpop_key: Option<&PrivateKey>,
        request_object_key: Option<&PrivateKey>,
        request_object_encryption: Option<&Bound<'_, PyAny>>,
        authorization_response_algorithms: Option<&Bound<'_, PyAny>>,
        leeway: Option<i64>,
        id_token_algorithms: Option<&Bound<'_, PyAny>>,
        userinfo_algorithms: Option<&Bound<'_, PyAny>>,
        introspection_algorithms: Option<&Bound<'_, PyAny>>,
        introspection_cache: Option<i64>,
        decrypter: Option<&Decrypter>,
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
            config.set_some("dpop", dpop);
            config.json("request_object_encryption", request_object_encryption)?;
            config.texts("authorization_response_algorithms", authorization_response_algorithms)?;
            config.set_some("leeway", leeway);
            config.texts("id_token_algorithms", id_token_algorithms)?;
            config.texts("userinfo_algorithms", userinfo_algorithms)?;
            config.texts("introspection_algorithms", introspection_algorithms)?;
            config.set_some("introspection_cache", introspection_cache);
            config.set_some("pending_lifetime", pending_lifetime);
            config.json("testing", testing)?;
            let mut keys = host::ClientKeys::default();
            for (name, key) in [
                ("assertion_key", assertion_key),
                ("dpop_key", dpop_key),
                ("request_object_key", request_object_key),
            ] {
                if let Some(key) = key {
                    keys.insert(name, key.0.clone()).or_raise(py)?;
                }
            }
            let mut client = host::Client::new(&service.0, &config.to_text(), keys).or_raise(py)?;
            if let Some(decrypter) = decrypter {
                client = client.with_decrypter(&decrypter.0);
            }
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

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("Client(client_id={})", (&self.client_id).into_pyobject(py)?.repr()?))
    }
}

impl Client {
    /// What needs no network and takes nothing but options.
    fn answer(&self, py: Python<'_>, name: &str, options: &Options) -> PyResult<String> {
        self.flows.get().client.answer(name, &options.to_text()).or_raise(py)
    }
}

/// `client.flow`: the operations of a client, not run.
#[pyclass(frozen, module = "ferroauth._native")]
pub(crate) struct ClientFlows {
    client: host::Client,
}
