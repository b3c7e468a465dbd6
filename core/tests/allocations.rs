//! What a verification takes from the allocator: a few blocks for a good token, a bounded amount for a hostile one.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

use ferroauth::host::{Key, Verifier, VerifierKeys};
use ferroauth::jose::{Algorithm, Signer, base64url};
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

/// Counts what the current thread takes; tests run in threads of their own.
struct Counting;

thread_local! {
    static BLOCKS: Cell<usize> = const { Cell::new(0) };
    static BYTES: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: every call is handed to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        BLOCKS.with(|blocks| blocks.set(blocks.get() + 1));
        BYTES.with(|bytes| bytes.set(bytes.get() + layout.size()));
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(block, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Blocks and bytes that a call takes, freed or not.
fn taken<T>(run: impl FnOnce() -> T) -> (usize, usize, T) {
    let before = (BLOCKS.get(), BYTES.get());
    let result = run();
    (BLOCKS.get() - before.0, BYTES.get() - before.1, result)
}

fn secret() -> Key {
    Key::hmac(&[7; 32]).unwrap()
}

fn verifier() -> Verifier {
    let config = r#"{"issuer":"https://idp.example.com","audience":"my-api","algorithms":["HS256"]}"#;
    Verifier::new(config, VerifierKeys::Key(secret())).unwrap()
}

#[test]
fn a_good_token_takes_six_blocks_at_most() {
    let claims = format!(
        r#"{{"iss":"https://idp.example.com","aud":"my-api","sub":"42","exp":4102444800,"nbf":1,"iat":1,"scope":"a b","filler":"{}"}}"#,
        "x".repeat(182)
    );
    assert!((290..310).contains(&claims.len()), "{}", claims.len());
    let token =
        Signer::new(secret(), Algorithm::HS256, None, None).unwrap().sign_bytes(claims.as_bytes()).unwrap();
    let verifier = verifier();
    let _parses_the_key = verifier.verify_now(&token).unwrap();
    let (blocks, bytes, verified) = taken(|| verifier.verify_now(&token).unwrap());
    assert!(blocks <= 6, "{blocks} blocks");
    assert!(bytes <= 2 * token.len(), "{bytes} bytes for a token of {}", token.len());
    assert_eq!(verified.subject().as_deref(), Some("42"));
}

#[test]
fn a_hostile_token_takes_no_more_than_twice_the_limit() {
    const LIMIT: usize = 16 * 1024;
    let fill = |header: &str| {
        let start = format!("{}.", base64url::encode(header.as_bytes()));
        let room = (LIMIT - start.len() - 60) / 4 * 4;
        format!("{start}{}.{}", "A".repeat(room), "A".repeat(43))
    };
    let names: Vec<String> = (0..600).map(|n| format!("\"{n}\":0")).collect();
    let escaped: Vec<String> = (0..250).map(|n| format!("\"\\u0061{n}\":0")).collect();
    let verifier = verifier();
    for token in [
        ".".repeat(LIMIT),
        "A".repeat(LIMIT),
        "A".repeat(1 << 20),
        "A.".repeat(LIMIT / 2),
        fill(r#"{"alg":"HS256"}"#),
        fill(r#"{"alg":"RS256"}"#),
        fill(r#"{"alg":"HS256","kid":"x"}"#),
        fill(&format!("{{\"alg\":\"HS256\",\"kid\":\"{}\"}}", "\\u0041".repeat(600))),
        fill(&format!("{{\"alg\":\"{}\"}}", "\\u0041".repeat(600))),
        fill(&format!("{{{},\"alg\":\"HS256\"}}", names.join(","))),
        fill(&format!("{{{},\"alg\":\"HS256\"}}", escaped.join(","))),
        fill(&format!("{{\"alg\":\"HS256\",\"x\":{}", "{\"y\":".repeat(600))),
        fill(&format!("{{\"alg\":\"HS256\",\"x\":{}", "[".repeat(3000))),
    ] {
        let (_, bytes, refused) = taken(|| verifier.verify_now(&token).unwrap_err());
        assert!(bytes <= 2 * LIMIT, "{bytes} bytes, {}", refused.code().code());
    }
}
