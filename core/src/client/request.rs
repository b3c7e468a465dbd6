//! Takes the requests that the `oauth2` crate makes out of it, for the flow's mailbox to carry.
//!
//! The crate would read the responses as well, with tolerance; ours are read by [`super::token_reply`].

use super::Client;
use crate::error::{Error, ErrorCode, Result};
use crate::flow::{HttpRequest, Method};
use crate::types::EndpointUrl;
use http::header::AUTHORIZATION;
use oauth2::{HttpResponse, SyncHttpClient};
use std::cell::Cell;
use std::fmt;

/// An HTTP client that carries nothing: it keeps the request.
#[derive(Default)]
pub(super) struct Outbox(Cell<Option<oauth2::HttpRequest>>);

/// What each request to an [`Outbox`] fails with.
#[derive(Debug)]
pub(super) struct Kept;

impl fmt::Display for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("kept, to be carried by a driver")
    }
}

impl std::error::Error for Kept {}

impl SyncHttpClient for Outbox {
    type Error = Kept;

    fn call(&self, request: oauth2::HttpRequest) -> std::result::Result<HttpResponse, Kept> {
        self.0.set(Some(request));
        Err(Kept)
    }
}

impl Client {
    /// The request that the `oauth2` crate makes for an endpoint when it is told to `send` it.
    pub(super) fn request<T>(
        &self,
        endpoint: &EndpointUrl,
        send: impl FnOnce(&Outbox) -> T,
    ) -> Result<HttpRequest> {
        let outbox = Outbox::default();
        send(&outbox);
        // The crate fails before it sends only where it cannot make a request from its own types.
        let request = outbox.0.take().ok_or_else(|| Error::with(ErrorCode::InternalFlow, "no request"))?;
        let (parts, body) = request.into_parts();
        let mut headers = parts.headers;
        if let Some(credential) = headers.get_mut(AUTHORIZATION) {
            credential.set_sensitive(true);
        }
        let network = self.service().network().clone();
        Ok(HttpRequest { method: Method::Post, url: endpoint.clone(), headers, body, network })
    }
}
