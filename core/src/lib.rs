//! OAuth 2.0, OpenID Connect and JOSE: one core for Rust, Python, Node and PHP.
//!
//! The roles are RFC 6749's own. [`client`] logs users in and obtains tokens, [`verifier`] checks the
//! tokens that an API receives, [`resource_server`] turns that into answers to requests. Everything that needs the outside world is a [`flow`]: a state machine
//! that hands out HTTP requests and takes replies, so that a blocking driver, an asynchronous driver
//! and a host's own HTTP client all serve the same code. See `ARCHITECTURE.md` for the layers.
//!
//! ```no_run
//! use ferroauth::drivers::Blocking;
//! use ferroauth::services::ServiceOptions;
//! use ferroauth::{AuthorizationRequest, Client, ClientConfig, Service};
//!
//! # fn main() -> ferroauth::Result<()> {
//! let driver = Blocking;
//! let service = driver.run(Service::discover("https://idp.example.com", &ServiceOptions::default())?)?;
//! let config = ClientConfig::new("abc").secret("s3cret").redirect_uri("https://app.example.com/callback")?;
//! let client = Client::new(service, config)?;
//!
//! let pending = client.begin_authorization(&AuthorizationRequest::scopes(["openid", "email"]))?;
//! println!("send the browser to {}", pending.url());
//!
//! let callback = "/callback?code=4f&state=9a";     // what came to the redirect URI
//! let tokens = driver.run(client.finish_authorization(pending, callback))?;
//! let email = tokens.id_token().and_then(|token| token.verified().claim_str("email"));
//! # drop(email);
//! # Ok(())
//! # }
//! ```

#![forbid(unsafe_code)]

pub mod challenge;
pub mod client;
pub mod clock;
#[cfg(feature = "command")]
pub mod command;
mod crypto;
#[cfg(feature = "drivers")]
pub mod drivers;
pub mod error;
pub mod event;
pub mod flow;
pub mod host;
pub mod jose;
pub mod jwks;
pub mod metadata;
pub mod protected_resource;
pub mod random;
pub mod registration;
mod reply;
pub mod resource_server;
pub mod sasl;
pub mod secret;
pub mod services;
mod token_cache;
pub mod types;
pub mod verifier;

pub use challenge::Challenge;
pub use client::{AuthorizationRequest, Client, ClientConfig};
pub use error::{Error, ErrorCode, Result};
pub use event::Event;
pub use resource_server::ResourceServer;
pub use services::Service;
pub use verifier::Verifier;
