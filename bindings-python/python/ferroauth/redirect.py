"""What kind of redirect URI a text is, for settings pages and checks before a client is built."""

from __future__ import annotations

from ferroauth._native import _pure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Literal, TypedDict

    class _Reason(TypedDict):
        code: str
        text: str
        refuses: bool


__all__ = ["RedirectUri"]


class RedirectUri:
    """A redirect URI, looked at but not resolved: see ``RedirectUri.classify``."""

    __slots__ = {
        "accepted": "Whether a ``Client`` takes it.",
        "civi_warning": "Whether CiviCRM shows its warning about it. That rule is lax, and is here for comparison only.",
        "host": "The host in lower case.",
        "kind": "Where it points: ``https``, ``loopback``, ``private_network``, ``custom_scheme`` or ``refused``.",
        "port": "The port that is written down.",
        "reasons": "Why it is refused and what else is worth a look: mappings with ``code``, ``text`` and ``refuses``.",
        "scheme": "The scheme in lower case.",
        "url": "The text as it was given.",
    }

    if TYPE_CHECKING:
        accepted: bool
        civi_warning: bool
        host: str | None
        kind: Literal["https", "loopback", "private_network", "custom_scheme", "refused"]
        port: int | None
        reasons: tuple[_Reason, ...]
        scheme: str | None
        url: str

    @classmethod
    def classify(cls, url: str) -> RedirectUri:
        """Tells where a redirect URI points and why it is refused or needs a second look. Never fails."""
        made = cls()
        members: dict[str, Any] = _pure("redirect_uri.classify", url=url)
        members["reasons"] = tuple(members["reasons"])
        for name, value in members.items():
            object.__setattr__(made, name, value)
        object.__setattr__(made, "url", url)
        return made

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"RedirectUri cannot be changed: {name}")

    def __repr__(self) -> str:
        return f"RedirectUri(kind={self.kind!r}, accepted={self.accepted!r})"
