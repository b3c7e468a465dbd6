//! Plain C functions beside the scaffolding, for what runs on every request.
//!
//! PHP hands a string to `const char *` without a copy and makes a string of a returned `const char *` by
//! itself, so a check costs one FFI call of 0.18 us, where the scaffolding's buffers cost five calls and
//! 0.85 us: more than the HMAC itself. Declared in `fast_lane.h`, which the backend copies.

use crate::failure::{contain, report_places_only};
use crate::handles;
use crate::verifier::token_text;
use ferroauth::drivers::run_blocking;
use ferroauth::host::{Outcome, Verifier, version};
use ferroauth::{Error, ErrorCode, Result};
use std::cell::RefCell;
use std::ffi::{CString, c_char};
use std::ptr;

thread_local! {
    /// The text that was handed out last; PHP copies it before it calls again.
    static OUT: RefCell<CString> = RefCell::default();
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
        report_places_only();
        handles::begin_request(request);
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
    let token = if token.is_null() || length == 0 {
        &[]
    } else {
        // SAFETY: by contract, `token` points to `length` readable bytes, which PHP keeps alive and unchanged
        // during the call because the string is an argument of it; PHP strings are shorter than isize::MAX.
        unsafe { std::slice::from_raw_parts(token, length) }
    };
    match contain(|| verify(verifier, token, may_fetch != 0)) {
        Ok(claims) => {
            OUT.set(claims);
            OUT.with_borrow(|claims| claims.as_ptr())
        }
        Err(error) => {
            LAST_ERROR.set(CString::new(error.to_json()).unwrap_or_default());
            ptr::null()
        }
    }
}

/// The report of the last refusal of [`ferroauth_php_verify`], valid until the next call on this thread.
#[unsafe(no_mangle)]
pub extern "C" fn ferroauth_php_last_error() -> *const c_char {
    LAST_ERROR.with_borrow(|report| report.as_ptr())
}

fn verify(verifier: u64, token: &[u8], may_fetch: bool) -> Result<CString> {
    let verifier: Verifier = handles::get(verifier)?;
    let token = token_text(token);
    let now = verifier.verify_now(&token);
    let fetch = match &now {
        Ok(_) => verifier.refresh_due(),
        Err(error) => error.code() == ErrorCode::KeySetNotLoaded,
    };
    let verified = if may_fetch && fetch {
        let Outcome::Verified(verified) = run_blocking(verifier.verify(&token))? else {
            return Err(Error::new(ErrorCode::InternalFlow));
        };
        verified
    } else {
        now?
    };
    // JSON that passed the strict scanner holds no raw control character, hence no NUL.
    CString::new(verified.claims_json).map_err(|_| Error::new(ErrorCode::TokenJson))
}
