//! The tables of `SERVICES.md` are what the code says, and every preset can be built.

use super::{Quirk, Service, ServiceOptions};
use serde_json::Value;
use std::fmt::Write as _;

fn texts(value: &Value) -> Vec<String> {
    let items = value.as_array().unwrap().iter();
    items.map(|item| format!("`{}`", item.as_str().unwrap())).collect()
}

fn presets() -> String {
    let mut out = String::from(
        "| Preset | Provider | Needs | May be given | Scopes | Quirks |\n|---|---|---|---|---|---|\n",
    );
    for preset in Service::presets().as_array().unwrap() {
        let defaults = preset["defaults"].as_object().unwrap().iter();
        let defaults: Vec<String> =
            defaults.map(|(name, value)| format!("`{name}` = `{}`", value.as_str().unwrap())).collect();
        let cells = [texts(&preset["needs"]), defaults, texts(&preset["scopes"]), texts(&preset["quirks"])];
        let cells = cells.map(|cell| cell.join(", ")).join(" | ");
        let (name, title) = (preset["name"].as_str().unwrap(), preset["title"].as_str().unwrap());
        writeln!(out, "| `{name}` | {title} | {cells} |").unwrap();
    }
    out
}

fn quirks() -> String {
    let mut out = String::from("| Quirk | What it permits |\n|---|---|\n");
    for quirk in Quirk::ALL {
        writeln!(out, "| `{}` | {} |", quirk.name(), quirk.permits()).unwrap();
    }
    out
}

#[test]
fn the_tables_of_the_documentation_are_those_of_the_code() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../SERVICES.md");
    let text = std::fs::read_to_string(path).unwrap();
    let mut made = text.clone();
    for (mark, table) in [("<!-- presets -->\n", presets()), ("<!-- quirks -->\n", quirks())] {
        let (before, after) = made.split_once(mark).unwrap();
        let (_, rest) = after.split_once("<!-- end -->").unwrap();
        made = format!("{before}{mark}{table}<!-- end -->{rest}");
    }
    if std::env::var_os("FERROAUTH_WRITE").is_some() {
        std::fs::write(path, &made).unwrap();
    } else {
        assert!(made == text, "SERVICES.md differs from the code");
    }
}

#[test]
fn every_preset_is_built_from_what_it_says_it_needs_and_survives_its_json() {
    for preset in Service::presets().as_array().unwrap() {
        let mut options = ServiceOptions::default();
        for need in preset["needs"].as_array().unwrap() {
            match need.as_str().unwrap() {
                "base_url" => options.base_url = Some("https://site.example.org".into()),
                "domain" => options.domain = Some("a.example.org".into()),
                "realm" => options.realm = Some("r1".into()),
                "overlay" => {
                    options.overlay.insert("urlAccessToken".into(), "https://a.example/t".into());
                }
                other => panic!("{other}"),
            }
        }
        let name = preset["name"].as_str().unwrap();
        let service = Service::preset(name, &options).unwrap();
        let again = Service::from_json(&service.to_json()).unwrap();
        assert_eq!(service.to_json(), again.to_json(), "{name}");
        assert_eq!(service.definition(), again.definition(), "{name}");
        assert_eq!(
            Value::from(service.quirks().names()).as_array().unwrap().len(),
            preset["quirks"].as_array().unwrap().len(),
            "{name}"
        );
    }
}

#[test]
fn the_secret_of_a_record_is_nowhere() {
    let canary = "canary-s3cret";
    for record in [
        r#"{"doctype":"Connected App","client_id":"a","client_secret":"canary-s3cret","token_uri":"https://a.example/t"}"#,
        r#"{"options":{"urlAccessToken":"https://a.example/t","clientSecret":"canary-s3cret","clientId":"a"}}"#,
    ] {
        let service = Service::from_json(record).unwrap();
        assert_eq!(service.definition().client_id.as_deref(), Some("a"));
        assert!(!format!("{service:?}{}", service.to_json()).contains(canary), "{record}");
    }
    let broken = r#"{"doctype":"Connected App","client_secret":"canary-s3cret","token_uri":1}"#;
    assert!(!format!("{:?}", Service::from_json(broken).unwrap_err()).contains(canary));
}
