"""The provider process and the few steps that most tests take. Everything runs against the installed wheel."""

from __future__ import annotations

import http.client
import json
import logging
import os
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

import ferroauth
from ferroauth import Client, Event, Service

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
CLIENT: Any = {"client_id": "app", "client_secret": "s3cret-of-the-app", "redirect_uri": "https://app.example.com/callback"}
LOGGER = logging.getLogger("ferroauth")


def pytest_configure() -> None:
    place = Path(ferroauth.__file__)
    if "site-packages" not in place.parts:
        pytest.exit(f"the tests are for the installed wheel, but ferroauth comes from {place.parent}", returncode=2)


@pytest.fixture(scope="session")
def provider() -> Iterator[str]:
    """Base URL of the provider."""
    process = subprocess.Popen([sys.executable, HERE / "provider.py"], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()


@pytest.fixture(scope="session")
def issuer(provider: str) -> str:
    return f"{provider}/main"


@pytest.fixture(scope="session")
def service(issuer: str) -> Service:
    return Service.discover(issuer)


@pytest.fixture
def client(service: Service) -> Client:
    return Client(service, **CLIENT)


@pytest.fixture(scope="session")
def browse() -> Callable[[str], str]:
    """What a browser does with the authorization URL: it comes back with the callback URL."""
    return follow


def follow(url: str) -> str:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)
    try:
        connection.request("GET", f"{parts.path}?{parts.query}")
        response = connection.getresponse()
        response.read()
        assert response.status == 302
        return response.headers["Location"]
    finally:
        connection.close()


@pytest.fixture(scope="session")
def script() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs a program (its text, or a file) in a fresh interpreter with a hard timeout; it must end well and print nothing to stderr."""

    def run(source: str, *arguments: str, timeout: float = 30) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "PYTHONPATH": str(HERE), "PYTHONWARNINGS": "error"}
        program = [source] if source.endswith(".py") else ["-c", textwrap.dedent(source)]
        done = subprocess.run(
            [sys.executable, *program, *arguments],
            capture_output=True, text=True, timeout=timeout, env=environment, check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")
        return done

    return run


class Kept(logging.Handler):
    """Keeps the records."""

    def __init__(self) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)

    @property
    def events(self) -> list[Event]:
        return [getattr(record, "ferroauth_event") for record in self.records]

    @property
    def names(self) -> list[str]:
        return [event.name for event in self.events]


@pytest.fixture
def log() -> Iterator[Kept]:
    """What the logger is told from level INFO on."""
    handler = Kept()
    LOGGER.addHandler(handler)
    LOGGER.setLevel(logging.INFO)
    try:
        yield handler
    finally:
        LOGGER.removeHandler(handler)
        LOGGER.setLevel(logging.NOTSET)


def reply(status: int = 200, **members: Any) -> dict[str, Any]:
    """A reply for a flow that the test carries."""
    return {"status": status, "headers": {"content-type": "application/json"}, "body": json.dumps(members)}


GOOD = reply(access_token="s3cret-access", token_type="Bearer", refresh_token="s3cret-refresh", scope="a b")
