//! HTTP as the flows see it: a request to carry, the rules for carrying it, and a response.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

/// The methods that OAuth uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// GET: discovery, key sets, userinfo.
    Get,
    /// POST: token, introspection and revocation endpoints.
    Post,
}

impl Method {
    /// The method's name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
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
    /// GET or POST.
    pub method: Method,
    /// An absolute URL that was checked at the door (`types::EndpointUrl`).
    pub url: String,
    /// Header fields, names in lower case.
    pub headers: Vec<(Cow<'static, str>, String)>,
    /// The body; empty for GET.
    pub body: Vec<u8>,
    /// How it may be carried.
    pub network: Arc<NetworkPolicy>,
}

impl HttpRequest {
    /// A GET that asks for JSON.
    #[must_use]
    pub fn get(url: String, network: Arc<NetworkPolicy>) -> Self {
        Self {
            method: Method::Get,
            url,
            headers: vec![(Cow::Borrowed("accept"), "application/json".into())],
            body: Vec::new(),
            network,
        }
    }

    /// Adds a header field; the name in lower case.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((Cow::Borrowed(name), value.into()));
        self
    }
}

impl fmt::Debug for HttpRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url = self.url.split('?').next().unwrap_or_default();
        write!(f, "HttpRequest({} {url}, {} bytes)", self.method.as_str(), self.body.len())
    }
}

/// A response, complete and decoded. Its `Debug` form does not show the body.
#[derive(Clone)]
pub struct HttpResponse {
    /// The status code.
    pub status: u16,
    /// Header fields; names in any case.
    pub headers: Vec<(String, String)>,
    /// The body, with any content coding removed.
    pub body: Vec<u8>,
}

impl HttpResponse {
    /// The first value of a header field.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

impl fmt::Debug for HttpResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HttpResponse({}, {} bytes)", self.status, self.body.len())
    }
}
