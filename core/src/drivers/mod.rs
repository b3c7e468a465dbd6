//! The drivers: who carries the HTTP requests of a [`Flow`](crate::flow::Flow).
//!
//! | Driver | For | Where it runs |
//! |---|---|---|
//! | [`run_blocking`] | Python, PHP, Rust programs | on the caller's thread; starts no thread |
//! | [`Worker`] | `ferroauth.aio`; Node where the next one cannot run | on one thread that it owns |
//! | `Polled` | Node, on Linux | on the caller's thread, a turn at a time of the caller's event loop |
//! | [`run_async`] | Rust programs on tokio | in the caller's runtime |
//!
//! Beside them stands the [`LoopbackReceiver`], the one server of this library.
//!
//! All share the [`Engine`], and with it the rules of the network:
//!
//! - HTTP/1.1 only; redirects are handed to the flow, never followed; no cookies; the environment's
//!   proxies only when the policy asks for them, and never for loopback.
//! - https, or plain http on a loopback literal. TLS 1.2 or newer, certificates always checked,
//!   against the machine's authorities and those that the policy adds.
//! - The address that is connected to is the address that was vetted: names are resolved by our own
//!   resolver, which drops private addresses, and addresses written into a URL are checked as well.
//! - One deadline for the whole exchange, a shorter one for the connection; limits for header block
//!   and decoded body.
//! - A request goes out a second time only if it is a GET and its connection, kept alive from an
//!   earlier exchange, turned out to be closed.
//! - Error texts are our own: no URL, no header, no body.
//!
//! Everything that must not cross a `fork` carries the process id. The child builds its own and leaks
//! the parent's: closing a shared socket or taking an inherited lock would hurt both.

mod blocking;
mod clients;
mod completion;
mod deadline;
mod engine;
mod failure;
mod loopback;
#[cfg(target_os = "linux")]
mod polled;
mod process;
mod resolver;
mod tls;
mod worker;

pub use blocking::{Blocking, run_blocking, run_blocking_with};
pub use engine::{Engine, run_async};
pub use loopback::{LoopbackOptions, LoopbackReceiver};
#[cfg(target_os = "linux")]
pub use polled::Polled;
pub use worker::{CancelHandle, Worker};
