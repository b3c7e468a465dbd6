<?php

declare(strict_types=1);

namespace Ferroauth\Tests\Support;

use Ferroauth\Exception\FerroauthException;

/** What the cases say. */
final class Check
{
    public static function same(mixed $expected, mixed $seen, string $what = 'value'): void
    {
        if ($expected !== $seen) {
            throw new \RuntimeException("{$what}: expected " . self::shown($expected) . ', saw ' . self::shown($seen));
        }
    }

    public static function true(bool $condition, string $what): void
    {
        if (!$condition) {
            throw new \RuntimeException("not so: {$what}");
        }
    }

    public static function contains(string $part, string $text): void
    {
        if (!str_contains($text, $part)) {
            throw new \RuntimeException("'{$part}' is not in: {$text}");
        }
    }

    /** Runs an action that must be refused with a code; returns the exception. */
    public static function refused(string $code, callable $action): FerroauthException
    {
        try {
            $action();
        } catch (FerroauthException $exception) {
            self::same($code, $exception->errorCode(), 'code');

            return $exception;
        }
        throw new \RuntimeException("accepted what should be refused with {$code}");
    }

    private static function shown(mixed $value): string
    {
        return is_object($value) ? get_class($value) : substr(var_export($value, true), 0, 300);
    }
}
