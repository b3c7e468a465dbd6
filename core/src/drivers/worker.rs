//! The asynchronous driver: many flows on one thread of its own.
//!
//! A worker starts its thread when it is built and ends it in [`Worker::close`]. A forked child has the
//! worker but not its thread: there it refuses every flow, and the host builds a new one.

use super::completion::Completion;
use super::engine::{Engine, run_async};
use crate::error::{Error, ErrorCode, Result};
use crate::flow::Flow;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;
use tokio::task::AbortHandle;

/// Threads for name lookups, which the system offers as blocking calls only. They exist while there is
/// something to look up.
pub(super) const LOOKUP_THREADS: usize = 4;
pub(super) const LOOKUP_KEEP_ALIVE: Duration = Duration::from_millis(500);

/// How long [`Worker::close`] waits for a lookup; one that hangs longer is left to its own end.
const CLOSE_PATIENCE: Duration = Duration::from_millis(200);

/// Runs any number of flows at once on one thread.
///
/// ```
/// use ferroauth::{drivers::Worker, flow::Flow};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let worker = Worker::new()?;
/// let (sender, receiver) = std::sync::mpsc::channel();
/// worker.spawn(Flow::ready(Ok(42)), move |result| sender.send(result.ok()).unwrap_or_default());
/// assert_eq!(receiver.recv()?, Some(42));
/// worker.close();
/// # Ok(())
/// # }
/// ```
pub struct Worker {
    pid: u32,
    /// Empty only while dropping.
    inner: Option<Inner>,
}

struct Inner {
    handle: Handle,
    engine: Arc<Engine>,
    closing: Mutex<Option<Closing>>,
}

struct Closing {
    stop: oneshot::Sender<()>,
    thread: JoinHandle<()>,
}

impl Worker {
    /// Starts the thread.
    ///
    /// # Errors
    /// `internal.driver` if the system refuses a thread or an event loop.
    pub fn new() -> Result<Self> {
        let refused = |_| Error::with(ErrorCode::InternalDriver, "no thread or event loop");
        let runtime = Builder::new_current_thread()
            .enable_all()
            .max_blocking_threads(LOOKUP_THREADS)
            .thread_keep_alive(LOOKUP_KEEP_ALIVE)
            .thread_name("ferroauth-dns")
            .build()
            .map_err(refused)?;
        let handle = runtime.handle().clone();
        let (stop, stopped) = oneshot::channel();
        let thread = std::thread::Builder::new()
            .name("ferroauth".into())
            .spawn(move || {
                // An error means that the worker was dropped, which ends the thread as well.
                let _: std::result::Result<(), _> = runtime.block_on(stopped);
                runtime.shutdown_timeout(CLOSE_PATIENCE);
            })
            .map_err(refused)?;
        let closing = Mutex::new(Some(Closing { stop, thread }));
        Ok(Self {
            pid: std::process::id(),
            inner: Some(Inner { handle, engine: Arc::new(Engine::new()), closing }),
        })
    }

    /// Whether the worker takes flows: it has not been closed and this is the process that built it.
    #[must_use]
    pub fn is_usable(&self) -> bool {
        self.ours().is_some_and(|inner| inner.closing().is_some())
    }

    /// Runs a flow; `on_done` is called exactly once with its result, from the worker's thread.
    ///
    /// If the worker is closed, or the flow is cancelled, or this is a forked child, the result is
    /// `internal.closed`; in a closed worker and in a child `on_done` is called before this returns.
    /// It must not block: all other flows wait for it.
    pub fn spawn<T, F>(&self, flow: Flow<T>, on_done: F) -> CancelHandle
    where
        T: Send + 'static,
        F: FnOnce(Result<T>) + Send + 'static,
    {
        let mut completion = Completion::new(on_done);
        let Some(inner) = self.ours() else {
            completion.finish(Err(Error::with(ErrorCode::InternalClosed, "the process has forked")));
            return CancelHandle { pid: self.pid, abort: None };
        };
        let engine = Arc::clone(&inner.engine);
        let task = inner.handle.spawn(async move {
            let result = run_async(&engine, flow).await;
            completion.finish(result);
        });
        CancelHandle { pid: self.pid, abort: Some(task.abort_handle()) }
    }

    /// Cancels all flows and ends the thread; returns when it has ended. Closing twice does nothing.
    ///
    /// The cancelled flows' `on_done` run on the worker's thread meanwhile, so the caller must hold no
    /// lock that they need, such as an interpreter's. Called from `on_done`, it does not wait.
    pub fn close(&self) {
        let Some(closing) = self.ours().and_then(|inner| inner.closing().take()) else { return };
        // The receiver is gone if the thread has ended; then there is nothing to tell.
        let _: std::result::Result<(), ()> = closing.stop.send(());
        if closing.thread.thread().id() != std::thread::current().id() {
            // The thread catches the panics of its flows and has none of its own.
            let _: std::thread::Result<()> = closing.thread.join();
        }
    }

    fn ours(&self) -> Option<&Inner> {
        self.inner.as_ref().filter(|_| self.pid == std::process::id())
    }
}

impl Inner {
    fn closing(&self) -> std::sync::MutexGuard<'_, Option<Closing>> {
        self.closing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        if self.pid == std::process::id() {
            self.close();
        } else {
            std::mem::forget(self.inner.take());
        }
    }
}

impl fmt::Debug for Worker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_usable() { "Worker(open)" } else { "Worker(closed)" })
    }
}

/// Cancels one flow of a [`Worker`]. Dropping it does nothing.
#[derive(Debug)]
pub struct CancelHandle {
    pid: u32,
    abort: Option<AbortHandle>,
}

impl CancelHandle {
    /// Drops the flow and closes the connection of its exchange, unless it has ended. Its `on_done` is
    /// then called with `internal.closed`.
    pub fn cancel(&self) {
        if let Some(abort) = &self.abort
            && self.pid == std::process::id()
        {
            abort.abort();
        }
    }
}
