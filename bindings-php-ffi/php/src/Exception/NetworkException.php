<?php

declare(strict_types=1);

namespace Ferroauth\Exception;

/** The network did not carry the exchange. */
final class NetworkException extends FerroauthError
{
}
