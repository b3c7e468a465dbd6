"""What a scenario has in its hands: one host, the facts about one server, a browser, and ways to say what must hold."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.parse
import urllib.request
from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from browser import Browser, BrowserError, Page
from remote import Host, Refused, Remote

CALLBACK = "http://127.0.0.1:8765/callback"


class Missed(Exception):
    """Something that must hold did not."""


@dataclass(frozen=True)
class Scenario:
    server: str
    name: str
    play: Callable[[Stage], None]


class Stage:
    """One scenario in one host. Each has a user of its own, so that hosts can play at the same time."""

    def __init__(self, host: Host, facts: dict[str, dict[str, Any]], scenario: Scenario, number: int):
        self.host, self.facts, self.others = host, facts[scenario.server], facts
        self.user = f"ada-{host.name}-{number}"
        self.browser = Browser(self.user)

    def service(self, **settings: Any) -> Remote:
        return self.host.make("Service.discover", self.facts["issuer"], **settings)

    def client(self, name: str, service: Remote | None = None, **settings: Any) -> Remote:
        """A registered client, as its registration says; `settings` go over that, `None` leaves one out."""
        known = self.facts["clients"][name]
        given = {
            "client_id": known["client_id"],
            "client_secret": known["client_secret"],
            "redirect_uri": CALLBACK if known["redirect_uris"] else None,
            "authentication_method": known["authentication_method"],
            "id_token_algorithms": [known["id_token_algorithm"]] if known.get("id_token_algorithm") else None,
        }
        return self.host.make("Client", service or self.service(), **{**given, **settings})

    def visit(self, url: str, stop_at: str = CALLBACK, **as_person: Any) -> Page:
        """Goes through the server's own pages until it sends the browser back; the page then is the callback."""
        return self.browser.log_in(url, stop_at, **as_person)

    def log_in(self, client: Remote, **options: Any) -> Remote:
        pending = client.begin_authorization(**{"scopes": ["openid", "email"], **options})
        return client.finish_authorization(pending, self.visit(pending["url"]).url)

    def offline(self, client: Remote, *scopes: str, **options: Any) -> Remote:
        """As `log_in`, with a refresh token."""
        wanted = ["openid", "email", *scopes, "offline_access"]
        return self.log_in(client, **{"scopes": wanted, "parameters": {"prompt": "consent"}, **options})

    def carry(self, flow: Remote) -> Any:
        """Carries the traffic of an operation, as a host with an HTTP client of its own would; sleeps are not slept."""
        step = flow.advance()
        while not step["done"]:
            step = flow.advance(_sent_by_urllib(step["http"]) if step["http"] else None)
        return step["result"]

    def error_page(self, url: str, *words: str) -> Page:
        """The server must not send the browser back, but show an error to its user."""
        try:
            page = self.browser.log_in(url, CALLBACK)
        except BrowserError as error:
            page = error.page
            if page is None:
                raise
            check(page.status >= 400, f"the page says {page.status}")
            for word in words:
                check(word in page.body, f"the page does not say {word}: {page.body[:300]}")
            return page
        raise Missed(f"the browser was sent to {page.url}")

    def fetch(self, path: str, form: dict[str, str] | None = None, headers: dict[str, str] | None = None) -> tuple[int, Any]:
        """Status and JSON of an address of the server, asked without the package."""
        url = urllib.parse.urljoin(self.facts["issuer"] + "/", path)
        body = None if form is None else urllib.parse.urlencode(form).encode()
        try:
            with urllib.request.urlopen(urllib.request.Request(url, body, headers or {}), timeout=10) as reply:
                return reply.status, json.loads(reply.read() or b"null")
        except urllib.error.HTTPError as refused:
            text = refused.read()
            return refused.code, json.loads(text) if text[:1] in (b"{", b"[") else text.decode("utf-8", "replace")


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: Any, **_kwargs: Any) -> None:
        return None


def _sent_by_urllib(request: dict[str, Any]) -> dict[str, Any]:
    body = request["body"]
    outgoing = urllib.request.Request(request["url"], body.encode() if body else None, request["headers"], method=request["method"])
    try:
        reply = urllib.request.build_opener(_NoRedirects()).open(outgoing, timeout=10)
    except urllib.error.HTTPError as error:
        reply = error
    with reply:
        return {"status": reply.status, "headers": dict(reply.headers), "body": reply.read().decode()}


@contextmanager
def refused(*codes: str) -> Iterator[None]:
    """What is inside must be refused with one of these codes."""
    try:
        yield
    except Refused as error:
        check(error.code in codes, f"refused with {error}, not {' or '.join(codes)}")
        return
    raise Missed(f"was accepted, not refused with {' or '.join(codes)}")


def member(thing: Remote, name: str) -> Any:
    """A member, or in PHP what a method of that name returns: there it is decoded when it is asked for."""
    return thing[name] if name in thing else getattr(thing, name)()


def check(holds: object, what: str) -> None:
    if not holds:
        raise Missed(what)


def equal(found: object, wanted: object, what: str) -> None:
    check(found == wanted, f"{what} is {found!r}, not {wanted!r}")


def parameters(url: str) -> dict[str, str]:
    return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query))


def with_parameters(url: str, **changes: str | None) -> str:
    """The URL with some parameters of its query replaced, added or (`None`) left out."""
    parts = urllib.parse.urlsplit(url)
    query = {name: value for name, value in {**parameters(url), **changes}.items() if value is not None}
    return urllib.parse.urlunsplit(parts._replace(query=urllib.parse.urlencode(query)))


def wait_for(what: str, ready: Callable[[], Any], limit_s: float = 5) -> Any:
    """Asks until the answer is true."""
    deadline = time.monotonic() + limit_s
    while not (found := ready()):
        check(time.monotonic() < deadline, f"{what}: not within {limit_s} s")
        time.sleep(0.05)
    return found


def unverified(token: str, part: int = 1) -> dict[str, Any]:
    """Header (0) or claims (1) of a JWT, read without a check: what the server wrote, not whether to believe it."""
    encoded = token.split(".")[part]
    return json.loads(urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))


SCENARIOS: list[Scenario] = []


def scenario(server: str, name: str) -> Callable[[Callable[[Stage], None]], Callable[[Stage], None]]:
    """Enters a function into the table under its server."""

    def enter(play: Callable[[Stage], None]) -> Callable[[Stage], None]:
        if any(known.server == server and known.name == name for known in SCENARIOS):
            raise ValueError(f"{server} has two scenarios called {name}")
        SCENARIOS.append(Scenario(server, name, play))
        return play

    return enter
