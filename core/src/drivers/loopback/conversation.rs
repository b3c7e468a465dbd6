//! One connection of a browser: a request in, an answer out, closed.

use super::answer::{Answer, Rules};
use super::request::{self, Incoming};
use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

/// A browser sends its request at once; connections that it only holds open cost nothing but a place.
const PATIENCE: Duration = Duration::from_secs(10);

/// Read at a time.
const CHUNK: usize = 4096;

pub(super) struct Conversation {
    stream: TcpStream,
    since: Instant,
    input: Vec<u8>,
    answer: Option<Answer>,
    written: usize,
}

/// What a look at a connection came to.
pub(super) enum Turn {
    /// It goes on.
    Waiting,
    /// It ended without a request.
    Ended,
    /// A request was answered; with the authorization response if it was one.
    Served(Option<String>),
}

impl Conversation {
    pub(super) fn new(stream: TcpStream, now: Instant) -> Self {
        Self { stream, since: now, input: Vec::new(), answer: None, written: 0 }
    }

    /// Does what can be done without waiting.
    pub(super) fn turn(&mut self, rules: &Rules, now: Instant) -> Turn {
        if now.duration_since(self.since) > PATIENCE {
            return Turn::Ended;
        }
        if self.answer.is_none() {
            match self.read() {
                Incoming::Partial => return Turn::Waiting,
                Incoming::Gone => return Turn::Ended,
                Incoming::Refused(status) => self.answer = Some(Answer::refusal(status)),
                Incoming::Complete(request) => self.answer = Some(rules.judge(&request)),
            }
        }
        self.write()
    }

    fn read(&mut self) -> Incoming {
        let mut chunk = [0_u8; CHUNK];
        loop {
            match self.stream.read(&mut chunk) {
                Ok(0) => return Incoming::Gone,
                Ok(count) => self.input.extend_from_slice(chunk.get(..count).unwrap_or_default()),
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Incoming::Partial,
                Err(_) => return Incoming::Gone,
            }
            match request::read(&self.input) {
                Incoming::Partial => {}
                done => return done,
            }
        }
    }

    fn write(&mut self) -> Turn {
        let Some(answer) = &mut self.answer else { return Turn::Ended };
        while let Some(rest) = answer.bytes.get(self.written..).filter(|rest| !rest.is_empty()) {
            match self.stream.write(rest) {
                Ok(0) => break,
                Ok(count) => self.written += count,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Turn::Waiting,
                // The browser is gone; what it brought is here all the same.
                Err(_) => break,
            }
        }
        // An error means that the other side was faster.
        let _: std::io::Result<()> = self.stream.shutdown(Shutdown::Write);
        Turn::Served(answer.response.take())
    }
}
