//! Operations in progress: run here, or step by step by the host.

use crate::failure::{Failure, guard};
use crate::handles;
use crate::told;
use ferroauth::flow::{HttpRequest, HttpResponse, Reply, Step, transport_failure};
use ferroauth::host::{Operation, Outcome, events_json};
use ferroauth::{Error, ErrorCode, Result};
use serde_json::{Map, Value, json};
use std::cell::RefCell;
use std::rc::Rc;

/// Puts an operation into the table.
pub(crate) fn put_flow(operation: Operation) -> Result<u64> {
    handles::put(Rc::new(RefCell::new(Some(operation))), None)
}

fn taken() -> Error {
    Error::with(ErrorCode::InternalFlow, "the flow has ended")
}

fn slot(flow: u64) -> Result<Rc<RefCell<Option<Operation>>>> {
    handles::get(flow)
}

/// Runs an operation to its end on this thread and closes it.
///
/// Returns the outcome as JSON: `{}`, `{"json": ..}`, `{"service": handle}`, or
/// `{"header": text, "claims": text}`.
#[uniffi::export]
pub fn flow_run(flow: u64) -> Result<String, Failure> {
    guard(|| {
        let slot = slot(flow)?;
        handles::free(flow);
        outcome(told::run(slot.take().ok_or_else(taken)?)?)
    })
}

/// Answers the last step and returns the next one.
///
/// `reply` is empty at first; then `{"status", "headers": [[name, value], ..]}` with the body beside it, or
/// `{"failure": kind}`, or `{"slept": true}`. Returns `{"http": {..}}`, `{"sleep": milliseconds}` or
/// `{"done": outcome}`.
#[uniffi::export]
pub fn flow_advance(flow: u64, reply: &[u8], body: &[u8]) -> Result<String, Failure> {
    guard(|| {
        let reply = if reply.is_empty() { None } else { Some(parse(reply, body)?) };
        let slot = slot(flow)?;
        let mut operation = slot.take().ok_or_else(taken)?;
        let step = operation.advance(reply);
        // A refused reply leaves the flow where it was; one that has ended says so itself.
        slot.replace(Some(operation));
        Ok(match step? {
            Step::Http(request) => json!({ "http": describe(&request) }).to_string(),
            Step::Sleep(duration) => format!(r#"{{"sleep":{}}}"#, duration.as_millis()),
            Step::Done(done) => format!(r#"{{"done":{}}}"#, outcome(done)?),
        })
    })
}

/// What has happened in an operation that is carried, as a JSON list of events.
#[uniffi::export]
pub fn flow_events(flow: u64) -> Result<String, Failure> {
    guard(|| {
        let slot = slot(flow)?;
        let operation = slot.borrow();
        Ok(events_json(&operation.as_ref().map(|running| running.journal().events()).unwrap_or_default()))
    })
}

fn outcome(outcome: Outcome) -> Result<String> {
    Ok(match outcome {
        // Strict JSON already; parsing it here could only lose something.
        Outcome::Json(text) => format!(r#"{{"json":{text}}}"#),
        Outcome::Tokens(tokens) => format!(r#"{{"json":{}}}"#, tokens.to_json()),
        Outcome::Service(service) => json!({ "service": handles::put(service, None)? }).to_string(),
        Outcome::Pending(pending) => json!({ "pending": handles::put(pending, None)? }).to_string(),
        Outcome::Verified(verified) => {
            json!({ "header": verified.header_json, "claims": verified.claims_json }).to_string()
        }
        Outcome::Unit => "{}".to_owned(),
    })
}

fn describe(request: &HttpRequest) -> Value {
    let headers: Map<String, Value> =
        request.header_fields().map(|(name, value)| (name.to_owned(), value.into())).collect();
    json!({
        "method": request.method.as_str(),
        "url": request.url.as_str(),
        "headers": headers,
        // Bodies are forms, hence ASCII.
        "body": String::from_utf8_lossy(&request.body),
        "timeout_ms": request.network.timeout_ms,
    })
}

fn parse(reply: &[u8], body: &[u8]) -> Result<Reply> {
    let refused = |what: &'static str| Error::with(ErrorCode::InternalArgument, what);
    let members: Map<String, Value> = serde_json::from_slice(reply).map_err(|_| refused("the reply"))?;
    if members.get("slept") == Some(&Value::Bool(true)) {
        return Ok(Reply::Slept);
    }
    if let Some(kind) = members.get("failure") {
        let kind = kind.as_str().ok_or_else(|| refused("the reply's failure"))?;
        return Ok(Reply::Failed(transport_failure(kind)));
    }
    let status = members
        .get("status")
        .and_then(Value::as_u64)
        .and_then(|status| u16::try_from(status).ok())
        .filter(|status| (100..1000).contains(status))
        .ok_or_else(|| refused("the reply's status"))?;
    let headers = members.get("headers").cloned().unwrap_or_else(|| json!([]));
    let headers: Vec<(String, String)> =
        serde_json::from_value(headers).map_err(|_| refused("the reply's headers"))?;
    Ok(Reply::Http(HttpResponse::from_parts(status, headers, body.to_vec())))
}
