//! The rules for reaching a provider.

use crate::arguments::Options;
use ferroauth::flow::NetworkPolicy;
use pyo3::prelude::*;

/// The rules for requests to a provider. What is left out keeps its safe default.
#[pyclass(frozen, eq, hash, module = "ferroauth")]
#[derive(PartialEq, Eq, Hash)]
pub(crate) struct NetworkOptions(NetworkPolicy);

#[pymethods]
impl NetworkOptions {
    #[new]
    #[pyo3(signature = (*, allow_private=None, connect_timeout_ms=None, timeout_ms=None, max_body=None,
                        proxy_from_environment=None, extra_roots_pem=None))]
    fn new(
        allow_private: Option<bool>,
        connect_timeout_ms: Option<u32>,
        timeout_ms: Option<u32>,
        max_body: Option<usize>,
        proxy_from_environment: Option<bool>,
        extra_roots_pem: Option<String>,
    ) -> Self {
        let safe = NetworkPolicy::default();
        Self(NetworkPolicy {
            allow_private: allow_private.unwrap_or(safe.allow_private),
            connect_timeout_ms: connect_timeout_ms.unwrap_or(safe.connect_timeout_ms),
            timeout_ms: timeout_ms.unwrap_or(safe.timeout_ms),
            max_body: max_body.unwrap_or(safe.max_body),
            proxy_from_environment: proxy_from_environment.unwrap_or(safe.proxy_from_environment),
            extra_roots_pem: extra_roots_pem.or(safe.extra_roots_pem),
        })
    }

    /// Whether private, link-local and loopback addresses may be reached.
    #[getter]
    fn allow_private(&self) -> bool {
        self.0.allow_private
    }

    /// Milliseconds for resolving, connecting and the TLS handshake.
    #[getter]
    fn connect_timeout_ms(&self) -> u32 {
        self.0.connect_timeout_ms
    }

    /// Milliseconds for the whole exchange.
    #[getter]
    fn timeout_ms(&self) -> u32 {
        self.0.timeout_ms
    }

    /// Bytes of a reply's body, after decoding.
    #[getter]
    fn max_body(&self) -> usize {
        self.0.max_body
    }

    /// Whether the environment's proxy variables are used.
    #[getter]
    fn proxy_from_environment(&self) -> bool {
        self.0.proxy_from_environment
    }

    /// PEM certificates of further authorities to trust.
    #[getter]
    fn extra_roots_pem(&self) -> Option<&str> {
        self.0.extra_roots_pem.as_deref()
    }

    fn __repr__(&self) -> String {
        let policy = &self.0;
        format!(
            "NetworkOptions(allow_private={}, connect_timeout_ms={}, timeout_ms={}, max_body={}, \
             proxy_from_environment={})",
            python_bool(policy.allow_private),
            policy.connect_timeout_ms,
            policy.timeout_ms,
            policy.max_body,
            python_bool(policy.proxy_from_environment),
        )
    }
}

fn python_bool(value: bool) -> &'static str {
    if value { "True" } else { "False" }
}

impl Options {
    /// The `network` member.
    pub(crate) fn network(&mut self, network: Option<&NetworkOptions>) {
        self.set_some("network", network.and_then(|network| serde_json::to_value(&network.0).ok()));
    }
}
