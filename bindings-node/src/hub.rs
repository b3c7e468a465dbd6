//! The road back from the network thread to JavaScript.
//!
//! The process has one worker thread, started by the first call and never ended: it belongs to no
//! JavaScript thread, because each of them may end while others go on. Each JavaScript thread has a
//! [`Hub`]: a thread-safe function that the worker calls with results, referenced (so that it keeps the
//! event loop alive) exactly while calls are in flight.
//!
//! What must not happen is a call of a thread-safe function that its JavaScript thread has destroyed, which
//! `worker.terminate()` and `process.exit()` do at any moment. Node runs cleanup hooks in reverse order, so
//! ours, added after the function was made, runs before Node's: it takes the function out of the hub under
//! the lock that every call holds, and cancels what is in flight.
//!
//! Here Node-API is called directly, because its rules about lifetime are the subject.

use crate::failure::{Result, thrown};
use crate::flow::Operation;
use crate::value::Value;
use ferroauth::drivers::{CancelHandle, Worker};
use ferroauth::host::Outcome;
use napi::bindgen_prelude::{
    Env, External, FromNapiValue, ToNapiValue, TypeName, ValidateNapiValue, ValueType,
};
use napi::{Error as NapiError, sys};
use napi_derive::napi;
use std::collections::HashMap;
use std::ffi::c_void;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// One JavaScript thread's end.
pub struct Hub {
    /// The way back, for the worker; `None` once the JavaScript thread ends. The lock is held throughout a
    /// call, which wakes the JavaScript thread: that one takes it only to end.
    sender: Mutex<Option<Function>>,
    /// The same function, for its own JavaScript thread.
    function: Function,
    /// Calls in flight by number; the handle is missing until the worker has taken the call.
    running: Mutex<HashMap<u32, Option<CancelHandle>>>,
    /// Results not yet handed to JavaScript. The event loop is kept alive while this is not zero. Only the
    /// JavaScript thread changes it.
    owed: AtomicU32,
}

#[derive(Clone, Copy)]
struct Function(sys::napi_threadsafe_function);

// SAFETY: Node allows calls of a thread-safe function from every thread. The worker calls it only under the
// lock of `sender`, out of which the cleanup hook takes it; all else is done on its own JavaScript thread.
unsafe impl Send for Function {}
// SAFETY: as above; the value itself never changes.
unsafe impl Sync for Function {}

/// A result on its way.
struct Settled {
    hub: Arc<Hub>,
    id: u32,
    result: ferroauth::Result<Outcome>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Hub {
    /// On the worker's thread: sends a result to JavaScript, or drops it if nobody is there any more.
    fn send(self: &Arc<Self>, id: u32, result: ferroauth::Result<Outcome>) {
        locked(&self.running).remove(&id);
        let settled = Box::new(Settled { hub: Arc::clone(self), id, result });
        let sender = locked(&self.sender);
        let Some(function) = *sender else { return };
        let settled = Box::into_raw(settled);
        // SAFETY: the function is alive, since the hook that announces its end waits for our lock; the
        // queue has no limit, so the call does not block.
        let status = unsafe {
            sys::napi_call_threadsafe_function(
                function.0,
                settled.cast(),
                sys::ThreadsafeFunctionCallMode::nonblocking,
            )
        };
        if status != sys::Status::napi_ok {
            // SAFETY: Node did not take it.
            drop(unsafe { Box::from_raw(settled) });
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

/// A JavaScript function that was handed in.
pub struct Callback(sys::napi_value);

impl TypeName for Callback {
    fn type_name() -> &'static str {
        "Function"
    }

    fn value_type() -> ValueType {
        ValueType::Function
    }
}

impl ValidateNapiValue for Callback {}

impl FromNapiValue for Callback {
    unsafe fn from_napi_value(_env: sys::napi_env, value: sys::napi_value) -> napi::Result<Self> {
        Ok(Self(value))
    }
}

/// Opens this JavaScript thread's hub; `settled(id, failed, value)` receives each result.
#[napi(catch_unwind)]
pub fn open_hub(env: Env, settled: Callback) -> Result<External<Arc<Hub>>> {
    let env = env.raw();
    let mut name = ptr::null_mut();
    let mut function = ptr::null_mut();
    let text = "ferroauth";
    // SAFETY: `env` is that of the running call and `settled` one of its values; our call-back function has
    // the type Node asks for and is never unloaded (`-z nodelete`).
    let made = unsafe {
        sys::napi_create_string_utf8(env, text.as_ptr().cast(), text.len().cast_signed(), &raw mut name);
        sys::napi_create_threadsafe_function(
            env,
            settled.0,
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
    };
    ok(made)?;
    let function = Function(function);
    let hub = Arc::new(Hub {
        sender: Mutex::new(Some(function)),
        function,
        running: Mutex::default(),
        owed: AtomicU32::new(0),
    });
    let kept = Arc::into_raw(Arc::clone(&hub)).cast_mut().cast();
    // SAFETY: as above; the hook owns the reference that `into_raw` gave away. It is added after the
    // function was made, and therefore runs before Node destroys it.
    unsafe {
        ok(sys::napi_unref_threadsafe_function(env, function.0))?;
        ok(sys::napi_add_env_cleanup_hook(env, Some(close), kept))?;
    }
    Ok(External::new(hub))
}

fn ok(status: sys::napi_status) -> napi::Result<()> {
    if status == sys::Status::napi_ok { Ok(()) } else { Err(NapiError::from_status(status.into())) }
}

/// Hands an operation to the worker; its result arrives at the hub under `id`.
#[napi(catch_unwind)]
pub fn start(env: Env, hub: &External<Arc<Hub>>, operation: &External<Operation>, id: u32) -> Result<()> {
    let worker = worker().map_err(thrown)?;
    let operation = operation.take().map_err(thrown)?;
    locked(&hub.running).insert(id, None);
    hub.owe(env.raw());
    let sender = Arc::clone(hub);
    let handle = worker.spawn(operation, move |result| sender.send(id, result));
    // The result may have been sent meanwhile; then there is nothing left to cancel.
    if let Some(slot) = locked(&hub.running).get_mut(&id) {
        *slot = Some(handle);
    }
    Ok(())
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

/// On the JavaScript thread: gives one result to the function that `open_hub` received.
unsafe extern "C" fn deliver(
    env: sys::napi_env,
    function: sys::napi_value,
    _context: *mut c_void,
    data: *mut c_void,
) {
    // SAFETY: made by `Box::into_raw` in `send`; Node passes each datum once, also while it empties the
    // queue of an environment that ends, when `env` is null.
    let settled = unsafe { Box::from_raw(data.cast::<Settled>()) };
    if env.is_null() || function.is_null() {
        return;
    }
    let Settled { hub, id, result } = *settled;
    // A panic must not reach Node. The worst that is lost is one promise.
    let _: std::thread::Result<()> = catch_unwind(AssertUnwindSafe(|| {
        hub.delivered(env);
        let (failed, value) = match result {
            Ok(outcome) => (false, outcome.into()),
            Err(error) => (true, Value::Text(error.to_json())),
        };
        // SAFETY: `env` is alive and this is its thread; the values are made in the scope that Node opened.
        unsafe {
            let Ok(id) = u32::to_napi_value(env, id) else { return };
            let Ok(failed) = bool::to_napi_value(env, failed) else { return };
            let Ok(value) = Value::to_napi_value(env, value) else { return };
            let mut this = ptr::null_mut();
            sys::napi_get_undefined(env, &raw mut this);
            let arguments = [id, failed, value];
            // The function only resolves a promise. If it throws, because the thread is being terminated,
            // Node sees the pending exception itself.
            sys::napi_call_function(
                env,
                this,
                function,
                arguments.len(),
                arguments.as_ptr(),
                ptr::null_mut(),
            );
        }
    }));
}

/// The cleanup hook: the JavaScript thread ends.
unsafe extern "C" fn close(kept: *mut c_void) {
    // SAFETY: the reference that `open_hub` gave away; Node runs the hook once.
    let hub = unsafe { Arc::from_raw(kept.cast::<Hub>()) };
    *locked(&hub.sender) = None;
    let running = std::mem::take(&mut *locked(&hub.running));
    // Without the lock: a cancelled call may report at once.
    for handle in running.into_values().flatten() {
        handle.cancel();
    }
}
