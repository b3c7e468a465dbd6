//! PBES2 (RFC 7518 section 4.8), with a limit on the work that a token can ask for.
//!
//! The iterations stand in the token, so whoever sends one chooses how long its reader computes (threat D2,
//! CVE-2022-36083). They are bounded, and one token at a time is computed in a process; another one is told to come
//! back instead of making the queue longer.

use super::KeyManagement;
use super::header::{Header, refused};
use crate::crypto::{self, Aes, Hash};
use crate::error::{Error, ErrorCode, Result};
use crate::jose::json::Value;
use crate::secret::SecretBytes;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};

/// The fewest iterations that are made or accepted (RFC 7518 section 4.8.1.2).
pub(super) const MIN_ITERATIONS: u32 = 1000;
/// The most that an option can allow, and the default for reading.
pub(super) const MAX_ITERATIONS: u32 = 1_200_000;
/// What a new token asks for.
pub(super) const DEFAULT_ITERATIONS: u32 = 600_000;

/// The process that computes, 0 for none. A child that was forked meanwhile has another number, and waits for nobody.
#[cfg(not(test))]
fn computing<T>(act: impl FnOnce(&AtomicU32) -> T) -> T {
    static COMPUTING: AtomicU32 = AtomicU32::new(0);
    act(&COMPUTING)
}

/// Unit tests run beside each other in one process, so here each thread counts for itself.
#[cfg(test)]
fn computing<T>(act: impl FnOnce(&AtomicU32) -> T) -> T {
    thread_local! {
        static COMPUTING: AtomicU32 = const { AtomicU32::new(0) };
    }
    COMPUTING.with(act)
}

struct Turn;

impl Turn {
    fn take() -> Option<Self> {
        let own = std::process::id();
        let free = computing(|word| {
            let holder = word.load(Ordering::Acquire);
            holder != own && word.compare_exchange(holder, own, Ordering::AcqRel, Ordering::Acquire).is_ok()
        });
        free.then_some(Self)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        computing(|word| word.store(0, Ordering::Release));
    }
}

/// The wrapping key that a password gives.
pub(super) fn derive(
    algorithm: KeyManagement,
    hash: Hash,
    aes: Aes,
    iterations: NonZeroU32,
    salt: &[u8],
    password: &[u8],
) -> SecretBytes {
    let salt = [algorithm.name().as_bytes(), &[0], salt].concat();
    crypto::pbkdf2(hash, iterations, &salt, password, aes.key_len())
}

/// The wrapping key of a token.
///
/// # Errors
/// `token.header` for a salt that is missing or not 8 to 1024 bytes long and for iterations that are no number between
/// 1000 and the limit; `token.busy` while another token is computed.
pub(super) fn read(
    header: &Header<'_>,
    algorithm: KeyManagement,
    (hash, aes): (Hash, Aes),
    password: &[u8],
    limit: u32,
) -> Result<SecretBytes> {
    let salt = header.required_bytes("p2s", 8..=1024)?;
    let iterations = header
        .get("p2c")
        .and_then(Value::as_integer)
        .and_then(|count| u32::try_from(count).ok())
        .filter(|count| (MIN_ITERATIONS..=limit).contains(count))
        .and_then(NonZeroU32::new)
        .ok_or_else(|| refused(ErrorCode::TokenHeader, "p2c", "p2c"))?;
    let _turn = Turn::take().ok_or_else(|| Error::new(ErrorCode::TokenBusy))?;
    Ok(derive(algorithm, hash, aes, iterations, &salt, password))
}

/// Checks a number of iterations that an option names.
///
/// # Errors
/// `config.invalid` outside 1000 to 1,200,000.
pub(super) fn checked(iterations: u32) -> Result<u32> {
    if (MIN_ITERATIONS..=MAX_ITERATIONS).contains(&iterations) {
        return Ok(iterations);
    }
    let detail = "the PBES2 iterations are not between 1,000 and 1,200,000";
    Err(Error::with(ErrorCode::ConfigInvalid, detail))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_at_a_time_and_the_turn_comes_back() {
        let turn = Turn::take().unwrap();
        assert!(Turn::take().is_none());
        drop(turn);
        assert!(Turn::take().is_some());
        // As a forked child finds it.
        computing(|word| word.store(std::process::id().wrapping_add(1), Ordering::Release));
        assert!(Turn::take().is_some());
    }
}
