<?php

declare(strict_types=1);

namespace Ferroauth\Exception;

/** An authorization response that does not belong to the request. */
final class CallbackException extends FerroauthError
{
}
