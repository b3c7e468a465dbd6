"""Access tokens as passwords of mail: SASL XOAUTH2 (Google, Microsoft) and OAUTHBEARER (RFC 7628).

What ``xoauth2`` and ``oauthbearer`` return goes into ``imaplib`` and ``smtplib`` as it is::

    response = sasl.xoauth2("user@example.com", tokens.access_token)
    imap.authenticate(response.mechanism, response)
    smtp.auth(response.mechanism, response)

If the server refuses the token, those libraries raise their own exception; ``response.challenge`` then says why, and
whether a refresh or a new login helps.
"""

from __future__ import annotations

from ferroauth._native import _pure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Literal, NoReturn

    from ferroauth.errors import FerroauthError

__all__ = ["SaslChallenge", "SaslResponse", "challenge", "oauthbearer", "xoauth2"]


def xoauth2(user: str, access_token: str) -> SaslResponse:
    """The first message of XOAUTH2."""
    return SaslResponse(_pure("sasl.xoauth2", user=user, access_token=access_token))


def oauthbearer(
    user: str | None, access_token: str, *, host: str | None = None, port: int | None = None
) -> SaslResponse:
    """The first message of OAUTHBEARER. ``host`` and ``port`` are those of the mail server."""
    members = _pure("sasl.oauthbearer", user=user, access_token=access_token, host=host, port=port)
    return SaslResponse(members)


def challenge(text: str | bytes) -> SaslChallenge:
    """Reads what a mail server says about a refused token: the base64 of its line, or the JSON in it."""
    if isinstance(text, (bytes, bytearray)):
        # What is no ASCII is no challenge, and is refused as such.
        text = text.decode("ascii", "replace")
    return SaslChallenge(_pure("sasl.challenge", challenge=text))


class SaslResponse:
    """The first message of a mechanism. It contains the access token, so it does not show itself."""

    __slots__ = ("_members", "_received")

    def __init__(self, members: dict[str, Any], /) -> None:
        self._members = members
        self._received: bytes | None = None

    @property
    def mechanism(self) -> str:
        """``XOAUTH2`` or ``OAUTHBEARER``."""
        return str(self._members["mechanism"])

    @property
    def text(self) -> str:
        """The message itself, for mail libraries that encode it."""
        return str(self._members["text"])

    @property
    def encoded(self) -> str:
        """The message in base64, as it goes over the wire."""
        return str(self._members["encoded"])

    @property
    def error_answer(self) -> str:
        """What must be answered to a challenge, before any encoding. The server then ends the exchange."""
        return str(self._members["error_answer"])

    @property
    def challenge(self) -> SaslChallenge | None:
        """What the server said when it refused this message; ``None`` as long as it has not."""
        return None if self._received is None else challenge(self._received)

    def __call__(self, challenge: bytes | None = None) -> str:
        """What ``imaplib`` and ``smtplib`` ask for: the message first, then the answer to a challenge."""
        if not challenge:
            return self.text
        self._received = bytes(challenge)
        return self.error_answer

    def __repr__(self) -> str:
        return f"SaslResponse({self.mechanism}, '***')"

    def __reduce__(self) -> NoReturn:
        raise TypeError("cannot pickle 'SaslResponse' object")


class SaslChallenge:
    """Why a mail server refused a token."""

    __slots__ = ("_members",)

    def __init__(self, members: dict[str, Any], /) -> None:
        self._members = members

    @property
    def status(self) -> str:
        """``invalid_token`` and the like with OAUTHBEARER, an HTTP status with XOAUTH2."""
        return str(self._members["status"])

    @property
    def schemes(self) -> tuple[str, ...]:
        """The schemes that the server takes."""
        return tuple(self._members["schemes"])

    @property
    def scopes(self) -> tuple[str, ...]:
        """The scopes that would do."""
        return tuple(self._members["scopes"])

    @property
    def openid_configuration(self) -> str | None:
        """Where the metadata of the authorization server are, if that is an https URL."""
        url: str | None = self._members["openid_configuration"]
        return url

    @property
    def hint(self) -> Literal["refresh", "authorize", "wait", "configuration"]:
        """What helps: a refresh, a new login with ``scopes``, the same again later, or nothing that a program can do."""
        hint: Literal["refresh", "authorize", "wait", "configuration"] = self._members["hint"]
        return hint

    @property
    def error(self) -> FerroauthError:
        """The refusal as an exception, ready to be raised."""
        error: FerroauthError = self._members["error"]
        return error

    def __repr__(self) -> str:
        return f"SaslChallenge({self.status!r}, hint={self.hint!r})"
