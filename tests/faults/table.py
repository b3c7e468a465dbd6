"""The faults: one row each, with how it acts and the code that every host must give for each endpoint.

The numbers are those of the list of HTTP faults in the threat model (section 4.3); a letter marks a further form of the
same fault, and rows that begin with E are the remaining forms of the threats E4 to E12. `acts` names a function of acts.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field

# The operations. `keep` is a verifier whose stale key set cannot be fetched anew: it must go on with the last good one.
ENDPOINTS = ("discovery", "jwks", "keep", "token", "refresh", "introspection", "revocation", "userinfo")
# Waiting for a user on another device, by the operation that asks once.
WAITS = {"devicewait": "devicepoll", "cibawait": "cibapoll"}
# Beside those that the list of faults names. `make test` plays each of their cells in one host, all hosts taking turns; `make faults` in all.
NEWER = ("pushed", "exchange", "device", "devicepoll", "backchannel", "cibapoll", "register", "update", "delete", "resource", *WAITS)
GETS = ("discovery", "jwks", "keep", "userinfo", "resource")
# What may have acted although its reply was lost: never sent twice.
POSTS = tuple(endpoint for endpoint in (*ENDPOINTS, *NEWER) if endpoint not in GETS)
HOSTS = ("rust", "python", "aio", "node", "php")

# A row whose outcome is its deadline has a short one; the others have one that no machine is too slow for.
SHORT = {"connect_timeout_ms": 300, "timeout_ms": 450}
PATIENT = {"connect_timeout_ms": 5000, "timeout_ms": 5000}
# How long after its deadline a call may end.
GRACE_MS = 250

# RFC 7009 section 2.2: what the body of a revocation reply says does not matter. RFC 7592 section 2.3: a deletion is answered with 204, and so never
# with a body.
BODY = {"revocation": "ok", "delete": "http.status"}
MALFORMED = BODY | {"discovery": "metadata.malformed", "jwks": "jwks.malformed", "resource": "metadata.malformed"}
# After these a wait goes on, more slowly (RFC 8628 section 3.5), until no further request would be in time.
TRANSIENT = ("http.connect", "http.timeout", "http.dns", "http.protocol", "http.status", "http.unavailable", "http.rate_limited")
# Seconds of a wait before its first and its second request; a third one would be too late.
PAUSES_S = (1, 2)
WAIT_S = 4
# Where the cells are dealt out, waits are played with these alone: a wait lasts for seconds, and each of these ends another way.
WAITED_FOR = ("1", "9", "11", "23", "27", "28", "29b", "31", "32")


@dataclass(frozen=True)
class Fault:
    number: str
    name: str
    acts: str
    # The code of each endpoint: `code` (`ok` for `keep`), unless `codes` names another one. Several are of as many calls.
    code: str
    codes: dict[str, str] = field(default_factory=dict)
    # Requests that may reach the server, for POSTs and (fewest, most) for GETs.
    posts: int = 1
    gets: tuple[int, int] = (1, 1)
    # The scheme and the name of the origin; "" stands for 127.0.0.1.
    scheme: str = "http"
    host: str = ""
    # Where it is another number.
    requests_at: dict[str, int] = field(default_factory=dict)
    # Milliseconds before each call, so that a host can learn of a connection that was closed meanwhile.
    pause_ms: int = 0
    # Which certificate the server shows.
    certificate: str = "good"
    deadline: str = ""
    # Seconds of Retry-After that the error must name; -1 stands for none.
    retry_after: int | None = None
    # Seconds by which the system's clock jumps during the call.
    jump_s: int = 0
    # Further options of the client, by the names that they have in Python.
    client: dict[str, bool] = field(default_factory=dict)
    # The verifier finds its key set through the issuer's metadata.
    discovers: bool = False
    # What the error of a POST must say.
    says: str = ""
    # Host to the reason why it is left out there, which then is no cell.
    not_in: dict[str, str] = field(default_factory=dict)

    def codes_of(self, endpoint: str) -> list[str]:
        if endpoint in WAITS and endpoint not in self.codes:
            return ["oauth.expired_token" if code in TRANSIENT else code for code in self.codes_of(WAITS[endpoint])]
        return self.codes.get(endpoint, "ok" if endpoint == "keep" else self.code).split(", ")

    def goes_on(self, endpoint: str) -> bool:
        """Whether a wait asks a second time."""
        return endpoint in WAITS and (endpoint in self.codes or "oauth.expired_token" in self.codes_of(endpoint)) and not self.too_long

    @property
    def too_long(self) -> bool:
        """Whether the endpoint asks for a pause that no wait outlasts."""
        return (self.retry_after or 0) > WAIT_S

    def limit_ms(self, endpoint: str) -> int:
        """When the operation must have ended: the deadline, which in a wait each request has."""
        pauses = PAUSES_S[: 1 + self.goes_on(endpoint)] if endpoint in WAITS else ()
        return self.deadline_ms * max(1, len(pauses)) + 1000 * sum(pauses)

    @property
    def network(self) -> dict[str, int]:
        return SHORT if self.deadline else PATIENT

    @property
    def deadline_ms(self) -> int:
        return self.network["connect_timeout_ms" if self.deadline == "connect" else "timeout_ms"]

    @property
    def is_listed(self) -> bool:
        """Whether the row is one of the 32, of which each has one first form."""
        return self.number.isdigit() or self.number == "20-307"

    def requests(self, endpoint: str) -> tuple[int, int]:
        if endpoint in self.requests_at:
            return (self.requests_at[endpoint], self.requests_at[endpoint])
        if self.posts and self.goes_on(endpoint):
            return (len(PAUSES_S), len(PAUSES_S))
        return (self.posts, self.posts) if endpoint in POSTS else self.gets


ONCE_MORE = (1, 2)  # A GET whose connection broke is sent a second time, once.
NONE = {"posts": 0, "gets": (0, 0)}
NO_DNS = {"posts": 0, "gets": (0, 0), "scheme": "https"}
TLS = {"posts": 0, "gets": (0, 0), "scheme": "https", "host": "localhost"}
BLOCKS = "a synchronous API starts no thread, and a lookup on the caller's own ends when /etc/resolv.conf says so and not before"
ACTED = "may have acted"


KEPT_TWICE = {"keep": "ok, ok"}


FAULTS = (
    Fault("1", "connection refused", "nothing", "http.connect", **NONE),
    Fault("2", "connect hangs", "nothing", "http.timeout", deadline="connect", **NONE),
    Fault("3", "name does not resolve", "proper", "http.dns", host="missing.faults.test", **NO_DNS),
    Fault("3b", "name server does not answer", "proper", "http.timeout", host="silent.faults.test", deadline="connect", **NO_DNS,
          not_in=dict.fromkeys(("rust", "python", "php"), BLOCKS)),
    Fault("4", "name of a private address", "proper", "http.private_address", host="private.faults.test", **NO_DNS),
    Fault("5", "another address at the second lookup", "close_after_first", "http.private_address",
          # An authentication ends with an ID token, whose keys are at an address of their own.
          {**dict.fromkeys((*POSTS, "userinfo", "resource"), "ok, http.private_address"), **KEPT_TWICE,
           **dict.fromkeys(("cibapoll", "cibawait"), "http.private_address, http.private_address")},
          scheme="https", host="rebind.faults.test", requests_at=dict.fromkeys(WAITS, 1), discovers=True),
    Fault("6", "TLS: certificate expired", "proper", "http.tls", certificate="expired", **TLS),
    Fault("7", "TLS: certificate for another name", "proper", "http.tls", certificate="wrong-name", **TLS),
    Fault("8", "TLS: handshake stalls", "nothing", "http.timeout", deadline="connect", **TLS),
    Fault("9", "reset before the headers", "reset", "http.protocol", gets=ONCE_MORE, says=ACTED),
    Fault("10", "reset within the body", "reset_within_body", "http.protocol", says=ACTED),
    Fault("11", "headers at a byte a second", "drip_headers", "http.timeout", deadline="all", says=ACTED),
    Fault("12", "body at a byte a second", "drip_body", "http.timeout", deadline="all", says=ACTED),
    Fault("13", "stall after the headers", "stall_after_headers", "http.timeout", deadline="all", says=ACTED),
    Fault("14", "Content-Length too long", "length_too_long", "http.protocol", says=ACTED),
    Fault("15", "Content-Length too short", "length_too_short", "response.malformed", MALFORMED),
    Fault("16", "chunks without end", "endless_chunks", "http.too_large"),
    Fault("17", "malformed chunk size", "bad_chunk", "http.protocol", says=ACTED),
    Fault("18", "gzip bomb", "gzip_bomb", "http.too_large"),
    Fault("19", "header block of 1 MB", "huge_header", "http.too_large"),
    *(Fault(f"20-{status}", f"redirect to another host, {status}", f"redirect_{status}", "http.redirect") for status in (301, 302, 303, 307, 308)),
    Fault("21", "redirect to http", "redirect_to_http", "http.redirect", scheme="https", host="localhost"),
    Fault("22", "redirect loop", "redirect_to_itself", "http.redirect"),
    Fault("23", "HTML with 200", "html", "response.content_type", BODY),
    Fault("24", "truncated JSON", "truncated_json", "response.malformed", MALFORMED),
    Fault("25", "JSON with a duplicate member", "duplicate_member", "response.malformed", MALFORMED),
    Fault("26", "JSON as text/plain", "as_text", "response.content_type", BODY),
    Fault("26b", "JSON in UTF-16", "as_utf16", "response.malformed", MALFORMED),
    Fault("27", "429, Retry-After of 30 years", "retry_in_years", "http.rate_limited", retry_after=86400),
    Fault("27b", "429, Retry-After negative", "retry_negative", "http.rate_limited", retry_after=-1),
    Fault("27c", "429, Retry-After in the year 9999", "retry_at_date", "http.rate_limited", retry_after=-1),
    Fault("28", "500, then 200", "error_then_proper", "http.unavailable, ok", {**KEPT_TWICE, **dict.fromkeys(WAITS, "ok")}, posts=2, gets=(2, 2)),
    Fault("29", "401 for ever, each with a fresh nonce", "nonce_for_ever", "oauth.use_dpop_nonce"),
    # RFC 9449 section 8: one more try with the nonce, and no third one. What is asked without a proof is not asked again.
    Fault("29b", "401 for ever, to a client with DPoP", "nonce_for_ever", "oauth.use_dpop_nonce", client={"dpop": True}, posts=2, gets=(2, 2),
          requests_at=dict.fromkeys(("discovery", "jwks", "keep", "introspection", "revocation", "device", "backchannel", "register", "update", "delete", "resource"), 1)),
    Fault("30", "reply lost after the server acted", "hang_up", "http.protocol", gets=ONCE_MORE, says=ACTED),
    Fault("31", "stale kept-alive connection", "reset_second", "ok, http.protocol", dict.fromkeys((*GETS, *WAITS), "ok, ok"), posts=2, gets=(3, 3), pause_ms=50,
          requests_at=dict.fromkeys(WAITS, 3), says=ACTED),
    Fault("31b", "kept-alive connection closed while idle", "close_idle", "ok, ok", KEPT_TWICE, posts=2, gets=(2, 2), pause_ms=50),
    Fault("32", "clock jumps an hour ahead during the call", "jump", "ok, ok", KEPT_TWICE, posts=2, gets=(1, 2), jump_s=3600),
    Fault("32b", "clock jumps an hour back during the call", "jump", "ok, ok", KEPT_TWICE, posts=2, gets=(1, 2), jump_s=-3600),
    Fault("E4a", "TLS: self-signed certificate", "proper", "http.tls", certificate="self-signed", **TLS),
    Fault("E4f", "TLS: certificate of an unknown authority", "proper", "http.tls", certificate="stranger", **TLS),
    Fault("E4b", "TLS: the server chooses 1.1", "choose_tls_1_1", "http.tls", **TLS),
    Fault("E4g", "TLS: the server refuses what is newer than 1.1", "refuse_version", "http.tls", **TLS),
    Fault("E4c", "TLS: authority's name constraints broken", "proper", "http.tls", certificate="constrained", **TLS),
    Fault("E4d", "TLS: not valid yet", "proper", "http.tls", certificate="early", **TLS),
    Fault("E4e", "TLS: the server speaks plain HTTP first", "speaks_first", "http.tls", **TLS),
    Fault("E6", "JSON array in place of an object", "json_array", "response.malformed", MALFORMED),
    Fault("E7", "half-closed after the whole reply", "half_close", "ok", {"delete": "http.status"}),
    Fault("E8a", "204", "no_content", "http.status", {"delete": "ok"}),
    Fault("E8b", "200 with an error in it", "error_with_200", "oauth.invalid_grant",
          {"discovery": "metadata.issuer_mismatch", "jwks": "jwks.malformed", "introspection": "response.active", "revocation": "ok", "userinfo": "response.subject",
           "device": "response.device_authorization", "backchannel": "response.backchannel_authentication", "update": "response.client_id", "resource": "metadata.malformed"}),
    Fault("E12a", "1,000 header fields", "many_fields", "http.too_large"),
    Fault("E12b", "HTTP/2 without being asked", "http2", "http.protocol", gets=ONCE_MORE),
)
BY_NUMBER = {fault.number: fault for fault in FAULTS}


def cells(host: str, shared: bool) -> list[tuple[Fault, str]]:
    """The cells of a host; those of the newer endpoints are dealt out to the hosts one by one if they are shared."""
    hers = [(fault, endpoint) for fault in FAULTS if host not in fault.not_in for endpoint in ENDPOINTS]
    for number, (fault, endpoint) in enumerate((fault, endpoint) for fault in FAULTS for endpoint in NEWER):
        able = [one for one in HOSTS if one not in fault.not_in]
        if host in able and (not shared or able[number % len(able)] == host and (endpoint not in WAITS or fault.number in WAITED_FOR)):
            hers.append((fault, endpoint))
    return hers
