//! The scanner: one pass, no recursion, no allocation for flat texts beyond the list of members.

use super::names::{fingerprint, unique};
use super::plain::plain;
use super::{Fault, Limits, Member};

/// What the outermost value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Top {
    Object,
    Other,
}

const MAX_DEPTH: usize = 63;
const MAX_EXACT: u64 = (1 << 53) - 1;

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
    names: Vec<(u32, u32)>,
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
            return self.next_member(members);
        }
        Ok(false)
    }

    /// Steps to the value of the next member; true if that member, or those up to the last one, turned out to be simple, and
    /// what follows is the end of the object.
    #[inline(always)]
    fn next_member(&mut self, members: &mut Vec<Member>) -> Result<bool, Fault> {
        if self.depth == 1 {
            if self.simple_members(members)? {
                return Ok(true);
            }
            // Behind a comma, where only a member without space before it is simple.
            self.space();
        }
        self.name(members).map(|()| false)
    }

    /// Takes members of the outermost object as long as they are of the kind that most are: a name and a string without escapes
    /// or an integer of at most fifteen digits, without space. True behind a value that ends the object; otherwise it stops
    /// before a member that the other functions are to read. What they refuse is never taken here.
    #[inline(never)]
    fn simple_members(&mut self, members: &mut Vec<Member>) -> Result<bool, Fault> {
        let bytes = self.bytes;
        loop {
            let Some(b'"') = bytes.get(self.at) else { return Ok(false) };
            let name = self.at + 1;
            let name_end = plain(bytes, name);
            let Some([b'"', b':', first]) = chunk(bytes, name_end) else { return Ok(false) };
            let start = name_end + 2;
            let end = match first {
                b'"' => plain(bytes, start + 1) + 1,
                b'1'..=b'9' => start + 1 + few_digits(bytes, start + 1),
                _ => return Ok(false),
            };
            // A string ends with its quote, which is looked at here; an integer with any of its digits.
            let Some([last, behind]) = chunk(bytes, end - 1) else { return Ok(false) };
            if (*first == b'"') != (*last == b'"') || !matches!(behind, b',' | b'}') {
                return Ok(false);
            }
            if members.len() >= self.max_members {
                return Err(Fault::TooLarge);
            }
            let name = (offset(name), offset(name_end));
            let print = fingerprint(bytes, name);
            members.push(Member { print, name, value: (offset(start), offset(end)), plain: true });
            if *behind == b'}' {
                self.at = end;
                return Ok(true);
            }
            self.at = end + 1;
        }
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
                    if object && self.next_member(members)? {
                        continue;
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
            let print = fingerprint(self.bytes, name);
            members.push(Member { print, name, value: (value, value), plain: false });
        } else {
            self.names.push(name);
        }
        Ok(())
    }

    fn close_object(&mut self, members: &[Member]) -> Result<(), Fault> {
        let escaped = self.escaped >> self.depth & 1 == 1;
        if self.depth == 1 {
            return unique(self.text, escaped, members, |member| (member.name, member.print));
        }
        let start = self.starts.last().copied().unwrap_or_default();
        let own = self.names.get(start..).unwrap_or_default();
        unique(self.text, escaped, own, |name| (*name, fingerprint(self.bytes, *name)))?;
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

/// So many bytes from a place on.
#[inline(always)]
fn chunk<const N: usize>(bytes: &[u8], at: usize) -> Option<&[u8; N]> {
    bytes.get(at..).and_then(|rest| rest.first_chunk())
}

/// How many digits there are from a place on, at most fourteen: with the one before, as many as are exact whatever they are.
#[inline(always)]
fn few_digits(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    rest.iter().take(14).take_while(|byte| byte.is_ascii_digit()).count()
}

/// A place in a text whose length was seen to fit.
#[allow(clippy::cast_possible_truncation)]
const fn offset(at: usize) -> u32 {
    at as u32
}

#[cfg(test)]
#[path = "scan_tests.rs"]
mod tests;
