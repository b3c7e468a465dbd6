//! Public keys that are well formed and still not to be trusted (threats B8, B11).

use crate::error::{Error, ErrorCode, Result};

/// Smallest and largest RSA modulus in bits.
const RSA_BITS: std::ops::RangeInclusive<usize> = 2048..=8192;

/// Refuses RSA keys of the wrong size, with an unsafe exponent, or from the ROCA generator.
///
/// Both numbers come without leading zero bytes.
pub(super) fn check_rsa(n: &[u8], e: &[u8]) -> Result<()> {
    let bits = n.first().map_or(0, |first| n.len() * 8 - first.leading_zeros() as usize);
    if !RSA_BITS.contains(&bits) {
        return Err(Error::with(ErrorCode::KeyWeak, format!("{bits} bits")));
    }
    let odd = |number: &[u8]| number.last().is_some_and(|last| last & 1 == 1);
    if !odd(e) || matches!(e, [1]) || e.len() > 4 || !odd(n) {
        return Err(Error::with(ErrorCode::KeyWeak, "exponent"));
    }
    if is_roca(n) {
        return Err(Error::with(ErrorCode::KeyWeak, "ROCA (CVE-2017-15361)"));
    }
    Ok(())
}

/// The fingerprint of CVE-2017-15361: modulo every small prime, the modulus is a power of 65537.
///
/// A random modulus passes by chance about once in 2^27.
fn is_roca(n: &[u8]) -> bool {
    const PRIMES: [u32; 38] = [
        3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101,
        103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
    ];
    PRIMES.iter().all(|prime| {
        let residue = n.iter().fold(0_u32, |sum, byte| (sum << 8 | u32::from(*byte)) % prime);
        let generator = 65_537 % prime;
        let mut power = 1;
        (0..*prime).any(|_| {
            power = power * generator % prime;
            power == residue
        })
    })
}

/// Refuses Ed25519 keys of small order and encodings that are not canonical, for which signatures exist
/// that verify over any message.
pub(super) fn check_ed25519(public: &[u8]) -> Result<()> {
    const FIELD: [u8; 32] = {
        let mut prime = [0xff; 32];
        prime[0] = 0xed;
        prime[31] = 0x7f;
        prime
    };
    /// The y coordinates of order 8; the others are 0, 1 and p - 1.
    const ORDER_8: [[u8; 32]; 2] = [
        [
            0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0,
            0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05,
        ],
        [
            0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f,
            0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a,
        ],
    ];
    let refused = || Error::new(ErrorCode::KeyInvalidPoint);
    let mut y: [u8; 32] = public.try_into().map_err(|_| refused())?;
    if let Some(last) = y.last_mut() {
        *last &= 0x7f;
    }
    let canonical = y.iter().rev().lt(FIELD.iter().rev());
    let small = |low: u8| matches!(y, [first, rest @ ..] if first == low && rest == [0; 31]);
    let minus_one = matches!((y, FIELD), ([0xec, a @ ..], [_, b @ ..]) if a == b);
    if !canonical || small(0) || small(1) || minus_one || ORDER_8.contains(&y) {
        return Err(refused());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_of_small_order_and_odd_spellings_are_refused() {
        let mut bad = vec![[0_u8; 32], [0_u8; 32], [0xff; 32], [0xff; 32], [0xff; 32]];
        bad[1][0] = 1;
        bad[2][0] = 0xec;
        bad[3][0] = 0xed;
        bad[4][0] = 0xee;
        for point in bad {
            for sign in [0, 0x80] {
                let mut point = point;
                point[31] = point[31] & 0x7f | sign;
                assert!(check_ed25519(&point).is_err(), "{point:02x?}");
            }
        }
        assert!(check_ed25519(&[0; 31]).is_err());
        let mut fine = [9_u8; 32];
        fine[31] |= 0x80;
        assert!(check_ed25519(&fine).is_ok());
    }

    #[test]
    fn rsa_sizes_and_exponents_are_bounded() {
        let modulus = |bytes: usize| {
            let mut n = vec![0xc5; bytes];
            n[bytes - 1] = 0x43;
            n
        };
        assert!(check_rsa(&modulus(256), &[1, 0, 1]).is_ok());
        assert!(check_rsa(&modulus(256), &[3]).is_ok());
        assert!(check_rsa(&modulus(1024), &[3]).is_ok());
        for (n, e) in [
            (modulus(255), vec![1, 0, 1]),
            (modulus(1025), vec![1, 0, 1]),
            (modulus(256), vec![1]),
            (modulus(256), vec![]),
            (modulus(256), vec![1, 0, 0]),
            (modulus(256), vec![1, 0, 0, 0, 1]),
            (vec![], vec![3]),
        ] {
            assert_eq!(check_rsa(&n, &e).unwrap_err().code(), ErrorCode::KeyWeak);
        }
    }
}
