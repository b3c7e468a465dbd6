//! The resource server role, RFC 6750: who sends this request, and what to answer if nobody may.
//!
//! A token is taken from one `Authorization` field and nowhere else, because a token in a query or a form
//! ends up in logs and histories (RFC 9700 section 4.3.2). Every failure is a ready answer with status and
//! header fields; nothing of the token is repeated in it.

use crate::error::{Category, Error, ErrorCode, Result};
use crate::flow::Flow;
use crate::jose::Expected;
use crate::jose::{Verified, json::Value};
use crate::types::ScopeSet;
use crate::verifier::Verifier;
use std::borrow::Cow;
use std::sync::Arc;

/// Guards an API with a [`Verifier`]. Cheap to clone.
#[derive(Clone, Debug)]
pub struct ResourceServer(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    verifier: Verifier,
    realm: Option<String>,
}

/// The answer to one request.
#[derive(Clone, Debug)]
pub enum Decision {
    /// The request may go on.
    Granted(Principal),
    /// The request is answered with this.
    Denied(Denial),
}

/// On whose behalf a request is made.
#[derive(Clone, Debug)]
pub struct Principal {
    /// The verified token.
    pub token: Verified,
    /// The token's scopes.
    pub scopes: Vec<String>,
}

/// A refusal, ready to be sent.
#[derive(Clone, Debug)]
pub struct Denial {
    /// 400, 401, 403, or 503 if the key set cannot be had.
    pub status: u16,
    /// `WWW-Authenticate` after RFC 6750 section 3; empty for a 503.
    pub challenge: Option<String>,
    /// Why, with the report about the token.
    pub error: Error,
}

impl ResourceServer {
    /// Guards with a verifier; `realm` names the protected space in challenges.
    ///
    /// # Errors
    /// `config.invalid` if the realm has quotes, backslashes or characters outside visible ASCII.
    pub fn new(verifier: Verifier, realm: Option<&str>) -> Result<Self> {
        let plain = |b: u8| (0x20..0x7f).contains(&b) && b != b'"' && b != b'\\';
        if realm.is_some_and(|realm| realm.is_empty() || !realm.bytes().all(plain)) {
            return Err(Error::with(ErrorCode::ConfigInvalid, "realm"));
        }
        Ok(Self(Arc::new(Inner { verifier, realm: realm.map(str::to_owned) })))
    }

    /// Decides with the keys at hand. `authorization` holds the values of all `Authorization` fields of
    /// the request, `scopes` what the token must cover.
    ///
    /// # Errors
    /// `jwks.not_loaded` if keys would have to be fetched, and `config.invalid` for a malformed scope.
    pub fn authenticate_now(&self, authorization: &[&str], scopes: &[String]) -> Result<Decision> {
        let required = ScopeSet::parse(scopes)?;
        let token = match self.bearer(authorization) {
            Ok(token) => token,
            Err(denial) => return Ok(Decision::Denied(denial)),
        };
        match self.0.verifier.verify_now(token) {
            Err(error) if error.code() == ErrorCode::KeySetNotLoaded => Err(error),
            result => Ok(self.decide(result, &required)),
        }
    }

    /// Decides, fetching keys if it must.
    #[must_use]
    pub fn authenticate(&self, authorization: &[&str], scopes: &[String]) -> Flow<Decision> {
        let required = match ScopeSet::parse(scopes) {
            Ok(required) => required,
            Err(error) => return Flow::ready(Err(error)),
        };
        let token = match self.bearer(authorization) {
            Ok(token) => token.to_owned(),
            Err(denial) => return Flow::ready(Ok(Decision::Denied(denial))),
        };
        // As in `Verifier::verify`: keys that are about to expire are refreshed by a caller whose token is good.
        match self.0.verifier.verify_now(&token) {
            Ok(_) if self.0.verifier.refresh_due(&token) => {}
            Err(error) if error.code() == ErrorCode::KeySetNotLoaded => {}
            known => return Flow::ready(Ok(self.decide(known, &required))),
        }
        let server = self.clone();
        // A failure of the flow itself is an answer as well, so the verification is run inside it.
        Flow::new(|io| async move {
            let result = server.0.verifier.verify_within(&io, &token, &Expected::default()).await;
            Ok(server.decide(result, &required))
        })
    }

    /// See [`Verifier::refresh_due`]; here [`ResourceServer::authenticate`] is what refreshes.
    #[must_use]
    pub fn refresh_due(&self, authorization: &[&str]) -> bool {
        self.bearer(authorization).is_ok_and(|token| self.0.verifier.refresh_due(token))
    }

    fn decide(&self, result: Result<Verified>, required: &ScopeSet) -> Decision {
        let token = match result {
            Ok(token) => token,
            Err(error)
                if error.code().category() == Category::Token && error.code() != ErrorCode::TokenBusy =>
            {
                return Decision::Denied(self.deny(401, Some("invalid_token"), None, error));
            }
            // The provider cannot be asked, or this process is busy: nobody gets in, and nobody is told that the token is bad.
            Err(error) => return Decision::Denied(Denial { status: 503, challenge: None, error }),
        };
        let scopes = scopes_of(&token);
        if required.iter().all(|wanted| scopes.iter().any(|scope| scope == wanted)) {
            return Decision::Granted(Principal { token, scopes });
        }
        let error = Error::new(ErrorCode::OauthInsufficientScope);
        Decision::Denied(self.deny(403, Some("insufficient_scope"), Some(&required.joined()), error))
    }

    /// The token of the one `Authorization: Bearer` field, RFC 6750 section 2.1.
    fn bearer<'a>(&self, authorization: &[&'a str]) -> std::result::Result<&'a str, Denial> {
        let bad_request = |detail| {
            let error = Error::with(ErrorCode::OauthInvalidRequest, detail);
            Err(self.deny(400, Some("invalid_request"), None, error))
        };
        let value = match authorization {
            [] => {
                return Err(self.deny(
                    401,
                    None,
                    None,
                    Error::with(ErrorCode::OauthInvalidToken, "none was sent"),
                ));
            }
            [value] => *value,
            _ => return bad_request("several Authorization fields"),
        };
        let Some((scheme, token)) = value.split_once(' ') else {
            return bad_request("the Authorization field has no token");
        };
        if !scheme.eq_ignore_ascii_case("bearer") {
            let error = Error::with(ErrorCode::OauthInvalidToken, "the Authorization scheme is not Bearer");
            return Err(self.deny(401, None, None, error));
        }
        let allowed =
            |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~' | b'+' | b'/' | b'=');
        if token.is_empty() || !token.bytes().all(allowed) {
            return bad_request("the bearer token has characters that none can have");
        }
        Ok(token)
    }

    /// A denial with its challenge. Only texts of our own and checked scopes enter it.
    fn deny(&self, status: u16, name: Option<&str>, scope: Option<&str>, error: Error) -> Denial {
        let mut parts = Vec::new();
        if let Some(realm) = &self.0.realm {
            parts.push(format!("realm=\"{realm}\""));
        }
        if let Some(name) = name {
            parts.push(format!("error=\"{name}\""));
            parts.push(format!("error_description=\"{}\"", error.code().sentence()));
        }
        if let Some(scope) = scope {
            parts.push(format!("scope=\"{scope}\""));
        }
        let challenge =
            if parts.is_empty() { "Bearer".to_owned() } else { format!("Bearer {}", parts.join(", ")) };
        Denial { status, challenge: Some(challenge), error }
    }
}

/// The scopes of a token: `scope` (RFC 9068), `scp` (Microsoft) or `scopes` (Drupal), a text or a list.
fn scopes_of(token: &Verified) -> Vec<String> {
    let Some(claim) = ["scope", "scp", "scopes"].iter().find_map(|name| token.claim(name)) else {
        return Vec::new();
    };
    match (claim.as_str(), claim.as_array()) {
        (Some(text), _) => text.split(' ').filter(|scope| !scope.is_empty()).map(str::to_owned).collect(),
        (None, Some(items)) => items.filter_map(Value::as_str).map(Cow::into_owned).collect(),
        (None, None) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::flow::{NetworkPolicy, Step};
    use crate::jose::{Algorithm, Key, KeySet, Signer};
    use crate::verifier::{Issuers, KeysFrom, VerifierConfig};

    const NOW: i64 = 1_700_000_000;

    fn server(keys: KeysFrom) -> ResourceServer {
        let verifier = Verifier::new(VerifierConfig {
            padded: false,
            keys,
            issuers: Issuers::Any,
            audience: Some(vec!["api".into()]),
            algorithms: Some(vec!["ES256".into()]),
            leeway: 0,
            max_age: None,
            profile: crate::jose::Profile::Generic,
            required_claims: vec![],
            require_exp: true,
            network: NetworkPolicy::default(),
            token_cache: 0,
            clock: Clock::fixed(NOW),
        });
        ResourceServer::new(verifier.unwrap(), Some("farm")).unwrap()
    }

    fn answer(server: &ResourceServer, fields: &[&str], scopes: &[&str]) -> (u16, String) {
        let scopes: Vec<String> = scopes.iter().map(|scope| (*scope).to_owned()).collect();
        match server.authenticate_now(fields, &scopes).unwrap() {
            Decision::Granted(principal) => (200, principal.scopes.join(" ")),
            Decision::Denied(denial) => (denial.status, denial.challenge.unwrap_or_default()),
        }
    }

    #[test]
    fn each_request_gets_the_answer_of_rfc_6750() {
        let key = Key::generate(Algorithm::ES256).unwrap();
        let server = server(KeysFrom::Fixed(KeySet::single(key.clone())));
        let signer = Signer::new(key, Algorithm::ES256, None, None).unwrap();
        let token = |claims: &str| format!("Bearer {}", signer.sign(claims, NOW, Some(60)).unwrap());
        let good = token(r#"{"aud":"api","scope":"read write"}"#);
        assert_eq!(answer(&server, &[&good], &["read"]), (200, "read write".into()));
        assert_eq!(answer(&server, &[&token(r#"{"aud":"api","scopes":["a","b"]}"#)], &["b"]).0, 200);
        assert_eq!(answer(&server, &[&good.replace("Bearer", "bEARER")], &[]).0, 200);
        assert_eq!(answer(&server, &[], &[]), (401, "Bearer realm=\"farm\"".into()));
        assert_eq!(answer(&server, &["Basic YTpi"], &[]), (401, "Bearer realm=\"farm\"".into()));
        assert_eq!(answer(&server, &[&good, &good], &[]).0, 400);
        for bad in
            ["Bearer", "Bearer ", "Bearer  a", "Bearer a b", "Bearer a\tb", "Bearer a,b", "Bearer \"a\""]
        {
            assert_eq!(answer(&server, &[bad], &[]).0, 400, "{bad}");
        }
        let (status, challenge) = answer(&server, &[&good], &["rea"]);
        assert_eq!(status, 403);
        assert!(challenge.contains("error=\"insufficient_scope\"") && challenge.ends_with("scope=\"rea\""));
        let (status, challenge) = answer(&server, &[&token(r#"{"aud":"other"}"#)], &[]);
        assert!(status == 401 && challenge.contains("error=\"invalid_token\""));
    }

    #[test]
    fn an_unreachable_provider_lets_nobody_in() {
        let jwks_uri = Some("https://idp.example.com/jwks".to_owned());
        let server = server(KeysFrom::Provider { jwks_uri });
        let key = Key::generate(Algorithm::ES256).unwrap();
        let token = Signer::new(key, Algorithm::ES256, Some("k".into()), None).unwrap();
        let token = format!("Bearer {}", token.sign(r#"{"aud":"api"}"#, NOW, Some(60)).unwrap());
        let mut flow = server.authenticate(&[&token], &[]);
        assert!(matches!(flow.advance(None), Ok(Step::Http(_))));
        let failed = crate::flow::Reply::Failed(crate::flow::transport_failure("timeout"));
        match flow.advance(Some(failed)) {
            Ok(Step::Done(Decision::Denied(denial))) => assert_eq!(denial.status, 503),
            other => panic!("{other:?}"),
        }
    }
}
