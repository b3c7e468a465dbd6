<?php

declare(strict_types=1);

namespace Ferroauth\Internal;

/**
 * Where the `Authorization` fields of a request are.
 *
 * All of them are handed on, so that the library sees, and refuses, a request with two. A field is never joined, split
 * or trimmed here, and nothing but header fields is read.
 *
 * @internal
 */
final class RequestFields
{
    /** Far more than any server lets through, and than any token may have; what follows need not be looked at. */
    private const ENOUGH = 1 << 20;

    /** As PHP names the field in $_SERVER; Apache adds the prefix when it rewrites a request. */
    private const VARIABLES = ['HTTP_AUTHORIZATION', 'REDIRECT_HTTP_AUTHORIZATION'];

    private function __construct()
    {
    }

    /**
     * The values of all `Authorization` fields.
     *
     * @param array<mixed>|object|null $request
     *
     * @return list<string>
     */
    public static function authorization(#[\SensitiveParameter] array|object|null $request): array
    {
        if ($request === null) {
            return self::ofServer($_SERVER) ?: self::ofServerApi();
        }
        if (\is_array($request)) {
            return self::ofArray($request);
        }
        if (\method_exists($request, 'getHeader')) {
            return self::texts((array) $request->getHeader('Authorization'));
        }
        throw Failure::argument('the request is neither an array nor a PSR-7 request');
    }

    /** The fields as the library takes them: what is no text becomes a text that no token is. */
    public static function encode(#[\SensitiveParameter] array $fields): string
    {
        // A third field could not change the answer.
        return \json_encode(\array_slice($fields, 0, 2), \JSON_INVALID_UTF8_SUBSTITUTE | \JSON_UNESCAPED_SLASHES | \JSON_THROW_ON_ERROR);
    }

    /**
     * Variables of the server. An empty one is what a rewrite rule makes of a request without the field, and a
     * rewritten request has the same value under both names.
     *
     * @param array<mixed> $variables
     *
     * @return list<string>
     */
    private static function ofServer(#[\SensitiveParameter] array $variables): array
    {
        $found = \array_intersect_key($variables, \array_flip(self::VARIABLES));

        return \array_values(\array_unique(self::texts(\array_filter($found, static fn (mixed $value): bool => $value !== ''))));
    }

    /**
     * Apache's own module keeps the field out of $_SERVER.
     *
     * @return list<string>
     */
    private static function ofServerApi(): array
    {
        return \function_exists('apache_request_headers') ? self::ofHeaders((array) \apache_request_headers()) : [];
    }

    /**
     * Either kind of array.
     *
     * @param array<mixed> $request
     *
     * @return list<string>
     */
    private static function ofArray(#[\SensitiveParameter] array $request): array
    {
        return [...self::ofServer($request), ...self::ofHeaders($request)];
    }

    /**
     * @param array<mixed> $headers
     *
     * @return list<string>
     */
    private static function ofHeaders(#[\SensitiveParameter] array $headers): array
    {
        $fields = [];
        foreach ($headers as $name => $value) {
            if (\is_string($name) && \strcasecmp($name, 'Authorization') === 0) {
                \array_push($fields, ...self::texts(\is_array($value) ? $value : [$value]));
            }
        }

        return $fields;
    }

    /**
     * @param array<mixed> $values
     *
     * @return list<string>
     */
    private static function texts(#[\SensitiveParameter] array $values): array
    {
        $texts = [];
        foreach ($values as $value) {
            if ($value === null) {
                continue;
            }
            if (!\is_string($value)) {
                throw Failure::argument('the Authorization field is not a string');
            }
            $texts[] = \substr($value, 0, self::ENOUGH);
        }

        return $texts;
    }
}
