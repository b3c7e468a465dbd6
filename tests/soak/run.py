"""The soak: every host does all its work again and again, and what it holds must stay as it was.

    run.py --installed DIR --rust BINARY [--minutes N] [--work DIR] [--hosts rust,python,aio,node,php]

The hosts run beside each other, each from its package as installed, one process each. In a turn a host verifies and signs,
calls every endpoint of a provider (some of which always fail), and forks or ends threads while it does; every second turn
begins with new clients and verifiers. After each turn its memory, descriptors and threads are read from /proc. The first third
is warm-up. In the rest memory may not rise by more than 4 MiB nor, where there were a million calls to tell it by, by a byte a call;
descriptors and threads may not rise at all; no call may come out otherwise than it should, and no turn take a minute. Prints a table, writes it to WORK/soak.json and exits non-zero on a miss.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "faults"))

from hosts import Failed, Process  # noqa: E402

HOSTS = ("rust", "python", "aio", "node", "php")
# The proportions of the threat model's section 4.4: 2,000,000 verified, 200,000 signed, 50,000 HTTP calls.
TURN = {"verify": 4000, "sign": 400, "network": 100, "more": 20, "children": 1}
CALLS = TURN["verify"] + TURN["sign"] + TURN["network"]
# An endpoint, how it behaves, and what must come of it.
OPERATIONS = (
    ("token", "good", "ok"), ("refresh", "good", "ok"), ("introspection", "good", "ok"), ("revocation", "good", "ok"),
    ("userinfo", "good", "ok"), ("keys", "good", "ok"), ("verify", "good", "ok"),
    ("refresh", "status", "http.unavailable"), ("introspection", "json", "response.malformed"), ("userinfo", "cut", "http.protocol"),
)
TURN_LIMIT_S = 60
FEWEST_TURNS = 9
BYTES_A_CALL, ENOUGH_CALLS, MOST_KIB = 1.0, 1_000_000, 4096
# Pairs of samples, of which a line is fitted through the middle, are quadratic in number.
MOST_SAMPLES = 200


@dataclass
class Sample:
    calls: int
    kib: int
    descriptors: int
    threads: int


@dataclass
class Row:
    """What became of one host."""

    host: str
    samples: list[Sample] = field(default_factory=list)
    children: int = 0
    longest_s: float = 0.0
    misses: list[str] = field(default_factory=list)
    figures: dict[str, Any] = field(default_factory=dict)

    def judge(self, warm: int) -> None:
        """Compares what there was after the warm-up with what there was at the end."""
        rest = self.samples[warm:]
        if len(rest) < FEWEST_TURNS:
            self.misses.append(f"only {len(rest)} turns after the warm-up, of which nothing can be said: more MINUTES are needed")
            return
        third = len(rest) // 3
        first, last = rest[:third], rest[-third:]
        calls, slope = rest[-1].calls - rest[0].calls, fitted(rest)
        growth = statistics.median(one.kib for one in last) - statistics.median(one.kib for one in first)
        self.figures = {"calls": self.samples[-1].calls, "turns": len(self.samples), "children": self.children, "longest_turn_s": round(self.longest_s, 1),
                        "warm_mib": round(first[0].kib / 1024, 1), "end_mib": round(last[-1].kib / 1024, 1), "growth_kib": round(growth), "bytes_a_call": round(slope, 2)}
        if (slope > BYTES_A_CALL and calls >= ENOUGH_CALLS) or growth > MOST_KIB:
            self.misses.append(f"memory rises by {slope:.2f} bytes a call, {growth:.0f} KiB in {calls:,} calls")
        for what in ("descriptors", "threads"):
            # What is open at the end of a turn varies; what leaks is never again as little as it was.
            most, fewest = max(getattr(one, what) for one in first), min(getattr(one, what) for one in last)
            self.figures[what] = [most, fewest]
            if fewest > most:
                self.misses.append(f"{what}: at most {most} after the warm-up, at least {fewest} at the end")


def fitted(samples: list[Sample]) -> float:
    """Bytes a call: the median slope of all pairs, which single leaps do not move."""
    some = samples[:: -(-len(samples) // MOST_SAMPLES)]
    return statistics.median((b.kib - a.kib) * 1024 / (b.calls - a.calls) for i, a in enumerate(some) for b in some[i + 1 :])


def services(origin: str, host: str) -> dict[str, str]:
    made = {}
    for how in ("good", "status", "json", "cut"):
        base = f"{origin}/{host}/{how}"
        endpoints = {f"{name}_endpoint": f"{base}/{name}" for name in ("token", "introspection", "revocation", "userinfo")}
        made[how] = json.dumps({"issuer": base, "authorization_endpoint": f"{base}/authorize", "jwks_uri": f"{origin}/{host}/jwks",
                                "response_types_supported": ["code"], "code_challenge_methods_supported": ["S256"], **endpoints})
    return made


class Soak:
    def __init__(self, given: argparse.Namespace):
        self.given = given
        self.work = Path(given.work).resolve()
        self.work.mkdir(parents=True, exist_ok=True)
        self.rows = {host: Row(host) for host in given.hosts.split(",")}
        self.server_lock = threading.Lock()
        self.until = 0.0

    def command(self, host: str) -> list[str]:
        python = str(Path(self.given.installed).resolve() / "python" / "bin" / "python")
        return {
            "rust": [str(Path(self.given.rust).resolve())],
            "python": [python, "-B", str(HERE / "worker.py"), "sync"],
            "aio": [python, "-B", str(HERE / "worker.py"), "aio"],
            "node": ["node", "--expose-gc", str(HERE / "worker.mjs")],
            "php": ["php", "-d", "ffi.enable=1", str(HERE / "worker.php")],
        }[host]

    def sample(self, worker: Process, turns: int) -> Sample:
        status = Path(f"/proc/{worker.child.pid}/status").read_text()
        kib = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:"))
        return Sample(turns * CALLS, kib, worker.count("fd"), worker.count("task"))

    def host(self, row: Row, server: Process, origin: str) -> None:
        installed = Path(self.given.installed).resolve() / row.host.replace("aio", "python")
        worker = Process(row.host, self.command(row.host), self.work / f"{row.host}.log", os.environ | {"FERROAUTH_INSTALLED": str(installed)})
        try:
            key_set = worker.ask({"issuer": f"{origin}/{row.host}", "jwks_uri": f"{origin}/{row.host}/jwks",
                                  "services": services(origin, row.host), "operations": OPERATIONS})
            with self.server_lock:
                server.ask({"host": row.host, "key_set": key_set})
            started, warm = time.monotonic(), 0
            while time.monotonic() < self.until:
                began = time.monotonic()
                result = worker.ask({**TURN, "renew": len(row.samples) % 2 == 1}, TURN_LIMIT_S)
                row.longest_s = max(row.longest_s, time.monotonic() - began)
                row.children += result["children"]
                row.samples.append(self.sample(worker, len(row.samples) + 1))
                if result["count"]:
                    row.misses.append(f"{result['count']} calls came out otherwise: {result['wrong'][:3]}")
                    break
                if time.monotonic() - started < (self.until - started) / 3:
                    warm = len(row.samples)
            else:
                row.judge(warm)
        except Failed as failed:
            row.misses.append(str(failed))
        except Exception as problem:  # What breaks a thread of the runner is no pass.
            row.misses.append(f"the runner: {problem!r}")
        code = worker.close()
        if code != 0:
            row.misses.append(f"the process ended with {code}: {worker.log.read_text('utf-8', 'replace')[-300:]}")

    def progress(self, threads: list[threading.Thread]) -> None:
        told = time.monotonic()
        while any(thread.is_alive() for thread in threads):
            time.sleep(0.2)
            if time.monotonic() - told > 60:
                told = time.monotonic()
                parts = [f"{host} {row.samples[-1].calls:,} calls, {row.samples[-1].kib // 1024} MiB" for host, row in self.rows.items() if row.samples]
                print(f"{max(0.0, self.until - told) / 60:.0f} min left: {'; '.join(parts)}", flush=True)

    def run(self) -> int:
        server = Process("server", [sys.executable, "-B", str(HERE / "server.py")], self.work / "server.log")
        assert server.child.stdout is not None
        origin = f"http://127.0.0.1:{json.loads(server.child.stdout.readline())}"
        self.until = time.monotonic() + self.given.minutes * 60
        threads = [threading.Thread(target=self.host, args=(row, server, origin)) for row in self.rows.values()]
        for thread in threads:
            thread.start()
        self.progress(threads)
        code = server.close()
        if code != 0:
            print(f"the server ended with {code}: {(self.work / 'server.log').read_text('utf-8', 'replace')[-300:]}")
        self.print()
        failed = sum(bool(row.misses) for row in self.rows.values()) + (code != 0)
        print(f"{len(self.rows) - sum(bool(row.misses) for row in self.rows.values())} passed, {failed} failed")
        return 1 if failed else 0

    def print(self) -> None:
        print(f"{'host':<8}{'turns':>7}{'calls':>12}{'children':>10}{'MiB warm':>10}{'at end':>8}{'KiB more':>10}{'bytes a call':>14}{'descriptors':>13}{'threads':>9}"
              f"{'longest turn':>14}")
        for row in self.rows.values():
            found = row.figures
            if found:
                ends = [f"{most} / {fewest}" for most, fewest in (found["descriptors"], found["threads"])]
                print(f"{row.host:<8}{found['turns']:>7,}{found['calls']:>12,}{found['children']:>10,}{found['warm_mib']:>10.1f}{found['end_mib']:>8.1f}"
                      f"{found['growth_kib']:>10,}{found['bytes_a_call']:>14.2f}{ends[0]:>13}{ends[1]:>9}{found['longest_turn_s']:>12.1f} s")
            for miss in row.misses:
                print(f"{row.host:<8}MISS: {miss}")
        print("descriptors and threads: the most after the warm-up / the fewest at the end")
        (self.work / "soak.json").write_text(json.dumps({row.host: {**row.figures, "misses": row.misses} for row in self.rows.values()}, indent=1) + "\n")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--installed", required=True)
    parser.add_argument("--rust", required=True, help="the program ferroauth-soak")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--work", default="target/soak")
    parser.add_argument("--hosts", default=",".join(HOSTS))
    return Soak(parser.parse_args()).run()


if __name__ == "__main__":
    sys.exit(main())
