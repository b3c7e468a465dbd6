#!/bin/sh
# RUSTC_WORKSPACE_WRAPPER of the fuzz build: LLVM's coverage counters for the crates of this workspace and nothing else.
# They are a pass of the compiler that stable Rust has too; cargo-fuzz and a nightly toolchain are not needed.
exec "$@" -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares --cfg=fuzzing
