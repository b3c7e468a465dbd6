<?php

declare(strict_types=1);

namespace Ferroauth;

use Ferroauth\Internal\Facts;
use Ferroauth\Internal\Installation;

/**
 * Tells whether this PHP can call the library, and what to change if not. The command line has its own php.ini,
 * so ask from where the program runs:
 *
 *     <?php require 'vendor/autoload.php'; header('Content-Type: text/plain'); echo Ferroauth\Doctor::report();
 */
final class Doctor
{
    private function __construct()
    {
    }

    /** The findings of the PHP that runs this, as text for people. It names paths: show it to administrators only. */
    public static function report(): string
    {
        return (new Internal\Doctor(Facts::here(), Installation::webUser()))->text();
    }
}
