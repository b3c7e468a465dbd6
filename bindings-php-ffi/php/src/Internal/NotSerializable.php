<?php

declare(strict_types=1);

namespace Ferroauth\Internal;

/**
 * Objects that hold secrets, or belong to this process, do not go into sessions and caches.
 *
 * @internal
 */
trait NotSerializable
{
    /** @return never */
    public function __serialize(): array
    {
        throw Failure::argument(self::class . ' cannot be serialized');
    }

    /** @param array<mixed> $data */
    public function __unserialize(array $data): void
    {
        throw Failure::argument(self::class . ' cannot be unserialized');
    }
}
