//! The environment's proxies: ignored unless the policy asks for them, never used for loopback, and no
//! way around the check for private addresses.

#![cfg(feature = "drivers")]
#![allow(clippy::unwrap_used, reason = "a failed set-up fails the test")]

mod support;

use ferroauth::ErrorCode::{NetworkDns, NetworkPrivateAddress};
use ferroauth::flow::NetworkPolicy;
use std::process::Command;
use support::{Server, get, ok, outcome, patient_policy, post};

const CHILD: &str = "within_a_process_whose_environment_names_a_proxy";

#[test]
fn the_environments_proxies_are_used_on_request_only() {
    let proxy = Server::answering("HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n");
    let address = format!("http://localhost:{}", proxy.address.port());
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", CHILD])
        .envs(["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"].map(|name| (name, &address)))
        .env_remove("NO_PROXY")
        .env_remove("no_proxy")
        .env_remove("REQUEST_METHOD")
        .output()
        .unwrap();
    assert!(child.status.success(), "{}", String::from_utf8_lossy(&child.stdout));
    let seen = proxy.requests();
    assert_eq!(seen.len(), 2, "one per driver, for the one policy that asked: {seen:?}");
    for request in seen {
        assert!(request.starts_with("CONNECT idp.invalid:443 HTTP/1.1\r\n"), "{request}");
        assert!(!request.contains("canary"), "{request}");
    }
}

#[test]
#[ignore = "run by the other test, with a proxy in the environment"]
fn within_a_process_whose_environment_names_a_proxy() {
    let asking = || NetworkPolicy { proxy_from_environment: true, ..patient_policy() };
    assert_eq!(outcome(&post("https://idp.invalid/", patient_policy())).err(), Some(NetworkDns));
    let through_the_proxy = outcome(&post("https://idp.invalid/", asking())).err().unwrap();
    assert_eq!(through_the_proxy.category().name(), "network");
    assert_ne!(through_the_proxy, NetworkDns, "the proxy resolves the name");
    let direct = Server::answering(ok("{}"));
    assert_eq!(outcome(&get(&direct.url(), asking())).unwrap().status, 200);
    assert_eq!(direct.requests().len(), 2);
    assert_eq!(outcome(&get("https://10.0.0.1/", asking())).err(), Some(NetworkPrivateAddress));
}
