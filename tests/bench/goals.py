"""What the measured medians are held against, and how the tables are written."""

from __future__ import annotations

import statistics
from typing import Any

from inputs import ALGORITHMS

HOSTS = ("rust", "python", "node", "php")
BINDINGS = HOSTS[1:]
BARE_LIMIT = 1.25
REQWEST_LIMIT = 1.5
IMPORT_LIMIT_MS = 15.0
MEMORY_LIMIT_MIB = 12.0
PACKAGE_LIMIT_MIB = 8.0

# HS256: (host, peers, how many times faster than the fastest of them ferroauth must be)
HMAC_GOALS = (
    ("python", ("pyjwt", "joserfc", "authlib"), 4.0),
    ("node", ("fast-jwt",), 1.8),
    ("php", ("hand-written",), 1.0),
)
# The same token again: (host, the peer whose cache it is, how many times faster ours must be)
CACHE_GOALS = (("node", "fast-jwt", 1.5),)
# The exchange: (host, peer, how many times cheaper)
EXCHANGE_GOALS = (
    ("python", "authlib", 8.0),
    ("node", "openid-client", 5.0),
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
        for host in BINDINGS:
            times = ratio(samples, (host, "verify", algorithm, "ferroauth"), ("rust", "verify", algorithm, "bare"))
            at_most(f"verify {algorithm} in {host}, against the bare signature check", times, BARE_LIMIT)
    for host, peers, times in HMAC_GOALS:
        fastest = min(peers, key=lambda peer: statistics.median(samples[host, "verify", "HS256", peer]))
        found = ratio(samples, (host, "verify", "HS256", fastest), (host, "verify", "HS256", "ferroauth"))
        at_least(f"verify HS256 in {host}, faster than {fastest}", found, times)
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
