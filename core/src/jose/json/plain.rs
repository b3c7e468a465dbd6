//! Where a string's plain characters end: the next quote, backslash or control character.

const ONES: u64 = u64::from_ne_bytes([0x01; 8]);
const TOPS: u64 = u64::from_ne_bytes([0x80; 8]);

/// The place of the next byte from `at` on that is not plain, or the end of the text; eight bytes at a time.
///
/// A tail shorter than that is looked at together with the bytes before it, so that a short string at the end of a short text
/// costs no loop over its bytes.
#[inline(always)]
pub(super) fn plain(bytes: &[u8], at: usize) -> usize {
    let mut rest = bytes.get(at..).unwrap_or_default();
    while let Some((word, behind)) = rest.split_first_chunk::<8>() {
        let found = special(u64::from_le_bytes(*word));
        if found != 0 {
            return bytes.len() - rest.len() + (found.trailing_zeros() / 8) as usize;
        }
        rest = behind;
    }
    tail(bytes, bytes.len() - rest.len())
}

#[inline(always)]
fn tail(bytes: &[u8], at: usize) -> usize {
    let Some(word) = bytes.last_chunk::<8>() else { return one_by_one(bytes, at) };
    let before = (at + 8).saturating_sub(bytes.len());
    // What is shifted in at the other side are zeros, control characters where the text ends.
    match u32::try_from(8 * before).ok().and_then(|bits| u64::from_le_bytes(*word).checked_shr(bits)) {
        Some(word) => at + (special(word).trailing_zeros() / 8) as usize,
        None => bytes.len(),
    }
}

/// The top bit of each byte that is not plain; the lowest of them is exact, and so is their absence.
#[inline(always)]
fn special(word: u64) -> u64 {
    // With its second bit flipped a quote follows the control characters, and nothing else joins them: one comparison for both.
    let controls = (word ^ (ONES * 2)).wrapping_sub(ONES * 0x21);
    let backslashes = (word ^ (ONES * u64::from(b'\\'))).wrapping_sub(ONES);
    // A difference borrows, and then shows it in the top bit, unless the byte had that bit itself. A borrow reaches the bytes
    // above, never those below.
    (controls | backslashes) & !word & TOPS
}

fn one_by_one(bytes: &[u8], at: usize) -> usize {
    let special = |byte: &u8| *byte == b'"' || *byte == b'\\' || *byte < 0x20;
    let tail = bytes.get(at..).unwrap_or_default();
    at + tail.iter().position(special).unwrap_or(tail.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every byte at every place of texts of every length up to six words, from every place on.
    #[test]
    fn every_byte_is_found_wherever_it_stands() {
        for length in 0..50 {
            for start in 0..=length {
                assert_eq!(plain(&vec![b'a'; length], start), length);
            }
            for place in 0..length {
                for byte in 0..=255_u8 {
                    let mut text = vec![0xc3; length];
                    text[place] = byte;
                    for start in [0, place / 2, place.saturating_sub(1), place, place + 1] {
                        assert_eq!(
                            plain(&text, start),
                            one_by_one(&text, start),
                            "{byte} at {place} of {length}"
                        );
                    }
                }
            }
        }
    }

    /// A mark's borrow must not be taken for a mark, whichever side of the place it is on.
    #[test]
    fn what_follows_a_mark_is_none_by_itself() {
        for pair in (0..=255_u8).flat_map(|a| (0..=255_u8).map(move |b| [a, b])) {
            for length in [2, 7, 8, 9, 15, 20] {
                let mut text = vec![b'x'; length];
                text[length - 2..].copy_from_slice(&pair);
                for start in [0, length - 2, length - 1, length] {
                    assert_eq!(
                        plain(&text, start),
                        one_by_one(&text, start),
                        "{pair:?} in {length} from {start}"
                    );
                }
            }
        }
    }

    #[test]
    fn the_first_of_several_counts() {
        for (first, second) in [(3, 4), (0, 15), (15, 16), (17, 30), (31, 32)] {
            for bytes in [b"\"\\", b"\\\"", b"\n\"", b"\"\x01"] {
                let mut text = vec![b'x'; 40];
                (text[first], text[second]) = (bytes[0], bytes[1]);
                assert_eq!((plain(&text, 0), plain(&text, first + 1)), (first, second));
            }
        }
    }
}
