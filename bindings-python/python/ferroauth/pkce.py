"""Proof Key for Code Exchange (RFC 7636), for code that drives a provider by hand.

``Client`` does all of this by itself.
"""

from __future__ import annotations

from ferroauth._native import _pkce_challenge, _pkce_generate, _pkce_verify

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import overload

__all__ = ["Pkce"]


class _Challenge:
    """``pkce.challenge`` is the challenge of a pair, ``Pkce.challenge(verifier)`` computes one."""

    if TYPE_CHECKING:

        @overload
        def __get__(self, pair: None, owner: type[Pkce]) -> Callable[[str], str]: ...
        @overload
        def __get__(self, pair: Pkce, owner: type[Pkce]) -> str: ...

    def __get__(self, pair: Pkce | None, owner: type[Pkce]) -> str | Callable[[str], str]:
        return _pkce_challenge if pair is None else pair._challenge


class Pkce:
    """A code verifier and its S256 challenge."""

    __slots__ = ("_challenge", "_verifier")

    method = "S256"
    challenge = _Challenge()

    def __init__(self, verifier: str) -> None:
        self._verifier = verifier
        self._challenge = _pkce_challenge(verifier)

    @classmethod
    def generate(cls) -> Pkce:
        """A new pair from 32 random bytes."""
        return cls(_pkce_generate()[0])

    @staticmethod
    def verify(verifier: str, challenge: str) -> bool:
        """Whether a code verifier belongs to a challenge; in constant time."""
        return _pkce_verify(verifier, challenge)

    @property
    def verifier(self) -> str:
        """The code verifier: secret until the token request."""
        return self._verifier

    def __repr__(self) -> str:
        return f"Pkce(verifier='***', challenge={self._challenge!r})"
