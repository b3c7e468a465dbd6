<?php

declare(strict_types=1);

namespace Ferroauth\Internal;

/**
 * An object of the library, closed with its last PHP owner.
 *
 * @internal
 */
final class Handle
{
    use NotSerializable;

    public function __construct(public readonly int $id)
    {
    }

    public function __destruct()
    {
        Native::handleFree($this->id);
    }

    private function __clone()
    {
    }
}
