#!/usr/bin/env bash
# Checks that Rust is there and new enough. It is the one thing that no script here installs.
source "$(dirname "$0")/common.sh"

wanted=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' "$ROOT/Cargo.toml")
command -v cargo >/dev/null || fail "cargo is not on the PATH" \
    "install Rust $wanted or newer with rustup, or put \$HOME/.cargo/bin on the PATH"
have=$(rustc --version | cut -d' ' -f2)
[ "$(printf '%s\n%s\n' "$wanted" "${have%%-*}" | sort -V | head -n1)" = "$wanted" ] || fail \
    "rustc $have is older than $wanted" "run: rustup update stable"
command -v cc >/dev/null || fail "no C compiler (the default crypto library, aws-lc, is built from C)" \
    "on Debian: apt-get install gcc make" "on macOS: xcode-select --install"
say "rust: $have, crates are compiled in $CARGO_TARGET_DIR"
