<?php

declare(strict_types=1);

namespace Ferroauth;

use Ferroauth\Internal\Handle;
use Ferroauth\Internal\Json;
use Ferroauth\Internal\Native;
use Ferroauth\Internal\NotSerializable;

/**
 * An OAuth client at one provider: logs users in, obtains tokens, asks about them.
 *
 * Immutable. The library builds a client of the same configuration once per PHP process, so that making one on
 * each request is cheap and key sets and connections live on.
 */
final class Client
{
    use NotSerializable;

    /** The same operations, carried by the caller. */
    public readonly ClientFlow $flow;

    public readonly string $clientId;

    /** The thumbprint of the client's certificate, as bound tokens have it in `cnf` (`x5t#S256`). */
    public readonly ?string $certificateThumbprint;

    private readonly Handle $handle;

    private readonly bool $hasSecret;

    /**
     * @param string|null       $authenticationMethod `client_secret_basic`, `client_secret_post`, `client_secret_jwt`,
     *        `private_key_jwt`, `tls_client_auth`, `self_signed_tls_client_auth`, `civi_connect` or `none`; what fits the
     *        credentials and is among what the provider announces if left out
     * @param PrivateKey|null   $assertionKey         signs the assertions of `private_key_jwt`, and what `civi_connect` sends
     * @param string|null       $assertionAlgorithm   the key's own if left out
     * @param string|null       $assertionAudience    `issuer`, or `token_endpoint` for providers that accept nothing else
     * @param string|null       $certificate          the client's TLS certificate in PEM, its chain after it
     * @param string|null       $certificateKey       its private key in PEM
     * @param int|null          $leeway               seconds of clock tolerance for ID tokens, 0 to 300
     * @param list<string>|null $idTokenAlgorithms    what ID tokens may be signed with
     * @param int|null          $pendingLifetime      seconds that the user has to log in; 600 if left out
     * @param array{now?: int, entropy?: string}|null $testing a fixed clock and seed, for tests
     */
    public function __construct(
        Service $service,
        string $clientId,
        #[\SensitiveParameter] ?string $clientSecret = null,
        ?string $redirectUri = null,
        ?string $authenticationMethod = null,
        ?PrivateKey $assertionKey = null,
        ?string $assertionAlgorithm = null,
        ?string $assertionAudience = null,
        ?string $certificate = null,
        #[\SensitiveParameter] ?string $certificateKey = null,
        ?int $leeway = null,
        ?array $idTokenAlgorithms = null,
        ?int $pendingLifetime = null,
        ?array $testing = null,
    ) {
        $this->handle = new Handle(Native::clientNew($service->handle(), Json::options([
            'client_id' => $clientId,
            'client_secret' => $clientSecret,
            'redirect_uri' => $redirectUri,
            'authentication_method' => $authenticationMethod,
            'assertion_algorithm' => $assertionAlgorithm,
            'assertion_audience' => $assertionAudience,
            'certificate' => $certificate,
            'certificate_key' => $certificateKey,
            'leeway' => $leeway,
            'id_token_algorithms' => $idTokenAlgorithms,
            'pending_lifetime' => $pendingLifetime,
            'testing' => $testing,
        ]), Json::options(['assertion_key' => $assertionKey?->handle()])));
        // Both follow from a key, and only then.
        $described = $assertionKey === null && $certificate === null ? [] : Json::decode(Native::clientDescribe($this->handle->id));
        $this->clientId = $described['client_id'] ?? $clientId;
        $this->certificateThumbprint = $described['certificate_thumbprint'] ?? null;
        $this->hasSecret = $clientSecret !== null;
        $this->flow = new ClientFlow($this->handle);
    }

    /**
     * Begins a login: PKCE, state and nonce always. No network.
     *
     * @param list<string>|null          $scopes
     * @param array<string, string>|null $parameters further parameters of the authorization request
     * @param string|null                $returnTo   path on this site to send the user to afterwards
     */
    public function beginAuthorization(
        ?array $scopes = null,
        ?array $parameters = null,
        ?string $returnTo = null,
    ): PendingAuthorization {
        $options = Json::options([
            'scopes' => $scopes,
            'parameters' => $parameters === [] ? null : $parameters,
            'return_to' => $returnTo,
        ]);

        return PendingAuthorization::of(Native::clientBeginAuthorization($this->handle->id, $options));
    }

    /** Opens what {@see PendingAuthorization::seal()} returned. The key is 32 bytes or a Keyring. */
    public function openPending(
        #[\SensitiveParameter] string $sealed,
        #[\SensitiveParameter] string|Keyring $key,
    ): PendingAuthorization {
        $ring = Keyring::from($key);

        return PendingAuthorization::of(Native::clientOpenPending($this->handle->id, $sealed, $ring->handle()));
    }

    /**
     * Checks the callback, exchanges the code and verifies the ID token.
     *
     * @param string|array<string, mixed> $callback the callback's URL, `$_SERVER['REQUEST_URI']`, or its
     *        parameters. Prefer the URL: PHP's `$_GET` hides repeated parameters.
     */
    public function finishAuthorization(
        PendingAuthorization $pending,
        #[\SensitiveParameter] string|array $callback,
    ): TokenSet {
        $id = $this->handle->id;

        return self::tokens(\is_string($callback)
            ? Native::clientRun(Native::FINISH_URL, $id, $pending->handle(), $callback)
            : Native::clientRun(Native::FINISH_PARAMETERS, $id, $pending->handle(), ClientFlow::pairs($callback)));
    }

    /**
     * Exchanges a refresh token for new tokens.
     *
     * @param list<string>|null $scopes fewer scopes than were granted
     */
    public function refresh(#[\SensitiveParameter] string $refreshToken, ?array $scopes = null): TokenSet
    {
        $options = Json::options(['scopes' => $scopes]);

        return self::tokens(Native::clientRun(Native::REFRESH, $this->handle->id, 0, $refreshToken, $options));
    }

    /**
     * Obtains a token for the client itself.
     *
     * @param list<string>|null $scopes
     */
    public function clientCredentials(?array $scopes = null): TokenSet
    {
        $options = Json::options(['scopes' => $scopes]);

        return self::tokens(Native::clientRun(Native::OPERATION, $this->handle->id, 0, 'client_credentials', $options));
    }

    /** Asks the provider about a token, RFC 7662. */
    public function introspect(#[\SensitiveParameter] string $token, ?string $tokenTypeHint = null): Introspection
    {
        $options = Json::options(['token_type_hint' => $tokenTypeHint]);

        return new Introspection(Json::decode(Native::clientRun(Native::INTROSPECT, $this->handle->id, 0, $token, $options)));
    }

    /** Revokes a token, RFC 7009. */
    public function revoke(#[\SensitiveParameter] string $token, ?string $tokenTypeHint = null): void
    {
        $options = Json::options(['token_type_hint' => $tokenTypeHint]);
        Native::clientRun(Native::REVOKE, $this->handle->id, 0, $token, $options);
    }

    /**
     * The user's claims; with a subject, refused when they are about somebody else.
     *
     * @return array<string, mixed>
     */
    public function userinfo(#[\SensitiveParameter] string $accessToken, ?string $subject = null): array
    {
        $options = Json::options(['subject' => $subject]);

        return Json::decode(Native::clientRun(Native::USERINFO, $this->handle->id, 0, $accessToken, $options));
    }

    private static function tokens(#[\SensitiveParameter] string $outcome): TokenSet
    {
        return new TokenSet(Json::decode($outcome));
    }

    /** @return array<string, mixed> */
    public function __debugInfo(): array
    {
        return ['clientId' => $this->clientId, 'clientSecret' => $this->hasSecret ? '***' : null];
    }
}
