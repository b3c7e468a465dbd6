"""Events as values, on flows and on pending authorizations, also after these have ended."""

import asyncio
import copy
import json
import pickle
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

import ferroauth
from conftest import CLIENT, GOOD, Kept, reply
from ferroauth import Client, Event, PendingAuthorization, PrivateKey, Service, Signer, aio

EXAMPLE: dict[str, Any] = {
    "name": "token_received", "level": "info", "time": 1_700_000_000, "message": "token_received provider=https://idp.example.com",
    "provider": "https://idp.example.com", "client_id": "abc", "grant_type": "authorization_code", "scopes": ["a", "b"],
    "expires_at": 1_700_000_300, "refreshable": True, "identified": False,
}


def test_events_are_values() -> None:
    event = Event(**EXAMPLE)
    assert event.to_dict() == EXAMPLE and event.scopes == ("a", "b") and event.quirk is None and event.pushed is None
    assert event == Event(**EXAMPLE) and hash(event) == hash(Event(**EXAMPLE)) and event != Event(**EXAMPLE | {"time": 1})
    assert event != EXAMPLE and len({event, Event(**EXAMPLE), Event(**EXAMPLE | {"identified": True})}) == 2
    assert pickle.loads(pickle.dumps(event)) == copy.deepcopy(event) == copy.copy(event) == event
    assert repr(event) == str(event) == EXAMPLE["message"]
    event.to_dict()["scopes"].append("c")
    assert event.scopes == ("a", "b")
    with pytest.raises(AttributeError):
        event.name = "other"  # type: ignore[assignment]
    with pytest.raises(AttributeError):
        event.other = "other"
    with pytest.raises(AttributeError):
        del event.name
    with pytest.raises(TypeError):
        Event(**EXAMPLE | {"other": 1})
    with pytest.raises(TypeError):
        Event(name="token_received")  # type: ignore[call-arg]


def test_the_events_of_a_flow_stay_after_it_has_ended(client: Client, log: Kept) -> None:
    flow = client.flow.refresh("rt")
    flow.advance()
    assert flow.events == [] == log.events
    with pytest.raises(TypeError):
        flow.advance({"status": 200})
    assert flow.advance(GOOD).done
    assert [event.name for event in flow.events] == ["token_refreshed"] and flow.events == log.events
    with pytest.raises(ferroauth.InternalError):
        flow.advance()
    assert flow.events == log.events and len(log.records) == 1
    flow.events.clear()
    assert len(flow.events) == 1

    failed = client.flow.refresh("rt")
    failed.advance()
    with pytest.raises(ferroauth.NetworkError):
        failed.advance({"failure": "timeout"})
    (event,) = failed.events
    assert (event.name, event.code, event.retryable, event.provider_error) == ("refresh_failed", "http.timeout", True, None)
    assert log.events[1:] == [event]

    refused = client.flow.finish_authorization(client.begin_authorization(), "?state=other&code=a")
    assert [event.name for event in refused.events] == ["callback_refused"]
    with pytest.raises(ferroauth.CallbackError):
        refused.advance()
    assert log.names[2:] == ["authorization_begun", "callback_refused"]


def test_a_pending_authorization_that_was_opened_has_no_event(client: Client) -> None:
    pending = client.begin_authorization(scopes=["openid"])
    (event,) = pending.events
    assert (event.name, event.scopes, event.pushed, event.expires_at) == ("authorization_begun", ("openid",), False, None)
    assert client.open_pending(pending.seal(bytes(32)), bytes(32)).events == []


class Provider(BaseHTTPRequestHandler):
    """A key set at once, tokens not before it is allowed."""

    key: PrivateKey
    asked: threading.Event
    allowed: threading.Event

    def log_message(self, *_: Any) -> None:
        pass

    def answer(self, **members: Any) -> None:
        body = json.dumps(members).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        self.answer(keys=[self.key.public_key().to_jwk()])

    def do_POST(self) -> None:
        self.asked.set()
        if self.allowed.wait(20):
            try:
                self.answer(access_token="at", token_type="Bearer")
            except OSError:
                pass  # Whoever asked has gone.


Signed = tuple[Service, type[Provider], Callable[[PendingAuthorization], str]]


@pytest.fixture
def signed() -> Iterator[Signed]:
    """A service whose responses are signed (JARM), so that a login fetches the key set first; and such a response."""

    class Fresh(Provider):
        key = PrivateKey.generate("ES256", kid="k1")
        asked, allowed = threading.Event(), threading.Event()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Fresh)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    issuer = f"http://127.0.0.1:{server.server_address[1]}"
    document = {
        "issuer": issuer, "jwks_uri": f"{issuer}/jwks", "authorization_signing_alg_values_supported": ["ES256"],
        **{f"{name}_endpoint": f"{issuer}/{name}" for name in ("authorization", "token")},
    }
    signer = Signer(Fresh.key, algorithm="ES256", kid="k1")

    def respond(pending: PendingAuthorization) -> str:
        claims = {"iss": issuer, "aud": CLIENT["client_id"], "code": "c0de", "state": pending.state}
        return f"{CLIENT['redirect_uri']}?response={signer.sign(claims, lifetime=60)}"

    try:
        yield Service.from_json(json.dumps(document)), Fresh, respond
    finally:
        Fresh.allowed.set()
        server.shutdown()
        server.server_close()
        thread.join()
        aio.close()


def test_a_carried_flow_tells_each_event_when_it_happens(signed: Signed, log: Kept) -> None:
    service, provider, respond = signed
    client = Client(service, **CLIENT)
    pending = client.begin_authorization(response_mode="jwt")
    flow = client.flow.finish_authorization(pending, respond(pending))
    assert flow.advance().http["method"] == "GET" and flow.events == [] and log.names == ["authorization_begun"]
    step = flow.advance(reply(keys=[provider.key.public_key().to_jwk()]))
    assert step.http["method"] == "POST" and log.names[1:] == ["key_set_fetched"]
    fetched = log.events[1]
    assert (fetched.provider, fetched.client_id, fetched.url, fetched.keys) == (service.issuer, None, f"{service.issuer}/jwks", 1)
    assert flow.advance(GOOD).done and log.names[1:] == ["key_set_fetched", "token_received"]
    assert flow.events == log.events[1:]


def test_what_happened_before_a_call_was_cancelled_is_told_once(signed: Signed, log: Kept) -> None:
    service, provider, respond = signed

    async def job() -> None:
        client = aio.Client(service, **CLIENT)
        pending = client.begin_authorization(response_mode="jwt")
        task = asyncio.create_task(client.finish_authorization(pending, respond(pending)))
        await asyncio.to_thread(provider.asked.wait, 20)
        assert log.names == ["authorization_begun"]
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert log.names == ["authorization_begun", "key_set_fetched"]
        await asyncio.sleep(0.1)

    asyncio.run(job())
    aio.close()
    assert log.names == ["authorization_begun", "key_set_fetched"]


def test_tokens_that_come_after_their_loop_was_closed_are_told(signed: Signed, log: Kept) -> None:
    service, provider, respond = signed
    client = aio.Client(service, **CLIENT)
    pending = client.begin_authorization(response_mode="jwt")
    loop = asyncio.new_event_loop()
    task = loop.create_task(client.finish_authorization(pending, respond(pending)))
    while not provider.asked.is_set():
        loop.run_until_complete(asyncio.sleep(0.01))
    loop.close()
    provider.allowed.set()
    deadline = time.monotonic() + 20
    while len(log.names) < 3 and time.monotonic() < deadline:
        time.sleep(0.01)
    assert log.names == ["authorization_begun", "key_set_fetched", "token_received"]
    # Nobody will ever run it, which asyncio would complain about.
    task._log_destroy_pending = False  # type: ignore[attr-defined]
