<?php

// What the php-fpm children run: builds everything anew, as a web application does on each request.

declare(strict_types=1);

use Ferroauth\{Client, Service, Verifier};
use Ferroauth\Exception\FerroauthException;
use Ferroauth\Internal\Native;

header('Content-Type: application/json');
$preloaded = class_exists(Native::class, false);
require $_GET['package'] . '/autoload.php';
try {
    if (($_GET['work'] ?? '') === 'fatal') {
        // Leaves its objects behind: PHP runs no destructors after a fatal error.
        $keys = array_map(static fn (int $i) => new Ferroauth\HmacKey(str_repeat(chr(65 + $i), 32)), range(0, 9));
        echo json_encode(['left' => Native::handleCount(), 'pid' => getmypid()]);
        while (ob_get_level() > 0) {
            ob_end_flush();
        }
        flush();
        ini_set('memory_limit', '8M');
        $too = str_repeat('a', 64 * 1024 * 1024);
    }
    $handles = Native::handleCount();
    $client = new Client(Service::discover($_GET['issuer']), clientId: 'abc', clientSecret: 's3cret');
    $token = $client->clientCredentials()->accessToken;
    $claims = (new Verifier(issuer: $_GET['issuer'], audience: 'my-api'))->verify($token);
    try {
        Native::keyDescribe(1 << 21);
        $refused = '';
    } catch (FerroauthException $exception) {
        $refused = $exception->errorCode();
    }
    echo json_encode([
        'pid' => getmypid(), 'user' => posix_geteuid(), 'sapi' => PHP_SAPI, 'preloaded' => $preloaded, 'sub' => $claims['sub'],
        'active' => $client->introspect($token)->active, 'refused' => $refused, 'handles' => $handles,
    ]);
} catch (FerroauthException $exception) {
    echo json_encode(['code' => $exception->errorCode(), 'message' => $exception->getMessage()]);
}
