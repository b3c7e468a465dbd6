//! An encrypted token cut open: the compact form (RFC 7516 section 7.1) and the two JSON forms (7.2).
//!
//! Sizes are checked before anything is split or decoded, every part must be canonical base64url, and the number of
//! recipients and the additional data are bounded (threats A1 to A6, D6).

use super::header::refused;
use super::{MAX_AAD, MAX_HEADER, MAX_RECIPIENTS};
use crate::error::{Error, ErrorCode, Result};
use crate::jose::base64url;
use crate::jose::json::{Fault, Limits, Object, Value};
use std::borrow::Cow;

/// A token whose parts were decoded and of which nothing was decrypted.
pub(super) struct Message<'t> {
    /// The protected header as it was sent, encoded; empty if there is none.
    encoded_header: Cow<'t, str>,
    /// The protected header, decoded.
    pub(super) protected: Option<String>,
    /// The header that all recipients share and nobody protects, as JSON text.
    pub(super) unprotected: Option<&'t str>,
    pub(super) recipients: Vec<Recipient<'t>>,
    encoded_aad: Option<Cow<'t, str>>,
    pub(super) aad: Option<Vec<u8>>,
    pub(super) iv: Vec<u8>,
    pub(super) ciphertext: Vec<u8>,
    pub(super) tag: Vec<u8>,
}

pub(super) struct Recipient<'t> {
    /// The recipient's own header as JSON text.
    pub(super) header: Option<&'t str>,
    pub(super) encrypted_key: Vec<u8>,
}

pub(super) fn malformed(detail: &'static str) -> Error {
    refused(ErrorCode::TokenMalformed, "structure", detail)
}

fn too_large(detail: &'static str) -> Error {
    refused(ErrorCode::TokenTooLarge, "size", detail)
}

fn faulty(fault: Fault) -> Error {
    refused(fault.token_code(), "header", fault.describe())
}

/// A strict JSON object that is a part of the header.
pub(super) fn header_object(text: &str) -> Result<Object<'_>> {
    Object::parse(text.as_bytes(), Limits::bytes(MAX_HEADER)).map_err(faulty)
}

impl<'t> Message<'t> {
    /// Reads the compact serialization.
    ///
    /// # Errors
    /// `token.too_large`, `token.malformed`, `token.json`.
    pub(super) fn compact(token: &'t str, limit: usize) -> Result<Self> {
        if token.len() > limit {
            return Err(too_large("token"));
        }
        let mut parts = token.split('.');
        let mut next = || parts.next().ok_or_else(|| malformed("not five parts"));
        let (header, key, iv) = (next()?, next()?, next()?);
        let (ciphertext, tag) = (next()?, next()?);
        if parts.next().is_some() {
            return Err(malformed("not five parts"));
        }
        if header.is_empty() {
            return Err(malformed("the header is empty"));
        }
        Ok(Self {
            protected: Some(decode_header(header)?),
            encoded_header: Cow::Borrowed(header),
            unprotected: None,
            recipients: vec![Recipient { header: None, encrypted_key: decode(key)? }],
            encoded_aad: None,
            aad: None,
            iv: decode(iv)?,
            ciphertext: decode(ciphertext)?,
            tag: decode(tag)?,
        })
    }

    /// Reads the flattened or the general JSON serialization.
    ///
    /// # Errors
    /// `token.too_large`, also for more than 16 recipients or 8 KiB of additional data; `token.malformed`, also for
    /// members of both forms; `token.json`, `token.duplicate_member`, `token.too_deep`, `token.number`.
    pub(super) fn json(text: &'t str, limit: usize) -> Result<Self> {
        let object = Object::parse(text.as_bytes(), Limits::bytes(limit)).map_err(|fault| match fault {
            Fault::TooLarge => too_large("token"),
            other => refused(other.token_code(), "structure", other.describe()),
        })?;
        let part = |name: &'static str| member(&object, name);
        let encoded_header = part("protected")?;
        let protected = encoded_header.as_deref().map(decode_header).transpose()?;
        let encoded_aad = part("aad")?;
        let aad = encoded_aad.as_deref().map(decode).transpose()?;
        if aad.as_ref().is_some_and(|aad| aad.len() > MAX_AAD) {
            return Err(too_large("aad"));
        }
        let ciphertext = part("ciphertext")?.ok_or_else(|| malformed("no ciphertext"))?;
        let optional = |name| part(name)?.as_deref().map_or(Ok(Vec::new()), decode);
        Ok(Self {
            encoded_header: encoded_header.unwrap_or_default(),
            protected,
            unprotected: object_member(&object, "unprotected")?,
            recipients: recipients(&object)?,
            encoded_aad,
            aad,
            iv: optional("iv")?,
            ciphertext: decode(&ciphertext)?,
            tag: optional("tag")?,
        })
    }

    /// What the tag covers beside the ciphertext (RFC 7516 section 5.1, step 14).
    pub(super) fn associated_data(&self) -> Vec<u8> {
        associated_data(&self.encoded_header, self.encoded_aad.as_deref())
    }
}

pub(super) fn associated_data(encoded_header: &str, encoded_aad: Option<&str>) -> Vec<u8> {
    match encoded_aad {
        None => encoded_header.as_bytes().to_vec(),
        Some(aad) => [encoded_header, ".", aad].concat().into_bytes(),
    }
}

fn recipients<'t>(object: &Object<'t>) -> Result<Vec<Recipient<'t>>> {
    let Some(list) = object.get("recipients") else { return Ok(vec![recipient(object)?]) };
    if object.get("header").is_some() || object.get("encrypted_key").is_some() {
        return Err(malformed("members of the flattened and of the general form"));
    }
    let list = list.as_array().ok_or_else(|| malformed("recipients is not an array"))?;
    let mut recipients = Vec::new();
    for one in list {
        if recipients.len() == MAX_RECIPIENTS {
            return Err(too_large("more than 16 recipients"));
        }
        if !one.is_object() {
            return Err(malformed("a recipient is not an object"));
        }
        // Already read once as a part of the whole.
        let one = Object::parse(one.raw().as_bytes(), Limits::default()).map_err(faulty)?;
        recipients.push(recipient(&one)?);
    }
    if recipients.is_empty() {
        return Err(malformed("no recipient"));
    }
    Ok(recipients)
}

fn recipient<'t>(object: &Object<'t>) -> Result<Recipient<'t>> {
    let encrypted_key = member(object, "encrypted_key")?.as_deref().map_or(Ok(Vec::new()), decode)?;
    Ok(Recipient { header: object_member(object, "header")?, encrypted_key })
}

/// A text member; what would be empty must not be there (RFC 7516 section 7.2.1).
fn member<'t>(object: &Object<'t>, name: &'static str) -> Result<Option<Cow<'t, str>>> {
    let Some(value) = object.get(name) else { return Ok(None) };
    // An empty plaintext has an empty ciphertext, which must be there.
    match value.as_str().filter(|text| !text.is_empty() || name == "ciphertext") {
        Some(text) => Ok(Some(text)),
        None => Err(malformed("a member is not a text, or an empty one")),
    }
}

fn object_member<'t>(object: &Object<'t>, name: &str) -> Result<Option<&'t str>> {
    match object.get(name) {
        None => Ok(None),
        Some(value) if value.is_object() => Ok(Some(Value::raw(value))),
        Some(_) => Err(malformed("a header is not an object")),
    }
}

fn decode(text: &str) -> Result<Vec<u8>> {
    base64url::decode(text.as_bytes()).map_err(|_| malformed("a part is not canonical base64url"))
}

fn decode_header(text: &str) -> Result<String> {
    if base64url::decoded_len(text.len()) > MAX_HEADER {
        return Err(too_large("header"));
    }
    String::from_utf8(decode(text)?).map_err(|_| faulty(Fault::Syntax))
}
