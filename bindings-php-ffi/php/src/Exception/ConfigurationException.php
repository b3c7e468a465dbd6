<?php

declare(strict_types=1);

namespace Ferroauth\Exception;

/** A value that the developer or administrator supplied is refused when the object is built. */
final class ConfigurationException extends FerroauthError
{
}
