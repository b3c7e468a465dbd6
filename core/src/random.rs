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
    /// Bytes in the order of the draws, for the published examples that name them.
    #[cfg(test)]
    Scripted(Arc<std::sync::Mutex<Vec<u8>>>),
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

    /// Hands out these bytes, one after the other.
    #[cfg(test)]
    pub(crate) fn scripted(bytes: &[u8]) -> Self {
        Self(Source::Scripted(Arc::new(std::sync::Mutex::new(bytes.to_vec()))))
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
            #[cfg(test)]
            Source::Scripted(bytes) => {
                let mut bytes = bytes.lock().unwrap();
                let rest = bytes.split_off(out.len());
                out.copy_from_slice(&std::mem::replace(&mut *bytes, rest));
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
