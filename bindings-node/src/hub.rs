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
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// One JavaScript thread's end.
pub struct Hub(Mutex<State>);

struct State {
    /// The way back; `None` once the JavaScript thread ends.
    function: Option<Function>,
    /// Calls in flight by number; the handle is missing until the worker has taken the call.
    running: HashMap<u32, Option<CancelHandle>>,
    /// Results not yet handed to JavaScript. The event loop is kept alive while this is not zero.
    owed: u32,
}

struct Function(sys::napi_threadsafe_function);

// SAFETY: Node allows calls of a thread-safe function from every thread; it is only touched under the lock
// of the hub, and not after the cleanup hook has taken it out.
unsafe impl Send for Function {}

/// A result on its way.
struct Settled {
    hub: Arc<Hub>,
    id: u32,
    result: ferroauth::Result<Outcome>,
}

impl Hub {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// On the worker's thread: sends a result to JavaScript, or drops it if nobody is there any more.
    fn send(self: &Arc<Self>, id: u32, result: ferroauth::Result<Outcome>) {
        let mut state = self.state();
        state.running.remove(&id);
        let Some(function) = &state.function else { return };
        let settled = Box::into_raw(Box::new(Settled { hub: Arc::clone(self), id, result }));
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

    /// On the JavaScript thread: one result fewer is owed; the last one lets the event loop end.
    fn delivered(&self, env: sys::napi_env) {
        let mut state = self.state();
        state.owed = state.owed.saturating_sub(1);
        if state.owed == 0 {
            state.unref(env);
        }
    }
}

impl State {
    fn unref(&self, env: sys::napi_env) {
        if let Some(function) = &self.function {
            // SAFETY: called on the JavaScript thread that made the function, while it is alive.
            unsafe { sys::napi_unref_threadsafe_function(env, function.0) };
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
    let state = State { function: None, running: HashMap::new(), owed: 0 };
    let hub = Arc::new(Hub(Mutex::new(state)));
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
    let kept = Arc::into_raw(Arc::clone(&hub)).cast_mut().cast();
    // SAFETY: as above; the hook owns the reference that `into_raw` gave away. It is added after the
    // function was made, and therefore runs before Node destroys it.
    unsafe {
        ok(sys::napi_unref_threadsafe_function(env, function))?;
        ok(sys::napi_add_env_cleanup_hook(env, Some(close), kept))?;
    }
    hub.state().function = Some(Function(function));
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
    {
        let mut state = hub.state();
        state.running.insert(id, None);
        state.owed += 1;
        if let (1, Some(function)) = (state.owed, &state.function) {
            // SAFETY: called on the JavaScript thread that made the function, while it is alive.
            unsafe { sys::napi_ref_threadsafe_function(env.raw(), function.0) };
        }
    }
    let sender = Arc::clone(hub);
    let handle = worker.spawn(operation, move |result| sender.send(id, result));
    // The result may have been sent meanwhile; then there is nothing left to cancel.
    if let Some(slot) = hub.state().running.get_mut(&id) {
        *slot = Some(handle);
    }
    Ok(())
}

/// The worker of this process, started when it is first needed.
fn worker() -> ferroauth::Result<Arc<Worker>> {
    static WORKER: Mutex<Option<Arc<Worker>>> = Mutex::new(None);
    let mut slot = WORKER.lock().unwrap_or_else(PoisonError::into_inner);
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
    let running = {
        let mut state = hub.state();
        state.function = None;
        std::mem::take(&mut state.running)
    };
    // Without the lock: a cancelled call may report at once.
    for handle in running.into_values().flatten() {
        handle.cancel();
    }
}
