"""Holds the README to its word, with the installed packages.

    readme_check.py PACKAGES

For each host the commands that install it are run as they stand, in an empty folder where the packages lie as after
`make packages`; then the first program of its quickstart is run there and must print what its comments say, and
every line of the second must stand in that host's example program, in this order; the lines of the Rust program must
stand in the example of the crate's documentation, which is compiled. Commands of this README and of the bindings' must
name what there is. The programs of the bindings' READMEs are run by each host's own tests. Prints a line per check and
closes with `N passed, N failed`.
"""

from __future__ import annotations

import json
import os
import re
import shlex
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
RUST = "core/src/lib.rs"
PAGES = ("README.md", "bindings-python/README.md", "bindings-node/README.md", "bindings-php-ffi/README.md")
EXPECTED = ["42", "token.signature"]


def fenced(page: str) -> list[tuple[str, str]]:
    """Language and text of everything between fences."""
    return re.findall(r"^```(\w+)[^\n]*\n(.*?)^```$", (ROOT / page).read_text("utf-8"), re.MULTILINE | re.DOTALL)


def blocks(host: str, language: str) -> list[str]:
    """The fenced blocks of a language in a host's part of the README."""
    text = (ROOT / "README.md").read_text("utf-8")
    part = text.split(f"\n### {host}\n", 1)[1]
    part = re.split(r"\n##+ ", part, maxsplit=1)[0]
    return re.findall(rf"```{language}\n(.*?)```", part, re.DOTALL)


def install(host: str, folder: Path) -> str:
    """Runs the first commands of a host's part; returns what went wrong, if anything did."""
    lines = [line.removeprefix("$ ") for line in blocks(host, "console")[0].splitlines() if line.startswith("$ ")]
    # The Python of this run, and no word to registries: the packages need nothing from them.
    script = "\n".join(lines).replace("python3 ", f"{shlex.quote(sys.executable)} ", 1)
    offline = {"PIP_NO_INDEX": "1", "PIP_REQUIRE_VIRTUALENV": "1", "npm_config_offline": "true", "COMPOSER_DISABLE_NETWORK": "1", "COMPOSER_ALLOW_SUPERUSER": "1"}
    done = subprocess.run(["bash", "-ec", script], cwd=folder, env={**os.environ, **offline, "COMPOSER_HOME": str(folder / "composer")},
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=180, check=False)
    return "" if done.returncode == 0 else (done.stdout + done.stderr)[-2000:]


def run(host: str, program: str, folder: Path) -> list[str]:
    """What the program prints, run where its package was installed."""
    match host:
        case "Python":
            command = [str(folder / ".venv" / "bin" / "python"), "-c", program]
        case "Node":
            (folder / "quickstart.mjs").write_text(program, "utf-8")
            command = ["node", "quickstart.mjs"]
        case _:
            (folder / "quickstart.php").write_text(f"<?php\nrequire 'vendor/autoload.php';\n{program}", "utf-8")
            command = ["php", "quickstart.php"]
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    except OSError as problem:
        return [str(problem)]
    if done.returncode != 0:
        print(done.stderr[-2000:])
    return done.stdout.split()


def missing(program: str, example: str) -> list[str]:
    """The lines of the program that the example does not have in this order; comments are the README's own."""
    # In Rust the program stands in the documentation of the crate.
    rest = iter([line.removeprefix("//! ").strip() for line in (ROOT / example).read_text("utf-8").splitlines()])
    lines = [line.strip() for line in program.splitlines()]
    wanted = [line for line in lines if line and not line.startswith(("#", "//"))]
    return [line for line in wanted if line not in rest]


def unknown(page: str) -> list[str]:
    """What the commands of a page call and nobody has: targets of make, and files of ours."""
    targets = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    wrong = []
    for language, text in fenced(page):
        for command in re.findall(r"^\$ (.*)", text, re.MULTILINE) if language == "console" else ():
            wrong += [f"make {target}" for target in re.findall(r"\bmake (\w+)", command) if target not in targets]
            wrong += [path for path in re.findall(r"(?<!\S)(?:bindings-|examples/|tests/)\S+", command) if not (ROOT / path).exists()]
        if language == "json":
            json.loads(text)
    return wrong


def main() -> int:
    packages = Path(sys.argv[1]).resolve()
    checks: dict[str, tuple[object, object]] = {}
    known: list[str] = []
    for host, (language, example) in HOSTS.items():
        first, second = blocks(host, language)
        known += [first, second]
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "target").mkdir()
            (folder / "target" / "packages").symlink_to(packages)
            checks |= {
                f"{host}: it installs": (install(host, folder), ""),
                f"{host}: the first program runs": (run(host, first, folder), EXPECTED),
                f"{host}: the second stands in {example}": (missing(second, example), []),
            }
    (rust,) = [text for language, text in fenced("README.md") if language == "rust"]
    checks[f"Rust: the program stands in {RUST}"] = (missing(rust, RUST), [])
    others = [text for language, text in fenced("README.md") if language != "console" and text not in (rust, *known)]
    checks["README.md has no other program"] = (others, [])
    checks |= {f"{page}: its commands name what there is": (unknown(page), []) for page in PAGES}
    passed = failed = 0
    for name, (found, wanted) in checks.items():
        good = found == wanted
        passed, failed = passed + good, failed + (not good)
        print(f"{'ok' if good else 'not ok'} {name}" + ("" if good else f": {found}"))
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
