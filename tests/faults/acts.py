"""How each fault acts: what the server does with a request that it has read in full.

An act answers one request or ends the connection. `peer.proper()` is the reply of a good provider to this request.
"""

from __future__ import annotations

import asyncio
import gzip
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from server import Peer

JSON = "content-type: application/json\r\n"
# Ten times what any reply may be long.
BOMB = gzip.compress(b" " * (10 * 512 * 1024), 9)


def reply(body: str | bytes, head: str, more: str = "") -> bytes:
    data = body.encode() if isinstance(body, str) else body
    return f"{head}{more}content-length: {len(data)}\r\n\r\n".encode() + data


def error(status: str, body: str = "{}", more: str = "") -> bytes:
    return reply(body, f"HTTP/1.1 {status}\r\n{JSON}", more)


async def nothing(peer: Peer) -> None:
    await peer.stall()


async def proper(peer: Peer) -> None:
    await peer.send(peer.proper())


async def close_after_first(peer: Peer) -> None:
    """A good provider whose connections serve once; its metadata is at the second of the two addresses."""
    if peer.request.endpoint == "discovery" and "openid-configuration" in peer.request.path:
        await peer.send(error("404 Not Found", more="connection: close\r\n"))
    else:
        await peer.send(peer.proper().replace(b"\r\n", b"\r\nconnection: close\r\n", 1))
    peer.close()


async def reset(peer: Peer) -> None:
    peer.reset()


async def hang_up(peer: Peer) -> None:
    peer.close()


async def reset_within_body(peer: Peer) -> None:
    await peer.send(f"{peer.head()}content-length: 1000\r\n\r\n{{\"".encode())
    await asyncio.sleep(0.02)
    peer.reset()


async def drip_headers(peer: Peer) -> None:
    await peer.drip(peer.head().encode())


async def drip_body(peer: Peer) -> None:
    await peer.send(f"{peer.head()}content-length: 1000\r\n\r\n".encode())
    await peer.drip(b" " * 1000)


async def stall_after_headers(peer: Peer) -> None:
    await peer.send(f"{peer.head()}content-length: 10\r\n\r\n".encode())
    await peer.stall()


async def length_too_long(peer: Peer) -> None:
    await peer.send(f"{peer.head()}content-length: 100000\r\n\r\n".encode() + peer.body())
    peer.close()


async def length_too_short(peer: Peer) -> None:
    # What follows the announced length looks like the reply to the next request.
    await peer.send(f"{peer.head()}content-length: 1\r\n\r\n{{".encode() + reply('{"access_token": "smuggled", "token_type": "Bearer", "active": true}', peer.head()))


async def endless_chunks(peer: Peer) -> None:
    await peer.send(f"{peer.head()}transfer-encoding: chunked\r\n\r\n".encode())
    while await peer.send(b"4000\r\n" + b" " * 0x4000 + b"\r\n"):
        pass


async def bad_chunk(peer: Peer) -> None:
    await peer.send(f"{peer.head()}transfer-encoding: chunked\r\n\r\nzz\r\n{{}}\r\n0\r\n\r\n".encode())
    peer.close()


async def gzip_bomb(peer: Peer) -> None:
    await peer.send(reply(BOMB, peer.head(), "content-encoding: gzip\r\n"))


async def huge_header(peer: Peer) -> None:
    await peer.send(reply("{}", peer.head(), f"x-padding: {'a' * 1_000_000}\r\n"))


async def many_fields(peer: Peer) -> None:
    await peer.send(reply("{}", peer.head(), "".join(f"x-field-{i}: 1\r\n" for i in range(1000))))


async def redirect(peer: Peer, status: str, where: str) -> None:
    await peer.send(error(status, more=f"location: {where}\r\n"))


async def redirect_301(peer: Peer) -> None:
    await redirect(peer, "301 Moved Permanently", peer.elsewhere("http"))


async def redirect_302(peer: Peer) -> None:
    await redirect(peer, "302 Found", peer.elsewhere("https"))


async def redirect_303(peer: Peer) -> None:
    await redirect(peer, "303 See Other", peer.elsewhere("http"))


async def redirect_307(peer: Peer) -> None:
    await redirect(peer, "307 Temporary Redirect", peer.elsewhere("https"))


async def redirect_308(peer: Peer) -> None:
    await redirect(peer, "308 Permanent Redirect", peer.elsewhere("http"))


async def redirect_to_http(peer: Peer) -> None:
    await redirect(peer, "307 Temporary Redirect", peer.elsewhere("http"))


async def redirect_to_itself(peer: Peer) -> None:
    await redirect(peer, "307 Temporary Redirect", peer.request.path)


async def html(peer: Peer) -> None:
    await peer.send(reply("<!doctype html><title>Maintenance</title>", peer.head("text/html")))


async def truncated_json(peer: Peer) -> None:
    await peer.send(reply((peer.body() or b'{"a": 1}')[:-1], peer.head()))


async def duplicate_member(peer: Peer) -> None:
    body = peer.body() or b"{}"
    name = next(iter(json.loads(body)), "a")
    await peer.send(reply(body[:-1] + f', "{name}": "other"}}'.encode(), peer.head()))


async def as_text(peer: Peer) -> None:
    await peer.send(reply(peer.body(), peer.head("text/plain")))


async def as_utf16(peer: Peer) -> None:
    await peer.send(reply(peer.body().decode().encode("utf-16"), peer.head("application/json; charset=utf-16")))


async def json_array(peer: Peer) -> None:
    await peer.send(reply(b"[" + (peer.body() or b"{}") + b"]", peer.head()))


async def too_many(peer: Peer, retry_after: str) -> None:
    await peer.send(error("429 Too Many Requests", more=f"retry-after: {retry_after}\r\n"))


async def retry_in_years(peer: Peer) -> None:
    await too_many(peer, "1000000000")


async def retry_negative(peer: Peer) -> None:
    await too_many(peer, "-1")


async def retry_at_date(peer: Peer) -> None:
    await too_many(peer, "Fri, 31 Dec 9999 23:59:59 GMT")


async def error_then_proper(peer: Peer) -> None:
    await peer.send(error("500 Internal Server Error") if peer.turn == 1 else peer.proper())


async def nonce_for_ever(peer: Peer) -> None:
    nonce = f"dpop-nonce: nonce-{peer.turn}\r\nwww-authenticate: DPoP error=\"use_dpop_nonce\"\r\n"
    await peer.send(error("401 Unauthorized", '{"error": "use_dpop_nonce"}', nonce))


async def reset_second(peer: Peer) -> None:
    if peer.turn == 2:
        peer.reset()
    else:
        await peer.send(peer.proper())


async def close_idle(peer: Peer) -> None:
    # Nothing says that the connection ends; the client must notice.
    await peer.send(peer.proper())
    peer.close()


async def jump(peer: Peer) -> None:
    peer.move_clock()
    await asyncio.sleep(0.02)
    await peer.send(peer.proper())


async def speaks_first(peer: Peer) -> None:
    await peer.send(error("400 Bad Request"))
    peer.close()


async def choose_tls_1_1(peer: Peer) -> None:
    # A ServerHello of RFC 4346 section 7.4.1.3, as a server from before TLS 1.2 answers whatever it is offered.
    hello = b"\x03\x02" + b"R" * 32 + b"\0" + b"\xc0\x13" + b"\0"
    await peer.hello()
    await peer.send(b"\x16\x03\x02" + (len(hello) + 4).to_bytes(2, "big") + b"\x02" + len(hello).to_bytes(3, "big") + hello)
    await peer.stall()


async def refuse_version(peer: Peer) -> None:
    # The fatal alert protocol_version, RFC 8446 section 6.2.
    await peer.hello()
    await peer.send(b"\x15\x03\x02\0\x02\x02\x46")
    peer.close()


async def half_close(peer: Peer) -> None:
    # Without a length the end of the stream is the end of the body.
    await peer.send(peer.head().encode() + b"\r\n" + peer.body())
    await peer.half_close()


async def no_content(peer: Peer) -> None:
    await peer.send(b"HTTP/1.1 204 No Content\r\n\r\n")


async def error_with_200(peer: Peer) -> None:
    await peer.send(reply('{"error": "invalid_grant"}', "HTTP/1.1 200 OK\r\n" + JSON))


async def http2(peer: Peer) -> None:
    # An empty SETTINGS frame, and empty DATA frames from then on.
    await peer.send(b"\0\0\0\4\0\0\0\0\0")
    for _ in range(100):
        if not await peer.send(b"\0\0\0\0\0\0\0\0\1" * 100):
            return
    peer.close()
