"""A tiny OpenID provider on loopback, as a process of its own: `python provider.py` prints its base URL.

It has just enough to meet the client: discovery, a key set, an authorization endpoint that consents at
once, PKCE-checked codes, rotating refresh tokens, introspection, revocation and userinfo. Each first path
segment is an issuer; what its name contains changes its behaviour (see ``Handler``).
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from ferroauth import PrivateKey, Signer

CLIENT_ID, CLIENT_SECRET = "app", "s3cret-of-the-app"
SUBJECT = "user-42"


class State:
    """What the provider remembers, shared by all its issuers."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.key = PrivateKey.generate("ES256", kid="k1")
        self.signer = Signer(self.key, algorithm="ES256", kid="k1")
        self.access_signer = Signer(self.key, algorithm="ES256", kid="k1", typ="at+jwt")
        self.codes: dict[str, dict[str, str]] = {}
        self.tokens: set[str] = set()
        self.requests: dict[str, int] = {}

    def issue(self, issuer: str, scope: str, nonce: str | None) -> dict[str, Any]:
        access = self.access_signer.sign(
            {"iss": issuer, "aud": "my-api", "sub": SUBJECT, "client_id": CLIENT_ID, "scope": scope,
             "jti": secrets.token_hex(8)},
            lifetime=300,
        )
        refresh = "rt-" + secrets.token_urlsafe(24)
        with self.lock:
            self.tokens |= {access, refresh}
        reply = {"access_token": access, "token_type": "Bearer", "expires_in": 300, "refresh_token": refresh,
                 "scope": scope}
        if nonce is not None:
            claims = {"iss": issuer, "aud": CLIENT_ID, "sub": SUBJECT, "nonce": nonce, "email": "user@example.com"}
            reply["id_token"] = self.signer.sign(claims, lifetime=300)
        return reply


class Handler(BaseHTTPRequestHandler):
    """``/slow...`` answers the token endpoint after 5 s, ``/wrong...`` names another issuer in its metadata, ``/public...`` takes the
    client without its secret too.
    """

    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True
    state: State

    def log_message(self, *_: Any) -> None:
        pass

    def answer(self, status: int, body: Any = None, **headers: str) -> None:
        data = b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def place(self) -> tuple[str, str, dict[str, str]]:
        """Issuer, endpoint and query of the request."""
        parts = urlsplit(self.path)
        name, _, endpoint = parts.path.lstrip("/").partition("/")
        host = f"http://{self.headers['Host']}"
        query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
        with self.state.lock:
            self.state.requests[endpoint] = self.state.requests.get(endpoint, 0) + 1
        return f"{host}/{name}", endpoint, query

    def do_GET(self) -> None:
        issuer, endpoint, query = self.place()
        if endpoint == ".well-known/openid-configuration":
            self.answer(200, {
                "issuer": issuer if "/wrong" not in issuer else issuer + "x",
                **{f"{name}_endpoint": f"{issuer}/{name}"
                   for name in ("authorization", "token", "introspection", "revocation", "userinfo")},
                "jwks_uri": f"{issuer}/jwks",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["ES256"],
                "code_challenge_methods_supported": ["S256"],
                "authorization_response_iss_parameter_supported": True,
            })
        elif endpoint == "jwks":
            self.answer(200, {"keys": [self.state.key.public_key().to_jwk()]})
        elif endpoint == "authorization":
            code = secrets.token_urlsafe(16)
            with self.state.lock:
                self.state.codes[code] = query
            back = urlencode({"code": code, "state": query["state"], "iss": issuer})
            self.answer(302, Location=f"{query['redirect_uri']}?{back}")
        elif endpoint == "userinfo":
            token = self.headers.get("Authorization", "").removeprefix("Bearer ")
            if token in self.state.tokens:
                self.answer(200, {"sub": SUBJECT, "email": "user@example.com"})
            else:
                self.answer(401, None, WWW_Authenticate='Bearer error="invalid_token"')
        elif endpoint == "requests":
            self.answer(200, self.state.requests)
        else:
            self.answer(404)

    def do_POST(self) -> None:
        issuer, endpoint, _ = self.place()
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        form = {key: values[-1] for key, values in parse_qs(body).items()}
        basic = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        public = "/public" in issuer and form.get("client_id") == CLIENT_ID
        if not public and self.headers.get("Authorization") != f"Basic {basic}":
            self.answer(401, {"error": "invalid_client"})
        elif endpoint == "token":
            if "/slow" in issuer:
                time.sleep(5)
            self.token(issuer, form)
        elif endpoint == "introspection":
            active = form.get("token") in self.state.tokens
            self.answer(200, {"active": active, **({"sub": SUBJECT} if active else {})})
        elif endpoint == "revocation":
            with self.state.lock:
                self.state.tokens.discard(form.get("token", ""))
            self.answer(200)
        else:
            self.answer(404)

    def token(self, issuer: str, form: dict[str, str]) -> None:
        grant = form.get("grant_type")
        if grant == "authorization_code":
            with self.state.lock:
                asked = self.state.codes.pop(form.get("code", ""), None)
            digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
            challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
            if asked is None or asked["code_challenge"] != challenge:
                self.answer(400, {"error": "invalid_grant", "error_description": "unknown code"})
            else:
                self.answer(200, self.state.issue(issuer, asked["scope"], asked.get("nonce")))
        elif grant == "refresh_token":
            token = form.get("refresh_token", "")
            with self.state.lock:
                known = token in self.state.tokens
                self.state.tokens.discard(token)
            if known:
                self.answer(200, self.state.issue(issuer, "openid email", None))
            else:
                self.answer(400, {"error": "invalid_grant"})
        elif grant == "client_credentials":
            reply = self.state.issue(issuer, form.get("scope", ""), None)
            del reply["refresh_token"]
            self.answer(200, reply)
        else:
            self.answer(400, {"error": "unsupported_grant_type"})


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


def main() -> None:
    Handler.state = State()
    server = Server(("127.0.0.1", 0), Handler)
    print(f"http://127.0.0.1:{server.server_address[1]}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
