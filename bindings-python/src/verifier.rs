//! Bare JWT work: verify and sign.

use crate::arguments::{Options, bytes, text, text_or, texts};
use crate::encryption::Decrypter;
use crate::errors::{self, OrRaise};
use crate::flow::{Flow, Shape};
use crate::jws;
use crate::key_set;
use crate::members::Claims;
use crate::network::NetworkOptions;
use crate::panic::guard;
use crate::to_json;
use ferroauth::ErrorCode;
use ferroauth::host;
use pyo3::Borrowed;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyString;

/// Verifies tokens against one policy. Build it once and keep it.
///
/// With a `decrypter` it takes encrypted tokens alone, and verifies the signed one inside.
///
/// `issuer` and `audience` must be given; `None` writes down that they are not checked. Without `key` the
/// key set is discovered from the issuer, cached, and refreshed.
#[pyclass(frozen, module = "ferroauth")]
pub(crate) struct Verifier {
    flows: Py<VerifierFlows>,
    /// HMAC takes less time than giving the interpreter lock away.
    keeps_lock: bool,
}

#[pymethods]
impl Verifier {
    #[new]
    #[pyo3(signature = (*, issuer, audience, key=None, tenants=Tenants::Undecided, algorithms=None, leeway=None, max_age=None,
                        token_type=None, profile=None, required_claims=None, require_exp=None, jwks_uri=None, network=None, token_cache=None,
                        padded=None, decrypter=None, testing=None))]
    #[allow(clippy::too_many_arguments)]
    fn new(
        py: Python<'_>,
        issuer: Option<&Bound<'_, PyAny>>,
        audience: Option<&Bound<'_, PyAny>>,
        key: Option<&Bound<'_, PyAny>>,
        tenants: Tenants,
        algorithms: Option<&Bound<'_, PyAny>>,
        leeway: Option<i64>,
        max_age: Option<i64>,
        token_type: Option<&Bound<'_, PyString>>,
        profile: Option<&Bound<'_, PyString>>,
        required_claims: Option<&Bound<'_, PyAny>>,
        require_exp: Option<bool>,
        jwks_uri: Option<&Bound<'_, PyString>>,
        network: Option<&NetworkOptions>,
        token_cache: Option<u32>,
        padded: Option<bool>,
        decrypter: Option<&Decrypter>,
        testing: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        guard(py, || {
            let mut config = Options::default();
            one_or_many(&mut config, "issuer", issuer)?;
            one_or_many(&mut config, "audience", audience)?;
            match tenants {
                Tenants::Undecided => {}
                Tenants::Decided(list) => config.set("tenants", list),
            }
            config.texts("algorithms", algorithms)?;
            config.set_some("leeway", leeway);
            config.set_some("max_age", max_age);
            config.text("token_type", token_type)?;
            config.text("profile", profile)?;
            config.texts("required_claims", required_claims)?;
            config.set_some("require_exp", require_exp);
            config.text("jwks_uri", jwks_uri)?;
            config.network(network);
            config.set_some("token_cache", token_cache);
            config.set_some("padded", padded);
            config.json("testing", testing)?;
            let (keys, keeps_lock) = key_set::verifier_keys(key)?;
            let mut verifier = host::Verifier::new(&config.to_text(), keys).or_raise(py)?;
            if let Some(decrypter) = decrypter {
                verifier = verifier.with_decrypter(&decrypter.0);
            }
            let keeps_lock = keeps_lock && decrypter.is_none();
            Ok(Self { flows: Py::new(py, VerifierFlows { verifier })?, keeps_lock })
        })
    }

    /// Verifies a token and returns its claims. Fetches the key set where it must.
    ///
    /// For an ID token also what belongs to its request: the `nonce` that was sent, the `access_token` and `code` that came
    /// along, and `max_authentication_age` in seconds.
    #[pyo3(signature = (token, *, nonce=None, access_token=None, code=None, max_authentication_age=None))]
    fn verify(
        &self,
        py: Python<'_>,
        token: &Bound<'_, PyString>,
        nonce: Option<&Bound<'_, PyString>>,
        access_token: Option<&Bound<'_, PyString>>,
        code: Option<&Bound<'_, PyString>>,
        max_authentication_age: Option<u32>,
    ) -> PyResult<Py<PyAny>> {
        guard(py, || {
            let known = known(nonce, access_token, code, max_authentication_age)?;
            match self.try_verify(py, token, known.as_deref())? {
                Ok(claims) if !self.is_due(token)? => Ok(claims.into_any()),
                Err(error) if error.code() != ErrorCode::KeySetNotLoaded => Err(errors::raise(py, &error)),
                _ => self.flows.get().begin(py, token, known.as_deref())?.run(py),
            }
        })
    }

    /// Verifies a token without any traffic; `KeySetNotLoadedError` if the key set would have to be fetched.
    #[pyo3(signature = (token, *, nonce=None, access_token=None, code=None, max_authentication_age=None))]
    fn verify_now(
        &self,
        py: Python<'_>,
        token: &Bound<'_, PyString>,
        nonce: Option<&Bound<'_, PyString>>,
        access_token: Option<&Bound<'_, PyString>>,
        code: Option<&Bound<'_, PyString>>,
        max_authentication_age: Option<u32>,
    ) -> PyResult<Py<Claims>> {
        guard(py, || {
            let known = known(nonce, access_token, code, max_authentication_age)?;
            self.try_verify(py, token, known.as_deref())?.map_err(|error| errors::raise(py, &error))
        })
    }

    /// The same operation as a flow, for a host that carries the traffic itself.
    #[getter]
    fn flow(&self, py: Python<'_>) -> Py<VerifierFlows> {
        self.flows.clone_ref(py)
    }

    /// The cached key set as JSON text, for `import_keys` in another process; `None` if there is none.
    fn export_keys(&self, py: Python<'_>) -> PyResult<Option<String>> {
        guard(py, || Ok(self.flows.get().verifier.export_keys()))
    }

    /// Takes over what `export_keys` wrote.
    fn import_keys(&self, py: Python<'_>, text: &Bound<'_, PyString>) -> PyResult<()> {
        guard(py, || self.flows.get().verifier.import_keys(crate::arguments::text(text)?).or_raise(py))
    }

    /// Whether the cached keys of the token's issuer are about to expire, so that `verify` refreshes them.
    fn _refresh_due(&self, py: Python<'_>, token: &Bound<'_, PyString>) -> PyResult<bool> {
        guard(py, || self.is_due(token))
    }

    /// Moves the clock of a verifier that was built with `testing`; others are left alone.
    fn _set_testing_clock(&self, now: i64) {
        self.flows.get().verifier.set_testing_clock(now);
    }

    fn __repr__(&self) -> &'static str {
        "Verifier(...)"
    }
}

impl Verifier {
    /// The verifier itself, and whether it keeps the interpreter lock.
    pub(crate) fn parts(&self) -> (&host::Verifier, bool) {
        (&self.flows.get().verifier, self.keeps_lock)
    }

    fn is_due(&self, token: &Bound<'_, PyString>) -> PyResult<bool> {
        Ok(self.flows.get().verifier.refresh_due(text_or(token, ErrorCode::TokenMalformed)?))
    }

    fn try_verify(
        &self,
        py: Python<'_>,
        token: &Bound<'_, PyString>,
        known: Option<&str>,
    ) -> PyResult<ferroauth::Result<Py<Claims>>> {
        let verifier = &self.flows.get().verifier;
        let token = text_or(token, ErrorCode::TokenMalformed)?;
        let verified = match known {
            None if self.keeps_lock => verifier.verify_now(token),
            None => py.detach(|| verifier.verify_now(token)),
            Some(known) => py.detach(|| verifier.verify_expecting_now(token, known)),
        };
        Ok(match verified {
            Ok(verified) => Ok(Claims::create(py, verified)?),
            Err(error) => Err(error),
        })
    }
}

/// `verifier.flow`: the operation of a verifier, not run.
#[pyclass(frozen, module = "ferroauth._native")]
pub(crate) struct VerifierFlows {
    verifier: host::Verifier,
}

impl VerifierFlows {
    fn begin(&self, py: Python<'_>, token: &Bound<'_, PyString>, known: Option<&str>) -> PyResult<Flow> {
        let token = text_or(token, ErrorCode::TokenMalformed)?;
        let operation = match known {
            None => self.verifier.verify(token),
            Some(known) => self.verifier.verify_expecting(token, known).or_raise(py)?,
        };
        Ok(Flow::new(operation, Shape::Plain))
    }
}

#[pymethods]
impl VerifierFlows {
    /// `Verifier.verify` as a flow.
    #[pyo3(signature = (token, *, nonce=None, access_token=None, code=None, max_authentication_age=None))]
    fn verify(
        &self,
        py: Python<'_>,
        token: &Bound<'_, PyString>,
        nonce: Option<&Bound<'_, PyString>>,
        access_token: Option<&Bound<'_, PyString>>,
        code: Option<&Bound<'_, PyString>>,
        max_authentication_age: Option<u32>,
    ) -> PyResult<Flow> {
        guard(py, || {
            let known = known(nonce, access_token, code, max_authentication_age)?;
            self.begin(py, token, known.as_deref())
        })
    }
}

/// Which tenants of an issuer template are meant: a list, all of them (`None`), or nobody said.
enum Tenants {
    Undecided,
    Decided(Option<Vec<String>>),
}

impl<'py> FromPyObject<'_, 'py> for Tenants {
    type Error = PyErr;

    fn extract(value: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        Ok(Self::Decided(if value.is_none() { None } else { Some(texts(&value, "tenants")?) }))
    }
}

/// A value that is one text, several, or `None`, which is a check left out on purpose.
fn one_or_many(config: &mut Options, name: &str, value: Option<&Bound<'_, PyAny>>) -> PyResult<()> {
    match value {
        None => config.set(name, None::<String>),
        Some(value) => match value.cast::<PyString>() {
            Ok(one) => config.set(name, text(one)?),
            Err(_) => config.set(name, texts(value, name)?),
        },
    }
    Ok(())
}

/// What is known of one token, as JSON; `None` where nothing is.
fn known(
    nonce: Option<&Bound<'_, PyString>>,
    access_token: Option<&Bound<'_, PyString>>,
    code: Option<&Bound<'_, PyString>>,
    max_authentication_age: Option<u32>,
) -> PyResult<Option<String>> {
    if nonce.is_none() && access_token.is_none() && code.is_none() && max_authentication_age.is_none() {
        return Ok(None);
    }
    let mut known = Options::default();
    known.text("nonce", nonce)?;
    known.text("access_token", access_token)?;
    known.text("code", code)?;
    known.set_some("max_authentication_age", max_authentication_age);
    Ok(Some(known.to_text()))
}

/// Signs tokens with one key and one algorithm.
#[pyclass(frozen, module = "ferroauth")]
pub(crate) struct Signer {
    signer: host::Signer,
    keeps_lock: bool,
}

#[pymethods]
impl Signer {
    #[new]
    #[pyo3(signature = (key, *, algorithm, kid=None, typ=None, testing=None))]
    fn new(
        py: Python<'_>,
        key: &Bound<'_, PyAny>,
        algorithm: &Bound<'_, PyString>,
        kid: Option<&Bound<'_, PyString>>,
        typ: Option<&Bound<'_, PyString>>,
        testing: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        guard(py, || {
            let mut config = Options::default();
            config.text("algorithm", Some(algorithm))?;
            config.text("kid", kid)?;
            config.text("typ", typ)?;
            config.json("testing", testing)?;
            let (key, keeps_lock) = key_set::signer_key(key)?;
            let signer = host::Signer::new(key, &config.to_text()).or_raise(py)?;
            Ok(Self { signer, keeps_lock })
        })
    }

    /// Signs claims. `iat` is added, and `exp` where `lifetime` (seconds) is given.
    #[pyo3(signature = (claims, *, lifetime=None))]
    fn sign(&self, py: Python<'_>, claims: &Bound<'_, PyAny>, lifetime: Option<u32>) -> PyResult<String> {
        guard(py, || {
            let claims = to_json::text(claims)?;
            self.run(py, || self.signer.sign(&claims, lifetime))
        })
    }

    /// Signs any bytes as a compact JWS.
    fn sign_bytes(&self, py: Python<'_>, payload: &Bound<'_, PyAny>) -> PyResult<String> {
        guard(py, || {
            let payload = bytes(payload, "the payload")?;
            self.run(py, || self.signer.sign_bytes(&payload))
        })
    }

    /// Signs bytes that are not in the JWS (RFC 7515 appendix F); without `encode_payload` as they are (RFC 7797).
    #[pyo3(signature = (payload, *, encode_payload=true))]
    fn sign_detached(
        &self,
        py: Python<'_>,
        payload: &Bound<'_, PyAny>,
        encode_payload: bool,
    ) -> PyResult<String> {
        guard(py, || {
            let payload = bytes(payload, "the payload")?;
            self.run(py, || self.signer.sign_detached(&payload, encode_payload))
        })
    }

    /// Signs bytes as flattened JSON, whose text is returned; `header` is the unprotected header.
    #[pyo3(signature = (payload, *, header=None, detached=false, encode_payload=true))]
    fn sign_json(
        &self,
        py: Python<'_>,
        payload: &Bound<'_, PyAny>,
        header: Option<&Bound<'_, PyAny>>,
        detached: bool,
        encode_payload: bool,
    ) -> PyResult<String> {
        guard(py, || {
            let payload = bytes(payload, "the payload")?;
            let options = jws::json_options(header.map(|it| ("header", it)), detached, encode_payload)?;
            self.run(py, || self.signer.sign_json(&payload, &options))
        })
    }

    /// Signs bytes as general JSON, one signature for each signer, at most ten; `headers` has an unprotected header, or
    /// `None`, for each.
    #[staticmethod]
    #[pyo3(signature = (signers, payload, *, headers=None, detached=false, encode_payload=true))]
    fn sign_general_json(
        py: Python<'_>,
        signers: &Bound<'_, PyAny>,
        payload: &Bound<'_, PyAny>,
        headers: Option<&Bound<'_, PyAny>>,
        detached: bool,
        encode_payload: bool,
    ) -> PyResult<String> {
        guard(py, || {
            let payload = bytes(payload, "the payload")?;
            let options = jws::json_options(headers.map(|it| ("headers", it)), detached, encode_payload)?;
            let wrong = || PyTypeError::new_err("signers must be a list of Signer");
            let signers = signers
                .try_iter()
                .map_err(|_| wrong())?
                .map(|one| Ok(one?.cast::<Self>().map_err(|_| wrong())?.get().signer.clone()))
                .collect::<PyResult<Vec<host::Signer>>>()?;
            py.detach(|| host::Signer::sign_general_json(&signers, &payload, &options)).or_raise(py)
        })
    }

    fn __repr__(&self) -> &'static str {
        "Signer('***')"
    }
}

impl Signer {
    fn run(
        &self,
        py: Python<'_>,
        sign: impl FnOnce() -> ferroauth::Result<String> + Send,
    ) -> PyResult<String> {
        if self.keeps_lock { sign() } else { py.detach(sign) }.or_raise(py)
    }
}
