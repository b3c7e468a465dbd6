//! The functions that [`crate::looped`] needs of libuv, and those of Node-API that not every runtime has.
//!
//! They are looked up when they are first needed. Linked, a missing one would keep the whole extension
//! from loading in a runtime that is built on something else than libuv.

use napi::sys;
use std::ffi::{CStr, c_char, c_int, c_void};
use std::mem::transmute;
use std::ptr;
use std::sync::OnceLock;

/// `uv_handle_type` of `uv.h`.
const IDLE: c_int = 6;
const POLL: c_int = 8;
const TIMER: c_int = 13;

/// `UV_READABLE` of `uv.h`.
pub(crate) const READABLE: c_int = 1;

/// A `uv_poll_t`, `uv_timer_t`, `uv_idle_t` or `uv_handle_t`: what all of them begin with.
pub(crate) type UvHandle = *mut c_void;
pub(crate) type OnPoll = unsafe extern "C" fn(UvHandle, c_int, c_int);
pub(crate) type OnHandle = unsafe extern "C" fn(UvHandle);

unsafe extern "C" {
    fn dlsym(library: *mut c_void, name: *const c_char) -> *mut c_void;
}

macro_rules! functions {
    ($($name:ident: fn($($argument:ty),*) $(-> $result:ty)?;)*) => {
        /// The functions by their names in C.
        pub(crate) struct Libuv {
            $(pub(crate) $name: unsafe extern "C" fn($($argument),*) $(-> $result)?,)*
        }

        impl Libuv {
            fn find() -> Option<Self> {
                $(let $name = find(concat!(stringify!($name), "\0"))?;)*
                Some(Self {
                    // SAFETY: a function of this name has this signature: libuv and Node-API keep theirs
                    // stable.
                    $($name: unsafe {
                        transmute::<*mut c_void, unsafe extern "C" fn($($argument),*) $(-> $result)?>($name)
                    },)*
                })
            }
        }
    };
}

functions! {
    uv_handle_size: fn(c_int) -> usize;
    uv_handle_set_data: fn(UvHandle, *mut c_void);
    uv_handle_get_data: fn(UvHandle) -> *mut c_void;
    uv_ref: fn(UvHandle);
    uv_unref: fn(UvHandle);
    uv_close: fn(UvHandle, OnHandle);
    uv_idle_init: fn(*mut c_void, UvHandle) -> c_int;
    uv_idle_start: fn(UvHandle, OnHandle) -> c_int;
    uv_idle_stop: fn(UvHandle) -> c_int;
    uv_poll_init: fn(*mut c_void, UvHandle, c_int) -> c_int;
    uv_poll_start: fn(UvHandle, c_int, OnPoll) -> c_int;
    uv_timer_init: fn(*mut c_void, UvHandle) -> c_int;
    uv_timer_start: fn(UvHandle, OnHandle, u64, u64) -> c_int;
    napi_get_uv_event_loop: fn(sys::napi_env, *mut *mut c_void) -> sys::napi_status;
    napi_async_init: fn(
        sys::napi_env, sys::napi_value, sys::napi_value, *mut sys::napi_async_context
    ) -> sys::napi_status;
    napi_async_destroy: fn(sys::napi_env, sys::napi_async_context) -> sys::napi_status;
    napi_open_callback_scope: fn(
        sys::napi_env, sys::napi_value, sys::napi_async_context, *mut sys::napi_callback_scope
    ) -> sys::napi_status;
    napi_close_callback_scope: fn(sys::napi_env, sys::napi_callback_scope) -> sys::napi_status;
    napi_add_async_cleanup_hook: fn(
        sys::napi_env, sys::napi_async_cleanup_hook, *mut c_void, *mut sys::napi_async_cleanup_hook_handle
    ) -> sys::napi_status;
    napi_remove_async_cleanup_hook: fn(sys::napi_async_cleanup_hook_handle) -> sys::napi_status;
}

fn find(name: &str) -> Option<*mut c_void> {
    let name = CStr::from_bytes_with_nul(name.as_bytes()).ok()?;
    // SAFETY: the name ends with a zero; null stands for all that is loaded (`RTLD_DEFAULT`).
    Some(unsafe { dlsym(ptr::null_mut(), name.as_ptr()) }).filter(|found| !found.is_null())
}

impl Libuv {
    /// `None` where one of the functions is missing.
    pub(crate) fn get() -> Option<&'static Self> {
        static FOUND: OnceLock<Option<Libuv>> = OnceLock::new();
        FOUND.get_or_init(Self::find).as_ref()
    }

    pub(crate) fn poll_handle(&self) -> Option<Handle> {
        self.handle(POLL)
    }

    pub(crate) fn idle_handle(&self) -> Option<Handle> {
        self.handle(IDLE)
    }

    pub(crate) fn timer_handle(&self) -> Option<Handle> {
        self.handle(TIMER)
    }

    fn handle(&self, kind: c_int) -> Option<Handle> {
        // SAFETY: a pure function; an unknown kind has the size -1.
        let size = unsafe { (self.uv_handle_size)(kind) };
        // Larger than any of libuv's: not what we take it for.
        (size < 4096).then(|| Handle(Box::into_raw(vec![0; size.div_ceil(16)].into_boxed_slice())))
    }
}

/// Zeroed memory for a handle of libuv, aligned for whatever is in it. libuv may hold its address:
/// whoever has given that away drops the memory only after libuv has called back that the handle is
/// closed.
pub(crate) struct Handle(*mut [u128]);

impl Handle {
    pub(crate) fn get(&self) -> UvHandle {
        self.0.cast()
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        // SAFETY: made by `Box::into_raw` in `handle`, and nobody else's any more.
        drop(unsafe { Box::from_raw(self.0) });
    }
}
