//! HTTP as the flows see it: a request to carry, the rules for carrying it, and a response.

use super::ClientCertificate;
use crate::error::{Error, ErrorCode, Result};
use crate::types::EndpointUrl;
use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;

/// The methods that OAuth uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// GET: discovery, key sets, userinfo.
    Get,
    /// POST: token, introspection and revocation endpoints, registration.
    Post,
    /// PUT: the update of a registration.
    Put,
    /// DELETE: the end of a registration.
    Delete,
}

impl Method {
    /// The method's name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
        }
    }
}

/// How requests may be carried. The defaults are the safe ones.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NetworkPolicy {
    /// Allow hosts that are, or resolve to, private, link-local or loopback addresses. A host that is
    /// written as a loopback literal (`127.0.0.1`, `[::1]`, `localhost`) is always allowed.
    pub allow_private: bool,
    /// Milliseconds for resolving, connecting and the TLS handshake.
    pub connect_timeout_ms: u32,
    /// Milliseconds for the whole exchange, connecting included.
    pub timeout_ms: u32,
    /// Bytes of a reply's body, after decoding.
    pub max_body: usize,
    /// Use `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY` of the environment.
    pub proxy_from_environment: bool,
    /// PEM certificates of further authorities to trust, for a private or test provider.
    pub extra_roots_pem: Option<String>,
}

impl Default for NetworkPolicy {
    fn default() -> Self {
        Self {
            allow_private: false,
            connect_timeout_ms: 3_000,
            timeout_ms: 10_000,
            max_body: 512 * 1024,
            proxy_from_environment: false,
            extra_roots_pem: None,
        }
    }
}

/// A request to carry. Its `Debug` form shows neither credentials nor body.
#[derive(Clone)]
pub struct HttpRequest {
    /// How the server is asked.
    pub method: Method,
    /// Where to send it.
    pub url: EndpointUrl,
    /// Header fields.
    pub headers: HeaderMap,
    /// The body; empty for GET.
    pub body: Vec<u8>,
    /// How it may be carried.
    pub network: Arc<NetworkPolicy>,
    /// The certificate that the client shows to the server if it asks for one.
    pub certificate: Option<Arc<ClientCertificate>>,
}

impl HttpRequest {
    /// A GET that asks for JSON.
    #[must_use]
    pub fn get(url: EndpointUrl, network: Arc<NetworkPolicy>) -> Self {
        let mut headers = HeaderMap::with_capacity(2);
        headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
        Self { method: Method::Get, url, headers, body: Vec::new(), network, certificate: None }
    }

    /// The header fields as text, names in lower case.
    pub fn header_fields(&self) -> impl Iterator<Item = (&str, &str)> {
        // What flows put into a header is visible ASCII, so nothing is left out here.
        self.headers.iter().filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)))
    }
}

/// An `Authorization` field's value, which is never logged.
///
/// # Errors
/// `config.control_character` for what a header field cannot carry.
pub(crate) fn authorization(value: String) -> Result<HeaderValue> {
    let mut value =
        HeaderValue::try_from(value).map_err(|_| Error::new(ErrorCode::ConfigControlCharacter))?;
    value.set_sensitive(true);
    Ok(value)
}

impl fmt::Debug for HttpRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url = self.url.as_str().split('?').next().unwrap_or_default();
        write!(f, "HttpRequest({} {url}, {} bytes)", self.method.as_str(), self.body.len())
    }
}

/// A response, complete and decoded. Its `Debug` form does not show the body.
#[derive(Clone)]
pub struct HttpResponse {
    /// The status code.
    pub status: u16,
    /// Header fields.
    pub headers: HeaderMap,
    /// The body, with any content coding removed.
    pub body: Vec<u8>,
}

impl HttpResponse {
    /// A response from the parts that a host's own HTTP client has. Header names may be in any case;
    /// a field that is none (RFC 9110 section 5) is left out.
    pub fn from_parts<N, V>(status: u16, fields: impl IntoIterator<Item = (N, V)>, body: Vec<u8>) -> Self
    where
        N: AsRef<[u8]>,
        V: AsRef<[u8]>,
    {
        let field = |(name, value): (N, V)| {
            let name = HeaderName::from_bytes(name.as_ref()).ok()?;
            Some((name, HeaderValue::from_bytes(value.as_ref()).ok()?))
        };
        let mut headers = HeaderMap::new();
        for (name, value) in fields.into_iter().filter_map(field) {
            headers.append(name, value);
        }
        Self { status, headers, body }
    }

    /// The first value of a header field, if it is text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| std::str::from_utf8(value.as_bytes()).ok())
    }
}

impl fmt::Debug for HttpResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HttpResponse({}, {} bytes)", self.status, self.body.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_credential_cannot_end_its_header_field_and_is_not_shown() {
        let refused = authorization("Bearer a\r\nx: canary".into()).unwrap_err();
        assert_eq!(refused.code(), ErrorCode::ConfigControlCharacter);
        assert!(!refused.to_string().contains("canary"));
        assert!(!format!("{:?}", authorization("Bearer canary".into()).unwrap()).contains("canary"));
    }

    #[test]
    fn what_is_no_header_field_is_left_out_of_a_hosts_response() {
        let fields = [("Content-Type", "application/json"), ("no name", "x"), ("x-y", "a\r\nb"), ("", "z")];
        let response = HttpResponse::from_parts(200, fields, Vec::new());
        assert_eq!((response.headers.len(), response.header("content-type")), (1, Some("application/json")));
    }
}
