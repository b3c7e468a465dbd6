//! The driver for a host with an event loop of its own: flows run on the thread of that loop.
//!
//! A [`Polled`] owns a runtime that never waits. The host watches the runtime's
//! [descriptor](Polled::descriptor) in its own loop and calls [`Polled::turn`] when it is readable; so a
//! call costs no other thread and no waking of one.
//!
//! Tokio does not say which descriptor that is. It is found by what the system knows: two probe sockets
//! are registered with the runtime, and the descriptor is the epoll instance in `/proc/self/fdinfo` that
//! lists both. Where that fails the driver cannot be built, and the host takes a
//! [`Worker`](super::Worker).

use super::engine::{Engine, run_async};
use crate::error::{Error, ErrorCode, Result};
use crate::flow::Flow;
use std::cell::Cell;
use std::fmt;
use std::future::poll_fn;
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::runtime::{Builder, Runtime};
use tokio::task::yield_now;

/// Threads for name lookups, which the system offers as blocking calls only. They exist while there is
/// something to look up.
const LOOKUP_THREADS: usize = 4;
const LOOKUP_KEEP_ALIVE: Duration = Duration::from_millis(500);

/// After a pause this long a server may have closed its connections, which a turn has to notice first.
const STALE: Duration = Duration::from_millis(1);

/// How often the runtime's clock wakes it for nothing. While a timer is due before all others, arming
/// another one needs no system call.
const TICK: Duration = Duration::from_secs(1);

/// Runs any number of flows at once on the caller's thread, a turn at a time.
///
/// ```
/// use ferroauth::{drivers::Polled, flow::Flow};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # if !cfg!(target_os = "linux") { return Ok(()) }
/// let driver = Polled::new()?;
/// let (sender, receiver) = std::sync::mpsc::channel();
/// driver.spawn(Flow::ready(Ok(42)), move |result| sender.send(result.ok()).unwrap_or_default());
/// assert_eq!(receiver.try_recv()?, Some(42));
/// # Ok(())
/// # }
/// ```
///
/// Three things are the host's part:
///
/// - It calls [`turn`](Self::turn) whenever the descriptor is readable.
/// - While flows are in flight it calls `turn` now and then as well: 1 ms after the last one, then less
///   often, 50 ms being enough. Deadlines do not make the descriptor readable; and an event that arrives
///   in the last moment of a turn is taken from the descriptor by this turn, but acted on by the next.
/// - It calls nothing of this driver from within an `on_done`.
pub struct Polled {
    pid: u32,
    /// Empty only while dropping.
    inner: Option<Inner>,
}

struct Inner {
    runtime: Runtime,
    engine: Arc<Engine>,
    descriptor: i32,
    last: Cell<Instant>,
    activity: Arc<Activity>,
}

/// What the flows, which are tasks of the runtime, tell the turn that runs them. All on one thread.
#[derive(Default)]
struct Activity {
    in_flight: AtomicUsize,
    /// Whether a flow has been woken and run.
    seen: AtomicBool,
}

impl Polled {
    /// Builds the runtime. Starts no thread.
    ///
    /// # Errors
    /// `internal.driver` if the system refuses an event loop or does not tell its descriptor, which is so
    /// on everything but Linux and where `/proc` is missing.
    pub fn new() -> Result<Self> {
        let refused = |_| Error::with(ErrorCode::InternalDriver, "no event loop");
        let runtime = Builder::new_current_thread()
            .enable_all()
            .max_blocking_threads(LOOKUP_THREADS)
            .thread_keep_alive(LOOKUP_KEEP_ALIVE)
            .thread_name("ferroauth-dns")
            .build()
            .map_err(refused)?;
        let descriptor = descriptor_of(&runtime)
            .ok_or_else(|| Error::with(ErrorCode::InternalDriver, "the event loop has no descriptor"))?;
        runtime.spawn(async {
            loop {
                tokio::time::sleep(TICK).await;
            }
        });
        let inner = Inner {
            runtime,
            engine: Arc::new(Engine::new()),
            descriptor,
            last: Cell::new(Instant::now()),
            activity: Arc::default(),
        };
        inner.run(yield_now());
        Ok(Self { pid: std::process::id(), inner: Some(inner) })
    }

    /// What to watch: readable when [`turn`](Self::turn) has something to do. It belongs to the driver,
    /// and is closed with it. In a forked child it is -1.
    #[must_use]
    pub fn descriptor(&self) -> i32 {
        self.ours().map_or(-1, |inner| inner.descriptor)
    }

    /// Takes on a flow and runs it as far as it goes without waiting: its request is on the way when this
    /// returns. `on_done` is called exactly once with its result, from a turn or before this returns.
    ///
    /// If the driver is dropped before, or this is a forked child, the result is `internal.closed`; it is
    /// `internal.panic` if the flow panics.
    pub fn spawn<T, F>(&self, flow: Flow<T>, on_done: F)
    where
        T: Send + 'static,
        F: FnOnce(Result<T>) + Send + 'static,
    {
        let mut completion = Completion(Some(on_done), PhantomData);
        let Some(inner) = self.ours() else {
            completion.finish(Err(Error::with(ErrorCode::InternalClosed, "the process has forked")));
            return;
        };
        let engine = Arc::clone(&inner.engine);
        let activity = Arc::clone(&inner.activity);
        let stale = inner.last.get().elapsed() > STALE;
        inner.run(async {
            if stale {
                // Connections that were closed meanwhile now wake their tasks, which come before ours.
                yield_now().await;
            }
            tokio::spawn(async move {
                let _one = InFlight::new(&activity);
                let mut flow = pin!(run_async(&engine, flow));
                let result = poll_fn(|context| {
                    activity.seen.store(true, Ordering::Relaxed);
                    flow.as_mut().poll(context)
                });
                completion.finish(result.await);
            });
            inner.settle().await;
        });
    }

    /// Does all there is to do, and returns without ever having waited.
    pub fn turn(&self) {
        if let Some(inner) = self.ours() {
            inner.run(async {
                yield_now().await;
                inner.settle().await;
            });
        }
    }

    fn ours(&self) -> Option<&Inner> {
        self.inner.as_ref().filter(|_| self.pid == std::process::id())
    }
}

impl Inner {
    fn run(&self, work: impl Future<Output = ()>) {
        self.runtime.block_on(work);
        self.last.set(Instant::now());
    }

    /// Runs tasks until no flow has anything to do.
    ///
    /// A yield runs the tasks that are ready and then asks the system for events, whose tasks the next
    /// yield runs. So it is not enough to yield until all has been run: what was sent meanwhile may have
    /// been answered already, and the descriptor does not announce an event twice.
    async fn settle(&self) {
        loop {
            yield_now().await;
            let seen = self.activity.seen.swap(false, Ordering::Relaxed);
            if !seen || self.activity.in_flight.load(Ordering::Relaxed) == 0 {
                break;
            }
        }
    }
}

/// Counts a flow while it lives.
struct InFlight<'a>(&'a Activity);

impl<'a> InFlight<'a> {
    fn new(activity: &'a Activity) -> Self {
        activity.in_flight.fetch_add(1, Ordering::Relaxed);
        Self(activity)
    }
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.0.in_flight.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Drop for Polled {
    fn drop(&mut self) {
        let Some(inner) = self.inner.take() else { return };
        if self.pid == std::process::id() {
            // A lookup that hangs is left to its own end.
            inner.runtime.shutdown_background();
        } else {
            std::mem::forget(inner);
        }
    }
}

impl fmt::Debug for Polled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Polled")
    }
}

/// Calls back exactly once, also when the flow panics or is dropped.
struct Completion<T, F: FnOnce(Result<T>)>(Option<F>, PhantomData<fn(T)>);

impl<T, F: FnOnce(Result<T>)> Completion<T, F> {
    fn finish(&mut self, result: Result<T>) {
        if let Some(on_done) = self.0.take() {
            // A panic of the host's callback must not, within drop, end the process.
            let _: std::thread::Result<()> = catch_unwind(AssertUnwindSafe(|| on_done(result)));
        }
    }
}

impl<T, F: FnOnce(Result<T>)> Drop for Completion<T, F> {
    fn drop(&mut self) {
        self.finish(Err(if std::thread::panicking() {
            Error::new(ErrorCode::InternalPanic)
        } else {
            Error::with(ErrorCode::InternalClosed, "the call was cancelled")
        }));
    }
}

/// The epoll instance behind a runtime.
#[cfg(target_os = "linux")]
fn descriptor_of(runtime: &Runtime) -> Option<i32> {
    use std::fs;
    use std::os::fd::AsRawFd as _;
    use std::os::unix::fs::MetadataExt as _;

    /// Whether one of the lines, such as `tfd: 5 events: 1d data: ff pos:0 ino:61af sdev:7`, is about
    /// this descriptor. The inode, which old kernels leave out, tells it from a closed one of the same
    /// number.
    fn lists(fdinfo: &str, (number, inode): &(String, String)) -> bool {
        fdinfo.lines().any(|line| {
            let mut words = line.split_ascii_whitespace();
            words.next() == Some("tfd:")
                && words.next() == Some(number)
                && words.find_map(|word| word.strip_prefix("ino:")).is_none_or(|listed| listed == inode)
        })
    }

    let _context = runtime.enter();
    let (one, two) = tokio::net::UnixStream::pair().ok()?;
    let mut probes = Vec::new();
    for number in [one.as_raw_fd(), two.as_raw_fd()] {
        let inode = fs::metadata(format!("/proc/self/fd/{number}")).ok()?.ino();
        probes.push((number.to_string(), format!("{inode:x}")));
    }
    let mut found: Vec<i32> = fs::read_dir("/proc/self/fd")
        .ok()?
        .flatten()
        .filter(|entry| {
            fs::read_link(entry.path()).is_ok_and(|it| it.as_os_str() == "anon_inode:[eventpoll]")
        })
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter(|number: &i32| {
            fs::read_to_string(format!("/proc/self/fdinfo/{number}"))
                .is_ok_and(|fdinfo| probes.iter().all(|probe| lists(&fdinfo, probe)))
        })
        .collect();
    found.sort_unstable();
    // The runtime holds its instance twice; nobody else knows the probes.
    found.first().copied()
}

#[cfg(not(target_os = "linux"))]
fn descriptor_of(_runtime: &Runtime) -> Option<i32> {
    None
}
