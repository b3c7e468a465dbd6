<?php

declare(strict_types=1);

namespace Ferroauth;

use Ferroauth\Internal\Handle;
use Ferroauth\Internal\Json;
use Ferroauth\Internal\Native;
use Ferroauth\Internal\NotSerializable;

/** Decrypts tokens. Several keys serve for rotation: a token's key id chooses among them. */
final class Decrypter
{
    use NotSerializable;

    private readonly Handle $handle;

    /**
     * @param EncryptionKey|list<EncryptionKey> $key
     * @param list<string>|null                 $algorithms         those that the keys are bound to if left out
     * @param list<string>|null                 $encryptions        to be named, unless every key is bound to one
     * @param int|null                          $pbes2MaxIterations switches the PBES2 algorithms on: the most iterations that a
     *                                                              token may ask for, up to 1200000
     * @param int|null                          $maxToken           bytes of the largest token: 65536, at most 1048576
     */
    public function __construct(
        EncryptionKey|array $key,
        ?array $algorithms = null,
        ?array $encryptions = null,
        ?int $pbes2MaxIterations = null,
        ?int $maxToken = null,
    ) {
        $config = Json::options([
            'algorithms' => $algorithms,
            'encryptions' => $encryptions,
            'pbes2_max_iterations' => $pbes2MaxIterations,
            'max_token' => $maxToken,
        ]);
        $this->handle = new Handle(Native::decrypterNew(EncryptionKey::handles($key), $config));
    }

    /** A compact token, decrypted. */
    public function decrypt(string $token): Decrypted
    {
        return new Decrypted(Native::decrypterDecrypt($this->handle->id, $token));
    }

    /**
     * A token of the JSON serialization, as text or decoded, decrypted.
     *
     * @param string|array<string, mixed> $token
     */
    public function decryptJson(string|array $token): Decrypted
    {
        return new Decrypted(Native::decrypterDecryptJson($this->handle->id, Json::document($token, 'token')));
    }

    /** @internal */
    public function handle(): int
    {
        return $this->handle->id;
    }

    /** @return array<string, mixed> */
    public function __debugInfo(): array
    {
        return [];
    }
}
