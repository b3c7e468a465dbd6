"""Child processes that serve: started, waited for until they answer, and ended by their own pid."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Any


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Child:
    """A server in a process group of its own, so that its end takes its workers along."""

    def __init__(self, command: list[str], log: Path, cwd: Path, env: dict[str, str] | None = None):
        self.log = log
        self._sink = log.open("w", encoding="utf-8")
        self.process = subprocess.Popen(
            command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self._sink,
            start_new_session=True,
        )

    def __enter__(self) -> Child:
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None) -> None:
        for number in (signal.SIGTERM, signal.SIGKILL):
            if self.process.poll() is None:
                os.killpg(self.process.pid, number)
                try:
                    self.process.wait(timeout=3)
                except subprocess.TimeoutExpired:
                    continue
        self._sink.close()

    def first_line(self, timeout_s: float) -> str:
        assert self.process.stdout is not None
        ready, _, _ = select.select([self.process.stdout], [], [], timeout_s)
        line = self.process.stdout.readline().decode() if ready else ""
        if not line:
            raise RuntimeError(f"did not become ready: {self.last_words()}")
        return line

    def wait_for_port(self, port: int, timeout_s: float) -> None:
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError(f"nothing listens on port {port}: {self.last_words()}")

    def last_words(self) -> str:
        self._sink.flush()
        return " / ".join(self.log.read_text("utf-8", "replace").splitlines()[-3:])[:400] or "it said nothing"


class Provider(Child):
    """The real provider of tests/provider, installed by tests/tools/setup_node.sh; `program` is the configuration to start."""

    def __init__(self, project: Path, log: Path, redirect_uris: list[str], program: str = "provider.mjs", *options: str):
        redirects = [part for uri in redirect_uris for part in ("--redirect", uri)]
        super().__init__(["node", program, *redirects, *options], log, project)
        self.facts: dict[str, Any] = json.loads(self.first_line(20))
