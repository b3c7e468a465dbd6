<?php

declare(strict_types=1);

namespace Ferroauth;

use Ferroauth\Internal\Handle;
use Ferroauth\Internal\Json;
use Ferroauth\Internal\Native;
use Ferroauth\Internal\NotSerializable;

/** Encrypts for one key or, as JSON, for several. */
final class Encrypter
{
    use NotSerializable;

    private readonly Handle $handle;

    /**
     * @param EncryptionKey|list<EncryptionKey> $key
     * @param string|null                       $encryption      `A256GCM` if left out, or what a key for direct use is bound to
     * @param string|null                       $typ             the header's type
     * @param string|null                       $apu             who sends, for ECDH-ES (RFC 7518 section 4.6.1)
     * @param string|null                       $apv             who receives, for ECDH-ES
     * @param int|null                          $pbes2Iterations switches the PBES2 algorithms on: 1000 to 1200000
     * @param int|null                          $maxToken        bytes of the largest token: 65536, at most 1048576
     * @param array{entropy?: string}|null      $testing         a fixed seed, for tests
     */
    public function __construct(
        EncryptionKey|array $key,
        ?string $encryption = null,
        ?string $typ = null,
        ?string $apu = null,
        ?string $apv = null,
        ?int $pbes2Iterations = null,
        ?int $maxToken = null,
        ?array $testing = null,
    ) {
        $config = Json::options([
            'encryption' => $encryption,
            'typ' => $typ,
            'apu' => $apu === null ? null : self::encoded($apu),
            'apv' => $apv === null ? null : self::encoded($apv),
            'pbes2_iterations' => $pbes2Iterations,
            'max_token' => $maxToken,
            'testing' => $testing,
        ]);
        $this->handle = new Handle(Native::encrypterNew(EncryptionKey::handles($key), $config));
    }

    /** A compact token. The content type is `JWT` for a signed token. */
    public function encrypt(#[\SensitiveParameter] string $plaintext, ?string $contentType = null): string
    {
        return Native::encrypterEncrypt($this->handle->id, $plaintext, $contentType ?? '');
    }

    /**
     * A token of the JSON serialization, as text: flattened for one key, general for several. `$aad` is carried in plain sight
     * and protected against changes.
     */
    public function encryptJson(#[\SensitiveParameter] string $plaintext, ?string $contentType = null, ?string $aad = null): string
    {
        return Native::encrypterEncryptJson($this->handle->id, $plaintext, $contentType ?? '', $aad ?? '');
    }

    /** @return array<string, mixed> */
    public function __debugInfo(): array
    {
        return [];
    }

    private static function encoded(string $bytes): string
    {
        return \rtrim(\strtr(\base64_encode($bytes), '+/', '-_'), '=');
    }
}
