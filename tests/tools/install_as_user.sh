#!/usr/bin/env bash
# Installs the built packages as a user would, each into an empty directory of its own:
#   install_as_user.sh PACKAGES DIR [python] [node] [php]
#   DIR/python  a fresh virtual environment with the wheel, DIR/node  a project with the tarball as its dependency,
#   DIR/php     a project that requires ferroauth/ferroauth from a Composer repository holding the package
source "$(dirname "$0")/common.sh"

[ $# -ge 2 ] || fail "two arguments are needed" "install_as_user.sh PACKAGES DIR [python] [node] [php]"
packages=$(cd "$1" && pwd)
mkdir -p "$2"
dir=$(cd "$2" && pwd)
shift 2
[ $# -gt 0 ] || set -- python node php

empty() {
    rm -rf "${dir:?}/$1"
    mkdir -p "$dir/$1"
    cd "$dir/$1"
}

one() {
    local found
    found=$(find "$packages" -maxdepth 1 -name "$1" | sort | tail -n1)
    [ -n "$found" ] || fail "no $1 in $packages" "build it first: make packages"
    printf '%s' "$found"
}

install_python() {
    empty python
    "$PYTHON" -m venv . || return 1
    bin/pip install --quiet --no-index "$(one 'ferroauth-*.whl')" &&
        # What the example of the host's own HTTP client uses; ferroauth itself needs nothing.
        bin/pip install --quiet "$(grep '^requests==' "$ROOT/tests/tools/requirements/test.txt")"
}

install_node() {
    empty node
    printf '{"name": "a-users-project", "private": true}\n' >package.json
    npm install --offline --no-audit --no-fund "$(one 'ferroauth-*.tgz')"
}

install_php() {
    empty php
    local version
    version=$(sed -n 's/^version = "\(.*\)"/\1/p' "$ROOT/Cargo.toml" | head -n1)
    mkdir repository
    cp "$(one 'ferroauth-*.zip')" repository/
    cat >composer.json <<END
{
    "name": "a-user/project",
    "repositories": [{"type": "artifact", "url": "repository"}, {"packagist.org": false}],
    "require": {"ferroauth/ferroauth": "$version"}
}
END
    COMPOSER_ALLOW_SUPERUSER=1 COMPOSER_HOME=$WORK/composer composer install --no-interaction --no-progress
}

for host in "$@"; do
    case $host in
        python | node | php) ;;
        *) fail "no host is called $host" "say python, node or php" ;;
    esac
    logged "install-$host" "look into the log; the package itself needs no network to install" "install_$host"
    say "$host: installed into the empty directory $dir/$host"
done
