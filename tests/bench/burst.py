"""Bursts: many exchanges at once against an endpoint that answers each 100 ms after it came.

Each burst runs in a fresh process, after a single exchange, so that what the process is made of is there and connections are
not. How long it took is said as a multiple of what it cannot be faster than: one pause for a program that has all calls in
flight at once, and one for each round of its threads for one that has not. Then the process rests until its idle connections
have had their time, makes one more exchange, as any that goes on does, and counts its threads and descriptors again.
"""

from __future__ import annotations

import json
import resource
import statistics
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workers import Failed, Process

CALLS = 1000
PAUSE_MS = 100
THREADS = 64
# Idle connections are closed after 30 seconds, by the next call at the latest.
REST_S = 31
# Bursts of our own; of a peer one is enough to see the order of magnitude.
REPEATED = 3
# A peer that takes longer is given up.
PATIENCE_S = 240
# Each call has a connection.
DESCRIPTORS = CALLS + 200

HERE = Path(__file__).parent.resolve()


@dataclass(frozen=True)
class Kind:
    host: str
    name: str
    # The best that is possible, in pauses.
    ideal: int
    # How many times the ideal it may take; peers have no goal.
    limit: float | None

    @property
    def label(self) -> str:
        return f"{self.host} {self.name}"


KINDS = (
    Kind("node", "ferroauth", 1, 2.5),
    Kind("node", "openid-client", 1, None),
    Kind("python", "ferroauth.aio", 1, 2.5),
    Kind("python", "authlib+httpx", 1, None),
    Kind("python", "ferroauth", -(-CALLS // THREADS), 1.3),
)


@dataclass
class Burst:
    """What one kind did: milliseconds of each burst, and what was left behind."""

    kind: Kind
    ms: list[float]
    left: list[dict[str, dict[str, int]]]

    @property
    def times(self) -> float:
        return statistics.median(self.ms) / (self.kind.ideal * PAUSE_MS)


def commands(installed: Path, node: Path) -> dict[str, tuple[list[str], Path]]:
    """host -> (command without the kind's name, working directory)."""
    site = next((installed / "python").glob("lib/python*/site-packages"))
    # The peers' environment, with the installed package in front of it.
    python = (f"import sys, runpy; sys.path.insert(0, {str(site)!r}); "
              f"runpy.run_path({str(HERE / 'python/burst.py')!r}, run_name='__main__')")
    return {
        "python": ([sys.executable, "-c", python], installed / "python"),
        "node": (["node", str(node / "burst.mjs")], installed / "node"),
    }


def measure(installed: Path, node: Path, rust: Path, logs: Path, given: dict[str, Any]) -> list[Burst]:
    """Runs all bursts one after the other, and lets their processes rest together."""
    _raise_limit()
    sleeper = Process("sleeper", [str(rust), "sleeper", str(PAUSE_MS)], installed, logs / "bench-sleeper.log")
    resting: list[tuple[Burst, Process]] = []
    bursts = [Burst(kind, [], []) for kind in KINDS]
    try:
        provider = f"http://127.0.0.1:{int(sleeper.line())}"
        asked = given | {
            "provider": provider, "token_endpoint": f"{provider}/token", "calls": CALLS, "threads": THREADS, "rest_s": REST_S,
        }
        for burst in bursts:
            kind = burst.kind
            command, cwd = commands(installed, node)[kind.host]
            for number in range(REPEATED if kind.limit else 1):
                log = logs / f"bench-burst-{kind.host}-{kind.name}-{number}.log"
                process = Process(f"burst of {kind.label}", [*command, kind.name], cwd, log)
                resting.append((burst, process))
                process.tell(asked)
                burst.ms.append(json.loads(process.line(PATIENCE_S))["ms"])
            print(f"  burst of {kind.label}: {statistics.median(burst.ms):.0f} ms", flush=True)
        rested = time.monotonic()
        for burst, process in resting:
            burst.left.append(json.loads(process.line(REST_S + 30)))
        print(f"  rested {time.monotonic() - rested:.0f} s, then counted threads and descriptors", flush=True)
    finally:
        for process in (*(process for _, process in resting), sleeper):
            process.close()
    return bursts


def _raise_limit() -> None:
    """Descriptors for the whole burst, in this process and all that it starts."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < DESCRIPTORS:
        raise Failed(f"a burst needs {DESCRIPTORS} open files, and this user may have {hard}: see `ulimit -Hn`")
    if soft != resource.RLIM_INFINITY and soft < DESCRIPTORS:
        resource.setrlimit(resource.RLIMIT_NOFILE, (DESCRIPTORS, hard))


def table(bursts: list[Burst]) -> list[str]:
    """One row for each kind."""
    lines = [f"{CALLS:,} exchanges at once, an endpoint that answers after {PAUSE_MS} ms: wall milliseconds (x the ideal)", ""]
    for burst in bursts:
        kind = burst.kind
        how = "all in flight" if kind.ideal == 1 else f"{THREADS} threads"
        value = f"{statistics.median(burst.ms):.0f} ({burst.times:.2f})"
        lines.append(f"  {kind.host:<7} {kind.name:<18}{how:<16}{value:>16}    {_left(burst)}")
    return lines


def _left(burst: Burst) -> str:
    seen = burst.left[-1]
    before, after, closed = seen["before"], seen["after"], seen["closed"]
    words = " and ".join(f"{after[name] - before[name]:+d} {name}" for name in ("threads", "descriptors"))
    if closed == after:
        return f"left behind: {words}"
    return f"left behind: {words}; closed: {closed['threads'] - before['threads']:+d} threads"


def judged(bursts: list[Burst]) -> list[tuple[bool, str]]:
    """The goals with what was measured: (met, sentence)."""
    goals = []
    for burst in bursts:
        kind = burst.kind
        if kind.limit is None:
            continue
        what = f"burst of {CALLS:,} in {kind.label}, against {kind.ideal * PAUSE_MS} ms"
        goals.append((burst.times <= kind.limit, f"{what}: {burst.times:.2f} x, at most {kind.limit:g}"))
        most = {name: max(seen["after"][name] - seen["before"][name] for seen in burst.left) for name in ("threads", "descriptors")}
        words = f"{most['threads']} threads and {most['descriptors']} descriptors more than before it"
        goals.append((max(most.values()) <= 0, f"a burst in {kind.label} leaves {words}, at most 0"))
        if kind.name == "ferroauth.aio":
            open_threads = max(seen["closed"]["threads"] - seen["before"]["threads"] for seen in burst.left)
            goals.append((open_threads == -1, f"closing {kind.label} ends its thread: {open_threads:+d}, exactly -1"))
    return goals
