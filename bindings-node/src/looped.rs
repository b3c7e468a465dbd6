//! Operations on the JavaScript thread, out of its event loop.
//!
//! The core's [`Polled`] driver has a descriptor that is readable when there is something to do. libuv,
//! Node's event loop, watches it; what it calls then, on the JavaScript thread, is a turn of the driver,
//! after which the results are given to JavaScript. A call has written its request when `start` returns,
//! and its response is read where the event loop wakes for it: no other thread takes part.
//!
//! **Turns that the descriptor does not announce** are brought by a timer, see [`PAUSES`].
//!
//! **Re-entrancy.** JavaScript that receives a result may at once start the next call. So nothing is
//! borrowed while JavaScript runs, and a result that is there before `start` returns waits for the next
//! round of the event loop.
//!
//! **The end.** `worker.terminate()`, `process.exit()` and the end of the program run the cleanup hook on
//! this thread, with nothing of ours on the stack. libuv uses a handle until it has called back that it
//! is closed; Node waits for that, because the hook is of the kind that ends later. From the hook on no
//! JavaScript is called.

use crate::hub::{Deferred, Settled, settle};
use crate::libuv::{Handle, Libuv, READABLE, UvHandle};
use crate::value::string;
use ferroauth::drivers::Polled;
use ferroauth::host::Operation;
use ferroauth::{Error, ErrorCode};
use napi::sys;
use std::cell::{Cell, RefCell};
use std::ffi::{c_int, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;
use std::rc::Rc;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Milliseconds from one turn of the timer to the next. While results are owed: for deadlines, and early for a
/// task that was interrupted because it ran for long. Later: twice more, so that connections that have been
/// idle for 30 s are closed.
const PAUSES: [u64; 4] = [5, 50, 35_000, 35_000];
/// The last of the pauses while results are owed.
const OWED: usize = 1;
const OFF: usize = PAUSES.len();

/// One JavaScript thread's driver, with what its event loop needs. Never leaves that thread.
pub(crate) struct Looped {
    env: sys::napi_env,
    uv: &'static Libuv,
    context: sys::napi_async_context,
    /// Watches the driver's descriptor. It keeps the event loop alive while results are owed.
    poll: Handle,
    /// Neither of these keeps the event loop alive.
    timer: Handle,
    /// While it runs, the event loop does not wait: started when a result is there before JavaScript can
    /// have it. (A timer of 0 ms would do for this but for older versions of libuv, in which such a timer
    /// can lock out all else.)
    idle: Handle,
    /// Which of [`PAUSES`] the timer waits for.
    pause: Cell<usize>,
    /// `None` from the cleanup hook on.
    driver: RefCell<Option<Polled>>,
    /// Results not yet given to JavaScript. A lock only because flows may in general move between
    /// threads.
    arrived: Arc<Mutex<Vec<Settled>>>,
    /// Calls whose results JavaScript has not received.
    owed: Cell<u32>,
    /// Handles not yet closed, and what is to be told when none is left.
    open: Cell<u32>,
    hook: Cell<sys::napi_async_cleanup_hook_handle>,
}

impl Looped {
    /// On the JavaScript thread that runs `env`. `None` where something is missing.
    pub(crate) fn open(env: sys::napi_env) -> Option<Rc<Self>> {
        let uv = Libuv::get()?;
        let driver = Polled::new().ok()?;
        let (poll, timer, idle) = (uv.poll_handle()?, uv.timer_handle()?, uv.idle_handle()?);
        // SAFETY: `env` is that of the running call.
        let name = unsafe { string(env, "ferroauth") }.ok()?;
        let (mut event_loop, mut context) = (ptr::null_mut(), ptr::null_mut());
        let done = sys::Status::napi_ok;
        // SAFETY: `env` is that of the running call, `name` is one of its values; the handles
        // have the sizes that libuv asked for. What cannot fail comes last: a failure leaves no handle
        // behind.
        unsafe {
            if (uv.napi_get_uv_event_loop)(env, &raw mut event_loop) != done
                || (uv.napi_async_init)(env, ptr::null_mut(), name, &raw mut context) != done
                || (uv.uv_poll_init)(event_loop, poll.get(), driver.descriptor()) != 0
            {
                return None;
            }
            (uv.uv_timer_init)(event_loop, timer.get());
            (uv.uv_idle_init)(event_loop, idle.get());
        }
        let hub = Rc::new(Self {
            env,
            uv,
            context,
            poll,
            timer,
            idle,
            pause: Cell::new(OFF),
            driver: RefCell::new(Some(driver)),
            arrived: Arc::default(),
            owed: Cell::new(0),
            open: Cell::new(3),
            hook: Cell::new(ptr::null_mut()),
        });
        let kept = Rc::into_raw(Rc::clone(&hub)).cast_mut().cast();
        // SAFETY: the handles are initialised; the reference that `into_raw` gave away belongs to them,
        // and is taken back when all are closed. The call-backs are never unloaded (`-z nodelete`).
        unsafe {
            for handle in hub.handles() {
                (uv.uv_handle_set_data)(handle, kept);
                (uv.uv_unref)(handle);
            }
            if (uv.uv_poll_start)(hub.poll.get(), READABLE, on_readable) != 0
                || (uv.napi_add_async_cleanup_hook)(env, Some(end), kept, ptr::null_mut()) != done
            {
                hub.close();
                return None;
            }
        }
        Some(hub)
    }

    /// Sends an operation on its way; its result will keep the promise.
    pub(crate) fn start(&self, operation: Operation, deferred: Deferred) -> ferroauth::Result<()> {
        let driver = self.driver.borrow();
        let Some(driver) = &*driver else { return Err(Error::new(ErrorCode::InternalClosed)) };
        let owed = self.owed.get();
        self.owed.set(owed + 1);
        if owed == 0 {
            // SAFETY: without the cleanup hook the handle is open.
            unsafe { (self.uv.uv_ref)(self.poll.get()) };
        }
        let arrived = Arc::clone(&self.arrived);
        driver.spawn(operation, move |result| locked(&arrived).push(Settled { deferred, result }));
        self.expect_more();
        if !locked(&self.arrived).is_empty() {
            // SAFETY: as above.
            unsafe { (self.uv.uv_idle_start)(self.idle.get(), on_idle) };
        }
        Ok(())
    }

    /// A turn of the driver, and its results to JavaScript.
    fn step(&self) {
        if let Some(driver) = &*self.driver.borrow() {
            driver.turn();
        }
        self.deliver();
    }

    /// Gives JavaScript all results that are there.
    fn deliver(&self) {
        let arrived = std::mem::take(&mut *locked(&self.arrived));
        if arrived.is_empty() {
            return;
        }
        let (env, uv) = (self.env, self.uv);
        let (mut values, mut scope) = (ptr::null_mut(), ptr::null_mut());
        let done = sys::Status::napi_ok;
        // SAFETY: libuv calls on the JavaScript thread, and before the cleanup hook, so `env` is alive.
        // Both scopes are closed in the reverse order; promises that wait for the results go on when the
        // inner one is closed.
        unsafe {
            if sys::napi_open_handle_scope(env, &raw mut values) != done {
                return;
            }
            if (uv.napi_open_callback_scope)(env, ptr::null_mut(), self.context, &raw mut scope) == done {
                for settled in arrived {
                    let owed = self.owed.get() - 1;
                    self.owed.set(owed);
                    if owed == 0 {
                        (uv.uv_unref)(self.poll.get());
                    }
                    if !settle(env, settled) {
                        // The JavaScript thread is being terminated. Nobody above us takes the exception, and
                        // napi's own cleanup hook would, without the scope that it needs.
                        let mut exception = ptr::null_mut();
                        sys::napi_get_and_clear_last_exception(env, &raw mut exception);
                        break;
                    }
                }
                (uv.napi_close_callback_scope)(env, scope);
            }
            sys::napi_close_handle_scope(env, values);
        }
    }

    /// There was activity: the next turn is due soon, if results are owed.
    fn expect_more(&self) {
        if self.owed.get() > 0 && self.pause.get() != 0 {
            self.rest(0);
        }
    }

    /// Goes on to a pause.
    fn rest(&self, pause: usize) {
        self.pause.set(pause);
        if let Some(&milliseconds) = PAUSES.get(pause) {
            // SAFETY: called by `start` and by libuv for its handles, both before the cleanup hook: the
            // handle is open.
            unsafe { (self.uv.uv_timer_start)(self.timer.get(), on_time, milliseconds, 0) };
        }
    }

    fn handles(&self) -> [UvHandle; 3] {
        [self.poll.get(), self.timer.get(), self.idle.get()]
    }

    /// Closes the handles, and after them the driver, whose descriptor they watch.
    fn close(&self) {
        // SAFETY: called once, with all handles initialised. The function and the context are not used
        // any more.
        unsafe {
            for handle in self.handles() {
                (self.uv.uv_close)(handle, on_closed);
            }
            (self.uv.napi_async_destroy)(self.env, self.context);
        }
        drop(self.driver.take());
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Runs a call-back of libuv on the hub that the handle belongs to. A panic must not reach libuv.
///
/// Safety: the handle is one of ours, and not closed.
unsafe fn with_hub(handle: UvHandle, work: impl FnOnce(&Looped)) {
    let _: std::thread::Result<()> = catch_unwind(AssertUnwindSafe(|| {
        let Some(uv) = Libuv::get() else { return };
        // SAFETY: the handle's data is the reference that `open` gave away, valid until all handles are
        // closed. JavaScript that runs meanwhile cannot close them: the hook has nothing of ours on the
        // stack.
        work(unsafe { &*(uv.uv_handle_get_data)(handle).cast::<Looped>() });
    }));
}

unsafe extern "C" fn on_readable(handle: UvHandle, _status: c_int, _events: c_int) {
    // SAFETY: libuv calls for a handle that is open.
    unsafe {
        with_hub(handle, |hub| {
            hub.step();
            hub.expect_more();
        });
    }
}

unsafe extern "C" fn on_idle(handle: UvHandle) {
    // SAFETY: as above.
    unsafe {
        with_hub(handle, |hub| {
            (hub.uv.uv_idle_stop)(handle);
            hub.deliver();
            hub.expect_more();
        });
    }
}

unsafe extern "C" fn on_time(handle: UvHandle) {
    // SAFETY: as above.
    unsafe {
        with_hub(handle, |hub| {
            let pause = hub.pause.get() + 1;
            // Before JavaScript runs: a call that it starts asks for an early turn.
            hub.pause.set(OFF);
            hub.step();
            if hub.pause.get() == OFF {
                hub.rest(if hub.owed.get() > 0 { pause.min(OWED) } else { pause.max(OWED + 1) });
            }
        });
    }
}

/// The cleanup hook: the JavaScript thread ends.
unsafe extern "C" fn end(hook: sys::napi_async_cleanup_hook_handle, kept: *mut c_void) {
    let _: std::thread::Result<()> = catch_unwind(AssertUnwindSafe(|| {
        // SAFETY: the handles' reference, which they hold until they are closed.
        let hub = unsafe { &*kept.cast::<Looped>() };
        hub.hook.set(hook);
        hub.close();
    }));
}

unsafe extern "C" fn on_closed(handle: UvHandle) {
    let Some(uv) = Libuv::get() else { return };
    // SAFETY: the reference that `open` gave away; it is taken back by the last of the handles.
    unsafe {
        let kept = (uv.uv_handle_get_data)(handle).cast::<Looped>().cast_const();
        let open = (*kept).open.get() - 1;
        (*kept).open.set(open);
        if open == 0 {
            let hub = Rc::from_raw(kept);
            if !hub.hook.get().is_null() {
                (uv.napi_remove_async_cleanup_hook)(hub.hook.get());
            }
        }
    }
}
