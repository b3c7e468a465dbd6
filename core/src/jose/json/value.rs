//! Reading values out of a text that the scanner has already proven strict.

use super::names::fingerprint_of;
use super::{Fault, Limits, Member, members};
use std::borrow::Cow;

/// A strict JSON object: the text and the places of its members.
#[derive(Clone, Debug)]
pub struct Object<'a> {
    text: &'a str,
    members: Vec<Member>,
}

/// One value of a strict JSON text, unread.
#[derive(Clone, Copy, Debug)]
pub struct Value<'a> {
    raw: &'a str,
    /// Known to be without escapes.
    plain: bool,
}

impl<'a> Object<'a> {
    /// Validates a text as one strict JSON object.
    ///
    /// # Errors
    /// The [`Fault`] that makes it unacceptable.
    pub fn parse(text: &'a [u8], limits: Limits) -> Result<Self, Fault> {
        let text = super::utf8(text, limits)?;
        let mut list = Vec::with_capacity(12);
        members(text, limits, &mut list)?;
        Ok(Self { text, members: list })
    }

    /// The value of a member.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Value<'a>> {
        find(self.text, &self.members, name)
    }

    /// Every member, names decoded, in the order of the text.
    pub fn iter(&self) -> impl Iterator<Item = (Cow<'a, str>, Value<'a>)> + '_ {
        iter(self.text, &self.members)
    }
}

impl Member {
    /// Its value in the text that it was found in.
    pub(crate) fn value_in(self, text: &str) -> Value<'_> {
        Value { raw: slice(text, self.value), plain: self.plain }
    }

    /// The fingerprint of its decoded name ([`super::short_name`]).
    pub(crate) fn print_in(&self, text: &str) -> u64 {
        if self.plain { self.print } else { fingerprint_of(&unescape(slice(text, self.name))) }
    }
}

/// Looks a member up by its decoded name.
pub(crate) fn find<'a>(text: &'a str, members: &[Member], name: &str) -> Option<Value<'a>> {
    iter(text, members).find(|(key, _)| key == name).map(|(_, value)| value)
}

/// Every member, names decoded.
pub(crate) fn iter<'a>(text: &'a str, members: &[Member]) -> impl Iterator<Item = (Cow<'a, str>, Value<'a>)> {
    members.iter().map(move |member| {
        let name = slice(text, member.name);
        let name = if member.plain { Cow::Borrowed(name) } else { unescape(name) };
        (name, member.value_in(text))
    })
}

/// A part of the text.
pub(crate) fn slice(text: &str, (start, end): (u32, u32)) -> &str {
    text.get(start as usize..end as usize).unwrap_or_default()
}

impl<'a> Value<'a> {
    /// A value that is known to be strict JSON without surrounding space.
    pub(crate) const fn new(raw: &'a str) -> Self {
        Self { raw, plain: false }
    }

    /// The JSON text of the value.
    #[must_use]
    pub const fn raw(self) -> &'a str {
        self.raw
    }

    /// The text of a string.
    #[must_use]
    pub fn as_str(self) -> Option<Cow<'a, str>> {
        let content = self.raw.strip_prefix('"')?.strip_suffix('"')?;
        Some(if self.plain { Cow::Borrowed(content) } else { unescape(content) })
    }

    /// The value of `true` or `false`.
    #[must_use]
    pub fn as_bool(self) -> Option<bool> {
        match self.raw {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        }
    }

    /// Whether the value is `null`.
    #[must_use]
    pub fn is_null(self) -> bool {
        self.raw == "null"
    }

    /// Whether the value is an object.
    #[must_use]
    pub fn is_object(self) -> bool {
        self.raw.starts_with('{')
    }

    /// The value of a number written as an integer.
    #[must_use]
    pub fn as_integer(self) -> Option<i64> {
        self.raw.parse().ok().filter(|_| !self.raw.starts_with('+'))
    }

    /// A number of seconds that is not negative, cut to whole seconds.
    #[must_use]
    pub fn as_seconds(self) -> Option<i64> {
        if let Some(seconds) = self.as_few_digits() {
            return Some(seconds);
        }
        if let Some(seconds) = self.as_integer() {
            return Some(seconds).filter(|seconds| *seconds >= 0);
        }
        if !self.raw.starts_with(|first: char| first.is_ascii_digit()) {
            return None;
        }
        // The scanner let only numbers up to 2^53 - 1 pass.
        #[allow(clippy::cast_possible_truncation)]
        self.raw.parse::<f64>().ok().map(|seconds| seconds as i64)
    }

    /// A number as nearly every time is written: at most fifteen digits, which fit without a look at overflow.
    #[inline(always)]
    fn as_few_digits(self) -> Option<i64> {
        if !(1..=15).contains(&self.raw.len()) {
            return None;
        }
        let mut sum = 0;
        for byte in self.raw.bytes() {
            let digit = byte.wrapping_sub(b'0');
            if digit > 9 {
                return None;
            }
            sum = sum * 10 + i64::from(digit);
        }
        Some(sum)
    }

    /// The items of an array.
    #[must_use]
    pub fn as_array(self) -> Option<Items<'a>> {
        Some(Items { rest: self.raw.strip_prefix('[')?.strip_suffix(']')?, plain: self.plain })
    }
}

/// The items of an array.
#[derive(Clone, Debug)]
pub struct Items<'a> {
    rest: &'a str,
    plain: bool,
}

impl<'a> Iterator for Items<'a> {
    type Item = Value<'a>;

    fn next(&mut self) -> Option<Value<'a>> {
        let text = self.rest.trim_start_matches([' ', '\t', '\n', '\r', ',']);
        if text.is_empty() {
            return None;
        }
        let (mut depth, mut quoted, mut skip) = (0_u32, false, false);
        let end = text.bytes().position(|byte| {
            if quoted {
                match byte {
                    _ if skip => skip = false,
                    b'\\' => skip = true,
                    b'"' => quoted = false,
                    _ => {}
                }
                return false;
            }
            match byte {
                b'"' => quoted = true,
                b'[' | b'{' => depth += 1,
                b']' | b'}' => depth = depth.saturating_sub(1),
                b',' => return depth == 0,
                _ => {}
            }
            false
        });
        let (item, rest) = text.split_at(end.unwrap_or(text.len()));
        self.rest = rest;
        Some(Value { raw: item.trim_end_matches([' ', '\t', '\n', '\r']), plain: self.plain })
    }
}

/// The text that a string's content stands for; the content is known to be well formed.
pub(crate) fn unescape(content: &str) -> Cow<'_, str> {
    if !content.contains('\\') {
        return Cow::Borrowed(content);
    }
    let mut out = String::with_capacity(content.len());
    let mut rest = content;
    while let Some((plain, escaped)) = rest.split_once('\\') {
        out.push_str(plain);
        let mut after = escaped.chars();
        match after.next() {
            Some('b') => out.push('\u{8}'),
            Some('f') => out.push('\u{c}'),
            Some('n') => out.push('\n'),
            Some('r') => out.push('\r'),
            Some('t') => out.push('\t'),
            Some('u') => {
                let unit = take_hex(&mut after);
                let code = if (0xd800..0xdc00).contains(&unit) {
                    after.next();
                    after.next();
                    0x1_0000 + ((unit - 0xd800) << 10) + take_hex(&mut after).saturating_sub(0xdc00)
                } else {
                    unit
                };
                out.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            Some(other) => out.push(other),
            None => {}
        }
        rest = after.as_str();
    }
    out.push_str(rest);
    Cow::Owned(out)
}

fn take_hex(chars: &mut std::str::Chars<'_>) -> u32 {
    (0..4).fold(0, |sum, _| sum << 4 | chars.next().and_then(|c| c.to_digit(16)).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_read_as_what_they_are_and_as_nothing_else() {
        let text = br#"{"s":"a\"\u00e9\ud83d\ude00","i":5,"f":5.75,"n":-5,"t":true,"z":null,"a":[1, "x,]" ,[2,{"a":1}] , {}]}"#;
        let object = Object::parse(text, Limits::default()).unwrap();
        let get = |name: &str| object.get(name).unwrap();
        assert_eq!(get("s").as_str().unwrap(), "a\"é😀");
        assert_eq!(
            (get("i").as_seconds(), get("f").as_seconds(), get("n").as_seconds()),
            (Some(5), Some(5), None)
        );
        assert_eq!((get("s").as_seconds(), get("t").as_seconds(), get("z").as_str()), (None, None, None));
        assert_eq!(get("t").as_bool(), Some(true));
        let items: Vec<&str> = get("a").as_array().unwrap().map(Value::raw).collect();
        assert_eq!(items, ["1", "\"x,]\"", "[2,{\"a\":1}]", "{}"]);
        assert!(object.get("missing").is_none() && get("i").as_array().is_none());
    }

    #[test]
    fn a_member_is_found_under_its_decoded_name() {
        let object = Object::parse(br#"{"\u0061lg":"x"}"#, Limits::default()).unwrap();
        assert_eq!(object.get("alg").unwrap().as_str().unwrap(), "x");
    }

    #[test]
    fn an_object_is_wanted_and_the_size_is_bounded() {
        assert_eq!(Object::parse(b"[]", Limits::default()).unwrap_err(), Fault::NotAnObject);
        assert_eq!(Object::parse(b"{}", Limits::bytes(1)).unwrap_err(), Fault::TooLarge);
        assert_eq!(Object::parse(b"{\"a\":\"\xff\"}", Limits::default()).unwrap_err(), Fault::Syntax);
    }
}
