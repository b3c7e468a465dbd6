#!/usr/bin/env bash
# make demo: set-up, the three packages as published, installed into empty directories, and the main job from each host.
source "$(dirname "$0")/common.sh"

say "demo, 1 of 4: set-up"
bash "$ROOT/tests/tools/setup.sh" demo
say "demo, 2 of 4: building the packages (profile ${FERROAUTH_PROFILE:-release})"
# That PHP's generated files fit the library is for `make packages` and `make test` to say: the tool for it takes a minute to build.
FERROAUTH_GENERATED=trust bash "$ROOT/tests/tools/packages.sh" "${FERROAUTH_PROFILE:-release}" "$WORK/packages"
say "demo, 3 of 4: installing them as a user would"
bash "$ROOT/tests/tools/install_as_user.sh" "$WORK/packages" "$WORK/installed"
say "demo, 4 of 4: the main job, from each host, at a real provider"
"$PYTHON" "$ROOT/tests/demo/run.py" --installed "$WORK/installed" --provider "$WORK/npm/provider" --out "$LOGS/demo"
