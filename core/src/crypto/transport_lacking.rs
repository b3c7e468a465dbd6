//! What `transport.rs` has, for a build on ring, which has none of it: every door says so when a key is built.

use super::scheme::unsupported;
use super::{Group, OaepHash};
use crate::error::Result;
use crate::secret::SecretBytes;

/// Whether this backend has key wrap, RSA-OAEP and agreements with a kept key.
pub(crate) const HAS_TRANSPORT: bool = false;

/// Stands for a key that this backend cannot build.
pub(crate) enum OaepPublic {}
/// Stands for a key that this backend cannot build.
pub(crate) enum OaepPrivate {}
/// Stands for a key that this backend cannot build.
pub(crate) enum AgreementKey {}

pub(crate) fn wrap_key(_: &[u8], _: &[u8]) -> Result<Vec<u8>> {
    Err(unsupported())
}

pub(crate) fn unwrap_key(_: &[u8], _: &[u8]) -> Option<SecretBytes> {
    None
}

impl OaepPublic {
    pub(crate) fn new(_: &[u8]) -> Result<Self> {
        Err(unsupported())
    }

    pub(crate) fn encrypt(&self, _: OaepHash, _: &[u8]) -> Result<Vec<u8>> {
        match *self {}
    }
}

impl OaepPrivate {
    pub(crate) fn new(_: &[u8]) -> Result<Self> {
        Err(unsupported())
    }

    pub(crate) fn decrypt(&self, _: OaepHash, _: &[u8]) -> Option<SecretBytes> {
        match *self {}
    }
}

impl AgreementKey {
    pub(crate) fn new(_: Group, _: &[u8]) -> Result<Self> {
        Err(unsupported())
    }

    pub(crate) fn public(&self) -> Result<Vec<u8>> {
        match *self {}
    }

    pub(crate) fn agree(&self, _: &[u8]) -> Option<SecretBytes> {
        match *self {}
    }
}
