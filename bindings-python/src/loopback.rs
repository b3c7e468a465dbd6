//! The loopback receiver of native applications.

use crate::arguments::{Options, text};
use crate::errors::OrRaise;
use crate::flow::{Flow, Shape};
use crate::panic::guard;
use ferroauth::drivers;
use ferroauth::host::single;
use pyo3::prelude::*;
use pyo3::types::PyString;

/// A server on this machine that takes the authorization response from the user's browser (RFC 8252 section 7.3).
///
/// It answers its own address and path alone, shows the user a fixed page, and is gone after the response it waited for.
#[pyclass(frozen, module = "ferroauth")]
pub(crate) struct LoopbackReceiver(drivers::LoopbackReceiver);

#[pymethods]
impl LoopbackReceiver {
    #[new]
    #[pyo3(signature = (*, port=0, path=None, host=None))]
    fn new(
        py: Python<'_>,
        port: i64,
        path: Option<&Bound<'_, PyString>>,
        host: Option<&Bound<'_, PyString>>,
    ) -> PyResult<Self> {
        guard(py, || {
            let mut options = Options::default();
            options.set("port", port);
            options.text("path", path)?;
            options.text("host", host)?;
            drivers::LoopbackReceiver::from_json(&options.to_text()).or_raise(py).map(Self)
        })
    }

    /// The redirect URI, to register and to give to the client.
    #[getter]
    fn redirect_uri(&self) -> &str {
        self.0.redirect_uri()
    }

    /// The port.
    #[getter]
    fn port(&self) -> u16 {
        self.0.port()
    }

    /// The same operations, carried by the caller.
    #[getter]
    fn flow(&self) -> LoopbackReceiverFlows {
        LoopbackReceiverFlows(self.0.clone())
    }

    /// Waits for one authorization response, closes, and returns what `Client.finish_authorization` takes.
    ///
    /// With `state`, that of the pending authorization, responses to other requests are refused and waited past. `timeout`
    /// is in seconds, 300 if left out.
    #[pyo3(signature = (*, state=None, timeout=None))]
    fn receive(
        &self,
        py: Python<'_>,
        state: Option<&Bound<'_, PyString>>,
        timeout: Option<f64>,
    ) -> PyResult<Py<PyAny>> {
        self.flow().receive(py, state, timeout)?.run(py)
    }

    /// Redirects every request to the URL `to`, its query kept, until it is closed or `timeout` seconds are over. Returns how
    /// many requests there were.
    #[pyo3(signature = (to, *, timeout=None))]
    fn forward(&self, py: Python<'_>, to: &Bound<'_, PyString>, timeout: Option<f64>) -> PyResult<Py<PyAny>> {
        self.flow().forward(py, to, timeout)?.run(py)
    }

    /// Ends whatever is served, and stops listening.
    fn close(&self) {
        self.0.close();
    }

    fn __enter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    #[pyo3(signature = (*_exception))]
    fn __exit__(&self, _exception: &Bound<'_, PyAny>) {
        self.0.close();
    }

    fn __repr__(&self) -> String {
        format!("LoopbackReceiver({:?})", self.0.redirect_uri())
    }
}

/// What a loopback receiver does as flows that the caller carries: all of their steps are waiting.
#[pyclass(frozen, module = "ferroauth._native")]
pub(crate) struct LoopbackReceiverFlows(drivers::LoopbackReceiver);

#[pymethods]
impl LoopbackReceiverFlows {
    /// The flow of `LoopbackReceiver.receive`.
    #[pyo3(signature = (*, state=None, timeout=None))]
    fn receive(
        &self,
        py: Python<'_>,
        state: Option<&Bound<'_, PyString>>,
        timeout: Option<f64>,
    ) -> PyResult<Flow> {
        guard(py, || {
            let mut options = Options::default();
            options.text("state", state)?;
            options.set_some("timeout_ms", timeout.map(milliseconds));
            let flow = self.0.receive_with(&options.to_text()).or_raise(py)?;
            Ok(Flow::new(single(flow), Shape::Plain))
        })
    }

    /// The flow of `LoopbackReceiver.forward`.
    #[pyo3(signature = (to, *, timeout=None))]
    fn forward(&self, py: Python<'_>, to: &Bound<'_, PyString>, timeout: Option<f64>) -> PyResult<Flow> {
        guard(py, || {
            let mut options = Options::default();
            options.set_some("timeout_ms", timeout.map(milliseconds));
            let flow = self.0.forward_with(text(to)?, &options.to_text()).or_raise(py)?;
            Ok(Flow::new(single(flow), Shape::Plain))
        })
    }
}

/// What is no time becomes a value that the core refuses.
fn milliseconds(seconds: f64) -> serde_json::Value {
    let whole = (seconds * 1000.0).ceil();
    if (0.0..1e15).contains(&whole) { (whole as u64).into() } else { (-1).into() }
}
