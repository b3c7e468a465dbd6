<?php

declare(strict_types=1);

namespace Ferroauth\Exception;

/** Provider metadata that could not be trusted. */
final class MetadataException extends FerroauthError
{
}
