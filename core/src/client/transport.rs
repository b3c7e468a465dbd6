//! Carries the requests of the `oauth2` crate through the flow's mailbox.

use crate::error::Error;
use crate::flow::{HttpRequest, Io, Method, NetworkPolicy};
use crate::reply::json_reply;
use crate::types::EndpointUrl;
use http::header::AUTHORIZATION;
use std::sync::Arc;

/// Carries a request that the `oauth2` crate made for an endpoint and checks the response below the
/// protocol.
pub(super) async fn carry(
    io: Io,
    endpoint: EndpointUrl,
    network: Arc<NetworkPolicy>,
    request: oauth2::HttpRequest,
) -> Result<oauth2::HttpResponse, Error> {
    let (parts, body) = request.into_parts();
    let mut headers = parts.headers;
    if let Some(credential) = headers.get_mut(AUTHORIZATION) {
        credential.set_sensitive(true);
    }
    let request = HttpRequest { method: Method::Post, url: endpoint, headers, body, network };
    let response = io.http(request).await?;
    json_reply(&response)?;
    // Status and media type were checked here; what a new response says by itself is 200.
    Ok(http::Response::new(response.body))
}
