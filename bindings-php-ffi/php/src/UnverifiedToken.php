<?php

declare(strict_types=1);

namespace Ferroauth;

use Ferroauth\Internal\Json;
use Ferroauth\Internal\Native;
use Ferroauth\Internal\NotSerializable;

/** The parts of a token that nobody checked. Never base a decision on them. */
final class UnverifiedToken
{
    use NotSerializable;

    /** More than any token may have; what follows need not be looked at. */
    private const ENOUGH = 65537;

    /** @var array<string, mixed> */
    public readonly array $header;

    public readonly Claims $claims;

    /** @internal use {@see Verifier::decodeUnverified()} */
    public function __construct(#[\SensitiveParameter] string $token)
    {
        $decoded = Json::decode(Native::decodeUnverified(\substr($token, 0, self::ENOUGH)));
        $this->header = Json::decode($decoded['header']);
        $this->claims = new Claims($decoded['claims'], (string) \strstr($token, '.', true));
    }
}
