<?php

declare(strict_types=1);

namespace Ferroauth;

use Ferroauth\Internal\Json;
use Ferroauth\Internal\Native;

/** Verifies DPoP proofs (RFC 9449) for a resource server or an authorization server. */
final class DpopVerifier
{
    private readonly string $config;

    /**
     * @param list<string>|null      $algorithms every asymmetric one if left out
     * @param int|null               $maxAge     how old a proof may be by `iat`, 1 to 300 seconds; 60 if left out
     * @param int|null               $leeway     clock tolerance, 0 to 300 seconds; 30 if left out, because proofs are dated by the
     *                                           clocks of clients
     * @param array{now?: int}|null  $testing    a fixed clock, for tests
     */
    public function __construct(?array $algorithms = null, ?int $maxAge = null, ?int $leeway = null, ?array $testing = null)
    {
        $config = \array_filter([
            'algorithms' => $algorithms,
            'max_age' => $maxAge,
            'leeway' => $leeway,
            'testing' => $testing,
        ], static fn (mixed $value): bool => $value !== null);
        $this->config = Json::encode((object) $config, 'options');
        Native::dpopConfigure($this->config);
    }

    /**
     * Verifies a proof against the request that carried it.
     *
     * @param string      $url         absolute; query and fragment do not count
     * @param string|null $accessToken the access token of the request: the proof's `ath` must then be its hash
     * @param string|null $nonce       the nonce that this server handed out
     * @param string|null $thumbprint  the thumbprint that the access token is bound to (`cnf.jkt`)
     */
    public function verify(
        #[\SensitiveParameter] string $proof,
        string $method,
        string $url,
        #[\SensitiveParameter] ?string $accessToken = null,
        #[\SensitiveParameter] ?string $nonce = null,
        ?string $thumbprint = null,
    ): DpopProof {
        $request = \array_filter([
            'method' => $method,
            'url' => $url,
            'access_token' => $accessToken,
            'nonce' => $nonce,
            'thumbprint' => $thumbprint,
        ], static fn (?string $value): bool => $value !== null);
        $proof = \substr($proof, 0, VerifierFlow::ENOUGH);

        return new DpopProof($proof, Native::dpopVerify($this->config, $proof, Json::encode($request, 'the request')));
    }
}
