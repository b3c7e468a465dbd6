<?php

declare(strict_types=1);

namespace Ferroauth;

use Ferroauth\Internal\Grants;
use Ferroauth\Internal\Handle;
use Ferroauth\Internal\Json;
use Ferroauth\Internal\Logouts;
use Ferroauth\Internal\Native;
use Ferroauth\Internal\NotSerializable;
use Ferroauth\Internal\Told;

/**
 * An OAuth client at one provider: logs users in, obtains tokens, asks about them.
 *
 * Immutable. The library builds a client of the same configuration once per PHP process, so that making one on
 * each request is cheap and key sets and connections live on.
 */
final class Client
{
    use Grants;
    use Logouts;
    use NotSerializable;

    /** The same operations, carried by the caller. */
    public readonly ClientFlow $flow;

    public readonly string $clientId;

    /** The thumbprint of the client's certificate, as bound tokens have it in `cnf` (`x5t#S256`). */
    public readonly ?string $certificateThumbprint;

    /** The key that the client's tokens are bound to, to be kept where they are kept; null without DPoP. */
    public readonly ?PrivateKey $dpopKey;

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
     * @param bool|null         $dpop                 binds tokens to a key (RFC 9449); without a `dpopKey` one is made, see {@see Client::$dpopKey}:
     *                                                give one wherever several processes serve a login
     * @param PrivateKey|null   $requestObjectKey     signs authorization requests (RFC 9101)
     * @param array{alg: string, enc: string}|null $requestObjectEncryption encrypts the signed requests for a key of the provider's
     *                                                set that has `use: enc`: RSA-OAEP or ECDH-ES; {@see loadKeys()} goes before
     *                                                {@see beginAuthorization()} then
     * @param list<string>|null $authorizationResponseAlgorithms what authorization responses may be signed with, in the signed modes
     * @param int|null          $leeway               seconds of clock tolerance for ID tokens, 0 to 300
     * @param list<string>|null $idTokenAlgorithms    what ID tokens may be signed with
     * @param list<string>|null $userinfoAlgorithms      userinfo must be signed, with one of these
     * @param list<string>|null $introspectionAlgorithms introspection replies must be signed (RFC 9701), with one of these
     * @param int|null          $introspectionCache      seconds for which an active introspection reply is kept, 0 to 60
     * @param Decrypter|null    $decrypter               opens what the provider encrypts
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
        ?bool $dpop = null,
        ?PrivateKey $dpopKey = null,
        ?PrivateKey $requestObjectKey = null,
        ?array $authorizationResponseAlgorithms = null,
        ?int $leeway = null,
        ?array $idTokenAlgorithms = null,
        ?int $pendingLifetime = null,
        ?array $testing = null,
        ?array $userinfoAlgorithms = null,
        ?array $introspectionAlgorithms = null,
        ?int $introspectionCache = null,
        ?Decrypter $decrypter = null,
        ?array $requestObjectEncryption = null,
    ) {
        $handle = new Handle(Native::clientNew($service->handle(), Json::options([
            'client_id' => $clientId,
            'client_secret' => $clientSecret,
            'redirect_uri' => $redirectUri,
            'authentication_method' => $authenticationMethod,
            'assertion_algorithm' => $assertionAlgorithm,
            'assertion_audience' => $assertionAudience,
            'certificate' => $certificate,
            'certificate_key' => $certificateKey,
            'dpop' => $dpop,
            'request_object_encryption' => $requestObjectEncryption,
            'authorization_response_algorithms' => $authorizationResponseAlgorithms,
            'leeway' => $leeway,
            'id_token_algorithms' => $idTokenAlgorithms,
            'userinfo_algorithms' => $userinfoAlgorithms,
            'introspection_algorithms' => $introspectionAlgorithms,
            'introspection_cache' => $introspectionCache,
            'pending_lifetime' => $pendingLifetime,
            'testing' => $testing,
        ]), Json::options([
            'assertion_key' => $assertionKey?->handle(),
            'dpop_key' => $dpopKey?->handle(),
            'request_object_key' => $requestObjectKey?->handle(),
        ])));
        // Both follow from a key, and only then.
        $described = $assertionKey === null && $certificate === null ? [] : Json::decode(Native::clientDescribe($handle->id));
        $this->clientId = $described['client_id'] ?? $clientId;
        $this->certificateThumbprint = $described['certificate_thumbprint'] ?? null;
        $this->handle = $decrypter === null
            ? $handle
            : new Handle(Native::clientWithDecrypter($handle->id, $decrypter->handle()));
        $bound = $dpop === null && $dpopKey === null ? 0 : Native::clientDpopKey($this->handle->id);
        $this->dpopKey = $bound === 0 ? null : PrivateKey::of($bound);
        $this->hasSecret = $clientSecret !== null;
        $this->flow = new ClientFlow($this->handle);
    }

    /**
     * Begins a login: PKCE, state and nonce always. No network.
     *
     * @param list<string>|null            $scopes
     * @param array<string, string>|null   $parameters           parameters that have no option of their own
     * @param string|null                  $returnTo             path on this site to send the user to afterwards
     * @param string|list<string>|null     $prompt               `none`, or some of `login`, `consent`, `select_account`, `create`
     * @param int|null                     $maxAge               the user must have logged in within these seconds; the ID token is checked for it
     * @param string|list<string>|null     $acrValues
     * @param string|list<string>|null     $uiLocales
     * @param array<string, mixed>|null    $claims               OpenID Connect Core 5.5; an essential `acr` or `auth_time` and a `sub` with a
     *                                                           value are checked in the ID token
     * @param string|list<string>|null     $resource             the APIs that the access token is for (RFC 8707)
     * @param list<array<string, mixed>>|null $authorizationDetails what the access token is to allow (RFC 9396)
     * @param string|null                  $responseMode         `query`, `fragment`, `form_post`, `web_message`, or signed: `jwt`, `query.jwt`,
     *                                                           `fragment.jwt`, `form_post.jwt`
     * @param string|null                  $session              the host's session: the login ends only where the same text is given
     */
    public function beginAuthorization(
        ?array $scopes = null,
        ?array $parameters = null,
        ?string $returnTo = null,
        string|array|null $prompt = null,
        ?string $loginHint = null,
        ?int $maxAge = null,
        string|array|null $acrValues = null,
        string|array|null $uiLocales = null,
        #[\SensitiveParameter] ?string $idTokenHint = null,
        ?array $claims = null,
        string|array|null $resource = null,
        ?array $authorizationDetails = null,
        ?string $responseMode = null,
        #[\SensitiveParameter] ?string $session = null,
    ): PendingAuthorization {
        $options = ClientFlow::request($scopes, $parameters, $returnTo, $prompt, $loginHint, $maxAge, $acrValues, $uiLocales, $idTokenHint, $claims, $resource, $authorizationDetails, $responseMode, $session);

        $pending = PendingAuthorization::of(Native::clientBeginAuthorization($this->handle->id, $options));
        if (Events::listened()) {
            Events::publish($pending->events);
        }

        return $pending;
    }

    /**
     * As {@see beginAuthorization()}, and pushes the request to the provider (RFC 9126): the browser carries a reference.
     *
     * @param list<string>|null            $scopes
     * @param array<string, string>|null   $parameters           parameters that have no option of their own
     * @param string|null                  $returnTo             path on this site to send the user to afterwards
     * @param string|list<string>|null     $prompt               `none`, or some of `login`, `consent`, `select_account`, `create`
     * @param int|null                     $maxAge               the user must have logged in within these seconds; the ID token is checked for it
     * @param string|list<string>|null     $acrValues
     * @param string|list<string>|null     $uiLocales
     * @param array<string, mixed>|null    $claims               OpenID Connect Core 5.5; an essential `acr` or `auth_time` and a `sub` with a
     *                                                           value are checked in the ID token
     * @param string|list<string>|null     $resource             the APIs that the access token is for (RFC 8707)
     * @param list<array<string, mixed>>|null $authorizationDetails what the access token is to allow (RFC 9396)
     * @param string|null                  $responseMode         `query`, `fragment`, `form_post`, `web_message`, or signed: `jwt`, `query.jwt`,
     *                                                           `fragment.jwt`, `form_post.jwt`
     * @param string|null                  $session              the host's session: the login ends only where the same text is given
     */
    public function pushAuthorization(
        ?array $scopes = null,
        ?array $parameters = null,
        ?string $returnTo = null,
        string|array|null $prompt = null,
        ?string $loginHint = null,
        ?int $maxAge = null,
        string|array|null $acrValues = null,
        string|array|null $uiLocales = null,
        #[\SensitiveParameter] ?string $idTokenHint = null,
        ?array $claims = null,
        string|array|null $resource = null,
        ?array $authorizationDetails = null,
        ?string $responseMode = null,
        #[\SensitiveParameter] ?string $session = null,
    ): PendingAuthorization {
        $options = ClientFlow::request($scopes, $parameters, $returnTo, $prompt, $loginHint, $maxAge, $acrValues, $uiLocales, $idTokenHint, $claims, $resource, $authorizationDetails, $responseMode, $session);
        $outcome = Told::clientRun(Native::OPERATION, $this->handle->id, 0, 'push_authorization', $options);

        return PendingAuthorization::of(Json::decode($outcome)['pending']);
    }

    /**
     * Fetches the provider's keys unless good ones are at hand, in which case nothing is sent. With `requestObjectEncryption` it
     * goes before {@see beginAuthorization()}, which sends nothing itself.
     */
    public function loadKeys(): void
    {
        Told::clientRun(Native::OPERATION, $this->handle->id, 0, 'load_keys', '');
    }

    /**
     * A DPoP proof (RFC 9449) for a request of the application's own.
     *
     * @param string|null $accessToken the access token of the request
     * @param string|null $nonce       the one that the URL's origin handed out last, if left out
     */
    public function dpopProof(
        string $method,
        #[\SensitiveParameter] string $url,
        #[\SensitiveParameter] ?string $accessToken = null,
        ?string $nonce = null,
    ): string {
        $options = Json::options(['access_token' => $accessToken, 'nonce' => $nonce]);

        return Native::clientDpopProof($this->handle->id, $method, $url, $options);
    }

    /**
     * The header fields that show an access token to an API: `authorization`, and `dpop` where the client has a key.
     *
     * @return array<string, string>
     */
    public function authorizationHeaders(#[\SensitiveParameter] TokenSet|string $tokens, string $method, #[\SensitiveParameter] string $url): array
    {
        $token = $tokens instanceof TokenSet ? $tokens->accessToken : $tokens;

        return Json::decode(Native::clientAuthorizationHeaders($this->handle->id, $token, $method, $url));
    }

    /** Takes the `DPoP-Nonce` field of a reply to a request of the application's own: the next proof for that origin has it. */
    public function rememberDpopNonce(#[\SensitiveParameter] string $url, string $nonce): void
    {
        Native::clientRememberDpopNonce($this->handle->id, $url, $nonce);
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
     *        parameters. Prefer the URL: PHP's `$_GET` hides repeated parameters. With other response modes the fragment, the
     *        form, or the data of the message.
     * @param string|null $origin       the origin that a message came from
     * @param string|null $session      the host's session, where the login was bound to one
     * @param string|null $responseMode how it came, where the host can tell: `query`, `fragment`, `form_post`, `web_message`
     */
    public function finishAuthorization(
        PendingAuthorization $pending,
        #[\SensitiveParameter] string|array $callback,
        ?string $origin = null,
        #[\SensitiveParameter] ?string $session = null,
        ?string $responseMode = null,
    ): TokenSet {
        $id = $this->handle->id;
        $options = Json::options(['origin' => $origin, 'session' => $session, 'response_mode' => $responseMode]);

        return self::tokens(\is_string($callback)
            ? Told::clientRun(Native::FINISH_URL, $id, $pending->handle(), $callback, $options)
            : Told::clientRun(Native::FINISH_PARAMETERS, $id, $pending->handle(), ClientFlow::pairs($callback), $options));
    }

    /**
     * Exchanges a refresh token for new tokens.
     *
     * @param list<string>|null $scopes  fewer scopes than were granted
     * @param string|null       $idToken the earlier ID token: a new one must be about the same login
     * @param string|null       $subject the `sub` of the earlier ID token, in place of the token itself
     * @param list<string>|null $resource some of the granted resources, to which the access token is narrowed (RFC 8707)
     */
    public function refresh(
        #[\SensitiveParameter] string $refreshToken,
        ?array $scopes = null,
        #[\SensitiveParameter] ?string $idToken = null,
        ?string $subject = null,
        ?array $resource = null,
    ): TokenSet {
        $options = Json::options(['scopes' => $scopes, 'resource' => $resource, 'id_token' => $idToken, 'subject' => $subject]);

        return self::tokens(Told::clientRun(Native::REFRESH, $this->handle->id, 0, $refreshToken, $options));
    }

    /** Asks the provider about a token, RFC 7662. */
    public function introspect(#[\SensitiveParameter] string $token, ?string $tokenTypeHint = null): Introspection
    {
        $options = Json::options(['token_type_hint' => $tokenTypeHint]);

        return new Introspection(Json::decode(Told::clientRun(Native::INTROSPECT, $this->handle->id, 0, $token, $options)));
    }

    /** Revokes a token, RFC 7009. */
    public function revoke(#[\SensitiveParameter] string $token, ?string $tokenTypeHint = null): void
    {
        $options = Json::options(['token_type_hint' => $tokenTypeHint]);
        Told::clientRun(Native::REVOKE, $this->handle->id, 0, $token, $options);
    }

    /**
     * The user's claims; with a subject, refused when they are about somebody else.
     *
     * @return array<string, mixed>
     */
    public function userinfo(#[\SensitiveParameter] string $accessToken, ?string $subject = null): array
    {
        $options = Json::options(['subject' => $subject]);

        return Json::decode(Told::clientRun(Native::USERINFO, $this->handle->id, 0, $accessToken, $options));
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
