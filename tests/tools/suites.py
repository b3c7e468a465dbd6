"""What `make test` runs, in order of declaration where nothing else decides: set-up steps, then suites.

A command runs in bash at the top of the repository with tests/tools/common.sh sourced, so $WORK, $TEST_VENV and
$CARGO_TARGET_DIR are set. Everything is compiled in the profile `fast`, so that the third-party crates and the C
library are built once for all of them.
"""

from __future__ import annotations

from dataclasses import dataclass

import parsers


@dataclass(frozen=True)
class Job:
    name: str
    command: str
    parser: str = "check"
    needs: tuple[str, ...] = ()
    # Cargo uses all cores and locks its folder: such jobs run one at a time, beside one that does not compile.
    compiles: bool = False
    # A set-up step is no test. Its failure counts as one, and everything that needs it is not run.
    step: bool = False
    limit_s: int = 300

    def __post_init__(self) -> None:
        if self.parser not in parsers.PARSERS:
            raise ValueError(f"{self.name}: no parser is called {self.parser}")


def step(name: str, command: str, *needs: str, compiles: bool = False, limit_s: int = 600) -> Job:
    return Job(name, command, needs=needs, compiles=compiles, step=True, limit_s=limit_s)


PACKAGES = "$WORK/packages-fast"
INSTALLED = "$WORK/installed-fast"
PACKAGE = "bash tests/tools/packages.sh fast " + PACKAGES
INSTALL = f"bash tests/tools/install_as_user.sh {PACKAGES} {INSTALLED}"

SETUP = (
    step("set-up rust", "bash tests/tools/setup_rust.sh"),
    step("set-up python", "bash tests/tools/setup_python.sh test"),
    step("set-up php", "bash tests/tools/setup_php.sh"),
    # Like PHP it comes from Debian's packages, whose manager runs once at a time, as steps that do not compile do.
    step("set-up jose", "bash tests/tools/setup_jose.sh"),
    step("set-up node", "bash tests/tools/setup_node.sh provider"),
    step("set-up faults", "bash tests/tools/setup_python.sh faults", "set-up python"),
    step("set-up interop", "bash tests/tools/setup_python.sh interop", "set-up python"),
    # The libraries beside which the hosts are tested are those of the benchmark.
    step("set-up peers", "bash tests/tools/setup_python.sh bench && bash tests/tools/setup_node.sh bench", "set-up python", "set-up node"),
)

# The packages first: they are what the other suites wait for.
PACKAGING = (
    step("package python", f"{PACKAGE} python", "set-up rust", "set-up python", compiles=True, limit_s=1500),
    step("package node", f"{PACKAGE} node", "set-up rust", "set-up node", compiles=True, limit_s=900),
    step("package php", f"{PACKAGE} php", "set-up rust", "set-up php", compiles=True, limit_s=900),
    step("install python", f"{INSTALL} python && $TEST_VENV/bin/pip install --quiet --no-deps --force-reinstall {PACKAGES}/ferroauth-*.whl",
         "package python"),
    step("install node", f"{INSTALL} node", "package node"),
    step("install php", f"{INSTALL} php", "package php"),
)

# They wait for the whole set-up only so that the packages, which the other suites wait for, are compiled first.
READY = ("set-up rust", "set-up python", "set-up php", "set-up node")
# What a machine must have, which is told all at once.
TOLD = (*READY, "set-up jose")
RUST = (
    Job("rust format", "cargo fmt --all --check", needs=("set-up rust",)),
    Job("rust tests", "cargo test --profile fast -p ferroauth --features command --no-fail-fast", "cargo", needs=READY, compiles=True, limit_s=1200),
    Job("rust tests on ring", "cargo test --profile fast -p ferroauth --no-fail-fast --no-default-features --features ring,drivers",
        "cargo", needs=READY, compiles=True, limit_s=1200),
    # What the fuzzers of `make fuzz` kept, replayed without them.
    Job("fuzz corpus", "cargo test --profile fast -p ferroauth-fuzz", "cargo", needs=READY, compiles=True, limit_s=900),
    Job("rust lint", "cargo clippy --workspace --all-targets --profile fast -- -D warnings", needs=READY, compiles=True, limit_s=900),
    Job("rust docs", "RUSTDOCFLAGS='-D warnings' cargo doc --profile fast --no-deps -p ferroauth", needs=READY, compiles=True),
)

# Each host's own tests run against the package that was built, never against the source tree.
HOSTS = (
    Job("python tests", "cd bindings-python && $TEST_VENV/bin/python -m pytest -q -p no:cacheprovider", "pytest",
        needs=("install python",), limit_s=420),
    Job("node tests", f"sh bindings-node/test/run.sh {PACKAGES}/ferroauth-*.tgz", "node", needs=("package node",), limit_s=420),
    # Where libuv is missing, as in Bun and Deno, operations run on a thread.
    Job("node tests on a thread",
        'NODE_OPTIONS="--require $PWD/bindings-node/test/support/other_runtime.cjs" TYPESCRIPT=no sh bindings-node/test/run.sh '
        f"{PACKAGES}/ferroauth-*.tgz test/client.test.mjs test/loop.test.mjs test/process.test.mjs test/workers.test.mjs", "node",
        needs=("package node",), limit_s=420),
    Job("php tests", f"bash bindings-php-ffi/tests/run.sh {PACKAGES}/ferroauth-php", "closing line",
        needs=("package php",), limit_s=420),
)

# One adapter per host runs tests/vectors and tests/scenarios; what they ran must be the same, and all there is.
SHARED = (
    Job("shared suite, four hosts",
        f"$PYTHON tests/adapters/compare.py --installed {INSTALLED} --out $LOGS --profile fast", "closing line",
        needs=("install python", "install node", "install php"), compiles=True, limit_s=900),
)

# Real servers, which are not ours.
INTEROP = (
    Job("interop, three hosts",
        f"$PYTHON tests/interop/run.py --installed {INSTALLED} --provider $WORK/npm/provider --python $WORK/venv/interop/bin/python --out $LOGS/interop",
        "closing line", needs=("install python", "install node", "install php", "set-up interop")),
    Job("table of features", "$PYTHON tests/interop/features.py --check"),
)

# Wycheproof and the cookbook, through the same adapters; what differs from their labels is documented, or fails.
OUTSIDE = (
    Job("outside judges, four hosts", f"$PYTHON tests/outside/run.py --installed {INSTALLED} --work $WORK/outside", "closing line",
        needs=("install python", "install node", "install php"), compiles=True, limit_s=600),
)

# Every fault at every endpoint in every host, within its deadline; what the rounds leave behind; where credentials went.
FAULTS = (
    step("package faults", "cargo build --profile fast -p ferroauth-faults", *READY, compiles=True, limit_s=900),
    Job("faults, every host",
        f"$WORK/venv/faults/bin/python tests/faults/run.py --installed {INSTALLED} --rust $CARGO_TARGET_DIR/fast/ferroauth-faults --work $WORK/faults --rounds 100 --shared",
        "closing line", needs=("set-up faults", "install python", "install node", "install php", "package faults")),
)

# A minute of it; `make soak` does ten, after which the rise of memory can be told from its noise.
SOAK = (
    Job("soak, every host",
        f"$PYTHON tests/soak/run.py --installed {INSTALLED} --rust $CARGO_TARGET_DIR/fast/ferroauth-soak --work $WORK/soak --minutes 1", "closing line",
        needs=("install python", "install node", "install php", "package faults")),
)

# What users had before: their tokens are accepted here and ours there, and nothing hostile is accepted here alone.
PEERS = (
    Job("beside other libraries",
        f"$PYTHON tests/differential/run.py --installed {INSTALLED} --python $WORK/venv/bench/bin/python --node $WORK/npm/bench --work $WORK/differential",
        "closing line", needs=("install python", "install node", "install php", "set-up peers", "set-up jose")),
)

# The packages as they lie there, before anything is run.
PACKED = (
    Job("packages", f"$PYTHON tests/tools/package_check.py {PACKAGES}", "closing line", needs=("package python", "package node", "package php")),
)

DEMO = (
    Job("command line tool", f"$PYTHON tests/command/run.py {INSTALLED}", "closing line",
        needs=("install python", "install node", "install php")),
    Job("readme", f"$PYTHON tests/tools/readme_check.py {PACKAGES}", "closing line",
        needs=("package python", "package node", "package php")),
    Job("demo", f"$PYTHON tests/demo/run.py --installed {INSTALLED} --provider $WORK/npm/provider --out $LOGS/demo", "closing line",
        needs=("install python", "install node", "install php")),
)

JOBS: tuple[Job, ...] = (*SETUP, *PACKAGING, *HOSTS, *PEERS, *FAULTS, *SOAK, *PACKED, *DEMO, *INTEROP, *SHARED, *OUTSIDE, *RUST)
