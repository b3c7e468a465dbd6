//! Values that belong to one process.
//!
//! After a `fork` the child sees the parent's memory, locks in whatever state another thread left
//! them, and sockets that it shares with the parent. A [`PerProcess`] notices by the process id, hands
//! out a fresh value, and forgets the inherited one without running its destructor. It takes no lock.

use arc_swap::ArcSwapOption;
use std::ops::Deref;
use std::sync::Arc;

/// A value with the process it belongs to.
pub(super) struct Owned<T> {
    pid: u32,
    value: T,
}

impl<T> Deref for Owned<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> Owned<T> {
    /// Whether the value belongs to the process that asks.
    pub(super) fn is_ours(&self) -> bool {
        self.pid == std::process::id()
    }
}

/// A process-wide value that a forked child builds anew.
pub(super) struct PerProcess<T>(ArcSwapOption<Owned<T>>);

impl<T: Default> PerProcess<T> {
    pub(super) const fn new() -> Self {
        Self(ArcSwapOption::const_empty())
    }

    /// This process's value.
    pub(super) fn get(&self) -> Arc<Owned<T>> {
        let pid = std::process::id();
        if let Some(current) = &*self.0.load()
            && current.pid == pid
        {
            return Arc::clone(current);
        }
        let fresh = Arc::new(Owned { pid, value: T::default() });
        match self.0.swap(Some(Arc::clone(&fresh))) {
            // Another thread of this process was faster; it keeps its own for the moment.
            Some(previous) if previous.pid == pid => {}
            // The parent's: never dropped here.
            inherited => std::mem::forget(inherited),
        }
        fresh
    }
}
