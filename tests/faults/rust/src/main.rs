//! The Rust host of the fault runner: does one operation for each line of standard input.

use ferroauth::host::{
    Callback, Client, Operation, Outcome as Answer, Service, Verifier, VerifierKeys, protected_resource,
};
use ferroauth::{Error, drivers};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::io::{BufRead as _, Write as _};
use std::time::{Duration, Instant};

const REDIRECT_URI: &str = "https://app.example.com/callback";

/// A failure of the runner itself.
type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Prepares the operation of one call of a cell.
type Once = Box<dyn Fn(i64) -> ferroauth::Result<Operation>>;

#[derive(Deserialize)]
struct Cell {
    id: String,
    operation: String,
    issuer: String,
    jwks_uri: Option<String>,
    service: String,
    network: Value,
    testing: Option<Value>,
    keys: Option<String>,
    jwt: String,
    secret: String,
    token: String,
    begun: String,
    registration: String,
    calls: i64,
    pause_ms: u64,
    client: Map<String, Value>,
    advance: i64,
    expected: Vec<String>,
}

#[derive(Deserialize)]
struct Rounds {
    rounds: u32,
    cells: Vec<Cell>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Asked {
    Rounds(Rounds),
    Cell(Box<Cell>),
}

#[derive(Default, Serialize)]
struct Outcome {
    codes: Vec<String>,
    ms: Vec<f64>,
    message: String,
    retry_after: Option<Value>,
    expires_at: Option<i64>,
}

impl Cell {
    /// Another deadline each time, so that no host takes an object of the call before.
    fn network(&self, call: i64) -> Value {
        let mut network = self.network.clone();
        if let Some(timeout) = network.get_mut("timeout_ms") {
            *timeout = json!(timeout.as_i64().unwrap_or_default() + call);
        }
        network
    }

    fn now(&self) -> Option<i64> {
        self.testing.as_ref()?.get("now")?.as_i64()
    }

    fn discovery(self) -> Once {
        Box::new(move |call| {
            let options = json!({"network": self.network(call), "testing": self.testing});
            Service::discover(&self.issuer, &options.to_string())
        })
    }

    fn verification(self) -> Result<Once> {
        let config = json!({
            "issuer": self.issuer, "audience": "api", "jwks_uri": self.jwks_uri, "network": self.network(0), "testing": self.testing,
        });
        let verifier = Verifier::new(&config.to_string(), VerifierKeys::Discover)?;
        if let Some(keys) = &self.keys {
            verifier.import_keys(keys)?;
        }
        Ok(Box::new(move |call| {
            if let Some(now) = self.now() {
                verifier.set_testing_clock(now + call * self.advance);
            }
            Ok(verifier.verify(&self.jwt))
        }))
    }

    fn client(self) -> Result<Once> {
        let service = Service::from_json(&self.service)?;
        let mut config = self.client.clone();
        config.insert("client_id".into(), "app".into());
        config.insert("client_secret".into(), self.secret.clone().into());
        config.insert("redirect_uri".into(), REDIRECT_URI.into());
        let config = Value::Object(config);
        let client = Client::new(&service, &config.to_string(), Default::default())?;
        Ok(Box::new(move |_| {
            Ok(match self.operation.as_str() {
                "token" => {
                    let pending = client.begin_authorization("{}")?;
                    let callback = format!("{REDIRECT_URI}?code={}&state={}", self.token, pending.state());
                    client.finish_authorization(&pending, Callback::Url(callback), "")
                }
                "refresh" => client.refresh(&self.token, "{}"),
                "introspection" => client.introspect(&self.token, "{}"),
                "revocation" => client.revoke(&self.token, "{}"),
                "pushed" => client.operation("push_authorization", "{}"),
                "exchange" => client.operation("exchange_token", &self.exchange().to_string()),
                "device" => client.operation("device_authorization", "{}"),
                "devicepoll" => client.operation("poll_device_token", &self.authorization("authorization")?),
                "devicewait" => client.operation("device_token", &self.authorization("authorization")?),
                "backchannel" => client.operation("backchannel_authentication", &self.hint().to_string()),
                "cibapoll" => {
                    client.operation("poll_backchannel_token", &self.authorization("authentication")?)
                }
                "cibawait" => client.operation("backchannel_token", &self.authorization("authentication")?),
                _ => client.userinfo(&self.token, "{}"),
            })
        }))
    }

    fn exchange(&self) -> Value {
        let kind = "urn:ietf:params:oauth:token-type:access_token";
        json!({"subject_token": self.token, "subject_token_type": kind})
    }

    fn hint(&self) -> Value {
        json!({"scopes": ["openid"], "id_token_hint": self.token})
    }

    /// What was stored of a login on another device, as an option of this name.
    fn authorization(&self, name: &str) -> ferroauth::Result<String> {
        let stored =
            serde_json::from_str::<Value>(&self.begun).map_err(|_| ferroauth::ErrorCode::PendingInvalid)?;
        Ok(json!({ name: stored }).to_string())
    }

    fn registration(self) -> Result<Once> {
        let service = Service::from_json(&self.service)?;
        let registration: Value = serde_json::from_str(&self.registration)?;
        let metadata = json!({"redirect_uris": [REDIRECT_URI]});
        let (name, options) = match self.operation.as_str() {
            "register" => ("register", json!({"metadata": metadata, "initial_access_token": self.token})),
            "update" => ("update_registration", json!({"registration": registration, "metadata": metadata})),
            _ => ("delete_registration", json!({"registration": registration})),
        };
        let options = options.to_string();
        Ok(Box::new(move |_| Ok(service.operation(name, &options))))
    }

    fn resource(self) -> Once {
        Box::new(move |call| {
            let options = json!({"network": self.network(call), "testing": self.testing});
            protected_resource(&self.issuer, &options.to_string())
        })
    }

    fn perform(self) -> Result<Outcome> {
        let (calls, pause) = (self.calls, Duration::from_millis(self.pause_ms));
        let once = match self.operation.as_str() {
            "discovery" => self.discovery(),
            "jwks" | "keep" => self.verification()?,
            "register" | "update" | "delete" => self.registration()?,
            "resource" => self.resource(),
            _ => self.client()?,
        };
        let mut outcome = Outcome::default();
        for call in 0..calls {
            std::thread::sleep(pause);
            let start = Instant::now();
            let result = once(call).and_then(drivers::run_blocking);
            outcome.ms.push(start.elapsed().as_secs_f64() * 1000.0);
            outcome.codes.push(result.as_ref().map_or_else(|error| error.code().code(), |_| "ok").to_owned());
            match result {
                Ok(answer) => outcome.expires_at = expires_at(&answer),
                Err(error) => outcome.tell(&error)?,
            }
        }
        Ok(outcome)
    }
}

impl Outcome {
    fn tell(&mut self, error: &Error) -> Result<()> {
        let report = error.to_json();
        self.message = format!("{error} {error:?} {report}");
        self.retry_after = serde_json::from_str::<Value>(&report)?.get("retry_after").cloned();
        Ok(())
    }
}

fn expires_at(answer: &Answer) -> Option<i64> {
    match answer {
        Answer::Tokens(tokens) => tokens.expires_at(),
        _ => None,
    }
}

/// Many rounds over the cells, of which only those are told that came out otherwise.
fn rounds(line: &str, count: u32) -> Result<Value> {
    let mut wrong = Vec::new();
    for _ in 0..count {
        let asked: Rounds = serde_json::from_str(line)?;
        for cell in asked.cells {
            let (id, expected) = (cell.id.clone(), cell.expected.clone());
            let codes = cell.perform()?.codes;
            if codes != expected {
                wrong.push(json!([id, codes]));
            }
        }
    }
    let shown: Vec<&Value> = wrong.iter().take(20).collect();
    Ok(json!({"wrong": shown, "count": wrong.len()}))
}

fn main() -> Result<()> {
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let answer = match serde_json::from_str(&line)? {
            Asked::Rounds(asked) => rounds(&line, asked.rounds)?,
            Asked::Cell(cell) => serde_json::to_value(cell.perform()?)?,
        };
        let mut out = std::io::stdout().lock();
        writeln!(out, "{answer}")?;
        out.flush()?;
    }
    Ok(())
}
