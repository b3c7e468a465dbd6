<?php

declare(strict_types=1);

namespace Ferroauth;

/**
 * What happened on the way of an operation, without secrets.
 *
 * `name` is one of `authorization_begun`, `callback_refused`, `token_received`, `token_refreshed`, `refresh_failed`,
 * `grant_failed`, `key_set_fetched`, `key_set_failed` and `quirk_used`. What an event does not have is null.
 */
final class Event implements \JsonSerializable
{
    public readonly string $name;

    /** `info` or `warning`. */
    public readonly string $level;

    /** Seconds since the epoch. */
    public readonly int $time;

    /** The event in one line. */
    public readonly string $message;

    /** The issuer, or the origin of the endpoint if the provider has none. */
    public readonly string $provider;

    public readonly ?string $clientId;

    /** @var list<string>|null requested, or granted */
    public readonly ?array $scopes;

    /** Whether the authorization request was pushed (RFC 9126). */
    public readonly ?bool $pushed;

    /** As it goes over the wire. */
    public readonly ?string $grantType;

    /** When the access token expires, seconds since the epoch. */
    public readonly ?int $expiresAt;

    /** Whether there is a refresh token. */
    public readonly ?bool $refreshable;

    /** Whether a user was identified, by a verified ID token. */
    public readonly ?bool $identified;

    /** Whether the provider replaced the refresh token. */
    public readonly ?bool $rotated;

    /** The error code of a failure. */
    public readonly ?string $code;

    /** The provider's `error`. */
    public readonly ?string $providerError;

    public readonly ?bool $retryable;

    /** Where a key set was fetched, without a query. */
    public readonly ?string $url;

    /** How many of its keys are usable. */
    public readonly ?int $keys;

    public readonly ?string $quirk;

    /**
     * @internal
     *
     * @param array<string, mixed> $members
     */
    public function __construct(private readonly array $members)
    {
        $this->name = $members['name'];
        $this->level = $members['level'];
        $this->time = $members['time'];
        $this->message = $members['message'];
        $this->provider = $members['provider'];
        $this->clientId = $members['client_id'] ?? null;
        $this->scopes = $members['scopes'] ?? null;
        $this->pushed = $members['pushed'] ?? null;
        $this->grantType = $members['grant_type'] ?? null;
        $this->expiresAt = $members['expires_at'] ?? null;
        $this->refreshable = $members['refreshable'] ?? null;
        $this->identified = $members['identified'] ?? null;
        $this->rotated = $members['rotated'] ?? null;
        $this->code = $members['code'] ?? null;
        $this->providerError = $members['provider_error'] ?? null;
        $this->retryable = $members['retryable'] ?? null;
        $this->url = $members['url'] ?? null;
        $this->keys = $members['keys'] ?? null;
        $this->quirk = $members['quirk'] ?? null;
    }

    /** @return array<string, mixed> what the event has, named as in every host */
    public function toArray(): array
    {
        return $this->members;
    }

    /** @return array<string, mixed> */
    public function jsonSerialize(): array
    {
        return $this->members;
    }

    /** @return array<string, mixed> */
    public function __debugInfo(): array
    {
        return $this->members;
    }
}
