//! Where operations run, and how their results come to JavaScript.
//!
//! Each JavaScript thread opens a hub at its first call that needs the network. There are two kinds:
//!
//! - [`crate::looped`], on Linux: the operations run on the JavaScript thread itself, out of its event
//!   loop. No other thread takes part, so that no call pays for waking one.
//! - [`crate::threaded`], everywhere else: one worker thread for all hubs of the process.
//!
//! Both end with the JavaScript thread, which `worker.terminate()` and `process.exit()` do at any moment.
//! There, and here, Node-API is called directly, because its rules about lifetime are the subject.

use crate::failure::{Result, ok, thrown};
use crate::flow::Operation;
#[cfg(target_os = "linux")]
use crate::looped::Looped;
use crate::threaded::Threaded;
use crate::value::Value;
use ferroauth::host::{Operation as CoreOperation, Outcome};
use napi::bindgen_prelude::{Env, External, ToNapiValue, TypeName, ValueType};
use napi::sys;
use napi_derive::napi;
use std::ops::Deref;
use std::ptr;
#[cfg(target_os = "linux")]
use std::rc::Rc;
use std::sync::Arc;

/// One JavaScript thread's hub.
pub enum Hub {
    #[cfg(target_os = "linux")]
    #[allow(private_interfaces, reason = "opaque to everyone but this file")]
    Looped(Rc<Looped>),
    #[allow(private_interfaces, reason = "as above")]
    Threaded(Arc<Threaded>),
}

/// The promise of a call, to be kept on the JavaScript thread that made it.
pub(crate) struct Deferred(sys::napi_deferred);

// SAFETY: elsewhere it is only carried; it is used where it was made.
unsafe impl Send for Deferred {}

/// A result, for the promise of its call.
pub(crate) struct Settled {
    pub(crate) deferred: Deferred,
    pub(crate) result: ferroauth::Result<Outcome>,
}

/// What an operation that was begun is for JavaScript: a promise, or the operation itself.
pub enum Begun {
    Promise(sys::napi_value),
    #[allow(private_interfaces, reason = "opaque to everyone but this package")]
    Operation(External<Operation>),
}

impl TypeName for Begun {
    fn type_name() -> &'static str {
        "Begun"
    }

    fn value_type() -> ValueType {
        ValueType::Unknown
    }
}

impl ToNapiValue for Begun {
    /// Safety: `env` is that of the running call; napi's own conversions make the values.
    unsafe fn to_napi_value(env: sys::napi_env, value: Self) -> napi::Result<sys::napi_value> {
        match value {
            Self::Promise(promise) => Ok(promise),
            // SAFETY: the caller's promise about `env` is passed on.
            Self::Operation(operation) => unsafe { External::to_napi_value(env, operation) },
        }
    }
}

/// Opens this JavaScript thread's hub. `libuv` says whether this runtime's event loop is libuv: others have
/// functions of those names that end the process.
#[napi(catch_unwind)]
pub fn open_hub(env: Env, libuv: bool) -> Result<External<Hub>> {
    #[cfg(target_os = "linux")]
    if libuv && let Some(hub) = Looped::open(env.raw()) {
        return Ok(External::new(Hub::Looped(hub)));
    }
    let _ = libuv;
    Ok(External::new(Hub::Threaded(Threaded::open(env.raw())?)))
}

/// Starts an operation, and returns the promise of its result: see [`settle`].
#[napi(catch_unwind)]
pub fn start(env: Env, operation: &External<Operation>, hub: &External<Hub>) -> Result<Begun> {
    begun(env, operation.take().map_err(thrown)?, Some(hub))
}

/// An operation that was begun: started at the hub, or handed out.
pub(crate) fn begun(
    env: Env,
    operation: CoreOperation,
    hub: Option<&impl Deref<Target = Hub>>,
) -> Result<Begun> {
    let Some(hub) = hub else { return Ok(Begun::Operation(Operation::external(operation))) };
    let env = env.raw();
    let (mut deferred, mut promise) = (ptr::null_mut(), ptr::null_mut());
    // SAFETY: `env` is that of the running call.
    ok(unsafe { sys::napi_create_promise(env, &raw mut deferred, &raw mut promise) })?;
    let deferred = Deferred(deferred);
    match hub.deref() {
        #[cfg(target_os = "linux")]
        Hub::Looped(hub) => hub.start(operation, deferred),
        Hub::Threaded(hub) => hub.start(env, operation, deferred),
    }
    .map_err(thrown)?;
    Ok(Begun::Promise(promise))
}

/// Keeps the promise of a call: with its value, or with an array of one report if it failed. Never before the
/// call has returned. Where the JavaScript thread is being terminated, `false` is returned.
///
/// Safety: `env` is alive, this is its thread, and a handle scope is open.
pub(crate) unsafe fn settle(env: sys::napi_env, settled: Settled) -> bool {
    let Settled { deferred, result } = settled;
    // SAFETY: the caller's promise; each promise is kept once.
    unsafe {
        let value = match result {
            Ok(outcome) => Value::to_napi_value(env, outcome.into()),
            Err(error) => Vec::to_napi_value(env, vec![error.to_json()]),
        };
        value.is_ok_and(|value| sys::napi_resolve_deferred(env, deferred.0, value) == sys::Status::napi_ok)
    }
}
