<?php

declare(strict_types=1);

namespace Ferroauth;

use Ferroauth\Internal\Failure;
use Ferroauth\Internal\Handle;
use Ferroauth\Internal\Json;
use Ferroauth\Internal\Native;
use Ferroauth\Internal\NotSerializable;

/** Keys that seal pending authorizations: the first seals, all open, so that keys can be rotated. */
final class Keyring
{
    use NotSerializable;

    private readonly Handle $handle;

    /** @param string|list<string> $keys each one 32 bytes, for example of random_bytes(32) */
    public function __construct(#[\SensitiveParameter] string|array $keys)
    {
        $encoded = [];
        foreach (\is_string($keys) ? [$keys] : $keys as $key) {
            if (!\is_string($key)) {
                throw Failure::argument('a key is not a string of bytes');
            }
            $encoded[] = \bin2hex($key);
        }
        $this->handle = new Handle(Native::keyringNew(Json::encode($encoded, 'keys')));
    }

    /** A keyring as it is, or 32 bytes as a keyring of their own. */
    public static function from(#[\SensitiveParameter] string|self $key): self
    {
        return \is_string($key) ? new self($key) : $key;
    }

    /** @internal */
    public function handle(): int
    {
        return $this->handle->id;
    }

    /** @return array<string, mixed> */
    public function __debugInfo(): array
    {
        return ['keys' => '***'];
    }
}
