<?php

declare(strict_types=1);

namespace Ferroauth;

use Ferroauth\Internal\Handle;
use Ferroauth\Internal\Native;
use Ferroauth\Internal\NotSerializable;

/** The check of a token as a flow that the caller carries. */
final class VerifierFlow
{
    use NotSerializable;

    /** More than any token may have; what follows need not be looked at. */
    private const ENOUGH = 65537;

    /** @internal use {@see Verifier::$flow} */
    public function __construct(private readonly Handle $verifier)
    {
    }

    /** The flow of {@see Verifier::verify()}; its result is {@see Claims}. */
    public function verify(#[\SensitiveParameter] string $token): Flow
    {
        $header = (string) \strstr($token, '.', true);

        return new Flow(
            new Handle(Native::verifierVerifyFlow($this->verifier->id, \substr($token, 0, self::ENOUGH))),
            static fn (array $outcome): Claims => new Claims($outcome['claims'], $header),
        );
    }

    /** @return array<string, mixed> */
    public function __debugInfo(): array
    {
        return [];
    }
}
