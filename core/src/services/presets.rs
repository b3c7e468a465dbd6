//! The providers that ferroauth knows: one provider file each, in CiviCRM's format, compiled in.

use crate::error::{Error, ErrorCode, Result};
use serde_json::{Map, Value, json};

macro_rules! presets {
    ($($name:literal)*) => {
        /// Name and file, in the order of the names.
        const PRESETS: &[(&str, &str)] = &[$(($name, include_str!(concat!("presets/", $name, ".json"))),)*];
    };
}

presets! {
    "apple" "auth0" "civi_connect" "drupal_simple_oauth" "exchange_online" "facebook" "farmos" "frappe" "github" "gitlab" "gmail"
    "google" "keycloak" "linkedin" "microsoft" "oidc" "okta" "salesforce" "slack"
}

/// The values that a file may have placeholders for.
const PLACEHOLDERS: [&str; 4] = ["base_url", "domain", "realm", "tenant"];

/// The file of a preset, its name filled in.
pub(super) fn file(name: &str) -> Result<Map<String, Value>> {
    let (name, text) = PRESETS
        .iter()
        .find(|(known, _)| *known == name)
        .ok_or_else(|| Error::quoted(ErrorCode::ConfigInvalid, "unknown preset", name))?;
    let mut file: Map<String, Value> =
        serde_json::from_str(text).map_err(|_| Error::with(ErrorCode::InternalPanic, "a preset"))?;
    file.insert("name".into(), (*name).into());
    Ok(file)
}

/// What there is: `[{"name", "title", "needs": [..], "defaults": {..}, "scopes": [..], "quirks": [..], "tags": [..]}]`.
/// `needs` are the values that must be given, `defaults` those that may be; `overlay` among them stands for the endpoints.
pub(super) fn list() -> Value {
    let entry = |(name, text): &(&str, &str)| {
        let file = file(name).unwrap_or_default();
        let mut defaults = match file.get("defaults") {
            Some(Value::Object(values)) => values.clone(),
            _ => Map::new(),
        };
        let mentions = |value: &str| text.contains(&format!("{{{{{value}}}}}"));
        if mentions("tenant") && defaults.get("tenant").is_none() {
            defaults.insert("tenant".into(), "common".into());
        }
        let mut needs: Vec<&str> = PLACEHOLDERS
            .into_iter()
            .filter(|value| mentions(value) && defaults.get(*value).is_none())
            .collect();
        let options = file.get("options").cloned().unwrap_or_default();
        if options.get("urlAccessToken").is_none() {
            needs.push("overlay");
        }
        let of = |members: &Value, name: &str| members.get(name).cloned().unwrap_or_else(|| json!([]));
        json!({
            "name": name,
            "title": file.get("title"),
            "needs": needs,
            "defaults": defaults,
            "scopes": of(&options, "scopes"),
            "quirks": of(&options, "quirks"),
            "tags": file.get("tags").cloned().unwrap_or_else(|| json!([])),
        })
    };
    PRESETS.iter().map(entry).collect()
}
