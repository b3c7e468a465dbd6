"""Plays the person at the browser: follows redirects, fills in the login form, presses the consent button.

    browser.py URL --stop-at PREFIX [--user NAME]      prints the callback URL and does not visit it
    browser.py URL --user NAME                         visits everything and prints the last page

Standard library only. It talks to loopback addresses and to nothing else.
"""

from __future__ import annotations

import argparse
import http.cookiejar
import sys
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from html.parser import HTMLParser

TIMEOUT_S = 10
MAX_PAGES = 20


class BrowserError(Exception):
    """The page was not the one a person would have expected here."""

    def __init__(self, text: str, page: Page | None = None):
        super().__init__(text)
        self.page = page


@dataclass
class Page:
    url: str
    status: int
    body: str
    location: str | None


@dataclass
class Form:
    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        if tag == "a" and named.get("href"):
            self.links.append(named["href"])
        elif tag == "form":
            self.found.append(Form(named.get("action", ""), named.get("method", "get").lower()))
        elif tag == "input" and self.found and named.get("name"):
            self.found[-1].fields[named["name"]] = named.get("value", "")


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args, **_kwargs):  # noqa: ANN002, ANN003 - the base class's signature
        return None


class Browser:
    """One person's session: a cookie jar and what was typed."""

    def __init__(self, user: str = "ada") -> None:
        self.user = user
        self.seen: list[str] = []
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}),
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()),
            _NoRedirects(),
        )

    def log_in(self, url: str, stop_at: str | None = None, *, deny: bool = False, code: str = "") -> Page:
        """Opens `url` and acts until a page has no form and no redirect, or until the browser is sent to `stop_at`.

        A form that goes to `stop_at` (the form_post response mode) is not sent: its fields are the page's body. With `deny`
        the person follows the link that cancels instead of consenting; `code` is what is typed where a device's code is asked for.
        """
        page, denied = self._open(url), False
        for _ in range(MAX_PAGES):
            if page.location is not None:
                target = urllib.parse.urljoin(page.url, page.location)
                if stop_at is not None and target.startswith(stop_at):
                    self.seen.append("callback")
                    return Page(target, page.status, "", None)
                page = self._open(target)
                continue
            form, cancel = _controls(page)
            if form is None or (denied and stop_at is None):
                if stop_at is not None:
                    raise BrowserError(f"no form and no redirect: {page.status} {page.url}\n{page.body[:600]}", page)
                return page
            if stop_at is not None and form.action.startswith(stop_at):
                self.seen.append("callback")
                return Page(form.action, page.status, urllib.parse.urlencode(form.fields), None)
            if deny and cancel is not None and form.fields.get("prompt") == "consent":
                page, denied = Page(page.url, page.status, "", cancel), True
                continue
            if "user_code" in form.fields and code:
                form.fields["user_code"] = code
            page = self._submit(page, form)
        raise BrowserError(f"still being sent around after {MAX_PAGES} pages: {page.url}", page)

    def _submit(self, page: Page, form: Form) -> Page:
        if "login" in form.fields:
            form.fields.update(login=self.user, password="correct horse")
        self.seen.append(f"{form.fields.get('prompt', 'a')} form")
        return self._open(urllib.parse.urljoin(page.url, form.action), urllib.parse.urlencode(form.fields).encode())

    def _open(self, url: str, body: bytes | None = None) -> Page:
        if urllib.parse.urlsplit(url).hostname not in {"127.0.0.1", "localhost", "::1"}:
            raise BrowserError(f"not a loopback address: {url}")
        try:
            with self._opener.open(url, body, timeout=TIMEOUT_S) as reply:
                return Page(url, reply.status, reply.read().decode("utf-8", "replace"), None)
        except urllib.error.HTTPError as reply:
            text = reply.read().decode("utf-8", "replace")
            return Page(url, reply.code, text, reply.headers.get("location") if reply.code in range(300, 400) else None)


def _controls(page: Page) -> tuple[Form | None, str | None]:
    """The form that a person who wants to log in sends, and the link that cancels."""
    parser = _Forms()
    parser.feed(page.body)
    # A form that only cancels (a GET) is not what a person who wants to log in presses.
    form = next((form for form in parser.found if form.method == "post"), None)
    return form, next((link for link in parser.links if "abort" in link or "deny" in link), None)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url")
    parser.add_argument("--stop-at", help="do not visit a redirect that starts with this; print it instead")
    parser.add_argument("--user", default="ada")
    given = parser.parse_args()
    try:
        page = Browser(given.user).log_in(given.url, given.stop_at)
    except (BrowserError, OSError) as error:
        print(f"browser: {error}", file=sys.stderr)
        return 1
    print(page.url if given.stop_at else page.body)
    return 0


if __name__ == "__main__":
    sys.exit(main())
