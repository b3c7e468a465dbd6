//! Runs the shared scenarios of `tests/scenarios`: scripted exchanges, a fixed clock, no socket.

// Without the test harness this is not test code to the lints.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::print_stdout, clippy::string_slice)]

#[path = "suite/events.rs"]
mod events;
mod suite;

use events::Told;
use ferroauth::client::PendingAuthorization;
use ferroauth::flow::{HttpRequest, HttpResponse, Reply, Step, transport_failure};
use ferroauth::host::{Client, Operation, Outcome as Host, ResourceServer, Service, Verifier};
use serde_json::{Map, Value, json};
use std::process::ExitCode;
use suite::Outcome;
use suite::objects::{self, parsed, text};

/// What the calls of one scenario share.
struct World<'a> {
    given: &'a Value,
    client: Option<Client>,
    verifier: Option<Verifier>,
    pending: Option<PendingAuthorization>,
    sealed: String,
    registration: String,
    told: Told,
}

/// What talks to nobody; see [`World::local`].
const LOCAL: [&str; 14] = [
    "begin_authorization",
    "dpop_proof",
    "authorization_headers",
    "remember_dpop_nonce",
    "seal",
    "open",
    "clock",
    "verify_now",
    "import_keys",
    "export_import",
    "begin_logout",
    "finish_logout",
    "front_channel_logout",
    "restore_registration",
];

/// A call's outcome, or how the exchanges departed from the script.
type Played = Result<Outcome, String>;

impl World<'_> {
    fn client(&mut self) -> ferroauth::Result<Client> {
        if self.client.is_none() {
            self.client = Some(objects::client(&self.given["service"], &self.given["client"], self.given)?);
        }
        Ok(self.client.clone().expect("just built"))
    }

    fn verifier(&mut self) -> ferroauth::Result<Verifier> {
        if self.verifier.is_none() {
            let parts = &self.given["verifier"];
            self.verifier = Some(objects::verifier(&parts["config"], &parts["keys"], self.given.get("now"))?);
        }
        Ok(self.verifier.clone().expect("just built"))
    }

    fn guard(&mut self, given: &Value) -> ferroauth::Result<ResourceServer> {
        ResourceServer::new(&self.verifier()?, &json!({"realm": given.get("realm")}).to_string())
    }

    /// Makes the operation of a call that talks to the provider; `None` for a name that has none.
    fn operation(&mut self, name: &str, given: &Value) -> Option<ferroauth::Result<Operation>> {
        let token = || text(&given["token"]);
        let options = |names: &[&str]| {
            let kept: Map<String, Value> = names
                .iter()
                .filter_map(|name| Some(((*name).to_owned(), given.get(*name)?.clone())))
                .collect();
            Value::Object(kept).to_string()
        };
        Some(match name {
            "discover" => Service::discover(&text(&given["issuer"]), &options(&["options"])),
            "verify" => self.verifier().map(|verifier| verifier.verify(&token())),
            "authenticate" => self.guard(given).map(|server| {
                let fields = fields(given);
                let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
                server.authenticate(&fields, &options(&["scopes"]))
            }),
            "finish_authorization" => {
                let pending = self.pending.clone().expect("begin_authorization came first");
                let callback = objects::callback(&given["callback"]);
                let options = options(&["origin", "session", "response_mode"]);
                self.client().map(|client| client.finish_authorization(&pending, callback, &options))
            }
            "refresh" => self.client().map(|client| {
                client.refresh(&token(), &options(&["scopes", "resource", "id_token", "subject"]))
            }),
            "introspect" => {
                self.client().map(|client| client.introspect(&token(), &options(&["token_type_hint"])))
            }
            "revoke" => self.client().map(|client| client.revoke(&token(), &options(&["token_type_hint"]))),
            "userinfo" => self.client().map(|client| client.userinfo(&token(), &options(&["subject"]))),
            "register" | "read_registration" | "update_registration" | "delete_registration" => {
                self.registering(name, given)
            }
            "discover_resource" => {
                let mut options = given.clone();
                options["testing"] = json!({"now": self.given["now"]});
                options.as_object_mut().expect("members").remove("resource");
                ferroauth::host::protected_resource(&text(&given["resource"]), &options.to_string())
            }
            _ if LOCAL.contains(&name) => return None,
            // Any other is an operation of the client that takes nothing but options.
            _ => self.client().map(|client| client.operation(name, &objects::resolved(given).to_string())),
        })
    }

    /// An operation about the registration that the last one left.
    fn registering(&self, name: &str, given: &Value) -> ferroauth::Result<Operation> {
        let mut options = objects::resolved(given);
        if name != "register" {
            options["registration"] = parsed(&self.registration);
        }
        Ok(Service::from_json(&text(&self.given["service"]))?.operation(name, &options.to_string()))
    }

    /// Keeps a registration that an operation yielded, and shows its parts.
    fn registered(&mut self, value: Value) -> ferroauth::Result<Value> {
        match value.get("registration").map(text) {
            None => Ok(value),
            Some(stored) => {
                self.registration = stored;
                Ok(parsed(&ferroauth::host::registration(&self.registration)?))
            }
        }
    }

    /// Does a call that talks to nobody.
    fn local(&mut self, name: &str, given: &Value) -> ferroauth::Result<Option<Value>> {
        Ok(Some(match name {
            "begin_authorization" => {
                let pending = self.client()?.begin_authorization(&given["options"].to_string())?;
                let value = objects::pending_value(&pending);
                self.told = pending.event().cloned().map_or(Told::Nothing, Told::Once);
                self.pending = Some(pending);
                value
            }
            "dpop_proof" => {
                let options: Map<String, Value> = ["access_token", "nonce"]
                    .iter()
                    .filter_map(|name| Some(((*name).to_owned(), given.get(*name)?.clone())))
                    .collect();
                let (method, url) = (text(&given["method"]), text(&given["url"]));
                json!({"proof": self.client()?.dpop_proof(&method, &url, &Value::Object(options).to_string())?})
            }
            "authorization_headers" => {
                let (method, url) = (text(&given["method"]), text(&given["url"]));
                parsed(&self.client()?.authorization_headers(&text(&given["token"]), &method, &url)?)
            }
            "remember_dpop_nonce" => {
                self.client()?.remember_dpop_nonce(&text(&given["url"]), &text(&given["nonce"]))?;
                json!({})
            }
            "seal" => {
                let pending = self.pending.take().expect("begin_authorization came first");
                self.sealed = pending.seal(&objects::keyring(&json!([given["key"]]))?)?;
                self.pending = Some(pending);
                json!({})
            }
            "open" => {
                if ["now", "client", "service"].iter().any(|name| given.get(*name).is_some()) {
                    let pick = |name: &str| given.get(name).unwrap_or(&self.given[name]).clone();
                    let given = json!({"now": pick("now"), "entropy": pick("entropy")});
                    self.client = Some(objects::client(&pick("service"), &pick("client"), &given)?);
                }
                let keys = objects::keyring(&json!([given["key"]]))?;
                let pending = self.client()?.open_pending(&self.sealed, &keys)?;
                let value = json!({"state": pending.state()});
                self.pending = Some(pending);
                value
            }
            "begin_logout" | "finish_logout" | "front_channel_logout" => {
                let given = objects::brought(given);
                let mut answer = parsed(&self.client()?.answer(name, &given.to_string())?);
                if let Some(url) = answer.get("url").map(text) {
                    answer["url"] = objects::url_value(&url);
                }
                if answer.is_null() { json!({}) } else { answer }
            }
            "restore_registration" => self.registered(json!({"registration": self.registration}))?,
            "clock" => {
                self.verifier()?.set_testing_clock(given["now"].as_i64().expect("a time"));
                json!({})
            }
            "verify_now" => objects::verified_value(&self.verifier()?.verify_now(&text(&given["token"]))?),
            "import_keys" => self.verifier()?.import_keys(&text(&given["text"])).map(|()| json!({}))?,
            "export_import" => {
                let exported = self.verifier()?.export_keys().expect("keys were fetched");
                let parts = &self.given["verifier"];
                let fresh = objects::verifier(&parts["config"], &parts["keys"], given.get("now"))?;
                fresh.import_keys(&exported)?;
                self.verifier = Some(fresh);
                json!({})
            }
            _ => return Ok(None),
        }))
    }

    fn play(&mut self, call: &Value) -> Played {
        let name = call["operation"].as_str().unwrap_or_default();
        let script = call.get("exchanges").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        self.told = Told::Nothing;
        let operation = self.operation(name, &call["given"]);
        if let Some(Ok(operation)) = &operation {
            self.told = Told::Journal(operation.journal());
        }
        match operation {
            Some(Ok(operation)) if name == "authenticate" => {
                let fields = fields(&call["given"]);
                let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
                let decided = drive(operation, script, &mut self.pending)?;
                Ok(decided.map(|answer| objects::decision_value(&answer, &fields)))
            }
            Some(Ok(operation)) if name == "discover_resource" => {
                Ok(drive(operation, script, &mut self.pending)?.map(|found| {
                    let list = |name: &str| found.get(name).cloned().unwrap_or_else(|| json!([]));
                    json!({
                        "resource": found["resource"],
                        "authorization_servers": list("authorization_servers"),
                        "scopes": list("scopes_supported"),
                    })
                }))
            }
            Some(Ok(operation)) => drive(operation, script, &mut self.pending)
                .map(|outcome| outcome.and_then(|value| self.registered(value))),
            Some(Err(error)) => finished(Err(error), script),
            None => match self.local(name, &call["given"]) {
                Ok(None) => Err(format!("got an unknown operation {name}")),
                Ok(Some(value)) => finished(Ok(value), script),
                Err(error) => finished(Err(error), script),
            },
        }
    }
}

/// The Authorization fields of a request.
fn fields(given: &Value) -> Vec<String> {
    given["authorization"].as_array().expect("fields").iter().map(text).collect()
}

/// Answers the steps of an operation from the script.
fn drive(
    mut operation: Operation,
    mut script: &[Value],
    pending: &mut Option<PendingAuthorization>,
) -> Played {
    let mut reply = None;
    loop {
        let step = match operation.advance(reply.take()) {
            Ok(Step::Done(outcome)) => {
                if let Host::Pending(begun) = &outcome {
                    *pending = Some(begun.clone());
                }
                return finished(Ok(value_of(&outcome)), script);
            }
            Err(error) => return finished(Err(error), script),
            Ok(step) => step,
        };
        let Some((exchange, rest)) = script.split_first() else {
            return Err(format!("got a further step {step:?}"));
        };
        script = rest;
        reply = Some(match step {
            Step::Sleep(wait) if exchange.get("sleep").is_some_and(|seconds| is_wait(seconds, wait)) => {
                Reply::Slept
            }
            Step::Http(request) => {
                check(&request, &exchange["request"])?;
                answer(&exchange["reply"])
            }
            other => return Err(format!("got the step {other:?} expected {exchange}")),
        });
    }
}

/// Whether a wait is of so many seconds, or `true` for whatever it is.
fn is_wait(wanted: &Value, wait: std::time::Duration) -> bool {
    wanted == &json!(true) || wanted.as_u64() == Some(wait.as_secs())
}

fn finished(outcome: Outcome, script: &[Value]) -> Played {
    match script.first() {
        None => Ok(outcome),
        Some(left) => Err(format!("got {outcome:?} expected the request {}", left["request"]["url"])),
    }
}

fn check(request: &HttpRequest, wanted: &Value) -> Result<(), String> {
    if wanted["method"] != request.method.as_str() || wanted["url"] != request.url.as_str() {
        return Err(format!(
            "got {} {} expected {}",
            request.method.as_str(),
            request.url.as_str(),
            wanted["url"]
        ));
    }
    for (name, value) in wanted["headers"].as_object().into_iter().flatten() {
        let sent: Vec<&str> =
            request.header_fields().filter(|(found, _)| found == name).map(|(_, value)| value).collect();
        let wanted: Vec<&str> = value.as_str().into_iter().collect();
        if sent != wanted {
            return Err(format!("got the header {name}: {sent:?} expected {wanted:?}"));
        }
    }
    let pairs = |query: &[u8]| -> Vec<(String, String)> {
        let mut pairs: Vec<_> =
            url::form_urlencoded::parse(query).map(|(k, v)| (k.into_owned(), v.into_owned())).collect();
        pairs.sort();
        pairs
    };
    if let Some(json) = wanted.get("json") {
        let sent: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        return if sent == *json { Ok(()) } else { Err(format!("got the body {sent} expected {json}")) };
    }
    let form = wanted.get("form").and_then(Value::as_object);
    let mut expected: Vec<(String, String)> = form
        .into_iter()
        .flatten()
        // A list is a parameter that is sent more than once.
        .flat_map(|(k, v)| {
            let values = v.as_array().cloned().unwrap_or_else(|| vec![v.clone()]);
            let pair = |v: Value| (k.clone(), v.as_str().unwrap_or_default().to_owned());
            values.into_iter().map(pair).collect::<Vec<_>>()
        })
        .collect();
    expected.sort();
    let sent = pairs(&request.body);
    if sent == expected { Ok(()) } else { Err(format!("got the form {sent:?} expected {expected:?}")) }
}

fn answer(reply: &Value) -> Reply {
    if let Some(kind) = reply.get("failure") {
        return Reply::Failed(transport_failure(kind.as_str().unwrap_or_default()));
    }
    let headers = reply["headers"].as_object().into_iter().flatten();
    let status = reply["status"].as_u64().and_then(|status| u16::try_from(status).ok()).expect("a status");
    let headers = headers.map(|(name, value)| (name.clone(), text(value)));
    Reply::Http(HttpResponse::from_parts(status, headers, objects::bytes(&reply["body"])))
}

fn value_of(outcome: &Host) -> Value {
    match outcome {
        Host::Json(text) => parsed(text),
        Host::Tokens(tokens) => {
            let mut value = parsed(&tokens.to_json());
            value["issued_token_type"] = json!(tokens.issued_token_type());
            value["authorization_details"] = json!(tokens.authorization_details());
            value
        }
        Host::Service(service) => objects::service_value(service),
        Host::Pending(pending) => objects::pending_value(pending),
        Host::Verified(token) => objects::verified_value(token),
        Host::Unit => json!({"nothing": true}),
    }
}

fn main() -> ExitCode {
    let (rows, mut scenarios) = (suite::error_rows(), suite::cases("scenarios"));
    // What the backend of this build lacks; none is left out on aws-lc-rs.
    let all = scenarios.len();
    scenarios.retain(|case| {
        case["needs"].as_str().is_none_or(|name| name.parse::<ferroauth::jose::KeyManagement>().is_ok())
    });
    if scenarios.len() < all && !std::env::args().any(|argument| argument == "--list") {
        println!("{} cases left out: this backend lacks their algorithm", all - scenarios.len());
    }
    let ids: Vec<String> =
        scenarios.iter().map(|scenario| scenario["id"].as_str().unwrap_or_default().to_owned()).collect();
    suite::run(&ids, |index| {
        let scenario = &scenarios[index];
        let given = &scenario["given"];
        let mut world = World {
            given,
            client: None,
            verifier: None,
            pending: None,
            sealed: String::new(),
            registration: String::new(),
            told: Told::Nothing,
        };
        for (number, call) in scenario["calls"].as_array().into_iter().flatten().enumerate() {
            let place = |difference| format!("(call {number}) {difference}");
            let outcome = world.play(call).map_err(place)?;
            suite::compare(&call["expect"], &outcome, &rows).map_err(place)?;
            events::check(call, scenario, &world.told.events()).map_err(place)?;
        }
        Ok(())
    })
}
