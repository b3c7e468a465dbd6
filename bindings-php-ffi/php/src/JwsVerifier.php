<?php

declare(strict_types=1);

namespace Ferroauth;

use Ferroauth\Internal\Handle;
use Ferroauth\Internal\Json;
use Ferroauth\Internal\Native;
use Ferroauth\Internal\NotSerializable;

/**
 * Verifies signatures over bytes. For tokens with claims use {@see Verifier}.
 *
 * Of several signatures at least one must verify with a key that is here, and every one that names such a key must;
 * those of others are passed over.
 */
final class JwsVerifier
{
    use NotSerializable;

    private readonly Handle $handle;

    /** @param list<string> $algorithms what may be used to sign */
    public function __construct(HmacKey|PublicKey|KeySet $key, array $algorithms)
    {
        $config = Json::encode(['algorithms' => $algorithms], 'options');
        $this->handle = new Handle(Native::jwsVerifierNew($config, $key->handle()));
    }

    /** Verifies a compact JWS; with a payload a detached one. */
    public function verify(string $jws, ?string $payload = null): VerifiedJws
    {
        return new VerifiedJws(Native::jwsVerify($this->handle->id, $jws, $payload !== null, $payload ?? ''));
    }

    /**
     * Verifies a JWS in JSON, flattened or general, as text or decoded; with a payload a detached one.
     *
     * @param string|array<string, mixed> $jws
     */
    public function verifyJson(string|array $jws, ?string $payload = null): VerifiedJws
    {
        $json = Json::document($jws, 'jws');

        return new VerifiedJws(Native::jwsVerifyJson($this->handle->id, $json, $payload !== null, $payload ?? ''));
    }

    /** @return array<string, mixed> */
    public function __debugInfo(): array
    {
        return [];
    }
}
