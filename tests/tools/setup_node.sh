#!/usr/bin/env bash
# Checks Node.js and installs the named npm projects of this repository, each into target/npm/NAME, from its lock file.
#   setup_node.sh provider     the OpenID provider of the demo
#   setup_node.sh bench        the peers of the benchmark
source "$(dirname "$0")/common.sh"

command -v node >/dev/null && command -v npm >/dev/null || fail "node and npm are not both on the PATH" \
    "install Node.js 20 or newer (on Debian 13: apt-get install nodejs npm)"
node -e 'process.exit(Number(process.versions.node.split(".")[0]) < 20 ? 1 : 0)' || fail \
    "node $(node --version) is older than 20" "install Node.js 20 or newer"

for name in "$@"; do
    case $name in
        provider) source_dir=$ROOT/tests/provider ;;
        bench) source_dir=$ROOT/tests/bench/node ;;
        *) fail "no npm project is called $name" "say provider or bench" ;;
    esac
    project=$WORK/npm/$name
    mkdir -p "$project"
    cp "$source_dir"/*.mjs "$source_dir"/package.json "$source_dir"/package-lock.json "$source_dir"/.npmrc "$project/"
    if fresh "$project/.stamp" "$project/package-lock.json"; then
        say "node: the $name project is up to date"
        continue
    fi
    say "node: installing the $name project"
    logged "npm-$name" "npm needs to reach a package registry" \
        npm ci --prefix "$project" --no-audit --no-fund --ignore-scripts
    digest "$project/package-lock.json" >"$project/.stamp"
done
say "node: $(node --version)"
