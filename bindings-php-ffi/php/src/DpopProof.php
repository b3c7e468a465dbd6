<?php

declare(strict_types=1);

namespace Ferroauth;

use Ferroauth\Internal\Json;
use Ferroauth\Internal\NotSerializable;

/** A DPoP proof that passed. Its `jti` is still to be remembered for as long as the proof is young enough. */
final class DpopProof
{
    use NotSerializable;

    public readonly Claims $claims;

    /** The thumbprint of the proof's key: what `cnf.jkt` of an access token names. */
    public readonly string $thumbprint;

    /** @internal use {@see DpopVerifier} */
    public function __construct(#[\SensitiveParameter] string $proof, string $reply)
    {
        $parts = Json::decode($reply);
        $this->claims = new Claims($parts['claims'], (string) \strstr($proof, '.', true));
        $this->thumbprint = $parts['thumbprint'];
    }
}
