//! The one place that makes a client's authenticated form requests: token, introspection and revocation endpoint
//! and what later specifications add to them.
//!
//! A [`FormRequest`] is made and checked before anything runs; [`Client::send`] authenticates it at the moment
//! it is sent, so that what carries a time (an assertion, a proof) is never older than its request.

use super::Client;
use super::form::Form;
use crate::error::Result;
use crate::flow::{HttpRequest, HttpResponse, Io, Method};
use crate::types::EndpointUrl;
use http::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderValue};

/// The endpoints at which a client authenticates itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Endpoint {
    /// RFC 6749 section 3.2.
    Token,
    /// RFC 7662.
    Introspection,
    /// RFC 7009.
    Revocation,
    /// OpenID Connect Core section 5.3; the access token is the credential, a certificate may have to be shown.
    Userinfo,
    /// RFC 9126.
    PushedAuthorization,
    /// RFC 8628 section 3.1.
    DeviceAuthorization,
    /// OpenID Connect CIBA Core section 7.
    BackchannelAuthentication,
}

/// What is asked of an endpoint, without the client's credentials.
#[derive(Clone)]
pub(super) struct FormRequest {
    pub(super) endpoint: Endpoint,
    pub(super) form: Form,
    /// The media type that the reply is wanted in.
    pub(super) accept: &'static str,
}

/// `Accept`, `Content-Type`, `Authorization`, and what the transport adds.
const USUAL_HEADERS: usize = 7;

impl Client {
    /// A request to an endpoint that the provider must have.
    ///
    /// # Errors
    /// `metadata.missing_endpoint`.
    pub(super) fn form_request(&self, endpoint: Endpoint, form: Form) -> Result<FormRequest> {
        self.endpoint(endpoint)?;
        Ok(FormRequest { endpoint, form, accept: "application/json" })
    }

    /// Where a request for an endpoint goes.
    ///
    /// # Errors
    /// `metadata.missing_endpoint`.
    pub(super) fn endpoint(&self, endpoint: Endpoint) -> Result<&EndpointUrl> {
        let metadata = self.service().metadata();
        let (name, url) = match endpoint {
            Endpoint::Token => ("token_endpoint", &metadata.token_endpoint),
            Endpoint::Introspection => ("introspection_endpoint", &metadata.introspection_endpoint),
            Endpoint::Revocation => ("revocation_endpoint", &metadata.revocation_endpoint),
            Endpoint::Userinfo => ("userinfo_endpoint", &metadata.userinfo_endpoint),
            Endpoint::PushedAuthorization => {
                ("pushed_authorization_request_endpoint", &metadata.pushed_authorization_request_endpoint)
            }
            Endpoint::DeviceAuthorization => {
                ("device_authorization_endpoint", &metadata.device_authorization_endpoint)
            }
            Endpoint::BackchannelAuthentication => {
                ("backchannel_authentication_endpoint", &metadata.backchannel_authentication_endpoint)
            }
        };
        // RFC 8705 section 5: whoever has a certificate goes where it is asked for.
        let alias = self.certificate().and_then(|_| metadata.mtls_endpoint_aliases.get(name));
        self.service().endpoint(name, alias.or(url.as_ref()))
    }

    /// Authenticates a request, has it carried and returns the response, whatever its status.
    ///
    /// # Errors
    /// Those of the network, and of whatever signs.
    pub(super) async fn send(&self, io: &Io, request: FormRequest) -> Result<HttpResponse> {
        // RFC 9449 section 5: where tokens are made, and where a request for them is left.
        if self.0.dpop.is_some()
            && matches!(request.endpoint, Endpoint::Token | Endpoint::PushedAuthorization)
        {
            return Box::pin(self.send_proven(io, request)).await;
        }
        io.http(self.authenticated(request)?).await
    }

    /// The request with the client's credentials, as it goes over the wire now.
    pub(super) fn authenticated(&self, request: FormRequest) -> Result<HttpRequest> {
        let FormRequest { endpoint, mut form, accept } = request;
        let url = self.endpoint(endpoint)?.clone();
        let mut headers = HeaderMap::with_capacity(USUAL_HEADERS);
        headers.insert(ACCEPT, HeaderValue::from_static(accept));
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
        self.credential().apply(&mut headers, &mut form, self.clock(), self.random())?;
        let network = self.service().network().clone();
        Ok(HttpRequest {
            method: Method::Post,
            url,
            headers,
            body: form.into_bytes(),
            network,
            certificate: self.certificate().cloned(),
        })
    }
}
