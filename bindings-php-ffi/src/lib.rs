//! The C ABI of ferroauth for PHP's FFI extension: uniffi scaffolding over [`ferroauth::host`].
//!
//! Everything that crosses is an integer, a byte string or JSON text. Objects stay here, in a table
//! ([`handles`]); PHP holds integers with a generation, so that no integer that PHP can make up is ever a
//! pointer. What is built from the same configuration is built once ([`interned`]), because PHP builds all
//! its objects anew on each request. No export lets a panic out, none starts a thread, and nothing takes
//! a lock that a forked child could inherit.

uniffi::setup_scaffolding!();

pub mod challenge;
pub mod client;
pub mod dpop;
pub mod encryption;
pub mod failure;
pub mod fast_lane;
pub mod flow;
mod handles;
mod interned;
pub mod jws;
pub mod keys;
pub mod loopback;
pub mod replies;
pub mod resource_server;
pub mod service;
pub mod told;
pub mod tools;
pub mod verifier;
