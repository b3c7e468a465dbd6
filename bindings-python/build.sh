#!/usr/bin/env bash
# Builds the wheel: bindings-python/build.sh OUTDIR
#
# CARGO_TARGET_DIR   where cargo builds (default: target/ of the repository)
# FERROAUTH_PROFILE  release (default: small and fast, slow to build) or fast (for iteration and tests)
# PYTHON             the interpreter that carries the build tool (default: python3)
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
[ $# -eq 1 ] || { echo "usage: $0 OUTDIR" >&2; exit 2; }
mkdir -p "$1"
out=$(cd "$1" && pwd)
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$here/../target}
mkdir -p "$CARGO_TARGET_DIR"
CARGO_TARGET_DIR=$(cd "$CARGO_TARGET_DIR" && pwd)
profile=${FERROAUTH_PROFILE:-release}
python=${PYTHON:-python3}

maturin=$(command -v maturin || true)
if [ -z "$maturin" ]; then
  venv=$CARGO_TARGET_DIR/python-build-venv
  maturin=$venv/bin/maturin
  if [ ! -x "$maturin" ]; then
    echo "== python wheel: fetching the build tool" >&2
    "$python" -m venv "$venv"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check 'maturin>=1.9.4,<2'
  fi
fi

# The archive's times come from the last commit, so that the same source gives the same wheel.
if [ -z "${SOURCE_DATE_EPOCH:-}" ]; then
  SOURCE_DATE_EPOCH=$(git -C "$here" log -1 --format=%ct 2>/dev/null || echo 315532800)
fi
export SOURCE_DATE_EPOCH

# The source tree stays as it is: what is made for the wheel is put beside copies of what it packs.
stage=$CARGO_TARGET_DIR/python-package
rm -rf "$stage"
mkdir -p "$stage"
cp -R "$here/python" "$here/README.md" "$here"/../LICENSE-* "$stage/"
find "$stage" -name __pycache__ -prune -exec rm -rf {} +
"$python" "$here/../tests/tools/third_party_licenses.py" ferroauth-python "$stage/THIRD-PARTY-LICENSES" >&2
sed -e 's/^license = .*/&\nlicense-files = ["LICENSE-*", "THIRD-PARTY-LICENSES"]/' \
    -e "s|^\[tool.maturin\]|&\nmanifest-path = \"$here/Cargo.toml\"|" "$here/pyproject.toml" >"$stage/pyproject.toml"

echo "== python wheel: building (profile $profile)" >&2
cd "$stage"
"$maturin" build --locked --profile "$profile" --out "$out" --interpreter "$python"
ls -l "$out"/ferroauth-*.whl >&2
