//! Opening encrypted tokens.
//!
//! A token that does not decrypt is `token.decryption` and nothing more: a wrong key, a bad tag, bad padding and a key
//! that does not unwrap are one answer. A key that does not come out is replaced by a random one, and the work goes on
//! to the content's tag, so that the answer comes at the same point (RFC 7516 section 11.5, threats D1, D4, D5).

use super::header::{Header, refused};
use super::management;
use super::message::{Message, Recipient, header_object, malformed};
use super::{ContentEncryption, KeyManagement, MAX_TOKEN, password, token_limit};
use crate::error::{Error, ErrorCode, Explain, Result};
use crate::jose::json::{Object, Value};
use crate::jose::profile::same_type;
use crate::jose::{EncryptionKey, base64url};
use crate::random::Random;
use crate::secret::{Secret, SecretBytes};
use std::borrow::Cow;
use std::fmt;

/// Keys of one decrypter.
const MAX_KEYS: usize = 100;
/// Keys that are tried on one token.
const MAX_TRIALS: u32 = 4;

/// What a decrypter allows.
#[derive(Clone, Debug)]
pub struct DecrypterOptions {
    /// The key management algorithms; `None` stands for those that the keys are bound to.
    pub algorithms: Option<Vec<KeyManagement>>,
    /// The content encryptions; `None` only where every key is bound to one.
    pub encryptions: Option<Vec<ContentEncryption>>,
    /// Bytes of the largest token that is looked at; 64 KiB, at most 1 MiB.
    pub max_token: usize,
    /// The named switch for the PBES2 algorithms: the most iterations that a token may ask for, up to 1,200,000.
    pub pbes2_max_iterations: Option<u32>,
}

impl Default for DecrypterOptions {
    fn default() -> Self {
        Self { algorithms: None, encryptions: None, max_token: MAX_TOKEN, pbes2_max_iterations: None }
    }
}

impl DecrypterOptions {
    /// The limit for whoever switches PBES2 on without a number of their own: 1,200,000.
    pub const PBES2_MAX_ITERATIONS: u32 = password::MAX_ITERATIONS;
}

/// Decrypts tokens. Several keys serve for rotation; a token's key id chooses among them.
#[derive(Clone, Debug)]
pub struct Decrypter {
    keys: Vec<EncryptionKey>,
    algorithms: Vec<KeyManagement>,
    encryptions: Vec<ContentEncryption>,
    max_token: usize,
    iterations: u32,
}

/// A token that was decrypted. Prints nothing of it.
#[derive(Clone)]
pub struct Decrypted {
    plaintext: SecretBytes,
    /// The protected header, verbatim; `{}` if there is none.
    pub header_json: String,
    /// The parameters that nobody protects, as one JSON object: of all recipients, then of this one. `None` in the
    /// compact serialization.
    pub unprotected_json: Option<String>,
    /// The additional data that the token carries and protects.
    pub aad: Option<Vec<u8>>,
}

fn invalid(detail: &'static str) -> Error {
    Error::with(ErrorCode::ConfigInvalid, detail)
}

impl Decrypter {
    /// A decrypter for private keys or shared secrets.
    ///
    /// # Errors
    /// `config.invalid` for no key, more than 100, two keys of the same id and algorithm, and an option out of bounds;
    /// `config.algorithms` for an empty list, for a key whose algorithm or content encryption is not listed, and for
    /// content encryptions that are neither listed nor fixed by the keys; `key.private_required`, `key.use`;
    /// `config.unsupported_algorithm` for a password without the switch, and for what the backend lacks.
    pub fn new(keys: Vec<EncryptionKey>, options: DecrypterOptions) -> Result<Self> {
        if keys.is_empty() || keys.len() > MAX_KEYS {
            return Err(invalid("a decrypter has 1 to 100 keys"));
        }
        let algorithms = match options.algorithms {
            Some(named) => named.iter().map(|named| named.name().parse()).collect::<Result<_>>()?,
            None => keys.iter().map(EncryptionKey::algorithm).collect::<Vec<_>>(),
        };
        let encryptions = match options.encryptions {
            Some(named) => named.iter().map(|named| named.name().parse()).collect::<Result<Vec<_>>>()?,
            None => {
                keys.iter().map(EncryptionKey::encryption).collect::<Option<_>>().ok_or_else(|| {
                    Error::with(ErrorCode::ConfigAlgorithms, "no content encryption is named")
                })?
            }
        };
        if algorithms.is_empty() || encryptions.is_empty() {
            return Err(Error::new(ErrorCode::ConfigAlgorithms));
        }
        for (index, key) in keys.iter().enumerate() {
            key.check_decrypt()?;
            let listed = algorithms.contains(&key.algorithm())
                && key.encryption().is_none_or(|bound| encryptions.contains(&bound));
            if !listed {
                return Err(Error::with(ErrorCode::ConfigAlgorithms, "a key's algorithm is not listed"));
            }
            if key.algorithm().is_password_based() && options.pbes2_max_iterations.is_none() {
                let detail = "PBES2 needs the option pbes2_max_iterations";
                return Err(Error::with(ErrorCode::ConfigUnsupportedAlgorithm, detail));
            }
            let same = |other: &&EncryptionKey| {
                key.kid().is_some() && other.kid() == key.kid() && other.algorithm() == key.algorithm()
            };
            if keys.iter().skip(index + 1).any(|other| same(&other)) {
                return Err(invalid("two keys of the same id and algorithm"));
            }
        }
        let iterations = options.pbes2_max_iterations.map(password::checked).transpose()?;
        Ok(Self {
            keys,
            algorithms,
            encryptions,
            max_token: token_limit(options.max_token)?,
            iterations: iterations.unwrap_or_default(),
        })
    }

    /// Decrypts a token of the compact serialization.
    ///
    /// # Errors
    /// `token.too_large`, `token.malformed`, `token.json`, `token.duplicate_member`, `token.too_deep`, `token.number`,
    /// `token.critical`, `token.unencoded_payload`, `token.algorithm`, `token.header`, `token.key_not_found`,
    /// `token.key_ambiguous`, `token.busy`; and `token.decryption` for all that goes wrong with a key in hand.
    pub fn decrypt(&self, token: &str) -> Result<Decrypted> {
        self.open(Message::compact(token, self.max_token)?)
    }

    /// Decrypts a token of the flattened or the general JSON serialization. Of several recipients the first for whom
    /// there is a key is taken.
    ///
    /// # Errors
    /// As [`Decrypter::decrypt`].
    pub fn decrypt_json(&self, text: &str) -> Result<Decrypted> {
        self.open(Message::json(text, self.max_token)?)
    }

    /// Decrypts a compact token that holds another one, and returns that one, of which nothing was verified yet
    /// (RFC 7519 section 5.2).
    ///
    /// # Errors
    /// As [`Decrypter::decrypt`]; `token.type` if the header does not say `cty: JWT`, `token.malformed` if the content is
    /// no text.
    pub fn decrypt_nested(&self, token: &str) -> Result<String> {
        let decrypted = self.decrypt(token)?;
        let nested = decrypted.header_str("cty").is_some_and(|cty| same_type(&cty, "JWT"));
        if !nested {
            return Err(refused(ErrorCode::TokenType, "cty", "the content is not said to be a JWT"));
        }
        String::from_utf8(decrypted.plaintext().to_vec()).map_err(|_| malformed("the content is no text"))
    }

    fn open(&self, message: Message<'_>) -> Result<Decrypted> {
        let shared = [message.protected.as_deref(), message.unprotected];
        let shared = shared.into_iter().flatten().map(header_object).collect::<Result<Vec<_>>>()?;
        let objects = message
            .recipients
            .iter()
            .map(|recipient| recipient.header.map(header_object).transpose())
            .collect::<Result<Vec<_>>>()?;
        // Every recipient's header is read before any key is used: one that is broken breaks the token.
        let headers = objects
            .iter()
            .map(|own| Header::read(shared.iter().chain(own).collect()))
            .collect::<Result<Vec<_>>>()?;
        let mut tried = 0;
        let mut last = None;
        for (recipient, header) in message.recipients.iter().zip(&headers) {
            match self.open_for(&message, recipient, header, &mut tried) {
                Ok(plaintext) => {
                    return Ok(Decrypted {
                        plaintext,
                        unprotected_json: joined(&message, recipient)?,
                        header_json: message.protected.unwrap_or_else(|| "{}".to_owned()),
                        aad: message.aad,
                    });
                }
                // What is said of a token is said of the recipient that came furthest.
                Err(refusal) if last.as_ref().is_none_or(|last: &Refusal| refusal.tried >= last.tried) => {
                    last = Some(refusal);
                }
                Err(_) => {}
            }
        }
        Err(last.map_or_else(|| malformed("no recipient"), |refusal| refusal.error))
    }

    fn open_for(
        &self,
        message: &Message<'_>,
        recipient: &Recipient<'_>,
        header: &Header<'_>,
        tried: &mut u32,
    ) -> Result<SecretBytes, Refusal> {
        let before = *tried;
        self.try_keys(message, recipient, header, tried)
            .map_err(|error| Refusal { error, tried: *tried > before })
    }

    fn try_keys(
        &self,
        message: &Message<'_>,
        recipient: &Recipient<'_>,
        header: &Header<'_>,
        tried: &mut u32,
    ) -> Result<SecretBytes> {
        let algorithm = header.algorithm.filter(|algorithm| self.algorithms.contains(algorithm));
        let encryption = header.encryption.filter(|encryption| self.encryptions.contains(encryption));
        let (Some(algorithm), Some(encryption)) = (algorithm, encryption) else {
            return Err(self.not_allowed(header));
        };
        let keys = self.candidates(header, algorithm, encryption)?;
        let mut last = None;
        for key in keys {
            // A password is expensive even within its bounds: one of them, and no other key with it.
            if *tried >= MAX_TRIALS || *tried > 0 && algorithm.is_password_based() {
                break;
            }
            *tried += 1;
            match self.try_key(key, message, recipient, header, encryption) {
                Ok(Some(plaintext)) => return Ok(plaintext),
                Ok(None) => {
                    last = Some(self.refuse(ErrorCode::TokenDecryption, "decryption", header, *tried));
                }
                Err(error) => return Err(error),
            }
        }
        Err(last.unwrap_or_else(|| self.refuse(ErrorCode::TokenKeyAmbiguous, "key", header, *tried)))
    }

    /// `None` for everything that a secret has a part in.
    fn try_key(
        &self,
        key: &EncryptionKey,
        message: &Message<'_>,
        recipient: &Recipient<'_>,
        header: &Header<'_>,
        encryption: ContentEncryption,
    ) -> Result<Option<SecretBytes>> {
        let stand_in = management::draw(encryption, &Random::system())?;
        let received =
            management::receive(key, header, encryption, &recipient.encrypted_key, self.iterations)?;
        let content_key = received.unwrap_or(stand_in);
        let opened = encryption.cipher().open(
            content_key.expose(),
            &message.iv,
            &message.associated_data(),
            &message.ciphertext,
            &message.tag,
        );
        Ok(opened.map(SecretBytes::new))
    }

    /// The keys for a token: those of its key id, or without one those of its algorithm.
    fn candidates(
        &self,
        header: &Header<'_>,
        algorithm: KeyManagement,
        encryption: ContentEncryption,
    ) -> Result<Vec<&EncryptionKey>> {
        let named = |key: &&EncryptionKey| match header.kid.as_deref() {
            None => true,
            // The host named this very key, so a token's key id need not be known to it.
            Some(kid) => key.kid().map_or(self.keys.len() == 1, |own| own == kid),
        };
        let fits = |key: &&EncryptionKey| {
            key.algorithm() == algorithm && key.encryption().is_none_or(|bound| bound == encryption)
        };
        let mut named = self.keys.iter().filter(named).peekable();
        if named.peek().is_none() {
            return Err(self.refuse(ErrorCode::TokenKeyNotFound, "key", header, 0));
        }
        let keys: Vec<&EncryptionKey> = named.filter(fits).collect();
        match keys.len() {
            0 => Err(self.refuse(ErrorCode::TokenAlgorithm, "key_alg", header, 0)),
            found if found > MAX_TRIALS as usize => {
                Err(self.refuse(ErrorCode::TokenKeyAmbiguous, "key", header, 0))
            }
            _ => Ok(keys),
        }
    }

    fn not_allowed(&self, header: &Header<'_>) -> Error {
        let mut names: Vec<&str> = self.algorithms.iter().map(|algorithm| algorithm.name()).collect();
        names.extend(self.encryptions.iter().map(|encryption| encryption.name()));
        self.explained(ErrorCode::TokenAlgorithm, "alg", header, 0, Some(names.join(" ")))
    }

    fn refuse(&self, code: ErrorCode, check: &'static str, header: &Header<'_>, keys_tried: u32) -> Error {
        self.explained(code, check, header, keys_tried, None)
    }

    fn explained(
        &self,
        code: ErrorCode,
        check: &'static str,
        header: &Header<'_>,
        keys_tried: u32,
        expected: Option<String>,
    ) -> Error {
        Error::new(code).explained(Explain {
            check,
            algorithm: header.algorithm.map(|algorithm| algorithm.name().into()),
            key_id: header.kid.as_deref().map(|kid| kid.chars().take(64).collect()),
            keys_tried,
            expected,
            ..Explain::default()
        })
    }
}

/// Why one recipient's part was refused, and whether a key was tried on it.
struct Refusal {
    error: Error,
    tried: bool,
}

/// The parameters that are not protected, of all recipients and of one, whose names are known to differ.
fn joined(message: &Message<'_>, recipient: &Recipient<'_>) -> Result<Option<String>> {
    let mut members = Vec::new();
    for part in [message.unprotected, recipient.header].into_iter().flatten() {
        let object: Object<'_> = header_object(part)?;
        members.extend(
            object
                .iter()
                .map(|(name, value)| format!("{}:{}", serde_json::Value::from(name.as_ref()), value.raw())),
        );
    }
    Ok((!members.is_empty()).then(|| format!("{{{}}}", members.join(","))))
}

impl Decrypted {
    /// The content.
    #[must_use]
    pub fn plaintext(&self) -> &[u8] {
        self.plaintext.expose()
    }

    /// All of it as JSON: `{"plaintext", "header", "unprotected", "aad"}`, where plaintext and additional data are
    /// base64url and what is not there is null.
    #[must_use]
    pub fn to_json(&self) -> Secret {
        let text = |bytes: &[u8]| format!("\"{}\"", base64url::encode(bytes));
        Secret::new(format!(
            "{{\"plaintext\":{},\"header\":{},\"unprotected\":{},\"aad\":{}}}",
            text(self.plaintext()),
            self.header_json,
            self.unprotected_json.as_deref().unwrap_or("null"),
            self.aad.as_deref().map_or_else(|| "null".to_owned(), text)
        ))
    }

    /// A parameter of the protected header that is a text.
    #[must_use]
    pub fn header_str(&self, name: &str) -> Option<String> {
        let object = header_object(&self.header_json).ok()?;
        object.get(name).and_then(Value::as_str).map(Cow::into_owned)
    }
}

impl fmt::Debug for Decrypted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Decrypted(***)")
    }
}
