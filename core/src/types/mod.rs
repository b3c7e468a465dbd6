//! Values parsed at the door: inside the library nothing is checked twice.

mod redirect;
mod scope;
mod text;
mod url;

pub use redirect::{RedirectClass, RedirectKind, RedirectReason, RedirectUri, civi_warning};
pub use scope::ScopeSet;
pub use text::{ClientId, check_secret, check_token};
pub use url::{EndpointUrl, Issuer, is_loopback_host, return_path};
