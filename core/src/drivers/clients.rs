//! Which reqwest client carries a request, and with which settings.

use super::resolver::{Lookup, Resolver, environment_proxies};
use super::tls;
use crate::error::{Error, ErrorCode, Result};
use crate::flow::{ClientCertificate, NetworkPolicy};
use crate::types::EndpointUrl;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

const USER_AGENT: &str = concat!("ferroauth/", env!("CARGO_PKG_VERSION"));

/// Connections idle for longer are not used again.
pub(super) const IDLE: Duration = Duration::from_secs(30);

/// More distinct network policies than this, and the clients are built anew.
const MAX_CLIENTS: usize = 32;

/// The clients of one engine.
pub(super) struct Clients {
    lookup: Lookup,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    prepared: Vec<Arc<Prepared>>,
    /// Hosts that the environment names as proxies, read at the first use of a proxy.
    proxies: Option<Arc<[String]>>,
}

/// A reqwest client with what it was built for.
pub(super) struct Prepared {
    network: Arc<NetworkPolicy>,
    route: Route,
    /// The certificate that its connections show; nobody else's request may take one of them.
    certificate: Option<Arc<ClientCertificate>>,
    pub(super) client: reqwest::Client,
    /// Whether it has completed an exchange, and so may hold a connection that has gone stale.
    pub(super) used: AtomicBool,
}

/// What decides, besides the policy, which client fits a URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Route {
    tls: bool,
    proxy: bool,
}

impl Prepared {
    /// Whether connections may end at a proxy, which then vets the address.
    pub(super) fn uses_proxy(&self) -> bool {
        self.route.proxy
    }

    fn fits(
        &self,
        network: &Arc<NetworkPolicy>,
        route: Route,
        shown: Option<&Arc<ClientCertificate>>,
    ) -> bool {
        let (ours, theirs) = (&self.network, network);
        let same_certificate = match (&self.certificate, shown) {
            (None, None) => true,
            (Some(ours), Some(theirs)) => Arc::ptr_eq(ours, theirs) || ours.is_same(theirs),
            _ => false,
        };
        self.route == route
            && same_certificate
            && (Arc::ptr_eq(ours, theirs)
                || (ours.allow_private == theirs.allow_private
                    && ours.connect_timeout_ms == theirs.connect_timeout_ms
                    && ours.extra_roots_pem == theirs.extra_roots_pem))
    }
}

impl Clients {
    pub(super) fn new(lookup: Lookup) -> Self {
        Self { lookup, state: Mutex::default() }
    }

    /// The client for a target, built at the first use of its policy.
    pub(super) fn find(
        &self,
        target: &EndpointUrl,
        network: &Arc<NetworkPolicy>,
        certificate: Option<&Arc<ClientCertificate>>,
    ) -> Result<Arc<Prepared>> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let mut route = Route { tls: target.url().scheme() == "https", proxy: false };
        let mut proxies = Arc::default();
        // Loopback means this machine, not the proxy's.
        if network.proxy_from_environment && !target.is_loopback() {
            proxies = Arc::clone(state.proxies.get_or_insert_with(environment_proxies));
            // A proxy's own name is exempt from the check for private addresses, so that it must not be
            // a target there.
            let host = target.url().host_str().unwrap_or_default();
            route.proxy = !proxies.iter().any(|proxy| proxy == host);
        }
        // Plain http (loopback alone) has no place for a certificate.
        let certificate = certificate.filter(|_| route.tls);
        if let Some(found) = state.prepared.iter().find(|prepared| prepared.fits(network, route, certificate))
        {
            return Ok(Arc::clone(found));
        }
        let proxies = if route.proxy { proxies } else { Arc::default() };
        let prepared = Arc::new(Prepared {
            network: Arc::clone(network),
            route,
            client: build(self.lookup, network, route, proxies, certificate)?,
            certificate: certificate.cloned(),
            used: AtomicBool::new(false),
        });
        if state.prepared.len() >= MAX_CLIENTS {
            state.prepared.clear();
        }
        state.prepared.push(Arc::clone(&prepared));
        Ok(prepared)
    }
}

fn build(
    lookup: Lookup,
    network: &NetworkPolicy,
    route: Route,
    proxies: Arc<[String]>,
    certificate: Option<&Arc<ClientCertificate>>,
) -> Result<reqwest::Client> {
    // Without redirects a client for plain http never meets https, and so need not read any authority.
    let tls = if route.tls || route.proxy {
        tls::client_config(network.extra_roots_pem.as_deref(), certificate.map(AsRef::as_ref))?
    } else {
        tls::client_config_without_roots()?
    };
    let mut builder = reqwest::Client::builder()
        .user_agent(USER_AGENT)
        .tls_backend_preconfigured(tls)
        .dns_resolver(Resolver::new(lookup, network.allow_private, proxies))
        .http1_only()
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        // The limit says the same once more: without it each request is copied, for a repetition that never comes.
        .retry(reqwest::retry::never().max_retries_per_request(0))
        .connect_timeout(Duration::from_millis(network.connect_timeout_ms.into()))
        .pool_idle_timeout(IDLE);
    if !route.proxy {
        builder = builder.no_proxy();
    }
    builder.build().map_err(|_| Error::new(ErrorCode::InternalDriver))
}
