//! Pushed authorization requests, RFC 9126: the parameters go straight to the provider, authenticated, and the browser
//! carries nothing but a reference to them.

use super::Client;
use super::authorization::Prepared;
use super::authorization_request::{AuthorizationRequest, Parameter, Parameters};
use super::form::Form;
use super::pending::{PendingAuthorization, Record};
use super::request::{Endpoint, FormRequest};
use crate::error::{ErrorCode, Result};
use crate::flow::Flow;
use crate::jose::Encrypter;
use crate::reply::json_object_of;
use serde_json::{Map, Value};

/// Longest reference.
const MAX_REFERENCE: usize = 2048;

impl Client {
    /// Begins an authorization as [`Client::begin_authorization`] does, and pushes it: the URL of the result has `client_id`
    /// and `request_uri` alone. It is good until [`PendingAuthorization::url_expires_at`], which is soon.
    ///
    /// # Errors
    /// Those of [`Client::begin_authorization`], `metadata.missing_endpoint` for a provider that takes none, `oauth.*` if it
    /// refuses the request, `response.malformed`, and those of the network; `jwks.*` if the request object is encrypted and no
    /// key of the provider's is found for it.
    pub fn push_authorization(&self, request: &AuthorizationRequest) -> Flow<PendingAuthorization> {
        let prepared = self.endpoint(Endpoint::PushedAuthorization).and_then(|_| {
            let prepared = self.prepare(request)?;
            // What needs no key set is refused before anything is sent.
            Ok(if self.encrypts_requests()? {
                Pushed::Encrypting(prepared)
            } else {
                Pushed::Made(self.pushed(prepared.parameters, None)?, prepared.record)
            })
        });
        let prepared = match prepared {
            Ok(prepared) => prepared,
            Err(error) => return Flow::ready(Err(error)),
        };
        let client = self.clone();
        Flow::new(|io| async move {
            let (request, record) = match prepared {
                Pushed::Made(request, record) => (request, record),
                Pushed::Encrypting(Prepared { parameters, record }) => {
                    let encrypter = client.fetched_request_encrypter(&io).await?;
                    (client.pushed(parameters, encrypter.as_ref())?, record)
                }
            };
            let sent_at = client.clock().now();
            let members = json_object_of(&client.send(&io, request).await?, 201)?;
            let (reference, seconds) = reference(&members)?;
            let text = |name: &str, value: &str| (name.to_owned(), Parameter::Text(value.to_owned()));
            let parameters =
                vec![text("client_id", client.client_id().as_str()), text("request_uri", reference)];
            let url = client.authorization_url(&parameters)?;
            // Counted from before the request, so that the reference is never thought younger than it is.
            let pending = client.pending(url, Some(sent_at.saturating_add_unsigned(seconds)), record);
            if let Some(begun) = pending.event() {
                io.note(begun.clone());
            }
            Ok(pending)
        })
    }

    /// The request that pushes these parameters.
    fn pushed(&self, parameters: Parameters, encrypter: Option<&Encrypter>) -> Result<FormRequest> {
        let mut form = Form::new();
        for (name, value) in self.sign_request(parameters, encrypter)? {
            // The client's authentication brings its own `client_id`, except in a header.
            if name != "client_id" || !self.credential().names_client() {
                form.append(&name, &value.text());
            }
        }
        self.form_request(Endpoint::PushedAuthorization, form)
    }
}

/// What is there before the flow runs.
enum Pushed {
    Made(FormRequest, Record),
    /// Not made yet: it is encrypted for a key of the provider's set.
    Encrypting(Prepared),
}

/// `request_uri` and `expires_in`, RFC 9126 section 2.2.
fn reference(members: &Map<String, Value>) -> Result<(&str, u64)> {
    let reference = members.get("request_uri").and_then(Value::as_str).filter(|text| {
        (1..=MAX_REFERENCE).contains(&text.len()) && text.bytes().all(|byte| (0x21..0x7f).contains(&byte))
    });
    let seconds = members.get("expires_in").and_then(Value::as_u64).filter(|seconds| *seconds > 0);
    match (reference, seconds) {
        (Some(reference), Some(seconds)) => Ok((reference, seconds)),
        _ => Err(ErrorCode::ResponseMalformed.into()),
    }
}
