<?php

declare(strict_types=1);

namespace Ferroauth;

/** A logout that came through the browser. */
final class FrontChannelLogout
{
    /** The provider, if the request names it. */
    public readonly ?string $issuer;

    /** The session that ended at the provider (`sid`), if the request names it. */
    public readonly ?string $sessionId;

    /**
     * @internal
     *
     * @param array<string, mixed> $members
     */
    public function __construct(array $members)
    {
        $this->issuer = $members['issuer'];
        $this->sessionId = $members['session_id'];
    }
}
