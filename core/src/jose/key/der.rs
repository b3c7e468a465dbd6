//! The little DER that key files need: a strict reader without recursion, and a writer.
//!
//! Definite, minimal lengths only. Structures: SubjectPublicKeyInfo (RFC 5280), `RSAPublicKey` and
//! `RSAPrivateKey` (RFC 8017), PKCS#8 (RFC 5958), `ECPrivateKey` (RFC 5915), RFC 8410 for Ed25519, RFC 9881 for ML-DSA.

use crate::crypto::{Curve, MlDsa};

pub(super) const SEQUENCE: u8 = 0x30;
pub(super) const INTEGER: u8 = 0x02;
pub(super) const BIT_STRING: u8 = 0x03;
pub(super) const OCTET_STRING: u8 = 0x04;
pub(super) const NULL: u8 = 0x05;
pub(super) const OID: u8 = 0x06;

pub(super) const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
pub(super) const EC: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
pub(super) const ED25519: &[u8] = &[0x2b, 0x65, 0x70];
pub(super) const ED448: &[u8] = &[0x2b, 0x65, 0x71];
pub(super) const X25519: &[u8] = &[0x2b, 0x65, 0x6e];
const P256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
const P384: &[u8] = &[0x2b, 0x81, 0x04, 0x00, 0x22];
const P521: &[u8] = &[0x2b, 0x81, 0x04, 0x00, 0x23];
const SECP256K1: &[u8] = &[0x2b, 0x81, 0x04, 0x00, 0x0a];

const ML_DSA: [(MlDsa, &[u8]); 3] = [
    (MlDsa::Set44, &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03, 0x11]),
    (MlDsa::Set65, &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03, 0x12]),
    (MlDsa::Set87, &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03, 0x13]),
];

pub(super) fn ml_dsa_of(oid: &[u8]) -> Option<MlDsa> {
    ML_DSA.into_iter().find(|(_, own)| *own == oid).map(|(set, _)| set)
}

pub(super) fn ml_dsa_oid(set: MlDsa) -> &'static [u8] {
    ML_DSA.into_iter().find(|(own, _)| *own == set).map_or(&[], |(_, oid)| oid)
}

pub(super) fn curve_of(oid: &[u8]) -> Option<Curve> {
    Curve::ALL.into_iter().find(|curve| curve_oid(*curve) == oid)
}

pub(super) const fn curve_oid(curve: Curve) -> &'static [u8] {
    match curve {
        Curve::P256 => P256,
        Curve::P384 => P384,
        Curve::P521 => P521,
        Curve::Secp256k1 => SECP256K1,
    }
}

/// A cursor over DER elements.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The next element, whatever its tag.
    pub(super) fn any(&mut self) -> Option<(u8, &'a [u8])> {
        let (tag, rest) = self.0.split_first()?;
        let (first, rest) = rest.split_first()?;
        let (length, rest) = match first {
            0..=0x7f => (usize::from(*first), rest),
            0x81..=0x83 => {
                let (digits, rest) = rest.split_at_checked(usize::from(first - 0x80))?;
                let length = digits.iter().fold(0_usize, |sum, digit| sum << 8 | usize::from(*digit));
                if digits.first() == Some(&0) || length < 0x80 {
                    return None;
                }
                (length, rest)
            }
            _ => return None,
        };
        let (content, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some((*tag, content))
    }

    /// The content of the next element if it has this tag.
    pub(super) fn take(&mut self, tag: u8) -> Option<&'a [u8]> {
        let mut ahead = *self;
        let content = ahead.any().filter(|(found, _)| *found == tag)?.1;
        *self = ahead;
        Some(content)
    }

    pub(super) fn sequence(&mut self) -> Option<Self> {
        self.take(SEQUENCE).map(Self)
    }

    /// A non-negative integer without its leading zero byte.
    pub(super) fn unsigned(&mut self) -> Option<&'a [u8]> {
        match self.take(INTEGER)? {
            [] | [0x80..=0xff, ..] => None,
            [0, rest @ ..] if !rest.is_empty() => Some(rest),
            all => Some(all),
        }
    }

    /// A bit string of whole bytes.
    pub(super) fn bit_string(&mut self) -> Option<&'a [u8]> {
        self.take(BIT_STRING)?.strip_prefix(&[0])
    }

    /// The only element of a text, a sequence.
    pub(super) fn only_sequence(bytes: &'a [u8]) -> Option<Self> {
        let mut outer = Self(bytes);
        let inner = outer.sequence()?;
        outer.is_empty().then_some(inner)
    }
}

/// Whether constructed elements nest at most `limit` deep, judged without recursion: along each path
/// the first bytes of a constructed element are the next element's header.
pub(super) fn is_shallow(bytes: &[u8], limit: usize) -> bool {
    let mut open = vec![Reader::new(bytes)];
    while let Some(reader) = open.last_mut() {
        match reader.any() {
            Some((tag, content)) if tag & 0x20 != 0 => {
                if open.len() > limit {
                    return false;
                }
                open.push(Reader::new(content));
            }
            Some(_) => {}
            None if reader.is_empty() => {
                open.pop();
            }
            None => return false,
        }
    }
    true
}

pub(super) fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    let length = content.len();
    let bytes = length.to_be_bytes();
    if let (0..0x80, [.., last]) = (length, bytes) {
        out.push(last);
    } else {
        let digits: Vec<u8> = bytes.into_iter().skip_while(|byte| *byte == 0).collect();
        out.push(0x80 | u8::try_from(digits.len()).unwrap_or(0x7f));
        out.extend(digits);
    }
    out.extend_from_slice(content);
    out
}

pub(super) fn unsigned(value: &[u8]) -> Vec<u8> {
    match value.first() {
        Some(0..0x80) => element(INTEGER, value),
        _ => element(INTEGER, &[&[0], value].concat()),
    }
}

pub(super) fn bit_string(content: &[u8]) -> Vec<u8> {
    element(BIT_STRING, &[&[0], content].concat())
}

/// `RSAPublicKey`.
pub(super) fn rsa_public(n: &[u8], e: &[u8]) -> Vec<u8> {
    element(SEQUENCE, &[unsigned(n), unsigned(e)].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_written_and_read_in_their_shortest_form() {
        for length in [0, 1, 127, 128, 255, 256, 65_535, 65_536] {
            let der = element(OCTET_STRING, &vec![7; length]);
            let mut reader = Reader::new(&der);
            assert_eq!(reader.take(OCTET_STRING).unwrap().len(), length);
            assert!(reader.is_empty());
        }
        for bad in [
            &[4, 0x80][..],
            &[4, 0x81, 1, 0],
            &[4, 0x82, 0, 0x80],
            &[4, 5, 1],
            &[4, 0x84, 0, 0, 0, 1, 9],
            &[4],
        ] {
            assert!(Reader::new(bad).any().is_none(), "{bad:?}");
        }
    }

    #[test]
    fn deep_nesting_is_seen_without_recursion() {
        let mut der = Vec::new();
        for _ in 0..500 {
            der = element(SEQUENCE, &der);
        }
        assert!(!is_shallow(&der, 16));
        assert!(is_shallow(&element(SEQUENCE, &element(SEQUENCE, &[])), 16));
    }
}
