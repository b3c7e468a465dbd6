//! What went wrong on the network, as a row of the error table.
//!
//! reqwest's own texts contain URLs and are never shown; the details here are written by us.

use super::resolver::PrivateAddress;
use crate::error::{Error, ErrorCode};
use rustls::CertificateError;
use std::error::Error as StdError;
use std::io;

/// hyper offers the question only to servers. Should the text change, the code becomes `http.protocol`.
const HYPER_HEAD_TOO_LARGE: &str = "message head is too large";

/// What a program must know before it repeats a request that was to change something.
pub(super) const MAY_HAVE_ACTED: &str = "the endpoint may have acted";

/// Why no response head came. `acts` says that the request was to change something.
pub(super) fn before_response(error: &reqwest::Error, acts: bool) -> Error {
    if find::<PrivateAddress>(error).is_some() {
        return Error::new(ErrorCode::NetworkPrivateAddress);
    }
    if error.is_dns() {
        return Error::new(ErrorCode::NetworkDns);
    }
    // Only connecting has a limit within reqwest: nothing was sent yet.
    if error.is_timeout() {
        return Error::new(ErrorCode::NetworkTimeout);
    }
    if let Some(tls) = find::<rustls::Error>(error) {
        return of_tls(tls);
    }
    if error.is_connect() {
        return find::<io::Error>(error).and_then(connect_detail).map_or_else(
            || ErrorCode::NetworkConnect.into(),
            |detail| Error::with(ErrorCode::NetworkConnect, detail),
        );
    }
    if causes(error).any(|cause| cause.to_string() == HYPER_HEAD_TOO_LARGE) {
        return Error::with(ErrorCode::NetworkTooLarge, "header fields");
    }
    if error.is_builder() {
        return Error::new(ErrorCode::ConfigUrl);
    }
    lost(ErrorCode::NetworkProtocol, acts)
}

/// Why the body is not complete.
pub(super) fn within_body(acts: bool) -> Error {
    let detail = if acts { "body; the endpoint may have acted" } else { "body" };
    Error::with(ErrorCode::NetworkProtocol, detail)
}

/// A reply that did not come.
pub(super) fn lost(code: ErrorCode, acts: bool) -> Error {
    if acts { Error::with(code, MAY_HAVE_ACTED) } else { Error::new(code) }
}

/// The first cause of one type.
fn find<'a, T: StdError + 'static>(error: &'a (dyn StdError + 'static)) -> Option<&'a T> {
    causes(error).find_map(|cause| cause.downcast_ref())
}

/// The error and its causes. An [`io::Error`] hides its content from `source`, hence the detour.
fn causes<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |&error| {
        match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(inner) => Some(inner),
            None => error.source(),
        }
    })
}

fn of_tls(error: &rustls::Error) -> Error {
    let detail = match error {
        rustls::Error::InvalidCertificate(certificate) => match certificate {
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
                "the certificate has expired"
            }
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                "the certificate is not valid yet"
            }
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                "the certificate is for another name"
            }
            CertificateError::UnknownIssuer => "the certificate's issuer is not trusted",
            CertificateError::Revoked => "the certificate is revoked",
            _ => "the certificate is not valid",
        },
        rustls::Error::InvalidMessage(_) => "the server does not speak TLS",
        rustls::Error::PeerIncompatible(_) => "no common TLS version or cipher suite",
        rustls::Error::AlertReceived(_) => "the server refused the handshake",
        _ => return ErrorCode::NetworkTls.into(),
    };
    Error::with(ErrorCode::NetworkTls, detail)
}

fn connect_detail(error: &io::Error) -> Option<&'static str> {
    /// `EMFILE` and `ENFILE` on Linux, macOS and the BSDs; they have no stable [`io::ErrorKind`].
    const TOO_MANY_FILES: [i32; 2] = [24, 23];
    if cfg!(unix) && error.raw_os_error().is_some_and(|number| TOO_MANY_FILES.contains(&number)) {
        return Some("this process has too many open files");
    }
    match error.kind() {
        io::ErrorKind::ConnectionRefused => Some("refused"),
        io::ErrorKind::ConnectionReset | io::ErrorKind::UnexpectedEof => Some("closed by the server"),
        io::ErrorKind::NetworkUnreachable | io::ErrorKind::HostUnreachable => Some("unreachable"),
        io::ErrorKind::PermissionDenied => Some("not permitted on this machine"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::dns::{Addrs, Name, Resolve, Resolving};

    /// Resolves nothing, for the reason that the name says.
    struct Refusing;

    impl Resolve for Refusing {
        fn resolve(&self, name: Name) -> Resolving {
            let error: Box<dyn StdError + Send + Sync> = match name.as_str() {
                "private.example" => Box::new(PrivateAddress),
                _ => "name does not resolve".into(),
            };
            Box::pin(std::future::ready(Err::<Addrs, _>(error)))
        }
    }

    #[test]
    fn a_refusal_of_the_resolver_keeps_its_reason() {
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(super::super::tls::client_config_without_roots().unwrap())
            .dns_resolver(Refusing)
            .no_proxy()
            .build()
            .unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        for (url, code) in [
            ("https://private.example/?canary", ErrorCode::NetworkPrivateAddress),
            ("http://private.example/", ErrorCode::NetworkPrivateAddress),
            ("https://absent.example/", ErrorCode::NetworkDns),
        ] {
            let error = runtime.block_on(client.get(url).send()).unwrap_err();
            let error = before_response(&error, false);
            assert_eq!(error.code(), code, "{url}");
            assert!(!error.to_string().contains("canary"));
        }
    }
}
