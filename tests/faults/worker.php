<?php

// The PHP host of the fault runner: does one operation for each line of standard input.

declare(strict_types=1);

use Ferroauth\{BackchannelAuthentication, Client, DeviceAuthorization, NetworkOptions, ProtectedResource, Registration, Service, TokenSet, Verifier};
use Ferroauth\Exception\FerroauthException;

require getenv('FERROAUTH_INSTALLED') . '/vendor/autoload.php';

const REDIRECT_URI = 'https://app.example.com/callback';

/** Another deadline each time, so that no host takes an object of the call before. */
function network(array $cell, int $call): NetworkOptions
{
    $given = $cell['network'];

    return new NetworkOptions(
        connectTimeoutMs: $given['connect_timeout_ms'],
        timeoutMs: $given['timeout_ms'] + $call,
        extraRootsPem: $given['extra_roots_pem'] ?? null,
    );
}

function discovery(array $cell): Closure
{
    return static fn (int $call) => Service::discover($cell['issuer'], network: network($cell, $call), testing: $cell['testing']);
}

function verification(array $cell): Closure
{
    $verifier = new Verifier(
        issuer: $cell['issuer'],
        audience: 'api',
        jwksUri: $cell['jwks_uri'],
        network: network($cell, 0),
        testing: $cell['testing'],
    );
    if ($cell['keys'] !== null) {
        $verifier->importKeys($cell['keys']);
    }

    return static function (int $call) use ($verifier, $cell): void {
        if ($cell['testing'] !== null) {
            $verifier->setTestingClock($cell['testing']['now'] + $call * $cell['advance']);
        }
        $verifier->verify($cell['jwt']);
    };
}

function client(array $cell): Closure
{
    $service = Service::fromJson($cell['service']);
    $options = ['clientId' => 'app', 'clientSecret' => $cell['secret'], 'redirectUri' => REDIRECT_URI];
    $client = new Client($service, ...$options, ...$cell['client']);
    $token = $cell['token'];

    return match ($cell['operation']) {
        'token' => static function () use ($client, $token): TokenSet {
            $pending = $client->beginAuthorization();

            return $client->finishAuthorization($pending, REDIRECT_URI . "?code={$token}&state={$pending->state}");
        },
        'refresh' => static fn () => $client->refresh($token),
        'introspection' => static fn () => $client->introspect($token),
        'revocation' => static fn () => $client->revoke($token),
        'userinfo' => static fn () => $client->userinfo($token),
        'pushed' => static fn () => $client->pushAuthorization(),
        'exchange' => static fn () => $client->exchangeToken($token, subjectTokenType: 'access_token'),
        'device' => static fn () => $client->deviceAuthorization(),
        'devicepoll' => static fn () => $client->pollDeviceToken(DeviceAuthorization::restore($cell['begun'])),
        'devicewait' => static fn () => $client->deviceToken(DeviceAuthorization::restore($cell['begun'])),
        'backchannel' => static fn () => $client->backchannelAuthentication(scopes: ['openid'], idTokenHint: $token),
        'cibapoll' => static fn () => $client->pollBackchannelToken(BackchannelAuthentication::restore($cell['begun'])),
        'cibawait' => static fn () => $client->backchannelToken(BackchannelAuthentication::restore($cell['begun'])),
    };
}

function registration(array $cell): Closure
{
    $service = Service::fromJson($cell['service']);
    $registered = Registration::fromJson($cell['registration']);
    $metadata = ['redirect_uris' => [REDIRECT_URI]];

    return match ($cell['operation']) {
        'register' => static fn () => $service->register($metadata, initialAccessToken: $cell['token']),
        'update' => static fn () => $service->updateRegistration($registered, $metadata),
        'delete' => static fn () => $service->deleteRegistration($registered),
    };
}

function resource(array $cell): Closure
{
    return static fn (int $call) => ProtectedResource::discover($cell['issuer'], network: network($cell, $call), testing: $cell['testing']);
}

function perform(array $cell): array
{
    $once = match ($cell['operation']) {
        'discovery' => discovery($cell),
        'jwks', 'keep' => verification($cell),
        'register', 'update', 'delete' => registration($cell),
        'resource' => resource($cell),
        default => client($cell),
    };
    $result = ['codes' => [], 'ms' => [], 'message' => '', 'retry_after' => null, 'expires_at' => null];
    for ($call = 0; $call < $cell['calls']; $call++) {
        usleep($cell['pause_ms'] * 1000);
        $start = hrtime(true);
        $code = 'ok';
        try {
            $answer = $once($call);
            $result['expires_at'] = $answer->expiresAt ?? null;
        } catch (FerroauthException $error) {
            $code = $error->errorCode();
            $result['message'] = (string) $error;
            $result['retry_after'] = $error->retryAfter();
        } catch (Throwable $error) {
            $code = "not typed: {$error}";
        }
        $result['ms'][] = (hrtime(true) - $start) / 1e6;
        $result['codes'][] = $code;
    }

    return $result;
}

/** Many rounds over the cells, of which only those are told that came out otherwise. */
function rounds(array $asked): array
{
    $wrong = [];
    for ($round = 0; $round < $asked['rounds']; $round++) {
        foreach ($asked['cells'] as $cell) {
            $codes = perform($cell)['codes'];
            if ($codes !== $cell['expected']) {
                $wrong[] = [$cell['id'], $codes];
            }
        }
    }

    return ['wrong' => array_slice($wrong, 0, 20), 'count' => count($wrong)];
}

while (($line = fgets(STDIN)) !== false) {
    $asked = json_decode($line, true, 512, JSON_THROW_ON_ERROR);
    $result = isset($asked['rounds']) ? rounds($asked) : perform($asked);
    fwrite(STDOUT, json_encode($result, JSON_THROW_ON_ERROR | JSON_INVALID_UTF8_SUBSTITUTE) . "\n");
}
