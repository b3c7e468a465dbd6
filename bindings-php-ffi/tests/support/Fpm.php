<?php

declare(strict_types=1);

namespace Ferroauth\Tests\Support;

/** php-fpm with two children, on a socket of its own, stopped by its process id. */
final class Fpm
{
    /** What PHP has by itself, whatever this machine's php.ini preloads. */
    private const USUAL = ['ffi.enable' => 'preload', 'ffi.preload' => '', 'opcache.preload' => '', 'opcache.preload_user' => ''];

    private readonly Server $server;

    private readonly string $address;

    public readonly string $directory;

    /** @param array<string, string> $settings of php.ini */
    public function __construct(array $settings)
    {
        $this->directory = Server::temporaryDirectory();
        $this->address = "unix://{$this->directory}/fpm.sock";
        $root = posix_geteuid() === 0;
        $account = $root ? 'user = ' . self::user() . "\ngroup = " . posix_getgrgid(posix_getpwnam(self::user())['gid'])['name'] . "\n" : '';
        file_put_contents("{$this->directory}/fpm.conf", "[global]\nerror_log = {$this->directory}/fpm.log\ndaemonize = no\n"
            . "[www]\n{$account}listen = {$this->directory}/fpm.sock\nlisten.mode = 0666\npm = static\npm.max_children = 2\n"
            . "catch_workers_output = yes\n");
        $command = [self::binary(), '-F', '-y', "{$this->directory}/fpm.conf", '-d', 'display_errors=0'];
        foreach ($settings + self::USUAL as $name => $value) {
            array_push($command, '-d', "{$name}={$value}");
        }
        $this->server = new Server($command, $this->directory);
        $this->server->await($this->address);
    }

    public static function user(): string
    {
        return posix_getpwnam('www-data') !== false ? 'www-data' : 'nobody';
    }

    /** The php-fpm of this PHP's version. */
    public static function binary(): string
    {
        $version = PHP_MAJOR_VERSION . '.' . PHP_MINOR_VERSION;
        foreach (["/usr/sbin/php-fpm{$version}", dirname(PHP_BINARY) . '/php-fpm', dirname(PHP_BINARY, 2) . '/sbin/php-fpm', '/usr/sbin/php-fpm', '/usr/local/sbin/php-fpm'] as $path) {
            if (is_executable($path)) {
                return $path;
            }
        }
        throw new \RuntimeException('there is no php-fpm; the package php-fpm is needed for the tests');
    }

    /** Runs a script in a child and decodes what it prints. */
    public function get(string $script, string $query = ''): mixed
    {
        $reply = FastCgi::get($this->address, $script, $query, 15.0);

        return json_decode($reply['body'], true) ?? throw new \RuntimeException(
            "no JSON: {$reply['body']} {$reply['errors']} " . @file_get_contents("{$this->directory}/fpm.log"),
        );
    }

    /** @return array<int, int> threads of each child */
    public function threads(): array
    {
        $master = $this->server->pid();
        $children = array_filter(explode(' ', trim((string) file_get_contents("/proc/{$master}/task/{$master}/children"))));

        return array_map(static fn (string $pid): int => count(glob("/proc/{$pid}/task/*")), $children);
    }

    public function stop(): void
    {
        $this->server->stop();
    }
}
