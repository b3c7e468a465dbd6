//! Single flight: one fetch at a time, without a lock.
//!
//! The lease is one atomic word of process id and deadline. A forked child sees that its parent holds
//! it and takes it over instead of waiting for a thread that does not exist in the child.

use std::sync::atomic::{AtomicU64, Ordering};

/// Seconds after which a lease counts as abandoned: more than the longest exchange.
const TERM: i64 = 60;

#[derive(Default)]
pub(super) struct Lease(AtomicU64);

/// Gives the lease back when the fetching flow ends or is dropped.
pub(super) struct Guard<'a> {
    lease: &'a Lease,
    word: u64,
}

impl Lease {
    /// Takes the lease, or tells that somebody else of this process holds it.
    pub(super) fn take(&self, now: i64) -> Option<Guard<'_>> {
        let pid = std::process::id();
        let held = self.0.load(Ordering::Acquire);
        // Seconds modulo 2^32 suffice to tell a fresh lease from an abandoned one.
        let [.., a, b, c, d] = now.to_be_bytes();
        let seconds = u32::from_be_bytes([a, b, c, d]);
        let [p, q, r, s, e, f, g, h] = held.to_be_bytes();
        let (holder, since) = (u32::from_be_bytes([p, q, r, s]), u32::from_be_bytes([e, f, g, h]));
        let fresh =
            i64::from(seconds.wrapping_sub(since)) < TERM || i64::from(since.wrapping_sub(seconds)) < TERM;
        if held != 0 && holder == pid && fresh {
            return None;
        }
        let word = (u64::from(pid) << 32) | u64::from(seconds);
        self.0.compare_exchange(held, word, Ordering::AcqRel, Ordering::Acquire).ok()?;
        Some(Guard { lease: self, word })
    }
}

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        let _ = self.lease.0.compare_exchange(self.word, 0, Ordering::AcqRel, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_holder_at_a_time_and_an_abandoned_lease_is_taken_over() {
        let lease = Lease::default();
        let guard = lease.take(1000).unwrap();
        assert!(lease.take(1000 + TERM - 1).is_none());
        let second = lease.take(1000 + TERM).unwrap();
        drop(guard);
        assert!(lease.take(1000 + TERM).is_none(), "the first guard must not free the second one's lease");
        drop(second);
        assert!(lease.take(1000 + TERM).is_some());
    }

    #[test]
    fn a_lease_of_another_process_does_not_count() {
        let lease = Lease(AtomicU64::new((u64::from(std::process::id() ^ 1) << 32) | 1000));
        assert!(lease.take(1000).is_some());
    }
}
