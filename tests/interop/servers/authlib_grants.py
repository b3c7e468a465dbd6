"""The grants and endpoints of the provider on Authlib: Authlib's classes, with the lookups that they ask for; see authlib_server.py."""

from __future__ import annotations

import time
from typing import Any

from authlib.integrations.flask_oauth2 import ResourceProtector
from authlib.oauth2.rfc6749 import grants
from authlib.oauth2.rfc6750 import BearerTokenValidator
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7523 import JWTBearerClientAssertion, JWTBearerGrant
from authlib.oauth2.rfc7591 import ClientRegistrationEndpoint
from authlib.oauth2.rfc7592 import ClientConfigurationEndpoint
from authlib.oauth2.rfc7662 import IntrospectionEndpoint
from authlib.oauth2.rfc8628 import DeviceAuthorizationEndpoint, DeviceCodeGrant
from authlib.oauth2.rfc9068 import JWTBearerTokenGenerator, JWTIntrospectionEndpoint
from authlib.oauth2.rfc9101 import JWTAuthenticationRequest
from authlib.oauth2.rfc9207 import IssuerParameter
from authlib.oidc.core import OpenIDCode, OpenIDToken, UserInfoEndpoint
from authlib.oidc.rpinitiated import EndSessionEndpoint
from joserfc.jwk import ECKey, KeySet, OctKey, RSAKey

from authlib_store import STORE, Client, Code, Device, Person

API = "https://api.example.test/orders"
INITIAL_ACCESS_TOKEN = "the-initial-access-token"
KEYS = KeySet([RSAKey.generate_key(2048, {"kid": "rsa-1", "use": "sig"}), ECKey.generate_key("P-256", {"kid": "ec-1", "use": "sig"})])
SECRET_METHODS = ["client_secret_basic", "client_secret_post", "client_assertion_jwt"]
METHODS = [*SECRET_METHODS, "none"]


def client_keys(client: Client) -> KeySet | OctKey:
    """The keys of a client: of its set, or its secret."""
    if client.method == "client_secret_jwt":
        return OctKey.import_key(client.client_secret)
    return KeySet.import_key_set(client.client_metadata["jwks"])


class AuthorizationCodeGrant(grants.AuthorizationCodeGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = METHODS

    def save_authorization_code(self, code: str, request: Any) -> None:
        asked = request.payload.data
        STORE.codes[code] = Code(
            code, request.client.client_id, request.user, request.payload.redirect_uri, request.payload.scope, asked.get("nonce"),
            asked.get("code_challenge"), asked.get("code_challenge_method"),
        )

    def query_authorization_code(self, code: str, client: Client) -> Code | None:
        found = STORE.codes.get(code)
        return found if found and found.client_id == client.client_id else None

    def delete_authorization_code(self, authorization_code: Code) -> None:
        del STORE.codes[authorization_code.code]

    def authenticate_user(self, authorization_code: Code) -> Person:
        return authorization_code.user


class RefreshTokenGrant(grants.RefreshTokenGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = METHODS
    INCLUDE_NEW_REFRESH_TOKEN = True

    def authenticate_refresh_token(self, refresh_token: str) -> Any:
        found = STORE.token(refresh_token, "refresh_token")
        return found if found and not found.refresh_revoked else None

    def authenticate_user(self, refresh_token: Any) -> Person:
        return refresh_token.user

    def revoke_old_credential(self, refresh_token: Any) -> None:
        refresh_token.revoked = refresh_token.refresh_revoked = True


class PasswordGrant(grants.ResourceOwnerPasswordCredentialsGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = SECRET_METHODS

    def authenticate_user(self, username: str, password: str) -> Person | None:
        return Person(username) if password == "correct horse" else None


class ClientCredentialsGrant(grants.ClientCredentialsGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = SECRET_METHODS


class BearerAssertionGrant(JWTBearerGrant):
    def resolve_issuer_client(self, issuer: str) -> Client | None:
        return STORE.clients.get(issuer)

    def resolve_client_public_key(self, client: Client) -> Any:
        return client_keys(client)

    def authenticate_user(self, subject: str) -> Person | None:
        return Person(subject) if subject.startswith("ada") else None

    def get_audiences(self) -> list[str]:
        return [STORE.issuer, f"{STORE.issuer}/token"]

    def has_granted_permission(self, client: Client, user: Person) -> bool:
        return True


class DeviceGrant(DeviceCodeGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = METHODS

    def query_device_credential(self, device_code: str) -> Device | None:
        return STORE.devices.get(device_code)

    def query_user_grant(self, user_code: str) -> tuple[Person, bool] | None:
        found = STORE.device_of(user_code)
        return found.decision if found else None

    def should_slow_down(self, credential: Device) -> bool:
        now, before = time.time(), credential.last_asked
        credential.last_asked = now
        # A tenth of a second for the way.
        return now < before + DeviceEndpoint.INTERVAL - 0.1


class DeviceEndpoint(DeviceAuthorizationEndpoint):
    CLIENT_AUTH_METHODS = METHODS
    INTERVAL = 1
    EXPIRES_IN = 60

    def get_verification_uri(self) -> str:
        return f"{STORE.issuer}/device"

    def save_device_credential(self, client_id: str, scope: str, data: dict[str, Any]) -> None:
        STORE.devices[data["device_code"]] = Device(
            client_id, scope or "", data["device_code"], data["user_code"], time.time() + data["expires_in"],
        )


class Assertions(JWTBearerClientAssertion):
    """private_key_jwt and client_secret_jwt, RFC 7523."""

    def get_audiences(self) -> list[str]:
        return [STORE.issuer]

    def validate_jti(self, claims: Any, jti: str) -> bool:
        fresh = jti not in STORE.assertion_ids
        STORE.assertion_ids.add(jti)
        return fresh

    def resolve_client_public_key(self, client: Client) -> Any:
        return client_keys(client)


class _IdTokens:
    """What both kinds of ID tokens, of a code and of a refresh, have in common."""

    def resolve_client_private_key(self, client: Client) -> Any:
        return KEYS.get_by_kid("ec-1" if client.id_token_signed_response_alg == "ES256" else "rsa-1")

    def get_encode_header(self, client: Client) -> dict[str, str]:
        alg = client.id_token_signed_response_alg
        return {"alg": alg, "kid": "ec-1" if alg == "ES256" else "rsa-1"}

    def get_client_claims(self, client: Client) -> dict[str, Any]:
        return {"iss": STORE.issuer, "aud": [client.client_id], "exp": int(time.time()) + 600}

    def generate_user_info(self, user: Person, scope: str) -> Any:
        return user.info(scope)


class CodeIdToken(_IdTokens, OpenIDCode):
    def exists_nonce(self, nonce: str, request: Any) -> bool:
        return any(code.nonce == nonce for code in STORE.codes.values())


class RefreshedIdToken(_IdTokens, OpenIDToken):
    pass


class Introspection(IntrospectionEndpoint):
    CLIENT_AUTH_METHODS = SECRET_METHODS

    def check_permission(self, token: Any, client: Client, request: Any) -> bool:
        return True

    def query_token(self, token_string: str, token_type_hint: str | None) -> Any:
        return STORE.token(token_string, token_type_hint)

    def introspect_token(self, token: Any) -> dict[str, Any]:
        return {
            "active": True, "client_id": token.client.client_id, "token_type": "Bearer", "scope": token.scope, "iss": STORE.issuer,
            "exp": int(token.issued_at + token.expires_in), "iat": int(token.issued_at), **({"sub": token.user.name} if token.user else {}),
        }


class JwtIntrospection(JWTIntrospectionEndpoint):
    CLIENT_AUTH_METHODS = SECRET_METHODS

    def check_permission(self, token: Any, client: Client, request: Any) -> bool:
        return True

    def get_jwks(self) -> Any:
        return KEYS.get_by_kid("ec-1")


class Revocation(RevocationEndpoint):
    CLIENT_AUTH_METHODS = METHODS

    def query_token(self, token_string: str, token_type_hint: str | None) -> Any:
        return STORE.token(token_string, token_type_hint)

    def revoke_token(self, token: Any, request: Any) -> None:
        token.revoked = token.refresh_revoked = True


class AccessTokens(BearerTokenValidator):
    def authenticate_token(self, token_string: str) -> Any:
        return STORE.token(token_string, "access_token")


class UserInfo(UserInfoEndpoint):
    def get_issuer(self) -> str:
        return STORE.issuer

    def generate_user_info(self, user: Person, scope: str) -> Any:
        return user.info(scope)

    def resolve_private_key(self) -> Any:
        return KEYS


def userinfo_endpoint() -> UserInfo:
    protector = ResourceProtector()
    protector.register_token_validator(AccessTokens())
    return UserInfo(resource_protector=protector)


class ApiTokens(JWTBearerTokenGenerator):
    """RFC 9068: JWT access tokens for the API."""

    def get_jwks(self) -> Any:
        return KEYS.get_by_kid("ec-1")

    def get_audiences(self, client: Client, user: Person | None, scope: str) -> str:
        return API


class Issuer(IssuerParameter):
    def get_issuer(self) -> str:
        return STORE.issuer


class RequestObjects(JWTAuthenticationRequest):
    def resolve_client_public_key(self, client: Client) -> Any:
        return client_keys(client)

    def get_server_metadata(self) -> dict[str, Any]:
        return {"issuer": STORE.issuer}

    def get_client_require_signed_request_object(self, client: Client) -> bool:
        return bool(client.client_metadata.get("require_signed_request_object"))


def _bearer(request: Any) -> str:
    return (request.headers.get("Authorization") or "").removeprefix("Bearer ")


def _registration_info(client: Client) -> dict[str, str]:
    return {
        "registration_client_uri": f"{STORE.issuer}/register/{client.client_id}",
        "registration_access_token": client.registration_access_token,
    }


class Registration(ClientRegistrationEndpoint):
    def authenticate_token(self, request: Any) -> Any:
        return _bearer(request) == INITIAL_ACCESS_TOKEN

    def get_server_metadata(self) -> dict[str, Any]:
        return {}

    def save_client(self, client_info: dict[str, Any], client_metadata: dict[str, Any], request: Any) -> Client:
        client = Client(client_info["client_id"], client_info["client_secret"], dict(client_metadata))
        STORE.clients[client.client_id] = client
        return client

    def generate_client_registration_info(self, client: Client, request: Any) -> dict[str, str]:
        return _registration_info(client)


class _RegistrationToken:
    """The registration access token, good for one client."""

    def __init__(self, value: str):
        self.value = value

    def check_client(self, client: Client) -> bool:
        return client.registration_access_token == self.value


class Management(ClientConfigurationEndpoint):
    def authenticate_token(self, request: Any) -> Any:
        known = {client.registration_access_token for client in STORE.clients.values()}
        return _RegistrationToken(_bearer(request)) if _bearer(request) in known else None

    def authenticate_client(self, request: Any) -> Client | None:
        return STORE.clients.get(request.uri.rstrip("/").rsplit("/", 1)[-1])

    def revoke_access_token(self, token: Any, request: Any) -> None:
        pass

    def check_permission(self, client: Client, request: Any) -> bool:
        return True

    def delete_client(self, client: Client, request: Any) -> None:
        del STORE.clients[client.client_id]

    def update_client(self, client: Client, client_metadata: dict[str, Any], request: Any) -> Client:
        client.client_metadata = dict(client_metadata)
        return client

    def generate_client_registration_info(self, client: Client, request: Any) -> dict[str, str]:
        return _registration_info(client)

    def get_server_metadata(self) -> dict[str, Any]:
        return {}


class EndSession(EndSessionEndpoint):
    def get_server_jwks(self) -> Any:
        return KEYS

    def end_session(self, end_session_request: Any) -> None:
        from flask import session

        session.clear()
