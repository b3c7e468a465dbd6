<?php

declare(strict_types=1);

namespace Ferroauth;

use Ferroauth\Internal\Handle;
use Ferroauth\Internal\Json;
use Ferroauth\Internal\KeyObject;
use Ferroauth\Internal\Native;

/**
 * A shared secret, at least as long as the hash. Whatever looks like an asymmetric key, a certificate or a JWK is
 * refused: a published key is no secret.
 */
final class HmacKey
{
    use KeyObject;

    public function __construct(#[\SensitiveParameter] string $secret, ?string $kid = null)
    {
        $this->own(new Handle(Native::keyHmac($secret)), $kid);
    }

    /**
     * The secret of an issuer that signs with a too short one and cannot be changed, such as Frappe: at least eight
     * bytes. It verifies and never signs.
     */
    public static function legacy(#[\SensitiveParameter] string $secret, ?string $kid = null): self
    {
        return self::of(Native::keyHmacLegacy($secret), $kid);
    }

    /**
     * From a JWK of type `oct`.
     *
     * @param string|array<string, mixed> $jwk
     */
    public static function fromJwk(#[\SensitiveParameter] string|array $jwk, ?string $kid = null): self
    {
        return self::of(Native::keyHmacFromJwk(Json::document($jwk, 'jwk')), $kid);
    }

    /** A new secret for HS256, HS384 or HS512, as long as the hash. */
    public static function generate(string $algorithm, ?string $kid = null): self
    {
        return self::of(Native::keyGenerateSecret($algorithm), $kid);
    }

    /**
     * The key as a JWK. This is the secret itself.
     *
     * @return array<string, mixed>
     */
    public function toJwk(): array
    {
        return Json::decode(Native::keyPrivateJwk($this->handle->id));
    }
}
