<?php

// Bare JWT work: what api.md promises, and the two refusals that everyone gets wrong.

declare(strict_types=1);

use Ferroauth\{Claims, HmacKey, KeySet, PrivateKey, PublicKey, Signer, Verifier};
use Ferroauth\Exception\{ExpiredTokenException, KeySetNotLoadedException, TokenException};
use Ferroauth\Tests\Support\Check;

$secret = str_repeat('k', 64);
$verifier = static fn (string $algorithm = 'HS256', mixed ...$more): Verifier => new Verifier(
    ...['issuer' => 'https://idp.example.com', 'audience' => 'my-api', 'key' => new HmacKey($secret), 'algorithms' => [$algorithm], ...$more],
);
$sign = static fn (array $claims = [], ?int $lifetime = 300): string => (new Signer(new HmacKey($secret), algorithm: 'HS256'))
    ->sign(['iss' => 'https://idp.example.com', 'aud' => 'my-api', 'sub' => '42', ...$claims], lifetime: $lifetime);
// What our own signer refuses to sign, signed by hand.
$forge = static function (array $claims) use ($secret): string {
    $b64 = static fn (string $bytes): string => rtrim(strtr(base64_encode($bytes), '+/', '-_'), '=');
    $signed = $b64('{"alg":"HS256"}') . '.' . $b64(json_encode(['iss' => 'https://idp.example.com', 'aud' => 'my-api', ...$claims]));

    return $signed . '.' . $b64(hash_hmac('sha256', $signed, $secret, true));
};

return [
    'claims read like an array' => static function () use ($verifier, $sign): void {
        $claims = $verifier()->verify($sign(['roles' => ['a', 'b'], 'deep' => ['x' => 1]]));
        Check::same('42', $claims['sub']);
        Check::same(['a', 'b'], $claims['roles']);
        Check::same(1, $claims['deep']['x']);
        Check::same(null, $claims['nothing']);
        Check::same([true, false], [isset($claims['sub']), isset($claims['nothing'])]);
        Check::same('HS256', $claims->header['alg']);
        Check::same(json_decode($claims->raw, true), $claims->toArray());
        Check::same(json_decode($claims->raw, true), iterator_to_array($claims));
        Check::same($claims->raw, json_encode($claims, JSON_UNESCAPED_SLASHES));
        Check::same(7, count($claims));
    },
    'claims cannot be changed' => static function () use ($verifier, $sign): void {
        $claims = $verifier()->verify($sign());
        Check::refused('internal.argument', static fn () => $claims['sub'] = 'root');
        Check::refused('internal.argument', static function () use ($claims): void {
            unset($claims['exp']);
        });
        Check::same('42', $claims['sub']);
    },
    'hostile claim names are only names' => static function () use ($verifier, $sign): void {
        $claims = $verifier()->verify($sign(['__proto__' => 1, '__construct' => 2, '0' => 3, '' => 4]));
        Check::same([1, 2, 3, 4], [$claims['__proto__'], $claims['__construct'], $claims['0'], $claims['']]);
    },
    'an expired token has its own class and a report' => static function () use ($verifier, $sign): void {
        $error = Check::refused('token.expired', static fn () => $verifier()->verify($sign(['exp' => time() - 10], null)));
        Check::true($error instanceof ExpiredTokenException && $error instanceof TokenException, 'the class');
        Check::same([314, 401, false], [$error->number(), $error->httpStatus(), $error->isRetryable()]);
        Check::same(314, $error->getCode());
        Check::same('exp', $error->explain()['check']);
    },
    'the clock of a testing verifier moves' => static function () use ($verifier, $sign): void {
        $fixed = $verifier(testing: ['now' => 1000]);
        $token = $sign(['exp' => 1010, 'iat' => 990], null);
        Check::same('42', $fixed->verify($token)['sub']);
        $fixed->setTestingClock(1010);
        Check::refused('token.expired', static fn () => $fixed->verify($token));
    },
    'every algorithm signs and verifies, by key and by key set' => static function (): void {
        foreach (['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA'] as $algorithm) {
            $key = PrivateKey::generate($algorithm, kid: 'k1');
            $token = (new Signer($key, algorithm: $algorithm, kid: 'k1', typ: 'at+jwt'))->sign(['sub' => $algorithm], lifetime: 60);
            $again = PrivateKey::fromPem($key->toPem())->publicKey();
            $set = KeySet::fromJson(['keys' => [$key->publicKey()->toJwk()]]);
            Check::same([1, 'k1'], [count($set), $set->jsonSerialize()['keys'][0]['kid']]);
            foreach ([$key->publicKey(), PublicKey::fromPem($key->publicKey()->toPem()), PublicKey::fromJwk($key->publicKey()->toJwk()), $again, $set] as $public) {
                $verifier = new Verifier(issuer: null, audience: null, key: $public, algorithms: [$algorithm], tokenType: 'at+jwt');
                Check::same($algorithm, $verifier->verify($token)['sub']);
                Check::refused('token.signature', static fn () => $verifier->verify(substr($token, 0, -8) . 'AAAAAAAA'));
            }
        }
    },
    'DER is read' => static function (): void {
        $key = PrivateKey::generate('ES256');
        $der = base64_decode(preg_replace('/-----[^-]+-----|\s/', '', $key->publicKey()->toPem()));
        Check::same($key->publicKey()->toJwk()['x'], PublicKey::fromDer($der)->toJwk()['x']);
    },
    'an asymmetric key never becomes a secret' => static function (): void {
        $key = PrivateKey::generate('RS256', kid: 'k1');
        $pem = $key->publicKey()->toPem();
        $der = base64_decode(preg_replace('/-----[^-]+-----|\s/', '', $pem));
        $spellings = [
            $pem, $key->toPem(), $der, base64_encode($der), base64_encode($pem), "\xEF\xBB\xBF{$pem}", "  \n{$pem}",
            str_replace("\n", "\r\n", $pem), "comment\n{$pem}", json_encode($key->publicKey()->toJwk()), json_encode(['keys' => [$key->publicKey()->toJwk()]]),
        ];
        foreach ($spellings as $spelling) {
            Check::refused('key.asymmetric_as_secret', static fn () => new HmacKey($spelling));
        }
        Check::refused('key.empty', static fn () => new HmacKey(''));
        Check::refused('key.asymmetric_as_secret', static fn () => HmacKey::fromJwk($key->publicKey()->toJwk()));
    },
    'keys of the wrong kind are refused where they are made' => static function (): void {
        $private = PrivateKey::generate('ES256');
        $secret = ['kty' => 'oct', 'k' => rtrim(strtr(base64_encode(str_repeat('k', 32)), '+/', '-_'), '=')];
        Check::refused('key.wrong_type', static fn () => PublicKey::fromJwk($secret));
        Check::refused('key.wrong_type', static fn () => PrivateKey::fromJwk($secret));
        Check::refused('key.private_required', static fn () => PrivateKey::fromJwk($private->publicKey()->toJwk()));
        Check::refused('key.private_required', static fn () => new Signer($private->publicKey(), algorithm: 'ES256'));
        Check::refused('key.malformed', static fn () => PublicKey::fromPem('nonsense'));
        Check::refused('key.malformed', static fn () => PublicKey::fromPem("\xff\xfe"));
        Check::refused('config.unsupported_algorithm', static fn () => PrivateKey::generate('HS256'));
    },
    'a badly typed claim is refused, never treated as absent' => static function () use ($forge, $verifier): void {
        foreach ([['exp' => '9999999999'], ['exp' => null], ['exp' => true], ['exp' => [1]], ['nbf' => 'x', 'exp' => time() + 9], ['sub' => 7, 'exp' => time() + 9]] as $claims) {
            Check::refused('token.claim_type', static fn () => $verifier()->verify($forge($claims)));
        }
        Check::refused('token.missing_claim', static fn () => $verifier()->verify($forge([])));
    },
    'issuer and audience are never optional by silence' => static function () use ($secret): void {
        foreach ([['issuer' => 'x'], ['audience' => 'x'], []] as $given) {
            try {
                new Verifier(...$given, key: new HmacKey($secret), algorithms: ['HS256']);
                throw new RuntimeException('accepted ' . json_encode($given));
            } catch (ArgumentCountError $missing) {
                Check::contains('not passed', $missing->getMessage());
            }
        }
        Check::refused('config.algorithms', static fn () => new Verifier(issuer: null, audience: null, key: new HmacKey($secret)));
        Check::refused('config.algorithms', static fn () => new Verifier(issuer: null, audience: null, key: new HmacKey($secret), algorithms: []));
        Check::refused('config.leeway', static fn () => new Verifier(issuer: null, audience: null, key: new HmacKey($secret), algorithms: ['HS256'], leeway: 301));
        Check::refused('config.leeway', static fn () => new Verifier(issuer: null, audience: null, key: new HmacKey($secret), algorithms: ['HS256'], leeway: -1));
    },
    'without the network a discovering verifier says so' => static function (): void {
        $token = (new Signer(PrivateKey::generate('ES256'), algorithm: 'ES256'))->sign(['sub' => '1'], lifetime: 60);
        $verifier = new Verifier(issuer: 'https://idp.example.com', audience: 'x');
        $error = Check::refused('jwks.not_loaded', static fn () => $verifier->verifyNow($token));
        Check::true($error instanceof KeySetNotLoadedException, 'the class');
    },
    'a decoded token proves nothing but can be read' => static function () use ($sign): void {
        $token = $sign();
        $decoded = Verifier::decodeUnverified(substr($token, 0, -4) . 'AAAA');
        Check::same(['HS256', '42'], [$decoded->header['alg'], $decoded->claims['sub']]);
        Check::same('HS256', $decoded->claims->header['alg']);
        Check::refused('token.malformed', static fn () => Verifier::decodeUnverified('a.b'));
    },
    'the signer refuses what it cannot sign' => static function () use ($secret): void {
        $signer = new Signer(new HmacKey($secret), algorithm: 'HS256');
        Check::refused('internal.argument', static fn () => $signer->sign(['sub' => '1'], lifetime: -1));
        Check::refused('internal.argument', static fn () => $signer->sign(['sub' => "\xff"]));
        Check::refused('internal.argument', static fn () => $signer->sign(['sub' => NAN]));
        Check::refused('config.invalid', static fn () => $signer->sign([1, 2]));
        Check::same('{}', preg_replace('/"iat":\d+/', '', Verifier::decodeUnverified($signer->sign([]))->claims->raw));
    },
    'an oversized token is refused by its size' => static function () use ($verifier): void {
        foreach ([20_000, 5_000_000, 50_000_000] as $size) {
            $token = str_repeat('a', $size);
            Check::refused('token.too_large', static fn () => $verifier()->verify($token));
            Check::refused('token.too_large', static fn () => Verifier::decodeUnverified($token));
            Check::refused('token.too_large', static fn () => $verifier()->flow->verify($token)->run());
        }
        foreach (['', "\xff\xfe.a.b", "a.b.c\0", '...', 'a.b.', "\u{200b}a.b.c"] as $token) {
            Check::refused('token.malformed', static fn () => $verifier()->verify($token));
        }
    },
];
