<?php

declare(strict_types=1);

namespace Ferroauth\Internal;

use Ferroauth\Exception\CallbackException;
use Ferroauth\Exception\ConfigurationException;
use Ferroauth\Exception\FerroauthError;
use Ferroauth\Exception\InternalException;
use Ferroauth\Exception\PendingAuthorizationException;

/**
 * From the library's report to the exception.
 *
 * @internal
 */
final class Failure
{
    private function __construct()
    {
    }

    /** The exception of a report; of none, that of a panic. */
    public static function fromJson(string $json): FerroauthError
    {
        return self::fromReport(\json_decode($json, true));
    }

    /** As {@see Failure::fromJson()}, of a report that is decoded already. */
    public static function fromReport(mixed $report): FerroauthError
    {
        if (!\is_array($report) || !\is_string($report['class'] ?? null)) {
            return self::internal(900, 'internal.panic', 'The library met an unexpected condition; please report it.');
        }
        $class = 'Ferroauth\\Exception\\' . \substr($report['class'], 0, -\strlen('Error')) . 'Exception';

        return \is_a($class, FerroauthError::class, true) ? new $class($report) : new InternalException($report);
    }

    /** An argument that never reached the library. */
    public static function argument(string $what): InternalException
    {
        return self::internal(904, 'internal.argument', "An argument has the wrong type or encoding. ({$what})");
    }

    /** A configuration that never reached the library. */
    public static function configuration(string $what): ConfigurationException
    {
        return new ConfigurationException([
            'number' => 100,
            'code' => 'config.invalid',
            'category' => 'configuration',
            'status' => 500,
            'retryable' => false,
            'message' => "A configuration value is missing or malformed. ({$what})",
        ]);
    }

    /** A callback that never reached the library. */
    public static function callback(string $what): CallbackException
    {
        return new CallbackException([
            'number' => 550,
            'code' => 'callback.malformed',
            'category' => 'callback',
            'status' => 400,
            'retryable' => false,
            'message' => "The authorization response cannot be parsed. ({$what})",
        ]);
    }

    /** Something that was stored and never reached the library. */
    public static function pending(string $what): PendingAuthorizationException
    {
        return new PendingAuthorizationException([
            'number' => 750,
            'code' => 'pending.invalid',
            'category' => 'pending',
            'status' => 400,
            'retryable' => false,
            'message' => "The sealed authorization cannot be opened: it was altered, or sealed with another key. ({$what})",
        ]);
    }

    /** PHP cannot call the library here. Says what to change. */
    public static function unusable(string $reason): ConfigurationException
    {
        return self::configuration('the native library cannot be used: ' . $reason . '. ' . Installation::advice());
    }

    private static function internal(int $number, string $code, string $message): InternalException
    {
        return new InternalException([
            'number' => $number,
            'code' => $code,
            'category' => 'internal',
            'status' => 500,
            'retryable' => false,
            'message' => $message,
        ]);
    }
}
