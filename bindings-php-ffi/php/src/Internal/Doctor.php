<?php

declare(strict_types=1);

namespace Ferroauth\Internal;

/**
 * Finds out whether PHP can call the library, and what to change if not.
 *
 * @internal
 */
final class Doctor
{
    /** Where the advice puts the header and the preload file. */
    private const DIRECTORY = '/etc/ferroauth';

    /** @var list<array{bool, string}> */
    private array $findings = [];

    /** A command to run before the lines are put in place. */
    private string $first = '';

    /** @var list<string> */
    private array $lines = [];

    /** What to do where php.ini is right. */
    private string $advice = '';

    public function __construct(private readonly Facts $facts, private readonly string $user)
    {
        $this->examine();
    }

    /** Whether everything is in order. */
    public function healthy(): bool
    {
        foreach ($this->findings as [$good]) {
            if (!$good) {
                return false;
            }
        }

        return true;
    }

    /** The findings, and the lines for php.ini where something is to be changed. */
    public function text(): string
    {
        $text = "ferroauth " . Native::VERSION . ", PHP {$this->facts->phpVersion}, SAPI {$this->facts->sapi}\n";
        foreach ($this->findings as [$good, $finding]) {
            $text .= ($good ? '  ok    ' : '  WRONG ') . $finding . "\n";
        }
        if ($this->healthy()) {
            return $text . "All is well.\n";
        }
        if ($this->advice !== '') {
            $text .= "\n{$this->advice}";
        }
        if ($this->lines !== []) {
            $where = $this->facts->scanDirectory !== '' ? "{$this->facts->scanDirectory}/99-ferroauth.ini" : $this->facts->iniFile;
            $text .= ($this->first === '' ? '' : "\nRun (or with another directory):\n\n    {$this->first}\n") . "\nPut these lines into " . ($where === '' ? 'php.ini' : $where) . ' and restart PHP:' . "\n\n"
                . '    ' . \implode("\n    ", $this->lines) . "\n";
        }

        return $text;
    }

    private function examine(): void
    {
        $this->note(\version_compare($this->facts->phpVersion, '8.1', '>='), "PHP {$this->facts->phpVersion} (8.1 or newer is needed)");
        $this->examineLibrary();
        $this->note($this->facts->ffi, $this->facts->ffi ? 'the FFI extension is loaded' : 'the FFI extension is not loaded');
        if (!$this->facts->ffi) {
            $this->lines[] = 'extension=ffi';
        }
        $this->examineEnable();
        if ($this->facts->running && $this->facts->ffi) {
            $reason = Native::unavailable();
            $this->note($reason === null, $reason === null ? 'the library answers' : $reason->getMessage());
        }
    }

    private function examineLibrary(): void
    {
        $path = Library::expectedPath();
        $this->note(\is_readable($path), \is_readable($path) ? "library {$path}" : "no readable library at {$path}");
        if (!\is_readable($path) || !$this->facts->running || $this->facts->sapi !== 'cli' || !$this->facts->ffi) {
            return;
        }
        try {
            $wrong = Native::mismatches($path);
            $this->note($wrong === [], $wrong === [] ? 'library and PHP files belong together' : 'the library is of another version: ' . \implode(', ', $wrong));
        } catch (\Throwable $exception) {
            $this->note(false, 'the library cannot be opened: ' . $exception->getMessage());
        }
    }

    private function examineEnable(): void
    {
        $enable = $this->facts->ffiEnable();
        if ($enable === 'false') {
            $this->note(false, 'ffi.enable is off');
        } elseif (!$this->facts->needsPreload()) {
            $this->note(true, "ffi.enable is \"{$enable}\", which is enough for this SAPI");

            return;
        }
        $this->examinePreload();
    }

    private function examinePreload(): void
    {
        $header = $this->facts->setting('ffi.preload');
        $preload = $this->facts->setting('opcache.preload');
        $this->note($header !== '', $header !== '' ? "ffi.preload is {$header}" : 'ffi.preload is not set');
        if ($header !== '') {
            $this->examineHeader($header);
        }
        $opcache = $this->facts->opcache && !\in_array($this->facts->setting('opcache.enable'), ['', '0', 'Off'], true);
        $this->note($opcache, $opcache ? 'opcache is on' : 'opcache is off, so nothing can be preloaded');
        $this->note($preload !== '', $preload !== '' ? "opcache.preload is {$preload}" : 'opcache.preload is not set');
        if ($preload !== '' && !\is_readable($preload)) {
            $this->note(false, "{$preload} cannot be read");
        }
        $user = $this->facts->root && $this->facts->sapi !== 'cli' ? $this->user : null;
        if ($user !== null && $preload !== '' && !$this->facts->running) {
            $set = $this->facts->setting('opcache.preload_user');
            $this->note($set !== '', $set !== '' ? "opcache.preload_user is {$set}" : 'opcache.preload_user is not set, which a service started by root needs');
        }
        if (!$this->healthy()) {
            $this->first = 'php ' . Installation::command() . ' install ' . self::DIRECTORY . ($user === null ? '' : " --user={$user}");
            $this->lines = [...$this->lines, ...Installation::preloadLines(
                self::DIRECTORY . '/ferroauth.h',
                // A preload file of the site's own stays; it has to require ours.
                $preload !== '' ? $preload : self::DIRECTORY . '/preload.php',
                $user,
            )];
        } elseif ($this->facts->refusal !== '') {
            // The lines are right and in place.
            $set = $this->facts->setting('opcache.preload_user');
            $who = $set === '' ? 'The user of php-fpm' : $set;
            $this->note(false, "php-fpm does not start: {$this->facts->refusal}");
            $this->advice = "{$who} must be able to read " . Library::package() . ", all of its files and the folders above it.\n";
        }
    }

    private function examineHeader(string $header): void
    {
        $text = @\file_get_contents($header);
        if ($text === false) {
            $this->note(false, "{$header} cannot be read");

            return;
        }
        $library = \preg_match('/^#define FFI_LIB "(.*)"$/m', $text, $match) === 1 ? $match[1] : '';
        $good = $library !== '' && \is_readable($library);
        $this->note($good, $good ? "its library is {$library}" : "its library cannot be read: {$library}");
        $same = \str_replace($library, Installation::PLACEHOLDER, $text) === @\file_get_contents(Library::header());
        $this->note($same, $same ? 'header and PHP files belong together' : 'the header is of another version; run "ferroauth install" again');
    }

    private function note(bool $good, string $finding): void
    {
        $this->findings[] = [$good, $finding];
    }
}
