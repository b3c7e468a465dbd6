//! The client role: log users in, obtain tokens, ask about them.

use crate::arguments::{self, Options, text};
use crate::client_flows::{ClientFlows, RequestOptions, request_options};
use crate::encryption::Decrypter;
use crate::errors::OrRaise;
use crate::from_json;
use crate::grants::{BackchannelAuthentication, DeviceAuthorization};
use crate::keys::PrivateKey;
use crate::panic::guard;
use crate::pending::{PendingAuthorization, keyring};
use crate::replies::{FrontChannelLogout, LogoutRequest};
use crate::service::Service;
use crate::tokens::TokenSet;
use ferroauth::host;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};

/// A client of a provider. Cheap to keep, safe to share between threads and across a fork.
#[pyclass(frozen, module = "ferroauth")]
pub(crate) struct Client {
    flows: Py<ClientFlows>,
    client_id: String,
}

#[pymethods]
impl Client {
    #[new]
    #[pyo3(signature = (service, *, client_id, client_secret=None, redirect_uri=None, authentication_method=None,
                        assertion_key=None, assertion_algorithm=None, assertion_audience=None,
                        certificate=None, certificate_key=None, dpop=None, dpop_key=None, request_object_key=None,
                        authorization_response_algorithms=None, leeway=None, id_token_algorithms=None,
                        userinfo_algorithms=None, introspection_algorithms=None, introspection_cache=None,
                        decrypter=None, pending_lifetime=None, testing=None))]
    #[allow(clippy::too_many_arguments)]
    fn new(
        py: Python<'_>,
        service: &Service,
        client_id: &Bound<'_, PyString>,
        client_secret: Option<&Bound<'_, PyString>>,
        redirect_uri: Option<&Bound<'_, PyString>>,
        authentication_method: Option<&Bound<'_, PyString>>,
        assertion_key: Option<&PrivateKey>,
        assertion_algorithm: Option<&Bound<'_, PyString>>,
        assertion_audience: Option<&Bound<'_, PyString>>,
        certificate: Option<&Bound<'_, PyString>>,
        certificate_key: Option<&Bound<'_, PyString>>,
        dpop: Option<bool>,
        dpop_key: Option<&PrivateKey>,
        request_object_key: Option<&PrivateKey>,
        authorization_response_algorithms: Option<&Bound<'_, PyAny>>,
        leeway: Option<i64>,
        id_token_algorithms: Option<&Bound<'_, PyAny>>,
        userinfo_algorithms: Option<&Bound<'_, PyAny>>,
        introspection_algorithms: Option<&Bound<'_, PyAny>>,
        introspection_cache: Option<i64>,
        decrypter: Option<&Decrypter>,
        pending_lifetime: Option<i64>,
        testing: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        guard(py, || {
            let mut config = Options::default();
            config.text("client_id", Some(client_id))?;
            config.text("client_secret", client_secret)?;
            config.text("redirect_uri", redirect_uri)?;
            config.text("authentication_method", authentication_method)?;
            config.text("assertion_algorithm", assertion_algorithm)?;
            config.text("assertion_audience", assertion_audience)?;
            config.text("certificate", certificate)?;
            config.text("certificate_key", certificate_key)?;
            config.set_some("dpop", dpop);
            config.texts("authorization_response_algorithms", authorization_response_algorithms)?;
            config.set_some("leeway", leeway);
            config.texts("id_token_algorithms", id_token_algorithms)?;
            config.texts("userinfo_algorithms", userinfo_algorithms)?;
            config.texts("introspection_algorithms", introspection_algorithms)?;
            config.set_some("introspection_cache", introspection_cache);
            config.set_some("pending_lifetime", pending_lifetime);
            config.json("testing", testing)?;
            let mut keys = host::ClientKeys::default();
            for (name, key) in [
                ("assertion_key", assertion_key),
                ("dpop_key", dpop_key),
                ("request_object_key", request_object_key),
            ] {
                if let Some(key) = key {
                    keys.insert(name, key.0.clone()).or_raise(py)?;
                }
            }
            let mut client = host::Client::new(&service.0, &config.to_text(), keys).or_raise(py)?;
            if let Some(decrypter) = decrypter {
                client = client.with_decrypter(&decrypter.0);
            }
            let client_id = client.client_id().to_owned();
            Ok(Self { flows: Py::new(py, ClientFlows { client })?, client_id })
        })
    }

    /// The same operations as flows, for a host that carries the traffic itself.
    #[getter]
    fn flow(&self, py: Python<'_>) -> Py<ClientFlows> {
        self.flows.clone_ref(py)
    }

    /// The client identifier.
    #[getter]
    fn client_id(&self) -> &str {
        &self.client_id
    }

    /// The thumbprint of the client's certificate, as bound tokens have it in `cnf` (`x5t#S256`), or None.
    #[getter]
    fn certificate_thumbprint(&self) -> Option<&str> {
        self.flows.get().client.certificate_thumbprint()
    }

    /// Begins an authorization: send the browser to `url`, keep the pending authorization in the user's
    /// session (`seal`) until the callback.
    ///
    /// `parameters` adds what has no option of its own; `return_to` is a path on this
    /// site that comes back with the pending authorization; `session` binds it to the host's session.
    #[pyo3(signature = (*, scopes=None, parameters=None, return_to=None, prompt=None, login_hint=None, max_age=None, acr_values=None, ui_locales=None, id_token_hint=None, claims=None, resource=None, authorization_details=None, response_mode=None, session=None))]
    #[allow(clippy::too_many_arguments)]
    fn begin_authorization(
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
    ) -> PyResult<PendingAuthorization> {
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
            let pending = self.flows.get().client.begin_authorization(&options.to_text()).or_raise(py)?;
            Ok(PendingAuthorization(pending))
        })
    }

    /// Begins an authorization as `begin_authorization` does, and pushes it to the provider (RFC 9126): the browser carries
    /// nothing but a reference.
    #[pyo3(signature = (*, scopes=None, parameters=None, return_to=None, prompt=None, login_hint=None, max_age=None, acr_values=None, ui_locales=None, id_token_hint=None, claims=None, resource=None, authorization_details=None, response_mode=None, session=None))]
    #[allow(clippy::too_many_arguments)]
    fn push_authorization(
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
    ) -> PyResult<Py<PyAny>> {
        self.flows
            .get()
            .push_authorization(
                py,
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
            )?
            .run(py)
    }

    /// A DPoP proof (RFC 9449) for a request of the application's own. Without `nonce` the one is used that the URL's origin
    /// handed out last.
    #[pyo3(signature = (method, url, *, access_token=None, nonce=None))]
    fn dpop_proof(
        &self,
        py: Python<'_>,
        method: &Bound<'_, PyString>,
        url: &Bound<'_, PyString>,
        access_token: Option<&Bound<'_, PyString>>,
        nonce: Option<&Bound<'_, PyString>>,
    ) -> PyResult<String> {
        guard(py, || {
            let mut options = Options::default();
            options.text("access_token", access_token)?;
            options.text("nonce", nonce)?;
            let client = &self.flows.get().client;
            client.dpop_proof(text(method)?, text(url)?, &options.to_text()).or_raise(py)
        })
    }

    /// The header fields that show an access token to an API: `authorization`, and `dpop` with a proof where the client has a key.
    ///
    /// `tokens` is a token set or the access token itself.
    fn authorization_headers(
        &self,
        py: Python<'_>,
        tokens: &Bound<'_, PyAny>,
        method: &Bound<'_, PyString>,
        url: &Bound<'_, PyString>,
    ) -> PyResult<Py<PyAny>> {
        guard(py, || {
            let token = match tokens.cast::<PyString>() {
                Ok(token) => token.clone(),
                Err(_) => tokens.cast::<TokenSet>()?.getattr("access_token")?.cast_into::<PyString>()?,
            };
            let client = &self.flows.get().client;
            let fields = client.authorization_headers(text(&token)?, text(method)?, text(url)?);
            Ok(from_json::build(py, &fields.or_raise(py)?)?.unbind())
        })
    }

    /// Takes the `DPoP-Nonce` field of a reply to a request of the application's own: the next proof for that origin has it.
    fn remember_dpop_nonce(
        &self,
        py: Python<'_>,
        url: &Bound<'_, PyString>,
        nonce: &Bound<'_, PyString>,
    ) -> PyResult<()> {
        guard(py, || self.flows.get().client.remember_dpop_nonce(text(url)?, text(nonce)?).or_raise(py))
    }

    /// The key that the client's tokens are bound to, to be kept where they are kept; None without DPoP.
    #[getter]
    fn dpop_key(&self) -> Option<PrivateKey> {
        self.flows.get().client.dpop_key().map(PrivateKey)
    }

    /// Opens what `PendingAuthorization.seal` made, with the same key: 32 bytes, or a `Keyring`.
    fn open_pending(
        &self,
        py: Python<'_>,
        sealed: &Bound<'_, PyString>,
        key: &Bound<'_, PyAny>,
    ) -> PyResult<PendingAuthorization> {
        guard(py, || {
            let sealed = arguments::text_or(sealed, ferroauth::ErrorCode::PendingInvalid)?;
            let pending = self.flows.get().client.open_pending(sealed, &keyring(key)?).or_raise(py)?;
            Ok(PendingAuthorization(pending))
        })
    }

    /// Finishes an authorization: checks the callback, exchanges the code, verifies the ID token.
    ///
    /// `callback` is the URL or path with its query, or a mapping of the query; with other response modes the fragment, the
    /// form, or the data of the message, whose `origin` must then be given. `session` is the host's session where the
    /// authorization was bound to one, `response_mode` how the response came, where the host can tell.
    #[pyo3(signature = (pending, callback, *, origin=None, session=None, response_mode=None))]
    fn finish_authorization(
        &self,
        py: Python<'_>,
        pending: &PendingAuthorization,
        callback: &Bound<'_, PyAny>,
        origin: Option<&Bound<'_, PyString>>,
        session: Option<&Bound<'_, PyString>>,
        response_mode: Option<&Bound<'_, PyString>>,
    ) -> PyResult<Py<PyAny>> {
        self.flows.get().finish_authorization(py, pending, callback, origin, session, response_mode)?.run(py)
    }

    /// Exchanges a refresh token for new tokens.
    ///
    /// `resource` narrows the access token to some of the granted resources (RFC 8707);
    /// `id_token` is the earlier ID token (`tokens.id_token.raw`), or `subject` its `sub`: a new ID token must be about the
    /// same login.
    #[pyo3(signature = (refresh_token, *, scopes=None, resource=None, id_token=None, subject=None))]
    fn refresh(
        &self,
        py: Python<'_>,
        refresh_token: &Bound<'_, PyString>,
        scopes: Option<&Bound<'_, PyAny>>,
        resource: Option<&Bound<'_, PyAny>>,
        id_token: Option<&Bound<'_, PyString>>,
        subject: Option<&Bound<'_, PyString>>,
    ) -> PyResult<Py<PyAny>> {
        self.flows.get().refresh(py, refresh_token, scopes, resource, id_token, subject)?.run(py)
    }

    /// Obtains a token for the client itself.
    #[pyo3(signature = (**options))]
    fn client_credentials(&self, py: Python<'_>, options: Option<&Bound<'_, PyDict>>) -> PyResult<Py<PyAny>> {
        self.flows.get().client_credentials(py, options)?.run(py)
    }

    /// Exchanges a user's name and password for tokens (RFC 6749 section 4.3): legacy, for providers that offer nothing else.
    #[pyo3(signature = (username, password, **options))]
    fn password(
        &self,
        py: Python<'_>,
        username: &Bound<'_, PyString>,
        password: &Bound<'_, PyString>,
        options: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Py<PyAny>> {
        self.flows.get().password(py, username, password, options)?.run(py)
    }

    /// Exchanges a JWT about a user for tokens (RFC 7523).
    #[pyo3(signature = (assertion, **options))]
    fn jwt_bearer(
        &self,
        py: Python<'_>,
        assertion: &Bound<'_, PyString>,
        options: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Py<PyAny>> {
        self.flows.get().jwt_bearer(py, assertion, options)?.run(py)
    }

    /// Exchanges a SAML 2.0 assertion for tokens (RFC 7522): the XML, or what base64url makes of it.
    #[pyo3(signature = (assertion, **options))]
    fn saml_bearer(
        &self,
        py: Python<'_>,
        assertion: &Bound<'_, PyString>,
        options: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Py<PyAny>> {
        self.flows.get().saml_bearer(py, assertion, options)?.run(py)
    }

    /// A grant of the provider's own: its absolute URI or its name, with `parameters`.
    #[pyo3(signature = (extension, **options))]
    fn token_request(
        &self,
        py: Python<'_>,
        extension: &Bound<'_, PyString>,
        options: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Py<PyAny>> {
        self.flows.get().token_request(py, extension, options)?.run(py)
    }

    /// Exchanges a token for another (RFC 8693); types are `access_token`, `jwt`, ... or URIs.
    #[pyo3(signature = (subject_token, **options))]
    fn exchange_token(
        &self,
        py: Python<'_>,
        subject_token: &Bound<'_, PyString>,
        options: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Py<PyAny>> {
        self.flows.get().exchange_token(py, subject_token, options)?.run(py)
    }

    /// Begins a login on another device (RFC 8628).
    #[pyo3(signature = (**options))]
    fn device_authorization(
        &self,
        py: Python<'_>,
        options: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Py<PyAny>> {
        self.flows.get().device_authorization(py, options)?.run(py)
    }

    /// Asks the provider to authenticate a user on another device (CIBA).
    #[pyo3(signature = (**options))]
    fn backchannel_authentication(
        &self,
        py: Python<'_>,
        options: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Py<PyAny>> {
        self.flows.get().backchannel_authentication(py, options)?.run(py)
    }

    /// Waits until the user has answered, at the provider's pace, and returns the tokens.
    fn device_token(&self, py: Python<'_>, authorization: &DeviceAuthorization) -> PyResult<Py<PyAny>> {
        self.flows.get().device_token(py, authorization)?.run(py)
    }

    /// Asks once for the tokens; `None` while the user has not answered.
    fn poll_device_token(&self, py: Python<'_>, authorization: &DeviceAuthorization) -> PyResult<Py<PyAny>> {
        self.flows.get().poll_device_token(py, authorization)?.run(py)
    }

    /// Waits until the user has answered, at the provider's pace, and returns the tokens.
    fn backchannel_token(
        &self,
        py: Python<'_>,
        authentication: &BackchannelAuthentication,
    ) -> PyResult<Py<PyAny>> {
        self.flows.get().backchannel_token(py, authentication)?.run(py)
    }

    /// Asks once for the tokens; `None` while the user has not answered.
    fn poll_backchannel_token(
        &self,
        py: Python<'_>,
        authentication: &BackchannelAuthentication,
    ) -> PyResult<Py<PyAny>> {
        self.flows.get().poll_backchannel_token(py, authentication)?.run(py)
    }

    /// Asks the provider about a token (RFC 7662).
    #[pyo3(signature = (token, *, token_type_hint=None))]
    fn introspect(
        &self,
        py: Python<'_>,
        token: &Bound<'_, PyString>,
        token_type_hint: Option<&Bound<'_, PyString>>,
    ) -> PyResult<Py<PyAny>> {
        self.flows.get().introspect(py, token, token_type_hint)?.run(py)
    }

    /// Revokes a token (RFC 7009).
    #[pyo3(signature = (token, *, token_type_hint=None))]
    fn revoke(
        &self,
        py: Python<'_>,
        token: &Bound<'_, PyString>,
        token_type_hint: Option<&Bound<'_, PyString>>,
    ) -> PyResult<Py<PyAny>> {
        self.flows.get().revoke(py, token, token_type_hint)?.run(py)
    }

    /// Fetches the claims about the user; `subject` is the `sub` that they must be about.
    #[pyo3(signature = (access_token, *, subject=None))]
    fn userinfo(
        &self,
        py: Python<'_>,
        access_token: &Bound<'_, PyString>,
        subject: Option<&Bound<'_, PyString>>,
    ) -> PyResult<Py<PyAny>> {
        self.flows.get().userinfo(py, access_token, subject)?.run(py)
    }

    /// Begins a logout at the provider (OpenID Connect RP-Initiated Logout): send the browser to `url`, and where it comes back,
    /// give `state` to `finish_logout`. Needs no network.
    #[pyo3(signature = (*, id_token_hint=None, post_logout_redirect_uri=None, state=None, ui_locales=None,
                        logout_hint=None))]
    #[allow(clippy::too_many_arguments)]
    fn begin_logout(
        &self,
        py: Python<'_>,
        id_token_hint: Option<&Bound<'_, PyString>>,
        post_logout_redirect_uri: Option<&Bound<'_, PyString>>,
        state: Option<&Bound<'_, PyString>>,
        ui_locales: Option<&Bound<'_, PyAny>>,
        logout_hint: Option<&Bound<'_, PyString>>,
    ) -> PyResult<LogoutRequest> {
        guard(py, || {
            let mut options = Options::default();
            options.text("id_token_hint", id_token_hint)?;
            options.text("post_logout_redirect_uri", post_logout_redirect_uri)?;
            options.text("state", state)?;
            options.texts("ui_locales", ui_locales)?;
            options.text("logout_hint", logout_hint)?;
            LogoutRequest::create(py, &self.answer(py, "begin_logout", &options)?)
        })
    }

    /// Checks what the browser brought back from the provider's logout: the state that the session kept.
    fn finish_logout(
        &self,
        py: Python<'_>,
        callback: &Bound<'_, PyAny>,
        state: &Bound<'_, PyString>,
    ) -> PyResult<()> {
        guard(py, || {
            let mut options = Options::default();
            options.set("callback", arguments::brought(callback)?);
            options.text("state", Some(state))?;
            self.answer(py, "finish_logout", &options).map(drop)
        })
    }

    /// Checks a logout that came through the browser (OpenID Connect Front-Channel Logout). With `session_id`, the `sid` of the
    /// session's ID token, the request must name this provider and this session.
    #[pyo3(signature = (request, *, session_id=None))]
    fn front_channel_logout(
        &self,
        py: Python<'_>,
        request: &Bound<'_, PyAny>,
        session_id: Option<&Bound<'_, PyString>>,
    ) -> PyResult<FrontChannelLogout> {
        guard(py, || {
            let mut options = Options::default();
            options.set("request", arguments::brought(request)?);
            options.text("session_id", session_id)?;
            FrontChannelLogout::create(py, &self.answer(py, "front_channel_logout", &options)?)
        })
    }

    /// Verifies a logout token that the provider posted (OpenID Connect Back-Channel Logout). A token that this process has
    /// seen before is refused; with `replay="left_to_host"` the caller remembers `token_id` until `expires_at`.
    #[pyo3(signature = (token, *, replay=None))]
    fn verify_logout_token(
        &self,
        py: Python<'_>,
        token: &Bound<'_, PyString>,
        replay: Option<&Bound<'_, PyString>>,
    ) -> PyResult<Py<PyAny>> {
        self.flows.get().verify_logout_token(py, token, replay)?.run(py)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("Client(client_id={})", (&self.client_id).into_pyobject(py)?.repr()?))
    }
}

impl Client {
    /// What needs no network and takes nothing but options.
    fn answer(&self, py: Python<'_>, name: &str, options: &Options) -> PyResult<String> {
        self.flows.get().client.answer(name, &options.to_text()).or_raise(py)
    }
}
