//! The blocking driver: kept-alive connections, what is sent twice and what never, the tick.

#![cfg(feature = "drivers")]
#![allow(clippy::unwrap_used, reason = "a failed set-up fails the test")]

mod support;

use ferroauth::ErrorCode::{ConfigInvalid, InternalDriver, NetworkProtocol};
use ferroauth::drivers::{run_blocking, run_blocking_with};
use ferroauth::flow::Flow;
use ferroauth::{Error, ErrorCode};
use std::net::Shutdown;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::time::Duration;
use support::{Server, flow_of, get, ok, patient_policy, post};

#[test]
fn a_flow_keeps_its_connection() {
    let server = Server::answering(ok("{}"));
    let url = server.url();
    let flow = Flow::new(|io| async move {
        for _ in 0..20 {
            io.http(post(&url, patient_policy())).await?;
        }
        Ok(())
    });
    run_blocking(flow).unwrap();
    assert_eq!((server.connections(), server.requests().len()), (1, 20));
}

#[test]
fn a_connection_that_the_server_closed_meanwhile_is_not_used_again() {
    let (closed, is_closed) = mpsc::channel();
    let server = Server::start(move |peer| {
        peer.request();
        peer.send(&ok("{}"));
        peer.stream().shutdown(Shutdown::Both).unwrap();
        closed.send(()).unwrap();
    });
    for _ in 0..20 {
        assert!(run_blocking(flow_of(post(&server.url(), patient_policy()))).is_ok());
        is_closed.recv().unwrap();
    }
    assert_eq!(server.requests().len(), 20);
}

/// Answers the first request of a connection; the second one makes it close without an answer. Every
/// connection after the first answers properly.
fn server_that_hangs_up_once() -> Server {
    Server::start(|peer| {
        peer.request();
        peer.send(&ok("{}"));
        if peer.request().is_some() && peer.number > 1 {
            peer.send(&ok("{}"));
        }
    })
}

/// Two exchanges within one flow use the same engine, whatever other tests do.
fn twice(first: ferroauth::flow::HttpRequest, second: ferroauth::flow::HttpRequest) -> Flow<u16> {
    Flow::new(|io| async move {
        io.http(first).await?;
        io.sleep(Duration::from_millis(20)).await?;
        Ok(io.http(second).await?.status)
    })
}

#[test]
fn a_get_on_a_dying_connection_is_sent_again_once() {
    let server = server_that_hangs_up_once();
    let request = || get(&server.url(), patient_policy());
    assert_eq!(run_blocking(twice(request(), request())).unwrap(), 200);
    assert_eq!((server.connections(), server.requests().len()), (2, 3));
}

#[test]
fn a_post_on_a_dying_connection_is_never_sent_again() {
    let server = server_that_hangs_up_once();
    let request = || post(&server.url(), patient_policy());
    assert_eq!(run_blocking(twice(request(), request())).unwrap_err().code(), NetworkProtocol);
    assert_eq!((server.connections(), server.requests().len()), (1, 2));
}

#[test]
fn a_get_is_not_repeated_for_ever() {
    let server = Server::start(|peer| {
        peer.request();
        if peer.number == 1 {
            peer.send(&ok("{}"));
            peer.request();
        }
    });
    let request = || get(&server.url(), patient_policy());
    assert_eq!(run_blocking(twice(request(), request())).unwrap_err().code(), NetworkProtocol);
    assert_eq!((server.connections(), server.requests().len()), (2, 3));
}

#[test]
fn the_tick_ends_a_wait_with_its_own_error() {
    let server = Server::start(support::Peer::stall);
    let interrupt = |flow| {
        let mut ticks = 0;
        run_blocking_with(flow, || {
            ticks += 1;
            if ticks == 3 { Err(Error::with(ConfigInvalid, "interrupted")) } else { Ok(()) }
        })
        .unwrap_err()
    };
    let waiting = flow_of(post(&server.url(), patient_policy()));
    assert!(interrupt(waiting.map(|_| Ok(()))).to_string().contains("interrupted"));
    let sleeping = Flow::new(|io| async move { io.sleep(Duration::from_secs(3600)).await });
    assert!(interrupt(sleeping).to_string().contains("interrupted"));
}

#[test]
fn the_tick_may_run_flows_itself() {
    let slow = Server::start(|peer| {
        peer.request();
        std::thread::sleep(Duration::from_millis(200));
        peer.send(&ok("{}"));
    });
    let quick = Server::answering(ok("{}"));
    let ticks = AtomicUsize::new(0);
    let response = run_blocking_with(flow_of(post(&slow.url(), patient_policy())), || {
        ticks.fetch_add(1, Ordering::Relaxed);
        run_blocking(flow_of(get(&quick.url(), patient_policy()))).map(|_| ())
    });
    assert_eq!(response.unwrap().status, 200);
    assert!(ticks.load(Ordering::Relaxed) > 0);
    assert_eq!(quick.requests().len(), ticks.load(Ordering::Relaxed));
}

#[test]
fn threads_do_not_wait_for_each_other() {
    // The server answers nobody before all have asked.
    let asked = std::sync::Barrier::new(50);
    let server = Server::start(move |peer| {
        peer.request();
        asked.wait();
        peer.send(&ok("{}"));
    });
    let url = server.url();
    let calls: Vec<_> = (0..50)
        .map(|_| {
            let flow = flow_of(post(&url, patient_policy()));
            std::thread::spawn(move || run_blocking(flow).unwrap().status)
        })
        .collect();
    for call in calls {
        assert_eq!(call.join().unwrap(), 200);
    }
}

#[test]
fn a_flow_without_requests_needs_no_engine() {
    assert_eq!(run_blocking(Flow::ready(Ok(1))).unwrap(), 1);
    assert_eq!(
        run_blocking(Flow::<()>::ready(Err(ErrorCode::TokenExpired.into()))).unwrap_err().code(),
        ErrorCode::TokenExpired
    );
}

#[test]
fn inside_an_asynchronous_task_the_call_is_an_error_and_on_a_blocking_thread_it_works() {
    let server = Server::answering(ok("{}"));
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let flow = || flow_of(get(&server.url(), patient_policy()));
    let within_task = runtime.block_on(async { run_blocking(flow()) });
    assert_eq!(within_task.unwrap_err().code(), InternalDriver);
    let flow = flow();
    let on_blocking_thread =
        runtime.block_on(async { tokio::task::spawn_blocking(|| run_blocking(flow)).await });
    assert_eq!(on_blocking_thread.unwrap().unwrap().status, 200);
}
