//! Names of members: fingerprints by which they are compared and recognized.

use super::Fault;
use super::value::{slice, unescape};
use std::borrow::Cow;

type Span = (u32, u32);

/// Beyond this many members, names are sorted instead of compared pairwise, so that no text costs
/// quadratic time.
const PAIRWISE: usize = 16;

/// Longest name that its fingerprint holds in full.
const SHORT: usize = 7;

/// The first seven bytes of a name and its length, at most 255: two names of which one has seven bytes or fewer are the same
/// if their fingerprints are.
#[inline(always)]
pub(super) fn fingerprint(text: &[u8], (start, end): Span) -> u64 {
    let length = end.saturating_sub(start);
    let word = match text.get(start as usize..).and_then(|rest| rest.first_chunk::<8>()) {
        Some(word) => u64::from_le_bytes(*word),
        None => {
            let name = text.get(start as usize..end as usize).unwrap_or_default();
            name.iter().take(SHORT).rev().fold(0, |word, byte| word << 8 | u64::from(*byte))
        }
    };
    // Bytes behind a short name are not its own.
    let own = (1 << (8 * length.min(7))) - 1;
    (word & own) | u64::from(length.min(255)) << 56
}

/// The fingerprint of a whole text, of a name without escapes.
pub(super) fn fingerprint_of(name: &str) -> u64 {
    fingerprint(name.as_bytes(), (0, u32::try_from(name.len()).unwrap_or(u32::MAX)))
}

/// The fingerprint of a name that is known when this is compiled, and short enough to be recognized by it alone.
pub(crate) const fn short_name(name: &str) -> u64 {
    assert!(name.len() <= SHORT, "a fingerprint holds seven bytes");
    let mut rest = name.as_bytes();
    let mut print = (name.len() as u64) << 56;
    let mut shift = 0;
    while let [first, others @ ..] = rest {
        print |= (*first as u64) << shift;
        shift += 8;
        rest = others;
    }
    print
}

/// Refuses names that are there twice. `escaped` says whether one of them contains an escape; `of` gives the place of a name and
/// its fingerprint.
pub(super) fn unique<T>(
    text: &str,
    escaped: bool,
    list: &[T],
    of: impl Fn(&T) -> (Span, u64),
) -> Result<(), Fault> {
    if escaped || list.len() > PAIRWISE {
        return unique_by_sorting(text, list, |item| of(item).0);
    }
    // All places at once and without a branch, which compilers make a few instructions of: names are rarely the same in length
    // and in their first bytes.
    let mut seen = [0_u32; PAIRWISE];
    for (count, item) in list.iter().enumerate() {
        let (name, print) = of(item);
        let folded = fold(print);
        if seen.iter().fold(false, |found, other| found | (*other == folded)) {
            let name = slice(text, name);
            if list.iter().take(count).any(|other| slice(text, of(other).0) == name) {
                return Err(Fault::DuplicateName);
            }
        }
        if let Some(place) = seen.get_mut(count) {
            *place = folded;
        }
    }
    Ok(())
}

/// Half of the bits of a fingerprint; that some are the same in both costs a comparison, no more.
#[allow(clippy::cast_possible_truncation)]
const fn fold(print: u64) -> u32 {
    (print ^ print >> 32) as u32
}

fn unique_by_sorting<T>(text: &str, list: &[T], span: impl Fn(&T) -> Span) -> Result<(), Fault> {
    let mut names: Vec<Cow<'_, str>> = list.iter().map(|item| unescape(slice(text, span(item)))).collect();
    names.sort_unstable();
    if names.windows(2).any(|pair| matches!(pair, [a, b] if a == b)) {
        return Err(Fault::DuplicateName);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_name_is_known_by_its_fingerprint_and_no_other_has_it() {
        const NAMES: [&str; 8] = ["", "a", "iss", "exp", "nonce", "c_hash", "at_hash", "at_hasi"];
        let prints = NAMES.map(short_name);
        for (name, print) in NAMES.into_iter().zip(prints) {
            assert_eq!(fingerprint_of(name), print, "{name}");
            for padded in ["", "x", "xxxxxxxxxxxx"] {
                let text = format!("\"{name}\":{padded}");
                let end = u32::try_from(name.len() + 1).unwrap();
                assert_eq!(fingerprint(text.as_bytes(), (1, end)), print, "{text}");
            }
            assert_eq!(prints.iter().filter(|other| **other == print).count(), 1);
            // The length is not counted modulo anything, and a zero byte is a byte.
            for more in [1, 8, 249, 250, 253, 256, 512] {
                assert_ne!(
                    fingerprint_of(&format!("{name}{}", "\0".repeat(more))),
                    print,
                    "{name} and {more}"
                );
                let long = format!("{name}{}", "x".repeat(more));
                assert!(fingerprint_of(&long) != print && !prints.contains(&fingerprint_of(&long)), "{long}");
            }
        }
    }

    #[test]
    fn names_whose_folded_fingerprints_agree_are_still_told_apart() {
        // "abcdx" and "abcdefghx" begin alike; these two fold to the same 32 bits.
        let (one, two) = ("aaaaaaa", "baaabaa");
        assert_eq!(fold(fingerprint_of(one)), fold(fingerprint_of(two)));
        let check = |text: &str, names: &[(u32, u32)]| {
            unique(text, false, names, |name| (*name, fingerprint(text.as_bytes(), *name)))
        };
        assert!(check(&format!("{one}{two}"), &[(0, 7), (7, 14)]).is_ok());
        assert_eq!(check(&format!("{one}{one}"), &[(0, 7), (7, 14)]), Err(Fault::DuplicateName));
        // Long names with the same beginning and length.
        assert!(check("abcdefghXabcdefghY", &[(0, 9), (9, 18)]).is_ok());
        assert_eq!(check("abcdefghXabcdefghX", &[(0, 9), (9, 18)]), Err(Fault::DuplicateName));
        // The empty name is one as well.
        assert_eq!(check("", &[(0, 0), (0, 0)]), Err(Fault::DuplicateName));
        assert!(check("a", &[(0, 0), (0, 1)]).is_ok());
    }
}
