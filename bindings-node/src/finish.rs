//! The hot path of a login: the callback's URL exchanged for tokens.
//!
//! Each client gets a JavaScript function of its own whose native data is the client, as each verifier does in [`crate::check`].
//! Its arguments are read here without the conversions of napi, which cost more than the check of the callback.

use crate::failure::{Result, ok, thrown};
use crate::hub::{Begun, Hub, begun};
use ferroauth::host::{Callback, Client, PendingAuthorization};
use ferroauth::{Error, ErrorCode};
use napi::bindgen_prelude::{Env, External, ToNapiValue};
use napi::{JsError, sys};
use napi_derive::napi;
use std::ffi::c_void;
use std::mem::MaybeUninit;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;

/// Texts up to about this many bytes are read in one go; longer ones are measured first.
const ROOM: usize = 2048;

/// `(pending, url, options, hub?)`: finishes an authorization of this client. With a hub the operation runs, without one it is
/// handed out: see [`Begun`].
#[napi(catch_unwind)]
pub fn client_finish(env: Env, client: &External<Client>) -> Result<Function> {
    let data: *mut c_void = Box::into_raw(Box::new(Client::clone(client))).cast();
    let (env, mut function) = (env.raw(), ptr::null_mut());
    // SAFETY: `env` is that of the running call, the name is static, and `data` stays valid until the finalizer, which runs
    // once, when the function is collected. On a failure the data is leaked: the function may exist and hold it.
    unsafe {
        ok(sys::napi_create_function(env, c"finish".as_ptr(), 6, Some(finish), data, &raw mut function))?;
        ok(sys::napi_add_finalizer(env, function, data, Some(release), ptr::null_mut(), ptr::null_mut()))?;
    }
    Ok(Function(function))
}

/// A function on its way to JavaScript.
pub struct Function(sys::napi_value);

impl ToNapiValue for Function {
    unsafe fn to_napi_value(_env: sys::napi_env, value: Self) -> Result<sys::napi_value> {
        Ok(value.0)
    }
}

unsafe extern "C" fn release(_env: sys::napi_env, data: *mut c_void, _hint: *mut c_void) {
    // SAFETY: made by `Box::into_raw` in `client_finish`; Node calls a finalizer once.
    drop(unsafe { Box::from_raw(data.cast::<Client>()) });
}

unsafe extern "C" fn finish(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    let mut count = 4;
    let mut given = [ptr::null_mut(); 4];
    let mut data = ptr::null_mut();
    let work = || {
        // SAFETY: Node calls with its own values; it fills `given` up with `undefined`. `data` is the client, alive as long as
        // its function.
        unsafe {
            ok(sys::napi_get_cb_info(
                env,
                info,
                &raw mut count,
                given.as_mut_ptr(),
                ptr::null_mut(),
                &raw mut data,
            ))?;
            let client = data.cast::<Client>().as_ref().ok_or_else(|| wrong("the client"))?;
            Begun::to_napi_value(env, finished(env, client, given)?)
        }
    };
    let outcome = catch_unwind(AssertUnwindSafe(work));
    outcome.unwrap_or_else(|_| Err(thrown(Error::new(ErrorCode::InternalPanic)))).unwrap_or_else(|error| {
        // SAFETY: `env` is that of the running call.
        unsafe { JsError::from(error).throw_into(env) };
        ptr::null_mut()
    })
}

/// Safety: `env` is that of the running call, and the values are its arguments.
unsafe fn finished(
    env: sys::napi_env,
    client: &Client,
    [pending, url, options, hub]: [sys::napi_value; 4],
) -> Result<Begun> {
    // SAFETY: the caller's promise.
    let (pending, url, options, hub) = unsafe {
        let pending = handle::<PendingAuthorization>(env, pending)?.ok_or_else(|| wrong("pending"))?;
        (pending, text(env, url)?, text(env, options)?, handle::<Hub>(env, hub)?)
    };
    begun(
        Env::from_raw(env),
        client.finish_authorization(pending, Callback::Url(url), &options),
        hub.as_ref(),
    )
}

/// What is in one of our externals; `None` for `undefined`.
///
/// Safety: `env` is that of the running call, and the value is one of its arguments, so that nothing collects it meanwhile.
unsafe fn handle<'a, T: 'static>(env: sys::napi_env, value: sys::napi_value) -> Result<Option<&'a T>> {
    let mut kind = 0;
    let mut data = ptr::null_mut();
    // SAFETY: the caller's promise. napi knows of each pointer whether it is one of ours, and to what.
    unsafe {
        if sys::napi_get_value_external(env, value, &raw mut data) == sys::Status::napi_ok {
            return External::<T>::inner_from_raw(data).map(Some).ok_or_else(|| wrong("a handle"));
        }
        ok(sys::napi_typeof(env, value, &raw mut kind))?;
    }
    if kind == sys::ValueType::napi_undefined { Ok(None) } else { Err(wrong("a handle")) }
}

/// A string.
///
/// Safety: `env` is that of the running call, and the value is one of its values.
unsafe fn text(env: sys::napi_env, value: sys::napi_value) -> Result<String> {
    let mut room = MaybeUninit::<[u8; ROOM]>::uninit();
    let mut length = 0;
    // SAFETY: the caller's promise. Node writes at most as much as it is told, whole characters and a zero, and says how much.
    let bytes = unsafe {
        ok(sys::napi_get_value_string_utf8(env, value, room.as_mut_ptr().cast(), ROOM, &raw mut length))
            .map_err(|_| wrong("a text"))?;
        if length + 4 < ROOM {
            std::slice::from_raw_parts(room.as_ptr().cast::<u8>(), length).to_vec()
        } else {
            // It may have been cut.
            ok(sys::napi_get_value_string_utf8(env, value, ptr::null_mut(), 0, &raw mut length))?;
            let mut bytes = Vec::<u8>::with_capacity(length + 1);
            let start = bytes.as_mut_ptr().cast();
            ok(sys::napi_get_value_string_utf8(env, value, start, length + 1, &raw mut length))?;
            bytes.set_len(length);
            bytes
        }
    };
    String::from_utf8(bytes).map_err(|_| wrong("a text"))
}

fn wrong(what: &str) -> napi::Error {
    thrown(Error::with(ErrorCode::InternalArgument, what.to_owned()))
}
