"""The fault server: one listener for each fault and two that nobody may ever reach.

    server.py FOLDER

Reads one JSON line, writes one with the ports, serves until its standard input ends, and then has written FOLDER/record.jsonl:
for each connection the name of its listener and every byte that came, decrypted where there was TLS. A listener is an origin of its own.
"""

from __future__ import annotations

import asyncio
import json
import re
import socket
import ssl
import struct
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import acts
from issuer import Issuer
from table import FAULTS, Fault

# Where a redirect leads; and the proxy that the environment of each host names.
ELSEWHERE = ("elsewhere-http", "elsewhere-https", "proxy")
# No act goes on for longer, whatever the client does.
PATIENCE_S = 20
# One path for all hosts: /CELL/ENDPOINT, /CELL/.well-known/openid-configuration and RFC 8414's /.well-known/../CELL.
CELL = re.compile(r"/((?:rust|python|aio|node|php)\.[A-Za-z0-9-]+\.[a-z]+\.[a-z0-9]+)(?=/|$)")
# Faults that need no server, but a port: one that nobody listens at, and one whose queue is full.
HELD = {"1": False, "2": True}
# Rows whose act begins with the connection, because the handshake itself is the fault.
AT_ONCE = ("nothing", "speaks_first", "choose_tls_1_1", "refuse_version")
# The endpoint that an operation asks, where it has another name.
AT = {
    "keep": "jwks", "update": "manage", "delete": "manage",
    **dict.fromkeys(("refresh", "exchange", "devicepoll", "cibapoll", "devicewait", "cibawait"), "token"),
}
# What success looks like where it is no 200 with a body: RFC 9126 section 2.2, RFC 7591 section 3.2.1.
CREATED = ("pushed", "register")
JWKS_OF = ("cibapoll", "cibawait")


@dataclass
class Request:
    path: str
    cell: str
    endpoint: str
    host: str


def endpoint_of(path: str) -> str:
    if "/.well-known/oauth-protected-resource" in path:
        return "resource"
    return "discovery" if "/.well-known/" in path else path.partition("?")[0].rsplit("/", 1)[-1]


class Server:
    def __init__(self, folder: Path, given: dict[str, Any]):
        self.folder, self.given = folder, given
        self.issuer = Issuer(given["key"])
        self.ports: dict[str, int] = {}
        self.turns: dict[str, int] = {}
        self.record = (folder / "record.jsonl").open("w")
        self.held: list[Any] = []
        self.serving: set[asyncio.Task[None]] = set()

    def context(self, certificate: str) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.folder / f"{certificate}.pem")
        return context

    async def listen(self, name: str, fault: Fault | None, tls: str | None) -> None:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            assert task is not None
            self.serving.add(task)
            task.add_done_callback(self.serving.discard)
            await Peer(self, name, fault, reader, writer).serve()

        context = self.context(tls) if tls else None
        server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context, backlog=512, limit=1 << 20)
        self.ports[name] = server.sockets[0].getsockname()[1]
        self.held.append(server)

    def hold(self, name: str, full: bool) -> None:
        """A port without a listener, or one whose queue is full, so that a further connection hangs."""
        held = socket.socket()
        held.bind(("127.0.0.1", 0))
        self.held.append(held)
        self.ports[name] = held.getsockname()[1]
        if not full:
            return
        held.listen(0)
        for _ in range(10_000):
            queued = socket.socket()
            queued.settimeout(0.2)
            self.held.append(queued)
            try:
                queued.connect(held.getsockname())
            except TimeoutError:
                return
        raise RuntimeError("the queue of connections never fills")

    async def start(self) -> None:
        for name in ELSEWHERE:
            await self.listen(name, None, "good" if name.endswith("https") else None)
        for fault in FAULTS:
            if fault.number in HELD:
                self.hold(fault.number, HELD[fault.number])
            else:
                shows = fault.scheme == "https" and fault.acts not in AT_ONCE
                await self.listen(fault.number, fault, fault.certificate if shows else None)

    async def run(self) -> None:
        await self.start()
        print(json.dumps(self.ports), flush=True)
        reader = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        await reader.read()
        for server in self.held:
            server.close()
        # The hosts have left, and what they sent is written down when their connections end.
        if self.serving:
            await asyncio.wait(self.serving, timeout=2)
        for task in self.serving:
            task.cancel()
        await asyncio.gather(*self.serving, return_exceptions=True)
        self.record.close()


class Peer:
    """The server's end of one connection."""

    def __init__(self, server: Server, listener: str, fault: Fault | None, reader: asyncio.StreamReader, writer: asyncio.StreamWriter):
        self.server, self.listener, self.fault = server, listener, fault
        self.reader, self.writer = reader, writer
        self.received = b""
        self.request = Request("", "", "", "")
        self.turn = 0

    async def serve(self) -> None:
        try:
            await self.converse()
        except (OSError, TimeoutError, asyncio.TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # The client left, or the act has lasted long enough.
        finally:
            self.server.record.write(json.dumps({"listener": self.listener, "bytes": self.received.decode("latin-1")}) + "\n")
            if not self.writer.is_closing():
                self.writer.transport.abort()

    async def converse(self) -> None:
        if self.fault is not None and self.fault.acts in AT_ONCE:
            await asyncio.wait_for(getattr(acts, self.fault.acts)(self), PATIENCE_S)
        # Between two requests a connection may be idle for as long as the client likes: a server that gives up just as a POST
        # comes would be a fault of its own.
        while not self.writer.is_closing():
            await self.read()
            await asyncio.wait_for(self.act(), PATIENCE_S)

    async def act(self) -> None:
        if self.fault is None:
            await self.send(acts.error("403 Forbidden"))
            return
        operation = self.operation
        # What else the operation asks for, metadata on the way to a key set for example, comes from a good provider.
        meant = AT.get(operation, operation) == self.request.endpoint or self.fault.acts == "close_after_first"
        await getattr(acts, self.fault.acts if meant else "proper")(self)

    async def read(self) -> None:
        head = await self.reader.readuntil(b"\r\n\r\n")
        self.received += head
        length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
        if length:
            self.received += await self.reader.readexactly(int(length[1]))
        path = head.split(b" ", 2)[1].decode("latin-1")
        found = CELL.search(path)
        cell = found[1] if found else ""
        host = re.search(rb"(?i)\r\nhost: *([^\r]+)", head)
        self.request = Request(path, cell, endpoint_of(path), host[1].decode("latin-1") if host else "")
        key = f"{cell} {self.request.endpoint}"
        self.turn = self.server.turns[key] = self.server.turns.get(key, 0) + 1

    async def send(self, data: bytes) -> bool:
        if self.writer.is_closing():
            return False
        self.writer.write(data)
        await self.writer.drain()
        return True

    async def hello(self) -> None:
        """The client's first bytes, which are no request."""
        self.received += await self.reader.read(65536)

    async def stall(self) -> None:
        while data := await self.reader.read(65536):
            self.received += data

    async def drip(self, data: bytes) -> None:
        async def send() -> None:
            for byte in data:
                await self.send(bytes([byte]))
                await asyncio.sleep(1)

        sending = asyncio.ensure_future(send())
        try:
            await self.stall()  # Ends when the client has left.
        finally:
            sending.cancel()

    async def half_close(self) -> None:
        self.writer.write_eof()
        await self.stall()

    def close(self) -> None:
        self.writer.close()

    def reset(self) -> None:
        plain = self.writer.get_extra_info("socket")
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()

    def elsewhere(self, scheme: str) -> str:
        # Another name and another port.
        return f"{scheme}://localhost:{self.server.ports[f'elsewhere-{scheme}']}/{self.request.cell}/{self.request.endpoint}"

    def move_clock(self) -> None:
        assert self.fault is not None
        clock = self.server.given["clocks"][self.request.cell.split(".")[0]]
        with open(clock, "r+b") as file:
            file.write(struct.pack("q", self.fault.jump_s))

    @property
    def operation(self) -> str:
        return self.request.cell.split(".")[2] if self.request.cell else ""

    def head(self, media_type: str = "application/json") -> str:
        """The status line of success, and the type of what follows."""
        status = "201 Created" if self.request.endpoint in CREATED else "200 OK"
        return f"HTTP/1.1 {status}\r\ncontent-type: {media_type}\r\n"

    def proper(self) -> bytes:
        # RFC 7592 section 2.3.
        return b"HTTP/1.1 204 No Content\r\n\r\n" if self.operation == "delete" else acts.reply(self.body(), self.head())

    def body(self) -> bytes:
        """The body of a good provider's reply."""
        scheme = self.fault.scheme if self.fault else ""
        issuer = f"{scheme}://{self.request.host}/{self.request.cell}"
        bodies: dict[str, Any] = {
            "discovery": metadata(issuer),
            "jwks": self.server.given["jwks"],
            "token": {"access_token": "at", "token_type": "Bearer", "expires_in": 3600},
            "pushed": {"request_uri": "urn:example:request", "expires_in": 60},
            "device": {"device_code": "dc", "user_code": "WDJB-MJHT", "verification_uri": f"{issuer}/code", "expires_in": 600},
            "backchannel": {"auth_req_id": "ar", "expires_in": 600},
            "register": registration(issuer), "manage": registration(issuer),
            "resource": {"resource": issuer},
            "introspection": {"active": True, "exp": int(time.time()) + 3600},
            "userinfo": {"sub": "alice"},
        }
        if self.operation == "exchange":
            bodies["token"]["issued_token_type"] = "urn:ietf:params:oauth:token-type:access_token"
        if self.operation in JWKS_OF:
            bodies["token"]["id_token"] = self.server.issuer.id_token(issuer)
        endpoint = self.request.endpoint
        return json.dumps(bodies[endpoint]).encode() if endpoint in bodies else b""


def metadata(issuer: str) -> dict[str, Any]:
    return {
        "issuer": issuer, "authorization_endpoint": f"{issuer}/authorize", "jwks_uri": f"{issuer}/jwks", "response_types_supported": ["code"],
        "token_endpoint": f"{issuer}/token", "introspection_endpoint": f"{issuer}/introspection", "revocation_endpoint": f"{issuer}/revocation",
        "userinfo_endpoint": f"{issuer}/userinfo", "code_challenge_methods_supported": ["S256"],
        "pushed_authorization_request_endpoint": f"{issuer}/pushed", "device_authorization_endpoint": f"{issuer}/device",
        "backchannel_authentication_endpoint": f"{issuer}/backchannel", "registration_endpoint": f"{issuer}/register",
        "id_token_signing_alg_values_supported": ["ES256"],
    }


def registration(issuer: str, token: str = "managing") -> dict[str, Any]:
    """A client as a provider has registered it, with the token that manages it."""
    return {"client_id": "registered", "registration_client_uri": f"{issuer}/manage", "registration_access_token": token}


def main() -> None:
    given = json.loads(sys.stdin.readline())
    asyncio.run(Server(Path(sys.argv[1]), given).run())


if __name__ == "__main__":
    main()
