<?php

declare(strict_types=1);

namespace Ferroauth;

use Ferroauth\Internal\HasSecrets;
use Ferroauth\Internal\Json;
use Ferroauth\Internal\Native;
use Ferroauth\Internal\Secrets;

/**
 * A client as a provider has registered it, RFC 7591. {@see Registration::toJson()} has its secrets, for an encrypted store.
 *
 * @property-read string|null          $clientSecret
 * @property-read array<string, mixed> $clientOptions what the registration decides about a client: `new Client($service, ...$registration->clientOptions)`
 */
final class Registration
{
    use HasSecrets;

    public readonly string $clientId;

    /** When the client secret expires, seconds since the epoch; null if it does not. */
    public readonly ?int $clientSecretExpiresAt;

    /** Whether the provider lets it be read, updated and deleted, RFC 7592. */
    public readonly bool $manageable;

    /** @var array<string, mixed> the client's metadata as registered, which may be other than was asked for */
    public readonly array $metadata;

    private function __construct(#[\SensitiveParameter] string $text)
    {
        $parts = Json::decode(Native::registrationParts($text));
        $options = [];
        foreach ($parts['client_options'] as $name => $value) {
            $options[\lcfirst(\str_replace('_', '', \ucwords($name, '_')))] = $value;
        }
        $this->secrets = new Secrets(['clientSecret' => $parts['client_secret'], 'clientOptions' => $options, 'text' => $text]);
        $this->clientId = $parts['client_id'];
        $this->clientSecretExpiresAt = $parts['client_secret_expires_at'];
        $this->manageable = $parts['manageable'];
        $this->metadata = $parts['metadata'];
    }

    /** What {@see Registration::toJson()} wrote. */
    public static function fromJson(#[\SensitiveParameter] string $json): self
    {
        return new self($json);
    }

    /** The client information response, RFC 7591 section 3.2.1, as JSON text, secrets included. */
    public function toJson(): string
    {
        return $this->secrets->get('text');
    }
}
