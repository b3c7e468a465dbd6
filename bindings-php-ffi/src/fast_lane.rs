//! Plain C functions beside the scaffolding, for what runs on every request.
//!
//! PHP hands a string to `const char *` without a copy and makes a string of a returned `const char *` by
//! itself, so a check costs one FFI call of 0.18 us, where the scaffolding's buffers cost five calls and
//! 0.85 us: more than the HMAC itself. A client's operation takes one call as well, instead of one that makes a
//! flow, one that runs it and those that carry the texts. Declared in `fast_lane.h`, which the backend copies.

use crate::client::begin;
use crate::failure::{contain, report_places_only};
use crate::handles;
use crate::told;
use crate::verifier::token_text;
use ferroauth::host::{Outcome, Verifier, version};
use ferroauth::secret::SecretBytes;
use ferroauth::{Error, ErrorCode, Result};
use std::cell::RefCell;
use std::ffi::{CString, c_char};
use std::ptr;

thread_local! {
    /// The text that was handed out last, and whether it is secret; PHP copies it before it calls again.
    static OUT: RefCell<(CString, bool)> = RefCell::default();
    static LAST_ERROR: RefCell<CString> = RefCell::default();
    static VERSION: CString = CString::new(version()).unwrap_or_default();
}

/// The version, as a C string that lives as long as the thread.
#[unsafe(no_mangle)]
pub extern "C" fn ferroauth_php_version() -> *const c_char {
    VERSION.with(|text| text.as_ptr())
}

/// Tells that this thread serves a request, by a number that the next request does not have; closes what the
/// request before left behind.
#[unsafe(no_mangle)]
pub extern "C" fn ferroauth_php_begin_request(request: i64) {
    // A panic can only come from a destructor; there is nobody to tell.
    let _ = contain(|| {
        wipe(OUT.take());
        report_places_only();
        handles::begin_request(request);
        told::forget();
        Ok(())
    });
}

/// Verifies a token. Returns its claims as JSON, valid until the next call on this thread, or null; then
/// [`ferroauth_php_last_error`] has the report.
///
/// # Safety
/// `token` must point to `length` readable bytes, or `length` must be 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ferroauth_php_verify(
    verifier: u64,
    token: *const u8,
    length: usize,
    may_fetch: i8,
) -> *const c_char {
    // SAFETY: by contract.
    let token = unsafe { bytes(token, length) };
    hand_out(contain(|| verify(verifier, token, may_fetch != 0)), false)
}

/// Runs an operation of a client to its end; what they are called and take is said by [`begin`]. Returns the outcome
/// as JSON, nothing as the empty text, valid until the next call on this thread, or null; then
/// [`ferroauth_php_last_error`] has the report.
///
/// # Safety
/// `text` must point to `text_length` readable bytes and `options` to `options_length`, or the length must be 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ferroauth_php_client_run(
    operation: i8,
    client: u64,
    pending: u64,
    text: *const u8,
    text_length: usize,
    options: *const u8,
    options_length: usize,
) -> *const c_char {
    // SAFETY: by contract.
    let (text, options) = unsafe { (bytes(text, text_length), bytes(options, options_length)) };
    let outcome = contain(|| {
        let json = match told::run(begin(operation, client, pending, text, options)?)? {
            Outcome::Json(json) => json,
            Outcome::Tokens(tokens) => tokens.to_json(),
            Outcome::Pending(pending) => format!(r#"{{"pending":{}}}"#, handles::put(pending, None)?),
            Outcome::Unit => String::new(),
            Outcome::Service(_) | Outcome::Verified(_) => return Err(Error::new(ErrorCode::InternalFlow)),
        };
        // Written by a JSON serialiser, which escapes a NUL.
        CString::new(json).map_err(|_| Error::new(ErrorCode::InternalFlow))
    });
    hand_out(outcome, true)
}

/// An argument of PHP's.
///
/// # Safety
/// `data` must point to `length` readable bytes, or `length` must be 0.
unsafe fn bytes<'a>(data: *const u8, length: usize) -> &'a [u8] {
    if data.is_null() || length == 0 {
        return &[];
    }
    // SAFETY: by contract; PHP keeps a string alive and unchanged during the call because it is an argument of it,
    // and PHP strings are shorter than isize::MAX.
    unsafe { std::slice::from_raw_parts(data, length) }
}

fn hand_out(result: Result<CString>, secret: bool) -> *const c_char {
    match result {
        Ok(text) => OUT.with_borrow_mut(|out| {
            wipe(std::mem::replace(out, (text, secret)));
            out.0.as_ptr()
        }),
        Err(error) => {
            LAST_ERROR.set(CString::new(error.to_json()).unwrap_or_default());
            ptr::null()
        }
    }
}

/// Tokens are not just freed.
fn wipe((text, secret): (CString, bool)) {
    if secret {
        drop(SecretBytes::new(text.into_bytes()));
    }
}

/// The report of the last refusal of the functions here, valid until the next call on this thread.
#[unsafe(no_mangle)]
pub extern "C" fn ferroauth_php_last_error() -> *const c_char {
    LAST_ERROR.with_borrow(|report| report.as_ptr())
}

fn verify(verifier: u64, token: &[u8], may_fetch: bool) -> Result<CString> {
    let verifier: Verifier = handles::get(verifier)?;
    let token = token_text(token);
    let now = verifier.claims_now(&token);
    let fetch = match &now {
        Ok(_) => verifier.refresh_due(&token),
        Err(error) => error.code() == ErrorCode::KeySetNotLoaded,
    };
    let claims = if may_fetch && fetch {
        let Outcome::Verified(verified) = told::run(verifier.verify(&token))? else {
            return Err(Error::new(ErrorCode::InternalFlow));
        };
        verified.claims_json
    } else {
        now?
    };
    // JSON that passed the strict scanner holds no raw control character, hence no NUL.
    CString::new(claims).map_err(|_| Error::new(ErrorCode::TokenJson))
}
