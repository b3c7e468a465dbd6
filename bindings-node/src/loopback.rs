//! The loopback receiver of native applications.

use crate::failure::{Result, thrown};
use crate::flow::Operation;
use ferroauth::drivers::LoopbackReceiver;
use ferroauth::host::single;
use napi::bindgen_prelude::External;
use napi_derive::napi;

/// Begins to listen.
#[napi(catch_unwind)]
pub fn loopback_open(options: String) -> Result<External<LoopbackReceiver>> {
    LoopbackReceiver::from_json(&options).map(External::new).map_err(thrown)
}

/// The redirect URI.
#[napi(catch_unwind)]
pub fn loopback_uri(receiver: &External<LoopbackReceiver>) -> String {
    receiver.redirect_uri().to_owned()
}

/// The port.
#[napi(catch_unwind)]
pub fn loopback_port(receiver: &External<LoopbackReceiver>) -> u32 {
    receiver.port().into()
}

/// Waits for one authorization response; yields JSON text.
#[napi(catch_unwind)]
pub fn loopback_receive(
    receiver: &External<LoopbackReceiver>,
    options: String,
) -> Result<External<Operation>> {
    let flow = receiver.receive_with(&options).map_err(thrown)?;
    Ok(Operation::external(single(flow)))
}

/// Redirects every request; yields their number as JSON text.
#[napi(catch_unwind)]
pub fn loopback_forward(
    receiver: &External<LoopbackReceiver>,
    to: String,
    options: String,
) -> Result<External<Operation>> {
    let flow = receiver.forward_with(&to, &options).map_err(thrown)?;
    Ok(Operation::external(single(flow)))
}

/// Ends whatever is served, and stops listening.
#[napi(catch_unwind)]
pub fn loopback_close(receiver: &External<LoopbackReceiver>) {
    receiver.close();
}
