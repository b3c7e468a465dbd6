//! The scanner against texts that other parsers take.

use super::super::value::slice;
use super::*;

fn check(text: &str) -> Result<Top, Fault> {
    scan(text, Limits::default(), &mut Vec::new())
}

#[test]
fn ordinary_texts_pass() {
    for text in [
        "{}",
        " [ ] ",
        "null",
        "true",
        "\"\"",
        "0",
        "-1",
        "1.5",
        "1e3",
        "9007199254740991",
        "-9007199254740991",
        "1700000000.25",
        "0.0",
        "0e5",
        r#"{"a":{"b":[1,{"a":2},[]],"c":{}},"b":"\u00e9\ud83d\ude00\n"}"#,
    ] {
        assert!(check(text).is_ok(), "{text}");
    }
}

#[test]
fn texts_that_are_not_strict_json_are_refused() {
    for text in [
        "",
        " ",
        "{",
        "}",
        "[1,]",
        "{\"a\":1,}",
        "{a:1}",
        "{'a':1}",
        "[1 2]",
        "nul",
        "truex",
        "01",
        "-",
        "1.",
        ".5",
        "1e",
        "+1",
        "0x10",
        "NaN",
        "Infinity",
        "-Infinity",
        "// c\n1",
        "/**/1",
        "1 1",
        "{}{}",
        "\u{feff}{}",
        "\"a",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\ud800\"",
        "\"\\udc00\"",
        "\"\\ud800\\u0041\"",
        "\"a\nb\"",
        "\"a\0b\"",
        "[\"a\tb\"]",
        "{\"a\"}",
        "{\"a\":}",
        "[,1]",
        "{,}",
        "[}",
        "{]",
        "{\"a\":1]",
        "[1}",
        "\u{a0}1",
    ] {
        assert_eq!(check(text), Err(Fault::Syntax), "{text:?}");
    }
}

#[test]
fn numbers_that_a_double_would_change_are_refused() {
    for text in [
        "9007199254740992",
        "-9007199254740992",
        "12345678901234567890",
        "1e400",
        "-1e400",
        "1e300",
        "-0",
        "-0.0",
        "-0e1",
        "1e-400",
        "9007199254740993.0",
        "9223372036854775808",
    ] {
        assert_eq!(check(text), Err(Fault::Number), "{text}");
    }
}

#[test]
fn duplicate_names_are_refused_at_every_level_and_in_every_spelling() {
    for text in [
        r#"{"a":1,"a":1}"#,
        r#"{"alg":1,"\u0061lg":2}"#,
        r#"[{"b":{"a":1,"c":2,"a":3}}]"#,
        r#"{"x":[{"a":1},{"a":1,"\u0061":1}]}"#,
        r#"{"":1,"":2}"#,
        r#"{"ab":1,"ab":2}"#,
        r#"{"abcdef":1,"abcdef":2}"#,
        r#"{"abcdefgh":1,"x":0,"abcdefgh":2}"#,
        r#"{"abcdefghijkl":1,"abcdefghijkl":2}"#,
        r#"{"/":1,"\/":2}"#,
    ] {
        assert_eq!(check(text), Err(Fault::DuplicateName), "{text}");
    }
    assert!(check(r#"{"a":{"a":{"a":1}},"A":1,"b":[{"a":1},{"a":1}]}"#).is_ok());
    assert!(
        check(r#"{"ab":1,"ac":1,"abcdefgh1":1,"abcdefgh2":1,"abcdefg":1,"abcdef":1,"a":1,"":1}"#).is_ok()
    );
    let many: Vec<String> = (0..5000).map(|i| format!("\"n{i}\":0")).collect();
    assert!(check(&format!("{{{}}}", many.join(","))).is_ok());
    assert_eq!(check(&format!("{{{},\"n77\":1}}", many.join(","))), Err(Fault::DuplicateName));
}

#[test]
fn depth_is_bounded_without_using_the_stack() {
    let nested = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
    assert!(check(&nested(32)).is_ok());
    assert_eq!(check(&nested(33)), Err(Fault::TooDeep));
    assert_eq!(check(&"[".repeat(1_000_000)), Err(Fault::TooDeep));
    assert_eq!(check(&"{\"a\":".repeat(1_000_000)), Err(Fault::TooDeep));
}

#[test]
fn members_are_noted_with_their_places() {
    let text = r#" {"a" : 1 , "b":[{"c":2}], "\u0063" :"x" } "#;
    let mut members = Vec::new();
    assert_eq!(scan(text, Limits::default(), &mut members), Ok(Top::Object));
    let seen: Vec<_> = members.iter().map(|m| (slice(text, m.name), slice(text, m.value))).collect();
    assert_eq!(seen, [("a", "1"), ("b", r#"[{"c":2}]"#), ("\\u0063", "\"x\"")]);
}

#[test]
fn the_word_wise_search_agrees_with_the_byte_wise_one() {
    for at in 0..40 {
        for special in [b'"', b'\\', 0x1f, 0, b'\n'] {
            let mut bytes = vec![b'x'; 41];
            bytes[at] = special;
            assert_eq!(plain(&bytes, 0), at);
        }
        let mut high = vec![0xff_u8; 41];
        high[at] = b'"';
        assert_eq!(plain(&high, 0), at);
    }
}
