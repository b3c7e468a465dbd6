//! The loopback receiver, with sockets: what it takes, what it refuses and goes on waiting after, and what is left of it.

// The helpers are as much test as the tests: a panic here is a failed test.
#![allow(clippy::unwrap_used)]

use ferroauth::ErrorCode;
use ferroauth::drivers::{LoopbackOptions, LoopbackReceiver, run_blocking, run_blocking_with};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::Duration;

const CODE: &str = "code=c0de&state=st4te";

fn bind(host: &str, path: &str) -> LoopbackReceiver {
    LoopbackReceiver::bind(&LoopbackOptions { host: host.into(), port: 0, path: path.into() }).unwrap()
}

fn receiver() -> LoopbackReceiver {
    bind("127.0.0.1", "/callback")
}

/// Runs the receiver on a thread of the test's own.
fn waiting(
    receiver: &LoopbackReceiver,
    state: Option<&'static str>,
) -> JoinHandle<ferroauth::Result<String>> {
    let flow = receiver.receive(state, Some(Duration::from_secs(20)));
    std::thread::spawn(move || run_blocking(flow))
}

/// Sends bytes and returns all of the answer.
fn exchange(port: u16, request: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    // The other side may close before it has read everything.
    let _: std::io::Result<usize> = stream.read_to_string(&mut answer);
    answer
}

fn get(port: u16, target: &str, fields: &str) -> String {
    exchange(port, &format!("GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{fields}\r\n"))
}

fn post(port: u16, media: &str, body: &str) -> String {
    exchange(
        port,
        &format!(
            "POST /callback HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: {media}\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        ),
    )
}

fn status(answer: &str) -> &str {
    answer.split(' ').nth(1).unwrap_or_default()
}

#[test]
fn the_response_is_received_once_and_the_port_is_free_again() {
    let receiver = receiver();
    let (port, uri) = (receiver.port(), receiver.redirect_uri().to_owned());
    assert_eq!(uri, format!("http://127.0.0.1:{port}/callback"));
    let result = waiting(&receiver, Some("st4te"));
    let answer = get(port, &format!("/callback?{CODE}"), "Sec-Fetch-Mode: navigate\r\n");
    assert_eq!(status(&answer), "200", "{answer}");
    for field in
        ["Cache-Control: no-store", "Referrer-Policy: no-referrer", "default-src 'none'", "Connection: close"]
    {
        assert!(answer.contains(field), "{field}");
    }
    assert!(!answer.contains("c0de") && !answer.contains("st4te"), "{answer}");
    assert_eq!(result.join().unwrap().unwrap(), format!("{uri}?{CODE}"));
    assert!(TcpStream::connect(("127.0.0.1", port)).is_err());
    let again = run_blocking(receiver.receive(None, None)).unwrap_err();
    assert_eq!(again.code(), ErrorCode::InternalClosed);
}

#[test]
fn a_form_is_received_as_a_form() {
    let receiver = receiver();
    let result = waiting(&receiver, Some("st4te"));
    let answer = post(receiver.port(), "application/x-www-form-urlencoded; charset=utf-8", CODE);
    assert_eq!(status(&answer), "200", "{answer}");
    assert_eq!(result.join().unwrap().unwrap(), CODE);
}

#[test]
fn everything_else_is_refused_and_waited_past() {
    let receiver = receiver();
    let port = receiver.port();
    let result = waiting(&receiver, Some("st4te"));
    let good = format!("/callback?{CODE}");
    for (wanted, answer) in [
        ("404", get(port, "/favicon.ico", "")),
        ("404", get(port, "/", "")),
        ("404", get(port, &format!("/callback/?{CODE}"), "")),
        ("404", get(port, &format!("/Callback?{CODE}"), "")),
        ("404", get(port, &format!("/%63allback?{CODE}"), "")),
        ("400", get(port, "/callback", "")),
        ("400", get(port, "/callback?x=1", "")),
        ("400", get(port, "/callback?code=evil&state=other", "")),
        ("400", get(port, "/callback?code=evil", "")),
        ("400", get(port, "/callback?code=a&state=st4te&state=st4te", "")),
        ("400", get(port, &format!("{good}#x"), "")),
        ("403", get(port, &good, "Sec-Fetch-Mode: no-cors\r\n")),
        ("403", get(port, &good, "Sec-Fetch-Mode: cors\r\n")),
        ("403", get(port, &good, "Sec-Purpose: prefetch\r\n")),
        ("400", exchange(port, &format!("GET {good} HTTP/1.1\r\n\r\n"))),
        ("421", exchange(port, &format!("GET {good} HTTP/1.1\r\nHost: evil.example\r\n\r\n"))),
        ("421", exchange(port, &format!("GET {good} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"))),
        ("421", exchange(port, &format!("GET {good} HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n"))),
        (
            "400",
            exchange(
                port,
                &format!("GET {good} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nHost: evil.example\r\n\r\n"),
            ),
        ),
        ("405", exchange(port, &format!("HEAD {good} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n"))),
        ("405", exchange(port, &format!("OPTIONS {good} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n"))),
        ("400", post(port, "application/json", "{}")),
        ("400", post(port, "application/x-www-form-urlencoded", "code=a&state=other")),
        (
            "413",
            exchange(
                port,
                &format!(
                    "POST /callback HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: 99999\r\n\r\n"
                ),
            ),
        ),
        ("400", exchange(port, "\u{16}\u{3}\u{1}nonsense\r\n\r\n")),
    ] {
        assert_eq!(status(&answer), wanted, "{answer}");
        assert!(!answer.contains("evil") && !answer.contains("st4te"), "{answer}");
    }
    assert_eq!(status(&get(port, &good, "")), "200");
    assert!(result.join().unwrap().unwrap().ends_with(CODE));
}

#[test]
fn an_error_and_a_signed_response_are_responses_too() {
    for query in ["error=access_denied&state=st4te", "response=eyJ.a.b"] {
        let receiver = receiver();
        let result = waiting(&receiver, Some("st4te"));
        assert_eq!(status(&get(receiver.port(), &format!("/callback?{query}"), "")), "200");
        assert!(result.join().unwrap().unwrap().ends_with(query));
    }
}

#[test]
fn connections_that_say_nothing_or_half_of_it_hold_nobody_up() {
    let receiver = receiver();
    let port = receiver.port();
    let result = waiting(&receiver, None);
    let mut held: Vec<TcpStream> =
        (0..20).map(|_| TcpStream::connect(("127.0.0.1", port)).unwrap()).collect();
    for stream in held.iter_mut().take(10) {
        stream.write_all(b"GET /callback?code=half").unwrap();
    }
    assert_eq!(status(&get(port, &format!("/callback?{CODE}"), "")), "200");
    assert!(result.join().unwrap().is_ok());
}

#[test]
fn waiting_ends_with_the_time_with_close_and_with_an_interruption() {
    let late = receiver();
    let refused = run_blocking(late.receive(None, Some(Duration::from_millis(60)))).unwrap_err();
    assert_eq!((refused.code(), refused.code().code()), (ErrorCode::CallbackTimeout, "callback.timeout"));
    assert!(TcpStream::connect(("127.0.0.1", late.port())).is_err());

    let closed = receiver();
    let result = waiting(&closed, None);
    // Answered, hence being served.
    assert_eq!(status(&get(closed.port(), "/", "")), "404");
    closed.close();
    closed.close();
    assert_eq!(result.join().unwrap().unwrap_err().code(), ErrorCode::InternalClosed);

    let interrupted = receiver();
    let mut ticks = 0;
    let result = run_blocking_with(interrupted.receive(None, None), || {
        ticks += 1;
        if ticks == 3 { Err(ErrorCode::InternalClosed.into()) } else { Ok(()) }
    });
    assert!(result.is_err() && ticks == 3);
    assert!(TcpStream::connect(("127.0.0.1", interrupted.port())).is_err());
}

#[test]
fn options_are_checked_and_a_taken_port_is_said() {
    let taken = receiver();
    let options = LoopbackOptions { port: taken.port(), ..LoopbackOptions::default() };
    let refused = LoopbackReceiver::bind(&options).unwrap_err();
    assert_eq!(refused.code(), ErrorCode::CallbackListen);
    for (host, path) in [
        ("0.0.0.0", "/cb"),
        ("", "/cb"),
        ("127.0.0.2", "/cb"),
        ("localhost.evil.example", "/cb"),
        ("127.0.0.1", "cb"),
        ("127.0.0.1", ""),
        ("127.0.0.1", "/cb?x=1"),
        ("127.0.0.1", "/cb#x"),
        ("127.0.0.1", "/a/../cb"),
        ("127.0.0.1", "/%2e%2e/cb"),
        ("127.0.0.1", "/a b"),
        ("127.0.0.1", "/a\r\nb"),
        ("127.0.0.1", "/caf\u{e9}"),
    ] {
        let options = LoopbackOptions { host: host.into(), port: 0, path: path.into() };
        let refused = LoopbackReceiver::bind(&options).unwrap_err();
        assert_eq!(refused.code(), ErrorCode::ConfigInvalid, "{host} {path}");
    }
    for text in ["{\"ports\":1}", "{\"port\":65536}", "{\"port\":-1}", "{"] {
        let refused = LoopbackReceiver::from_json(text).unwrap_err();
        assert_eq!(refused.code(), ErrorCode::ConfigInvalid, "{text}");
    }
    let open = receiver();
    for text in ["{\"timeout_ms\":86400001}", "{\"timeout_ms\":-1}", "{\"timeout\":1}"] {
        assert_eq!(open.receive_with(text).unwrap_err().code(), ErrorCode::ConfigInvalid, "{text}");
    }
}

#[test]
fn localhost_listens_on_every_address_it_has() {
    let receiver = bind("localhost", "/cb");
    let port = receiver.port();
    assert_eq!(receiver.redirect_uri(), format!("http://localhost:{port}/cb"));
    let result = waiting(&receiver, None);
    if let Ok(mut stream) = TcpStream::connect(("::1", port)) {
        write!(stream, "GET /x HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert_eq!(status(&answer), "404");
    }
    let answer = exchange(port, &format!("GET /cb?{CODE} HTTP/1.1\r\nHost: LOCALHOST:{port}\r\n\r\n"));
    assert_eq!(status(&answer), "200", "{answer}");
    assert!(result.join().unwrap().is_ok());
}

#[test]
fn forwarding_keeps_the_query_until_it_is_closed() {
    for (to, query, wanted) in [
        ("https://site.example/civicrm/oauth-client/return", "?code=a%20b&state=s", "?code=a%20b&state=s"),
        ("https://site.example/x?q=civicrm/oauth-client/return", "?code=a", "&code=a"),
        ("http://dev.site.example:8080/return", "", ""),
        ("https://site.example/return", "?x=%0d%0aSet-Cookie:%20a=b", "?x=%0d%0aSet-Cookie:%20a=b"),
    ] {
        let receiver = bind("localhost", "/");
        let port = receiver.port();
        let flow = receiver.forward(to, None).unwrap();
        let (sender, count) = mpsc::channel();
        let thread = std::thread::spawn(move || sender.send(run_blocking(flow)).unwrap());
        for path in ["/", "/any/other/path"] {
            let request = format!("GET {path}{query} HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n");
            let answer = exchange(port, &request);
            assert_eq!(status(&answer), "302", "{answer}");
            assert!(answer.contains(&format!("\r\nLocation: {to}{wanted}\r\n")), "{answer}");
        }
        let strange = exchange(port, "GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n");
        assert_eq!(status(&strange), "421");
        receiver.close();
        assert_eq!(count.recv().unwrap().unwrap(), 3);
        thread.join().unwrap();
    }
    let receiver = receiver();
    for to in [
        "javascript:alert(1)",
        "com.example.app:/x",
        "https://a:b@site.example/",
        "https://site.example/#x",
        "/x",
        "",
        "https://site.example/\r\n",
    ] {
        assert_eq!(receiver.forward(to, None).unwrap_err().code(), ErrorCode::ConfigUrl, "{to}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_hundred_receivers_leave_no_descriptor() {
    // In a process of its own, where no other test opens any.
    if std::env::var_os("LOOPBACK_CHILD").is_none() {
        let own = std::env::current_exe().unwrap();
        let done = std::process::Command::new(own)
            .args(["--exact", "a_hundred_receivers_leave_no_descriptor", "--test-threads=1"])
            .env("LOOPBACK_CHILD", "1")
            .output()
            .unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stdout));
        return;
    }
    let descriptors = || std::fs::read_dir("/proc/self/fd").unwrap().count();
    let threads = || std::fs::read_dir("/proc/self/task").unwrap().count();
    let before = (descriptors(), threads());
    for round in 0..100 {
        let receiver = receiver();
        if round % 2 == 0 {
            assert!(run_blocking(receiver.receive(None, Some(Duration::ZERO))).is_err());
        }
    }
    assert_eq!((descriptors(), threads()), before);
}
