//! The values of an authorization request that are more than text: resources, authorization details and the `claims` parameter.

use crate::error::{Error, ErrorCode, Result};
use serde_json::{Map, Value};
use url::Url;

/// Bytes of the JSON of `claims` or `authorization_details`.
const MAX_JSON: usize = 8 * 1024;
/// The essential claims of the ID token that are checked (OpenID Connect Core section 5.5.1.1).
#[derive(Debug, Default)]
pub(super) struct Essential {
    /// `acr` must be one of these.
    pub(super) acr: Vec<String>,
    /// `auth_time` must be there.
    pub(super) auth_time: bool,
    /// `sub` must be this.
    pub(super) subject: Option<String>,
}

/// RFC 8707 section 2: an absolute URI without a fragment.
pub(super) fn resource(uri: &str) -> Result<String> {
    let plain = uri.len() <= 2048 && uri.bytes().all(|byte| byte > 0x20 && byte < 0x7f && byte != b'\\');
    if !plain || uri.contains('#') || Url::parse(uri).is_err() {
        return Err(Error::quoted(ErrorCode::ConfigResource, "resource", uri));
    }
    Ok(uri.to_owned())
}

/// RFC 9396 section 2: objects with a `type`.
pub(super) fn detail_types(details: &[Value]) -> Result<Vec<String>> {
    let kind = |detail: &Value| {
        detail.as_object()?.get("type")?.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
    };
    let mut types: Vec<String> = details
        .iter()
        .map(|detail| kind(detail).ok_or_else(|| ErrorCode::ConfigAuthorizationDetails.into()))
        .collect::<Result<_>>()?;
    if types.is_empty() {
        return Err(ErrorCode::ConfigAuthorizationDetails.into());
    }
    types.sort();
    types.dedup();
    Ok(types)
}

/// What a URL can carry and no server refuses for its length alone.
pub(super) fn bounded(value: &Value, code: ErrorCode) -> Result<()> {
    if value.to_string().len() > MAX_JSON {
        return Err(Error::with(code, "more than 8 KiB"));
    }
    Ok(())
}

/// Reads a `claims` parameter (OpenID Connect Core section 5.5): `userinfo` and `id_token` hold claims, each `null` or an
/// object whose `essential` is a boolean and whose `values` is a list.
pub(super) fn essential(claims: &Map<String, Value>) -> Result<Essential> {
    let refuse = |detail| Error::with(ErrorCode::ConfigClaims, detail);
    let mut found = Essential::default();
    for (place, members) in claims.iter().filter(|(name, _)| matches!(name.as_str(), "userinfo" | "id_token"))
    {
        let members = members.as_object().ok_or_else(|| refuse("userinfo or id_token is no object"))?;
        for (name, wanted) in members {
            let wanted = match wanted {
                Value::Null => continue,
                Value::Object(wanted) => wanted,
                _ => return Err(refuse("a claim is neither null nor an object")),
            };
            let is_essential = match wanted.get("essential") {
                None => false,
                Some(flag) => flag.as_bool().ok_or_else(|| refuse("essential is no boolean"))?,
            };
            let mut values: Vec<&Value> = wanted.get("value").into_iter().collect();
            match wanted.get("values") {
                None => {}
                Some(Value::Array(list)) if !list.is_empty() => values.extend(list),
                Some(_) => return Err(refuse("values is no list")),
            }
            if place != "id_token" {
                continue;
            }
            let texts: Option<Vec<String>> =
                values.iter().map(|value| value.as_str().map(str::to_owned)).collect();
            match name.as_str() {
                "acr" if is_essential => {
                    found.acr = texts.filter(|list| !list.is_empty()).ok_or_else(|| refuse("acr"))?;
                }
                "auth_time" if is_essential => found.auth_time = true,
                "sub" if !values.is_empty() => {
                    let texts = texts.ok_or_else(|| refuse("sub"))?;
                    found.subject = Some(texts.into_iter().next().ok_or_else(|| refuse("sub"))?);
                }
                _ => {}
            }
        }
    }
    Ok(found)
}
