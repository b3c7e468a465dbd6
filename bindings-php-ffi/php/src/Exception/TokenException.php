<?php

declare(strict_types=1);

namespace Ferroauth\Exception;

/** A token that is refused; explain() tells which check refused it. */
class TokenException extends FerroauthError
{
}
