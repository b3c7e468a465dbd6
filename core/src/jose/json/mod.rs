//! JSON as a security protocol needs it: one reading of each text, or none.
//!
//! Parsers that keep the last of two `alg` members, round 2^53+1, or take `NaN` let two parties read
//! one text in two ways (threats A7 to A10). This one validates in a single pass without recursion:
//! UTF-8 without a byte order mark, no duplicate names in any object however they are escaped, no lone
//! surrogates, bounded depth and size, and only numbers that an IEEE double holds exactly or, for
//! fractions, finitely. Values are not built; the places of the members are noted, and the text stays
//! as it came.

mod names;
mod plain;
mod scan;
mod value;

pub(crate) use names::short_name;
pub use value::{Items, Object, Value};
pub(crate) use value::{find, iter, slice};

use crate::error::{Error, ErrorCode, Result};

/// Bounds on a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Nesting of objects and arrays, at most 63.
    pub depth: u8,
    /// Bytes of the text.
    pub bytes: usize,
    /// Members of the outermost object.
    pub members: usize,
}

impl Limits {
    /// Depth 32, a size in bytes, and as many members as fit into it.
    #[must_use]
    pub const fn bytes(bytes: usize) -> Self {
        Self { depth: 32, bytes, members: bytes }
    }

    /// The same for the header of a token, which anybody can write: at most 64 members, because names are compared with
    /// each other before any signature is checked.
    pub(crate) const fn header(bytes: usize) -> Self {
        Self { members: 64, ..Self::bytes(bytes) }
    }
}

impl Default for Limits {
    /// Depth 32, 512 KiB.
    fn default() -> Self {
        Self::bytes(512 * 1024)
    }
}

/// Why a text was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Not strict JSON in UTF-8, or followed by something.
    Syntax,
    /// Two members of one object have the same name.
    DuplicateName,
    /// Nested deeper than the limit.
    TooDeep,
    /// A number that cannot be represented exactly.
    Number,
    /// Longer than the limit, or with more members.
    TooLarge,
    /// JSON, but not an object.
    NotAnObject,
}

impl Fault {
    /// The row of the error table for a text inside a token.
    #[must_use]
    pub const fn token_code(self) -> ErrorCode {
        match self {
            Self::Syntax | Self::NotAnObject => ErrorCode::TokenJson,
            Self::DuplicateName => ErrorCode::TokenDuplicateMember,
            Self::TooDeep => ErrorCode::TokenTooDeep,
            Self::Number => ErrorCode::TokenNumber,
            Self::TooLarge => ErrorCode::TokenTooLarge,
        }
    }

    /// What is wrong, in a few words.
    #[must_use]
    pub const fn describe(self) -> &'static str {
        match self {
            Self::Syntax => "not strict JSON in UTF-8",
            Self::DuplicateName => "duplicate member name",
            Self::TooDeep => "nested too deeply",
            Self::Number => "a number that cannot be represented exactly",
            Self::TooLarge => "larger than the limit, or with too many members",
            Self::NotAnObject => "not a JSON object",
        }
    }
}

/// Where a member of the outermost object lies in the text: the name without its quotes, the value with
/// everything that belongs to it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Member {
    /// The fingerprint of the name as it is written, by which short ones are recognized ([`short_name`]).
    print: u64,
    pub(crate) name: (u32, u32),
    pub(crate) value: (u32, u32),
    /// Neither contains an escape, so that both can be read as they stand.
    pub(crate) plain: bool,
}

/// Checks that a text is one strict JSON value.
///
/// # Errors
/// `token.json`, `token.duplicate_member`, `token.too_deep`, `token.number` or `token.too_large`; a
/// caller for whom the text is not a token maps them to its own row.
pub fn validate(text: &[u8], limits: Limits) -> Result<()> {
    let text = utf8(text, limits).map_err(|fault| Error::new(fault.token_code()))?;
    scan::scan(text, limits, &mut Vec::new()).map(|_| ()).map_err(|fault| Error::new(fault.token_code()))
}

/// Checks that a text is one strict JSON object and notes its members.
pub(crate) fn members(text: &str, limits: Limits, into: &mut Vec<Member>) -> std::result::Result<(), Fault> {
    if text.len() > limits.bytes || u32::try_from(text.len()).is_err() {
        return Err(Fault::TooLarge);
    }
    into.clear();
    match scan::scan(text, limits, into)? {
        scan::Top::Object => Ok(()),
        scan::Top::Other => Err(Fault::NotAnObject),
    }
}

fn utf8(text: &[u8], limits: Limits) -> std::result::Result<&str, Fault> {
    if text.len() > limits.bytes || u32::try_from(text.len()).is_err() {
        return Err(Fault::TooLarge);
    }
    std::str::from_utf8(text).map_err(|_| Fault::Syntax)
}
