//! Runs the shared vectors of `tests/vectors`; `--write-errors` writes `errors.json` from the error table.

// Without the test harness this is not test code to the lints.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::print_stdout, clippy::string_slice)]

mod suite;

use ferroauth::client::PendingAuthorization;
use ferroauth::host::{self, Signer};
use ferroauth::jose::{Algorithm, ContentEncryption, KeyManagement, KeySet, Origin, base64url};
use serde_json::{Value, json};
use std::process::ExitCode;
use suite::Outcome;
use suite::objects::{self, parsed, text};

fn operation(name: &str) -> Option<fn(&Value) -> Outcome> {
    Some(match name {
        "verify" => verify,
        "verify_dpop" => verify_dpop,
        "parse_challenges" => parse_challenges,
        "decode_unverified" => decode_unverified,
        "configure_verifier" => configure_verifier,
        "configure_client" => configure_client,
        "authenticate" => authenticate,
        "key" => key,
        "key_set" => key_set,
        "sign" => sign,
        "key_export" => suite::forms::export,
        "key_set_of" => suite::forms::set_of,
        "jws_verify" => suite::jws::verify,
        "jws_sign" => suite::jws::sign,
        "service" => service,
        "service_ask" => service_ask,
        "presets" => presets,
        "begin_authorization" => begin_authorization,
        "seal_open" => seal_open,
        "keyring" => keyring,
        "pkce_challenge" => pkce_challenge,
        "pkce_verify" => pkce_verify,
        "classify_redirect_uri" => suite::edges::classify_redirect_uri,
        "sasl" => suite::edges::sasl,
        "sasl_challenge" => suite::edges::sasl_challenge,
        _ => return suite::encryption::operation(name),
    })
}

fn verify(given: &Value) -> Outcome {
    let verifier = objects::verifier(&given["config"], &given["keys"], given.get("now"))?;
    let token = text(&given["token"]);
    let verified = match given.get("expected") {
        Some(expected) => verifier.verify_expecting_now(&token, &expected.to_string()),
        None => verifier.verify_now(&token),
    };
    Ok(objects::verified_value(&verified?))
}

fn verify_dpop(given: &Value) -> Outcome {
    let mut config = given["config"].clone();
    config["testing"] = json!({"now": given["now"]});
    let verifier = host::DpopVerifier::new(&config.to_string())?;
    let proof = parsed(&verifier.verify(&text(&given["proof"]), &given["request"].to_string())?);
    let part = |name: &str| parsed(proof[name].as_str().expect("text"));
    Ok(json!({"claims": part("claims"), "header": part("header"), "thumbprint": proof["thumbprint"]}))
}

fn parse_challenges(given: &Value) -> Outcome {
    let fields: Vec<String> = given["fields"].as_array().expect("fields").iter().map(text).collect();
    let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
    let mut list = parsed(&host::parse_challenges(&fields)?);
    for one in list.as_array_mut().expect("a list") {
        one["error"] = one["parameters"].get("error").cloned().unwrap_or_default();
        one["options"] = one["authorization_options"].take();
    }
    Ok(json!({"challenges": list}))
}

fn decode_unverified(given: &Value) -> Outcome {
    Ok(objects::verified_value(&host::decode_unverified(&text(&given["token"]))?))
}

fn configure_verifier(given: &Value) -> Outcome {
    objects::verifier(&given["config"], &given["keys"], None).map(|_| json!({}))
}

fn configure_client(given: &Value) -> Outcome {
    objects::client(&given["service"], &given["client"], given).map(|_| json!({}))
}

/// The decision about a request, by what the hosts' objects have, and whether an answer repeats what was sent.
fn authenticate(given: &Value) -> Outcome {
    let verifier = objects::verifier(&given["config"], &given["keys"], given.get("now"))?;
    let config = given.get("realm").map_or_else(|| json!({}), |realm| json!({"realm": realm}));
    let server = host::ResourceServer::new(&verifier, &config.to_string())?;
    let fields: Vec<String> = given["authorization"].as_array().expect("fields").iter().map(text).collect();
    let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
    let answer = server.authenticate_now(&fields, &json!({"scopes": given["scopes"]}).to_string())?;
    Ok(objects::decision_value(&parsed(&answer), &fields))
}

fn key(given: &Value) -> Outcome {
    let key = objects::key(&given["key"])?;
    let algorithm = key.algorithm().map(Algorithm::name);
    let mut out = json!({"kid": key.kid(), "algorithm": algorithm, "public_jwk": null});
    if key.is_symmetric() || key.is_private() {
        out["private_jwk"] = parsed(key.private_jwk()?.expose());
    }
    if !key.is_symmetric() {
        out["public_jwk"] = parsed(&key.public_jwk()?);
        out["thumbprint"] = json!(key.thumbprint()?);
        out["thumbprint_uri"] = json!(key.thumbprint_uri()?);
    }
    Ok(out)
}

fn key_set(given: &Value) -> Outcome {
    let set = KeySet::parse(text(&given["text"]).as_bytes(), Origin::Local)?;
    Ok(json!({"keys": set.len()}))
}

/// Signs, and has the result verified by the public key.
fn sign(given: &Value) -> Outcome {
    let mut config = given["config"].clone();
    config["testing"] = json!({"now": given["now"]});
    let signer = Signer::new(objects::key(&given["key"])?, &config.to_string())?;
    let lifetime = given.get("lifetime").and_then(Value::as_u64).map(|n| u32::try_from(n).expect("small"));
    let token = signer.sign(&given["claims"].to_string(), lifetime)?;
    let policy = json!({
        "issuer": null, "audience": null, "require_exp": false, "algorithms": [given["config"]["algorithm"]],
        "token_type": given["config"].get("typ").cloned().unwrap_or_default(),
    });
    let verifier = objects::verifier(&policy, &given["keys"], given.get("now"))?;
    Ok(objects::verified_value(&verifier.verify_now(&token)?))
}

fn service(given: &Value) -> Outcome {
    objects::service(given).map(|service| objects::service_value(&service))
}

/// What a service knows without any traffic: its definition, a template filled in, who a user is.
fn service_ask(given: &Value) -> Outcome {
    let service = objects::service(&given["service"])?;
    let options = given.get("options").map(Value::to_string).unwrap_or_default();
    Ok(json!({"answer": parsed(&service.ask(&text(&given["question"]), &options)?)}))
}

fn presets(_: &Value) -> Outcome {
    Ok(json!({"presets": parsed(&host::Service::presets())}))
}

fn begin(given: &Value) -> ferroauth::Result<(host::Client, PendingAuthorization)> {
    let client = objects::client(&given["service"], &given["client"], given)?;
    let pending = client.begin_authorization(&given["options"].to_string())?;
    Ok((client, pending))
}

fn begin_authorization(given: &Value) -> Outcome {
    let (_, pending) = begin(given)?;
    Ok(json!({"state": pending.state(), "url": objects::url_value(pending.url())}))
}

/// Seals a pending authorization, alters the text if the case says so, and opens it.
fn seal_open(given: &Value) -> Outcome {
    let (client, pending) = begin(given)?;
    let sealed = tamper(pending.seal(&objects::keyring(&given["seal_keys"])?)?, given.get("tamper"));
    let opener = match given.get("open_with") {
        Some(changed) => {
            let pick = |name: &str| changed.get(name).unwrap_or(&given[name]).clone();
            objects::client(&pick("service"), &pick("client"), given)?
        }
        None => client,
    };
    let opened = opener.open_pending(&sealed, &objects::keyring(&given["open_keys"])?)?;
    Ok(json!({"state": opened.state()}))
}

fn tamper(sealed: String, how: Option<&Value>) -> String {
    let Some(how) = how else { return sealed };
    if let Some(bit) = how.get("flip_bit").and_then(Value::as_u64).and_then(|bit| usize::try_from(bit).ok()) {
        let mut bytes = base64url::decode(&sealed).expect("a sealed text is base64url");
        bytes[bit / 8] ^= 1 << (bit % 8);
        return base64url::encode(&bytes);
    }
    match how.get("truncate").and_then(Value::as_u64).and_then(|length| usize::try_from(length).ok()) {
        Some(length) => sealed[..length].to_owned(),
        None => text(&how["replace"]),
    }
}

fn keyring(given: &Value) -> Outcome {
    objects::keyring(&given["keys"]).map(|_| json!({}))
}

fn pkce_challenge(given: &Value) -> Outcome {
    Ok(json!({"challenge": host::pkce::challenge(&text(&given["verifier"]))?}))
}

fn pkce_verify(given: &Value) -> Outcome {
    let matches = host::pkce::verify(&text(&given["verifier"]), &text(&given["challenge"]))?;
    Ok(json!({"matches": matches}))
}

/// One line a row, as it lies in `errors.json`.
fn error_table() -> String {
    let table = parsed(&host::error_table());
    let rows: Vec<String> = table.as_array().expect("rows").iter().map(|row| format!("  {row}")).collect();
    format!(
        "{{\n \"about\": \"The error table, the same in every host.\",\n \"rows\": [\n{}\n ]\n}}\n",
        rows.join(",\n")
    )
}

fn main() -> ExitCode {
    let file = suite::folder("vectors").join("errors.json");
    if std::env::args().any(|argument| argument == "--write-errors") {
        std::fs::write(file, error_table()).expect("errors.json can be written");
        return ExitCode::SUCCESS;
    }
    let (rows, mut cases) = (suite::error_rows(), suite::cases("vectors"));
    // What the backend of this build lacks; none is left out on aws-lc-rs.
    let has = |name: &str| {
        name.parse::<Algorithm>().is_ok()
            || name.parse::<KeyManagement>().is_ok()
            || name.parse::<ContentEncryption>().is_ok()
    };
    let all = cases.len();
    cases.retain(|case| case["needs"].as_str().is_none_or(has));
    if cases.len() < all && !std::env::args().any(|argument| argument == "--list") {
        println!("{} cases left out: this backend lacks their algorithm", all - cases.len());
    }
    let table = parsed(&host::error_table());
    let mut ids = vec!["errors-the-whole-table".to_owned()];
    ids.extend(rows.iter().map(|row| format!("errors-{}", row["code"].as_str().unwrap_or_default())));
    if suite::others().is_some() {
        ids.clear();
    }
    let own = ids.len();
    ids.extend(cases.iter().map(|case| case["id"].as_str().unwrap_or_default().to_owned()));
    suite::run(&ids, |index| {
        if index < own && index == 0 {
            let current = std::fs::read_to_string(&file).is_ok_and(|text| text == error_table());
            return if current { Ok(()) } else { Err("got another table, see --write-errors".into()) };
        }
        if index < own {
            let row = &rows[index - 1];
            let found = table.as_array().is_some_and(|table| table.contains(row));
            return if found { Ok(()) } else { Err(format!("got no such row, expected {row}")) };
        }
        let case = &cases[index - own];
        let name = case["operation"].as_str().unwrap_or_default();
        let operation = operation(name).ok_or_else(|| format!("got an unknown operation {name}"))?;
        suite::compare(&case["expect"], &operation(&case["given"]), &rows)
    })
}
