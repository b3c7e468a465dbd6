<?php

// The client role against a provider on loopback, with the library's own driver and with the host's.

declare(strict_types=1);

use Ferroauth\{Client, Introspection, Keyring, NetworkOptions, Pkce, PrivateKey, PublicKey, Service, TokenSet, Verifier};
use Ferroauth\Exception\{CallbackException, NetworkException, ProviderException};
use Ferroauth\Tests\Support\{Check, Curl, Server};

$provider = Server::provider();
$client = static fn (mixed ...$more): Client => new Client(
    Service::discover($provider->issuer),
    ...['clientId' => 'abc', 'clientSecret' => 's3cret', 'redirectUri' => 'https://site.example/callback', ...$more],
);
$key = random_bytes(32);

$carry = static function (Ferroauth\Flow $flow): mixed {
    $step = $flow->advance();
    while (!$step->done) {
        $step = $step->sleep !== null ? $flow->advance() : $flow->advance(Curl::send($step->http));
    }

    return $step->result;
};

return [
    'pkce agrees with RFC 7636 appendix B' => static function (): void {
        Check::same('E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM', Pkce::challenge('dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'));
        $pkce = Pkce::generate();
        Check::same('S256', $pkce->method);
        Check::same([true, false], [Pkce::verify($pkce->verifier, $pkce->challenge), Pkce::verify(str_repeat('a', 43), $pkce->challenge)]);
        Check::refused('config.pkce', static fn () => Pkce::challenge('short'));
    },
    'services come from JSON and by name' => static function (): void {
        $service = Service::preset('frappe', baseUrl: 'https://erp.example.com');
        Check::contains('erp.example.com', $service->toJson());
        Check::same($service->jsonSerialize(), Service::fromJson($service->toJson())->jsonSerialize());
        Check::refused('config.invalid', static fn () => Service::preset('no such product'));
        Check::refused('config.invalid', static fn () => Service::fromJson('no JSON'));
        Check::same(['frappe', 'Frappe / ERPNext'], [$service->definition['name'], $service->definition['title']]);
        Check::same([true, false], [isset($service->definition), isset($service->other)]);
        Check::refused('internal.argument', static fn () => $service->other);
        Check::refused('internal.argument', static fn () => $service->definition = []);
    },
    'a client shows the key that its tokens are bound to' => static function (): void {
        $service = Service::preset('frappe', baseUrl: 'https://erp.example.com');
        $key = PrivateKey::generate('ES256');
        Check::same(null, (new Client($service, clientId: 'a'))->dpopKey);
        Check::same($key->thumbprint(), (new Client($service, clientId: 'a', dpopKey: $key))->dpopKey?->thumbprint());
        $made = new Client($service, clientId: 'a', dpop: true);
        $proof = Verifier::decodeUnverified($made->dpopProof('GET', 'https://api.example.com/'));
        Check::same(PublicKey::fromJwk($proof->header['jwk'])->thumbprint(), $made->dpopKey->thumbprint());
    },
    'the whole main job' => static function () use ($client, $key, $provider): void {
        $it = $client();
        $pending = $it->beginAuthorization(scopes: ['openid', 'email'], parameters: ['prompt' => 'login'], returnTo: '/inbox');
        Check::contains('code_challenge_method=S256', $pending->url);
        Check::contains('prompt=login', $pending->url);
        $sealed = $pending->seal($key);
        $callback = $provider->authorize($pending->url);
        $opened = $it->openPending($sealed, $key);
        Check::same([$pending->state, '/inbox', $pending->expiresAt], [$opened->state, $opened->returnTo, $opened->expiresAt]);

        $tokens = $it->finishAuthorization($opened, $callback);
        Check::same(['Bearer', ['openid', 'email'], []], [$tokens->tokenType, $tokens->scopes, $tokens->unrequestedScopes]);
        Check::true(abs($tokens->expiresAt - time() - 300) < 10, 'it expires in 300 s');
        Check::same(['ada@example.test', 'RS256'], [$tokens->idToken->claims['email'], $tokens->idToken->header['alg']]);
        Check::same(json_decode($tokens->idToken->claims->raw, true), $tokens->idToken->claims->toArray());

        $claims = (new Verifier(issuer: $provider->issuer, audience: 'my-api', tokenType: 'at+jwt'))->verify($tokens->accessToken);
        Check::same('ada', $claims['sub']);
        $report = $it->introspect($tokens->accessToken, tokenTypeHint: 'access_token');
        Check::same([true, 'ada'], [$report->active, $report['sub']]);
        Check::same('ada@example.test', $it->userinfo($tokens->accessToken, subject: 'ada')['email']);
        Check::refused('response.subject', static fn () => $it->userinfo($tokens->accessToken, subject: 'eve'));

        $renewed = $it->refresh($tokens->refreshToken);
        Check::true($renewed->accessToken !== $tokens->accessToken, 'another token');
        $it->revoke($renewed->accessToken);
        Check::same(false, $it->introspect($renewed->accessToken)->active);
        $error = Check::refused('oauth.invalid_grant', static fn () => $it->refresh($tokens->refreshToken));
        Check::true($error instanceof ProviderException, 'the class');
        Check::same(['invalid_grant', '<b>gone</b>'], [$error->oauthError(), $error->oauthErrorDescription()]);
    },
    'client credentials' => static function () use ($client): void {
        $tokens = $client()->clientCredentials(scopes: ['orders:read']);
        Check::same([['orders:read'], null], [$tokens->scopes, $tokens->idToken]);
        Check::refused('oauth.invalid_client', static fn () => $client(clientSecret: 'wrong')->clientCredentials());
    },
    'the host carries the same operations' => static function () use ($carry, $client, $provider): void {
        $service = $carry(Service::flow()->discover($provider->issuer));
        Check::same($provider->issuer, $service->issuer);
        $it = $client();
        $pending = $it->beginAuthorization(scopes: ['openid']);
        $tokens = $carry($it->flow->finishAuthorization($pending, $provider->authorize($pending->url)));
        Check::true($tokens instanceof TokenSet && $tokens->idToken->claims['sub'] === 'ada', 'a token set with an ID token');
        $verifier = new Verifier(issuer: $provider->issuer, audience: 'my-api', testing: ['now' => time()]);
        Check::same('ada', $carry($verifier->flow->verify($tokens->accessToken))['sub']);
        $exported = $verifier->exportKeys();
        $other = new Verifier(issuer: $provider->issuer, audience: 'my-api', testing: ['now' => time()]);
        Check::same(null, $other->exportKeys());
        $other->importKeys($exported);
        Check::same('ada', $other->verifyNow($tokens->accessToken)['sub']);
        $report = $carry($it->flow->introspect($tokens->accessToken));
        Check::true($report instanceof Introspection && $report->active, 'active');
        Check::same('ada', $carry($it->flow->userinfo($tokens->accessToken))['sub']);
        Check::same(null, $carry($it->flow->revoke($tokens->refreshToken)));
        Check::true($carry($it->flow->clientCredentials(['x']))->accessToken !== '', 'a token');
        Check::refused('oauth.invalid_grant', static fn () => $carry($it->flow->refresh('refresh-unknown')));
    },
    'a host driver can report failures and cannot confuse a flow' => static function () use ($client): void {
        foreach (['timeout' => 'http.timeout', 'tls' => 'http.tls', 'dns' => 'http.dns', 'connect' => 'http.connect', 'nonsense' => 'http.connect'] as $kind => $code) {
            $flow = $client()->flow->clientCredentials();
            Check::same('POST', $flow->advance()->http['method']);
            Check::refused($code, static fn () => $flow->advance(['failure' => $kind]));
            Check::refused('internal.flow', static fn () => $flow->advance());
        }
        $flow = $client()->flow->clientCredentials();
        Check::refused('internal.flow', static fn () => $flow->advance(['status' => 200, 'body' => '{}']));
        $flow->advance();
        foreach ([['status' => 'x'], ['status' => 99], ['status' => 200, 'headers' => 'x'], ['status' => 200, 'body' => 7], ['status' => 200, 'headers' => ['a' => null]], ['failure' => 7], []] as $reply) {
            Check::refused('internal.argument', static fn () => $flow->advance($reply));
        }
        Check::refused('internal.flow', static fn () => $flow->advance(['slept' => true]));
        $reply = ['status' => 200, 'headers' => ['Content-Type' => 'application/json'], 'body' => '{"access_token":"a","token_type":"Bearer","expires_in":60}'];
        Check::same('a', $flow->advance($reply)->result->accessToken);
    },
    'a state is used once, and only in its own login' => static function () use ($client, $key, $provider): void {
        $it = $client();
        $first = $it->beginAuthorization();
        $callback = $provider->authorize($first->url);
        $error = Check::refused('callback.state_mismatch', static fn () => $it->finishAuthorization($it->beginAuthorization(), $callback));
        Check::true($error instanceof CallbackException, 'the class');
        $it->finishAuthorization($first, $callback);
        Check::refused('callback.state_replayed', static fn () => $it->finishAuthorization($first, $callback));
        $sealed = $first->seal($key);
        Check::refused('pending.invalid', static fn () => $it->openPending($sealed, random_bytes(32)));
        Check::refused('pending.invalid', static fn () => $it->openPending(substr($sealed, 0, -2) . 'AA', $key));
        Check::refused('pending.wrong_client', static fn () => $client(clientId: 'other')->openPending($sealed, $key));
        $rotated = new Keyring([random_bytes(32), $key]);
        Check::same($first->state, $it->openPending($sealed, $rotated)->state);
        Check::refused('config.invalid', static fn () => $first->seal('short'));
    },
    'callbacks come as URL or as parameters' => static function () use ($client, $provider): void {
        $it = $client();
        $pending = $it->beginAuthorization();
        parse_str((string) parse_url($provider->authorize($pending->url), PHP_URL_QUERY), $parameters);
        $begun = static fn () => $it->beginAuthorization();
        Check::refused('callback.duplicate_parameter', static fn () => $it->finishAuthorization($begun(), ['code' => ['a', 'b'], 'state' => 'x']));
        Check::refused('callback.duplicate_parameter', static fn () => $it->finishAuthorization($begun(), '/callback?code=a&code=b&state=x'));
        Check::refused('callback.malformed', static fn () => $it->finishAuthorization($begun(), ['code' => ['a' => ['b']], 'state' => 'x']));
        Check::refused('callback.malformed', static fn () => $it->finishAuthorization($begun(), ['code' => "\xff", 'state' => 'x']));
        Check::refused('callback.state_missing', static fn () => $it->finishAuthorization($begun(), []));
        Check::same('Bearer', $it->finishAuthorization($pending, $parameters)->tokenType);
    },
    'the network is guarded' => static function () use ($client): void {
        $error = Check::refused('http.connect', static fn () => Service::discover('http://127.0.0.1:1'));
        Check::true($error instanceof NetworkException && $error->isRetryable(), 'the class');
        Check::refused('config.url', static fn () => Service::discover('http://idp.example.com'));
        Check::refused('config.url', static fn () => Service::discover('https://10.0.0.1'));
        Check::refused('config.control_character', static fn () => $client(clientId: "a\r\nb"));
        $slow = stream_socket_server('tcp://127.0.0.1:0');
        $issuer = 'http://' . stream_socket_get_name($slow, false);
        Check::refused('http.timeout', static fn () => Service::discover($issuer, network: new NetworkOptions(timeoutMs: 300)));
    },
    'the same configuration meets the same key set and metadata' => static function () use ($client, $provider): void {
        $tokens = $client()->clientCredentials();
        $before = [$provider->requests('/jwks'), $provider->requests('/.well-known/openid-configuration')];
        for ($i = 0; $i < 50; $i++) {
            $verifier = new Verifier(issuer: $provider->issuer, audience: 'my-api', tokenType: 'at+jwt');
            Check::same('abc', $verifier->verify($tokens->accessToken)['sub']);
            $client();
        }
        Check::same($before, [$provider->requests('/jwks'), $provider->requests('/.well-known/openid-configuration')]);
    },
];
