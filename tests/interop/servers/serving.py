"""What the servers in Python share: their pages, their ready line, and their end when the parent is gone or after 20 minutes."""

from __future__ import annotations

import html
import json
import os
import signal
import sys
import threading
import time
from typing import Any

LIFETIME_S = 20 * 60


def login_page(action: str) -> str:
    """A form that the browser of the tests knows how to fill in."""
    return _page(f'<form method="post" action="{html.escape(action)}"><input type="hidden" name="prompt" value="login">'
                 '<input name="login"><input type="password" name="password"><button>Sign in</button></form>')


def consent_page(action: str, cancel: str, fields: dict[str, str]) -> str:
    """Consents with its form and cancels with its link."""
    hidden = "".join(f'<input type="hidden" name="{html.escape(name)}" value="{html.escape(value)}">' for name, value in fields.items())
    return _page(f'<form method="post" action="{html.escape(action)}"><input type="hidden" name="prompt" value="consent">{hidden}'
                 f'<button>Allow</button></form> <a href="{html.escape(cancel)}">Deny</a>')


def frames_page(frames: list[str], onward: str) -> str:
    """Shows the frames of a library and the way on."""
    return _page(f'{"".join(frames)} <a href="{html.escape(onward)}">Go on</a>')


def message_page(text: str) -> str:
    return _page(f"<p>{html.escape(text)}</p>")


def _page(body: str) -> str:
    return f"<!DOCTYPE html><html><head><title>A test's provider</title></head><body>{body}</body></html>"


def ready(facts: dict[str, Any]) -> None:
    """Prints the facts and sees to it that the process ends."""
    sys.stdout.write(json.dumps({**facts, "pid": os.getpid()}) + "\n")
    sys.stdout.flush()
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    threading.Thread(target=_watch, args=(os.getppid(),), daemon=True).start()


def _watch(parent: int) -> None:
    deadline = time.monotonic() + LIFETIME_S
    while time.monotonic() < deadline and os.getppid() == parent:
        time.sleep(1)
    os._exit(0)
