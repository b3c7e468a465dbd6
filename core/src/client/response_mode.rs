//! The ways in which an authorization response travels (OAuth 2.0 Multiple Response Types section 2.1, Form Post Response
//! Mode, JARM section 2.3, and the web message of an opened window).

use crate::error::{Error, ErrorCode, Result};
use crate::jose::Algorithm;
use crate::services::Service;
use serde::{Deserialize, Serialize};

/// The algorithms of signed responses that are accepted: the configured ones, else the asymmetric ones that the provider announces,
/// else RS256 (JARM section 3, `authorization_signed_response_alg`).
///
/// # Errors
/// `config.algorithms`, `config.unsupported_algorithm`.
pub(super) fn algorithms(service: &Service, configured: Option<&[String]>) -> Result<Vec<Algorithm>> {
    if let Some(names) = configured {
        return super::provider_token::algorithms(names);
    }
    let announced = service.metadata().authorization_response_algorithms.as_deref().unwrap_or_default();
    let usable: Vec<Algorithm> = announced
        .iter()
        .filter_map(|name| name.parse().ok())
        .filter(|algorithm: &Algorithm| !algorithm.is_symmetric())
        .collect();
    Ok(if usable.is_empty() { vec![Algorithm::RS256] } else { usable })
}

/// How the response is asked for. A response that comes in another way is refused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum ResponseMode {
    #[default]
    #[serde(rename = "query")]
    Query,
    #[serde(rename = "fragment")]
    Fragment,
    #[serde(rename = "form_post")]
    FormPost,
    #[serde(rename = "web_message")]
    WebMessage,
    /// The provider chooses; for a code that is the query.
    #[serde(rename = "jwt")]
    Jwt,
    #[serde(rename = "query.jwt")]
    QueryJwt,
    #[serde(rename = "fragment.jwt")]
    FragmentJwt,
    #[serde(rename = "form_post.jwt")]
    FormPostJwt,
}

/// What carries the response to the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Carrier {
    Query,
    Fragment,
    FormPost,
    WebMessage,
}

impl ResponseMode {
    const ALL: [Self; 8] = [
        Self::Query,
        Self::Fragment,
        Self::FormPost,
        Self::WebMessage,
        Self::Jwt,
        Self::QueryJwt,
        Self::FragmentJwt,
        Self::FormPostJwt,
    ];

    /// Parses the wire name.
    ///
    /// # Errors
    /// `config.response_mode`.
    pub(super) fn parse(name: &str) -> Result<Self> {
        let found = Self::ALL.into_iter().find(|mode| mode.name() == name);
        found.ok_or_else(|| Error::quoted(ErrorCode::ConfigResponseMode, "response_mode", name))
    }

    /// The wire name.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Fragment => "fragment",
            Self::FormPost => "form_post",
            Self::WebMessage => "web_message",
            Self::Jwt => "jwt",
            Self::QueryJwt => "query.jwt",
            Self::FragmentJwt => "fragment.jwt",
            Self::FormPostJwt => "form_post.jwt",
        }
    }

    /// Whether the response is one signed parameter (JARM).
    pub(super) const fn is_signed(self) -> bool {
        matches!(self, Self::Jwt | Self::QueryJwt | Self::FragmentJwt | Self::FormPostJwt)
    }

    /// What carries it.
    pub(super) const fn carrier(self) -> Carrier {
        match self {
            Self::Query | Self::Jwt | Self::QueryJwt => Carrier::Query,
            Self::Fragment | Self::FragmentJwt => Carrier::Fragment,
            Self::FormPost | Self::FormPostJwt => Carrier::FormPost,
            Self::WebMessage => Carrier::WebMessage,
        }
    }
}

impl Carrier {
    /// The name that a host calls it by.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Fragment => "fragment",
            Self::FormPost => "form_post",
            Self::WebMessage => "web_message",
        }
    }
}
