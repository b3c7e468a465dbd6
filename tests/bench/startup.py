"""What loading a package costs: time, resident memory, threads and sockets, each in a fresh process."""

from __future__ import annotations

import json
import statistics
import subprocess
from pathlib import Path
from typing import Any

ROUNDS = 9
HERE = Path(__file__).parent.resolve()


def commands(installed: Path, bench_python: str, bench_node: Path) -> dict[str, dict[str, tuple[list[str], Path]]]:
    """host -> what is loaded -> (command, working directory)."""
    python, node, php = installed / "python", installed / "node", installed / "php"
    own_python = str(python / "bin/python")
    return {
        "python": {
            "ferroauth": ([own_python, "-I", str(HERE / "python/startup.py"), "ferroauth"], python),
            "pyjwt + authlib": (
                [bench_python, "-I", str(HERE / "python/startup.py"), "jwt", "authlib.integrations.requests_client", "authlib.jose"],
                python,
            ),
        },
        "node": {
            "ferroauth": (["node", str(HERE / "node/startup.mjs"), str(node), "ferroauth"], node),
            "jose + openid-client": (["node", str(HERE / "node/startup.mjs"), str(bench_node), "jose", "openid-client"], node),
        },
        "php": {"ferroauth": (["php", str(HERE / "php/startup.php")], php)},
    }


def measure(installed: Path, bench_python: str, bench_node: Path) -> dict[str, dict[str, dict[str, Any]]]:
    """Medians over fresh processes: host -> loaded -> {ms, mib, threads, sockets}."""
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for host, loads in commands(installed, bench_python, bench_node).items():
        for what, (command, cwd) in loads.items():
            runs = [_once(command, cwd) for _ in range(ROUNDS)]
            found.setdefault(host, {})[what] = {
                "ms": statistics.median(run["ms"] for run in runs),
                "mib": statistics.median(run["kib"] for run in runs) / 1024,
                "threads": max(run["threads"] for run in runs),
                "sockets": max(run["sockets"] for run in runs),
            }
    return found


def _once(command: list[str], cwd: Path) -> dict[str, Any]:
    done = subprocess.run(command, cwd=cwd, capture_output=True, timeout=30, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr.decode('utf-8', 'replace')[-400:]}")
    return json.loads(done.stdout)


def table(found: dict[str, dict[str, dict[str, Any]]]) -> list[str]:
    """The table's lines."""
    lines = ["loading: milliseconds, MiB of resident memory, threads and sockets added", ""]
    for host, loads in found.items():
        for what, seen in loads.items():
            lines.append(
                f"  {host:<7} {what:<22}{seen['ms']:>8.1f} ms {seen['mib']:>7.1f} MiB {seen['threads']:>3} threads {seen['sockets']:>3} sockets"
            )
    return lines
