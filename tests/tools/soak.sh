#!/usr/bin/env bash
# make soak: the three packages, installed as a user would, and every host at work for some minutes: soak.sh MINUTES
source "$(dirname "$0")/common.sh"

minutes=${1:-10}
[[ $minutes =~ ^[0-9]+(\.[0-9]+)?$ ]] || fail "$minutes is no number of minutes" "make soak MINUTES=10"
say "soak, 1 of 3: set-up"
bash "$ROOT/tests/tools/setup.sh" build
say "soak, 2 of 3: building and installing the packages"
bash "$ROOT/tests/tools/packages.sh" fast "$WORK/packages-fast"
bash "$ROOT/tests/tools/install_as_user.sh" "$WORK/packages-fast" "$WORK/installed-fast"
logged soak-rust "a compiler's error names the file" cargo build --manifest-path "$ROOT/Cargo.toml" --locked --profile fast -p ferroauth-faults
say "soak, 3 of 3: $minutes minutes of work"
"$PYTHON" "$ROOT/tests/soak/run.py" --installed "$WORK/installed-fast" --rust "$CARGO_TARGET_DIR/fast/ferroauth-soak" --work "$WORK/soak" --minutes "$minutes"
