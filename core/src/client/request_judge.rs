//! The `oauth2` crate as judge: for every request that it can make, ours has the same parameters and credentials.

use super::method::ClientAuthentication::{self, ClientSecretBasic, ClientSecretPost, None as Public};
use super::{Client, ClientConfig, GrantOptions, TokenTypeHint};
use crate::Service;
use crate::flow::{Flow, HttpRequest, Step};
use oauth2::basic::BasicClient;
use oauth2::{AuthType, HttpResponse, Scope, SyncHttpClient};
use std::cell::Cell;
use std::collections::BTreeMap;

/// An HTTP client that carries nothing: it keeps the request.
#[derive(Default)]
struct Outbox(Cell<Option<oauth2::HttpRequest>>);

#[derive(Debug)]
struct Kept;

impl std::fmt::Display for Kept {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("kept")
    }
}

impl std::error::Error for Kept {}

impl SyncHttpClient for Outbox {
    type Error = Kept;

    fn call(&self, request: oauth2::HttpRequest) -> Result<HttpResponse, Kept> {
        self.0.set(Some(request));
        Err(Kept)
    }
}

/// What matters of a request: where it goes, each parameter once, the fields of the header that we set.
#[derive(Debug, PartialEq)]
struct Shape {
    url: String,
    parameters: BTreeMap<String, String>,
    headers: Vec<Option<String>>,
}

fn shape(url: &str, headers: &http::HeaderMap, body: &[u8]) -> Shape {
    let pairs: Vec<(String, String)> = url::form_urlencoded::parse(body).into_owned().collect();
    let parameters: BTreeMap<String, String> = pairs.iter().cloned().collect();
    assert_eq!(parameters.len(), pairs.len(), "a parameter is repeated");
    let field = |name| headers.get(name).map(|value: &http::HeaderValue| value.to_str().unwrap().to_owned());
    let headers = ["accept", "content-type", "authorization"].map(field).to_vec();
    Shape { url: url.to_owned(), parameters, headers }
}

fn theirs(ask: impl FnOnce(&Outbox)) -> Shape {
    let outbox = Outbox::default();
    ask(&outbox);
    let (parts, body) = outbox.0.take().unwrap().into_parts();
    shape(&parts.uri.to_string(), &parts.headers, &body)
}

fn ours<T: Send + 'static>(mut flow: Flow<T>) -> Shape {
    match flow.advance(None).unwrap() {
        Step::Http(HttpRequest { url, headers, body, .. }) => shape(url.as_str(), &headers, &body),
        _ => panic!("no request"),
    }
}

const METADATA: &str = r#"{"issuer": "https://idp.example.com", "authorization_endpoint": "https://idp.example.com/authorize",
    "token_endpoint": "https://idp.example.com/token", "introspection_endpoint": "https://idp.example.com/introspect",
    "revocation_endpoint": "https://idp.example.com/revoke"}"#;
const REDIRECT: &str = "https://app.example.com/cb?x=1&y=%20";
/// What a form, a header and a URL each treat in their own way.
const ODD: &str = "a b+c%&=:/?~*é\u{1f600}'\"<>\\";

macro_rules! judge {
    ($id:expr, $secret:expr, $method:expr) => {{
        let url = |path: &str| format!("https://idp.example.com/{path}");
        let judge = BasicClient::new(oauth2::ClientId::new($id.into()))
            .set_token_uri(oauth2::TokenUrl::new(url("token")).unwrap())
            .set_introspection_url(oauth2::IntrospectionUrl::new(url("introspect")).unwrap())
            .set_revocation_url(oauth2::RevocationUrl::new(url("revoke")).unwrap())
            .set_redirect_uri(oauth2::RedirectUrl::new(REDIRECT.into()).unwrap())
            .set_auth_type(if $method == ClientSecretBasic {
                AuthType::BasicAuth
            } else {
                AuthType::RequestBody
            });
        match $secret {
            Some(secret) => judge.set_client_secret(oauth2::ClientSecret::new(secret)),
            None => judge,
        }
    }};
}

fn client(id: &str, secret: Option<&str>, method: ClientAuthentication) -> Client {
    let config = ClientConfig::new(id).redirect_uri(REDIRECT).unwrap().authentication(method);
    let config = match secret {
        Some(secret) => config.secret(secret),
        None => config,
    };
    Client::new(Service::from_json(METADATA).unwrap(), config).unwrap()
}

/// Each way of authentication that the crate has, with plain and with odd credentials.
const CLIENTS: [(&str, Option<&str>, ClientAuthentication); 5] = [
    ("abc", Some("s3cret"), ClientSecretBasic),
    (ODD, Some(ODD), ClientSecretBasic),
    ("abc", Some("s3cret"), ClientSecretPost),
    (ODD, Some(ODD), ClientSecretPost),
    (ODD, None, Public),
];

#[test]
fn requests_are_those_of_the_oauth2_crate() {
    let scopes: Vec<String> = ["openid", "https://x.example/a:b~c", "email"].map(str::to_owned).into();
    let wire = || scopes.iter().cloned().map(Scope::new);
    let token = "a b+c%&=:/?~*'\"<>";
    for (id, secret, method) in CLIENTS {
        let client = client(id, secret, method);
        let judge = judge!(id, secret.map(str::to_owned), method);

        let pending = client.begin_authorization(&crate::AuthorizationRequest::scopes(["email"])).unwrap();
        let callback = crate::client::Callback::Parameters(vec![
            ("state".into(), pending.state().into()),
            ("code".into(), ODD.into()),
        ]);
        let verifier = oauth2::PkceCodeVerifier::new(pending.record().v.clone());
        let theirs_code = theirs(|outbox| {
            let code = oauth2::AuthorizationCode::new(ODD.into());
            drop(judge.exchange_code(code).set_pkce_verifier(verifier).request(outbox));
        });
        assert_eq!(ours(client.finish_authorization(pending, callback)), theirs_code);

        let old = oauth2::RefreshToken::new(token.into());
        let refresh = theirs(|outbox| {
            drop(judge.exchange_refresh_token(&old).add_scopes(wire()).request(outbox));
        });
        assert_eq!(ours(client.refresh(token, &GrantOptions::scopes(&scopes), None)), refresh);

        if secret.is_some() {
            let credentials = theirs(|outbox| {
                drop(judge.exchange_client_credentials().add_scopes(wire()).request(outbox));
            });
            assert_eq!(ours(client.client_credentials(&GrantOptions::scopes(&scopes))), credentials);
        }

        let asked = oauth2::AccessToken::new(token.into());
        let introspection = theirs(|outbox| {
            let question = judge.introspect(&asked).set_token_type_hint("refresh_token");
            drop(question.request(outbox));
        });
        assert_eq!(ours(client.introspect(token, Some(TokenTypeHint::RefreshToken))), introspection);

        let revocation = theirs(|outbox| {
            let token = oauth2::StandardRevocableToken::AccessToken(asked.clone());
            drop(judge.revoke_token(token).unwrap().request(outbox));
        });
        assert_eq!(ours(client.revoke(token, Some(TokenTypeHint::AccessToken))), revocation);
    }
}

#[test]
fn credentials_are_not_shown() {
    for (id, secret, method) in CLIENTS {
        let client = client(id, secret.map(|_| "canary"), method);
        let shown = format!("{:?}", client.credential());
        assert!(matches!(shown.as_str(), "Header(Sensitive)" | "Parameters(***)"), "{shown}");
    }
}
