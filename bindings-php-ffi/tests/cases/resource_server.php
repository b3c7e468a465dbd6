<?php

// The resource server: every kind of request that PHP has, and answers that are ready to be sent.

declare(strict_types=1);

use Ferroauth\{Denial, HmacKey, Principal, PrivateKey, ResourceServer, Signer, Verifier};
use Ferroauth\Exception\{ExpiredTokenException, NetworkException};
use Ferroauth\Tests\Support\{Check, Curl, Server};

$key = new HmacKey(str_repeat('k', 64));
$verifier = new Verifier(issuer: null, audience: 'api', key: $key, algorithms: ['HS256']);
$api = new ResourceServer($verifier, realm: 'farm');
$signer = new Signer($key, algorithm: 'HS256');
$token = $signer->sign(['aud' => 'api', 'sub' => '42', 'scope' => 'read write'], lifetime: 300);
$field = "Bearer {$token}";

/** A PSR-7 request, as far as it is looked at. */
$psr = static fn (array $values): object => new class ($values) {
    public function __construct(private readonly array $values)
    {
    }

    public function getHeader(string $name): array
    {
        return strtolower($name) === 'authorization' ? $this->values : [];
    }
};

return [
    'the token of a request is found' => static function () use ($api, $field, $psr): void {
        $requests = [
            '$_SERVER' => ['HTTP_HOST' => 'x', 'HTTP_AUTHORIZATION' => $field], 'rewritten' => ['REDIRECT_HTTP_AUTHORIZATION' => $field],
            'both, the same' => ['HTTP_AUTHORIZATION' => $field, 'REDIRECT_HTTP_AUTHORIZATION' => $field],
            'rewritten to nothing' => ['HTTP_AUTHORIZATION' => '', 'REDIRECT_HTTP_AUTHORIZATION' => $field],
            'headers' => ['Authorization' => $field], 'lower case' => ['authorization' => $field], 'lists' => ['AUTHORIZATION' => [$field]],
            'PSR-7' => $psr([$field]), 'mixed keys' => ['x', 'Authorization' => $field],
        ];
        foreach ($requests as $name => $request) {
            $caller = $api->authenticate($request, scopes: ['read']);
            Check::true($caller instanceof Principal && $caller->granted, $name);
            Check::same(['42', ['read', 'write'], 'api'], [$caller->subject, $caller->scopes, $caller->claims['aud']], $name);
            Check::same([true, false], [$caller->hasScope('read'), $caller->hasScope('rea')], $name);
            Check::same('HS256', $caller->claims->header['alg']);
            Check::true($api->authenticateNow($request)->granted, $name);
        }
    },
    'without an argument, the request that PHP serves' => static function () use ($api, $field): void {
        $before = $_SERVER;
        try {
            Check::same(401, $api->authenticate()->status);
            $_SERVER['HTTP_AUTHORIZATION'] = $field;
            Check::same('42', $api->authenticate()->subject);
            Check::same('42', $api->flow->authenticate()->advance()->result->subject);
        } finally {
            $_SERVER = $before;
        }
    },
    'a request without a token is told to bring one' => static function () use ($api, $field, $psr): void {
        foreach ([[], ['HTTP_AUTHORIZATION' => ''], ['X-Authorization' => $field], ['Authorization' => null], ['Authorization' => []], $psr([])] as $request) {
            $answer = $api->authenticate($request);
            Check::true($answer instanceof Denial && !$answer->granted, 'a denial');
            Check::same([401, 'Bearer realm="farm"'], [$answer->status, $answer->headers['WWW-Authenticate']]);
        }
    },
    'two fields are a bad request' => static function () use ($api, $field, $psr): void {
        $requests = [
            ['Authorization' => [$field, 'Basic YTpi']], ['Authorization' => $field, 'authorization' => $field], $psr([$field, $field]),
            ['HTTP_AUTHORIZATION' => $field, 'Authorization' => $field], ['HTTP_AUTHORIZATION' => $field, 'REDIRECT_HTTP_AUTHORIZATION' => 'Basic YTpi'],
            ['Authorization' => array_fill(0, 1000, str_repeat('a', 100_000))],
        ];
        foreach ($requests as $number => $request) {
            Check::same(400, $api->authenticate($request)->status, "request {$number}");
        }
    },
    'what is no request is a mistake' => static function () use ($api): void {
        foreach ([['Authorization' => 5], ['HTTP_AUTHORIZATION' => ['x' => []]], ['authorization' => [[]]], new stdClass(), static fn () => 1] as $wrong) {
            Check::refused('internal.argument', static fn () => $api->authenticate($wrong));
        }
    },
    'bytes that are no text are a bad request' => static function () use ($api): void {
        foreach (["Bearer \xff\xfe", "Bearer a\0b", "Bearer \xed\xa0\x80"] as $value) {
            Check::same(400, $api->authenticate(['Authorization' => $value])->status);
        }
    },
    'a denial says why' => static function () use ($api, $field, $signer): void {
        $answer = $api->authenticate(['Authorization' => $field], scopes: ['admin']);
        Check::same([403, 'no-store', 'oauth.insufficient_scope'], [$answer->status, $answer->headers['Cache-Control'], $answer->error->errorCode()]);
        Check::contains('scope="admin"', $answer->headers['WWW-Authenticate']);
        $expired = $signer->sign(['aud' => 'api', 'exp' => 1]);
        $answer = $api->authenticate(['Authorization' => "Bearer {$expired}"]);
        Check::true($answer->error instanceof ExpiredTokenException && $answer->status === 401, 'expired');
        Check::same('exp', $answer->error->explain()['check']);
    },
    'settings are checked' => static function () use ($api, $verifier): void {
        Check::refused('config.invalid', static fn () => new ResourceServer($verifier, realm: 'a"b'));
        foreach ([[''], ['a b'], ['x' => 'read'], [1]] as $scopes) {
            Check::refused('config.invalid', static fn () => $api->authenticate([], scopes: $scopes));
        }
    },
    'nothing shows the token' => static function () use ($api, $field, $token): void {
        $objects = [
            $api, $api->flow, $api->authenticate(['Authorization' => $field]), $api->authenticate(['Authorization' => $field], scopes: ['admin']),
            $api->flow->authenticate(['Authorization' => $field]),
        ];
        foreach ($objects as $object) {
            ob_start();
            var_dump($object);
            $shown = ob_get_clean() . print_r($object, true) . json_encode($object);
            Check::true(!str_contains($shown, $token) && !str_contains($shown, substr($token, -43)), get_class($object));
            Check::refused('internal.argument', static fn () => serialize($object));
        }
        if (PHP_VERSION_ID >= 80200) {
            ini_set('zend.exception_ignore_args', '0');
            $denied = $api->authenticate(['HTTP_AUTHORIZATION' => "{$field}x"]);
            Check::true(!str_contains((string) $denied->error, $token), 'the trace');
        }
    },
    'objects close their handles' => static function () use ($verifier): void {
        $before = Ferroauth\Internal\Native::handleCount();
        for ($i = 0; $i < 100; $i++) {
            (new ResourceServer($verifier))->flow->authenticate([]);
        }
        Check::same($before, Ferroauth\Internal\Native::handleCount());
    },
    'keys are fetched where they must, by the library or by the host' => static function (): void {
        $provider = Server::provider();
        $client = new Ferroauth\Client(Ferroauth\Service::discover($provider->issuer), clientId: 'abc', clientSecret: 's3cret');
        $request = ['Authorization' => 'Bearer ' . $client->clientCredentials()->accessToken];
        $remote = static fn (string $realm): ResourceServer => new ResourceServer(new Verifier(issuer: $provider->issuer, audience: 'my-api', leeway: 1), $realm);
        Check::refused('jwks.not_loaded', static fn () => $remote('a')->authenticateNow($request));
        $flow = $remote('a')->flow->authenticate($request);
        $step = $flow->advance();
        while (!$step->done) {
            $step = $flow->advance(Curl::send($step->http));
        }
        Check::same('abc', $step->result->subject);
        Check::same('abc', $remote('b')->authenticate($request)->subject);
        Check::same('abc', $remote('b')->authenticateNow($request)->subject);
    },
    'a provider that is away lets nobody in' => static function (): void {
        $token = (new Signer(PrivateKey::generate('ES256'), algorithm: 'ES256', kid: 'k'))->sign(['aud' => 'api'], lifetime: 60);
        $guard = new ResourceServer(new Verifier(issuer: 'http://127.0.0.1:9', audience: 'api'));
        $answer = $guard->authenticate(['Authorization' => "Bearer {$token}"]);
        Check::true($answer->status === 503 && $answer->error instanceof NetworkException, 'a 503');
        Check::true(!isset($answer->headers['WWW-Authenticate']), 'no challenge');
    },
    'a denial is sent as it is' => static function (): void {
        $directory = Server::temporaryDirectory();
        $port = Server::freePort();
        file_put_contents("{$directory}/api.php", '<?php require ' . var_export(PACKAGE . '/autoload.php', true) . ';
            $verifier = new Ferroauth\Verifier(issuer: null, audience: null, key: new Ferroauth\HmacKey(str_repeat("k", 64)), algorithms: ["HS256"]);
            $caller = (new Ferroauth\ResourceServer($verifier, realm: "farm"))->authenticate(scopes: ["read"]);
            if ($caller instanceof Ferroauth\Denial) { $caller->send(); exit($caller->error->errorCode()); }
            echo $caller->subject;');
        $server = new Server([PHP_BINARY, '-d', 'ffi.enable=true', '-S', "127.0.0.1:{$port}", "{$directory}/api.php"], $directory);
        $server->await("tcp://127.0.0.1:{$port}");
        $ask = static function (string ...$fields) use ($port): array {
            $context = stream_context_create(['http' => ['ignore_errors' => true, 'timeout' => 15, 'header' => array_map(static fn ($value) => "Authorization: {$value}", $fields)]]);
            $body = file_get_contents("http://127.0.0.1:{$port}/", false, $context);

            return [(int) explode(' ', $http_response_header[0])[1], $body, implode("\n", $http_response_header)];
        };
        $signer = new Signer(new HmacKey(str_repeat('k', 64)), algorithm: 'HS256');
        $sign = static fn (string $scope): string => 'Bearer ' . $signer->sign(['sub' => '42', 'scope' => $scope], lifetime: 60);
        Check::same([200, '42'], array_slice($ask($sign('read')), 0, 2));
        [$status, $body, $headers] = $ask();
        Check::same([401, 'oauth.invalid_token'], [$status, $body]);
        Check::contains('WWW-Authenticate: Bearer realm="farm"', $headers);
        Check::contains('Cache-Control: no-store', $headers);
        Check::same([403, 'oauth.insufficient_scope'], array_slice($ask($sign('readwrite')), 0, 2));
        Check::same([400, 'oauth.invalid_request'], array_slice($ask('Bearer a b'), 0, 2));
        $server->stop();
    },
];
