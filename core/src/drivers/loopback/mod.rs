//! The loopback receiver of native applications and of local development, RFC 8252 section 7.3: a small server on this
//! machine that takes the authorization response from the user's browser.
//!
//! Whatever runs on this machine can connect to it, and any page in the user's browser can send requests to it. So it
//! answers nothing but its own address (`Host`, against rebinding), its one path, and navigations (`Sec-Fetch-Mode`);
//! repeats nothing of a request in its answers; bounds every request in size and time; and is gone after the one response
//! it waited for. Whether that response belongs to the request is decided where all responses are: in
//! `finish_authorization`.
//!
//! It is a flow that waits in short steps, and its sockets never block. So it runs wherever flows run: on the caller's
//! thread in Python and PHP, out of the event loop in Node, and a host that carries flows itself only has to sleep.

mod answer;
mod conversation;
mod request;

use crate::error::{Error, ErrorCode, Result};
use crate::flow::{Flow, Io};
use crate::types::{RedirectReason, RedirectUri};
use answer::Rules;
use conversation::{Conversation, Turn};
use serde::Deserialize;
use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// From one look at the sockets to the next: while nobody is connected, and while somebody is.
const IDLE: Duration = Duration::from_millis(25);
const BUSY: Duration = Duration::from_millis(5);

/// Connections at a time. Browsers open some that they never use.
const MAX_CONVERSATIONS: usize = 32;

/// Tries for a port that is free for both families.
const PORT_TRIES: usize = 16;

/// Where a user's time ends if nothing else is said.
const DEFAULT_PATIENCE: Duration = Duration::from_secs(300);
const MAX_PATIENCE_MS: u64 = 24 * 3600 * 1000;

/// Where the receiver listens.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LoopbackOptions {
    /// `127.0.0.1`, `::1`, or `localhost`, which listens on both where the machine has both. Some authorization servers know
    /// none but `localhost`; RFC 8252 section 8.3 advises against it.
    pub host: String,
    /// 0 for a free one.
    pub port: u16,
    /// The path of the redirect URI.
    pub path: String,
}

impl Default for LoopbackOptions {
    fn default() -> Self {
        Self { host: "127.0.0.1".to_owned(), port: 0, path: "/callback".to_owned() }
    }
}

/// A server on loopback for one authorization response, or for requests to be forwarded.
///
/// ```
/// use ferroauth::drivers::{LoopbackOptions, LoopbackReceiver};
/// let receiver = LoopbackReceiver::bind(&LoopbackOptions::default()).unwrap();
/// assert!(receiver.redirect_uri().starts_with("http://127.0.0.1:"));
/// receiver.close();
/// ```
#[derive(Clone)]
pub struct LoopbackReceiver(Arc<Inner>);

struct Inner {
    /// Taken by the one operation that serves them.
    listeners: Mutex<Option<Vec<TcpListener>>>,
    redirect_uri: String,
    port: u16,
    authority: String,
    path: String,
    closed: AtomicBool,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Patience {
    timeout_ms: Option<u64>,
    state: Option<String>,
}

impl LoopbackReceiver {
    /// Begins to listen.
    ///
    /// # Errors
    /// `config.invalid` for another host or a path that is none, `callback.listen` if the port is taken or the machine
    /// refuses.
    pub fn bind(options: &LoopbackOptions) -> Result<Self> {
        let addresses: &[IpAddr] = match options.host.as_str() {
            "127.0.0.1" => &[IpAddr::V4(Ipv4Addr::LOCALHOST)],
            "::1" | "[::1]" => &[IpAddr::V6(Ipv6Addr::LOCALHOST)],
            "localhost" => &[IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)],
            _ => return Err(Error::with(ErrorCode::ConfigInvalid, "host is 127.0.0.1, ::1 or localhost")),
        };
        let (port, listeners) = listen(addresses, options.port)?;
        let host = if options.host == "::1" { "[::1]" } else { options.host.as_str() };
        // As browsers write it.
        let authority = if port == 80 { host.to_owned() } else { format!("{host}:{port}") };
        let redirect_uri = format!("http://{authority}{}", options.path);
        let class = RedirectUri::classify(&redirect_uri);
        if !options.path.starts_with('/') || !class.accepted() || options.path.contains(['?', '%']) {
            return Err(Error::with(ErrorCode::ConfigInvalid, "path is no plain absolute path"));
        }
        Ok(Self(Arc::new(Inner {
            listeners: Mutex::new(Some(listeners)),
            redirect_uri,
            port,
            authority,
            path: options.path.clone(),
            closed: AtomicBool::new(false),
        })))
    }

    /// As [`LoopbackReceiver::bind`], with the options as JSON text.
    ///
    /// # Errors
    /// As there.
    pub fn from_json(options: &str) -> Result<Self> {
        Self::bind(&parse::<LoopbackOptions>(options)?)
    }

    /// The redirect URI to register and to give to the client.
    #[must_use]
    pub fn redirect_uri(&self) -> &str {
        &self.0.redirect_uri
    }

    /// The port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.0.port
    }

    /// Waits for one authorization response, shows the user a page that says so, closes, and returns what
    /// `finish_authorization` takes: the URL, or the form of `response_mode=form_post`.
    ///
    /// With `state`, a response to another request is refused and waiting goes on, so that another page of the user's
    /// browser cannot end it. A signed response (JARM) has its state inside.
    ///
    /// # Errors
    /// `callback.timeout`; `internal.closed` if it was closed, or serves already.
    #[must_use]
    pub fn receive(&self, state: Option<&str>, patience: Option<Duration>) -> Flow<String> {
        let rules = Rules::Receive {
            authority: self.0.authority.clone(),
            path: self.0.path.clone(),
            redirect_uri: self.0.redirect_uri.clone(),
            state: state.map(crate::secret::Secret::new),
        };
        let receiver = self.clone();
        let until = patience.unwrap_or(DEFAULT_PATIENCE);
        Flow::new(|io| async move {
            let (response, _) = receiver.serve(&io, rules, Some(until)).await?;
            response.ok_or_else(|| Error::new(ErrorCode::CallbackTimeout))
        })
    }

    /// As [`LoopbackReceiver::receive`], with `{"state"?, "timeout_ms"?}`.
    ///
    /// # Errors
    /// `config.invalid`.
    pub fn receive_with(&self, options: &str) -> Result<Flow<String>> {
        let (given, patience) = patience(options)?;
        Ok(self.receive(given.state.as_deref(), patience))
    }

    /// Answers every request with a redirect to `to`, its query kept, until it is closed or the time is over; returns how
    /// many there were. This is for a development site whose authorization server accepts loopback alone, as CiviCRM's
    /// `local-redir` is.
    ///
    /// # Errors
    /// `config.url` if `to` is no http or https URL without user information and fragment; `internal.closed` as above.
    pub fn forward(&self, to: &str, patience: Option<Duration>) -> Result<Flow<u64>> {
        let class = RedirectUri::classify(to);
        let wrong = class.reasons.iter().find(|why| why.refuses() && **why != RedirectReason::PlainHttp);
        if let Some(reason) = wrong {
            return Err(Error::with(ErrorCode::ConfigUrl, reason.words()));
        }
        if !matches!(class.scheme.as_deref(), Some("http" | "https")) {
            return Err(Error::with(ErrorCode::ConfigUrl, "the scheme is neither http nor https"));
        }
        let rules = Rules::Forward { authority: self.0.authority.clone(), to: to.to_owned() };
        let receiver = self.clone();
        Ok(Flow::new(move |io| async move {
            let (_, count) = receiver.serve(&io, rules, patience).await?;
            Ok(count)
        }))
    }

    /// As [`LoopbackReceiver::forward`], with `{"timeout_ms"?}`.
    ///
    /// # Errors
    /// `config.*`.
    pub fn forward_with(&self, to: &str, options: &str) -> Result<Flow<u64>> {
        let (given, patience) = patience(options)?;
        if given.state.is_some() {
            return Err(Error::with(ErrorCode::ConfigInvalid, "forwarding knows no state"));
        }
        self.forward(to, patience)
    }

    /// Ends whatever is served, and stops listening. Closing twice does nothing.
    pub fn close(&self) {
        self.0.closed.store(true, Ordering::Relaxed);
        drop(self.take());
    }

    fn take(&self) -> Option<Vec<TcpListener>> {
        self.0.listeners.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Serves until a response has come, the time is over, or the receiver was closed. The sockets are closed with the flow,
    /// whatever ends it.
    async fn serve(self, io: &Io, rules: Rules, patience: Option<Duration>) -> Result<(Option<String>, u64)> {
        let closed = || Error::with(ErrorCode::InternalClosed, "the receiver is closed, or serves already");
        let listeners = self.take().ok_or_else(closed)?;
        let deadline = patience.and_then(|patience| Instant::now().checked_add(patience));
        let mut conversations: Vec<Conversation> = Vec::new();
        let mut count = 0_u64;
        loop {
            if self.0.closed.load(Ordering::Relaxed) {
                return if matches!(rules, Rules::Forward { .. }) {
                    Ok((None, count))
                } else {
                    Err(closed())
                };
            }
            accept(&listeners, &mut conversations);
            let now = Instant::now();
            let mut response = None;
            conversations.retain_mut(|conversation| match conversation.turn(&rules, now) {
                Turn::Waiting => true,
                Turn::Ended => false,
                Turn::Served(received) => {
                    count += 1;
                    response = received.or(response.take());
                    false
                }
            });
            if response.is_some() {
                return Ok((response, count));
            }
            if deadline.is_some_and(|deadline| now >= deadline) {
                return Ok((None, count));
            }
            let left = deadline.map_or(IDLE, |deadline| deadline.saturating_duration_since(now));
            let pause = if conversations.is_empty() { IDLE } else { BUSY };
            io.sleep(pause.min(left)).await?;
        }
    }
}

impl std::fmt::Debug for LoopbackReceiver {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "LoopbackReceiver({})", self.0.redirect_uri)
    }
}

fn parse<T: serde::de::DeserializeOwned + Default>(text: &str) -> Result<T> {
    if text.is_empty() {
        return Ok(T::default());
    }
    serde_json::from_str(text).map_err(|_| {
        Error::with(
            ErrorCode::ConfigInvalid,
            "loopback receiver: an unknown option, or a value of the wrong type",
        )
    })
}

fn patience(options: &str) -> Result<(Patience, Option<Duration>)> {
    let given: Patience = parse(options)?;
    if given.timeout_ms.is_some_and(|milliseconds| milliseconds > MAX_PATIENCE_MS) {
        return Err(Error::with(ErrorCode::ConfigInvalid, "the timeout is more than a day"));
    }
    let patience = given.timeout_ms.map(Duration::from_millis);
    Ok((given, patience))
}

/// Listens on one port of all addresses. An address that the machine does not have is left out if there is another.
fn listen(addresses: &[IpAddr], port: u16) -> Result<(u16, Vec<TcpListener>)> {
    let mut reason = ErrorKind::AddrNotAvailable;
    for _ in 0..if port == 0 { PORT_TRIES } else { 1 } {
        let mut listeners: Vec<TcpListener> = Vec::new();
        let mut chosen = port;
        let mut taken = false;
        for &address in addresses {
            match TcpListener::bind(SocketAddr::new(address, chosen)).and_then(|listener| {
                listener.set_nonblocking(true)?;
                Ok((listener.local_addr()?.port(), listener))
            }) {
                Ok((bound, listener)) => {
                    chosen = bound;
                    listeners.push(listener);
                }
                Err(error) => {
                    reason = error.kind();
                    taken |= reason == ErrorKind::AddrInUse;
                }
            }
        }
        if !taken && !listeners.is_empty() {
            return Ok((chosen, listeners));
        }
    }
    Err(Error::with(ErrorCode::CallbackListen, reason.to_string()))
}

fn accept(listeners: &[TcpListener], conversations: &mut Vec<Conversation>) {
    for listener in listeners {
        while conversations.len() < MAX_CONVERSATIONS {
            // What fails, be it for want of descriptors, is tried again at the next look.
            let Ok((stream, peer)) = listener.accept() else { break };
            if peer.ip().is_loopback() && stream.set_nonblocking(true).is_ok() {
                conversations.push(Conversation::new(stream, Instant::now()));
            }
        }
    }
}
