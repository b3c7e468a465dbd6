#!/usr/bin/env bash
# Finds PHP 8.1 or newer with FFI, php-fpm and Composer; on Debian and as root it installs what is missing.
source "$(dirname "$0")/common.sh"

# zip is for Composer, which installs the package from its archive as a user would.
EXTENSIONS="FFI curl json mbstring openssl pcntl sodium zip"
# Debian's names: FFI, json, pcntl and sodium come with php-cli and its common package.
PACKAGES="php-cli php-fpm php-curl php-mbstring php-zip composer unzip"

missing() {
    command -v php >/dev/null || { echo "php"; return; }
    php -r 'exit(PHP_VERSION_ID < 80100 ? 1 : 0);' || echo "php>=8.1"
    local extension have
    have=$(php -m)
    for extension in $EXTENSIONS; do
        grep -qix "$extension" <<<"$have" || echo "ext-$extension"
    done
    "$ROOT/tests/tools/find_php_fpm.sh" >/dev/null || echo "php-fpm"
    command -v composer >/dev/null || echo "composer"
}

lacks=$(missing | paste -sd ' ')
if [ -n "$lacks" ]; then
    advice="on Debian, as root: apt-get install --no-install-recommends $PACKAGES; elsewhere what has these names there, so that 'php -m' lists: $EXTENSIONS"
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || fail "PHP is not complete, missing: $lacks" "$advice"
    say "php: installing Debian's packages (missing: $lacks)"
    logged apt-update "apt-get needs to reach a Debian mirror; or $advice" apt-get update
    # RUNLEVEL=1 keeps the packages from starting a php-fpm service: the tests start their own.
    # shellcheck disable=SC2086
    logged apt-php "$advice" env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 \
        apt-get install -y --no-install-recommends $PACKAGES
    lacks=$(missing | paste -sd ' ')
    [ -z "$lacks" ] || fail "PHP is still not complete, missing: $lacks" "$advice"
fi
say "php: $(php -r 'echo PHP_VERSION;') with FFI, $(basename "$("$ROOT/tests/tools/find_php_fpm.sh")"), Composer"
