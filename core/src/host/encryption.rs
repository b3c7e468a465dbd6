//! Encryption at the boundary.

use super::options;
use crate::error::{Error, ErrorCode, Result};
use crate::jose::jwe::{ContentEncryption, DecrypterOptions, EncrypterOptions, MAX_TOKEN};
use crate::jose::{Decrypted, EncryptionKey, base64url};
use crate::services::Testing;
use serde::Deserialize;
use std::sync::Arc;

/// Encrypts for one key or several.
#[derive(Clone, Debug)]
pub struct Encrypter(Arc<crate::jose::Encrypter>);

/// Decrypts with one key or several.
#[derive(Clone, Debug)]
pub struct Decrypter(pub(super) Arc<crate::jose::Decrypter>);

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct EncrypterConfig {
    encryption: Option<String>,
    typ: Option<String>,
    apu: Option<String>,
    apv: Option<String>,
    pbes2_iterations: Option<u32>,
    max_token: Option<usize>,
    testing: Option<Testing>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct DecrypterConfig {
    algorithms: Option<Vec<String>>,
    encryptions: Option<Vec<String>>,
    pbes2_max_iterations: Option<u32>,
    max_token: Option<usize>,
}

fn decoded(name: &'static str, text: Option<&str>) -> Result<Vec<u8>> {
    text.map_or(Ok(Vec::new()), base64url::decode)
        .map_err(|_| Error::with(ErrorCode::ConfigInvalid, format!("{name} is not base64url")))
}

fn names<T: std::str::FromStr<Err = Error>>(names: Option<Vec<String>>) -> Result<Option<Vec<T>>> {
    names.map(|names| names.iter().map(|name| name.parse()).collect()).transpose()
}

impl Encrypter {
    /// Builds an encrypter from `{"encryption"?, "typ"?, "apu"?, "apv"?, "pbes2_iterations"?, "max_token"?}`; `apu`
    /// and `apv` are base64url, and `encryption` is `A256GCM` unless a key is bound to another one.
    ///
    /// # Errors
    /// `config.*` and `key.*`.
    pub fn new(keys: Vec<EncryptionKey>, config_json: &str) -> Result<Self> {
        let config: EncrypterConfig = options("encrypter", config_json)?;
        let encryption = match config.encryption {
            Some(name) => name.parse()?,
            None => keys.iter().find_map(EncryptionKey::encryption).unwrap_or(ContentEncryption::A256GCM),
        };
        let options = EncrypterOptions {
            typ: config.typ,
            parties: (decoded("apu", config.apu.as_deref())?, decoded("apv", config.apv.as_deref())?),
            pbes2_iterations: config.pbes2_iterations,
            max_token: config.max_token.unwrap_or(MAX_TOKEN),
            random: Testing::random(config.testing.as_ref())?,
        };
        crate::jose::Encrypter::new(keys, encryption, options).map(|encrypter| Self(Arc::new(encrypter)))
    }

    /// See [`crate::jose::Encrypter::encrypt`].
    ///
    /// # Errors
    /// As there.
    pub fn encrypt(&self, plaintext: &[u8], content_type: Option<&str>) -> Result<String> {
        self.0.encrypt(plaintext, content_type)
    }

    /// See [`crate::jose::Encrypter::encrypt_json`].
    ///
    /// # Errors
    /// As there.
    pub fn encrypt_json(
        &self,
        plaintext: &[u8],
        content_type: Option<&str>,
        aad: Option<&[u8]>,
    ) -> Result<String> {
        self.0.encrypt_json(plaintext, content_type, aad)
    }
}

impl Decrypter {
    /// Builds a decrypter from `{"algorithms"?, "encryptions"?, "pbes2_max_iterations"?, "max_token"?}`.
    ///
    /// # Errors
    /// `config.*` and `key.*`.
    pub fn new(keys: Vec<EncryptionKey>, config_json: &str) -> Result<Self> {
        let config: DecrypterConfig = options("decrypter", config_json)?;
        let options = DecrypterOptions {
            algorithms: names(config.algorithms)?,
            encryptions: names(config.encryptions)?,
            max_token: config.max_token.unwrap_or(MAX_TOKEN),
            pbes2_max_iterations: config.pbes2_max_iterations,
        };
        crate::jose::Decrypter::new(keys, options).map(|decrypter| Self(Arc::new(decrypter)))
    }

    /// See [`crate::jose::Decrypter::decrypt`].
    ///
    /// # Errors
    /// As there.
    pub fn decrypt(&self, token: &str) -> Result<Decrypted> {
        self.0.decrypt(token)
    }

    /// See [`crate::jose::Decrypter::decrypt_json`].
    ///
    /// # Errors
    /// As there.
    pub fn decrypt_json(&self, text: &str) -> Result<Decrypted> {
        self.0.decrypt_json(text)
    }
}
