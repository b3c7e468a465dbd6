<?php

declare(strict_types=1);

namespace Ferroauth;

use Ferroauth\Internal\Failure;
use Ferroauth\Internal\Handle;
use Ferroauth\Internal\Json;
use Ferroauth\Internal\Native;
use Ferroauth\Internal\NotSerializable;

/** Signs JSON Web Tokens, and bytes. */
final class Signer
{
    use NotSerializable;

    private readonly Handle $handle;

    /**
     * @param PrivateKey|HmacKey|PublicKey $key a public key is refused, with `key.private_required`
     * @param string|null                  $kid the header's key id; the key's own if left out
     * @param string|null                  $typ the header's type
     * @param array{now?: int}|null        $testing a fixed clock, for tests
     */
    public function __construct(
        PrivateKey|HmacKey|PublicKey $key,
        string $algorithm,
        ?string $kid = null,
        ?string $typ = null,
        ?array $testing = null,
    ) {
        $config = Json::options(['algorithm' => $algorithm, 'kid' => $kid, 'typ' => $typ, 'testing' => $testing]);
        $this->handle = new Handle(Native::signerNew($key->handle(), $config));
    }

    /**
     * A compact token; `iat` is added, and `exp` when there is a lifetime.
     *
     * @param array<string, mixed>|object $claims
     * @param int|null                    $lifetime seconds
     */
    public function sign(array|object $claims, ?int $lifetime = null): string
    {
        if ($lifetime !== null && $lifetime < 0) {
            throw Failure::argument('the lifetime is negative');
        }
        $json = Json::encode($claims === [] ? new \stdClass() : $claims, 'claims');

        return Native::signerSign($this->handle->id, $json, $lifetime ?? -1);
    }

    /** Signs any bytes as a compact JWS. */
    public function signBytes(string $payload): string
    {
        return Native::signerSignBytes($this->handle->id, $payload);
    }

    /** Signs bytes that are not in the JWS (RFC 7515 appendix F); without `encodePayload` as they are (RFC 7797). */
    public function signDetached(string $payload, bool $encodePayload = true): string
    {
        return Native::signerSignDetached($this->handle->id, $payload, $encodePayload);
    }

    /**
     * Signs bytes as flattened JSON, whose text is returned.
     *
     * @param array<string, mixed>|null $header the unprotected header
     */
    public function signJson(string $payload, ?array $header = null, bool $detached = false, bool $encodePayload = true): string
    {
        $options = Json::options(['header' => $header, 'detached' => $detached, 'encode_payload' => $encodePayload]);

        return Native::signerSignJson($this->handle->id, $payload, $options);
    }

    /**
     * Signs bytes as general JSON: one signature for each signer, at most ten.
     *
     * @param list<self>                            $signers
     * @param list<array<string, mixed>|null>|null  $headers an unprotected header, or null, for each
     */
    public static function signGeneralJson(
        array $signers,
        string $payload,
        ?array $headers = null,
        bool $detached = false,
        bool $encodePayload = true,
    ): string {
        $handles = \array_map(static fn (self $one): int => $one->handle->id, \array_values($signers));
        $options = Json::options(['headers' => $headers, 'detached' => $detached, 'encode_payload' => $encodePayload]);

        return Native::signGeneralJson(Json::encode($handles, 'signers'), $payload, $options);
    }

    /** @return array<string, mixed> */
    public function __debugInfo(): array
    {
        return [];
    }
}
