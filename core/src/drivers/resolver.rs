//! Names to addresses, without private ones.
//!
//! The addresses handed out here are the ones that are connected to, so a name that resolves to
//! another address the second time (DNS rebinding) gains nothing. The system's resolver is used, so
//! that `/etc/hosts` and the site's name services count; it blocks, and there are two places for that:
//!
//! - [`Lookup::OnThisThread`] for the blocking driver, which must not start a thread. A lookup cannot
//!   be interrupted; the deadline is checked as soon as it returns (`/etc/resolv.conf` bounds it).
//! - [`Lookup::OnHelper`] for the asynchronous ones: on the runtime's blocking pool, one lookup per name
//!   at a time, however many calls wait for it.

use crate::flow::is_private_address;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::collections::HashMap;
use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs as _};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// Where the system's blocking lookup runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lookup {
    OnThisThread,
    OnHelper,
}

/// The name resolves to nothing but private addresses.
#[derive(Debug)]
pub(super) struct PrivateAddress;

impl fmt::Display for PrivateAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("private address")
    }
}

impl StdError for PrivateAddress {}

/// What a name resolved to; `None` when it does not resolve.
type Found = Option<Arc<[IpAddr]>>;

/// Lookups under way, by name.
#[derive(Clone, Default)]
struct Flights(Arc<Mutex<HashMap<String, watch::Receiver<Option<Found>>>>>);

/// The resolver of one reqwest client.
pub(super) struct Resolver {
    lookup: Lookup,
    allow_private: bool,
    /// Hosts that the administrator named as proxies; these may be private.
    proxies: Arc<[String]>,
    system: fn(&str) -> Found,
    flights: Flights,
}

impl Resolver {
    pub(super) fn new(lookup: Lookup, allow_private: bool, proxies: Arc<[String]>) -> Self {
        Self { lookup, allow_private, proxies, system: system_lookup, flights: Flights::default() }
    }
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let host = name.as_str().trim_end_matches('.').to_ascii_lowercase();
        // RFC 6761 sections 6.3 and 6.4 and RFC 7686: these never go to a name server.
        if host == "localhost" {
            let loopback = [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];
            return Box::pin(std::future::ready(Ok(sockets(loopback.into_iter()))));
        }
        if host.ends_with(".invalid") || host.ends_with(".onion") {
            return Box::pin(std::future::ready(Err("name that never resolves".into())));
        }
        let any = self.allow_private || self.proxies.contains(&host);
        match self.lookup {
            Lookup::OnThisThread => Box::pin(std::future::ready(vet((self.system)(&host), any))),
            Lookup::OnHelper => {
                let (flights, system) = (self.flights.clone(), self.system);
                Box::pin(async move { vet(flights.join(host, system).await, any) })
            }
        }
    }
}

impl Flights {
    fn open(&self) -> MutexGuard<'_, HashMap<String, watch::Receiver<Option<Found>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the lookup of this name that is under way, or starts one.
    async fn join(self, host: String, system: fn(&str) -> Found) -> Found {
        let mut receiver = {
            let mut open = self.open();
            match open.get(&host) {
                // A closed channel is left behind by a runtime that ended before the lookup began.
                Some(receiver) if receiver.has_changed().is_ok() => receiver.clone(),
                _ => {
                    let (sender, receiver) = watch::channel(None);
                    open.insert(host.clone(), receiver.clone());
                    let flights = self.clone();
                    tokio::task::spawn_blocking(move || {
                        let found = system(&host);
                        flights.open().remove(&host);
                        sender.send_replace(Some(found));
                    });
                    receiver
                }
            }
        };
        receiver.wait_for(Option::is_some).await.ok().and_then(|found| found.clone().flatten())
    }
}

fn system_lookup(host: &str) -> Found {
    let found: io::Result<Arc<[IpAddr]>> =
        (host, 0).to_socket_addrs().map(|sockets| sockets.map(|socket| socket.ip()).collect());
    found.ok()
}

fn vet(found: Found, any: bool) -> Result<Addrs, Box<dyn StdError + Send + Sync>> {
    let found = found.filter(|addresses| !addresses.is_empty()).ok_or("name does not resolve")?;
    let allowed: Vec<IpAddr> = found.iter().copied().filter(|ip| any || !is_private_address(*ip)).collect();
    if allowed.is_empty() {
        return Err(Box::new(PrivateAddress));
    }
    Ok(sockets(allowed.into_iter()))
}

/// The port 0 stands for the port of the URL.
fn sockets(addresses: impl Iterator<Item = IpAddr> + Send + 'static) -> Addrs {
    Box::new(addresses.map(|ip| SocketAddr::new(ip, 0)))
}

/// The hosts that the environment names as proxies, for [`Resolver::new`].
pub(super) fn environment_proxies() -> Arc<[String]> {
    ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"]
        .iter()
        .filter_map(|name| std::env::var(name).ok())
        .filter_map(|value| proxy_host(&value))
        .collect()
}

fn proxy_host(value: &str) -> Option<String> {
    let with_scheme = if value.contains("://") { value.to_owned() } else { format!("http://{value}") };
    let url = url::Url::parse(&with_scheme).ok()?;
    url.host_str().map(|host| host.trim_end_matches('.').to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::str::FromStr as _;
    use std::sync::atomic::{AtomicUsize, Ordering};

    fn fake(host: &str) -> Found {
        let addresses: &[&str] = match host {
            "public.example" => &["8.8.8.8", "2606:4700::1111"],
            "mixed.example" => &["10.0.0.1", "8.8.8.8", "::1"],
            "private.example" => &["10.0.0.1", "169.254.169.254", "::ffff:127.0.0.1"],
            _ => return None,
        };
        Some(addresses.iter().map(|text| text.parse().unwrap()).collect())
    }

    fn resolve(resolver: &Resolver, host: &str) -> Result<Vec<String>, String> {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let addresses = runtime.block_on(resolver.resolve(Name::from_str(host).unwrap()));
        addresses.map(|all| all.map(|a| a.ip().to_string()).collect()).map_err(|e| e.to_string())
    }

    fn resolver(lookup: Lookup, allow_private: bool) -> Resolver {
        let proxies = Arc::from(["private.example".to_owned()]);
        let proxies = if allow_private { Arc::from([]) } else { proxies };
        Resolver { system: fake, ..Resolver::new(lookup, allow_private, proxies) }
    }

    #[test]
    fn private_addresses_are_dropped_and_nothing_else() {
        for lookup in [Lookup::OnThisThread, Lookup::OnHelper] {
            let strict = Resolver { proxies: Arc::from([]), ..resolver(lookup, false) };
            assert_eq!(resolve(&strict, "public.example").unwrap(), ["8.8.8.8", "2606:4700::1111"]);
            assert_eq!(resolve(&strict, "Mixed.Example.").unwrap(), ["8.8.8.8"]);
            assert_eq!(resolve(&strict, "private.example").unwrap_err(), PrivateAddress.to_string());
            assert!(resolve(&strict, "absent.example").unwrap_err().contains("does not resolve"));
            assert_eq!(resolve(&resolver(lookup, true), "private.example").unwrap().len(), 3);
        }
    }

    #[test]
    fn a_proxy_that_the_administrator_named_may_be_private() {
        assert!(resolve(&resolver(Lookup::OnThisThread, false), "private.example").is_ok());
        assert_eq!(proxy_host("proxy.corp:3128").unwrap(), "proxy.corp");
        assert_eq!(proxy_host("http://user:secret@Proxy.corp:3128/").unwrap(), "proxy.corp");
    }

    #[test]
    fn special_names_never_reach_the_name_servers() {
        let strict = resolver(Lookup::OnThisThread, false);
        assert_eq!(resolve(&strict, "localhost").unwrap(), ["127.0.0.1", "::1"]);
        assert!(resolve(&strict, "anything.invalid").is_err());
        assert!(resolve(&strict, "anything.onion").is_err());
    }

    #[test]
    fn calls_that_wait_for_the_same_name_share_one_lookup() {
        static LOOKUPS: AtomicUsize = AtomicUsize::new(0);
        fn slow(host: &str) -> Found {
            LOOKUPS.fetch_add(1, Ordering::SeqCst);
            std::thread::sleep(std::time::Duration::from_millis(50));
            fake(host)
        }
        let resolver = Resolver { system: slow, ..resolver(Lookup::OnHelper, false) };
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let found = runtime.block_on(async {
            let waiting: Vec<_> = (0..100)
                .map(|_| tokio::spawn(resolver.resolve(Name::from_str("public.example").unwrap())))
                .collect();
            let mut found = 0;
            for call in waiting {
                found += call.await.unwrap().map_or(0, Iterator::count);
            }
            found
        });
        assert_eq!((found, LOOKUPS.load(Ordering::SeqCst)), (200, 1));
        assert!(resolver.flights.open().is_empty());
    }
}
