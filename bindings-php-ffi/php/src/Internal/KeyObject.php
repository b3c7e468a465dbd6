<?php

declare(strict_types=1);

namespace Ferroauth\Internal;

/**
 * What the kinds of keys share. The material itself is in the library and not in PHP.
 *
 * @internal
 */
trait KeyObject
{
    use NotSerializable;

    /** The key id. */
    public readonly ?string $kid;

    /** The algorithm that the key's source bound it to. */
    public readonly ?string $algorithm;

    private readonly Handle $handle;

    /** @internal */
    public static function of(int $key, ?string $kid = null): self
    {
        $object = (new \ReflectionClass(self::class))->newInstanceWithoutConstructor();
        $object->own(new Handle($key), $kid);

        return $object;
    }

    /** @internal */
    public function handle(): int
    {
        return $this->handle->id;
    }

    /** @return array<string, mixed> */
    public function __debugInfo(): array
    {
        return ['kid' => $this->kid, 'algorithm' => $this->algorithm, 'key' => '***'];
    }

    private function own(Handle $handle, ?string $kid): void
    {
        $this->handle = $kid === null ? $handle : new Handle(Native::keyWithKid($handle->id, $kid));
        $members = Json::decode(Native::keyDescribe($this->handle->id));
        $this->kid = $members['kid'];
        $this->algorithm = $members['algorithm'];
    }
}
