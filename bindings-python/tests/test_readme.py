"""The programs of the README: every one is checked by mypy, and run against the provider unless it is marked ``no_run``,
which says that it needs more than that provider offers.

What a reader has before a program is in ``SETTING``, with types for mypy, and in ``setting``, with values for the run. A program that
is run also finds what those before it made and the setting does not have.
"""

from __future__ import annotations

import ast
import asyncio
import imaplib
import inspect
import logging
import re
import shutil
import subprocess
import sys
import textwrap
import threading
import urllib.request
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import ferroauth
from conftest import CLIENT, HERE, ROOT
from ferroauth import Client, EncryptionKey, KeySet, PrivateKey, Service, Signer, Verifier, aio, sasl

README = HERE.parent / "README.md"
# Language and mark of each fenced program, its text.
PROGRAMS = [
    pytest.param(mark, text, id=f"line {README.read_text('utf-8')[: found.start()].count(chr(10)) + 2}")
    for found in re.finditer(r"```python([^\n]*)\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
    for mark, text in [(found[1].strip(), found[2])]
]
SETTING = {
    "access_token": "str", "app_key": "bytes", "client": "Client", "credentials": "dict[str, Any]", "form": "dict[str, str]",
    "id_token": "str", "imap": "Any", "invoice": "bytes", "key": "Any", "key_set": "KeySet", "older_key": "EncryptionKey",
    "ours": "Signer", "pem": "str", "refresh_token": "str", "reply": "requests.Response", "request": "Any", "secret": "bytes",
    "send": "Callable[[Any], dict[str, Any]]", "sent_nonce": "str", "service": "Service", "session": "dict[str, str]",
    "session_id": "str", "signer": "Signer", "store": "Callable[[str], None]", "theirs": "Signer", "token": "str", "tokens": "Any",
    "uri": "str", "url": "str", "verifier": "Verifier", "Response": "Callable[..., Any]",
}


def test_the_readme_has_programs() -> None:
    assert len(PROGRAMS) > 15
    assert {program.values[0] for program in PROGRAMS} == {"", "no_run"}


@pytest.mark.timeout(300)
def test_every_program_names_what_there_is(tmp_path: Path) -> None:
    """Names, arguments and types, in those that are not run too."""
    lines = ["import imaplib, webbrowser", "from collections.abc import Callable", "from pathlib import Path", "from typing import Any",
             "import requests", "import ferroauth", "from ferroauth import *", "from ferroauth import aio, sasl"]
    parameters = ", ".join(f"{name}: {kind}" for name, kind in SETTING.items())
    for number, program in enumerate(PROGRAMS):
        _, text = program.values
        assert isinstance(text, str)
        lines += [f"async def program_{number}({parameters}) -> Any:", textwrap.indent(text, "    "), "    return None"]
    target = tmp_path / "programs.py"
    target.write_text("\n".join(lines) + "\n", "utf-8")
    # A program may use a name anew. `imap` is untyped because imaplib, unlike what its types say, takes the text that smtplib demands.
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--python-version", "3.11", "--allow-redefinition", "--check-untyped-defs",
         "--disable-error-code", "import-untyped", "--disable-error-code", "var-annotated", "--cache-dir", str(tmp_path / "cache"), str(target)],
        cwd=tmp_path, capture_output=True, text=True, timeout=280, check=False,
    )
    # The programs take it that the provider sent what they read.
    optional = re.compile(r'Item "None" of|"(.+) \| None"; expected "\1"')
    errors = [line for line in done.stdout.splitlines() if ": error: " in line and not optional.search(line)]
    assert not errors and "checked 1 source file" in done.stdout, done.stdout + done.stderr


@pytest.fixture(scope="module")
def made() -> dict[str, Any]:
    """What earlier programs made."""
    return {"key": PrivateKey.generate("ES256")}


@pytest.fixture
def setting(provider: str, browse: Callable[[str], str]) -> dict[str, Any]:
    service = Service.discover(f"{provider}/public")
    client = Client(service, **CLIENT)
    login = client.begin_authorization(scopes=["openid", "email"])
    tokens = client.finish_authorization(login, browse(login.url))
    assert tokens.id_token is not None and tokens.refresh_token is not None
    caller = client.client_credentials(scopes=["orders:read"]).access_token
    ours, theirs = PrivateKey.generate("ES256"), PrivateKey.generate("EdDSA")
    published = [PrivateKey.from_pem(key.to_pem(), kid=kid) for key, kid in ((ours, "a"), (theirs, "b"))]

    class Request:
        headers = {"Authorization": f"Bearer {caller}"}
        names: dict[str, Any]

        @property
        def url(self) -> str:
            """Where the browser comes back, once the page has sent it away."""
            return browse(self.names["pending"].url)

    def opened(url: str) -> None:
        threading.Thread(target=lambda: urllib.request.urlopen(browse(url)).close()).start()

    def send(http: Any) -> dict[str, Any]:
        request = urllib.request.Request(http["url"], http["body"] or None, http["headers"], method=http["method"])
        with urllib.request.urlopen(request, timeout=10) as reply:
            return {"status": reply.status, "headers": reply.headers, "body": reply.read()}

    def authenticate(mechanism: str, answer: Callable[[bytes], str]) -> None:
        assert mechanism == "XOAUTH2" and answer(b"").startswith("user=user@example.com\1auth=Bearer ")

    challenge = 'Bearer error="insufficient_user_authentication", acr_values="phr"'
    return {
        **{name: getattr(ferroauth, name) for name in ferroauth.__all__},
        "ferroauth": ferroauth, "aio": aio, "sasl": sasl, "imaplib": imaplib, "webbrowser": SimpleNamespace(open=opened), "Path": Path,
        "imap": SimpleNamespace(authenticate=authenticate), "service": service, "client": client, "tokens": tokens,
        "access_token": tokens.access_token, "refresh_token": tokens.refresh_token, "token": caller, "id_token": tokens.id_token.raw,
        "sent_nonce": tokens.id_token.claims["nonce"], "request": Request(), "session": {}, "app_key": b"k" * 32,
        "secret": b"s" * 32, "pem": ours.to_pem(), "invoice": b"an invoice", "ours": Signer(ours, algorithm="ES256"),
        "theirs": Signer(theirs, algorithm="EdDSA"), "key_set": KeySet.from_keys(published),
        "older_key": EncryptionKey.generate("ECDH-ES+A256KW", curve="X25519", kid="e0"), "send": send, "Response": SimpleNamespace,
        # Its key is the provider's.
        "signer": SimpleNamespace(sign=lambda claims, *, lifetime: caller), "reply": SimpleNamespace(headers={"WWW-Authenticate": challenge}),
        "verifier": Verifier(issuer=f"{provider}/public", audience="my-api"),
    }


@pytest.mark.parametrize("text", [pytest.param(program.values[1], id=program.id) for program in PROGRAMS if program.values[0] == ""])
def test_the_program_runs(
    text: str, setting: dict[str, Any], made: dict[str, Any], provider: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "oauth-providers").mkdir()
    shutil.copy(ROOT / "core/src/services/presets/gmail.json", tmp_path / "oauth-providers")
    monkeypatch.chdir(tmp_path)
    for written, meant in (("https://idp.example.com", f"{provider}/public"), ('"abc"', '"app"'), ('"s3cret"', f'"{CLIENT["client_secret"]}"')):
        text = text.replace(written, meant)
    # A page that returns early would skip the rest; here nothing returns, so what is returned is a failure.
    module = ast.fix_missing_locations(Fails().visit(ast.parse(text)))
    names = made | setting
    # The page of the request looks here for what the program made.
    setting["request"].names = names
    log = logging.getLogger("ferroauth")
    handlers = log.handlers[:]
    try:
        outcome = eval(compile(module, "README", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT), names)
        if inspect.iscoroutine(outcome):  # the program awaits
            asyncio.run(outcome)
            aio.close()
    finally:
        log.handlers[:] = handlers
    made.update(names)


class Fails(ast.NodeTransformer):
    def visit_Return(self, node: ast.Return) -> ast.AST:
        return ast.copy_location(ast.Assert(ast.Constant(False), ast.Constant("the program returned early")), node)
