"""Whether every advisory that rows A to D of the threat list name has its reproducer.

The threat list lies beside the repository (`../shared/threats.md`, or the file that FERROAUTH_THREATS names). Where it is missing, that is
said aloud; in continuous integration (`CI` is set) it is a failure.
"""

import json
import os
import pathlib
import re

TESTS = pathlib.Path(__file__).resolve().parents[1]
# Advisories that no shared case reproduces, with the reason.
WITHOUT = {
    "RUSTSEC-2026-0075": "a generator of random bytes that fails cannot be arranged from outside; core/src/random.rs returns an error and no zeros",
}
# A full number, or what continues one: ", -2022-29217", ", -48526", "..73", "/7", "/-45769".
NUMBER = re.compile(r"(CVE-\d{4}-\d+|GHSA(?:-[0-9a-z]{4})+|RUSTSEC-\d{4}-\d{4})|[,;/] ?-(\d{4})-(\d+)|[,;/] ?-(\d+)|\.\.(\d+)|(?<=\d)/(\d+)")


def named(text):
    """The advisories of a text, abbreviations written out."""
    found, year, last = [], None, None
    for match in NUMBER.finditer(text):
        full, other_year, number, same_year, until, ending = match.groups()
        if full:
            found.append(full)
            year, last = full.split("-")[1:3] if full.startswith("CVE") else (None, None)
            continue
        if year is None:
            continue
        if until:
            numbers = [str(n) for n in range(int(last) + 1, int(last[: -len(until)] + until) + 1)]
        elif ending:
            numbers = [last[: -len(ending)] + ending]
        else:
            year, numbers = other_year or year, [number or same_year]
        found += [f"CVE-{year}-{n}" for n in numbers]
        last = numbers[-1]
    return found


def rows():
    """Row to its advisories, or None without the threat list."""
    file = pathlib.Path(os.environ.get("FERROAUTH_THREATS") or TESTS.parent.parent / "shared" / "threats.md")
    if not file.exists():
        return None
    lines = re.findall(r"^\| ([A-D]\d+) \|(.*)$", file.read_text("utf-8"), re.M)
    return {row: named(text) for row, text in lines}


def faults():
    """What is missing, as texts."""
    listed = rows()
    if listed is None:
        if os.environ.get("CI"):
            return ["the threat list is not there: set FERROAUTH_THREATS"]
        print("*** SKIPPED: the threat list is not there (FERROAUTH_THREATS), so its advisories are not compared ***")
        return []
    files = [*TESTS.glob("vectors/cve*.json"), *TESTS.glob("scenarios/cve*.json")]
    ids = [case["id"] for file in files for case in json.loads(file.read_text())["cases"]]
    wanted = sorted({number for numbers in listed.values() for number in numbers})
    missing = [number for number in wanted if number not in WITHOUT and not any(f"-{number}" in name for name in ids)]
    print(f"{len(wanted)} advisories in rows A to D, {len(wanted) - len(missing) - len(WITHOUT)} reproduced by {len(ids)} cases, {len(WITHOUT)} listed with a reason")
    needless = [f"{number} is listed as without a case, and is not named any more" for number in WITHOUT if number not in wanted]
    return [f"{number}: no case reproduces it" for number in missing] + needless
