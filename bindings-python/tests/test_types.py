"""The stub is honest, and the examples pass the strict type checker."""

import subprocess
import sys
from pathlib import Path

import pytest

from conftest import HERE, ROOT


def run(*arguments: str, cwd: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *arguments], cwd=cwd, capture_output=True, text=True, timeout=280, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.timeout(300)
def test_the_stub_fits_the_built_module(tmp_path: Path) -> None:
    run("mypy.stubtest", "ferroauth", "--allowlist", str(HERE / "stubtest_allowlist.txt"), cwd=tmp_path)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("what", ["examples", "package", "tests"])
def test_strict_types(what: str, tmp_path: Path) -> None:
    targets = {
        "examples": sorted(str(path) for path in (ROOT / "examples" / "python").glob("*.py")),
        "package": ["-p", "ferroauth"],
        "tests": sorted(str(path) for path in HERE.glob("*.py")),
    }
    config = str(HERE.parent / "pyproject.toml")
    run("mypy", "--config-file", config, "--cache-dir", str(tmp_path), *targets[what], cwd=tmp_path)
