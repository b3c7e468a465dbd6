<?php

declare(strict_types=1);

namespace Ferroauth;

use Ferroauth\Internal\Handle;
use Ferroauth\Internal\Json;
use Ferroauth\Internal\Native;
use Ferroauth\Internal\NotSerializable;

/** What a loopback receiver does as flows that the caller carries: all of their steps are waiting. */
final class LoopbackReceiverFlow
{
    use NotSerializable;

    /** @internal use {@see LoopbackReceiver::$flow} */
    public function __construct(private readonly Handle $receiver)
    {
    }

    /**
     * The flow of {@see LoopbackReceiver::receive()}; its result is the response's URL.
     *
     * @param float|null $timeout seconds
     */
    public function receive(#[\SensitiveParameter] ?string $state = null, ?float $timeout = null): Flow
    {
        $flow = Native::loopbackReceive($this->receiver->id, self::options(['state' => $state], $timeout));

        return new Flow(new Handle($flow), static fn (array $outcome): string => $outcome['json']);
    }

    /**
     * The flow of {@see LoopbackReceiver::forward()}; its result is how many requests there were.
     *
     * @param float|null $timeout seconds
     */
    public function forward(string $to, ?float $timeout = null): Flow
    {
        $flow = Native::loopbackForward($this->receiver->id, $to, self::options([], $timeout));

        return new Flow(new Handle($flow), static fn (array $outcome): int => $outcome['json']);
    }

    /** @param array<string, mixed> $options */
    private static function options(#[\SensitiveParameter] array $options, ?float $timeout): string
    {
        // What is no time becomes a value that the library refuses.
        $milliseconds = $timeout === null ? null : (($timeout >= 0 && $timeout < 1e12) ? (int) \ceil($timeout * 1000) : -1);

        return Json::options([...$options, 'timeout_ms' => $milliseconds]);
    }

    /** @return array<string, mixed> */
    public function __debugInfo(): array
    {
        return [];
    }
}
