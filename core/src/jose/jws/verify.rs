//! Verifying a JWS.

use super::header::refused;
use super::parts::{Part, Parts};
use super::{MAX_DETACHED, signing_input};
use crate::error::{Error, ErrorCode, Explain, Result};
use crate::jose::{Algorithm, Key, KeySet, TokenLimits, algorithm, base64url};

/// Verifies signatures over bytes: JWS in every serialization, with the payload inside or detached.
///
/// A payload says nothing about who may use it for what; for tokens with claims use [`crate::jose::Policy`].
///
/// **Which signatures must verify.** Of a JWS with several signatures (RFC 7515 section 5.2 leaves the choice to the
/// application) it is accepted if
/// - at least one signature verifies with a key of this verifier under one of its algorithms, and
/// - every signature whose key id is the id of one of its keys verifies: one of these that fails refuses the whole.
///
/// Signatures of others are passed over, because the keys for them are not here; so is one without a key id that none of
/// the keys verifies. What they say is in no result: [`VerifiedJws`] holds verified signatures alone. Whoever needs
/// *all* of several signers compares [`VerifiedSignature::key_id`] with the ids that must be there; a count of signatures is no
/// count of signers. A part that is malformed, or that cannot be read without doubt, refuses the whole JWS, whoever made it.
///
/// ```
/// use ferroauth::jose::{Algorithm, JwsVerifier, Key, KeySet, Signer};
/// let key = Key::generate(Algorithm::ES256)?;
/// let signer = Signer::new(key.clone(), Algorithm::ES256, None, None)?;
/// let detached = signer.sign_detached(b"an invoice", true)?;
/// let verifier = JwsVerifier::new(KeySet::single(key), &[Algorithm::ES256])?;
/// assert_eq!(verifier.verify(&detached, Some(b"an invoice"))?.payload(), b"an invoice");
/// assert!(verifier.verify(&detached, Some(b"another one")).is_err());
/// # Ok::<(), ferroauth::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct JwsVerifier {
    keys: KeySet,
    algorithms: Vec<Algorithm>,
}

/// A payload, and the signatures of it that verify.
#[derive(Clone, Debug)]
pub struct VerifiedJws {
    payload: Vec<u8>,
    signatures: Vec<VerifiedSignature>,
}

/// A signature that verifies.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct VerifiedSignature {
    /// Its place in the list of a general JWS; 0 in the other forms.
    pub index: usize,
    /// The algorithm.
    pub algorithm: Algorithm,
    /// The protected header, verbatim: what the signature covers beside the payload.
    pub header_json: String,
    /// The unprotected header, verbatim. Anybody may have written or changed it.
    pub unprotected_json: Option<String>,
    /// The id of the key that verified it; `None` if that key has none.
    pub key_id: Option<String>,
}

impl VerifiedJws {
    /// The payload.
    #[must_use]
    pub fn payload(&self) -> &[u8] {
        &self.payload
    }

    /// The payload, taken out.
    #[must_use]
    pub fn into_payload(self) -> Vec<u8> {
        self.payload
    }

    /// The signatures that verify, at least one, in the order of the JWS.
    #[must_use]
    pub fn signatures(&self) -> &[VerifiedSignature] {
        &self.signatures
    }
}

impl JwsVerifier {
    /// A verifier for keys, and the algorithms that are accepted.
    ///
    /// # Errors
    /// `config.algorithms` if there are none or symmetric and asymmetric ones are mixed, `config.unsupported_algorithm`;
    /// for a single key `key.wrong_type`, `key.too_short` or `key.use` if it fits none of them.
    pub fn new(keys: impl Into<KeySet>, algorithms: &[Algorithm]) -> Result<Self> {
        let keys = keys.into();
        algorithm::check_allowed(algorithms)?;
        if let Some(key) = keys.explicit_key() {
            key.check_any(algorithms)?;
        }
        Ok(Self { keys, algorithms: algorithms.to_vec() })
    }

    /// Verifies the compact serialization (RFC 7515 section 7.1), at most 16 KiB.
    ///
    /// With `payload` the JWS must be a detached one (RFC 7515 appendix F): its middle part is empty. Unencoded payloads
    /// (RFC 7797) are accepted only so.
    ///
    /// # Errors
    /// The first check that fails, as a `token.*` error with its report.
    pub fn verify(&self, jws: &str, payload: Option<&[u8]>) -> Result<VerifiedJws> {
        let parts = Parts::compact(jws, TokenLimits::default().token)?;
        let inside = parts.payload.as_deref().filter(|inside| payload.is_none() || !inside.is_empty());
        // Where a dot or a character of the payload's own would end it, nobody knows; so there is one way to send it.
        let unencoded = parts.signatures.iter().any(|part| !part.header.encoded);
        if unencoded && inside.is_some() {
            return Err(refused(ErrorCode::TokenUnencodedPayload, "b64", "the payload is not detached"));
        }
        self.check(&parts, inside, payload)
    }

    /// Verifies the JSON serialization (RFC 7515 section 7.2), flattened or general, at most 128 KiB and ten signatures.
    ///
    /// With `payload` the JWS must be a detached one, without a member `payload`.
    ///
    /// # Errors
    /// The first check that fails, as a `token.*` error with its report.
    pub fn verify_json(&self, json: &str, payload: Option<&[u8]>) -> Result<VerifiedJws> {
        let parts = Parts::json(json)?;
        self.check(&parts, parts.payload.as_deref(), payload)
    }

    fn check(&self, parts: &Parts<'_>, inside: Option<&str>, given: Option<&[u8]>) -> Result<VerifiedJws> {
        let malformed = |detail| Err(refused(ErrorCode::TokenMalformed, "structure", detail));
        let encoded = parts.signatures.iter().all(|part| part.header.encoded);
        if !encoded && parts.signatures.iter().any(|part| part.header.encoded) {
            return Err(refused(
                ErrorCode::TokenUnencodedPayload,
                "b64",
                "the signatures disagree about the payload",
            ));
        }
        let payload = match (inside, given) {
            (Some(_), Some(_)) => return malformed("the payload is inside, and was given as well"),
            (None, None) => return malformed("the payload is detached, and was not given"),
            (None, Some(given)) if given.len() > MAX_DETACHED => {
                return Err(refused(ErrorCode::TokenTooLarge, "size", "the detached payload"));
            }
            (None, Some(given)) => given.to_vec(),
            (Some(inside), None) if encoded => base64url::decode(inside).map_err(|_| {
                refused(ErrorCode::TokenMalformed, "structure", "a part is not canonical base64url")
            })?,
            (Some(inside), None) => inside.as_bytes().to_vec(),
        };
        let signatures = self.choose(parts, &payload, encoded)?;
        Ok(VerifiedJws { payload, signatures })
    }

    /// Applies the rule about several signatures.
    fn choose(&self, parts: &Parts<'_>, payload: &[u8], encoded: bool) -> Result<Vec<VerifiedSignature>> {
        let mut verified = Vec::new();
        let mut refusal: Option<Error> = None;
        for (index, part) in parts.signatures.iter().enumerate() {
            let key = match self.check_one(part, payload, encoded) {
                Ok(key) => key,
                // The signature of a key of ours, or the only one.
                Err(error) if !parts.general || self.names_a_key(part) => return Err(error),
                Err(error) => {
                    // Of several reasons, the one that came furthest says most.
                    if refusal.as_ref().is_none_or(|first| first.code().number() < error.code().number()) {
                        refusal = Some(error);
                    }
                    continue;
                }
            };
            let Some(algorithm) = part.header.algorithm else { continue };
            verified.push(VerifiedSignature {
                index,
                algorithm,
                header_json: part.header.json.clone(),
                unprotected_json: part.unprotected.map(str::to_owned),
                key_id: key.kid().map(str::to_owned),
            });
        }
        match refusal {
            Some(error) if verified.is_empty() => Err(error),
            _ if verified.is_empty() => Err(Error::new(ErrorCode::TokenSignature)),
            _ => Ok(verified),
        }
    }

    fn names_a_key(&self, part: &Part<'_>) -> bool {
        part.kid.as_deref().is_some_and(|kid| self.keys.has_kid(kid))
    }

    fn check_one(&self, part: &Part<'_>, payload: &[u8], encoded: bool) -> Result<&Key> {
        let mut tried = 0;
        let refuse = |error: Error, check, keys_tried, expected| {
            error.explained(Explain {
                check,
                algorithm: Some(part.header.name.chars().take(32).collect()),
                key_id: part.kid.as_deref().map(|kid| kid.chars().take(64).collect()),
                keys_tried,
                expected,
                ..Explain::default()
            })
        };
        let Some(algorithm) = part.header.algorithm.filter(|it| self.algorithms.contains(it)) else {
            let names: Vec<&str> = self.algorithms.iter().map(|algorithm| algorithm.name()).collect();
            let error = Error::quoted(ErrorCode::TokenAlgorithm, "alg", &part.header.name);
            return Err(refuse(error, "alg", 0, Some(names.join(" "))));
        };
        let input = signing_input(&part.protected, payload, encoded);
        self.keys.verify(algorithm, part.kid.as_deref(), &input, &part.signature, &mut tried).map_err(
            |choice| {
                let (code, check) = choice.refusal();
                refuse(Error::new(code), check, tried, None)
            },
        )
    }
}
