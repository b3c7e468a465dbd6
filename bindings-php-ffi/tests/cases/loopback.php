<?php

// The loopback receiver: a response received, requests forwarded, waiting that ends.

declare(strict_types=1);

use Ferroauth\LoopbackReceiver;
use Ferroauth\Tests\Support\Check;

/** Another process that is the browser: visits the URLs one after the other, and writes what it got as JSON. */
$browser = static function (array $urls): array {
    $program = '$out = []; foreach (json_decode($argv[1]) as $url) {
            $context = stream_context_create(["http" => ["follow_location" => 0, "ignore_errors" => true, "timeout" => 15]]);
            $page = (string) file_get_contents($url, false, $context);
            $out[] = [(int) explode(" ", $http_response_header[0])[1], $page, implode("\n", preg_grep("/^Location:/i", $http_response_header))];
        }
        echo json_encode($out);';
    $process = proc_open([PHP_BINARY, '-r', $program, json_encode($urls)], [1 => ['pipe', 'w']], $pipes);

    return [$process, $pipes[1]];
};
$done = static function (array $browser): array {
    $out = json_decode((string) stream_get_contents($browser[1]), true);
    proc_close($browser[0]);

    return $out;
};

return [
    'a response is received, others are waited past' => static function () use ($browser, $done): void {
        $receiver = new LoopbackReceiver();
        $uri = $receiver->redirectUri;
        Check::same("http://127.0.0.1:{$receiver->port}/callback", $uri);
        $visits = $browser(["http://127.0.0.1:{$receiver->port}/favicon.ico", "{$uri}?code=evil&state=other", "{$uri}?code=c0de&state=st4te"]);
        Check::same("{$uri}?code=c0de&state=st4te", $receiver->receive(state: 'st4te', timeout: 20));
        $seen = $done($visits);
        Check::same([404, 400, 200], array_column($seen, 0));
        Check::true(!str_contains($seen[2][1], 'c0de'), 'nothing is repeated');
        Check::refused('internal.closed', static fn () => $receiver->receive());
    },
    'requests are forwarded until the time is over' => static function () use ($browser, $done): void {
        $receiver = new LoopbackReceiver(path: '/');
        $visits = $browser(["{$receiver->redirectUri}any?code=a%20b"]);
        Check::same(1, $receiver->forward('https://site.example/return', timeout: 3.0));
        [[$status, , $location]] = $done($visits);
        Check::same([302, 'Location: https://site.example/return?code=a%20b'], [$status, $location]);
    },
    'waiting ends with the time, and arguments are checked' => static function (): void {
        Check::refused('callback.timeout', static fn () => (new LoopbackReceiver())->receive(timeout: 0.05));
        $taken = new LoopbackReceiver();
        Check::refused('callback.listen', static fn () => new LoopbackReceiver(port: $taken->port));
        Check::refused('config.invalid', static fn () => new LoopbackReceiver(host: '0.0.0.0'));
        Check::refused('config.invalid', static fn () => new LoopbackReceiver(path: '/a/../b'));
        Check::refused('config.invalid', static fn () => $taken->receive(timeout: -1.0));
        Check::refused('config.url', static fn () => $taken->forward('javascript:alert(1)'));
    },
    'a caller can carry it: all of its steps are waiting' => static function () use ($browser, $done): void {
        $receiver = new LoopbackReceiver();
        $uri = $receiver->redirectUri;
        $flow = $receiver->flow->receive(timeout: 20.0);
        // A flow holds what it listens on.
        unset($receiver);
        $visits = $browser(["{$uri}?error=access_denied"]);
        $slept = 0;
        for ($step = $flow->advance(); !$step->done; $step = $flow->advance()) {
            Check::same(null, $step->http);
            usleep($step->sleep * 1000);
            $slept++;
        }
        Check::same("{$uri}?error=access_denied", $step->result);
        Check::true($slept > 0, 'a browser takes its time');
        Check::same([200], array_column($done($visits), 0));
        $forwarding = (new LoopbackReceiver())->flow->forward('https://site.example/return', timeout: 0.05);
        for ($step = $forwarding->advance(); !$step->done; $step = $forwarding->advance()) {
            usleep($step->sleep * 1000);
        }
        Check::same(0, $step->result);
        Check::refused('config.invalid', static fn () => (new LoopbackReceiver())->flow->receive(timeout: -1.0));
    },
    'without an owner the port is free again' => static function (): void {
        $receiver = new LoopbackReceiver();
        $port = $receiver->port;
        unset($receiver);
        Check::same($port, (new LoopbackReceiver(port: $port))->port);
    },
];
