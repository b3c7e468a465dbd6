"""A provider on idpyoidc, which has what the others lack on the server's side: token exchange (RFC 8693) and front-channel logout.

    idpyoidc_server.py REDIRECT_URI

The protocol is idpyoidc's; the clients, the pages, and what carries requests from Flask to it are ours.
"""

from __future__ import annotations

import json
import logging
import os
import secrets
import sys
import tempfile
import threading
from importlib.metadata import version
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from flask import Flask, make_response, redirect, request
from idpyoidc.message.oauth2 import ResponseMessage
from idpyoidc.message.oidc import AuthorizationRequest
from idpyoidc.server import Server
from idpyoidc.server.configure import OPConfiguration
from idpyoidc.server.cookie_handler import CookieHandler
from idpyoidc.server.exception import ClientAuthenticationError
from idpyoidc.server.oidc.session import Session
from idpyoidc.server.user_authn.authn_context import INTERNETPROTOCOLPASSWORD
from idpyoidc.server.user_authn.user import UserAuthnMethod, create_signed_jwt
from idpyoidc.server.user_info import UserInfo
from werkzeug.serving import WSGIRequestHandler, make_server

from serving import frames_page, login_page, message_page, ready

EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
# What a login with a second factor would be called; here it is the same page.
STRONG = "urn:example:two-factors"
REPORTS = "https://reports.example.test"
SCOPES = ["openid", "profile", "email", "offline_access"]
ACCESS, REFRESH = (f"urn:ietf:params:oauth:token-type:{kind}_token" for kind in ("access", "refresh"))

app = Flask("provider")
# idpyoidc keeps its sessions in plain dictionaries.
LOCK = threading.Lock()
SERVER: Server


class Login(UserAuthnMethod):
    """Our page; whoever signs in is who they say."""

    def __call__(self, **asked: Any) -> str:
        assert self.upstream_get is not None
        context = self.upstream_get("context")
        token = create_signed_jwt(context.issuer, self.upstream_get("attribute", "keyjar"), **asked)
        return login_page(f"/verify?token={token}")

    def verify(self, *_args: Any, **given: Any) -> str:
        return given["login"]


class Everybody(dict):
    """The claims of anybody."""

    def __contains__(self, _user: object) -> bool:
        return True

    def __getitem__(self, user: str) -> dict[str, Any]:
        return {"sub": user, "email": f"{user}@example.test"}


class Logout(Session):
    """Nobody authenticates to log out. The library asks all the same, and then misses a token in what it finds out about a client_id."""

    def client_authentication(self, *_args: Any, **_given: Any) -> dict[str, Any]:
        return {}


def configuration(issuer: str, folder: Path) -> dict[str, Any]:
    methods = ["client_secret_basic", "client_secret_post"]
    symmetric = [{"type": "oct", "bytes": 24, "use": ["enc"], "kid": "enc"}, {"type": "oct", "bytes": 24, "use": ["sig"], "kid": "sig"}]
    sealing = [{"type": "oct", "bytes": 24, "use": ["enc"], "kid": kid} for kid in ("password", "salt")]
    crypt = {"kwargs": {"keys": {"key_defs": sealing}, "iterations": 1}}

    def endpoint(path: str, kind: str | type, **kwargs: Any) -> dict[str, Any]:
        return {"path": path, "class": f"idpyoidc.server.{kind}" if isinstance(kind, str) else kind, "kwargs": kwargs}

    def jwt(lifetime: int, **kwargs: Any) -> dict[str, Any]:
        return {"class": "idpyoidc.server.token.jwt_token.JWTToken", "kwargs": {"lifetime": lifetime, **kwargs}}

    minted = {"supports_minting": ["access_token", "refresh_token"]}
    return {
        "issuer": issuer,
        "httpc_params": {"verify": True, "timeout": 5},
        "preference": {"subject_types_supported": ["public"], "grant_types_supported": ["authorization_code", "refresh_token", EXCHANGE], "response_types_supported": ["code"],
                       "response_modes_supported": ["query"], "id_token_signing_alg_values_supported": ["ES256"], "scopes_supported": SCOPES},
        "keys": {"uri_path": "jwks", "key_defs": [{"type": "RSA", "use": ["sig"]}, {"type": "EC", "crv": "P-256", "use": ["sig"]}]},
        "cookie_handler": {"class": CookieHandler, "kwargs": {"keys": {"key_defs": symmetric}, "name": {"session": "op", "register": "op_rp", "session_management": "op_sman"}}},
        "endpoint": {
            "provider_config": endpoint(".well-known/openid-configuration", "oidc.provider_config.ProviderConfiguration"),
            "authorization": endpoint("authorization", "oidc.authorization.Authorization", response_types_supported=["code"], response_modes_supported=["query"]),
            "token": endpoint("token", "oidc.token.Token", client_authn_method=methods),
            "userinfo": endpoint("userinfo", "oidc.userinfo.UserInfo", client_authn_method=["bearer_header"]),
            "introspection": endpoint("introspection", "oauth2.introspection.Introspection", client_authn_method=methods),
            "revocation": endpoint("revocation", "oauth2.token_revocation.TokenRevocation", client_authn_method=methods),
            "session": endpoint("session", Logout, logout_verify_url=f"{issuer}/verify_logout", post_logout_uri_path="post_logout", signing_alg="ES256",
                                frontchannel_logout_supported=True, frontchannel_logout_session_required=True),
        },
        "add_ons": {"pkce": {"function": "idpyoidc.server.oauth2.add_on.pkce.add_support", "kwargs": {"essential": True}}},
        "authentication": {name: {"acr": acr, "class": Login, "kwargs": {}} for name, acr in (("user", INTERNETPROTOCOLPASSWORD), ("token", STRONG))},
        "userinfo": {"class": UserInfo, "kwargs": {"db": Everybody()}},
        "authz": {"class": "idpyoidc.server.authz.AuthzHandling", "kwargs": {"grant_config": {
            "usage_rules": {"authorization_code": {"supports_minting": ["access_token", "refresh_token", "id_token"], "max_usage": 1}, "access_token": {**minted, "expires_in": 600},
                            "refresh_token": {"supports_minting": ["access_token", "refresh_token", "id_token"], "expires_in": 3600}}, "expires_in": 3600}}},
        "token_handler_args": {
            "key_conf": {"key_defs": symmetric}, "code": {"lifetime": 60, "kwargs": {"crypt_conf": crypt}}, "token": jwt(600, add_claims_by_scope=True, aud=[REPORTS]),
            "refresh": jwt(3600, aud=[issuer]), "id_token": {"class": "idpyoidc.server.token.id_token.IDToken", "kwargs": {"lifetime": 600}},
        },
        "session_params": {"encrypter": crypt},
        "cwd": str(folder),
    }


def carried(name: str) -> Any:
    """Has an endpoint of idpyoidc answer the request."""
    endpoint = SERVER.get_endpoint(name)
    http_info = {
        "headers": {key: value for key, value in request.headers.items(lower=True) if key not in ("cookie", "user-agent")},
        "method": request.method, "url": request.url, "cookie": [{"name": key, "value": value} for key, value in request.cookies.items()],
    }
    given = request.form if request.method == "POST" else request.args
    text = request.get_data(as_text=True) if request.method == "POST" and not request.form else given.to_dict()
    with LOCK:
        try:
            parsed = endpoint.parse_request(text, http_info=http_info)
            if isinstance(parsed, ResponseMessage) and "error" in parsed:
                return _refused(parsed.to_dict(), 400)
            answer = endpoint.process_request(parsed, http_info=http_info)
            return _answered(endpoint, parsed, answer)
        except ClientAuthenticationError as error:
            return _refused({"error": "invalid_client", "error_description": str(error)}, 401)
        except Exception as error:  # noqa: BLE001 - the library's own example answers whatever is raised like this
            logging.exception("refused")
            return _refused({"error": "invalid_request", "error_description": str(error)}, 400)


def _refused(error: dict[str, Any], status: int) -> Any:
    return make_response(json.dumps({name: error[name] for name in ("error", "error_description") if name in error}), status, {"content-type": "application/json"})


def _answered(endpoint: Any, parsed: Any, answer: Any) -> Any:
    if "redirect_location" in answer:
        return redirect(answer["redirect_location"])
    if "http_response" in answer:
        return make_response(answer["http_response"], 200)
    info = endpoint.do_response(request=parsed, **answer)
    if info.get("response_placement", endpoint.response_placement) == "url":
        response = redirect(info["response"])
    else:
        response = make_response(info["response"], info.get("response_code", 400 if "error" in answer else 200))
    for name, value in info["http_headers"]:
        response.headers[name] = value
    for cookie in info.get("cookie", ()):
        response.set_cookie(cookie["name"], cookie.get("value", ""), path="/", samesite="Lax")
    return response


for path, name, verbs in (
    ("/.well-known/openid-configuration", "provider_config", ["GET"]), ("/authorization", "authorization", ["GET"]), ("/token", "token", ["POST"]),
    ("/userinfo", "userinfo", ["GET", "POST"]), ("/introspection", "introspection", ["POST"]), ("/revocation", "token_revocation", ["POST"]), ("/session", "session", ["GET", "POST"]),
):
    app.add_url_rule(path, name, lambda name=name: carried(name), methods=verbs)


@app.route("/jwks")
def jwks() -> Any:
    return SERVER.keyjar.export_jwks()


@app.route("/verify", methods=["POST"])
def verify() -> Any:
    """Somebody signed in: the rest of the authorization."""
    with LOCK:
        method = SERVER.context.authn_broker.get_method_by_id("user")
        asked = method.unpack_token(request.args["token"])
        authorization = AuthorizationRequest().from_urlencoded(asked["query"])
        endpoint = SERVER.get_endpoint("authorization")
        session = endpoint.create_session(authorization, method.verify(**request.form), asked["authn_class_ref"], asked["iat"], method)
        return _answered(endpoint, authorization, endpoint.authz_part2(request=authorization, session_id=session))


@app.route("/verify_logout")
def verify_logout() -> Any:
    """The person is asked no more: logs out everywhere, and shows the frames by which the other sites hear of it."""
    with LOCK:
        endpoint = SERVER.get_endpoint("session")
        claims = endpoint.unpack_signed_jwt(request.args["sjwt"])
        frames = list(endpoint.do_verified_logout(alla=True, **claims))
    return frames_page(frames, claims["redirect_uri"])


@app.route("/post_logout")
def post_logout() -> Any:
    return message_page("logged out")


def register(redirect_uri: str) -> dict[str, dict[str, Any]]:
    """Enters the clients as their registration would leave them."""
    login = {"redirect_uris": [(redirect_uri, {})], "grant_types_supported": ["authorization_code", "refresh_token", EXCHANGE], "response_types_supported": ["code"]}
    policy = {"requested_token_types_supported": [ACCESS, REFRESH], "subject_token_types_supported": [ACCESS, REFRESH], "default_requested_token_type": ACCESS}
    function = "idpyoidc.server.oauth2.token_helper.validate_token_exchange_policy"

    def exchange(**rules: Any) -> dict[str, Any]:
        return policy | {"policy": {"": {"function": function, "kwargs": rules}}}

    records = {
        "site": login | {"post_logout_redirect_uri": [("http://127.0.0.1:8765/bye", "")], "frontchannel_logout_uri": "http://127.0.0.1:8765/front", "frontchannel_logout_session_required": True},
        "api": login | {"token_exchange": exchange(resource=[REPORTS], audience=["api", "site"], scope=["openid", "email"])},
        "open": login | {"token_exchange": exchange()},
        "no-exchange": login | {"grant_types_supported": ["authorization_code"]},
    }
    for name, record in records.items():
        secret = secrets.token_urlsafe(32)
        SERVER.context.cdb[name] = record | {
            "client_id": name, "client_secret": secret, "client_salt": secrets.token_urlsafe(8), "token_endpoint_auth_method": "client_secret_basic",
            "allowed_scopes": SCOPES, "id_token_signed_response_alg": "ES256",
        }
        SERVER.keyjar.add_symmetric(name, secret)
    return {
        name: {"client_id": name, "client_secret": SERVER.context.cdb[name]["client_secret"], "authentication_method": "client_secret_basic", "redirect_uris": [redirect_uri],
               "id_token_algorithm": "ES256"}
        for name in records
    }


class Handler(WSGIRequestHandler):
    """Keeps connections open, as servers do."""

    protocol_version = "HTTP/1.1"


def main() -> None:
    global SERVER
    logging.getLogger("werkzeug").setLevel(logging.INFO)
    listener = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Handler)
    issuer = f"http://127.0.0.1:{listener.server_port}"
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        SERVER = Server(OPConfiguration(conf=configuration(issuer, Path(folder)), base_path=folder), cwd=folder)
    clients = register(sys.argv[1])
    ready({"software": f"idpyoidc {version('idpyoidc')} on Flask {version('Flask')}", "issuer": issuer, "clients": clients, "reports": REPORTS, "strong": STRONG})
    threading.Thread(target=listener.serve_forever).start()


if __name__ == "__main__":
    main()
