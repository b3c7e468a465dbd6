<?php

declare(strict_types=1);

namespace Ferroauth\Internal;

/**
 * Where the native library is: in this package, by platform.
 *
 * @internal
 */
final class Library
{
    private function __construct()
    {
    }

    /** For example `linux-x86_64`. */
    public static function platform(): string
    {
        $machine = \strtolower(\php_uname('m'));

        return \strtolower(\PHP_OS_FAMILY) . '-' . (['amd64' => 'x86_64', 'arm64' => 'aarch64'][$machine] ?? $machine);
    }

    /** The library's absolute path. */
    public static function path(): string
    {
        $path = self::expectedPath();
        if (!\is_readable($path)) {
            throw Failure::configuration("this package has no readable library for the platform: {$path}");
        }

        return $path;
    }

    /** Where the library should be, whether or not it is there. */
    public static function expectedPath(): string
    {
        return self::package() . '/lib/' . self::platform() . '/libferroauth_php.so';
    }

    /** The header, with a placeholder for the library's path. */
    public static function header(): string
    {
        return self::package() . '/lib/ferroauth.h';
    }

    /** The package's root. */
    public static function package(): string
    {
        return \dirname(__DIR__, 2);
    }
}
