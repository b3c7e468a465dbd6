//! The one call at the end of a flow that runs in the background.

use crate::error::{Error, ErrorCode, Result};
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Calls back exactly once, also when the flow panics or is dropped.
pub(super) struct Completion<T, F: FnOnce(Result<T>)>(Option<F>, PhantomData<fn(T)>);

impl<T, F: FnOnce(Result<T>)> Completion<T, F> {
    pub(super) fn new(on_done: F) -> Self {
        Self(Some(on_done), PhantomData)
    }

    pub(super) fn finish(&mut self, result: Result<T>) {
        if let Some(on_done) = self.0.take() {
            // A panic of the host's callback must end neither the thread nor, within drop, the process.
            let _: std::thread::Result<()> = catch_unwind(AssertUnwindSafe(|| on_done(result)));
        }
    }
}

impl<T, F: FnOnce(Result<T>)> Drop for Completion<T, F> {
    fn drop(&mut self) {
        self.finish(Err(if std::thread::panicking() {
            Error::new(ErrorCode::InternalPanic)
        } else {
            Error::with(ErrorCode::InternalClosed, "the call was cancelled")
        }));
    }
}
