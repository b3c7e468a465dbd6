//! Operations on a thread of their own, where [`crate::looped`] cannot run, and the road back from it.
//!
//! The process has one worker thread, started by the first call and never ended: it belongs to no
//! JavaScript thread, because each of them may end while others go on. Each JavaScript thread has a
//! [`Threaded`]: a thread-safe function that the worker calls with results, referenced (so that it keeps
//! the event loop alive) exactly while calls are in flight.
//!
//! What must not happen is a call of a thread-safe function that its JavaScript thread has destroyed,
//! which `worker.terminate()` and `process.exit()` do at any moment. Node runs cleanup hooks in reverse
//! order, so ours, added after the function was made, runs before Node's: it takes the function out under
//! the lock that every call holds, and cancels what is in flight.

use crate::failure::ok;
use crate::hub::{Deferred, Settled, settle};
use crate::value::string;
use ferroauth::drivers::{CancelHandle, Worker};
use ferroauth::host::Operation;
use napi::sys;
use std::collections::HashMap;
use std::ffi::c_void;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// One JavaScript thread's end.
pub(crate) struct Threaded {
    /// The way back, for the worker; `None` once the JavaScript thread ends. The lock is held throughout
    /// a call, which wakes the JavaScript thread: that one takes it only to end.
    sender: Mutex<Option<Function>>,
    /// The same function, for its own JavaScript thread.
    function: Function,
    /// Calls in flight by number; the handle is missing until the worker has taken the call.
    running: Mutex<HashMap<u32, Option<CancelHandle>>>,
    /// The number of the latest call.
    latest: AtomicU32,
    /// Results not yet handed to JavaScript. The event loop is kept alive while this is not zero. Only
    /// the JavaScript thread changes it.
    owed: AtomicU32,
}

#[derive(Clone, Copy)]
struct Function(sys::napi_threadsafe_function);

// SAFETY: Node allows calls of a thread-safe function from every thread. The worker calls it only under
// the lock of `sender`, out of which the cleanup hook takes it; all else is done on its own JavaScript
// thread.
unsafe impl Send for Function {}
// SAFETY: as above; the value itself never changes.
unsafe impl Sync for Function {}

/// A result on its way.
struct Sent {
    hub: Arc<Threaded>,
    settled: Settled,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Threaded {
    /// On the JavaScript thread that runs `env`.
    pub(crate) fn open(env: sys::napi_env) -> napi::Result<Arc<Self>> {
        let mut function = ptr::null_mut();
        // SAFETY: `env` is that of the running call.
        let name = unsafe { string(env, "ferroauth") }?;
        // SAFETY: `env` is that of the running call and `name` one of its values; our call-back function
        // has the type Node asks for and is never unloaded (`-z nodelete`).
        ok(unsafe {
            sys::napi_create_threadsafe_function(
                env,
                ptr::null_mut(),
                ptr::null_mut(),
                name,
                0,
                1,
                ptr::null_mut(),
                None,
                ptr::null_mut(),
                Some(deliver),
                &raw mut function,
            )
        })?;
        let function = Function(function);
        let hub = Arc::new(Self {
            sender: Mutex::new(Some(function)),
            function,
            running: Mutex::default(),
            latest: AtomicU32::new(0),
            owed: AtomicU32::new(0),
        });
        let kept = Arc::into_raw(Arc::clone(&hub)).cast_mut().cast();
        // SAFETY: as above; the hook owns the reference that `into_raw` gave away. It is added after the
        // function was made, and therefore runs before Node destroys it.
        unsafe {
            ok(sys::napi_unref_threadsafe_function(env, function.0))?;
            ok(sys::napi_add_env_cleanup_hook(env, Some(close), kept))?;
        }
        Ok(hub)
    }

    /// Hands an operation to the worker; its result will keep the promise.
    pub(crate) fn start(
        self: &Arc<Self>,
        env: sys::napi_env,
        operation: Operation,
        deferred: Deferred,
    ) -> ferroauth::Result<()> {
        let worker = worker()?;
        // A number is free again long before the counter comes around.
        let id = self.latest.fetch_add(1, Ordering::Relaxed);
        locked(&self.running).insert(id, None);
        self.owe(env);
        let sender = Arc::clone(self);
        let handle = worker.spawn(operation, move |result| sender.send(id, Settled { deferred, result }));
        // The result may have been sent meanwhile; then there is nothing left to cancel.
        if let Some(slot) = locked(&self.running).get_mut(&id) {
            *slot = Some(handle);
        }
        Ok(())
    }

    /// On the worker's thread: sends a result to JavaScript, or drops it if nobody is there any more.
    fn send(self: &Arc<Self>, id: u32, settled: Settled) {
        locked(&self.running).remove(&id);
        let sent = Box::new(Sent { hub: Arc::clone(self), settled });
        let sender = locked(&self.sender);
        let Some(function) = *sender else { return };
        let sent = Box::into_raw(sent);
        // SAFETY: the function is alive, since the hook that announces its end waits for our lock; the
        // queue has no limit, so the call does not block.
        let status = unsafe {
            sys::napi_call_threadsafe_function(
                function.0,
                sent.cast(),
                sys::ThreadsafeFunctionCallMode::nonblocking,
            )
        };
        if status != sys::Status::napi_ok {
            // SAFETY: Node did not take it.
            drop(unsafe { Box::from_raw(sent) });
        }
    }

    /// On the JavaScript thread: a result is owed; the first one keeps the event loop alive.
    fn owe(&self, env: sys::napi_env) {
        if self.owed.fetch_add(1, Ordering::Relaxed) == 0 {
            // SAFETY: called on the JavaScript thread that made the function; the thread runs JavaScript,
            // so it has not ended.
            unsafe { sys::napi_ref_threadsafe_function(env, self.function.0) };
        }
    }

    /// On the JavaScript thread: one result fewer is owed; the last one lets the event loop end.
    fn delivered(&self, env: sys::napi_env) {
        if self.owed.fetch_sub(1, Ordering::Relaxed) == 1 {
            // SAFETY: called by the function itself, on its thread.
            unsafe { sys::napi_unref_threadsafe_function(env, self.function.0) };
        }
    }
}

/// The worker of this process, started when it is first needed.
fn worker() -> ferroauth::Result<Arc<Worker>> {
    static WORKER: Mutex<Option<Arc<Worker>>> = Mutex::new(None);
    let mut slot = locked(&WORKER);
    match &*slot {
        Some(worker) if worker.is_usable() => Ok(Arc::clone(worker)),
        _ => Ok(Arc::clone(slot.insert(Arc::new(Worker::new()?)))),
    }
}

/// On the JavaScript thread: keeps the promise of one call.
unsafe extern "C" fn deliver(
    env: sys::napi_env,
    _function: sys::napi_value,
    _context: *mut c_void,
    data: *mut c_void,
) {
    // SAFETY: made by `Box::into_raw` in `send`; Node passes each datum once, also while it empties the
    // queue of an environment that ends, when `env` is null.
    let Sent { hub, settled } = *unsafe { Box::from_raw(data.cast::<Sent>()) };
    if env.is_null() {
        return;
    }
    // A panic must not reach Node. The worst that is lost is one promise.
    let _: std::thread::Result<()> = catch_unwind(AssertUnwindSafe(|| {
        hub.delivered(env);
        // SAFETY: `env` is alive and this is its thread; Node opened a scope. If that fails because the
        // thread is being terminated, Node sees the pending exception itself.
        unsafe { settle(env, settled) };
    }));
}

/// The cleanup hook: the JavaScript thread ends.
unsafe extern "C" fn close(kept: *mut c_void) {
    // SAFETY: the reference that `open` gave away; Node runs the hook once.
    let hub = unsafe { Arc::from_raw(kept.cast::<Threaded>()) };
    *locked(&hub.sender) = None;
    let running = std::mem::take(&mut *locked(&hub.running));
    // Without the lock: a cancelled call may report at once.
    for handle in running.into_values().flatten() {
        handle.cancel();
    }
}
