<?php

declare(strict_types=1);

namespace Ferroauth\Exception;

/** A token that has expired. */
final class ExpiredTokenException extends TokenException
{
}
