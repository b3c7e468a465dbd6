//! The Rust host of the soak: does one turn for each line of standard input, its network operations on four threads that
//! live no longer than the turn.

use ferroauth::Error;
use ferroauth::drivers;
use ferroauth::host::{
    Client, Decrypter, Encrypter, EncryptionKey, Key, KeySet, Keyring, Operation, Service, Signer, Verifier,
    VerifierKeys,
};
use ferroauth::jose::Algorithm;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{BufRead as _, Write as _};
use std::sync::{Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

const THREADS: usize = 4;

/// A failure of the runner itself.
type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

#[derive(Deserialize)]
struct Given {
    issuer: String,
    jwks_uri: String,
    services: BTreeMap<String, String>,
    operations: Vec<(String, String, String)>,
}

#[derive(Deserialize)]
struct Asked {
    verify: usize,
    sign: usize,
    network: usize,
    more: usize,
    renew: bool,
}

/// A signer, a verifier of its key, a token to accept, a token to refuse and the code of that.
struct Kind {
    signer: Signer,
    verifier: Verifier,
    good: String,
    bad: (String, &'static str),
}

struct Host {
    given: Given,
    key: Key,
    kinds: [Kind; 2],
    claims: String,
    encrypter: Encrypter,
    decrypter: Decrypter,
    sealed_with: Keyring,
    clients: BTreeMap<String, Client>,
    remote: Verifier,
    wrong: Mutex<Vec<String>>,
}

fn remote(given: &Given) -> Result<Verifier> {
    let config = json!({"issuer": given.issuer, "audience": "api", "jwks_uri": given.jwks_uri});
    Ok(Verifier::new(&config.to_string(), VerifierKeys::Discover)?)
}

fn clients(given: &Given) -> Result<BTreeMap<String, Client>> {
    let config = json!({"client_id": "app", "client_secret": "s3cret", "redirect_uri": "https://app.example.com/callback"});
    let client =
        |text: &String| Client::new(&Service::from_json(text)?, &config.to_string(), Default::default());
    given.services.iter().map(|(name, text)| Ok((name.clone(), client(text)?))).collect()
}

fn code<T>(result: std::result::Result<T, Error>) -> String {
    result.err().map_or("ok", |error| error.code().code()).to_owned()
}

impl Host {
    fn new(given: Given) -> Result<Self> {
        let key = Key::generate(Algorithm::ES256)?.with_kid("k1")?;
        let secret = Key::generate_secret(Algorithm::HS256)?;
        let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
        let signed = |signer: &Signer, exp: u64| {
            signer.sign(
                &json!({"iss": given.issuer, "aud": "api", "sub": "alice", "exp": exp}).to_string(),
                None,
            )
        };
        let verifier = |algorithm: &str, key: Key| {
            let config = json!({"issuer": given.issuer, "audience": "api", "algorithms": [algorithm]});
            Verifier::new(&config.to_string(), VerifierKeys::Key(key))
        };
        let private = Signer::new(key.clone(), r#"{"algorithm": "ES256"}"#)?;
        let shared = Signer::new(secret.clone(), r#"{"algorithm": "HS256"}"#)?;
        let good = signed(&private, now + 30 * 86400)?;
        let tampered = format!("{}AAAA", good.get(..good.len() - 4).unwrap_or_default());
        let kinds = [
            Kind {
                verifier: verifier("ES256", key.public_half()?)?,
                good,
                bad: (tampered, "token.signature"),
                signer: private,
            },
            Kind {
                verifier: verifier("HS256", secret)?,
                good: signed(&shared, now + 30 * 86400)?,
                bad: (signed(&shared, now - 3600)?, "token.expired"),
                signer: shared,
            },
        ];
        let hidden = EncryptionKey::generate("ECDH-ES+A256KW", Some("P-256"))?;
        Ok(Self {
            claims: json!({"iss": given.issuer, "aud": "api", "sub": "alice"}).to_string(),
            encrypter: Encrypter::new(vec![hidden.public_half()?], r#"{"encryption": "A256GCM"}"#)?,
            decrypter: Decrypter::new(vec![hidden], r#"{"encryptions": ["A256GCM"]}"#)?,
            sealed_with: Keyring::new(vec![(0..32).collect()])?,
            clients: clients(&given)?,
            remote: remote(&given)?,
            wrong: Mutex::default(),
            key,
            kinds,
            given,
        })
    }

    fn expect(&self, what: &str, found: &str, expected: &str) {
        if found != expected {
            let mut wrong = self.wrong.lock().unwrap_or_else(PoisonError::into_inner);
            wrong.push(format!("{what}: {found} in place of {expected}"));
        }
    }

    fn local(&self, asked: &Asked) -> Result<()> {
        for index in 0..asked.verify {
            let [private, shared] = &self.kinds;
            let kind = if index % 2 == 0 { private } else { shared };
            let (token, expected) =
                if index % 20 < 2 { (&kind.bad.0, kind.bad.1) } else { (&kind.good, "ok") };
            self.expect("verify", &code(kind.verifier.verify_now(token)), expected);
        }
        for kind in self.kinds.iter().cycle().take(asked.sign) {
            kind.signer.sign(&self.claims, Some(300))?;
        }
        let client = self.clients.get("good").ok_or("no service is called good")?;
        for _ in 0..asked.more {
            let pending = client.begin_authorization("{}")?;
            let opened = client.open_pending(&pending.seal(&self.sealed_with)?, &self.sealed_with)?;
            self.expect("seal", opened.state(), pending.state());
            let decrypted = self.decrypter.decrypt(&self.encrypter.encrypt(b"hello", None)?)?;
            self.expect("encrypt", &String::from_utf8_lossy(decrypted.plaintext()), "hello");
        }
        Ok(())
    }

    fn call(&self, operation: &str, service: &str) -> Result<Operation> {
        let client = self.clients.get(service).ok_or("an unknown service")?;
        let [private, _] = &self.kinds;
        Ok(match operation {
            // Its own verifier, which fetches the key set.
            "keys" => remote(&self.given)?.verify(&private.good),
            "verify" => self.remote.verify(&private.good),
            "token" => client.operation("client_credentials", "{}"),
            "refresh" => client.refresh("a-refresh-token", "{}"),
            "introspection" => client.introspect("a-token", "{}"),
            "revocation" => client.revoke("a-token", "{}"),
            "userinfo" => client.userinfo("a-token", "{}"),
            _ => return Err("an unknown operation".into()),
        })
    }

    /// One lane of a turn: every fourth of its operations.
    fn lane(&self, first: usize, asked: &Asked) -> Result<()> {
        let all = self.given.operations.iter().cycle().take(asked.network);
        for (operation, service, expected) in all.skip(first).step_by(THREADS) {
            let found = code(drivers::run_blocking(self.call(operation, service)?));
            self.expect(&format!("{operation} at {service}"), &found, expected);
        }
        Ok(())
    }

    fn turn(&mut self, asked: &Asked) -> Result<Value> {
        if asked.renew {
            self.clients = clients(&self.given)?;
            self.remote = remote(&self.given)?;
        }
        self.local(asked)?;
        let host = &*self;
        let ended: Vec<std::result::Result<(), String>> = std::thread::scope(|scope| {
            let lanes: Vec<_> = (0..THREADS)
                .map(|first| {
                    scope.spawn(move || host.lane(first, asked).map_err(|problem| problem.to_string()))
                })
                .collect();
            lanes
                .into_iter()
                .map(|lane| lane.join().unwrap_or_else(|_| Err("a thread panicked".to_owned())))
                .collect()
        });
        for lane in ended {
            self.expect("thread", lane.err().as_deref().unwrap_or("ok"), "ok");
        }
        let wrong = std::mem::take(self.wrong.get_mut().unwrap_or_else(PoisonError::into_inner));
        let shown: Vec<&String> = wrong.iter().take(20).collect();
        Ok(json!({"wrong": shown, "count": wrong.len(), "children": THREADS}))
    }
}

fn say(answer: &impl std::fmt::Display) -> Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{answer}")?;
    Ok(out.flush()?)
}

fn main() -> Result<()> {
    let mut lines = std::io::stdin().lock().lines();
    let first = lines.next().ok_or("nothing was asked")??;
    let mut host = Host::new(serde_json::from_str(&first)?)?;
    say(&KeySet::from_keys([host.key.clone()])?.to_json())?;
    for line in lines {
        let asked: Asked = serde_json::from_str(&line?)?;
        let answer = host.turn(&asked)?;
        say(&answer)?;
    }
    Ok(())
}
