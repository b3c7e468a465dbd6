<?php

declare(strict_types=1);

namespace Ferroauth;

use Ferroauth\Internal\Handle;
use Ferroauth\Internal\Json;
use Ferroauth\Internal\Native;
use Ferroauth\Internal\NotSerializable;

/** A JWK set (RFC 7517). Members that cannot be used are skipped; a set without any usable one is refused. */
final class KeySet implements \Countable, \JsonSerializable
{
    use NotSerializable;

    private function __construct(private readonly Handle $handle)
    {
    }

    /**
     * From JSON text or the decoded set.
     *
     * @param string|array<string, mixed> $json
     */
    public static function fromJson(#[\SensitiveParameter] string|array $json): self
    {
        return new self(new Handle(Native::keySetFromJson(Json::document($json, 'json'))));
    }

    /**
     * A set of one's own keys: to verify with, or to publish. Of private keys the public half is taken.
     *
     * @param list<PublicKey|PrivateKey|HmacKey> $keys
     */
    public static function fromKeys(array $keys): self
    {
        $handles = \array_map(static fn (PublicKey|PrivateKey|HmacKey $key): int => $key->handle(), \array_values($keys));

        return new self(new Handle(Native::keySetFromKeys(Json::encode($handles, 'keys'))));
    }

    /** How many keys can be used. */
    public function count(): int
    {
        return Native::keySetSize($this->handle->id);
    }

    /** The set as it may be published: public members only. */
    public function toJson(): string
    {
        return Native::keySetToJson($this->handle->id);
    }

    /** @return array<string, mixed> */
    public function jsonSerialize(): array
    {
        return Json::decode($this->toJson());
    }

    /** @internal */
    public function handle(): int
    {
        return $this->handle->id;
    }

    /** @return array<string, mixed> */
    public function __debugInfo(): array
    {
        return ['keys' => $this->count()];
    }
}
