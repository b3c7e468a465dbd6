#!/usr/bin/env bash
# Builds the Composer package: library, header and PHP files in one folder, and a zip of it.
#   build.sh OUTPUT_DIR   writes OUTPUT_DIR/ferroauth-php/ and OUTPUT_DIR/ferroauth-VERSION.zip
# FERROAUTH_PROFILE=release|fast chooses the cargo profile (release); CARGO_TARGET_DIR is honoured.
# FERROAUTH_GENERATED=trust leaves out the comparison of the generated files, which needs the backend built.
set -euo pipefail

[ $# = 1 ] || { sed -n '2,5s/^# \{0,1\}//p' "$0" >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
mkdir -p "$1"
out=$(cd "$1" && pwd)
profile=${FERROAUTH_PROFILE:-release}
target=${CARGO_TARGET_DIR:-$root/target}
version=$(sed -n 's/^version = "\(.*\)"/\1/p' "$root/Cargo.toml" | head -n1)
platform="$(uname -s | tr '[:upper:]' '[:lower:]')-$(uname -m)"

echo "php: building the library ($profile)"
cargo build --manifest-path "$here/Cargo.toml" --profile "$profile"
library=$target/$profile/libferroauth_php.so

if [ "${FERROAUTH_GENERATED:-check}" = check ]; then
    echo "php: comparing the generated files"
    "$here/check-generated.sh" "$library"
fi

echo "php: assembling the package"
package=$out/ferroauth-php
rm -rf "$package"
mkdir -p "$package/lib/$platform"
cp -R "$here/php/." "$package/"
cp "$library" "$package/lib/$platform/"
cp "$here/README.md" "$root"/LICENSE-* "$package/"
python3 "$root/tests/tools/third_party_licenses.py" ferroauth-php "$package/THIRD-PARTY-LICENSES"
grep -q "\"version\": \"$version\"" "$package/composer.json" || { echo "php/composer.json has another version than Cargo.toml" >&2; exit 1; }
archive=$out/ferroauth-$version.zip
rm -f "$archive"
python3 - "$package" "$archive" <<'END'
"""Zips a folder so that the same files always give the same archive."""
import os, sys, zipfile

folder, archive = sys.argv[1:]
names = sorted(os.path.join(top, name) for top, _, files in os.walk(folder) for name in files)
with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as out:
    for name in names:
        entry = zipfile.ZipInfo(os.path.relpath(name, folder), (2020, 1, 1, 0, 0, 0))
        entry.compress_type = zipfile.ZIP_DEFLATED
        entry.external_attr = (0o755 if os.access(name, os.X_OK) else 0o644) << 16
        with open(name, "rb") as file:
            out.writestr(entry, file.read())
END
size=$(stat -c %s "$archive")
echo "php: $archive, $((size / 1024)) KiB"
if [ "$size" -gt $((8 * 1024 * 1024)) ]; then
    echo "php: the package is larger than 8 MiB" >&2
    exit 1
fi
