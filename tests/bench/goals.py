"""What the measured medians are held against, and how the tables are written."""

from __future__ import annotations

import statistics
from typing import Any

from inputs import ALGORITHMS, SHAPES

HOSTS = ("rust", "python", "node", "php")
# Verification over the bare signature check of the same algorithm.
BARE_LIMITS = {"rust": 1.05, "python": 1.15, "node": 1.15, "php": 1.25}
# The same for a MAC, which costs nearly nothing by itself.
HMAC_LIMIT = 4.0
# A token as long as any may be is refused for one SHA-256 over it and so many microseconds.
REFUSE_LIMIT_US = 20.0
REQWEST_LIMIT = 1.3
IMPORT_LIMIT_MS = 15.0
MEMORY_LIMIT_MIB = 12.0
PACKAGE_LIMIT_MIB = 8.0

# HS256: (host, peers, how many times faster than the fastest of them ferroauth must be)
HMAC_GOALS = (
    ("python", ("pyjwt", "joserfc", "authlib"), 6.0),
    ("node", ("fast-jwt",), 2.3),
    ("php", ("hand-written",), 1.2),
)
# Signatures: (host, peers, how many times faster for RS256, ES256, EdDSA)
SIGNATURE_GOALS = (
    ("python", ("pyjwt", "joserfc", "authlib"), (2.0, 1.6, 1.6)),
    ("node", ("fast-jwt",), (1.25, 1.25, 2.3)),
    ("php", ("hand-written",), (1.0, 1.0, 1.0)),
)
# The same token again: (host, the peer whose cache it is, how many times faster ours must be)
CACHE_GOALS = (("node", "fast-jwt", 1.5),)
# The exchange: (host, peer, how many times cheaper)
EXCHANGE_GOALS = (
    ("python", "authlib", 10.0),
    ("python", "requests-oauthlib", 10.0),
    ("node", "openid-client", 6.0),
    ("node", "fetch", 1.0),
)

Key = tuple[str, str, str | None, str]
# What each round measured, microseconds per call; the lists are of one length.
Samples = dict[Key, list[float]]


RAW: Key = ("rust", "exchange", None, "reqwest")


def ratio(samples: Samples, ours: Key, theirs: Key) -> float:
    """How many times as much as `theirs` ours cost, in the middle of the rounds."""
    return statistics.median(a / b for a, b in zip(samples[ours], samples[theirs], strict=True))


def verify_table(samples: Samples) -> list[str]:
    """One row per implementation, the four algorithms side by side, with the ratio to the bare check."""
    lines = ["verify, all claims checked: CPU microseconds per call (x bare signature check)", ""]
    lines.append("  " + "".ljust(26) + "".join(name.rjust(18) for name in ALGORITHMS))
    for host in HOSTS:
        for name in sorted({key[3] for key in samples if key[0] == host and key[1] == "verify"}, key=_ours_first):
            cells = []
            for algorithm in ALGORITHMS:
                key: Key = (host, "verify", algorithm, name)
                times = ratio(samples, key, ("rust", "verify", algorithm, "bare"))
                cells.append(f"{statistics.median(samples[key]):.2f} ({times:.2f})".rjust(18))
            lines.append(f"  {host:<7} {name:<18}" + "".join(cells))
    return lines


def exchange_table(samples: Samples) -> list[str]:
    """One row per implementation with the ratio to raw reqwest."""
    lines = ["one code exchange, keep-alive loopback: CPU microseconds per call of the client (x raw reqwest)", ""]
    for host in HOSTS:
        for name in sorted({key[3] for key in samples if key[0] == host and key[1] == "exchange"}, key=_ours_first):
            key: Key = (host, "exchange", None, name)
            value = f"{statistics.median(samples[key]):.1f} ({ratio(samples, key, RAW):.2f})"
            lines.append(f"  {host:<7} {name:<18}{value:>18}")
    return lines


def beyond_hash(samples: Samples, host: str, shape: str) -> float:
    """Microseconds that the refusal of a hostile token costs beyond one SHA-256 over it."""
    pairs = zip(samples[host, "refuse", shape, "ferroauth"], samples["rust", "refuse", shape, "sha256"], strict=True)
    return statistics.median(ours - hashed for ours, hashed in pairs)


def refuse_table(samples: Samples) -> list[str]:
    """One row per shape of a hostile token, the hosts side by side."""
    lines = ["a hostile token of 16 KiB refused: CPU microseconds per call beyond one SHA-256 over it", ""]
    lines.append("  " + "".ljust(26) + "SHA-256".rjust(10) + "".join(host.rjust(10) for host in HOSTS))
    for shape in SHAPES:
        hashed = statistics.median(samples["rust", "refuse", shape, "sha256"])
        cells = "".join(f"{beyond_hash(samples, host, shape):.1f}".rjust(10) for host in HOSTS)
        lines.append(f"  {shape:<26}{hashed:>10.1f}{cells}")
    return lines


def _ours_first(name: str) -> tuple[bool, str]:
    return name != "ferroauth", name


def judged(samples: Samples, imports: dict[str, dict[str, Any]], sizes: dict[str, int]) -> list[tuple[bool, str]]:
    """Every goal with what was measured: (met, sentence)."""
    goals: list[tuple[bool, str]] = []

    def at_most(what: str, value: float, limit: float, unit: str = "x") -> None:
        goals.append((value <= limit, f"{what}: {value:.2f} {unit}, at most {limit:g}"))

    def at_least(what: str, value: float, limit: float) -> None:
        goals.append((value >= limit, f"{what}: {value:.2f} x, at least {limit:g}"))

    for algorithm in ALGORITHMS[1:]:
        for host, limit in BARE_LIMITS.items():
            times = ratio(samples, (host, "verify", algorithm, "ferroauth"), ("rust", "verify", algorithm, "bare"))
            at_most(f"verify {algorithm} in {host}, against the bare signature check", times, limit)
    times = ratio(samples, ("rust", "verify", "HS256", "ferroauth"), ("rust", "verify", "HS256", "bare"))
    at_most("verify HS256 in rust, against the bare HMAC", times, HMAC_LIMIT)
    for host, peers, times in HMAC_GOALS:
        fastest = min(peers, key=lambda peer: statistics.median(samples[host, "verify", "HS256", peer]))
        found = ratio(samples, (host, "verify", "HS256", fastest), (host, "verify", "HS256", "ferroauth"))
        at_least(f"verify HS256 in {host}, faster than {fastest}", found, times)
    for host, peers, limits in SIGNATURE_GOALS:
        for algorithm, times in zip(ALGORITHMS[1:], limits, strict=True):
            fastest = min(peers, key=lambda peer: statistics.median(samples[host, "verify", algorithm, peer]))
            found = ratio(samples, (host, "verify", algorithm, fastest), (host, "verify", algorithm, "ferroauth"))
            at_least(f"verify {algorithm} in {host}, faster than {fastest}", found, times)
    for host in HOSTS:
        for shape in SHAPES:
            at_most(f"refuse {shape} in {host}, beyond one SHA-256", beyond_hash(samples, host, shape), REFUSE_LIMIT_US, "us")
    for host, peer, times in CACHE_GOALS:
        for algorithm in ALGORITHMS[1:]:
            ours, theirs = ((host, "verify", algorithm, f"{name}+cache") for name in ("ferroauth", peer))
            at_least(f"verify {algorithm} in {host} from the cache, faster than {peer}'s", ratio(samples, theirs, ours), times)
    for host in HOSTS:
        found = ratio(samples, (host, "exchange", None, "ferroauth"), RAW)
        at_most(f"exchange in {host}, against raw reqwest", found, REQWEST_LIMIT)
    for host, peer, times in EXCHANGE_GOALS:
        found = ratio(samples, (host, "exchange", None, peer), (host, "exchange", None, "ferroauth"))
        at_least(f"exchange in {host}, cheaper than {peer}", found, times)
    for host, seen in imports.items():
        at_most(f"import in {host}", seen["ms"], IMPORT_LIMIT_MS, "ms")
        at_most(f"memory added by the import in {host}", seen["mib"], MEMORY_LIMIT_MIB, "MiB")
        goals.append((seen["threads"] == 0 and seen["sockets"] == 0,
                      f"the import in {host} starts {seen['threads']} threads and opens {seen['sockets']} sockets"))
    for name, size in sizes.items():
        at_most(f"size of {name}", size / 2**20, PACKAGE_LIMIT_MIB, "MiB")
    return goals
