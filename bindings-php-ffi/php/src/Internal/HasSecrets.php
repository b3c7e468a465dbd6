<?php

declare(strict_types=1);

namespace Ferroauth\Internal;

/**
 * Read-only properties that only naming them shows.
 *
 * @internal
 */
trait HasSecrets
{
    use NotSerializable;

    private readonly Secrets $secrets;

    public function __get(string $name): mixed
    {
        if (!$this->secrets->has($name)) {
            throw Failure::argument(self::class . " has no property {$name}");
        }

        return $this->secrets->get($name);
    }

    public function __isset(string $name): bool
    {
        return $this->secrets->get($name) !== null;
    }

    public function __set(string $name, #[\SensitiveParameter] mixed $value): void
    {
        throw Failure::argument(self::class . ' cannot be changed');
    }

    /** @return array<string, mixed> */
    public function __debugInfo(): array
    {
        $shown = \get_object_vars($this);
        unset($shown['secrets'], $shown['handle']);

        return [...$this->secrets->stars(), ...$shown];
    }
}
