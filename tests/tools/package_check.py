"""Looks into the three packages as they are published: licences, names, size.

    package_check.py PACKAGES

Which crates a library holds is asked of the library: rustc writes the path of a crate's source into it wherever the crate
may panic. Each of those must be named in the package's THIRD-PARTY-LICENSES with a text, and so must all that Cargo's own
resolution links. Prints a line per check and closes with `N passed, N failed`.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LARGEST = 8 * 1024 * 1024
# The pattern of the archive, the crate of its library, the library's ending.
PACKAGES = {
    "python": ("ferroauth-*.whl", "ferroauth-python", ".so"),
    "node": ("ferroauth-*.tgz", "ferroauth-node", ".node"),
    "php": ("ferroauth-*.zip", "ferroauth-php", ".so"),
}
# What each package cannot be without, whatever else changes.
ALWAYS = {"aws-lc-sys", "aws-lc-rs", "rustls", "tokio", "reqwest", "serde_json", "std"}
OURS = ("LICENSE-APACHE", "LICENSE-MIT")


def contents(archive: Path) -> dict[str, bytes]:
    if archive.suffix == ".tgz":
        with tarfile.open(archive) as tar:
            return {member.name: tar.extractfile(member).read() for member in tar if member.isfile()}  # type: ignore[union-attr]
    with zipfile.ZipFile(archive) as zipped:
        return {name: zipped.read(name) for name in zipped.namelist()}


def file(files: dict[str, bytes], name: str) -> bytes:
    """The one file of this name, wherever the package keeps it."""
    found = [data for path, data in files.items() if path.rsplit("/", 1)[-1] == name]
    return found[0] if len(found) == 1 else b""


def seen(library: bytes) -> set[tuple[str, str]]:
    """Crates whose sources the library names, with their versions."""
    paths = re.findall(rb"/registry/src/[^/\0]+/([A-Za-z0-9_-]+?)-(\d+\.\d+\.\d+[^/\0]*)/", library)
    return {(name.decode(), version.decode()) for name, version in paths}


def resolved(crate: str) -> set[tuple[str, str]]:
    """What Cargo links, without what is ours."""
    lines = subprocess.run(
        ["cargo", "tree", "--locked", "-p", crate, "-e", "normal,no-proc-macro", "--prefix", "none"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout
    return {(name, version) for name, version, path in re.findall(r"^(\S+) v(\S+)( \(/[^)]*\))?", lines, re.MULTILINE) if not path}


def named(document: str) -> tuple[dict[tuple[str, str], list[str]], set[tuple[str, str]]]:
    """The parts that THIRD-PARTY-LICENSES lists, each with its texts, and which of them come with Rust."""
    split = re.split(r"^-{80}\nText (\d+), for .*\n-{80}\n", document, flags=re.MULTILINE)
    texts = dict(zip(split[1::2], map(str.strip, split[2::2]), strict=True))
    parts = re.findall(r"^(\S+) (\d\S*)\n    .+; (.*)\n    texts ([\d, ]+)$", split[0], re.MULTILINE)
    listed: dict[tuple[str, str], list[str]] = {}
    for name, version, _, numbers in parts:
        listed.setdefault((name, version), []).extend(texts.get(number, "") for number in numbers.split(", "))
    return listed, {(name, version) for name, version, home, _ in parts if name == "std" or "standard library" in home}


def checks(host: str, archive: Path) -> dict[str, object]:
    """What is wrong, check by check: an empty value where nothing is."""
    _, crate, ending = PACKAGES[host]
    files = contents(archive)
    library = b"".join(data for path, data in files.items() if path.endswith(ending))
    parts, of_rust = named(file(files, "THIRD-PARTY-LICENSES").decode("utf-8"))
    inside, linked = seen(library), resolved(crate)
    return {
        "it has our own licences": [name for name in OURS if file(files, name) != (ROOT / name).read_bytes()],
        # Some crates never panic; but a library in which next to none is seen was not read.
        "its library shows what it is made of": [] if len(inside) >= 20 else len(inside),
        "every crate that its library shows is named": sorted(inside - parts.keys()),
        "every crate that Cargo links is named": sorted(linked - parts.keys()),
        "no other crate is named": sorted(parts.keys() - linked - of_rust),
        "none of the large ones is missing": sorted(ALWAYS - {name for name, _ in parts}),
        # Beside its text a crate may have a line that says which there are; the shortest licence, 0BSD, has 600 characters.
        "every part has its texts": sorted(part for part, texts in parts.items() if not all(texts) or max(map(len, texts)) < 600),
        "it is not larger than 8 MiB": archive.stat().st_size if archive.stat().st_size > LARGEST else 0,
    }


def main() -> int:
    packages = Path(sys.argv[1]).resolve()
    passed = failed = 0
    for host, (pattern, _, _) in PACKAGES.items():
        for archive in sorted(packages.glob(pattern)) or [None]:
            results = checks(host, archive) if archive else {"there is a package": pattern}
            for name, wrong in results.items():
                passed, failed = passed + (not wrong), failed + bool(wrong)
                print(f"{'not ok' if wrong else 'ok'} {host}: {name}" + (f": {wrong}" if wrong else ""))
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
