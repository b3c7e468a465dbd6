"""``ferroauth.aio``: the same results, one thread from the first call to ``close()``."""

import asyncio
import os
import subprocess
import time
from collections.abc import Callable, Iterator

import pytest

import ferroauth
from conftest import CLIENT
from ferroauth import Service, aio

Script = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(autouse=True)
def closed_afterwards() -> Iterator[None]:
    yield
    aio.close()
    assert not own_threads()


def own_threads() -> list[str]:
    names = []
    for task in os.listdir("/proc/self/task"):
        try:
            with open(f"/proc/self/task/{task}/comm", encoding="ascii") as file:
                names.append(file.read().strip())
        except OSError:
            pass  # It has just ended.
    return [name for name in names if name.startswith("ferroauth")]


def test_the_whole_job(issuer: str, browse: Callable[[str], str]) -> None:
    async def job() -> None:
        service = await aio.Service.discover(issuer)
        assert isinstance(service, Service)
        client = aio.Client(service, **CLIENT)
        pending = client.open_pending(client.begin_authorization(scopes=["openid"]).seal(bytes(32)), bytes(32))
        pending = client.begin_authorization(scopes=["openid", "email"])
        tokens = await client.finish_authorization(pending, browse(pending.url))
        assert tokens.id_token is not None and tokens.id_token.claims["email"] == "user@example.com"
        verifier = aio.Verifier(issuer=issuer, audience="my-api")
        with pytest.raises(ferroauth.KeySetNotLoadedError):
            verifier.verify_now(tokens.access_token)
        assert (await verifier.verify(tokens.access_token))["sub"] == "user-42"
        assert verifier.verify_now(tokens.access_token)["sub"] == "user-42"
        assert (await client.userinfo(tokens.access_token))["sub"] == "user-42"
        assert (await client.introspect(tokens.access_token)).active
        assert tokens.refresh_token is not None
        renewed = await client.refresh(tokens.refresh_token)
        assert renewed.refresh_token is not None
        await client.revoke(renewed.refresh_token)
        with pytest.raises(ferroauth.ProviderError) as caught:
            await client.refresh(renewed.refresh_token)
        assert caught.value.code == "oauth.invalid_grant"

    asyncio.run(job())


def test_many_calls_share_one_thread(service: Service) -> None:
    async def job() -> None:
        client = aio.Client(service, **CLIENT)
        assert own_threads() == []
        results = await asyncio.gather(*(client.client_credentials(scopes=[f"s{n}"]) for n in range(64)))
        assert [tokens.scopes for tokens in results] == [(f"s{n}",) for n in range(64)]
        assert own_threads() == ["ferroauth"]

    asyncio.run(job())


def test_the_loop_stays_free_and_cancelling_ends_the_exchange(provider: str) -> None:
    async def job() -> None:
        client = aio.Client(await aio.Service.discover(f"{provider}/slow"), **CLIENT)
        task = asyncio.create_task(client.client_credentials())
        for _ in range(20):
            await asyncio.sleep(0.01)
        assert not task.done()
        started = time.monotonic()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(client.client_credentials(), 0.1)
        assert time.monotonic() - started < 3

    asyncio.run(job())


def test_close_ends_what_is_under_way_and_the_next_call_starts_anew(provider: str, service: Service) -> None:
    async def job() -> None:
        slow = aio.Client(await aio.Service.discover(f"{provider}/slow"), **CLIENT)
        task = asyncio.create_task(slow.client_credentials())
        await asyncio.sleep(0.2)
        assert own_threads() == ["ferroauth"]
        aio.close()
        assert own_threads() == []
        with pytest.raises(ferroauth.InternalError) as caught:
            await task
        assert caught.value.code == "internal.closed"
        aio.close()
        assert (await aio.Client(service, **CLIENT).client_credentials()).access_token
        assert own_threads() == ["ferroauth"]

    asyncio.run(job())


def test_one_loop_after_another(service: Service) -> None:
    client = aio.Client(service, **CLIENT)
    for _ in range(3):
        assert asyncio.run(client.client_credentials()).access_token


def test_a_loop_that_ends_before_its_call_hurts_nobody(provider: str, service: Service) -> None:
    slow = aio.Client(asyncio.run(aio.Service.discover(f"{provider}/slow")), **CLIENT)

    async def abandon() -> None:
        asyncio.get_running_loop().call_later(0.1, asyncio.get_running_loop().stop)
        await slow.client_credentials()

    with pytest.raises(RuntimeError, match="stopped before"):
        loop = asyncio.new_event_loop()
        try:
            loop.run_until_complete(abandon())
        finally:
            for task in asyncio.all_tasks(loop):
                task.cancel()
            loop.run_until_complete(asyncio.sleep(0))
            loop.close()
    assert asyncio.run(aio.Client(service, **CLIENT).client_credentials()).access_token


def test_a_program_may_end_in_mid_call(script: Script, provider: str) -> None:
    script("""
        import asyncio, sys
        from conftest import CLIENT
        from ferroauth import aio
        async def job():
            client = aio.Client(await aio.Service.discover(sys.argv[1] + "/slow"), **CLIENT)
            tasks = [asyncio.create_task(client.client_credentials()) for _ in range(50)]
            await asyncio.sleep(0.1)
            for task in tasks[:25]:
                task.cancel()
        asyncio.run(job())
    """, provider, timeout=15)


def test_a_forked_child_gets_a_thread_of_its_own(script: Script, issuer: str) -> None:
    script("""
        import asyncio, os, sys, warnings
        warnings.simplefilter("ignore", DeprecationWarning)  # Python 3.12 warns about forking with a thread
        from conftest import CLIENT
        from ferroauth import Service, aio
        client = aio.Client(Service.discover(sys.argv[1]), **CLIENT)
        def use():
            assert asyncio.run(client.client_credentials()).access_token
            assert len(os.listdir("/proc/self/task")) == 2
        use()
        children = []
        for _ in range(4):
            child = os.fork()
            if child == 0:
                status = 1
                try:
                    assert len(os.listdir("/proc/self/task")) == 1
                    use()
                    aio.close()
                    assert len(os.listdir("/proc/self/task")) == 1
                    status = 0
                finally:
                    os._exit(status)
            children.append(child)
        assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children] == [0] * 4
        use()
    """, issuer)
