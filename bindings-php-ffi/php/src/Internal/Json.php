<?php

declare(strict_types=1);

namespace Ferroauth\Internal;

/**
 * JSON at the boundary: arguments in, replies out.
 *
 * @internal
 */
final class Json
{
    private const FLAGS = \JSON_THROW_ON_ERROR | \JSON_UNESCAPED_SLASHES | \JSON_UNESCAPED_UNICODE | \JSON_PRESERVE_ZERO_FRACTION;

    private function __construct()
    {
    }

    /** Encodes an argument; an object's empty array must be an \stdClass. */
    public static function encode(#[\SensitiveParameter] mixed $value, string $label): string
    {
        try {
            return \json_encode($value, self::FLAGS);
        } catch (\JsonException $exception) {
            // The exception's own text names no value.
            throw Failure::argument("{$label}: {$exception->getMessage()}");
        }
    }

    /**
     * Encodes named options without those that are null.
     *
     * @param array<string, mixed> $options
     */
    public static function options(#[\SensitiveParameter] array $options): string
    {
        $given = \array_filter($options, static fn (mixed $value): bool => $value !== null);

        return $given === [] ? '' : self::encode($given, 'options');
    }

    /** A document as it is, or an array as one. */
    public static function document(#[\SensitiveParameter] string|array $document, string $label): string
    {
        return \is_string($document) ? $document : self::encode($document === [] ? new \stdClass() : $document, $label);
    }

    /** Bytes that came as base64url, because only text crosses. */
    public static function bytes(#[\SensitiveParameter] string $encoded): string
    {
        return (string) \base64_decode(\strtr($encoded, '-_', '+/'));
    }

    /** @return array<mixed> */
    public static function decode(#[\SensitiveParameter] string $text): array
    {
        return (array) \json_decode($text, true);
    }
}
