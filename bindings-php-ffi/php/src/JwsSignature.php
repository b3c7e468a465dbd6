<?php

declare(strict_types=1);

namespace Ferroauth;

/** A signature that verifies. */
final class JwsSignature
{
    /**
     * @internal
     *
     * @param int                       $index       its place in the list of a general JWS; 0 in the other forms
     * @param array<string, mixed>      $header      the protected header
     * @param array<string, mixed>|null $unprotected the unprotected header, which anybody may have written
     * @param string|null               $keyId       the id of the key that verified it; null if that key has none
     */
    public function __construct(
        public readonly int $index,
        public readonly string $algorithm,
        public readonly array $header,
        public readonly ?array $unprotected,
        public readonly ?string $keyId,
    ) {
    }
}
