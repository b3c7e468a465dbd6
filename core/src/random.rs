//! The only source of randomness: the operating system, asked on every call.
//!
//! No state is kept in the process, so a forked child can never repeat its parent's values.

use crate::crypto;
use crate::error::Result;
use crate::jose::base64url;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A source of random bytes.
#[derive(Clone, Debug, Default)]
pub struct Random(Source);

#[derive(Clone, Debug, Default)]
enum Source {
    #[default]
    System,
    /// A deterministic stream, so that shared test vectors can name exact values.
    Seeded(Arc<(Vec<u8>, AtomicU64)>),
}

impl Random {
    /// The operating system's generator.
    #[must_use]
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// SHA-256(seed || counter), for tests only.
    #[must_use]
    pub fn seeded(seed: &[u8]) -> Self {
        Self(Source::Seeded(Arc::new((seed.to_vec(), AtomicU64::new(0)))))
    }

    /// Fills the buffer.
    ///
    /// # Errors
    /// `internal.random` if the operating system gives none; the buffer is never handed out unfilled.
    pub fn fill(&self, out: &mut [u8]) -> Result<()> {
        match &self.0 {
            Source::System => crypto::system_random(out),
            Source::Seeded(stream) => {
                let (seed, counter) = stream.as_ref();
                for chunk in out.chunks_mut(32) {
                    let mut input = seed.clone();
                    input.extend_from_slice(&counter.fetch_add(1, Ordering::Relaxed).to_be_bytes());
                    let block = crypto::sha256(&input);
                    for (to, from) in chunk.iter_mut().zip(block) {
                        *to = from;
                    }
                }
                Ok(())
            }
        }
    }

    /// 32 random bytes as 43 characters of unpadded base64url: a state, a nonce, a code verifier.
    ///
    /// # Errors
    /// As [`Random::fill`].
    pub fn token(&self) -> Result<String> {
        let mut bytes = [0_u8; 32];
        self.fill(&mut bytes)?;
        Ok(base64url::encode(&bytes))
    }
}
