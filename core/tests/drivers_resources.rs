//! No thread, no descriptor is left behind. Linux only, because it reads `/proc/self`; one test in its own
//! process, because it counts.

#![cfg(all(feature = "drivers", target_os = "linux"))]
#![allow(clippy::unwrap_used, reason = "a failed set-up fails the test")]

mod support;

use ferroauth::drivers::{Worker, run_blocking};
use std::fs::read_dir;
use support::{Peer, Server, flow_of, get, ok, on_worker, patient_policy, policy, post};

fn count(directory: &str) -> usize {
    read_dir(directory).unwrap().count()
}

fn threads() -> usize {
    count("/proc/self/task")
}

fn descriptors() -> usize {
    count("/proc/self/fd")
}

/// The server shares this process: wait until its threads have noticed that their clients left.
fn settle(expected: usize, measure: fn() -> usize) -> usize {
    for _ in 0..500 {
        if measure() <= expected {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    measure()
}

#[test]
fn calls_leave_neither_threads_nor_descriptors_behind() {
    let good = Server::answering(ok("{}"));
    run_blocking(flow_of(post(&good.url(), patient_policy()))).unwrap();
    let (before_threads, before_descriptors) = (threads(), descriptors());

    for _ in 0..100 {
        run_blocking(flow_of(post(&good.url(), patient_policy()))).unwrap();
    }
    assert_eq!(threads(), before_threads, "the blocking driver started a thread");
    assert_eq!(good.connections(), 1, "the connection was not kept alive");
    assert_eq!(descriptors(), before_descriptors);

    // Names too: `localhost` is ours, the other one is asked of the system.
    for host in ["localhost", "ferroauth-test.localhost"] {
        let url = format!("https://{host}:{}/", good.address.port());
        run_blocking(flow_of(get(&url, policy()))).unwrap_err();
        assert_eq!(settle(before_threads, threads), before_threads, "a lookup started a thread");
    }

    let faulty = Server::start(|peer| match peer.number % 4 {
        0 => peer.leave_request_unread(),
        1 => drop(peer.request()),
        2 => {
            peer.request();
            peer.send(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n");
            peer.stall();
        }
        _ => Peer::leave_request_unread(peer),
    });
    for _ in 0..250 {
        run_blocking(flow_of(post(&faulty.url(), patient_policy()))).unwrap_err();
    }
    let listener = 1;
    let expected = before_descriptors + listener;
    assert!(settle(expected, descriptors) <= expected, "{} > {expected}", descriptors());

    let (before_threads, before_descriptors) = (settle(before_threads + 1, threads), descriptors());
    for _ in 0..20 {
        let worker = Worker::new().unwrap();
        on_worker(&worker, flow_of(post(&good.url(), patient_policy()))).unwrap();
        worker.close();
    }
    assert!(settle(before_threads, threads) <= before_threads, "a worker left a thread");
    assert!(settle(before_descriptors, descriptors) <= before_descriptors, "a worker left a descriptor");
}
