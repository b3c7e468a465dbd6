"""The other end of hosts/host.*: objects of the installed package in a child process, driven from here.

`host.make("Client", service, client_id="abc")` calls the constructor, `client.refresh(token)` a method, `tokens["access_token"]` reads a
member. Names are Python's; each host turns them into its own. A refusal of the package is raised as `Refused` with its code.
"""

from __future__ import annotations

import base64
import json
import os
import queue
import signal
import subprocess
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

HOSTS = Path(__file__).parent.resolve() / "hosts"
CALL_LIMIT_S = 30


class Refused(Exception):
    """An error of the package, by its code."""

    def __init__(self, error: dict[str, Any]):
        super().__init__(f"{error['code']} ({error['message']})")
        self.code: str = error["code"]
        self.oauth_error: str | None = error["oauth_error"]


class HostFailed(Exception):
    """The host ended, hung, or raised what is no error of the package."""


class Remote(Mapping[str, Any]):
    """An object in the host: its members as a mapping, its methods as methods."""

    def __init__(self, host: Host, members: dict[str, Any]):
        self.host, self.handle, self._members = host, members.pop("$"), members

    def __getitem__(self, name: str) -> Any:
        return self._members[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._members)

    def __len__(self) -> int:
        return len(self._members)

    def __getattr__(self, method: str) -> Any:
        if method.startswith("_"):
            raise AttributeError(method)
        return lambda *positional, **named: self.host.call(self, method, *positional, **named)


class Later:
    """A call that was sent and whose answer is not read yet: the host is busy with it meanwhile."""

    def __init__(self, host: Host):
        self._host = host

    def result(self) -> Any:
        return self._host.read()


class Make:
    """An argument that the host makes: `Make("PrivateKey.from_pem", pem)`."""

    def __init__(self, path: str, *positional: Any, **named: Any):
        self.target, _, method = path.partition(".")
        self.method = method or "new"
        self.positional, self.named = positional, named


class Host:
    """One host with its package, alive for all scenarios."""

    def __init__(self, name: str, installed: Path, log: Path):
        self.name = name
        home = installed / name
        command = {
            "python": [str(home / "bin/python"), "-I", str(HOSTS / "host.py")],
            "node": ["node", str(HOSTS / "host.mjs")],
            "php": ["php", "-d", "ffi.enable=true", str(HOSTS / "host.php")],
        }[name]
        with log.open("w", encoding="utf-8") as sink:
            self._child = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=sink, text=True, encoding="utf-8",
                cwd=home, start_new_session=True,
            )
        self._lines: queue.Queue[str | None] = queue.Queue()
        threading.Thread(target=self._collect, daemon=True).start()

    def make(self, path: str, *positional: Any, **named: Any) -> Remote:
        """`make("Client", ...)` constructs, `make("Service.discover", ...)` calls what the class itself offers."""
        made = Make(path, *positional, **named)
        return self.call(made.target, made.method, *positional, **named)

    def call(self, target: Remote | str, method: str, *positional: Any, **named: Any) -> Any:
        self.begin(target, method, *positional, **named)
        return self.read()

    def begin(self, target: Remote | str, method: str, *positional: Any, **named: Any) -> Later:
        """Sends the call without waiting for it."""
        self._tell(_line(target, method, positional, named))
        return Later(self)

    def read(self) -> Any:
        try:
            line = self._lines.get(timeout=CALL_LIMIT_S)
        except queue.Empty:
            raise HostFailed(f"no answer within {CALL_LIMIT_S} s") from None
        if line is None:
            raise HostFailed(f"it ended with exit code {self._child.wait(timeout=5)}")
        answer = json.loads(line)
        if "broken" in answer:
            raise HostFailed(answer["broken"].strip()[-1200:])
        if "error" in answer:
            raise Refused(answer["error"])
        value = answer.get("value")
        return [self._received(one) for one in value] if isinstance(value, list) else self._received(value)

    def _received(self, value: Any) -> Any:
        return Remote(self, value) if isinstance(value, dict) and "$" in value else value

    def forget(self) -> None:
        """Lets go of every object."""
        self._tell({"forget": True})
        self.read()

    def close(self) -> None:
        if self._child.poll() is None:
            os.killpg(self._child.pid, signal.SIGKILL)
        self._child.wait()

    def _tell(self, line: dict[str, Any]) -> None:
        assert self._child.stdin is not None
        try:
            self._child.stdin.write(json.dumps(line) + "\n")
            self._child.stdin.flush()
        except OSError:
            pass  # It has ended: reading says so.

    def _collect(self) -> None:
        assert self._child.stdout is not None
        for line in self._child.stdout:
            self._lines.put(line)
        self._lines.put(None)


def _line(target: Remote | str, method: str, positional: tuple[Any, ...], named: dict[str, Any]) -> dict[str, Any]:
    return {
        "target": _sent(target), "method": method, "positional": [_sent(value) for value in positional],
        "named": {name: _sent(value) for name, value in named.items() if value is not None},
    }


def _sent(value: Any) -> Any:
    if isinstance(value, Remote):
        return {"$": value.handle}
    if isinstance(value, bytes):
        return {"bytes": base64.b64encode(value).decode()}
    if isinstance(value, Make):
        return {"make": _line(value.target, value.method, value.positional, value.named)}
    if isinstance(value, list):
        return [_sent(one) for one in value]
    if isinstance(value, dict):
        return {name: _sent(one) for name, one in value.items()}
    return value
