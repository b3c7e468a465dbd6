//! What one code exchange costs on a connection that is kept alive: raw reqwest, and ferroauth.

use crate::Result;
use crate::worker::{Exchange, Input};
use ferroauth::host::{Callback, Client, Outcome, PendingAuthorization, Service};
use std::sync::Arc;

const CODE: &str = "SplxlOBeZQQYbYS6WxSbIA";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

/// The same request and the same parsing of the answer, with nothing checked.
pub(crate) fn reqwest(input: &Input) -> Result<Exchange> {
    // Only plain http is spoken here, but reqwest wants to know whose TLS it would be.
    rustls::crypto::aws_lc_rs::default_provider().install_default().ok();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let client = reqwest::Client::builder().no_proxy().build()?;
    let url = input.text(&["token_endpoint"])?.to_owned();
    let (id, secret) = (input.text(&["client_id"])?.to_owned(), input.text(&["client_secret"])?.to_owned());
    let form = format!(
        "grant_type=authorization_code&code={CODE}&redirect_uri=https%3A%2F%2Fapp.example.com%2Fcallback&code_verifier={VERIFIER}"
    );
    Ok(Exchange {
        prepare: Box::new(|| Ok(None)),
        run: Box::new(move |_| {
            let reply = client
                .post(&url)
                .basic_auth(&id, Some(&secret))
                .header("accept", "application/json")
                .header("content-type", "application/x-www-form-urlencoded")
                .body(form.clone());
            let bytes = runtime.block_on(async { reply.send().await?.error_for_status()?.bytes().await })?;
            let reply: serde_json::Value = serde_json::from_slice(&bytes)?;
            reply.get("access_token").map(|_| ()).ok_or_else(|| "no token".into())
        }),
    })
}

/// What a prepared exchange starts from.
pub(crate) type Ready = Option<(PendingAuthorization, Callback)>;

/// Callback parsed, code redeemed, reply checked.
pub(crate) fn ferroauth(input: &Input) -> Result<Exchange> {
    let issuer = input.text(&["provider"])?;
    let metadata = serde_json::json!({
        "issuer": issuer, "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": input.text(&["token_endpoint"])?, "response_types_supported": ["code"],
        "code_challenge_methods_supported": ["S256"],
    });
    let redirect_uri = input.text(&["redirect_uri"])?.to_owned();
    let config = serde_json::json!({
        "client_id": input.text(&["client_id"])?, "client_secret": input.text(&["client_secret"])?, "redirect_uri": redirect_uri,
    });
    let client = Arc::new(Client::new(
        &Service::from_json(&metadata.to_string())?,
        &config.to_string(),
        Default::default(),
    )?);
    let starter = Arc::clone(&client);
    Ok(Exchange {
        prepare: Box::new(move || {
            let pending = starter.begin_authorization(r#"{"scopes": ["all"]}"#)?;
            let url = format!("{redirect_uri}?code={CODE}&state={}", pending.state());
            Ok(Some((pending, Callback::Url(url))))
        }),
        run: Box::new(move |ready| {
            let (pending, callback) = ready.as_ref().ok_or("nothing prepared")?;
            match ferroauth::drivers::run_blocking(client.finish_authorization(
                pending,
                callback.clone(),
                "",
            ))? {
                Outcome::Tokens(tokens) if !tokens.access_token().expose().is_empty() => Ok(()),
                _ => Err("not a token set".into()),
            }
        }),
    })
}
