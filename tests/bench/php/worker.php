<?php

// Measures the PHP implementations on request: one JSON line in, one JSON line out (see ../run.py).
// The peers are what a careful PHP programmer writes by hand with PHP's own extensions.

declare(strict_types=1);

use Ferroauth\Exception\TokenException;
use Ferroauth\{Client, HmacKey, PublicKey, Service, Verifier};

require getcwd() . '/vendor/autoload.php';

const CODE = 'SplxlOBeZQQYbYS6WxSbIA';
const CODE_VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
const REQUIRED = ['iss', 'aud', 'sub', 'exp', 'nbf', 'iat'];

function verifyFerroauth(array $given, string $algorithm): Closure
{
    $key = $algorithm === 'HS256' ? new HmacKey($given['secret']) : PublicKey::fromPem($given['public_pem'][$algorithm]);
    $verifier = new Verifier(
        key: $key,
        algorithms: [$algorithm],
        issuer: $given['issuer'],
        audience: $given['audience'],
        requiredClaims: REQUIRED,
    );
    $token = $given['tokens'][$algorithm];
    return static fn () => $verifier->verify($token)['sub'];
}

function refuseFerroauth(array $given, string $shape): Closure
{
    $verifier = new Verifier(key: new HmacKey($given['secret']), algorithms: ['HS256'], issuer: $given['issuer'], audience: $given['audience']);
    $token = $given['hostile'][$shape];
    return static function () use ($verifier, $token): void {
        try {
            $verifier->verify($token);
        } catch (TokenException) {
            return;
        }
        throw new LogicException('a hostile token was accepted');
    };
}

function unbase64(string $text): string
{
    return base64_decode(strtr($text, '-_', '+/'), true) ?: throw new RuntimeException('not base64url');
}

/** The signature check of each algorithm, its key parsed once. */
function signatureCheck(array $given, string $algorithm): Closure
{
    if ($algorithm === 'HS256') {
        $secret = $given['secret'];
        return static fn (string $data, string $signature): bool => hash_equals(hash_hmac('sha256', $data, $secret, true), $signature);
    }
    if ($algorithm === 'EdDSA') {
        $public = base64_decode($given['public_raw']['EdDSA']);
        return static fn (string $data, string $signature): bool => sodium_crypto_sign_verify_detached($signature, $data, $public);
    }
    $key = openssl_pkey_get_public($given['public_pem'][$algorithm]);
    $convert = $algorithm === 'ES256' ? derSignature(...) : static fn (string $signature): string => $signature;
    return static fn (string $data, string $signature): bool => openssl_verify($data, $convert($signature), $key, OPENSSL_ALGO_SHA256) === 1;
}

/** OpenSSL wants ECDSA signatures as a DER sequence of two integers, JWS has the two side by side. */
function derSignature(string $signature): string
{
    $integers = '';
    foreach (str_split($signature, 32) as $half) {
        $half = ltrim($half, "\0");
        $half = $half === '' || ord($half[0]) > 0x7f ? "\0{$half}" : $half;
        $integers .= "\x02" . chr(strlen($half)) . $half;
    }
    return "\x30" . chr(strlen($integers)) . $integers;
}

function verifyByHand(array $given, string $algorithm): Closure
{
    $matches = signatureCheck($given, $algorithm);
    $token = $given['tokens'][$algorithm];
    [$issuer, $audience] = [$given['issuer'], $given['audience']];
    return static function () use ($matches, $token, $algorithm, $issuer, $audience): string {
        $parts = explode('.', $token);
        if (count($parts) !== 3) {
            throw new RuntimeException('not three parts');
        }
        $header = json_decode(unbase64($parts[0]), true, 8, JSON_THROW_ON_ERROR);
        if (($header['alg'] ?? null) !== $algorithm || isset($header['crit'])) {
            throw new RuntimeException('another algorithm');
        }
        if (!$matches("{$parts[0]}.{$parts[1]}", unbase64($parts[2]))) {
            throw new RuntimeException('wrong signature');
        }
        $claims = json_decode(unbase64($parts[1]), true, 32, JSON_THROW_ON_ERROR);
        foreach (REQUIRED as $name) {
            if (!isset($claims[$name])) {
                throw new RuntimeException("no {$name}");
            }
        }
        $now = time();
        if (
            $claims['iss'] !== $issuer || !in_array($audience, (array) $claims['aud'], true) || !is_string($claims['sub'])
            || !is_int($claims['exp']) || $claims['exp'] <= $now || !is_int($claims['nbf']) || $claims['nbf'] > $now
            || !is_int($claims['iat']) || $claims['iat'] > $now
        ) {
            throw new RuntimeException('wrong claims');
        }
        return $claims['sub'];
    };
}

/** @return array{Closure, Closure} what an exchange starts from, made outside the measured time, and the exchange */
function exchangeFerroauth(array $given): array
{
    $service = Service::fromJson(json_encode([
        'issuer' => $given['provider'],
        'authorization_endpoint' => "{$given['provider']}/authorize",
        'token_endpoint' => $given['token_endpoint'],
        'response_types_supported' => ['code'],
        'code_challenge_methods_supported' => ['S256'],
    ]));
    $client = new Client(
        $service,
        clientId: $given['client_id'],
        clientSecret: $given['client_secret'],
        redirectUri: $given['redirect_uri'],
    );
    $prepare = static function () use ($client, $given): array {
        $pending = $client->beginAuthorization(scopes: ['all']);
        return [$pending, "{$given['redirect_uri']}?code=" . CODE . "&state={$pending->state}"];
    };
    return [$prepare, static fn (array $ready) => $client->finishAuthorization(...$ready)->accessToken];
}

function exchangeByCurl(array $given): array
{
    $handle = curl_init($given['token_endpoint']);
    curl_setopt_array($handle, [
        CURLOPT_RETURNTRANSFER => true,
        CURLOPT_USERPWD => "{$given['client_id']}:{$given['client_secret']}",
        CURLOPT_HTTPHEADER => ['accept: application/json'],
        CURLOPT_TIMEOUT => 10,
    ]);
    $fields = [
        'grant_type' => 'authorization_code',
        'code' => CODE,
        'redirect_uri' => $given['redirect_uri'],
        'code_verifier' => CODE_VERIFIER,
    ];
    return [static fn () => null, static function () use ($handle, $fields): string {
        curl_setopt($handle, CURLOPT_POSTFIELDS, http_build_query($fields));
        return json_decode(curl_exec($handle), true, 32, JSON_THROW_ON_ERROR)['access_token'];
    }];
}

function cpuUs(): float
{
    $used = getrusage();
    return ($used['ru_utime.tv_sec'] + $used['ru_stime.tv_sec']) * 1e6 + $used['ru_utime.tv_usec'] + $used['ru_stime.tv_usec'];
}

function timedVerify(Closure $once, float $budgetMs): array
{
    for ($count = 0, $spent = 0.0; $spent < $budgetMs * 1000; $count += 100) {
        $before = cpuUs();
        for ($i = 0; $i < 100; $i++) {
            $once();
        }
        $spent += cpuUs() - $before;
    }
    return ['us' => $spent / $count, 'calls' => $count];
}

function timedExchange(array $pair, float $budgetMs): array
{
    [$prepare, $once] = $pair;
    for ($count = 0, $spent = 0.0; $spent < $budgetMs * 1000; $count += 50) {
        $batch = array_map(static fn () => $prepare(), range(1, 50));
        $before = cpuUs();
        foreach ($batch as $ready) {
            $once($ready);
        }
        $spent += cpuUs() - $before;
    }
    return ['us' => $spent / $count, 'calls' => $count];
}

$verify = ['ferroauth' => verifyFerroauth(...), 'hand-written' => verifyByHand(...)];
$refuse = ['ferroauth' => refuseFerroauth(...)];
$exchange = ['ferroauth' => exchangeFerroauth(...), 'ext-curl' => exchangeByCurl(...)];
$versions = [
    'ferroauth' => Composer\InstalledVersions::getPrettyVersion('ferroauth/ferroauth'),
    'hand-written' => PHP_VERSION,
    'ext-curl' => curl_version()['version'],
];

$given = json_decode((string) fgets(STDIN), true, 512, JSON_THROW_ON_ERROR);
fwrite(STDOUT, json_encode(['verify' => array_keys($verify), 'exchange' => array_keys($exchange), 'refuse' => array_keys($refuse), 'versions' => $versions]) . "\n");
$made = [];
while (($line = fgets(STDIN)) !== false) {
    $ask = json_decode($line, true, 32, JSON_THROW_ON_ERROR);
    $table = ['verify' => $verify, 'refuse' => $refuse, 'exchange' => $exchange][$ask['operation']];
    $where = "{$ask['operation']} {$ask['implementation']} {$ask['algorithm']}";
    $made[$where] ??= $table[$ask['implementation']]($given, (string) $ask['algorithm']);
    $measured = $ask['operation'] === 'exchange'
        ? timedExchange($made[$where], $ask['budget_ms'])
        : timedVerify($made[$where], $ask['budget_ms']);
    fwrite(STDOUT, json_encode($measured) . "\n");
}
