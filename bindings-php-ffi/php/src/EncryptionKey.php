<?php

declare(strict_types=1);

namespace Ferroauth;

use Ferroauth\Internal\Handle;
use Ferroauth\Internal\Json;
use Ferroauth\Internal\Native;
use Ferroauth\Internal\NotSerializable;

/** A key for encrypting or decrypting, bound to one algorithm. It never signs. */
final class EncryptionKey
{
    use NotSerializable;

    /** The key id. */
    public readonly ?string $kid;

    /** The algorithm that the key is bound to. */
    public readonly string $algorithm;

    /** Whether the key can decrypt: a secret, or a key with its private part. */
    public readonly bool $isPrivate;

    private readonly Handle $handle;

    private function __construct(int $key, ?string $kid)
    {
        $handle = new Handle($key);
        $this->handle = $kid === null ? $handle : new Handle(Native::encryptionKeyWithKid($handle->id, $kid));
        $members = Json::decode(Native::encryptionKeyDescribe($this->handle->id));
        $this->kid = $members['kid'];
        $this->algorithm = $members['algorithm'];
        $this->isPrivate = $members['private'];
    }

    /**
     * A secret that both sides share, or a password for PBES2. The name of a content encryption (`A256GCM`) as algorithm
     * makes a key for direct use.
     */
    public static function fromSecret(#[\SensitiveParameter] string $secret, string $algorithm, ?string $kid = null): self
    {
        return new self(Native::encryptionKeyFromSecret($secret, $algorithm), $kid);
    }

    /**
     * From a JWK, as text or decoded. The algorithm is needed where it has no `alg`.
     *
     * @param string|array<string, mixed> $jwk
     */
    public static function fromJwk(#[\SensitiveParameter] string|array $jwk, ?string $algorithm = null, ?string $kid = null): self
    {
        return new self(Native::encryptionKeyFromJwk(Json::document($jwk, 'jwk'), $algorithm ?? ''), $kid);
    }

    /** A public or private RSA, P-256, P-384, P-521 or X25519 key, encrypted with its passphrase, or a certificate's key. */
    public static function fromPem(
        #[\SensitiveParameter] string $pem,
        string $algorithm,
        ?string $kid = null,
        #[\SensitiveParameter] ?string $passphrase = null,
    ): self {
        $locked = $passphrase !== null;

        return new self(Native::encryptionKeyFromPem($pem, $algorithm, $locked, $passphrase ?? ''), $kid);
    }

    /** From DER: SubjectPublicKeyInfo, a certificate, PKCS#8, encrypted or not, PKCS#1 or SEC1. */
    public static function fromDer(
        #[\SensitiveParameter] string $der,
        string $algorithm,
        ?string $kid = null,
        #[\SensitiveParameter] ?string $passphrase = null,
    ): self {
        $locked = $passphrase !== null;

        return new self(Native::encryptionKeyFromDer($der, $algorithm, $locked, $passphrase ?? ''), $kid);
    }

    /** A new key for an algorithm. ECDH-ES takes a curve: P-256 (the default), P-384, P-521 or X25519. */
    public static function generate(string $algorithm, ?string $curve = null, ?string $kid = null): self
    {
        return new self(Native::encryptionKeyGenerate($algorithm, $curve ?? ''), $kid);
    }

    /** The public half of a key pair: it encrypts. */
    public function publicKey(): self
    {
        return new self(Native::encryptionKeyPublicHalf($this->handle->id), null);
    }

    /**
     * All there is of the key as a JWK: of a secret or private key the secret itself.
     *
     * @return array<string, mixed>
     */
    public function toJwk(): array
    {
        return Json::decode(Native::encryptionKeyJwk($this->handle->id));
    }

    /**
     * All there is of a key pair as PEM: PKCS#8 for a private key, SubjectPublicKeyInfo for a public one. This is the secret itself,
     * unless a passphrase encrypts it.
     */
    public function toPem(#[\SensitiveParameter] ?string $passphrase = null): string
    {
        return $passphrase === null
            ? Native::encryptionKeyPem($this->handle->id)
            : Native::encryptionKeyPemLocked($this->handle->id, $passphrase);
    }

    /** The JWK thumbprint with SHA-256 (RFC 7638), base64url: the same for both halves of a key. */
    public function thumbprint(): string
    {
        return Native::encryptionKeyThumbprint($this->handle->id);
    }

    /**
     * One key or several, as the library takes them.
     *
     * @internal
     *
     * @param EncryptionKey|array<mixed> $keys
     */
    public static function handles(self|array $keys): string
    {
        $keys = \is_array($keys) ? \array_values($keys) : [$keys];

        return Json::encode(\array_map(static fn (self $key): int => $key->handle->id, $keys), 'key');
    }

    /** @return array<string, mixed> */
    public function __debugInfo(): array
    {
        return ['kid' => $this->kid, 'algorithm' => $this->algorithm, 'key' => '***'];
    }
}
