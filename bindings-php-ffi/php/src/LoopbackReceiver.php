<?php

declare(strict_types=1);

namespace Ferroauth;

use Ferroauth\Internal\Handle;
use Ferroauth\Internal\Json;
use Ferroauth\Internal\Native;
use Ferroauth\Internal\NotSerializable;

/**
 * A server on this machine that takes the authorization response from the user's browser (RFC 8252 section 7.3), for
 * programs of the command line.
 *
 * It answers its own address and path alone, shows the user a fixed page, and is gone after the response it waited for, or
 * when nobody holds it any more, nor a flow of it.
 */
final class LoopbackReceiver
{
    use NotSerializable;

    /** The same, carried by the caller. */
    public readonly LoopbackReceiverFlow $flow;

    /** To register, and to give to the client. */
    public readonly string $redirectUri;

    public readonly int $port;

    private readonly Handle $handle;

    /**
     * @param int    $port 0 for a free one
     * @param string $host `127.0.0.1`, `::1`, or `localhost`, which listens on both; RFC 8252 section 8.3 advises against that
     */
    public function __construct(int $port = 0, string $path = '/callback', string $host = '127.0.0.1')
    {
        $this->handle = new Handle(Native::loopbackOpen(Json::encode(['port' => $port, 'path' => $path, 'host' => $host], 'options')));
        $this->redirectUri = Native::loopbackUri($this->handle->id);
        $this->port = Native::loopbackPort($this->handle->id);
        $this->flow = new LoopbackReceiverFlow($this->handle);
    }

    /**
     * Waits for one authorization response, closes, and returns what {@see Client::finishAuthorization()} takes.
     *
     * @param string|null $state that of the pending authorization: responses to other requests are then refused and waited past
     * @param float|null  $timeout seconds; 300 if left out
     */
    public function receive(#[\SensitiveParameter] ?string $state = null, ?float $timeout = null): string
    {
        return $this->flow->receive($state, $timeout)->run();
    }

    /**
     * Redirects every request to a URL, its query kept, until the time is over; returns how many there were. Without a time it
     * goes on until the program is ended.
     */
    public function forward(string $to, ?float $timeout = null): int
    {
        return $this->flow->forward($to, $timeout)->run();
    }

    /** Stops listening. */
    public function close(): void
    {
        Native::loopbackClose($this->handle->id);
    }

    private function __clone()
    {
    }

    /** @return array<string, string> */
    public function __debugInfo(): array
    {
        return ['redirectUri' => $this->redirectUri];
    }
}
