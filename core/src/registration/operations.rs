//! The operations of RFC 7591 and RFC 7592: what is sent about a client, checked before it leaves, and what comes back.

use super::{GIVEN, Management, Registration};
use crate::error::{Error, ErrorCode, Result};
use crate::flow::{Flow, HttpRequest, HttpResponse, Method, authorization};
use crate::reply::{json_object_of, refusal};
use crate::services::Service;
use crate::types::{EndpointUrl, RedirectUri, check_token};
use http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use serde_json::{Map, Value};

/// Members of a JWK that are nobody's but its owner's.
const PRIVATE: [&str; 9] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"];
/// Bytes of the metadata that is sent.
const MAX_METADATA: usize = 64 * 1024;

impl Service {
    /// Registers a client, RFC 7591 section 3.1.
    ///
    /// `metadata` is the client's own (`redirect_uris`, `client_name`, `token_endpoint_auth_method`, `jwks` ..). The initial access token is one that the
    /// provider may ask for; the software statement is a signed JWT about the software.
    ///
    /// # Errors
    /// `metadata.missing_endpoint`; `config.*` for metadata that names what only the provider decides, redirect URIs that are none, or private
    /// keys in `jwks`; `oauth.invalid_redirect_uri`, `oauth.invalid_client_metadata`, `oauth.invalid_software_statement`,
    /// `oauth.unapproved_software_statement`, `oauth.invalid_token`; `response.*`, and the errors of the network.
    pub fn register(
        &self,
        metadata: Map<String, Value>,
        initial_access_token: Option<&str>,
        software_statement: Option<&str>,
    ) -> Flow<Registration> {
        let request = self.registration_request(metadata, initial_access_token, software_statement);
        let request = match request {
            Ok(request) => request,
            Err(error) => return Flow::ready(Err(error)),
        };
        let service = self.clone();
        Flow::new(move |io| async move {
            let members = json_object_of(&io.http(request).await?, 201)?;
            let registration = Registration::read(members, service.network())?;
            service.check_managed_here(registration)
        })
    }

    fn registration_request(
        &self,
        mut metadata: Map<String, Value>,
        initial_access_token: Option<&str>,
        software_statement: Option<&str>,
    ) -> Result<HttpRequest> {
        let endpoint =
            self.endpoint("registration_endpoint", self.metadata().registration_endpoint.as_ref())?;
        if let Some(statement) = software_statement {
            check_token("software_statement", statement)?;
            if metadata.insert("software_statement".to_owned(), statement.into()).is_some() {
                return Err(Error::with(ErrorCode::ConfigInvalid, "two software statements"));
            }
        }
        check_metadata(&metadata)?;
        self.json_request(Method::Post, endpoint, initial_access_token, Some(&metadata))
    }

    /// Reads a registration anew, RFC 7592 section 2.1.
    ///
    /// # Errors
    /// `metadata.missing_endpoint` if the provider does not let it be managed, `oauth.invalid_token`, `response.*`, of which
    /// `response.client_id` for a reply about another client, and the errors of the network.
    pub fn read_registration(&self, registration: &Registration) -> Flow<Registration> {
        self.manage(registration, Method::Get, None)
    }

    /// Replaces the metadata of a registration, RFC 7592 section 2.2: what `metadata` leaves out is deleted there. The result has
    /// the tokens and secrets that count from now on, so keep it in place of the old one.
    ///
    /// # Errors
    /// As [`Service::read_registration`], and those of [`Service::register`] about the metadata.
    pub fn update_registration(
        &self,
        registration: &Registration,
        metadata: Map<String, Value>,
    ) -> Flow<Registration> {
        if let Err(error) = check_metadata(&metadata) {
            return Flow::ready(Err(error));
        }
        let mut metadata = metadata;
        for name in ["client_id", "client_secret"] {
            if let Some(value) = registration.members.get(name) {
                metadata.insert(name.to_owned(), value.clone());
            }
        }
        self.manage(registration, Method::Put, Some(&metadata))
    }

    /// Deletes a registration, RFC 7592 section 2.3; all of its tokens end with it.
    ///
    /// # Errors
    /// As [`Service::read_registration`].
    pub fn delete_registration(&self, registration: &Registration) -> Flow<()> {
        let request = self.management_request(registration, Method::Delete, None);
        let request = match request {
            Ok(request) => request,
            Err(error) => return Flow::ready(Err(error)),
        };
        Flow::new(move |io| async move {
            let response: HttpResponse = io.http(request).await?;
            if response.status == 204 { Ok(()) } else { Err(refusal(&response)) }
        })
    }

    fn manage(
        &self,
        registration: &Registration,
        method: Method,
        metadata: Option<&Map<String, Value>>,
    ) -> Flow<Registration> {
        let request = match self.management_request(registration, method, metadata) {
            Ok(request) => request,
            Err(error) => return Flow::ready(Err(error)),
        };
        let (service, registration) = (self.clone(), registration.clone());
        Flow::new(move |io| async move {
            let reply = json_object_of(&io.http(request).await?, 200)?;
            let renewed = registration.renewed(reply, service.network())?;
            service.check_managed_here(renewed)
        })
    }

    fn management_request(
        &self,
        registration: &Registration,
        method: Method,
        metadata: Option<&Map<String, Value>>,
    ) -> Result<HttpRequest> {
        let Management { uri, token } = registration.management()?;
        self.json_request(method, uri, Some(token.expose()), metadata)
    }

    /// As with every other endpoint: a provider elsewhere names no address of this machine.
    fn check_managed_here(&self, registration: Registration) -> Result<Registration> {
        let local = self.metadata().registration_endpoint.as_ref().is_some_and(EndpointUrl::is_loopback)
            || self.metadata().issuer.as_ref().is_some_and(crate::types::Issuer::is_loopback);
        match &registration.management {
            Some(management) if management.uri.is_loopback() && !local => {
                Err(Error::with(ErrorCode::MetadataEndpoint, "registration_client_uri"))
            }
            _ => Ok(registration),
        }
    }

    fn json_request(
        &self,
        method: Method,
        url: &EndpointUrl,
        token: Option<&str>,
        body: Option<&Map<String, Value>>,
    ) -> Result<HttpRequest> {
        let mut request = HttpRequest::get(url.clone(), self.network().clone());
        request.method = method;
        if let Some(token) = token {
            check_token("access token", token)?;
            request.headers.insert(AUTHORIZATION, authorization(format!("Bearer {token}"))?);
        }
        if let Some(body) = body {
            request.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            request.body =
                serde_json::to_vec(body).map_err(|_| Error::with(ErrorCode::ConfigInvalid, "metadata"))?;
        }
        Ok(request)
    }
}

/// Refuses metadata that could do harm: what is the provider's to decide, redirect URIs that are none, and private keys, which
/// must never leave this machine.
fn check_metadata(metadata: &Map<String, Value>) -> Result<()> {
    let invalid = |detail: String| Err(Error::with(ErrorCode::ConfigInvalid, detail));
    if let Some(name) = GIVEN.iter().find(|name| metadata.contains_key(**name)) {
        return invalid(format!("{name} is the provider's to decide"));
    }
    if serde_json::to_vec(metadata).map_or(true, |text| text.len() > MAX_METADATA) {
        return invalid(format!("metadata is longer than {MAX_METADATA} bytes"));
    }
    for name in ["redirect_uris", "post_logout_redirect_uris"] {
        let Some(value) = metadata.get(name) else { continue };
        let Some(uris) = value.as_array() else { return invalid(format!("{name} is not a list")) };
        for uri in uris {
            let Some(uri) = uri.as_str() else { return invalid(format!("{name} is not a list of texts")) };
            RedirectUri::parse(uri)?;
        }
    }
    let keys = match (metadata.get("jwks"), metadata.get("jwks_uri")) {
        (Some(_), Some(_)) => return invalid("jwks and jwks_uri exclude each other".to_owned()),
        (Some(set), None) => set.get("keys").and_then(Value::as_array),
        (None, _) => return Ok(()),
    };
    let Some(keys) = keys else { return invalid("jwks is not a JWK set".to_owned()) };
    let private = |key: &Value| PRIVATE.iter().any(|name| key.get(name).is_some());
    if keys.iter().any(private) { invalid("jwks has private or secret keys".to_owned()) } else { Ok(()) }
}
