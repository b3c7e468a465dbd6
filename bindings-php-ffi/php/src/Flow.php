<?php

declare(strict_types=1);

namespace Ferroauth;

use Ferroauth\Internal\Failure;
use Ferroauth\Internal\Handle;
use Ferroauth\Internal\Json;
use Ferroauth\Internal\Native;
use Ferroauth\Internal\NotSerializable;

/**
 * One operation, carried by the caller: answer each step until it is done.
 *
 *     $step = $flow->advance();
 *     while (!$step->done) {
 *         $step = $flow->advance(send($step->http));   // ['status' => .., 'headers' => [..], 'body' => ..]
 *     }
 *     $tokens = $step->result;
 *
 * @property-read list<Event> $events what has happened so far; also after a failure
 */
final class Flow
{
    use NotSerializable;

    private bool $sleeping = false;

    /** How many events were published. */
    private int $published = 0;

    /** @var list<Event>|null what happened in one that has run */
    private ?array $told = null;

    /**
     * @internal
     *
     * @param \Closure(array<string, mixed>): mixed $convert
     */
    public function __construct(private readonly Handle $handle, private readonly \Closure $convert)
    {
    }

    /**
     * Goes on to the next step.
     *
     * @param array{status?: int, headers?: array<string, string|list<string>>, body?: string, failure?: string, slept?: bool}|null $reply
     *        nothing at first and after a sleep; after an `http` step the response, or `['failure' => 'timeout']`
     *        (or `connect`, `tls`, `dns`) if it could not be carried
     */
    public function advance(#[\SensitiveParameter] ?array $reply = null): Step
    {
        $body = '';
        if ($reply === null) {
            $text = $this->sleeping ? '{"slept":true}' : '';
        } elseif (isset($reply['failure']) || isset($reply['slept'])) {
            $text = Json::encode(\array_intersect_key($reply, ['failure' => 0, 'slept' => 0]), 'reply');
        } else {
            $body = $reply['body'] ?? '';
            if (!\is_string($body)) {
                throw Failure::argument("the reply's body is not a string");
            }
            $head = ['status' => $reply['status'] ?? null, 'headers' => self::pairs($reply['headers'] ?? [])];
            $text = Json::encode($head, 'reply');
        }
        try {
            $step = Json::decode(Native::flowAdvance($this->handle->id, $text, $body));
        } finally {
            if (Events::listened()) {
                $this->publish();
            }
        }
        $this->sleeping = isset($step['sleep']);
        if (isset($step['done'])) {
            return new Step(true, null, null, ($this->convert)($step['done']));
        }

        return new Step(false, $step['http'] ?? null, $step['sleep'] ?? null, null);
    }

    /** Has the library's own driver carry it to its end, as the methods of {@see Client} do at once. */
    public function run(): mixed
    {
        $this->handle->closed();
        try {
            $outcome = Native::flowRun($this->handle->id);
        } finally {
            $this->told = Events::read(Native::toldEvents());
            if (Events::listened()) {
                $this->publish();
            }
        }

        return ($this->convert)(Json::decode($outcome));
    }

    public function __get(string $name): mixed
    {
        return $name === 'events'
            ? $this->told ?? Events::read(Native::flowEvents($this->handle->id))
            : throw Failure::argument(self::class . " has no property {$name}");
    }

    public function __isset(string $name): bool
    {
        return $name === 'events';
    }

    private function publish(): void
    {
        $events = \array_slice($this->events, $this->published);
        $this->published += \count($events);
        Events::publish($events);
    }

    /**
     * Headers as pairs. They come from a server, so bytes that are no text are replaced and not refused.
     *
     * @return list<array{string, string}>
     */
    private static function pairs(mixed $headers): array
    {
        if (!\is_array($headers)) {
            throw Failure::argument("the reply's headers are not an array");
        }
        $pairs = [];
        foreach ($headers as $name => $values) {
            foreach (\is_array($values) ? $values : [$values] as $value) {
                if (!\is_string($value) && !\is_int($value)) {
                    throw Failure::argument("a header of the reply is not text");
                }
                $pairs[] = [self::text((string) $name), self::text((string) $value)];
            }
        }

        return $pairs;
    }

    private static function text(string $bytes): string
    {
        return \preg_match('//u', $bytes) === 1 ? $bytes : (string) \preg_replace('/[\x80-\xff]/', '?', $bytes);
    }

    private function __clone()
    {
    }

    /** @return array<string, mixed> */
    public function __debugInfo(): array
    {
        return [];
    }
}
