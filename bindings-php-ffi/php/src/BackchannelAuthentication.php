<?php

declare(strict_types=1);

namespace Ferroauth;

use Ferroauth\Internal\Begun;
use Ferroauth\Internal\Secrets;

/**
 * An authentication of a user on another device that was begun (CIBA).
 */
final class BackchannelAuthentication
{
    use Begun;

    /** Seconds since the epoch. */
    public readonly int $expiresAt;

    /** Seconds between two requests for the tokens. */
    public readonly int $interval;

    /**
     * @internal
     *
     * @param array<string, mixed> $members
     */
    public function __construct(#[\SensitiveParameter] array $members)
    {
        $this->begun = new Secrets(['members' => $members]);
        $this->expiresAt = self::whole($members, 'expires_at');
        $this->interval = self::whole($members, 'interval');
    }
}
