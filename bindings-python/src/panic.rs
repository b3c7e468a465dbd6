//! A panic never crosses into Python (J1): it becomes `InternalError` with code `internal.panic`.
//!
//! PyO3 would raise `PanicException`, a `BaseException` that ordinary handlers miss. The panic's own
//! message may hold anything, so it is neither printed nor passed on; only the place in the source is.

use crate::errors;
use ferroauth::{Error, ErrorCode};
use pyo3::prelude::*;
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook};

thread_local! {
    static PLACE: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Replaces the default hook, which would print the message. The hook belongs to this module's own copy
/// of the Rust runtime, so no other extension module is touched.
pub(crate) fn install_hook() {
    set_hook(Box::new(|info| {
        let place = info.location().map(|at| {
            let file = at.file().rsplit(['/', '\\']).next().unwrap_or_default();
            format!("{file}:{}", at.line())
        });
        PLACE.with(|slot| *slot.borrow_mut() = place);
    }));
}

/// Runs the body of an export.
pub(crate) fn guard<T>(py: Python<'_>, body: impl FnOnce() -> PyResult<T>) -> PyResult<T> {
    catch_unwind(AssertUnwindSafe(body)).unwrap_or_else(|_| Err(errors::raise(py, &caught())))
}

/// The error of the panic that was caught last on this thread.
pub(crate) fn caught() -> Error {
    match PLACE.with(|slot| slot.borrow_mut().take()) {
        Some(place) => Error::with(ErrorCode::InternalPanic, place),
        None => Error::new(ErrorCode::InternalPanic),
    }
}
