#!/usr/bin/env bash
# Finds the command line tool `jose` (latchset), beside which keys and tokens are tested; on Debian and as root it installs it.
source "$(dirname "$0")/common.sh"

if ! command -v jose >/dev/null; then
    advice="on Debian, as root: apt-get install --no-install-recommends jose (Fedora's name is the same)"
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || fail "the tool jose is missing" "$advice"
    say "jose: installing Debian's package"
    logged apt-update "apt-get needs to reach a Debian mirror; or $advice" apt-get update
    logged apt-jose "$advice" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends jose
fi
say "jose: $(jose alg | wc -l) algorithms"
