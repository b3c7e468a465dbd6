//! Operations in progress, carried by the caller.

use crate::failure::{Result, thrown};
use crate::value::Value;
use ferroauth::flow::{HttpResponse, Journal, Reply, Step as CoreStep, transport_failure};
use ferroauth::host::{Operation as CoreOperation, events_json};
use ferroauth::{Error, ErrorCode};
use napi::bindgen_prelude::External;
use napi_derive::napi;
use std::sync::{Mutex, PoisonError};

/// One operation: driven by steps, or handed to the driver, which takes it out and leaves the journal.
pub struct Operation(Mutex<Option<CoreOperation>>, Journal);

impl Operation {
    pub(crate) fn external(operation: CoreOperation) -> External<Self> {
        let journal = operation.journal();
        External::new(Self(Mutex::new(Some(operation)), journal))
    }

    pub(crate) fn take(&self) -> ferroauth::Result<CoreOperation> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take().ok_or_else(taken)
    }

    fn advance(&self, reply: Option<Reply>) -> Result<Step> {
        let mut slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let flow = slot.as_mut().ok_or_else(|| thrown(taken()))?;
        let mut step = Step::default();
        match flow.advance(reply).map_err(thrown)? {
            CoreStep::Http(request) => {
                step.kind = "http";
                step.method = Some(request.method.as_str());
                step.url = Some(request.url.as_str().to_owned());
                step.timeout_ms = Some(request.network.timeout_ms);
                let pairs = request.header_fields();
                step.headers =
                    Some(pairs.map(|(name, value)| vec![name.to_owned(), value.to_owned()]).collect());
                if !request.body.is_empty() {
                    // A form, hence ASCII.
                    step.body = Some(String::from_utf8(request.body).map_err(|_| thrown(not_text()))?);
                }
            }
            CoreStep::Sleep(duration) => {
                step.kind = "sleep";
                step.sleep_ms = Some(duration.as_secs_f64() * 1000.0);
            }
            CoreStep::Done(outcome) => {
                step.kind = "done";
                step.value = Some(outcome.into());
            }
        }
        Ok(step)
    }
}

fn taken() -> Error {
    Error::with(ErrorCode::InternalFlow, "the flow was handed to the driver")
}

fn not_text() -> Error {
    Error::with(ErrorCode::InternalFlow, "the request's body is not text")
}

/// What the operation needs next.
#[napi(object, object_from_js = false)]
#[derive(Default)]
pub struct Step {
    /// `http`, `sleep` or `done`.
    pub kind: &'static str,
    /// Of an `http` step.
    pub method: Option<&'static str>,
    /// Of an `http` step.
    pub url: Option<String>,
    /// Of an `http` step: pairs of name and value.
    pub headers: Option<Vec<Vec<String>>>,
    /// Of an `http` step with a body.
    pub body: Option<String>,
    /// Of an `http` step.
    pub timeout_ms: Option<u32>,
    /// Of a `sleep` step.
    pub sleep_ms: Option<f64>,
    /// Of a `done` step.
    pub value: Option<Value>,
}

/// Runs to the first step.
#[napi(catch_unwind)]
pub fn flow_begin(operation: &External<Operation>) -> Result<Step> {
    operation.advance(None)
}

/// Answers a `sleep` step.
#[napi(catch_unwind)]
pub fn flow_slept(operation: &External<Operation>) -> Result<Step> {
    operation.advance(Some(Reply::Slept))
}

/// Answers an `http` step that could not be carried.
#[napi(catch_unwind)]
pub fn flow_failed(operation: &External<Operation>, kind: String) -> Result<Step> {
    operation.advance(Some(Reply::Failed(transport_failure(&kind))))
}

/// Answers an `http` step; `headers` are names and values in turn.
#[napi(catch_unwind)]
pub fn flow_received(
    operation: &External<Operation>,
    status: u16,
    headers: Vec<String>,
    body: &[u8],
) -> Result<Step> {
    let mut pairs = Vec::with_capacity(headers.len() / 2);
    let mut parts = headers.into_iter();
    while let (Some(name), Some(value)) = (parts.next(), parts.next()) {
        pairs.push((name, value));
    }
    let response = HttpResponse::from_parts(status, pairs, body.to_vec());
    operation.advance(Some(Reply::Http(response)))
}

/// The events so far, as a JSON list.
#[napi(catch_unwind)]
pub fn flow_events(operation: &External<Operation>) -> String {
    events_json(&operation.1.events())
}
