<?php

declare(strict_types=1);

namespace Ferroauth\Tests\Support;

/** A host's own transport, on ext-curl. */
final class Curl
{
    /**
     * @param array{method: string, url: string, headers: array<string, string>, body: string, timeout_ms: int} $request
     *
     * @return array{status: int, headers: array<string, list<string>>, body: string}
     */
    public static function send(array $request): array
    {
        $headers = [];
        $handle = curl_init($request['url']);
        curl_setopt_array($handle, [
            CURLOPT_CUSTOMREQUEST => $request['method'],
            CURLOPT_HTTPHEADER => array_map(static fn ($name, $value) => "{$name}: {$value}", array_keys($request['headers']), $request['headers']),
            CURLOPT_RETURNTRANSFER => true,
            CURLOPT_TIMEOUT_MS => $request['timeout_ms'],
            CURLOPT_HEADERFUNCTION => static function ($_, string $line) use (&$headers): int {
                if (str_contains($line, ':')) {
                    [$name, $value] = explode(':', $line, 2);
                    $headers[strtolower($name)][] = trim($value);
                }

                return strlen($line);
            },
        ]);
        if ($request['body'] !== '') {
            curl_setopt($handle, CURLOPT_POSTFIELDS, $request['body']);
        }
        $body = curl_exec($handle);

        return ['status' => curl_getinfo($handle, CURLINFO_RESPONSE_CODE), 'headers' => $headers, 'body' => (string) $body];
    }
}
