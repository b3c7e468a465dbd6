<?php

// The command: help, install, doctor, their exit statuses and what they print.

declare(strict_types=1);

use Ferroauth\Internal\Library;
use Ferroauth\Tests\Support\{Check, Fpm, Server};

/** @return array{int, string} */
$run = static function (string $arguments, string $ini = '', string $package = PACKAGE): array {
    exec(escapeshellarg(PHP_BINARY) . " {$ini} " . escapeshellarg("{$package}/bin/ferroauth") . " {$arguments} 2>&1", $out, $status);

    return [$status, implode("\n", $out)];
};

return [
    'help helps, and a wrong call shows it' => static function () use ($run): void {
        foreach (['--help', 'help', '-h', 'install --help'] as $arguments) {
            [$status, $text] = $run($arguments);
            Check::same(0, $status, $arguments);
            Check::contains('ferroauth install DIRECTORY', $text);
        }
        foreach (['', 'nonsense', 'install', 'doctor --nonsense', 'install a b', 'install a --fpm'] as $arguments) {
            [$status, $text] = $run($arguments);
            Check::same(2, $status, $arguments);
            Check::contains('ferroauth doctor', $text);
        }
        Check::same([0, 'ferroauth ' . Ferroauth\Internal\Native::VERSION], $run('version'));
    },
    'install writes a header and a preload file with absolute paths' => static function () use ($run): void {
        $directory = Server::temporaryDirectory();
        [$status, $text] = $run("install {$directory}/etc/ferroauth --user=web");
        Check::same(0, $status);
        foreach (["ffi.preload={$directory}/etc/ferroauth/ferroauth.h", "opcache.preload={$directory}/etc/ferroauth/preload.php", 'opcache.preload_user=web'] as $line) {
            Check::contains($line, $text);
        }
        $header = (string) file_get_contents("{$directory}/etc/ferroauth/ferroauth.h");
        Check::true(str_starts_with($header, "#define FFI_SCOPE \"ferroauth\"\n#define FFI_LIB \"" . Library::path() . '"'), 'the header names the library');
        Check::contains(PACKAGE . '/preload.php', (string) file_get_contents("{$directory}/etc/ferroauth/preload.php"));
    },
    'install can take the library along' => static function () use ($run): void {
        $directory = Server::temporaryDirectory();
        Check::same(0, $run("install {$directory} --copy-library")[0]);
        Check::same(0, $run("install {$directory} --copy-library")[0]);
        Check::contains("#define FFI_LIB \"{$directory}/libferroauth_php.so\"", (string) file_get_contents("{$directory}/ferroauth.h"));
        Check::same(md5_file(Library::path()), md5_file("{$directory}/libferroauth_php.so"));
    },
    'install says why it cannot' => static function () use ($run): void {
        [$status, $text] = $run('install /proc/nowhere');
        Check::same(1, $status);
        Check::contains('/proc/nowhere', $text);
    },
    'the preload file loads every class' => static function () use ($run): void {
        $program = 'require ' . var_export(PACKAGE . '/preload.php', true) . ';
            $names = preg_grep("/^Ferroauth/", [...get_declared_classes(), ...get_declared_interfaces(), ...get_declared_traits()]);
            echo count($names);';
        $files = iterator_count(new RegexIterator(new RecursiveIteratorIterator(new RecursiveDirectoryIterator(PACKAGE . '/src')), '/\.php$/'));
        Check::same((string) $files, shell_exec(escapeshellarg(PHP_BINARY) . ' -r ' . escapeshellarg($program)));
    },
    'the doctor finds this PHP well' => static function () use ($run): void {
        [$status, $text] = $run('doctor');
        Check::same(0, $status, $text);
        Check::contains('the library answers', $text);
        Check::contains('library and PHP files belong together', $text);
    },
    'the doctor finds FFI switched off' => static function () use ($run): void {
        [$status, $text] = $run('doctor', '-d ffi.enable=0');
        Check::same(1, $status);
        Check::contains('WRONG ffi.enable is off', $text);
        Check::contains('ffi.enable=preload', $text);
    },
    'the doctor examines php-fpm' => static function () use ($run): void {
        $binary = Fpm::binary();
        [$status, $text] = $run("doctor --fpm={$binary} --user=www-data");
        Check::contains('SAPI fpm-fcgi', $text);
        if ($status === 1) {
            Check::contains('opcache.preload_user=www-data', $text);
            Check::contains('Put these lines into', $text);
        }
        // A php-fpm that is set up, by way of a wrapper that adds the settings, with a package that its user can read.
        $directory = Server::temporaryDirectory();
        $package = "{$directory}/site/package";
        mkdir("{$directory}/site");
        exec('cp -R ' . escapeshellarg(PACKAGE) . " {$package}");
        $run("install {$directory} --user=www-data", '', $package);
        file_put_contents("{$directory}/fpm", "#!/bin/sh\nexec {$binary} -d ffi.enable=preload -d ffi.preload={$directory}/ferroauth.h"
            . " -d opcache.enable=1 -d opcache.preload={$directory}/preload.php -d opcache.preload_user=www-data \"\$@\"\n");
        chmod("{$directory}/fpm", 0755);
        [$status, $text] = $run("doctor --fpm={$directory}/fpm", '', $package);
        Check::same(0, $status, $text);
        // One that it cannot read: every setting is right, and the service does not start.
        if (posix_geteuid() === 0) {
            chmod("{$directory}/site", 0700);
            [$status, $text] = $run("doctor --fpm={$directory}/fpm", '', $package);
            Check::same(1, $status, $text);
            Check::contains("Failed opening required '{$package}/preload.php'", $text);
            Check::contains("www-data must be able to read {$package}", $text);
            chmod("{$directory}/site", 0755);
        }
        file_put_contents("{$directory}/ferroauth.h", '/* older */', FILE_APPEND);
        [$status, $text] = $run("doctor --fpm={$directory}/fpm");
        Check::same(1, $status, $text);
        Check::contains('the header is of another version', $text);
        Check::same(1, $run('doctor --fpm=/no/such/php-fpm')[0]);
        // PHP does not even start when the library that ffi.preload names is gone.
        file_put_contents("{$directory}/ferroauth.h", "#define FFI_LIB \"/gone.so\"\nint x(void);\n");
        [$status, $text] = $run("doctor --fpm={$directory}/fpm");
        Check::same(1, $status);
        Check::contains('/gone.so', $text);
    },
    'a package without a library for the platform says so' => static function () use ($run): void {
        $directory = Server::temporaryDirectory();
        exec('cp -R ' . escapeshellarg(PACKAGE . '/.') . " {$directory} && rm -r {$directory}/lib/linux-*");
        exec(escapeshellarg(PHP_BINARY) . " {$directory}/bin/ferroauth doctor 2>&1", $out, $status);
        Check::same(1, $status);
        Check::contains('no readable library at', implode("\n", $out));
        exec(escapeshellarg(PHP_BINARY) . " -r 'require \"{$directory}/autoload.php\"; try { Ferroauth\\Pkce::generate(); } catch (Ferroauth\\Exception\\ConfigurationException \$e) { echo \$e->getMessage(); }' 2>&1", $said);
        Check::contains('no readable library', implode("\n", $said));
    },
];
