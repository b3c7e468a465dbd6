//! The hot path: one token checked on the JavaScript thread, without the network.
//!
//! Each verifier gets a JavaScript function of its own whose native data is the verifier, called with the
//! token and nothing else: half the cost of passing a handle, and a third of a class method. The token is
//! copied to the stack, the answer is one string: the claims as [`placed`] or as JSON text, or `!` and a report.
//!
//! Here Node-API is called directly; the rest of the crate leaves that to napi.

use crate::claims::{Shapes, placed};
use crate::failure::ok;
use crate::value::string;
use ferroauth::host::Verifier;
use ferroauth::{Error, ErrorCode};
use napi::bindgen_prelude::{Env, External};
use napi::{Error as NapiError, Result, sys};
use napi_derive::napi;
use std::ffi::c_void;
use std::mem::MaybeUninit;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;

/// More than any token the core accepts (16 KiB): a longer one arrives cut, still too long, and is refused
/// as such, without a copy of all of it.
const ROOM: usize = 20 * 1024;

/// The check of one verifier as a JavaScript function.
#[napi(catch_unwind)]
pub fn verifier_check(env: Env, verifier: &External<Verifier>) -> Result<Function> {
    let checked = Checked { verifier: Verifier::clone(verifier), shapes: Shapes::default() };
    let data: *mut c_void = Box::into_raw(Box::new(checked)).cast();
    let mut function = ptr::null_mut();
    // SAFETY: `env` is that of the running call, the name is static, and `data` stays valid until the
    // finalizer, which runs once, when the function is collected.
    let status = unsafe {
        match sys::napi_create_function(
            env.raw(),
            c"verify".as_ptr(),
            6,
            Some(check),
            data,
            &raw mut function,
        ) {
            sys::Status::napi_ok => sys::napi_add_finalizer(
                env.raw(),
                function,
                data,
                Some(release),
                ptr::null_mut(),
                ptr::null_mut(),
            ),
            status => status,
        }
    };
    if status != sys::Status::napi_ok {
        // The data is leaked rather than freed: the function may exist and hold it.
        return Err(NapiError::from_status(status.into()));
    }
    Ok(Function(function))
}

/// What such a function holds. Only the JavaScript thread that made it ever sees it.
struct Checked {
    verifier: Verifier,
    shapes: Shapes,
}

/// What it answers.
enum Answer {
    /// All of it is ASCII.
    Placed(Vec<u8>),
    Text(String),
}

/// A function on its way to JavaScript.
pub struct Function(sys::napi_value);

impl napi::bindgen_prelude::ToNapiValue for Function {
    unsafe fn to_napi_value(_env: sys::napi_env, value: Self) -> Result<sys::napi_value> {
        Ok(value.0)
    }
}

unsafe extern "C" fn release(_env: sys::napi_env, data: *mut c_void, _hint: *mut c_void) {
    // SAFETY: made by `Box::into_raw` in `verifier_check`; Node calls a finalizer once.
    drop(unsafe { Box::from_raw(data.cast::<Checked>()) });
}

unsafe extern "C" fn check(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    let mut count = 1;
    let mut token = ptr::null_mut();
    let mut data = ptr::null_mut();
    let mut room = MaybeUninit::<[u8; ROOM]>::uninit();
    let mut length = 0;
    // SAFETY: the arguments come from Node's call of this function; `room` has the size that is passed, and
    // Node writes at most that. A missing argument is `undefined`, which is no string.
    let status = unsafe {
        sys::napi_get_cb_info(env, info, &raw mut count, &raw mut token, ptr::null_mut(), &raw mut data);
        sys::napi_get_value_string_utf8(env, token, room.as_mut_ptr().cast(), ROOM, &raw mut length)
    };
    let answer = if status == sys::Status::napi_ok && !data.is_null() {
        // SAFETY: Node wrote `length` bytes; `data` is what was made for this function, alive as long as it.
        let (bytes, held) = unsafe {
            (std::slice::from_raw_parts(room.as_ptr().cast::<u8>(), length), &*data.cast::<Checked>())
        };
        catch_unwind(AssertUnwindSafe(|| checked(held, bytes)))
            .unwrap_or_else(|_| refused(&Error::new(ErrorCode::InternalPanic)))
    } else {
        refused(&Error::with(ErrorCode::InternalArgument, "the token is not a string"))
    };
    // SAFETY: `env` is that of the running call. A failure becomes null, which JavaScript sees as `undefined`.
    unsafe {
        match answer {
            Answer::Placed(ascii) => latin1(env, &ascii),
            Answer::Text(text) => string(env, &text),
        }
    }
    .unwrap_or(ptr::null_mut())
}

/// A JavaScript string of what is known to be ASCII.
///
/// Safety: `env` is that of the running call.
unsafe fn latin1(env: sys::napi_env, ascii: &[u8]) -> Result<sys::napi_value> {
    let mut value = ptr::null_mut();
    // SAFETY: the bytes are valid for their length.
    ok(unsafe {
        sys::napi_create_string_latin1(env, ascii.as_ptr().cast(), ascii.len().cast_signed(), &raw mut value)
    })
    .map(|()| value)
}

fn checked(held: &Checked, token: &[u8]) -> Answer {
    // Node writes well-formed UTF-8; a cut token may end within a character.
    let token = match std::str::from_utf8(token) {
        Ok(token) => token,
        Err(_) => return refused(&Error::new(ErrorCode::TokenMalformed)),
    };
    let made = held.verifier.made_now(token, |verified| match placed(&held.shapes, verified) {
        Some(ascii) => Answer::Placed(ascii),
        None => Answer::Text(verified.claims_json.clone()),
    });
    made.unwrap_or_else(|error| refused(&error))
}

fn refused(error: &Error) -> Answer {
    Answer::Text(format!("!{}", error.to_json()))
}
