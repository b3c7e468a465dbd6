//! One HTTP exchange: its checks, its limits, its deadline.

use super::clients::{Clients, Prepared};
use super::deadline::Deadlines;
use super::failure;
use super::resolver::Lookup;
use crate::error::{Error, ErrorCode, Result};
use crate::flow::{Flow, HttpRequest, HttpResponse, Method, NetworkPolicy, Reply, Step, is_private_address};
use crate::types::EndpointUrl;
use std::fmt;
use std::net::IpAddr;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// Bytes of all header fields of a response together. hyper refuses more than 100 fields or 400 KiB
/// while it reads.
const MAX_HEADER_BLOCK: usize = 64 * 1024;

/// Memory set aside for a body before its first byte has come.
const FIRST_CHUNK: usize = 16 * 1024;

/// Carries HTTP exchanges inside a tokio runtime; keeps connections alive between them.
///
/// An engine belongs to the runtime in which it is first used, and a forked child must not use it.
pub struct Engine {
    clients: Clients,
    pub(super) deadlines: Deadlines,
}

impl fmt::Debug for Engine {
    /// Without the clients, whose settings may name a proxy with its password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Engine")
    }
}

impl Default for Engine {
    fn default() -> Self {
        Self::new()
    }
}

impl Engine {
    /// An engine for an asynchronous runtime: names are looked up on the runtime's blocking pool.
    #[must_use]
    pub fn new() -> Self {
        Self::with_lookup(Lookup::OnHelper)
    }

    pub(super) fn with_lookup(lookup: Lookup) -> Self {
        Self { clients: Clients::new(lookup), deadlines: Deadlines::default() }
    }

    /// Carries one request within its policy's deadline.
    ///
    /// # Errors
    /// A row of the category network.
    pub async fn exchange(&self, request: HttpRequest) -> Result<HttpResponse> {
        let deadline = Duration::from_millis(request.network.timeout_ms.into());
        let acts = request.method != Method::Get;
        let carried = pin!(self.carry(request));
        let carried = self.deadlines.within(deadline, carried).await;
        carried.unwrap_or_else(|| Err(failure::lost(ErrorCode::NetworkTimeout, acts)))
    }

    async fn carry(&self, request: HttpRequest) -> Result<HttpResponse> {
        let (network, target) = (Arc::clone(&request.network), request.url.clone());
        let acts = request.method != Method::Get;
        // reqwest asks no resolver about an address that is written in the URL.
        check_address(target.address(), &target, &network)?;
        let prepared = self.clients.find(&target, &network, request.certificate.as_ref())?;
        let response = send(&prepared, outgoing(request)).await?;
        prepared.used.store(true, Ordering::Relaxed);
        if !prepared.uses_proxy() {
            check_peer(&response, &target, &network)?;
        }
        collect(response, network.max_body, acts).await
    }
}

/// Runs a flow in the caller's tokio runtime, which needs its I/O and time drivers enabled.
///
/// Dropping the future cancels the exchange that is under way.
///
/// # Errors
/// The flow's own error.
///
/// ```
/// use ferroauth::drivers::{Engine, run_async};
/// use ferroauth::flow::Flow;
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
/// let answer = runtime.block_on(run_async(&Engine::new(), Flow::ready(Ok(42))))?;
/// assert_eq!(answer, 42);
/// # Ok(())
/// # }
/// ```
pub async fn run_async<T: Send + 'static>(engine: &Engine, mut flow: Flow<T>) -> Result<T> {
    let mut reply = None;
    loop {
        reply = Some(match flow.advance(reply)? {
            Step::Done(value) => return Ok(value),
            Step::Sleep(duration) => {
                tokio::time::sleep(duration).await;
                Reply::Slept
            }
            Step::Http(request) => into_reply(engine.exchange(request).await),
        });
    }
}

pub(super) fn into_reply(result: Result<HttpResponse>) -> Reply {
    match result {
        Ok(response) => Reply::Http(response),
        Err(error) => Reply::Failed(error),
    }
}

/// The resolver lets only vetted addresses through; this holds if a later reqwest should go around it.
fn check_peer(response: &reqwest::Response, target: &EndpointUrl, network: &NetworkPolicy) -> Result<()> {
    check_address(response.remote_addr().map(|peer| peer.ip()), target, network)
}

fn check_address(address: Option<IpAddr>, target: &EndpointUrl, network: &NetworkPolicy) -> Result<()> {
    let allowed = |ip: IpAddr| {
        network.allow_private || !is_private_address(ip) || (target.is_loopback() && ip.is_loopback())
    };
    if address.is_none_or(allowed) { Ok(()) } else { Err(Error::new(ErrorCode::NetworkPrivateAddress)) }
}

fn outgoing(request: HttpRequest) -> reqwest::Request {
    let method = match request.method {
        Method::Get => http::Method::GET,
        Method::Post => http::Method::POST,
        Method::Put => http::Method::PUT,
        Method::Delete => http::Method::DELETE,
    };
    let mut outgoing = reqwest::Request::new(method, request.url.url().clone());
    *outgoing.headers_mut() = request.headers;
    if !request.body.is_empty() {
        *outgoing.body_mut() = Some(request.body.into());
    }
    outgoing
}

async fn send(prepared: &Prepared, request: reqwest::Request) -> Result<reqwest::Response> {
    // A server may close an idle connection at any moment, and the request then is answered by
    // nothing. That also is the answer of a server that acted and died; so only a GET is sent again.
    let stale_possible = prepared.used.load(Ordering::Relaxed);
    let acts = *request.method() != http::Method::GET;
    let repeatable = stale_possible && !acts;
    let again = if repeatable { request.try_clone().map(Box::new) } else { None };
    let error = match prepared.client.execute(request).await {
        Ok(response) => return Ok(response),
        Err(error) => failure::before_response(&error, acts),
    };
    match again {
        Some(again) if error.code() == ErrorCode::NetworkProtocol => {
            prepared.client.execute(*again).await.map_err(|error| failure::before_response(&error, acts))
        }
        _ => Err(error),
    }
}

async fn collect(mut response: reqwest::Response, limit: usize, acts: bool) -> Result<HttpResponse> {
    let status = response.status().as_u16();
    let size: usize = response.headers().iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    if size > MAX_HEADER_BLOCK {
        return Err(Error::with(ErrorCode::NetworkTooLarge, "header fields"));
    }
    let announced = usize::try_from(response.content_length().unwrap_or(0)).unwrap_or(usize::MAX);
    if announced > limit {
        return Err(Error::with(ErrorCode::NetworkTooLarge, "body"));
    }
    let headers = std::mem::take(response.headers_mut());
    // A server may announce much and send nothing.
    let mut body = Vec::with_capacity(announced.min(FIRST_CHUNK));
    while let Some(chunk) = response.chunk().await.map_err(|_| failure::within_body(acts))? {
        if body.len() + chunk.len() > limit {
            return Err(Error::with(ErrorCode::NetworkTooLarge, "body"));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(HttpResponse { status, headers, body })
}
