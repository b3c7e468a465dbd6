#!/usr/bin/env bash
# Makes the two virtual environments of the repository: one with the build tool, one with the test tools.
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

for name in "${@:-build}"; do # build, test or bench
    environment "$WORK/venv/$name" "$ROOT/tests/tools/requirements/$name.txt"
done
