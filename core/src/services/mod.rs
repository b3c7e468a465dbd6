//! Known providers: where a provider's endpoints are, how it may be reached, its key set, and in what it is known to
//! depart from the specifications.

mod definition;
mod frappe;
mod options;
mod presets;
mod provider_file;
mod quirk;
mod template;
#[cfg(test)]
mod tests;

pub use definition::{Definition, ScopeSeparator, Template};
pub use options::{ServiceOptions, Testing};
pub use quirk::{Quirk, Quirks};
pub use template::Mode;

use crate::clock::Clock;
use crate::error::{Error, ErrorCode, Result};
use crate::flow::{Flow, NetworkPolicy};
use crate::jose::{IssuerTemplate, json};
use crate::jwks::{KeySource, Location};
use crate::metadata::{self, Metadata};
use crate::types::{EndpointUrl, Issuer};
use provider_file::Draft;
use serde_json::{Map, Value};
use std::sync::Arc;

/// A provider. Cheap to clone; clones share the key set.
#[derive(Clone, Debug)]
pub struct Service(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    document: Map<String, Value>,
    metadata: Metadata,
    definition: Definition,
    issuer_template: Option<IssuerTemplate>,
    network: Arc<NetworkPolicy>,
    keys: Option<Arc<KeySource>>,
    clock: Clock,
}

impl Service {
    /// Discovers a provider from its issuer (OpenID Connect Discovery, then RFC 8414). Overlay and quirks of the options lie
    /// over what it says.
    ///
    /// # Errors
    /// `config.url` for an unacceptable issuer, at once; the flow ends with the errors of
    /// [`metadata::fetch`].
    pub fn discover(issuer: &str, options: &ServiceOptions) -> Result<Flow<Self>> {
        let network = Arc::new(options.network.clone());
        let issuer = Issuer::parse(issuer, &network)?;
        options.quirks()?;
        let options = options.clone();
        Ok(Flow::new(|io| async move {
            let members = metadata::fetch(&io, &issuer, &network).await?;
            Self::from_document(members, &options)
        }))
    }

    /// Reads a metadata document (RFC 8414), what [`Service::to_json`] wrote, a CiviCRM provider file, or a Connected App
    /// or Social Login Key of Frappe; a member `network` has the rules for requests.
    ///
    /// # Errors
    /// As [`Service::from_json_with`].
    pub fn from_json(text: &str) -> Result<Self> {
        Self::from_json_with(text, ServiceOptions::default())
    }

    /// The same with options: the values of placeholders, an overlay, quirks.
    ///
    /// # Errors
    /// `config.invalid` for text that is not a JSON object; `config.provider_file`, `config.tenant`, `config.quirk`; the
    /// errors of [`Metadata::from_members`].
    pub fn from_json_with(text: &str, mut options: ServiceOptions) -> Result<Self> {
        let invalid = |detail| Error::with(ErrorCode::ConfigInvalid, detail);
        json::validate(text.as_bytes(), json::Limits::default())
            .map_err(|_| invalid("service: not strict JSON"))?;
        let Ok(Value::Object(mut members)) = serde_json::from_str(text) else {
            return Err(invalid("service: not a JSON object"));
        };
        let mut inner = Map::new();
        for name in ["network", "testing"] {
            if let Some(value) = members.remove(name) {
                inner.insert(name.into(), value);
            }
        }
        let inner = ServiceOptions::from_json(&Value::Object(inner).to_string())?;
        if options.network == NetworkPolicy::default() {
            options.network = inner.network;
        }
        options.testing = options.testing.or(inner.testing);
        if frappe::is_record(&members) {
            Self::settled(frappe::read(&members, &options)?)
        } else if members.get("options").is_some_and(Value::is_object) {
            Self::settled(provider_file::read(members, &options)?)
        } else {
            Self::from_document(members, &options)
        }
    }

    /// A provider that ferroauth knows; [`Service::presets`] says which there are, and what each needs.
    ///
    /// # Errors
    /// `config.invalid` for an unknown name or a value that is needed and not given; `config.url`, `config.tenant`,
    /// `config.quirk`; `metadata.endpoint`.
    pub fn preset(name: &str, options: &ServiceOptions) -> Result<Self> {
        Self::settled(provider_file::read(presets::file(name)?, options)?)
    }

    /// The presets as a JSON list: `name`, `title`, the values that each `needs`, `defaults` for those that may be given, the
    /// default `scopes`, the declared `quirks`, `tags`.
    #[must_use]
    pub fn presets() -> Value {
        presets::list()
    }

    /// A metadata document, with what was learned of the service beside it in a member `ferroauth`.
    fn from_document(mut members: Map<String, Value>, options: &ServiceOptions) -> Result<Self> {
        let definition = match members.remove("ferroauth") {
            None => Definition::default(),
            Some(known) => serde_json::from_value(known)
                .map_err(|_| Error::with(ErrorCode::ConfigInvalid, "service: ferroauth"))?,
        };
        let mut draft = Draft { options, members, definition, defaults: Map::new() };
        draft.lay_over(&options.overlay)?;
        Self::settled(draft)
    }

    fn settled(mut draft: Draft<'_>) -> Result<Self> {
        draft.settle()?;
        // Where each tenant has its own issuer, a tenant that is known by its id has just one.
        let named = draft.members.get("issuer").and_then(Value::as_str);
        if let Some(text) = named.filter(|text| IssuerTemplate::is_template(text)) {
            let template = IssuerTemplate::parse(text)?;
            Issuer::parse(&template.issuer("tenant")?, &draft.options.network)?;
            let exact = draft.tenant_id().map(|tenant| template.issuer(tenant)).transpose()?;
            draft.definition.issuer_template = exact.is_none().then(|| text.to_owned());
            draft.members.remove("issuer");
            draft.members.extend(exact.map(|issuer| ("issuer".to_owned(), issuer.into())));
        }
        let Draft { options, members: document, definition, .. } = draft;
        let issuer_template = definition.issuer_template.as_deref().map(IssuerTemplate::parse).transpose()?;
        let network = Arc::new(options.network.clone());
        let clock = Testing::clock(options.testing.as_ref());
        let metadata = Metadata::from_members(&document, &network)?;
        let keys = metadata
            .jwks_uri
            .clone()
            .map(|url| KeySource::new(Location::Url(url), network.clone(), clock.clone()))
            .map(|source| Arc::new(source.of_issuer(metadata.issuer.as_ref())));
        Ok(Self(Arc::new(Inner { document, metadata, definition, issuer_template, network, keys, clock })))
    }

    /// The metadata document with its `network` member, for [`Service::from_json`].
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut document = self.0.document.clone();
        if self.0.definition != Definition::default() {
            document.insert("ferroauth".into(), serde_json::json!(self.0.definition));
        }
        if *self.0.network != NetworkPolicy::default() {
            let network = serde_json::to_value(&*self.0.network).unwrap_or_default();
            document.insert("network".into(), network);
        }
        Value::Object(document).to_string()
    }

    /// The issuer identifier.
    #[must_use]
    pub fn issuer(&self) -> Option<&str> {
        self.0.metadata.issuer.as_ref().map(Issuer::as_str)
    }

    /// The checked metadata.
    #[must_use]
    pub fn metadata(&self) -> &Metadata {
        &self.0.metadata
    }

    /// What is known of the provider beyond its metadata.
    #[must_use]
    pub fn definition(&self) -> &Definition {
        &self.0.definition
    }

    /// The quirks that are switched on.
    #[must_use]
    pub fn quirks(&self) -> Quirks {
        self.0.definition.quirks
    }

    /// Whether PKCE is left out: with the quirk, unless the metadata says that the provider has S256 after all.
    pub(crate) fn without_pkce(&self) -> bool {
        self.quirks().has(Quirk::NoPkce) && !self.0.document.contains_key("code_challenge_methods_supported")
    }

    /// The scopes of a call, or those of the service if the call names none.
    pub(crate) fn scopes_or_default<'s>(&'s self, named: &'s [String]) -> &'s [String] {
        if named.is_empty() { &self.definition().scopes } else { named }
    }

    /// The issuers of ID tokens where each tenant has its own.
    pub(crate) fn issuer_template(&self) -> Option<&IssuerTemplate> {
        self.0.issuer_template.as_ref()
    }

    /// Whether the provider has an issuer, so that OpenID Connect's rules hold for it.
    pub(crate) fn is_openid(&self) -> bool {
        self.0.metadata.issuer.is_some() || self.0.issuer_template.is_some()
    }

    /// Fills in a template: one of the definition's by its name, or `template` itself, which is any JSON value. The placeholders
    /// choose from `context`: `token`, `client` and `provider`, which is the definition where it is left out.
    ///
    /// # Errors
    /// `config.template` for a name that the definition does not have, or a context with other members.
    pub fn render(
        &self,
        template: &Value,
        mode: Option<Mode>,
        mut context: Map<String, Value>,
    ) -> Result<Value> {
        let refused = |what| Err(Error::with(ErrorCode::ConfigTemplate, what));
        if context.keys().any(|name| !matches!(name.as_str(), "token" | "client" | "provider")) {
            return refused("the context has token, client and provider");
        }
        let definition = self.definition();
        if !context.contains_key("provider") {
            context.insert("provider".into(), serde_json::json!(definition));
        }
        match template {
            Value::String(name) => match definition.templates.get(name) {
                Some(known) => template::render(&known.value, &context, mode.unwrap_or(known.mode)),
                None => Err(Error::quoted(ErrorCode::ConfigTemplate, "unknown", name)),
            },
            Value::Object(_) | Value::Array(_) => {
                template::render(template, &context, mode.unwrap_or(Mode::Mail))
            }
            _ => refused("a template is a name, an object or a list"),
        }
    }

    /// The rules for requests to this provider.
    #[must_use]
    pub fn network(&self) -> &Arc<NetworkPolicy> {
        &self.0.network
    }

    pub(crate) fn keys(&self) -> Option<&Arc<KeySource>> {
        self.0.keys.as_ref()
    }

    pub(crate) fn clock(&self) -> &Clock {
        &self.0.clock
    }

    pub(crate) fn authorization_endpoint(&self) -> Option<&EndpointUrl> {
        self.0.metadata.authorization_endpoint.as_ref()
    }

    /// The endpoint, or the error that names what is missing.
    pub(crate) fn endpoint<'a>(
        &self,
        name: &'static str,
        endpoint: Option<&'a EndpointUrl>,
    ) -> Result<&'a EndpointUrl> {
        endpoint.ok_or_else(|| Error::with(ErrorCode::MetadataMissingEndpoint, name))
    }
}
