//! base64url as RFC 7515 wants it: no padding, and one spelling only for each byte string.
//!
//! A lenient decoder lets one token be written in several ways, which defeats denylists (threats A2,
//! A3, A4, A18). So every character outside the alphabet, `=`, a length of 4n+1 and unused bits that
//! are not zero are refused.

use crate::error::{Error, ErrorCode, Result};
use base64_simd::AsOut as _;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Value of each character, shifted to its place among the four of a block; the top bit marks a
/// character outside the alphabet.
static VALUES: [[u32; 256]; 4] = [values(18), values(12), values(6), values(0)];
const OUTSIDE: u32 = 1 << 31;

#[allow(clippy::indexing_slicing)] // evaluated by the compiler: an index out of bounds would not build
const fn values(shift: u32) -> [u32; 256] {
    let mut table = [OUTSIDE; 256];
    let mut i = 0;
    while i < 64 {
        table[ALPHABET[i] as usize] = (i as u32) << shift;
        i += 1;
    }
    table
}

fn value(table: &[u32; 256], character: u8) -> u32 {
    table.get(usize::from(character)).copied().unwrap_or(OUTSIDE)
}

fn character(six_bits: u32) -> char {
    char::from(ALPHABET.get((six_bits & 0x3f) as usize).copied().unwrap_or(b'A'))
}

/// Encodes without padding.
#[must_use]
pub fn encode(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    encode_into(bytes, &mut out);
    out
}

/// Encodes without padding to the end of a text.
pub fn encode_into(bytes: &[u8], out: &mut String) {
    let (blocks, rest) = bytes.as_chunks::<3>();
    for [a, b, c] in blocks {
        let bits = u32::from(*a) << 16 | u32::from(*b) << 8 | u32::from(*c);
        out.extend([bits >> 18, bits >> 12, bits >> 6, bits].map(character));
    }
    match rest {
        [a] => out.extend([u32::from(*a) >> 2, u32::from(*a) << 4].map(character)),
        [a, b] => {
            let bits = u32::from(*a) << 8 | u32::from(*b);
            out.extend([bits >> 10, bits >> 4, bits << 2].map(character));
        }
        _ => {}
    }
}

/// Decodes the one spelling that [`encode`] gives.
///
/// # Errors
/// `token.malformed` for every other spelling.
pub fn decode(text: impl AsRef<[u8]>) -> Result<Vec<u8>> {
    let text = text.as_ref();
    let mut out = vec![0_u8; decoded_len(text.len())];
    match decode_into(text, &mut out) {
        Some(_) => Ok(out),
        None => Err(Error::with(ErrorCode::TokenMalformed, "not canonical base64url")),
    }
}

/// Bytes that a text of this length decodes to.
pub(crate) const fn decoded_len(characters: usize) -> usize {
    characters / 4 * 3 + (characters % 4 * 3) / 4
}

/// From this many characters on, whole blocks are left to instructions that take many of them at once.
const LONG: usize = 32;

/// Decodes into a buffer and returns the bytes written, or `None` if the text is not canonical or
/// the buffer too small.
pub(crate) fn decode_into(text: &[u8], out: &mut [u8]) -> Option<usize> {
    let length = decoded_len(text.len());
    let out = out.get_mut(..length)?;
    // Blocks of four characters have no unused bits, so what decides about the spelling is decided here, at the end.
    let long = if text.len() < LONG { 0 } else { text.len() / 4 * 4 };
    let (blocks, rest) = text.split_at_checked(long)?;
    let (decoded, tail) = out.split_at_mut_checked(decoded_len(long))?;
    if long > 0 {
        base64_simd::URL_SAFE_NO_PAD.decode(blocks, decoded.as_out()).ok()?;
    }
    decode_short(rest, tail).then_some(length)
}

/// The same for a short text and a buffer of just its length; whether the text is canonical.
fn decode_short(mut text: &[u8], mut out: &mut [u8]) -> bool {
    let [first, second, third, fourth] = &VALUES;
    // Outside characters are collected and looked at once: the loops stay free of branches.
    let mut seen = 0;
    // Eight characters give six bytes, written as eight while there is room: two that the next turn overwrites cost less
    // than six single ones.
    while let (Some(block), Some(target)) = (text.first_chunk::<8>(), out.first_chunk_mut::<8>()) {
        let [a, b, c, d, e, f, g, h] = *block;
        let high = value(first, a) | value(second, b) | value(third, c) | value(fourth, d);
        let low = value(first, e) | value(second, f) | value(third, g) | value(fourth, h);
        seen |= high | low;
        *target = (u64::from(high) << 40 | u64::from(low) << 16).to_be_bytes();
        text = text.get(8..).unwrap_or_default();
        out = out.get_mut(6..).unwrap_or_default();
    }
    let (blocks, rest) = text.as_chunks::<4>();
    let (targets, tail) = out.as_chunks_mut::<3>();
    for ([a, b, c, d], target) in blocks.iter().zip(targets) {
        let bits = value(first, *a) | value(second, *b) | value(third, *c) | value(fourth, *d);
        seen |= bits;
        let [_, x, y, z] = bits.to_be_bytes();
        *target = [x, y, z];
    }
    let unused = match (rest, tail) {
        ([], []) => 0,
        ([a, b], [x]) => {
            let bits = value(first, *a) | value(second, *b);
            seen |= bits;
            let [_, byte, unused, _] = bits.to_be_bytes();
            *x = byte;
            unused
        }
        ([a, b, c], [x, y]) => {
            let bits = value(first, *a) | value(second, *b) | value(third, *c);
            seen |= bits;
            let [_, one, two, unused] = bits.to_be_bytes();
            (*x, *y) = (one, two);
            unused
        }
        _ => return false,
    };
    seen & OUTSIDE == 0 && unused == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encoding_and_decoding_are_inverse_for_every_length() {
        let bytes: Vec<u8> = (0..=255).chain(0..=255).collect();
        for length in 0..bytes.len() {
            let text = encode(&bytes[..length]);
            assert_eq!(decode(&text).unwrap(), &bytes[..length]);
            assert_eq!(decoded_len(text.len()), length);
        }
    }

    #[test]
    fn the_example_of_rfc_7515_appendix_c_is_met() {
        assert_eq!(encode(&[3, 236, 255, 224, 193]), "A-z_4ME");
        assert_eq!(decode("A-z_4ME").unwrap(), [3, 236, 255, 224, 193]);
    }

    #[test]
    fn every_other_spelling_is_refused() {
        for text in [
            "A", "AAAAA", "AA==", "AAA=", "AA=", "A+AA", "A/AA", "A AA", "AA\n", "AAAA\n", "AA\0A", "A?AA",
            "éA",
        ] {
            assert!(decode(text).is_err(), "{text:?}");
        }
        // One byte has exactly one spelling, so have two.
        let single = (0..64_u32).filter(|last| decode(format!("A{}", character(*last))).is_ok()).count();
        let double = (0..64_u32).filter(|last| decode(format!("AA{}", character(*last))).is_ok()).count();
        assert_eq!((single, double), (4, 16));
    }

    /// Lengths around every size of block that a machine may have instructions for.
    #[test]
    fn no_byte_outside_the_alphabet_is_taken_in_a_long_text() {
        for length in (28..110).filter(|length| length % 4 != 1) {
            for position in 0..length {
                for byte in 0..=255_u8 {
                    let mut text = vec![b'A'; length];
                    text[position] = byte;
                    let last = position + 1 == length;
                    let unused = [0, 0, 15, 3][length % 4];
                    let valid = ALPHABET
                        .iter()
                        .position(|c| *c == byte)
                        .is_some_and(|value| !last || value & unused == 0);
                    let decoded = decode(&text);
                    assert_eq!(decoded.is_ok(), valid, "{byte} at {position} of {length}");
                    assert!(decoded.is_err() || encode(&decoded.unwrap()).as_bytes() == text);
                }
            }
        }
    }

    #[test]
    fn a_buffer_that_is_too_small_is_refused() {
        for length in [4, 28, 32, 64, 90] {
            let text = vec![b'A'; length];
            assert_eq!(decode_into(&text, &mut vec![0; decoded_len(length) - 1]), None);
            let mut longer = vec![7; decoded_len(length) + 9];
            assert_eq!(decode_into(&text, &mut longer), Some(decoded_len(length)));
            assert!(longer[decoded_len(length)..].iter().all(|byte| *byte == 7));
        }
    }

    #[test]
    fn no_byte_outside_the_alphabet_is_taken() {
        for byte in 0..=255_u8 {
            for position in 0..7 {
                let mut text = *b"AAAAAAA";
                text[position] = byte;
                // The last of seven characters has two unused bits.
                let valid =
                    ALPHABET.iter().position(|c| *c == byte).is_some_and(|v| position < 6 || v % 4 == 0);
                assert_eq!(decode(&text[..]).is_ok(), valid, "{byte} at {position}");
            }
        }
    }
}
