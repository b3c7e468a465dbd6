"""Runs the shared suite in all four hosts and compares what each of them ran.

    compare.py --installed DIR [--out DIR] [--profile NAME] [--hosts rust,python,node,php]

DIR is where the packages were installed as a user would (python/, node/, php/). A host passes when it ran exactly
the cases that the files hold, and each of them came out as expected. Prints the coverage of the threat list, what
failed, one line per host, and `N passed, N failed`.
"""

import argparse
import collections
import json
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
# What must hold of the suite itself: the files are as their generator writes them, and no threat row is without a case.
CHECKS = (["tests/vectors/generate/generate.py", "--check"], ["tests/vectors/coverage.py"])


def expected():
    """The ids that the files hold."""
    rows = json.loads((HERE.parent / "vectors" / "errors.json").read_text())["rows"]
    ids = ["errors-the-whole-table"] + [f"errors-{row['code']}" for row in rows]
    for folder in ("vectors", "scenarios"):
        for file in sorted((HERE.parent / folder).glob("*.json")):
            ids += [case["id"] for case in json.loads(file.read_text()).get("cases", ())]
    return ids


def commands(given):
    """How each host's adapter is started."""
    installed = pathlib.Path(given.installed).resolve()
    cargo = ["cargo", "test", "--profile", given.profile, "-p", "ferroauth", "--no-fail-fast", "--test", "vectors", "--test", "scenarios"]
    return {
        "rust": (cargo, None),
        "python": ([installed / "python/bin/python", "-B", HERE / "python/run.py"], None),
        "node": (["node", HERE / "node/run.mjs"], installed / "node"),
        "php": (["php", HERE / "php/run.php"], installed / "php"),
    }


def run(command, installed):
    """The lines that an adapter prints, whatever its exit code."""
    environment = dict(os.environ) | ({"FERROAUTH_INSTALLED": str(installed)} if installed else {})
    done = subprocess.run([str(word) for word in command], cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, errors="replace", timeout=900)
    return done.stdout.splitlines(), done.returncode


def listing(lines):
    """What ran: id to whether it came out as expected."""
    ran = collections.OrderedDict()
    for line in lines:
        words = line.split(" ")
        good, words = (True, words[1:]) if words[0] == "ok" else (False, words[2:]) if words[:2] == ["not", "ok"] else (None, [])
        if words:
            ran[words[0]] = good and ran.get(words[0], True)
    return ran


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--installed", required=True)
    parser.add_argument("--out")
    parser.add_argument("--profile", default="fast")
    parser.add_argument("--hosts", default="rust,python,node,php")
    given = parser.parse_args()
    ids, passed, failed = expected(), 0, 0
    if len(set(ids)) != len(ids):
        sys.exit("two cases have the same id")
    for check in CHECKS:
        lines, code = run([sys.executable, "-B", *check], None)
        passed, failed = passed + (code == 0), failed + (code != 0)
        print("\n".join(lines), flush=True)
    for host in given.hosts.split(","):
        lines, code = run(*commands(given)[host])
        if given.out:
            pathlib.Path(given.out).mkdir(parents=True, exist_ok=True)
            (pathlib.Path(given.out) / f"{host}.txt").write_text("\n".join(lines) + "\n")
        ran = listing(lines)
        bad = [name for name, good in ran.items() if not good]
        not_run, unknown = [name for name in ids if name not in ran], [name for name in ran if name not in set(ids)]
        for line in lines if bad or code else ():
            if not line.startswith("ok "):
                print(f"{host}: {line[:400]}")
        for what, names in (("not run", not_run), ("not in the files", unknown)):
            for name in names[:20]:
                print(f"{host}: {what}: {name}")
        faults = len(bad) + len(not_run) + len(unknown)
        faults += 1 if code != 0 and faults == 0 else 0
        passed, failed = passed + len(ran) - len(bad) - len(unknown), failed + faults
        print(f"{host:<8}{len(ran):>6} ran, {len(bad)} failed, {len(not_run)} not run, {len(unknown)} unknown", flush=True)
    print(f"{passed} passed, {failed} failed")
    sys.exit(0 if passed and not failed else 1)


if __name__ == "__main__":
    main()
