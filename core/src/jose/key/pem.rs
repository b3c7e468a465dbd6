//! PEM and DER key files in and out.
//!
//! jsonwebtoken reads the armour and finds the key inside; around it stand bounds that it does not set
//! (size, one block, known labels, nesting, because its ASN.1 parser recurses), and the checks of
//! `material.rs` behind it. SEC1 files (`EC PRIVATE KEY`), which it refuses, are read here.

use super::material::{Asymmetric, Kind, malformed};
use super::{der, guard, locked};
use crate::crypto::{Curve, MlDsa, ec_public, ml_dsa_expanded};
use crate::error::{Error, ErrorCode, Result};
use crate::jose::base64url;
use crate::secret::{Secret, SecretBytes, constant_time_eq};
use jsonwebtoken::{DecodingKey, EncodingKey};

/// An RSA key of 8192 bits takes about 6.5 KiB.
const MAX_BYTES: usize = 16 * 1024;
const MAX_NESTING: usize = 8;
/// The tag of a certificate's version, which the first version leaves out.
const VERSION: u8 = 0xa0;
/// The tag of a seed, which the module of RFC 9881 puts in the place of its octet string's.
const ML_DSA_SEED: u8 = 0x80;

/// A key file cut open: its label and the DER inside.
pub(super) struct Opened<'a> {
    pub(super) label: &'a str,
    pub(super) der: SecretBytes,
}

pub(super) fn open(pem: &str) -> Result<Opened<'_>> {
    if pem.len() > MAX_BYTES {
        return Err(malformed("the PEM text is too large"));
    }
    if pem.contains("Proc-Type: 4,ENCRYPTED") {
        return Err(malformed(
            "OpenSSL's old encryption; `openssl pkcs8 -topk8 -v2 aes-256-cbc` converts it",
        ));
    }
    let parse = || {
        // `openssl ecparam -genkey` writes the curve before the key, which names it again.
        let text = match pem.split_once("-----END EC PARAMETERS-----") {
            Some((parameters, key)) if parameters.trim().starts_with("-----BEGIN EC PARAMETERS-----") => key,
            _ => pem,
        };
        let (label, rest) = text.trim().strip_prefix("-----BEGIN ")?.split_once("-----")?;
        let (body, end) = rest.split_once("-----END ")?;
        (end.strip_suffix("-----")? == label).then_some(())?;
        Some(Opened { label, der: SecretBytes::new(guard::base64_any(body.as_bytes())?) })
    };
    let opened = parse().ok_or_else(|| malformed("not one PEM block"))?;
    if !der::is_shallow(opened.der.expose(), MAX_NESTING) {
        return Err(malformed("not DER"));
    }
    Ok(opened)
}

/// A public key: `PUBLIC KEY` (SubjectPublicKeyInfo), `RSA PUBLIC KEY` (PKCS#1) or the one in a `CERTIFICATE`.
pub(super) fn public(pem: &str) -> Result<Asymmetric> {
    let opened = open(pem)?;
    match opened.label {
        "RSA PUBLIC KEY" => rsa_public(pem),
        "PUBLIC KEY" => {
            let (oid, parameter) =
                spki_algorithm(opened.der.expose()).ok_or_else(|| malformed("SubjectPublicKeyInfo"))?;
            match (oid, parameter) {
                (der::RSA, None) => rsa_public(pem),
                (der::EC, Some(curve)) => {
                    let curve = der::curve_of(curve).ok_or_else(unsupported_curve)?;
                    let key = DecodingKey::from_ec_pem(pem.as_bytes()).map_err(unreadable)?;
                    Asymmetric::ec_public(curve, key.try_get_as_bytes().map_err(unreadable)?)
                }
                (der::ED25519, None) => {
                    let key = DecodingKey::from_ed_pem(pem.as_bytes()).map_err(unreadable)?;
                    Asymmetric::ed25519_public(key.try_get_as_bytes().map_err(unreadable)?)
                }
                (oid, None) => {
                    let set = der::ml_dsa_of(oid).ok_or_else(|| unsupported(oid))?;
                    let key = spki_key(opened.der.expose());
                    Asymmetric::ml_dsa_public(set, key.ok_or_else(|| malformed("SubjectPublicKeyInfo"))?)
                }
                _ => Err(unsupported_curve()),
            }
        }
        "CERTIFICATE" => {
            let key = certified_key(opened.der.expose()).ok_or_else(|| malformed("certificate"))?;
            public(&armour("PUBLIC KEY", &key))
        }
        label if label.ends_with("PRIVATE KEY") => {
            Err(malformed("a private key where a public key is expected"))
        }
        _ => Err(malformed("unknown PEM label")),
    }
}

/// A public key as DER: SubjectPublicKeyInfo, a certificate or PKCS#1.
pub(super) fn public_der(bytes: &[u8]) -> Result<Asymmetric> {
    if spki_algorithm(bytes).is_some() {
        public(&armour("PUBLIC KEY", bytes))
    } else if certified_key(bytes).is_some() {
        public(&armour("CERTIFICATE", bytes))
    } else {
        Asymmetric::rsa_public_der(bytes)
    }
}

fn rsa_public(pem: &str) -> Result<Asymmetric> {
    let key = DecodingKey::from_rsa_pem(pem.as_bytes()).map_err(unreadable)?;
    Asymmetric::rsa_public_der(key.try_get_as_bytes().map_err(unreadable)?)
}

/// A private key: `PRIVATE KEY` (PKCS#8), `RSA PRIVATE KEY` (PKCS#1) or `EC PRIVATE KEY` (SEC1).
pub(super) fn private(pem: &str) -> Result<Asymmetric> {
    let opened = open(pem)?;
    match opened.label {
        "RSA PRIVATE KEY" => rsa_private(pem),
        "EC PRIVATE KEY" => sec1(opened.der.expose(), None),
        "PRIVATE KEY" => match pkcs8_algorithm(opened.der.expose()) {
            Some((der::RSA, None)) => rsa_private(pem),
            Some((der::EC, Some(curve))) => {
                let curve = der::curve_of(curve).ok_or_else(unsupported_curve)?;
                let key = EncodingKey::from_ec_pem(pem.as_bytes()).map_err(unreadable)?;
                let inner = pkcs8_key(key.as_bytes()).ok_or_else(|| malformed("PKCS#8"))?;
                sec1(inner, Some(curve))
            }
            Some((der::ED25519, None)) => {
                let key = EncodingKey::from_ed_pem(pem.as_bytes()).map_err(unreadable)?;
                let seed = pkcs8_key(key.as_bytes())
                    .and_then(|inner| der::Reader::new(inner).take(der::OCTET_STRING));
                Asymmetric::ed25519_private(seed.ok_or_else(|| malformed("PKCS#8"))?, None)
            }
            Some((oid, None)) => {
                let set = der::ml_dsa_of(oid).ok_or_else(|| unsupported(oid))?;
                ml_dsa(set, pkcs8_key(opened.der.expose()).ok_or_else(|| malformed("PKCS#8"))?)
            }
            Some(_) => Err(unsupported_curve()),
            None => Err(malformed("PKCS#8")),
        },
        "ENCRYPTED PRIVATE KEY" => Err(locked::missing()),
        "OPENSSH PRIVATE KEY" => {
            Err(malformed("an OpenSSH key; `ssh-keygen -p -m PKCS8 -f FILE` converts it"))
        }
        label if label.ends_with("PUBLIC KEY") => Err(Error::new(ErrorCode::KeyPrivateRequired)),
        _ => Err(malformed("unknown PEM label")),
    }
}

/// A private key as [`private`] takes it, or as `ENCRYPTED PRIVATE KEY` with its passphrase.
pub(super) fn private_with(pem: &str, passphrase: Option<&[u8]>) -> Result<Asymmetric> {
    let Some(passphrase) = passphrase else { return private(pem) };
    let opened = open(pem)?;
    match opened.label {
        "ENCRYPTED PRIVATE KEY" => private_der(locked::open(opened.der.expose(), passphrase)?.expose()),
        _ => private(pem).and_then(|_| Err(locked::needless())),
    }
}

/// Whether the bytes begin like a private key, encrypted or not: after the version of PKCS#8, PKCS#1 or SEC1 comes more.
pub(super) fn is_private(bytes: &[u8]) -> bool {
    let versioned = || {
        let mut fields = der::Reader::only_sequence(bytes)?;
        matches!(fields.unsigned()?, [0 | 1]).then(|| fields.any())?
    };
    versioned().is_some() || locked::is_locked(bytes)
}

/// A private key as DER: PKCS#8, PKCS#1 or SEC1, told apart by what follows the version.
pub(super) fn private_der(bytes: &[u8]) -> Result<Asymmetric> {
    let after_version = || {
        let mut fields = der::Reader::only_sequence(bytes)?;
        fields.unsigned()?;
        fields.any()
    };
    let label = match after_version() {
        Some((der::INTEGER, _)) => "RSA PRIVATE KEY",
        Some((der::OCTET_STRING, _)) => "EC PRIVATE KEY",
        _ if locked::is_locked(bytes) => "ENCRYPTED PRIVATE KEY",
        _ => "PRIVATE KEY",
    };
    private(&armour(label, bytes))
}

/// A private key as [`private_der`] takes it, or encrypted with its passphrase.
pub(super) fn private_der_with(bytes: &[u8], passphrase: Option<&[u8]>) -> Result<Asymmetric> {
    match passphrase {
        Some(passphrase) if locked::is_locked(bytes) => {
            private_with(&armour("ENCRYPTED PRIVATE KEY", bytes), Some(passphrase))
        }
        Some(_) => private_der(bytes).and_then(|_| Err(locked::needless())),
        None => private_der(bytes),
    }
}

/// A private scalar alone.
pub(super) fn scalar(curve: Curve, scalar: &[u8]) -> Result<Asymmetric> {
    sec1(&ec_private_key(curve, scalar, None), None)
}

fn rsa_private(pem: &str) -> Result<Asymmetric> {
    let key = EncodingKey::from_rsa_pem(pem.as_bytes()).map_err(unreadable)?;
    Asymmetric::rsa_private_der(key.as_bytes())
}

fn unreadable(_: jsonwebtoken::errors::Error) -> Error {
    malformed("PEM")
}

/// Ed448 (RFC 8037, RFC 9864) is known and not offered; ARCHITECTURE.md says why.
pub(super) fn ed448() -> Error {
    Error::with(ErrorCode::ConfigUnsupportedAlgorithm, "Ed448")
}

fn unsupported(oid: &[u8]) -> Error {
    if oid == der::ED448 { ed448() } else { unsupported_curve() }
}

fn unsupported_curve() -> Error {
    Error::with(ErrorCode::KeyWrongType, "unsupported key type or curve")
}

/// Object identifier and curve of an AlgorithmIdentifier. Parameters that are no name stand in the place of the curve as
/// an empty one: they belong to keys that nothing here reads (DSA, explicit curves).
fn algorithm<'a>(mut fields: der::Reader<'a>) -> Option<(&'a [u8], Option<&'a [u8]>)> {
    let oid = fields.take(der::OID)?;
    let parameter = fields.take(der::OID);
    fields.take(der::NULL);
    Some((oid, if fields.is_empty() { parameter } else { Some(&[]) }))
}

pub(super) fn spki_algorithm(bytes: &[u8]) -> Option<(&[u8], Option<&[u8]>)> {
    let mut fields = der::Reader::only_sequence(bytes)?;
    let found = algorithm(fields.sequence()?)?;
    fields.bit_string()?;
    fields.is_empty().then_some(found)
}

fn spki_key(bytes: &[u8]) -> Option<&[u8]> {
    let mut fields = der::Reader::only_sequence(bytes)?;
    fields.sequence()?;
    fields.bit_string()
}

/// The SubjectPublicKeyInfo of an X.509 certificate (RFC 5280 section 4.1); nothing else in it is read.
fn certified_key(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut certificate = der::Reader::only_sequence(bytes)?;
    let mut signed = certificate.sequence()?;
    certificate.sequence()?;
    certificate.bit_string()?;
    certificate.is_empty().then_some(())?;
    signed.take(VERSION);
    signed.take(der::INTEGER)?;
    for _algorithm_issuer_validity_subject in 0..4 {
        signed.sequence()?;
    }
    signed.take(der::SEQUENCE).map(|key| der::element(der::SEQUENCE, key))
}

pub(super) fn pkcs8_algorithm(bytes: &[u8]) -> Option<(&[u8], Option<&[u8]>)> {
    let mut fields = der::Reader::only_sequence(bytes)?;
    fields.unsigned()?;
    algorithm(fields.sequence()?)
}

pub(super) fn pkcs8_key(bytes: &[u8]) -> Option<&[u8]> {
    let mut fields = der::Reader::only_sequence(bytes)?;
    fields.unsigned()?;
    fields.sequence()?;
    fields.take(der::OCTET_STRING)
}

/// `ML-DSA-PrivateKey` (RFC 9881 section 6): the seed, or the seed and what it expands to. From what it expands to nobody gets the
/// seed back, and that is what a JWK has.
fn ml_dsa(set: MlDsa, bytes: &[u8]) -> Result<Asymmetric> {
    let mut choice = der::Reader::new(bytes);
    let seed = match choice.any().filter(|_| choice.is_empty()) {
        Some((ML_DSA_SEED, seed)) => seed,
        Some((der::SEQUENCE, both)) => {
            let mut fields = der::Reader::new(both);
            let both = fields.take(der::OCTET_STRING).zip(fields.take(der::OCTET_STRING));
            let (seed, expanded) = both.filter(|_| fields.is_empty()).ok_or_else(|| malformed("PKCS#8"))?;
            if !constant_time_eq(ml_dsa_expanded(set, seed)?.expose(), expanded) {
                return Err(Error::new(ErrorCode::KeyInconsistent));
            }
            seed
        }
        Some((der::OCTET_STRING, _)) => {
            return Err(Error::with(ErrorCode::KeyWrongType, "an ML-DSA private key without its seed"));
        }
        _ => return Err(malformed("PKCS#8")),
    };
    Asymmetric::ml_dsa_private(set, seed, None)
}

/// `ECPrivateKey`; the curve is inside it or around it, the point may be missing.
fn sec1(bytes: &[u8], known: Option<Curve>) -> Result<Asymmetric> {
    let parse = || {
        let mut fields = der::Reader::only_sequence(bytes)?;
        (fields.unsigned()? == [1]).then_some(())?;
        let scalar = fields.take(der::OCTET_STRING)?;
        let named = fields.take(0xa0).and_then(|inner| der::Reader::new(inner).take(der::OID));
        let point = fields.take(0xa1).and_then(|inner| der::Reader::new(inner).bit_string());
        Some((scalar, named, point))
    };
    let (scalar, named, point) = parse().ok_or_else(|| malformed("EC private key"))?;
    let inside = named.map(|oid| der::curve_of(oid).ok_or_else(unsupported_curve)).transpose()?;
    let curve = match (inside, known) {
        (Some(a), Some(b)) if a != b => return Err(Error::new(ErrorCode::KeyInconsistent)),
        (Some(curve), _) | (None, Some(curve)) => curve,
        (None, None) => return Err(malformed("EC private key without a named curve")),
    };
    match point {
        Some(point) => Asymmetric::ec_private(curve, scalar, point),
        None => {
            Asymmetric::ec_private(curve, scalar, &ec_public(curve, &ec_private_key(curve, scalar, None))?)
        }
    }
}

fn ec_private_key(curve: Curve, scalar: &[u8], point: Option<&[u8]>) -> Vec<u8> {
    let mut content = [der::unsigned(&[1]), der::element(der::OCTET_STRING, scalar)].concat();
    match point {
        Some(point) => content.extend(der::element(0xa1, &der::bit_string(point))),
        None => content.extend(der::element(0xa0, &der::element(der::OID, der::curve_oid(curve)))),
    }
    der::element(der::SEQUENCE, &content)
}

fn algorithm_identifier(kind: Kind) -> Vec<u8> {
    let content = match kind {
        Kind::Ec(curve) => {
            [der::element(der::OID, der::EC), der::element(der::OID, der::curve_oid(curve))].concat()
        }
        Kind::Ed25519 => der::element(der::OID, der::ED25519),
        Kind::MlDsa(set) => der::element(der::OID, der::ml_dsa_oid(set)),
        Kind::Rsa | Kind::Oct => [der::element(der::OID, der::RSA), der::element(der::NULL, &[])].concat(),
    };
    der::element(der::SEQUENCE, &content)
}

/// SubjectPublicKeyInfo as PEM.
pub(super) fn write_public(key: &Asymmetric) -> String {
    armour("PUBLIC KEY", &spki(key))
}

/// SubjectPublicKeyInfo as DER.
pub(super) fn spki(key: &Asymmetric) -> Vec<u8> {
    let content = [algorithm_identifier(key.kind), der::bit_string(&key.public)].concat();
    der::element(der::SEQUENCE, &content)
}

/// PKCS#8 as PEM.
pub(super) fn write_private(key: &Asymmetric) -> Result<Secret> {
    pkcs8(key).map(|whole| Secret::new(armour("PRIVATE KEY", whole.expose())))
}

/// PKCS#8 under a passphrase, as PEM.
pub(super) fn write_private_with(key: &Asymmetric, passphrase: &[u8]) -> Result<Secret> {
    locked::seal(&pkcs8(key)?, passphrase)
}

/// PKCS#8 as DER.
pub(super) fn pkcs8(key: &Asymmetric) -> Result<SecretBytes> {
    let private = key.private.as_ref().ok_or_else(|| Error::new(ErrorCode::KeyPrivateRequired))?;
    let inner = SecretBytes::new(match key.kind {
        Kind::Ec(curve) => ec_private_key(curve, private.expose(), Some(&key.public)),
        Kind::Ed25519 => der::element(der::OCTET_STRING, private.expose()),
        Kind::MlDsa(_) => der::element(ML_DSA_SEED, private.expose()),
        Kind::Rsa | Kind::Oct => private.expose().to_vec(),
    });
    let content = SecretBytes::new(
        [
            der::unsigned(&[0]),
            algorithm_identifier(key.kind),
            der::element(der::OCTET_STRING, inner.expose()),
        ]
        .concat(),
    );
    Ok(SecretBytes::new(der::element(der::SEQUENCE, content.expose())))
}

pub(super) fn armour(label: &str, bytes: &[u8]) -> String {
    let body = Secret::new(base64url::encode(bytes));
    let body = body.expose();
    let mut out = String::with_capacity(body.len() + body.len() / 64 + 2 * label.len() + 40);
    out.extend(["-----BEGIN ", label, "-----\n"]);
    for (index, character) in body.chars().enumerate() {
        if index > 0 && index % 64 == 0 {
            out.push('\n');
        }
        out.push(match character {
            '-' => '+',
            '_' => '/',
            other => other,
        });
    }
    for _ in 0..(4 - body.len() % 4) % 4 {
        out.push('=');
    }
    out.extend(["\n-----END ", label, "-----\n"]);
    out
}
