<?php

declare(strict_types=1);

namespace Ferroauth\Exception;

/** The key set would have to be fetched; call the variant that may. */
final class KeySetNotLoadedException extends KeySetException
{
}
