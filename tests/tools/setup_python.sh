#!/usr/bin/env bash
# Checks Python and makes the named virtual environments in target/venv, each from its pinned requirements:
#   setup_python.sh [test] [bench] [interop]
# The wheel's build tool is the business of bindings-python/build.sh.
source "$(dirname "$0")/common.sh"

command -v "$PYTHON" >/dev/null || fail "$PYTHON is not on the PATH" \
    "install Python 3.10 or newer (on Debian: apt-get install python3 python3-venv)" "or name it: make ... PYTHON=/path/to/python3"
"$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 10))' || fail "$("$PYTHON" --version) is older than 3.10" \
    "name a newer one: make ... PYTHON=/path/to/python3"

environment() {
    local venv=$1 requirements=$2 name
    name=$(basename "$venv")
    if fresh "$venv/.stamp" "$requirements"; then
        say "python: the $name environment is up to date"
        return
    fi
    say "python: making the $name environment"
    rm -rf "$venv"
    logged "venv-$name" "Python's venv module is needed (on Debian: apt-get install python3-venv)" "$PYTHON" -m venv "$venv"
    logged "pip-$name" "pip needs to reach a Python package index" "$venv/bin/pip" install --quiet -r "$requirements"
    digest "$requirements" >"$venv/.stamp"
}

"$PYTHON" -c 'import ensurepip, venv' 2>/dev/null || fail "$PYTHON cannot make virtual environments" \
    "on Debian: apt-get install python3-venv"
for name in "$@"; do
    environment "$WORK/venv/$name" "$ROOT/tests/tools/requirements/$name.txt"
done
say "python: $("$PYTHON" --version | cut -d' ' -f2)"
