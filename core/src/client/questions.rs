//! Which introspections are under way, so that a crowd with one token asks the provider once.
//!
//! As the lease of key sets ([`crate::jwks`]) this is atomic words and no lock: nobody hangs after a fork, because a forked child
//! does not take its parent's words for its own. A word is no proof of anything: who takes the wrong one waits for an answer
//! that is not there, and then asks.

use crate::token_cache::TokenId;
use std::sync::atomic::{AtomicU64, Ordering};

/// Questions that can be waited for at the same time.
const SLOTS: usize = 256;
/// Seconds after which a question counts as given up, and the next one who comes has the turn.
const TERM: u64 = 2;

/// The questions that are under way.
pub(super) struct Asking([AtomicU64; SLOTS]);

/// Whose turn it is.
pub(super) enum Turn<'a> {
    /// The caller's, until it drops the leave.
    Own(Leave<'a>),
    /// Somebody asks this very question.
    UnderWay,
    /// Somebody asks another one in its place: the caller asks without anybody waiting for it.
    Other,
}

/// Ends a question when the flow that asks it ends or is dropped.
pub(super) struct Leave<'a> {
    slot: &'a AtomicU64,
    word: u64,
}

impl Default for Asking {
    fn default() -> Self {
        Self(std::array::from_fn(|_| AtomicU64::new(0)))
    }
}

impl std::fmt::Debug for Asking {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Asking")
    }
}

impl Asking {
    /// Takes the turn of a question, if nobody has it.
    pub(super) fn take(&self, question: TokenId, now: i64) -> Turn<'_> {
        self.take_as(question.short(), now, std::process::id())
    }

    fn take_as(&self, question: u64, now: i64, process: u32) -> Turn<'_> {
        let place = usize::try_from(question % SLOTS as u64).unwrap_or_default();
        let Some(slot) = self.0.get(place) else { return Turn::Other };
        // 20 bits of the question beside those that chose the place, 22 of the process, 22 of the time.
        let seconds = now.cast_unsigned() & 0x3f_ffff;
        let who = ((question >> 44) << 44) | ((u64::from(process) & 0x3f_ffff) << 22);
        let word = who | seconds;
        let held = slot.load(Ordering::Acquire);
        let age = seconds.wrapping_sub(held & 0x3f_ffff) & 0x3f_ffff;
        let is_free = held == 0 || age >= TERM || (held ^ who) & (0x3f_ffff << 22) != 0;
        if is_free {
            return match slot.compare_exchange(held, word, Ordering::AcqRel, Ordering::Acquire) {
                Ok(_) => Turn::Own(Leave { slot, word }),
                Err(_) => Turn::Other,
            };
        }
        if held >> 44 == who >> 44 { Turn::UnderWay } else { Turn::Other }
    }
}

impl Drop for Leave<'_> {
    fn drop(&mut self) {
        let _ = self.slot.compare_exchange(self.word, 0, Ordering::AcqRel, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: u64 = 0x1234_5678_9abc_de07;
    /// Another question in the same place.
    const B: u64 = 0x4321_5678_9abc_de07;

    fn own(turn: Turn<'_>) -> Leave<'_> {
        match turn {
            Turn::Own(leave) => leave,
            Turn::UnderWay => panic!("under way"),
            Turn::Other => panic!("another"),
        }
    }

    #[test]
    fn a_question_is_under_way_until_it_ends_or_is_given_up() {
        let asking = Asking::default();
        let leave = own(asking.take_as(A, 1000, 7));
        assert!(matches!(asking.take_as(A, 1000, 7), Turn::UnderWay));
        assert!(matches!(asking.take_as(A, 1001, 7), Turn::UnderWay));
        assert!(matches!(asking.take_as(B, 1000, 7), Turn::Other));
        drop(leave);
        let first = own(asking.take_as(A, 1000, 7));
        let second = own(asking.take_as(A, 1002, 7));
        drop(first);
        assert!(matches!(asking.take_as(A, 1002, 7), Turn::UnderWay), "the first must not end the second");
        drop(second);
        drop(own(asking.take_as(A, 1002, 7)));
    }

    #[test]
    fn a_child_does_not_wait_for_what_its_parent_asked() {
        let asking = Asking::default();
        let _parent = own(asking.take_as(A, 1000, 7));
        drop(own(asking.take_as(A, 1000, 8)));
    }

    #[test]
    fn a_clock_that_was_set_back_gives_up_what_was_asked_later() {
        let asking = Asking::default();
        let _later = own(asking.take_as(A, 2000, 7));
        drop(own(asking.take_as(A, 1000, 7)));
    }
}
