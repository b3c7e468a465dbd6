<?php

declare(strict_types=1);

namespace Ferroauth;

use Ferroauth\Internal\HasSecrets;
use Ferroauth\Internal\Secrets;

/**
 * An ID token whose every check passed.
 *
 * @property-read string $raw the compact token, for `id_token_hint`
 */
final class IdToken
{
    use HasSecrets;

    /** Who logged in, and how. */
    public readonly Claims $claims;

    /** @var array<string, mixed> the JOSE header */
    public readonly array $header;

    /** @internal */
    public function __construct(#[\SensitiveParameter] string $raw)
    {
        $this->secrets = new Secrets(['raw' => $raw]);
        [$header, $payload] = \explode('.', $raw);
        $this->claims = new Claims((string) \base64_decode(\strtr($payload, '-_', '+/')), $header);
        $this->header = $this->claims->header;
    }
}
