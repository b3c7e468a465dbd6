#!/usr/bin/env bash
# Builds the three packages that users install: packages.sh PROFILE OUTDIR [python] [node] [php]
#   PROFILE  release (what is published) or fast (the tests': same code, less optimised, much faster to build)
#   OUTDIR   gets ferroauth-*.whl, ferroauth-*.tgz and ferroauth-*.zip
source "$(dirname "$0")/common.sh"

[ $# -ge 2 ] || fail "two arguments are needed" "packages.sh release|fast OUTDIR [python] [node] [php]"
profile=$1
mkdir -p "$2"
out=$(cd "$2" && pwd)
shift 2
case $profile in release | fast) ;; *) fail "no profile is called $profile" "say release or fast" ;; esac

build() {
    local host=$1 folder=$2 pattern=$3
    say "$host: building the $profile package (the first time takes minutes, log: $LOGS/package-$host.log)"
    rm -f "$out"/$pattern
    logged "package-$host" "look into the log; a compiler's error names the file" \
        env FERROAUTH_PROFILE="$profile" bash "$ROOT/$folder/build.sh" "$out"
    local made
    made=$(find "$out" -maxdepth 1 -name "$pattern" | sort | tail -n1)
    [ -n "$made" ] || fail "$folder/build.sh made no $pattern in $out" "the log is $LOGS/package-$host.log"
    say "$host: $(basename "$made"), $(du -k "$made" | cut -f1) KiB"
}

[ $# -gt 0 ] || set -- python node php
for host in "$@"; do
    case $host in
        python) build python bindings-python 'ferroauth-*.whl' ;;
        node) build node bindings-node 'ferroauth-*.tgz' ;;
        php) build php bindings-php-ffi 'ferroauth-*.zip' ;;
        *) fail "no host is called $host" "say python, node or php" ;;
    esac
done
