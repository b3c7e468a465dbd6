#!/usr/bin/env bash
# make check: formatting, lints (warnings are errors) and documentation of the Rust code.
source "$(dirname "$0")/common.sh"

bash "$ROOT/tests/tools/setup_rust.sh"
cd "$ROOT"
say "formatting"
cargo fmt --all --check || fail "the formatting differs" "run: cargo fmt --all"
say "lints"
cargo clippy --workspace --all-targets --profile fast -- -D warnings
say "documentation"
RUSTDOCFLAGS="-D warnings" cargo doc --profile fast --no-deps -p ferroauth
say "all fine"
