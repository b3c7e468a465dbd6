#!/usr/bin/env bash
# make interop: the three packages, installed as a user would, and every scenario in every host against the real servers.
source "$(dirname "$0")/common.sh"

say "interop, 1 of 3: set-up"
bash "$ROOT/tests/tools/setup.sh" interop
say "interop, 2 of 3: building and installing the packages"
bash "$ROOT/tests/tools/packages.sh" fast "$WORK/packages-fast"
bash "$ROOT/tests/tools/install_as_user.sh" "$WORK/packages-fast" "$WORK/installed-fast"
say "interop, 3 of 3: the servers and the scenarios"
"$PYTHON" "$ROOT/tests/interop/run.py" --installed "$WORK/installed-fast" --provider "$WORK/npm/provider" \
    --python "$WORK/venv/interop/bin/python" --out "$LOGS/interop"
