<?php

declare(strict_types=1);

namespace Ferroauth\Tests\Support;

/** A program started by a test and stopped by its process id. */
final class Server
{
    /** @var resource */
    private $process;

    /**
     * @param list<string>               $command
     * @param array<string, string>|null $environment
     */
    public function __construct(array $command, public readonly string $directory, ?array $environment = null)
    {
        $log = ['file', "{$directory}/server.log", 'a'];
        $process = proc_open($command, [0 => ['file', '/dev/null', 'r'], 1 => $log, 2 => $log], $pipes, $directory, $environment);
        if (!is_resource($process)) {
            throw new \RuntimeException('cannot start ' . $command[0]);
        }
        $this->process = $process;
    }

    public function __destruct()
    {
        $this->stop();
    }

    public function pid(): int
    {
        return proc_get_status($this->process)['pid'];
    }

    public function log(): string
    {
        return (string) @file_get_contents("{$this->directory}/server.log");
    }

    /** Waits until something listens. */
    public function await(string $address): self
    {
        $until = microtime(true) + 10;
        do {
            $socket = @stream_socket_client($address, $number, $text, 1);
            if ($socket !== false) {
                fclose($socket);

                return $this;
            }
            usleep(20_000);
        } while (microtime(true) < $until && proc_get_status($this->process)['running']);
        throw new \RuntimeException("nothing listens at {$address}: " . $this->log());
    }

    public function stop(): void
    {
        if (!is_resource($this->process)) {
            return;
        }
        proc_terminate($this->process, SIGTERM);
        $until = microtime(true) + 5;
        while (proc_get_status($this->process)['running'] && microtime(true) < $until) {
            usleep(10_000);
        }
        if (proc_get_status($this->process)['running']) {
            proc_terminate($this->process, SIGKILL);
        }
        proc_close($this->process);
    }

    /** The test provider on a free port, with a fresh state. */
    public static function provider(): Provider
    {
        return new Provider();
    }

    public static function freePort(): int
    {
        $socket = stream_socket_server('tcp://127.0.0.1:0');
        $port = (int) substr(strrchr((string) stream_socket_get_name($socket, false), ':'), 1);
        fclose($socket);

        return $port;
    }

    public static function temporaryDirectory(): string
    {
        $directory = sys_get_temp_dir() . '/ferroauth-php-' . bin2hex(random_bytes(6));
        mkdir($directory, 0777, true);
        chmod($directory, 0777);
        $owner = getmypid();
        register_shutdown_function(static function () use ($directory, $owner): void {
            // Not in a forked child.
            if (getmypid() === $owner) {
                Server::remove($directory);
            }
        });

        return $directory;
    }

    public static function remove(string $directory): void
    {
        foreach (new \FilesystemIterator($directory) as $entry) {
            $entry->isDir() && !$entry->isLink() ? self::remove($entry->getPathname()) : unlink($entry->getPathname());
        }
        rmdir($directory);
    }
}
