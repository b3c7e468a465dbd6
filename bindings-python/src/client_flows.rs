//! The operations of a client as flows, which [`crate::client::Client`] runs.

use crate::arguments::{self, Options, text};
use crate::flow::{Flow, Shape};
use crate::grants::{self, BackchannelAuthentication, DeviceAuthorization};
use crate::panic::guard;
use crate::pending::PendingAuthorization;
use ferroauth::host;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};

/// `client.flow`: the operations of a client, not run.
#[pyclass(frozen, module = "ferroauth._native")]
pub(crate) struct ClientFlows {
    pub(crate) client: host::Client,
}

impl ClientFlows {
    /// An operation that takes nothing but options.
    fn begin(&self, name: &str, options: &Options, shape: Shape) -> Flow {
        Flow::new(self.client.operation(name, &options.to_text()), shape)
    }
}

#[pymethods]
impl ClientFlows {
    /// `Client.finish_authorization` as a flow.
    #[pyo3(signature = (pending, callback, *, origin=None, session=None, response_mode=None))]
    #[allow(clippy::too_many_arguments)]
    pub(crate) fn finish_authorization(
        &self,
        py: Python<'_>,
        pending: &PendingAuthorization,
        callback: &Bound<'_, PyAny>,
        origin: Option<&Bound<'_, PyString>>,
        session: Option<&Bound<'_, PyString>>,
        response_mode: Option<&Bound<'_, PyString>>,
    ) -> PyResult<Flow> {
        guard(py, || {
            let callback = arguments::callback(callback)?;
            let mut options = Options::default();
            options.text("origin", origin)?;
            options.text("session", session)?;
            options.text("response_mode", response_mode)?;
            let operation = self.client.finish_authorization(&pending.0, callback, &options.to_text());
            Ok(Flow::new(operation, Shape::TokenSet))
        })
    }

    /// `Client.push_authorization` as a flow.
    #[pyo3(signature = (*, scopes=None, parameters=None, return_to=None, prompt=None, login_hint=None, max_age=None, acr_values=None, ui_locales=None, id_token_hint=None, claims=None, resource=None, authorization_details=None, response_mode=None, session=None))]
    #[allow(clippy::too_many_arguments)]
    pub(crate) fn push_authorization(
        &self,
        py: Python<'_>,
        scopes: Option<&Bound<'_, PyAny>>,
        parameters: Option<&Bound<'_, PyAny>>,
        return_to: Option<&Bound<'_, PyString>>,
        prompt: Option<&Bound<'_, PyAny>>,
        login_hint: Option<&Bound<'_, PyString>>,
        max_age: Option<i64>,
        acr_values: Option<&Bound<'_, PyAny>>,
        ui_locales: Option<&Bound<'_, PyAny>>,
        id_token_hint: Option<&Bound<'_, PyString>>,
        claims: Option<&Bound<'_, PyAny>>,
        resource: Option<&Bound<'_, PyAny>>,
        authorization_details: Option<&Bound<'_, PyAny>>,
        response_mode: Option<&Bound<'_, PyString>>,
        session: Option<&Bound<'_, PyString>>,
    ) -> PyResult<Flow> {
        guard(py, || {
            let options = request_options(&RequestOptions {
                scopes,
                parameters,
                return_to,
                prompt,
                login_hint,
                max_age,
                acr_values,
                ui_locales,
                id_token_hint,
                claims,
                resource,
                authorization_details,
                response_mode,
                session,
            })?;
            Ok(self.begin("push_authorization", &options, Shape::Plain))
        })
    }

    /// `Client.verify_logout_token` as a flow.
    #[pyo3(signature = (token, *, replay=None))]
    pub(crate) fn verify_logout_token(
        &self,
        py: Python<'_>,
        token: &Bound<'_, PyString>,
        replay: Option<&Bound<'_, PyString>>,
    ) -> PyResult<Flow> {
        guard(py, || {
            let mut options = Options::default();
            // Whoever posts it may be anybody, so what is no text is a bad token and not the caller's mistake.
            options.set("token", arguments::text_or(token, ferroauth::ErrorCode::TokenMalformed)?);
            options.text("replay", replay)?;
            Ok(self.begin("verify_logout_token", &options, Shape::LogoutToken))
        })
    }

    /// `Client.refresh` as a flow.
    #[pyo3(signature = (refresh_token, *, scopes=None, resource=None, id_token=None, subject=None))]
    pub(crate) fn refresh(
        &self,
        py: Python<'_>,
        refresh_token: &Bound<'_, PyString>,
        scopes: Option<&Bound<'_, PyAny>>,
        resource: Option<&Bound<'_, PyAny>>,
        id_token: Option<&Bound<'_, PyString>>,
        subject: Option<&Bound<'_, PyString>>,
    ) -> PyResult<Flow> {
        guard(py, || {
            let mut options = Options::default();
            options.texts("scopes", scopes)?;
            options.texts("resource", resource)?;
            options.text("id_token", id_token)?;
            options.text("subject", subject)?;
            let operation = self.client.refresh(text(refresh_token)?, &options.to_text());
            Ok(Flow::new(operation, Shape::TokenSet))
        })
    }

    /// `Client.client_credentials` as a flow.
    #[pyo3(signature = (**options))]
    pub(crate) fn client_credentials(
        &self,
        py: Python<'_>,
        options: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Flow> {
        guard(py, || {
            let options = grants::options(&[], options, grants::COMMON)?;
            Ok(self.begin("client_credentials", &options, Shape::TokenSet))
        })
    }

    /// `Client.password` as a flow.
    #[pyo3(signature = (username, password, **options))]
    pub(crate) fn password(
        &self,
        py: Python<'_>,
        username: &Bound<'_, PyString>,
        password: &Bound<'_, PyString>,
        options: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Flow> {
        guard(py, || {
            let options =
                grants::options(&[("username", username), ("password", password)], options, grants::COMMON)?;
            Ok(self.begin("password", &options, Shape::TokenSet))
        })
    }

    /// `Client.jwt_bearer` as a flow.
    #[pyo3(signature = (assertion, **options))]
    pub(crate) fn jwt_bearer(
        &self,
        py: Python<'_>,
        assertion: &Bound<'_, PyString>,
        options: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Flow> {
        guard(py, || {
            let options = grants::options(&[("assertion", assertion)], options, grants::COMMON)?;
            Ok(self.begin("jwt_bearer", &options, Shape::TokenSet))
        })
    }

    /// `Client.saml_bearer` as a flow.
    #[pyo3(signature = (assertion, **options))]
    pub(crate) fn saml_bearer(
        &self,
        py: Python<'_>,
        assertion: &Bound<'_, PyString>,
        options: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Flow> {
        guard(py, || {
            let options = grants::options(&[("assertion", assertion)], options, grants::COMMON)?;
            Ok(self.begin("saml_bearer", &options, Shape::TokenSet))
        })
    }

    /// `Client.token_request` as a flow.
    #[pyo3(signature = (extension, **options))]
    pub(crate) fn token_request(
        &self,
        py: Python<'_>,
        extension: &Bound<'_, PyString>,
        options: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Flow> {
        guard(py, || {
            let options = grants::options(&[("extension", extension)], options, grants::COMMON)?;
            Ok(self.begin("token_request", &options, Shape::TokenSet))
        })
    }

    /// `Client.exchange_token` as a flow.
    #[pyo3(signature = (subject_token, **options))]
    pub(crate) fn exchange_token(
        &self,
        py: Python<'_>,
        subject_token: &Bound<'_, PyString>,
        options: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Flow> {
        guard(py, || {
            let options = grants::options(&[("subject_token", subject_token)], options, grants::EXCHANGE)?;
            Ok(self.begin("exchange_token", &options, Shape::TokenSet))
        })
    }

    /// `Client.device_authorization` as a flow.
    #[pyo3(signature = (**options))]
    pub(crate) fn device_authorization(
        &self,
        py: Python<'_>,
        options: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Flow> {
        guard(py, || {
            let options = grants::options(&[], options, grants::COMMON)?;
            Ok(self.begin("device_authorization", &options, Shape::Device))
        })
    }

    /// `Client.backchannel_authentication` as a flow.
    #[pyo3(signature = (**options))]
    pub(crate) fn backchannel_authentication(
        &self,
        py: Python<'_>,
        options: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Flow> {
        guard(py, || {
            let options = grants::options(&[], options, grants::BACKCHANNEL)?;
            Ok(self.begin("backchannel_authentication", &options, Shape::Backchannel))
        })
    }

    /// `Client.device_token` as a flow.
    pub(crate) fn device_token(&self, py: Python<'_>, authorization: &DeviceAuthorization) -> PyResult<Flow> {
        guard(py, || {
            let options = authorization.options()?;
            Ok(self.begin("device_token", &options, Shape::TokenSet))
        })
    }

    /// `Client.poll_device_token` as a flow.
    pub(crate) fn poll_device_token(
        &self,
        py: Python<'_>,
        authorization: &DeviceAuthorization,
    ) -> PyResult<Flow> {
        guard(py, || {
            let options = authorization.options()?;
            Ok(self.begin("poll_device_token", &options, Shape::TokenSet))
        })
    }

    /// `Client.backchannel_token` as a flow.
    pub(crate) fn backchannel_token(
        &self,
        py: Python<'_>,
        authentication: &BackchannelAuthentication,
    ) -> PyResult<Flow> {
        guard(py, || {
            let options = authentication.options()?;
            Ok(self.begin("backchannel_token", &options, Shape::TokenSet))
        })
    }

    /// `Client.poll_backchannel_token` as a flow.
    pub(crate) fn poll_backchannel_token(
        &self,
        py: Python<'_>,
        authentication: &BackchannelAuthentication,
    ) -> PyResult<Flow> {
        guard(py, || {
            let options = authentication.options()?;
            Ok(self.begin("poll_backchannel_token", &options, Shape::TokenSet))
        })
    }

    /// `Client.introspect` as a flow.
    #[pyo3(signature = (token, *, token_type_hint=None))]
    pub(crate) fn introspect(
        &self,
        py: Python<'_>,
        token: &Bound<'_, PyString>,
        token_type_hint: Option<&Bound<'_, PyString>>,
    ) -> PyResult<Flow> {
        guard(py, || {
            let mut options = Options::default();
            options.text("token_type_hint", token_type_hint)?;
            let operation = self.client.introspect(text(token)?, &options.to_text());
            Ok(Flow::new(operation, Shape::Introspection))
        })
    }

    /// `Client.revoke` as a flow.
    #[pyo3(signature = (token, *, token_type_hint=None))]
    pub(crate) fn revoke(
        &self,
        py: Python<'_>,
        token: &Bound<'_, PyString>,
        token_type_hint: Option<&Bound<'_, PyString>>,
    ) -> PyResult<Flow> {
        guard(py, || {
            let mut options = Options::default();
            options.text("token_type_hint", token_type_hint)?;
            let operation = self.client.revoke(text(token)?, &options.to_text());
            Ok(Flow::new(operation, Shape::Plain))
        })
    }

    /// `Client.userinfo` as a flow.
    #[pyo3(signature = (access_token, *, subject=None))]
    pub(crate) fn userinfo(
        &self,
        py: Python<'_>,
        access_token: &Bound<'_, PyString>,
        subject: Option<&Bound<'_, PyString>>,
    ) -> PyResult<Flow> {
        guard(py, || {
            let mut options = Options::default();
            options.text("subject", subject)?;
            let operation = self.client.userinfo(text(access_token)?, &options.to_text());
            Ok(Flow::new(operation, Shape::Object))
        })
    }
}

/// The options of an authorization request, as Python hands them over.
#[derive(Clone, Copy)]
pub(crate) struct RequestOptions<'a, 'py> {
    pub(crate) scopes: Option<&'a Bound<'py, PyAny>>,
    pub(crate) parameters: Option<&'a Bound<'py, PyAny>>,
    pub(crate) return_to: Option<&'a Bound<'py, PyString>>,
    pub(crate) prompt: Option<&'a Bound<'py, PyAny>>,
    pub(crate) login_hint: Option<&'a Bound<'py, PyString>>,
    pub(crate) max_age: Option<i64>,
    pub(crate) acr_values: Option<&'a Bound<'py, PyAny>>,
    pub(crate) ui_locales: Option<&'a Bound<'py, PyAny>>,
    pub(crate) id_token_hint: Option<&'a Bound<'py, PyString>>,
    pub(crate) claims: Option<&'a Bound<'py, PyAny>>,
    pub(crate) resource: Option<&'a Bound<'py, PyAny>>,
    pub(crate) authorization_details: Option<&'a Bound<'py, PyAny>>,
    pub(crate) response_mode: Option<&'a Bound<'py, PyString>>,
    pub(crate) session: Option<&'a Bound<'py, PyString>>,
}

pub(crate) fn request_options(given: &RequestOptions<'_, '_>) -> PyResult<Options> {
    let mut options = Options::default();
    options.texts("scopes", given.scopes)?;
    options.json("parameters", given.parameters)?;
    for (name, value) in [
        ("return_to", given.return_to),
        ("login_hint", given.login_hint),
        ("id_token_hint", given.id_token_hint),
        ("response_mode", given.response_mode),
        ("session", given.session),
    ] {
        options.text(name, value)?;
    }
    options.set_some("max_age", given.max_age);
    // One text or several; what is of another type the core refuses.
    for (name, value) in [
        ("prompt", given.prompt),
        ("acr_values", given.acr_values),
        ("ui_locales", given.ui_locales),
        ("resource", given.resource),
        ("claims", given.claims),
        ("authorization_details", given.authorization_details),
    ] {
        options.json(name, value)?;
    }
    Ok(options)
}
