"""Holds the README to its word, with the installed packages.

    readme_check.py INSTALLED

For each host the first program of its quickstart is run and must print what its comments say; every line of
the second must stand in that host's example program, in this order. INSTALLED is what install_as_user.sh made.
Prints a line per check and closes with `N passed, N failed`.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HOSTS = {
    "Python": ("python", "examples/python/login.py"),
    "Node": ("js", "examples/node/login.mjs"),
    "PHP": ("php", "examples/php/login.php"),
}
EXPECTED = ["42", "token.signature"]


def programs(host: str, language: str) -> list[str]:
    """The fenced programs of a host's part of the README."""
    text = (ROOT / "README.md").read_text("utf-8")
    part = text.split(f"\n### {host}\n", 1)[1]
    part = re.split(r"\n##+ ", part, maxsplit=1)[0]
    return re.findall(rf"```{language}\n(.*?)```", part, re.DOTALL)


def run(host: str, program: str, installed: Path) -> list[str]:
    """What the program prints, run where a user would run it."""
    place = installed / {"Python": "python", "Node": "node", "PHP": "php"}[host]
    with tempfile.TemporaryDirectory(dir=place) as folder:
        match host:
            case "Python":
                command = [str(place / "bin" / "python"), "-c", program]
            case "Node":
                file = Path(folder) / "quickstart.mjs"
                file.write_text(program, "utf-8")
                command = ["node", str(file)]
            case _:
                file = Path(folder) / "quickstart.php"
                file.write_text(f"<?php\nrequire '{place}/vendor/autoload.php';\n{program}", "utf-8")
                command = ["php", str(file)]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    if done.returncode != 0:
        print(done.stderr[-2000:])
    return done.stdout.split()


def missing(program: str, example: str) -> list[str]:
    """The lines of the program that the example does not have in this order; comments are the README's own."""
    rest = iter([line.strip() for line in (ROOT / example).read_text("utf-8").splitlines()])
    lines = [line.strip() for line in program.splitlines()]
    wanted = [line for line in lines if line and not line.startswith(("#", "//"))]
    return [line for line in wanted if line not in rest]


def main() -> int:
    installed = Path(sys.argv[1]).resolve()
    failed = passed = 0
    for host, (language, example) in HOSTS.items():
        first, second = programs(host, language)
        checks = {
            f"{host}: the first program runs": (run(host, first, installed), EXPECTED),
            f"{host}: the second stands in {example}": (missing(second, example), []),
        }
        for name, (found, wanted) in checks.items():
            good = found == wanted
            passed, failed = passed + good, failed + (not good)
            print(f"{'ok' if good else 'not ok'} {name}" + ("" if good else f": {found}"))
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
