"""How many tests a runner says that it ran, read from what it printed: (passed, failed, skipped)."""

from __future__ import annotations

import re

Counts = tuple[int, int, int]

# A terminal's colours would hide the numbers.
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


def _sum(pattern: str, text: str) -> Counts:
    found = [tuple(int(number or 0) for number in groups) for groups in re.findall(pattern, text, re.MULTILINE)]
    return (sum(row[0] for row in found), sum(row[1] for row in found), sum(row[2] for row in found))


def cargo(text: str) -> Counts:
    """Every test binary of `cargo test` closes with a line of its own."""
    return _sum(r"^test result: \w+\. (\d+) passed; (\d+) failed; (\d+) ignored", text)


def pytest(text: str) -> Counts:
    closing = [line for line in text.splitlines() if re.search(r"\bin [\d.]+s\b", line)]
    last = closing[-1] if closing else ""

    def count(*names: str) -> int:
        return sum(int(number) for name in names for number in re.findall(rf"(\d+) {name}\b", last))

    return count("passed", "xfailed"), count("failed", "errors?", "xpassed"), count("skipped")


def node(text: str) -> Counts:
    """node --test, whichever reporter it chose."""

    def count(*names: str) -> int:
        return sum(int(number) for name in names for number in re.findall(rf"^[#ℹ] {name} (\d+)$", text, re.MULTILINE))

    return count("pass"), count("fail", "cancelled"), count("skipped", "todo")


def closing_line(text: str) -> Counts:
    """Our own runners close with `N passed, N failed`, and perhaps `, N skipped`; the last one counts."""
    found = re.findall(r"^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$", text, re.MULTILINE)
    passed, failed, skipped = found[-1] if found else (0, 0, 0)
    return int(passed), int(failed), int(skipped or 0)


def check(_: str) -> Counts:
    """A check has one result: its exit code."""
    return 1, 0, 0


def counts(parser: str, text: str, exit_code: int | None) -> tuple[Counts, str]:
    """The counts, and why a run does not count as it stands: it was cut off, ran nothing, or failed without a count."""
    passed, failed, skipped = PARSERS[parser](_COLOURS.sub("", text))
    if parser == "check":
        return ((1, 0, 0), "") if exit_code == 0 else ((0, 1, 0), "" if exit_code is not None else "time limit")
    if exit_code is None:
        return (passed, failed + 1, skipped), "time limit"
    if exit_code != 0 and failed == 0:
        return (passed, 1, skipped), f"exit code {exit_code}"
    if passed + failed == 0:
        return (0, 1, skipped), "ran no test"
    return (passed, failed, skipped), ""


PARSERS = {"cargo": cargo, "pytest": pytest, "node": node, "closing line": closing_line, "check": check}
