//! What a client tells about its operations: see [`crate::event`].
//!
//! Arguments that are refused before anything happens are the caller's own mistake and no event.

use super::Client;
use super::token_set::TokenSet;
use crate::error::{Category, Error, ErrorCode, Result};
use crate::event::{Event, Failure, Granted, Happening, Party};
use crate::flow::{Flow, Io};
use crate::services::{Quirk, Quirks, Service};
use crate::types::EndpointUrl;
use std::borrow::Cow;

/// Whom a client's events are about.
pub(super) fn party(service: &Service, client_id: &str) -> Party {
    let origin = |url: &EndpointUrl| url.url().origin().ascii_serialization();
    let endpoint = service.metadata().token_endpoint.as_ref();
    let provider = service.issuer().map(str::to_owned).or_else(|| endpoint.map(origin));
    Party { provider: provider.unwrap_or_default(), client_id: Some(client_id.to_owned()) }
}

fn granted(tokens: &TokenSet) -> Granted {
    Granted {
        scopes: tokens.scopes().to_vec(),
        expires_at: tokens.expires_at(),
        refreshable: tokens.refresh_token().is_some(),
        identified: tokens.id_token().is_some(),
    }
}

/// Whether a failure is more than a mistake in the arguments.
fn happened(error: &Error) -> bool {
    !matches!(error.code().category(), Category::Configuration | Category::Internal)
}

impl Client {
    /// An event of this client, now.
    pub(super) fn event(&self, happening: Happening) -> Event {
        Event { time: self.clock().now(), party: self.0.party.clone(), happening }
    }

    pub(super) fn tell(&self, io: &Io, happening: Happening) {
        io.note(self.event(happening));
    }

    /// A callback that was refused before anything was sent.
    pub(super) fn refused<T: Send + 'static>(&self, error: Error) -> Flow<T> {
        let event = happened(&error).then(|| self.event(Happening::CallbackRefused((&error).into())));
        Flow::failed(error, event)
    }

    /// Tells of a callback that was refused in the course of a flow.
    pub(super) fn tell_refused(&self, io: &Io, error: &Error) {
        if happened(error) {
            self.tell(io, Happening::CallbackRefused(error.into()));
        }
    }

    pub(super) fn tell_quirks(&self, io: &Io, quirks: Quirks) {
        for quirk in quirks.names() {
            self.tell(io, Happening::QuirkUsed { quirk });
        }
    }

    /// Tells how a grant ended; `grant_type` as it goes over the wire.
    pub(super) fn tell_grant(
        &self,
        io: &Io,
        grant_type: impl Into<Cow<'static, str>>,
        result: Result<&TokenSet, &Error>,
    ) {
        let grant_type = grant_type.into();
        match result {
            Ok(tokens) => {
                self.tell(io, Happening::TokenReceived { grant_type, tokens: granted(tokens) });
                self.tell_quirks(io, tokens.quirks());
            }
            // Whoever polls has to slow down, and goes on.
            Err(error) if error.code() == ErrorCode::OauthSlowDown => {}
            Err(error) if happened(error) => {
                self.tell(io, Happening::GrantFailed { grant_type, failure: Failure::from(error) });
            }
            Err(_) => {}
        }
    }

    /// Tells how a refresh ended.
    pub(super) fn tell_refresh(&self, io: &Io, rotated: bool, result: Result<&TokenSet, &Error>) {
        match result {
            Ok(tokens) => {
                self.tell(io, Happening::TokenRefreshed { tokens: granted(tokens), rotated });
                self.tell_quirks(io, tokens.quirks());
            }
            Err(error) => {
                if happened(error) {
                    self.tell(io, Happening::RefreshFailed(error.into()));
                }
                // The only quirk whose trace is an error.
                let said = error.provider().map(|reply| reply.error.as_str());
                if error.code() == ErrorCode::OauthInvalidGrant && said == Some("invalid_request") {
                    self.tell(io, Happening::QuirkUsed { quirk: Quirk::RefreshInvalidRequest401.name() });
                }
            }
        }
    }
}
