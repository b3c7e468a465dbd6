"""What a ``WWW-Authenticate`` field asks for (RFC 9110, RFC 6750, RFC 9449, RFC 9470, RFC 9728)."""

from __future__ import annotations

from ferroauth._native import _parse_challenges

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

__all__ = ["Challenge"]


class Challenge:
    """One challenge of a reply with status 401 or 403."""

    __slots__ = ("_options", "_parameters", "_scheme", "_token68")

    _options: str
    _parameters: dict[str, str]
    _scheme: str
    _token68: str | None

    def __init__(self, *_: object) -> None:
        raise TypeError("use Challenge.parse")

    @staticmethod
    def parse(header: str | Iterable[str]) -> list[Challenge]:
        """The challenges of a field, or of all fields of that name in order.

        Raises ``ProviderError`` (``oauth.challenge``) for what is not of the grammar.
        """
        import json  # not before it is needed: importing ferroauth stays cheap

        return [_made(one) for one in json.loads(_parse_challenges([header] if isinstance(header, str) else header))]

    @property
    def scheme(self) -> str:
        """The scheme as it was written; its case means nothing."""
        return self._scheme

    @property
    def token68(self) -> str | None:
        """What stands in place of parameters in schemes such as ``Negotiate``."""
        return self._token68

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters, names in lower case."""
        return dict(self._parameters)

    @property
    def error(self) -> str | None:
        """The parameter ``error``."""
        return self._parameters.get("error")

    @property
    def resource_metadata(self) -> str | None:
        """Where the resource describes itself (RFC 9728), as the challenge says: not checked."""
        return self._parameters.get("resource_metadata")

    def authorization_options(self) -> dict[str, Any]:
        """What to pass to ``Client.begin_authorization`` so that the next access token will do.

        ``acr_values`` and ``max_age`` for ``insufficient_user_authentication`` (RFC 9470), ``scopes`` for that and for
        ``insufficient_scope``; empty for every other challenge.
        """
        import json

        return json.loads(self._options)  # type: ignore[no-any-return]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Challenge):
            return NotImplemented
        return (self._scheme, self._token68, self._parameters) == (other._scheme, other._token68, other._parameters)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Challenge(scheme={self._scheme!r}, parameters={self._parameters!r})"


def _made(parts: dict[str, Any]) -> Challenge:
    import json

    challenge = object.__new__(Challenge)
    challenge._scheme = parts["scheme"]
    challenge._token68 = parts["token68"]
    challenge._parameters = parts["parameters"]
    # As text, so that each caller gets lists of his own.
    challenge._options = json.dumps(parts["authorization_options"])
    return challenge
