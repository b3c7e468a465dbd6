//! Texts for people.

use crate::error::Error;
use serde_json::{Map, Value};
use std::fmt::Write as _;

/// Claims that are times.
const TIMES: [&str; 5] = ["exp", "nbf", "iat", "auth_time", "updated_at"];

/// A text from outside without anything that a terminal would act upon.
pub(super) fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

/// A time in the words of RFC 3339, and how far from now it is.
fn time(seconds: i64, now: i64) -> String {
    let Ok(stamp) = jiff::Timestamp::from_second(seconds) else { return String::new() };
    let distance = seconds.abs_diff(now);
    let (amount, unit) = match distance {
        0..=119 => (distance, "s"),
        120..=7199 => (distance / 60, "min"),
        7200..=172_799 => (distance / 3600, "h"),
        _ => (distance / 86_400, "days"),
    };
    let relation = if seconds > now { format!("in {amount} {unit}") } else { format!("{amount} {unit} ago") };
    format!("   {stamp}, {relation}")
}

/// The members of an object, one a line, times spelled out.
pub(super) fn members(title: &str, text: &str, now: i64) -> String {
    let members: Map<String, Value> = serde_json::from_str(text).unwrap_or_default();
    let width = members.keys().map(|name| name.chars().count()).max().unwrap_or_default().min(24);
    let mut out = format!("{title}\n");
    for (name, value) in &members {
        let spelled = value.as_i64().filter(|_| TIMES.contains(&name.as_str()));
        let spelled = spelled.map(|seconds| time(seconds, now)).unwrap_or_default();
        let _ = writeln!(out, "  {:width$}  {}{spelled}", plain(name), plain(&value.to_string()));
    }
    out
}

/// Why a token was refused: the report, in words.
pub(super) fn refusal(error: &Error, now: i64) -> String {
    let code = error.code();
    let mut out = format!("REFUSED  {}: {}\n", code.code(), code.sentence());
    let Some(report) = error.explain() else {
        let _ = writeln!(out, "  detail       {}", plain(&error.to_string()));
        return out;
    };
    let mut line = |label: &str, text: String| {
        let _ = writeln!(out, "  {label:<12} {}", plain(&text));
    };
    line("check", report.check.to_owned());
    if let Some(algorithm) = &report.algorithm {
        line("algorithm", algorithm.clone());
    }
    if let Some(kid) = &report.key_id {
        line("key id", kid.clone());
    }
    if report.keys_tried > 0 {
        let named =
            if report.keys.is_empty() { String::new() } else { format!(": {}", report.keys.join(", ")) };
        line("keys tried", format!("{}{named}", report.keys_tried));
    }
    if let Some(delta) = report.clock_delta {
        let side = if delta >= 0 { "after" } else { "before" };
        line("clock", format!("{} s {side} {}", delta.unsigned_abs(), report.check));
    }
    line("now", format!("{now}{}", time(now, now).replace(", 0 s ago", "")));
    if let Some(age) = report.key_set_age {
        line("key set", format!("{age} s old"));
    }
    if let Some(expected) = &report.expected {
        line("would pass", expected.clone());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_from_a_token_reaches_the_terminal_as_a_command() {
        let text =
            members("claims", "{\"a\\u001b[2J\":\"\\u0007\\u009b1m\",\"exp\":1700000000}", 1_699_999_990);
        assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "{text:?}");
        assert!(text.contains("2023-11-14T22:13:20Z, in 10 s"), "{text}");
    }

    #[test]
    fn odd_times_are_left_as_they_are() {
        for seconds in [i64::MIN, i64::MAX] {
            assert_eq!(time(seconds, 0), "");
        }
        assert!(time(0, 200_000).ends_with("2 days ago"));
    }
}
