<?php

declare(strict_types=1);

namespace Ferroauth;

use Ferroauth\Internal\Failure;
use Ferroauth\Internal\Handle;
use Ferroauth\Internal\Json;
use Ferroauth\Internal\Native;
use Ferroauth\Internal\NotSerializable;

/** Signs JSON Web Tokens. */
final class Signer
{
    use NotSerializable;

    private readonly Handle $handle;

    /**
     * @param PrivateKey|HmacKey|PublicKey $key a public key is refused, with `key.private_required`
     * @param string|null                  $kid the header's key id; the key's own if left out
     * @param string|null                  $typ the header's type
     * @param array{now?: int}|null        $testing a fixed clock, for tests
     */
    public function __construct(
        PrivateKey|HmacKey|PublicKey $key,
        string $algorithm,
        ?string $kid = null,
        ?string $typ = null,
        ?array $testing = null,
    ) {
        $config = Json::options(['algorithm' => $algorithm, 'kid' => $kid, 'typ' => $typ, 'testing' => $testing]);
        $this->handle = new Handle(Native::signerNew($key->handle(), $config));
    }

    /**
     * A compact token; `iat` is added, and `exp` when there is a lifetime.
     *
     * @param array<string, mixed>|object $claims
     * @param int|null                    $lifetime seconds
     */
    public function sign(array|object $claims, ?int $lifetime = null): string
    {
        if ($lifetime !== null && $lifetime < 0) {
            throw Failure::argument('the lifetime is negative');
        }
        $json = Json::encode($claims === [] ? new \stdClass() : $claims, 'claims');

        return Native::signerSign($this->handle->id, $json, $lifetime ?? -1);
    }

    /** @return array<string, mixed> */
    public function __debugInfo(): array
    {
        return [];
    }
}
