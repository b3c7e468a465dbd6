//! TLS: which provider, which versions, whose certificates.
//!
//! The provider is the cryptographic backend of this build and is passed along, never installed as
//! the process's default, because the host program may have one of its own. The machine's trusted
//! authorities are read at the first use of https.

use super::process::PerProcess;
use crate::error::{Error, ErrorCode, Result};
use crate::flow::ClientCertificate;
use arc_swap::ArcSwapOption;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ClientConfig, RootCertStore};
use std::sync::{Arc, Mutex, PoisonError};

/// Configurations by additional authorities. A configuration holds a session cache, which has locks
/// and is good for one set of authorities only; hence one per set and per process.
static CONFIGS: PerProcess<Configs> = PerProcess::new();

type Configs = Mutex<Vec<(Option<String>, ClientConfig)>>;

/// The machine's authorities: immutable once read, so that a forked child may use them.
static NATIVE_ROOTS: ArcSwapOption<RootCertStore> = ArcSwapOption::const_empty();

/// More sets of additional authorities than this are not remembered.
const MAX_CONFIGS: usize = 16;

/// The configuration for https, with the machine's authorities and the additional ones.
///
/// With a certificate it is made anew: what it remembers of a session must never serve one without that certificate.
pub(super) fn client_config(
    extra_roots_pem: Option<&str>,
    certificate: Option<&ClientCertificate>,
) -> Result<ClientConfig> {
    if let Some(certificate) = certificate {
        return build(trusted_roots(extra_roots_pem)?, Some(certificate));
    }
    let configs = CONFIGS.get();
    let mut configs = configs.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, config)) = configs.iter().find(|(extra, _)| extra.as_deref() == extra_roots_pem) {
        return Ok(config.clone());
    }
    let config = build(trusted_roots(extra_roots_pem)?, None)?;
    if configs.len() < MAX_CONFIGS {
        configs.push((extra_roots_pem.map(str::to_owned), config.clone()));
    }
    Ok(config)
}

/// A configuration that trusts nobody, for a client that only ever speaks plain http.
pub(super) fn client_config_without_roots() -> Result<ClientConfig> {
    build(Arc::new(RootCertStore::empty()), None)
}

fn build(roots: Arc<RootCertStore>, certificate: Option<&ClientCertificate>) -> Result<ClientConfig> {
    let builder = ClientConfig::builder_with_provider(Arc::new(provider()))
        .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])
        .map_err(|_| Error::with(ErrorCode::InternalDriver, "the TLS provider lacks TLS 1.2 or 1.3"))?
        .with_root_certificates(roots);
    let mut config = match certificate {
        None => builder.with_no_client_auth(),
        Some(certificate) => {
            let chain = certificate.chain().iter().map(|der| CertificateDer::from(der.clone())).collect();
            let key = PrivatePkcs8KeyDer::from(certificate.private_key().expose().to_vec());
            builder
                .with_client_auth_cert(chain, PrivateKeyDer::Pkcs8(key))
                .map_err(|_| Error::with(ErrorCode::ConfigClientCertificate, "TLS has no use for its key"))?
        }
    };
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

fn provider() -> CryptoProvider {
    #[cfg(feature = "aws-lc-rs")]
    return rustls::crypto::aws_lc_rs::default_provider();
    #[cfg(all(feature = "ring", not(feature = "aws-lc-rs")))]
    return rustls::crypto::ring::default_provider();
}

fn trusted_roots(extra_roots_pem: Option<&str>) -> Result<Arc<RootCertStore>> {
    let native = native_roots();
    let Some(pem) = extra_roots_pem else {
        if native.is_empty() {
            let detail = "this machine has no trusted certificate authorities";
            return Err(Error::with(ErrorCode::NetworkTls, detail));
        }
        return Ok(native);
    };
    let refuse =
        || Error::with(ErrorCode::ConfigInvalid, "extra_roots_pem is not a list of PEM certificates");
    let mut roots = RootCertStore::clone(&native);
    let before = roots.len();
    for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
        roots.add(certificate.map_err(|_| refuse())?).map_err(|_| refuse())?;
    }
    if roots.len() == before {
        return Err(refuse());
    }
    Ok(Arc::new(roots))
}

/// Reads the machine's authorities once. Unreadable or odd certificates among them are left out:
/// fewer authorities can only refuse more.
fn native_roots() -> Arc<RootCertStore> {
    if let Some(roots) = &*NATIVE_ROOTS.load() {
        return Arc::clone(roots);
    }
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let roots = Arc::new(roots);
    if !roots.is_empty() {
        NATIVE_ROOTS.store(Some(Arc::clone(&roots)));
    }
    roots
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn additional_authorities_must_be_certificates() {
        for bad in ["", "not PEM", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
            let code = client_config(Some(bad), None).map(|_| ()).unwrap_err().code();
            assert_eq!(code, ErrorCode::ConfigInvalid, "{bad}");
        }
    }

    #[test]
    fn no_process_wide_provider_is_installed() {
        assert!(client_config_without_roots().is_ok());
        assert!(CryptoProvider::get_default().is_none());
    }
}
