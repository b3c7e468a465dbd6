//! One operation in progress, driven by the host, by the blocking driver, or by the worker of
//! `ferroauth.aio`.

use crate::arguments::{bytes, text};
use crate::errors::{self, OrRaise};
use crate::events::Telling;
use crate::from_json;
use crate::grants::{BackchannelAuthentication, DeviceAuthorization};
use crate::members::{Claims, Introspection};
use crate::panic::guard;
use crate::pending::PendingAuthorization;
use crate::replies;
use crate::resource_server;
use crate::service::Service;
use crate::tokens::TokenSet;
use ferroauth::flow::{HttpResponse, Reply, Step as CoreStep, transport_failure};
use ferroauth::host::{Operation, Outcome};
use ferroauth::{Error, ErrorCode};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyGenericAlias, PyList, PyMapping, PyString, PyType};
use std::sync::{Mutex, PoisonError};

/// Which Python object an outcome becomes.
#[derive(Clone, Copy)]
pub(crate) enum Shape {
    TokenSet,
    Introspection,
    Decision,
    LogoutToken,
    Registration,
    ProtectedResource,
    Device,
    Backchannel,
    Object,
    Plain,
}

impl Shape {
    pub(crate) fn convert(self, py: Python<'_>, outcome: Outcome) -> PyResult<Py<PyAny>> {
        Ok(match outcome {
            Outcome::Json(text) => match self {
                Self::Introspection => Introspection::create(py, &text)?.into_any(),
                Self::Device => DeviceAuthorization::create(py, &text)?.into_any(),
                Self::Backchannel => BackchannelAuthentication::create(py, &text)?.into_any(),
                Self::Decision => resource_server::decision(py, &text)?,
                Self::LogoutToken => replies::LogoutToken::create(py, &text)?.into_any(),
                Self::Registration => replies::Registration::of_reply(py, &text)?.into_any(),
                Self::ProtectedResource => replies::ProtectedResource::build(py, &text)?.into_any(),
                Self::TokenSet | Self::Object | Self::Plain => from_json::build(py, &text)?.unbind(),
            },
            Outcome::Tokens(tokens) => TokenSet::create(py, &tokens)?.into_any(),
            Outcome::Service(service) => Py::new(py, Service(service))?.into_any(),
            Outcome::Pending(pending) => Py::new(py, PendingAuthorization(pending))?.into_any(),
            Outcome::Verified(verified) => Claims::create(py, verified)?.into_any(),
            Outcome::Unit => py.None(),
        })
    }
}

/// What the last step waits for.
enum Waiting {
    Start,
    Http { limit: usize },
    Sleep,
}

struct State {
    operation: Operation,
    waiting: Waiting,
}

/// An operation that the host carries: `advance` it with the reply to each step until it is done.
#[pyclass(frozen, module = "ferroauth")]
pub(crate) struct Flow {
    state: Mutex<Option<State>>,
    shape: Shape,
    telling: Telling,
}

impl Flow {
    pub(crate) fn new(operation: Operation, shape: Shape) -> Self {
        let telling = Telling::new(operation.journal());
        Self { state: Mutex::new(Some(State { operation, waiting: Waiting::Start })), shape, telling }
    }

    pub(crate) fn shape(&self) -> Shape {
        self.shape
    }

    /// What it tells, also after the operation was taken out.
    pub(crate) fn telling(&self) -> &Telling {
        &self.telling
    }

    /// Takes the operation out, for a driver that runs it to its end.
    pub(crate) fn take(&self) -> ferroauth::Result<Operation> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner).take();
        state.map(|state| state.operation).ok_or_else(ended)
    }

    /// Runs the operation on this thread, without the interpreter lock, serving signals.
    pub(crate) fn run(self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        guard(py, || {
            let operation = self.take().or_raise(py)?;
            let outcome = crate::drive::run(py, operation);
            self.telling.tell(py)?;
            self.shape.convert(py, outcome?)
        })
    }
}

fn ended() -> Error {
    Error::with(ErrorCode::InternalFlow, "the flow has ended, or is being advanced elsewhere")
}

#[pymethods]
impl Flow {
    /// Runs until the operation needs something, or ends.
    ///
    /// Pass nothing on the first call, then the answer to each step: for `step.http` a mapping with
    /// `status`, `headers` and `body`, or `{"failure": "timeout"}` (also `connect`, `tls`, `dns`,
    /// `too_large`, `protocol`) if the request could not be carried; for `step.sleep` nothing.
    #[pyo3(signature = (reply=None, /))]
    fn advance(&self, py: Python<'_>, reply: Option<&Bound<'_, PyAny>>) -> PyResult<Step> {
        guard(py, || {
            let mut state = match self.state.try_lock() {
                Ok(mut slot) => slot.take(),
                Err(_) => None,
            }
            .ok_or_else(|| errors::raise(py, &ended()))?;
            let reply = match read_reply(py, reply, &state.waiting) {
                Ok(reply) => reply,
                Err(error) => {
                    self.put_back(state);
                    return Err(error);
                }
            };
            let (state, step) = py.detach(move || {
                let step = state.operation.advance(reply);
                (state, step)
            });
            // Before the flow can be advanced again, by a handler for one.
            let told = self.telling.tell(py);
            let step = self.finish(py, state, step);
            told.and(step)
        })
    }

    /// What has happened so far, the oldest first; also after the flow has ended or failed. At most 64 events are kept.
    #[getter]
    fn events<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        guard(py, || self.telling.events(py))
    }

    /// `Flow[TokenSet]` in annotations.
    #[classmethod]
    #[pyo3(signature = (item, /))]
    fn __class_getitem__<'py>(
        cls: &Bound<'py, PyType>,
        item: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyGenericAlias>> {
        PyGenericAlias::new(cls.py(), cls.as_any(), item)
    }

    fn __repr__(&self) -> &'static str {
        "Flow(...)"
    }
}

impl Flow {
    fn put_back(&self, state: State) {
        *self.state.lock().unwrap_or_else(PoisonError::into_inner) = Some(state);
    }

    fn finish(
        &self,
        py: Python<'_>,
        mut state: State,
        step: ferroauth::Result<CoreStep<Outcome>>,
    ) -> PyResult<Step> {
        match step {
            Ok(CoreStep::Done(outcome)) => Ok(Step::done(self.shape.convert(py, outcome)?)),
            Ok(CoreStep::Http(request)) => {
                let http = PyDict::new(py);
                let headers = PyDict::new(py);
                for (name, value) in request.header_fields() {
                    headers.set_item(name, value)?;
                }
                http.set_item("method", request.method.as_str())?;
                http.set_item("url", request.url.as_str())?;
                http.set_item("headers", headers)?;
                http.set_item("body", PyBytes::new(py, &request.body))?;
                http.set_item("timeout_ms", request.network.timeout_ms)?;
                state.waiting = Waiting::Http { limit: request.network.max_body };
                self.put_back(state);
                Ok(Step { done: false, http: Some(http.unbind()), sleep: None, result: None })
            }
            Ok(CoreStep::Sleep(duration)) => {
                state.waiting = Waiting::Sleep;
                self.put_back(state);
                let sleep = u64::try_from(duration.as_millis()).ok();
                Ok(Step { done: false, http: None, sleep, result: None })
            }
            Err(error) => {
                // A reply out of turn leaves the flow as it was; after any other error it has ended, which
                // the core remembers.
                if error.code() == ErrorCode::InternalFlow {
                    self.put_back(state);
                }
                Err(errors::raise(py, &error))
            }
        }
    }
}

fn read_reply(
    py: Python<'_>,
    reply: Option<&Bound<'_, PyAny>>,
    waiting: &Waiting,
) -> PyResult<Option<Reply>> {
    let Some(reply) = reply else {
        return Ok(matches!(waiting, Waiting::Sleep).then_some(Reply::Slept));
    };
    let reply = reply
        .cast::<PyMapping>()
        .map_err(|_| PyTypeError::new_err("the reply must be a mapping with status, headers and body"))?;
    if let Some(kind) = member(reply, "failure")? {
        return Ok(Some(Reply::Failed(transport_failure(text(kind.cast::<PyString>()?)?))));
    }
    if member(reply, "slept")?.is_some() {
        return Ok(Some(Reply::Slept));
    }
    let missing = || PyTypeError::new_err("the reply must have status, headers and body");
    let status = member(reply, "status")?.ok_or_else(missing)?.extract::<u16>()?;
    let body = member(reply, "body")?.ok_or_else(missing)?;
    // Measured before it is copied: a host's HTTP client may have no limit of its own.
    if let Waiting::Http { limit } = waiting
        && body.len()? > *limit
    {
        return Ok(Some(Reply::Failed(Error::new(ErrorCode::NetworkTooLarge))));
    }
    let headers = match member(reply, "headers")? {
        Some(headers) => read_headers(py, &headers)?,
        None => Vec::new(),
    };
    let body = bytes(&body, "body")?.into_owned();
    Ok(Some(Reply::Http(HttpResponse::from_parts(status, headers, body))))
}

fn member<'py>(reply: &Bound<'py, PyMapping>, name: &str) -> PyResult<Option<Bound<'py, PyAny>>> {
    if reply.contains(name)? { reply.get_item(name).map(Some) } else { Ok(None) }
}

fn read_headers(py: Python<'_>, headers: &Bound<'_, PyAny>) -> PyResult<Vec<(String, String)>> {
    let pairs = if headers.hasattr("items")? { headers.call_method0("items")? } else { headers.clone() };
    let mut out = Vec::new();
    for pair in pairs.try_iter()? {
        let (name, value): (Bound<'_, PyString>, Bound<'_, PyString>) = pair?.extract()?;
        let (Ok(name), Ok(value)) = (name.to_str(), value.to_str()) else {
            return Err(errors::with(py, ErrorCode::InternalArgument, "a header is not Unicode"));
        };
        out.push((name.to_owned(), value.to_owned()));
    }
    Ok(out)
}

/// What a flow needs next, or its result.
#[pyclass(frozen, get_all, module = "ferroauth")]
pub(crate) struct Step {
    /// Whether the flow has ended; then `result` holds what it yielded.
    done: bool,
    /// The request to carry, with `method`, `url`, `headers`, `body` and `timeout_ms`; redirects must
    /// not be followed.
    http: Option<Py<PyDict>>,
    /// Milliseconds to wait.
    sleep: Option<u64>,
    /// What the operation yielded.
    result: Option<Py<PyAny>>,
}

impl Step {
    fn done(result: Py<PyAny>) -> Self {
        Self { done: true, http: None, sleep: None, result: Some(result) }
    }
}

#[pymethods]
impl Step {
    /// `Step[TokenSet]` in annotations.
    #[classmethod]
    #[pyo3(signature = (item, /))]
    fn __class_getitem__<'py>(
        cls: &Bound<'py, PyType>,
        item: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyGenericAlias>> {
        PyGenericAlias::new(cls.py(), cls.as_any(), item)
    }

    fn __repr__(&self) -> String {
        let next = match (&self.http, &self.sleep) {
            _ if self.done => "done".to_owned(),
            (Some(_), _) => "http".to_owned(),
            (None, sleep) => format!("sleep {} ms", sleep.unwrap_or_default()),
        };
        format!("Step({next})")
    }
}
