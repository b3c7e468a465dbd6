//! What a call must tell: the events that it names, and in every call of every scenario no secret, and one event for each grant.

use crate::suite::covers;
use ferroauth::Event;
use ferroauth::flow::Journal;
use serde_json::Value;

/// What the last call told.
pub(crate) enum Told {
    Nothing,
    Once(Event),
    Journal(Journal),
}

impl Told {
    pub(crate) fn events(&self) -> Vec<Event> {
        match self {
            Self::Nothing => Vec::new(),
            Self::Once(event) => vec![event.clone()],
            Self::Journal(journal) => journal.events(),
        }
    }
}

/// Members of givens and replies whose values nobody may be told.
const SECRET: [&str; 14] = [
    "access_token",
    "refresh_token",
    "id_token",
    "client_secret",
    "token",
    "code",
    "state",
    "device_code",
    "auth_req_id",
    "assertion",
    "password",
    "code_verifier",
    "subject_token",
    "actor_token",
];

/// Shorter texts (`t`, `rt`) occur in words.
const SHORTEST: usize = 4;

pub(crate) fn check(call: &Value, scenario: &Value, events: &[Event]) -> Result<(), String> {
    let found: Vec<Value> = events.iter().map(Event::to_json).collect();
    let text = Value::Array(found.clone()).to_string();
    if let Some(wanted) = call.get("events")
        && !covers(wanted, &Value::Array(found))
    {
        return Err(format!("told {text} expected {wanted}"));
    }
    let mut secrets = Vec::new();
    collect(scenario, &mut secrets);
    if let Some(secret) = secrets.iter().find(|secret| text.contains(secret.as_str())) {
        return Err(format!("told a secret, {secret}: {text}"));
    }
    ended(call, events)
}

/// Texts under a secret's name, at any depth, also within bodies that are JSON.
fn collect(value: &Value, secrets: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                match value {
                    // `code` is also what an event or an error is called by.
                    Value::String(text)
                        if SECRET.contains(&name.as_str())
                            && text.len() >= SHORTEST
                            && !text.contains('.') =>
                    {
                        secrets.push(text.clone());
                    }
                    Value::String(text) if name == "body" => {
                        if let Ok(inner) = serde_json::from_str::<Value>(text) {
                            collect(&inner, secrets);
                        }
                    }
                    other => collect(other, secrets),
                }
            }
        }
        Value::Array(list) => list.iter().for_each(|value| collect(value, secrets)),
        _ => {}
    }
}

/// Tokens are told exactly once, and a refresh that failed for more than its arguments too.
fn ended(call: &Value, events: &[Event]) -> Result<(), String> {
    let count = |names: &[&str]| events.iter().filter(|event| names.contains(&event.name())).count();
    let refresh = call["operation"] == "refresh";
    let wrong =
        |what: &str| Err(format!("{what} among {:?}", events.iter().map(Event::name).collect::<Vec<_>>()));
    if call["expect"]["ok"].get("access_token").is_some() {
        let name = if refresh { "token_refreshed" } else { "token_received" };
        if count(&[name]) != 1 || count(&["token_received", "token_refreshed"]) != 1 {
            return wrong("not one event for tokens");
        }
    }
    if let Some(code) = call["expect"]["error"].as_str() {
        if count(&["token_received", "token_refreshed"]) != 0 {
            return wrong("tokens after an error");
        }
        let expected = usize::from(!code.starts_with("config.") && !code.starts_with("internal."));
        // What is wrong with the arguments alone has no exchange.
        let sent = call.get("exchanges").is_some();
        if refresh && sent && count(&["refresh_failed"]) != expected {
            return wrong("a failed refresh that is not told");
        }
        if call["operation"] == "finish_authorization"
            && count(&["callback_refused", "grant_failed"]) != expected
        {
            return wrong("a failed login that is not told");
        }
    }
    Ok(())
}
