//! A provider file in CiviCRM's format: read as it lies in a site's folder, without any change to it.
//!
//! `options` holds endpoints, scopes and the like under CiviCRM's names. Members that are spelled as those of RFC 8414
//! (`issuer`, `jwks_uri`, `revocation_endpoint` ..) say what that format has no name for; they may come from an overlay, as a
//! client's own options lie over those of its provider in CiviCRM. What is not known here is left out: CiviCRM's
//! extensions add members of their own.

use super::definition::{Definition, ScopeSeparator, Template};
use super::options::ServiceOptions;
use super::quirk::{Quirk, Quirks};
use super::template::Mode;
use crate::error::{Error, ErrorCode, Result};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// What CiviCRM writes where the ID token says who the resource owner is.
const USE_ID_TOKEN: &str = "{{use_id_token}}";
/// What CiviCRM writes for the address of its bridge.
const BRIDGE: &str = "{civi_connect_url}";

/// The endpoints under the names of league/oauth2-client.
const ENDPOINTS: [(&str, &str); 3] = [
    ("urlAuthorize", "authorization_endpoint"),
    ("urlAccessToken", "token_endpoint"),
    ("urlResourceOwnerDetails", "userinfo_endpoint"),
];

/// Members of `options` that are spelled like metadata and are none.
const OURS: [&str; 8] = [
    "quirks",
    "parameters",
    "default_lifetime",
    "user_id_property",
    "tenant",
    "tenant_ids",
    "prompt",
    "scopes",
];

/// A provider on its way from a file to a service.
pub(super) struct Draft<'o> {
    pub(super) options: &'o ServiceOptions,
    /// Metadata members, RFC 8414.
    pub(super) members: Map<String, Value>,
    pub(super) definition: Definition,
    /// What placeholders stand for where the caller does not say.
    pub(super) defaults: Map<String, Value>,
}

fn refused(what: &'static str) -> Error {
    Error::with(ErrorCode::ConfigProviderFile, what)
}

/// A member that must be text where it is there; `null` counts as absent, as in PHP.
fn text<'v>(members: &'v Map<String, Value>, name: &'static str) -> Result<Option<&'v str>> {
    match members.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(refused(name)),
    }
}

fn texts(members: &Map<String, Value>, name: &'static str) -> Result<Option<Vec<String>>> {
    let each = |value: &Value| value.as_str().map(str::to_owned).ok_or_else(|| refused(name));
    match members.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(one)) => Ok(Some(vec![one.clone()])),
        Some(Value::Array(items)) => items.iter().map(each).collect::<Result<_>>().map(Some),
        Some(_) => Err(refused(name)),
    }
}

/// Reads a provider file.
///
/// # Errors
/// `config.provider_file` for a member of the wrong type, an unknown placeholder or separator; `config.tenant`,
/// `config.quirk`, and `config.invalid` for a value that the file needs and nobody gives.
pub(super) fn read<'o>(mut file: Map<String, Value>, options: &'o ServiceOptions) -> Result<Draft<'o>> {
    let Some(Value::Object(mut civi)) = file.remove("options") else { return Err(refused("options")) };
    civi.extend(options.overlay.clone());
    let owned = |name| text(&file, name).map(|found| found.map(str::to_owned));
    let defaults = match file.get("defaults") {
        Some(Value::Object(values)) => values.clone(),
        _ => Map::new(),
    };
    let definition = Definition {
        name: owned("name")?,
        title: owned("title")?,
        class: owned("class")?,
        tags: texts(&file, "tags")?.unwrap_or_default(),
        templates: templates(&file)?,
        // What league/oauth2-client does where nothing is said.
        scope_separator: ScopeSeparator::Comma,
        ..Definition::default()
    };
    let mut draft = Draft { options, members: Map::new(), definition, defaults };
    // As league/oauth2-client authenticates; a file may say otherwise.
    draft.members.insert("token_endpoint_auth_methods_supported".into(), vec!["client_secret_post"].into());
    draft.lay_over(&civi)?;
    Ok(draft)
}

fn templates(file: &Map<String, Value>) -> Result<BTreeMap<String, Template>> {
    let mut found = BTreeMap::new();
    for (name, mode) in [("mailSettingsTemplate", Mode::Mail), ("contactTemplate", Mode::Contact)] {
        if let Some(value) = file.get(name).filter(|value| !value.is_null()) {
            found.insert(name.to_owned(), Template { mode, value: value.clone() });
        }
    }
    match file.get("templates") {
        None | Some(Value::Null) => {}
        Some(Value::Object(named)) => {
            let template = |value: &Value| Template { mode: Mode::Mail, value: value.clone() };
            found.extend(named.iter().map(|(name, value)| (name.clone(), template(value))));
        }
        // PHP writes an empty map as an empty list.
        Some(Value::Array(none)) if none.is_empty() => {}
        Some(_) => return Err(refused("templates")),
    }
    Ok(found)
}

impl Draft<'_> {
    /// Takes what a set of options says, under CiviCRM's names or those of the metadata.
    pub(super) fn lay_over(&mut self, options: &Map<String, Value>) -> Result<()> {
        self.tenant(options)?;
        for (from, to) in ENDPOINTS {
            match text(options, from)? {
                Some(USE_ID_TOKEN) if to == "userinfo_endpoint" => {
                    self.definition.use_id_token = true;
                    self.members.remove(to);
                }
                Some(address) => {
                    self.definition.use_id_token &= to != "userinfo_endpoint";
                    let address = self.filled(address)?;
                    self.members.insert(to.into(), address.into());
                }
                None => {}
            }
        }
        for (name, value) in options {
            let metadata =
                name.bytes().all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'_' | b'0'..=b'9'));
            if metadata && !OURS.contains(&name.as_str()) && !value.is_null() {
                let value = self.filled_value(value)?;
                self.members.insert(name.clone(), value);
            }
        }
        let definition = &mut self.definition;
        if let Some(scopes) = texts(options, "scopes")? {
            definition.scopes = scopes;
        }
        if let Some(separator) = text(options, "scopeSeparator")? {
            definition.scope_separator = ScopeSeparator::parse(separator)?;
        }
        for (from, to) in [("prompt", "prompt"), ("accessType", "access_type")] {
            if let Some(value) = text(options, from)? {
                definition.parameters.insert(to.into(), value.into());
            }
        }
        match options.get("parameters") {
            None | Some(Value::Null) => {}
            Some(Value::Object(parameters)) => {
                for (name, value) in parameters {
                    let value = value.as_str().ok_or_else(|| refused("parameters"))?;
                    definition.parameters.insert(name.clone(), value.into());
                }
            }
            Some(_) => return Err(refused("parameters")),
        }
        if let Some(modes) = texts(options, "responseModes")? {
            definition.response_modes = modes;
        }
        for (from, to) in [
            ("user_id_property", &mut definition.user_id_property),
            ("clientId", &mut definition.client_id),
            ("redirectUri", &mut definition.redirect_uri),
        ] {
            if let Some(value) = text(options, from)? {
                *to = Some(value.to_owned());
            }
        }
        if let Some(quirks) = texts(options, "quirks")? {
            definition.quirks = definition.quirks.and(Quirks::parse(quirks)?);
        }
        match options.get("default_lifetime") {
            None | Some(Value::Null) => {}
            Some(value) => {
                let seconds = value.as_u64().and_then(|seconds| u32::try_from(seconds).ok());
                definition.default_lifetime = Some(seconds.ok_or_else(|| refused("default_lifetime"))?);
            }
        }
        Ok(())
    }

    /// The tenant: the caller's, that of a client's options, or none.
    fn tenant(&mut self, options: &Map<String, Value>) -> Result<()> {
        if let Some(tenancy) = options.get("tenancy").filter(|value| !value.is_null()) {
            self.definition.tenancy = tenancy.as_bool().ok_or_else(|| refused("tenancy"))?;
        }
        // PHP writes an empty map as an empty list.
        if let Some(Value::Object(ids)) = options.get("tenant_ids") {
            self.defaults.insert("tenant_ids".into(), ids.clone().into());
        }
        if let Some(tenant) = text(options, "tenant")?.filter(|tenant| !tenant.is_empty()) {
            self.defaults.insert("tenant".into(), tenant.into());
        }
        let given = self.options.tenant.is_some() || self.defaults.contains_key("tenant");
        if given || self.definition.tenancy {
            self.definition.tenant = Some(self.value("tenant")?);
        }
        Ok(())
    }

    /// The tenant's own id, if the tenant is named by it or the file knows it.
    pub(super) fn tenant_id(&self) -> Option<&str> {
        let tenant = self.definition.tenant.as_deref()?;
        let known = self.defaults.get("tenant_ids").and_then(|ids| ids.get(tenant)).and_then(Value::as_str);
        known.or_else(|| is_guid(tenant).then_some(tenant))
    }

    fn value(&self, name: &str) -> Result<String> {
        self.options.value(name, self.defaults.get(name).and_then(Value::as_str))
    }

    /// A text with its placeholders replaced.
    fn filled(&self, text: &str) -> Result<String> {
        let mut out = String::with_capacity(text.len());
        let bridged;
        let mut rest = text;
        if text.contains(BRIDGE) {
            bridged = text.replace(BRIDGE, "{{base_url}}");
            rest = &bridged;
        }
        while let Some((before, after)) = rest.split_once("{{") {
            let (name, after) =
                after.split_once("}}").ok_or_else(|| refused("a placeholder without its end"))?;
            out.push_str(before);
            out.push_str(&self.value(name)?);
            rest = after;
        }
        out.push_str(rest);
        Ok(out)
    }

    fn filled_value(&self, value: &Value) -> Result<Value> {
        Ok(match value {
            Value::String(text) => self.filled(text)?.into(),
            other => other.clone(),
        })
    }

    /// What follows from the rest once everything was laid over.
    pub(super) fn settle(&mut self) -> Result<()> {
        if self.definition.scope_separator != ScopeSeparator::Space {
            self.definition.quirks.insert(Quirk::ScopeComma);
        }
        self.definition.quirks = self.definition.quirks.and(self.options.quirks()?);
        if let Some(seconds) = self.options.default_lifetime {
            self.definition.default_lifetime = Some(seconds);
        }
        self.definition.check()
    }
}

/// `8-4-4-4-12` hexadecimal digits.
fn is_guid(text: &str) -> bool {
    let lengths = text.split('-').map(str::len);
    lengths.eq([8, 4, 4, 4, 12]) && text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}
