<?php

declare(strict_types=1);

namespace Ferroauth;

use Ferroauth\Internal\Handle;
use Ferroauth\Internal\HasSecrets;
use Ferroauth\Internal\Json;
use Ferroauth\Internal\Native;
use Ferroauth\Internal\Secrets;

/**
 * An authorization that was begun: send the browser to the URL, keep the rest, sealed, for the callback.
 *
 * @property-read string $url   where to send the browser; empty after opening a sealed one
 * @property-read string $state the state that the callback must carry
 * @property-read list<Event> $events that it was begun; empty for one that was sealed and opened again
 */
final class PendingAuthorization
{
    use HasSecrets {
        __get as private secret;
        __isset as private hasSecret;
    }

    /** When the request expires, seconds since the epoch. */
    public readonly int $expiresAt;

    /** The path that was given as `returnTo`. */
    public readonly ?string $returnTo;

    /** Until when the URL of a pushed request is good, seconds since the epoch. */
    public readonly ?int $urlExpiresAt;

    /** With the response mode `web_message`: the origin that the message comes from. */
    public readonly ?string $responseOrigin;

    /** With the response mode `web_message`: where the page that took the message goes on. */
    public readonly ?string $continueUrl;

    private function __construct(private readonly Handle $handle)
    {
        $members = Json::decode(Native::pendingDescribe($handle->id));
        $this->secrets = new Secrets(['url' => $members['url'], 'state' => $members['state']]);
        $this->expiresAt = $members['expires_at'];
        $this->returnTo = $members['return_to'];
        $this->urlExpiresAt = $members['url_expires_at'];
        $this->responseOrigin = $members['response_origin'];
        $this->continueUrl = $members['continue_url'];
    }

    public function __get(string $name): mixed
    {
        return $name === 'events' ? Events::read(Native::pendingEvents($this->handle->id)) : $this->secret($name);
    }

    public function __isset(string $name): bool
    {
        return $name === 'events' || $this->hasSecret($name);
    }

    /** An encrypted text for the user's session. The key is 32 bytes or a Keyring. */
    public function seal(#[\SensitiveParameter] string|Keyring $key): string
    {
        $ring = Keyring::from($key);

        return Native::pendingSeal($this->handle->id, $ring->handle());
    }

    /** @internal */
    public static function of(int $handle): self
    {
        return new self(new Handle($handle));
    }

    /** @internal */
    public function handle(): int
    {
        return $this->handle->id;
    }
}
