//! The end of an authorization: the response is checked against the request, and only then is the code exchanged.
//!
//! Nothing is sent for a response that does not belong to this request, this client, this provider and, where the host named
//! one, this session (RFC 9700 sections 4.4, 4.5 and 4.7). A signed response (JARM) is read before its signature is verified
//! for one thing alone: to refuse a foreign state without any traffic.

use super::Client;
use super::authorization::session_mark;
use super::callback::{AuthorizationResponse, Callback, CallbackContext, Received};
use super::form::Form;
use super::id_token;
use super::pending::{PendingAuthorization, Record};
use super::request::{Endpoint, FormRequest};
use super::request_values::detail_types;
use super::token_set::TokenSet;
use crate::error::{Error, ErrorCode, Result};
use crate::flow::{Flow, Io};
use crate::jose::{Expected, Profile, decode_unverified};
use crate::reply::provider_error;
use crate::secret::{Secret, constant_time_eq};
use crate::services::Quirk;
use crate::types::{RedirectUri, ScopeSet};

impl Client {
    /// Finishes an authorization: checks the response, exchanges the code, verifies the ID token.
    ///
    /// A pending authorization is good for one response. `callback` is what came to the redirect URI.
    ///
    /// # Errors
    /// `callback.*` and `pending.*` if the response does not belong to the request (nothing is sent
    /// then), `oauth.*` for an error of the provider, `response.*` for an invalid reply, `token.*` if
    /// the ID token is refused, and the errors of the network.
    pub fn finish_authorization(
        &self,
        pending: PendingAuthorization,
        callback: impl Into<Callback>,
    ) -> Flow<TokenSet> {
        self.finish_authorization_in(pending, callback, &CallbackContext::default())
    }

    /// As [`Client::finish_authorization`], for a response of which the host knows more.
    ///
    /// # Errors
    /// As there; `callback.session`, `callback.origin` and `callback.response_mode` if it is not what was expected.
    pub fn finish_authorization_in(
        &self,
        pending: PendingAuthorization,
        callback: impl Into<Callback>,
        context: &CallbackContext,
    ) -> Flow<TokenSet> {
        let received = match self.receive(&pending, &callback.into(), context) {
            Ok(received) => received,
            Err(error) => return self.refused(error),
        };
        let client = self.clone();
        let response = match received {
            Received::Plain(response) => response,
            Received::Signed(token) => {
                return Flow::new(|io| async move {
                    let response = client.verify_response(&io, token.expose()).await;
                    match response.and_then(|response| client.code_request(&pending, response)) {
                        Ok((request, code)) => client.exchange(&io, request, &code, pending.record()).await,
                        Err(error) => {
                            client.tell_refused(&io, &error);
                            Err(error)
                        }
                    }
                });
            }
        };
        match self.code_request(&pending, response) {
            Err(error) => self.refused(error),
            Ok((request, code)) => {
                Flow::new(|io| async move { client.exchange(&io, request, &code, pending.record()).await })
            }
        }
    }

    /// Parses the response and checks everything that needs neither its code nor its signature.
    fn receive(
        &self,
        pending: &PendingAuthorization,
        callback: &Callback,
        context: &CallbackContext,
    ) -> Result<Received> {
        self.check_owner(pending)?;
        let record = pending.record();
        let session = context.session.as_deref().map(session_mark).transpose()?;
        let same = match (&record.h, &session) {
            (None, None) => true,
            (Some(begun), Some(found)) => constant_time_eq(begun.as_bytes(), found.as_bytes()),
            _ => false,
        };
        if !same {
            return Err(ErrorCode::CallbackSession.into());
        }
        let carrier = record.o.carrier();
        if context.response_mode.as_deref().is_some_and(|came| came != carrier.name()) {
            return Err(Error::with(ErrorCode::CallbackResponseMode, carrier.name()));
        }
        let received = Received::parse(callback, record.o, context.origin.as_deref())?;
        if let Some(origin) = &context.origin
            && self.response_origin().as_deref() != Some(origin)
        {
            return Err(ErrorCode::CallbackOrigin.into());
        }
        if let Received::Signed(token) = &received {
            let opened = self.opened(token.expose())?;
            let claims = decode_unverified(&opened)?;
            check_state(claims.claim_str("state").as_deref(), record)?;
            return Ok(Received::Signed(Secret::new(opened)));
        }
        Ok(received)
    }

    /// The response inside a signed one (JARM section 2.4): by this provider, for this client, not expired.
    async fn verify_response(&self, io: &Io, token: &str) -> Result<AuthorizationResponse> {
        let policy =
            self.provider_policy(&self.0.response_algorithms, Profile::AuthorizationResponse).build()?;
        let verified = self.verify_provider_token(io, token, &policy, &Expected::default()).await?;
        Received::of_claims(verified.claims())
    }

    /// Checks the response against the request and claims its single use; what comes out is the token request and the code.
    fn code_request(
        &self,
        pending: &PendingAuthorization,
        response: AuthorizationResponse,
    ) -> Result<(FormRequest, Secret)> {
        let record = pending.record();
        let code = self.check_response(pending, response)?;
        if let (Some(begun), Some(dpop)) = (&record.k, &self.0.dpop)
            && begun != dpop.thumbprint()
        {
            return Err(dpop.other_key());
        }
        if record.k.is_some() && self.0.dpop.is_none() {
            return Err(ErrorCode::CallbackDpopKey.into());
        }
        let mut form = Form::grant("authorization_code");
        form.append("code", code.expose());
        form.append_some("redirect_uri", self.redirect_uri().map(RedirectUri::as_str));
        match record.v.as_str() {
            // Sealed for a provider that refuses PKCE; nowhere else is an empty verifier good for anything.
            "" if self.service().without_pkce() => {}
            "" => return Err(ErrorCode::PendingInvalid.into()),
            verifier => form.append("code_verifier", verifier),
        }
        // RFC 8707 section 2.2: the access token is for what the authorization was for.
        for resource in record.x.iter().flatten() {
            form.append("resource", resource);
        }
        Ok((self.form_request(Endpoint::Token, form)?, code))
    }

    async fn exchange(
        &self,
        io: &Io,
        request: FormRequest,
        code: &Secret,
        record: &Record,
    ) -> Result<TokenSet> {
        let result = self.exchanged_code(io, request, code, record).await;
        self.tell_grant(io, "authorization_code", result.as_ref());
        result
    }

    async fn exchanged_code(
        &self,
        io: &Io,
        request: FormRequest,
        code: &Secret,
        record: &Record,
    ) -> Result<TokenSet> {
        let mut reply = self.token_reply(&self.send(io, request).await?)?;
        if record.v.is_empty() {
            reply.quirks.insert(Quirk::NoPkce);
        }
        let requested = ScopeSet::parse(record.p.split(' ').filter(|s| !s.is_empty()))?;
        let expected = id_token::Expected {
            nonce: Some(&record.n),
            max_age: record.m,
            code: Some(code.expose()),
            earlier: None,
        };
        let tokens = self.token_set(io, reply, requested, &expected).await?;
        if record.p.split(' ').any(|scope| scope == "openid") && tokens.id_token.is_none() {
            return Err(ErrorCode::ResponseIdTokenMissing.into());
        }
        check_login(&tokens, record)?;
        check_details(&tokens, record)?;
        Ok(tokens)
    }

    /// Checks everything about the response before anything is sent; the code is the only result.
    fn check_response(
        &self,
        pending: &PendingAuthorization,
        response: AuthorizationResponse,
    ) -> Result<Secret> {
        let record = pending.record();
        check_state(response.state.as_ref().map(Secret::expose), record)?;
        if self.clock().now() >= record.e {
            return Err(ErrorCode::CallbackStateExpired.into());
        }
        self.check_issuer(response.issuer.as_deref())?;
        // Both claims, so that neither a second handle on the same request nor a copy of it passes.
        let first = pending.take();
        if !self.0.used_states.claim(&record.s) || !first {
            return Err(ErrorCode::CallbackStateReplayed.into());
        }
        if let Some(name) = response.error {
            return Err(provider_error(&name, response.error_description.as_deref()));
        }
        match response.code {
            Some(code) if !code.expose().is_empty() => Ok(code),
            _ => Err(ErrorCode::CallbackCodeMissing.into()),
        }
    }

    /// RFC 9207 section 2.4: the response must come from the provider that was asked.
    fn check_issuer(&self, issuer: Option<&str>) -> Result<()> {
        let service = self.service();
        match (issuer, service.issuer()) {
            (Some(found), Some(expected)) if found != expected => {
                Err(ErrorCode::CallbackIssuerMismatch.into())
            }
            (Some(found), None)
                if service.issuer_template().is_some_and(|issuers| !issuers.covers(found)) =>
            {
                Err(ErrorCode::CallbackIssuerMismatch.into())
            }
            (None, _) if service.is_openid() && service.metadata().issuer_parameter => {
                Err(ErrorCode::CallbackIssuerMissing.into())
            }
            _ => Ok(()),
        }
    }
}

fn check_state(state: Option<&str>, record: &Record) -> Result<()> {
    match state {
        None | Some("") => Err(ErrorCode::CallbackStateMissing.into()),
        Some(state) if constant_time_eq(state.as_bytes(), record.s.as_bytes()) => Ok(()),
        Some(_) => Err(ErrorCode::CallbackStateMismatch.into()),
    }
}

/// The essential claims that were asked for (OpenID Connect Core section 5.5.1.1).
fn check_login(tokens: &TokenSet, record: &Record) -> Result<()> {
    if record.a.is_none() && !record.t && record.u.is_none() {
        return Ok(());
    }
    let refuse = |claim| Err(Error::with(ErrorCode::CallbackAuthentication, claim));
    let Some(token) = tokens.id_token() else { return refuse("no ID token") };
    let token = token.verified();
    if let Some(wanted) = &record.a
        && !token.claim_str("acr").is_some_and(|found| wanted.iter().any(|one| *one == found))
    {
        return refuse("acr");
    }
    if record.t && token.claim_seconds("auth_time").is_none() {
        return refuse("auth_time");
    }
    if record.u.as_deref().is_some_and(|wanted| token.subject().as_deref() != Some(wanted)) {
        return refuse("sub");
    }
    Ok(())
}

/// RFC 9396 section 7: what was granted is of the types that were asked for. Within a type a provider may add to what was asked.
fn check_details(tokens: &TokenSet, record: &Record) -> Result<()> {
    let Some(wanted) = &record.d else { return Ok(()) };
    let Some(granted) = tokens.extra().get("authorization_details") else { return Ok(()) };
    let types = granted.as_array().and_then(|list| detail_types(list).ok());
    let granted = types.ok_or_else(|| Error::new(ErrorCode::CallbackAuthorizationDetails))?;
    if granted.iter().all(|one| wanted.contains(one)) {
        Ok(())
    } else {
        Err(ErrorCode::CallbackAuthorizationDetails.into())
    }
}

#[cfg(test)]
mod tests {
    use super::super::{AuthorizationRequest, ClientConfig};
    use super::*;
    use crate::flow::{HttpResponse, Reply, Step};
    use crate::jose::{
        Algorithm, Decrypter, DecrypterOptions, Encrypter, EncrypterOptions, EncryptionKey, Key, Signer,
    };
    use crate::services::Service;
    use std::sync::Arc;

    const ISSUER: &str = "https://idp.example.com";

    fn service() -> Service {
        let metadata = serde_json::json!({
            "issuer": ISSUER, "authorization_endpoint": format!("{ISSUER}/authorize"), "token_endpoint": format!("{ISSUER}/token"),
            "jwks_uri": format!("{ISSUER}/jwks"), "authorization_signing_alg_values_supported": ["ES256"],
        });
        Service::from_json(&metadata.to_string()).unwrap()
    }

    fn config() -> ClientConfig {
        ClientConfig::new("abc").secret("s3cret").redirect_uri("https://app.example.com/callback").unwrap()
    }

    fn json(body: &str) -> Option<Reply> {
        let fields = [("content-type", "application/json")];
        Some(Reply::Http(HttpResponse::from_parts(200, fields, body.as_bytes().to_vec())))
    }

    #[test]
    fn a_response_that_is_signed_and_then_encrypted_is_opened_first() {
        let secret = EncryptionKey::from_secret(&[7; 16], "A128GCM").unwrap();
        let client = Client::new(service(), config()).unwrap();
        let decrypter = Decrypter::new(vec![secret.clone()], DecrypterOptions::default()).unwrap();
        let opener = client.with_decrypter(Arc::new(decrypter));
        let key = Key::generate(Algorithm::ES256).unwrap().with_kid("k1").unwrap();
        let set = format!(r#"{{"keys":[{}]}}"#, key.public_jwk().unwrap());
        let pending =
            client.begin_authorization(&AuthorizationRequest::scopes(["a"]).response_mode("jwt")).unwrap();
        let signer = Signer::new(key, Algorithm::ES256, None, None).unwrap();
        let claims =
            format!(r#"{{"iss":"{ISSUER}","aud":"abc","code":"c0de","state":"{}"}}"#, pending.state());
        let signed = signer.sign(&claims, client.clock().now(), Some(60)).unwrap();
        let encrypter =
            Encrypter::new(vec![secret], "A128GCM".parse().unwrap(), EncrypterOptions::default()).unwrap();
        let token = encrypter.encrypt(signed.as_bytes(), Some("JWT")).unwrap();
        let url = format!("https://app.example.com/callback?response={token}");
        // Without a decrypter it is what it is: no signed response.
        let refused = client.finish_authorization(pending.clone(), url.as_str()).advance(None).unwrap_err();
        assert_eq!(refused.code(), ErrorCode::TokenEncrypted);
        let mut flow = opener.finish_authorization(pending, url.as_str());
        assert!(
            matches!(flow.advance(None), Ok(Step::Http(request)) if request.url.as_str().ends_with("/jwks"))
        );
        assert!(
            matches!(flow.advance(json(&set)), Ok(Step::Http(request)) if request.url.as_str().ends_with("/token"))
        );
        let done = flow.advance(json(r#"{"access_token":"at","token_type":"Bearer"}"#));
        assert!(matches!(done, Ok(Step::Done(tokens)) if tokens.access_token().expose() == "at"));
    }

    #[test]
    fn a_key_that_was_made_binds_the_request_and_serves_another_client() {
        let made = Client::new(service(), config().dpop()).unwrap();
        let key = made.dpop_key().unwrap().clone();
        let pending = made.begin_authorization(&AuthorizationRequest::scopes(["a"])).unwrap();
        assert!(pending.url().contains(&format!("dpop_jkt={}", key.thumbprint().unwrap())));
        let same = Client::new(service(), config().dpop_key(key)).unwrap();
        let url = format!("https://app.example.com/callback?code=c&state={}", pending.state());
        assert!(matches!(same.finish_authorization(pending, url.as_str()).advance(None), Ok(Step::Http(_))));
        // Another process, which made another key, says what to do.
        let other = Client::new(service(), config().dpop()).unwrap();
        let pending = made.begin_authorization(&AuthorizationRequest::scopes(["a"])).unwrap();
        let url = format!("https://app.example.com/callback?code=c&state={}", pending.state());
        let refused = other.finish_authorization(pending, url.as_str()).advance(None).unwrap_err();
        assert_eq!(refused.code(), ErrorCode::CallbackDpopKey);
        assert!(refused.to_string().contains("give all of them one dpop_key"), "{refused}");
        assert_ne!(
            Client::new(service(), config().dpop()).unwrap().dpop_key().unwrap().thumbprint().unwrap(),
            made.dpop_key().unwrap().thumbprint().unwrap()
        );
    }
}
