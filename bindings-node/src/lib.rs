//! The extension behind the npm package `ferroauth`.
//!
//! It wraps the core's `host` facade and nothing else: handles go out as externals, configuration comes
//! in and results go out as JSON text. The classes, the checks of arguments and the error classes are the
//! JavaScript files beside it, which are the only callers; what they must not get wrong is nevertheless
//! checked here, because a wrong value must become an error and never a crash.
//!
//! - Loading starts no thread and opens no socket. What needs the network runs on the JavaScript thread
//!   that asks ([`looped`]), or, where that cannot be, on one thread for the whole process
//!   ([`threaded`]).
//! - Each export catches panics.
//! - `unsafe` is where Node-API is called directly: [`hub`] and what it rests on, [`check`] and [`finish`].

#![allow(
    unreachable_pub,
    clippy::needless_pass_by_value,
    reason = "#[napi] asks for public items and owned strings; Rust code never links this crate"
)]
// A test build leaves the exports out, and would then find everything unused.
#![cfg_attr(test, allow(dead_code, unused_imports))]

mod challenge;
mod check;
mod claims;
mod client;
mod encryption;
mod failure;
mod finish;
mod flow;
mod hub;
mod jws;
mod keys;
#[cfg(target_os = "linux")]
mod libuv;
mod loopback;
#[cfg(target_os = "linux")]
mod looped;
mod pure;
mod replies;
mod resource_server;
mod service;
mod threaded;
mod token;
mod value;

use napi_derive::napi;

/// The version of the package.
#[napi(catch_unwind)]
pub fn version() -> &'static str {
    ferroauth::host::version()
}

/// The error table as JSON text.
#[napi(catch_unwind)]
pub fn error_table() -> String {
    ferroauth::host::error_table()
}

/// What the command line tool ends with.
#[napi(object)]
pub struct Finished {
    /// The exit status.
    pub status: u32,
    /// For standard output.
    pub output: String,
    /// For standard error.
    pub complaint: String,
}

/// Runs the command line tool.
#[napi(catch_unwind)]
#[allow(clippy::needless_pass_by_value, reason = "napi hands owned values over")]
pub fn command(arguments: Vec<String>) -> Finished {
    let finished = ferroauth::command::run(&arguments);
    Finished { status: finished.status.into(), output: finished.output, complaint: finished.complaint }
}

/// The report of an error that the JavaScript layer found: a code of the table, a detail of its own, and
/// text from outside, which is shortened and escaped.
#[napi(catch_unwind)]
pub fn describe_failure(code: String, detail: String, outside: Option<String>) -> String {
    failure::described(&code, detail, outside.as_deref()).to_json()
}

/// Panics, for the tests.
#[napi(catch_unwind)]
pub fn panic_for_tests() {
    // Without the message on standard error that ten thousand of them would print.
    std::panic::resume_unwind(Box::new("forced by a test"));
}
