//! The driver for a host's own event loop: it never waits, starts no thread, and loses no event.

#![cfg(all(feature = "drivers", target_os = "linux"))]
#![allow(clippy::unwrap_used, reason = "a failed set-up fails the test")]

mod support;

use ferroauth::drivers::Polled;
use ferroauth::flow::{Flow, HttpResponse, NetworkPolicy};
use ferroauth::{ErrorCode, Result};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::os::fd::BorrowedFd;
use std::sync::mpsc;
use std::time::{Duration, Instant};
use support::{Server, flow_of, get, ok, patient_policy, post};

const SOON: Duration = Duration::from_secs(30);

/// Takes turns until the results are there, as an event loop would that never sleeps.
fn results<T>(driver: &Polled, receiver: &mpsc::Receiver<T>, count: usize) -> Vec<T> {
    let end = Instant::now() + SOON;
    let mut found = Vec::new();
    while found.len() < count {
        assert!(Instant::now() < end, "{} of {count} results", found.len());
        driver.turn();
        found.extend(receiver.try_iter());
        std::thread::yield_now();
    }
    found
}

fn exchange(driver: &Polled, flow: Flow<HttpResponse>) -> Result<HttpResponse> {
    let (sender, receiver) = mpsc::channel();
    driver.spawn(flow, move |result| sender.send(result).unwrap());
    results(driver, &receiver, 1).remove(0)
}

#[test]
fn many_flows_run_at_once_on_the_thread_that_asked() {
    // The server answers nobody before all have asked.
    let asked = std::sync::Barrier::new(200);
    let server = Server::start(move |peer| {
        peer.request();
        asked.wait();
        peer.send(&ok("{}"));
    });
    let driver = Polled::new().unwrap();
    let here = std::thread::current().id();
    let (sender, receiver) = mpsc::channel();
    for _ in 0..200 {
        let sender = sender.clone();
        driver.spawn(flow_of(post(&server.url(), patient_policy())), move |result| {
            sender.send((result.unwrap().status, std::thread::current().id())).unwrap();
        });
    }
    assert!(results(&driver, &receiver, 200).iter().all(|result| *result == (200, here)));
}

#[test]
fn the_descriptors_of_two_drivers_differ() {
    let (one, two) = (Polled::new().unwrap(), Polled::new().unwrap());
    assert!(one.descriptor() >= 0 && two.descriptor() >= 0);
    assert_ne!(one.descriptor(), two.descriptor());
    let server = Server::answering(ok("{}"));
    for driver in [&one, &two, &one] {
        assert_eq!(exchange(driver, flow_of(get(&server.url(), patient_policy()))).unwrap().status, 200);
    }
}

#[test]
fn a_connection_that_was_closed_in_a_pause_carries_no_post() {
    // Each connection serves one request, and is closed without a word about it.
    let server = Server::start(|peer| {
        peer.request();
        peer.send(&ok("{}"));
    });
    let driver = Polled::new().unwrap();
    for round in 1..=5 {
        let flow = flow_of(post(&server.url(), patient_policy()));
        assert_eq!(exchange(&driver, flow).unwrap().status, 200);
        assert_eq!(server.connections(), round);
        // The host is busy with other things, and takes no turn.
        std::thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn a_deadline_ends_a_call_that_is_not_answered() {
    let server = Server::start(|peer| {
        peer.request();
        peer.stall();
    });
    let driver = Polled::new().unwrap();
    let policy = NetworkPolicy { timeout_ms: 50, ..NetworkPolicy::default() };
    let result = exchange(&driver, flow_of(post(&server.url(), policy)));
    assert_eq!(result.unwrap_err().code(), ErrorCode::NetworkTimeout);
}

#[test]
fn every_flow_is_answered_once_whatever_happens() {
    let driver = Polled::new().unwrap();
    let (sender, receiver) = mpsc::channel();
    let report = |name: &'static str| {
        let sender = sender.clone();
        move |result: Result<()>| sender.send((name, result.map_err(|error| error.code()))).unwrap()
    };
    driver.spawn(Flow::ready(Ok(())), report("ready"));
    driver.spawn(Flow::new(|_| async { std::panic::resume_unwind(Box::new("mine")) }), report("panic"));
    driver.spawn(Flow::new(|io| async move { io.sleep(Duration::from_secs(3600)).await }), report("dropped"));
    driver.spawn(Flow::ready(Ok(())), |_| std::panic::resume_unwind(Box::new("theirs")));
    driver.turn();
    drop(driver);
    assert_eq!(
        receiver.try_iter().collect::<Vec<_>>(),
        [
            ("ready", Ok(())),
            ("panic", Err(ErrorCode::InternalPanic)),
            ("dropped", Err(ErrorCode::InternalClosed))
        ]
    );
}

#[test]
fn a_flow_that_is_ready_is_done_at_once_and_a_turn_does_not_wait() {
    let driver = Polled::new().unwrap();
    let (sender, receiver) = mpsc::channel();
    driver.spawn(Flow::ready(Ok(42)), move |result| sender.send(result.unwrap()).unwrap());
    assert_eq!(receiver.try_recv(), Ok(42));
    driver.spawn(Flow::new(|io| async move { io.sleep(Duration::from_secs(3600)).await }), |_| ());
    for _ in 0..1000 {
        driver.turn();
    }
}

#[test]
fn the_descriptor_alone_says_when_there_is_something_to_do() {
    // Head and body apart, or together: each may arrive in any moment of a turn.
    let server = Server::start(|peer| {
        let whole = ok("{}");
        let (head, body) = whole.split_at(whole.len() - 2);
        for round in 0.. {
            if peer.request().is_none() {
                return;
            }
            if round % 2 == 0 {
                peer.send(head);
                peer.send(body);
            } else {
                peer.send(&whole);
            }
        }
    });
    let driver = Polled::new().unwrap();
    // SAFETY: the driver, which lives to the end of the test, owns the descriptor.
    let descriptor = unsafe { BorrowedFd::borrow_raw(driver.descriptor()) };
    for round in 0..3_000 {
        let (sender, receiver) = mpsc::channel();
        let flow = flow_of(post(&server.url(), patient_policy()));
        driver.spawn(flow, move |result| sender.send(result.unwrap().status).unwrap());
        while receiver.try_recv() != Ok(200) {
            let mut watched = [PollFd::new(&descriptor, PollFlags::IN)];
            let limit = Timespec { tv_sec: 10, tv_nsec: 0 };
            assert_eq!(poll(&mut watched, Some(&limit)), Ok(1), "an event was lost in round {round}");
            driver.turn();
        }
    }
    assert_eq!(server.connections(), 1);
}
