//! Claims in a form that JavaScript builds an object from faster than it parses JSON: half a microsecond of each check.
//!
//! Tokens of one issuer have the same claims in the same order. A list of names that a verifier saw before is a *shape*; it
//! has a number, and JavaScript keeps the names. For claims of a shape the answer says where each value stands:
//!
//! ```text
//! answer = number, count, count * (start, start, kind and length, length), the JSON text of the claims
//! ```
//!
//! All of it is ASCII. `number` is 1 to 8, with which no JSON text and no report begins; two characters together hold 14 bits,
//! `start` counts from the beginning of the answer, and the upper two bits of the length are the kind of the value. Where
//! claims do not fit into this, their JSON text is the answer. See `lib/claims.js` for the other side.

use ferroauth::host::{ClaimPlace, Verified};
use std::cell::RefCell;

/// Shapes of one verifier. The ninth is parsed each time.
const SHAPES: usize = 8;
/// Claims of a shape.
const CLAIMS: usize = 32;
/// Bytes of the claims. Strings in JavaScript may hold on to all of the answer, so that it should not be long.
const TEXT: usize = 2048;
/// Values that are neither simple strings nor simple integers: each is parsed by itself, which saves nothing where there are
/// many.
const PARSED: usize = 3;
/// Digits of an integer that a double holds whatever they are.
const DIGITS: usize = 15;

/// What a value is.
#[derive(Clone, Copy)]
enum Kind {
    /// A string without escapes; its place is that of its characters.
    Text = 0,
    /// Digits and nothing else.
    Digits = 1,
    /// Any other JSON value.
    Other = 2,
}

/// The lists of names that a verifier saw.
#[derive(Default)]
pub(crate) struct Shapes(RefCell<Vec<Box<[Box<str>]>>>);

impl Shapes {
    /// The number of the shape that these claims have, or the next one, if there is one and it can be learnt.
    fn number(&self, claims: &Verified) -> Option<usize> {
        let known = self.0.borrow();
        let same = |names: &[Box<str>]| {
            names.len() == claims.places().len()
                && names.iter().zip(claims.places()).all(|(name, claim)| **name == *claim.name)
        };
        match known.iter().position(|names| same(names)) {
            Some(index) => Some(index + 1),
            None if known.len() == SHAPES => None,
            None => claims.places().all(|claim| can_be_learnt(claim.name)).then_some(known.len() + 1),
        }
    }

    /// Keeps the names of these claims under the number that they got.
    fn learn(&self, number: usize, claims: &Verified) {
        let mut known = self.0.borrow_mut();
        if number > known.len() {
            known.push(claims.places().map(|claim| claim.name.into()).collect());
        }
    }
}

/// Whether JavaScript's own order of the names is that of the text, and assigning a member of this name is all that is needed.
/// Names that might be array indices come first there; `__proto__` is left to the parser, and so is a name with an escape, which
/// is never equal to one that was learnt.
fn can_be_learnt(name: &str) -> bool {
    !name.starts_with(|first: char| first.is_ascii_digit()) && !name.contains('\\') && name != "__proto__"
}

/// The answer for these claims, all of it ASCII; `None` if they do not fit.
pub(crate) fn placed(shapes: &Shapes, claims: &Verified) -> Option<Vec<u8>> {
    let text = claims.claims_json.as_bytes();
    let count = claims.places().len();
    if text.len() > TEXT || count == 0 || count > CLAIMS || !text.is_ascii() {
        return None;
    }
    let number = shapes.number(claims)?;
    let table = 2 + 4 * count;
    let mut answer = Vec::with_capacity(table + text.len());
    answer.extend([low(number), low(count)]);
    let mut parsed = 0;
    for claim in claims.places() {
        let (kind, start, length) = value(&claim);
        parsed += usize::from(matches!(kind, Kind::Other));
        let start = table + start;
        answer.extend([low(start >> 7), low(start), (kind as u8) << 5 | low(length >> 7), low(length)]);
    }
    if parsed > PARSED {
        return None;
    }
    shapes.learn(number, claims);
    answer.extend(text);
    Some(answer)
}

/// What a value is, and where in the claims it stands.
fn value(claim: &ClaimPlace<'_>) -> (Kind, usize, usize) {
    let ClaimPlace { value, start, plain, .. } = *claim;
    if value.starts_with('"') && plain {
        return (Kind::Text, start + 1, value.len() - 2);
    }
    let digits = value.len() <= DIGITS && value.bytes().all(|byte| byte.is_ascii_digit());
    (if digits { Kind::Digits } else { Kind::Other }, start, value.len())
}

/// The lowest seven bits.
#[allow(clippy::cast_possible_truncation)]
const fn low(number: usize) -> u8 {
    (number & 0x7f) as u8
}

const _: () = assert!(SHAPES <= 8, "9, 10 and 13 are white space, with which JSON text may begin");
const _: () = assert!(2 + 4 * CLAIMS + TEXT < 1 << 14 && TEXT >> 7 < 1 << 5 && CLAIMS < 1 << 7);
