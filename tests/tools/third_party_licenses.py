"""Writes the licences of everything that is linked into a package's library, which they demand with binaries.

    third_party_licenses.py CRATE FILE

CRATE is the crate whose library is packed (ferroauth-python, ferroauth-node, ferroauth-php). What it links is what
`cargo tree` says for this machine and the default features; the texts come from the crates' own sources, which cargo
has had to fetch to compile them, and from the notices that come with Rust for its standard library. A crate without a
text gets that of its licence from `licenses/`, with its own authors; where that has none either, the program fails.
The same sources give the same file.
"""

from __future__ import annotations

import html
import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
STANDARD = Path(__file__).resolve().parent / "licenses"
NAMED = re.compile(r"(licen[sc]e|copying|copyright|notice|unlicen[sc]e)", re.IGNORECASE)
# Code that happens to be called so, and texts about what a crate's tests or tools use.
NO_TEXT = {".rs", ".c", ".h", ".py", ".sh", ".toml", ".json", ".html", ".yml", ".yaml"}
NOT_LINKED = {"tests", "test", "docs", "doc", "benches", "examples", "target"}
RULE = "-" * 80


class Missing(Exception):
    """A crate whose licence demands a text that is nowhere to be found."""


@dataclass(frozen=True)
class Crate:
    name: str
    version: str
    license: str
    home: str
    texts: tuple[str, ...]

    @property
    def title(self) -> str:
        return f"{self.name} {self.version}"


def said(*command: str) -> str:
    """What a command of the toolchain prints, run where the toolchain of the repository is in force."""
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Missing(f"{' '.join(command[:2])}: {done.stderr.strip()}")
    return done.stdout


def cargo(*arguments: str) -> str:
    return said("cargo", *arguments)


def rustc(*arguments: str) -> str:
    return said("rustc", *arguments)


def linked(crate: str) -> set[tuple[str, str]]:
    """Name and version of every crate that ends up in the library; those that only run while it is built do not."""
    lines = cargo("tree", "--locked", "--package", crate, "--edges", "normal,no-proc-macro", "--prefix", "none", "--format", "{p}")
    return {(name, version) for name, version in re.findall(r"^(\S+) v(\S+)", lines, re.MULTILINE)}


def own_texts(folder: Path, named: str | None) -> list[str]:
    """The licences that lie in a crate's sources, also those of C code inside it."""
    found = {folder / named} if named else set()
    for path in folder.rglob("*"):
        inside = path.relative_to(folder)
        if path.is_file() and NAMED.match(path.name) and path.suffix.lower() not in NO_TEXT and not NOT_LINKED & set(inside.parts):
            found.add(path)
    # By path, so that the order is that of the names and not of the disk.
    return [path.read_text("utf-8", errors="replace") for path in sorted(found) if path.is_file()]


def standard_text(name: str, license: str, holders: str) -> str:
    """The text of a licence by its SPDX name, for a crate that forgot it. Of alternatives one is enough."""
    for alternative in license.split(" OR "):
        path = STANDARD / f"{alternative}.txt"
        if path.is_file():
            return path.read_text("utf-8").replace("{holders}", holders)
    raise Missing(f"{name} comes without the text of its licence ({license}); put it into {STANDARD.relative_to(ROOT)}")


def crates(crate: str) -> list[Crate]:
    """Everything that is linked and not ours."""
    missing = linked(crate)
    machine = re.search(r"^host: (.*)$", rustc("-vV"), re.MULTILINE)[1]  # type: ignore[index]
    made = []
    for package in json.loads(cargo("metadata", "--locked", "--format-version", "1", "--filter-platform", machine))["packages"]:
        name, version = package["name"], package["version"]
        if (name, version) not in missing:
            continue
        missing.remove((name, version))
        if package["source"] is None:
            continue
        license = (package["license"] or "see its text").replace("/", " OR ")
        home = package["repository"] or package["homepage"] or ""
        texts = own_texts(Path(package["manifest_path"]).parent, package["license_file"])
        holders = ", ".join(re.sub(r"\s*<.*?>", "", author) for author in package["authors"]) or f"the authors of {name} ({home})"
        made.append(Crate(name, version, license, home, tuple(texts or [standard_text(name, license, holders)])))
    if missing or not made:
        raise Missing(f"the sources of {sorted(missing) or crate} were not found")
    return made


def standard_library() -> list[Crate]:
    """Rust's standard library and what it is made of, from the notices that are installed with the compiler."""
    version = rustc("--version").split()[1]
    home = "https://github.com/rust-lang/rust"
    document = Path(rustc("--print", "sysroot").strip()) / "share/doc/rust/COPYRIGHT-library.html"
    if not document.is_file():
        print(f"{Path(__file__).name}: this Rust has no notices of its library's own parts; its own licence stands for all", file=sys.stderr)
        text = standard_text("std", "MIT", "The Rust Project Developers (see https://thanks.rust-lang.org)")
        return [Crate("std", version, "MIT OR Apache-2.0", home, (text,))]
    head, *parts = document.read_text("utf-8").split("<h3>")
    licenses = document.parent / "licenses"
    texts = [(licenses / f"{name}.txt").read_text("utf-8") for name in ("Apache-2.0", "MIT") if (licenses / f"{name}.txt").is_file()]
    made = [Crate("std", version, "MIT OR Apache-2.0", home, (plain(head.split("<body>")[1]), *texts))]
    for part in parts:
        title = re.sub(r"[^\x20-\x7e]", "", html.unescape(part.split("</h3>")[0])).strip()
        name, version = re.fullmatch(r"(.+?)-(\d.*)", title).groups()  # type: ignore[union-attr]
        license = re.search(r"<b>License:</b>(.*?)</p>", part, re.DOTALL)
        named = plain(license[1]) if license else ""
        notices = [plain(notice) for notice in re.findall(r"<pre>(.*?)</pre>", part, re.DOTALL)]
        # Those without a notice are for systems that no package is made for.
        if notices:
            made.append(Crate(name, version, named, "part of Rust's standard library", tuple(notices)))
    return made


def plain(text: str) -> str:
    """HTML as text: tags gone, entities resolved, at most one empty line in a row."""
    lines = [line.rstrip() for line in html.unescape(re.sub(r"<[^>]*>", "", text)).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n ")


def document(crate: str, parts: list[Crate]) -> str:
    parts = sorted(parts, key=lambda part: (part.name, part.version, part.home))
    numbers: dict[str, int] = {}
    shown: dict[int, str] = {}
    users: dict[int, list[str]] = {}
    lines = []
    for part in parts:
        used = []
        for text in part.texts:
            # Copies that differ in line ends or indentation are one text.
            number = numbers.setdefault(" ".join(text.split()), len(numbers) + 1)
            shown.setdefault(number, "\n".join(line.rstrip() for line in text.strip("\n").splitlines()))
            if number not in used:
                used.append(number)
            if part.title not in users.setdefault(number, []):
                users[number].append(part.title)
        lines.append(f"{part.title}\n    {part.license}; {part.home}\n    texts {', '.join(map(str, used))}")
    texts = [f"{RULE}\nText {number}, for {', '.join(users[number])}\n{RULE}\n\n{shown[number]}\n" for number in sorted(shown)]
    return (
        f"What is linked into the library of this package beside ferroauth itself, and the licences of it.\n\n"
        f"{len(parts)} parts, {len(texts)} texts. Of several licences joined by OR each permits the use made here. Where one asks for the\n"
        "source code (MPL-2.0), it is at the address that stands with the part, unchanged.\n\n\n"
        + "\n".join(lines) + "\n\n\n" + "\n\n".join(texts)
    )


def main() -> int:
    crate, target = sys.argv[1:]
    try:
        parts = crates(crate) + standard_library()
        text = document(crate, parts)
    except Missing as missing:
        print(f"{Path(__file__).name}: {missing}", file=sys.stderr)
        return 1
    Path(target).write_text(text, "utf-8")
    print(f"{Path(target).name}: {len(parts)} parts, {len(text.encode()) // 1024} KiB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
