//! OAuth 2.0, OpenID Connect and JOSE: one core for Rust, Python, Node and PHP.
//!
//! The roles are RFC 6749's own. [`client`] logs users in and obtains tokens, [`verifier`] checks the
//! tokens that an API receives. Everything that needs the outside world is a [`flow`]: a state machine
//! that hands out HTTP requests and takes replies, so that a blocking driver, an asynchronous driver
//! and a host's own HTTP client all serve the same code. See `ARCHITECTURE.md` for the layers.

#![forbid(unsafe_code)]

pub mod client;
pub mod clock;
mod crypto;
#[cfg(feature = "drivers")]
pub mod drivers;
pub mod error;
pub mod flow;
pub mod host;
pub mod jose;
pub mod jwks;
pub mod metadata;
pub mod random;
mod reply;
pub mod secret;
pub mod services;
pub mod types;
pub mod verifier;

pub use client::{AuthorizationRequest, Client, ClientConfig};
pub use error::{Error, ErrorCode, Result};
pub use services::Service;
pub use verifier::Verifier;
