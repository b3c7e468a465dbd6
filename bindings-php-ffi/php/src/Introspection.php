<?php

declare(strict_types=1);

namespace Ferroauth;

use Ferroauth\Internal\Failure;

/**
 * What the provider says about a token (RFC 7662): `active`, and the other members like an array.
 *
 * @implements \ArrayAccess<string, mixed>
 * @implements \IteratorAggregate<string, mixed>
 */
final class Introspection implements \ArrayAccess, \Countable, \IteratorAggregate, \JsonSerializable
{
    /** Whether the token is good now. Nothing else counts when it is false. */
    public readonly bool $active;

    /** @var list<string> */
    public readonly array $scopes;

    /** @var list<string> */
    public readonly array $audience;

    public readonly ?string $clientId;

    public readonly ?string $username;

    public readonly ?string $tokenType;

    public readonly ?string $subject;

    public readonly ?string $issuer;

    /** `jti`. */
    public readonly ?string $tokenId;

    /** `exp`, seconds since the epoch. */
    public readonly ?int $expiresAt;

    /** `iat`, seconds since the epoch. */
    public readonly ?int $issuedAt;

    /** `nbf`, seconds since the epoch. */
    public readonly ?int $notBefore;

    /**
     * @internal
     *
     * @param array<string, mixed> $claims
     */
    public function __construct(public readonly array $claims)
    {
        $this->active = $claims['active'] === true;
        $this->scopes = \array_values(\array_filter(\explode(' ', $claims['scope'] ?? ''), static fn (string $one): bool => $one !== ''));
        $this->audience = (array) ($claims['aud'] ?? []);
        $this->clientId = $claims['client_id'] ?? null;
        $this->username = $claims['username'] ?? null;
        $this->tokenType = $claims['token_type'] ?? null;
        $this->subject = $claims['sub'] ?? null;
        $this->issuer = $claims['iss'] ?? null;
        $this->tokenId = $claims['jti'] ?? null;
        $this->expiresAt = $claims['exp'] ?? null;
        $this->issuedAt = $claims['iat'] ?? null;
        $this->notBefore = $claims['nbf'] ?? null;
    }

    /** @return array<string, mixed> */
    public function toArray(): array
    {
        return $this->claims;
    }

    public function offsetExists(mixed $offset): bool
    {
        return isset($this->claims[$offset]);
    }

    public function offsetGet(mixed $offset): mixed
    {
        return $this->claims[$offset] ?? null;
    }

    public function offsetSet(mixed $offset, mixed $value): void
    {
        throw Failure::argument('an introspection cannot be changed');
    }

    public function offsetUnset(mixed $offset): void
    {
        throw Failure::argument('an introspection cannot be changed');
    }

    public function count(): int
    {
        return \count($this->claims);
    }

    /** @return \ArrayIterator<string, mixed> */
    public function getIterator(): \ArrayIterator
    {
        return new \ArrayIterator($this->claims);
    }

    /** @return array<string, mixed> */
    public function jsonSerialize(): array
    {
        return $this->claims;
    }
}
