<?php

declare(strict_types=1);

namespace Ferroauth;

use Ferroauth\Internal\Failure;
use Ferroauth\Internal\NotSerializable;

/**
 * The claims of a token: read them like an array. A claim that is not there is null.
 *
 * Numbers are exact: tokens with numbers that PHP could not hold are refused before they get here.
 *
 * @property-read array<string, mixed> $header the token's JOSE header
 *
 * @implements \ArrayAccess<string, mixed>
 * @implements \IteratorAggregate<string, mixed>
 */
final class Claims implements \ArrayAccess, \Countable, \IteratorAggregate, \JsonSerializable
{
    use NotSerializable;

    /** @var array<string, mixed>|null decoded when first read */
    private ?array $claims = null;

    /**
     * @internal
     *
     * @param string $raw           the claims as JSON text, byte for byte as they were signed
     * @param string $encodedHeader the token's first part
     */
    public function __construct(public readonly string $raw, private readonly string $encodedHeader)
    {
    }

    /** @return array<string, mixed> */
    public function toArray(): array
    {
        return $this->claims ??= \json_decode($this->raw, true);
    }

    public function offsetExists(mixed $offset): bool
    {
        return isset(($this->claims ??= \json_decode($this->raw, true))[$offset]);
    }

    public function offsetGet(mixed $offset): mixed
    {
        return ($this->claims ??= \json_decode($this->raw, true))[$offset] ?? null;
    }

    public function offsetSet(mixed $offset, mixed $value): void
    {
        throw Failure::argument('claims cannot be changed');
    }

    public function offsetUnset(mixed $offset): void
    {
        throw Failure::argument('claims cannot be changed');
    }

    public function count(): int
    {
        return \count($this->toArray());
    }

    /** @return \ArrayIterator<string, mixed> */
    public function getIterator(): \ArrayIterator
    {
        return new \ArrayIterator($this->toArray());
    }

    /** An object in JSON, also when there are no claims. */
    public function jsonSerialize(): mixed
    {
        return \json_decode($this->raw);
    }

    public function __get(string $name): mixed
    {
        if ($name !== 'header') {
            throw Failure::argument("claims have no property {$name}; read a claim as \$claims['{$name}']");
        }

        return \json_decode((string) \base64_decode(\strtr($this->encodedHeader, '-_', '+/')), true);
    }

    public function __isset(string $name): bool
    {
        return $name === 'header';
    }

    /** @return array<string, mixed> */
    public function __debugInfo(): array
    {
        return $this->toArray();
    }
}
