//! JSON Web Keys in and out (RFC 7517, RFC 7518 section 6, RFC 8037, RFC 8812, RFC 9964).

use super::material::{Asymmetric, Kind, Material, malformed, trim};
use super::{Key, MAX_KEY_ID, der, family, pem};
use crate::crypto::{Curve, Scheme};
use crate::error::{Error, ErrorCode, Result};
use crate::jose::algorithm::Primitive;
use crate::jose::json::{Limits, Object, Value};
use crate::jose::{Algorithm, base64url};
use crate::secret::{Secret, SecretBytes};
use std::borrow::Cow;
use std::collections::BTreeMap;
use zeroize::Zeroize;

pub(super) const LIMITS: Limits = Limits::bytes(64 * 1024);
/// Certificates in `x5c`; they are not read, but a thousand of them are no key (threat B19).
const MAX_CERTIFICATES: usize = 10;
const PRIVATE_MEMBERS: [&str; 9] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"];

/// Where a JWK comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Import {
    /// The host's own configuration.
    Trusted,
    /// A key set that others publish: secrets have no place in it.
    Published,
}

pub(super) struct Jwk<'a>(pub(super) Object<'a>);

/// Members to write, in the order of their names.
pub(super) type Members = BTreeMap<&'static str, String>;

impl Jwk<'_> {
    /// A member that must be text when present.
    pub(super) fn text(&self, name: &'static str) -> Result<Option<Cow<'_, str>>> {
        match self.0.get(name) {
            None => Ok(None),
            Some(value) => value.as_str().map(Some).ok_or_else(|| malformed(name)),
        }
    }

    pub(super) fn bytes(&self, name: &'static str) -> Result<SecretBytes> {
        let text = self.text(name)?.ok_or_else(|| malformed(name))?;
        base64url::decode(text.as_bytes()).map(SecretBytes::new).map_err(|_| malformed(name))
    }

    /// The key id, of bounded length.
    pub(super) fn kid(&self) -> Result<Option<Cow<'_, str>>> {
        let kid = self.text("kid")?;
        if kid.as_ref().is_some_and(|kid| kid.len() > MAX_KEY_ID) {
            return Err(malformed("kid"));
        }
        Ok(kid)
    }

    /// The members of `key_ops`, each once (RFC 7517 section 4.3).
    pub(super) fn operations(&self) -> Result<Option<Vec<Cow<'_, str>>>> {
        let Some(value) = self.0.get("key_ops") else { return Ok(None) };
        let operations: Vec<Cow<'_, str>> = value
            .as_array()
            .and_then(|items| items.map(Value::as_str).collect())
            .ok_or_else(|| malformed("key_ops"))?;
        let mut sorted = operations.clone();
        sorted.sort_unstable();
        sorted.dedup();
        if sorted.len() != operations.len() {
            return Err(malformed("key_ops"));
        }
        Ok(Some(operations))
    }

    /// Whether it has no secret or private part, and not too many certificates.
    pub(super) fn is_public(&self) -> bool {
        let certificates = self.0.get("x5c").and_then(Value::as_array).map_or(0, Iterator::count);
        certificates <= MAX_CERTIFICATES && !PRIVATE_MEMBERS.iter().any(|name| self.has(name))
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.0.get(name).is_some()
    }

    pub(super) fn curve(&self) -> Result<Cow<'_, str>> {
        self.text("crv")?.ok_or_else(|| malformed("crv"))
    }
}

pub(crate) fn parse(json: &str, import: Import) -> Result<Key> {
    let object = Object::parse(json.as_bytes(), LIMITS).map_err(|fault| malformed(fault.describe()))?;
    let jwk = Jwk(object);
    if import == Import::Published && PRIVATE_MEMBERS.iter().any(|name| jwk.has(name)) {
        return Err(Error::with(ErrorCode::KeyUse, "a published key set contains a secret or private key"));
    }
    let certificates = jwk.0.get("x5c").and_then(Value::as_array).map_or(0, Iterator::count);
    if certificates > MAX_CERTIFICATES {
        return Err(malformed("x5c"));
    }
    let (may_verify, may_sign) = uses(&jwk)?;
    let bound = bound_algorithm(&jwk)?;
    let kid = jwk.kid()?;
    let mut key = match jwk.text("kty")?.as_deref() {
        Some("oct") => Key::hmac(jwk.bytes("k")?.expose())?,
        Some("RSA") => Key::asymmetric(rsa(&jwk)?),
        Some("EC") => Key::asymmetric(ec(&jwk)?),
        Some("OKP") => Key::asymmetric(okp(&jwk)?),
        Some("AKP") => Key::asymmetric(akp(&jwk, bound)?),
        Some(_) => return Err(Error::with(ErrorCode::KeyWrongType, "unknown kty")),
        None => return Err(malformed("kty")),
    };
    key.may_verify = may_verify;
    key.may_sign &= may_sign;
    key.kid = kid.map(|kid| kid.as_ref().into());
    key.issuer = jwk.text("issuer")?.map(|issuer| issuer.as_ref().into());
    if let Some(algorithm) = bound {
        key.bound = Some(algorithm);
        key.check(algorithm, false)?;
    }
    Ok(key)
}

/// Whether `use` and `key_ops` allow verifying and signing (RFC 7517 sections 4.2, 4.3).
fn uses(jwk: &Jwk<'_>) -> Result<(bool, bool)> {
    if jwk.text("use")?.is_some_and(|purpose| purpose != "sig") {
        return Err(Error::with(ErrorCode::KeyUse, "use"));
    }
    let Some(operations) = jwk.operations()? else { return Ok((true, true)) };
    let allows = |name: &str| operations.iter().any(|operation| operation == name);
    match (allows("verify"), allows("sign")) {
        (false, false) => Err(Error::with(ErrorCode::KeyUse, "key_ops")),
        allowed => Ok(allowed),
    }
}

fn bound_algorithm(jwk: &Jwk<'_>) -> Result<Option<Algorithm>> {
    let Some(name) = jwk.text("alg")? else { return Ok(None) };
    match Algorithm::parse(&name) {
        Some(algorithm) => Ok(Some(algorithm)),
        None => Err(Error::quoted(ErrorCode::ConfigUnsupportedAlgorithm, "alg", &name)),
    }
}

pub(super) fn rsa(jwk: &Jwk<'_>) -> Result<Asymmetric> {
    let (n, e) = (jwk.bytes("n")?, jwk.bytes("e")?);
    if !jwk.has("d") {
        return Asymmetric::rsa_public(n.expose(), e.expose());
    }
    if jwk.has("oth") {
        return Err(malformed("keys of more than two primes are not supported"));
    }
    let mut content = SecretBytes::new(der::unsigned(&[0]));
    for name in ["n", "e", "d", "p", "q", "dp", "dq", "qi"] {
        let number = SecretBytes::new(der::unsigned(trim(jwk.bytes(name)?.expose())));
        content = SecretBytes::new([content.expose(), number.expose()].concat());
    }
    Asymmetric::rsa_private_der(SecretBytes::new(der::element(der::SEQUENCE, content.expose())).expose())
}

pub(super) fn ec(jwk: &Jwk<'_>) -> Result<Asymmetric> {
    let name = jwk.curve()?;
    let curve = Curve::ALL.into_iter().find(|curve| curve_name(*curve) == name);
    let curve = curve.ok_or_else(|| Error::with(ErrorCode::KeyWrongType, "unsupported crv"))?;
    let (x, y) = (jwk.bytes("x")?, jwk.bytes("y")?);
    if x.expose().len() != curve.coordinate_len() || y.expose().len() != curve.coordinate_len() {
        return Err(Error::with(ErrorCode::KeyInvalidPoint, "length of a coordinate"));
    }
    let point = [&[4], x.expose(), y.expose()].concat();
    if jwk.has("d") {
        Asymmetric::ec_private(curve, jwk.bytes("d")?.expose(), &point)
    } else {
        Asymmetric::ec_public(curve, &point)
    }
}

fn okp(jwk: &Jwk<'_>) -> Result<Asymmetric> {
    match jwk.curve()?.as_ref() {
        "Ed25519" => {}
        "Ed448" => return Err(pem::ed448()),
        _ => return Err(Error::with(ErrorCode::KeyWrongType, "unsupported crv")),
    }
    let x = jwk.bytes("x")?;
    if jwk.has("d") {
        Asymmetric::ed25519_private(jwk.bytes("d")?.expose(), Some(x.expose()))
    } else {
        Asymmetric::ed25519_public(x.expose())
    }
}

/// A key that is of its algorithm and of no curve, RFC 9964 section 3.
fn akp(jwk: &Jwk<'_>, algorithm: Option<Algorithm>) -> Result<Asymmetric> {
    let set = match algorithm.map(Algorithm::primitive) {
        Some(Primitive::Signature(Scheme::MlDsa(set))) => set,
        Some(_) => return Err(Error::with(ErrorCode::KeyWrongType, "alg does not fit kty")),
        None => return Err(malformed("alg")),
    };
    let public = jwk.bytes("pub")?;
    if jwk.has("priv") {
        Asymmetric::ml_dsa_private(set, jwk.bytes("priv")?.expose(), Some(public.expose()))
    } else {
        Asymmetric::ml_dsa_public(set, public.expose())
    }
}

/// The public members, and what binds the key.
pub(super) fn write_public(key: &Key) -> Result<String> {
    let mut members = required(key.material()?)?;
    bind(key, &mut members);
    text(&members)
}

/// Every member, the secret ones too.
pub(super) fn write_private(key: &Key) -> Result<Secret> {
    let mut members = match &key.core.material {
        Material::Oct(secret) => secret_members(secret),
        Material::Asymmetric(material) => private_members(material)?,
    };
    bind(key, &mut members);
    secret_text(members)
}

/// The members of a secret.
pub(super) fn secret_members(secret: &SecretBytes) -> Members {
    [("kty", "oct".to_owned()), ("k", base64url::encode(secret.expose()))].into()
}

/// The members of a private key, the secret ones too.
pub(super) fn private_members(material: &Asymmetric) -> Result<Members> {
    let private = material.private.as_ref().ok_or(ErrorCode::KeyPrivateRequired)?;
    let mut members = required(material)?;
    if material.kind == Kind::Rsa {
        let numbers = rsa_parts(private.expose()).ok_or_else(|| malformed("RSA private key"))?;
        members.extend(numbers.map(|(name, number)| (name, base64url::encode(number))));
    } else {
        let name = if matches!(material.kind, Kind::MlDsa(_)) { "priv" } else { "d" };
        members.insert(name, base64url::encode(private.expose()));
    }
    Ok(members)
}

/// The text of a JWK with secret members, which are wiped.
pub(super) fn secret_text(mut members: Members) -> Result<Secret> {
    let text = text(&members).map(Secret::new);
    members.values_mut().for_each(Zeroize::zeroize);
    text
}

/// What an `RSAPrivateKey` holds beside the public key, RFC 8017 appendix A.1.2, under the names of RFC 7518 section 6.3.2.
fn rsa_parts(bytes: &[u8]) -> Option<[(&'static str, &[u8]); 6]> {
    let mut fields = der::Reader::only_sequence(bytes)?;
    let _version_and_public_key = (fields.unsigned()?, fields.unsigned()?, fields.unsigned()?);
    let mut next = |name| Some((name, fields.unsigned()?));
    Some([next("d")?, next("p")?, next("q")?, next("dp")?, next("dq")?, next("qi")?])
}

/// Adds the members that say what the key is for.
fn bind(key: &Key, members: &mut Members) {
    members.insert("use", "sig".to_owned());
    if let Some(algorithm) = key.bound.or(match family(key.kind()) {
        [only] => Some(*only),
        _ => None,
    }) {
        members.insert("alg", algorithm.name().to_owned());
    }
    if let Some(kid) = key.kid() {
        members.insert("kid", kid.to_owned());
    }
}

/// What a thumbprint is the hash of (RFC 7638 section 3): the required members in the order of their names, without
/// space.
pub(super) fn canonical(material: &Asymmetric) -> Result<String> {
    text(&required(material)?)
}

/// The members that make the public key, numbers without leading zeros.
pub(super) fn required(material: &Asymmetric) -> Result<Members> {
    Ok(match material.kind {
        Kind::Rsa | Kind::Oct => {
            let (n, e) = material.rsa_numbers().ok_or_else(|| malformed("RSA public key"))?;
            [("kty", "RSA".to_owned()), ("n", base64url::encode(n)), ("e", base64url::encode(e))].into()
        }
        Kind::Ec(curve) => {
            let coordinates = material.public.get(1..).unwrap_or_default();
            let (x, y) = coordinates.split_at_checked(curve.coordinate_len()).unwrap_or_default();
            let (kty, crv) = ("EC".to_owned(), curve_name(curve).to_owned());
            [("kty", kty), ("crv", crv), ("x", base64url::encode(x)), ("y", base64url::encode(y))].into()
        }
        Kind::Ed25519 => {
            let (kty, crv) = ("OKP".to_owned(), "Ed25519".to_owned());
            [("kty", kty), ("crv", crv), ("x", base64url::encode(&material.public))].into()
        }
        Kind::MlDsa(_) => {
            let alg = family(material.kind).first().map_or("", |algorithm| algorithm.name()).to_owned();
            [("kty", "AKP".to_owned()), ("alg", alg), ("pub", base64url::encode(&material.public))].into()
        }
    })
}

pub(super) fn text(members: &Members) -> Result<String> {
    serde_json::to_string(members).map_err(|_| malformed("a member"))
}

const fn curve_name(curve: Curve) -> &'static str {
    match curve {
        Curve::P256 => "P-256",
        Curve::P384 => "P-384",
        Curve::P521 => "P-521",
        Curve::Secp256k1 => "secp256k1",
    }
}
