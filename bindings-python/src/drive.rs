//! Running a flow to its end: on the caller's thread, or on the one thread of `ferroauth.aio`.

use crate::errors::{self, OrRaise};
use crate::flow::Flow;
use crate::panic::{self, guard};
use ferroauth::drivers::{self, CancelHandle};
use ferroauth::host::{Operation, Outcome};
use ferroauth::{Error, ErrorCode};
use pyo3::intern;
use pyo3::prelude::*;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, PoisonError};

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

    /// Runs a flow; its outcome goes to `future` through the arrivals of the future's loop.
    fn spawn(
        &self,
        py: Python<'_>,
        flow: Py<Flow>,
        future: Py<PyAny>,
        arrivals: Py<Arrivals>,
    ) -> PyResult<Cancel> {
        guard(py, || {
            let worker = self.0.as_ref().ok_or_else(|| errors::raise(py, &closed()))?;
            let operation = flow.get().take().or_raise(py)?;
            let arriving = flow.clone_ref(py);
            // Without the interpreter lock: a closed worker calls back at once.
            let handle = py.detach(|| {
                worker.spawn(operation, move |result| {
                    let arrival = Arrival { future, flow: arriving, result };
                    if arrivals.get().put(arrival) {
                        // Without an interpreter nobody waits for the result any more.
                        let _: Option<()> = Python::try_attach(|py| Arrivals::wake(arrivals.bind(py)));
                    }
                })
            });
            Ok(Cancel { handle, flow })
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

/// An outcome on its way to the future that waits for it.
struct Arrival {
    future: Py<PyAny>,
    flow: Py<Flow>,
    result: ferroauth::Result<Outcome>,
}

impl Arrival {
    /// Logs what the flow has come to, also where nobody waits for the outcome any more.
    fn tell(&self, py: Python<'_>) -> PyResult<()> {
        guard(py, || self.flow.get().telling().tell(py))
    }

    fn settle(self, py: Python<'_>) -> PyResult<()> {
        let Self { future, flow, result } = self;
        let future = future.bind(py);
        // Cancelled meanwhile.
        if future.call_method0(intern!(py, "done"))?.is_truthy()? {
            return Ok(());
        }
        let converted =
            catch_unwind(AssertUnwindSafe(|| flow.get().shape().convert(py, result.or_raise(py)?)))
                .unwrap_or_else(|_| Err(errors::raise(py, &panic::caught())));
        match converted {
            Ok(value) => future.call_method1(intern!(py, "set_result"), (value,))?,
            Err(error) => future.call_method1(intern!(py, "set_exception"), (error.into_value(py),))?,
        };
        Ok(())
    }
}

/// What the worker has finished for one event loop. Only the first outcome of a burst takes the interpreter lock on the
/// worker's thread, to wake the loop; all of them become Python objects on the loop's own thread, in one call.
#[pyclass(frozen, module = "ferroauth._native", name = "_Arrivals")]
#[derive(Default)]
pub(crate) struct Arrivals(Mutex<Vec<Arrival>>);

impl Arrivals {
    /// Adds an outcome; whether the loop is to be woken.
    fn put(&self, arrival: Arrival) -> bool {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.push(arrival);
        waiting.len() == 1
    }

    fn take(&self) -> Vec<Arrival> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Has the loop call `deliver`. The loop is that of the futures: kept here, it would live as long as this does.
    fn wake(arrivals: &Bound<'_, Self>) {
        let py = arrivals.py();
        let first = {
            let waiting = arrivals.get().0.lock().unwrap_or_else(PoisonError::into_inner);
            waiting.first().map(|arrival| arrival.future.clone_ref(py))
        };
        let Some(future) = first else { return };
        let woken = future.call_method0(py, intern!(py, "get_loop")).and_then(|event_loop| {
            let deliver = arrivals.getattr(intern!(py, "deliver"))?;
            event_loop.call_method1(py, intern!(py, "call_soon_threadsafe"), (deliver,))
        });
        // A loop that is closed refuses, and nobody waits in it. What has happened is told all the same.
        if woken.is_err() {
            for arrival in arrivals.get().take() {
                if let Err(error) = arrival.tell(py) {
                    error.write_unraisable(py, None);
                }
            }
        }
    }
}

#[pymethods]
impl Arrivals {
    #[new]
    fn new() -> Self {
        Self::default()
    }

    /// Settles the futures of all outcomes that have come. To be called on the loop's thread.
    fn deliver(&self, py: Python<'_>) -> PyResult<()> {
        let mut ended = Ok(());
        for arrival in self.take() {
            let future = arrival.future.clone_ref(py);
            // What ends the program waits until all are settled: nobody else would do it.
            let told = arrival.tell(py);
            // One that cannot be settled is no reason to leave the others waiting.
            if let Err(error) = arrival.settle(py) {
                error.write_unraisable(py, Some(future.bind(py)));
            }
            ended = ended.and(told);
        }
        ended
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
pub(crate) struct Cancel {
    handle: CancelHandle,
    flow: Py<Flow>,
}

#[pymethods]
impl Cancel {
    /// Drops the flow and its connection, unless it has ended. What has happened until now is told here, because the loop may be
    /// closed before the end arrives.
    fn cancel(&self, py: Python<'_>) -> PyResult<()> {
        self.handle.cancel();
        guard(py, || self.flow.get().telling().tell(py))
    }
}
