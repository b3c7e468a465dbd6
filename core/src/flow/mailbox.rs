//! The mailbox between an operation and whoever drives it.
//!
//! The operation puts one request in and finds one reply there at its next poll. There is no waker: the
//! driver polls exactly when it has delivered a reply.

use super::{HttpRequest, HttpResponse, Reply};
use crate::error::{Error, ErrorCode, Result};
use crate::event::Event;
use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::Duration;

pub(super) enum Request {
    Http(HttpRequest),
    Sleep(Duration),
}

/// What the last request handed out expects.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Expected {
    #[default]
    Nothing,
    Http,
    Slept,
}

#[derive(Default)]
struct Slots {
    request: Option<Request>,
    reply: Option<Reply>,
    expected: Expected,
    events: Vec<Event>,
}

/// The most events that one flow keeps. A flow that polls for hours must not grow; what comes after is not kept.
const MAX_EVENTS: usize = 64;

#[derive(Default)]
pub(super) struct Mailbox(Mutex<Slots>);

impl Mailbox {
    fn slots(&self) -> MutexGuard<'_, Slots> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn deliver(&self, reply: Option<Reply>) -> Result<()> {
        let mut slots = self.slots();
        let fits = matches!(
            (slots.expected, &reply),
            (Expected::Nothing, None)
                | (Expected::Http, Some(Reply::Http(_) | Reply::Failed(_)))
                | (Expected::Slept, Some(Reply::Slept))
        );
        if !fits {
            return Err(Error::with(ErrorCode::InternalFlow, "the reply does not answer the last step"));
        }
        slots.expected = Expected::Nothing;
        slots.reply = reply;
        Ok(())
    }

    pub(super) fn note(&self, event: Event) {
        let mut slots = self.slots();
        if slots.events.len() < MAX_EVENTS {
            slots.events.push(event);
        }
    }

    pub(super) fn collect(&self) -> Option<Request> {
        let mut slots = self.slots();
        let request = slots.request.take();
        slots.expected = match &request {
            Some(Request::Http(_)) => Expected::Http,
            Some(Request::Sleep(_)) => Expected::Slept,
            None => Expected::Nothing,
        };
        request
    }
}

/// An operation's door to the outside world.
#[derive(Clone)]
pub struct Io(Arc<Mailbox>);

impl Io {
    pub(super) fn new(mailbox: Arc<Mailbox>) -> Self {
        Self(mailbox)
    }

    /// Has the driver carry one HTTP request.
    ///
    /// # Errors
    /// The transport failure that the driver reports, or `http.too_large` if the driver handed over
    /// more than the policy's body limit.
    pub async fn http(&self, request: HttpRequest) -> Result<HttpResponse> {
        let limit = request.network.max_body;
        match self.ask(Request::Http(request)).await {
            Reply::Http(response) if response.body.len() > limit => {
                Err(Error::new(ErrorCode::NetworkTooLarge))
            }
            Reply::Http(response) => Ok(response),
            Reply::Failed(error) => Err(error),
            Reply::Slept => Err(Error::new(ErrorCode::InternalFlow)),
        }
    }

    /// Has the driver wait.
    ///
    /// # Errors
    /// `internal.flow` if the driver answered with something else.
    pub async fn sleep(&self, duration: Duration) -> Result<()> {
        match self.ask(Request::Sleep(duration)).await {
            Reply::Slept => Ok(()),
            Reply::Http(_) | Reply::Failed(_) => Err(Error::new(ErrorCode::InternalFlow)),
        }
    }

    /// Tells whoever listens what has happened; see [`Flow::journal`](super::Flow::journal).
    pub fn note(&self, event: Event) {
        self.0.note(event);
    }

    async fn ask(&self, request: Request) -> Reply {
        let mut request = Some(request);
        poll_fn(|_| {
            let mut slots = self.0.slots();
            if let Some(request) = request.take() {
                slots.request = Some(request);
                slots.reply = None;
                return Poll::Pending;
            }
            slots.reply.take().map_or(Poll::Pending, Poll::Ready)
        })
        .await
    }
}

/// What has happened in a flow, also after it has ended and a driver has dropped it. Cheap to clone.
#[derive(Clone)]
pub struct Journal(Arc<Mailbox>);

impl Journal {
    pub(super) fn new(mailbox: Arc<Mailbox>) -> Self {
        Self(mailbox)
    }

    /// The events so far, the oldest first.
    #[must_use]
    pub fn events(&self) -> Vec<Event> {
        self.0.slots().events.clone()
    }

    /// Whether nothing has happened that is told.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.slots().events.is_empty()
    }
}

impl std::fmt::Debug for Journal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Journal").field(&self.events()).finish()
    }
}
