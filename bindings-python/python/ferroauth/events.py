"""What happened on the way of an operation, for logs, metrics and audits.

Every operation collects its events: ``Flow.events`` has them, and each becomes a record of the logger ``ferroauth``, with the
event as ``record.ferroauth_event``. No event has a secret, nor anything about the user.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import logging
    from collections.abc import Iterable
    from typing import Any, Literal, TypeAlias

    EventName: TypeAlias = Literal[
        "authorization_begun",
        "callback_refused",
        "token_received",
        "token_refreshed",
        "refresh_failed",
        "grant_failed",
        "key_set_fetched",
        "key_set_failed",
        "quirk_used",
    ]

__all__ = ["Event"]


class Event:
    """One thing that happened. What an event of this name does not have, or what is not known, is ``None``.

    Events are equal if all of their members are, can be pickled, and cannot be changed. ``Event(**event.to_dict())`` is the same event.
    """

    __slots__ = {
        "name": "What happened, for example ``token_received``: one of a closed set, the same in every language.",
        "level": "``info`` for the course of things, ``warning`` for what somebody should know of if it goes on.",
        "time": "When, in seconds since the epoch.",
        "message": "The event in one line: the name, then ``member=value`` for each member.",
        "provider": "The issuer, or the origin of the token endpoint if the provider has none.",
        "client_id": "The client; key sets belong to a provider and have none.",
        "grant_type": "The grant as it goes over the wire: of ``token_received`` and ``grant_failed``.",
        "scopes": "The granted scopes; of ``authorization_begun`` the requested ones.",
        "expires_at": "When the access token expires, in seconds since the epoch.",
        "refreshable": "Whether there is a refresh token.",
        "identified": "Whether a verified ID token says who the user is.",
        "rotated": "Whether the provider replaced the refresh token: of ``token_refreshed``.",
        "pushed": "Whether the authorization request was pushed (RFC 9126): of ``authorization_begun``.",
        "code": "The code of the error, as ``FerroauthError.code`` has it: of what failed or was refused.",
        "provider_error": "The provider's own ``error``, at most 64 characters.",
        "retryable": "Whether the same may succeed later.",
        "url": "Where the key set was fetched, without a query: of ``key_set_fetched``.",
        "keys": "How many of its keys are usable.",
        "quirk": "The declared departure that was taken: of ``quirk_used``.",
    }

    if TYPE_CHECKING:
        name: EventName
        level: Literal["info", "warning"]
        time: int
        message: str
        provider: str
        client_id: str | None
        grant_type: str | None
        scopes: tuple[str, ...] | None
        expires_at: int | None
        refreshable: bool | None
        identified: bool | None
        rotated: bool | None
        pushed: bool | None
        code: str | None
        provider_error: str | None
        retryable: bool | None
        url: str | None
        keys: int | None
        quirk: str | None

    def __init__(
        self,
        *,
        name: EventName,
        level: Literal["info", "warning"],
        time: int,
        message: str,
        provider: str,
        client_id: str | None = None,
        grant_type: str | None = None,
        scopes: Iterable[str] | None = None,
        expires_at: int | None = None,
        refreshable: bool | None = None,
        identified: bool | None = None,
        rotated: bool | None = None,
        pushed: bool | None = None,
        code: str | None = None,
        provider_error: str | None = None,
        retryable: bool | None = None,
        url: str | None = None,
        keys: int | None = None,
        quirk: str | None = None,
    ) -> None:
        if scopes is not None:
            scopes = _scopes(scopes)
        given = locals()
        for member in _MEMBERS:
            object.__setattr__(self, member, given[member])

    def to_dict(self) -> dict[str, Any]:
        """The members that this event has, ready for ``json.dumps``."""
        members = {member: getattr(self, member) for member in _MEMBERS}
        if self.scopes is not None:
            members["scopes"] = list(self.scopes)
        return {member: value for member, value in members.items() if value is not None}

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"Event cannot be changed: {name}")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"Event cannot be changed: {name}")

    def __eq__(self, other: object) -> bool:
        return _values(self) == _values(other) if isinstance(other, Event) else NotImplemented

    def __hash__(self) -> int:
        return hash(_values(self))

    def __reduce__(self) -> tuple[Any, ...]:
        # Handlers that queue records pickle and copy them.
        return _made, (self.to_dict(),)

    def __repr__(self) -> str:
        return self.message


_MEMBERS = tuple(Event.__slots__)


def _scopes(given: Iterable[str]) -> tuple[str, ...]:
    if isinstance(given, str):
        raise TypeError("scopes must be a list of str, not a single str")
    scopes = tuple(given)
    if not all(isinstance(scope, str) for scope in scopes):
        raise TypeError("scopes must be a list of str")
    return scopes


def _values(event: Event) -> tuple[object, ...]:
    return tuple([getattr(event, member) for member in _MEMBERS])


def _made(members: dict[str, Any]) -> Event:
    return Event(**members)


def _logger() -> logging.Logger:
    """The logger of all events. Called once, and not before the program has imported ``logging`` itself."""
    from logging import NullHandler, getLogger

    logger = getLogger("ferroauth")
    # Without a handler of its own a program that configures none would find the warnings on its standard error.
    logger.addHandler(NullHandler())
    return logger
