<?php

// Real php-fpm, two children, each request with a deadline: the default ffi.enable=preload with the files of
// `ferroauth install`, ffi.enable=true, and what is said when neither is set up.

declare(strict_types=1);

use Ferroauth\Internal\Installation;
use Ferroauth\Tests\Support\{Check, Fpm, Server};

$script = dirname(__DIR__) . '/support/fpm_script.php';

// Children run as another user: what they load must be where that user may read it.
$directory = Server::temporaryDirectory();
$copy = static function (string $from, string $to) use (&$copy): void {
    if (is_dir($from)) {
        @mkdir($to, 0755, true);
        foreach (array_diff(scandir($from), ['.', '..']) as $name) {
            $copy("{$from}/{$name}", "{$to}/{$name}");
        }
    } else {
        copy($from, $to);
        chmod($to, is_executable($from) ? 0755 : 0644);
    }
};
$copy(PACKAGE, "{$directory}/package");
copy($script, "{$directory}/script.php");

$install = static function () use ($directory): array {
    exec(escapeshellarg(PHP_BINARY) . " {$directory}/package/bin/ferroauth install {$directory}/etc --user=" . Fpm::user(), $out, $status);
    Check::same(0, $status, 'exit status of install');
    $settings = [];
    foreach ($out as $line) {
        if (preg_match('/^    ([a-z_.]+)=(.+)$/', $line, $match) === 1) {
            $settings[$match[1]] = $match[2];
        }
    }

    return $settings;
};

$exercise = static function (Fpm $fpm, bool $preloaded) use ($directory): void {
    $provider = Server::provider();
    $query = http_build_query(['package' => "{$directory}/package", 'issuer' => $provider->issuer]);
    $seen = [];
    for ($i = 0; $i < 30 || (count($seen) < 2 && $i < 300); $i++) {
        $reply = $fpm->get("{$directory}/script.php", $query);
        Check::same(
            ['fpm-fcgi', $preloaded, 'abc', true, 'internal.handle', 0],
            [$reply['sapi'] ?? $reply, $reply['preloaded'], $reply['sub'], $reply['active'], $reply['refused'], $reply['handles']],
        );
        Check::true(posix_geteuid() !== 0 || $reply['user'] !== 0, 'children do not run as root');
        $seen[$reply['pid']] = ($seen[$reply['pid']] ?? 0) + 1;
    }
    Check::same(2, count($seen), 'children that answered');
    Check::same([1, 1], $fpm->threads(), 'threads of the children');
    // Clients, providers and key sets outlive the requests that asked for them.
    Check::same(2, $provider->requests('/jwks'), 'one fetch of the key set per child');
    Check::same(4, $provider->requests('/.well-known/openid-configuration'), 'one discovery per child for the client, one for the verifier');

    // What a fatal error leaves behind is closed when the next request begins.
    $left = $fpm->get("{$directory}/script.php", "{$query}&work=fatal");
    Check::true($left['left'] >= 10, 'objects were there');
    for ($i = 0; $i < 10; $i++) {
        Check::same(0, $fpm->get("{$directory}/script.php", $query)['handles'], 'handles at the beginning of a request');
    }
};

return [
    'with the default ffi.enable=preload and preloading' => static function () use ($exercise, $install): void {
        $settings = $install();
        Check::same(['ffi.enable', 'ffi.preload', 'opcache.enable', 'opcache.preload', 'opcache.preload_user'], array_keys($settings));
        if (posix_geteuid() !== 0) {
            unset($settings['opcache.preload_user']);
        }
        $fpm = new Fpm($settings);
        $exercise($fpm, true);
        $fpm->stop();
    },
    'with ffi.enable=true and no preloading' => static function () use ($exercise): void {
        $fpm = new Fpm(['ffi.enable' => 'true']);
        $exercise($fpm, false);
        $fpm->stop();
    },
    'without set-up the exception says what to change' => static function () use ($directory): void {
        $query = http_build_query(['package' => "{$directory}/package", 'issuer' => 'https://idp.example.com']);
        foreach ([['ffi.enable' => 'preload'], ['ffi.enable' => 'false']] as $settings) {
            $fpm = new Fpm($settings);
            $reply = $fpm->get("{$directory}/script.php", $query);
            Check::same('config.invalid', $reply['code']);
            Check::contains('ffi.enable', $reply['message']);
            Check::contains('doctor', $reply['message']);
            $fpm->stop();
        }
    },
    'with ffi.preload but no opcache.preload too' => static function () use ($directory, $install): void {
        $fpm = new Fpm(['ffi.preload' => $install()['ffi.preload']]);
        $query = http_build_query(['package' => "{$directory}/package", 'issuer' => 'https://idp.example.com']);
        Check::same('config.invalid', $fpm->get("{$directory}/script.php", $query)['code']);
        $fpm->stop();
    },
    'the advice names the command' => static function (): void {
        Check::contains('doctor', Installation::advice());
    },
];
