<?php

declare(strict_types=1);

namespace Ferroauth;

use Ferroauth\Internal\Failure;
use Ferroauth\Internal\GrantFlows;
use Ferroauth\Internal\Handle;
use Ferroauth\Internal\Json;
use Ferroauth\Internal\Native;
use Ferroauth\Internal\NotSerializable;

/** The operations of a client as flows that the caller carries; see {@see Client} for what they do. */
final class ClientFlow
{
    use GrantFlows;
    use NotSerializable;

    /** @internal use {@see Client::$flow} */
    public function __construct(private readonly Handle $client)
    {
    }

    /**
     * The result is a {@see TokenSet}.
     *
     * @param string|array<string, mixed> $callback
     */
    public function finishAuthorization(
        PendingAuthorization $pending,
        #[\SensitiveParameter] string|array $callback,
        ?string $origin = null,
        #[\SensitiveParameter] ?string $session = null,
        ?string $responseMode = null,
    ): Flow {
        $id = $this->client->id;
        $options = Json::options(['origin' => $origin, 'session' => $session, 'response_mode' => $responseMode]);

        return self::tokens(\is_string($callback)
            ? Native::clientFinishUrl($id, $pending->handle(), $callback, $options)
            : Native::clientFinishParameters($id, $pending->handle(), self::pairs($callback), $options));
    }

    /**
     * The result is a {@see PendingAuthorization}.
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
    ): Flow {
        $options = self::request($scopes, $parameters, $returnTo, $prompt, $loginHint, $maxAge, $acrValues, $uiLocales, $idTokenHint, $claims, $resource, $authorizationDetails, $responseMode, $session);

        return new Flow(
            new Handle(Native::clientOperation($this->client->id, 'push_authorization', $options)),
            static fn (array $outcome): PendingAuthorization => PendingAuthorization::of($outcome['pending']),
        );
    }

    /**
     * The options of an authorization request as the library takes them.
     *
     * @internal
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
    public static function request(
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
    ): string {
        // Where JSON has an object, an empty array of PHP's would become a list.
        $object = static fn (?array $value): array|\stdClass|null => $value === [] ? new \stdClass() : $value;

        return Json::options([
            'scopes' => $scopes,
            'parameters' => $parameters === [] ? null : $parameters,
            'return_to' => $returnTo,
            'prompt' => $prompt,
            'login_hint' => $loginHint,
            'max_age' => $maxAge,
            'acr_values' => $acrValues,
            'ui_locales' => $uiLocales,
            'id_token_hint' => $idTokenHint,
            'claims' => $object($claims),
            'resource' => $resource,
            'authorization_details' => $authorizationDetails,
            'response_mode' => $responseMode,
            'session' => $session,
        ]);
    }

    /**
     * The result is a {@see TokenSet}.
     *
     * @param list<string>|null $scopes
     * @param list<string>|null $resource
     */
    public function refresh(
        #[\SensitiveParameter] string $refreshToken,
        ?array $scopes = null,
        #[\SensitiveParameter] ?string $idToken = null,
        ?string $subject = null,
        ?array $resource = null,
    ): Flow {
        $options = Json::options(['scopes' => $scopes, 'resource' => $resource, 'id_token' => $idToken, 'subject' => $subject]);

        return self::tokens(Native::clientRefresh($this->client->id, $refreshToken, $options));
    }

    /** The result is null. */
    public function loadKeys(): Flow
    {
        return new Flow(
            new Handle(Native::clientOperation($this->client->id, 'load_keys', '')),
            static fn (array $outcome): mixed => null,
        );
    }

    /** The result is a {@see LogoutToken}. */
    public function verifyLogoutToken(#[\SensitiveParameter] string $token, ?string $replay = null): Flow
    {
        $options = Json::options(['token' => $token, 'replay' => $replay]);

        return new Flow(
            new Handle(Native::clientOperation($this->client->id, 'verify_logout_token', $options)),
            static fn (array $outcome): LogoutToken => new LogoutToken($outcome['json']),
        );
    }

    /** The result is an {@see Introspection}. */
    public function introspect(#[\SensitiveParameter] string $token, ?string $tokenTypeHint = null): Flow
    {
        $options = Json::options(['token_type_hint' => $tokenTypeHint]);

        return new Flow(
            new Handle(Native::clientIntrospect($this->client->id, $token, $options)),
            static fn (array $outcome): Introspection => new Introspection($outcome['json']),
        );
    }

    /** The result is null. */
    public function revoke(#[\SensitiveParameter] string $token, ?string $tokenTypeHint = null): Flow
    {
        $options = Json::options(['token_type_hint' => $tokenTypeHint]);

        return new Flow(
            new Handle(Native::clientRevoke($this->client->id, $token, $options)),
            static fn (array $outcome): mixed => null,
        );
    }

    /** The result is an array of claims. */
    public function userinfo(#[\SensitiveParameter] string $accessToken, ?string $subject = null): Flow
    {
        $options = Json::options(['subject' => $subject]);

        return new Flow(
            new Handle(Native::clientUserinfo($this->client->id, $accessToken, $options)),
            static fn (array $outcome): array => $outcome['json'],
        );
    }

    private static function tokens(int $flow): Flow
    {
        return new Flow(new Handle($flow), static fn (array $outcome): TokenSet => new TokenSet($outcome['json']));
    }

    /**
     * Parameters as a list of pairs; repeated names stay repeated. Values of other types are what PHP makes of
     * `code[]=`, so they are the sender's doing and not the caller's.
     *
     * @internal
     *
     * @param array<string, mixed> $parameters
     */
    public static function pairs(#[\SensitiveParameter] array $parameters): string
    {
        $pairs = [];
        foreach ($parameters as $name => $values) {
            foreach (\is_array($values) ? $values : [$values] as $value) {
                if (!\is_string($value) || !self::isText($value) || !self::isText((string) $name)) {
                    throw Failure::callback('a parameter is not text');
                }
                $pairs[] = [(string) $name, $value];
            }
        }

        return Json::encode($pairs, 'callback');
    }

    private static function isText(#[\SensitiveParameter] string $value): bool
    {
        return \preg_match('//u', $value) === 1;
    }

    /** @return array<string, mixed> */
    public function __debugInfo(): array
    {
        return [];
    }
}
