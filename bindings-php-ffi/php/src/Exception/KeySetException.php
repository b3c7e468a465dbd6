<?php

declare(strict_types=1);

namespace Ferroauth\Exception;

/** A JWK set that could not be had or used. */
class KeySetException extends FerroauthError
{
}
