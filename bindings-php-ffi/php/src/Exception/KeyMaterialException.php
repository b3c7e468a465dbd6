<?php

declare(strict_types=1);

namespace Ferroauth\Exception;

/** Key material that is malformed, weak, or of the wrong kind. */
final class KeyMaterialException extends FerroauthError
{
}
