<?php

declare(strict_types=1);

namespace Ferroauth;

use Ferroauth\Internal\HasSecrets;
use Ferroauth\Internal\Json;
use Ferroauth\Internal\Secrets;

/**
 * A token that was decrypted. Decrypting does not tell who made it. The content is read by name only: neither var_dump nor
 * json_encode shows it.
 *
 * @property-read string $plaintext the content
 */
final class Decrypted
{
    use HasSecrets;

    /** @var array<string, mixed> the protected header */
    public readonly array $header;

    /** @var array<string, mixed>|null the header parameters that nobody protects, of a token in JSON */
    public readonly ?array $unprotected;

    /** The additional data that the token carries and protects. */
    public readonly ?string $aad;

    /** @internal */
    public function __construct(#[\SensitiveParameter] string $json)
    {
        $members = Json::decode($json);
        $this->secrets = new Secrets(['plaintext' => self::decoded($members['plaintext'])]);
        $this->header = $members['header'];
        $this->unprotected = $members['unprotected'];
        $this->aad = $members['aad'] === null ? null : self::decoded($members['aad']);
    }

    private static function decoded(string $text): string
    {
        return (string) \base64_decode(\strtr($text, '-_', '+/'));
    }
}
