"""The programs of examples/python and the one of the README that runs by itself, run as a user runs them."""

import http.client
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from conftest import CLIENT, HERE, ROOT
from ferroauth import Client

EXAMPLES = ROOT / "examples" / "python"


def environment(issuer: str, **more: str) -> dict[str, str]:
    return {
        **os.environ,
        "ISSUER": issuer,
        "CLIENT_ID": CLIENT["client_id"],
        "CLIENT_SECRET": CLIENT["client_secret"],
        "PYTHONWARNINGS": "error",
        **more,
    }


@pytest.fixture(scope="module")
def port(issuer: str) -> Iterator[int]:
    """Port of the running login program."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free = probe.getsockname()[1]
    program = subprocess.Popen(
        [sys.executable, EXAMPLES / "login.py"],
        env=environment(issuer, PORT=str(free), APP_KEY="ab" * 32),
        stderr=subprocess.PIPE,
    )
    try:
        deadline = time.monotonic() + 15
        while time.monotonic() < deadline:
            assert program.poll() is None
            try:
                socket.create_connection(("127.0.0.1", free), 1).close()
                break
            except ConnectionRefusedError:
                time.sleep(0.05)
        yield free
    finally:
        program.terminate()
        program.communicate(timeout=10)


def get(port: int, path: str, **headers: str) -> tuple[http.client.HTTPResponse, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        return response, response.read().decode()
    finally:
        connection.close()


def crumb(response: http.client.HTTPResponse, name: str) -> str:
    values = [value for value in response.headers.get_all("Set-Cookie", []) if value.startswith(f"{name}=")]
    assert "HttpOnly" in values[0]
    return values[0].partition(";")[0]


def test_a_user_logs_in(port: int, browse: Callable[[str], str]) -> None:
    assert "Log in" in get(port, "/")[1]
    begun, _ = get(port, "/login")
    assert begun.status == 303
    back = browse(begun.headers["Location"])
    assert back.startswith(f"http://127.0.0.1:{port}/callback?")
    query = back.partition("?")[2]
    refused, text = get(port, f"/callback?{query}")
    assert refused.status == 400 and "pending.invalid" in text
    done, _ = get(port, f"/callback?{query}", Cookie=crumb(begun, "oauth"))
    assert done.status == 303
    assert "Hello, user@example.com." in get(port, "/", Cookie=crumb(done, "session"))[1]


def test_a_forged_callback_is_refused(port: int) -> None:
    begun, _ = get(port, "/login")
    response, text = get(port, "/callback?code=a&state=forged", Cookie=crumb(begun, "oauth"))
    assert response.status == 400 and "callback.state_mismatch" in text


def test_the_api_takes_tokens_of_the_issuer(port: int, client: Client) -> None:
    token = client.client_credentials(scopes=["all"]).access_token
    response, text = get(port, "/api", Authorization=f"Bearer {token}")
    assert (response.status, text) == (200, '{"hello": "user-42"}')
    answers = {"": 401, "Bearer": 400, "Bearer x": 401, f"Basic {token}": 401, f"Bearer {token}x": 401, f"Bearer {token}, x": 400}
    for header, status in answers.items():
        response, text = get(port, "/api", Authorization=header)
        assert response.status == status and "error" in text
        assert response.headers["WWW-Authenticate"].startswith("Bearer")
        assert response.headers["Cache-Control"] == "no-store"


def test_the_host_driven_example(issuer: str) -> None:
    done = subprocess.run(
        [sys.executable, EXAMPLES / "host_driven.py"],
        env=environment(issuer), capture_output=True, text=True, timeout=30, check=False,
    )
    assert done.stderr == "" and done.returncode == 0
    exchanges = [line for line in done.stdout.splitlines() if issuer in line]
    assert exchanges == [
        f"GET {issuer}/.well-known/openid-configuration",
        *(f"POST {issuer}/{name}" for name in ("token", "introspection", "revocation", "introspection")),
    ]
    assert [line for line in done.stdout.splitlines() if "active" in line] == ["active: true", "active: false"]


def test_the_program_of_the_readme_prints_what_its_comments_say(tmp_path: Path) -> None:
    passage = (HERE.parent / "README.md").read_text("utf-8").split("\n**Events.**", 1)[1]
    match = re.search(r"```python\n(.*?)```", passage, re.DOTALL)
    assert match is not None
    said = [line.removeprefix("# ") for line in match[1].splitlines() if line.startswith("# ")]
    done = subprocess.run(
        [sys.executable, "-u", "-c", match[1]],
        cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=30, check=False,
    )
    assert (done.returncode, done.stdout.splitlines()) == (0, said) and len(said) == 3
