<?php

declare(strict_types=1);

namespace Ferroauth\Internal;

use Ferroauth\Exception\FerroauthException;

/**
 * The command `ferroauth`.
 *
 * @internal
 */
final class Command
{
    private const HELP = <<<'TEXT'
    ferroauth: sets up and examines the native library of ferroauth/ferroauth, and works with tokens and keys

    ferroauth install DIRECTORY [--user=NAME] [--copy-library]
        Writes DIRECTORY/ferroauth.h and DIRECTORY/preload.php with absolute paths and prints the lines for
        php.ini. php-fpm's default, ffi.enable=preload, allows FFI to preloaded files only; the command line
        needs none of this.
        --user=NAME      the account that php-fpm's children run as (opcache.preload_user)
        --copy-library   copies the library to DIRECTORY as well: PHP does not start when the file that
                         ffi.preload names is gone, and `composer install` may take it away for a moment

    ferroauth doctor [--fpm[=BINARY]] [--user=NAME]
        Examines the PHP of the command line, or with --fpm that of php-fpm, and prints what to change.
        Exit status 0: all is well. 1: something is wrong. A web page can ask for itself:
            <?php require 'vendor/autoload.php'; echo Ferroauth\Doctor::report();

    ferroauth version
        Prints the version.

    ferroauth inspect | verify | keygen | jwks | login | local-redirect
        Look at tokens, verify them, make keys and publish them; each says more with --help.

    TEXT;

    private function __construct()
    {
    }

    /**
     * @param list<string> $arguments
     *
     * @return int exit status: 0 done, 1 something is wrong, 2 the call itself
     */
    public static function main(array $arguments): int
    {
        if (\in_array($arguments[0] ?? '', ['inspect', 'verify', 'keygen', 'jwks', 'login', 'local-redirect'], true)) {
            return self::tool($arguments);
        }
        $words = [];
        $options = [];
        foreach ($arguments as $argument) {
            if (\preg_match('/^--([a-z-]+)(?:=(.*))?$/s', $argument, $match) === 1) {
                $options[$match[1]] = $match[2] ?? '';
            } else {
                $words[] = $argument;
            }
        }
        $command = $words[0] ?? '';
        if (isset($options['help']) || $command === 'help' || $arguments === ['-h']) {
            return self::say(self::HELP);
        }
        try {
            return match (true) {
                $command === 'install' && \count($words) === 2 && self::known($options, ['user', 'copy-library']) => self::install($words[1], $options),
                $command === 'doctor' && \count($words) === 1 && self::known($options, ['user', 'fpm']) => self::doctor($options),
                ($command === 'version' || isset($options['version'])) && \count($words) <= 1 => self::say('ferroauth ' . Native::VERSION . "\n"),
                default => self::say(self::HELP, 2),
            };
        } catch (FerroauthException $exception) {
            return self::say("ferroauth: {$exception->getMessage()}\n", 1);
        }
    }

    /**
     * The tool that all hosts share.
     *
     * @param list<string> $arguments
     */
    private static function tool(array $arguments): int
    {
        try {
            $finished = Json::decode(Native::command(Json::encode($arguments, 'the arguments')));
        } catch (FerroauthException $exception) {
            return self::say("ferroauth: {$exception->getMessage()}\n", 1);
        }
        \fwrite(\STDOUT, $finished['output']);
        \fwrite(\STDERR, $finished['complaint']);

        return $finished['status'];
    }

    /** @param array<string, string> $options */
    private static function install(string $directory, array $options): int
    {
        $written = Installation::write($directory, isset($options['copy-library']));
        $user = ($options['user'] ?? '') !== '' ? $options['user'] : Installation::webUser();
        $lines = Installation::preloadLines($written['header'], $written['preload'], $user);

        return self::say("Wrote {$written['header']}\nWrote {$written['preload']}\n\n"
            . "Put these lines into the php.ini of php-fpm (or of another web SAPI) and restart it:\n\n    "
            . \implode("\n    ", $lines) . "\n\n"
            . "opcache.preload_user is for services that root starts; leave it out elsewhere. A preload file of your\n"
            . "own can require {$written['preload']} instead.\n"
            . "Without preloading, ffi.enable=true allows FFI to every PHP file of the site.\n"
            . "The command line needs none of this. Then ask: ferroauth doctor --fpm\n");
    }

    /** @param array<string, string> $options */
    private static function doctor(array $options): int
    {
        $binary = ($options['fpm'] ?? '') !== '' ? $options['fpm'] : 'php-fpm' . \PHP_MAJOR_VERSION . '.' . \PHP_MINOR_VERSION;
        $facts = isset($options['fpm']) ? Facts::ofFpm($binary) : Facts::here();
        $doctor = new Doctor($facts, ($options['user'] ?? '') !== '' ? $options['user'] : Installation::webUser());

        return self::say($doctor->text(), $doctor->healthy() ? 0 : 1);
    }

    /**
     * @param array<string, string> $options
     * @param list<string>          $allowed
     */
    private static function known(array $options, array $allowed): bool
    {
        return \array_diff(\array_keys($options), $allowed) === [];
    }

    private static function say(string $text, int $status = 0): int
    {
        \fwrite($status === 0 || $status === 1 ? \STDOUT : \STDERR, $text);

        return $status;
    }
}
