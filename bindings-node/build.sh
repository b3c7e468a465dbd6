#!/bin/sh
# Builds the extension and packs the npm package: OUTDIR/ferroauth-VERSION.tgz.
#
#   bindings-node/build.sh OUTDIR
#
# FERROAUTH_PROFILE=release (default) or fast; CARGO_TARGET_DIR is honoured. The source tree stays as it is.
set -eu

if [ $# -ne 1 ]; then
    echo "usage: $0 OUTDIR" >&2
    exit 2
fi
here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
profile=${FERROAUTH_PROFILE:-release}
target=${CARGO_TARGET_DIR:-$root/target}
mkdir -p "$1"
out=$(cd "$1" && pwd)

for tool in cargo node npm python3; do
    if ! command -v "$tool" >/dev/null; then
        echo "$0: $tool is missing. Needed are Rust (https://rustup.rs), Node.js 18 or newer with npm, and Python 3.10 or newer." >&2
        exit 1
    fi
done

echo "[node 1/3] compiling the extension (profile $profile)"
# The cfg lets tokio count its events, which saves the driver a call into the system for each operation. Whoever has
# RUSTFLAGS of their own goes without it.
(cd "$root" && CARGO_TARGET_DIR=$target cargo --config 'build.rustflags=["--cfg=tokio_unstable"]' build --locked \
    --package ferroauth-node --profile "$profile")

# The file name that lib/native.js looks for, and what npm is to refuse the package on.
# The report names the glibc that Node runs on, if it is one.
eval "$(node -p "
const { platform, arch, report } = process
const musl = platform === 'linux' && !report.getReport().header.glibcVersionRuntime
const flavour = platform === 'linux' ? (musl ? '-musl' : '-gnu') : platform === 'win32' ? '-msvc' : ''
const libraries = { darwin: 'libferroauth_node.dylib', win32: 'ferroauth_node.dll' }
const values = {
  platform,
  arch,
  libc: platform === 'linux' ? (musl ? 'musl' : 'glibc') : '',
  library: libraries[platform] ?? 'libferroauth_node.so',
  extension: 'ferroauth.' + platform + '-' + arch + flavour + '.node',
}
Object.entries(values).map(([name, value]) => name + '=' + value).join(' ')
")"

echo "[node 2/3] collecting the package for $platform-$arch${libc:+ ($libc)}"
stage=$target/node-package
rm -rf "$stage"
mkdir -p "$stage"
cp -R "$here/index.js" "$here/index.mjs" "$here/index.d.ts" "$here/index.d.mts" "$here/lib" "$here/bin" "$here/package.json" \
    "$here/README.md" "$stage/"
cp "$root"/LICENSE-* "$stage/"
python3 "$root/tests/tools/third_party_licenses.py" ferroauth-node "$stage/THIRD-PARTY-LICENSES"
node "$here/bundle.mjs" "$stage"
cp "$target/$profile/$library" "$stage/$extension"
(
    cd "$stage"
    # Anyone who installs it on another system learns so from npm, not from a failing require.
    npm pkg set --json "os=[\"$platform\"]" "cpu=[\"$arch\"]" ${libc:+"libc=[\"$libc\"]"} >/dev/null
    echo "[node 3/3] packing"
    npm pack --silent --pack-destination "$out" >/dev/null
)
version=$(node -p "require('$stage/package.json').version")
tarball=$out/ferroauth-$version.tgz
echo "$tarball ($(wc -c <"$tarball") bytes)"
