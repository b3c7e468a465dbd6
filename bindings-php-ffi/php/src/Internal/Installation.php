<?php

declare(strict_types=1);

namespace Ferroauth\Internal;

/**
 * What php.ini must say so that PHP may call the library.
 *
 * @internal
 */
final class Installation
{
    public const PLACEHOLDER = '@FERROAUTH_LIBRARY@';

    private function __construct()
    {
    }

    /** One sentence for the exception of a program that cannot use FFI. */
    public static function advice(): string
    {
        $enable = (string) \ini_get('ffi.enable');
        $command = self::command();
        $advice = match (true) {
            !\extension_loaded('ffi') => "Install and enable PHP's FFI extension (extension=ffi)",
            $enable === '' || $enable === '0' => 'Set ffi.enable=preload or ffi.enable=true in php.ini',
            $enable === 'preload' && \PHP_SAPI !== 'cli' => 'ffi.enable is "preload", which allows FFI to preloaded files '
                . "alone: run \"php {$command} install DIRECTORY\" and put the lines it prints into php.ini, or set ffi.enable=true",
            default => 'The FFI extension is enabled',
        };

        return "{$advice}. \"php {$command} doctor\" tells more.";
    }

    /**
     * The lines for a SAPI that allows FFI to preloaded files only.
     *
     * @return list<string>
     */
    public static function preloadLines(string $header, string $preload, ?string $user): array
    {
        $lines = ['ffi.enable=preload', "ffi.preload={$header}", 'opcache.enable=1', "opcache.preload={$preload}"];
        if ($user !== null) {
            $lines[] = "opcache.preload_user={$user}";
        }

        return $lines;
    }

    /**
     * Writes the header and the preload file with absolute paths.
     *
     * @return array{header: string, preload: string}
     */
    public static function write(string $directory, bool $copyLibrary): array
    {
        $library = Library::path();
        if (!\is_dir($directory) && !@\mkdir($directory, 0755, true)) {
            throw Failure::configuration("the directory cannot be made: {$directory}");
        }
        $directory = (string) \realpath($directory);
        if ($copyLibrary) {
            // Under another name first: a running PHP may have the old file mapped.
            $copy = "{$directory}/" . \basename($library);
            if (!@\copy($library, "{$copy}.new") || !@\rename("{$copy}.new", $copy)) {
                throw Failure::configuration("the library cannot be copied to {$directory}");
            }
            $library = $copy;
        }
        if (\preg_match('/["\\\\\r\n]/', $library) === 1) {
            throw Failure::configuration('the path of the library contains characters that a C header cannot hold');
        }
        $written = ['header' => "{$directory}/ferroauth.h", 'preload' => "{$directory}/preload.php"];
        $header = \str_replace(self::PLACEHOLDER, $library, (string) \file_get_contents(Library::header()));
        $preload = "<?php\n\n// Written by \"ferroauth install\". A preload file of your own can require this line.\n\n"
            . 'require ' . \var_export(Library::package() . '/preload.php', true) . ";\n";
        foreach (['header' => $header, 'preload' => $preload] as $name => $content) {
            if (@\file_put_contents($written[$name], $content) !== \strlen($content)) {
                throw Failure::configuration("cannot write {$written[$name]}");
            }
        }

        return $written;
    }

    /** The account that a web server's PHP usually runs as here. */
    public static function webUser(): string
    {
        foreach (['www-data', 'apache', 'nginx', 'www', 'http'] as $name) {
            if (\function_exists('posix_getpwnam') && \posix_getpwnam($name) !== false) {
                return $name;
            }
        }

        return 'nobody';
    }

    /** The command as one would type it. */
    public static function command(): string
    {
        $path = Library::package() . '/bin/ferroauth';

        return \str_contains($path, '/vendor/ferroauth/ferroauth/bin/') ? 'vendor/bin/ferroauth' : $path;
    }
}
