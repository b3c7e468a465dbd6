"""The measured processes: one per host, asked for one measurement at a time."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
from pathlib import Path
from typing import Any

LIMIT_S = 60


class Failed(Exception):
    """A worker ended or did not answer in time; its log says why."""


class Process:
    """A child in a process group of its own, spoken to in lines, ended by its pid."""

    def __init__(self, name: str, command: list[str], cwd: Path, log: Path):
        self.name, self._log = name, log
        with log.open("w", encoding="utf-8") as sink:
            self._child = subprocess.Popen(
                command, cwd=cwd, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=sink, start_new_session=True
            )

    def line(self, limit_s: float = LIMIT_S) -> str:
        assert self._child.stdout is not None
        ready, _, _ = select.select([self._child.stdout], [], [], limit_s)
        text = self._child.stdout.readline().decode() if ready else ""
        if not text:
            words = self._log.read_text("utf-8", "replace").strip().splitlines()[-4:]
            raise Failed(f"{self.name}: {'ended' if ready else 'no answer'}: {' / '.join(words) or 'it said nothing'}")
        return text

    def tell(self, message: dict[str, Any]) -> None:
        assert self._child.stdin is not None
        try:
            self._child.stdin.write(json.dumps(message).encode() + b"\n")
            self._child.stdin.flush()
        except BrokenPipeError:
            pass  # The next read says so, with the log's last words.

    def close(self) -> None:
        if self._child.poll() is None:
            os.killpg(self._child.pid, signal.SIGKILL)
        self._child.wait()


class Worker(Process):
    """One host's implementations, by operation."""

    def __init__(self, host: str, command: list[str], cwd: Path, log: Path, given: dict[str, Any]):
        super().__init__(host, command, cwd, log)
        self.tell(given)
        told = json.loads(self.line())
        self.implementations: dict[str, list[str]] = {name: told.get(name, []) for name in ("verify", "exchange", "refuse")}
        self.versions: dict[str, str] = told["versions"]

    def measure(self, operation: str, algorithm: str | None, implementation: str, budget_ms: int) -> float:
        self.tell({
            "operation": operation, "algorithm": algorithm, "implementation": implementation, "budget_ms": budget_ms,
        })
        return float(json.loads(self.line())["us"])
