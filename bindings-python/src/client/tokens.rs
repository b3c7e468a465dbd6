//! What is done with tokens that are there already.

use super::operations::operations;
use super::{Client, ClientFlows};
use crate::arguments::{Options, text};
use crate::flow::{Flow, Shape};
use crate::panic::guard;
use pyo3::prelude::*;
use pyo3::types::PyString;

operations! {
    /// Exchanges a refresh token for new tokens.
    ///
    /// `resource` narrows the access token to some of the granted resources (RFC 8707);
    /// `id_token` is the earlier ID token (`tokens.id_token.raw`), or `subject` its `sub`: a new ID token must be about the
    /// same login.
    #[pyo3(signature = (refresh_token, *, scopes=None, resource=None, id_token=None, subject=None))]
    fn refresh(
        client,
        refresh_token: &Bound<'_, PyString>,
        scopes: Option<&Bound<'_, PyAny>>,
        resource: Option<&Bound<'_, PyAny>>,
        id_token: Option<&Bound<'_, PyString>>,
        subject: Option<&Bound<'_, PyString>>,
    ) -> TokenSet {
        let mut options = Options::default();
        options.texts("scopes", scopes)?;
        options.texts("resource", resource)?;
        options.text("id_token", id_token)?;
        options.text("subject", subject)?;
        client.refresh(text(refresh_token)?, &options.to_text())
    }

    /// Asks the provider about a token (RFC 7662).
    #[pyo3(signature = (token, *, token_type_hint=None))]
    fn introspect(
        client,
        token: &Bound<'_, PyString>,
        token_type_hint: Option<&Bound<'_, PyString>>,
    ) -> Introspection {
        let mut options = Options::default();
        options.text("token_type_hint", token_type_hint)?;
        client.introspect(text(token)?, &options.to_text())
    }

    /// Revokes a token (RFC 7009).
    #[pyo3(signature = (token, *, token_type_hint=None))]
    fn revoke(
        client,
        token: &Bound<'_, PyString>,
        token_type_hint: Option<&Bound<'_, PyString>>,
    ) -> Plain {
        let mut options = Options::default();
        options.text("token_type_hint", token_type_hint)?;
        client.revoke(text(token)?, &options.to_text())
    }

    /// Fetches the claims about the user; `subject` is the `sub` that they must be about.
    #[pyo3(signature = (access_token, *, subject=None))]
    fn userinfo(
        client,
        access_token: &Bound<'_, PyString>,
        subject: Option<&Bound<'_, PyString>>,
    ) -> Object {
        let mut options = Options::default();
        options.text("subject", subject)?;
        client.userinfo(text(access_token)?, &options.to_text())
    }
}
