"""Interop: every scenario from every host, installed as a user would, against servers that are not ours: `make interop`.

    run.py --installed DIR --provider DIR --python VENV/bin/python [--out DIR] [--only WORD]... [--hosts HOST]...

oidc-provider runs from the npm project --provider; the servers on oauthlib, Authlib and idpyoidc run in the environment --python. Prints a table
(server x scenario x host), writes it to OUT/interop.json, and exits 0 only when every cell holds. The closing line is `N passed, N failed`.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import queue
import subprocess
import sys
import threading
import time
import traceback
from contextlib import ExitStack
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent.resolve()
sys.path[:0] = [str(HERE), str(HERE.parent / "demo")]

from browser import BrowserError
from children import Child, Provider
from hook import Hook
from remote import Host, HostFailed, Refused
from stage import CALLBACK, SCENARIOS, Missed, Scenario, Stage

ALL_HOSTS = ("python", "node", "php")
START_LIMIT_S = 30
# Of each host: some scenarios do little but wait (a device polls every five seconds).
PROCESSES = 3


def start_servers(given: argparse.Namespace, stack: ExitStack) -> dict[str, dict[str, Any]]:
    """Starts the servers side by side and returns what each says about itself."""
    commands = {
        "frappe": [str(given.python), "-I", str(HERE / "servers/frappe.py"), CALLBACK],
        "authlib": [str(given.python), "-I", str(HERE / "servers/authlib_server.py"), CALLBACK],
        "idpyoidc": [str(given.python), "-I", str(HERE / "servers/idpyoidc_server.py"), CALLBACK],
    }
    started = {name: stack.enter_context(Child(command, given.out / f"{name}.log", HERE)) for name, command in commands.items()}
    tls = given.out / "tls"
    subprocess.run([str(given.python), "-I", str(HERE / "servers/certificates.py"), str(tls)], check=True, timeout=START_LIMIT_S)
    hook = stack.enter_context(Hook())
    options = ("--hook", hook.url, "--tls", str(tls))
    provider = stack.enter_context(Provider(given.provider, given.out / "oidc-provider.log", [CALLBACK], "interop.mjs", *options))
    provider.facts.update(logout_tokens=hook.logout_tokens, tls={file.stem: file.read_text("utf-8") for file in tls.glob("*.pem")})
    return {"oidc-provider": provider.facts, **{name: json.loads(child.first_line(START_LIMIT_S)) for name, child in started.items()}}


def play_all(host: Host, facts: dict[str, dict[str, Any]], waiting: queue.SimpleQueue, cells: dict[tuple[str, str, str], str]) -> None:
    """Plays scenarios in one host until none waits. A cell is empty when all holds, or says what does not."""
    while True:
        try:
            number, scenario = waiting.get_nowait()
        except queue.Empty:
            return
        outcome = ""
        try:
            scenario.play(Stage(host, facts, scenario, number))
            host.forget()
        except (Missed, Refused, BrowserError) as missed:
            outcome = f"{type(missed).__name__}: {missed} [{_place(missed)}]"
        except HostFailed as failed:
            outcome = f"host: {failed}"
        except Exception as error:  # noqa: BLE001 - a scenario that fails must not end the run
            outcome = f"{type(error).__name__}: {error} [{_place(error)}]"
        cells[scenario.server, scenario.name, host.name] = outcome


def _place(error: BaseException) -> str:
    """The last line of a scenario file on the way to the error."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "/scenarios/" in frame.filename]
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"


def table(chosen: list[Scenario], hosts: list[str], cells: dict[tuple[str, str, str], str]) -> str:
    width = max(len(scenario.name) for scenario in chosen)
    lines, server = [], None
    for scenario in chosen:
        if scenario.server != server:
            server = scenario.server
            count = sum(other.server == server for other in chosen)
            lines += ["", f"{f'{server}, {count} scenarios':<{width}}  " + "".join(f"{host:<8}" for host in hosts)]
        marks = ["ok" if cells.get((server, scenario.name, host), "?") == "" else "MISSED" for host in hosts]
        lines.append(f"{scenario.name:<{width}}  " + "".join(f"{mark:<8}" for mark in marks))
    return "\n".join(lines[1:])


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--installed", type=Path, required=True)
    parser.add_argument("--provider", type=Path, required=True)
    # Not resolved: a virtual environment's python is a link, and its place is what makes it that environment's.
    parser.add_argument("--python", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path("target/interop"))
    parser.add_argument("--only", action="append", default=[], metavar="WORD", help="only scenarios with this in server or name")
    parser.add_argument("--hosts", action="append", choices=ALL_HOSTS)
    given = parser.parse_args()
    given.installed, given.provider, given.out = given.installed.resolve(), given.provider.resolve(), given.out.resolve()
    given.python = given.python.absolute()
    given.out.mkdir(parents=True, exist_ok=True)
    return given


def main() -> int:
    given = arguments()
    for name in [name for name in os.environ if name.lower() in {"http_proxy", "https_proxy", "all_proxy"}]:
        del os.environ[name]  # Loopback only: nothing here is meant for a proxy.
    for file in sorted((HERE / "scenarios").glob("*.py")):
        importlib.import_module(f"scenarios.{file.stem}")
    hosts = given.hosts or list(ALL_HOSTS)
    chosen = [one for one in SCENARIOS if not given.only or any(word in f"{one.server}: {one.name}" for word in given.only)]
    # Grouped by server; within one, as they are written.
    chosen.sort(key=lambda one: ["oidc-provider", "frappe", "authlib", "idpyoidc"].index(one.server))
    if not chosen:
        print("no scenario has such a name")
        return 2
    began, cells = time.monotonic(), {}
    with ExitStack() as stack:
        facts = start_servers(given, stack)
        for name, known in facts.items():
            print(f"{name}: {known['software']} at {known['issuer']}, pid {known['pid']}", flush=True)
        players = []
        for name in hosts:
            waiting: queue.SimpleQueue = queue.SimpleQueue()
            for entry in enumerate(chosen):
                waiting.put(entry)
            for number in range(min(PROCESSES, len(chosen))):
                host = Host(name, given.installed, given.out / f"{name}-{number}.log")
                stack.callback(host.close)
                players.append(threading.Thread(target=play_all, args=(host, facts, waiting, cells)))
        for player in players:
            player.start()
        for player in players:
            player.join()
    missed = {key: cells.get(key, "was not played") for one in chosen for host in hosts
              if cells.get(key := (one.server, one.name, host), "?") != ""}
    print(f"\n{table(chosen, hosts, cells)}\n")
    for (server, name, host), why in missed.items():
        print(f"FAILED {server}, {name}, {host}: {why}")
    results = [{"server": one.server, "scenario": one.name, "hosts": {host: missed.get((one.server, one.name, host), "ok") for host in hosts}} for one in chosen]
    (given.out / "interop.json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    total = len(chosen) * len(hosts)
    print(f"{len(chosen)} scenarios x {len(hosts)} hosts in {time.monotonic() - began:.0f} s; logs and interop.json: {given.out}\n")
    print(f"{total - len(missed)} passed, {len(missed)} failed")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
