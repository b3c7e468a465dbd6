//! The extension module `ferroauth._native`.
//!
//! Only conversions live here: arguments to the core's facade (`ferroauth::host`), results and errors to
//! Python objects, the interpreter lock, signals, and the guard that turns a panic into `InternalError`.
//! No protocol logic. The package around it is `python/ferroauth`.

mod arguments;
mod challenge;
mod client;
mod dpop;
mod drive;
mod encryption;
mod errors;
mod events;
mod flow;
mod from_json;
mod grants;
mod jws;
mod key_set;
mod keys;
mod loopback;
mod members;
mod network;
mod panic;
mod pending;
mod pkce;
mod pure;
mod replies;
mod request;
mod resource_server;
mod service;
mod to_json;
mod tokens;
mod verifier;

use pyo3::exceptions::PyImportError;
use pyo3::prelude::*;
use std::sync::atomic::{AtomicI64, Ordering};

/// The native half of ferroauth. Import `ferroauth` instead.
#[pymodule]
fn _native(module: &Bound<'_, PyModule>) -> PyResult<()> {
    one_interpreter(module.py())?;
    panic::install_hook();
    module.add("__version__", ferroauth::host::version())?;
    module.add_class::<client::Client>()?;
    module.add_class::<client::ClientFlows>()?;
    module.add_class::<dpop::DpopProof>()?;
    module.add_class::<dpop::DpopVerifier>()?;
    module.add_class::<drive::Arrivals>()?;
    module.add_class::<drive::Cancel>()?;
    module.add_class::<drive::Worker>()?;
    module.add_class::<encryption::Decrypted>()?;
    module.add_class::<encryption::Decrypter>()?;
    module.add_class::<encryption::Encrypter>()?;
    module.add_class::<encryption::EncryptionKey>()?;
    module.add_class::<flow::Flow>()?;
    module.add_class::<flow::Step>()?;
    module.add_class::<grants::BackchannelAuthentication>()?;
    module.add_class::<grants::DeviceAuthorization>()?;
    module.add_class::<jws::JwsSignature>()?;
    module.add_class::<jws::JwsVerifier>()?;
    module.add_class::<jws::VerifiedJws>()?;
    module.add_class::<keys::HmacKey>()?;
    module.add_class::<key_set::KeySet>()?;
    module.add_class::<keys::PrivateKey>()?;
    module.add_class::<keys::PublicKey>()?;
    module.add_class::<loopback::LoopbackReceiver>()?;
    module.add_class::<loopback::LoopbackReceiverFlows>()?;
    module.add_class::<members::Members>()?;
    module.add_class::<members::Claims>()?;
    module.add_class::<members::Introspection>()?;
    module.add_class::<members::UnverifiedToken>()?;
    module.add_class::<pending::Keyring>()?;
    module.add_class::<pending::PendingAuthorization>()?;
    module.add_class::<replies::FrontChannelLogout>()?;
    module.add_class::<replies::LogoutRequest>()?;
    module.add_class::<replies::LogoutToken>()?;
    module.add_class::<replies::ProtectedResource>()?;
    module.add_class::<replies::ProtectedResourceFlows>()?;
    module.add_class::<replies::Registration>()?;
    module.add_class::<resource_server::Denial>()?;
    module.add_class::<resource_server::Principal>()?;
    module.add_class::<resource_server::ResourceServer>()?;
    module.add_class::<resource_server::ResourceServerFlows>()?;
    module.add_class::<network::NetworkOptions>()?;
    module.add_class::<service::Service>()?;
    module.add_class::<service::ServiceFlows>()?;
    module.add_class::<tokens::IdToken>()?;
    module.add_class::<tokens::TokenSet>()?;
    module.add_class::<verifier::Signer>()?;
    module.add_class::<verifier::Verifier>()?;
    module.add_class::<verifier::VerifierFlows>()?;
    module.add_function(wrap_pyfunction!(members::decode_unverified, module)?)?;
    module.add_function(wrap_pyfunction!(challenge::_parse_challenges, module)?)?;
    module.add_function(wrap_pyfunction!(pkce::_pkce_generate, module)?)?;
    module.add_function(wrap_pyfunction!(pkce::_pkce_challenge, module)?)?;
    module.add_function(wrap_pyfunction!(pkce::_pkce_verify, module)?)?;
    module.add_function(wrap_pyfunction!(pure::_pure, module)?)?;
    module.add_function(wrap_pyfunction!(request::_authorization, module)?)?;
    module.add_function(wrap_pyfunction!(_command, module)?)?;
    module.add_function(wrap_pyfunction!(_error_table, module)?)?;
    module.add_function(wrap_pyfunction!(_panic_for_tests, module)?)?;
    members::register(module)
}

/// Refuses a second interpreter of the process (J6): the classes are static and belong to the first.
fn one_interpreter(py: Python<'_>) -> PyResult<()> {
    static INTERPRETER: AtomicI64 = AtomicI64::new(-1);
    // SAFETY: the interpreter lock is held (`py`), so there is a current interpreter.
    let current = unsafe { pyo3::ffi::PyInterpreterState_GetID(pyo3::ffi::PyInterpreterState_Get()) };
    if current < 0 {
        return Err(PyErr::fetch(py));
    }
    match INTERPRETER.compare_exchange(-1, current, Ordering::SeqCst, Ordering::SeqCst) {
        Err(first) if first != current => Err(PyImportError::new_err(
            "ferroauth is loaded in another interpreter of this process, and cannot be loaded in a second one; \
             under mod_wsgi set 'WSGIApplicationGroup %{GLOBAL}'",
        )),
        _ => Ok(()),
    }
}

/// Runs the command line tool: exit status, standard output, standard error.
#[pyfunction]
#[allow(clippy::needless_pass_by_value)] // pyo3 hands over a list that it made
fn _command(py: Python<'_>, arguments: Vec<String>) -> PyResult<(u8, String, String)> {
    panic::guard(py, || {
        let finished = drive::with_signals(py, |tick| Ok(ferroauth::command::run_with(&arguments, tick)))?;
        Ok((finished.status, finished.output, finished.complaint))
    })
}

/// The error table as JSON text, for the parity test.
#[pyfunction]
fn _error_table(py: Python<'_>) -> PyResult<String> {
    panic::guard(py, || Ok(ferroauth::host::error_table()))
}

/// Panics, so that a test can see what becomes of it.
#[pyfunction]
fn _panic_for_tests(py: Python<'_>) -> PyResult<()> {
    panic::guard(py, || std::panic::panic_any("s3cret"))
}
