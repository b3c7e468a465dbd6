//! Values parsed at the door: inside the library nothing is checked twice.

mod scope;
mod text;
mod url;

pub use scope::ScopeSet;
pub use text::{ClientId, check_secret, check_token};
pub use url::{EndpointUrl, Issuer, RedirectUri, is_loopback_host, return_path};
