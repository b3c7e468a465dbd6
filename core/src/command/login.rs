//! `login` and `local-redirect`: the loopback receiver from the command line.

use super::{Failure, Tick, browser, files, tokens::pretty};
use crate::client::{Client, ClientConfig, TokenSet};
use crate::drivers::{LoopbackOptions, LoopbackReceiver, run_blocking_with};
use crate::flow::NetworkPolicy;
use crate::services::{Service, ServiceOptions};
use crate::{AuthorizationRequest, ErrorCode};
use clap::ArgMatches;
use serde_json::{Value, json};
use std::io::Write as _;
use std::time::Duration;

const SHOWN: &str = "***";

/// Logs a user in at a provider and answers with what came of it, without the tokens unless they are asked for.
pub(super) fn login(given: &ArgMatches, tick: Tick<'_>) -> Result<String, Failure> {
    let text = |name: &str| given.get_one::<String>(name).map(String::as_str);
    let network =
        NetworkPolicy { allow_private: given.get_flag("allow-private"), ..NetworkPolicy::default() };
    let options = ServiceOptions { network, ..ServiceOptions::default() };
    let secret = text("client-secret-file").map(files::secret).transpose()?;
    let discovery = Service::discover(text("issuer").unwrap_or_default(), &options)?;
    let service = run_blocking_with(discovery, &mut *tick)?;

    let receiver = LoopbackReceiver::bind(&LoopbackOptions {
        host: if given.get_flag("localhost") { "localhost" } else { "127.0.0.1" }.to_owned(),
        port: given.get_one("port").copied().unwrap_or_default(),
        path: text("path").unwrap_or("/callback").to_owned(),
    })?;
    let mut config =
        ClientConfig::new(text("client-id").unwrap_or_default()).redirect_uri(receiver.redirect_uri())?;
    if let Some(secret) = secret {
        config = config.secret(secret.expose());
    }
    let client = Client::new(service, config)?;
    let scopes: Vec<&String> = given.get_many("scope").map(Iterator::collect).unwrap_or_default();
    let scopes: Vec<&str> =
        if scopes.is_empty() { vec!["openid"] } else { scopes.into_iter().map(String::as_str).collect() };
    let pending = client.begin_authorization(&AuthorizationRequest::scopes(scopes))?;
    say(&format!("Open this address in a browser:\n\n  {}\n\n", pending.url()));
    if !given.get_flag("no-browser") && browser::is_at_hand() {
        browser::open(pending.url());
    }

    let patience =
        given.get_one::<u32>("timeout").copied().map(|seconds| Duration::from_secs(seconds.into()));
    let callback = run_blocking_with(receiver.receive(Some(pending.state()), patience), &mut *tick)?;
    let tokens = run_blocking_with(client.finish_authorization(pending, callback), &mut *tick)?;
    if let Some(path) = text("out") {
        files::write_private(path, &pretty(&whole(&tokens)))?;
    }
    Ok(pretty(&if given.get_flag("show-tokens") { whole(&tokens) } else { without_tokens(&tokens) }))
}

fn whole(tokens: &TokenSet) -> Value {
    serde_json::from_str(&tokens.to_json()).unwrap_or_default()
}

/// Members beyond the known ones are named and not shown: nobody knows which of them are secret.
fn without_tokens(tokens: &TokenSet) -> Value {
    let claims = tokens.id_token().map(|token| &token.verified().claims_json);
    json!({
        "access_token": SHOWN,
        "refresh_token": tokens.refresh_token().map(|_| SHOWN),
        "expires_at": tokens.expires_at(),
        "scopes": tokens.scopes(),
        "id_token": claims.and_then(|claims| serde_json::from_str::<Value>(claims).ok()),
        "extra": tokens.extra().keys().collect::<Vec<_>>(),
    })
}

/// Redirects what comes to this machine to a development site, as CiviCRM's `local-redir` does.
pub(super) fn redirect(given: &ArgMatches, tick: Tick<'_>) -> Result<String, Failure> {
    let text = |name: &str| given.get_one::<String>(name).map(String::as_str).unwrap_or_default();
    let wrong = || Failure::Usage("--listen is HOST:PORT, for example localhost:3000".into());
    let (host, port) = text("listen").rsplit_once(':').ok_or_else(wrong)?;
    let options = LoopbackOptions {
        host: host.trim_start_matches('[').trim_end_matches(']').to_owned(),
        port: port.parse().map_err(|_| wrong())?,
        path: "/".to_owned(),
    };
    let receiver = LoopbackReceiver::bind(&options)?;
    let seconds = given.get_one::<u32>("timeout").map(|seconds| Duration::from_secs((*seconds).into()));
    let flow = receiver.forward(text("to"), seconds)?;
    say(&format!("{} goes to {}\n", receiver.redirect_uri(), text("to")));
    let count = match run_blocking_with(flow, tick) {
        // Interrupted: that is how it usually ends.
        Err(error) if error.code() == ErrorCode::InternalClosed => return Ok(String::new()),
        done => done?,
    };
    Ok(format!("{count} requests\n"))
}

/// Something for the user while the tool still runs. An output that is closed is no reason to end.
fn say(text: &str) {
    let mut out = std::io::stderr().lock();
    let _: std::io::Result<()> = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}
