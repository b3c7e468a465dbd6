//! A server that misbehaves on demand, and what the driver tests need around it.
//!
//! Every connection gets a thread and a script; everything listens on a free port of loopback.

#![allow(dead_code, reason = "each test binary uses its own part")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a failed set-up fails the test"
)]

pub(crate) mod tls;

use ferroauth::drivers::{Worker, run_blocking};
use ferroauth::flow::{Flow, HttpRequest, HttpResponse, Method, NetworkPolicy};
use ferroauth::types::EndpointUrl;
use ferroauth::{ErrorCode, Result};
use std::io::{BufRead as _, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::Duration;

/// No script runs for longer, whatever the client does.
const PATIENCE: Duration = Duration::from_secs(20);

/// A listening server; its threads end with their connections.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    connections: Arc<AtomicUsize>,
    requests: Arc<Mutex<Vec<String>>>,
}

/// The server's end of one connection.
pub(crate) struct Peer {
    stream: TcpStream,
    /// 1 for the server's first connection.
    pub(crate) number: usize,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    pub(crate) fn start(script: impl Fn(&mut Peer) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (connections, requests) = (Arc::new(AtomicUsize::new(0)), Arc::default());
        let server = Self { address, connections: Arc::clone(&connections), requests: Arc::clone(&requests) };
        let script = Arc::new(script);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let number = connections.fetch_add(1, Ordering::SeqCst) + 1;
                stream.set_read_timeout(Some(PATIENCE)).unwrap();
                stream.set_nodelay(true).unwrap();
                let mut peer = Peer { stream, number, requests: Arc::clone(&requests) };
                let script = Arc::clone(&script);
                thread::spawn(move || script(&mut peer));
            }
        });
        server
    }

    /// Answers every request on every connection with these bytes.
    pub(crate) fn answering(response: impl Into<Vec<u8>>) -> Self {
        let response = response.into();
        Self::start(move |peer| {
            while peer.request().is_some() {
                peer.send(&response);
            }
        })
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/token", self.address)
    }

    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// Heads and bodies of the requests so far.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

impl Peer {
    /// Reads one request; `None` when the client has closed.
    pub(crate) fn request(&mut self) -> Option<String> {
        let request = read_request(&mut self.stream)?;
        self.requests.lock().unwrap().push(request.clone());
        Some(request)
    }

    /// Sends as much as the client takes.
    pub(crate) fn send(&mut self, bytes: &[u8]) -> bool {
        self.stream.write_all(bytes).is_ok()
    }

    /// Sends one byte at a time, slowly, until the client has had enough.
    pub(crate) fn drip(&mut self, bytes: impl IntoIterator<Item = u8>) {
        let start = std::time::Instant::now();
        for byte in bytes {
            if !self.send(&[byte]) || start.elapsed() > PATIENCE {
                return;
            }
            thread::sleep(Duration::from_millis(40));
        }
    }

    /// Waits for a request without reading it. Closing a socket with unread data sends a reset.
    pub(crate) fn leave_request_unread(&mut self) {
        self.stream.peek(&mut [0]).unwrap_or_default();
    }

    /// Takes whatever the client sends and never answers.
    pub(crate) fn stall(&mut self) {
        while self.stream.read(&mut [0; 1024]).is_ok_and(|count| count > 0) {}
    }

    pub(crate) fn stream(&mut self) -> &mut TcpStream {
        &mut self.stream
    }
}

/// Reads head and body of one request.
pub(crate) fn read_request(stream: &mut impl Read) -> Option<String> {
    let mut reader = BufReader::with_capacity(1, stream);
    let mut text = String::new();
    while !text.ends_with("\r\n\r\n") {
        if reader.read_line(&mut text).ok()? == 0 {
            return None;
        }
    }
    let length = text.to_ascii_lowercase().lines().find_map(|line| {
        line.strip_prefix("content-length:").map(|value| value.trim().parse::<usize>().unwrap())
    });
    let mut body = vec![0; length.unwrap_or(0)];
    reader.read_exact(&mut body).ok()?;
    text.push_str(&String::from_utf8(body).unwrap());
    Some(text)
}

/// A complete response with a JSON body.
pub(crate) fn ok(body: &str) -> Vec<u8> {
    let head = format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}", body.len());
    format!("{head}\r\n\r\n{body}").into_bytes()
}

/// Short deadlines, so that the suite is quick.
pub(crate) fn policy() -> NetworkPolicy {
    NetworkPolicy { connect_timeout_ms: 300, timeout_ms: 400, max_body: 4096, ..NetworkPolicy::default() }
}

/// Long deadlines, for tests whose outcome must not depend on the machine's speed.
pub(crate) fn patient_policy() -> NetworkPolicy {
    NetworkPolicy { connect_timeout_ms: 15_000, timeout_ms: 15_000, ..policy() }
}

pub(crate) fn get(url: &str, policy: NetworkPolicy) -> HttpRequest {
    // As a client would that was told to allow private addresses, so that the drivers' own checks are met.
    let lenient = NetworkPolicy { allow_private: true, ..policy.clone() };
    HttpRequest::get(EndpointUrl::parse(url, &lenient).unwrap(), Arc::new(policy))
}

/// A POST whose every part is recognisable, should one turn up in an error text.
pub(crate) fn post(url: &str, policy: NetworkPolicy) -> HttpRequest {
    let mut request = get(&format!("{url}?canary-query=1"), policy);
    let fields =
        [("authorization", "Basic canary-credential"), ("content-type", "application/x-www-form-urlencoded")];
    request.headers.extend(HttpResponse::from_parts(200, fields, Vec::new()).headers);
    request.method = Method::Post;
    request.body = b"code=canary-body".to_vec();
    request
}

pub(crate) fn flow_of(request: HttpRequest) -> Flow<HttpResponse> {
    Flow::new(|io| async move { io.http(request).await })
}

/// Runs a flow on this thread, with a watchdog that turns a hang into a failure.
pub(crate) fn blocking<T: Send + 'static>(flow: Flow<T>) -> Result<T> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || sender.send(run_blocking(flow)));
    receiver.recv_timeout(PATIENCE * 2).expect("the blocking driver hangs")
}

/// Runs a flow on a worker, with the same watchdog.
pub(crate) fn on_worker<T: Send + 'static>(worker: &Worker, flow: Flow<T>) -> Result<T> {
    let (sender, receiver) = mpsc::channel();
    worker.spawn(flow, move |result| sender.send(result).unwrap_or_default());
    receiver.recv_timeout(PATIENCE * 2).expect("the worker hangs")
}

/// What every driver says about a request: one answer, or the test fails.
pub(crate) fn outcome(request: &HttpRequest) -> std::result::Result<HttpResponse, ErrorCode> {
    let worker = Worker::new().unwrap();
    let results = [blocking(flow_of(request.clone())), on_worker(&worker, flow_of(request.clone()))];
    worker.close();
    let codes =
        results.each_ref().map(|result| result.as_ref().map(|r| r.status).map_err(ferroauth::Error::code));
    assert_eq!(codes[0], codes[1], "the drivers disagree");
    for error in results.iter().filter_map(|result| result.as_ref().err()) {
        let texts = format!("{error} {error:?} {}", error.to_json());
        assert!(!texts.contains("canary") && !texts.contains("127.0.0.1"), "{texts}");
    }
    let [first, _] = results;
    first.map_err(|error| error.code())
}
