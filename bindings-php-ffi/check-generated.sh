#!/usr/bin/env bash
# Regenerates the files that the backend writes from the built library and compares them with the committed ones.
#   check-generated.sh LIBRARY           fails with the difference if there is one
#   check-generated.sh LIBRARY --write   replaces the committed files
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
library=$1
fresh=$(mktemp -d)
trap 'rm -rf "$fresh"' EXIT

cargo run --quiet --manifest-path "$here/bindgen/Cargo.toml" -- "$library" "$fresh"
if [ "${2:-}" = --write ]; then
    mkdir -p "$here/php/lib" "$here/php/src/Internal"
    cp "$fresh/ferroauth.h" "$here/php/lib/ferroauth.h"
    cp "$fresh/Native.php" "$here/php/src/Internal/Native.php"
    exit 0
fi
if ! diff -u "$here/php/lib/ferroauth.h" "$fresh/ferroauth.h" ||
    ! diff -u "$here/php/src/Internal/Native.php" "$fresh/Native.php"; then
    echo "The generated files are out of date: bindings-php-ffi/check-generated.sh $library --write" >&2
    exit 1
fi
