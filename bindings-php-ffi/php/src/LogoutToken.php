<?php

declare(strict_types=1);

namespace Ferroauth;

/** A verified logout token: end the session `sessionId`, or without one all sessions of `subject`. */
final class LogoutToken
{
    public readonly string $issuer;

    /** The user, if the token names one. */
    public readonly ?string $subject;

    /** The session (`sid`), if the token names one. */
    public readonly ?string $sessionId;

    /** The token's own identifier (`jti`), for a site that remembers tokens for all of its processes. */
    public readonly string $tokenId;

    /** When it was issued, seconds since the epoch. */
    public readonly int $issuedAt;

    /** When it expires, seconds since the epoch. */
    public readonly int $expiresAt;

    /** @var array<string, mixed> */
    public readonly array $claims;

    /**
     * @internal
     *
     * @param array<string, mixed> $members
     */
    public function __construct(array $members)
    {
        $this->issuer = $members['issuer'];
        $this->subject = $members['subject'];
        $this->sessionId = $members['session_id'];
        $this->tokenId = $members['token_id'];
        $this->issuedAt = $members['issued_at'];
        $this->expiresAt = $members['expires_at'];
        $this->claims = $members['claims'];
    }
}
