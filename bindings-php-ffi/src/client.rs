//! The client role. Everything that needs the network is a flow; see [`crate::flow`].

use crate::failure::{Failure, guard, text};
use crate::flow::put_flow;
use crate::handles;
use crate::interned::{self, Identity};
use ferroauth::host::{
    Callback, Client, ClientKeys, Key, Keyring, Operation, PendingAuthorization, Service, events_json,
};
use ferroauth::{Error, ErrorCode, Result};
use serde_json::json;
use std::collections::BTreeMap;

/// A client at a provider; `keys` is a JSON object of what each key is for, with its handle, or empty.
#[uniffi::export]
pub fn client_new(service: u64, config: &[u8], keys: &[u8]) -> Result<u64, Failure> {
    guard(|| {
        let provider: Service = handles::get(service)?;
        let keys: BTreeMap<String, u64> = match keys {
            [] => BTreeMap::new(),
            keys => serde_json::from_slice(keys).map_err(|_| argument("keys"))?,
        };
        let mut given = ClientKeys::default();
        let mut identity = handles::entry(service)?
            .identity
            .and_then(|provider| Identity::of("client", &[provider.bytes(), config]));
        for (name, handle) in &keys {
            let key = handles::entry(*handle)?.identity;
            identity = identity.zip(key).and_then(|(client, key)| {
                Identity::of("client with a key", &[client.bytes(), name.as_bytes(), key.bytes()])
            });
            given.insert(name, handles::get::<Key>(*handle)?)?;
        }
        let client =
            interned::or_build(identity.as_ref(), || Client::new(&provider, text("config", config)?, given))?;
        handles::put(client, identity)
    })
}

/// The client identifier and the thumbprint of the certificate, as JSON.
#[uniffi::export]
pub fn client_describe(client: u64) -> Result<String, Failure> {
    guard(|| {
        let client: Client = handles::get(client)?;
        let described = json!({
            "client_id": client.client_id(),
            "certificate_thumbprint": client.certificate_thumbprint(),
        });
        Ok(described.to_string())
    })
}

/// Begins an authorization.
#[uniffi::export]
pub fn client_begin_authorization(client: u64, options: &[u8]) -> Result<u64, Failure> {
    guard(|| {
        let pending = handles::get::<Client>(client)?.begin_authorization(text("options", options)?)?;
        handles::put(pending, None)
    })
}

/// Opens a sealed pending authorization.
#[uniffi::export]
pub fn client_open_pending(client: u64, sealed: &[u8], keyring: u64) -> Result<u64, Failure> {
    guard(|| {
        let keys: Keyring = handles::get(keyring)?;
        let pending = handles::get::<Client>(client)?.open_pending(text("sealed", sealed)?, &keys)?;
        handles::put(pending, None)
    })
}

/// Where to send the browser, the state, the return address and the end of life, as JSON.
#[uniffi::export]
pub fn pending_describe(pending: u64) -> Result<String, Failure> {
    guard(|| {
        let pending: PendingAuthorization = handles::get(pending)?;
        Ok(json!({
            "url": pending.url(),
            "state": pending.state(),
            "return_to": pending.return_to(),
            "expires_at": pending.expires_at(),
            "url_expires_at": pending.url_expires_at(),
            "response_origin": pending.response_origin(),
            "continue_url": pending.continue_url(),
        })
        .to_string())
    })
}

/// That an authorization was begun, as a JSON list of events; empty for one that was opened again.
#[uniffi::export]
pub fn pending_events(pending: u64) -> Result<String, Failure> {
    guard(|| Ok(events_json(handles::get::<PendingAuthorization>(pending)?.event())))
}

/// Seals a pending authorization into a text for the session.
#[uniffi::export]
pub fn pending_seal(pending: u64, keyring: u64) -> Result<String, Failure> {
    guard(|| {
        let keys: Keyring = handles::get(keyring)?;
        handles::get::<PendingAuthorization>(pending)?.seal(&keys)
    })
}

/// Keys that seal pending authorizations, as a JSON list of hexadecimal texts; the first one seals.
#[uniffi::export]
pub fn keyring_new(keys: &[u8]) -> Result<u64, Failure> {
    guard(|| {
        let identity = Identity::of("keyring", &[keys]);
        let ring = interned::or_build(identity.as_ref(), || {
            let list: Vec<String> = serde_json::from_slice(keys).map_err(|_| argument("keys"))?;
            Keyring::new(list.iter().map(|key| unhex(key)).collect::<Result<_>>()?)
        })?;
        handles::put(ring, identity)
    })
}

/// Finishes an authorization from the callback's URL.
#[uniffi::export]
pub fn client_finish_url(client: u64, pending: u64, url: &[u8], options: &[u8]) -> Result<u64, Failure> {
    guard(|| put_flow(finish_url(client, pending, url, options)?))
}

/// Finishes an authorization from the callback's parameters, a JSON list of pairs.
#[uniffi::export]
pub fn client_finish_parameters(
    client: u64,
    pending: u64,
    parameters: &[u8],
    options: &[u8],
) -> Result<u64, Failure> {
    guard(|| put_flow(finish_parameters(client, pending, parameters, options)?))
}

/// A DPoP proof for a request of the caller's own.
#[uniffi::export]
pub fn client_dpop_proof(client: u64, method: &[u8], url: &[u8], options: &[u8]) -> Result<String, Failure> {
    guard(|| {
        let client: Client = handles::get(client)?;
        client.dpop_proof(text("method", method)?, text("url", url)?, text("options", options)?)
    })
}

/// The header fields that show an access token to an API, as JSON.
#[uniffi::export]
pub fn client_authorization_headers(
    client: u64,
    access_token: &[u8],
    method: &[u8],
    url: &[u8],
) -> Result<String, Failure> {
    guard(|| {
        let client: Client = handles::get(client)?;
        let access_token = text("access_token", access_token)?;
        client.authorization_headers(access_token, text("method", method)?, text("url", url)?)
    })
}

/// Takes the nonce that an API handed out.
#[uniffi::export]
pub fn client_remember_dpop_nonce(client: u64, url: &[u8], nonce: &[u8]) -> Result<(), Failure> {
    guard(|| handles::get::<Client>(client)?.remember_dpop_nonce(text("url", url)?, text("nonce", nonce)?))
}

/// A handle of the key that the client's tokens are bound to; 0 without one.
#[uniffi::export]
pub fn client_dpop_key(client: u64) -> Result<u64, Failure> {
    guard(|| match handles::get::<Client>(client)?.dpop_key() {
        Some(key) => handles::put(key, None),
        None => Ok(0),
    })
}

/// Refreshes.
#[uniffi::export]
pub fn client_refresh(client: u64, refresh_token: &[u8], options: &[u8]) -> Result<u64, Failure> {
    guard(|| put_flow(with_token(client, refresh_token, options, Client::refresh)?))
}

/// An operation that takes nothing but options, by its name in the core.
#[uniffi::export]
pub fn client_operation(client: u64, name: &[u8], options: &[u8]) -> Result<u64, Failure> {
    guard(|| put_flow(operation(client, name, options)?))
}

/// Introspection.
#[uniffi::export]
pub fn client_introspect(client: u64, token: &[u8], options: &[u8]) -> Result<u64, Failure> {
    guard(|| put_flow(with_token(client, token, options, Client::introspect)?))
}

/// Revocation.
#[uniffi::export]
pub fn client_revoke(client: u64, token: &[u8], options: &[u8]) -> Result<u64, Failure> {
    guard(|| put_flow(with_token(client, token, options, Client::revoke)?))
}

/// Userinfo.
#[uniffi::export]
pub fn client_userinfo(client: u64, access_token: &[u8], options: &[u8]) -> Result<u64, Failure> {
    guard(|| put_flow(with_token(client, access_token, options, Client::userinfo)?))
}

/// Begins the operation of a number that is known on both sides, the generated PHP file being the other one.
/// `text` is the callback's URL, the callback's parameters, the token, or the name
/// of an operation that takes nothing but options.
pub(crate) fn begin(
    operation: i8,
    client: u64,
    pending: u64,
    text: &[u8],
    options: &[u8],
) -> Result<Operation> {
    match operation {
        0 => finish_url(client, pending, text, options),
        1 => finish_parameters(client, pending, text, options),
        2 => with_token(client, text, options, Client::refresh),
        3 => self::operation(client, text, options),
        4 => with_token(client, text, options, Client::introspect),
        5 => with_token(client, text, options, Client::revoke),
        6 => with_token(client, text, options, Client::userinfo),
        _ => Err(argument("operation")),
    }
}

fn finish_url(client: u64, pending: u64, url: &[u8], options: &[u8]) -> Result<Operation> {
    // What the browser sent, so bytes that are no text are the browser's doing and not the caller's.
    let url = std::str::from_utf8(url).map_err(|_| Error::new(ErrorCode::CallbackMalformed))?;
    let pending: PendingAuthorization = handles::get(pending)?;
    let callback = Callback::Url(url.to_owned());
    Ok(handles::get::<Client>(client)?.finish_authorization(&pending, callback, text("options", options)?))
}

fn finish_parameters(client: u64, pending: u64, parameters: &[u8], options: &[u8]) -> Result<Operation> {
    let pairs: Vec<(String, String)> =
        serde_json::from_slice(parameters).map_err(|_| argument("parameters"))?;
    let pending: PendingAuthorization = handles::get(pending)?;
    let (client, options) = (handles::get::<Client>(client)?, text("options", options)?);
    Ok(client.finish_authorization(&pending, Callback::Parameters(pairs), options))
}

fn operation(client: u64, name: &[u8], options: &[u8]) -> Result<Operation> {
    Ok(handles::get::<Client>(client)?.operation(text("name", name)?, text("options", options)?))
}

fn with_token(
    client: u64,
    token: &[u8],
    options: &[u8],
    begin: impl FnOnce(&Client, &str, &str) -> Operation,
) -> Result<Operation> {
    let client: Client = handles::get(client)?;
    Ok(begin(&client, text("token", token)?, text("options", options)?))
}

fn argument(label: &'static str) -> Error {
    Error::with(ErrorCode::InternalArgument, label)
}

fn unhex(text: &str) -> Result<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let mut pairs = text.as_bytes().chunks_exact(2);
    let bytes = pairs
        .by_ref()
        .map(|pair| match pair {
            [high, low] => Some(digit(*high)? << 4 | digit(*low)?),
            _ => None,
        })
        .collect::<Option<Vec<u8>>>();
    bytes.filter(|_| pairs.remainder().is_empty()).ok_or_else(|| argument("keys"))
}
