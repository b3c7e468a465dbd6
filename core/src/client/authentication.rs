//! Client authentication: how a request proves which client sends it, RFC 6749 section 2.3, RFC 7521 to 7523 and
//! RFC 8705.
//!
//! What never changes is encoded once, when the client is built; an assertion is made when its request is sent.

use super::form::{Form, encode_into};
use super::method::ClientAuthentication;
use crate::clock::Clock;
use crate::error::{Error, ErrorCode, Result};
use crate::flow::authorization;
use crate::jose::{Algorithm, Key, Signer};
use crate::random::Random;
use crate::secret::{Secret, SecretBytes};
use crate::types::ClientId;
use base64::prelude::{BASE64_STANDARD, Engine as _};
use http::header::{AUTHORIZATION, HeaderMap, HeaderValue};

/// `client_assertion_type`, RFC 7523 section 2.2.
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Seconds for which an assertion is good. Longer only helps whoever gets hold of one.
const ASSERTION_LIFETIME: i64 = 60;

/// Seconds for which CiviConnect's secrets are good, as CiviCRM makes them.
const CIVI_LIFETIME: i64 = 3600;

/// What stands for CiviConnect's credentials in a client that CiviCRM has stored.
const CIVI_PLACEHOLDER: &str = "{civi_connect}";

/// A client's credentials, ready to be put into a request.
#[derive(Debug)]
pub(super) enum Credential {
    /// The value of `Authorization`.
    Header(HeaderValue),
    /// Parameters of the form, encoded: `client_id`, and `client_secret` if there is one.
    Parameters(SecretBytes),
    /// A JWT of this client about itself, RFC 7523 section 3.
    Assertion(Box<Assertion>),
    /// CiviConnect: a JWT in the place of the secret.
    Civi(Box<Assertion>),
}

/// What signs assertions, and the parts of them that do not change.
#[derive(Debug)]
pub(super) struct Assertion {
    signer: Signer,
    client_id: String,
    /// The claims so far: JSON without its end.
    claims: String,
}

/// What a credential is made of.
pub(super) struct Material<'a> {
    pub(super) client_id: &'a ClientId,
    pub(super) secret: Option<&'a Secret>,
    pub(super) key: Option<&'a Key>,
    pub(super) algorithm: Option<Algorithm>,
    /// Whom an assertion is for; `None` if the provider's issuer is unknown.
    pub(super) audience: Option<&'a str>,
}

impl Credential {
    /// Prepares what a method sends.
    ///
    /// # Errors
    /// `config.client_authentication` if something that the method needs is missing; `key.*` and
    /// `config.unsupported_algorithm` for a key that cannot sign.
    pub(super) fn new(method: ClientAuthentication, given: &Material<'_>) -> Result<Self> {
        let missing = |detail| Error::with(ErrorCode::ConfigClientAuthentication, detail);
        let secret = || given.secret.ok_or_else(|| missing("client_secret is missing"));
        let key = || given.key.ok_or_else(|| missing("assertion_key is missing"));
        match method {
            ClientAuthentication::ClientSecretBasic => basic(given.client_id, secret()?),
            ClientAuthentication::ClientSecretPost => Ok(parameters(given.client_id, Some(secret()?))),
            ClientAuthentication::None
            | ClientAuthentication::TlsClientAuth
            | ClientAuthentication::SelfSignedTlsClientAuth => Ok(parameters(given.client_id, None)),
            ClientAuthentication::ClientSecretJwt => {
                let key = Key::hmac(secret()?.expose().as_bytes())?;
                Assertion::new(key, given).map(|assertion| Self::Assertion(Box::new(assertion)))
            }
            ClientAuthentication::PrivateKeyJwt => {
                let key = key()?;
                if key.is_symmetric() {
                    return Err(ErrorCode::KeyPrivateRequired.into());
                }
                Assertion::new(key.clone(), given).map(|assertion| Self::Assertion(Box::new(assertion)))
            }
            ClientAuthentication::CiviConnect => {
                Assertion::civi(key()?).map(|assertion| Self::Civi(Box::new(assertion)))
            }
        }
    }

    /// Whether the credentials bring a parameter `client_id` of their own.
    pub(super) const fn names_client(&self) -> bool {
        !matches!(self, Self::Header(_))
    }

    /// Puts the credentials into a request.
    pub(super) fn apply(
        &self,
        headers: &mut HeaderMap,
        form: &mut Form,
        clock: &Clock,
        random: &Random,
    ) -> Result<()> {
        match self {
            Self::Header(value) => drop(headers.insert(AUTHORIZATION, value.clone())),
            Self::Parameters(parameters) => form.append_encoded(parameters.expose()),
            Self::Assertion(assertion) => {
                form.append("client_id", &assertion.client_id);
                form.append("client_assertion_type", ASSERTION_TYPE);
                form.append("client_assertion", &assertion.make(clock, random)?);
            }
            Self::Civi(assertion) => {
                form.append("client_id", &assertion.client_id);
                form.append("client_secret", &assertion.make_civi(clock)?);
            }
        }
        Ok(())
    }
}

fn basic(client_id: &ClientId, secret: &Secret) -> Result<Credential> {
    // RFC 6749 section 2.3.1: both parts are form-encoded before they are joined.
    let mut pair = Vec::new();
    encode_into(client_id.as_str().as_bytes(), &mut pair);
    pair.push(b':');
    encode_into(secret.expose().as_bytes(), &mut pair);
    let pair = SecretBytes::new(pair);
    authorization(format!("Basic {}", BASE64_STANDARD.encode(pair.expose()))).map(Credential::Header)
}

fn parameters(client_id: &ClientId, secret: Option<&Secret>) -> Credential {
    let mut form = Form::new();
    form.append("client_id", client_id.as_str());
    form.append_some("client_secret", secret.map(Secret::expose));
    Credential::Parameters(SecretBytes::new(form.into_bytes()))
}

impl Assertion {
    fn new(key: Key, given: &Material<'_>) -> Result<Self> {
        let algorithm = key.signing_algorithm(given.algorithm)?;
        let audience = given.audience.ok_or_else(|| {
            let detail = "the provider has no issuer; see assertion_audience";
            Error::with(ErrorCode::ConfigClientAuthentication, detail)
        })?;
        let id = json_text(given.client_id.as_str());
        // The audience is one text and never a list: whoever is in a list could use the assertion against the
        // others (threat F5).
        let claims = format!("{{\"iss\":{id},\"sub\":{id},\"aud\":{}", json_text(audience));
        let signer = Signer::new(key, algorithm, None, Some("JWT".to_owned()))?;
        Ok(Self { signer, client_id: given.client_id.as_str().to_owned(), claims })
    }

    fn civi(key: &Key) -> Result<Self> {
        let client_id = civi_client_id(key)?;
        let signer =
            Signer::new(key.clone(), Algorithm::EdDSA, Some(client_id.clone()), Some("JWT".to_owned()))?;
        Ok(Self { signer, client_id, claims: "{\"scope\":\"CiviConnect\"".to_owned() })
    }

    /// An assertion for a request that is sent now. Its `jti` has never been and will never be used again.
    fn make(&self, clock: &Clock, random: &Random) -> Result<String> {
        let (now, id) = (clock.now(), random.token()?);
        let end = now.saturating_add(ASSERTION_LIFETIME);
        let claims = format!("{},\"jti\":\"{id}\",\"iat\":{now},\"exp\":{end}}}", self.claims);
        self.signer.sign_bytes(claims.as_bytes())
    }

    fn make_civi(&self, clock: &Clock) -> Result<String> {
        let end = clock.now().saturating_add(CIVI_LIFETIME);
        self.signer.sign_bytes(format!("{},\"exp\":{end}}}", self.claims).as_bytes())
    }
}

/// The client id that a site has at CiviConnect: its key.
///
/// # Errors
/// `key.wrong_type` for a key that is not Ed25519, `key.private_required`.
fn civi_client_id(key: &Key) -> Result<String> {
    key.signing_algorithm(Some(Algorithm::EdDSA))?;
    Ok(format!("eddsa_{}", BASE64_STANDARD.encode(key.public_raw()?)))
}

/// What a client is called: what its configuration says, or at CiviConnect what its key says.
///
/// # Errors
/// `config.invalid` for a malformed identifier; `config.client_authentication` if it is another key's.
pub(super) fn client_id(method: ClientAuthentication, given: &str, key: Option<&Key>) -> Result<ClientId> {
    match (method, key) {
        (ClientAuthentication::CiviConnect, Some(key)) => {
            let id = civi_client_id(key)?;
            if given != CIVI_PLACEHOLDER && given != id {
                let detail = "at CiviConnect the client_id is the key's own, or {civi_connect}";
                return Err(Error::with(ErrorCode::ConfigClientAuthentication, detail));
            }
            ClientId::parse(&id)
        }
        _ => ClientId::parse(given),
    }
}

/// Whether a secret only marks the place of CiviConnect's.
pub(super) fn is_civi_placeholder(secret: &Secret) -> bool {
    secret.expose() == CIVI_PLACEHOLDER
}

fn json_text(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
