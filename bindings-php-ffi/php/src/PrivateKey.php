<?php

declare(strict_types=1);

namespace Ferroauth;

use Ferroauth\Internal\Json;
use Ferroauth\Internal\KeyObject;
use Ferroauth\Internal\Native;

/** A private key that signs: RSA, one elliptic curve, Ed25519 or ML-DSA. */
final class PrivateKey
{
    use KeyObject;

    private function __construct()
    {
    }

    /** From PEM: `PRIVATE KEY` (PKCS#8), `RSA PRIVATE KEY`, `EC PRIVATE KEY`, or `ENCRYPTED PRIVATE KEY` with its passphrase. */
    public static function fromPem(
        #[\SensitiveParameter] string $pem,
        ?string $kid = null,
        #[\SensitiveParameter] ?string $passphrase = null,
    ): self {
        return self::of(Native::keyPrivateFromPem($pem, $passphrase !== null, $passphrase ?? ''), $kid);
    }

    /** From DER: PKCS#8, encrypted or not, PKCS#1 or SEC1. */
    public static function fromDer(
        #[\SensitiveParameter] string $der,
        ?string $kid = null,
        #[\SensitiveParameter] ?string $passphrase = null,
    ): self {
        return self::of(Native::keyPrivateFromDer($der, $passphrase !== null, $passphrase ?? ''), $kid);
    }

    /** From the bytes that the algorithm itself defines: the seed of Ed25519 or ML-DSA, or the scalar of ECDSA. */
    public static function fromRaw(#[\SensitiveParameter] string $raw, string $algorithm, ?string $kid = null): self
    {
        return self::of(Native::keyPrivateFromRaw($raw, $algorithm), $kid);
    }

    /**
     * From a private JWK, as text or decoded.
     *
     * @param string|array<string, mixed> $jwk
     */
    public static function fromJwk(#[\SensitiveParameter] string|array $jwk, ?string $kid = null): self
    {
        return self::of(Native::keyPrivateFromJwk(Json::document($jwk, 'jwk')), $kid);
    }

    /** A new key for an algorithm, for example `ES256`. */
    public static function generate(string $algorithm, ?string $kid = null): self
    {
        return self::of(Native::keyGenerate($algorithm), $kid);
    }

    /** The key that checks what this one signs: publish this one. */
    public function publicKey(): PublicKey
    {
        return PublicKey::of(Native::keyPublicHalf($this->handle->id));
    }

    /**
     * The key as a JWK with its private members. This is the secret itself.
     *
     * @return array<string, mixed>
     */
    public function toJwk(): array
    {
        return Json::decode(Native::keyPrivateJwk($this->handle->id));
    }

    /** PKCS#8 in PEM. This is the secret itself, unless a passphrase encrypts it. */
    public function toPem(#[\SensitiveParameter] ?string $passphrase = null): string
    {
        return $passphrase === null
            ? Native::keyPrivatePem($this->handle->id)
            : Native::keyPrivatePemLocked($this->handle->id, $passphrase);
    }

    /** PKCS#8 in DER. This is the secret itself. */
    public function toDer(): string
    {
        return Json::bytes(Native::keyPrivateDer($this->handle->id));
    }

    /** The seed or the scalar. This is the secret itself. */
    public function toRaw(): string
    {
        return Json::bytes(Native::keyPrivateRaw($this->handle->id));
    }

    /** The JWK thumbprint with SHA-256 (RFC 7638), base64url: the same for both halves of a key. */
    public function thumbprint(): string
    {
        return Native::keyThumbprint($this->handle->id);
    }

    /** The thumbprint as a URI (RFC 9278). */
    public function thumbprintUri(): string
    {
        return Native::keyThumbprintUri($this->handle->id);
    }
}
