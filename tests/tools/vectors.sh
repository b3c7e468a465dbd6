#!/usr/bin/env bash
# make vectors: the three packages, installed as a user would, and every outside set in every host.
source "$(dirname "$0")/common.sh"

say "vectors, 1 of 3: set-up"
bash "$ROOT/tests/tools/setup.sh" build
say "vectors, 2 of 3: building and installing the packages"
bash "$ROOT/tests/tools/packages.sh" fast "$WORK/packages-fast"
bash "$ROOT/tests/tools/install_as_user.sh" "$WORK/packages-fast" "$WORK/installed-fast"
say "vectors, 3 of 3: the judges"
"$PYTHON" "$ROOT/tests/outside/run.py" --installed "$WORK/installed-fast" --work "$WORK/outside"
