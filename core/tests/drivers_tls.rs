//! Whom the drivers trust.

#![cfg(feature = "drivers")]
#![allow(clippy::unwrap_used, reason = "a failed set-up fails the test")]

mod support;

use ferroauth::ErrorCode::{NetworkTimeout, NetworkTls};
use ferroauth::flow::NetworkPolicy;
use support::tls::Authority;
use support::{Server, blocking, flow_of, get, ok, outcome, patient_policy, policy};

fn trusting(authority: &Authority) -> NetworkPolicy {
    NetworkPolicy { extra_roots_pem: Some(authority.pem.clone()), ..patient_policy() }
}

fn url(server: &Server) -> String {
    format!("https://localhost:{}/", server.address.port())
}

#[test]
fn a_certificate_of_an_added_authority_is_trusted() {
    let authority = Authority::new("ours");
    let server = authority.server("localhost", false, ok("{}"));
    assert_eq!(outcome(&get(&url(&server), trusting(&authority))).unwrap().body, b"{}");
}

#[test]
fn an_address_in_the_certificate_is_as_good_as_a_name() {
    let authority = Authority::new("ours");
    let server = authority.server("127.0.0.1", false, ok("{}"));
    let url = format!("https://{}/", server.address);
    assert_eq!(outcome(&get(&url, trusting(&authority))).unwrap().status, 200);
}

#[test]
fn bad_certificates_are_refused_with_the_reason() {
    let (authority, stranger) = (Authority::new("ours"), Authority::new("theirs"));
    for (server, reason) in [
        (authority.server("localhost", true, ok("{}")), "expired"),
        (authority.server("idp.example.com", false, ok("{}")), "another name"),
        (stranger.server("localhost", false, ok("{}")), "issuer"),
    ] {
        let request = get(&url(&server), trusting(&authority));
        assert_eq!(outcome(&request).err(), Some(NetworkTls), "{reason}");
        let text = blocking(flow_of(request)).unwrap_err().to_string();
        assert!(text.contains(reason), "{text}");
    }
}

#[test]
fn trust_of_one_policy_does_not_leak_into_another() {
    let (authority, stranger) = (Authority::new("ours"), Authority::new("theirs"));
    let server = authority.server("localhost", false, ok("{}"));
    assert!(outcome(&get(&url(&server), trusting(&authority))).is_ok());
    assert_eq!(outcome(&get(&url(&server), trusting(&stranger))).err(), Some(NetworkTls));
}

#[test]
fn a_server_without_tls_is_a_tls_failure() {
    let server = Server::answering(ok("{}"));
    let talks_first = Server::start(|peer| {
        peer.send(b"220 mail.example.com ESMTP\r\n");
        peer.stall();
    });
    let authority = Authority::new("ours");
    assert_eq!(outcome(&get(&url(&talks_first), trusting(&authority))).err(), Some(NetworkTls));
    assert!(outcome(&get(&url(&server), NetworkPolicy { timeout_ms: 400, ..trusting(&authority) })).is_err());
}

#[test]
fn a_handshake_that_stalls_meets_the_deadline() {
    let server = Server::start(support::Peer::stall);
    let authority = Authority::new("ours");
    let request =
        get(&url(&server), NetworkPolicy { extra_roots_pem: Some(authority.pem.clone()), ..policy() });
    assert_eq!(outcome(&request).err(), Some(NetworkTimeout));
}
