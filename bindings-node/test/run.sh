#!/bin/sh
# Runs the tests of the Node package against the packed tarball, installed into an empty directory as a
# user would, without a network.
#
#   bindings-node/test/run.sh [TARBALL] [test file ...]
#
# Without TARBALL it is built first. TYPESCRIPT=no leaves out the type check, which installs the compiler.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$(dirname "$here")")
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT INT TERM

case ${1:-} in
*.tgz)
    tarball=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
    shift
    ;;
*)
    "$root/bindings-node/build.sh" "$place/packed"
    tarball=$(echo "$place"/packed/*.tgz)
    ;;
esac

echo "installing $(basename "$tarball") into an empty directory"
mkdir "$place/app"
cp -R "$here" "$place/app/test"
cp -R "$root/examples/node" "$place/app/examples"
cp "$root/tests/provider/keypair.mjs" "$place/app/test/support/"
cd "$place/app"
echo '{ "private": true }' >package.json
npm install --offline --no-audit --no-fund --no-package-lock --loglevel=error "$tarball"

if [ "${TYPESCRIPT:-yes}" = yes ] && [ $# -eq 0 ]; then
    echo "checking the types with $(sed -n 's/.*"typescript": "\(.*\)".*/TypeScript \1/p' test/types/package.json)"
    # Beside the package, not into it: the application under test keeps its single dependency.
    mkdir "$place/compiler"
    cp test/types/package.json "$place/compiler/"
    npm install --prefix "$place/compiler" --no-audit --no-fund --no-package-lock --loglevel=error
    for name in @types undici-types; do
        ln -s "$place/compiler/node_modules/$name" "node_modules/$name"
    done
    node test/types/readme.mjs >test/types/readme.mts
    for project in tsconfig.json examples.json readme.json; do
        "$place/compiler/node_modules/.bin/tsc" --project "test/types/$project"
    done
fi

if [ $# -eq 0 ]; then
    set -- test/*.test.mjs
fi
node --test --test-reporter=spec "$@"
