//! The loopback receiver of native applications.

use crate::failure::{Failure, guard, text};
use crate::flow::put_flow;
use crate::handles;
use ferroauth::drivers::LoopbackReceiver;
use ferroauth::host::single;

/// Begins to listen.
#[uniffi::export]
pub fn loopback_open(options: &[u8]) -> Result<u64, Failure> {
    guard(|| handles::put(LoopbackReceiver::from_json(text("options", options)?)?, None))
}

/// The redirect URI.
#[uniffi::export]
pub fn loopback_uri(receiver: u64) -> Result<String, Failure> {
    guard(|| Ok(handles::get::<LoopbackReceiver>(receiver)?.redirect_uri().to_owned()))
}

/// The port.
#[uniffi::export]
pub fn loopback_port(receiver: u64) -> Result<u64, Failure> {
    guard(|| Ok(handles::get::<LoopbackReceiver>(receiver)?.port().into()))
}

/// A flow that waits for one authorization response.
#[uniffi::export]
pub fn loopback_receive(receiver: u64, options: &[u8]) -> Result<u64, Failure> {
    guard(|| {
        let flow = handles::get::<LoopbackReceiver>(receiver)?.receive_with(text("options", options)?)?;
        put_flow(single(flow))
    })
}

/// A flow that redirects every request.
#[uniffi::export]
pub fn loopback_forward(receiver: u64, to: &[u8], options: &[u8]) -> Result<u64, Failure> {
    guard(|| {
        let receiver = handles::get::<LoopbackReceiver>(receiver)?;
        let flow = receiver.forward_with(text("to", to)?, text("options", options)?)?;
        put_flow(single(flow))
    })
}

/// Ends whatever is served, and stops listening.
#[uniffi::export]
pub fn loopback_close(receiver: u64) -> Result<(), Failure> {
    guard(|| {
        handles::get::<LoopbackReceiver>(receiver)?.close();
        Ok(())
    })
}
