//! Which way of authentication a client has: the one that was named, or the one that fits its credentials.

use super::authentication::is_civi_placeholder;
use super::config::ClientConfig;
use crate::error::{Error, ErrorCode, Result};
use serde::Deserialize;

/// How the client authenticates at the provider's endpoints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientAuthentication {
    /// HTTP Basic with form-encoded credentials, RFC 6749 section 2.3.1.
    ClientSecretBasic,
    /// Credentials in the body, RFC 6749 section 2.3.1.
    ClientSecretPost,
    /// An assertion under the client secret, RFC 7523 section 2.2.
    ClientSecretJwt,
    /// An assertion under a private key, RFC 7523 section 2.2.
    PrivateKeyJwt,
    /// A TLS certificate of an authority that the provider trusts, RFC 8705 section 2.1.
    TlsClientAuth,
    /// A TLS certificate that was registered at the provider, RFC 8705 section 2.2.
    SelfSignedTlsClientAuth,
    /// CiviConnect: the client id is an Ed25519 key, the secret a fresh JWT under it.
    CiviConnect,
    /// A public client: only its identifier, in the body.
    None,
}

impl ClientAuthentication {
    /// The method's name in metadata.
    const fn name(self) -> &'static str {
        match self {
            Self::ClientSecretBasic => "client_secret_basic",
            Self::ClientSecretPost => "client_secret_post",
            Self::ClientSecretJwt => "client_secret_jwt",
            Self::PrivateKeyJwt => "private_key_jwt",
            Self::TlsClientAuth => "tls_client_auth",
            Self::SelfSignedTlsClientAuth => "self_signed_tls_client_auth",
            Self::CiviConnect => "civi_connect",
            Self::None => "none",
        }
    }
}

/// Whom a client assertion is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AssertionAudience {
    /// The provider's issuer identifier: the only audience that another provider cannot pass off as its own.
    #[default]
    Issuer,
    /// The token endpoint's address, for providers that accept nothing else (RFC 7523 section 3 before its update).
    TokenEndpoint,
}

impl ClientConfig {
    /// The authentication method that fits credentials and choice; `announced` is what the provider's metadata lists.
    ///
    /// A method that was named is used whatever the provider lists, because lists are often incomplete; one
    /// that was not named must be listed, if there is a list.
    pub(super) fn method(&self, announced: Option<&[String]>) -> Result<ClientAuthentication> {
        use ClientAuthentication::{
            CiviConnect, ClientSecretBasic, ClientSecretJwt, ClientSecretPost, None as Public, PrivateKeyJwt,
            SelfSignedTlsClientAuth, TlsClientAuth,
        };
        let mismatch = |detail| Err(Error::with(ErrorCode::ConfigClientAuthentication, detail));
        let (secret, key) = (self.client_secret.is_some(), self.assertion_key.is_some());
        if self.certificate.is_some() != self.certificate_key.is_some() {
            return mismatch("certificate and certificate_key belong together");
        }
        let certificate = self.certificate.is_some();
        let Some(method) = self.authentication_method else {
            let candidates: &[ClientAuthentication] = match (secret, key, certificate) {
                (true, true, _) => {
                    return mismatch("client_secret and assertion_key: name authentication_method");
                }
                (true, false, _) => &[ClientSecretBasic, ClientSecretPost],
                (false, true, _) => &[PrivateKeyJwt],
                (false, false, true) => &[TlsClientAuth, SelfSignedTlsClientAuth],
                (false, false, false) => return Ok(Public),
            };
            // RFC 8414 section 2: who lists nothing has Basic, which says nothing about the others.
            let Some(announced) = announced else {
                return match candidates {
                    [method, SelfSignedTlsClientAuth] if *method == TlsClientAuth => {
                        mismatch("certificate: name authentication_method")
                    }
                    [method, ..] => Ok(*method),
                    [] => Ok(Public),
                };
            };
            let listed = candidates.iter().find(|method| announced.iter().any(|name| name == method.name()));
            return match listed {
                Some(method) => Ok(*method),
                None => mismatch(
                    "the provider announces none that fits the credentials; name authentication_method",
                ),
            };
        };
        let placeholder = self.client_secret.as_ref().is_some_and(is_civi_placeholder);
        match method {
            Public if secret => mismatch("a public client has no client_secret"),
            CiviConnect if secret && !placeholder => mismatch("CiviConnect has no client_secret of its own"),
            ClientSecretBasic | ClientSecretPost | ClientSecretJwt if !secret => {
                mismatch("client_secret is missing")
            }
            PrivateKeyJwt | CiviConnect if !key => mismatch("assertion_key is missing"),
            TlsClientAuth | SelfSignedTlsClientAuth if !certificate => mismatch("certificate is missing"),
            PrivateKeyJwt | CiviConnect => Ok(method),
            _ if key => mismatch("the method has no use for assertion_key"),
            _ => Ok(method),
        }
    }
}
