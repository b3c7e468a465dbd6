<?php

// The operations about the forms in which keys go out.

declare(strict_types=1);

use Ferroauth\{KeySet, PrivateKey, PublicKey};

const FORM_OPERATIONS = ['key_export' => 'key_export', 'key_set_of' => 'key_set_of'];

/** Writes a key in the form that the case names; what is written under a passphrase is read again. */
function key_export(stdClass $given): array
{
    $key = key_of($given->key);
    $raw = static fn (string $bytes): array => ['base64url' => rtrim(strtr(base64_encode($bytes), '+/', '-_'), '=')];

    return match ($given->form) {
        'public_der' => $raw(signing_half($key)->toDer()),
        'private_der' => $raw($key->toDer()),
        'public_raw' => $raw(signing_half($key)->toRaw()),
        'private_raw' => $raw($key->toRaw()),
        'public_pem' => ['text' => signing_half($key)->toPem()],
        'private_pem' => ['text' => $key->toPem()],
        'locked_pem' => locked_export($key, text($given->passphrase)),
    };
}

function signing_half(PrivateKey|PublicKey $key): PublicKey
{
    return $key instanceof PrivateKey ? $key->publicKey() : $key;
}

function locked_export(PrivateKey $key, string $passphrase): array
{
    $pem = $key->toPem($passphrase);
    $again = PrivateKey::fromPem($pem, passphrase: $passphrase);

    return ['label' => str_replace('BEGIN ', '', explode('-----', $pem)[1]), 'private_jwk' => $again->toJwk()];
}

/** A set of keys, and what of them may be published. */
function key_set_of(stdClass $given): array
{
    $made = KeySet::fromKeys(array_map(key_of(...), $given->keys));
    $published = json_decode($made->toJson(), true);
    $members = array_map(static function (array $one): array {
        ksort($one);

        return array_keys($one);
    }, $published['keys']);

    return ['keys' => count($made), 'published' => $published, 'members' => $members];
}
