"""What the provider on Authlib keeps, in the shapes that Authlib's mixins ask for; see authlib_server.py."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field
from typing import Any

from authlib.oauth2.rfc6749 import ClientMixin, TokenMixin, list_to_scope, scope_to_list
from authlib.oauth2.rfc8628 import DeviceCredentialMixin
from authlib.oidc.core import AuthorizationCodeMixin, UserInfo

ASSERTION_METHODS = ("client_secret_jwt", "private_key_jwt")


@dataclass
class Client(ClientMixin):
    """A registered client: its metadata under RFC 7591's names."""

    client_id: str
    client_secret: str
    client_metadata: dict[str, Any]
    registration_access_token: str = field(default_factory=lambda: secrets.token_urlsafe(24))

    @property
    def client_info(self) -> dict[str, Any]:
        return {"client_id": self.client_id, "client_secret": self.client_secret, "client_id_issued_at": 1, "client_secret_expires_at": 0}

    @property
    def method(self) -> str:
        return self.client_metadata.get("token_endpoint_auth_method", "client_secret_basic")

    @property
    def id_token_signed_response_alg(self) -> str:
        return self.client_metadata.get("id_token_signed_response_alg", "RS256")

    def get_client_id(self) -> str:
        return self.client_id

    def get_default_redirect_uri(self) -> str | None:
        return next(iter(self.client_metadata.get("redirect_uris", [])), None)

    def get_allowed_scope(self, scope: str) -> str:
        allowed = scope_to_list(self.client_metadata.get("scope", ""))
        return list_to_scope([one for one in scope_to_list(scope) or [] if one in allowed])

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri in self.client_metadata.get("redirect_uris", [])

    def check_client_secret(self, client_secret: str) -> bool:
        return secrets.compare_digest(client_secret, self.client_secret)

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        # Authlib has one name for both kinds of assertions.
        return self.method in ASSERTION_METHODS if method == "client_assertion_jwt" else method == self.method

    def check_response_type(self, response_type: str) -> bool:
        return response_type in self.client_metadata.get("response_types", ["code"])

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type in self.client_metadata.get("grant_types", [])


@dataclass
class Person:
    name: str

    def get_user_id(self) -> str:
        return self.name

    def info(self, scope: str) -> UserInfo:
        everything = UserInfo(sub=self.name, name=f"The person {self.name}", email=f"{self.name}@example.test", email_verified=True)
        return everything.filter(scope)


@dataclass
class Code(AuthorizationCodeMixin):
    code: str
    client_id: str
    user: Person
    redirect_uri: str | None
    scope: str
    nonce: str | None
    code_challenge: str | None
    code_challenge_method: str | None
    auth_time: int = field(default_factory=lambda: int(time.time()))

    def get_redirect_uri(self) -> str | None:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope

    def get_nonce(self) -> str | None:
        return self.nonce

    def get_auth_time(self) -> int:
        return self.auth_time

    def get_acr(self) -> str | None:
        return None

    def get_amr(self) -> list[str] | None:
        return None


@dataclass
class Token(TokenMixin):
    """An access token with its refresh token, if there is one."""

    client: Client
    user: Person | None
    access_token: str
    refresh_token: str | None
    scope: str
    expires_in: int
    issued_at: float = field(default_factory=time.time)
    revoked: bool = False
    refresh_revoked: bool = False

    def check_client(self, client: Client) -> bool:
        return client.client_id == self.client.client_id

    def get_scope(self) -> str:
        return self.scope

    def get_expires_in(self) -> int:
        return self.expires_in

    def is_expired(self) -> bool:
        return time.time() >= self.issued_at + self.expires_in

    def is_revoked(self) -> bool:
        return self.revoked

    def get_user(self) -> Person | None:
        return self.user

    def get_client(self) -> Client:
        return self.client


@dataclass
class Device(DeviceCredentialMixin):
    """A device's request: nobody has decided (`None`), or a person has."""

    client_id: str
    scope: str
    device_code: str
    user_code: str
    expires_at: float
    decision: tuple[Person, bool] | None = None
    last_asked: float = 0.0

    def get_client_id(self) -> str:
        return self.client_id

    def get_scope(self) -> str:
        return self.scope

    def get_user_code(self) -> str:
        return self.user_code

    def is_expired(self) -> bool:
        return time.time() >= self.expires_at


@dataclass
class Store:
    issuer: str = ""
    clients: dict[str, Client] = field(default_factory=dict)
    codes: dict[str, Code] = field(default_factory=dict)
    tokens: list[Token] = field(default_factory=list)
    devices: dict[str, Device] = field(default_factory=dict)
    assertion_ids: set[str] = field(default_factory=set)

    def token(self, value: str | None, hint: str | None = None) -> Token | None:
        names = {"access_token": ["access_token"], "refresh_token": ["refresh_token"]}.get(hint or "", ["access_token", "refresh_token"])
        return next((row for row in self.tokens for name in names if value and getattr(row, name) == value), None)

    def device_of(self, user_code: str) -> Device | None:
        return next((device for device in self.devices.values() if device.user_code == user_code), None)

    def save_token(self, token: dict[str, Any], request: Any) -> None:
        self.tokens.append(Token(
            request.client, request.user, token["access_token"], token.get("refresh_token"), token.get("scope", ""), token["expires_in"],
        ))


STORE = Store()
