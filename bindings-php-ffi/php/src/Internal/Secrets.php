<?php

declare(strict_types=1);

namespace Ferroauth\Internal;

/**
 * Secret properties: read by name, and by nothing else. As variables of a closure they are out of reach of
 * json_encode, var_export and array casts, and var_dump is told nothing.
 *
 * @internal
 */
final class Secrets
{
    use NotSerializable;

    private readonly \Closure $read;

    /** @param array<string, mixed> $values */
    public function __construct(#[\SensitiveParameter] array $values)
    {
        $this->read = static fn (): array => $values;
    }

    public function has(string $name): bool
    {
        return \array_key_exists($name, ($this->read)());
    }

    public function get(string $name): mixed
    {
        return ($this->read)()[$name] ?? null;
    }

    /** @return array<string, string|null> the names, with stars for what is there */
    public function stars(): array
    {
        return \array_map(static fn (mixed $value): ?string => $value === null ? null : '***', ($this->read)());
    }

    /** @return array<string, string|null> */
    public function __debugInfo(): array
    {
        return $this->stars();
    }
}
