"""Runs every suite of suites.py and adds up what they say: `make test`.

    run_suites.py [--only NAME]... [--list]

At most one job that compiles and one other job run at a time. Each job has a time limit and a log of its own; a job
whose needs have failed is not run and counts as failed. Where Rust, Python, PHP or Node is not as needed, nothing
else is begun but the look for what else is missing, which is said at once and again at the end. The closing line
stands alone: N passed, N failed.
"""

from __future__ import annotations

import argparse
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import parsers
from suites import JOBS, READY, SETUP, TOLD, Job

ROOT = Path(__file__).resolve().parents[2]
# How the runners mark what failed; where none of it is found, the end of the log is shown.
FAILURE = re.compile(r"\s*(not ok\b|FAILED\b|-> |error(\[|:)|---- .* ----|✖|Diff in )")
LOGS = Path(os.environ.get("FERROAUTH_WORK") or ROOT / "target") / "logs"


@dataclass
class Running:
    job: Job
    process: subprocess.Popen[bytes]
    started: float


@dataclass
class Result:
    job: Job
    passed: int
    failed: int
    skipped: int
    seconds: float
    remark: str

    @property
    def good(self) -> bool:
        return self.failed == 0


def log_of(job: Job) -> Path:
    return LOGS / f"suite-{job.name.replace(',', '').replace(' ', '-')}.log"


def start(job: Job) -> Running:
    # The children of a job form one process group, so that its end takes them all along.
    with log_of(job).open("wb") as sink:
        process = subprocess.Popen(
            ["bash", "-c", f"source tests/tools/common.sh\n{job.command}"], cwd=ROOT, stdin=subprocess.DEVNULL,
            stdout=sink, stderr=subprocess.STDOUT, start_new_session=True,
        )
    return Running(job, process, time.monotonic())


def stop(running: Running) -> None:
    try:
        os.killpg(running.process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    running.process.wait()


def finish(running: Running, cut_off: bool) -> Result:
    stop(running)
    job, seconds = running.job, time.monotonic() - running.started
    text = log_of(job).read_text("utf-8", "replace")
    code = None if cut_off else running.process.returncode
    (passed, failed, skipped), remark = parsers.counts(job.parser, text, code)
    if job.step and failed == 0:
        passed = 0  # A set-up step is no test; only its failure counts.
    return Result(job, passed, failed, skipped, seconds, remark)


def tell(result: Result) -> None:
    mark = "ok    " if result.good else "FAILED"
    numbers = "" if result.job.step else f"{result.passed} passed, {result.failed} failed"
    numbers += f", {result.skipped} skipped" if result.skipped else ""
    print(f"  {mark} {result.job.name:<28} {result.seconds:>5.0f} s  {numbers}{'  ' + result.remark if result.remark else ''}", flush=True)
    if not result.good:
        lines = log_of(result.job).read_text("utf-8", "replace").splitlines() if log_of(result.job).exists() else []
        telling = [line for line in lines if FAILURE.match(line)]
        for line in telling[:25] or lines[-25:]:
            print(f"         | {line}", flush=True)
        print(f"         the whole log: {log_of(result.job)}", flush=True)


def still_running(running: list[Running]) -> None:
    for one in running:
        lines = log_of(one.job).read_text("utf-8", "replace").splitlines()
        print(f"  ...    {one.job.name:<28} {time.monotonic() - one.started:>5.0f} s  {lines[-1][:90] if lines else ''}", flush=True)


def failed_among(names: Iterable[str], results: dict[str, Result]) -> list[Result]:
    return [results[name] for name in names if name in results and not results[name].good]


def run(jobs: list[Job]) -> list[Result]:
    waiting, running, results = list(jobs), [], {}
    told = time.monotonic()
    chosen = {job.name for job in jobs}
    try:
        while waiting or running:
            if failed_among(READY, results):
                for one in [one for one in running if one.job.name not in TOLD]:
                    stop(one)
                    running.remove(one)
                    results[one.job.name] = Result(one.job, 0, 1, 0, time.monotonic() - one.started, "stopped: the set-up failed")
            for job in list(waiting):
                needs = [need for need in job.needs if need in chosen]
                broken = [need for need in needs if need in results and not results[need].good]
                missing = [] if job.name in TOLD else failed_among(READY, results)
                if broken or missing:
                    remark = "the set-up" if missing else ", ".join(broken)
                    results[job.name] = Result(job, 0, 1, 0, 0.0, f"not run: {remark} failed")
                    log_of(job).unlink(missing_ok=True)
                    waiting.remove(job)
                    if not missing:
                        tell(results[job.name])
                elif all(need in results for need in needs) and all(other.job.compiles != job.compiles for other in running):
                    print(f"  ...    {job.name}", flush=True)
                    running.append(start(job))
                    waiting.remove(job)
            time.sleep(0.1)
            if time.monotonic() - told > 60:
                told = time.monotonic()
                still_running(running)
            for one in list(running):
                over = time.monotonic() - one.started > one.job.limit_s
                if over or one.process.poll() is not None:
                    running.remove(one)
                    results[one.job.name] = finish(one, over)
                    tell(results[one.job.name])
    finally:
        for one in running:
            stop(one)
    return [results[job.name] for job in jobs]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", action="append", default=[], metavar="NAME", help="run this job and nothing it needs")
    parser.add_argument("--list", action="store_true", help="print the jobs and what they run")
    given = parser.parse_args()
    if given.list:
        for job in JOBS:
            print(f"{job.name:<28} {job.command}")
        return 0
    unknown = set(given.only) - {job.name for job in JOBS}
    if unknown:
        parser.error(f"no job is called {', '.join(sorted(unknown))}; see --list")
    LOGS.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    results = run([job for job in JOBS if not given.only or job.name in given.only])

    print(f"\n{'suite':<30}{'passed':>8}{'failed':>8}{'skipped':>9}{'seconds':>9}")
    for result in results:
        if not result.job.step or not result.good:
            print(f"{result.job.name:<30}{result.passed:>8}{result.failed:>8}{result.skipped:>9}{result.seconds:>9.0f}  {result.remark}".rstrip())
    for result in failed_among([job.name for job in SETUP], {result.job.name: result for result in results}):
        # What the step said it needs, once more: it may be far above.
        said = log_of(result.job).read_text("utf-8", "replace") if log_of(result.job).exists() else ""
        advice = said[said.rindex("FAILED:") :] if "FAILED:" in said else result.remark
        print(f"\n{result.job.name}: {advice.strip()}")
    print(f"\nall of it took {(time.monotonic() - started) / 60:.1f} minutes; the logs are in {LOGS}\n")
    passed, failed = sum(result.passed for result in results), sum(result.failed for result in results)
    skipped = sum(result.skipped for result in results)
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""), flush=True)
    return 0 if failed == 0 and passed > 0 else 1


if __name__ == "__main__":
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: sys.exit(130))
    sys.exit(main())
