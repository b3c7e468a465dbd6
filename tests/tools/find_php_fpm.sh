#!/usr/bin/env bash
# Prints the path of the php-fpm binary that belongs to the php on the PATH; exits 1 when there is none.
version=$(php -r 'echo PHP_MAJOR_VERSION, ".", PHP_MINOR_VERSION;' 2>/dev/null)
for candidate in "php-fpm$version" "/usr/sbin/php-fpm$version" php-fpm /usr/sbin/php-fpm /usr/local/sbin/php-fpm; do
    if command -v "$candidate" 2>/dev/null; then
        exit 0
    fi
done
exit 1
