#!/usr/bin/env bash
# Runs the tests of the PHP package.
#   run.sh [PACKAGE_DIR]   without an argument the package is built first, with the quick profile
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
if [ $# -ge 1 ]; then
    package=$1
else
    out=$(mktemp -d)
    trap 'rm -rf "$out"' EXIT
    FERROAUTH_PROFILE=${FERROAUTH_PROFILE:-fast} "$here/../build.sh" "$out"
    package=$out/ferroauth-php
fi
php "$here/run.php" "$package"
