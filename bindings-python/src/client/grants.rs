//! The grants that ask for tokens without a browser: for the client itself, for a user it has proof of, or for a user who answers
//! on another device.

use super::operations::operations;
use super::{Client, ClientFlows};
use crate::flow::{Flow, Shape};
use crate::grants::{self, BackchannelAuthentication, DeviceAuthorization};
use crate::panic::guard;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};

operations! {
    /// Obtains a token for the client itself.
    #[pyo3(signature = (**options))]
    fn client_credentials(client, options: Option<&Bound<'_, PyDict>>) -> TokenSet {
        client.operation("client_credentials", &grants::options(&[], options, grants::COMMON)?.to_text())
    }

    /// Exchanges a user's name and password for tokens (RFC 6749 section 4.3): legacy, for providers that offer nothing else.
    #[pyo3(signature = (username, password, **options))]
    fn password(
        client,
        username: &Bound<'_, PyString>,
        password: &Bound<'_, PyString>,
        options: Option<&Bound<'_, PyDict>>,
    ) -> TokenSet {
        let own = [("username", username), ("password", password)];
        client.operation("password", &grants::options(&own, options, grants::COMMON)?.to_text())
    }

    /// Exchanges a JWT about a user for tokens (RFC 7523).
    #[pyo3(signature = (assertion, **options))]
    fn jwt_bearer(client, assertion: &Bound<'_, PyString>, options: Option<&Bound<'_, PyDict>>) -> TokenSet {
        client.operation("jwt_bearer", &grants::options(&[("assertion", assertion)], options, grants::COMMON)?.to_text())
    }

    /// Exchanges a SAML 2.0 assertion for tokens (RFC 7522): the XML, or what base64url makes of it.
    #[pyo3(signature = (assertion, **options))]
    fn saml_bearer(client, assertion: &Bound<'_, PyString>, options: Option<&Bound<'_, PyDict>>) -> TokenSet {
        client.operation("saml_bearer", &grants::options(&[("assertion", assertion)], options, grants::COMMON)?.to_text())
    }

    /// A grant of the provider's own: its absolute URI or its name, with `parameters`.
    #[pyo3(signature = (extension, **options))]
    fn token_request(client, extension: &Bound<'_, PyString>, options: Option<&Bound<'_, PyDict>>) -> TokenSet {
        client.operation("token_request", &grants::options(&[("extension", extension)], options, grants::COMMON)?.to_text())
    }

    /// Exchanges a token for another (RFC 8693); types are `access_token`, `jwt`, ... or URIs.
    #[pyo3(signature = (subject_token, **options))]
    fn exchange_token(client, subject_token: &Bound<'_, PyString>, options: Option<&Bound<'_, PyDict>>) -> TokenSet {
        client.operation("exchange_token", &grants::options(&[("subject_token", subject_token)], options, grants::EXCHANGE)?.to_text())
    }

    /// Begins a login on another device (RFC 8628).
    #[pyo3(signature = (**options))]
    fn device_authorization(client, options: Option<&Bound<'_, PyDict>>) -> Device {
        client.operation("device_authorization", &grants::options(&[], options, grants::COMMON)?.to_text())
    }

    /// Asks the provider to authenticate a user on another device (CIBA).
    #[pyo3(signature = (**options))]
    fn backchannel_authentication(client, options: Option<&Bound<'_, PyDict>>) -> Backchannel {
        client.operation("backchannel_authentication", &grants::options(&[], options, grants::BACKCHANNEL)?.to_text())
    }

    /// Waits until the user has answered, at the provider's pace, and returns the tokens.
    fn device_token(client, authorization: &DeviceAuthorization) -> TokenSet {
        client.operation("device_token", &authorization.options()?.to_text())
    }

    /// Asks once for the tokens; `None` while the user has not answered.
    fn poll_device_token(client, authorization: &DeviceAuthorization) -> TokenSet {
        client.operation("poll_device_token", &authorization.options()?.to_text())
    }

    /// Waits until the user has answered, at the provider's pace, and returns the tokens.
    fn backchannel_token(client, authentication: &BackchannelAuthentication) -> TokenSet {
        client.operation("backchannel_token", &authentication.options()?.to_text())
    }

    /// Asks once for the tokens; `None` while the user has not answered.
    fn poll_backchannel_token(client, authentication: &BackchannelAuthentication) -> TokenSet {
        client.operation("poll_backchannel_token", &authentication.options()?.to_text())
    }
}
