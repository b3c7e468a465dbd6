//! A client's TLS certificate, RFC 8705: who the client is, to the one provider it belongs to.
//!
//! It travels with each request that it is for, so that no driver can show it to anybody else.

use crate::crypto;
use crate::error::{Error, ErrorCode, Result};
use crate::jose::{Key, base64url};
use crate::secret::SecretBytes;
use base64::prelude::{BASE64_STANDARD, Engine as _};
use std::fmt;

/// Longest accepted chain of certificates, characters of PEM.
const MAX_CHAIN: usize = 64 * 1024;
const MAX_CERTIFICATES: usize = 10;

/// A certificate with its private key and whatever chain belongs to it. Prints neither.
pub struct ClientCertificate {
    chain: Vec<Vec<u8>>,
    key: SecretBytes,
    identity: [u8; 32],
    thumbprint: String,
}

impl ClientCertificate {
    /// Reads the certificate, followed by the chain of its issuers if there is one, and its private key, all PEM.
    ///
    /// # Errors
    /// `config.client_certificate` if a text is malformed, the key is encrypted or of a kind that the library does not
    /// have, or the two do not belong together.
    pub fn from_pem(certificate: &str, key: &str) -> Result<Self> {
        let refuse = |detail| Error::with(ErrorCode::ConfigClientCertificate, detail);
        let chain = certificates(certificate).ok_or_else(|| refuse("certificate: not PEM certificates"))?;
        let leaf = chain.first().ok_or_else(|| refuse("certificate: no certificate"))?;
        let public = Key::public_from_der(leaf).map_err(|_| refuse("certificate: its key is not usable"))?;
        let private = Key::private_from_pem(key).map_err(|_| refuse("key: not a usable private key"))?;
        if private.public_der()? != public.public_der()? {
            return Err(refuse("the key is not the certificate's"));
        }
        let key = private.private_der()?;
        let digest = crypto::sha256(leaf);
        let mut everything = Vec::new();
        for part in chain.iter().map(Vec::as_slice).chain([key.expose()]) {
            everything.extend_from_slice(&crypto::sha256(part));
        }
        let identity = crypto::sha256(&everything);
        Ok(Self { chain, key, identity, thumbprint: base64url::encode(&digest) })
    }

    /// The certificate and its chain, DER, the client's own first.
    #[must_use]
    pub fn chain(&self) -> &[Vec<u8>] {
        &self.chain
    }

    /// The private key, PKCS#8.
    #[must_use]
    pub fn private_key(&self) -> &SecretBytes {
        &self.key
    }

    /// The thumbprint that a token bound to this certificate has as `cnf` member `x5t#S256`, RFC 8705 section 3.1.
    #[must_use]
    pub fn thumbprint(&self) -> &str {
        &self.thumbprint
    }

    /// Whether both are the same certificates with the same key, so that connections may be shared.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        self.identity == other.identity
    }
}

impl fmt::Debug for ClientCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ClientCertificate({})", self.thumbprint)
    }
}

/// The DER of each block; nothing but certificates may stand there, least of all a key.
fn certificates(pem: &str) -> Option<Vec<Vec<u8>>> {
    const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
    const END: &str = "-----END CERTIFICATE-----";
    if pem.len() > MAX_CHAIN {
        return None;
    }
    let mut found = Vec::new();
    let mut rest = pem.trim();
    while !rest.is_empty() {
        let (body, after) = rest.strip_prefix(BEGIN)?.split_once(END)?;
        let body: String = body.chars().filter(|c| !c.is_ascii_whitespace()).collect();
        found.push(BASE64_STANDARD.decode(body).ok().filter(|der| !der.is_empty())?);
        rest = after.trim_start();
    }
    (found.len() <= MAX_CERTIFICATES).then_some(found)
}
