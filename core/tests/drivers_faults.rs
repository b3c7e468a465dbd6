//! What the drivers make of servers and networks that misbehave: one error code per fault, from every
//! driver, within the deadline, and never a credential in its text.

#![cfg(feature = "drivers")]
#![allow(clippy::unwrap_used, reason = "a failed set-up fails the test")]

mod support;

use ferroauth::ErrorCode::{self, *};
use ferroauth::flow::NetworkPolicy;
use ferroauth::types::EndpointUrl;
use std::io::Write as _;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::Duration;
use support::{Peer, Server, get, ok, outcome, patient_policy, policy, post};

const HEAD: &str = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n";

/// The code of a POST to a server that serves each connection by this script.
fn fault(policy: NetworkPolicy, script: impl Fn(&mut Peer) + Send + Sync + 'static) -> Option<ErrorCode> {
    outcome(&post(&Server::start(script).url(), policy)).err()
}

/// The code of a POST that is answered by these bytes and then by the end of the connection.
fn answer(bytes: impl Into<Vec<u8>>) -> Option<ErrorCode> {
    let bytes = bytes.into();
    fault(patient_policy(), move |peer| {
        peer.request();
        peer.send(&bytes);
    })
}

#[test]
fn a_good_server_is_understood() {
    let server = Server::answering(ok("{}"));
    let response = outcome(&post(&server.url(), patient_policy())).unwrap();
    assert_eq!((response.status, response.body.as_slice()), (200, b"{}".as_slice()));
    assert_eq!(response.header("Content-Type"), Some("application/json"));
    let request = server.requests().first().unwrap().clone();
    assert!(request.starts_with("POST /token?canary-query=1 HTTP/1.1\r\n"), "{request}");
    assert!(
        request.contains(&format!("user-agent: ferroauth/{}\r\n", env!("CARGO_PKG_VERSION"))),
        "{request}"
    );
    assert!(request.contains("authorization: Basic canary-credential\r\n"), "{request}");
    assert!(request.ends_with("\r\n\r\ncode=canary-body"), "{request}");
}

#[test]
fn a_port_without_listener_is_a_connect_failure() {
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    assert_eq!(outcome(&get(&format!("http://{address}/"), patient_policy())).err(), Some(NetworkConnect));
}

#[test]
fn a_connection_that_is_never_accepted_times_out() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address: SocketAddr = listener.local_addr().unwrap();
    let mut backlog = Vec::new();
    while let Ok(stream) = TcpStream::connect_timeout(&address, Duration::from_millis(100)) {
        backlog.push(stream);
        assert!(backlog.len() < 10_000, "the backlog never fills");
    }
    assert_eq!(outcome(&get(&format!("http://{address}/"), policy())).err(), Some(NetworkTimeout));
}

#[test]
fn a_name_that_does_not_exist_is_a_dns_failure() {
    assert_eq!(outcome(&get("https://idp.invalid/", patient_policy())).err(), Some(NetworkDns));
}

#[test]
fn private_addresses_are_refused_before_anything_is_sent() {
    for host in
        ["10.0.0.1", "169.254.169.254", "192.168.0.1", "100.64.0.1", "0.0.0.0", "[::]", "[fd00:ec2::254]"]
    {
        let code = outcome(&get(&format!("https://{host}/"), patient_policy())).err();
        assert_eq!(code, Some(NetworkPrivateAddress), "{host}");
    }
    let server = Server::answering(ok("{}"));
    let mapped = format!("https://[::ffff:7f00:1]:{}/", server.address.port());
    assert!(outcome(&get(&mapped, patient_policy())).is_err());
    assert_eq!(server.connections(), 0);
}

#[test]
fn no_request_can_be_made_for_a_url_that_the_door_refuses() {
    for url in [
        "http://idp.example.com/",
        "ftp://127.0.0.1/",
        "http://user:canary@127.0.0.1/",
        "http://0x7f.1/",
        "http://2130706433/",
        "http://127.0.0.1@idp.example.com/",
        "file:///etc/passwd",
        "not a url",
    ] {
        let lenient = NetworkPolicy { allow_private: true, ..patient_policy() };
        assert_eq!(EndpointUrl::parse(url, &lenient).unwrap_err().code(), ConfigUrl, "{url}");
    }
}

#[test]
fn a_reset_before_the_headers_is_a_protocol_failure() {
    assert_eq!(fault(patient_policy(), Peer::leave_request_unread), Some(NetworkProtocol));
    assert_eq!(answer(""), Some(NetworkProtocol));
}

#[test]
fn a_reset_within_the_body_is_a_protocol_failure() {
    let code = fault(patient_policy(), |peer| {
        peer.leave_request_unread();
        peer.send(format!("{HEAD}content-length: 100\r\n\r\n{{").as_bytes());
    });
    assert_eq!(code, Some(NetworkProtocol));
}

#[test]
fn slow_servers_meet_the_deadline() {
    let headers_by_byte = fault(policy(), |peer| {
        peer.request();
        peer.drip(HEAD.bytes().cycle());
    });
    let body_by_byte = fault(policy(), |peer| {
        peer.request();
        peer.send(format!("{HEAD}content-length: 4000\r\n\r\n").as_bytes());
        peer.drip(std::iter::repeat_n(b' ', 4000));
    });
    let stall_after_headers = fault(policy(), |peer| {
        peer.request();
        peer.send(format!("{HEAD}content-length: 10\r\n\r\n").as_bytes());
        peer.stall();
    });
    let stall_before_headers = fault(policy(), |peer| {
        peer.request();
        peer.stall();
    });
    let informational_forever = fault(policy(), |peer| {
        peer.request();
        peer.drip(b"HTTP/1.1 103 Early Hints\r\n\r\n".iter().copied().cycle());
    });
    for code in
        [headers_by_byte, body_by_byte, stall_after_headers, stall_before_headers, informational_forever]
    {
        assert_eq!(code, Some(NetworkTimeout));
    }
}

#[test]
fn a_body_that_ends_early_is_a_protocol_failure() {
    assert_eq!(answer(format!("{HEAD}content-length: 100\r\n\r\n{{}}")), Some(NetworkProtocol));
    assert_eq!(answer(format!("{HEAD}transfer-encoding: chunked\r\n\r\n5\r\n{{}}")), Some(NetworkProtocol));
    assert_eq!(
        answer(format!("{HEAD}transfer-encoding: chunked\r\n\r\nzz\r\n{{}}\r\n")),
        Some(NetworkProtocol)
    );
    assert_eq!(
        answer(format!("{HEAD}transfer-encoding: chunked\r\n\r\nfffffffffffffffff\r\n")),
        Some(NetworkProtocol)
    );
}

#[test]
fn bytes_beyond_the_announced_length_are_not_part_of_the_reply() {
    let server = Server::start(|peer| {
        while peer.request().is_some() {
            peer.send(format!("{HEAD}content-length: 2\r\n\r\n{{}}SMUGGLED").as_bytes());
        }
    });
    for _ in 0..3 {
        assert_eq!(outcome(&get(&server.url(), patient_policy())).unwrap().body, b"{}");
    }
}

#[test]
fn contradictory_framing_is_a_protocol_failure() {
    assert_eq!(
        answer("HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}"),
        Some(NetworkProtocol)
    );
    assert_eq!(answer("HTTP/1.1 200 OK\r\ncontent-length: -2\r\n\r\n{}"), Some(NetworkProtocol));
}

#[test]
fn what_is_not_http_is_a_protocol_failure() {
    for bytes in
        ["SSH-2.0-OpenSSH_9.6\r\n", "<html>", "HTTP/1.1 abc\r\n\r\n", "HTTP/9.9 200 OK\r\n\r\n", "\0\0\0\0"]
    {
        assert_eq!(answer(bytes), Some(NetworkProtocol), "{bytes:?}");
    }
}

#[test]
fn oversized_bodies_are_cut_off() {
    assert_eq!(answer(format!("{HEAD}content-length: 99999999999\r\n\r\n")), Some(NetworkTooLarge));
    assert_eq!(answer(format!("{HEAD}\r\n{}", " ".repeat(5000))), Some(NetworkTooLarge));
    let endless = fault(patient_policy(), |peer| {
        peer.request();
        peer.send(format!("{HEAD}transfer-encoding: chunked\r\n\r\n").as_bytes());
        while peer.send(b"400\r\n") && peer.send(&[b' '; 0x400]) && peer.send(b"\r\n") {}
    });
    assert_eq!(endless, Some(NetworkTooLarge));
    let exactly_the_limit = Server::answering(ok(&" ".repeat(4096)));
    assert_eq!(outcome(&get(&exactly_the_limit.url(), patient_policy())).unwrap().body.len(), 4096);
}

#[test]
fn the_limit_counts_decoded_bytes() {
    let bomb = gzip_of_spaces(200);
    assert!(bomb.len() < 100_000, "{}", bomb.len());
    let policy = NetworkPolicy { max_body: 100_000, ..patient_policy() };
    let respond = |body: &[u8]| {
        let head = format!("{HEAD}content-encoding: gzip\r\ncontent-length: {}\r\n\r\n", body.len());
        Server::answering([head.as_bytes(), body].concat())
    };
    assert_eq!(outcome(&get(&respond(&bomb).url(), policy.clone())).err(), Some(NetworkTooLarge));
    let small = gzip_of_spaces(1);
    assert_eq!(outcome(&get(&respond(&small).url(), policy.clone())).unwrap().body.len(), 65_535);
    assert_eq!(outcome(&get(&respond(&small[..30]).url(), policy.clone())).err(), Some(NetworkProtocol));
    assert_eq!(outcome(&get(&respond(b"not gzip").url(), policy)).err(), Some(NetworkProtocol));
}

#[test]
fn oversized_header_blocks_are_refused() {
    let field = |length: usize| format!("x-padding: {}\r\n", "a".repeat(length));
    assert_eq!(answer(format!("{HEAD}{}\r\n", field(1_000_000))), Some(NetworkTooLarge));
    assert_eq!(answer(format!("{HEAD}content-length: 0\r\n{}\r\n", field(70_000))), Some(NetworkTooLarge));
    assert_eq!(answer(format!("{HEAD}{}\r\n", field(1).repeat(1000))), Some(NetworkTooLarge));
    assert_eq!(answer(format!("{HEAD}content-length: 0\r\n{}\r\n", field(20_000))), None);
}

#[test]
fn redirects_are_handed_over_and_not_followed() {
    let elsewhere = Server::answering(ok("{}"));
    for status in [301, 302, 303, 307, 308] {
        let head = format!("HTTP/1.1 {status} Redirect\r\nlocation: {}\r\n", elsewhere.url());
        let server = Server::answering(format!("{head}content-length: 0\r\n\r\n"));
        let response = outcome(&post(&server.url(), patient_policy())).unwrap();
        assert_eq!((response.status, response.header("location")), (status, Some(elsewhere.url().as_str())));
        assert_eq!(server.requests().len(), 2, "one request per driver");
    }
    assert_eq!(elsewhere.connections(), 0);
}

#[test]
fn cookies_are_not_kept() {
    let server = Server::answering("HTTP/1.1 200 OK\r\nset-cookie: canary=1\r\ncontent-length: 0\r\n\r\n");
    for _ in 0..2 {
        assert!(outcome(&get(&server.url(), patient_policy())).is_ok());
    }
    assert!(server.requests().iter().all(|request| !request.to_ascii_lowercase().contains("cookie:")));
}

#[test]
fn a_half_closed_connection_still_delivers_its_reply() {
    let server = Server::start(|peer| {
        peer.request();
        peer.stream().write_all(format!("{HEAD}\r\n{{}}").as_bytes()).unwrap();
        peer.stream().shutdown(std::net::Shutdown::Write).unwrap();
        peer.stall();
    });
    assert_eq!(outcome(&post(&server.url(), patient_policy())).unwrap().body, b"{}");
}

/// A gzip member of `blocks` x 65,535 spaces: fixed Huffman code, one literal and then repetitions.
fn gzip_of_spaces(blocks: usize) -> Vec<u8> {
    let mut bits = Bits::default();
    let mut left = blocks * 65_535;
    bits.push(0b011, 3); // final block, fixed code
    bits.push_code(0x30 + 0x20, 8); // the literal ' '
    left -= 1;
    while left >= 258 {
        bits.push_code(0b1100_0101, 8); // length 258
        bits.push_code(0, 5); // distance 1
        left -= 258;
    }
    for _ in 0..left {
        bits.push_code(0x30 + 0x20, 8);
    }
    bits.push_code(0, 7); // end of block
    let mut out = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    out.extend(bits.finish());
    let size = u32::try_from(blocks * 65_535).unwrap();
    out.extend(crc32_of_spaces(size).to_le_bytes());
    out.extend(size.to_le_bytes());
    out
}

#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    used: u32,
}

impl Bits {
    /// Least significant bit first.
    fn push(&mut self, value: u32, count: u32) {
        for i in 0..count {
            if self.used.is_multiple_of(8) {
                self.bytes.push(0);
            }
            *self.bytes.last_mut().unwrap() |= u8::try_from((value >> i) & 1).unwrap() << (self.used % 8);
            self.used += 1;
        }
    }

    /// Huffman codes go most significant bit first.
    fn push_code(&mut self, value: u32, count: u32) {
        self.push(value.reverse_bits() >> (32 - count), count);
    }

    fn finish(self) -> Vec<u8> {
        self.bytes
    }
}

fn crc32_of_spaces(count: u32) -> u32 {
    let step = |crc: u32| (0..8).fold(crc, |crc, _| (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg()));
    !(0..count).fold(!0, |crc: u32, _| step((crc ^ 0x20) & 0xff) ^ (crc >> 8))
}
