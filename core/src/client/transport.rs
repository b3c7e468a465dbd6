//! Carries the requests of the `oauth2` crate through the flow's mailbox.

use crate::error::{Error, ErrorCode};
use crate::flow::{HttpRequest, Io, Method, NetworkPolicy};
use crate::reply::json_reply;
use std::borrow::Cow;
use std::sync::Arc;

/// Carries a request that the `oauth2` crate made and checks the response below the protocol.
pub(super) async fn carry(
    io: Io,
    network: Arc<NetworkPolicy>,
    request: oauth2::HttpRequest,
) -> Result<oauth2::HttpResponse, Error> {
    let (parts, body) = request.into_parts();
    let mut headers = Vec::with_capacity(parts.headers.len());
    for (name, value) in &parts.headers {
        let value = value.to_str().map_err(|_| Error::new(ErrorCode::ConfigControlCharacter))?;
        headers.push((Cow::Owned(name.as_str().to_owned()), value.to_owned()));
    }
    let request = HttpRequest { method: Method::Post, url: parts.uri.to_string(), headers, body, network };
    let response = io.http(request).await?;
    json_reply(&response)?;
    http::Response::builder()
        .status(200)
        .header("content-type", "application/json")
        .body(response.body)
        .map_err(|_| Error::new(ErrorCode::NetworkProtocol))
}
