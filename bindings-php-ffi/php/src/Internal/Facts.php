<?php

declare(strict_types=1);

namespace Ferroauth\Internal;

/**
 * What the doctor looks at: settings of the running PHP, or of a php-fpm binary that it asks.
 *
 * @internal
 */
final class Facts
{
    /** The exit status of a php-fpm whose PHP did not start (FPM_EXIT_SOFTWARE). */
    private const NOT_STARTED = 70;

    /** @param array<string, string> $settings */
    private function __construct(
        public readonly string $sapi,
        public readonly string $phpVersion,
        public readonly bool $ffi,
        public readonly bool $opcache,
        public readonly bool $root,
        public readonly string $iniFile,
        public readonly string $scanDirectory,
        public readonly bool $running,
        /** Why a php-fpm that answers does not start for work: what it says. */
        public readonly string $refusal,
        private readonly array $settings,
    ) {
    }

    /** Of the PHP that runs this. */
    public static function here(): self
    {
        $settings = [];
        foreach (['ffi.enable', 'ffi.preload', 'opcache.enable', 'opcache.enable_cli', 'opcache.preload', 'opcache.preload_user'] as $name) {
            $settings[$name] = (string) \ini_get($name);
        }

        return new self(
            \PHP_SAPI,
            \PHP_VERSION,
            \extension_loaded('ffi'),
            \extension_loaded('Zend OPcache'),
            \function_exists('posix_geteuid') && \posix_geteuid() === 0,
            (string) \php_ini_loaded_file(),
            self::scanned((string) \php_ini_scanned_files()),
            true,
            '',
            $settings,
        );
    }

    /** Of a php-fpm binary, from its own `-i` and `-t`. */
    public static function ofFpm(string $binary): self
    {
        [, $text] = self::ask($binary, '-i');
        if (!\str_contains($text, 'PHP Version')) {
            $said = $text === '' ? 'name the php-fpm binary with --fpm=PATH' : 'it says: ' . \substr(\trim($text), 0, 1000);
            throw Failure::configuration("{$binary} -i does not answer; {$said}");
        }
        $value = static function (string $name) use ($text): string {
            $found = \preg_match('/^' . \preg_quote($name, '/') . ' => (.*?)(?: => .*)?$/m', $text, $match) === 1 ? $match[1] : '';

            return \in_array($found, ['no value', '(none)'], true) ? '' : $found;
        };
        $settings = [];
        foreach (['ffi.enable', 'ffi.preload', 'opcache.enable', 'opcache.preload', 'opcache.preload_user'] as $name) {
            $settings[$name] = $value($name);
        }

        return new self(
            'fpm-fcgi',
            $value('PHP Version'),
            $value('FFI support') === 'enabled',
            $settings['opcache.enable'] !== '',
            true,
            $value('Loaded Configuration File'),
            $value('Scan this dir for additional .ini files'),
            false,
            self::refusal($binary),
            $settings,
        );
    }

    /**
     * @return array{int, string} the exit status and everything that was printed
     */
    private static function ask(string $binary, string $option): array
    {
        $process = @\proc_open([$binary, $option], [1 => ['pipe', 'w'], 2 => ['redirect', 1]], $pipes);
        if (!\is_resource($process)) {
            return [-1, ''];
        }
        $text = (string) \stream_get_contents($pipes[1]);

        return [\proc_close($process), $text];
    }

    /** Only `-t` preloads as a service does, as the user of the preloading. What it says about pools is the site's business. */
    private static function refusal(string $binary): string
    {
        [$status, $text] = self::ask($binary, '-t');
        if ($status !== self::NOT_STARTED) {
            return '';
        }
        \preg_match_all('/PHP (?:Warning|Fatal error): +(.+)$/m', $text, $found);

        return \substr($found[1] === [] ? \trim($text) : \implode('; ', \array_unique($found[1])), 0, 1000);
    }

    /** One setting, as text. */
    public function setting(string $name): string
    {
        return $this->settings[$name] ?? '';
    }

    /** `true`, `preload` or `false`. */
    public function ffiEnable(): string
    {
        return match (\strtolower($this->setting('ffi.enable'))) {
            '1', 'on', 'true', 'yes' => 'true',
            'preload' => 'preload',
            default => 'false',
        };
    }

    /** Whether only preloaded files may use FFI. */
    public function needsPreload(): bool
    {
        return $this->ffiEnable() === 'preload' && $this->sapi !== 'cli';
    }

    private static function scanned(string $files): string
    {
        $first = \trim(\explode(',', $files)[0]);

        return $first === '' ? '' : \dirname($first);
    }
}
