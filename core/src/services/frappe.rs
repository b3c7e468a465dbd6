//! Frappe's records: what a site exported of a Connected App or a Social Login Key, read as it is.
//!
//! Of the client that such a record names, identifier and redirect URI are kept; its secret is not even read.

use super::definition::Definition;
use super::options::ServiceOptions;
use super::provider_file::Draft;
use super::quirk::Quirk;
use crate::error::{Error, ErrorCode, Result};
use serde_json::{Map, Value};
use url::form_urlencoded;

/// The endpoints of a Connected App.
const ENDPOINTS: [(&str, &str); 5] = [
    ("authorization_uri", "authorization_endpoint"),
    ("token_uri", "token_endpoint"),
    ("revocation_uri", "revocation_endpoint"),
    ("userinfo_uri", "userinfo_endpoint"),
    ("introspection_uri", "introspection_endpoint"),
];

fn refused(what: &'static str) -> Error {
    Error::with(ErrorCode::ConfigProviderFile, what)
}

/// A field with something in it; Frappe exports an empty one as `null` or as the empty text.
fn text<'r>(record: &'r Map<String, Value>, name: &'static str) -> Result<Option<&'r str>> {
    match record.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.trim()).filter(|text| !text.is_empty())),
        Some(_) => Err(refused(name)),
    }
}

/// The rows of a child table.
fn rows<'r>(record: &'r Map<String, Value>, name: &'static str) -> Result<&'r [Value]> {
    match record.get(name) {
        None | Some(Value::Null) => Ok(&[]),
        Some(Value::Array(rows)) => Ok(rows),
        Some(_) => Err(refused(name)),
    }
}

fn cell<'r>(row: &'r Value, name: &'static str) -> Result<&'r str> {
    row.get(name).and_then(Value::as_str).ok_or_else(|| refused(name))
}

/// Whether the members are a record of one of the two kinds.
pub(super) fn is_record(members: &Map<String, Value>) -> bool {
    matches!(members.get("doctype").and_then(Value::as_str), Some("Connected App" | "Social Login Key"))
}

/// Reads a record.
///
/// # Errors
/// `config.provider_file` for a field of the wrong type or parameters that cannot be used.
pub(super) fn read<'o>(record: &Map<String, Value>, options: &'o ServiceOptions) -> Result<Draft<'o>> {
    let definition =
        Definition { client_id: text(record, "client_id")?.map(str::to_owned), ..Definition::default() };
    let mut draft = Draft { options, members: Map::new(), definition, defaults: Map::new() };
    // Both of Frappe's own clients send the credentials in the body.
    draft.members.insert("token_endpoint_auth_methods_supported".into(), vec!["client_secret_post"].into());
    if record.get("doctype").and_then(Value::as_str) == Some("Connected App") {
        connected_app(record, &mut draft)?;
    } else {
        social_login_key(record, &mut draft)?;
    }
    draft.lay_over(&options.overlay)?;
    Ok(draft)
}

fn connected_app(record: &Map<String, Value>, draft: &mut Draft<'_>) -> Result<()> {
    for (field, member) in ENDPOINTS {
        if let Some(address) = text(record, field)? {
            draft.members.insert(member.into(), address.into());
        }
    }
    let definition = &mut draft.definition;
    definition.name = text(record, "name")?.map(str::to_owned);
    definition.title = text(record, "provider_name")?.map(str::to_owned);
    definition.redirect_uri = text(record, "redirect_uri")?.map(str::to_owned);
    definition.openid_configuration = text(record, "openid_configuration")?.map(str::to_owned);
    // Frappe's Token Cache takes either word and uses the token in the same way.
    definition.quirks.insert(Quirk::TokenTypeMac);
    let scopes = rows(record, "scopes")?.iter().map(|row| cell(row, "scope").map(str::to_owned));
    definition.scopes = scopes.collect::<Result<_>>()?;
    for row in rows(record, "query_parameters")? {
        parameter(definition, cell(row, "key")?, cell(row, "value")?)?;
    }
    Ok(())
}

fn social_login_key(record: &Map<String, Value>, draft: &mut Draft<'_>) -> Result<()> {
    let base = match (&draft.options.base_url, text(record, "base_url")?) {
        (Some(given), _) => Some(given.as_str()),
        (None, recorded) => recorded,
    };
    // A switch is 0 or 1 in Frappe's JSON.
    let custom = matches!(record.get("custom_base_url"), Some(Value::Bool(true)))
        || record.get("custom_base_url").and_then(Value::as_u64) == Some(1);
    let absolute = |address: &str| -> Result<String> {
        if address.starts_with("//") {
            return Err(refused("a URL without its scheme"));
        }
        match (address.starts_with('/'), base) {
            (true, Some(base)) if custom => Ok(format!("{}{address}", base.trim_end_matches('/'))),
            (true, _) => Err(refused("a relative URL without a custom_base_url")),
            (false, _) => Ok(address.to_owned()),
        }
    };
    for (field, member) in
        [("authorize_url", "authorization_endpoint"), ("access_token_url", "token_endpoint")]
    {
        if let Some(address) = text(record, field)? {
            draft.members.insert(member.into(), absolute(address)?.into());
        }
    }
    if let Some(address) = text(record, "api_endpoint")? {
        let address = with_query(absolute(address)?, &json_field(record, "api_endpoint_args")?)?;
        draft.members.insert("userinfo_endpoint".into(), address.into());
    }
    let definition = &mut draft.definition;
    definition.name = text(record, "name")?.map(str::to_owned);
    definition.title = text(record, "provider_name")?.map(str::to_owned);
    definition.redirect_uri = text(record, "redirect_url")?.map(str::to_owned);
    definition.user_id_property = text(record, "user_id_property")?.map(str::to_owned);
    for (name, value) in json_field(record, "auth_url_data")? {
        parameter(definition, &name, value.as_str().ok_or_else(|| refused("auth_url_data"))?)?;
    }
    Ok(())
}

/// A parameter of the authorization request that the record adds.
fn parameter(definition: &mut Definition, name: &str, value: &str) -> Result<()> {
    match name {
        // What every request of ours is anyway.
        "response_type" if value == "code" => {}
        "scope" => {
            definition.scopes =
                value.split([' ', ',']).filter(|s| !s.is_empty()).map(str::to_owned).collect();
        }
        "response_type" => return Err(refused("response_type is not code")),
        _ => drop(definition.parameters.insert(name.to_owned(), value.to_owned())),
    }
    Ok(())
}

/// A field that holds a JSON object, as text or parsed.
fn json_field(record: &Map<String, Value>, name: &'static str) -> Result<Map<String, Value>> {
    match record.get(name) {
        None | Some(Value::Null) => Ok(Map::new()),
        Some(Value::Object(members)) => Ok(members.clone()),
        Some(Value::String(text)) if text.trim().is_empty() => Ok(Map::new()),
        Some(Value::String(text)) => serde_json::from_str(text).map_err(|_| refused(name)),
        Some(_) => Err(refused(name)),
    }
}

fn with_query(address: String, arguments: &Map<String, Value>) -> Result<String> {
    if arguments.is_empty() {
        return Ok(address);
    }
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in arguments {
        query.append_pair(name, value.as_str().ok_or_else(|| refused("api_endpoint_args"))?);
    }
    let joint = if address.contains('?') { '&' } else { '?' };
    Ok(format!("{address}{joint}{}", query.finish()))
}
