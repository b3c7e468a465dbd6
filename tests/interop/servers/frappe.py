"""A provider on Python's `oauthlib` in the shape of Frappe's endpoints: its paths, its status codes, its documents.

    frappe.py REDIRECT_URI

The protocol is oauthlib's (`oauthlib.openid.Server`); the addresses, what is stored, and where Frappe answers for itself (introspection,
registration, discovery documents, status 400 for every error of the token endpoint) are ours. ID tokens are HS256 under the client secret.
"""

from __future__ import annotations

import json
import secrets
import sys
import time
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

sys.path.insert(0, str(Path(__file__).parent))

import oauthlib
from frappe_store import Client, Store, Validator
from oauthlib.oauth2 import FatalClientError, OAuth2Error
from oauthlib.openid import Server

from serving import consent_page, login_page, ready

P = "/api/method/frappe.integrations.oauth2."
STORE = Store()
# Tokens as Frappe makes them: 30 letters and digits.
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
SERVER = Server(
    Validator(STORE), token_generator=lambda _request: "".join(secrets.choice(ALPHABET) for _ in range(30)),
    token_expires_in=lambda request: request.client.expires_in,
)
SESSIONS: dict[str, str] = {}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:  # noqa: N802 - the base class's name
        self._route()

    def do_POST(self) -> None:  # noqa: N802
        self._route()

    def _route(self) -> None:
        self.path_only = urlsplit(self.path).path
        self.query = dict(parse_qsl(urlsplit(self.path).query))
        self.text = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
        handler = ROUTES.get((self.command, self.path_only.removeprefix(P)))
        if handler is None:
            self.json(404, {"exc_type": "DoesNotExistError"})
            return
        try:
            handler(self)
        except OAuth2Error as error:
            self.json(error.status_code, {"description": error.description, "status_code": error.status_code, "error": error.error})

    @property
    def user(self) -> str | None:
        cookie = SimpleCookie(self.headers.get("cookie", "")).get("sid")
        return SESSIONS.get(cookie.value) if cookie else None

    @property
    def url(self) -> str:
        return STORE.issuer + self.path

    def oauth_request(self) -> tuple[str, str, str, dict[str, str]]:
        return self.url, self.command, self.text, dict(self.headers.items())

    def answer(self, status: int, content: str, headers: dict[str, str]) -> None:
        body = content.encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def json(self, status: int, value: Any, headers: dict[str, str] | None = None) -> None:
        self.answer(status, json.dumps(value), {"Content-Type": "application/json", **(headers or {})})

    def page(self, content: str, headers: dict[str, str] | None = None) -> None:
        self.answer(200, content, {"Content-Type": "text/html; charset=utf-8", **(headers or {})})

    def redirect(self, url: str, headers: dict[str, str] | None = None) -> None:
        self.answer(302, "", {"Location": url, **(headers or {})})


def login(at: Handler) -> None:
    if at.command == "GET":
        at.page(login_page(at.path))
        return
    sid = secrets.token_hex(16)
    SESSIONS[sid] = dict(parse_qsl(at.text))["login"]
    at.redirect(at.query["redirect-to"], {"Set-Cookie": f"sid={sid}; Path=/; HttpOnly"})


def authorize(at: Handler) -> None:
    if at.user is None:
        at.redirect(f"/login?redirect-to={quote(at.path, safe='')}")
        return
    try:
        SERVER.validate_authorization_request(*at.oauth_request())
    except FatalClientError as error:
        at.json(400, {"description": error.description, "status_code": error.status_code, "error": error.error})
        return
    parameters = encoded(at.query)
    if STORE.clients[at.query["client_id"]].skip_authorization:
        approve(at)
        return
    at.page(consent_page(f"{P}approve?{parameters}", f"{at.query.get('redirect_uri', '')}?error=access_denied&deny=1", {}))


def approve(at: Handler) -> None:
    credentials = {"user": at.user} if at.user else {}
    scopes = at.query.get("scope", "").split() or None
    url = f"{STORE.issuer}{P}authorize?{encoded(at.query)}"
    headers, _body, status = SERVER.create_authorization_response(url, "GET", "", {}, scopes=scopes, credentials=credentials)
    at.answer(status, "", {"Location": headers["Location"].replace("+", "%20")})


def encoded(parameters: dict[str, str]) -> str:
    return urlencode(parameters, quote_via=quote)


def get_token(at: Handler) -> None:
    headers, body, status = SERVER.create_token_response(*at.oauth_request())
    # Whatever status oauthlib chose for an error, Frappe answers 400.
    at.answer(200 if status == 200 else 400, body, {"Content-Type": "application/json", "Cache-Control": headers.get("Cache-Control", "no-store")})


def revoke_token(at: Handler) -> None:
    _headers, body, status = SERVER.create_revocation_response(*at.oauth_request())
    if status == 200:
        at.json(200, {})
    else:
        at.answer(400, body, {"Content-Type": "application/json"})


def introspect_token(at: Handler) -> None:
    """Frappe's own answer: no authentication of the caller, and `active` says nothing about the time."""
    row = STORE.token(dict(parse_qsl(at.text)).get("token"))
    if row is None:
        at.json(200, {"active": False})
        return
    client = STORE.clients[row.client]
    answer = {
        "client_id": client.client_id, "trusted_client": int(client.skip_authorization), "active": row.active,
        "exp": int(row.expires_at), "scope": " ".join(row.scopes),
    }
    at.json(200, {**answer, **(STORE.person(row.user) if "openid" in row.scopes else {})})


def openid_profile(at: Handler) -> None:
    headers, body, status = SERVER.create_userinfo_response(*at.oauth_request())
    at.answer(status, body, headers)


def openid_configuration(at: Handler) -> None:
    at.json(200, {
        "issuer": STORE.issuer,
        **{f"{name}_endpoint": f"{STORE.issuer}{P}{method}" for name, method in ENDPOINTS.items()},
        "response_types_supported": ["code", "token", "code id_token", "code token id_token", "id_token", "id_token token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["HS256"],
    })


def authorization_server(at: Handler) -> None:
    at.json(200, {
        "issuer": STORE.issuer,
        **{f"{name}_endpoint": f"{STORE.issuer}{P}{method}" for name, method in ENDPOINTS.items()},
        "registration_endpoint": f"{STORE.issuer}{P}register_client",
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "token_endpoint_auth_methods_supported": ["none", "client_secret_basic"],
        "code_challenge_methods_supported": ["S256"],
    }, {"Access-Control-Allow-Origin": "*"})


def protected_resource(at: Handler) -> None:
    at.json(200, {
        "resource": STORE.issuer, "authorization_servers": [STORE.issuer], "bearer_methods_supported": ["header"],
        "resource_name": "A test's Frappe", "scopes_supported": ["all", "openid"],
    }, {"Access-Control-Allow-Origin": "*"})


def register_client(at: Handler) -> None:
    """Frappe's own dynamic registration: RFC 7591 without management."""
    try:
        wanted = json.loads(at.text)
        uris, name = wanted["redirect_uris"], wanted["client_name"]
    except (ValueError, KeyError, TypeError):
        at.json(400, {"error": "invalid_client_metadata", "error_description": "redirect_uris and client_name are required"})
        return
    method = wanted.get("token_endpoint_auth_method", "client_secret_basic")
    client = Client(secrets.token_hex(5), "\n".join(uris), scopes=wanted.get("scope", "all"), public=method == "none")
    STORE.clients[client.client_id] = client
    at.json(201, {
        "client_id": client.client_id, **({} if client.public else {"client_secret": client.client_secret}),
        "client_id_issued_at": int(time.time()), "client_secret_expires_at": 0, "client_name": name, "redirect_uris": uris,
        "token_endpoint_auth_method": method, "grant_types": ["authorization_code"], "response_types": ["code"], "scope": client.scopes,
    })


ENDPOINTS = {
    "authorization": "authorize", "token": "get_token", "userinfo": "openid_profile", "revocation": "revoke_token", "introspection": "introspect_token",
}
ROUTES = {
    ("GET", "/login"): login, ("POST", "/login"): login, ("GET", "authorize"): authorize, ("POST", "approve"): approve,
    ("POST", "get_token"): get_token, ("POST", "revoke_token"): revoke_token, ("POST", "introspect_token"): introspect_token,
    ("GET", "openid_profile"): openid_profile, ("GET", "openid_configuration"): openid_configuration,
    ("GET", "/.well-known/openid-configuration"): openid_configuration,
    ("GET", "/.well-known/oauth-authorization-server"): authorization_server,
    ("GET", "/.well-known/oauth-protected-resource"): protected_resource, ("POST", "register_client"): register_client,
}


def main() -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    STORE.issuer = f"http://127.0.0.1:{server.server_port}"
    redirect = sys.argv[1]
    for client in (
        Client("desk", redirect),
        Client("site", redirect, client_secret="a secret with + and / and % and : in 42 chars"),
        Client("trusted", redirect, skip_authorization=True),
        Client("mobile", redirect, public=True),
        Client("unchecked", redirect, checks_secret=False),
        Client("short", redirect, expires_in=1),
        # As Frappe makes them.
        Client("tiny", redirect, client_secret=secrets.token_hex(5)),
    ):
        STORE.clients[client.client_id] = client
    ready({
        "software": f"oauthlib {oauthlib.__version__} in the shape of Frappe", "issuer": STORE.issuer,
        "clients": {
            client.client_id: {
                "client_id": client.client_id, "client_secret": None if client.public else client.client_secret,
                "authentication_method": "none" if client.public else "client_secret_post" if client.client_id == "site" else "client_secret_basic",
                "id_token_algorithm": None if client.public else "HS256", "redirect_uris": [redirect],
            }
            for client in STORE.clients.values()
        },
    })
    server.serve_forever()


if __name__ == "__main__":
    main()
