<?php

// Beside PHP's own openssl, sodium and hash extensions, both ways: FERROAUTH_INSTALLED=DIR php peers.php INPUTS
//
// They sign and verify bytes; the few lines around them that make a token of it are the peer. The shape, and what is printed, is that of peers.py.

declare(strict_types=1);

use Ferroauth\Exception\FerroauthException;
use Ferroauth\{HmacKey, PrivateKey, PublicKey, Signer, Verifier};

require getenv('FERROAUTH_INSTALLED') . '/vendor/autoload.php';

const HASHES = ['256' => 'sha256', '384' => 'sha384', '512' => 'sha512'];
// Bytes of a coordinate.
const SIZES = ['ES256' => 32, 'ES384' => 48, 'ES512' => 66, 'ES256K' => 32];
// openssl_sign has no PSS padding before PHP 8.5.
const ALGORITHMS = ['HS256', 'HS384', 'HS512', 'RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512', 'ES256K', 'EdDSA'];

function encode(string $bytes): string
{
    return rtrim(strtr(base64_encode($bytes), '+/', '-_'), '=');
}

function decode(string $text): string
{
    return (string) base64_decode(strtr($text, '-_', '+/'));
}

/** ECDSA's two numbers as ASN.1, which openssl wants, and back to fixed length. */
function to_asn1(string $signature): string
{
    $body = '';
    foreach (str_split($signature, intdiv(strlen($signature), 2)) as $number) {
        $number = ltrim($number, "\0");
        $number = $number === '' || ord($number[0]) >= 0x80 ? "\0{$number}" : $number;
        $body .= "\x02" . chr(strlen($number)) . $number;
    }

    return "\x30" . (strlen($body) >= 0x80 ? "\x81" : '') . chr(strlen($body)) . $body;
}

function from_asn1(string $asn1, int $size): string
{
    $at = ord($asn1[1]) >= 0x80 ? 3 : 2;
    $out = '';
    for ($i = 0; $i < 2; ++$i) {
        $length = ord($asn1[$at + 1]);
        $out .= str_pad(ltrim(substr($asn1, $at + 2, $length), "\0"), $size, "\0", STR_PAD_LEFT);
        $at += 2 + $length;
    }

    return $out;
}

/** PHP's extensions under one policy: issuer, audience, expiry, one algorithm. */
final class Extensions
{
    private array $kept = [];

    public function __construct(private readonly array $given)
    {
    }

    public function sign(string $algorithm, stdClass $claims): string
    {
        $input = encode(json_encode(['alg' => $algorithm])) . '.' . encode(json_encode($claims, JSON_UNESCAPED_UNICODE | JSON_PRESERVE_ZERO_FRACTION | JSON_THROW_ON_ERROR));
        $key = $this->given['keys'][$algorithm];
        if ($algorithm[0] === 'H') {
            return "{$input}." . encode(hash_hmac(HASHES[substr($algorithm, 2)], $input, decode($key['secret']), true));
        }
        if ($algorithm === 'EdDSA') {
            $pair = sodium_crypto_sign_seed_keypair(decode($key['jwk']['d']));

            return "{$input}." . encode(sodium_crypto_sign_detached($input, sodium_crypto_sign_secretkey($pair)));
        }
        $this->kept[$algorithm]['private'] ??= openssl_pkey_get_private($key['private']);
        openssl_sign($input, $signature, $this->kept[$algorithm]['private'], HASHES[substr($algorithm, 2, 3)]);

        return "{$input}." . encode($algorithm[0] === 'E' ? from_asn1($signature, SIZES[$algorithm]) : $signature);
    }

    public function verify(string $algorithm, string $token): stdClass
    {
        $parts = explode('.', $token);
        [$input, $signature] = ["{$parts[0]}.{$parts[1]}", decode($parts[2])];
        $key = $this->given['keys'][$algorithm];
        $good = match (true) {
            $algorithm[0] === 'H' => hash_equals(hash_hmac(HASHES[substr($algorithm, 2)], $input, decode($key['secret']), true), $signature),
            $algorithm === 'EdDSA' => sodium_crypto_sign_verify_detached($signature, $input, decode($key['jwk']['x'])),
            default => openssl_verify($input, $algorithm[0] === 'E' ? to_asn1($signature) : $signature, $key['public'], HASHES[substr($algorithm, 2, 3)]) === 1,
        };
        $header = json_decode(decode($parts[0]), flags: JSON_THROW_ON_ERROR);
        $claims = json_decode(decode($parts[1]), flags: JSON_THROW_ON_ERROR);
        $fits = $good && count($parts) === 3 && $header->alg === $algorithm && $claims->iss === $this->given['issuer']
            && in_array($this->given['audience'], (array) $claims->aud, true) && $claims->exp > time();

        return $fits ? $claims : throw new DomainException($good ? 'the claims' : 'the signature');
    }
}

/** ferroauth under the same policy; signers and verifiers are kept, as a host keeps them. */
final class Ours
{
    private array $signers = [];
    private array $verifiers = [];

    public function __construct(private readonly array $given)
    {
    }

    public function sign(string $algorithm, stdClass $claims): string
    {
        $key = $this->given['keys'][$algorithm];
        $this->signers[$algorithm] ??= new Signer(isset($key['secret']) ? new HmacKey(decode($key['secret'])) : PrivateKey::fromPem($key['private']), algorithm: $algorithm);

        return $this->signers[$algorithm]->sign($claims);
    }

    public function verify(string $algorithm, string $token): stdClass
    {
        $key = $this->given['keys'][$algorithm];
        $this->verifiers[$algorithm] ??= new Verifier(
            key: isset($key['secret']) ? new HmacKey(decode($key['secret'])) : PublicKey::fromPem($key['public']),
            algorithms: [$algorithm], issuer: $this->given['issuer'], audience: $this->given['audience'],
        );

        // As objects, so that an empty object and an empty list stay two things.
        return json_decode($this->verifiers[$algorithm]->verify($token)->raw, flags: JSON_THROW_ON_ERROR);
    }
}

function say(string $name, int $count, array $wrong): void
{
    echo $wrong === [] ? "ok {$name} {$count}\n" : "not ok {$name} " . count($wrong) . " of {$count}: {$wrong[0]}\n";
}

function exchange(string $name, object $signer, object $verifier, string $algorithm, array $sets): void
{
    $wrong = [];
    foreach ($sets as $claims) {
        try {
            $found = $verifier->verify($algorithm, $signer->sign($algorithm, $claims));
            if ($found != $claims) {
                $wrong[] = 'other claims: ' . substr((string) json_encode($found), 0, 200);
            }
        } catch (Throwable $error) {
            $wrong[] = $error::class . ": {$error->getMessage()}";
        }
    }
    say($name, count($sets), $wrong);
}

function hostile(string $name, Ours $ours, Extensions $peer, array $given): void
{
    $documented = $given['differences'][$name] ?? [];
    [$wrong, $met, $accepted] = [[], [], 0];
    foreach ($given['hostile'] as $case) {
        try {
            $claims = $ours->verify($case['algorithm'], $case['token']);
        } catch (FerroauthException) {
            continue;
        }
        ++$accepted;
        $short = substr($case['name'], strpos($case['name'], '-') + 1);
        $verdict = 'other claims';
        try {
            if ($peer->verify($case['algorithm'], $case['token']) == $claims) {
                continue;
            }
        } catch (Throwable $error) {
            $verdict = $error::class . ": {$error->getMessage()}";
        }
        if (isset($documented[$short])) {
            $met[$short] = true;
        } else {
            $wrong[] = "{$case['name']}: accepted here, there {$verdict}";
        }
    }
    foreach (array_diff_key($documented, $met) as $short => $_) {
        $wrong[] = "{$short} is documented as a difference and is none";
    }
    say("{$name}-hostile-{$accepted}-accepted", count($given['hostile']), $wrong);
}

$text = file_get_contents($argv[1]);
$given = json_decode($text, true, flags: JSON_THROW_ON_ERROR);
$sets = json_decode($text, flags: JSON_THROW_ON_ERROR)->claims;
[$ours, $peer] = [new Ours($given), new Extensions($given)];
foreach (ALGORITHMS as $algorithm) {
    exchange("php-{$algorithm}-theirs", $peer, $ours, $algorithm, $sets);
    exchange("php-{$algorithm}-ours", $ours, $peer, $algorithm, $sets);
}
hostile('php', $ours, $peer, $given);
