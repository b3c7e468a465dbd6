<?php

// No secret in what PHP prints, dumps, encodes, serializes or puts into a trace.

declare(strict_types=1);

use Ferroauth\{Client, Decrypter, Encrypter, EncryptionKey, HmacKey, Keyring, Pkce, PrivateKey, Registration, Sasl, Service, Signer, Verifier};
use Ferroauth\Internal\Json;
use Ferroauth\Tests\Support\Check;

$canary = 'canary' . bin2hex(random_bytes(16));
$service = Service::fromJson('{"issuer":"https://idp.example.com","authorization_endpoint":"https://idp.example.com/a","token_endpoint":"https://idp.example.com/t"}');
$client = new Client($service, clientId: 'abc', clientSecret: $canary, redirectUri: 'https://site.example/cb');
$flow = $client->flow->refresh($canary);
$step = $flow->advance();
$reply = ['access_token' => $canary, 'token_type' => 'Bearer', 'refresh_token' => $canary, 'expires_in' => 9, 'x' => $canary];
$tokens = $flow->advance(['status' => 200, 'headers' => ['content-type' => 'application/json'], 'body' => json_encode($reply)])->result;
$pending = $client->beginAuthorization();
$hmac = new HmacKey($canary . $canary);
$pkce = Pkce::generate();
$private = PrivateKey::generate('ES256');
$encryption = EncryptionKey::fromSecret(substr($canary, 0, 32), 'A256GCM');
[$encrypter, $decrypter] = [new Encrypter($encryption), new Decrypter($encryption)];
$objects = [
    'encryption key' => [$encryption, $canary], 'encrypter' => [$encrypter, $canary], 'decrypter' => [$decrypter, $canary],
    'decrypted' => [$decrypter->decrypt($encrypter->encrypt($canary)), $canary],
    'client' => [$client, $canary], 'flow' => [$flow, $canary], 'step' => [$step, $canary], 'token set' => [$tokens, $canary],
    'pending' => [$pending, $pending->state], 'HMAC key' => [$hmac, $canary], 'PKCE' => [$pkce, $pkce->verifier],
    'private key' => [$private, $private->toPem()], 'keyring' => [new Keyring(substr($canary, 0, 32)), substr($canary, 0, 32)],
    'mail' => [Sasl::xoauth2('user', $canary), $canary],
    'registration' => [Registration::fromJson(json_encode(['client_id' => 'a', 'client_secret' => $canary, 'client_secret_expires_at' => 0])), $canary],
    'signer' => [new Signer($hmac, algorithm: 'HS256'), $canary],
    'verifier' => [new Verifier(issuer: null, audience: null, key: $hmac, algorithms: ['HS256']), $canary],
];

return [
    'the secrets are there when they are named' => static function () use ($canary, $step, $tokens): void {
        Check::same([$canary, $canary, $canary], [$tokens->accessToken, $tokens->refreshToken, $tokens->extra['x']]);
        Check::same($canary, $tokens->toArray()['access_token']);
        Check::true(isset($tokens->refreshToken, $step->http) && !isset($tokens->nothing), 'isset');
        Check::contains($canary, $step->http['body']);
        Check::refused('internal.argument', static fn () => $tokens->nothing);
        Check::refused('internal.argument', static fn () => $tokens->accessToken = 'x');
    },
    'no form of printing shows them' => static function () use ($objects): void {
        foreach ($objects as $name => [$object, $secret]) {
            ob_start();
            var_dump($object);
            $forms = [
                'var_dump' => (string) ob_get_clean(), 'print_r' => print_r($object, true), 'var_export' => @var_export($object, true),
                'json_encode' => (string) json_encode($object), 'array cast' => print_r(@json_encode((array) $object), true),
                'get_object_vars' => (string) json_encode(get_object_vars($object)),
            ];
            foreach ($forms as $form => $text) {
                Check::true(!str_contains($text, $secret) && !str_contains($text, rawurlencode($secret)), "{$form} of {$name} shows the secret");
            }
        }
    },
    'stars stand for them' => static function () use ($client, $tokens): void {
        Check::contains('***', print_r($client, true));
        Check::contains('***', print_r($tokens, true));
        Check::contains('[expiresAt]', print_r($tokens, true));
    },
    'nothing goes into a session, and nothing comes out of one' => static function () use ($objects): void {
        foreach ($objects as [$object]) {
            Check::refused('internal.argument', static fn () => serialize($object));
            $name = get_class($object);
            Check::refused('internal.argument', static fn () => unserialize('O:' . strlen($name) . ":\"{$name}\":0:{}"));
        }
    },
    'no exception shows them, trace included' => static function () use ($canary, $client, $service): void {
        $attempts = [
            static fn () => new Client($service, clientId: '', clientSecret: $canary),
            static fn () => new Client($service, clientId: 'a', clientSecret: "{$canary}\r\n"),
            static fn () => new Client($service, clientId: 'a', clientSecret: $canary, authenticationMethod: 'none'),
            static fn () => new Keyring($canary),
            static fn () => new Keyring([$canary, 'short']),
            static fn () => PrivateKey::fromPem("-----BEGIN PRIVATE KEY-----\n{$canary}\n-----END PRIVATE KEY-----"),
            static fn () => PrivateKey::fromJwk(['kty' => 'EC', 'crv' => 'P-256', 'd' => $canary]),
            static fn () => HmacKey::fromJwk(['kty' => 'oct', 'k' => "{$canary}!"]),
            static fn () => Pkce::challenge("{$canary}!!"),
            static fn () => $client->refresh("{$canary}\0"),
            static fn () => $client->openPending($canary, $canary),
            static fn () => $client->finishAuthorization($client->beginAuthorization(), "/cb?code={$canary}&state=x"),
            static fn () => Json::encode(["\xff{$canary}"], 'x'),
        ];
        ini_set('zend.exception_ignore_args', '0');
        ini_set('zend.exception_string_param_max_len', '4096');
        foreach ($attempts as $number => $attempt) {
            try {
                $attempt();
                throw new RuntimeException("attempt {$number} was accepted");
            } catch (Ferroauth\Exception\FerroauthException $exception) {
                // Arguments of a trace are hidden from PHP 8.2 on, where the attribute exists.
                $text = PHP_VERSION_ID >= 80200 ? (string) $exception : $exception->getMessage();
                Check::true(!str_contains($text, $canary), "exception {$number} shows the secret: {$exception->getMessage()}");
                Check::true(!str_contains((string) json_encode($exception->explain()), $canary), "report {$number}");
            }
        }
    },
];
