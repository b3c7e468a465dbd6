<?php

declare(strict_types=1);

namespace Ferroauth\Internal;

/**
 * What was begun and waits for a user on another device. It goes into a session by `store` alone.
 *
 * @internal
 */
trait Begun
{
    use NotSerializable;

    private readonly Secrets $begun;

    /** A text for a session on the server. Whoever has it can ask for the tokens as this client. */
    public function store(): string
    {
        return Json::encode($this->members(), 'stored');
    }

    /** Reads what `store` gave. */
    public static function restore(#[\SensitiveParameter] string $stored): self
    {
        $members = \json_decode($stored, true);

        return new self(\is_array($members) ? $members : []);
    }

    /**
     * @internal
     *
     * @return array<string, mixed>
     */
    public function members(): array
    {
        return $this->begun->get('members');
    }

    /** @param array<string, mixed> $members */
    private static function text(#[\SensitiveParameter] array $members, string $name): string
    {
        return \is_string($members[$name] ?? null) ? $members[$name] : throw Failure::pending($name);
    }

    /** @param array<string, mixed> $members */
    private static function whole(#[\SensitiveParameter] array $members, string $name): int
    {
        return \is_int($members[$name] ?? null) ? $members[$name] : throw Failure::pending($name);
    }

    /** @return array<string, mixed> */
    public function __debugInfo(): array
    {
        $shown = \get_object_vars($this);
        unset($shown['begun']);

        return $shown;
    }
}
