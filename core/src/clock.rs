//! The only place that reads the system time.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// A source of time in whole seconds since the epoch.
#[derive(Clone, Debug, Default)]
pub struct Clock(Source);

#[derive(Clone, Debug, Default)]
enum Source {
    #[default]
    System,
    Fixed(Arc<AtomicI64>),
}

impl Clock {
    /// The system's clock.
    #[must_use]
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands still until [`Clock::set`] moves it; for tests.
    #[must_use]
    pub fn fixed(now: i64) -> Self {
        Self(Source::Fixed(Arc::new(AtomicI64::new(now))))
    }

    /// Seconds since the epoch.
    #[must_use]
    pub fn now(&self) -> i64 {
        match &self.0 {
            Source::System => SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .map_or(0, |elapsed| i64::try_from(elapsed.as_secs()).unwrap_or(i64::MAX)),
            Source::Fixed(now) => now.load(Ordering::Relaxed),
        }
    }

    /// Moves a fixed clock; the system's clock is left alone.
    pub fn set(&self, now: i64) {
        if let Source::Fixed(cell) = &self.0 {
            cell.store(now, Ordering::Relaxed);
        }
    }
}
