//! Dependencies point down only: reads the paths that the source names and fails on any that does not.
//!
//! The layers stand in ARCHITECTURE.md. What is forbidden here keeps the protocol testable without a socket,
//! the time in one place, the cryptography behind one door, and the bindings free of decisions.

// The helpers are as much test as the tests: a panic here is a failed test.
#![allow(clippy::expect_used, clippy::indexing_slicing)]

#[path = "layers/paths.rs"]
mod paths;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// The modules of the core, the lowest first; each may name its own row and those above it in this list.
const LAYERS: [&[&str]; 7] = [
    &["error", "event", "secret", "clock", "crypto", "random", "types"],
    &["jose"],
    &["flow"],
    &["challenge", "reply", "metadata", "services", "jwks", "token_cache", "registration", "sasl"],
    &["client", "verifier", "resource_server", "protected_resource"],
    &["host"],
    &["command"],
];

/// Beside the layers: it carries flows and knows no protocol.
const DRIVERS_KNOW: [&str; 6] = ["drivers", "flow", "error", "types", "crypto", "secret"];

/// Paths that point up and may, because what they name depends on nothing itself.
const EXCEPTIONS: [(&str, &str, &str); 5] = [
    ("random", "jose::base64url", "an encoding"),
    ("command", "drivers::run_blocking", "a program of its own, which carries its traffic"),
    ("command", "drivers::Loopback", "and receives its users"),
    ("types", "flow::NetworkPolicy", "which addresses may be reached"),
    ("types", "flow::is_private_address", "the same rule for configuration and connection"),
];

/// What may be named where, beside the crate's own modules: the first segments, and the modules that have them.
const RESERVED: [(&[&str], &[&str]); 8] = [
    (&["reqwest", "hyper", "hyper_util", "tokio", "rustls", "rustls_native_certs", "tower"], &["drivers"]),
    (
        &["std::net::TcpStream", "std::net::TcpListener", "std::net::UdpSocket", "std::net::ToSocketAddrs"],
        &["drivers"],
    ),
    (&["std::fs", "std::env", "std::thread"], &["drivers", "command"]),
    (&["clap", "jiff"], &["command"]),
    (&["std::time::SystemTime", "std::time::Instant", "SystemTime", "Instant"], &["clock", "drivers"]),
    (&["aws_lc_rs", "ring"], &["crypto"]),
    (&["jsonwebtoken"], &["jose"]),
    (&["oauth2"], &["client"]),
];

/// What the protocol is made of: a binding that names it decides something.
const PROTOCOL: [&str; 12] = [
    "grant_type",
    "code_verifier",
    "code_challenge",
    "response_type",
    "well-known",
    "x-www-form-urlencoded",
    "www-authenticate",
    "\"basic ",
    "\"bearer ",
    "'bearer ",
    "jwks.json",
    "retry-after",
];

/// The classes of events, which have a member of that name: it is read there, and no parameter is written.
const EVENTS: [&str; 2] =
    ["bindings-php-ffi/php/src/Event.php", "bindings-python/python/ferroauth/events.py"];

/// What a binding's crate may depend on.
const BINDING_CRATES: [&str; 8] =
    ["ferroauth", "serde", "serde_json", "pyo3", "napi", "napi-derive", "napi-build", "uniffi"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The files below a folder that have one of the endings, tests left out.
fn files(folder: &Path, endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if path.is_dir()
            && !matches!(name, "tests" | "test" | "target" | "node_modules" | "vendor" | "types-test")
        {
            found.extend(files(&path, endings));
        } else if endings.iter().any(|ending| name.ends_with(ending)) && !name.contains("tests") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Where a module stands in the layers.
fn layer(module: &str) -> Option<usize> {
    LAYERS.iter().position(|row| row.contains(&module))
}

/// What a file of the core names although it must not. `file` is relative to `src`.
fn violations(file: &str, source: &str) -> Vec<String> {
    let inside: Vec<&str> = file.trim_end_matches(".rs").split('/').filter(|part| *part != "mod").collect();
    let module = inside[0];
    let mut found = Vec::new();
    let mut report = |line: usize, path: &str, why: &str| found.push(format!("{file}:{line}: {path}: {why}"));
    // The crate's front page names everything, on purpose.
    if module == "lib" {
        return found;
    }
    if module != "drivers" && layer(module).is_none() {
        report(1, module, "the module is in no layer; give it a place in core/tests/layers.rs");
    }
    // The tests of private rules stand last in a file and may use what they like.
    let source = source.split("\n#[cfg(test)]\nmod ").next().unwrap_or_default();
    for (line, path) in paths::paths(source) {
        let supers = path.iter().take_while(|segment| *segment == "super").count();
        let own = match path.first().map(String::as_str) {
            Some("crate") => Some(path[1..].to_vec()),
            // `super` in a file that is a module counts from that module.
            Some("super") if supers >= inside.len() => Some(path[supers..].to_vec()),
            _ => None,
        };
        let joined = path.join("::");
        if let Some(target) = own {
            let first = target.first().map_or("", String::as_str);
            let allowed = match (module, layer(module), layer(first)) {
                _ if first == module || !first.starts_with(char::is_lowercase) => true,
                ("drivers", ..) => DRIVERS_KNOW.contains(&first),
                (_, Some(here), Some(there)) => there <= here,
                _ => false,
            };
            let target = target.join("::");
            if !allowed && !EXCEPTIONS.iter().any(|(from, to, _)| *from == module && target.starts_with(to)) {
                report(line, &joined, "points up");
            }
        }
        for (names, modules) in RESERVED {
            let named = names.iter().any(|name| {
                let segments: Vec<&str> = name.split("::").collect();
                path.len() >= segments.len()
                    && path.iter().zip(&segments).all(|(a, b)| a == b)
                    && (path.len() > 1 || name.starts_with(char::is_uppercase))
            });
            if named && !modules.contains(&module) {
                report(line, &joined, "is reserved for another module");
            }
        }
    }
    found
}

/// Protocol words in a binding's code; comments and documentation may have them.
fn protocol_words(file: &str, source: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (number, line) in source.lines().enumerate() {
        let code = line.trim_start();
        if ["//", "*", "/*", "#", "\"\"\""].iter().any(|mark| code.starts_with(mark)) {
            continue;
        }
        let lower = code.to_lowercase();
        let word = PROTOCOL.iter().find(|word| lower.contains(**word));
        if let Some(word) = word.filter(|word| !(**word == "grant_type" && EVENTS.contains(&file))) {
            found.push(format!("{file}:{}: {word} is a matter of the core", number + 1));
        }
    }
    found
}

/// The crates under the headings of a manifest that name dependencies of the library itself.
fn dependencies(manifest: &str) -> Vec<String> {
    let (mut names, mut inside) = (Vec::new(), false);
    for line in manifest.lines() {
        if line.starts_with('[') {
            inside = line.ends_with("dependencies]") && !line.contains("dev-");
        } else if let Some((name, _)) =
            line.split_once(['=', '.']).filter(|_| inside && !line.starts_with('#'))
        {
            names.push(name.trim().to_owned());
        }
    }
    names
}

#[track_caller]
fn none(found: &[String]) {
    let mut text = String::new();
    found.iter().for_each(|one| writeln!(text, "  {one}").expect("text"));
    assert!(found.is_empty(), "\n{text}");
}

#[test]
fn the_core_depends_downwards_only() {
    let source = root().join("core/src");
    let all = files(&source, &[".rs"]);
    assert!(all.len() > 40, "only {} files were found", all.len());
    let mut found = Vec::new();
    for path in all {
        let name = path.strip_prefix(&source).expect("below src").to_string_lossy().replace('\\', "/");
        found.extend(violations(&name, &std::fs::read_to_string(&path).expect("readable")));
    }
    none(&found);
}

#[test]
fn every_exception_is_still_needed() {
    let source = root().join("core/src");
    for (module, target, _) in EXCEPTIONS {
        let used = files(&source, &[".rs"]).iter().any(|path| {
            let name = path.strip_prefix(&source).expect("below src").to_string_lossy().into_owned();
            let file = std::fs::read_to_string(path).expect("readable");
            name.trim_end_matches(".rs").split('/').next() == Some(module)
                && paths::paths(&file).iter().any(|(_, path)| path.join("::").contains(target))
        });
        assert!(used, "{module} does not name {target} any more");
    }
}

#[test]
fn bindings_hold_no_protocol() {
    let mut found = Vec::new();
    let mut seen = 0;
    for folder in [
        "bindings-python/src",
        "bindings-python/python",
        "bindings-node/src",
        "bindings-node/lib",
        "bindings-php-ffi/src",
        "bindings-php-ffi/php",
    ] {
        for path in files(&root().join(folder), &[".rs", ".py", ".js", ".php"]) {
            let name = path.strip_prefix(root()).expect("below the root").to_string_lossy().into_owned();
            found.extend(protocol_words(&name, &std::fs::read_to_string(&path).expect("readable")));
            seen += 1;
        }
    }
    assert!(seen > 40, "only {seen} files were found");
    none(&found);
}

#[test]
fn bindings_depend_on_the_core_and_their_host_only() {
    for manifest in ["bindings-python", "bindings-node", "bindings-php-ffi"] {
        let text = std::fs::read_to_string(root().join(manifest).join("Cargo.toml")).expect("a manifest");
        let names = dependencies(&text);
        assert!(!names.is_empty(), "{manifest} has no dependencies");
        let foreign: Vec<_> = names.iter().filter(|name| !BINDING_CRATES.contains(&name.as_str())).collect();
        assert!(foreign.is_empty(), "{manifest} depends on {foreign:?}");
    }
}

#[test]
fn the_check_notices_what_it_is_for() {
    for (file, source) in [
        ("client/grants.rs", "use crate::drivers::run_blocking;"),
        ("client/grants.rs", "use super::super::drivers::run_blocking;"),
        ("client/mod.rs", "fn f() { super::host::f() }"),
        ("jose/key/mod.rs", "use crate::{\n    error::Error,\n    flow::{Flow, Io},\n};"),
        ("flow/mod.rs", "fn f() { let x = crate::client::Client::new(); }"),
        ("jwks/mod.rs", "use reqwest::Client;"),
        ("jwks/mod.rs", "async fn f() { tokio::time::sleep(d).await }"),
        ("verifier.rs", "use std::time::{Duration, SystemTime};"),
        ("verifier.rs", "fn f() -> u64 { Instant::now().elapsed() }"),
        ("jose/key/mod.rs", "use ring::signature;"),
        ("random.rs", "use aws_lc_rs::rand;"),
        ("metadata.rs", "use std::net::{IpAddr, TcpStream};"),
        ("types/url.rs", "use crate::flow::Flow;"),
        ("drivers/mod.rs", "use crate::client::Client;"),
        ("brand_new.rs", ""),
    ] {
        assert!(!violations(file, source).is_empty(), "not noticed: {file}: {source}");
    }
    for (file, source) in [
        ("client/grants.rs", "use crate::{error::Error, jose::{Key, KeySet}};\nuse super::transport;"),
        (
            "client/grants.rs",
            "// use crate::drivers::x;\n/* use reqwest::y; */ const A: &str = \"use tokio::z\";",
        ),
        (
            "client/grants.rs",
            "const A: &str = r#\"SystemTime::now()\"#; const B: char = '\"'; const C: &'static str = \"tokio::x\";",
        ),
        ("client/keyring.rs", "fn f(ring: u8) -> u8 { ring }\nuse std::time::Duration;"),
        ("client/replay.rs", "fn f() {}\n\n#[cfg(test)]\nmod tests {\n    use std::thread::scope;\n}"),
        ("drivers/tls.rs", "use rustls::ClientConfig; use crate::flow::Flow; use std::time::Instant;"),
        ("clock.rs", "use std::time::SystemTime;"),
        ("types/url.rs", "use crate::flow::NetworkPolicy;"),
    ] {
        none(&violations(file, source));
    }
    assert!(!protocol_words("x.py", "form = {\"grant_type\": \"refresh_token\"}").is_empty());
    assert!(!protocol_words("x.js", "  headers.Authorization = 'Bearer ' + token").is_empty());
    assert!(!protocol_words(EVENTS[1], "headers = {\"www-authenticate\": \"x\"}").is_empty());
    none(&protocol_words("x.rs", "/// The code_verifier is made by the core."));
    assert_eq!(
        dependencies(
            "[package]\nname = \"x\"\n[dependencies]\nreqwest = \"1\"\nferroauth.workspace = true\n[dev-dependencies]\nz = \"1\""
        ),
        ["reqwest", "ferroauth"]
    );
}
