//! The blocking driver: a flow on the caller's thread, without any other thread.
//!
//! An idle engine (a current-thread runtime with its kept-alive connections) is taken from a pool for
//! the duration of a flow and put back, so that concurrent callers never wait for each other. The
//! pool belongs to one process; see [`super::process`].

use super::clients::IDLE;
use super::engine::{Engine, into_reply};
use super::process::{Owned, PerProcess};
use super::resolver::Lookup;
use crate::error::{Error, ErrorCode, Result};
use crate::flow::{Flow, HttpRequest, HttpResponse, Reply, Step};
use std::cell::Cell;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::runtime::{Builder, Handle, Runtime};

/// How often a waiting call lets its caller look around: a signal must be served within 100 ms.
const TICK: Duration = Duration::from_millis(50);

/// Engines kept for the next call. A process with more threads than this in flight at once builds
/// some anew.
const MAX_IDLE: usize = 32;

/// An engine that nobody has used for this long is closed by the next call, except the one that the call used: nothing would
/// go out on its connections any more.
const MAX_IDLE_TIME: Duration = IDLE;

/// Idle engines with the time of their last use, the longest idle first.
type Idle = Mutex<Vec<(Instant, BlockingEngine)>>;

static IDLE_ENGINES: PerProcess<Idle> = PerProcess::new();

type Tick<'a, 'b> = &'a mut (dyn FnMut() -> Result<()> + 'b);

/// Runs a flow to its end on this thread.
///
/// Starts no thread; works in a forked child, whatever the parent was doing. Waiting steps sleep.
///
/// # Errors
/// The flow's own error, or `internal.driver` if no engine can be built or the call comes from within
/// an asynchronous task, where [`run_async`](super::run_async) is the right one.
///
/// ```
/// use ferroauth::{drivers, flow::Flow};
/// assert_eq!(drivers::run_blocking(Flow::ready(Ok(42))).ok(), Some(42));
/// ```
pub fn run_blocking<T: Send + 'static>(flow: Flow<T>) -> Result<T> {
    run(flow, None)
}

/// The blocking driver as a value, for code that passes its driver along.
///
/// ```
/// use ferroauth::{drivers::Blocking, flow::Flow};
/// assert_eq!(Blocking.run(Flow::ready(Ok(42))).ok(), Some(42));
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Blocking;

impl Blocking {
    /// See [`run_blocking`].
    ///
    /// # Errors
    /// As there.
    pub fn run<T: Send + 'static>(&self, flow: Flow<T>) -> Result<T> {
        run_blocking(flow)
    }
}

/// Runs a flow like [`run_blocking`] and calls `on_tick` every 50 ms while it waits.
///
/// An error of `on_tick` ends the call and is its result: this is how a host serves Ctrl-C. The hook
/// may itself run other flows. A lookup of a name cannot be interrupted.
///
/// # Errors
/// As [`run_blocking`], or the hook's error.
pub fn run_blocking_with<T: Send + 'static>(
    flow: Flow<T>,
    mut on_tick: impl FnMut() -> Result<()>,
) -> Result<T> {
    run(flow, Some(&mut on_tick))
}

fn run<T: Send + 'static>(mut flow: Flow<T>, mut tick: Option<Tick<'_, '_>>) -> Result<T> {
    let mut lease: Option<Lease> = None;
    let mut reply = None;
    loop {
        reply = Some(match flow.advance(reply)? {
            Step::Done(value) => return Ok(value),
            Step::Sleep(duration) => {
                if let Some(lease) = &lease {
                    lease.hooked.set(lease.hooked.get() || tick.is_some());
                }
                sleep(duration, tick.as_deref_mut())?;
                Reply::Slept
            }
            Step::Http(request) => {
                let lease = match &mut lease {
                    Some(lease) => lease,
                    none => none.insert(Lease::take()?),
                };
                match tick.as_deref_mut() {
                    Some(tick) => into_reply(lease.exchange_with(request, tick)?),
                    None => into_reply(lease.exchange(request)?),
                }
            }
        });
    }
}

fn sleep(duration: Duration, tick: Option<Tick<'_, '_>>) -> Result<()> {
    let Some(tick) = tick else {
        std::thread::sleep(duration);
        return Ok(());
    };
    let start = Instant::now();
    while let Some(left) = duration.checked_sub(start.elapsed()).filter(|left| !left.is_zero()) {
        std::thread::sleep(left.min(TICK));
        tick()?;
    }
    Ok(())
}

struct BlockingEngine {
    engine: Engine,
    runtime: Runtime,
}

impl BlockingEngine {
    fn build() -> Result<Self> {
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|_| Error::with(ErrorCode::InternalDriver, "no event loop; too many open files?"))?;
        Ok(Self { engine: Engine::with_lookup(Lookup::OnThisThread), runtime })
    }

    /// Unlike dropping the runtime, this is allowed everywhere.
    fn close(self) {
        self.runtime.shutdown_background();
    }

    async fn exchange(&self, request: HttpRequest) -> Result<HttpResponse> {
        // Nobody polled this runtime since its last exchange. A connection that a server closed meanwhile
        // must be noticed now, or a POST could go out on it and would have to fail. This one turn asks the
        // system; the connection's own task then meets the end of its stream before it takes the request,
        // which goes out on another connection.
        tokio::task::yield_now().await;
        let result = self.engine.exchange(request).await;
        if result.is_err() {
            settle().await;
        }
        result
    }
}

/// Lets connections return to the client's pool, and closed and abandoned ones go: the first turn asks
/// the system for news, the second one lets the connections' tasks act on it.
async fn settle() {
    tokio::task::yield_now().await;
    tokio::task::yield_now().await;
}

/// An engine taken from the pool for one flow.
struct Lease {
    pool: Arc<Owned<Idle>>,
    engine: Option<BlockingEngine>,
    /// Whether a hook ran meanwhile, which may have forked.
    hooked: Cell<bool>,
}

impl Lease {
    fn take() -> Result<Self> {
        let pool = IDLE_ENGINES.get();
        let idle = pool.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let engine = match idle {
            Some((_, engine)) => engine,
            None => BlockingEngine::build()?,
        };
        let lease = Self { pool, engine: Some(engine), hooked: Cell::new(false) };
        lease.check_context()?;
        Ok(lease)
    }

    /// Refuses a call from within an asynchronous task, where tokio would panic. A thread that a runtime
    /// keeps for blocking work is fine; there is no telling them apart but by trying.
    fn check_context(&self) -> Result<()> {
        let Some(engine) = &self.engine else { return Ok(()) };
        if Handle::try_current().is_err() {
            return Ok(());
        }
        let probe = AssertUnwindSafe(|| engine.runtime.block_on(std::future::ready(())));
        std::panic::catch_unwind(probe).map_err(|_| {
            Error::with(ErrorCode::InternalDriver, "a blocking call within an asynchronous task")
        })
    }

    /// The engine, unless a hook has forked since and this is the child.
    fn engine(&self) -> Result<&BlockingEngine> {
        let engine = self.engine.as_ref().filter(|_| !self.hooked.get() || self.pool.is_ours());
        engine.ok_or_else(|| Error::with(ErrorCode::InternalClosed, "the process forked during the call"))
    }

    /// The outer result ends the flow, the inner one is its reply.
    fn exchange(&self, request: HttpRequest) -> Result<Result<HttpResponse>> {
        let engine = self.engine()?;
        Ok(engine.runtime.block_on(engine.exchange(request)))
    }

    /// Comes up for air every tick, out of the runtime, so that the hook is free to do what it likes.
    fn exchange_with(&self, request: HttpRequest, tick: Tick<'_, '_>) -> Result<Result<HttpResponse>> {
        let engine = self.engine()?;
        let mut exchange = InRuntime { engine, future: Some(Box::pin(engine.exchange(request))) };
        loop {
            if let Some(result) = exchange.turn() {
                return Ok(result);
            }
            self.hooked.set(true);
            let outcome = tick();
            if let Err(forked) = self.engine() {
                // The exchange is the parent's.
                exchange.leak();
                return outcome.and(Err(forked));
            }
            if let Err(interrupted) = outcome {
                drop(exchange);
                engine.runtime.block_on(settle());
                return Err(interrupted);
            }
        }
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let Some(engine) = self.engine.take() else { return };
        if self.hooked.get() && !self.pool.is_ours() {
            std::mem::forget(engine);
            return;
        }
        if std::thread::panicking() {
            engine.close();
            return;
        }
        let now = Instant::now();
        let mut idle = self.pool.lock().unwrap_or_else(PoisonError::into_inner);
        let stale = idle.iter().take_while(|(since, _)| now.duration_since(*since) > MAX_IDLE_TIME).count();
        let mut closing: Vec<_> = idle.drain(..stale).collect();
        if idle.len() < MAX_IDLE {
            idle.push((now, engine));
        } else {
            closing.push((now, engine));
        }
        drop(idle);
        // Closing sockets takes a while; not while others wait for the pool.
        closing.into_iter().for_each(|(_, engine)| engine.close());
    }
}

/// A future that is polled and dropped inside its runtime, where hyper may want to start a task.
struct InRuntime<'a, F> {
    engine: &'a BlockingEngine,
    future: Option<Pin<Box<F>>>,
}

impl<F: Future> InRuntime<'_, F> {
    /// Runs for one tick.
    fn turn(&mut self) -> Option<F::Output> {
        let future = self.future.as_mut()?;
        let deadlines = &self.engine.engine.deadlines;
        self.engine.runtime.block_on(deadlines.within(TICK, future.as_mut()))
    }

    fn leak(&mut self) {
        std::mem::forget(self.future.take());
    }
}

impl<F> Drop for InRuntime<'_, F> {
    fn drop(&mut self) {
        let _context = self.engine.runtime.enter();
        self.future = None;
    }
}
