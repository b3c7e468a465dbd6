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

    private bool $open = true;

    public function __construct(public readonly int $id)
    {
    }

    public function __destruct()
    {
        if ($this->open) {
            Native::handleFree($this->id);
        }
    }

    /** Tells that the library has closed the object itself. */
    public function closed(): void
    {
        $this->open = false;
    }

    private function __clone()
    {
    }
}
