//! The scanner: one pass, no recursion, no allocation for flat texts beyond the list of members.

use super::value::{slice, unescape};
use super::{Fault, Limits, Member};
use std::borrow::Cow;

/// What the outermost value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Top {
    Object,
    Other,
}

const MAX_DEPTH: usize = 63;
/// Beyond this many members, names are sorted instead of compared pairwise, so that no text costs
/// quadratic time.
const PAIRWISE: usize = 16;
const MAX_EXACT: u64 = (1 << 53) - 1;

type Span = (u32, u32);

struct Scanner<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    max_depth: usize,
    max_members: usize,
    depth: usize,
    /// Bit `d` set: the container at depth `d` is an object.
    objects: u64,
    /// Bit `d` set: a name of the object at depth `d` contains an escape.
    escaped: u64,
    /// Where the last escape was; 0 if there was none, because no text begins inside a string.
    last_escape: usize,
    /// Names of the open objects below the outermost one, innermost last.
    names: Vec<Span>,
    /// Where the names of each open container below the outermost one begin.
    starts: Vec<usize>,
}

/// Validates the text and notes the members of an outermost object.
pub(super) fn scan(text: &str, limits: Limits, members: &mut Vec<Member>) -> Result<Top, Fault> {
    if u32::try_from(text.len()).is_err() {
        return Err(Fault::TooLarge);
    }
    let mut scanner = Scanner {
        text,
        bytes: text.as_bytes(),
        at: 0,
        max_depth: usize::from(limits.depth).min(MAX_DEPTH),
        max_members: limits.members,
        depth: 0,
        objects: 0,
        escaped: 0,
        last_escape: 0,
        names: Vec::new(),
        starts: Vec::new(),
    };
    scanner.run(members)
}

impl Scanner<'_> {
    fn run(&mut self, members: &mut Vec<Member>) -> Result<Top, Fault> {
        self.space();
        let top = if self.peek() == Some(b'{') { Top::Object } else { Top::Other };
        loop {
            // One turn per value: scalars and empty containers are complete at once.
            let complete = match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    self.string()?;
                    true
                }
                Some(b'-' | b'0'..=b'9') => self.number().map(|()| true)?,
                Some(b't') => self.literal("true")?,
                Some(b'f') => self.literal("false")?,
                Some(b'n') => self.literal("null")?,
                Some(b'{') => self.open(true, members)?,
                Some(b'[') => self.open(false, members)?,
                _ => return Err(Fault::Syntax),
            };
            if complete && self.after_value(members)? {
                return Ok(top);
            }
        }
    }

    // The functions of the inner loop are inlined, so that the place in the text stays in a register.

    /// Enters a container; true if it is empty and therefore complete.
    fn open(&mut self, object: bool, members: &mut Vec<Member>) -> Result<bool, Fault> {
        if self.depth >= self.max_depth {
            return Err(Fault::TooDeep);
        }
        self.at += 1;
        self.depth += 1;
        let bit = 1 << self.depth;
        self.objects = if object { self.objects | bit } else { self.objects & !bit };
        self.escaped &= !bit;
        if self.depth > 1 {
            self.starts.push(self.names.len());
        }
        self.space();
        if self.peek() == Some(if object { b'}' } else { b']' }) {
            self.at += 1;
            self.leave();
            return Ok(true);
        }
        if object {
            self.name(members)?;
        }
        Ok(false)
    }

    /// After a complete value: closes what ends here and steps to the next value. True at the end.
    #[inline(always)]
    fn after_value(&mut self, members: &mut Vec<Member>) -> Result<bool, Fault> {
        loop {
            if self.depth == 1
                && self.in_object()
                && let Some(member) = members.last_mut()
            {
                member.value.1 = offset(self.at);
                member.plain = self.last_escape < member.name.0 as usize;
            }
            self.space();
            if self.depth == 0 {
                return if self.at == self.bytes.len() { Ok(true) } else { Err(Fault::Syntax) };
            }
            match (self.peek(), self.in_object()) {
                (Some(b','), object) => {
                    self.at += 1;
                    self.space();
                    if object {
                        self.name(members)?;
                    }
                    return Ok(false);
                }
                (Some(b'}'), true) => self.close_object(members)?,
                (Some(b']'), false) => {}
                _ => return Err(Fault::Syntax),
            }
            self.at += 1;
            self.leave();
        }
    }

    fn leave(&mut self) {
        self.depth -= 1;
        if self.depth > 0 {
            self.starts.pop();
        }
    }

    fn in_object(&self) -> bool {
        self.objects >> self.depth & 1 == 1
    }

    /// Reads a member's name, its colon and the space before its value.
    #[inline(always)]
    fn name(&mut self, members: &mut Vec<Member>) -> Result<(), Fault> {
        if self.peek() != Some(b'"') {
            return Err(Fault::Syntax);
        }
        self.at += 1;
        let start = offset(self.at);
        if self.string()? {
            self.escaped |= 1 << self.depth;
        }
        let name = (start, offset(self.at).saturating_sub(1));
        self.space();
        if self.peek() != Some(b':') {
            return Err(Fault::Syntax);
        }
        self.at += 1;
        self.space();
        if self.depth == 1 {
            if members.len() >= self.max_members {
                return Err(Fault::TooLarge);
            }
            let value = offset(self.at);
            members.push(Member { name, value: (value, value), plain: false });
        } else {
            self.names.push(name);
        }
        Ok(())
    }

    fn close_object(&mut self, members: &[Member]) -> Result<(), Fault> {
        let escaped = self.escaped >> self.depth & 1 == 1;
        if self.depth == 1 {
            return unique(self.text, escaped, members, |member| member.name);
        }
        let start = self.starts.last().copied().unwrap_or_default();
        let own = self.names.get(start..).unwrap_or_default();
        unique(self.text, escaped, own, |name| *name)?;
        self.names.truncate(start);
        Ok(())
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    fn literal(&mut self, word: &str) -> Result<bool, Fault> {
        let end = self.at + word.len();
        if self.bytes.get(self.at..end) != Some(word.as_bytes()) {
            return Err(Fault::Syntax);
        }
        self.at = end;
        Ok(true)
    }

    /// Reads the rest of a string and its closing quote; true if it contains an escape.
    #[inline(always)]
    fn string(&mut self) -> Result<bool, Fault> {
        let mut escaped = false;
        loop {
            self.at = plain(self.bytes, self.at);
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(escaped);
                }
                Some(b'\\') => {
                    escaped = true;
                    self.last_escape = self.at;
                    self.at += 1;
                    self.escape()?;
                }
                _ => return Err(Fault::Syntax),
            }
        }
    }

    #[cold]
    fn escape(&mut self) -> Result<(), Fault> {
        let kind = self.peek().ok_or(Fault::Syntax)?;
        self.at += 1;
        match kind {
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Ok(()),
            b'u' => match self.hex()? {
                // A high surrogate must be followed by a low one; alone, neither is a character.
                0xd800..=0xdbff => {
                    if self.bytes.get(self.at..self.at + 2) != Some(b"\\u") {
                        return Err(Fault::Syntax);
                    }
                    self.at += 2;
                    if matches!(self.hex()?, 0xdc00..=0xdfff) { Ok(()) } else { Err(Fault::Syntax) }
                }
                0xdc00..=0xdfff => Err(Fault::Syntax),
                _ => Ok(()),
            },
            _ => Err(Fault::Syntax),
        }
    }

    fn hex(&mut self) -> Result<u32, Fault> {
        let digits = self.bytes.get(self.at..self.at + 4).ok_or(Fault::Syntax)?;
        self.at += 4;
        digits.iter().try_fold(0, |sum, digit| {
            char::from(*digit).to_digit(16).map(|value| sum << 4 | value).ok_or(Fault::Syntax)
        })
    }

    /// Reads a number and refuses what a double would change.
    #[inline(always)]
    fn number(&mut self) -> Result<(), Fault> {
        let start = self.at;
        let negative = self.peek() == Some(b'-');
        self.at += usize::from(negative);
        let whole = self.digits()?;
        if whole > 1 && self.bytes.get(self.at - whole) == Some(&b'0') {
            return Err(Fault::Syntax);
        }
        let mut integer = true;
        if self.peek() == Some(b'.') {
            integer = false;
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            integer = false;
            self.at += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.at += 1;
            }
            self.digits()?;
        }
        let text = self.text.get(start..self.at).ok_or(Fault::Syntax)?;
        let exact =
            if integer { exact_integer(text, negative, whole) } else { exact_fraction(text, negative) };
        if exact { Ok(()) } else { Err(Fault::Number) }
    }

    /// Reads at least one digit and returns how many there were.
    fn digits(&mut self) -> Result<usize, Fault> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let count = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        self.at += count;
        if count == 0 { Err(Fault::Syntax) } else { Ok(count) }
    }
}

fn exact_integer(text: &str, negative: bool, digits: usize) -> bool {
    if negative && text == "-0" {
        return false;
    }
    // Fifteen digits always fit; sixteen may.
    digits < 16
        || (digits == 16 && text.trim_start_matches('-').parse::<u64>().is_ok_and(|value| value <= MAX_EXACT))
}

#[allow(clippy::cast_precision_loss)] // 2^53 - 1 is exact
fn exact_fraction(text: &str, negative: bool) -> bool {
    let Ok(value) = text.parse::<f64>() else { return false };
    if value == 0.0 {
        // Zero is fine when written as zero; a tiny number that vanishes is not.
        let mantissa = text.split(['e', 'E']).next().unwrap_or_default();
        return !negative && !mantissa.bytes().any(|byte| matches!(byte, b'1'..=b'9'));
    }
    value.is_finite() && value.abs() <= MAX_EXACT as f64
}

/// A place in a text whose length was seen to fit.
#[allow(clippy::cast_possible_truncation)]
const fn offset(at: usize) -> u32 {
    at as u32
}

/// The next quote, backslash or control character from a place on, or the end; eight bytes at a time.
#[inline(always)]
fn plain(bytes: &[u8], mut at: usize) -> usize {
    const ONES: u64 = u64::from_ne_bytes([0x01; 8]);
    const TOPS: u64 = u64::from_ne_bytes([0x80; 8]);
    while let Some(word) = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
        let word = u64::from_le_bytes(*word);
        let quote = word ^ (ONES * u64::from(b'"'));
        let backslash = word ^ (ONES * u64::from(b'\\'));
        // The classic test for a zero byte; its lowest mark is exact.
        let found = (quote.wrapping_sub(ONES) & !quote
            | backslash.wrapping_sub(ONES) & !backslash
            | word.wrapping_sub(ONES * 0x20) & !word)
            & TOPS;
        if found != 0 {
            return at + (found.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    let special = |byte: &u8| *byte == b'"' || *byte == b'\\' || *byte < 0x20;
    let tail = bytes.get(at..).unwrap_or_default();
    at + tail.iter().position(special).unwrap_or(tail.len())
}

fn unique<T>(text: &str, escaped: bool, list: &[T], span: impl Fn(&T) -> Span) -> Result<(), Fault> {
    if !escaped && list.len() <= PAIRWISE {
        // Fingerprints first: names are rarely the same in length and in their first bytes.
        let mut seen = [0_u64; PAIRWISE];
        for (count, item) in list.iter().enumerate() {
            let print = fingerprint(text.as_bytes(), span(item));
            let same = |other: &T| slice(text, span(other)) == slice(text, span(item));
            let mut known = seen.iter().zip(list).take(count);
            if known.any(|(other, item)| *other == print && same(item)) {
                return Err(Fault::DuplicateName);
            }
            if let Some(place) = seen.get_mut(count) {
                *place = print;
            }
        }
        return Ok(());
    }
    let mut names: Vec<Cow<'_, str>> = list.iter().map(|item| unescape(slice(text, span(item)))).collect();
    names.sort_unstable();
    if names.windows(2).any(|pair| matches!(pair, [a, b] if a == b)) {
        return Err(Fault::DuplicateName);
    }
    Ok(())
}

/// The first seven bytes of a name and its length.
fn fingerprint(text: &[u8], (start, end): Span) -> u64 {
    let length = end.saturating_sub(start);
    let word = match text.get(start as usize..).and_then(|rest| rest.first_chunk::<8>()) {
        Some(word) => u64::from_le_bytes(*word),
        None => {
            let name = text.get(start as usize..end as usize).unwrap_or_default();
            name.iter().take(7).rev().fold(0, |word, byte| word << 8 | u64::from(*byte))
        }
    };
    // Bytes behind a short name are not its own.
    let own = (1 << (8 * length.min(7))) - 1;
    (word & own) | u64::from(length) << 56
}

#[cfg(test)]
#[path = "scan_tests.rs"]
mod tests;
