"""The client role, awaitable."""

from __future__ import annotations

import ferroauth
from ferroauth.aio._worker import run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any, Literal

    from ferroauth import _native

    from typing_extensions import Unpack


class Client:
    """A client of a provider; see ``ferroauth.Client``."""

    def __init__(
        self,
        service: ferroauth.Service,
        *,
        client_id: str,
        **options: Unpack[_native._ClientOptions],
    ) -> None:
        self._client = client = ferroauth.Client(service, client_id=client_id, **options)
        self._flow = client.flow

    @property
    def client_id(self) -> str:
        """The client identifier."""
        return self._client.client_id

    @property
    def certificate_thumbprint(self) -> str | None:
        """The thumbprint of the client's certificate, as bound tokens have it in ``cnf``, or ``None``."""
        return self._client.certificate_thumbprint

    def begin_authorization(
        self, **options: Unpack[_native._AuthorizationOptions]
    ) -> ferroauth.PendingAuthorization:
        """Begins an authorization. Needs no network."""
        return self._client.begin_authorization(**options)

    async def push_authorization(
        self, **options: Unpack[_native._AuthorizationOptions]
    ) -> ferroauth.PendingAuthorization:
        """Begins an authorization and pushes it to the provider."""
        return await run(self._flow.push_authorization(**options))

    def dpop_proof(
        self, method: str, url: str, *, access_token: str | None = None, nonce: str | None = None
    ) -> str:
        """A DPoP proof for a request of the application's own. Needs no network."""
        return self._client.dpop_proof(method, url, access_token=access_token, nonce=nonce)

    def authorization_headers(
        self, tokens: ferroauth.TokenSet | str, method: str, url: str
    ) -> dict[str, str]:
        """The header fields that show an access token to an API. Needs no network."""
        return self._client.authorization_headers(tokens, method, url)

    def remember_dpop_nonce(self, url: str, nonce: str) -> None:
        """Takes the ``DPoP-Nonce`` field of a reply to a request of the application's own."""
        self._client.remember_dpop_nonce(url, nonce)

    @property
    def dpop_key(self) -> ferroauth.PrivateKey | None:
        """The key that the client's tokens are bound to; ``None`` without DPoP."""
        return self._client.dpop_key

    def open_pending(
        self, sealed: str, key: bytes | bytearray | ferroauth.Keyring
    ) -> ferroauth.PendingAuthorization:
        """Opens what ``PendingAuthorization.seal`` made. Needs no network."""
        return self._client.open_pending(sealed, key)

    async def finish_authorization(
        self,
        pending: ferroauth.PendingAuthorization,
        callback: str | Mapping[str, Any],
        **options: Unpack[_native._CallbackOptions],
    ) -> ferroauth.TokenSet:
        """Finishes an authorization."""
        return await run(self._flow.finish_authorization(pending, callback, **options))

    async def refresh(
        self,
        refresh_token: str,
        *,
        scopes: Sequence[str] | None = None,
        resource: Sequence[str] | None = None,
        id_token: str | None = None,
        subject: str | None = None,
    ) -> ferroauth.TokenSet:
        """Exchanges a refresh token for new tokens."""
        flow = self._flow.refresh(
            refresh_token, scopes=scopes, resource=resource, id_token=id_token, subject=subject
        )
        return await run(flow)

    def begin_logout(
        self,
        *,
        id_token_hint: str | None = None,
        post_logout_redirect_uri: str | None = None,
        state: str | None = None,
        ui_locales: Sequence[str] | None = None,
        logout_hint: str | None = None,
    ) -> ferroauth.LogoutRequest:
        """Begins a logout at the provider. Needs no network."""
        return self._client.begin_logout(
            id_token_hint=id_token_hint,
            post_logout_redirect_uri=post_logout_redirect_uri,
            state=state,
            ui_locales=ui_locales,
            logout_hint=logout_hint,
        )

    def finish_logout(self, callback: str | Mapping[str, Any], state: str) -> None:
        """Checks what the browser brought back from the provider's logout. Needs no network."""
        self._client.finish_logout(callback, state)

    def front_channel_logout(
        self, request: str | Mapping[str, Any], *, session_id: str | None = None
    ) -> ferroauth.FrontChannelLogout:
        """Checks a logout that came through the browser. Needs no network."""
        return self._client.front_channel_logout(request, session_id=session_id)

    async def load_keys(self) -> None:
        """Fetches the provider's keys unless good ones are at hand."""
        await run(self._flow.load_keys())

    async def verify_logout_token(
        self, token: str, *, replay: Literal["refused", "left_to_host"] | None = None
    ) -> ferroauth.LogoutToken:
        """Verifies a logout token that the provider posted."""
        return await run(self._flow.verify_logout_token(token, replay=replay))

    async def client_credentials(
        self, **options: Unpack[_native._GrantOptions]
    ) -> ferroauth.TokenSet:
        """Obtains a token for the client itself."""
        return await run(self._flow.client_credentials(**options))

    async def password(
        self, username: str, password: str, **options: Unpack[_native._GrantOptions]
    ) -> ferroauth.TokenSet:
        """Exchanges a user's name and password for tokens (RFC 6749 section 4.3): legacy, for providers that offer nothing else."""
        return await run(self._flow.password(username, password, **options))

    async def jwt_bearer(
        self, assertion: str, **options: Unpack[_native._GrantOptions]
    ) -> ferroauth.TokenSet:
        """Exchanges a JWT about a user for tokens (RFC 7523)."""
        return await run(self._flow.jwt_bearer(assertion, **options))

    async def saml_bearer(
        self, assertion: str, **options: Unpack[_native._GrantOptions]
    ) -> ferroauth.TokenSet:
        """Exchanges a SAML 2.0 assertion for tokens (RFC 7522): the XML, or what base64url makes of it."""
        return await run(self._flow.saml_bearer(assertion, **options))

    async def token_request(
        self, extension: str, **options: Unpack[_native._GrantOptions]
    ) -> ferroauth.TokenSet:
        """A grant of the provider's own: its absolute URI or its name, with ``parameters``."""
        return await run(self._flow.token_request(extension, **options))

    async def exchange_token(
        self, subject_token: str, **options: Unpack[_native._ExchangeOptions]
    ) -> ferroauth.TokenSet:
        """Exchanges a token for another (RFC 8693); types are ``access_token``, ``jwt``, ... or URIs."""
        return await run(self._flow.exchange_token(subject_token, **options))

    async def device_authorization(
        self, **options: Unpack[_native._GrantOptions]
    ) -> ferroauth.DeviceAuthorization:
        """Begins a login on another device (RFC 8628)."""
        return await run(self._flow.device_authorization(**options))

    async def backchannel_authentication(
        self, **options: Unpack[_native._BackchannelOptions]
    ) -> ferroauth.BackchannelAuthentication:
        """Asks the provider to authenticate a user on another device (CIBA)."""
        return await run(self._flow.backchannel_authentication(**options))

    async def device_token(self, authorization: ferroauth.DeviceAuthorization) -> ferroauth.TokenSet:
        """Waits until the user has answered, at the provider's pace, and returns the tokens."""
        return await run(self._flow.device_token(authorization))

    async def poll_device_token(self, authorization: ferroauth.DeviceAuthorization) -> ferroauth.TokenSet | None:
        """Asks once for the tokens; ``None`` while the user has not answered."""
        return await run(self._flow.poll_device_token(authorization))

    async def backchannel_token(self, authentication: ferroauth.BackchannelAuthentication) -> ferroauth.TokenSet:
        """Waits until the user has answered, at the provider's pace, and returns the tokens."""
        return await run(self._flow.backchannel_token(authentication))

    async def poll_backchannel_token(self, authentication: ferroauth.BackchannelAuthentication) -> ferroauth.TokenSet | None:
        """Asks once for the tokens; ``None`` while the user has not answered."""
        return await run(self._flow.poll_backchannel_token(authentication))

    async def introspect(
        self, token: str, *, token_type_hint: str | None = None
    ) -> ferroauth.Introspection:
        """Asks the provider about a token."""
        return await run(self._flow.introspect(token, token_type_hint=token_type_hint))

    async def revoke(self, token: str, *, token_type_hint: str | None = None) -> None:
        """Revokes a token."""
        return await run(self._flow.revoke(token, token_type_hint=token_type_hint))

    async def userinfo(self, access_token: str, *, subject: str | None = None) -> dict[str, Any]:
        """Fetches the claims about the user."""
        return await run(self._flow.userinfo(access_token, subject=subject))

    def __repr__(self) -> str:
        return f"aio.{self._client!r}"
