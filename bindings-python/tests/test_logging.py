"""Records of the logger ``ferroauth``: in blocking, awaited and carried calls, and what handlers may do."""

import asyncio
import json
import logging
import logging.handlers
import pickle
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

import ferroauth
from conftest import CLIENT, GOOD, LOGGER, Kept, reply
from ferroauth import Client, Service, aio

Script = Callable[..., subprocess.CompletedProcess[str]]
Browse = Callable[[str], str]


@pytest.fixture(autouse=True)
def closed_afterwards() -> Iterator[None]:
    yield
    aio.close()


def test_a_login_is_logged_step_by_step(service: Service, issuer: str, browse: Browse, log: Kept) -> None:
    client = Client(service, **CLIENT)
    pending = client.begin_authorization(scopes=["openid", "email"])
    assert log.names == ["authorization_begun"]
    assert pending.events == log.events
    back = browse(pending.url)
    tokens = client.finish_authorization(client.open_pending(pending.seal(bytes(32)), bytes(32)), back)
    assert log.names[1:] in (["key_set_fetched", "token_received"], ["token_received"])
    received = log.events[-1]
    assert (received.provider, received.client_id, received.grant_type) == (issuer, "app", "authorization_code")
    assert received.scopes == ("openid", "email") and received.expires_at == tokens.expires_at
    assert received.refreshable is True and received.identified is True and received.rotated is None
    assert tokens.refresh_token is not None
    client.refresh(tokens.refresh_token)
    assert log.names[-1] == "token_refreshed" and log.events[-1].rotated is True
    with pytest.raises(ferroauth.ProviderError):
        client.refresh(tokens.refresh_token)
    failed = log.events[-1]
    assert (failed.name, failed.code, failed.provider_error, failed.retryable) == (
        "refresh_failed", "oauth.invalid_grant", "invalid_grant", False)
    with pytest.raises(ferroauth.CallbackError):
        client.finish_authorization(client.begin_authorization(), "?code=c0de&state=other")
    assert log.names[-2:] == ["authorization_begun", "callback_refused"]
    # No part of it says what only the program and the provider may know.
    shown = repr([(record.getMessage(), vars(record), record.ferroauth_event.to_dict()) for record in log.records])  # type: ignore[attr-defined]
    secrets = [tokens.access_token, tokens.refresh_token, tokens.id_token.raw if tokens.id_token else None, CLIENT["client_secret"],
               pending.state, back.partition("code=")[2].partition("&")[0], "c0de", "user@example.com", "user-42"]
    assert not [secret for secret in secrets if secret is None or secret in shown]


def test_a_record_has_level_message_and_event(client: Client, log: Kept) -> None:
    client.client_credentials(scopes=["all"])
    with pytest.raises(ferroauth.ProviderError):
        client.refresh("unknown")
    good, bad = log.records
    assert (good.name, good.levelno, bad.levelno) == ("ferroauth", logging.INFO, logging.WARNING)
    assert good.getMessage() == log.events[0].message == repr(log.events[0])
    assert good.getMessage().startswith("token_received provider=http://127.0.0.1:")
    assert "grant_type=client_credentials scopes=all" in good.getMessage()
    assert abs(log.events[0].time - good.created) < 60
    # The line of the program, which is of more use than one of this package.
    assert good.pathname == __file__ and good.funcName == "test_a_record_has_level_message_and_event"


def test_a_percent_sign_in_what_the_provider_says_is_no_format(client: Client, log: Kept) -> None:
    flow = client.flow.client_credentials()
    flow.advance()
    with pytest.raises(ferroauth.ProviderError):
        flow.advance(reply(400, error="100%s %d {0}"))
    assert log.events[0].provider_error == "100%s %d {0}"
    assert '"100%s %d {0}"' in log.records[0].getMessage()


@pytest.mark.parametrize(("level", "expected"), [
    (logging.INFO, ["token_received", "refresh_failed"]), (logging.WARNING, ["refresh_failed"]), (logging.ERROR, []),
])
def test_nothing_is_logged_below_the_level(client: Client, log: Kept, level: int, expected: list[str]) -> None:
    LOGGER.setLevel(level)
    client.client_credentials()
    with pytest.raises(ferroauth.ProviderError):
        client.refresh("unknown")
    assert log.names == expected


def test_a_pushed_authorization_is_told_by_its_flow_alone(service: Service, issuer: str, log: Kept) -> None:
    document = json.loads(service.to_json()) | {"pushed_authorization_request_endpoint": f"{issuer}/par"}
    client = Client(Service.from_json(json.dumps(document)), **CLIENT)
    flow = client.flow.push_authorization(scopes=["openid"])
    flow.advance()
    assert log.names == []
    pending = flow.advance(reply(201, request_uri="urn:r", expires_in=60)).result
    assert log.names == ["authorization_begun"] and log.events[0].pushed is True
    assert flow.events == pending.events == log.events


def test_awaited_calls_are_logged_on_the_loops_thread_before_they_return(service: Service, log: Kept) -> None:
    async def job() -> None:
        client = aio.Client(service, **CLIENT)
        client.begin_authorization()
        await client.client_credentials(scopes=["one"])
        assert log.names == ["authorization_begun", "token_received"]
        with pytest.raises(ferroauth.ProviderError):
            await client.refresh("unknown")
        assert log.names[2:] == ["refresh_failed"]
        assert {record.thread for record in log.records} == {threading.get_ident()}

    asyncio.run(job())


def test_a_burst_of_awaited_calls_tells_each_once(service: Service, log: Kept) -> None:
    async def job() -> None:
        client = aio.Client(service, **CLIENT)
        calls = [client.client_credentials(scopes=[f"s{n}"]) for n in range(200)]
        wrong = [client.refresh(f"unknown-{n}") for n in range(50)]
        results = await asyncio.gather(*calls, *wrong, return_exceptions=True)
        assert len([one for one in results if isinstance(one, ferroauth.TokenSet)]) == 200
        assert sorted(log.names) == ["refresh_failed"] * 50 + ["token_received"] * 200
        assert {event.scopes for event in log.events if event.scopes} == {(f"s{n}",) for n in range(200)}

    asyncio.run(job())


class Broken(logging.Handler):
    """Raises from ``emit``, as no handler should."""

    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self.error = error

    def emit(self, record: logging.LogRecord) -> None:
        raise self.error


@pytest.fixture
def unraisable(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    seen: list[Any] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda seen_one: seen.append((type(seen_one.exc_value), seen_one.object)))
    return seen


@pytest.fixture
def break_with() -> Iterator[Callable[[BaseException], None]]:
    handlers: list[logging.Handler] = []

    def add(error: BaseException) -> None:
        handlers.append(Broken(error))
        LOGGER.handlers.insert(0, handlers[-1])

    yield add
    for handler in handlers:
        LOGGER.removeHandler(handler)


def test_a_handler_that_raises_breaks_no_operation(
    client: Client, service: Service, log: Kept, unraisable: list[Any], break_with: Callable[[BaseException], None]
) -> None:
    break_with(ValueError("a handler's own trouble"))
    assert client.client_credentials().access_token
    assert client.begin_authorization().url
    with pytest.raises(ferroauth.ProviderError):
        client.refresh("unknown")
    flow = client.flow.refresh("rt")
    flow.advance()
    assert flow.advance(GOOD).result.access_token == "s3cret-access"
    assert [event.name for event in flow.events] == ["token_refreshed"]

    async def job() -> None:
        client = aio.Client(service, **CLIENT)
        assert all(await asyncio.gather(*(client.client_credentials() for _ in range(5))))

    asyncio.run(job())
    assert unraisable == [(ValueError, LOGGER)] * 9


@pytest.mark.parametrize("error", [KeyboardInterrupt(), SystemExit(3)])
def test_what_ends_the_program_is_not_held_back(
    client: Client, service: Service, log: Kept, unraisable: list[Any], break_with: Callable[[BaseException], None], error: BaseException
) -> None:
    break_with(error)
    with pytest.raises(type(error)):
        client.client_credentials()
    flow = client.flow.refresh("rt")
    flow.advance()
    with pytest.raises(type(error)):
        flow.advance(GOOD)
    with pytest.raises(type(error)):
        client.begin_authorization()

    async def job() -> None:
        client = aio.Client(service, **CLIENT)
        await asyncio.gather(*(client.client_credentials() for _ in range(5)))

    with pytest.raises(type(error)):
        asyncio.run(job())
    assert unraisable == []


def test_a_handler_may_use_the_library_itself(client: Client, log: Kept) -> None:
    """One that looks at the flow whose event it is told of, for example, or that begins something."""
    flow = client.flow.refresh("rt")
    seen: list[Any] = []

    class Curious(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            seen.append(flow.events)
            with pytest.raises(ferroauth.InternalError):
                flow.advance()
            seen.append(ferroauth.Pkce.generate())

    handler = Curious()
    LOGGER.addHandler(handler)
    try:
        flow.advance()
        assert flow.advance(GOOD).done
    finally:
        LOGGER.removeHandler(handler)
    assert len(seen) == 2 and seen[0] == log.events


def test_threads_tell_each_event_once(client: Client, log: Kept) -> None:
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda n: client.client_credentials(scopes=[f"s{n}"]), range(160)))
    assert sorted(str(event.scopes) for event in log.events) == sorted(str((f"s{n}",)) for n in range(160))


def test_nobody_pays_who_does_not_listen(script: Script, issuer: str) -> None:
    script("""
        import sys
        import ferroauth
        assert "logging" not in sys.modules
        client = ferroauth.Client(ferroauth.Service.discover(sys.argv[1]), client_id="app", client_secret="s3cret-of-the-app")
        assert client.client_credentials().access_token
        flow = client.flow.refresh("unknown")
        flow.advance()
        try:
            client.refresh("unknown")
        except ferroauth.ProviderError:
            pass
        assert "logging" not in sys.modules
        # From the moment on that the program has it, a handler is told.
        import logging
        seen = []
        class Kept(logging.Handler):
            def emit(self, record):
                seen.append(record.ferroauth_event.name)
        logging.getLogger().addHandler(Kept())
        logging.getLogger().setLevel(logging.INFO)
        client.client_credentials()
        assert seen == ["token_received"], seen
    """, issuer)


def test_a_program_that_configures_nothing_sees_nothing_on_its_standard_error(script: Script, issuer: str) -> None:
    done = script("""
        import logging, sys
        import ferroauth
        client = ferroauth.Client(ferroauth.Service.discover(sys.argv[1]), client_id="app", client_secret="s3cret-of-the-app")
        try:
            client.refresh("unknown")
        except ferroauth.ProviderError:
            print("refused")
        assert [type(handler).__name__ for handler in logging.getLogger("ferroauth").handlers] == ["NullHandler"]
    """, issuer)
    assert done.stdout == "refused\n"


def test_children_log_on_their_own(script: Script, issuer: str) -> None:
    """Forked while other threads log; each child's record comes once, and none waits for a lock of the parent's."""
    script("""
        import logging, os, sys, threading, warnings
        warnings.simplefilter("ignore", DeprecationWarning)  # Python 3.12 warns about just this
        from conftest import CLIENT
        from ferroauth import Client, Service
        seen = []
        class Kept(logging.Handler):
            def emit(self, record):
                seen.append(record.ferroauth_event)
        logging.getLogger("ferroauth").addHandler(Kept())
        logging.getLogger("ferroauth").setLevel(logging.INFO)
        client = Client(Service.discover(sys.argv[1]), **CLIENT)
        stop = threading.Event()
        def busy():
            while not stop.is_set():
                client.client_credentials(scopes=["parent"])
        threads = [threading.Thread(target=busy) for _ in range(4)]
        for thread in threads:
            thread.start()
        for number in range(10):
            child = os.fork()
            if child == 0:
                status = 1
                try:
                    seen.clear()
                    client.client_credentials(scopes=[f"child-{number}"])
                    status = 0 if [event.scopes for event in seen] == [(f"child-{number}",)] else 2
                finally:
                    os._exit(status)
            assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        stop.set()
        for thread in threads:
            thread.join()
        assert seen and {event.scopes for event in seen} == {("parent",)}
    """, issuer, timeout=50)


def test_records_pass_through_queues(client: Client) -> None:
    """Handlers that hand records to another process copy and pickle them."""
    passed: queue.Queue[logging.LogRecord] = queue.Queue()
    handler = logging.handlers.QueueHandler(passed)
    LOGGER.addHandler(handler)
    LOGGER.setLevel(logging.INFO)
    try:
        client.client_credentials(scopes=["all"])
    finally:
        LOGGER.removeHandler(handler)
        LOGGER.setLevel(logging.NOTSET)
    record = pickle.loads(pickle.dumps(passed.get_nowait()))
    assert record.ferroauth_event.scopes == ("all",) and record.getMessage() == record.ferroauth_event.message
