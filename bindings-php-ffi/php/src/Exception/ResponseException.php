<?php

declare(strict_types=1);

namespace Ferroauth\Exception;

/** The provider answered with something that is not a valid reply. */
final class ResponseException extends FerroauthError
{
}
