<?php

// Events: told to a PSR-3 logger and to a function, and read from flows.

declare(strict_types=1);

use Ferroauth\{Client, Event, Events, Service, Verifier};
use Ferroauth\Tests\Support\{Check, Server};

// Debian's psr/log, which composer brings along; the package itself never asks for it.
if (!interface_exists(Psr\Log\LoggerInterface::class, false)) {
    foreach (['LoggerInterface', 'LoggerTrait', 'AbstractLogger'] as $name) {
        require "/usr/share/php/Psr/Log/{$name}.php";
    }
}

$provider = Server::provider();
$client = static fn (): Client => new Client(
    Service::discover($provider->issuer),
    clientId: 'abc',
    clientSecret: 's3cret',
    redirectUri: 'https://site.example/callback',
);
$preset = static fn (): Client => new Client(
    Service::preset('frappe', baseUrl: 'https://erp.example.com'),
    clientId: 'abc',
    clientSecret: 's3cret',
    redirectUri: 'https://site.example/callback',
);

/** What a listener is told while something is done. */
$hearing = static function (callable $work): array {
    $heard = [];
    Events::listen(static function (Event $event) use (&$heard): void {
        $heard[] = $event;
    });
    try {
        $work();
    } finally {
        Events::listen(null);
    }

    return $heard;
};
$names = static fn (array $events): array => array_map(static fn (Event $event): string => $event->name, $events);
$json = ['status' => 200, 'headers' => ['content-type' => 'application/json']];

return [
    'a login, a refresh and their failures' => static function () use ($client, $hearing, $names, $provider): void {
        $it = $client();
        $tokens = null;
        $events = $hearing(static function () use ($it, $provider, &$tokens): void {
            $pending = $it->beginAuthorization(scopes: ['openid']);
            $callback = $provider->authorize($pending->url);
            Check::refused('callback.state_mismatch', static fn () => $it->finishAuthorization($pending, preg_replace('/state=[^&]*/', 'state=other', $callback)));
            $tokens = $it->finishAuthorization($pending, $callback);
            $it->refresh($tokens->refreshToken);
            Check::refused('oauth.invalid_grant', static fn () => $it->refresh('unknown-refresh-token'));
        });
        Check::same(['authorization_begun', 'callback_refused', 'key_set_fetched', 'token_received', 'token_refreshed', 'refresh_failed'], $names($events));
        [$begun, $refused, $fetched, $received, , $failed] = $events;
        Check::same([['openid'], false], [$begun->scopes, $begun->pushed]);
        Check::same(['warning', 'callback.state_mismatch', false], [$refused->level, $refused->code, $refused->retryable]);
        Check::same([null, true], [$fetched->clientId, $fetched->keys >= 1]);
        Check::same(['info', $provider->issuer, 'abc', 'authorization_code', true], [$received->level, $received->provider, $received->clientId, $received->grantType, $received->identified]);
        Check::same(['oauth.invalid_grant', 'invalid_grant'], [$failed->code, $failed->providerError]);
        $text = json_encode($events);
        foreach ([$tokens->accessToken, $tokens->refreshToken, $tokens->idToken->raw, 's3cret', 'unknown-refresh-token'] as $secret) {
            Check::true(!str_contains($text, $secret), 'no secret is told');
        }
    },
    'a PSR-3 logger gets level, line and members' => static function () use ($preset): void {
        $logger = new class extends Psr\Log\AbstractLogger {
            public array $lines = [];

            public function log($level, $message, array $context = []): void
            {
                $this->lines[] = [$level, $message, $context['name'], $context['client_id']];
            }
        };
        Events::logTo($logger);
        try {
            $it = $preset();
            $pending = $it->beginAuthorization(scopes: ['all']);
            Check::refused('callback.state_missing', static fn () => $it->finishAuthorization($pending, 'https://site.example/callback?code=x'));
        } finally {
            Events::logTo(null);
        }
        $it->beginAuthorization(scopes: ['all']);
        Check::same([
            ['info', 'authorization_begun provider=https://erp.example.com client_id=abc scopes=all pushed=false', 'authorization_begun', 'abc'],
            ['warning', 'callback_refused provider=https://erp.example.com client_id=abc code=callback.state_missing retryable=false', 'callback_refused', 'abc'],
        ], $logger->lines);
    },
    'a verifier tells of its key set, once' => static function () use ($client, $hearing, $names, $provider): void {
        $it = $client();
        $pending = $it->beginAuthorization(scopes: ['openid']);
        $token = $it->finishAuthorization($pending, $provider->authorize($pending->url))->idToken->raw;
        // Another configuration than those of other cases: verifiers of the same one share their keys.
        $verifier = new Verifier(issuer: $provider->issuer, audience: 'abc', leeway: 7);
        Check::same(['key_set_fetched'], $names($hearing(static fn () => $verifier->verify($token))));
        Check::same([], $hearing(static fn () => $verifier->verify($token)));
    },
    'flows and pending authorizations have their events without a listener' => static function () use ($json, $names, $preset): void {
        $it = $preset();
        $flow = $it->flow->clientCredentials(scopes: ['all']);
        Check::same([], $flow->events);
        $flow->advance();
        Check::refused('oauth.invalid_scope', static fn () => $flow->advance(['status' => 400, 'body' => '{"error":"invalid_scope"}'] + $json));
        Check::same(['grant_failed'], $names($flow->events));
        Check::same('client_credentials', $flow->events[0]->grantType);
        $key = str_repeat('k', 32);
        $pending = $it->beginAuthorization(scopes: ['all']);
        Check::same(['authorization_begun'], $names($pending->events));
        Check::same([], $it->openPending($pending->seal($key), $key)->events);
        Check::refused('internal.argument', static fn () => $flow->nothing);
    },
    'a flow that is carried tells each event once, and one that runs too' => static function () use ($client, $hearing, $json, $names, $preset): void {
        $events = $hearing(static function () use ($json, $preset): void {
            $flow = $preset()->flow->refresh('a-refresh-token');
            $flow->advance();
            $flow->advance(['body' => '{"access_token":"an-access-token","token_type":"Bearer","expires_in":60}'] + $json);
            Check::refused('internal.flow', static fn () => $flow->advance());
        });
        Check::same(['token_refreshed'], $names($events));
        $flow = $client()->flow->clientCredentials(scopes: ['orders:read']);
        Check::same(['token_received'], $names($hearing(static fn () => $flow->run())));
        Check::same(['token_received'], $names($flow->events));
    },
    'what happened before anybody listened is not told' => static function () use ($client, $hearing, $preset): void {
        $client()->clientCredentials(scopes: ['orders:read']);
        Check::same([], $hearing(static fn () => $preset()));
    },
    'a listener that fails does not cost the tokens' => static function () use ($client): void {
        $log = (string) tempnam(sys_get_temp_dir(), 'log');
        $before = ini_set('error_log', $log);
        Events::listen(static function (): void {
            throw new RuntimeException('the disk is full');
        });
        try {
            Check::same(['orders:read'], $client()->clientCredentials(scopes: ['orders:read'])->scopes);
        } finally {
            Events::listen(null);
            ini_set('error_log', (string) $before);
        }
        Check::contains('the disk is full', (string) file_get_contents($log));
        unlink($log);
    },
];
