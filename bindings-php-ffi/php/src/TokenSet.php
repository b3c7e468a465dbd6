<?php

declare(strict_types=1);

namespace Ferroauth;

use Ferroauth\Internal\HasSecrets;
use Ferroauth\Internal\Secrets;

/**
 * The result of a grant. Its secrets are read by name only: neither var_dump nor json_encode shows them. Store
 * what {@see TokenSet::toArray()} returns, encrypted.
 *
 * @property-read string                          $accessToken
 * @property-read string|null                     $refreshToken
 * @property-read list<array<string, mixed>>|null $authorizationDetails the rights that were granted, RFC 9396: each with a `type`
 * @property-read array<string, mixed>            $extra                further members of the reply
 */
final class TokenSet
{
    use HasSecrets;

    /** `Bearer`, or `DPoP` if it is bound to the client's key. */
    public readonly string $tokenType;

    /** Seconds since the epoch, or null if the provider did not say. */
    public readonly ?int $expiresAt;

    /** @var list<string> what was granted */
    public readonly array $scopes;

    /** @var list<string> what was granted although nobody asked for it */
    public readonly array $unrequestedScopes;

    /** @var list<string> the declared quirks of the service that this grant took */
    public readonly array $quirks;

    /** The verified ID token, if the grant came with one. */
    public readonly ?IdToken $idToken;

    /** What a token exchange issued, RFC 8693: a URI. */
    public readonly ?string $issuedTokenType;

    /**
     * @internal
     *
     * @param array<string, mixed> $members
     */
    public function __construct(#[\SensitiveParameter] array $members)
    {
        $this->secrets = new Secrets([
            'accessToken' => $members['access_token'],
            'refreshToken' => $members['refresh_token'],
            'authorizationDetails' => $members['extra']['authorization_details'] ?? null,
            'extra' => $members['extra'],
        ]);
        $this->tokenType = $members['token_type'];
        $this->expiresAt = $members['expires_at'];
        $this->scopes = $members['scopes'];
        $this->unrequestedScopes = $members['unrequested_scopes'];
        $this->quirks = $members['quirks'];
        $this->idToken = isset($members['id_token']) ? new IdToken($members['id_token']['raw']) : null;
        // Other grants leave this member to the provider.
        $issued = $members['extra']['issued_token_type'] ?? null;
        $this->issuedTokenType = \is_string($issued) ? $issued : null;
    }

    /**
     * Everything, secrets included, as plain values.
     *
     * @return array<string, mixed>
     */
    public function toArray(): array
    {
        return [
            'access_token' => $this->accessToken,
            'token_type' => $this->tokenType,
            'expires_at' => $this->expiresAt,
            'refresh_token' => $this->refreshToken,
            'scopes' => $this->scopes,
            'unrequested_scopes' => $this->unrequestedScopes,
            'id_token' => $this->idToken?->raw,
            'quirks' => $this->quirks,
            'extra' => $this->extra,
        ];
    }
}
