"""The loopback receiver in Python: a login with it, on this thread and in asyncio; Ctrl-C; what is left of it."""

import asyncio
import http.client
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

import ferroauth
from conftest import CLIENT
from ferroauth import Client, LoopbackReceiver, Service, aio

Script = Callable[..., subprocess.CompletedProcess[str]]


def visit(port: int, target: str, **headers: str) -> tuple[int, str, str | None]:
    """Status, page and Location, as a browser gets them."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", target, headers=headers)
    answer = connection.getresponse()
    page = answer.read().decode()
    connection.close()
    return answer.status, page, answer.getheader("Location")


def later(target: Callable[[], Any]) -> threading.Thread:
    thread = threading.Thread(target=target)
    thread.start()
    return thread


def test_a_login_with_the_receiver(service: Service, browse: Callable[[str], str]) -> None:
    with LoopbackReceiver() as receiver:
        client = Client(service, client_id=CLIENT["client_id"], client_secret=CLIENT["client_secret"], redirect_uri=receiver.redirect_uri)
        pending = client.begin_authorization(scopes=["openid"])
        seen: list[int] = []

        def browser() -> None:
            seen.append(visit(receiver.port, "/favicon.ico")[0])
            seen.append(visit(receiver.port, "/callback?code=evil&state=other")[0])
            seen.append(visit(receiver.port, "/callback" + "?" + browse(pending.url).split("?", 1)[1])[0])

        thread = later(browser)
        callback = receiver.receive(state=pending.state, timeout=20)
        thread.join()
        assert seen == [404, 400, 200] and callback.startswith(receiver.redirect_uri + "?")
        tokens = client.finish_authorization(pending, callback)
        assert tokens.id_token is not None
    with pytest.raises(ferroauth.InternalError):
        receiver.receive()


def test_asyncio_waits_without_blocking_and_can_be_cancelled() -> None:
    async def job() -> None:
        async with aio.LoopbackReceiver(host="localhost", path="/cb") as receiver:
            assert receiver.redirect_uri == f"http://localhost:{receiver.port}/cb"
            waiting = asyncio.create_task(receiver.receive(timeout=20))
            status, page, _ = await asyncio.to_thread(
                visit, receiver.port, "/cb?code=c0de", Host=f"localhost:{receiver.port}"
            )
            assert status == 200 and "c0de" not in page
            assert await waiting == f"{receiver.redirect_uri}?code=c0de"
        cancelled = aio.LoopbackReceiver()
        task = asyncio.create_task(cancelled.receive())
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.sleep(0.1)
        with pytest.raises(OSError):
            await asyncio.to_thread(visit, cancelled.port, "/callback?code=a")

    try:
        asyncio.run(job())
    finally:
        aio.close()


def test_requests_are_forwarded_until_it_is_closed() -> None:
    receiver = LoopbackReceiver()
    seen: list[str | None] = []

    def browser() -> None:
        seen.append(visit(receiver.port, "/x?code=a%20b&state=s")[2])
        receiver.close()

    thread = later(browser)
    assert receiver.forward("https://site.example/return") == 1
    thread.join()
    assert seen == ["https://site.example/return?code=a%20b&state=s"]


def test_a_caller_can_carry_it_and_all_of_its_steps_are_waiting() -> None:
    receiver = LoopbackReceiver()
    flow = receiver.flow.receive(timeout=20)
    seen: list[int] = []
    thread = later(lambda: seen.append(visit(receiver.port, "/callback?error=access_denied")[0]))
    step = flow.advance()
    while not step.done:
        assert step.http is None and step.sleep is not None
        time.sleep(step.sleep / 1000)
        step = flow.advance()
    thread.join()
    assert step.result == f"{receiver.redirect_uri}?error=access_denied" and seen == [200]
    with LoopbackReceiver() as other, pytest.raises(ferroauth.ConfigurationError):
        other.flow.forward("javascript:alert(1)")


def test_time_port_and_arguments() -> None:
    with pytest.raises(ferroauth.CallbackError) as late:
        LoopbackReceiver().receive(timeout=0.05)
    assert late.value.code == "callback.timeout"
    with LoopbackReceiver() as taken, pytest.raises(ferroauth.CallbackError) as refused:
        LoopbackReceiver(port=taken.port)
    assert refused.value.code == "callback.listen"
    for wrong in (-1.0, float("nan"), float("inf"), 1e9):
        with LoopbackReceiver() as receiver, pytest.raises(ferroauth.ConfigurationError):
            receiver.receive(timeout=wrong)
    with pytest.raises(ferroauth.ConfigurationError):
        LoopbackReceiver(host="0.0.0.0")  # type: ignore[arg-type]
    assert "127.0.0.1" in repr(LoopbackReceiver())


def test_control_c_ends_the_wait_without_a_thread_having_been_started() -> None:
    before = len(os.listdir("/proc/self/task"))
    receiver = LoopbackReceiver()
    threads: list[int] = []

    def interrupt() -> None:
        threads.append(len(os.listdir("/proc/self/task")))
        os.kill(os.getpid(), signal.SIGINT)

    timer = threading.Timer(0.2, interrupt)
    timer.start()
    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        receiver.receive(timeout=60)
    timer.join()
    assert threads == [before + 1], "the timer's own thread and none of ours"
    assert time.monotonic() - began < 30
