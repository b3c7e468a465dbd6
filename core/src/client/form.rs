//! The body of a form request, written once and in order (`application/x-www-form-urlencoded`).
//!
//! Names are ours or checked before they come here; values may be anything. The text is written straight into the
//! bytes that are sent, because every exchange pays for this.

use crate::services::ScopeSeparator;
use crate::types::ScopeSet;

/// Long enough for a code exchange with a client secret, so that most bodies are one allocation.
const USUAL: usize = 512;

/// Parameters of a request, encoded as they are added.
#[derive(Clone)]
pub(super) struct Form(Vec<u8>);

impl Form {
    pub(super) fn new() -> Self {
        Self(Vec::with_capacity(USUAL))
    }

    /// The parameters of a token request.
    pub(super) fn grant(grant_type: &str) -> Self {
        let mut form = Self::new();
        form.append("grant_type", grant_type);
        form
    }

    /// Adds a parameter.
    pub(super) fn append(&mut self, name: &str, value: &str) {
        self.begin(name);
        encode_into(value.as_bytes(), &mut self.0);
    }

    /// Adds a parameter if there is a value for it.
    pub(super) fn append_some(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.append(name, value);
        }
    }

    /// Adds `scope`, RFC 6749 section 3.3 but for the separator of a service that has its own, unless there is none.
    pub(super) fn append_scopes(&mut self, scopes: &ScopeSet, separator: ScopeSeparator) {
        for (index, scope) in scopes.iter().enumerate() {
            if index == 0 {
                self.begin("scope");
            } else {
                encode_into(separator.as_str().as_bytes(), &mut self.0);
            }
            encode_into(scope.as_bytes(), &mut self.0);
        }
    }

    /// Adds parameters that are encoded already, such as a client's credentials.
    pub(super) fn append_encoded(&mut self, parameters: &[u8]) {
        if !self.0.is_empty() {
            self.0.push(b'&');
        }
        self.0.extend_from_slice(parameters);
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    fn begin(&mut self, name: &str) {
        if !self.0.is_empty() {
            self.0.push(b'&');
        }
        encode_into(name.as_bytes(), &mut self.0);
        self.0.push(b'=');
    }
}

/// The form encoding of a text: RFC 6749 appendix B, which is the URL standard's serializer.
pub(super) fn encode_into(text: &[u8], out: &mut Vec<u8>) {
    // What stands for itself is copied in runs; most values are a single one.
    let mut rest = text;
    while let Some(end) = rest.iter().position(|byte| !stands_for_itself(*byte)) {
        let (run, behind) = rest.split_at(end);
        out.extend_from_slice(run);
        rest = behind;
        if let Some((&byte, behind)) = rest.split_first() {
            match byte {
                b' ' => out.push(b'+'),
                _ => out.extend_from_slice(&[b'%', digit(byte >> 4), digit(byte & 15)]),
            }
            rest = behind;
        }
    }
    out.extend_from_slice(rest);
}

const fn stands_for_itself(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'*' | b'-' | b'.' | b'_')
}

const fn digit(value: u8) -> u8 {
    if value < 10 { b'0' + value } else { b'A' + value - 10 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use url::form_urlencoded;

    #[test]
    fn every_byte_is_encoded_as_the_url_standard_has_it() {
        for code in (0_u32..0x3000).chain([0x1f600, 0x10ffff]) {
            let text = format!("a{}b", char::from_u32(code).unwrap());
            let mut form = Form::new();
            form.append("x", &text);
            let expected = form_urlencoded::Serializer::new(String::new()).append_pair("x", &text).finish();
            assert_eq!(String::from_utf8(form.into_bytes()).unwrap(), expected);
        }
    }

    #[test]
    fn parameters_keep_their_order_and_scopes_are_one_parameter() {
        let mut form = Form::grant("a:b");
        form.append_scopes(&ScopeSet::default(), ScopeSeparator::Space);
        form.append_scopes(&ScopeSet::parse(["x", "https://y/z", "w"]).unwrap(), ScopeSeparator::Space);
        form.append_some("none", None);
        form.append_some("some", Some("="));
        form.append_encoded(b"c=d");
        let text = String::from_utf8(form.into_bytes()).unwrap();
        assert_eq!(text, "grant_type=a%3Ab&scope=x+https%3A%2F%2Fy%2Fz+w&some=%3D&c=d");
    }
}
