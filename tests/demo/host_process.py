"""One host's demo program as a child process: JSON lines in both directions, a hard deadline, ended by its own pid.

The program reads its configuration from the first line of standard input and writes one line per step:
    {"host", "step", "ok", "seen"}            what was done, whether it held, and what was seen
    {..., "ask": URL}                         "open this URL": the reply line is {"callback": URL} or {"error": text}
"""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any


class HostFailed(Exception):
    """The program ended, hung or wrote something that is not a step."""


class HostProcess:
    def __init__(self, command: list[str], config: dict[str, Any], log: Path, deadline_s: float, cwd: Path):
        self._deadline = time.monotonic() + deadline_s
        self._log_path = log
        with log.open("w", encoding="utf-8") as sink:
            self._child = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=sink, text=True, encoding="utf-8",
                cwd=cwd, start_new_session=True,
            )
        self._lines: queue.Queue[str | None] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()
        self._tell(config)

    def steps(self, answer: Callable[[str], dict[str, Any]]) -> Iterator[dict[str, Any]]:
        """Yields each step; `answer` is called for the ones that ask for the browser."""
        while (line := self._next_line()) is not None:
            try:
                step = json.loads(line)
            except ValueError as error:
                raise HostFailed(f"not a step: {line[:200]!r}") from error
            if "ask" in step:
                reply = answer(step.pop("ask"))
                step["ok"] = step["ok"] and "callback" in reply
                step["seen"] = reply["seen"]
                self._tell(reply)
            yield step
        code = self._child.wait(timeout=5)
        if code != 0:
            raise HostFailed(f"exit code {code}: {self._last_words()}")

    def close(self) -> None:
        if self._child.poll() is None:
            os.killpg(self._child.pid, signal.SIGKILL)
        self._child.wait()

    def _read(self) -> None:
        assert self._child.stdout is not None
        for line in self._child.stdout:
            self._lines.put(line)
        self._lines.put(None)

    def _next_line(self) -> str | None:
        try:
            return self._lines.get(timeout=max(0.0, self._deadline - time.monotonic()))
        except queue.Empty:
            raise HostFailed("no step within its time limit") from None

    def _tell(self, message: dict[str, Any]) -> None:
        assert self._child.stdin is not None
        try:
            self._child.stdin.write(json.dumps(message) + "\n")
            self._child.stdin.flush()
        except OSError:
            pass  # It has ended: the reader says so with its exit code.

    def _last_words(self) -> str:
        lines = [line for line in self._log_path.read_text("utf-8", "replace").splitlines() if line.strip()]
        return " / ".join(lines[-3:])[:400] or "it said nothing"
