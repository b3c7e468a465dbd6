<?php

declare(strict_types=1);

namespace Ferroauth\Internal;

use Ferroauth\Events;

/**
 * The library's calls that run an operation; whoever listens is told of what happened, before the caller goes on.
 *
 * @internal
 */
final class Told
{
    /** {@see Native::clientRun()} */
    public static function clientRun(
        int $operation,
        int $client,
        int $pending,
        #[\SensitiveParameter] string $text,
        #[\SensitiveParameter] string $options = '',
    ): string {
        if (!Events::listened()) {
            return Native::clientRun($operation, $client, $pending, $text, $options);
        }
        try {
            return Native::clientRun($operation, $client, $pending, $text, $options);
        } finally {
            Events::tell();
        }
    }

    /**
     * Any other of them.
     *
     * @template T
     *
     * @param \Closure(): T $call
     *
     * @return T
     */
    public static function by(\Closure $call): mixed
    {
        try {
            return $call();
        } finally {
            if (Events::listened()) {
                Events::tell();
            }
        }
    }
}
