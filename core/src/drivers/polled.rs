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
//!
//! **No event is lost between two turns.** Tokio asks the system for events as the last thing that it does
//! before it lets go of the thread, and the descriptor announces no event twice: one that is taken there
//! would lie in the runtime until the next turn, which nobody asks for. So the runtime takes one event at a
//! time, and a turn ends only when the one it took is its own [`Marker`], which stands for nothing. Whatever
//! came after the marker is still in the descriptor, and makes it readable.
//!
//! Built with `--cfg tokio_unstable`, as the npm package is, tokio counts the events that it has taken: a turn then
//! ends when it took none, without the marker, which costs the host's loop more than two calls into the system.

use super::completion::Completion;
use super::engine::{Engine, run_async};
use super::worker::{LOOKUP_KEEP_ALIVE, LOOKUP_THREADS};
use crate::error::{Error, ErrorCode, Result};
use crate::flow::Flow;
use rustix::event::{EventfdFlags, eventfd};
use std::cell::Cell;
use std::fmt;
#[cfg(not(tokio_unstable))]
use std::future::poll_fn;
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
#[cfg(not(tokio_unstable))]
use std::task::{Context, Poll};
use std::time::{Duration, Instant};
use tokio::io::{Interest, unix::AsyncFd};
use tokio::runtime::{Builder, Runtime};
use tokio::task::yield_now;

/// After a pause this long a server may have closed its connections, which a turn has to notice first.
const STALE: Duration = Duration::from_millis(1);

/// Events taken in search of the marker before a turn gives up; what is left has to wait for the next one.
const MAX_EVENTS: usize = 100_000;

/// Runs any number of flows at once on the caller's thread, a turn at a time.
///
/// ```
/// use ferroauth::{drivers::Polled, flow::Flow};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
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
/// - While flows are in flight it calls `turn` now and then as well, every 50 ms being enough: deadlines do
///   not make the descriptor readable, nor does a task that tokio interrupts because it has run for long.
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
    marker: Marker,
    last: Cell<Instant>,
    in_flight: Arc<AtomicUsize>,
}

impl Polled {
    /// Builds the runtime. Starts no thread.
    ///
    /// # Errors
    /// `internal.driver` if the system refuses an event loop or does not tell its descriptor, as where
    /// `/proc` is missing.
    pub fn new() -> Result<Self> {
        let refused = |_| Error::with(ErrorCode::InternalDriver, "no event loop");
        let runtime = Builder::new_current_thread()
            .enable_all()
            .max_io_events_per_busy_tick(1)
            // Tasks are run until none is left, before the system is asked again.
            .event_interval(u32::MAX)
            .max_blocking_threads(LOOKUP_THREADS)
            .thread_keep_alive(LOOKUP_KEEP_ALIVE)
            .thread_name("ferroauth-dns")
            .build()
            .map_err(refused)?;
        let descriptor = descriptor_of(&runtime)
            .ok_or_else(|| Error::with(ErrorCode::InternalDriver, "the event loop has no descriptor"))?;
        let marker = Marker::new(&runtime).map_err(refused)?;
        let inner = Inner {
            runtime,
            engine: Arc::new(Engine::new()),
            descriptor,
            marker,
            last: Cell::new(Instant::now()),
            in_flight: Arc::default(),
        };
        inner.runtime.block_on(inner.pass());
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
        let mut completion = Completion::new(on_done);
        let Some(inner) = self.ours() else {
            completion.finish(Err(Error::with(ErrorCode::InternalClosed, "the process has forked")));
            return;
        };
        let engine = Arc::clone(&inner.engine);
        let one = InFlight::new(&inner.in_flight);
        let now = Instant::now();
        let stale = now.duration_since(inner.last.replace(now)) > STALE;
        inner.runtime.block_on(async {
            if stale {
                // Connections that were closed meanwhile learn of it before one is chosen.
                inner.pass().await;
            }
            // In a box, because tokio moves what it is given from hand to hand.
            tokio::spawn(Box::pin(async move {
                let _one = one;
                let result = run_async(&engine, flow).await;
                completion.finish(result);
            }));
            inner.pass().await;
        });
    }

    /// Does all there is to do, and returns without ever having waited.
    pub fn turn(&self) {
        if let Some(inner) = self.ours() {
            inner.last.set(Instant::now());
            inner.runtime.block_on(async {
                // What the descriptor announced is taken, and run. That often is the end of the only flow,
                // and what arrives then has time until there is another one.
                yield_now().await;
                yield_now().await;
                if inner.in_flight.load(Ordering::Relaxed) > 0 {
                    inner.pass().await;
                }
            });
        }
    }

    fn ours(&self) -> Option<&Inner> {
        self.inner.as_ref().filter(|_| self.pid == std::process::id())
    }
}

impl Inner {
    /// Runs tasks until none has anything to do, nor an event that came before.
    ///
    /// A yield runs the tasks that are ready, then takes one event, whose task the next yield runs. Whatever wakes a task
    /// from another thread is no such event, but leaves the task in the queue that is asked as well.
    #[cfg(tokio_unstable)]
    async fn pass(&self) {
        let metrics = self.runtime.metrics();
        let mut taken = metrics.io_driver_ready_count();
        for _ in 0..MAX_EVENTS {
            yield_now().await;
            let before = std::mem::replace(&mut taken, metrics.io_driver_ready_count());
            if taken == before && metrics.global_queue_depth() == 0 {
                return;
            }
        }
        // The last event taken may have a task: the descriptor asks for another turn.
        self.marker.set();
    }

    /// Runs tasks until none has anything to do, nor an event that came before.
    ///
    /// A yield runs the tasks that are ready, then takes one event, whose task the next yield runs. When the
    /// event is the marker, there is no such task.
    #[cfg(not(tokio_unstable))]
    async fn pass(&self) {
        self.marker.set();
        for _ in 0..MAX_EVENTS {
            yield_now().await;
            if poll_fn(|context| Poll::Ready(self.marker.was_taken(context))).await {
                break;
            }
        }
    }
}

/// An event of our own that the system hands out in its turn, after those that came before it.
struct Marker(AsyncFd<OwnedFd>);

impl Marker {
    fn new(runtime: &Runtime) -> std::io::Result<Self> {
        let descriptor = eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?;
        let _context = runtime.enter();
        #[expect(
            deprecated,
            reason = "its successor is unsafe, for types that do not own what they register"
        )]
        AsyncFd::with_interest(descriptor, Interest::READABLE).map(Self)
    }

    fn set(&self) {
        // Each write is an event, also without a read in between. It fails when 2^64 of them are unread.
        let _: rustix::io::Result<usize> = rustix::io::write(self.0.get_ref(), &1_u64.to_ne_bytes());
    }

    #[cfg(not(tokio_unstable))]
    fn was_taken(&self, context: &mut Context<'_>) -> bool {
        match self.0.poll_read_ready(context) {
            Poll::Ready(Ok(mut ready)) => {
                ready.clear_ready();
                true
            }
            // The runtime is being shut down.
            Poll::Ready(Err(_)) => true,
            Poll::Pending => false,
        }
    }
}

/// Counts a flow while it lives.
struct InFlight(Arc<AtomicUsize>);

impl InFlight {
    fn new(count: &Arc<AtomicUsize>) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(count))
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
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

/// The epoll instance behind a runtime.
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
