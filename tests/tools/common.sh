# Sourced by every set-up script: where things lie, and how progress and failures are said.
# Everything made by the tools lies under target/ in the checkout (or in FERROAUTH_WORK); compiled crates lie in a
# folder shared by all clones of this user, so that a second clone builds in seconds. A preset CARGO_TARGET_DIR is
# respected.

set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
WORK=${FERROAUTH_WORK:-$ROOT/target}
mkdir -p "$WORK/logs"
WORK=$(cd "$WORK" && pwd)
LOGS=$WORK/logs

if [ -z "${CARGO_TARGET_DIR:-}" ]; then
    CARGO_TARGET_DIR=${XDG_CACHE_HOME:-${HOME:-$WORK}/.cache}/ferroauth/target
    mkdir -p "$CARGO_TARGET_DIR" 2>/dev/null && [ -w "$CARGO_TARGET_DIR" ] || CARGO_TARGET_DIR=$WORK/cargo
fi
export CARGO_TARGET_DIR
# The C library is rebuilt whenever this changes, so that every cargo call here has the same one. It is the time that
# the files in the packages bear.
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-1577836800}
export CARGO_TERM_COLOR=${CARGO_TERM_COLOR:-auto}
export PIP_DISABLE_PIP_VERSION_CHECK=1

PYTHON=${PYTHON:-python3}
TEST_VENV=$WORK/venv/test

STARTED=$SECONDS

say() { printf '[%4ds] %s\n' "$((SECONDS - STARTED))" "$*"; }

# fail WHAT ADVICE...: says what went wrong, and what the reader can do about it.
fail() {
    printf '\nFAILED: %s\n' "$1" >&2
    shift
    printf '  -> %s\n' "$@" >&2
    exit 1
}

# Says every 20 seconds how far a long command has come: the last line of its log.
heartbeat() {
    while sleep 20 >/dev/null 2>&1; do
        say "$1: $(tail -n 1 "$2" 2>/dev/null | cut -c1-100)"
    done
}

# logged NAME ADVICE COMMAND...: runs a command into a log file; on failure shows the log's end and the advice.
logged() {
    local name=$1 advice=$2
    shift 2
    local log=$LOGS/$name.log
    heartbeat "$name" "$log" &
    local beating=$!
    local code=0
    "$@" >"$log" 2>&1 </dev/null || code=$?
    kill "$beating" 2>/dev/null || true
    wait "$beating" 2>/dev/null || true
    if [ "$code" != 0 ]; then
        tail -n 30 "$log" >&2
        fail "$name: $*" "$advice" "the whole log: $log"
    fi
}

# fresh STAMP FILES...: true when the stamp was written for just these file contents.
digest() { cat "$@" | sha256sum | cut -d' ' -f1; }
fresh() {
    local stamp=$1
    shift
    [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$(digest "$@")" ]
}
