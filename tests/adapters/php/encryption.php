<?php

// The operations that are about encrypted tokens.

declare(strict_types=1);

use Ferroauth\{Decrypted, Decrypter, Encrypter, EncryptionKey};
use Ferroauth\Exception\FerroauthException;

const ENCRYPTION_OPERATIONS = ['decrypt' => 'decrypt', 'encrypt' => 'encrypt', 'encrypt_decrypt' => 'encrypt_decrypt', 'encryption_key' => 'describe_encryption_key', 'encryption_key_locked' => 'locked_encryption_key'];

function encode(?string $octets): ?string
{
    return $octets === null ? null : rtrim(strtr(base64_encode($octets), '+/', '-_'), '=');
}

/** A key for encryption, as the cases write it. */
function encryption_key(stdClass $given): EncryptionKey
{
    $kid = isset($given->kid) ? text($given->kid) : null;
    $algorithm = $given->algorithm ?? null;
    $passphrase = isset($given->passphrase) ? bytes($given->passphrase) : null;

    return match (true) {
        isset($given->secret) => EncryptionKey::fromSecret(bytes($given->secret), $algorithm, $kid),
        isset($given->jwk) => EncryptionKey::fromJwk(text($given->jwk), $algorithm, $kid),
        isset($given->pem) => EncryptionKey::fromPem(text($given->pem), $algorithm, $kid, $passphrase),
        isset($given->der) => EncryptionKey::fromDer(decode($given->der), $algorithm, $kid, $passphrase),
        default => EncryptionKey::generate($given->generate, $given->curve ?? null, $kid),
    };
}

function decrypter(stdClass $given): Decrypter
{
    return new Decrypter(array_map(encryption_key(...), $given->keys), ...named($given->config));
}

function decrypted_value(Decrypted $decrypted): array
{
    return [
        'plaintext' => encode($decrypted->plaintext), 'header' => $decrypted->header,
        'unprotected' => $decrypted->unprotected, 'aad' => encode($decrypted->aad),
    ];
}

function decrypt(stdClass $given): array
{
    $decrypter = decrypter($given);

    return decrypted_value(isset($given->json) ? $decrypter->decryptJson(text($given->json)) : $decrypter->decrypt(text($given->token)));
}

/** The options of an encrypter; its parties are bytes. */
function encrypter_options(stdClass $config): array
{
    $options = named($config);
    foreach (array_intersect(['apu', 'apv'], array_keys($options)) as $party) {
        $options[$party] = decode($options[$party]);
    }

    return $options;
}

function encrypt(stdClass $given): array
{
    $encrypter = new Encrypter(array_map(encryption_key(...), $given->keys), ...encrypter_options($given->config));
    $plaintext = bytes($given->plaintext);
    $contentType = $given->content_type ?? null;
    if (($given->form ?? null) === 'json') {
        return ['json' => json_decode($encrypter->encryptJson($plaintext, $contentType, isset($given->aad) ? bytes($given->aad) : null), true)];
    }

    return ['token' => $encrypter->encrypt($plaintext, $contentType)];
}

/** Encrypts for the public half, if there is one, and decrypts with the key. */
function encrypt_decrypt(stdClass $given): array
{
    $key = encryption_key($given->key);
    $token = (new Encrypter(public_half($key) ?? $key, ...encrypter_options($given->sender)))->encrypt(bytes($given->plaintext));

    return decrypted_value((new Decrypter($key, ...named($given->reader)))->decrypt($token));
}

function public_half(EncryptionKey $key): ?EncryptionKey
{
    try {
        return $key->publicKey();
    } catch (FerroauthException) {
        return null;
    }
}

function describe_encryption_key(stdClass $given): array
{
    $key = encryption_key($given->key);
    $half = public_half($key);
    if ($half !== null && $half->thumbprint() !== $key->thumbprint()) {
        throw new LogicException('the halves have different thumbprints');
    }

    return ['kid' => $key->kid, 'algorithm' => $key->algorithm, 'private' => $key->isPrivate, 'jwk' => $key->toJwk(), 'public_jwk' => $half?->toJwk()];
}

/** Writes a key under a passphrase, and reads it again. */
function locked_encryption_key(stdClass $given): array
{
    $key = encryption_key($given->key);
    $passphrase = bytes($given->passphrase);
    $pem = $key->toPem($passphrase);
    $again = EncryptionKey::fromPem($pem, $key->algorithm, passphrase: $passphrase);

    return ['label' => str_replace('BEGIN ', '', explode('-----', $pem)[1]), 'jwk' => $again->toJwk()];
}
