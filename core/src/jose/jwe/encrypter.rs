//! Making encrypted tokens.

use super::management::{self, Choices, Travelling};
use super::message::associated_data;
use super::{ContentEncryption, MAX_AAD, MAX_RECIPIENTS, MAX_TOKEN, agreement, password, token_limit};
use crate::error::{Error, ErrorCode, Result};
use crate::jose::key::MAX_KEY_ID;
use crate::jose::{EncryptionKey, base64url};
use crate::random::Random;
use crate::secret::SecretBytes;

/// What an encrypter does beside its keys and its content encryption.
#[derive(Clone, Debug)]
pub struct EncrypterOptions {
    /// The header's `typ`.
    pub typ: Option<String>,
    /// `apu` and `apv` of ECDH-ES: who sends and who receives, at most 512 bytes each (RFC 7518 section 4.6.1).
    pub parties: (Vec<u8>, Vec<u8>),
    /// The named switch for the PBES2 algorithms: iterations, 1,000 to 1,200,000.
    pub pbes2_iterations: Option<u32>,
    /// Bytes of the largest token that is made; 64 KiB, at most 1 MiB.
    pub max_token: usize,
    /// The source of content encryption keys, ephemeral keys, salts and initialization vectors.
    pub random: Random,
}

impl Default for EncrypterOptions {
    fn default() -> Self {
        Self {
            typ: None,
            parties: (Vec::new(), Vec::new()),
            pbes2_iterations: None,
            max_token: MAX_TOKEN,
            random: Random::system(),
        }
    }
}

impl EncrypterOptions {
    /// The iterations for whoever switches PBES2 on without a number of their own: 600,000.
    pub const PBES2_ITERATIONS: u32 = password::DEFAULT_ITERATIONS;
}

/// Which header parameters the tag covers, in a token of the JSON serialization for one recipient.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Placement {
    /// All of them.
    #[default]
    Protected,
    /// `enc` alone (RFC 7520 section 5.11).
    EncryptionProtected,
    /// None (RFC 7520 section 5.12).
    Unprotected,
}

/// Encrypts for one key, or in the JSON serialization for several.
///
/// ```
/// use ferroauth::jose::{ContentEncryption, Decrypter, DecrypterOptions, Encrypter, EncrypterOptions, EncryptionKey};
/// let key = EncryptionKey::generate("A256GCMKW", None)?;
/// let encrypter = Encrypter::new(vec![key.clone()], ContentEncryption::A256GCM, EncrypterOptions::default())?;
/// let token = encrypter.encrypt(b"for the holder of the key", None)?;
///
/// let options = DecrypterOptions { encryptions: Some(vec![ContentEncryption::A256GCM]), ..Default::default() };
/// let decrypted = Decrypter::new(vec![key], options)?.decrypt(&token)?;
/// assert_eq!(decrypted.plaintext(), b"for the holder of the key");
/// # Ok::<(), ferroauth::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Encrypter {
    recipients: Vec<EncryptionKey>,
    encryption: ContentEncryption,
    options: EncrypterOptions,
}

/// Header parameters, names with JSON values.
type Parameters = Vec<(&'static str, String)>;

fn invalid(detail: &'static str) -> Error {
    Error::with(ErrorCode::ConfigInvalid, detail)
}

impl Encrypter {
    /// An encrypter for public keys or shared secrets. The key ids are the keys' own.
    ///
    /// # Errors
    /// `config.invalid` for no key or more than 16, for several keys one of which is for direct use or direct
    /// agreement, and for an option out of bounds; `key.use` for a key that does not encrypt; `key.wrong_type` for a
    /// key for direct use that has not the length of the content encryption or is bound to another one;
    /// `config.unsupported_algorithm` for a password without the switch, and for what the backend lacks.
    pub fn new(
        recipients: Vec<EncryptionKey>,
        encryption: ContentEncryption,
        options: EncrypterOptions,
    ) -> Result<Self> {
        if recipients.is_empty() || recipients.len() > MAX_RECIPIENTS {
            return Err(invalid("an encrypter has 1 to 16 keys"));
        }
        let encryption: ContentEncryption = encryption.name().parse()?;
        for key in &recipients {
            key.check_encrypt()?;
            if recipients.len() > 1 && key.algorithm().is_direct() {
                return Err(invalid("dir and ECDH-ES serve one recipient alone"));
            }
            if key.algorithm().is_password_based() && options.pbes2_iterations.is_none() {
                let detail = "PBES2 needs the option pbes2_iterations";
                return Err(Error::with(ErrorCode::ConfigUnsupportedAlgorithm, detail));
            }
            let bound = key.encryption().is_none_or(|bound| bound == encryption);
            let fits = key.algorithm() != super::KeyManagement::Dir
                || key.shared_secret().is_some_and(|secret| secret.len() == encryption.cipher().key_len());
            if !bound || !fits {
                return Err(Error::with(ErrorCode::KeyWrongType, encryption.name()));
            }
        }
        options.pbes2_iterations.map(password::checked).transpose()?;
        token_limit(options.max_token)?;
        checked_text(options.typ.as_deref())?;
        let (u, v) = &options.parties;
        if u.len().max(v.len()) > agreement::MAX_PARTY {
            return Err(invalid("apu or apv is longer than 512 bytes"));
        }
        Ok(Self { recipients, encryption, options })
    }

    /// Encrypts to the compact serialization. `content_type` becomes `cty`; for a signed token it is `JWT`.
    ///
    /// # Errors
    /// `config.invalid` for an encrypter of several keys, and if the token would be larger than `max_token`;
    /// `internal.random`.
    pub fn encrypt(&self, plaintext: &[u8], content_type: Option<&str>) -> Result<String> {
        let [recipient] = self.recipients.as_slice() else {
            return Err(invalid("the compact serialization has one recipient"));
        };
        self.check_size(plaintext.len(), 0)?;
        let travelling = self.send(recipient, None)?;
        let mut header = own_parameters(recipient, &travelling);
        header.extend(self.common(content_type)?);
        let protected = base64url::encode(object(&header).as_bytes());
        let content = self.seal(&travelling.key, &protected, None, plaintext)?;
        let key = base64url::encode(&travelling.encrypted_key);
        self.bounded(
            [&protected, &key, &content.iv, &content.ciphertext, &content.tag].map(String::as_str).join("."),
        )
    }

    /// Encrypts to the JSON serialization: flattened for one key, general for several. `aad` is data that the token
    /// carries in plain sight and protects against changes.
    ///
    /// # Errors
    /// As [`Encrypter::encrypt`], for any number of keys; `config.invalid` for an `aad` of more than 8 KiB.
    pub fn encrypt_json(
        &self,
        plaintext: &[u8],
        content_type: Option<&str>,
        aad: Option<&[u8]>,
    ) -> Result<String> {
        self.encrypt_json_placed(plaintext, content_type, aad, Placement::Protected)
    }

    /// As [`Encrypter::encrypt_json`]; `placement` says which parameters are protected, for one recipient. Readers
    /// of other libraries may refuse tokens whose header is not protected.
    ///
    /// # Errors
    /// As there.
    pub fn encrypt_json_placed(
        &self,
        plaintext: &[u8],
        content_type: Option<&str>,
        aad: Option<&[u8]>,
        placement: Placement,
    ) -> Result<String> {
        let aad = aad.filter(|aad| !aad.is_empty());
        if aad.is_some_and(|aad| aad.len() > MAX_AAD) {
            return Err(invalid("aad is longer than 8 KiB"));
        }
        self.check_size(plaintext.len(), aad.map_or(0, <[u8]>::len))?;
        let common = self.common(content_type)?;
        let mut sent: Vec<Travelling> = Vec::new();
        for recipient in &self.recipients {
            let shared = sent.first().map(|first| first.key.clone());
            sent.push(self.send(recipient, shared.as_ref())?);
        }
        let mut own: Vec<Parameters> =
            self.recipients.iter().zip(&sent).map(|(key, sent)| own_parameters(key, sent)).collect();
        let (mut protected, mut unprotected) = (Vec::new(), Vec::new());
        match (own.as_mut_slice(), placement) {
            ([only], Placement::Protected) => {
                protected.append(only);
                protected.extend(common);
            }
            ([only], Placement::EncryptionProtected) => {
                unprotected.append(only);
                let (enc, rest) = common.into_iter().partition(|(name, _)| *name == "enc");
                protected = enc;
                unprotected.extend::<Parameters>(rest);
            }
            ([only], Placement::Unprotected) => {
                unprotected.append(only);
                unprotected.extend(common);
            }
            _ => protected.extend(common),
        }
        let encoded = if protected.is_empty() {
            String::new()
        } else {
            base64url::encode(object(&protected).as_bytes())
        };
        let encoded_aad = aad.map(base64url::encode);
        let key = &sent.first().ok_or_else(|| invalid("no key"))?.key;
        let content = self.seal(key, &encoded, encoded_aad.as_deref(), plaintext)?;

        let mut members: Parameters = Vec::new();
        if !encoded.is_empty() {
            members.push(("protected", quoted(&encoded)));
        }
        if !unprotected.is_empty() {
            members.push(("unprotected", object(&unprotected)));
        }
        if let ([_], [only]) = (self.recipients.as_slice(), sent.as_slice()) {
            if !only.encrypted_key.is_empty() {
                members.push(("encrypted_key", quoted(&base64url::encode(&only.encrypted_key))));
            }
        } else {
            let list: Vec<String> = own
                .iter()
                .zip(&sent)
                .map(|(own, sent)| {
                    let key = quoted(&base64url::encode(&sent.encrypted_key));
                    object(&[("header", object(own)), ("encrypted_key", key)])
                })
                .collect();
            members.push(("recipients", format!("[{}]", list.join(","))));
        }
        if let Some(aad) = encoded_aad {
            members.push(("aad", quoted(&aad)));
        }
        for (name, part) in [("iv", content.iv), ("ciphertext", content.ciphertext), ("tag", content.tag)] {
            members.push((name, quoted(&part)));
        }
        self.bounded(object(&members))
    }

    /// The content encryption.
    #[must_use]
    pub fn encryption(&self) -> ContentEncryption {
        self.encryption
    }

    fn send(&self, recipient: &EncryptionKey, shared: Option<&SecretBytes>) -> Result<Travelling> {
        let choices = Choices {
            party_u: &self.options.parties.0,
            party_v: &self.options.parties.1,
            iterations: self.options.pbes2_iterations,
            random: &self.options.random,
        };
        management::send(recipient, self.encryption, shared, &choices)
    }

    /// The parameters that do not depend on the recipient.
    fn common(&self, content_type: Option<&str>) -> Result<Parameters> {
        checked_text(content_type)?;
        let mut parameters = Vec::new();
        for (name, value) in [("typ", self.options.typ.as_deref()), ("cty", content_type)] {
            if let Some(value) = value {
                parameters.push((name, quoted(value)));
            }
        }
        parameters.push(("enc", quoted(self.encryption.name())));
        Ok(parameters)
    }

    fn seal(
        &self,
        key: &SecretBytes,
        protected: &str,
        aad: Option<&str>,
        plaintext: &[u8],
    ) -> Result<Content> {
        let cipher = self.encryption.cipher();
        let mut iv = vec![0; cipher.iv_len()];
        self.options.random.fill(&mut iv)?;
        let sealed = cipher.seal(key.expose(), &iv, &associated_data(protected, aad), plaintext)?;
        Ok(Content {
            iv: base64url::encode(&iv),
            ciphertext: base64url::encode(&sealed.ciphertext),
            tag: base64url::encode(&sealed.tag),
        })
    }

    /// Refuses what cannot fit before any work is done.
    fn check_size(&self, plaintext: usize, aad: usize) -> Result<()> {
        if (plaintext + aad) / 3 * 4 > self.options.max_token { Err(too_large()) } else { Ok(()) }
    }

    fn bounded(&self, token: String) -> Result<String> {
        if token.len() > self.options.max_token { Err(too_large()) } else { Ok(token) }
    }
}

/// The encrypted content, every part encoded.
struct Content {
    iv: String,
    ciphertext: String,
    tag: String,
}

fn too_large() -> Error {
    invalid("the token would be larger than max_token")
}

fn checked_text(text: Option<&str>) -> Result<()> {
    if text.is_some_and(|text| text.is_empty() || text.len() > MAX_KEY_ID) {
        return Err(invalid("typ or the content type is empty or longer than 256 bytes"));
    }
    Ok(())
}

fn own_parameters(recipient: &EncryptionKey, sent: &Travelling) -> Parameters {
    let mut parameters = vec![("alg", quoted(recipient.algorithm().name()))];
    if let Some(kid) = recipient.kid() {
        parameters.push(("kid", quoted(kid)));
    }
    parameters.extend(sent.parameters.iter().cloned());
    parameters
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn object(members: &[(&'static str, String)]) -> String {
    let members: Vec<String> = members.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
    format!("{{{}}}", members.join(","))
}
