#!/usr/bin/env bash
# make bench: set-up with the peers, the packages as published, and the measurements. FERROAUTH_BENCH passes options on.
source "$(dirname "$0")/common.sh"

say "bench, 1 of 4: set-up, with the peers"
bash "$ROOT/tests/tools/setup.sh" bench
say "bench, 2 of 4: building the packages and the Rust side (profile release)"
bash "$ROOT/tests/tools/packages.sh" release "$WORK/packages"
logged bench-rust "a compiler's error names the file" cargo build --manifest-path "$ROOT/Cargo.toml" --locked --release -p ferroauth-bench
say "bench, 3 of 4: installing the packages as a user would"
bash "$ROOT/tests/tools/install_as_user.sh" "$WORK/packages" "$WORK/installed"
say "bench, 4 of 4: measuring (leave the machine alone meanwhile)"
# shellcheck disable=SC2086
"$WORK/venv/bench/bin/python" "$ROOT/tests/bench/run.py" --installed "$WORK/installed" --packages "$WORK/packages" \
    --node "$WORK/npm/bench" --rust "$CARGO_TARGET_DIR/release/ferroauth-bench" --logs "$LOGS" \
    --json "$WORK/bench.json" ${FERROAUTH_BENCH:-}
