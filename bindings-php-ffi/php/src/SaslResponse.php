<?php

declare(strict_types=1);

namespace Ferroauth;

use Ferroauth\Internal\HasSecrets;
use Ferroauth\Internal\Secrets;

/**
 * The first message of a SASL mechanism; see {@see Sasl}.
 *
 * @property-read string $text    the message itself, for mail libraries that encode it
 * @property-read string $encoded the message in base64, as it goes over the wire
 */
final class SaslResponse
{
    use HasSecrets;

    /** `XOAUTH2` or `OAUTHBEARER`. */
    public readonly string $mechanism;

    /** What must be answered to a challenge, before any encoding. The server then ends the exchange. */
    public readonly string $errorAnswer;

    /**
     * @internal
     *
     * @param array<string, string> $members
     */
    public function __construct(#[\SensitiveParameter] array $members)
    {
        $this->mechanism = $members['mechanism'];
        $this->errorAnswer = $members['error_answer'];
        $this->secrets = new Secrets(['text' => $members['text'], 'encoded' => $members['encoded']]);
    }
}
