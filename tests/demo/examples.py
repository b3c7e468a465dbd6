"""Runs the programs of examples/ as a reader would: copied beside the installed package, against the real provider.

Every host has two: `login` (a login page and an API) and `host_driven` (the host's own HTTP client carries the
traffic). They read ISSUER, CLIENT_ID, CLIENT_SECRET, APP_KEY, API_AUDIENCE and, for `login`, PORT.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import subprocess
import urllib.error
import urllib.parse
import urllib.request
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from browser import Browser, BrowserError
from children import Child

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
LIMIT_S = 30

Step = dict[str, Any]


def redirect_uri(port: int) -> str:
    return f"http://127.0.0.1:{port}/callback"


def run(host: str, installed: Path, out: Path, facts: dict[str, Any], port: int, user: str) -> Iterator[Step]:
    """Both examples of a host, one step each."""
    home = installed / host
    shutil.copytree(EXAMPLES / host, home / "examples", dirs_exist_ok=True)
    for name, example in (("example_login", _login), ("example_driver", _host_driven)):
        try:
            seen = example(host, home, out, facts, port, user)
            yield {"host": host, "step": name, "ok": True, "seen": seen}
        except (RuntimeError, OSError, BrowserError, subprocess.SubprocessError) as error:
            yield {"host": host, "step": name, "ok": False, "seen": str(error)}


def _program(home: Path, stem: str) -> str:
    found = sorted(path for path in (home / "examples").glob(f"{stem}.*") if path.suffix in {".py", ".mjs", ".js", ".php"})
    if not found:
        raise RuntimeError(f"there is no example called {stem}")
    return str(found[0].relative_to(home))


def _environment(facts: dict[str, Any], client: str, **more: str) -> dict[str, str]:
    known = facts["clients"][client]
    return {
        **os.environ, "ISSUER": facts["issuer"], "CLIENT_ID": known["client_id"], "CLIENT_SECRET": known["client_secret"],
        "API_AUDIENCE": facts["api"], **more,
    }


def _login(host: str, home: Path, out: Path, facts: dict[str, Any], port: int, user: str) -> str:
    program = _program(home, "login")
    command = {
        "python": ["bin/python", program],
        "node": ["node", program],
        "php": ["php", "-d", "ffi.enable=true", "-S", f"127.0.0.1:{port}", program],
    }[host]
    environment = _environment(facts, "demo-basic", PORT=str(port), APP_KEY=secrets.token_hex(32))
    with Child(command, out / f"{host}-example-login.log", home, environment) as server:
        server.wait_for_port(port, LIMIT_S)
        page = Browser(user).log_in(f"http://127.0.0.1:{port}/login")
        if f"{user}@example.test" not in page.body:
            raise RuntimeError(f"the page does not greet {user}: {page.status} {_text(page.body)} ({server.last_words()})")
        answer = _api(port, _machine_token(facts))
        refused = _api(port, "not-a-token")
        if answer != (200, "demo-machine") or refused[0] != 401:
            raise RuntimeError(f"the API answered {answer} and {refused} ({server.last_words()})")
        return f"greets {user}; API 200, bad one 401"


def _host_driven(host: str, home: Path, out: Path, facts: dict[str, Any], _port: int, _user: str) -> str:
    program = _program(home, "host_driven")
    command = {"python": ["bin/python", program], "node": ["node", program], "php": ["php", program]}[host]
    done = subprocess.run(
        command, cwd=home, env=_environment(facts, "demo-service"), stdin=subprocess.DEVNULL, capture_output=True,
        text=True, timeout=LIMIT_S, check=False,
    )
    (out / f"{host}-example-host-driven.log").write_text(done.stdout + done.stderr, encoding="utf-8")
    requests = len(re.findall(r"^(?:GET|POST) http", done.stdout, re.MULTILINE))
    states = re.findall(r"^active: (true|false)$", done.stdout, re.MULTILINE)
    if done.returncode != 0 or states != ["true", "false"] or requests < 4:
        raise RuntimeError(f"exit code {done.returncode}: {' / '.join((done.stdout + done.stderr).splitlines()[-3:])}")
    return f"{requests} requests, active true then false"


def _machine_token(facts: dict[str, Any]) -> str:
    """A JWT access token for the API, got without ferroauth."""
    known = facts["clients"]["demo-machine"]
    pair = ":".join(urllib.parse.quote(known[name], safe="") for name in ("client_id", "client_secret"))
    request = urllib.request.Request(
        f"{facts['issuer']}/token", b"grant_type=client_credentials&scope=orders%3Aread",
        {"authorization": f"Basic {b64encode(pair.encode()).decode()}"},
    )
    with urllib.request.urlopen(request, timeout=10) as reply:
        return str(json.load(reply)["access_token"])


def _api(port: int, token: str) -> tuple[int, str | None]:
    request = urllib.request.Request(f"http://127.0.0.1:{port}/api", headers={"authorization": f"Bearer {token}"})
    try:
        with urllib.request.urlopen(request, timeout=10) as reply:
            return reply.status, json.load(reply).get("hello")
    except urllib.error.HTTPError as refused:
        return refused.code, None


def _text(body: str) -> str:
    return " ".join(re.sub(r"<title>.*?</title>|<[^>]*>", " ", body).split())[:120]
