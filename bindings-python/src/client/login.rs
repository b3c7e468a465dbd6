//! The authorization of a user in the browser: begun here, finished with what the browser brings back.

use super::operations::operations;
use super::{Client, ClientFlows};
use crate::arguments::{self, Options};
use crate::errors::OrRaise;
use crate::flow::{Flow, Shape};
use crate::panic::guard;
use crate::pending::{PendingAuthorization, keyring};
use ferroauth::ErrorCode;
use pyo3::prelude::*;
use pyo3::types::PyString;

operations! {
    /// Begins an authorization as `begin_authorization` does, and pushes it to the provider (RFC 9126): the browser carries
    /// nothing but a reference.
    #[pyo3(signature = (*, scopes=None, parameters=None, return_to=None, prompt=None, login_hint=None, max_age=None,
                        acr_values=None, ui_locales=None, id_token_hint=None, claims=None, resource=None,
                        authorization_details=None, response_mode=None, session=None))]
    fn push_authorization(
        client,
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
    ) -> Plain {
        let options = RequestOptions {
            scopes, parameters, return_to, prompt, login_hint, max_age, acr_values, ui_locales, id_token_hint, claims, resource,
            authorization_details, response_mode, session,
        };
        client.operation("push_authorization", &options.read()?.to_text())
    }

    /// Fetches the provider's keys unless good ones are at hand, in which case nothing is sent. With
    /// `request_object_encryption` it goes before `begin_authorization`, which sends nothing itself.
    fn load_keys(client) -> Plain {
        client.operation("load_keys", "")
    }

    /// Finishes an authorization: checks the callback, exchanges the code, verifies the ID token.
    ///
    /// `callback` is the URL or path with its query, or a mapping of the query; with other response modes the fragment, the
    /// form, or the data of the message, whose `origin` must then be given. `session` is the host's session where the
    /// authorization was bound to one, `response_mode` how the response came, where the host can tell.
    #[pyo3(signature = (pending, callback, *, origin=None, session=None, response_mode=None))]
    fn finish_authorization(
        client,
        pending: &PendingAuthorization,
        callback: &Bound<'_, PyAny>,
        origin: Option<&Bound<'_, PyString>>,
        session: Option<&Bound<'_, PyString>>,
        response_mode: Option<&Bound<'_, PyString>>,
    ) -> TokenSet {
        let callback = arguments::callback(callback)?;
        let mut options = Options::default();
        options.text("origin", origin)?;
        options.text("session", session)?;
        options.text("response_mode", response_mode)?;
        client.finish_authorization(&pending.0, callback, &options.to_text())
    }
}

#[pymethods]
impl Client {
    /// Begins an authorization: send the browser to `url`, keep the pending authorization in the user's
    /// session (`seal`) until the callback.
    ///
    /// `parameters` adds what has no option of its own; `return_to` is a path on this
    /// site that comes back with the pending authorization; `session` binds it to the host's session.
    #[pyo3(signature = (*, scopes=None, parameters=None, return_to=None, prompt=None, login_hint=None, max_age=None,
                        acr_values=None, ui_locales=None, id_token_hint=None, claims=None, resource=None,
                        authorization_details=None, response_mode=None, session=None))]
    #[allow(clippy::too_many_arguments)] // Python's keyword arguments
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
            let options = RequestOptions {
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
            };
            let pending =
                self.flows.get().client.begin_authorization(&options.read()?.to_text()).or_raise(py)?;
            PendingAuthorization::begun(py, pending)
        })
    }

    /// Opens what `PendingAuthorization.seal` made, with the same key: 32 bytes, or a `Keyring`.
    fn open_pending(
        &self,
        py: Python<'_>,
        sealed: &Bound<'_, PyString>,
        key: &Bound<'_, PyAny>,
    ) -> PyResult<PendingAuthorization> {
        guard(py, || {
            let sealed = arguments::text_or(sealed, ErrorCode::PendingInvalid)?;
            let pending = self.flows.get().client.open_pending(sealed, &keyring(key)?).or_raise(py)?;
            Ok(PendingAuthorization(pending))
        })
    }
}

/// The options of an authorization request, as Python hands them over.
struct RequestOptions<'a, 'py> {
    scopes: Option<&'a Bound<'py, PyAny>>,
    parameters: Option<&'a Bound<'py, PyAny>>,
    return_to: Option<&'a Bound<'py, PyString>>,
    prompt: Option<&'a Bound<'py, PyAny>>,
    login_hint: Option<&'a Bound<'py, PyString>>,
    max_age: Option<i64>,
    acr_values: Option<&'a Bound<'py, PyAny>>,
    ui_locales: Option<&'a Bound<'py, PyAny>>,
    id_token_hint: Option<&'a Bound<'py, PyString>>,
    claims: Option<&'a Bound<'py, PyAny>>,
    resource: Option<&'a Bound<'py, PyAny>>,
    authorization_details: Option<&'a Bound<'py, PyAny>>,
    response_mode: Option<&'a Bound<'py, PyString>>,
    session: Option<&'a Bound<'py, PyString>>,
}

impl RequestOptions<'_, '_> {
    fn read(&self) -> PyResult<Options> {
        let mut options = Options::default();
        options.texts("scopes", self.scopes)?;
        options.json("parameters", self.parameters)?;
        for (name, value) in [
            ("return_to", self.return_to),
            ("login_hint", self.login_hint),
            ("id_token_hint", self.id_token_hint),
            ("response_mode", self.response_mode),
            ("session", self.session),
        ] {
            options.text(name, value)?;
        }
        options.set_some("max_age", self.max_age);
        // One text or several; what is of another type the core refuses.
        for (name, value) in [
            ("prompt", self.prompt),
            ("acr_values", self.acr_values),
            ("ui_locales", self.ui_locales),
            ("resource", self.resource),
            ("claims", self.claims),
            ("authorization_details", self.authorization_details),
        ] {
            options.json(name, value)?;
        }
        Ok(options)
    }
}
