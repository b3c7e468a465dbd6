//! Deadlines that stay armed.
//!
//! A timer that is made for each exchange and dropped after it makes the event loop wake itself up, twice, because
//! each one is the next to fire. So timers are kept, and the next exchange only moves one to a later moment,
//! which is a single atomic operation.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use tokio::time::{Instant, Sleep, sleep_until};

/// Timers kept for the next exchange.
const MAX_KEPT: usize = 32;

type Timer = Pin<Box<Sleep>>;

/// The timers of one engine.
#[derive(Default)]
pub(super) struct Deadlines(Mutex<Vec<Timer>>);

impl Deadlines {
    /// The future's output, or `None` once the time is up. (Pinned by the caller, because what an `async fn` takes
    /// by value and then pins lies in it twice.)
    pub(super) async fn within<F: Future>(
        &self,
        limit: Duration,
        mut future: Pin<&mut F>,
    ) -> Option<F::Output> {
        let mut armed = Armed { timer: Some(self.arm(limit)), kept: self };
        poll_fn(|context| {
            if let Poll::Ready(output) = future.as_mut().poll(context) {
                return Poll::Ready(Some(output));
            }
            match &mut armed.timer {
                Some(timer) => timer.as_mut().poll(context).map(|()| None),
                None => Poll::Ready(None),
            }
        })
        .await
    }

    /// A timer that fires at the end of the limit, a kept one if one is armed for an earlier moment.
    fn arm(&self, limit: Duration) -> Timer {
        let end = Instant::now() + limit;
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // The latest of them: the others suit shorter limits.
        let earlier = kept.iter().enumerate().filter(|(_, timer)| timer.deadline() <= end);
        let found = earlier.max_by_key(|(_, timer)| timer.deadline()).map(|(at, _)| at);
        let Some(at) = found else {
            drop(kept);
            return Box::pin(sleep_until(end));
        };
        let mut timer = kept.swap_remove(at);
        drop(kept);
        timer.as_mut().reset(end);
        timer
    }
}

/// A timer in use.
struct Armed<'a> {
    timer: Option<Timer>,
    kept: &'a Deadlines,
}

impl Drop for Armed<'_> {
    fn drop(&mut self) {
        let Some(mut timer) = self.timer.take() else { return };
        // It must not keep the task alive that it would have woken.
        let fired = timer.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready();
        let mut kept = self.kept.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !fired && kept.len() < MAX_KEPT {
            kept.push(timer);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::pin::pin;

    fn runtime() -> tokio::runtime::Runtime {
        tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap()
    }

    #[test]
    fn a_deadline_ends_what_takes_longer_and_nothing_else() {
        let deadlines = Deadlines::default();
        runtime().block_on(async {
            for limit in [30, 90, 30, 7, 60, 1] {
                let limit = Duration::from_millis(limit);
                let start = Instant::now();
                assert_eq!(deadlines.within(limit, pin!(std::future::pending::<()>())).await, None);
                assert!(start.elapsed() >= limit);
                // A kept timer of this one is moved, to both sides, by those that follow.
                let long = Duration::from_secs(3600);
                assert_eq!(deadlines.within(long, pin!(std::future::ready(7))).await, Some(7));
                assert_eq!(deadlines.within(long, pin!(tokio::time::sleep(limit))).await, Some(()));
            }
        });
    }

    #[test]
    fn a_timer_is_moved_on_and_not_made_anew() {
        let deadlines = Deadlines::default();
        runtime().block_on(async {
            for _ in 0..100 {
                let ready = pin!(std::future::ready(()));
                let short = pin!(deadlines.within(Duration::from_millis(50), ready));
                assert!(deadlines.within(Duration::from_secs(10), short).await.is_some());
            }
            assert_eq!(deadlines.0.lock().unwrap().len(), 2);
        });
    }

    #[test]
    fn one_dropped_in_the_middle_leaves_its_timer() {
        let deadlines = Deadlines::default();
        runtime().block_on(async {
            let second = Duration::from_secs(1);
            {
                let pending = pin!(std::future::pending::<()>());
                let inner = pin!(deadlines.within(second, pending));
                assert_eq!(deadlines.within(Duration::from_millis(10), inner).await, None);
            }
            assert_eq!(deadlines.0.lock().unwrap().len(), 1);
        });
    }
}
