<?php

declare(strict_types=1);

namespace Ferroauth\Exception;

/** The provider answered with an OAuth error. */
final class ProviderException extends FerroauthError
{
}
