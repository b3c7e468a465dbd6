<?php

// Loading opens no socket and starts no thread, and neither does work.

declare(strict_types=1);

use Ferroauth\Tests\Support\{Check, Server};

$observe = static function (string $work): array {
    $program = 'function seen() {
            $sockets = 0;
            foreach (glob("/proc/self/fd/*") as $fd) { $sockets += str_starts_with((string) @readlink($fd), "socket:"); }
            preg_match("/^VmRSS:\s+(\d+)/m", file_get_contents("/proc/self/status"), $rss);
            return ["threads" => count(glob("/proc/self/task/*")), "sockets" => $sockets, "rss" => (int) $rss[1]];
        }
        $before = seen();
        require ' . var_export(PACKAGE . '/autoload.php', true) . ';
        ' . $work . '
        echo json_encode([$before, seen()]);';
    $process = proc_open([PHP_BINARY, '-r', $program], [1 => ['pipe', 'w'], 2 => ['pipe', 'w']], $pipes);
    $out = (string) stream_get_contents($pipes[1]);
    $errors = (string) stream_get_contents($pipes[2]);
    proc_close($process);

    return json_decode($out, true) ?? throw new RuntimeException($out . $errors);
};

return [
    'loading the library opens no socket, starts no thread and takes little memory' => static function () use ($observe): void {
        [$before, $after] = $observe('Ferroauth\Pkce::generate();');
        Check::same([1, 0], [$after['threads'], $after['sockets']]);
        Check::true($after['rss'] - $before['rss'] < 12 * 1024, 'at most 12 MiB: ' . ($after['rss'] - $before['rss']) . ' KiB');
    },
    'checking tokens starts no thread either' => static function () use ($observe): void {
        [, $after] = $observe('$key = Ferroauth\PrivateKey::generate("RS256");
            $token = (new Ferroauth\Signer($key, algorithm: "RS256"))->sign(["sub" => "1"], lifetime: 60);
            $verifier = new Ferroauth\Verifier(issuer: null, audience: null, key: $key->publicKey(), algorithms: ["RS256"]);
            for ($i = 0; $i < 100; $i++) { $verifier->verify($token); }');
        Check::same([1, 0], [$after['threads'], $after['sockets']]);
    },
    'neither does HTTP' => static function () use ($observe): void {
        $provider = Server::provider();
        [, $after] = $observe('for ($i = 0; $i < 20; $i++) {
                $service = Ferroauth\Service::discover(' . var_export($provider->issuer, true) . ');
                $client = new Ferroauth\Client($service, clientId: "abc", clientSecret: "s3cret");
                $client->clientCredentials();
            }
            try { Ferroauth\Service::discover("https://no-such-host.invalid"); } catch (Ferroauth\Exception\NetworkException) {}');
        Check::same(1, $after['threads']);
    },
    'memory does not grow with calls' => static function () use ($observe): void {
        [$before, $after] = $observe('$key = new Ferroauth\HmacKey(str_repeat("k", 32));
            $signer = new Ferroauth\Signer($key, algorithm: "HS256");
            $work = static function () use ($key, $signer): void {
                for ($i = 0; $i < 20000; $i++) {
                    $verifier = new Ferroauth\Verifier(issuer: null, audience: null, key: $key, algorithms: ["HS256"]);
                    $verifier->verify($signer->sign(["sub" => "$i"], lifetime: 60))["sub"];
                    try { $verifier->verify("a.b.c"); } catch (Ferroauth\Exception\TokenException) {}
                }
            };
            $work();
            $before = seen();
            $work();');
        $grown = $after['rss'] - $before['rss'];
        Check::true($grown < 1024, "60,000 calls grow memory by less than 1 MiB: {$grown} KiB");
    },
];
