<?php

declare(strict_types=1);

namespace Ferroauth\Tests\Support;

/**
 * A FastCGI request, enough of it to ask php-fpm for a script's output. Every read has a deadline, so that
 * a hanging child fails the test instead of stopping it.
 */
final class FastCgi
{
    private const BEGIN = 1;
    private const END = 3;
    private const PARAMS = 4;
    private const STDIN = 5;
    private const STDOUT = 6;
    private const STDERR = 7;

    /**
     * @param string $address for example `unix:///tmp/x.sock` or `tcp://127.0.0.1:9000`
     *
     * @return array{body: string, errors: string}
     */
    public static function get(string $address, string $script, string $query = '', float $deadline = 10.0): array
    {
        $until = microtime(true) + $deadline;
        $socket = @stream_socket_client($address, $number, $text, $deadline);
        if ($socket === false) {
            throw new \RuntimeException("cannot connect to {$address}: {$text}");
        }
        $parameters = [
            'GATEWAY_INTERFACE' => 'CGI/1.1',
            'REQUEST_METHOD' => 'GET',
            'SCRIPT_FILENAME' => $script,
            'SCRIPT_NAME' => '/' . basename($script),
            'REQUEST_URI' => '/' . basename($script) . ($query === '' ? '' : '?' . $query),
            'QUERY_STRING' => $query,
            'SERVER_PROTOCOL' => 'HTTP/1.1',
            'SERVER_SOFTWARE' => 'test',
            'REMOTE_ADDR' => '127.0.0.1',
        ];
        $encoded = '';
        foreach ($parameters as $name => $value) {
            $encoded .= self::length(strlen($name)) . self::length(strlen($value)) . $name . $value;
        }
        fwrite($socket, self::record(self::BEGIN, pack('nCx5', 1, 0)) . self::record(self::PARAMS, $encoded)
            . self::record(self::PARAMS, '') . self::record(self::STDIN, ''));
        $out = ['body' => '', 'errors' => ''];
        do {
            [$type, $content] = self::read($socket, $until);
            if ($type === self::STDOUT) {
                $out['body'] .= $content;
            } elseif ($type === self::STDERR) {
                $out['errors'] .= $content;
            }
        } while ($type !== self::END);
        fclose($socket);
        $parts = explode("\r\n\r\n", $out['body'], 2);
        $out['body'] = $parts[1] ?? '';

        return $out;
    }

    private static function record(int $type, string $content): string
    {
        return pack('CCnnCx', 1, $type, 1, strlen($content), 0) . $content;
    }

    private static function length(int $length): string
    {
        return $length < 128 ? chr($length) : pack('N', $length | 0x80000000);
    }

    /**
     * @param resource $socket
     *
     * @return array{int, string}
     */
    private static function read($socket, float $until): array
    {
        $header = unpack('Cversion/Ctype/nid/nlength/Cpadding', self::exactly($socket, 8, $until));
        $content = self::exactly($socket, $header['length'], $until);
        self::exactly($socket, $header['padding'], $until);

        return [$header['type'], $content];
    }

    /** @param resource $socket */
    private static function exactly($socket, int $length, float $until): string
    {
        $bytes = '';
        while (strlen($bytes) < $length) {
            $left = $until - microtime(true);
            if ($left <= 0) {
                throw new \RuntimeException('php-fpm did not answer in time');
            }
            stream_set_timeout($socket, (int) $left, (int) (($left - (int) $left) * 1e6));
            $part = fread($socket, $length - strlen($bytes));
            if ($part === false || ($part === '' && feof($socket))) {
                throw new \RuntimeException('php-fpm closed the connection');
            }
            $bytes .= $part;
        }

        return $bytes;
    }
}
