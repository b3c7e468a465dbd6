<?php

declare(strict_types=1);

namespace Ferroauth\Exception;

/** A defect of the library or a misuse of one of its objects. */
final class InternalException extends FerroauthError
{
}
