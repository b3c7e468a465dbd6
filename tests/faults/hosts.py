"""The processes of a run: the fault server and one worker for each host, spoken to in lines and ended by their process ids."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent


class Failed(Exception):
    """A process ended or gave no answer; its log says why."""


class Process:
    """A child in a process group of its own."""

    def __init__(self, name: str, command: list[str], log: Path, env: dict[str, str] | None = None):
        self.name, self.log = name, log
        with log.open("w", encoding="utf-8") as sink:
            self.child = subprocess.Popen(command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=sink, start_new_session=True)

    def ask(self, message: dict[str, Any], limit_s: float = 60) -> Any:
        assert self.child.stdin is not None and self.child.stdout is not None
        try:
            self.child.stdin.write(json.dumps(message).encode() + b"\n")
            self.child.stdin.flush()
        except BrokenPipeError:
            pass  # The read says so, with the log's last words.
        ready, _, _ = select.select([self.child.stdout], [], [], limit_s)
        line = self.child.stdout.readline() if ready else b""
        if not line:
            words = self.log.read_text("utf-8", "replace").strip().splitlines()[-4:]
            raise Failed(f"{self.name}: {'ended' if ready else 'no answer'}: {' / '.join(words) or 'it said nothing'}")
        return json.loads(line)

    def count(self, folder: str) -> int:
        """How many descriptors (`fd`) or threads (`task`) the process has."""
        return len(os.listdir(f"/proc/{self.child.pid}/{folder}"))

    def close(self) -> int:
        """Ends the input, which is the sign to leave, and waits; whatever stays is killed. Returns the exit code."""
        assert self.child.stdin is not None
        try:
            self.child.stdin.close()
        except BrokenPipeError:
            pass
        try:
            return self.child.wait(timeout=15)
        except subprocess.TimeoutExpired:
            os.killpg(self.child.pid, signal.SIGKILL)
            return self.child.wait()


def compile_system(folder: Path) -> Path:
    """The library that stands for the name service, the public network and the wall clock."""
    library = folder / "system.so"
    command = [os.environ.get("CC", "cc"), "-O2", "-Wall", "-Wextra", "-Werror", "-fPIC", "-shared", "-o", str(library), str(HERE / "system.c"), "-ldl"]
    subprocess.run(command, check=True)
    return library


def commands(installed: Path, rust: Path) -> dict[str, list[str]]:
    python = str(installed / "python" / "bin" / "python")
    return {
        "rust": [str(rust)],
        "python": [python, "-B", str(HERE / "worker.py"), "sync"],
        "aio": [python, "-B", str(HERE / "worker.py"), "aio"],
        "node": ["node", str(HERE / "worker.mjs")],
        "php": ["php", "-d", "ffi.enable=1", str(HERE / "worker.php")],
    }


def environment(host: str, installed: Path, library: Path, clock: Path, proxy: str) -> dict[str, str]:
    """A host's own, with our library below it and a proxy that nobody asked for (threat E5)."""
    proxies = dict.fromkeys(("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"), proxy)
    kept = {name: value for name, value in os.environ.items() if name.lower() != "no_proxy"}
    return kept | proxies | {"FERROAUTH_INSTALLED": str(installed / host), "LD_PRELOAD": str(library), "FAULTS_CLOCK": str(clock)}
