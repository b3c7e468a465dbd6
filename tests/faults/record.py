"""The server's record: what came to which origin, and whether a credential was among it that does not belong there.

Every credential of a cell says whose it is, so the record alone shows where it went.
"""

from __future__ import annotations

import base64
import collections
import json
import re
from dataclasses import dataclass, field
from pathlib import Path

from server import AT, AT_ONCE, CELL, ELSEWHERE, JWKS_OF, endpoint_of
from table import FAULTS

MARK = "canary"
_CANARY = re.compile(MARK + r"-([a-z]+\.[A-Za-z0-9-]+\.[a-z]+\.[a-z0-9]+)_(secret|token)")
_REQUEST = re.compile(r"(?:GET|POST|PUT|DELETE|CONNECT) (\S+) HTTP/1\.1\r\n")
_BASIC = re.compile(r"(?i)\r\nauthorization: *basic +(\S+)")
# Listeners at which no handshake ends, so that what comes is a client's part of it.
HANDSHAKES = {fault.number for fault in FAULTS if fault.acts in AT_ONCE}
# The endpoints at which a client authenticates.
AUTHENTICATED = ("token", "introspection", "revocation", "pushed", "device", "backchannel")


def canary(cell: str, kind: str) -> str:
    return f"{MARK}-{cell}_{kind}"


@dataclass
class Seen:
    connections: int = 0
    elsewhere: int = 0
    total: int = 0
    credentials: int = 0
    requests: collections.Counter[str] = field(default_factory=collections.Counter)
    misses: list[str] = field(default_factory=list)


def read(path: Path) -> Seen:
    seen = Seen()
    for line in path.read_text().splitlines():
        connection = json.loads(line)
        seen.connections += 1
        _look(connection["listener"], connection["bytes"], seen)
    return seen


def _look(listener: str, text: str, seen: Seen) -> None:
    if listener in ELSEWHERE:
        seen.elsewhere += 1
        seen.misses.append(f"a connection to {listener}, with {len(text)} bytes: {text[:80]!r}")
    starts = [match.start() for match in _REQUEST.finditer(text)]
    if text[: starts[0] if starts else None] and listener not in HANDSHAKES:
        seen.misses.append(f"{listener} received bytes that are no request: {text[:40]!r}")
    if MARK in text[: starts[0] if starts else None]:
        seen.misses.append(f"{listener} received a credential outside of a request")
    for start, end in zip(starts, [*starts[1:], None]):
        request = text[start:end]
        target = request.split(" ", 2)[1]
        found = CELL.search(target)
        cell = found[1] if found else "none"
        seen.total += 1
        operation, endpoint = cell.split(".")[2] if found else "", endpoint_of(target)
        # An ID token's keys are asked for elsewhere, which the faults leave alone.
        if not (operation in JWKS_OF and endpoint == "jwks"):
            seen.requests[cell] += 1
        decoded = [base64.b64decode(value).decode("latin-1") for value in _BASIC.findall(request)]
        for owner, kind in _CANARY.findall(" ".join([request, *decoded])):
            seen.credentials += 1
            at_home = owner == cell and owner.split(".")[1] == listener
            # RFC 7592 section 2.2: an update repeats the client's secret.
            authenticates = endpoint in AUTHENTICATED or operation == "update" and endpoint == "manage"
            meant = authenticates if kind == "secret" else endpoint == AT.get(operation, operation)
            if not (at_home and meant):
                seen.misses.append(f"the {kind} of {owner} went to {endpoint} of {cell} at the origin of {listener}")
