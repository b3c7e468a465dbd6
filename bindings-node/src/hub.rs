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

use crate::failure::{Result, thrown};
use crate::flow::Operation;
#[cfg(target_os = "linux")]
use crate::looped::Looped;
use crate::threaded::Threaded;
use crate::value::Value;
use ferroauth::host::{Operation as CoreOperation, Outcome};
use napi::bindgen_prelude::{
    Env, External, FromNapiValue, ToNapiValue, TypeName, ValidateNapiValue, ValueType,
};
use napi::{Error as NapiError, sys};
use napi_derive::napi;
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

/// A result, for the call that JavaScript knows by this number.
pub(crate) struct Settled {
    pub(crate) id: u32,
    pub(crate) result: ferroauth::Result<Outcome>,
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

/// Opens this JavaScript thread's hub; `settled(id, failed, value)` receives each result. `libuv` says
/// whether this runtime's event loop is libuv: others have functions of those names that end the process.
#[napi(catch_unwind)]
pub fn open_hub(env: Env, settled: Callback, libuv: bool) -> Result<External<Hub>> {
    #[cfg(target_os = "linux")]
    if libuv && let Some(hub) = Looped::open(env.raw(), settled.0) {
        return Ok(External::new(Hub::Looped(hub)));
    }
    let _ = libuv;
    Ok(External::new(Hub::Threaded(Threaded::open(env.raw(), settled.0)?)))
}

/// Starts an operation; its result arrives at the hub under `id`, never before this returns.
#[napi(catch_unwind)]
pub fn start(env: Env, operation: &External<Operation>, hub: &External<Hub>, id: u32) -> Result<()> {
    hub.start(env, operation.take().map_err(thrown)?, id)
}

/// An operation that was begun: started at the hub, or handed out.
pub(crate) fn begun(
    env: Env,
    operation: CoreOperation,
    hub: Option<&External<Hub>>,
    id: Option<u32>,
) -> Result<Option<External<Operation>>> {
    match (hub, id) {
        (Some(hub), Some(id)) => hub.start(env, operation, id).map(|()| None),
        _ => Ok(Some(Operation::external(operation))),
    }
}

impl Hub {
    fn start(&self, env: Env, operation: CoreOperation, id: u32) -> Result<()> {
        match self {
            #[cfg(target_os = "linux")]
            Self::Looped(hub) => hub.start(operation, id),
            Self::Threaded(hub) => hub.start(env.raw(), operation, id),
        }
        .map_err(thrown)
    }
}

/// Gives one result to the function that `open_hub` received. It only resolves a promise; it throws when
/// the thread is being terminated, and then `false` is returned.
///
/// Safety: `env` is alive, this is its thread, and a handle scope is open.
pub(crate) unsafe fn settle(env: sys::napi_env, function: sys::napi_value, settled: Settled) -> bool {
    let Settled { id, result } = settled;
    let (failed, value) = match result {
        Ok(outcome) => (false, outcome.into()),
        Err(error) => (true, Value::Text(error.to_json())),
    };
    // SAFETY: the caller's promise.
    unsafe {
        let mut this = ptr::null_mut();
        sys::napi_get_undefined(env, &raw mut this);
        let (Ok(id), Ok(failed), Ok(value)) =
            (u32::to_napi_value(env, id), bool::to_napi_value(env, failed), Value::to_napi_value(env, value))
        else {
            return false;
        };
        let arguments = [id, failed, value];
        sys::napi_call_function(env, this, function, arguments.len(), arguments.as_ptr(), ptr::null_mut())
            == sys::Status::napi_ok
    }
}

pub(crate) fn ok(status: sys::napi_status) -> napi::Result<()> {
    if status == sys::Status::napi_ok { Ok(()) } else { Err(NapiError::from_status(status.into())) }
}

/// A JavaScript string, on the thread of the running call.
pub(crate) fn text(env: sys::napi_env, text: &str) -> napi::Result<sys::napi_value> {
    // SAFETY: callers pass the `env` of the call that runs.
    unsafe { ToNapiValue::to_napi_value(env, text) }
}
