<?php

declare(strict_types=1);

namespace Ferroauth\Exception;

/** A sealed pending authorization that cannot be opened here. */
final class PendingAuthorizationException extends FerroauthError
{
}
