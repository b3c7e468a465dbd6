//! Providers: where they come from, and what can be asked of them without a user.

use crate::arguments::{Options, text};
use crate::errors::OrRaise;
use crate::flow::{Flow, Shape};
use crate::from_json;
use crate::network::NetworkOptions;
use crate::panic::guard;
use crate::replies::Registration;
use ferroauth::host;
use pyo3::prelude::*;
use pyo3::types::PyString;

/// What may be said of a provider beside its definition.
#[derive(Default)]
struct Given<'a, 'py> {
    base_url: Option<&'a Bound<'py, PyString>>,
    tenant: Option<&'a Bound<'py, PyString>>,
    realm: Option<&'a Bound<'py, PyString>>,
    domain: Option<&'a Bound<'py, PyString>>,
    quirks: Option<&'a Bound<'py, PyAny>>,
    default_lifetime: Option<u32>,
    overlay: Option<&'a Bound<'py, PyAny>>,
    network: Option<&'a NetworkOptions>,
    testing: Option<&'a Bound<'py, PyAny>>,
}

impl Given<'_, '_> {
    fn options(&self) -> PyResult<Options> {
        let mut options = Options::default();
        options.text("base_url", self.base_url)?;
        options.text("tenant", self.tenant)?;
        options.text("realm", self.realm)?;
        options.text("domain", self.domain)?;
        options.texts("quirks", self.quirks)?;
        options.set_some("default_lifetime", self.default_lifetime);
        options.json("overlay", self.overlay)?;
        options.network(self.network);
        options.json("testing", self.testing)?;
        Ok(options)
    }
}

/// A provider: its endpoints, its key set, and the rules for reaching it.
#[pyclass(frozen, module = "ferroauth")]
pub(crate) struct Service(pub(crate) host::Service);

#[pymethods]
impl Service {
    /// The operations of this class that need the network, for a host that carries it itself.
    #[classattr]
    #[pyo3(name = "flow")]
    const FLOW: ServiceFlows = ServiceFlows;

    /// Discovers a provider from its issuer (OpenID Connect Discovery, or RFC 8414) and checks that the
    /// metadata names that issuer.
    #[staticmethod]
    #[pyo3(signature = (issuer, *, quirks=None, default_lifetime=None, overlay=None, network=None, testing=None))]
    fn discover(
        py: Python<'_>,
        issuer: &Bound<'_, PyString>,
        quirks: Option<&Bound<'_, PyAny>>,
        default_lifetime: Option<u32>,
        overlay: Option<&Bound<'_, PyAny>>,
        network: Option<&NetworkOptions>,
        testing: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Py<PyAny>> {
        ServiceFlows.discover(py, issuer, quirks, default_lifetime, overlay, network, testing)?.run(py)
    }

    /// A provider that ferroauth knows, by name; `presets` says which there are and what each needs.
    #[staticmethod]
    #[pyo3(signature = (name, *, base_url=None, tenant=None, realm=None, domain=None, quirks=None,
                        default_lifetime=None, overlay=None, network=None, testing=None))]
    #[allow(clippy::too_many_arguments)] // Python's keyword arguments
    fn preset(
        py: Python<'_>,
        name: &Bound<'_, PyString>,
        base_url: Option<&Bound<'_, PyString>>,
        tenant: Option<&Bound<'_, PyString>>,
        realm: Option<&Bound<'_, PyString>>,
        domain: Option<&Bound<'_, PyString>>,
        quirks: Option<&Bound<'_, PyAny>>,
        default_lifetime: Option<u32>,
        overlay: Option<&Bound<'_, PyAny>>,
        network: Option<&NetworkOptions>,
        testing: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        let given =
            Given { base_url, tenant, realm, domain, quirks, default_lifetime, overlay, network, testing };
        guard(py, || {
            let options = given.options()?.to_text();
            Ok(Self(host::Service::preset(text(name)?, &options).or_raise(py)?))
        })
    }

    /// A metadata document (RFC 8414), what `to_json` wrote, a CiviCRM provider file, or a Connected App or Social Login
    /// Key of Frappe.
    #[staticmethod]
    #[pyo3(signature = (text, *, base_url=None, tenant=None, realm=None, domain=None, quirks=None,
                        default_lifetime=None, overlay=None, network=None, testing=None))]
    #[allow(clippy::too_many_arguments)] // Python's keyword arguments
    fn from_json(
        py: Python<'_>,
        text: &Bound<'_, PyString>,
        base_url: Option<&Bound<'_, PyString>>,
        tenant: Option<&Bound<'_, PyString>>,
        realm: Option<&Bound<'_, PyString>>,
        domain: Option<&Bound<'_, PyString>>,
        quirks: Option<&Bound<'_, PyAny>>,
        default_lifetime: Option<u32>,
        overlay: Option<&Bound<'_, PyAny>>,
        network: Option<&NetworkOptions>,
        testing: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        let given =
            Given { base_url, tenant, realm, domain, quirks, default_lifetime, overlay, network, testing };
        guard(py, || {
            let options = given.options()?.to_text();
            Ok(Self(host::Service::from_json_with(crate::arguments::text(text)?, &options).or_raise(py)?))
        })
    }

    /// The presets: for each its name, title, the values that it needs, defaults, scopes, quirks and tags.
    #[staticmethod]
    fn presets(py: Python<'_>) -> PyResult<Py<PyAny>> {
        guard(py, || Ok(from_json::build(py, &host::Service::presets())?.unbind()))
    }

    /// What is known of the provider beyond its metadata: default scopes and parameters, quirks, labels, templates, and the
    /// client that a record names.
    #[getter]
    fn definition(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        guard(py, || self.ask(py, "definition", &Options::default()))
    }

    /// Fills in a template: one of the provider file's by its name, or the one that is given.
    #[pyo3(signature = (template, *, token=None, client=None, provider=None, mode=None))]
    fn render(
        &self,
        py: Python<'_>,
        template: &Bound<'_, PyAny>,
        token: Option<&Bound<'_, PyAny>>,
        client: Option<&Bound<'_, PyAny>>,
        provider: Option<&Bound<'_, PyAny>>,
        mode: Option<&Bound<'_, PyString>>,
    ) -> PyResult<Py<PyAny>> {
        guard(py, || {
            let mut options = Options::default();
            options.json("template", Some(template))?;
            options.json("token", token)?;
            options.json("client", client)?;
            options.json("provider", provider)?;
            options.text("mode", mode)?;
            self.ask(py, "render", &options)
        })
    }

    /// The name of a resource owner by CiviCRM's order: `upn`, `userPrincipalName`, `mail`, `email`, `id`.
    fn owner_name(&self, py: Python<'_>, claims: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        guard(py, || self.ask_about(py, "owner_name", claims))
    }

    /// The identifier of a user: the claim that the service names for it, else `sub`.
    fn user_id(&self, py: Python<'_>, claims: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        guard(py, || self.ask_about(py, "user_id", claims))
    }

    /// Registers a client with this metadata (RFC 7591).
    #[pyo3(signature = (metadata, *, initial_access_token=None, software_statement=None))]
    fn register(
        slf: &Bound<'_, Self>,
        metadata: &Bound<'_, PyAny>,
        initial_access_token: Option<&Bound<'_, PyString>>,
        software_statement: Option<&Bound<'_, PyString>>,
    ) -> PyResult<Py<PyAny>> {
        let (py, service) = (slf.py(), slf.get());
        ServiceFlows.register(py, service, metadata, initial_access_token, software_statement)?.run(py)
    }

    /// Reads a registration anew (RFC 7592).
    fn read_registration(&self, py: Python<'_>, registration: &Registration) -> PyResult<Py<PyAny>> {
        ServiceFlows.read_registration(py, self, registration)?.run(py)
    }

    /// Replaces the metadata of a registration (RFC 7592): what `metadata` leaves out is deleted at the provider. Keep the result in place
    /// of the old registration, because tokens and secrets may have changed.
    fn update_registration(
        &self,
        py: Python<'_>,
        registration: &Registration,
        metadata: &Bound<'_, PyAny>,
    ) -> PyResult<Py<PyAny>> {
        ServiceFlows.update_registration(py, self, registration, metadata)?.run(py)
    }

    /// Deletes a registration (RFC 7592).
    fn delete_registration(&self, py: Python<'_>, registration: &Registration) -> PyResult<Py<PyAny>> {
        ServiceFlows.delete_registration(py, self, registration)?.run(py)
    }

    /// The metadata as JSON text, for `from_json`: keep it to save the discovery.
    fn to_json(&self, py: Python<'_>) -> PyResult<String> {
        guard(py, || Ok(self.0.to_json()))
    }

    /// The issuer identifier, if the provider has one.
    #[getter]
    fn issuer(&self) -> Option<String> {
        self.0.issuer()
    }

    fn __reduce__(slf: &Bound<'_, Self>) -> PyResult<(Py<PyAny>, (String,))> {
        let rebuild = slf.get_type().getattr("from_json")?.unbind();
        Ok((rebuild, (slf.get().0.to_json(),)))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let issuer = self.0.issuer().into_pyobject(py)?;
        Ok(format!("Service(issuer={})", issuer.repr()?))
    }
}

impl Service {
    fn ask(&self, py: Python<'_>, question: &str, options: &Options) -> PyResult<Py<PyAny>> {
        let answer = self.0.ask(question, &options.to_text()).or_raise(py)?;
        Ok(from_json::build(py, &answer)?.unbind())
    }

    fn ask_about(&self, py: Python<'_>, question: &str, claims: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        let mut options = Options::default();
        options.json("claims", Some(claims))?;
        self.ask(py, question, &options)
    }
}

/// `Service.flow`: the operations of `Service`, not run.
#[pyclass(frozen, module = "ferroauth._native")]
pub(crate) struct ServiceFlows;

#[pymethods]
impl ServiceFlows {
    /// `Service.discover` as a flow.
    #[pyo3(signature = (issuer, *, quirks=None, default_lifetime=None, overlay=None, network=None, testing=None))]
    #[allow(clippy::too_many_arguments)] // Python's keyword arguments
    fn discover(
        &self,
        py: Python<'_>,
        issuer: &Bound<'_, PyString>,
        quirks: Option<&Bound<'_, PyAny>>,
        default_lifetime: Option<u32>,
        overlay: Option<&Bound<'_, PyAny>>,
        network: Option<&NetworkOptions>,
        testing: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Flow> {
        let given = Given { quirks, default_lifetime, overlay, network, testing, ..Given::default() };
        guard(py, || {
            let options = given.options()?.to_text();
            let operation = host::Service::discover(text(issuer)?, &options).or_raise(py)?;
            Ok(Flow::new(operation, Shape::Plain))
        })
    }

    /// `Service.register` of this service as a flow.
    #[pyo3(signature = (service, metadata, *, initial_access_token=None, software_statement=None))]
    fn register(
        &self,
        py: Python<'_>,
        service: &Service,
        metadata: &Bound<'_, PyAny>,
        initial_access_token: Option<&Bound<'_, PyString>>,
        software_statement: Option<&Bound<'_, PyString>>,
    ) -> PyResult<Flow> {
        guard(py, || {
            let mut options = Options::default();
            options.json("metadata", Some(metadata))?;
            options.text("initial_access_token", initial_access_token)?;
            options.text("software_statement", software_statement)?;
            Ok(Flow::new(service.0.operation("register", &options.to_text()), Shape::Registration))
        })
    }

    /// `Service.read_registration` of this service as a flow.
    fn read_registration(
        &self,
        py: Python<'_>,
        service: &Service,
        registration: &Registration,
    ) -> PyResult<Flow> {
        managing(py, service, "read_registration", registration, None)
    }

    /// `Service.update_registration` of this service as a flow.
    fn update_registration(
        &self,
        py: Python<'_>,
        service: &Service,
        registration: &Registration,
        metadata: &Bound<'_, PyAny>,
    ) -> PyResult<Flow> {
        managing(py, service, "update_registration", registration, Some(metadata))
    }

    /// `Service.delete_registration` of this service as a flow.
    fn delete_registration(
        &self,
        py: Python<'_>,
        service: &Service,
        registration: &Registration,
    ) -> PyResult<Flow> {
        managing(py, service, "delete_registration", registration, None)
    }
}

fn managing(
    py: Python<'_>,
    service: &Service,
    name: &str,
    registration: &Registration,
    metadata: Option<&Bound<'_, PyAny>>,
) -> PyResult<Flow> {
    guard(py, || {
        let mut options = Options::default();
        // It was read by the core before, so it is JSON.
        options.set_some("registration", serde_json::from_str::<serde_json::Value>(registration.text()).ok());
        options.json("metadata", metadata)?;
        Ok(Flow::new(service.0.operation(name, &options.to_text()), Shape::Registration))
    })
}
