//! Redirect URIs: which are acceptable, and why.
//!
//! The authorization response, and with it the code, goes wherever this URI points. So there is one reading of it:
//! what a browser, a server or another parser would rewrite is refused, and whether a host is this machine is decided
//! by the whole host and never by a part of the text (threats E1 and F9).

use super::url::{MAX_URL, is_loopback_host, is_private_literal, parse_strict};
use crate::error::{Error, ErrorCode, Result};
use url::{Host, Url};

/// A redirect URI, kept byte for byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RedirectUri(String);

impl RedirectUri {
    /// Parses a redirect URI: https, http on loopback, or a private-use scheme that is a reversed domain name (RFC 8252
    /// section 7.1). [`RedirectUri::classify`] says more about one that is refused.
    ///
    /// # Errors
    /// `config.url`.
    pub fn parse(text: &str) -> Result<Self> {
        let class = Self::classify(text);
        match class.reasons.iter().find(|reason| reason.refuses()) {
            Some(reason) => Err(Error::with(ErrorCode::ConfigUrl, reason.words())),
            None => Ok(Self(text.to_owned())),
        }
    }

    /// Tells what kind of redirect URI a text is, and why it is refused or needs a second look. Nothing is resolved.
    ///
    /// ```
    /// use ferroauth::types::{RedirectKind, RedirectUri};
    /// assert_eq!(RedirectUri::classify("http://127.0.0.1:3000/cb").kind, RedirectKind::Loopback);
    /// assert_eq!(RedirectUri::classify("http://localhost.evil.example/cb").kind, RedirectKind::Refused);
    /// ```
    #[must_use]
    pub fn classify(text: &str) -> RedirectClass {
        let mut class = RedirectClass {
            kind: RedirectKind::Refused,
            scheme: None,
            host: None,
            port: None,
            reasons: Vec::new(),
            civi_warning: civi_warning(text),
        };
        let kind = class.read(text);
        if !class.reasons.iter().any(|reason| reason.refuses()) {
            class.kind = kind;
        }
        class
    }

    /// The text as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Where a redirect URI points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RedirectKind {
    /// A web site.
    Https,
    /// This machine: `localhost`, `127.0.0.0/8` or `[::1]` (RFC 8252 section 7.3).
    Loopback,
    /// A site that only a private network reaches, over https.
    PrivateNetwork,
    /// An application, by a private-use scheme (RFC 8252 section 7.1).
    CustomScheme,
    /// Nowhere: it is not acceptable.
    Refused,
}

impl RedirectKind {
    /// The name that all hosts use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Https => "https",
            Self::Loopback => "loopback",
            Self::PrivateNetwork => "private_network",
            Self::CustomScheme => "custom_scheme",
            Self::Refused => "refused",
        }
    }
}

/// What there is to say about a redirect URI.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RedirectClass {
    /// Where it points.
    pub kind: RedirectKind,
    /// The scheme in lower case.
    pub scheme: Option<String>,
    /// The host in lower case.
    pub host: Option<String>,
    /// The port that is written down.
    pub port: Option<u16>,
    /// Why it is refused, and what else is worth a look.
    pub reasons: Vec<RedirectReason>,
    /// Whether CiviCRM shows its warning about this URL; see [`civi_warning`].
    pub civi_warning: bool,
}

macro_rules! reasons {
    ($($variant:ident $code:literal $refuses:literal $words:literal;)*) => {
        /// A remark about a redirect URI.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        #[allow(rustdoc::broken_intra_doc_links, reason = "sentences for people, with addresses in brackets")]
        pub enum RedirectReason {
            $(#[doc = $words] $variant,)*
        }

        impl RedirectReason {
            /// A stable name.
            #[must_use]
            pub const fn code(self) -> &'static str { match self { $(Self::$variant => $code,)* } }

            /// One sentence for people.
            #[must_use]
            pub const fn words(self) -> &'static str { match self { $(Self::$variant => $words,)* } }

            /// Whether it makes the URI unacceptable; the others are advice.
            #[must_use]
            pub const fn refuses(self) -> bool { match self { $(Self::$variant => $refuses,)* } }
        }
    };
}

reasons! {
    TooLong "too_long" true "the URL is longer than 4096 bytes";
    Characters "characters" true "the URL has spaces, control characters or characters outside ASCII";
    NotAbsolute "not_absolute" true "the redirect URI is not an absolute URI";
    Scheme "scheme" true "the scheme is not https, http on loopback, or a reversed domain name";
    PlainHttp "plain_http" true "a plain http redirect URI is allowed on loopback only";
    Fragment "fragment" true "a redirect URI has no fragment";
    UserInformation "user_information" true "the URL has user information";
    HostSpelling "host_spelling" true "the host is spelled in a way that parsers read differently";
    Port "port" true "the port is empty or zero";
    DotSegments "dot_segments" true "the path has dot segments, which browsers resolve";
    LocalhostName "localhost_name" false "localhost is a name that can be resolved elsewhere; 127.0.0.1 and [::1] are not (RFC 8252 section 8.3)";
    PrivateNetwork "private_network" false "only a private network reaches the host";
    Punycode "punycode" false "the host is an internationalised name in its ASCII form, which may look like another name";
    UpperCase "upper_case" false "scheme or host has upper-case letters; authorization servers compare byte for byte";
    DefaultPort "default_port" false "the port is the scheme's own; authorization servers compare byte for byte";
    SchemeAuthority "scheme_authority" false "a private-use scheme has no authority: one slash follows the colon (RFC 8252 section 7.1)";
}

impl RedirectClass {
    /// Whether a client takes it as its redirect URI.
    #[must_use]
    pub fn accepted(&self) -> bool {
        self.kind != RedirectKind::Refused
    }

    fn note(&mut self, applies: bool, reason: RedirectReason) {
        if applies && !self.reasons.contains(&reason) {
            self.reasons.push(reason);
        }
    }

    /// Notes every reason and returns the kind that it is without those that refuse it.
    fn read(&mut self, text: &str) -> RedirectKind {
        use RedirectReason as Why;
        if text.len() > MAX_URL {
            self.reasons.push(Why::TooLong);
            return RedirectKind::Refused;
        }
        if super::url::check_characters(text).is_err() {
            self.reasons.push(Why::Characters);
            return RedirectKind::Refused;
        }
        let Ok(url) = Url::parse(text) else {
            self.reasons.push(Why::NotAbsolute);
            return RedirectKind::Refused;
        };
        self.scheme = Some(url.scheme().to_owned());
        self.note(text.contains('#'), Why::Fragment);
        self.note(has_dot_segments(text), Why::DotSegments);
        let written_scheme = text.split(':').next().unwrap_or_default();
        self.note(written_scheme != url.scheme(), Why::UpperCase);
        if matches!(url.scheme(), "https" | "http") {
            self.web(text, &url)
        } else {
            self.private_use(text, &url)
        }
    }

    fn web(&mut self, text: &str, url: &Url) -> RedirectKind {
        use RedirectReason as Why;
        let authority = text.split_once("://").map(|(_, rest)| rest).unwrap_or_default();
        let authority = authority.split(['/', '?', '#']).next().unwrap_or_default();
        let host = url.host_str().unwrap_or_default();
        self.host = Some(host.to_owned());
        self.port = url.port();
        self.note(authority.contains('@'), Why::UserInformation);
        let written_port = match authority.rsplit_once(':') {
            Some((_, port)) if port.bytes().all(|b| b.is_ascii_digit()) => Some(port),
            _ => None,
        };
        self.note(written_port.is_some_and(|port| port.bytes().all(|b| b == b'0')), Why::Port);
        if let Some(port) = written_port.filter(|_| url.port().is_none()) {
            // The parser leaves out the scheme's own port.
            self.port = port.parse().ok();
            self.note(self.port.is_some_and(|port| port != 0), Why::DefaultPort);
        }
        // The strict parser is the judge of the spelling; everything else it refuses is noted by its name.
        let without_fragment = text.split('#').next().unwrap_or_default();
        self.note(parse_strict(without_fragment).is_err() && !authority.contains('@'), Why::HostSpelling);
        self.note(host.split('.').any(|label| label.starts_with("xn--")), Why::Punycode);
        self.note(authority.bytes().any(|b| b.is_ascii_uppercase()), Why::UpperCase);
        let (loopback, private) = (is_loopback_host(host), is_private_literal(url) || is_private_name(url));
        self.note(loopback && matches!(url.host(), Some(Host::Domain(_))), Why::LocalhostName);
        self.note(private && !loopback, Why::PrivateNetwork);
        self.note(url.scheme() == "http" && !loopback, Why::PlainHttp);
        match (loopback, private) {
            (true, _) => RedirectKind::Loopback,
            (false, true) => RedirectKind::PrivateNetwork,
            (false, false) => RedirectKind::Https,
        }
    }

    fn private_use(&mut self, text: &str, url: &Url) -> RedirectKind {
        use RedirectReason as Why;
        self.note(!is_reversed_domain(url.scheme()), Why::Scheme);
        let after = text.split_once(':').map(|(_, rest)| rest).unwrap_or_default();
        self.note(after.is_empty(), Why::NotAbsolute);
        self.note(after.starts_with("//"), Why::SchemeAuthority);
        self.note(!url.username().is_empty() || url.password().is_some(), Why::UserInformation);
        RedirectKind::CustomScheme
    }
}

/// The rule by which CiviCRM warns about its redirect URL, exactly as it is there: the text begins with `http:/` and has
/// neither `//localhost` nor `//127.0.0.1` anywhere in it.
///
/// The rule is lax: it overlooks `HTTP://`, it overlooks `http://localhost.evil.example`, and it warns about `[::1]`. It
/// is here for sites that compare; what a client accepts is decided by [`RedirectUri::parse`].
#[must_use]
pub fn civi_warning(text: &str) -> bool {
    text.starts_with("http:/") && !text.contains("//localhost") && !text.contains("//127.0.0.1")
}

/// Whether the path has a segment that is `.` or `..`, also written with `%2e`.
fn has_dot_segments(text: &str) -> bool {
    let path = text.split(['?', '#']).next().unwrap_or_default();
    path.split('/').any(|segment| {
        segment.len() <= 6 && matches!(segment.to_ascii_lowercase().replace("%2e", ".").as_str(), "." | "..")
    })
}

/// Names that no public resolver answers: RFC 6761, 6762 and 8375, `internal`, and names without a dot.
fn is_private_name(url: &Url) -> bool {
    let Some(Host::Domain(name)) = url.host() else { return false };
    let name = name.trim_end_matches('.');
    let last = name.rsplit('.').next().unwrap_or_default();
    !name.contains('.')
        || matches!(last, "localhost" | "local" | "internal" | "test")
        || name.ends_with(".home.arpa")
}

/// `com.example.app`: at least two labels of letters, digits and inner hyphens.
fn is_reversed_domain(scheme: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    scheme.contains('.') && scheme.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uri_is_refused_exactly_if_it_is_of_no_kind() {
        for text in [
            "https://app.example.com/cb",
            "http://localhost:3000/cb",
            "http://[::1]:3000/cb",
            "http://localhost.evil.example/",
            "com.example.app:/cb",
            "javascript:alert(1)",
            "https://app.example.com/a/%2E%2e/cb",
            "https://10.0.0.1/cb",
            "http://10.0.0.1/cb",
            "https://a:b@app.example.com/cb",
            "https://app.example.com:0/cb",
            "",
        ] {
            let class = RedirectUri::classify(text);
            assert_eq!(class.accepted(), RedirectUri::parse(text).is_ok(), "{text}: {class:?}");
            assert_eq!(class.accepted(), !class.reasons.iter().any(|reason| reason.refuses()), "{text}");
        }
    }
}
