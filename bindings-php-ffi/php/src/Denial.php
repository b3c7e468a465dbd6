<?php

declare(strict_types=1);

namespace Ferroauth;

use Ferroauth\Exception\FerroauthException;
use Ferroauth\Internal\NotSerializable;

/** What to answer a request that may not go on. */
final class Denial
{
    use NotSerializable;

    /** Whether the request may go on. */
    public readonly bool $granted;

    /**
     * @internal
     *
     * @param int                   $status  400, 401, 403, or 503 if the issuer's keys cannot be had
     * @param array<string, string> $headers the header fields of the answer, `WWW-Authenticate` among them
     * @param FerroauthException    $error   why; it is not thrown
     */
    public function __construct(
        public readonly int $status,
        public readonly array $headers,
        public readonly FerroauthException $error,
    ) {
        $this->granted = false;
    }

    /** Sets status and header fields of the answer. */
    public function send(): void
    {
        foreach ($this->headers as $name => $value) {
            \header("{$name}: {$value}");
        }
        // PHP itself makes 401 of a WWW-Authenticate field.
        \http_response_code($this->status);
    }

    /** @return array<string, mixed> */
    public function __debugInfo(): array
    {
        return ['status' => $this->status, 'headers' => $this->headers, 'error' => $this->error->errorCode()];
    }
}
