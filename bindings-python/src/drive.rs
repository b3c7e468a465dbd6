//! Running a flow to its end: on the caller's thread, or on the one thread of `ferroauth.aio`.

use crate::errors::{self, OrRaise};
use crate::flow::Flow;
use crate::panic::{self, guard};
use ferroauth::drivers::{self, CancelHandle};
use ferroauth::host::{Operation, Outcome};
use ferroauth::{Error, ErrorCode};
use pyo3::prelude::*;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs an operation on this thread, without the interpreter lock.
///
/// Signal handlers run between the driver's ticks of 50 ms; what one raises ends the call.
pub(crate) fn run(py: Python<'_>, operation: Operation) -> PyResult<Outcome> {
    with_signals(py, |tick| drivers::run_blocking_with(operation, tick))
}

/// Does something that waits, without the interpreter lock; it calls `tick` meanwhile, in which signal handlers run.
#[expect(clippy::redundant_closure_for_method_calls, reason = "the method itself is bound to one lifetime")]
pub(crate) fn with_signals<T: Send>(
    py: Python<'_>,
    work: impl FnOnce(&mut dyn FnMut() -> ferroauth::Result<()>) -> ferroauth::Result<T> + Send,
) -> PyResult<T> {
    let mut raised = None;
    let outcome = py.detach(|| {
        work(&mut || match Python::try_attach(|py| py.check_signals()) {
            Some(Ok(())) => Ok(()),
            Some(Err(error)) => {
                raised = Some(error);
                Err(Error::new(ErrorCode::InternalClosed))
            }
            None => Err(Error::with(ErrorCode::InternalClosed, "the interpreter is shutting down")),
        })
    });
    match raised {
        Some(error) => Err(error),
        None => outcome.or_raise(py),
    }
}

/// The worker thread of `ferroauth.aio`.
#[pyclass(frozen, module = "ferroauth._native", name = "_Worker")]
pub(crate) struct Worker(Option<drivers::Worker>);

#[pymethods]
impl Worker {
    #[new]
    fn new(py: Python<'_>) -> PyResult<Self> {
        guard(py, || Ok(Self(Some(drivers::Worker::new().or_raise(py)?))))
    }

    /// Whether it takes flows: not closed, and not inherited through a fork.
    fn is_usable(&self) -> bool {
        self.0.as_ref().is_some_and(drivers::Worker::is_usable)
    }

    /// Runs a flow; `on_done(result, error)` is called once, on another thread, with one of them `None`.
    fn spawn(&self, py: Python<'_>, flow: &Flow, on_done: Py<PyAny>) -> PyResult<Cancel> {
        guard(py, || {
            let worker = self.0.as_ref().ok_or_else(|| errors::raise(py, &closed()))?;
            let operation = flow.take().or_raise(py)?;
            let shape = flow.shape();
            // Without the interpreter lock: a closed worker calls back at once.
            let handle = py.detach(|| {
                worker.spawn(operation, move |result| {
                    // Without an interpreter nobody waits for the result any more.
                    let _: Option<()> = Python::try_attach(|py| {
                        let converted =
                            catch_unwind(AssertUnwindSafe(|| shape.convert(py, result.or_raise(py)?)))
                                .unwrap_or_else(|_| Err(errors::raise(py, &panic::caught())));
                        let called = match converted {
                            Ok(value) => on_done.call1(py, (value, py.None())),
                            Err(error) => on_done.call1(py, (py.None(), error.into_value(py))),
                        };
                        if let Err(error) = called {
                            error.write_unraisable(py, Some(on_done.bind(py)));
                        }
                    });
                })
            });
            Ok(Cancel(handle))
        })
    }

    /// Cancels all flows and ends the thread.
    fn close(&self, py: Python<'_>) -> PyResult<()> {
        guard(py, || {
            if let Some(worker) = &self.0 {
                py.detach(|| worker.close());
            }
            Ok(())
        })
    }
}

fn closed() -> Error {
    Error::new(ErrorCode::InternalClosed)
}

impl Drop for Worker {
    fn drop(&mut self) {
        let worker = self.0.take();
        // Dropping joins the thread, which may be waiting for the interpreter lock that is held here.
        let _: Option<()> = Python::try_attach(|py| py.detach(|| drop(worker)));
    }
}

/// Cancels one flow of a worker.
#[pyclass(frozen, module = "ferroauth._native", name = "_Cancel")]
pub(crate) struct Cancel(CancelHandle);

#[pymethods]
impl Cancel {
    /// Drops the flow and its connection, unless it has ended.
    fn cancel(&self) {
        self.0.cancel();
    }
}
