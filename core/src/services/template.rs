//! The templates of provider files: `{{token.resource_owner.mail|getMailUser}}` and the like, as CiviCRM fills them in.
//!
//! A template chooses values of the three texts that it is given and can do nothing else: no expression, no loop, no call but the
//! three filters. An error never shows a value, because tokens are among them.

use crate::error::{Error, ErrorCode, Result};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// How a text with placeholders is filled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// CiviCRM's for mail settings: each placeholder is replaced inside its text.
    Mail,
    /// CiviCRM's for contacts: a text with a placeholder becomes the value of the first one, of whatever type.
    Contact,
}

/// Most nested lists and objects of a template.
const MAX_DEPTH: usize = 32;

/// Fills in a template. What is no text passes unchanged; an unknown path or filter yields nothing: the empty text in
/// [`Mode::Mail`], `null` in [`Mode::Contact`].
///
/// # Errors
/// `config.template` for more than 32 levels.
pub(super) fn render(template: &Value, context: &Map<String, Value>, mode: Mode) -> Result<Value> {
    nested(template, context, mode, MAX_DEPTH)
}

fn nested(template: &Value, context: &Map<String, Value>, mode: Mode, depth: usize) -> Result<Value> {
    let depth =
        depth.checked_sub(1).ok_or_else(|| Error::with(ErrorCode::ConfigTemplate, "more than 32 levels"))?;
    Ok(match template {
        Value::String(text) => match mode {
            Mode::Mail => Value::String(within(text, context)),
            Mode::Contact => match first(text) {
                Some((_, expression, _)) => evaluate(expression, context),
                None => template.clone(),
            },
        },
        Value::Array(items) => {
            Value::Array(items.iter().map(|item| nested(item, context, mode, depth)).collect::<Result<_>>()?)
        }
        Value::Object(members) => {
            let filled =
                |(name, value): (&String, &Value)| Ok((name.clone(), nested(value, context, mode, depth)?));
            Value::Object(members.iter().map(filled).collect::<Result<_>>()?)
        }
        other => other.clone(),
    })
}

/// The text with every placeholder replaced.
fn within(text: &str, context: &Map<String, Value>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, expression, after)) = first(rest) {
        out.push_str(before);
        out.push_str(&shown(&evaluate(expression, context)));
        rest = after;
    }
    out.push_str(rest);
    out
}

/// The first placeholder of a text, with what stands before and after it.
fn first(text: &str) -> Option<(&str, &str, &str)> {
    let mut from = 0;
    loop {
        let begin = text.get(from..)?.find("{{")? + from;
        let (before, open) = text.split_at_checked(begin)?;
        let inside = open.strip_prefix("{{")?;
        if let Some((expression, after)) = inside.split_once("}}") {
            let plain =
                |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'|' | b'-' | b':');
            if !expression.is_empty() && expression.bytes().all(plain) {
                return Some((before, expression, after));
            }
        }
        // Not one of ours: the next pair of braces may be.
        from = begin + 1;
    }
}

/// What a value reads as inside of a text: PHP's words for truth, and nothing for lists and objects.
fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Bool(true) => "1".to_owned(),
        _ => String::new(),
    }
}

/// The value of `a.b.c|filter|..`.
fn evaluate(expression: &str, context: &Map<String, Value>) -> Value {
    let mut steps = expression.split('|');
    let mut path = steps.next().unwrap_or_default().split('.');
    let root = path.next().and_then(|name| context.get(name));
    let found = path.try_fold(root, |value, name| {
        Some(match value? {
            Value::Object(members) => members.get(name),
            Value::Array(items) => name.parse::<usize>().ok().and_then(|index| items.get(index)),
            _ => None,
        })
    });
    let value = found.flatten().cloned().unwrap_or(Value::Null);
    steps.fold(value, |value, filter| filtered(filter, &value))
}

fn filtered(filter: &str, value: &Value) -> Value {
    let Value::String(text) = value else {
        return if known(filter) { value.clone() } else { Value::Null };
    };
    let mail = || text.split_once('@');
    match filter {
        "lowercase" => Value::String(text.to_lowercase()),
        "getMailUser" => mail().map_or(Value::Null, |(user, _)| user.into()),
        "getMailDomain" => mail().map_or(Value::Null, |(_, domain)| domain.into()),
        _ => Value::Null,
    }
}

fn known(filter: &str) -> bool {
    matches!(filter, "lowercase" | "getMailUser" | "getMailDomain")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn filled(template: impl Into<Value>, mode: Mode) -> Value {
        let context =
            json!({"token": {"owner": {"mail": "Ann@Mail.Example", "id": 7, "ok": true, "list": ["x"]}}});
        render(&template.into(), context.as_object().unwrap(), mode).unwrap()
    }

    #[test]
    fn mail_replaces_within_a_text_and_contact_replaces_the_text() {
        let template = json!({"a": "<{{token.owner.mail|getMailUser}}/{{token.owner.mail|getMailDomain|lowercase}}>", "b": [null, true, "{{token.owner.id}}"]});
        assert_eq!(
            filled(template.clone(), Mode::Mail),
            json!({"a": "<Ann/mail.example>", "b": [null, true, "7"]})
        );
        assert_eq!(filled(template, Mode::Contact), json!({"a": "Ann", "b": [null, true, 7]}));
    }

    #[test]
    fn what_is_unknown_yields_nothing_and_what_is_no_placeholder_stays() {
        for text in [
            "{{token.none}}",
            "{{token.owner.mail|exec}}",
            "{{token.owner.mail.x}}",
            "{{token.owner.list.9}}",
            "{{token.owner}}",
        ] {
            assert_eq!(filled(text, Mode::Mail), json!(""), "{text}");
        }
        assert_eq!(filled("{{token.owner.mail|exec}}", Mode::Contact), Value::Null);
        assert_eq!(filled("{{token.owner.list.0}}", Mode::Contact), json!("x"));
        for text in ["{{", "{{}}", "{{a b}}", "{{{{", "}}x{{", "{ {token} }"] {
            assert_eq!(filled(text, Mode::Mail), json!(text), "{text}");
            assert_eq!(filled(text, Mode::Contact), json!(text), "{text}");
        }
        assert_eq!(filled("{{{token.owner.id}}}", Mode::Mail), json!("{7}"));
    }

    #[test]
    fn a_value_is_never_read_as_a_template() {
        let context = json!({"token": {"a": "{{token.b}}", "b": "secret"}});
        let filled = render(&json!("{{token.a}}"), context.as_object().unwrap(), Mode::Mail).unwrap();
        assert_eq!(filled, json!("{{token.b}}"));
    }
}
