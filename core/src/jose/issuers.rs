//! Which issuers a policy trusts: one, a list, or a template with one place for the tenant.

use crate::error::{Error, ErrorCode, Result};
use std::borrow::Cow;

/// The placeholder of a template, as Microsoft's metadata writes it.
const PLACEHOLDER: &str = "{tenantid}";
/// Longest tenant id.
const MAX_TENANT: usize = 64;
/// Most issuers of one policy.
pub(crate) const MAX_ISSUERS: usize = 64;

/// An issuer whose tenant is named by the token's own `tid` claim:
/// `https://login.microsoftonline.com/{tenantid}/v2.0`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuerTemplate {
    text: String,
    prefix: usize,
}

impl IssuerTemplate {
    /// Whether a text has the placeholder, so that it is a template and no issuer.
    #[must_use]
    pub fn is_template(text: &str) -> bool {
        text.contains(['{', '}'])
    }

    /// Reads a template with exactly one `{tenantid}`, which is a whole segment of the path.
    ///
    /// # Errors
    /// `config.invalid` for anything else: a tenant inside a host name or beside other characters would let a tenant
    /// id change what comes before or after it.
    pub fn parse(text: &str) -> Result<Self> {
        let refused =
            || Error::with(ErrorCode::ConfigInvalid, "issuer: {tenantid} must be one whole path segment");
        let prefix = text.find(PLACEHOLDER).ok_or_else(refused)?;
        let (before, rest) = text.split_at_checked(prefix).ok_or_else(refused)?;
        let after = rest.strip_prefix(PLACEHOLDER).ok_or_else(refused)?;
        let in_path = before.split_once("://").is_some_and(|(_, rest)| rest.contains('/'));
        let whole = before.ends_with('/') && (after.is_empty() || after.starts_with('/'));
        if !in_path || !whole || Self::is_template(before) || Self::is_template(after) {
            return Err(refused());
        }
        Ok(Self { text: text.to_owned(), prefix })
    }

    fn parts(&self) -> (&str, &str) {
        let (before, rest) = self.text.split_at_checked(self.prefix).unwrap_or_default();
        (before, rest.strip_prefix(PLACEHOLDER).unwrap_or_default())
    }

    /// The issuer of one tenant.
    ///
    /// # Errors
    /// `config.invalid` if the tenant id is empty, longer than 64 characters, or has others than letters, digits and
    /// hyphens.
    pub fn issuer(&self, tenant: &str) -> Result<String> {
        if !is_tenant(tenant) {
            return Err(Error::with(ErrorCode::ConfigInvalid, "tenants: not a tenant id"));
        }
        let (before, after) = self.parts();
        Ok(format!("{before}{tenant}{after}"))
    }

    /// Whether an issuer is one of this template's.
    pub(crate) fn covers(&self, issuer: &str) -> bool {
        self.tenant(issuer).is_some()
    }

    /// The tenant that an issuer of this template belongs to.
    fn tenant<'i>(&self, issuer: &'i str) -> Option<&'i str> {
        let (before, after) = self.parts();
        let tenant = issuer.strip_prefix(before)?.strip_suffix(after)?;
        is_tenant(tenant).then_some(tenant)
    }
}

fn is_tenant(text: &str) -> bool {
    (1..=MAX_TENANT).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// The rule for `iss`.
#[derive(Clone, Debug)]
pub(super) enum IssuerRule {
    /// This one, byte for byte.
    Exact(String),
    /// One of these, byte for byte; they share their keys.
    OneOf(Vec<String>),
    /// One of this template whose tenant is the token's `tid`.
    Template(IssuerTemplate),
}

impl IssuerRule {
    /// Whether nothing in it is empty or too much.
    pub(super) fn is_sound(&self) -> bool {
        match self {
            Self::Exact(issuer) => !issuer.is_empty(),
            Self::OneOf(list) => {
                (1..=MAX_ISSUERS).contains(&list.len()) && list.iter().all(|one| !one.is_empty())
            }
            Self::Template(_) => true,
        }
    }

    pub(super) fn accepts(&self, issuer: &str, tenant: Option<&str>) -> bool {
        match self {
            Self::Exact(wanted) => wanted == issuer,
            Self::OneOf(list) => list.iter().any(|wanted| wanted == issuer),
            Self::Template(template) => tenant.is_some() && template.tenant(issuer) == tenant,
        }
    }

    /// Whether a key may sign for an issuer. Microsoft's sets name in each key the issuer that it belongs to, as a
    /// template or in full; where several issuers share a set, a key that names one serves no other.
    pub(super) fn key_serves(&self, key_issuer: Option<&str>, issuer: &str) -> bool {
        match (self, key_issuer) {
            (Self::Exact(_), _) | (_, None) => true,
            (_, Some(named)) if IssuerTemplate::is_template(named) => {
                IssuerTemplate::parse(named).is_ok_and(|template| template.tenant(issuer).is_some())
            }
            (_, Some(named)) => named == issuer,
        }
    }

    /// For the report.
    pub(super) fn describe(&self) -> Cow<'_, str> {
        match self {
            Self::Exact(issuer) => Cow::Borrowed(issuer),
            Self::OneOf(list) => Cow::Owned(list.join(" ")),
            Self::Template(template) => Cow::Borrowed(&template.text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenant_is_one_whole_path_segment() {
        for text in [
            "https://idp.example/{tenantid}/v2.0",
            "https://idp.example/{tenantid}",
            "https://idp.example/a/{tenantid}/",
        ] {
            assert!(IssuerTemplate::parse(text).is_ok(), "{text}");
        }
        for text in [
            "https://{tenantid}.example/v2.0",
            "https://{tenantid}/v2.0",
            "https://idp.example/x{tenantid}",
            "https://idp.example/{tenantid}x",
            "https://idp.example/{tenant}/",
            "https://idp.example/{tenantid}/{tenantid}",
            "https://idp.example/",
            "{tenantid}",
            "https://idp.example/{tenantid}/{",
        ] {
            assert!(IssuerTemplate::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn an_issuer_belongs_to_the_tenant_that_the_token_names() {
        let rule =
            IssuerRule::Template(IssuerTemplate::parse("https://idp.example/{tenantid}/v2.0").unwrap());
        assert!(rule.accepts("https://idp.example/a-1/v2.0", Some("a-1")));
        for (issuer, tenant) in [
            ("https://idp.example/a-1/v2.0", None),
            ("https://idp.example/a-1/v2.0", Some("a-2")),
            ("https://idp.example//v2.0", Some("")),
            ("https://idp.example/a/b/v2.0", Some("a/b")),
            ("https://idp.example/../v2.0", Some("..")),
            ("https://idp.example/{tenantid}/v2.0", Some("{tenantid}")),
            ("https://idp.example/v2.0", Some("")),
            ("https://idp.example/a-1/v2.0/", Some("a-1")),
        ] {
            assert!(!rule.accepts(issuer, tenant), "{issuer}");
        }
    }

    #[test]
    fn a_key_that_names_its_issuer_serves_no_other() {
        let rule =
            IssuerRule::OneOf(vec!["https://idp.example/a/v2.0".into(), "https://idp.example/b/v2.0".into()]);
        assert!(rule.key_serves(None, "https://idp.example/a/v2.0"));
        assert!(rule.key_serves(Some("https://idp.example/{tenantid}/v2.0"), "https://idp.example/a/v2.0"));
        assert!(rule.key_serves(Some("https://idp.example/a/v2.0"), "https://idp.example/a/v2.0"));
        assert!(!rule.key_serves(Some("https://idp.example/a/v2.0"), "https://idp.example/b/v2.0"));
        assert!(
            !rule.key_serves(Some("https://other.example/{tenantid}/v2.0"), "https://idp.example/a/v2.0")
        );
    }
}
