<?php

declare(strict_types=1);

namespace Ferroauth;

use Ferroauth\Internal\Json;
use Ferroauth\Internal\KeyObject;
use Ferroauth\Internal\Native;

/** A public key that checks signatures: RSA, one elliptic curve, Ed25519 or ML-DSA. */
final class PublicKey
{
    use KeyObject;

    private function __construct()
    {
    }

    /** From PEM: `PUBLIC KEY`, `RSA PUBLIC KEY` or `CERTIFICATE`, of which only the key is taken. */
    public static function fromPem(string $pem, ?string $kid = null): self
    {
        return self::of(Native::keyPublicFromPem($pem), $kid);
    }

    /** From DER: SubjectPublicKeyInfo or an X.509 certificate, of which only the key is taken. */
    public static function fromDer(string $der, ?string $kid = null): self
    {
        return self::of(Native::keyPublicFromDer($der), $kid);
    }

    /**
     * From a public JWK, as text or decoded.
     *
     * @param string|array<string, mixed> $jwk
     */
    public static function fromJwk(string|array $jwk, ?string $kid = null): self
    {
        return self::of(Native::keyPublicFromJwk(Json::document($jwk, 'jwk')), $kid);
    }

    /** From the bytes that the algorithm itself defines: 32 for Ed25519, a point for ECDSA, or ML-DSA's. */
    public static function fromRaw(string $raw, string $algorithm, ?string $kid = null): self
    {
        return self::of(Native::keyPublicFromRaw($raw, $algorithm), $kid);
    }

    /** @return array<string, mixed> */
    public function toJwk(): array
    {
        return Json::decode(Native::keyPublicJwk($this->handle->id));
    }

    /** SubjectPublicKeyInfo in PEM. */
    public function toPem(): string
    {
        return Native::keyPublicPem($this->handle->id);
    }

    /** SubjectPublicKeyInfo in DER. */
    public function toDer(): string
    {
        return Json::bytes(Native::keyPublicDer($this->handle->id));
    }

    /** The bytes that the algorithm itself defines; points uncompressed. */
    public function toRaw(): string
    {
        return Json::bytes(Native::keyPublicRaw($this->handle->id));
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
