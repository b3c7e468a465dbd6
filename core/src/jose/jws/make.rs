//! Making a JWS in its other forms.

use super::{MAX_DETACHED, MAX_HEADER, MAX_JSON, MAX_SIGNATURES, PROTECTED_ONLY, signing_input};
use crate::error::{Error, ErrorCode, Result};
use crate::jose::json::{Limits, Object};
use crate::jose::{Signer, base64url};
use serde_json::{Map, Value};

/// How a JWS in JSON carries its payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JsonForm {
    /// The payload is left out, and whoever verifies must have it (RFC 7515 appendix F). Default false.
    pub detached: bool,
    /// The payload is base64url; without it `b64` is false, protected and critical (RFC 7797). Default true.
    pub encode_payload: bool,
}

impl Default for JsonForm {
    fn default() -> Self {
        Self { detached: false, encode_payload: true }
    }
}

fn invalid(detail: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error::with(ErrorCode::ConfigInvalid, detail)
}

impl Signer {
    /// Signs a payload that is not in the JWS: a compact one whose middle part is empty (RFC 7515 appendix F). Without
    /// `encode_payload` the signature covers the payload as it is (RFC 7797).
    ///
    /// # Errors
    /// `config.invalid` if the payload is larger than 2 MiB; `internal.random`.
    pub fn sign_detached(&self, payload: &[u8], encode_payload: bool) -> Result<String> {
        if payload.len() > MAX_DETACHED {
            return Err(invalid("the detached payload is larger than 2 MiB"));
        }
        let mut jws = self.protected(encode_payload);
        let signature = self.signature(&signing_input(&jws, payload, encode_payload))?;
        jws.push_str("..");
        base64url::encode_into(&signature, &mut jws);
        Ok(jws)
    }

    /// Signs a payload as flattened JSON (RFC 7515 section 7.2.2). `unprotected` is the JSON object of an unprotected
    /// header, which the signature does not cover.
    ///
    /// # Errors
    /// `config.invalid` if the unprotected header is no strict JSON object, has `alg`, `crit` or `b64` or a member that
    /// is protected; if a payload that is neither detached nor encoded is not UTF-8; if the JWS would be larger than
    /// a verifier takes; `internal.random`.
    pub fn sign_json(&self, payload: &[u8], unprotected: Option<&str>, form: JsonForm) -> Result<String> {
        let mut members = payload_member(payload, form)?;
        members.extend(self.member(payload, unprotected, form)?);
        finish(&Value::Object(members))
    }

    /// The members of one signature.
    fn member(
        &self,
        payload: &[u8],
        unprotected: Option<&str>,
        form: JsonForm,
    ) -> Result<Map<String, Value>> {
        let protected = self.protected(form.encode_payload);
        let mut members = Map::new();
        if let Some(text) = unprotected {
            members.insert("header".into(), self.unprotected(text)?);
        }
        let signature = self.signature(&signing_input(&protected, payload, form.encode_payload))?;
        members.insert("protected".into(), protected.into());
        members.insert("signature".into(), base64url::encode(&signature).into());
        Ok(members)
    }

    fn unprotected(&self, text: &str) -> Result<Value> {
        let refused = || invalid("the unprotected header is not a strict JSON object of at most 4 KiB");
        let header = Object::parse(text.as_bytes(), Limits::bytes(MAX_HEADER)).map_err(|_| refused())?;
        if header.iter().any(|(name, _)| PROTECTED_ONLY.contains(&name.as_ref()) || self.protects(&name)) {
            return Err(invalid("a member of the unprotected header must be, or is, protected"));
        }
        serde_json::from_str(text).map_err(|_| refused())
    }
}

/// Signs a payload as general JSON (RFC 7515 section 7.2.1): one signature for each signer, in their order, at most ten.
/// Each comes with its unprotected header, if it has one.
///
/// # Errors
/// As [`Signer::sign_json`]; `config.invalid` without a signer or with more than ten.
pub fn sign_general_json(
    signers: &[(&Signer, Option<&str>)],
    payload: &[u8],
    form: JsonForm,
) -> Result<String> {
    if signers.is_empty() || signers.len() > MAX_SIGNATURES {
        return Err(invalid("a JWS has one to ten signers"));
    }
    let mut members = payload_member(payload, form)?;
    let signatures = signers
        .iter()
        .map(|(signer, unprotected)| signer.member(payload, *unprotected, form).map(Value::Object))
        .collect::<Result<Vec<Value>>>()?;
    members.insert("signatures".into(), Value::Array(signatures));
    finish(&Value::Object(members))
}

fn payload_member(payload: &[u8], form: JsonForm) -> Result<Map<String, Value>> {
    let mut members = Map::new();
    let text = match form {
        JsonForm { detached: true, .. } if payload.len() > MAX_DETACHED => {
            return Err(invalid("the detached payload is larger than 2 MiB"));
        }
        JsonForm { detached: true, .. } => return Ok(members),
        _ if payload.len() > MAX_JSON => return Err(too_large()),
        JsonForm { encode_payload: true, .. } => base64url::encode(payload),
        JsonForm { encode_payload: false, .. } => std::str::from_utf8(payload)
            .map_err(|_| invalid("a payload that is neither encoded nor detached is not UTF-8"))?
            .to_owned(),
    };
    members.insert("payload".into(), text.into());
    Ok(members)
}

fn too_large() -> Error {
    invalid("the JWS would be larger than 128 KiB")
}

fn finish(value: &Value) -> Result<String> {
    let text = value.to_string();
    if text.len() > MAX_JSON { Err(too_large()) } else { Ok(text) }
}
