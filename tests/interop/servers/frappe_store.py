"""The records and the request validator of the provider in the shape of Frappe's; see frappe.py."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field
from typing import Any

import jwt
from oauthlib.oauth2 import InvalidClientError
from oauthlib.openid import RequestValidator


@dataclass
class Client:
    """An OAuth Client record."""

    client_id: str
    redirect_uris: str
    client_secret: str = field(default_factory=lambda: secrets.token_hex(16))
    scopes: str = "all openid"
    skip_authorization: bool = False
    public: bool = False
    checks_secret: bool = True
    expires_in: int = 3600

    def scope_list(self) -> list[str]:
        return self.scopes.split()


@dataclass
class Code:
    client: str
    user: str
    scopes: list[str]
    redirect_uri: str
    nonce: str | None
    challenge: str | None
    method: str
    valid: bool = True


@dataclass
class BearerToken:
    """An OAuth Bearer Token record: access and refresh token in one row."""

    client: str
    user: str
    scopes: list[str]
    access_token: str
    refresh_token: str | None
    expires_in: int
    expires_at: float
    active: bool = True


@dataclass
class Store:
    issuer: str = ""
    clients: dict[str, Client] = field(default_factory=dict)
    codes: dict[str, Code] = field(default_factory=dict)
    tokens: list[BearerToken] = field(default_factory=list)

    def token(self, value: str | None) -> BearerToken | None:
        return next((row for row in self.tokens if value and value in (row.access_token, row.refresh_token)), None)

    def person(self, user: str) -> dict[str, Any]:
        """The eight claims of the profile and of the ID token."""
        return {
            "sub": f"sub-{user}", "name": f"The person {user}", "given_name": "The person", "family_name": user,
            "email": f"{user}@example.test", "picture": f"{self.issuer}/files/{user}.png", "roles": ["All", "Guest", "Desk User"], "iss": self.issuer,
        }


class Validator(RequestValidator):
    """What oauthlib asks of an application: records are looked up here, decisions about the protocol are oauthlib's."""

    def __init__(self, store: Store):
        super().__init__()
        self.store = store

    # Authorization

    def validate_client_id(self, client_id, request, *args, **kwargs):  # noqa: ANN001, ANN201, ANN002, ANN003 - oauthlib's signatures
        request.client = self.store.clients.get(client_id)
        return request.client is not None

    def validate_redirect_uri(self, client_id, redirect_uri, request, *args, **kwargs):
        # Separated by spaces, or by newlines where a client registered itself.
        return redirect_uri in self.store.clients[client_id].redirect_uris.split()

    def get_default_redirect_uri(self, client_id, request, *args, **kwargs):
        return self.store.clients[client_id].redirect_uris.split()[0]

    def validate_scopes(self, client_id, scopes, client, request, *args, **kwargs):
        return set(scopes) <= set(self.store.clients[client_id].scope_list())

    def get_default_scopes(self, client_id, request, *args, **kwargs):
        return self.store.clients[client_id].scope_list()

    def validate_response_type(self, client_id, response_type, client, request, *args, **kwargs):
        return response_type == "code"

    def is_pkce_required(self, client_id, request):
        return self.store.clients[client_id].public

    def save_authorization_code(self, client_id, code, request, *args, **kwargs):
        # The method is stored in lower case, as Frappe stores it.
        self.store.codes[code["code"]] = Code(
            client_id, request.user, list(request.scopes), request.redirect_uri, request.nonce, request.code_challenge,
            (request.code_challenge_method or "").lower(),
        )

    # Client authentication

    def client_authentication_required(self, request, *args, **kwargs):
        client = self.store.clients.get(_basic(request)[0] or request.client_id)
        return client is None or not client.public

    def authenticate_client(self, request, *args, **kwargs):
        basic_id, basic_secret = _basic(request)
        client = self.store.clients.get(basic_id or request.client_id)
        if client is None or client.public:
            return False
        request.client, request.client_id = client, client.client_id
        sent = basic_secret or request.client_secret or ""
        return not client.checks_secret or secrets.compare_digest(sent, client.client_secret)

    def authenticate_client_id(self, client_id, request, *args, **kwargs):
        client = self.store.clients.get(client_id)
        request.client = client
        return client is not None and client.public

    # The grants

    def validate_grant_type(self, client_id, grant_type, client, request, *args, **kwargs):
        return grant_type in ("authorization_code", "refresh_token", "password")

    def validate_code(self, client_id, code, client, request, *args, **kwargs):
        found = self.store.codes.get(code)
        if found is None or not found.valid or found.client != client_id:
            return False
        request.user, request.scopes = found.user, found.scopes
        return True

    def get_code_challenge(self, code, request):
        return self.store.codes[code].challenge

    def get_code_challenge_method(self, code, request):
        return {"s256": "S256", "plain": "plain"}.get(self.store.codes[code].method)

    def confirm_redirect_uri(self, client_id, code, redirect_uri, client, request, *args, **kwargs):
        # One of the registered ones; not necessarily the one that the code is bound to.
        return redirect_uri in client.redirect_uris.split()

    def invalidate_authorization_code(self, client_id, code, request, *args, **kwargs):
        self.store.codes[code].valid = False

    def validate_user(self, username, password, client, request, *args, **kwargs):
        request.user = username
        return password == "correct horse"

    def validate_refresh_token(self, refresh_token, client, request, *args, **kwargs):
        row = self.store.token(refresh_token)
        if row is None or not row.active or row.client != client.client_id or row.refresh_token != refresh_token:
            return False
        request.user = row.user
        return True

    def get_original_scopes(self, refresh_token, request, *args, **kwargs):
        return self.store.token(refresh_token).scopes

    def save_bearer_token(self, token, request, *args, **kwargs):
        if request.grant_type == "refresh_token":
            self.store.token(request.refresh_token).active = False
        self.store.tokens.append(BearerToken(
            request.client.client_id, request.user, list(request.scopes), token["access_token"], token.get("refresh_token"),
            token["expires_in"], time.time() + token["expires_in"],
        ))

    # OpenID Connect

    def get_authorization_code_scopes(self, client_id, code, redirect_uri, request):
        found = self.store.codes.get(code)
        return found.scopes if found else []

    def get_authorization_code_nonce(self, client_id, code, redirect_uri, request):
        return self.store.codes[code].nonce

    def get_jwt_bearer_token(self, token, token_handler, request):
        return token_handler.create_token(request)

    def finalize_id_token(self, id_token, token, token_handler, request):
        claims = {**id_token, "exp": id_token["iat"] + token["expires_in"], **self.store.person(request.user)}
        return jwt.encode(claims, request.client.client_secret, algorithm="HS256", headers={"typ": "jwt"})

    def validate_silent_login(self, request):
        return bool(request.user)

    def validate_silent_authorization(self, request):
        return False

    def validate_user_match(self, id_token_hint, scopes, claims, request):
        return True

    def refresh_id_token(self, request):
        return True

    def get_userinfo_claims(self, request):
        return self.store.person(request.user)

    # Bearer tokens

    def validate_bearer_token(self, token, scopes, request):
        row = self.store.token(token)
        if row is None or row.access_token != token or not row.active or time.time() >= row.expires_at or not set(scopes) <= set(row.scopes):
            return False
        request.user, request.scopes = row.user, row.scopes
        return True

    def revoke_token(self, token, token_type_hint, request, *args, **kwargs):
        row = self.store.token(token)
        if row is not None and row.client == request.client.client_id:
            row.active = False


def _basic(request: Any) -> tuple[str | None, str | None]:
    """The credentials of a Basic header, decoded as RFC 6749 section 2.3.1 says."""
    from base64 import b64decode
    from urllib.parse import unquote_plus

    scheme, _, encoded = (request.headers.get("Authorization") or "").partition(" ")
    if scheme.lower() != "basic":
        return None, None
    try:
        name, _, secret = b64decode(encoded).decode().partition(":")
    except ValueError as error:
        raise InvalidClientError(request=request) from error
    return unquote_plus(name), unquote_plus(secret)
