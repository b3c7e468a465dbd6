"""Measures ferroauth beside its peers in one run and prints the tables: see `make help`.

    run.py --installed DIR --packages DIR --node DIR --rust PROGRAM --json FILE [--rounds N] [--budget-ms N]

Each round measures every implementation once, with what it is compared to next to it, so that a slow moment of the machine
hits both. Times are the medians of the rounds. A ratio is the median of the rounds' ratios, and not the ratio of two
medians, which on a machine with a slow and a fast gear may come from different gears. Time is CPU time of the measured
process, all its threads.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import burst
import goals
import inputs
import startup
from workers import Failed, Process, Worker

HERE = Path(__file__).parent.resolve()


def start_workers(args: argparse.Namespace, given: dict[str, Any]) -> dict[str, Worker]:
    site = next((args.installed / "python").glob("lib/python*/site-packages"))
    commands = {
        "rust": ([str(args.rust), "worker"], args.installed),
        # The peers' environment, with the installed package in front of it.
        "python": ([sys.executable, "-c", f"import sys, runpy; sys.path.insert(0, {str(site)!r}); "
                    f"runpy.run_path({str(HERE / 'python/worker.py')!r}, run_name='__main__')"], args.installed / "python"),
        "node": (["node", str(args.node / "worker.mjs")], args.installed / "node"),
        "php": (["php", str(HERE / "php/worker.php")], args.installed / "php"),
    }
    return {host: Worker(host, command, cwd, args.logs / f"bench-{host}.log", given)
            for host, (command, cwd) in commands.items()}


def locked_version(crate: str) -> str:
    """The version of a crate that is compiled in."""
    lock = (HERE.parents[1] / "Cargo.lock").read_text("utf-8")
    found = re.search(rf'^name = "{crate}"\nversion = "([^"]+)"', lock, re.MULTILINE)
    return found.group(1) if found else "unknown"


def plan(workers: dict[str, Worker]) -> list[tuple[str, str, str | None, str]]:
    """Every measurement of a round; the hosts of one algorithm stand next to each other."""
    verify = [(host, "verify", algorithm, name) for algorithm in inputs.ALGORITHMS
              for host, worker in workers.items() for name in worker.implementations["verify"]]
    verify += [(host, "refuse", shape, name) for shape in inputs.SHAPES
               for host, worker in workers.items() for name in worker.implementations["refuse"]]
    exchange = [(host, "exchange", None, name) for host, worker in workers.items()
                for name in worker.implementations["exchange"]]
    exchange.sort(key=lambda row: row[3] not in ("ferroauth", "reqwest"))
    return [*verify, *exchange]


def measure(workers: dict[str, Worker], rounds: int, budget_ms: int) -> goals.Samples:
    todo = plan(workers)
    samples: goals.Samples = {key: [] for key in todo}
    for number in range(rounds + 1):
        started = time.monotonic()
        for host, operation, algorithm, name in todo:
            us = workers[host].measure(operation, algorithm, name, budget_ms)
            if number > 0:  # The first round only warms everything up.
                samples[host, operation, algorithm, name].append(us)
        label = f"round {number} of {rounds}" if number else "warm-up"
        print(f"  {label}: {len(todo)} measurements in {time.monotonic() - started:.0f} s", flush=True)
    return samples


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("installed", "packages", "node", "rust", "json"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--logs", type=Path, default=Path("target/logs"))
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--budget-ms", type=int, default=100)
    args = parser.parse_args()
    for name in ("installed", "packages", "node", "rust", "logs"):
        setattr(args, name, getattr(args, name).resolve())
    args.logs.mkdir(parents=True, exist_ok=True)

    endpoint = Process("endpoint", [str(args.rust), "endpoint"], args.installed, args.logs / "bench-endpoint.log")
    workers: dict[str, Worker] = {}
    try:
        given = inputs.make(f"http://127.0.0.1:{int(endpoint.line())}")
        workers = start_workers(args, given)
        workers["rust"].versions |= {"sha256": f"aws-lc-rs {locked_version('aws-lc-rs')}", "bare": f"aws-lc-rs {locked_version('aws-lc-rs')}", "reqwest": locked_version("reqwest")}
        samples = measure(workers, args.rounds, args.budget_ms)
        loading = startup.measure(args.installed, sys.executable, args.node)
        bursts = burst.measure(args.installed, args.node, args.rust, args.logs, given)
    except (Failed, RuntimeError) as error:
        print(f"FAILED: {error}", file=sys.stderr)
        return 1
    finally:
        for process in (*workers.values(), endpoint):
            process.close()

    sizes = {path.name: path.stat().st_size for path in sorted(args.packages.glob("ferroauth-*.*")) if path.is_file()}
    report(samples, loading, sizes, bursts)
    rows = [
        {"host": host, "operation": operation, "algorithm": algorithm, "implementation": name,
         "version": workers[host].versions[name], "median_us": round(statistics.median(values), 3)}
        for (host, operation, algorithm, name), values in samples.items()
    ]
    rows += [
        {"host": one.kind.host, "operation": "burst", "algorithm": None, "implementation": one.kind.name,
         "version": _version(workers, one.kind), "median_us": round(statistics.median(one.ms) * 1000), "left": one.left}
        for one in bursts
    ]
    args.json.parent.mkdir(parents=True, exist_ok=True)
    args.json.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    print(f"\n{len(rows)} rows written to {args.json}")
    return 0


def _version(workers: dict[str, Worker], kind: burst.Kind) -> str:
    return workers[kind.host].versions[kind.name.removesuffix(".aio")]


def report(samples: goals.Samples, loading: dict[str, Any], sizes: dict[str, int], bursts: list[burst.Burst]) -> None:
    judged = goals.judged(samples, {host: seen["ferroauth"] for host, seen in loading.items()}, sizes)
    judged += burst.judged(bursts)
    sizes_lines = ["packages", "", *(f"  {name:<60}{size / 2**20:>8.2f} MiB" for name, size in sizes.items())]
    for lines in (goals.verify_table(samples), goals.exchange_table(samples), goals.refuse_table(samples), burst.table(bursts),
                  startup.table(loading), sizes_lines):
        print("\n" + "\n".join(lines))
    print("\ngoals (ratios of this run)\n")
    for met, sentence in judged:
        print(f"  {'met   ' if met else 'MISSED'}  {sentence}")


if __name__ == "__main__":
    sys.exit(main())
