"""The exceptions of ferroauth.

Every failure is a ``FerroauthError``. Its ``code`` (``"token.expired"``) and ``number`` are rows of one
append-only table that Python, Node and PHP share; the subclasses are the table's categories.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

__all__ = [
    "CallbackError",
    "ConfigurationError",
    "ExpiredTokenError",
    "FerroauthError",
    "InternalError",
    "KeyMaterialError",
    "KeySetError",
    "KeySetNotLoadedError",
    "MetadataError",
    "NetworkError",
    "PendingAuthorizationError",
    "ProviderError",
    "ResponseError",
    "TokenError",
]


class FerroauthError(Exception):
    """Base of all failures.

    Attributes:
        code: The dotted code, for example ``"token.expired"``. Never renamed.
        number: The number of the code. Never reused.
        category: What the code belongs to, for example ``"token"``.
        http_status: The status that a web application would answer with.
        retryable: Whether the same call may succeed later without any change.
        oauth_error: The ``error`` of the provider's reply, if it sent one.
        oauth_error_description: Its ``error_description``. Escape it before showing it in HTML.
        retry_after: Seconds after which a retry makes sense, if the provider said so.

    No message and no attribute ever contains a secret.
    """

    def __init__(self, message: str = "", record: Mapping[str, Any] | None = None, /) -> None:
        super().__init__(message)
        self._record = record = dict(record or ())
        self.code: str = record.get("code", "internal.panic")
        self.number: int = record.get("number", 900)
        self.category: str = record.get("category", "internal")
        self.http_status: int = record.get("status", 500)
        self.retryable: bool = record.get("retryable", False)
        self.oauth_error: str | None = record.get("oauth_error")
        self.oauth_error_description: str | None = record.get("oauth_error_description")
        self.retry_after: int | None = record.get("retry_after")

    def explain(self) -> dict[str, Any]:
        """Why a token was refused: the check, the key that was tried, the clock. Empty for other failures."""
        return dict(self._record.get("explain") or ())

    def __reduce__(self) -> tuple[type[FerroauthError], tuple[str, dict[str, Any]]]:
        return type(self), (str(self), self._record)


class ConfigurationError(FerroauthError):
    """A value that the developer or administrator supplied is refused when the object is built."""


class KeyMaterialError(FerroauthError):
    """Key material that is malformed, weak, or of the wrong kind."""


class TokenError(FerroauthError):
    """A token that is refused."""


class ExpiredTokenError(TokenError):
    """A token that has expired."""


class KeySetError(FerroauthError):
    """A JWK set that could not be had or used."""


class KeySetNotLoadedError(KeySetError):
    """The key set would have to be fetched; call the variant that may."""


class MetadataError(FerroauthError):
    """Provider metadata that could not be trusted."""


class NetworkError(FerroauthError):
    """The network did not carry the exchange."""


class CallbackError(FerroauthError):
    """An authorization response that does not belong to the request."""


class ProviderError(FerroauthError):
    """The provider answered with an OAuth error."""


class ResponseError(FerroauthError):
    """The provider answered with something that is not a valid reply."""


class PendingAuthorizationError(FerroauthError):
    """A sealed pending authorization that cannot be opened here."""


class InternalError(FerroauthError):
    """A defect of the library, or a misuse of one of its objects."""


_CLASSES: dict[str, type[FerroauthError]] = {name: globals()[name] for name in __all__}


def _from_record(record: dict[str, Any]) -> FerroauthError:
    """Builds the exception of a failure; called by the native module."""
    cls = _CLASSES.get(record.get("class", ""), FerroauthError)
    return cls(record.get("message", ""), record)
