<?php

declare(strict_types=1);

namespace Ferroauth;

use Ferroauth\Internal\Handle;
use Ferroauth\Internal\Json;
use Ferroauth\Internal\Native;
use Ferroauth\Internal\NotSerializable;
use Ferroauth\Internal\Told;

/**
 * Checks JSON Web Tokens: signature and every claim, by one policy that is fixed here.
 *
 *     $verifier = new Verifier(issuer: 'https://idp.example.com', audience: 'my-api');
 *     $claims = $verifier->verify($token);
 *
 * Without a key, the issuer's published key set is used; the PHP process keeps it between requests.
 */
final class Verifier
{
    use NotSerializable;

    /** The same check, carried by the caller. */
    public readonly VerifierFlow $flow;

    private readonly Handle $handle;

    /** For what is in an encrypted token; without a decrypter the verifier itself. */
    private readonly Handle $signed;

    private readonly int $id;

    /**
     * @param string|list<string>|null       $issuer         one, several, or a template with `{tenantid}` as a segment of its path;
     *                                                       null is a check left out on purpose
     * @param string|list<string>|null       $audience       one of them must be named; null is a check left out on purpose
     * @param HmacKey|PublicKey|KeySet|null  $key            the only keys to use
     * @param list<string>|null|false        $tenants        the tenants of an issuer template; null means all of them, which needs
     *                                                       `$jwksUri` or a key; false is for other issuers
     * @param list<string>|null              $algorithms     what tokens may be signed with; needed beside a key
     * @param int|null                       $leeway         seconds of clock tolerance, 0 to 300; 0 if left out
     * @param int|null                       $maxAge         seconds since `iat` after which a token is refused
     * @param string|null                    $tokenType      the `typ` that is required, for example `at+jwt`
     * @param string|null                    $profile        the kind of token, in place of `$tokenType`: `generic` (if left out),
     *                                                       `id_token`, `access_token`, `logout_token`, `client_assertion`,
     *                                                       `introspection_response`, `security_event`
     * @param list<string>|null              $requiredClaims claims that must be there
     * @param bool|null                      $requireExp     false accepts tokens that never expire
     * @param string|null                    $jwksUri        where the key set is, for issuers without metadata
     * @param int|null                       $tokenCache     how many verified tokens are kept, so that the same ones need no second
     *                                                       verification: 0 (the default) to 100000, 4 KiB each on average; one
     *                                                       serves until its `exp`, and while the key set is the same
     * @param bool|null                      $padded         the tokens are padded with `=`, as AWS's load balancer writes them; then
     *                                                       unpadded ones are refused
     * @param Decrypter|null                 $decrypter      takes encrypted tokens alone, and verifies the signed one inside
     * @param array{now?: int}|null          $testing        a fixed clock, for tests
     */
    public function __construct(
        string|array|null $issuer,
        string|array|null $audience,
        HmacKey|PublicKey|KeySet|null $key = null,
        array|null|false $tenants = false,
        ?array $algorithms = null,
        ?int $leeway = null,
        ?int $maxAge = null,
        ?string $tokenType = null,
        ?string $profile = null,
        ?array $requiredClaims = null,
        ?bool $requireExp = null,
        ?string $jwksUri = null,
        ?NetworkOptions $network = null,
        ?int $tokenCache = null,
        ?bool $padded = null,
        ?Decrypter $decrypter = null,
        ?array $testing = null,
    ) {
        $config = \array_filter([
            'algorithms' => $algorithms,
            'leeway' => $leeway,
            'max_age' => $maxAge,
            'token_type' => $tokenType,
            'profile' => $profile,
            'required_claims' => $requiredClaims,
            'require_exp' => $requireExp,
            'jwks_uri' => $jwksUri,
            'network' => NetworkOptions::members($network),
            'token_cache' => $tokenCache,
            'padded' => $padded,
            'testing' => $testing,
        ], static fn (mixed $value): bool => $value !== null);
        $decided = ['issuer' => $issuer, 'audience' => $audience] + ($tenants === false ? [] : ['tenants' => $tenants]);
        $config = Json::encode($decided + $config, 'options');
        $this->handle = new Handle(Native::verifierNew($config, $key?->handle() ?? 0, $decrypter?->handle() ?? 0));
        $this->signed = $decrypter === null ? $this->handle : new Handle(Native::verifierSignedOnly($this->handle->id));
        $this->id = $this->signed->id;
        $this->flow = new VerifierFlow($this->signed, $decrypter === null ? null : $this->handle);
    }

    /**
     * The claims of a token, or an exception. Fetches the issuer's keys when it must.
     *
     * @param string|null $nonce                of an ID token: the nonce that was sent; one with a nonce is refused where none is given
     * @param string|null $accessToken          the access token that came along: `at_hash` must match it where present
     * @param string|null $code                 the authorization code that came along: `c_hash` must match it where present
     * @param int|null    $maxAuthenticationAge seconds since `auth_time`, which must then be there
     */
    public function verify(
        #[\SensitiveParameter] string $token,
        #[\SensitiveParameter] ?string $nonce = null,
        #[\SensitiveParameter] ?string $accessToken = null,
        #[\SensitiveParameter] ?string $code = null,
        ?int $maxAuthenticationAge = null,
    ): Claims {
        $token = $this->flow->opened($token);
        $known = VerifierFlow::known($nonce, $accessToken, $code, $maxAuthenticationAge);

        return Events::listened() ? Told::by(fn (): Claims => $this->claims($token, $known, true)) : $this->claims($token, $known, true);
    }

    /** The same without the network: a KeySetNotLoadedException when keys would have to be fetched. */
    public function verifyNow(
        #[\SensitiveParameter] string $token,
        #[\SensitiveParameter] ?string $nonce = null,
        #[\SensitiveParameter] ?string $accessToken = null,
        #[\SensitiveParameter] ?string $code = null,
        ?int $maxAuthenticationAge = null,
    ): Claims {
        $token = $this->flow->opened($token);
        $known = VerifierFlow::known($nonce, $accessToken, $code, $maxAuthenticationAge);

        return $this->claims($token, $known, false);
    }

    private function claims(#[\SensitiveParameter] string $token, #[\SensitiveParameter] ?string $known, bool $mayFetch): Claims
    {
        $claims = $known === null
            ? Native::verify($this->id, $token, $mayFetch)
            : Native::verifierVerifyExpecting($this->id, \substr($token, 0, VerifierFlow::ENOUGH), $known, $mayFetch);

        return new Claims($claims, (string) \strstr($token, '.', true));
    }

    /** Reads a token without checking anything but its form. Never base a decision on it. */
    public static function decodeUnverified(#[\SensitiveParameter] string $token): UnverifiedToken
    {
        return new UnverifiedToken($token);
    }

    /** The cached key set as JSON text, to hand to another process, or null. */
    public function exportKeys(): ?string
    {
        $keys = Native::verifierExportKeys($this->id);

        return $keys === '' ? null : $keys;
    }

    /** Takes over what {@see Verifier::exportKeys()} returned. */
    public function importKeys(string $keys): void
    {
        Native::verifierImportKeys($this->id, $keys);
    }

    /**
     * Moves the clock of a verifier that was built with `testing`.
     *
     * @internal
     */
    public function setTestingClock(int $now): void
    {
        Native::verifierSetTestingClock($this->id, $now);
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
