"""gunicorn --preload with four workers: what was used before the fork serves in every worker."""

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
WORKERS = 4


def ask(port: int) -> dict[str, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", "/")
        response = connection.getresponse()
        body = response.read()
        assert response.status == 200, body
        seen: dict[str, Any] = json.loads(body)
        return seen
    finally:
        connection.close()


@pytest.mark.timeout(60)
def test_preloaded_workers_all_serve(issuer: str, tmp_path: Path) -> None:
    log = tmp_path / "gunicorn.log"
    command = [sys.executable, "-m", "gunicorn", "--preload", "--workers", str(WORKERS), "--bind", "127.0.0.1:0",
               "--no-control-socket", "--timeout", "20", "--log-file", str(log), "gunicorn_app:app"]
    master = subprocess.Popen(command, cwd=HERE, env={**os.environ, "TEST_ISSUER": issuer})
    try:
        port = listening_port(log, master)
        answers: list[dict[str, Any]] = []
        deadline = time.monotonic() + 30
        while len({answer["pid"] for answer in answers}) < WORKERS and time.monotonic() < deadline:
            batch = [threading.Thread(target=lambda: answers.append(ask(port))) for _ in range(4 * WORKERS)]
            for thread in batch:
                thread.start()
            for thread in batch:
                thread.join(25)
                assert not thread.is_alive(), "a worker hangs"
        assert len({answer["pid"] for answer in answers}) == WORKERS
        for answer in answers:
            assert answer["forked"] and answer["active"] and answer["sub"] == "user-42"
            assert answer["threads"] == 1
    finally:
        master.send_signal(signal.SIGTERM)
        try:
            assert master.wait(15) == 0
        except subprocess.TimeoutExpired:
            master.kill()
            master.wait(5)
            raise


def listening_port(log: Path, master: subprocess.Popen[bytes]) -> int:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        assert master.poll() is None, log.read_text()
        for line in log.read_text().splitlines() if log.exists() else ():
            if "Listening at: http://127.0.0.1:" in line:
                return int(line.rpartition("127.0.0.1:")[2].split()[0])
        time.sleep(0.05)
    raise AssertionError(f"gunicorn did not start: {log.read_text()}")
