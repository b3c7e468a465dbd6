<?php

declare(strict_types=1);

namespace Ferroauth;

use Ferroauth\Internal\Handle;
use Ferroauth\Internal\Json;
use Ferroauth\Internal\Native;
use Ferroauth\Internal\NotSerializable;

/** The check of a token as a flow that the caller carries. */
final class VerifierFlow
{
    use NotSerializable;

    /**
     * More than any token may have; what follows need not be looked at.
     *
     * @internal
     */
    public const ENOUGH = 65537;

    private const ENOUGH_ENCRYPTED = 1_048_577;

    /** @internal use {@see Verifier::$flow} */
    public function __construct(private readonly Handle $verifier, private readonly ?Handle $opener = null)
    {
    }

    /**
     * The signed token of an encrypted one; without a decrypter the token itself.
     *
     * @internal
     */
    public function opened(#[\SensitiveParameter] string $token): string
    {
        return $this->opener === null ? $token : Native::verifierOpened($this->opener->id, \substr($token, 0, self::ENOUGH_ENCRYPTED));
    }

    /** The flow of {@see Verifier::verify()}; its result is {@see Claims}. */
    public function verify(
        #[\SensitiveParameter] string $token,
        #[\SensitiveParameter] ?string $nonce = null,
        #[\SensitiveParameter] ?string $accessToken = null,
        #[\SensitiveParameter] ?string $code = null,
        ?int $maxAuthenticationAge = null,
    ): Flow {
        $token = $this->opened($token);
        $header = (string) \strstr($token, '.', true);
        $known = self::known($nonce, $accessToken, $code, $maxAuthenticationAge);
        $token = \substr($token, 0, self::ENOUGH);

        return new Flow(
            new Handle(
                $known === null
                    ? Native::verifierVerifyFlow($this->verifier->id, $token)
                    : Native::verifierVerifyExpectingFlow($this->verifier->id, $token, $known),
            ),
            static fn (array $outcome): Claims => new Claims($outcome['claims'], $header),
        );
    }

    /**
     * What is known of one token as JSON, or null where nothing is.
     *
     * @internal
     */
    public static function known(
        #[\SensitiveParameter] ?string $nonce,
        #[\SensitiveParameter] ?string $accessToken,
        #[\SensitiveParameter] ?string $code,
        ?int $maxAuthenticationAge,
    ): ?string {
        if ($nonce === null && $accessToken === null && $code === null && $maxAuthenticationAge === null) {
            return null;
        }

        return Json::encode(\array_filter([
            'nonce' => $nonce,
            'access_token' => $accessToken,
            'code' => $code,
            'max_authentication_age' => $maxAuthenticationAge,
        ], static fn (mixed $value): bool => $value !== null), 'what is known of the token');
    }

    /** @return array<string, mixed> */
    public function __debugInfo(): array
    {
        return [];
    }
}
