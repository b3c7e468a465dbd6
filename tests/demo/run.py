"""Drives the main job from every host against a real provider and prints one table: see `make help`.

    run.py --installed DIR --provider DIR [--out DIR]

DIR/python, DIR/node and DIR/php hold the installed packages (tests/tools/install_as_user.sh).
Exits 0 only when every host has shown every step of steps.py.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import examples
from browser import Browser, BrowserError
from children import Provider, free_port
from host_process import HostFailed, HostProcess
from steps import HOSTS
from table import Report

HERE = Path(__file__).parent.resolve()
USER = "ada"
PHASE_LIMIT_S = 60


def commands(installed: Path) -> dict[str, list[str]]:
    return {
        "python": [str(installed / "python/bin/python"), "-I", str(HERE / "host.py")],
        "node": ["node", str(HERE / "host.mjs")],
        "php": ["php", str(HERE / "host.php")],
    }


def run_phase(host: str, phase: str, config: dict[str, Any], given: argparse.Namespace, report: Report) -> dict[str, Any]:
    """Runs one program to its end, records its steps and returns the tokens that it signed, if it did."""
    signed: dict[str, Any] = {}
    child = HostProcess(
        [*commands(given.installed)[host], phase], config, given.out / f"{host}-{phase}.log", PHASE_LIMIT_S,
        cwd=given.installed / host,
    )
    try:
        for step in child.steps(lambda url: at_the_browser(url, config["redirect_uri"])):
            signed = step.pop("tokens", signed)
            report.record(step)
    except HostFailed as error:
        report.note(host, f"{phase}: {error}")
    finally:
        child.close()
    return signed


def at_the_browser(url: str, redirect_uri: str) -> dict[str, Any]:
    browser = Browser(USER)
    try:
        page = browser.log_in(url, redirect_uri)
    except (BrowserError, OSError) as error:
        return {"error": str(error), "seen": str(error)}
    return {"callback": page.url, "seen": ", ".join(browser.seen)}


def drive(given: argparse.Namespace, report: Report) -> None:
    keys = json.loads(subprocess.run(["node", HERE / "keys.mjs"], check=True, capture_output=True, timeout=30).stdout)
    ports = {host: free_port() for host in HOSTS}
    redirects = [examples.redirect_uri(port) for port in ports.values()]
    with Provider(given.provider, given.out / "provider.log", redirects) as provider:
        facts = provider.facts
        print(f"provider: {facts['issuer']} (oidc-provider, pid {facts['pid']})", flush=True)
        config = {
            **facts, **keys, "user": USER, "token_issuer": "https://matrix.example.test", "token_audience": "every-host",
            "redirect_uri": facts["clients"]["demo-basic"]["redirect_uris"][0],
        }
        for host in HOSTS:
            print(f"{host}: the main job", flush=True)
            run_phase(host, "login", config, given, report)
        signed = {host: run_phase(host, "sign", config, given, report) for host in HOSTS}
        for host in HOSTS:
            print(f"{host}: verifies what the others signed", flush=True)
            run_phase(host, "verify", {**config, "signed": signed}, given, report)
        for host in HOSTS:
            print(f"{host}: its examples", flush=True)
            for step in examples.run(host, given.installed, given.out, facts, ports[host], USER):
                report.record(step)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--installed", type=Path, required=True)
    parser.add_argument("--provider", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path("target/demo/logs"))
    given = parser.parse_args()
    given.installed, given.out = given.installed.resolve(), given.out.resolve()
    given.out.mkdir(parents=True, exist_ok=True)
    for name in [name for name in os.environ if name.lower() in {"http_proxy", "https_proxy", "all_proxy"}]:
        del os.environ[name]  # Loopback only: nothing here is meant for a proxy.

    report = Report()
    try:
        drive(given, report)
    except Exception as error:
        report.note("demo", f"{type(error).__name__}: {error}")
    print("\n" + report.text())
    print(f"\nlogs: {given.out}\n\n{report.passed()} passed, {report.failed()} failed")
    return 0 if report.failed() == 0 and not report.notes else 1


if __name__ == "__main__":
    sys.exit(main())
