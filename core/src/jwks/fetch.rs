//! One fetch of a key set: from its address, or from the issuer's metadata first.

use crate::error::{Error, ErrorCode, Result};
use crate::flow::{HttpRequest, HttpResponse, Io, NetworkPolicy};
use crate::jose::{KeySet, Origin};
use crate::metadata::{self, Metadata};
use crate::reply;
use crate::types::{EndpointUrl, Issuer};
use arc_swap::ArcSwapOption;
use std::sync::Arc;

/// Where a key set is.
#[derive(Clone, Debug)]
pub enum Location {
    /// At this address.
    Url(EndpointUrl),
    /// Where the issuer's metadata says (`jwks_uri`).
    Issuer(Issuer),
}

impl Location {
    /// The issuer, or the origin of the address.
    pub(super) fn provider(&self) -> String {
        match self {
            Self::Url(url) => url.url().origin().ascii_serialization(),
            Self::Issuer(issuer) => issuer.as_str().to_owned(),
        }
    }
}

pub(super) struct Fetched {
    /// Without a query.
    pub(super) url: String,
    pub(super) keys: KeySet,
    pub(super) max_age: Option<i64>,
}

pub(super) async fn fetch(
    io: &Io,
    location: &Location,
    resolved: &ArcSwapOption<EndpointUrl>,
    network: &Arc<NetworkPolicy>,
) -> Result<Fetched> {
    let address = match (location, resolved.load_full()) {
        (Location::Url(url), _) => Arc::new(url.clone()),
        (Location::Issuer(_), Some(url)) => url,
        (Location::Issuer(issuer), None) => {
            let members = metadata::fetch(io, issuer, network).await?;
            let url = Metadata::from_members(&members, network)?.jwks_uri;
            let url = url.ok_or_else(|| Error::with(ErrorCode::MetadataMissingEndpoint, "jwks_uri"))?;
            let url = Arc::new(url);
            resolved.store(Some(url.clone()));
            url
        }
    };
    let fetched = load(io, &address, network).await;
    if fetched.is_err() {
        // The provider may have moved its key set: ask its metadata again next time.
        resolved.store(None);
    }
    fetched
}

async fn load(io: &Io, address: &EndpointUrl, network: &Arc<NetworkPolicy>) -> Result<Fetched> {
    let response = io.http(HttpRequest::get(address.clone(), network.clone())).await?;
    match reply::json_reply(&response) {
        Ok(()) => {}
        Err(error) if error.code() == ErrorCode::ResponseMalformed => {
            return Err(ErrorCode::KeySetMalformed.into());
        }
        Err(error) => return Err(error),
    }
    let keys = KeySet::parse(&response.body, Origin::Remote)?;
    let url = address.as_str().split('?').next().unwrap_or_default().to_owned();
    Ok(Fetched { url, keys, max_age: max_age(&response) })
}

/// The lifetime that `Cache-Control` gives, seconds; `no-store` and `no-cache` count as zero.
fn max_age(response: &HttpResponse) -> Option<i64> {
    let value = response.header("cache-control")?.to_ascii_lowercase();
    let mut age = None;
    for directive in value.split(',').map(str::trim) {
        if matches!(directive, "no-store" | "no-cache") {
            return Some(0);
        }
        if let Some(seconds) = directive.strip_prefix("max-age=") {
            age = seconds.trim_matches('"').parse::<i64>().ok().or(age);
        }
    }
    age
}
