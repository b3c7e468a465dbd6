"""The same names for asyncio: what needs the network is awaitable, everything else is as in ``ferroauth``.

One thread carries the traffic of all calls. It starts with the first call that needs it, ends with
``close()``, and is started anew in a forked child. Cancelling a task cancels its exchange.
"""

from __future__ import annotations

import asyncio
import atexit
import os
import threading
import weakref

import ferroauth
from ferroauth import _native
from ferroauth.errors import KeySetNotLoadedError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any, Literal, TypeVar

    from ferroauth._native import _Request

    from typing_extensions import Unpack

    _T = TypeVar("_T")

__all__ = ["Client", "LoopbackReceiver", "ProtectedResource", "ResourceServer", "Service", "Verifier", "close"]

_lock = threading.Lock()
_worker: _native._Worker | None = None
# What has come for each loop; a loop that is gone takes its own along.
_loops: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, _native._Arrivals] = weakref.WeakKeyDictionary()


def close() -> None:
    """Ends the thread, and with ``internal.closed`` every call still under way. The next call starts anew."""
    global _worker
    with _lock:
        worker, _worker = _worker, None
    if worker is not None:
        worker.close()


def _current_worker() -> _native._Worker:
    global _worker
    with _lock:
        if _worker is None or not _worker.is_usable():
            _worker = _native._Worker()
        return _worker


def _forget_parent() -> None:
    # Another thread of the parent may have held the lock at the fork, or been about to wake a loop.
    global _lock
    _lock = threading.Lock()
    _loops.clear()


atexit.register(close)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_parent)


def _arrivals(loop: asyncio.AbstractEventLoop) -> _native._Arrivals:
    arrivals = _loops.get(loop)
    if arrivals is None:
        arrivals = _loops[loop] = _native._Arrivals()
    return arrivals


async def _run(flow: ferroauth.Flow[_T]) -> _T:
    """Runs a flow on the worker's thread; the loop stays free meanwhile."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[_T] = loop.create_future()

    handle = _current_worker().spawn(flow, future, _arrivals(loop))
    try:
        return await future
    except asyncio.CancelledError:
        handle.cancel()
        raise


class Service:
    """Where providers come from; yields ``ferroauth.Service`` objects."""

    @staticmethod
    async def discover(
        issuer: str,
        *,
        quirks: Sequence[str] | None = None,
        default_lifetime: int | None = None,
        overlay: Mapping[str, Any] | None = None,
        network: ferroauth.NetworkOptions | None = None,
        testing: Mapping[str, Any] | None = None,
    ) -> ferroauth.Service:
        """Discovers a provider from its issuer."""
        return await _run(
            ferroauth.Service.flow.discover(
                issuer,
                quirks=quirks,
                default_lifetime=default_lifetime,
                overlay=overlay,
                network=network,
                testing=testing,
            )
        )

    @staticmethod
    async def register(
        service: ferroauth.Service,
        metadata: Mapping[str, Any],
        *,
        initial_access_token: str | None = None,
        software_statement: str | None = None,
    ) -> ferroauth.Registration:
        """Registers a client at a service."""
        flow = ferroauth.Service.flow.register(
            service, metadata, initial_access_token=initial_access_token, software_statement=software_statement
        )
        return await _run(flow)

    @staticmethod
    async def read_registration(
        service: ferroauth.Service, registration: ferroauth.Registration
    ) -> ferroauth.Registration:
        """Reads a registration anew."""
        return await _run(ferroauth.Service.flow.read_registration(service, registration))

    @staticmethod
    async def update_registration(
        service: ferroauth.Service, registration: ferroauth.Registration, metadata: Mapping[str, Any]
    ) -> ferroauth.Registration:
        """Replaces the metadata of a registration."""
        return await _run(ferroauth.Service.flow.update_registration(service, registration, metadata))

    @staticmethod
    async def delete_registration(service: ferroauth.Service, registration: ferroauth.Registration) -> None:
        """Deletes a registration."""
        await _run(ferroauth.Service.flow.delete_registration(service, registration))

    @staticmethod
    def preset(
        name: str,
        *,
        base_url: str | None = None,
        tenant: str | None = None,
        realm: str | None = None,
        domain: str | None = None,
        quirks: Sequence[str] | None = None,
        default_lifetime: int | None = None,
        overlay: Mapping[str, Any] | None = None,
        network: ferroauth.NetworkOptions | None = None,
        testing: Mapping[str, Any] | None = None,
    ) -> ferroauth.Service:
        """A provider that ferroauth knows. Needs no network."""
        return ferroauth.Service.preset(
            name,
            base_url=base_url,
            tenant=tenant,
            realm=realm,
            domain=domain,
            quirks=quirks,
            default_lifetime=default_lifetime,
            overlay=overlay,
            network=network,
            testing=testing,
        )

    @staticmethod
    def from_json(
        text: str,
        *,
        base_url: str | None = None,
        tenant: str | None = None,
        realm: str | None = None,
        domain: str | None = None,
        quirks: Sequence[str] | None = None,
        default_lifetime: int | None = None,
        overlay: Mapping[str, Any] | None = None,
        network: ferroauth.NetworkOptions | None = None,
        testing: Mapping[str, Any] | None = None,
    ) -> ferroauth.Service:
        """A provider from its metadata, a provider file, or a record. Needs no network."""
        return ferroauth.Service.from_json(
            text,
            base_url=base_url,
            tenant=tenant,
            realm=realm,
            domain=domain,
            quirks=quirks,
            default_lifetime=default_lifetime,
            overlay=overlay,
            network=network,
            testing=testing,
        )

    @staticmethod
    def presets() -> list[dict[str, Any]]:
        """The providers that ferroauth knows, and what each needs. Needs no network."""
        return ferroauth.Service.presets()


class ProtectedResource:
    """Where the metadata of APIs comes from; yields ``ferroauth.ProtectedResource`` objects."""

    @staticmethod
    async def discover(
        resource: str,
        *,
        metadata_url: str | None = None,
        signed_by: str | None = None,
        algorithms: Sequence[str] | None = None,
        network: ferroauth.NetworkOptions | None = None,
        testing: Mapping[str, Any] | None = None,
    ) -> ferroauth.ProtectedResource:
        """Asks a protected resource which authorization servers it trusts."""
        flow = ferroauth.ProtectedResource.flow.discover(
            resource,
            metadata_url=metadata_url,
            signed_by=signed_by,
            algorithms=algorithms,
            network=network,
            testing=testing,
        )
        return await _run(flow)


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
        return await _run(self._flow.push_authorization(**options))

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
        return await _run(self._flow.finish_authorization(pending, callback, **options))

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
        return await _run(flow)

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

    async def verify_logout_token(
        self, token: str, *, replay: Literal["refused", "left_to_host"] | None = None
    ) -> ferroauth.LogoutToken:
        """Verifies a logout token that the provider posted."""
        return await _run(self._flow.verify_logout_token(token, replay=replay))

    async def client_credentials(
        self, **options: Unpack[_native._GrantOptions]
    ) -> ferroauth.TokenSet:
        """Obtains a token for the client itself."""
        return await _run(self._flow.client_credentials(**options))

    async def password(
        self, username: str, password: str, **options: Unpack[_native._GrantOptions]
    ) -> ferroauth.TokenSet:
        """Exchanges a user's name and password for tokens (RFC 6749 section 4.3): legacy, for providers that offer nothing else."""
        return await _run(self._flow.password(username, password, **options))

    async def jwt_bearer(
        self, assertion: str, **options: Unpack[_native._GrantOptions]
    ) -> ferroauth.TokenSet:
        """Exchanges a JWT about a user for tokens (RFC 7523)."""
        return await _run(self._flow.jwt_bearer(assertion, **options))

    async def saml_bearer(
        self, assertion: str, **options: Unpack[_native._GrantOptions]
    ) -> ferroauth.TokenSet:
        """Exchanges a SAML 2.0 assertion for tokens (RFC 7522): the XML, or what base64url makes of it."""
        return await _run(self._flow.saml_bearer(assertion, **options))

    async def token_request(
        self, extension: str, **options: Unpack[_native._GrantOptions]
    ) -> ferroauth.TokenSet:
        """A grant of the provider's own: its absolute URI or its name, with ``parameters``."""
        return await _run(self._flow.token_request(extension, **options))

    async def exchange_token(
        self, subject_token: str, **options: Unpack[_native._ExchangeOptions]
    ) -> ferroauth.TokenSet:
        """Exchanges a token for another (RFC 8693); types are ``access_token``, ``jwt``, ... or URIs."""
        return await _run(self._flow.exchange_token(subject_token, **options))

    async def device_authorization(
        self, **options: Unpack[_native._GrantOptions]
    ) -> ferroauth.DeviceAuthorization:
        """Begins a login on another device (RFC 8628)."""
        return await _run(self._flow.device_authorization(**options))

    async def backchannel_authentication(
        self, **options: Unpack[_native._BackchannelOptions]
    ) -> ferroauth.BackchannelAuthentication:
        """Asks the provider to authenticate a user on another device (CIBA)."""
        return await _run(self._flow.backchannel_authentication(**options))

    async def device_token(self, authorization: ferroauth.DeviceAuthorization) -> ferroauth.TokenSet:
        """Waits until the user has answered, at the provider's pace, and returns the tokens."""
        return await _run(self._flow.device_token(authorization))

    async def poll_device_token(self, authorization: ferroauth.DeviceAuthorization) -> ferroauth.TokenSet | None:
        """Asks once for the tokens; ``None`` while the user has not answered."""
        return await _run(self._flow.poll_device_token(authorization))

    async def backchannel_token(self, authentication: ferroauth.BackchannelAuthentication) -> ferroauth.TokenSet:
        """Waits until the user has answered, at the provider's pace, and returns the tokens."""
        return await _run(self._flow.backchannel_token(authentication))

    async def poll_backchannel_token(self, authentication: ferroauth.BackchannelAuthentication) -> ferroauth.TokenSet | None:
        """Asks once for the tokens; ``None`` while the user has not answered."""
        return await _run(self._flow.poll_backchannel_token(authentication))

    async def introspect(
        self, token: str, *, token_type_hint: str | None = None
    ) -> ferroauth.Introspection:
        """Asks the provider about a token."""
        return await _run(self._flow.introspect(token, token_type_hint=token_type_hint))

    async def revoke(self, token: str, *, token_type_hint: str | None = None) -> None:
        """Revokes a token."""
        return await _run(self._flow.revoke(token, token_type_hint=token_type_hint))

    async def userinfo(self, access_token: str, *, subject: str | None = None) -> dict[str, Any]:
        """Fetches the claims about the user."""
        return await _run(self._flow.userinfo(access_token, subject=subject))

    def __repr__(self) -> str:
        return f"aio.{self._client!r}"


class Verifier:
    """Verifies tokens against one policy; see ``ferroauth.Verifier``."""

    def __init__(
        self,
        *,
        issuer: str | Sequence[str] | None,
        audience: str | Sequence[str] | None,
        **options: Unpack[_native._VerifierOptions],
    ) -> None:
        self._verifier = ferroauth.Verifier(issuer=issuer, audience=audience, **options)

    async def verify(self, token: str, **known: Unpack[_native._Known]) -> ferroauth.Claims:
        """Verifies a token and returns its claims. Fetches the key set where it must."""
        try:
            claims = self._verifier.verify_now(token, **known)
            # Keys that are about to expire are refreshed while they still serve.
            if not self._verifier._refresh_due():
                return claims
        except KeySetNotLoadedError:
            pass
        return await _run(self._verifier.flow.verify(token, **known))

    def verify_now(self, token: str, **known: Unpack[_native._Known]) -> ferroauth.Claims:
        """Verifies a token without any traffic."""
        return self._verifier.verify_now(token, **known)

    def export_keys(self) -> str | None:
        """The cached key set as JSON text; ``None`` if there is none."""
        return self._verifier.export_keys()

    def import_keys(self, text: str) -> None:
        """Takes over what ``export_keys`` wrote."""
        self._verifier.import_keys(text)

    def __repr__(self) -> str:
        return "aio.Verifier(...)"


class ResourceServer:
    """Guards an API; see ``ferroauth.ResourceServer``."""

    def __init__(self, verifier: Verifier | ferroauth.Verifier, *, realm: str | None = None) -> None:
        known = verifier._verifier if isinstance(verifier, Verifier) else verifier
        self._server = ferroauth.ResourceServer(known, realm=realm)

    async def authenticate(
        self, request: _Request, *, scopes: Sequence[str] | None = None
    ) -> ferroauth.Principal | ferroauth.Denial:
        """Decides about a request. Fetches the key set where it must."""
        # Read once: the headers may be an iterator.
        fields = [("Authorization", value) for value in _native._authorization(request)]
        try:
            answer = self._server.authenticate_now(fields, scopes=scopes)
            if not self._server._refresh_due():
                return answer
        except KeySetNotLoadedError:
            pass
        return await _run(self._server.flow.authenticate(fields, scopes=scopes))

    def authenticate_now(
        self, request: _Request, *, scopes: Sequence[str] | None = None
    ) -> ferroauth.Principal | ferroauth.Denial:
        """Decides about a request without any traffic."""
        return self._server.authenticate_now(request, scopes=scopes)

    def __repr__(self) -> str:
        return "aio.ResourceServer(...)"


class LoopbackReceiver:
    """A server on this machine for one authorization response; see ``ferroauth.LoopbackReceiver``."""

    def __init__(
        self,
        *,
        port: int = 0,
        path: str | None = None,
        host: Literal["127.0.0.1", "::1", "localhost"] | None = None,
    ) -> None:
        self._receiver = ferroauth.LoopbackReceiver(port=port, path=path, host=host)

    @property
    def redirect_uri(self) -> str:
        """The redirect URI, to register and to give to the client."""
        return self._receiver.redirect_uri

    @property
    def port(self) -> int:
        """The port."""
        return self._receiver.port

    async def receive(self, *, state: str | None = None, timeout: float | None = None) -> str:
        """Waits for one authorization response, closes, and returns what ``Client.finish_authorization`` takes."""
        return await _run(self._receiver._receive(state=state, timeout=timeout))

    async def forward(self, to: str, *, timeout: float | None = None) -> int:
        """Redirects every request to the URL ``to`` until it is closed or ``timeout`` seconds are over."""
        return await _run(self._receiver._forward(to, timeout=timeout))

    def close(self) -> None:
        """Ends whatever is served, and stops listening."""
        self._receiver.close()

    async def __aenter__(self) -> LoopbackReceiver:
        return self

    async def __aexit__(self, *_exception: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"aio.{self._receiver!r}"
