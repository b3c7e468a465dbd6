"""Types of the native module. Kept by hand; `stubtest` compares them with the built module."""

from asyncio import Future
from collections.abc import Callable, ItemsView, Iterable, Iterator, KeysView, Mapping, Sequence, ValuesView
from types import GenericAlias
from typing import Any, Final, Generic, Literal, Protocol, TypeAlias, TypedDict, TypeVar
from typing import final, overload, type_check_only

from typing_extensions import Required, Unpack, disjoint_base

from ferroauth.errors import FerroauthError
from ferroauth.events import Event

__all__ = [
    "__version__",
    "Client",
    "ClientFlows",
    "_Arrivals",
    "_Cancel",
    "_Worker",
    "Decrypted",
    "Decrypter",
    "Encrypter",
    "EncryptionKey",
    "Flow",
    "Step",
    "BackchannelAuthentication",
    "DeviceAuthorization",
    "JwsSignature",
    "JwsVerifier",
    "VerifiedJws",
    "HmacKey",
    "KeySet",
    "PrivateKey",
    "PublicKey",
    "LoopbackReceiver",
    "LoopbackReceiverFlows",
    "_Members",
    "Claims",
    "Introspection",
    "UnverifiedToken",
    "DpopProof",
    "DpopVerifier",
    "Keyring",
    "PendingAuthorization",
    "FrontChannelLogout",
    "LogoutRequest",
    "LogoutToken",
    "ProtectedResource",
    "ProtectedResourceFlows",
    "Registration",
    "Denial",
    "Principal",
    "ResourceServer",
    "ResourceServerFlows",
    "NetworkOptions",
    "Service",
    "ServiceFlows",
    "IdToken",
    "TokenSet",
    "Signer",
    "Verifier",
    "VerifierFlows",
    "decode_unverified",
    "_parse_challenges",
    "_pkce_generate",
    "_pkce_challenge",
    "_pkce_verify",
    "_pure",
    "_authorization",
    "_command",
    "_error_table",
    "_panic_for_tests",
]

__version__: Final[str]

_T = TypeVar("_T")
_D = TypeVar("_D")

# Not None where the program has looked at `done` first; the type cannot say so.
_MaybeNone: TypeAlias = Any
_Testing: TypeAlias = Mapping[str, Any]
_Profile: TypeAlias = Literal[
    "generic",
    "id_token",
    "access_token",
    "logout_token",
    "client_assertion",
    "introspection_response",
    "security_event",
]

@type_check_only
class _Known(TypedDict, total=False):
    nonce: str | None
    access_token: str | None
    code: str | None
    max_authentication_age: int | None

@type_check_only
class _GrantOptions(TypedDict, total=False):
    scopes: Sequence[str] | None
    resource: Sequence[str] | None
    authorization_details: Sequence[Mapping[str, Any]] | None
    parameters: Mapping[str, str] | None

@type_check_only
class _ExchangeOptions(_GrantOptions, total=False):
    subject_token_type: Required[str]
    actor_token: str | None
    actor_token_type: str | None
    requested_token_type: str | None
    audience: Sequence[str] | None

@type_check_only
class _BackchannelOptions(_GrantOptions, total=False):
    login_hint: str | None
    login_hint_token: str | None
    id_token_hint: str | None
    binding_message: str | None
    user_code: str | None
    requested_expiry: int | None
    acr_values: Sequence[str] | None

@type_check_only
class _RequestObjectEncryption(TypedDict):
    alg: Literal["RSA-OAEP", "RSA-OAEP-256", "ECDH-ES", "ECDH-ES+A128KW", "ECDH-ES+A256KW"]
    enc: str

@type_check_only
class _ClientOptions(TypedDict, total=False):
    client_secret: str | None
    redirect_uri: str | None
    authentication_method: str | None
    assertion_key: PrivateKey | None
    assertion_algorithm: str | None
    assertion_audience: str | None
    certificate: str | None
    certificate_key: str | None
    dpop: bool | None
    dpop_key: PrivateKey | None
    request_object_key: PrivateKey | None
    request_object_encryption: _RequestObjectEncryption | None
    authorization_response_algorithms: Sequence[str] | None
    leeway: int | None
    id_token_algorithms: Sequence[str] | None
    userinfo_algorithms: Sequence[str] | None
    introspection_algorithms: Sequence[str] | None
    introspection_cache: int | None
    decrypter: Decrypter | None
    pending_lifetime: int | None
    testing: _Testing | None

@type_check_only
class _AuthorizationOptions(TypedDict, total=False):
    scopes: Sequence[str] | None
    parameters: Mapping[str, str] | None
    return_to: str | None
    prompt: str | Sequence[str] | None
    login_hint: str | None
    max_age: int | None
    acr_values: str | Sequence[str] | None
    ui_locales: str | Sequence[str] | None
    id_token_hint: str | None
    claims: Mapping[str, Any] | None
    resource: str | Sequence[str] | None
    authorization_details: Sequence[Mapping[str, Any]] | None
    response_mode: str | None
    session: str | None

@type_check_only
class _CallbackOptions(TypedDict, total=False):
    origin: str | None
    session: str | None
    response_mode: str | None

@type_check_only
class _VerifierOptions(TypedDict, total=False):
    key: HmacKey | PublicKey | KeySet | None
    tenants: Sequence[str] | None
    algorithms: Sequence[str] | None
    leeway: int | None
    max_age: int | None
    token_type: str | None
    profile: _Profile | None
    required_claims: Sequence[str] | None
    require_exp: bool | None
    jwks_uri: str | None
    network: NetworkOptions | None
    token_cache: int | None
    padded: bool | None
    decrypter: Decrypter | None
    testing: _Testing | None

@type_check_only
class _HasHeaders(Protocol):
    @property
    def headers(self) -> Any: ...

# A WSGI environment, an ASGI scope, headers as a mapping or as pairs, or a framework's request.
_Request: TypeAlias = Mapping[str, Any] | Iterable[tuple[str | bytes, str | bytes]] | _HasHeaders | None

@type_check_only
class _HttpRequest(TypedDict):
    method: str
    url: str
    headers: dict[str, str]
    body: bytes
    timeout_ms: int

@disjoint_base
class _Members(Mapping[str, Any]):
    def __getitem__(self, name: str, /) -> Any: ...
    def __contains__(self, name: object, /) -> bool: ...
    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[str]: ...
    @overload
    def get(self, name: str, /) -> Any | None: ...
    @overload
    def get(self, name: str, default: Any | _D = None, /) -> Any | _D: ...
    def keys(self) -> KeysView[str]: ...
    def values(self) -> ValuesView[Any]: ...
    def items(self) -> ItemsView[str, Any]: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    __hash__: None  # type: ignore[assignment]

@final
class Claims(_Members):
    @property
    def raw(self) -> str: ...
    @property
    def header(self) -> dict[str, Any]: ...

@final
class Introspection(_Members):
    @property
    def active(self) -> bool: ...
    @property
    def scopes(self) -> tuple[str, ...]: ...
    @property
    def client_id(self) -> str | None: ...
    @property
    def username(self) -> str | None: ...
    @property
    def token_type(self) -> str | None: ...
    @property
    def subject(self) -> str | None: ...
    @property
    def audience(self) -> tuple[str, ...]: ...
    @property
    def issuer(self) -> str | None: ...
    @property
    def token_id(self) -> str | None: ...
    @property
    def expires_at(self) -> int | None: ...
    @property
    def issued_at(self) -> int | None: ...
    @property
    def not_before(self) -> int | None: ...

@final
class LogoutRequest:
    @property
    def url(self) -> str: ...
    @property
    def state(self) -> str | None: ...

@final
class FrontChannelLogout:
    @property
    def issuer(self) -> str | None: ...
    @property
    def session_id(self) -> str | None: ...

@final
class LogoutToken:
    @property
    def issuer(self) -> str: ...
    @property
    def subject(self) -> str | None: ...
    @property
    def session_id(self) -> str | None: ...
    @property
    def token_id(self) -> str: ...
    @property
    def issued_at(self) -> int: ...
    @property
    def expires_at(self) -> int: ...
    @property
    def claims(self) -> dict[str, Any]: ...

@final
class Registration:
    @staticmethod
    def from_json(text: str) -> Registration: ...
    def to_json(self) -> str: ...
    @property
    def client_id(self) -> str: ...
    @property
    def client_secret(self) -> str | None: ...
    @property
    def client_secret_expires_at(self) -> int | None: ...
    @property
    def manageable(self) -> bool: ...
    @property
    def metadata(self) -> dict[str, Any]: ...
    @property
    def client_options(self) -> dict[str, Any]: ...

@final
class ProtectedResource(_Members):
    flow: Final[ProtectedResourceFlows]
    @staticmethod
    def discover(
        resource: str,
        *,
        metadata_url: str | None = None,
        signed_by: str | None = None,
        algorithms: Sequence[str] | None = None,
        network: NetworkOptions | None = None,
        testing: _Testing | None = None,
    ) -> ProtectedResource: ...
    @property
    def resource(self) -> str: ...
    @property
    def authorization_servers(self) -> tuple[str, ...]: ...
    @property
    def scopes(self) -> tuple[str, ...]: ...

@final
class ProtectedResourceFlows:
    def discover(
        self,
        resource: str,
        *,
        metadata_url: str | None = None,
        signed_by: str | None = None,
        algorithms: Sequence[str] | None = None,
        network: NetworkOptions | None = None,
        testing: _Testing | None = None,
    ) -> Flow[ProtectedResource]: ...

@final
class NetworkOptions:
    def __new__(
        cls,
        *,
        allow_private: bool | None = None,
        connect_timeout_ms: int | None = None,
        timeout_ms: int | None = None,
        max_body: int | None = None,
        proxy_from_environment: bool | None = None,
        extra_roots_pem: str | None = None,
    ) -> NetworkOptions: ...
    @property
    def allow_private(self) -> bool: ...
    @property
    def connect_timeout_ms(self) -> int: ...
    @property
    def timeout_ms(self) -> int: ...
    @property
    def max_body(self) -> int: ...
    @property
    def proxy_from_environment(self) -> bool: ...
    @property
    def extra_roots_pem(self) -> str | None: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Service:
    flow: Final[ServiceFlows]
    @staticmethod
    def discover(
        issuer: str,
        *,
        quirks: Sequence[str] | None = None,
        default_lifetime: int | None = None,
        overlay: Mapping[str, Any] | None = None,
        network: NetworkOptions | None = None,
        testing: _Testing | None = None,
    ) -> Service: ...
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
        network: NetworkOptions | None = None,
        testing: _Testing | None = None,
    ) -> Service: ...
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
        network: NetworkOptions | None = None,
        testing: _Testing | None = None,
    ) -> Service: ...
    @staticmethod
    def presets() -> list[dict[str, Any]]: ...
    @property
    def definition(self) -> dict[str, Any]: ...
    def render(
        self,
        template: str | Mapping[str, Any] | Sequence[Any],
        *,
        token: Mapping[str, Any] | None = None,
        client: Mapping[str, Any] | None = None,
        provider: Mapping[str, Any] | None = None,
        mode: str | None = None,
    ) -> Any: ...
    def owner_name(self, claims: Mapping[str, Any]) -> str | None: ...
    def user_id(self, claims: Mapping[str, Any]) -> str | None: ...
    def register(
        self,
        metadata: Mapping[str, Any],
        *,
        initial_access_token: str | None = None,
        software_statement: str | None = None,
    ) -> Registration: ...
    def read_registration(self, registration: Registration) -> Registration: ...
    def update_registration(
        self, registration: Registration, metadata: Mapping[str, Any]
    ) -> Registration: ...
    def delete_registration(self, registration: Registration) -> None: ...
    def to_json(self) -> str: ...
    @property
    def issuer(self) -> str | None: ...
    def __reduce__(self) -> tuple[Callable[[str], Service], tuple[str]]: ...

@final
class ServiceFlows:
    def discover(
        self,
        issuer: str,
        *,
        quirks: Sequence[str] | None = None,
        default_lifetime: int | None = None,
        overlay: Mapping[str, Any] | None = None,
        network: NetworkOptions | None = None,
        testing: _Testing | None = None,
    ) -> Flow[Service]: ...
    def register(
        self,
        service: Service,
        metadata: Mapping[str, Any],
        *,
        initial_access_token: str | None = None,
        software_statement: str | None = None,
    ) -> Flow[Registration]: ...
    def read_registration(self, service: Service, registration: Registration) -> Flow[Registration]: ...
    def update_registration(
        self, service: Service, registration: Registration, metadata: Mapping[str, Any]
    ) -> Flow[Registration]: ...
    def delete_registration(self, service: Service, registration: Registration) -> Flow[None]: ...

@final
class Keyring:
    def __new__(cls, keys: Iterable[bytes | bytearray]) -> Keyring: ...

@final
class PendingAuthorization:
    @property
    def url(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def return_to(self) -> str | None: ...
    @property
    def expires_at(self) -> int: ...
    @property
    def url_expires_at(self) -> int | None: ...
    @property
    def response_origin(self) -> str | None: ...
    @property
    def continue_url(self) -> str | None: ...
    @property
    def events(self) -> list[Event]: ...
    def seal(self, key: bytes | bytearray | Keyring) -> str: ...

@final
class IdToken:
    @property
    def raw(self) -> str: ...
    @property
    def header(self) -> dict[str, Any]: ...
    @property
    def claims(self) -> dict[str, Any]: ...

@final
class TokenSet:
    @property
    def access_token(self) -> str: ...
    @property
    def token_type(self) -> str: ...
    @property
    def expires_at(self) -> int | None: ...
    @property
    def refresh_token(self) -> str | None: ...
    @property
    def scopes(self) -> tuple[str, ...]: ...
    @property
    def unrequested_scopes(self) -> tuple[str, ...]: ...
    @property
    def id_token(self) -> IdToken | None: ...
    @property
    def quirks(self) -> tuple[str, ...]: ...
    @property
    def extra(self) -> dict[str, Any]: ...
    @property
    def issued_token_type(self) -> str | None: ...
    @property
    def authorization_details(self) -> list[dict[str, Any]] | None: ...

@final
class Client:
    def __new__(
        cls,
        service: Service,
        *,
        client_id: str,
        **options: Unpack[_ClientOptions],
    ) -> Client: ...
    @property
    def flow(self) -> ClientFlows: ...
    @property
    def client_id(self) -> str: ...
    @property
    def certificate_thumbprint(self) -> str | None: ...
    def begin_authorization(self, **options: Unpack[_AuthorizationOptions]) -> PendingAuthorization: ...
    def push_authorization(self, **options: Unpack[_AuthorizationOptions]) -> PendingAuthorization: ...
    def load_keys(self) -> None: ...
    def dpop_proof(
        self, method: str, url: str, *, access_token: str | None = None, nonce: str | None = None
    ) -> str: ...
    def authorization_headers(self, tokens: TokenSet | str, method: str, url: str) -> dict[str, str]: ...
    def remember_dpop_nonce(self, url: str, nonce: str) -> None: ...
    @property
    def dpop_key(self) -> PrivateKey | None: ...
    def open_pending(self, sealed: str, key: bytes | bytearray | Keyring) -> PendingAuthorization: ...
    def finish_authorization(
        self,
        pending: PendingAuthorization,
        callback: str | Mapping[str, Any],
        **options: Unpack[_CallbackOptions],
    ) -> TokenSet: ...
    def refresh(
        self,
        refresh_token: str,
        *,
        scopes: Sequence[str] | None = None,
        resource: Sequence[str] | None = None,
        id_token: str | None = None,
        subject: str | None = None,
    ) -> TokenSet: ...
    def client_credentials(self, **options: Unpack[_GrantOptions]) -> TokenSet: ...
    def password(self, username: str, password: str, **options: Unpack[_GrantOptions]) -> TokenSet: ...
    def jwt_bearer(self, assertion: str, **options: Unpack[_GrantOptions]) -> TokenSet: ...
    def saml_bearer(self, assertion: str, **options: Unpack[_GrantOptions]) -> TokenSet: ...
    def token_request(self, extension: str, **options: Unpack[_GrantOptions]) -> TokenSet: ...
    def exchange_token(self, subject_token: str, **options: Unpack[_ExchangeOptions]) -> TokenSet: ...
    def device_authorization(self, **options: Unpack[_GrantOptions]) -> DeviceAuthorization: ...
    def backchannel_authentication(self, **options: Unpack[_BackchannelOptions]) -> BackchannelAuthentication: ...
    def device_token(self, authorization: DeviceAuthorization) -> TokenSet: ...
    def poll_device_token(self, authorization: DeviceAuthorization) -> TokenSet | None: ...
    def backchannel_token(self, authentication: BackchannelAuthentication) -> TokenSet: ...
    def poll_backchannel_token(self, authentication: BackchannelAuthentication) -> TokenSet | None: ...
    def introspect(self, token: str, *, token_type_hint: str | None = None) -> Introspection: ...
    def revoke(self, token: str, *, token_type_hint: str | None = None) -> None: ...
    def userinfo(self, access_token: str, *, subject: str | None = None) -> dict[str, Any]: ...
    def begin_logout(
        self,
        *,
        id_token_hint: str | None = None,
        post_logout_redirect_uri: str | None = None,
        state: str | None = None,
        ui_locales: Sequence[str] | None = None,
        logout_hint: str | None = None,
    ) -> LogoutRequest: ...
    def finish_logout(self, callback: str | Mapping[str, Any], state: str) -> None: ...
    def front_channel_logout(
        self, request: str | Mapping[str, Any], *, session_id: str | None = None
    ) -> FrontChannelLogout: ...
    def verify_logout_token(
        self, token: str, *, replay: Literal["refused", "left_to_host"] | None = None
    ) -> LogoutToken: ...

@final
class DeviceAuthorization:
    @property
    def user_code(self) -> str: ...
    @property
    def verification_uri(self) -> str: ...
    @property
    def verification_uri_complete(self) -> str | None: ...
    @property
    def expires_at(self) -> int: ...
    @property
    def interval(self) -> int: ...
    def store(self) -> str: ...
    @staticmethod
    def restore(stored: str) -> DeviceAuthorization: ...

@final
class BackchannelAuthentication:
    @property
    def expires_at(self) -> int: ...
    @property
    def interval(self) -> int: ...
    def store(self) -> str: ...
    @staticmethod
    def restore(stored: str) -> BackchannelAuthentication: ...

@final
class ClientFlows:
    def finish_authorization(
        self,
        pending: PendingAuthorization,
        callback: str | Mapping[str, Any],
        **options: Unpack[_CallbackOptions],
    ) -> Flow[TokenSet]: ...
    def push_authorization(
        self, **options: Unpack[_AuthorizationOptions]
    ) -> Flow[PendingAuthorization]: ...
    def load_keys(self) -> Flow[None]: ...
    def refresh(
        self,
        refresh_token: str,
        *,
        scopes: Sequence[str] | None = None,
        resource: Sequence[str] | None = None,
        id_token: str | None = None,
        subject: str | None = None,
    ) -> Flow[TokenSet]: ...
    def verify_logout_token(
        self, token: str, *, replay: Literal["refused", "left_to_host"] | None = None
    ) -> Flow[LogoutToken]: ...
    def client_credentials(self, **options: Unpack[_GrantOptions]) -> Flow[TokenSet]: ...
    def password(self, username: str, password: str, **options: Unpack[_GrantOptions]) -> Flow[TokenSet]: ...
    def jwt_bearer(self, assertion: str, **options: Unpack[_GrantOptions]) -> Flow[TokenSet]: ...
    def saml_bearer(self, assertion: str, **options: Unpack[_GrantOptions]) -> Flow[TokenSet]: ...
    def token_request(self, extension: str, **options: Unpack[_GrantOptions]) -> Flow[TokenSet]: ...
    def exchange_token(self, subject_token: str, **options: Unpack[_ExchangeOptions]) -> Flow[TokenSet]: ...
    def device_authorization(self, **options: Unpack[_GrantOptions]) -> Flow[DeviceAuthorization]: ...
    def backchannel_authentication(self, **options: Unpack[_BackchannelOptions]) -> Flow[BackchannelAuthentication]: ...
    def device_token(self, authorization: DeviceAuthorization) -> Flow[TokenSet]: ...
    def poll_device_token(self, authorization: DeviceAuthorization) -> Flow[TokenSet | None]: ...
    def backchannel_token(self, authentication: BackchannelAuthentication) -> Flow[TokenSet]: ...
    def poll_backchannel_token(self, authentication: BackchannelAuthentication) -> Flow[TokenSet | None]: ...
    def introspect(self, token: str, *, token_type_hint: str | None = None) -> Flow[Introspection]: ...
    def revoke(self, token: str, *, token_type_hint: str | None = None) -> Flow[None]: ...
    def userinfo(self, access_token: str, *, subject: str | None = None) -> Flow[dict[str, Any]]: ...

@final
class Flow(Generic[_T]):
    def advance(self, reply: Mapping[str, Any] | None = None, /) -> Step[_T]: ...
    @property
    def events(self) -> list[Event]: ...
    @classmethod
    def __class_getitem__(cls, item: Any, /) -> GenericAlias: ...

@final
class Step(Generic[_T]):
    @property
    def done(self) -> bool: ...
    @property
    def http(self) -> _HttpRequest | _MaybeNone: ...
    @property
    def sleep(self) -> int | None: ...
    @property
    def result(self) -> _T | _MaybeNone: ...
    @classmethod
    def __class_getitem__(cls, item: Any, /) -> GenericAlias: ...

@final
class HmacKey:
    def __new__(cls, secret: bytes | bytearray | str, *, kid: str | None = None) -> HmacKey: ...
    @staticmethod
    def legacy(secret: bytes | bytearray | str, *, kid: str | None = None) -> HmacKey: ...
    @staticmethod
    def from_jwk(jwk: str | Mapping[str, Any], *, kid: str | None = None) -> HmacKey: ...
    @staticmethod
    def generate(algorithm: str, *, kid: str | None = None) -> HmacKey: ...
    @property
    def kid(self) -> str | None: ...
    @property
    def algorithm(self) -> str | None: ...
    def to_jwk(self) -> dict[str, Any]: ...

@final
class PublicKey:
    @staticmethod
    def from_pem(pem: str | bytes | bytearray, *, kid: str | None = None) -> PublicKey: ...
    @staticmethod
    def from_der(der: bytes, *, kid: str | None = None) -> PublicKey: ...
    @staticmethod
    def from_jwk(jwk: str | Mapping[str, Any], *, kid: str | None = None) -> PublicKey: ...
    @staticmethod
    def from_raw(raw: bytes, algorithm: str, *, kid: str | None = None) -> PublicKey: ...
    @property
    def kid(self) -> str | None: ...
    @property
    def algorithm(self) -> str | None: ...
    def to_jwk(self) -> dict[str, Any]: ...
    def to_pem(self) -> str: ...
    def to_der(self) -> bytes: ...
    def to_raw(self) -> bytes: ...
    def thumbprint(self) -> str: ...
    def thumbprint_uri(self) -> str: ...

@final
class PrivateKey:
    @staticmethod
    def from_pem(
        pem: str | bytes | bytearray,
        *,
        passphrase: bytes | bytearray | str | None = None,
        kid: str | None = None,
    ) -> PrivateKey: ...
    @staticmethod
    def from_der(
        der: bytes, *, passphrase: bytes | bytearray | str | None = None, kid: str | None = None
    ) -> PrivateKey: ...
    @staticmethod
    def from_jwk(jwk: str | Mapping[str, Any], *, kid: str | None = None) -> PrivateKey: ...
    @staticmethod
    def from_raw(raw: bytes, algorithm: str, *, kid: str | None = None) -> PrivateKey: ...
    @staticmethod
    def generate(algorithm: str, *, kid: str | None = None) -> PrivateKey: ...
    @property
    def kid(self) -> str | None: ...
    @property
    def algorithm(self) -> str | None: ...
    def to_jwk(self) -> dict[str, Any]: ...
    def to_pem(self, *, passphrase: bytes | bytearray | str | None = None) -> str: ...
    def to_der(self) -> bytes: ...
    def to_raw(self) -> bytes: ...
    def thumbprint(self) -> str: ...
    def thumbprint_uri(self) -> str: ...
    def public_key(self) -> PublicKey: ...

@final
class KeySet:
    @staticmethod
    def from_json(text: str | Mapping[str, Any]) -> KeySet: ...
    @staticmethod
    def from_keys(keys: Iterable[PublicKey | PrivateKey | HmacKey]) -> KeySet: ...
    def to_json(self) -> str: ...
    def __len__(self) -> int: ...

@final
class EncryptionKey:
    @staticmethod
    def from_secret(secret: bytes | bytearray | str, algorithm: str, *, kid: str | None = None) -> EncryptionKey: ...
    @staticmethod
    def from_jwk(jwk: str | Mapping[str, Any], *, algorithm: str | None = None, kid: str | None = None) -> EncryptionKey: ...
    @staticmethod
    def from_pem(
        pem: str | bytes | bytearray,
        algorithm: str,
        *,
        passphrase: bytes | bytearray | str | None = None,
        kid: str | None = None,
    ) -> EncryptionKey: ...
    @staticmethod
    def from_der(
        der: bytes,
        algorithm: str,
        *,
        passphrase: bytes | bytearray | str | None = None,
        kid: str | None = None,
    ) -> EncryptionKey: ...
    @staticmethod
    def generate(algorithm: str, *, curve: str | None = None, kid: str | None = None) -> EncryptionKey: ...
    @property
    def kid(self) -> str | None: ...
    @property
    def algorithm(self) -> str: ...
    @property
    def is_private(self) -> bool: ...
    def public_key(self) -> EncryptionKey: ...
    def to_jwk(self) -> dict[str, Any]: ...
    def to_pem(self, *, passphrase: bytes | bytearray | str | None = None) -> str: ...
    def thumbprint(self) -> str: ...

@final
class Encrypter:
    def __new__(
        cls,
        key: EncryptionKey | Iterable[EncryptionKey],
        encryption: str | None = None,
        *,
        typ: str | None = None,
        apu: bytes | None = None,
        apv: bytes | None = None,
        pbes2_iterations: int | None = None,
        max_token: int | None = None,
        testing: Mapping[str, Any] | None = None,
    ) -> Encrypter: ...
    def encrypt(self, plaintext: bytes | bytearray | str, *, content_type: str | None = None) -> str: ...
    def encrypt_json(
        self, plaintext: bytes | bytearray | str, *, content_type: str | None = None, aad: bytes | None = None
    ) -> str: ...

@final
class Decrypter:
    def __new__(
        cls,
        key: EncryptionKey | Iterable[EncryptionKey],
        *,
        algorithms: Sequence[str] | None = None,
        encryptions: Sequence[str] | None = None,
        pbes2_max_iterations: int | None = None,
        max_token: int | None = None,
    ) -> Decrypter: ...
    def decrypt(self, token: str) -> Decrypted: ...
    def decrypt_json(self, token: str | Mapping[str, Any]) -> Decrypted: ...

@final
class Decrypted:
    @property
    def plaintext(self) -> bytes: ...
    @property
    def header(self) -> dict[str, Any]: ...
    @property
    def unprotected(self) -> dict[str, Any] | None: ...
    @property
    def aad(self) -> bytes | None: ...

@final
class Verifier:
    def __new__(
        cls,
        *,
        issuer: str | Sequence[str] | None,
        audience: str | Sequence[str] | None,
        key: HmacKey | PublicKey | KeySet | None = None,
        tenants: Sequence[str] | None = ...,
        algorithms: Sequence[str] | None = None,
        leeway: int | None = None,
        max_age: int | None = None,
        token_type: str | None = None,
        profile: _Profile | None = None,
        required_claims: Sequence[str] | None = None,
        require_exp: bool | None = None,
        jwks_uri: str | None = None,
        network: NetworkOptions | None = None,
        token_cache: int | None = None,
        padded: bool | None = None,
        decrypter: Decrypter | None = None,
        testing: _Testing | None = None,
    ) -> Verifier: ...
    def verify(
        self,
        token: str,
        *,
        nonce: str | None = None,
        access_token: str | None = None,
        code: str | None = None,
        max_authentication_age: int | None = None,
    ) -> Claims: ...
    def verify_now(
        self,
        token: str,
        *,
        nonce: str | None = None,
        access_token: str | None = None,
        code: str | None = None,
        max_authentication_age: int | None = None,
    ) -> Claims: ...
    @property
    def flow(self) -> VerifierFlows: ...
    def export_keys(self) -> str | None: ...
    def import_keys(self, text: str) -> None: ...
    def _refresh_due(self, token: str) -> bool: ...
    def _set_testing_clock(self, now: int) -> None: ...

@final
class VerifierFlows:
    def verify(
        self,
        token: str,
        *,
        nonce: str | None = None,
        access_token: str | None = None,
        code: str | None = None,
        max_authentication_age: int | None = None,
    ) -> Flow[Claims]: ...

@final
class DpopVerifier:
    def __new__(
        cls,
        *,
        algorithms: Sequence[str] | None = None,
        max_age: int | None = None,
        leeway: int | None = None,
        testing: _Testing | None = None,
    ) -> DpopVerifier: ...
    def verify(
        self,
        proof: str,
        *,
        method: str,
        url: str,
        access_token: str | None = None,
        nonce: str | None = None,
        thumbprint: str | None = None,
    ) -> DpopProof: ...

@final
class DpopProof:
    @property
    def claims(self) -> Claims: ...
    @property
    def thumbprint(self) -> str: ...

@final
class ResourceServer:
    def __new__(cls, verifier: Verifier, *, realm: str | None = None) -> ResourceServer: ...
    def authenticate(
        self, request: _Request, *, scopes: Sequence[str] | None = None
    ) -> Principal | Denial: ...
    def authenticate_now(
        self, request: _Request, *, scopes: Sequence[str] | None = None
    ) -> Principal | Denial: ...
    def _refresh_due(self, request: _Request) -> bool: ...
    @property
    def flow(self) -> ResourceServerFlows: ...

@final
class ResourceServerFlows:
    def authenticate(
        self, request: _Request, *, scopes: Sequence[str] | None = None
    ) -> Flow[Principal | Denial]: ...

@final
class Principal:
    @property
    def granted(self) -> Literal[True]: ...
    @property
    def claims(self) -> Claims: ...
    @property
    def scopes(self) -> tuple[str, ...]: ...
    @property
    def subject(self) -> str | None: ...
    def has_scope(self, name: str) -> bool: ...

@final
class Denial:
    @property
    def granted(self) -> Literal[False]: ...
    @property
    def status(self) -> int: ...
    @property
    def headers(self) -> dict[str, str]: ...
    @property
    def error(self) -> FerroauthError: ...
    def __bool__(self) -> Literal[False]: ...

@final
class Signer:
    def __new__(
        cls,
        key: PrivateKey | HmacKey,
        *,
        algorithm: str,
        kid: str | None = None,
        typ: str | None = None,
        testing: _Testing | None = None,
    ) -> Signer: ...
    def sign(self, claims: Mapping[str, Any], *, lifetime: int | None = None) -> str: ...
    def sign_bytes(self, payload: bytes | bytearray | str) -> str: ...
    def sign_detached(self, payload: bytes | bytearray | str, *, encode_payload: bool = True) -> str: ...
    def sign_json(
        self,
        payload: bytes | bytearray | str,
        *,
        header: Mapping[str, Any] | None = None,
        detached: bool = False,
        encode_payload: bool = True,
    ) -> str: ...
    @staticmethod
    def sign_general_json(
        signers: Iterable[Signer],
        payload: bytes | bytearray | str,
        *,
        headers: Sequence[Mapping[str, Any] | None] | None = None,
        detached: bool = False,
        encode_payload: bool = True,
    ) -> str: ...

@final
class JwsVerifier:
    def __new__(cls, key: HmacKey | PublicKey | KeySet, *, algorithms: Sequence[str]) -> JwsVerifier: ...
    def verify(self, jws: str, payload: bytes | bytearray | str | None = None) -> VerifiedJws: ...
    def verify_json(
        self, jws: str | Mapping[str, Any], payload: bytes | bytearray | str | None = None
    ) -> VerifiedJws: ...

@final
class VerifiedJws:
    @property
    def payload(self) -> bytes: ...
    @property
    def signatures(self) -> tuple[JwsSignature, ...]: ...
    @property
    def header(self) -> dict[str, Any]: ...

@final
class JwsSignature:
    @property
    def index(self) -> int: ...
    @property
    def algorithm(self) -> str: ...
    @property
    def header(self) -> dict[str, Any]: ...
    @property
    def unprotected(self) -> dict[str, Any] | None: ...
    @property
    def key_id(self) -> str | None: ...

@final
class UnverifiedToken:
    @property
    def header(self) -> dict[str, Any]: ...
    @property
    def claims(self) -> Claims: ...

def decode_unverified(token: str) -> UnverifiedToken: ...
def _command(arguments: Sequence[str]) -> tuple[int, str, str]: ...
def _parse_challenges(fields: Iterable[str]) -> str: ...
def _pkce_generate() -> tuple[str, str]: ...
def _pkce_challenge(verifier: str) -> str: ...
def _pkce_verify(verifier: str, challenge: str) -> bool: ...
def _pure(name: str, /, **options: Any) -> dict[str, Any]: ...
def _authorization(request: _Request) -> list[str]: ...
def _error_table() -> str: ...
def _panic_for_tests() -> None: ...

@final
class LoopbackReceiver:
    def __new__(
        cls, *, port: int = 0, path: str | None = None, host: Literal["127.0.0.1", "::1", "localhost"] | None = None
    ) -> LoopbackReceiver: ...
    @property
    def redirect_uri(self) -> str: ...
    @property
    def port(self) -> int: ...
    def receive(self, *, state: str | None = None, timeout: float | None = None) -> str: ...
    def forward(self, to: str, *, timeout: float | None = None) -> int: ...
    def close(self) -> None: ...
    @property
    def flow(self) -> LoopbackReceiverFlows: ...
    def __enter__(self) -> LoopbackReceiver: ...
    def __exit__(self, *_exception: object) -> None: ...

@final
class LoopbackReceiverFlows:
    def receive(self, *, state: str | None = None, timeout: float | None = None) -> Flow[str]: ...
    def forward(self, to: str, *, timeout: float | None = None) -> Flow[int]: ...

@final
class _Worker:
    def __new__(cls) -> _Worker: ...
    def is_usable(self) -> bool: ...
    def spawn(self, flow: Flow[_T], future: Future[_T], arrivals: _Arrivals) -> _Cancel: ...
    def close(self) -> None: ...

@final
class _Arrivals:
    def __new__(cls) -> _Arrivals: ...
    def deliver(self) -> None: ...

@final
class _Cancel:
    def cancel(self) -> None: ...
