<?php

// The programs of the README: what each names must exist, and each is run against the provider on loopback unless it is marked `no_run`,
// which says that it needs more than that provider offers.

declare(strict_types=1);

use Ferroauth\{Client, EncryptionKey, Events, KeySet, PrivateKey, Service, Signer, Verifier};
use Ferroauth\Tests\Support\{Check, Curl, Readme, Server};

$provider = Server::provider();
$named = static fn (string $folder, string $under): array => array_values(array_filter(array_map(
    static fn (string $file): string => "Ferroauth\\{$under}" . basename($file, '.php'),
    glob(PACKAGE . "/src/{$folder}*.php"),
), static fn (string $class): bool => class_exists($class) || interface_exists($class)));
$classes = $named('', '');
$exceptions = $named('Exception/', 'Exception\\');

/** What a reader has before a program. */
$setting = static function () use ($provider): array {
    $client = new Client(Service::discover($provider->issuer), clientId: 'abc', clientSecret: 's3cret', redirectUri: 'https://site.example/callback');
    $pending = $client->beginAuthorization(scopes: ['openid', 'email']);
    $tokens = $client->finishAuthorization($pending, $provider->authorize($pending->url));
    $jwt = $client->clientCredentials(scopes: ['orders:read'])->accessToken;
    $waiting = $client->beginAuthorization(scopes: ['openid']);
    [$ours, $theirs] = [PrivateKey::generate('ES256'), PrivateKey::generate('EdDSA')];
    $_SERVER['HTTP_AUTHORIZATION'] = "Bearer {$jwt}";
    $_SESSION = [];

    return [
        'client' => $client, 'tokens' => $tokens, 'jwt' => $jwt, 'accessToken' => $tokens->accessToken, 'idToken' => $tokens->idToken->raw,
        'sentNonce' => $tokens->idToken->claims['nonce'], 'claims' => $tokens->idToken->claims->toArray(), 'secret' => 's3cret',
        'appKey' => random_bytes(32), 'sharedSecret' => random_bytes(32), 'pem' => $ours->toPem(), 'invoice' => 'an invoice',
        'key' => $ours, 'ours' => new Signer($ours, algorithm: 'ES256'), 'theirs' => new Signer($theirs, algorithm: 'EdDSA'),
        'keySet' => KeySet::fromKeys([PrivateKey::fromPem($ours->toPem(), kid: 'a'), PrivateKey::fromPem($theirs->toPem(), kid: 'b')]),
        'olderKey' => EncryptionKey::generate('ECDH-ES+A256KW', curve: 'X25519', kid: 'e0'),
        // Its key is the provider's.
        'signer' => new class($jwt) {
            public function __construct(private readonly string $token)
            {
            }

            public function sign(array $claims, ?int $lifetime = null): string
            {
                return $this->token;
            }
        },
        'verifier' => new Verifier(issuer: $provider->issuer, audience: 'my-api'), 'pending' => $waiting, 'url' => $provider->authorize($waiting->url),
        'line' => '334 ' . base64_encode('{"status":"401","schemes":"bearer","scope":"mail"}'), 'header' => static fn (string $field): int => strlen($field),
        'logger' => null, 'metrics' => null,
        'send' => static fn (string $line): int => strlen($line), 'carry' => Curl::send(...), 'browse' => $provider->authorize(...),
    ];
};

/** A program as it runs here: the provider's address, and what only a web server has. */
$here = static fn (string $program): string => strtr(preg_replace('/^use .*;\n/m', '', $program), [
    'https://idp.example.com' => $provider->issuer,
    "\$_SERVER['REQUEST_URI']" => '$browse($pending->url)',
    'header("' => '$header("',
    'exit;' => "throw new \\LogicException('the program ended early');",
    '(send($step' => '($carry($step',
    "\\Drupal::logger('ferroauth')" => '$logger',
]);

$cases = ['the README has programs of both kinds' => static function (): void {
    $programs = Readme::programs();
    Check::true(count($programs) > 12, 'there are programs');
    Check::same(['', 'no_run'], array_values(array_unique(array_column($programs, 'mark'))));
}];
foreach (Readme::programs() as ['line' => $line, 'mark' => $mark, 'text' => $text]) {
    $cases["line {$line} of the README names what there is"] = static function () use ($text, $classes, $exceptions): void {
        Check::same([], (new Readme([...$classes, ...$exceptions]))->unknown($text), 'unknown');
    };
    if ($mark === 'no_run') {
        continue;
    }
    $cases["line {$line} of the README runs"] = static function () use ($text, $classes, $setting, $here): void {
        $directory = Server::temporaryDirectory();
        mkdir("{$directory}/oauth-providers");
        copy(dirname(__DIR__, 3) . '/core/src/services/presets/gmail.json', "{$directory}/oauth-providers/gmail.json");
        chdir($directory);
        $names = $setting();
        if (str_contains($text, 'Encrypter($key') && !str_contains($text, 'generate(')) {
            $names['key'] = $names['olderKey'];
        }
        (static function (string $program, array $names): void {
            extract($names);
            try {
                eval($program);
            } finally {
                Events::logTo(null);
                Events::listen(null);
            }
        })('use ' . implode(', ', $classes) . ";\n" . $here($text), $names);
    };
}

return $cases;
