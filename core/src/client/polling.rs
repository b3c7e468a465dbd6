//! Asking the token endpoint until the user has answered elsewhere: RFC 8628 section 3.5, OpenID CIBA Core section 11.
//!
//! The provider's interval is always kept, it only ever grows, and nothing is asked after the deadline (threat F14).

use super::Client;
use super::request::FormRequest;
use super::token_reply::TokenReply;
use crate::error::{Category, Error, ErrorCode, Result};
use crate::flow::Io;
use std::borrow::Cow;
use std::time::Duration;

/// Seconds between two requests if the provider names none.
pub(super) const DEFAULT_INTERVAL: u32 = 5;
/// Seconds that `slow_down` adds, for good.
const SLOWER: i64 = 5;
/// Seconds that waits grow to at most because a request failed.
const LONGEST: i64 = 60;

/// When to ask.
#[derive(Clone, Copy)]
pub(super) struct Schedule {
    /// Seconds between two requests.
    pub(super) interval: u32,
    /// Seconds since the epoch.
    pub(super) expires_at: i64,
}

impl Client {
    /// Asks until there are tokens, an error that is final, or no time left.
    ///
    /// # Errors
    /// `oauth.expired_token` once no further request would be in time, `oauth.access_denied` and what else the provider
    /// says; a failure of the network only if waiting would not help.
    pub(super) async fn poll(&self, io: &Io, request: FormRequest, schedule: Schedule) -> Result<TokenReply> {
        let start = self.clock().now();
        let (mut waited, mut interval) = (0_i64, i64::from(schedule.interval.max(1)));
        let mut failed = None;
        loop {
            // The system's clock may be set back meanwhile; what was waited has passed all the same.
            let now = self.clock().now().max(start.saturating_add(waited));
            if now.saturating_add(interval) >= schedule.expires_at {
                return Err(expired(failed));
            }
            io.sleep(Duration::from_secs(interval.unsigned_abs())).await?;
            waited = waited.saturating_add(interval);
            let reply = self.send(io, request.clone()).await.and_then(|response| self.token_reply(&response));
            let Err(error) = reply else { return reply };
            let code = error.code();
            interval = after(&error, interval).ok_or(error)?;
            failed = Some(code).filter(|code| *code != ErrorCode::OauthAuthorizationPending);
        }
    }

    /// Asks once; `None` if the user has not answered yet.
    ///
    /// # Errors
    /// As [`Client::poll`]; `oauth.slow_down` with the seconds that must pass before the next request.
    pub(super) async fn poll_once(
        &self,
        io: &Io,
        request: FormRequest,
        schedule: Schedule,
    ) -> Result<Option<TokenReply>> {
        if self.clock().now() >= schedule.expires_at {
            return Err(expired(None));
        }
        let reply = self.send(io, request).await.and_then(|response| self.token_reply(&response));
        match reply {
            Ok(reply) => Ok(Some(reply)),
            Err(error) if error.code() == ErrorCode::OauthAuthorizationPending => Ok(None),
            Err(error) if error.code() == ErrorCode::OauthSlowDown => {
                Err(error.retry_after(schedule.interval.saturating_add(5)))
            }
            Err(error) => Err(error),
        }
    }
}

/// No further request would be in time. If the last one failed, that is the reason to look for: nobody could hear of an answer.
fn expired(failed: Option<ErrorCode>) -> Error {
    let detail: Cow<'static, str> = match failed {
        None => "the deadline has passed".into(),
        Some(code) => {
            format!("the deadline has passed, and the last request ended with {}", code.code()).into()
        }
    };
    Error::with(ErrorCode::OauthExpiredToken, detail)
}

/// Seconds until the next request; `None` if there is none.
fn after(error: &Error, interval: i64) -> Option<i64> {
    match error.code() {
        ErrorCode::OauthAuthorizationPending => Some(interval),
        ErrorCode::OauthSlowDown => Some(interval.saturating_add(SLOWER)),
        ErrorCode::OauthServerError | ErrorCode::OauthTemporarilyUnavailable => Some(longer(error, interval)),
        // RFC 8628 section 3.5: a connection that timed out asks for a pause that grows.
        code if code.category() == Category::Network && code.retryable() => Some(longer(error, interval)),
        _ => None,
    }
}

fn longer(error: &Error, interval: i64) -> i64 {
    let doubled = interval.saturating_mul(2).min(LONGEST.max(interval));
    doubled.max(error.retry_after_seconds().map_or(0, i64::from))
}
