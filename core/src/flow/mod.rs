//! Sans-IO steps: every operation that needs the outside world, as a state machine that is polled by hand.
//!
//! An operation is a plain `async fn` over an [`Io`] mailbox. [`Flow::advance`] runs it until it needs
//! something, hands the request out as a [`Step`], and takes the answer back as a [`Reply`]. Blocking
//! drivers, asynchronous drivers and the host's own HTTP client all serve the same operation.

mod address;
mod certificate;
mod http;
mod mailbox;

pub use address::is_private_address;
pub use certificate::ClientCertificate;
pub(crate) use http::authorization;
pub use http::{HttpRequest, HttpResponse, Method, NetworkPolicy};
pub use mailbox::{Io, Journal};

use crate::error::{Error, ErrorCode, Result};
use crate::event::Event;
use mailbox::Mailbox;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

/// What a flow needs next, or its result.
#[derive(Debug)]
pub enum Step<T> {
    /// Carry this request and answer with [`Reply::Http`] or [`Reply::Failed`].
    Http(HttpRequest),
    /// Wait this long and answer with [`Reply::Slept`].
    Sleep(Duration),
    /// The flow has ended.
    Done(T),
}

/// The answer to a step.
#[derive(Debug)]
pub enum Reply {
    /// The response to [`Step::Http`], whatever its status.
    Http(HttpResponse),
    /// The request of [`Step::Http`] could not be carried; see [`transport_failure`].
    Failed(Error),
    /// The wait of [`Step::Sleep`] is over.
    Slept,
}

/// Builds the error of [`Reply::Failed`] from a name a host may use: `connect`, `timeout`, `tls`, `dns`,
/// `private_address`, `too_large`, `protocol`; anything else becomes `http.connect`.
#[must_use]
pub fn transport_failure(kind: &str) -> Error {
    Error::new(match kind {
        "timeout" => ErrorCode::NetworkTimeout,
        "tls" => ErrorCode::NetworkTls,
        "dns" => ErrorCode::NetworkDns,
        "private_address" => ErrorCode::NetworkPrivateAddress,
        "too_large" => ErrorCode::NetworkTooLarge,
        "protocol" => ErrorCode::NetworkProtocol,
        "redirect" => ErrorCode::NetworkRedirect,
        _ => ErrorCode::NetworkConnect,
    })
}

type BoxedFuture<T> = Pin<Box<dyn Future<Output = Result<T>> + Send>>;

enum State<T> {
    Running(BoxedFuture<T>),
    Ready(Result<T>),
    Finished,
}

/// One operation in progress.
///
/// ```
/// use ferroauth::flow::{Flow, Step};
/// let mut flow = Flow::ready(Ok(42));
/// assert!(matches!(flow.advance(None), Ok(Step::Done(42))));
/// ```
pub struct Flow<T> {
    state: State<T>,
    mailbox: Arc<Mailbox>,
}

impl<T: Send + 'static> Flow<T> {
    /// Starts an operation; nothing runs before the first [`Flow::advance`].
    pub fn new<F, Fut>(operation: F) -> Self
    where
        F: FnOnce(Io) -> Fut,
        Fut: Future<Output = Result<T>> + Send + 'static,
    {
        let mailbox = Arc::new(Mailbox::default());
        let future = operation(Io::new(mailbox.clone()));
        Self { state: State::Running(Box::pin(future)), mailbox }
    }

    /// A flow whose result is known already.
    #[must_use]
    pub fn ready(result: Result<T>) -> Self {
        Self { state: State::Ready(result), mailbox: Arc::new(Mailbox::default()) }
    }

    /// A flow that has failed before it began, with what is told about that.
    #[must_use]
    pub fn failed(error: Error, event: Option<Event>) -> Self {
        let flow = Self::ready(Err(error));
        if let Some(event) = event {
            flow.mailbox.note(event);
        }
        flow
    }

    /// What has happened so far; the journal may be kept beyond the flow, which a driver takes.
    ///
    /// ```
    /// use ferroauth::{Client, ClientConfig, Service, drivers};
    /// # fn main() -> ferroauth::Result<()> {
    /// let service = Service::preset("frappe", &serde_json::from_str(r#"{"base_url": "http://127.0.0.1:1"}"#).unwrap())?;
    /// let client = Client::new(service, ClientConfig::new("abc").secret("s3cret"))?;
    /// let flow = client.client_credentials(&Default::default());
    /// let journal = flow.journal();
    /// assert!(drivers::run_blocking(flow).is_err());   // nobody listens there
    /// assert_eq!(journal.events()[0].name(), "grant_failed");
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn journal(&self) -> Journal {
        Journal::new(self.mailbox.clone())
    }

    /// Runs until the operation needs something or ends.
    ///
    /// Pass `None` on the first call and the answer to the last step on each further call.
    ///
    /// # Errors
    /// The operation's own error, which ends the flow, or `internal.flow` if the reply does not answer
    /// the last step or the flow has ended before.
    pub fn advance(&mut self, reply: Option<Reply>) -> Result<Step<T>> {
        let mut future = match std::mem::replace(&mut self.state, State::Finished) {
            State::Running(future) => future,
            State::Ready(result) => return result.map(Step::Done),
            State::Finished => {
                return Err(Error::with(ErrorCode::InternalFlow, "the flow has ended"));
            }
        };
        if let Err(error) = self.mailbox.deliver(reply) {
            self.state = State::Running(future);
            return Err(error);
        }
        match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(result) => result.map(Step::Done),
            Poll::Pending => match self.mailbox.collect() {
                Some(mailbox::Request::Http(request)) => {
                    self.state = State::Running(future);
                    Ok(Step::Http(request))
                }
                Some(mailbox::Request::Sleep(duration)) => {
                    self.state = State::Running(future);
                    Ok(Step::Sleep(duration))
                }
                None => Err(Error::with(ErrorCode::InternalFlow, "the operation waits for nothing")),
            },
        }
    }

    /// Transforms the result.
    #[must_use]
    pub fn map<U, F>(self, transform: F) -> Flow<U>
    where
        U: Send + 'static,
        F: FnOnce(T) -> Result<U> + Send + 'static,
    {
        let state = match self.state {
            State::Running(future) => {
                State::Running(Box::pin(async move { transform(future.await?) }) as BoxedFuture<U>)
            }
            State::Ready(result) => State::Ready(result.and_then(transform)),
            State::Finished => State::Finished,
        };
        Flow { state, mailbox: self.mailbox }
    }
}

impl<T> std::fmt::Debug for Flow<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self.state {
            State::Running(_) => "Flow(running)",
            State::Ready(_) => "Flow(ready)",
            State::Finished => "Flow(finished)",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn get() -> HttpRequest {
        let url = crate::types::EndpointUrl::parse("https://idp.example.com/", &NetworkPolicy::default());
        HttpRequest::get(url.unwrap(), Arc::default())
    }

    #[test]
    fn a_flow_hands_out_requests_and_takes_replies() {
        let mut flow = Flow::new(|io| async move {
            let first = io.http(get()).await?;
            io.sleep(Duration::from_millis(5)).await?;
            Ok(first.status)
        });
        assert!(matches!(flow.advance(None), Ok(Step::Http(_))));
        let reply = HttpResponse::from_parts(204, [("", ""); 0], vec![]);
        assert!(matches!(flow.advance(Some(Reply::Http(reply))), Ok(Step::Sleep(_))));
        assert!(matches!(flow.advance(Some(Reply::Slept)), Ok(Step::Done(204))));
        assert_eq!(flow.advance(None).unwrap_err().code(), ErrorCode::InternalFlow);
    }

    #[test]
    fn a_reply_of_the_wrong_kind_is_refused_and_the_flow_goes_on() {
        let mut flow = Flow::new(|io| async move { io.http(get()).await.map(|r| r.status) });
        assert_eq!(flow.advance(Some(Reply::Slept)).unwrap_err().code(), ErrorCode::InternalFlow);
        assert!(matches!(flow.advance(None), Ok(Step::Http(_))));
        assert_eq!(flow.advance(Some(Reply::Slept)).unwrap_err().code(), ErrorCode::InternalFlow);
        assert_eq!(flow.advance(None).unwrap_err().code(), ErrorCode::InternalFlow);
        let reply = HttpResponse::from_parts(200, [("", ""); 0], vec![]);
        assert!(matches!(flow.advance(Some(Reply::Http(reply))), Ok(Step::Done(200))));
    }
}
