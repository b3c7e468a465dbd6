//! Which states were used already: one callback per authorization request. And which logout tokens: each is used once.
//!
//! A fixed table of atomics without a lock, so that a fork can neither hang on it nor lose it. A slot
//! holds a 64-bit hash of the state. The states are our own and carry 256 random bits, so nobody can choose two
//! that meet, and by chance none do. The identifiers of logout tokens are the provider's, whose signature was verified before.
//! In a full bucket one entry gives way. Hosts with several processes get their protection from
//! taking the sealed request out of the session before they finish it.

use std::sync::atomic::{AtomicU64, Ordering};

const BUCKETS: usize = 256;
const WAYS: usize = 8;

pub(super) struct UsedStates {
    slots: Vec<AtomicU64>,
}

impl UsedStates {
    pub(super) fn new() -> Self {
        Self { slots: (0..BUCKETS * WAYS).map(|_| AtomicU64::new(0)).collect() }
    }

    /// Marks the state as used; false if it was used before.
    pub(super) fn claim(&self, state: &str) -> bool {
        let hash = fnv1a(state.as_bytes());
        let mark = hash | 1;
        let [_, i, j, ..] = hash.to_le_bytes();
        let start = usize::from(i) * WAYS;
        let Some(bucket) = self.slots.get(start..start + WAYS) else { return false };
        // A claim happens in one fixed order of slots: of two equal claims at the same moment the later
        // one meets the mark of the earlier one, because a free slot is taken only by compare-and-swap.
        for slot in bucket {
            match slot.compare_exchange(0, mark, Ordering::AcqRel, Ordering::Acquire) {
                Ok(_) => return true,
                Err(found) if found == mark => return false,
                Err(_) => {}
            }
        }
        // The place depends on the mark alone, so that two equal claims meet here as well.
        let victim = usize::from(j) % WAYS;
        bucket.get(victim).is_some_and(|slot| slot.swap(mark, Ordering::AcqRel) != mark)
    }
}

/// The FNV-1a hash, 64 bits.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_claimed_once_also_by_many_threads() {
        let used = UsedStates::new();
        for round in 0..100 {
            let state = format!("state-{round}");
            let wins: usize = std::thread::scope(|scope| {
                let handles: Vec<_> = (0..4).map(|_| scope.spawn(|| used.claim(&state))).collect();
                handles.into_iter().map(|h| usize::from(h.join().unwrap())).sum()
            });
            assert_eq!(wins, 1);
        }
        assert!(!used.claim("state-7"));
    }

    #[test]
    fn the_table_keeps_working_when_it_is_full() {
        let used = UsedStates::new();
        for n in 0..20_000 {
            assert!(used.claim(&n.to_string()));
            assert!(!used.claim(&n.to_string()));
        }
    }
}
