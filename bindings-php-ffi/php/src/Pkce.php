<?php

declare(strict_types=1);

namespace Ferroauth;

use Ferroauth\Internal\HasSecrets;
use Ferroauth\Internal\Json;
use Ferroauth\Internal\Native;
use Ferroauth\Internal\Secrets;

/**
 * Proof Key for Code Exchange (RFC 7636), S256 only. {@see Client} does this by itself.
 *
 * @property-read string $verifier the secret half
 */
final class Pkce
{
    use HasSecrets;

    /** Always `S256`. */
    public readonly string $method;

    private function __construct(#[\SensitiveParameter] string $verifier, public readonly string $challenge)
    {
        $this->method = 'S256';
        $this->secrets = new Secrets(['verifier' => $verifier]);
    }

    /** A new pair. */
    public static function generate(): self
    {
        $pair = Json::decode(Native::pkceGenerate());

        return new self($pair['verifier'], $pair['challenge']);
    }

    /** The challenge of a verifier. */
    public static function challenge(#[\SensitiveParameter] string $verifier): string
    {
        return Native::pkceChallenge($verifier);
    }

    /** Whether a verifier belongs to a challenge, in constant time. */
    public static function verify(#[\SensitiveParameter] string $verifier, string $challenge): bool
    {
        return Native::pkceVerify($verifier, $challenge);
    }
}
