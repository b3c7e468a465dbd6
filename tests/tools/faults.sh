#!/usr/bin/env bash
# make faults: the three packages, installed as a user would, and every fault at every endpoint in every host. FERROAUTH_FAULTS passes options on.
source "$(dirname "$0")/common.sh"

say "faults, 1 of 3: set-up"
bash "$ROOT/tests/tools/setup.sh" build
bash "$ROOT/tests/tools/setup_python.sh" faults
say "faults, 2 of 3: building and installing the packages"
bash "$ROOT/tests/tools/packages.sh" fast "$WORK/packages-fast"
bash "$ROOT/tests/tools/install_as_user.sh" "$WORK/packages-fast" "$WORK/installed-fast"
logged faults-rust "a compiler's error names the file" cargo build --manifest-path "$ROOT/Cargo.toml" --locked --profile fast -p ferroauth-faults
say "faults, 3 of 3: the faults"
# shellcheck disable=SC2086
"$WORK/venv/faults/bin/python" "$ROOT/tests/faults/run.py" --installed "$WORK/installed-fast" --rust "$CARGO_TARGET_DIR/fast/ferroauth-faults" \
    --work "$WORK/faults" ${FERROAUTH_FAULTS:-}
