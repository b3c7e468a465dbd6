<?php

// Every export with bad arguments (J12): each call ends with a typed refusal or a result, and the next one works.

declare(strict_types=1);

use Ferroauth\Exception\FerroauthException;
use Ferroauth\Internal\Native;
use Ferroauth\Tests\Support\Check;

$exports = array_filter(
    (new ReflectionClass(Native::class))->getMethods(ReflectionMethod::IS_PUBLIC),
    // The first two are PHP's own; the third panics on purpose, see below.
    static fn (ReflectionMethod $method): bool => !in_array($method->getName(), ['unavailable', 'mismatches', 'panicForTests'], true),
);
$texts = [
    'empty' => '', 'NUL' => "\0", 'embedded NUL' => "a\0b", 'invalid UTF-8' => "\xff\xfe\x80", 'lone surrogate' => "\xed\xa0\x80",
    'not JSON' => '{"a":', 'JSON null' => 'null', 'JSON list' => '[]', 'JSON number' => '1e400', 'deep' => str_repeat('[', 20_000),
    'long' => str_repeat('a', 1_000_000), 'format' => '%s%n%x', 'line breaks' => "a\r\nb",
];
$integers = [0, 1, -1, PHP_INT_MAX, PHP_INT_MIN, 0xFFFFF, 1 << 20, 1 << 62];

return [
    'every export survives every bad text and handle' => static function () use ($exports, $texts, $integers): void {
        Check::true(count($exports) > 50, 'all exports are there');
        $calls = 0;
        foreach ($exports as $export) {
            foreach ($texts as $text) {
                foreach ($integers as $integer) {
                    $arguments = array_map(static fn (ReflectionParameter $it): mixed => match ((string) $it->getType()) {
                        'string' => $text,
                        'bool' => true,
                        default => $integer,
                    }, $export->getParameters());
                    try {
                        $export->invokeArgs(null, $arguments);
                    } catch (FerroauthException $refused) {
                        Check::true($refused->errorCode() !== 'internal.panic', "{$export->getName()} panicked");
                    }
                    $calls++;
                    if (array_filter($export->getParameters(), static fn ($it): bool => (string) $it->getType() === 'int') === []) {
                        break;
                    }
                }
            }
        }
        Check::true($calls > 3000, "enough calls were made: {$calls}");
        Check::contains('token.expired', Native::errorTable());
    },
    'a text beyond the limit is refused before it is copied' => static function (): void {
        $long = str_repeat('a', 17 * 1024 * 1024);
        $before = memory_get_usage();
        Check::refused('internal.argument', static fn () => Native::serviceFromJson($long, ''));
        Check::true(memory_get_usage() - $before < 100_000, 'no copy stays');
    },
    'long arguments leave no memory behind' => static function (): void {
        $long = str_repeat('a', 1024 * 1024);
        foreach ([1, 2] as $_) {
            Check::refused('config.invalid', static fn () => Native::serviceFromJson($long, ''));
        }
        $before = memory_get_usage();
        for ($i = 0; $i < 50; $i++) {
            Check::refused('config.invalid', static fn () => Native::serviceFromJson($long, ''));
        }
        Check::true(memory_get_usage() - $before < 10_000, 'memory is flat');
    },
    'panics are contained, ten thousand times' => static function (): void {
        $program = 'require ' . var_export(PACKAGE . '/autoload.php', true) . '; $seen = 0;
            for ($i = 0; $i < 10000; $i++) {
                try { Ferroauth\Internal\Native::panicForTests(); }
                catch (Ferroauth\Exception\InternalException $e) { $seen += $e->errorCode() === "internal.panic" && $e->number() === 900; }
            }
            echo $seen, " ", Ferroauth\Pkce::challenge(str_repeat("a", 43));';
        $process = proc_open([PHP_BINARY, '-r', $program], [1 => ['pipe', 'w'], 2 => ['file', $log = tempnam(sys_get_temp_dir(), 'ferroauth-'), 'w']], $pipes, null, ['RUST_BACKTRACE' => '1']);
        $out = stream_get_contents($pipes[1]);
        proc_close($process);
        // The log names the place and quotes nothing.
        $lines = file($log, FILE_IGNORE_NEW_LINES);
        unlink($log);
        Check::same(10000, count($lines));
        Check::true(preg_match('/^ferroauth: internal error at [\w\/.-]+\.rs:\d+:\d+$/', $lines[0]) === 1, $lines[0]);
        Check::same('10000 ZtNPunH49FD35FWYhT5Tv8I7vRKQJ8uxMaL0_9eHjNA', $out);
    },
    'PHP itself refuses arguments of another type' => static function (): void {
        foreach ([static fn () => new Ferroauth\HmacKey([]), static fn () => Ferroauth\Service::discover(null), static fn () => Ferroauth\Pkce::challenge(7)] as $call) {
            try {
                $call();
                throw new RuntimeException('accepted');
            } catch (TypeError) {
            }
        }
    },
];
