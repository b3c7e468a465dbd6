"""A login page and an API in one WSGI program, with nothing but the standard library and ferroauth.

    ISSUER=https://idp.example.com CLIENT_ID=abc CLIENT_SECRET=.. APP_KEY=$(openssl rand -hex 32) python login.py

Register http://127.0.0.1:8080/callback at the provider and open http://127.0.0.1:8080/. The API at /api takes
access tokens of the same issuer for the audience API_AUDIENCE (my-api). PORT changes the port.
"""

import html
import json
import os
import secrets
import sys
from collections.abc import Callable
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from typing import Any
from wsgiref.simple_server import make_server

import ferroauth
from ferroauth import Client, ResourceServer, Service, Verifier

ISSUER = os.environ["ISSUER"]
PORT = int(os.environ.get("PORT", "8080"))
APP_KEY = bytes.fromhex(os.environ["APP_KEY"])

service = Service.discover(ISSUER)
client = Client(
    service,
    client_id=os.environ["CLIENT_ID"],
    client_secret=os.environ.get("CLIENT_SECRET"),
    redirect_uri=f"http://127.0.0.1:{PORT}/callback",
)
resource_server = ResourceServer(Verifier(issuer=ISSUER, audience=os.environ.get("API_AUDIENCE", "my-api")))

# Who is logged in, by session id. A real site has its framework's session for this.
users: dict[str, str] = {}

Headers = list[tuple[str, str]]
Answer = tuple[int, Headers, str]


def page(text: str, status: int = 200) -> Answer:
    headers = [("Content-Type", "text/html; charset=utf-8"), ("Cache-Control", "no-store")]
    return status, headers, f"<!doctype html><title>ferroauth</title><p>{text}</p>"


def cookie(name: str, value: str) -> tuple[str, str]:
    life = "" if value else "; Max-Age=0"
    return "Set-Cookie", f"{name}={value}; Path=/; HttpOnly; SameSite=Lax{life}"


def home(cookies: dict[str, str]) -> Answer:
    user = users.get(cookies.get("session", ""))
    return page(f"Hello, {html.escape(user)}.") if user else page('<a href="/login">Log in</a>')


def login() -> Answer:
    pending = client.begin_authorization(scopes=["openid", "email"])
    return 303, [("Location", pending.url), cookie("oauth", pending.seal(APP_KEY))], ""


def callback(cookies: dict[str, str], query: str) -> Answer:
    pending = client.open_pending(cookies.get("oauth", ""), APP_KEY)
    tokens = client.finish_authorization(pending, f"/callback?{query}")
    assert tokens.id_token is not None, "openid was asked for, so there is a verified ID token"
    claims = tokens.id_token.claims
    session = secrets.token_urlsafe()
    users[session] = claims.get("email", claims["sub"])
    return 303, [("Location", "/"), cookie("oauth", ""), cookie("session", session)], ""


def api(environ: dict[str, Any]) -> Answer:
    content = ("Content-Type", "application/json")
    caller = resource_server.authenticate(environ)
    if not caller:
        return caller.status, [content, *caller.headers.items()], json.dumps({"error": caller.error.code})
    return 200, [content, ("Cache-Control", "no-store")], json.dumps({"hello": caller.subject})


def route(environ: dict[str, Any]) -> Answer:
    try:
        cookies = {name: morsel.value for name, morsel in SimpleCookie(environ.get("HTTP_COOKIE", "")).items()}
    except CookieError:
        cookies = {}
    match environ.get("PATH_INFO", "/"):
        case "/":
            return home(cookies)
        case "/login":
            return login()
        case "/callback":
            return callback(cookies, environ.get("QUERY_STRING", ""))
        case "/api":
            return api(environ)
        case _:
            return page("Not found.", 404)


def application(environ: dict[str, Any], start_response: Callable[..., object]) -> list[bytes]:
    try:
        status, headers, body = route(environ)
    except (ferroauth.CallbackError, ferroauth.PendingAuthorizationError) as refused:
        status, headers, body = page(f'This login cannot be used: {refused.code}. <a href="/login">Again</a>', 400)
    except ferroauth.FerroauthError as failure:
        print(f"{failure.code}: {failure}", file=sys.stderr)
        status, headers, body = page(f"The login failed: {failure.code}.", failure.http_status)
    start_response(f"{status} {HTTPStatus(status).phrase}", headers)
    return [body.encode()]


if __name__ == "__main__":
    with make_server("127.0.0.1", PORT, application) as server:
        print(f"http://127.0.0.1:{PORT}/", flush=True)
        server.serve_forever()
