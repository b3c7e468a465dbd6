//! Request objects, RFC 9101: the parameters of an authorization request, signed so that the browser can neither change nor
//! mix them, and on demand encrypted after that (section 6.1), so that it cannot read them either.

use super::Client;
use super::authorization_request::{Parameter, Parameters};
use crate::error::{Error, ErrorCode, Result};
use crate::flow::{Flow, Io};
use crate::jose::jwe::{ContentEncryption, EncrypterOptions, KeyManagement};
use crate::jose::{Algorithm, Encrypter, EncryptionKey, Key, KeySet, Signer};
use crate::jwks::{KeySource, Lookup};
use crate::metadata::Metadata;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// Seconds within which the browser must bring the object to the provider.
const LIFETIME: i64 = 300;

/// How request objects are encrypted, by the names of RFC 7516. Both were agreed on at registration, so none has a default.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EncryptionNames {
    alg: String,
    enc: String,
}

impl EncryptionNames {
    pub(super) fn new(alg: String, enc: String) -> Self {
        Self { alg, enc }
    }
}

/// What makes a client's request objects.
pub(super) struct RequestSigner {
    signer: Signer,
    encryption: Option<(KeyManagement, ContentEncryption)>,
}

impl RequestSigner {
    /// A signer for the client's registered key, whose key id becomes `kid`; `None` without a key.
    ///
    /// # Errors
    /// `key.private_required` for a secret or a public key, and `key.*` for one that cannot sign;
    /// `config.request_object_encryption` for an encryption without a key that signs, under a shared secret, or that the
    /// provider does not announce, `config.unsupported_algorithm` for one that this build lacks.
    pub(super) fn new(
        key: Option<Key>,
        names: Option<&EncryptionNames>,
        provider: &Metadata,
    ) -> Result<Option<Self>> {
        let Some(key) = key else {
            // Anybody can encrypt for the provider: what nobody signed would prove nothing.
            let refused = || Err(refused("there is no request_object_key, which signs first"));
            return names.map_or(Ok(None), |_| refused());
        };
        if key.is_symmetric() || !key.is_private() {
            return Err(ErrorCode::KeyPrivateRequired.into());
        }
        let able = |algorithm: &Algorithm| key.check_sign(*algorithm).is_ok();
        let algorithm = Algorithm::asymmetric().into_iter().find(able);
        let algorithm = algorithm.ok_or_else(|| Error::new(ErrorCode::KeyUse))?;
        // RFC 9101 section 10.8: the type keeps request objects apart from every other token under this key.
        let signer = Signer::new(key, algorithm, None, Some("oauth-authz-req+jwt".to_owned()))?;
        Ok(Some(Self { signer, encryption: names.map(|names| encryption(names, provider)).transpose()? }))
    }
}

fn refused(why: &str) -> Error {
    Error::with(ErrorCode::ConfigRequestObjectEncryption, why.to_owned())
}

fn encryption(names: &EncryptionNames, provider: &Metadata) -> Result<(KeyManagement, ContentEncryption)> {
    let (algorithm, encryption): (KeyManagement, ContentEncryption) =
        (names.alg.parse()?, names.enc.parse()?);
    if algorithm.is_symmetric() {
        return Err(refused("alg is one for a shared secret"));
    }
    let lacks = |announced: &Option<Vec<String>>, name: &str| {
        announced.as_ref().is_some_and(|list| !list.iter().any(|one| one == name))
    };
    if lacks(&provider.request_object_encryption_algorithms, algorithm.name()) {
        return Err(refused("the provider does not announce alg"));
    }
    if lacks(&provider.request_object_encryptions, encryption.name()) {
        return Err(refused("the provider does not announce enc"));
    }
    Ok((algorithm, encryption))
}

impl Client {
    pub(super) fn signs_requests(&self) -> bool {
        self.0.request_signer.is_some()
    }

    /// Fetches the provider's key set unless a good one is at hand, in which case nothing is sent. What does no I/O,
    /// [`Client::begin_authorization`] with encrypted request objects, works right after it.
    ///
    /// # Errors
    /// `metadata.missing_endpoint` for a provider without key set, `jwks.*`, and the errors of the network.
    pub fn load_keys(&self) -> Flow<()> {
        let client = self.clone();
        match self.key_source().map(drop) {
            Err(error) => Flow::ready(Err(error)),
            Ok(()) => Flow::new(|io| async move { client.key_source()?.keys(&io, None).await.map(drop) }),
        }
    }

    fn key_source(&self) -> Result<&Arc<KeySource>> {
        let missing = || Error::with(ErrorCode::MetadataMissingEndpoint, "jwks_uri");
        self.service().keys().ok_or_else(missing)
    }

    fn request_encryption(&self) -> Option<(KeyManagement, ContentEncryption)> {
        self.0.request_signer.as_ref().and_then(|signer| signer.encryption)
    }

    /// What encrypts request objects, with the key set at hand; `None` if nothing is to.
    ///
    /// # Errors
    /// `metadata.missing_endpoint` for a provider without key set, `jwks.not_loaded` if it must be fetched first,
    /// `jwks.no_usable_key` if it has no key for this.
    pub(super) fn request_encrypter(&self) -> Result<Option<Encrypter>> {
        let Some(names) = self.request_encryption() else { return Ok(None) };
        match self.key_source()?.lookup(None) {
            Lookup::Keys(keys) => self.encrypter_for(&keys, names).map(Some),
            Lookup::Fetch | Lookup::Unknown => {
                Err(Error::with(ErrorCode::KeySetNotLoaded, "load_keys or push_authorization"))
            }
        }
    }

    /// The same, with the key set fetched if it must be.
    ///
    /// # Errors
    /// As [`Client::load_keys`]; `jwks.no_usable_key`.
    pub(super) async fn fetched_request_encrypter(&self, io: &Io) -> Result<Option<Encrypter>> {
        let Some(names) = self.request_encryption() else { return Ok(None) };
        let keys = self.key_source()?.keys(io, None).await?;
        self.encrypter_for(&keys, names).map(Some)
    }

    /// Whether a request needs the provider's key set before it can be made.
    ///
    /// # Errors
    /// `metadata.missing_endpoint` if it does and there is none.
    pub(super) fn encrypts_requests(&self) -> Result<bool> {
        match self.request_encryption() {
            Some(_) => self.key_source().map(|_| true),
            None => Ok(false),
        }
    }

    fn encrypter_for(
        &self,
        keys: &KeySet,
        (algorithm, encryption): (KeyManagement, ContentEncryption),
    ) -> Result<Encrypter> {
        let key: Option<EncryptionKey> = keys.recipient(algorithm);
        let key = key.ok_or_else(|| {
            Error::with(ErrorCode::KeySetNoUsableKey, format!("none with use enc for {algorithm}"))
        })?;
        let options = EncrypterOptions { random: self.random().clone(), ..EncrypterOptions::default() };
        Encrypter::new(vec![key], encryption, options)
    }

    /// With a key: `client_id` and the signed rest, encrypted if there is an encrypter. Without one: the parameters as they are.
    ///
    /// # Errors
    /// `metadata.missing_endpoint` if the provider has no issuer, which the object is addressed to; `config.invalid` if it
    /// becomes larger than 16 KiB before it is encrypted.
    pub(super) fn sign_request(
        &self,
        parameters: Parameters,
        encrypter: Option<&Encrypter>,
    ) -> Result<Parameters> {
        let Some(RequestSigner { signer, .. }) = &self.0.request_signer else { return Ok(parameters) };
        let issuer = self.service().issuer().ok_or_else(|| {
            Error::with(ErrorCode::MetadataMissingEndpoint, "issuer, which a request object needs")
        })?;
        let (now, client_id) = (self.clock().now(), self.client_id().as_str());
        let mut claims: Map<String, Value> = Map::new();
        for (name, value) in parameters {
            let value = match value {
                Parameter::Text(text) => Value::from(text),
                Parameter::Json(value) => value,
            };
            match claims.get_mut(&name) {
                None => drop(claims.insert(name, value)),
                // A parameter that is repeated in a URL is a list here (RFC 8707 section 2).
                Some(Value::Array(list)) => list.push(value),
                Some(first) => *first = json!([first.take(), value]),
            }
        }
        let id = self.random().token()?;
        for (name, value) in [
            ("iss", json!(client_id)),
            ("aud", json!(issuer)),
            ("iat", json!(now)),
            ("nbf", json!(now)),
            ("exp", json!(now.saturating_add(LIFETIME))),
            ("jti", json!(id)),
        ] {
            claims.insert(name.to_owned(), value);
        }
        let mut object = signer.sign_bytes(Value::Object(claims).to_string().as_bytes())?;
        if let Some(encrypter) = encrypter {
            object = encrypter.encrypt(object.as_bytes(), Some("JWT"))?;
        }
        // RFC 9101 section 5: nothing but these two, so that nothing outside of the object can contradict it.
        let text = |name: &str, value: String| (name.to_owned(), Parameter::Text(value));
        Ok(vec![text("client_id", client_id.to_owned()), text("request", object)])
    }
}

#[cfg(test)]
mod tests {
    use super::super::{AuthorizationRequest, ClientConfig};
    use super::*;
    use crate::flow::{HttpResponse, Reply, Step};
    use crate::jose::{Decrypter, DecrypterOptions, Expected, Policy, Profile};
    use crate::services::Service;

    const ISSUER: &str = "https://idp.example.com";

    /// RSA-OAEP draws inside the cryptography library, so no shared scenario can name the result: here the provider reads it.
    #[test]
    fn the_provider_opens_what_was_encrypted_for_its_rsa_key_and_finds_the_signed_request() {
        if !KeyManagement::RsaOaep256.is_supported() {
            return;
        }
        let metadata = json!({
            "issuer": ISSUER, "authorization_endpoint": format!("{ISSUER}/authorize"),
            "token_endpoint": format!("{ISSUER}/token"), "jwks_uri": format!("{ISSUER}/jwks"),
        });
        let (signing, signer) =
            (Key::generate(Algorithm::ES256).unwrap(), Key::generate(Algorithm::ES256).unwrap());
        let mut config = ClientConfig::new("abc").secret("s3cret").request_object_key(signer.clone());
        config = config.redirect_uri("https://app.example.com/callback").unwrap();
        for name in ["RSA-OAEP", "RSA-OAEP-256"] {
            let recipient = EncryptionKey::generate(name, None).unwrap().with_kid("e1").unwrap();
            let set = format!(
                r#"{{"keys":[{},{}]}}"#,
                signing.public_jwk().unwrap(),
                recipient.public_jwk().unwrap()
            );
            let service = Service::from_json(&metadata.to_string()).unwrap();
            let config = config.clone().request_object_encryption(name, "A128CBC-HS256");
            let client = Client::new(service, config).unwrap();
            let request = AuthorizationRequest::scopes(["email"]);
            let early = client.begin_authorization(&request).unwrap_err();
            assert_eq!(early.code(), ErrorCode::KeySetNotLoaded);
            let mut loading = client.load_keys();
            assert!(matches!(loading.advance(None), Ok(Step::Http(_))));
            let fields = [("content-type", "application/json")];
            let reply = Reply::Http(HttpResponse::from_parts(200, fields, set.into_bytes()));
            assert!(matches!(loading.advance(Some(reply)), Ok(Step::Done(()))));
            let pending = client.begin_authorization(&request).unwrap();
            let url = url::Url::parse(pending.url()).unwrap();
            let token = url.query_pairs().find(|(name, _)| name == "request").unwrap().1.into_owned();
            let encryptions = Some(vec![ContentEncryption::A128CbcHs256]);
            let options = DecrypterOptions { encryptions, ..DecrypterOptions::default() };
            let decrypter = Decrypter::new(vec![recipient], options).unwrap();
            assert_eq!(decrypter.decrypt(&token).unwrap().header_str("cty").as_deref(), Some("JWT"));
            let signed = decrypter.decrypt_nested(&token).unwrap();
            let policy = Policy::builder().algorithms([Algorithm::ES256]).issuer("abc").audience([ISSUER]);
            let policy = policy.profile(Profile::Typ("oauth-authz-req+jwt".to_owned()));
            let keys = KeySet::single(signer.public_half().unwrap());
            let now = client.clock().now();
            let read =
                policy.build().unwrap().verify_expecting(&signed, &keys, now, &Expected::default()).unwrap();
            assert_eq!(read.claim_str("state").as_deref(), Some(pending.state()));
            assert_eq!(read.claim_str("scope").as_deref(), Some("email"));
        }
    }
}
