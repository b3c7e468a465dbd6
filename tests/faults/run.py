"""The fault table: every fault x every endpoint in every host, from the packages as installed.

    run.py --installed DIR --rust BINARY [--rounds N] [--work DIR] [--hosts rust,python,aio,node,php] [--only 9,12] [--shared]

A cell passes if each call gave the code of the table (table.py), ended at most 250 ms after its deadline, said nothing secret and
caused as many requests as it may. Then follow rounds of all quick faults, after which a host has as many descriptors and
threads as before, and the record of the server, in which no credential may be at another origin or endpoint than its own.
With --shared each cell of the newer endpoints is played in one host, and all hosts take turns; else in every host.
Prints the table, writes it to WORK/faults.json and exits non-zero on a miss.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import struct
import sys
import threading
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import certificates
import record
from hosts import Failed, Process, commands, compile_system, environment
from issuer import Issuer, base64url
from server import AT, metadata, registration
from table import BY_NUMBER, ENDPOINTS, FAULTS, GRACE_MS, HOSTS, NEWER, POSTS, WAIT_S, WAITS, Fault, cells

HERE = Path(__file__).resolve().parent
NOW = int(time.time())
# Between two calls of a verifier: enough for a key set to become stale.
ADVANCE_S = 7200
# Faults whose acts depend on what came before, or last long, are no part of the rounds.
NOT_REPEATED = ("5", "28", "31", "31b", "32", "32b")
# That of the workers' clients.
REDIRECT_URI = "https://app.example.com/callback"
# How long a host may take for closing what it no longer needs.
SETTLE_S = 5


def begun(endpoint: str, issuer: str, token: str, fault: Fault) -> dict[str, Any]:
    """What a client has stored of a login on another device. Its time is over before a third request, or not within a jump of the clock."""
    parts = [part.encode() for part in (issuer, "app", REDIRECT_URI)]
    fingerprint = hashlib.sha256(b"".join(len(part).to_bytes(8, "big") + part for part in parts)).digest()[:16]
    lasts = WAIT_S if endpoint in WAITS and not fault.jump_s else 7 * 86400
    stored = {"expires_at": NOW + lasts, "interval": 1, "client": base64url(fingerprint), "scopes": ["openid"]}
    if endpoint.startswith("ciba"):
        return stored | {"auth_req_id": token}
    return stored | {"device_code": token, "user_code": "WDJB-MJHT", "verification_uri": f"{issuer}/code"}


@dataclass
class Outcome:
    """What became of one cell."""

    host: str
    fault: str
    endpoint: str
    codes: list[str]
    over_ms: float
    misses: list[str] = field(default_factory=list)
    attempts: int = 1


class Run:
    def __init__(self, given: argparse.Namespace):
        self.given = given
        self.work = Path(given.work).resolve()
        self.work.mkdir(parents=True, exist_ok=True)
        self.issuer = Issuer()
        self.authority = certificates.make(self.work)
        self.clocks = {host: self.work / f"clock.{host}" for host in HOSTS}
        for clock in self.clocks.values():
            clock.write_bytes(struct.pack("q", 0))
        self.ports: dict[str, int] = {}
        self.outcomes: list[Outcome] = []
        self.notes: list[str] = []
        self.misses: list[str] = []
        self.passed = 0
        self.lock = threading.Lock()
        self.only = given.only.split(",") if given.only else []

    def cell(self, host: str, fault: Fault, endpoint: str, attempt: str) -> dict[str, Any]:
        """What a worker is asked to do."""
        name = f"{host}.{fault.number}.{endpoint}.{attempt}"
        # Each cell looks its name up for the first time, and alone.
        domain = f"{endpoint}-{attempt}.{fault.host}" if fault.host.startswith(("rebind.", "silent.")) else fault.host
        issuer = f"{fault.scheme}://{domain or '127.0.0.1'}:{self.ports[fault.number]}/{name}"
        network: dict[str, Any] = dict(fault.network)
        if fault.scheme == "https":
            network["extra_roots_pem"] = self.authority
        # A clock that jumps is the system's; everywhere else it stands still until the worker moves it. A client's stands still where it waits.
        testing = None if fault.jump_s else {"now": NOW}
        service = metadata(issuer) | {"network": network} | ({"testing": testing} if endpoint in WAITS and testing else {})
        secret, token = record.canary(name, "secret"), record.canary(name, "token")
        kept = json.dumps({"fetched_at": NOW - ADVANCE_S, "max_age": 600, "key_set": self.issuer.key_set})
        expected = fault.codes_of(endpoint)
        return {
            "id": name, "operation": endpoint, "issuer": issuer, "network": network, "testing": testing, "advance": ADVANCE_S,
            "jwks_uri": None if fault.discovers and endpoint == "jwks" else f"{issuer}/jwks", "jwt": self.issuer.access_token(issuer),
            "keys": kept if endpoint == "keep" else None, "service": json.dumps(service), "secret": secret, "token": token,
            "begun": json.dumps(begun(endpoint, issuer, token, fault)), "registration": json.dumps(registration(issuer, token) | {"client_secret": secret, "client_secret_expires_at": 0}),
            "calls": len(expected), "pause_ms": fault.pause_ms, "client": fault.client, "expected": expected,
        }

    def judge(self, fault: Fault, endpoint: str, result: dict[str, Any]) -> list[str]:
        misses, expected = [], fault.codes_of(endpoint)
        if result["codes"] != expected:
            misses.append(f"{', '.join(result['codes'])} in place of {', '.join(expected)}: {result['message'][:200]}")
        if record.MARK in result["message"]:
            misses.append("a credential is in the error's text")
        failed = result["codes"][-1] != "ok"
        if fault.says and endpoint in POSTS and endpoint not in WAITS and failed and fault.says not in result["message"]:
            misses.append(f"the error does not say that the server {fault.says}: {result['message'][:120]}")
        if endpoint in WAITS and result["codes"][-1] == "oauth.expired_token":
            ended = f"the last request ended with {fault.codes_of(WAITS[endpoint])[-1]}"
            if ended not in result["message"]:
                misses.append(f"the error does not say that {ended}: {result['message'][:160]}")
        if fault.jump_s and AT.get(endpoint, endpoint) == "token":
            # A token that is good for an hour: by the clock as it was after the jump.
            off = (result["expires_at"] or 0) - (time.time() + 3600 + fault.jump_s)
            if abs(off) > 60:
                misses.append(f"the clock did not jump: expires_at is {off:.0f} s off")
        if fault.retry_after is not None and endpoint != "keep" and endpoint not in WAITS and (result["retry_after"] or -1) != fault.retry_after:
            misses.append(f"retry_after is {result['retry_after']} in place of {fault.retry_after}")
        return misses

    def try_cell(self, worker: Process, host: str, fault: Fault, endpoint: str) -> Outcome:
        """A cell whose only miss is its time is run again, twice at most: this machine may have had other things to do."""
        for attempt in (1, 2, 3):
            result = worker.ask(self.cell(host, fault, endpoint, str(attempt)))
            self.clocks[host].write_bytes(struct.pack("q", 0))
            over = max(result["ms"]) - fault.limit_ms(endpoint)
            misses = self.judge(fault, endpoint, result)
            outcome = Outcome(host, fault.number, endpoint, result["codes"], round(over, 1), misses, attempt)
            if misses or over <= GRACE_MS:
                return outcome
        outcome.misses.append(f"ended {over:.0f} ms after its deadline, three times")
        return outcome

    def table(self, worker: Process, host: str) -> None:
        for fault, endpoint in cells(host, self.given.shared):
            if {fault.number, endpoint} & set(self.only) or not self.only:
                outcome = self.try_cell(worker, host, fault, endpoint)
                with self.lock:
                    self.outcomes.append(outcome)

    def rounds(self, worker: Process, host: str) -> None:
        """All quick faults at all endpoints, again and again; what the process holds must be what it held after the first time."""
        quick = [fault for fault in FAULTS if not fault.deadline and fault.number not in NOT_REPEATED and host not in fault.not_in]
        asked = [self.cell(host, fault, endpoint, "r") for fault, endpoint in cells(host, self.given.shared) if fault in quick and endpoint not in WAITS]
        turns = -(-self.given.rounds // len(quick))
        # Twice, because a pool is full only after a second look.
        warm = worker.ask({"rounds": 2, "cells": asked}, 240)
        time.sleep(0.6)
        before = {folder: worker.count(folder) for folder in ("fd", "task")}
        result = worker.ask({"rounds": turns, "cells": asked}, 60 + 60 * turns)
        deadline = time.monotonic() + SETTLE_S
        while True:
            after = {folder: worker.count(folder) for folder in before}
            if all(after[folder] <= before[folder] for folder in before) or time.monotonic() > deadline:
                break
            time.sleep(0.1)
        with self.lock:
            self.notes.append(f"{host:<8}{turns * len(quick):>6} rounds, {turns * len(asked):>6} calls; descriptors {before['fd']} before, {after['fd']} after; "
                              f"threads {before['task']} before, {after['task']} after")
            for what, folder in (("descriptors", "fd"), ("threads", "task")):
                self.check(after[folder] <= before[folder], f"{host}: {before[folder]} {what} before the rounds and {after[folder]} after them")
            self.check(not warm["count"] + result["count"], f"{host}: {warm['count'] + result['count']} calls of the rounds came out otherwise: {(warm['wrong'] + result['wrong'])[:3]}")

    def check(self, good: bool, miss: str) -> None:
        self.passed += good
        if not good:
            self.misses.append(miss)

    def host(self, host: str, command: list[str], library: Path) -> None:
        proxy = f"http://127.0.0.1:{self.ports['proxy']}"
        env = environment(host.replace("aio", "python"), Path(self.given.installed).resolve(), library, self.clocks[host], proxy)
        worker = Process(host, command, self.work / f"{host}.log", env)
        try:
            self.table(worker, host)
            if self.given.rounds:
                self.rounds(worker, host)
        except Failed as failed:
            with self.lock:
                self.check(False, str(failed))
        finally:
            code = worker.close()
            with self.lock:
                self.check(code == 0, f"{host}: the process ended with {code}: {worker.log.read_text('utf-8', 'replace')[-300:]}")

    def run(self) -> int:
        started = time.monotonic()
        library = compile_system(self.work)
        server = Process("server", [sys.executable, "-B", str(HERE / "server.py"), str(self.work)], self.work / "server.log")
        hosts = self.given.hosts.split(",")
        try:
            self.ports = server.ask({"clocks": {host: str(path) for host, path in self.clocks.items()}, "jwks": self.issuer.key_set, "key": self.issuer.pem()})
            started_with = commands(Path(self.given.installed).resolve(), Path(self.given.rust).resolve())
            threads = [threading.Thread(target=self.host, args=(host, started_with[host], library)) for host in hosts]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        finally:
            code = server.close()
        said = (self.work / "server.log").read_text("utf-8", "replace").strip()
        self.check(code == 0, f"the server ended with {code}: {said[-300:]}")
        seen = record.read(self.work / "record.jsonl")
        self.check_requests(seen)
        for miss in seen.misses:
            self.check(False, miss)
        self.check(not seen.misses, "a credential was where it does not belong")
        self.print(seen, time.monotonic() - started)
        failed = sum(bool(outcome.misses) for outcome in self.outcomes) + len(self.misses)
        print(f"{len(self.outcomes) - sum(bool(outcome.misses) for outcome in self.outcomes) + self.passed} passed, {failed} failed")
        return 1 if failed or not self.outcomes else 0

    def check_requests(self, seen: record.Seen) -> None:
        for outcome in self.outcomes:
            fewest, most = BY_NUMBER[outcome.fault].requests(outcome.endpoint)
            found = seen.requests[f"{outcome.host}.{outcome.fault}.{outcome.endpoint}.{outcome.attempts}"]
            if not fewest <= found <= most:
                outcome.misses.append(f"{found} requests reached the server in place of {fewest if fewest == most else f'{fewest} to {most}'}")

    def print(self, seen: record.Seen, seconds: float) -> None:
        hosts = self.given.hosts.split(",")
        by_cell = {(outcome.fault, outcome.endpoint, outcome.host): outcome for outcome in self.outcomes}
        print(f"{'fault':<54}{'endpoint':<15}{'outcome':<29}" + "".join(f"{host:>9}" for host in hosts) + "   (ms over the deadline)")
        for fault in FAULTS:
            for endpoint in (*ENDPOINTS, *NEWER):
                found = [by_cell.get((fault.number, endpoint, host)) for host in hosts]
                if any(found):
                    times = "".join(f"{'-' if one is None else ('MISS ' if one.misses else '') + format(one.over_ms, '+.0f'):>9}" for one in found)
                    print(f"{fault.number + ' ' + fault.name:<54}{endpoint:<15}{', '.join(fault.codes_of(endpoint)):<29}{times}")
        print("\nleft out, and not counted:")
        for fault in FAULTS:
            for reason in dict.fromkeys(fault.not_in.values()):
                print(f"  {fault.number} {fault.name}, in {', '.join(host for host in fault.not_in if fault.not_in[host] == reason)}: {reason}")
        print("\n" + "\n".join(sorted(self.notes)))
        counted = {(outcome.fault, outcome.endpoint) for outcome in self.outcomes}
        listed = [number for number, endpoint in counted if BY_NUMBER[number].is_listed and endpoint in ENDPOINTS and endpoint != "keep"]
        newer = {cell for cell in counted if cell[1] in NEWER}
        late = [outcome for outcome in self.outcomes if outcome.attempts > 1]
        worst = max((outcome.over_ms for outcome in self.outcomes), default=0)
        print(f"\n{len(counted) - len(newer)} cells x {len(hosts)} hosts ({len(listed)} of them the {len(set(listed))} faults of the list x 7 endpoints) and "
              f"{len(newer)} cells of newer endpoints {'in one host each' if self.given.shared else 'in all of them'}, {len(self.outcomes)} outcomes; "
              f"the latest ended {worst:+.0f} ms over its deadline; {len(late)} were run again because of their time")
        kept = [outcome for outcome in self.outcomes if outcome.endpoint == "keep"]
        print(f"the last good key set was kept in {sum(not outcome.misses for outcome in kept)} of {len(kept)} cells")
        print(f"{seen.connections} connections, {seen.total} requests, {seen.credentials} credentials in them, "
              f"{len(seen.misses)} where they do not belong; {seen.elsewhere} connections to another origin; {seconds:.0f} s\n")
        for outcome in self.outcomes:
            for miss in outcome.misses:
                print(f"not ok {outcome.host}: {outcome.fault} {BY_NUMBER[outcome.fault].name}, {outcome.endpoint}: {miss}")
        for miss in self.misses:
            print(f"not ok {miss}")
        report = {"cells": [asdict(outcome) for outcome in self.outcomes], "rounds": self.notes, "misses": self.misses}
        (self.work / "faults.json").write_text(json.dumps(report, indent=1))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--installed", required=True)
    parser.add_argument("--rust", required=True)
    parser.add_argument("--rounds", type=int, default=1000)
    parser.add_argument("--work", default="target/faults")
    parser.add_argument("--hosts", default=",".join(HOSTS))
    parser.add_argument("--only", default="", help="numbers of faults and names of endpoints, with commas between them")
    parser.add_argument("--shared", action="store_true")
    sys.exit(Run(parser.parse_args()).run())


if __name__ == "__main__":
    main()
