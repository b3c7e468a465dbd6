//! The client role.

use crate::failure::{Result, thrown};
use crate::hub::{Begun, Hub, begun};
use ferroauth::host::{
    Callback, Client, ClientKeys, Key, Keyring, PendingAuthorization, Service, events_json,
};
use napi::bindgen_prelude::{Env, External};
use napi_derive::napi;

/// A client at a provider; `names` says what each of the keys is for.
#[napi(catch_unwind)]
pub fn client(
    service: &External<Service>,
    config: String,
    names: Vec<String>,
    keys: Vec<&External<Key>>,
) -> Result<External<Client>> {
    let mut given = ClientKeys::default();
    for (name, key) in names.iter().zip(keys) {
        given.insert(name, Key::clone(key)).map_err(thrown)?;
    }
    Client::new(service, &config, given).map(External::new).map_err(thrown)
}

/// The client identifier.
#[napi(catch_unwind)]
pub fn client_id(client: &External<Client>) -> String {
    client.client_id().to_owned()
}

/// The thumbprint of the client's certificate.
#[napi(catch_unwind)]
pub fn client_certificate_thumbprint(client: &External<Client>) -> Option<String> {
    client.certificate_thumbprint().map(str::to_owned)
}

/// Begins an authorization.
#[napi(catch_unwind)]
pub fn client_begin(client: &External<Client>, options: String) -> Result<External<PendingAuthorization>> {
    client.begin_authorization(&options).map(External::new).map_err(thrown)
}

/// Opens a sealed authorization.
#[napi(catch_unwind)]
pub fn client_open_pending(
    client: &External<Client>,
    sealed: String,
    keys: &External<Keyring>,
) -> Result<External<PendingAuthorization>> {
    client.open_pending(&sealed, keys).map(External::new).map_err(thrown)
}

/// Finishes an authorization with the callback's parameters, names and values in turn; with its URL: [`crate::finish`].
///
/// As each of those that need the network: with a hub the operation runs, and the promise of its result is returned;
/// without one the operation is, for the caller to carry.
#[napi(catch_unwind)]
pub fn client_finish_parameters(
    env: Env,
    client: &External<Client>,
    pending: &External<PendingAuthorization>,
    parameters: Vec<String>,
    options: String,
    hub: Option<&External<Hub>>,
) -> Result<Begun> {
    let mut pairs = Vec::with_capacity(parameters.len() / 2);
    let mut parts = parameters.into_iter();
    while let (Some(name), Some(value)) = (parts.next(), parts.next()) {
        pairs.push((name, value));
    }
    begun(env, client.finish_authorization(pending, Callback::Parameters(pairs), &options), hub)
}

/// A DPoP proof for a request of the caller's own.
#[napi(catch_unwind)]
pub fn client_dpop_proof(
    client: &External<Client>,
    method: String,
    url: String,
    options: String,
) -> Result<String> {
    client.dpop_proof(&method, &url, &options).map_err(thrown)
}

/// The header fields that show an access token to an API, as JSON text.
#[napi(catch_unwind)]
pub fn client_authorization_headers(
    client: &External<Client>,
    access_token: String,
    method: String,
    url: String,
) -> Result<String> {
    client.authorization_headers(&access_token, &method, &url).map_err(thrown)
}

/// Takes the nonce that an API handed out.
#[napi(catch_unwind)]
pub fn client_remember_dpop_nonce(client: &External<Client>, url: String, nonce: String) -> Result<()> {
    client.remember_dpop_nonce(&url, &nonce).map_err(thrown)
}

/// The key that the client's tokens are bound to.
#[napi(catch_unwind)]
pub fn client_dpop_key(client: &External<Client>) -> Option<External<Key>> {
    client.dpop_key().map(External::new)
}

/// The refresh token grant.
#[napi(catch_unwind)]
pub fn client_refresh(
    env: Env,
    client: &External<Client>,
    token: String,
    options: String,
    hub: Option<&External<Hub>>,
) -> Result<Begun> {
    begun(env, client.refresh(&token, &options), hub)
}

/// An operation that takes nothing but options, by its name in the core.
#[napi(catch_unwind)]
pub fn client_operation(
    env: Env,
    client: &External<Client>,
    name: String,
    options: String,
    hub: Option<&External<Hub>>,
) -> Result<Begun> {
    begun(env, client.operation(&name, &options), hub)
}

/// Token introspection.
#[napi(catch_unwind)]
pub fn client_introspect(
    env: Env,
    client: &External<Client>,
    token: String,
    options: String,
    hub: Option<&External<Hub>>,
) -> Result<Begun> {
    begun(env, client.introspect(&token, &options), hub)
}

/// Token revocation.
#[napi(catch_unwind)]
pub fn client_revoke(
    env: Env,
    client: &External<Client>,
    token: String,
    options: String,
    hub: Option<&External<Hub>>,
) -> Result<Begun> {
    begun(env, client.revoke(&token, &options), hub)
}

/// The userinfo endpoint.
#[napi(catch_unwind)]
pub fn client_userinfo(
    env: Env,
    client: &External<Client>,
    token: String,
    options: String,
    hub: Option<&External<Hub>>,
) -> Result<Begun> {
    begun(env, client.userinfo(&token, &options), hub)
}

/// Where to send the browser; nothing for one that was opened again.
#[napi(catch_unwind)]
pub fn pending_url(pending: &External<PendingAuthorization>) -> Option<String> {
    Some(pending.url()).filter(|url| !url.is_empty()).map(str::to_owned)
}

/// Where to send the user after the login.
#[napi(catch_unwind)]
pub fn pending_return_to(pending: &External<PendingAuthorization>) -> Option<String> {
    pending.return_to().map(str::to_owned)
}

/// When it expires, seconds since the epoch.
#[napi(catch_unwind)]
pub fn pending_url_expires_at(pending: &External<PendingAuthorization>) -> Option<i64> {
    pending.url_expires_at()
}

/// The origin of the message.
#[napi(catch_unwind)]
pub fn pending_response_origin(pending: &External<PendingAuthorization>) -> Option<String> {
    pending.response_origin().map(str::to_owned)
}

/// Where the page goes on.
#[napi(catch_unwind)]
pub fn pending_continue_url(pending: &External<PendingAuthorization>) -> Option<String> {
    pending.continue_url().map(str::to_owned)
}

/// The end of its life, seconds since the epoch.
#[napi(catch_unwind)]
pub fn pending_expires_at(pending: &External<PendingAuthorization>) -> i64 {
    pending.expires_at()
}

/// The state parameter.
#[napi(catch_unwind)]
pub fn pending_state(pending: &External<PendingAuthorization>) -> String {
    pending.state().to_owned()
}

/// That it was begun, as a JSON list of events; empty for one that was opened again.
#[napi(catch_unwind)]
pub fn pending_events(pending: &External<PendingAuthorization>) -> String {
    events_json(pending.event())
}

/// Encrypts for the session.
#[napi(catch_unwind)]
pub fn pending_seal(pending: &External<PendingAuthorization>, keys: &External<Keyring>) -> Result<String> {
    pending.seal(keys).map_err(thrown)
}

/// Keys for sealing, 32 bytes each.
#[napi(catch_unwind)]
pub fn keyring(keys: Vec<&[u8]>) -> Result<External<Keyring>> {
    Keyring::new(keys.into_iter().map(<[u8]>::to_vec).collect()).map(External::new).map_err(thrown)
}
