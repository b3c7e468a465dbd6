//! Logout: at the provider, and the provider's word that a user has left.

use super::operations::operations;
use super::{Client, ClientFlows};
use crate::arguments::{self, Options};
use crate::flow::{Flow, Shape};
use crate::panic::guard;
use crate::replies::{FrontChannelLogout, LogoutRequest};
use ferroauth::ErrorCode;
use pyo3::prelude::*;
use pyo3::types::PyString;

operations! {
    /// Verifies a logout token that the provider posted (OpenID Connect Back-Channel Logout). A token that this process has
    /// seen before is refused; with `replay="left_to_host"` the caller remembers `token_id` until `expires_at`.
    #[pyo3(signature = (token, *, replay=None))]
    fn verify_logout_token(
        client,
        token: &Bound<'_, PyString>,
        replay: Option<&Bound<'_, PyString>>,
    ) -> LogoutToken {
        let mut options = Options::default();
        // Whoever posts it may be anybody, so what is no text is a bad token and not the caller's mistake.
        options.set("token", arguments::text_or(token, ErrorCode::TokenMalformed)?);
        options.text("replay", replay)?;
        client.operation("verify_logout_token", &options.to_text())
    }
}

#[pymethods]
impl Client {
    /// Begins a logout at the provider (OpenID Connect RP-Initiated Logout): send the browser to `url`, and where it comes back,
    /// give `state` to `finish_logout`. Needs no network.
    #[pyo3(signature = (*, id_token_hint=None, post_logout_redirect_uri=None, state=None, ui_locales=None,
                        logout_hint=None))]
    #[allow(clippy::too_many_arguments)] // Python's keyword arguments
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
}
