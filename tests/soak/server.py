"""The provider of the soak: answers on a loopback port until its standard input closes. `server.py`

The first line it writes is its port. Each line it reads is `{"host", "key_set"}`: what `/host/jwks` answers from then on.
The endpoints below `/host/good` answer as they should; those below `/host/status`, `/host/json` and `/host/cut` never do.
"""

from __future__ import annotations

import asyncio
import json
import sys

REPLIES = {
    "token": {"access_token": "an-access-token", "token_type": "Bearer", "expires_in": 3600, "refresh_token": "a-refresh-token", "scope": "all"},
    "introspection": {"active": True, "sub": "alice", "scope": "all"},
    "userinfo": {"sub": "alice", "email": "alice@example.com"},
    "revocation": {},
}
KEY_SETS: dict[str, dict[str, object]] = {}


def reply(status: str, body: bytes, length: int | None = None) -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body) if length is None else length}\r\n\r\n"
    return head.encode() + body


def answer(target: str) -> tuple[bytes, bool]:
    """The reply to a request, and whether the connection stays open."""
    host, how, *rest = target.strip("/").split("/")
    if how == "jwks":
        return reply("200 OK", json.dumps(KEY_SETS[host]).encode()), True
    body = json.dumps(REPLIES[rest[0]]).encode()
    if how == "status":
        return reply("503 Service Unavailable", b"{}"), True
    if how == "json":
        return reply("200 OK", body[:-1] + b',"active"'), True
    if how == "cut":
        return reply("200 OK", body[: len(body) // 2], len(body)), False
    return reply("200 OK", body), True


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            fields = [line.partition(":") for line in head.split("\r\n")[1:]]
            length = next((int(value) for name, _, value in fields if name.lower() == "content-length"), 0)
            await reader.readexactly(length)
            text, stays = answer(head.split(" ", 2)[1])
            writer.write(text)
            await writer.drain()
            if not stays:
                break
    except (asyncio.IncompleteReadError, ConnectionError):
        pass  # The host closed its connection.
    finally:
        writer.close()


async def main() -> None:
    server = await asyncio.start_server(serve, "127.0.0.1", 0, backlog=512)
    print(json.dumps(server.sockets[0].getsockname()[1]), flush=True)
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        given = json.loads(line)
        KEY_SETS[given["host"]] = given["key_set"]
        print("true", flush=True)


asyncio.run(main())
