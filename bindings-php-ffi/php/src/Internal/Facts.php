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
            $settings,
        );
    }

    /** Of a php-fpm binary, from its own `-i`. */
    public static function ofFpm(string $binary): self
    {
        $process = @\proc_open([$binary, '-i'], [1 => ['pipe', 'w'], 2 => ['redirect', 1]], $pipes);
        $text = \is_resource($process) ? (string) \stream_get_contents($pipes[1]) : '';
        if (\is_resource($process)) {
            \proc_close($process);
        }
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
            $settings,
        );
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
