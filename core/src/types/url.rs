//! URLs that requests may go to, issuers and return paths.
//!
//! The threat is server-side request forgery and parser confusion: the text must already be in the
//! form that the URL parser would give it, so that no second parser can read another host out of it.

use crate::error::{Error, ErrorCode, Result};
use crate::flow::NetworkPolicy;
use std::net::IpAddr;
use std::sync::Arc;
use url::{Host, Url};

pub(super) const MAX_URL: usize = 4096;

/// The address of an endpoint: https, or http on a loopback literal. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndpointUrl(Arc<Parsed>);

/// Everything a request needs to know about its target, found out once.
#[derive(Debug, PartialEq, Eq)]
struct Parsed {
    text: String,
    url: Url,
    loopback: bool,
    literal: Option<IpAddr>,
}

impl EndpointUrl {
    /// Parses the address of an endpoint.
    ///
    /// # Errors
    /// `config.url` for another scheme, plain http beyond loopback, user information, a fragment, a
    /// host in an unusual spelling (octal, decimal or hexadecimal address, characters outside ASCII),
    /// or a private address literal without `allow_private`.
    pub fn parse(text: &str, network: &NetworkPolicy) -> Result<Self> {
        let url = parse_strict(text)?;
        let loopback = is_loopback(&url);
        match url.scheme() {
            "https" => {}
            "http" if loopback => {}
            "http" => return Err(refuse("plain http is allowed on loopback only")),
            _ => return Err(refuse("the scheme is not https")),
        }
        if !network.allow_private && !loopback && is_private_literal(&url) {
            return Err(refuse("the host is a private address"));
        }
        let literal = match url.host() {
            Some(Host::Ipv4(ip)) => Some(IpAddr::V4(ip)),
            Some(Host::Ipv6(ip)) => Some(IpAddr::V6(ip)),
            _ => None,
        };
        Ok(Self(Arc::new(Parsed { text: text.to_owned(), url, loopback, literal })))
    }

    /// The text as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0.text
    }

    /// The parsed form.
    #[must_use]
    pub fn url(&self) -> &Url {
        &self.0.url
    }

    /// Whether the host is written as a loopback literal.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        self.0.loopback
    }

    /// The host's address, if it is written as one.
    #[must_use]
    pub fn address(&self) -> Option<IpAddr> {
        self.0.literal
    }
}

/// An issuer identifier, compared byte for byte (RFC 8414 section 2, OpenID Connect Core section 2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issuer(EndpointUrl);

impl Issuer {
    /// Parses an issuer: an endpoint address without query and fragment.
    ///
    /// # Errors
    /// `config.url`.
    pub fn parse(text: &str, network: &NetworkPolicy) -> Result<Self> {
        let url = EndpointUrl::parse(text, network)?;
        if url.url().query().is_some() || text.contains('?') {
            return Err(refuse("an issuer has no query"));
        }
        Ok(Self(url))
    }

    /// The issuer's text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Whether the issuer runs on this machine, which lets its endpoints do so as well.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        self.0.is_loopback()
    }

    /// Where OpenID Connect Discovery 1.0 section 4 puts the metadata.
    #[must_use]
    pub fn openid_configuration(&self) -> String {
        format!("{}/.well-known/openid-configuration", self.as_str().trim_end_matches('/'))
    }

    /// Where RFC 8414 section 3.1 puts the metadata: the well-known part stands before the path.
    #[must_use]
    pub fn authorization_server_metadata(&self) -> String {
        let origin = self.0.url().origin().ascii_serialization();
        let path = self.0.url().path().trim_end_matches('/');
        format!("{origin}/.well-known/oauth-authorization-server{path}")
    }
}

/// Checks where to send a user after the login: a path on the same site, never another origin.
///
/// # Errors
/// `config.return_to` for anything that a browser could read as another site or as a script.
pub fn return_path(path: &str) -> Result<&str> {
    let refuse = || Error::new(ErrorCode::ConfigReturnTo);
    let mut bytes = path.bytes();
    if path.len() > 2048 || bytes.next() != Some(b'/') {
        return Err(refuse());
    }
    if path.bytes().any(|b| b <= 0x20 || b >= 0x7f || b == b'\\') {
        return Err(refuse());
    }
    // Some servers and proxies decode once more before they redirect, so what lies behind one round
    // of percent decoding must be harmless too.
    let lower = path.split(['?', '#']).next().unwrap_or_default().to_ascii_lowercase();
    let decoded = lower.replace("%2f", "/").replace("%5c", "\\").replace("%2e", ".");
    if decoded.contains("//")
        || decoded.contains('\\')
        || decoded.contains("/../")
        || decoded.ends_with("/..")
    {
        return Err(refuse());
    }
    if !lower.split('%').skip(1).all(is_harmless_escape) {
        return Err(refuse());
    }
    let base = Url::parse("https://site.invalid/").map_err(|_| refuse())?;
    match base.join(path) {
        Ok(url) if url.origin() == base.origin() => Ok(path),
        _ => Err(refuse()),
    }
}

/// Whether what follows a `%` in a path is an escape that means one thing everywhere: no control character, no second
/// `%`, and no byte that only an overlong UTF-8 form has.
fn is_harmless_escape(after: &str) -> bool {
    let digits = after.get(..2).filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()));
    let byte = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
    byte.is_some_and(|byte| byte >= 0x20 && !matches!(byte, 0x25 | 0x7f | 0xc0 | 0xc1))
}

/// Whether a host is written as loopback: `localhost`, `127.0.0.0/8` or `[::1]`.
#[must_use]
pub fn is_loopback_host(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    bare.eq_ignore_ascii_case("localhost") || bare.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

fn is_loopback(url: &Url) -> bool {
    url.host_str().is_some_and(is_loopback_host)
}

pub(super) fn is_private_literal(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => crate::flow::is_private_address(IpAddr::V4(ip)),
        Some(Host::Ipv6(ip)) => crate::flow::is_private_address(IpAddr::V6(ip)),
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            name.eq_ignore_ascii_case("localhost") || name.to_ascii_lowercase().ends_with(".localhost")
        }
        None => true,
    }
}

pub(super) fn check_characters(text: &str) -> Result<()> {
    if text.len() > MAX_URL {
        return Err(refuse("the URL is longer than 4096 bytes"));
    }
    if text.bytes().any(|b| b <= 0x20 || b >= 0x7f || matches!(b, b'\\' | b'"' | b'<' | b'>' | b'^' | b'`')) {
        return Err(refuse("the URL has spaces, control characters or characters outside ASCII"));
    }
    Ok(())
}

pub(super) fn parse_strict(text: &str) -> Result<Url> {
    check_characters(text)?;
    if text.contains('#') {
        return Err(refuse("the URL has a fragment"));
    }
    let url = Url::parse(text).map_err(|_| refuse("the URL cannot be parsed"))?;
    let Some((scheme, rest)) = text.split_once("://") else {
        return Err(refuse("the URL has no authority"));
    };
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    if !url.username().is_empty() || url.password().is_some() || authority.contains('@') {
        return Err(refuse("the URL has user information"));
    }
    if !scheme.eq_ignore_ascii_case(url.scheme()) {
        return Err(refuse("the URL's scheme is spelled unusually"));
    }
    // The parser understands 0x7f.1 and 2130706433 as addresses; refuse what it had to rewrite.
    let host = url.host_str().unwrap_or_default();
    let port_free = match authority.rsplit_once(':') {
        Some((before, port)) if port.bytes().all(|b| b.is_ascii_digit()) => before,
        _ => authority,
    };
    if host.is_empty() || !port_free.eq_ignore_ascii_case(host) || host.contains('%') {
        return Err(refuse("the URL's host is spelled unusually"));
    }
    Ok(url)
}

fn refuse(detail: &'static str) -> Error {
    Error::with(ErrorCode::ConfigUrl, detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoint(text: &str) -> Result<EndpointUrl> {
        EndpointUrl::parse(text, &NetworkPolicy::default())
    }

    #[test]
    fn endpoints_are_https_or_loopback() {
        for good in [
            "https://idp.example.com/token",
            "https://idp.example.com:8443/token?tenant=a",
            "http://127.0.0.1:9000/token",
            "http://localhost/token",
            "http://[::1]:80/token",
        ] {
            assert!(endpoint(good).is_ok(), "{good}");
        }
        for bad in [
            "http://idp.example.com/",
            "file:///etc/passwd",
            "ftp://idp.example.com/",
            "data:text/plain,hi",
            "http://localhost:80@evil.example/",
            "https://user:pw@idp.example.com/",
            "https://idp.example.com\r\n/",
            "http://2130706433/",
            "http://0x7f.1/",
            "http://017700000001/",
            "https://10.0.0.1/",
            "https://169.254.169.254/latest",
            "https://[fd00::1]/",
            "https://[::ffff:10.0.0.1]/",
            "https://idp.ex\u{0430}mple.com/",
            "https://idp.example.com/#x",
            "https:idp.example.com",
            "https://idp%2eexample.com/",
            "",
        ] {
            assert_eq!(endpoint(bad).unwrap_err().code(), ErrorCode::ConfigUrl, "{bad}");
        }
    }

    #[test]
    fn return_paths_stay_on_the_site() {
        for good in ["/", "/a/b?c=d", "/civicrm?reset=1&next=%2Fx"] {
            assert!(return_path(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "a",
            "//evil",
            "/\\evil",
            "/%2f%2fevil",
            "/%2Fevil/..",
            "javascript:alert(1)",
            "/\t/evil",
            "https://evil",
            "/a\n",
            "/%5cevil",
            "/a/../..//evil",
            "/./%2e%2e/",
            "/%252f%252fevil",
        ] {
            assert_eq!(return_path(bad).unwrap_err().code(), ErrorCode::ConfigReturnTo, "{bad}");
        }
    }

    #[test]
    fn well_known_addresses_follow_their_specifications() {
        let issuer = Issuer::parse("https://idp.example.com/tenant/1", &NetworkPolicy::default()).unwrap();
        assert_eq!(
            issuer.openid_configuration(),
            "https://idp.example.com/tenant/1/.well-known/openid-configuration"
        );
        assert_eq!(
            issuer.authorization_server_metadata(),
            "https://idp.example.com/.well-known/oauth-authorization-server/tenant/1"
        );
    }
}
