"""A burst of exchanges, all at once, in a fresh process: `burst.py ferroauth.aio|ferroauth|authlib+httpx` (see ../burst.py).

One JSON line in (the inputs), and two out: what the burst took, and what it left behind.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import threading
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

CODE = "SplxlOBeZQQYbYS6WxSbIA"
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"


def held() -> dict[str, int]:
    """Threads and descriptors of this process."""
    return {"threads": len(os.listdir("/proc/self/task")), "descriptors": len(os.listdir("/proc/self/fd"))}


def metadata(given: dict[str, Any]) -> str:
    return json.dumps({
        "issuer": given["provider"], "authorization_endpoint": f"{given['provider']}/authorize",
        "token_endpoint": given["token_endpoint"], "response_types_supported": ["code"],
        "code_challenge_methods_supported": ["S256"],
    })


def settings(given: dict[str, Any]) -> dict[str, str]:
    return {name: given[name] for name in ("client_id", "client_secret", "redirect_uri")}


def prepared(client: Any, given: dict[str, Any]) -> tuple[Any, str]:
    pending = client.begin_authorization(scopes=["all"])
    return pending, f"{given['redirect_uri']}?code={CODE}&state={pending.state}"


def say(message: dict[str, Any]) -> None:
    print(json.dumps(message), flush=True)


async def concurrently(
    given: dict[str, Any], prepare: Callable[[], Any], exchange: Callable[[Any], Awaitable[str]], close: Callable[[], Awaitable[None]]
) -> None:
    await exchange(prepare())
    before = held()
    ready = [prepare() for _ in range(given["calls"])]
    start = time.perf_counter()
    tokens = await asyncio.gather(*map(exchange, ready))
    took = time.perf_counter() - start
    assert len(tokens) == given["calls"] and all(tokens)
    say({"ms": took * 1000})
    await asyncio.sleep(given["rest_s"])
    await exchange(prepare())
    await asyncio.sleep(0.3)
    after = held()
    await close()
    await asyncio.sleep(0.3)
    say({"before": before, "after": after, "closed": held()})


async def ferroauth_aio(given: dict[str, Any]) -> None:
    from ferroauth import Service, aio

    client = aio.Client(Service.from_json(metadata(given)), **settings(given))

    async def exchange(ready: tuple[Any, str]) -> str:
        return (await client.finish_authorization(*ready)).access_token

    async def close() -> None:
        aio.close()

    await concurrently(given, lambda: prepared(client, given), exchange, close)


async def authlib_httpx(given: dict[str, Any]) -> None:
    from authlib.integrations.httpx_client import AsyncOAuth2Client

    async with AsyncOAuth2Client(given["client_id"], given["client_secret"], redirect_uri=given["redirect_uri"], timeout=120) as session:

        async def exchange(_: None) -> str:
            reply = await session.fetch_token(given["token_endpoint"], code=CODE, code_verifier=VERIFIER)
            return reply["access_token"]

        await concurrently(given, lambda: None, exchange, session.aclose)


def ferroauth_threads(given: dict[str, Any]) -> None:
    from ferroauth import Client, Service

    client = Client(Service.from_json(metadata(given)), **settings(given))

    def exchange(ready: tuple[Any, str]) -> str:
        return client.finish_authorization(*ready).access_token

    exchange(prepared(client, given))
    before = held()
    ready = [prepared(client, given) for _ in range(given["calls"])]
    together = threading.Barrier(given["threads"])
    with ThreadPoolExecutor(given["threads"]) as pool:
        # Threads are started before the clock is.
        list(pool.map(lambda _: together.wait(), range(given["threads"])))
        start = time.perf_counter()
        tokens = list(pool.map(exchange, ready))
        took = time.perf_counter() - start
    assert len(tokens) == given["calls"] and all(tokens)
    say({"ms": took * 1000})
    time.sleep(given["rest_s"])
    exchange(prepared(client, given))
    say({"before": before, "after": held(), "closed": held()})


def main() -> None:
    given = json.loads(sys.stdin.readline())
    match sys.argv[1]:
        case "ferroauth.aio":
            asyncio.run(ferroauth_aio(given))
        case "authlib+httpx":
            asyncio.run(authlib_httpx(given))
        case "ferroauth":
            ferroauth_threads(given)
        case other:
            raise SystemExit(f"no burst of {other}")


if __name__ == "__main__":
    main()
