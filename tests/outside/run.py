"""The outside judges in every host, from the packages as installed: `make vectors`.

    run.py --installed DIR [--hosts rust,python,node,php] [--profile NAME] [--work DIR]

Wycheproof's and the cookbook's files lie beside the repository (`../shared/vectors`, or the folder that FERROAUTH_VECTORS names) and are
never copied into it. They become cases for the adapters of the shared suite, so that no host has a logic of its own. An outcome
that differs from a file's label is documented in tests/vectors/outside.json with its reason; anything else fails, and so
does an exception that is none any more. Without the files this says so loudly; in continuous integration (`CI` is set) it fails.
"""

import argparse
import json
import os
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
TESTS = HERE.parent
sys.path[:0] = [str(TESTS / "adapters")]

import compare  # noqa: E402  (the path must be there first)
import cookbook  # noqa: E402
import wycheproof  # noqa: E402

VECTORS = pathlib.Path(os.environ.get("FERROAUTH_VECTORS") or TESTS.parent.parent / "shared" / "vectors")


def read(path):
    return json.loads((VECTORS / path).read_text("utf-8"))


def find(pattern):
    found = sorted(str(path.relative_to(VECTORS)) for path in VECTORS.glob(pattern))
    if not found:
        sys.exit(f"no file of the outside vectors is called {pattern}")
    return found


def gathered(exceptions):
    """Name of a set to its cases, in the order of the table."""
    out = {}
    for name, cases in (*wycheproof.sets(read), *cookbook.sets(read, find, exceptions)):
        out.setdefault(name, []).extend(cases)
    return out


def is_documented(name, exceptions):
    path, _, case = name.partition("#")
    reasons = exceptions.get(path, {})
    return case in reasons or case.partition("-")[0] in reasons or "*" in reasons


def judge(ids, ran, exceptions):
    """Passed, documented, undocumented, and what is wrong, for the ids of one set."""
    passed, documented, wrong = 0, 0, []
    for name in ids:
        good, excepted = ran.get(name), is_documented(name, exceptions)
        if good is None:
            wrong.append(f"{name} was not run")
        elif good and name.partition("#")[2] in exceptions.get(name.partition("#")[0], {}):
            wrong.append(f"{name} is documented as an exception and is none")
        elif good:
            passed += 1
        elif excepted:
            documented += 1
        else:
            wrong.append(f"{name} differs")
    return passed, documented, wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--installed", required=True)
    parser.add_argument("--hosts", default="rust,python,node,php")
    parser.add_argument("--profile", default="fast")
    parser.add_argument("--work", default="target/outside")
    given = parser.parse_args()
    if not VECTORS.is_dir():
        print(f"*** SKIPPED: the outside vectors are not at {VECTORS}; set FERROAUTH_VECTORS ***")
        print(f"0 passed, {int(bool(os.environ.get('CI')))} failed, 1 skipped")
        sys.exit(1 if os.environ.get("CI") else 0)
    exceptions = json.loads((TESTS / "vectors" / "outside.json").read_text())
    sets = gathered(exceptions)
    folder = pathlib.Path(given.work).resolve() / "cases"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "cases.json").write_text(json.dumps({"cases": [case for cases in sets.values() for case in cases]}))
    os.environ["FERROAUTH_CASES"] = str(folder)
    hosts, commands = given.hosts.split(","), compare.commands(given)
    results, lines_of = {}, {}
    for host in hosts:
        lines, _ = compare.run(*commands[host])
        results[host], lines_of[host] = compare.listing(lines), lines
        (folder.parent / f"{host}.txt").write_text("\n".join(lines) + "\n")
    total = [0, 0, 0]
    print(f"{'set':<28}{'cases':>6}" + "".join(f"{host:>18}" for host in hosts) + "   passed / documented / undocumented")
    for name, cases in sets.items():
        ids, cells, faults = [case["id"] for case in cases], [], []
        for host in hosts:
            passed, documented, wrong = judge(ids, results[host], exceptions)
            cells.append(f"{passed} / {documented} / {len(wrong)}")
            faults += [f"{host}: {text}" for text in wrong]
            total = [total[0] + passed, total[1] + documented, total[2] + len(wrong)]
        print(f"{name:<28}{len(ids):>6}" + "".join(f"{cell:>18}" for cell in cells))
        for fault in faults[:12]:
            case = fault.split(" ")[1]
            said = next((line for line in lines_of[fault.split(":")[0]] if line.startswith(f"not ok {case} ")), "")
            print(f"    {fault}: {said[len(f'not ok {case} '):][:300]}")
    print(f"{total[1]} outcomes differ from a label and are documented in tests/vectors/outside.json")
    print(f"{total[0] + total[1]} passed, {total[2]} failed")
    sys.exit(1 if total[2] or not total[0] else 0)


if __name__ == "__main__":
    main()
