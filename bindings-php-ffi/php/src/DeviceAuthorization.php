<?php

declare(strict_types=1);

namespace Ferroauth;

use Ferroauth\Internal\Begun;
use Ferroauth\Internal\Secrets;

/**
 * A login on another device that was begun: show the user code and the address, then ask for the tokens.
 */
final class DeviceAuthorization
{
    use Begun;

    /** What the user types. */
    public readonly string $userCode;

    /** Where the user types it. */
    public readonly string $verificationUri;

    /** The address with the code in it, for a QR code. */
    public readonly ?string $verificationUriComplete;

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
        $this->userCode = self::text($members, 'user_code');
        $this->verificationUri = self::text($members, 'verification_uri');
        $this->verificationUriComplete = isset($members['verification_uri_complete']) ? self::text($members, 'verification_uri_complete') : null;
        $this->expiresAt = self::whole($members, 'expires_at');
        $this->interval = self::whole($members, 'interval');
    }
}
