"""A provider on Authlib's Flask integration, with everything that Authlib has of the authorization server's side.

    authlib_server.py REDIRECT_URI

The protocol is Authlib's; the records (authlib_store.py), the lookups (authlib_grants.py), the pages and the metadata document are ours.
"""

from __future__ import annotations

import logging
import os
import secrets
import sys
import threading
from importlib.metadata import version
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"  # Loopback only.

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc7636 import CodeChallenge
from flask import Flask, jsonify, redirect, request, session
from joserfc.jwk import ECKey, RSAKey
from werkzeug.serving import WSGIRequestHandler, make_server

import authlib_grants as glue
from authlib_saml import PROVIDER, SAML_BEARER, SamlBearerGrant
from authlib_store import STORE, Client, Person
from serving import consent_page, login_page, message_page, ready

DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
EXPIRES_IN = 600

app = Flask("provider")
app.secret_key = secrets.token_bytes(32)
app.config.update(
    OAUTH2_REFRESH_TOKEN_GENERATOR=True,
    OAUTH2_SCOPES_SUPPORTED=["openid", "profile", "email", "offline_access", "orders:read"],
    OAUTH2_TOKEN_EXPIRES_IN={
        grant: EXPIRES_IN for grant in ("authorization_code", "refresh_token", "client_credentials", "password", DEVICE, JWT_BEARER, SAML_BEARER)
    },
)
server = AuthorizationServer()


def configure() -> None:
    server.init_app(app, query_client=STORE.clients.get, save_token=STORE.save_token)
    server.register_client_auth_method("client_assertion_jwt", glue.Assertions())
    server.register_grant(glue.AuthorizationCodeGrant, [CodeChallenge(required=True), glue.CodeIdToken()])
    server.register_grant(glue.RefreshTokenGrant, [glue.RefreshedIdToken()])
    for grant in (glue.PasswordGrant, glue.ClientCredentialsGrant, glue.BearerAssertionGrant, glue.DeviceGrant, SamlBearerGrant):
        server.register_grant(grant)
    # Tokens of the client itself are JWTs for the API.
    server.register_token_generator("client_credentials", glue.ApiTokens(issuer=STORE.issuer, alg="ES256"))
    server.register_endpoint(glue.JwtIntrospection(issuer=STORE.issuer))
    for endpoint in (glue.Introspection, glue.Revocation, glue.DeviceEndpoint, glue.Registration, glue.Management, glue.EndSession):
        server.register_endpoint(endpoint)
    server.register_endpoint(glue.userinfo_endpoint())
    server.register_extension(glue.Issuer())
    server.register_extension(glue.RequestObjects(support_request_uri=False))


@app.route("/.well-known/openid-configuration")
def metadata() -> Any:
    issuer = STORE.issuer
    return jsonify({
        "issuer": issuer,
        **{f"{name}_endpoint": f"{issuer}/{path}" for name, path in {
            "authorization": "authorize", "token": "token", "userinfo": "userinfo", "introspection": "introspect", "revocation": "revoke",
            "device_authorization": "device_authorization", "registration": "register", "end_session": "logout"}.items()},
        "jwks_uri": f"{issuer}/jwks",
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials", "password", DEVICE, JWT_BEARER, SAML_BEARER],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256", "ES256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt", "none"],
        "token_endpoint_auth_signing_alg_values_supported": ["HS256", "RS256", "ES256"],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": True,
        "request_parameter_supported": True,
        "request_object_signing_alg_values_supported": ["ES256"],
    })


@app.route("/saml")
def saml() -> Any:
    """An assertion of the identity provider, which stands somewhere else in the world."""
    asked = request.args
    audience, recipient = asked.get("audience", STORE.issuer), asked.get("recipient", f"{STORE.issuer}/token")
    return jsonify({"assertion": PROVIDER.assertion(asked["subject"], audience, recipient, int(asked.get("lifetime", 60)))})


@app.route("/jwks")
def jwks() -> Any:
    return jsonify(glue.KEYS.as_dict(private=False))


@app.route("/login", methods=["GET", "POST"])
def login() -> Any:
    if request.method == "GET":
        return login_page(request.full_path)
    session["user"] = request.form["login"]
    return redirect(request.args["next"])


@app.route("/authorize", methods=["GET", "POST"])
def authorize() -> Any:
    user = Person(session["user"]) if "user" in session else None
    if user is None and request.args.get("prompt") != "none":
        return redirect("/login?next=" + _quoted(request.full_path))
    try:
        grant = server.get_consent_grant(end_user=user)
    except OAuth2Error as error:
        return server.handle_error_response(server.create_oauth2_request(None), error)
    if request.method == "POST" or request.args.get("prompt") == "none":
        return server.create_authorization_response(grant_user=user, grant=grant)
    return consent_page(request.full_path, request.full_path.replace("/authorize?", "/authorize/deny?"), {})


@app.route("/authorize/deny")
def deny() -> Any:
    return server.create_authorization_response(grant_user=None, grant=server.get_consent_grant(end_user=Person(session["user"])))


@app.route("/token", methods=["POST"])
def token() -> Any:
    return server.create_token_response()


@app.route("/device_authorization", methods=["POST"])
def device_authorization() -> Any:
    return server.create_endpoint_response(glue.DeviceEndpoint.ENDPOINT_NAME)


@app.route("/device", methods=["GET", "POST"])
def device() -> Any:
    if "user" not in session:
        return redirect("/login?next=" + _quoted(request.full_path))
    code = request.values.get("user_code", "")
    found = STORE.device_of(code)
    if request.method == "GET":
        return consent_page("/device", f"/device/deny?user_code={_quoted(code)}", {"user_code": code})
    if found is None:
        return message_page("no such code")
    found.decision = (Person(session["user"]), True)
    return message_page("the device may go on")


@app.route("/device/deny")
def deny_device() -> Any:
    found = STORE.device_of(request.args["user_code"])
    if found:
        found.decision = (Person(session["user"]), False)
    return message_page("the device may not go on")


@app.route("/userinfo", methods=["GET", "POST"])
def userinfo() -> Any:
    return server.create_endpoint_response("userinfo")


@app.route("/introspect", methods=["POST"])
def introspect() -> Any:
    return server.create_endpoint_response("introspection")


@app.route("/revoke", methods=["POST"])
def revoke() -> Any:
    return server.create_endpoint_response("revocation")


@app.route("/register", methods=["POST"])
def register() -> Any:
    return server.create_endpoint_response("client_registration")


@app.route("/register/<_client_id>", methods=["GET", "PUT", "DELETE"])
def manage(_client_id: str) -> Any:
    return server.create_endpoint_response("client_configuration")


@app.route("/logout", methods=["GET", "POST"])
def logout() -> Any:
    try:
        return server.create_endpoint_response("end_session") or message_page("logged out")
    except OAuth2Error as error:
        return server.handle_error_response(server.create_oauth2_request(None), error)


def _quoted(text: str) -> str:
    from urllib.parse import quote

    return quote(text, safe="")


def registered(redirect_uri: str) -> dict[str, str]:
    """Enters the clients; returns the private keys of those that have one, as PEM."""
    kinds = {"sig-rs": RSAKey.generate_key(2048, {"kid": "sig-rs"}), "sig-es": ECKey.generate_key("P-256", {"kid": "sig-es"})}
    sets = {kid: {"keys": [key.as_dict(private=False)]} for kid, key in kinds.items()}
    login_grants = ["authorization_code", "refresh_token"]
    scope = "openid profile email offline_access orders:read"

    def enter(name: str, method: str, grant_types: list[str], **more: Any) -> None:
        uris = [redirect_uri] if "authorization_code" in grant_types else []
        STORE.clients[name] = Client(name, "" if method == "none" else f"{secrets.token_urlsafe(24)}+%:/&=~", {
            "token_endpoint_auth_method": method, "grant_types": grant_types, "redirect_uris": uris, "response_types": ["code"], "scope": scope, **more,
        })

    enter("basic", "client_secret_basic", login_grants)
    enter("post", "client_secret_post", login_grants, id_token_signed_response_alg="ES256")
    enter("public", "none", login_grants)
    enter("secret-jwt", "client_secret_jwt", login_grants)
    enter("key-jwt-rs", "private_key_jwt", login_grants, jwks=sets["sig-rs"])
    enter("key-jwt-es", "private_key_jwt", login_grants, jwks=sets["sig-es"])
    enter("jar", "client_secret_basic", login_grants, jwks=sets["sig-es"], require_signed_request_object=True)
    enter("userinfo-signed", "client_secret_basic", login_grants, userinfo_signed_response_alg="ES256")
    enter("logout", "client_secret_basic", login_grants, post_logout_redirect_uris=["http://127.0.0.1:8765/bye"])
    enter("machine", "client_secret_basic", ["client_credentials"])
    enter("legacy", "client_secret_basic", ["password", "refresh_token"])
    enter("device", "client_secret_basic", [DEVICE, "refresh_token"])
    enter("device-public", "none", [DEVICE])
    enter("bearer", "client_secret_basic", [JWT_BEARER], jwks=sets["sig-es"])
    enter("saml", "client_secret_basic", [SAML_BEARER])
    return {kid: key.as_pem(private=True).decode() for kid, key in kinds.items()}


class Handler(WSGIRequestHandler):
    """Keeps connections open, as servers do."""

    protocol_version = "HTTP/1.1"


def main() -> None:
    logging.getLogger("werkzeug").setLevel(logging.INFO)
    listener = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Handler)
    STORE.issuer = f"http://127.0.0.1:{listener.server_port}"
    configure()
    keys = registered(sys.argv[1])
    ready({
        "software": f"Authlib {version('Authlib')} on Flask {version('Flask')}", "issuer": STORE.issuer, "api": glue.API, "keys": keys,
        "initial_access_token": glue.INITIAL_ACCESS_TOKEN,
        "clients": {
            client.client_id: {
                "client_id": client.client_id, "client_secret": client.client_secret or None, "authentication_method": client.method,
                "redirect_uris": client.client_metadata["redirect_uris"], "id_token_algorithm": client.id_token_signed_response_alg,
            }
            for client in STORE.clients.values()
        },
    })
    threading.Thread(target=listener.serve_forever).start()


if __name__ == "__main__":
    main()
