//! DPoP, RFC 9449: requests that prove the possession of a key, so that a stolen token is of no use.
//!
//! A client with a key proves it at the token endpoint and wherever it shows an access token, and takes nothing but DPoP
//! tokens from then on. Nonces belong to the origin that handed them out and are never shown to another (threat F13).

use super::Client;
use super::request::FormRequest;
use crate::error::{Error, ErrorCode, Result};
use crate::flow::{HttpRequest, HttpResponse, Io, authorization};
use crate::jose::{Algorithm, DpopSigner, DpopSubject, Key};
use crate::services::Service;
use crate::types::check_token;
use arc_swap::ArcSwapOption;
use http::header::{AUTHORIZATION, HeaderName, HeaderValue};
use url::Url;

/// The field that carries a proof.
const PROOF: HeaderName = HeaderName::from_static("dpop");
/// The field by which a server hands a nonce out.
const NONCE: &str = "dpop-nonce";
/// Origins whose nonces are kept. A provider has one or two, an application's own APIs are few.
const ORIGINS: usize = 16;
/// Longest nonce that is kept.
const MAX_NONCE: usize = 1024;

/// A client's key and the nonces that it was given.
pub(super) struct Dpop {
    signer: DpopSigner,
    /// Whether the key was made here, so that no other process has it.
    made: bool,
    nonces: Nonces,
}

impl Dpop {
    /// The key that was configured, or a new one if the client is only told to use DPoP.
    pub(super) fn new(service: &Service, enabled: Option<bool>, key: Option<Key>) -> Result<Option<Self>> {
        let announced = service.metadata().dpop_algorithms.as_deref();
        let made = key.is_none();
        let key = match (enabled, key) {
            (Some(false), Some(_)) => {
                return Err(Error::with(ErrorCode::ConfigDpop, "a dpop_key, and dpop switched off"));
            }
            (None | Some(false), None) => return Ok(None),
            (_, Some(key)) => key,
            (Some(true), None) => {
                let usual = [Algorithm::ES256, Algorithm::EdDSA];
                let accepted = |one: &&Algorithm| {
                    announced.is_none_or(|list| list.iter().any(|name| name == one.name()))
                };
                Key::generate(*usual.iter().find(accepted).unwrap_or(&Algorithm::ES256))?
            }
        };
        Ok(Some(Self { signer: DpopSigner::new(key, announced)?, made, nonces: Nonces::default() }))
    }

    pub(super) fn thumbprint(&self) -> &str {
        self.signer.thumbprint()
    }

    /// The refusal of an authorization that began with another key.
    pub(super) fn other_key(&self) -> Error {
        if self.made {
            return Error::with(
                ErrorCode::CallbackDpopKey,
                "this process made its own: give all of them one dpop_key",
            );
        }
        ErrorCode::CallbackDpopKey.into()
    }
}

impl Client {
    /// The key that the client's tokens are bound to, to be kept where they are kept; `None` without DPoP.
    #[must_use]
    pub fn dpop_key(&self) -> Option<&Key> {
        self.0.dpop.as_ref().map(|dpop| dpop.signer.key())
    }

    /// A proof for a request of the application's own, for example to its API. Without `nonce` the one is used that
    /// the URL's origin handed out last.
    ///
    /// # Errors
    /// `config.dpop` without a key, `config.url`, `config.invalid` for a token or a nonce that is none, `internal.random`.
    pub fn dpop_proof(
        &self,
        method: &str,
        url: &str,
        access_token: Option<&str>,
        nonce: Option<&str>,
    ) -> Result<String> {
        let dpop = self.dpop()?;
        if let Some(token) = access_token {
            check_token("access_token", token)?;
        }
        if nonce.is_some_and(|nonce| !is_nonce(nonce)) {
            return Err(Error::with(ErrorCode::ConfigInvalid, "nonce"));
        }
        let known =
            if nonce.is_none() { origin(url).and_then(|origin| dpop.nonces.get(&origin)) } else { None };
        let nonce = nonce.or(known.as_deref());
        let subject = DpopSubject { method, url, access_token, nonce };
        dpop.signer.proof(&subject, &self.random().token()?, self.clock().now())
    }

    /// The fields that show an access token of this client to an API: `authorization`, and `dpop` with a proof where the client
    /// has a key. The URL must be https, or http on loopback.
    ///
    /// # Errors
    /// As [`Client::dpop_proof`].
    pub fn authorization_headers(
        &self,
        access_token: &str,
        method: &str,
        url: &str,
    ) -> Result<Vec<(&'static str, String)>> {
        check_token("access_token", access_token)?;
        // Where the application sends its requests is its own affair; that a token goes nowhere in clear text is ours.
        let network = crate::flow::NetworkPolicy { allow_private: true, ..Default::default() };
        crate::types::EndpointUrl::parse(url.split('#').next().unwrap_or_default(), &network)?;
        if self.0.dpop.is_none() {
            return Ok(vec![("authorization", format!("Bearer {access_token}"))]);
        }
        let proof = self.dpop_proof(method, url, Some(access_token), None)?;
        Ok(vec![("authorization", format!("DPoP {access_token}")), ("dpop", proof)])
    }

    /// Takes the `DPoP-Nonce` field of a response to a request of the application's own: the next proof for that
    /// origin has it. What is no nonce is left out (RFC 9449 section 8.1).
    ///
    /// # Errors
    /// `config.dpop` without a key, `config.url`.
    pub fn remember_dpop_nonce(&self, url: &str, nonce: &str) -> Result<()> {
        let origin =
            origin(url).ok_or_else(|| Error::with(ErrorCode::ConfigUrl, "the URL of the request"))?;
        self.dpop()?.nonces.put(origin, nonce);
        Ok(())
    }

    fn dpop(&self) -> Result<&Dpop> {
        self.0.dpop.as_ref().ok_or_else(|| Error::with(ErrorCode::ConfigDpop, "the client has no key"))
    }

    /// Has an authenticated request carried with a proof, and once more if the endpoint asks for its nonce (RFC 9449
    /// section 8). The second one is made anew, because an assertion or a proof is good for one request.
    pub(super) async fn send_proven(&self, io: &Io, request: FormRequest) -> Result<HttpResponse> {
        let response = self.carry(io, self.authenticated(request.clone())?, None).await?;
        if !asks_for_nonce(&response) {
            return Ok(response);
        }
        self.carry(io, self.authenticated(request)?, None).await
    }

    /// Shows an access token at an endpoint of the provider: as bearer token, or with a proof and the one retry (RFC 9449
    /// section 9).
    pub(super) async fn send_with_token(
        &self,
        io: &Io,
        mut request: HttpRequest,
        access_token: &str,
    ) -> Result<HttpResponse> {
        let scheme = if self.0.dpop.is_some() { "DPoP" } else { "Bearer" };
        request.headers.insert(AUTHORIZATION, authorization(format!("{scheme} {access_token}"))?);
        if self.0.dpop.is_none() {
            return io.http(request).await;
        }
        let response = self.carry(io, request.clone(), Some(access_token)).await?;
        if !asks_for_nonce(&response) {
            return Ok(response);
        }
        self.carry(io, request, Some(access_token)).await
    }

    /// One request with a proof; the nonce that its response hands out is kept.
    async fn carry(
        &self,
        io: &Io,
        mut request: HttpRequest,
        access_token: Option<&str>,
    ) -> Result<HttpResponse> {
        let dpop = self.dpop()?;
        let origin = request.url.url().origin().ascii_serialization();
        let url = request.url.as_str();
        let proof = self.dpop_proof(request.method.as_str(), url, access_token, None)?;
        let proof = HeaderValue::try_from(proof).map_err(|_| Error::new(ErrorCode::InternalFlow))?;
        request.headers.insert(PROOF, proof);
        let response = io.http(request).await?;
        let mut handed_out = response.headers.get_all(NONCE).iter();
        // Of two nonces nobody could say which one counts.
        if let (Some(nonce), None) = (handed_out.next(), handed_out.next())
            && let Ok(nonce) = nonce.to_str()
        {
            dpop.nonces.put(origin, nonce);
        }
        Ok(response)
    }
}

/// Whether a response wants a nonce and hands one out: 400 at the token endpoint, 401 at a resource.
fn asks_for_nonce(response: &HttpResponse) -> bool {
    matches!(response.status, 400 | 401)
        && response.header(NONCE).is_some_and(is_nonce)
        && crate::reply::refusal(response).code() == ErrorCode::OauthUseDpopNonce
}

/// RFC 9449 section 8.1: `1*NQCHAR`.
fn is_nonce(text: &str) -> bool {
    (1..=MAX_NONCE).contains(&text.len())
        && text.bytes().all(|byte| matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e))
}

/// The origin of an https or http URL.
fn origin(url: &str) -> Option<String> {
    let url = Url::parse(url).ok().filter(|url| matches!(url.scheme(), "https" | "http"))?;
    Some(url.origin().ascii_serialization())
}

/// The last nonce of each origin: a fixed table of snapshot pointers without a lock, so that a fork cannot hang on it.
#[derive(Default)]
struct Nonces([ArcSwapOption<(String, String)>; ORIGINS]);

impl Nonces {
    fn get(&self, origin: &str) -> Option<String> {
        self.0.iter().find_map(|slot| {
            let entry = slot.load();
            entry.as_ref().filter(|entry| entry.0 == origin).map(|entry| entry.1.clone())
        })
    }

    /// Keeps a nonce in the place of the origin's last one, else in a free place, else in one that the origin's name decides
    /// on. Two threads may fill two places for one origin; both hold a nonce that it handed out.
    fn put(&self, origin: String, nonce: &str) {
        if !is_nonce(nonce) {
            return;
        }
        let is_own = |slot: &&ArcSwapOption<_>| {
            slot.load().as_ref().is_some_and(|entry: &std::sync::Arc<(String, String)>| entry.0 == origin)
        };
        let by_name =
            origin.bytes().fold(0_usize, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
        let slot = self.0.iter().find(is_own);
        let slot = slot.or_else(|| self.0.iter().find(|slot| slot.load().is_none()));
        if let Some(slot) = slot.or_else(|| self.0.get(by_name % ORIGINS)) {
            slot.store(Some(std::sync::Arc::new((origin, nonce.to_owned()))));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_origin_has_its_own_nonce_and_the_table_stays_bounded() {
        let nonces = Nonces::default();
        nonces.put("https://a.example".into(), "one");
        nonces.put("https://b.example".into(), "two");
        nonces.put("https://a.example".into(), "three");
        assert_eq!(nonces.get("https://a.example").as_deref(), Some("three"));
        assert_eq!(nonces.get("https://b.example").as_deref(), Some("two"));
        assert_eq!(nonces.get("https://a.example:8443"), None);
        for n in 0..1000 {
            let origin = format!("https://{n}.example");
            nonces.put(origin.clone(), "n");
            assert_eq!(nonces.get(&origin).as_deref(), Some("n"));
        }
        assert_eq!(nonces.0.iter().filter(|slot| slot.load().is_some()).count(), ORIGINS);
    }

    #[test]
    fn what_is_no_nonce_is_not_kept() {
        let nonces = Nonces::default();
        for bad in ["", "a b", "a\"b", "a\\b", "é", "a\n", &"n".repeat(MAX_NONCE + 1)] {
            nonces.put("https://a.example".into(), bad);
            assert_eq!(nonces.get("https://a.example"), None, "{bad:?}");
        }
    }
}
