//! `keygen` and `jwks`.

use super::{Failure, files, show, tokens::pretty};
use crate::clock::Clock;
use crate::drivers::run_blocking;
use crate::flow::{Flow, NetworkPolicy};
use crate::jose::{Algorithm, Key, KeySet};
use crate::jwks::{KeySource, Location};
use crate::types::{EndpointUrl, Issuer};
use clap::ArgMatches;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::sync::Arc;

/// Makes a key; the answer is the private key, or the public one if the private key went to a file.
pub(super) fn generate(given: &ArgMatches) -> Result<String, Failure> {
    let text = |name: &str| given.get_one::<String>(name).map(String::as_str);
    let algorithm: Algorithm = text("algorithm").unwrap_or_default().parse()?;
    let fresh =
        if algorithm.is_symmetric() { Key::generate_secret(algorithm)? } else { Key::generate(algorithm)? };
    let kid = match text("kid") {
        Some(kid) => Some(kid.to_owned()),
        None if algorithm.is_symmetric() => None,
        None => Some(fresh.thumbprint()?),
    };
    let key = match kid {
        Some(kid) => fresh.with_kid(&kid)?,
        None => fresh,
    };
    let private = match (text("format"), files::passphrase(given)?) {
        (Some("pem"), Some(passphrase)) => key.private_pem_with(passphrase.expose().as_bytes())?,
        (Some("pem"), None) => key.private_pem()?,
        (_, None) => key.private_jwk()?,
        (_, Some(_)) => return Err(Failure::Usage("a passphrase needs --format pem".into())),
    };
    let ended = if private.expose().ends_with('\n') { "" } else { "\n" };
    let Some(path) = text("out") else { return Ok(format!("{}{ended}", private.expose())) };
    files::write_private(path, &format!("{}{ended}", private.expose()))?;
    if algorithm.is_symmetric() {
        return Ok(String::new());
    }
    Ok(format!("{}\n", key.public_jwk()?))
}

/// A public JWK set, of files or of a provider.
pub(super) fn publish(given: &ArgMatches) -> Result<String, Failure> {
    let network =
        NetworkPolicy { allow_private: given.get_flag("allow-private"), ..NetworkPolicy::default() };
    let text = |name: &str| given.get_one::<String>(name).map(String::as_str);
    let location = match (text("issuer"), text("url")) {
        (Some(issuer), _) => Some(Location::Issuer(Issuer::parse(issuer, &network)?)),
        (None, Some(url)) => Some(Location::Url(EndpointUrl::parse(url, &network)?)),
        (None, None) => None,
    };
    let sets = match location {
        Some(location) => vec![fetch(location, network)?],
        None => {
            let paths: Vec<&String> = given.get_many("files").map(Iterator::collect).unwrap_or_default();
            if paths.is_empty() {
                return Err(Failure::Usage("say which files, or --issuer, or --url".into()));
            }
            let passphrase = files::passphrase(given)?;
            paths.into_iter().map(|path| files::keys(path, passphrase.as_ref())).collect::<Result<_, _>>()?
        }
    };
    let keys: Vec<&Key> = sets.iter().flat_map(KeySet::keys).collect();
    let members = keys
        .iter()
        .map(|key| Ok(serde_json::from_str::<Value>(&key.public_jwk()?).unwrap_or_default()))
        .collect::<Result<Vec<Value>, Failure>>()?;
    if !given.get_flag("list") {
        return Ok(pretty(&json!({ "keys": members })));
    }
    let mut out = format!("{:<44} {:<14} {:<10} thumbprint\n", "kid", "kind", "alg");
    for (key, member) in keys.iter().zip(&members) {
        let member = |name: &str| member.get(name).and_then(Value::as_str).map(show::plain);
        let kind = [member("kty"), member("crv")].into_iter().flatten().collect::<Vec<_>>().join(" ");
        let named = |name: &str| member(name).unwrap_or_else(|| "-".into());
        let _ = writeln!(out, "{:<44} {kind:<14} {:<10} {}", named("kid"), named("alg"), key.thumbprint()?);
    }
    Ok(out)
}

fn fetch(location: Location, network: NetworkPolicy) -> Result<KeySet, Failure> {
    let source = KeySource::new(location, Arc::new(network), Clock::system());
    let keys = run_blocking(Flow::new(|io| async move { source.keys(&io, None).await }))?;
    Ok(KeySet::clone(&keys))
}
