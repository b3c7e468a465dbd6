//! Events as Python objects, and as records of the logger `ferroauth`.
//!
//! Nothing is made for nobody: a program that has not imported `logging` has no handler, and one `isEnabledFor` tells whether the
//! others listen. What a handler raises is its own failure and not the operation's.

use crate::from_json;
use ferroauth::event::{Event, Level};
use ferroauth::flow::Journal;
use ferroauth::host;
use pyo3::exceptions::PyException;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyList};
use std::sync::atomic::{AtomicUsize, Ordering};

/// What a flow tells, and how much of it has gone to the log.
pub(crate) struct Telling {
    journal: Journal,
    told: AtomicUsize,
}

impl Telling {
    pub(crate) fn new(journal: Journal) -> Self {
        Self { journal, told: AtomicUsize::new(0) }
    }

    /// The events so far as a list of `Event`.
    pub(crate) fn events<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        objects(py, &self.journal.events())
    }

    /// Logs what has happened since it was called last; each event once, whichever threads call.
    ///
    /// # Errors
    /// What ends a program, such as `KeyboardInterrupt`, if it was raised meanwhile.
    pub(crate) fn tell(&self, py: Python<'_>) -> PyResult<()> {
        if self.journal.is_empty() {
            return Ok(());
        }
        let events = self.journal.events();
        let told = self.told.fetch_max(events.len(), Ordering::Relaxed);
        log(py, events.get(told..).unwrap_or_default())
    }
}

/// Events as a list of `Event`.
pub(crate) fn objects<'py>(py: Python<'py>, events: &[Event]) -> PyResult<Bound<'py, PyList>> {
    static CLASS: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let list = PyList::empty(py);
    if events.is_empty() {
        return Ok(list);
    }
    let class = kept(py, &CLASS, || py.import("ferroauth.events")?.getattr("Event"))?;
    for members in from_json::build(py, &host::events_json(events))?.try_iter()? {
        list.append(class.call((), Some(&members?.cast_into::<PyDict>()?))?)?;
    }
    Ok(list)
}

/// Logs events. The interpreter lock is held and no lock of this library is, because handlers are code of the program.
///
/// # Errors
/// What ends a program, such as `KeyboardInterrupt`, if it was raised meanwhile.
pub(crate) fn log(py: Python<'_>, events: &[Event]) -> PyResult<()> {
    if events.is_empty() {
        return Ok(());
    }
    let warns = events.iter().any(|event| event.level() == Level::Warning);
    let highest = if warns { Level::Warning } else { Level::Info };
    let Some(logger) = contained(py, None, listening(py, highest))?.flatten() else { return Ok(()) };
    let Some(objects) = contained(py, Some(&logger), objects(py, events))? else { return Ok(()) };
    for (event, object) in events.iter().zip(objects) {
        contained(py, Some(&logger), record(&logger, event.level(), &object))?;
    }
    Ok(())
}

/// One record. It is made here and not by a function of the package, so that it names the program's own line.
fn record(logger: &Bound<'_, PyAny>, level: Level, event: &Bound<'_, PyAny>) -> PyResult<()> {
    let py = logger.py();
    let extra = PyDict::new(py);
    extra.set_item(intern!(py, "ferroauth_event"), event)?;
    let named = PyDict::new(py);
    named.set_item(intern!(py, "extra"), extra)?;
    let message = event.getattr(intern!(py, "message"))?;
    // The message is an argument: a percent sign in it means nothing.
    logger.call_method(intern!(py, "log"), (number(level), intern!(py, "%s"), message), Some(&named))?;
    Ok(())
}

/// The logger, if somebody wants to know of this level.
fn listening(py: Python<'_>, level: Level) -> PyResult<Option<Bound<'_, PyAny>>> {
    static LOGGER: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    if LOGGER.get(py).is_none()
        && !py.import(intern!(py, "sys"))?.getattr(intern!(py, "modules"))?.contains("logging")?
    {
        return Ok(None);
    }
    let logger = kept(py, &LOGGER, || py.import("ferroauth.events")?.getattr("_logger")?.call0())?;
    let enabled = logger.call_method1(intern!(py, "isEnabledFor"), (number(level),))?.is_truthy()?;
    Ok(enabled.then_some(logger))
}

/// An object that is made once. Nothing is locked while it is made: a child forked meanwhile would find the lock taken for ever.
fn kept<'py>(
    py: Python<'py>,
    place: &PyOnceLock<Py<PyAny>>,
    make: impl FnOnce() -> PyResult<Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyAny>> {
    if let Some(object) = place.get(py) {
        return Ok(object.bind(py).clone());
    }
    let made = make()?;
    // Another thread may have been first; what it made is as good.
    let _: Result<(), Py<PyAny>> = place.set(py, made.clone().unbind());
    Ok(made)
}

/// The level as `logging` counts.
const fn number(level: Level) -> u8 {
    match level {
        Level::Info => 20,
        Level::Warning => 30,
    }
}

/// Hands an exception of the program's handlers to `sys.unraisablehook`; what ends a program goes on.
fn contained<T>(
    py: Python<'_>,
    about: Option<&Bound<'_, PyAny>>,
    result: PyResult<T>,
) -> PyResult<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.is_instance_of::<PyException>(py) => {
            error.write_unraisable(py, about);
            Ok(None)
        }
        Err(error) => Err(error),
    }
}
