//! Runs operations, and keeps what the last one on this thread told until PHP asks or the next one runs.
//!
//! PHP asks only where somebody listens; the library pays for an atomic count.

use crate::failure::{Failure, guard};
use ferroauth::Result;
use ferroauth::drivers::run_blocking;
use ferroauth::flow::{Flow, Journal};
use ferroauth::host::events_json;
use std::cell::RefCell;

thread_local! {
    static LAST: RefCell<Option<Journal>> = const { RefCell::new(None) };
}

/// Runs an operation to its end on this thread.
pub(crate) fn run<T: Send + 'static>(operation: Flow<T>) -> Result<T> {
    LAST.set(Some(operation.journal()));
    run_blocking(operation)
}

/// Forgets what was told.
pub(crate) fn forget() {
    LAST.take();
}

/// The events of the last operation that ran on this thread, as a JSON list; they are handed out once.
#[uniffi::export]
pub fn told_events() -> Result<String, Failure> {
    guard(|| Ok(events_json(&LAST.take().map(|journal| journal.events()).unwrap_or_default())))
}
