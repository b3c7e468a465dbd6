//! The worker: many flows at once, each answered exactly once, whatever happens to it.

#![cfg(feature = "drivers")]
#![allow(clippy::unwrap_used, reason = "a failed set-up fails the test")]

mod support;

use ferroauth::drivers::{Engine, Worker, run_async};
use ferroauth::flow::Flow;
use ferroauth::{Error, ErrorCode};
use std::sync::{Arc, mpsc};
use std::time::Duration;
use support::{Peer, Server, flow_of, get, ok, on_worker, patient_policy, post};

const SOON: Duration = Duration::from_secs(30);

fn pending() -> Flow<()> {
    Flow::new(|io| async move { io.sleep(Duration::from_secs(3600)).await })
}

#[test]
fn flows_run_at_the_same_time() {
    // The server answers nobody before all have asked.
    let asked = std::sync::Barrier::new(200);
    let server = Server::start(move |peer| {
        peer.request();
        asked.wait();
        peer.send(&ok("{}"));
    });
    let worker = Worker::new().unwrap();
    let (sender, receiver) = mpsc::channel();
    for _ in 0..200 {
        let sender = sender.clone();
        let flow = flow_of(post(&server.url(), patient_policy()));
        worker.spawn(flow, move |result| sender.send(result.unwrap().status).unwrap());
    }
    for _ in 0..200 {
        assert_eq!(receiver.recv_timeout(SOON).unwrap(), 200);
    }
}

#[test]
fn connections_are_kept_alive_and_sleeps_do_not_block() {
    let server = Server::answering(ok("{}"));
    let worker = Worker::new().unwrap();
    worker.spawn(pending(), |_| ());
    for _ in 0..20 {
        assert_eq!(on_worker(&worker, flow_of(get(&server.url(), patient_policy()))).unwrap().status, 200);
    }
    assert!(server.connections() <= 2, "{}", server.connections());
}

#[test]
fn a_cancelled_flow_closes_its_connection_and_is_answered() {
    let (asked, was_asked) = mpsc::channel();
    let (ended, has_ended) = mpsc::channel();
    let server = Server::start(move |peer| {
        peer.request();
        asked.send(()).unwrap();
        peer.stall();
        ended.send(()).unwrap();
    });
    let worker = Worker::new().unwrap();
    let (sender, receiver) = mpsc::channel();
    let cancel = worker.spawn(flow_of(post(&server.url(), patient_policy())), move |result| {
        sender.send(result.map(|_| ()).unwrap_err().code()).unwrap();
    });
    was_asked.recv_timeout(SOON).unwrap();
    cancel.cancel();
    assert_eq!(receiver.recv_timeout(SOON).unwrap(), ErrorCode::InternalClosed);
    has_ended.recv_timeout(SOON).unwrap();
    cancel.cancel();
    assert!(worker.is_usable());
}

#[test]
fn closing_answers_every_flow_and_refuses_new_ones() {
    let server = Server::start(Peer::stall);
    let worker = Worker::new().unwrap();
    let (sender, receiver) = mpsc::channel();
    for _ in 0..10 {
        let (first, second) = (sender.clone(), sender.clone());
        let flow = flow_of(post(&server.url(), patient_policy())).map(|_| Ok(()));
        worker.spawn(flow, move |result| first.send(result.unwrap_err().code()).unwrap());
        worker.spawn(pending(), move |result| second.send(result.unwrap_err().code()).unwrap());
    }
    worker.close();
    worker.close();
    assert!(!worker.is_usable());
    worker.spawn(Flow::ready(Ok(1)), move |result| sender.send(result.unwrap_err().code()).unwrap());
    let answers: Vec<_> = receiver.iter().collect();
    assert_eq!(answers, vec![ErrorCode::InternalClosed; 21]);
}

#[test]
fn a_worker_may_be_closed_and_dropped_by_its_own_callback() {
    let worker = Arc::new(Worker::new().unwrap());
    let (sender, receiver) = mpsc::channel();
    let inner = Arc::clone(&worker);
    worker.spawn(Flow::ready(Ok(())), move |_| {
        inner.close();
        drop(inner);
        sender.send(()).unwrap();
    });
    drop(worker);
    receiver.recv_timeout(SOON).unwrap();
}

#[test]
fn panics_stay_inside() {
    let worker = Worker::new().unwrap();
    let flow: Flow<()> = Flow::new(|_| async { panic!("a defect of the flow") });
    assert_eq!(on_worker(&worker, flow).unwrap_err().code(), ErrorCode::InternalPanic);
    worker.spawn(Flow::ready(Ok(())), |_| panic!("a defect of the callback"));
    worker.spawn(pending(), |_| panic!("a defect of the callback")).cancel();
    assert_eq!(on_worker(&worker, Flow::ready(Ok(7))).unwrap(), 7);
}

#[test]
fn a_rust_program_may_bring_its_own_runtime() {
    let server = Server::answering(ok("{}"));
    let engine = Arc::new(Engine::new());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let calls: Vec<_> = (0..10)
            .map(|_| {
                let (engine, flow) = (Arc::clone(&engine), flow_of(get(&server.url(), patient_policy())));
                tokio::spawn(async move { run_async(&engine, flow).await })
            })
            .collect();
        for call in calls {
            assert_eq!(call.await.unwrap().unwrap().status, 200);
        }
    });
    assert_eq!(server.requests().len(), 10);
}

#[test]
fn a_name_is_looked_up_without_stopping_the_others() {
    // The lookup itself fails or not as this machine pleases; the flow ends either way.
    let worker = Worker::new().unwrap();
    let lookup = get("https://ferroauth-test.localhost/", support::policy());
    let error: Error = on_worker(&worker, flow_of(lookup)).unwrap_err();
    assert_eq!(error.code().category().name(), "network");
}
