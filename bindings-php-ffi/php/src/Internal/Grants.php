<?php

declare(strict_types=1);

namespace Ferroauth\Internal;

use Ferroauth\BackchannelAuthentication;
use Ferroauth\DeviceAuthorization;
use Ferroauth\TokenSet;

/**
 * The grants of a client that take nothing but options.
 *
 * @internal
 */
trait Grants
{
    /**
     * RFC 6749 section 4.3: legacy, for providers that offer nothing else.
     *
     * @param list<string>|null $scopes
     * @param list<string>|null $resource
     * @param list<array<string, mixed>>|null $authorizationDetails
     * @param array<string, string>|null $parameters
     */
    public function password(
        string $username,
        #[\SensitiveParameter] string $password,
        ?array $scopes = null,
        ?array $resource = null,
        ?array $authorizationDetails = null,
        #[\SensitiveParameter] ?array $parameters = null,
    ): TokenSet {
        return $this->begin('password', TokenSet::class, [
            'username' => $username,
            'password' => $password,
            'scopes' => $scopes,
            'resource' => $resource,
            'authorization_details' => $authorizationDetails,
            'parameters' => $parameters,
        ]);
    }

    /**
     * Exchanges a JWT about a user, RFC 7523.
     *
     * @param list<string>|null $scopes
     * @param list<string>|null $resource
     * @param list<array<string, mixed>>|null $authorizationDetails
     * @param array<string, string>|null $parameters
     */
    public function jwtBearer(
        #[\SensitiveParameter] string $assertion,
        ?array $scopes = null,
        ?array $resource = null,
        ?array $authorizationDetails = null,
        #[\SensitiveParameter] ?array $parameters = null,
    ): TokenSet {
        return $this->begin('jwt_bearer', TokenSet::class, [
            'assertion' => $assertion,
            'scopes' => $scopes,
            'resource' => $resource,
            'authorization_details' => $authorizationDetails,
            'parameters' => $parameters,
        ]);
    }

    /**
     * Exchanges a SAML 2.0 assertion, RFC 7522: the XML, or what base64url makes of it.
     *
     * @param list<string>|null $scopes
     * @param list<string>|null $resource
     * @param list<array<string, mixed>>|null $authorizationDetails
     * @param array<string, string>|null $parameters
     */
    public function samlBearer(
        #[\SensitiveParameter] string $assertion,
        ?array $scopes = null,
        ?array $resource = null,
        ?array $authorizationDetails = null,
        #[\SensitiveParameter] ?array $parameters = null,
    ): TokenSet {
        return $this->begin('saml_bearer', TokenSet::class, [
            'assertion' => $assertion,
            'scopes' => $scopes,
            'resource' => $resource,
            'authorization_details' => $authorizationDetails,
            'parameters' => $parameters,
        ]);
    }

    /**
     * A grant of the provider's own: its absolute URI or its name, with parameters.
     *
     * @param list<string>|null $scopes
     * @param list<string>|null $resource
     * @param list<array<string, mixed>>|null $authorizationDetails
     * @param array<string, string>|null $parameters
     */
    public function tokenRequest(
        string $extension,
        ?array $scopes = null,
        ?array $resource = null,
        ?array $authorizationDetails = null,
        #[\SensitiveParameter] ?array $parameters = null,
    ): TokenSet {
        return $this->begin('token_request', TokenSet::class, [
            'extension' => $extension,
            'scopes' => $scopes,
            'resource' => $resource,
            'authorization_details' => $authorizationDetails,
            'parameters' => $parameters,
        ]);
    }

    /**
     * Exchanges a token for another, RFC 8693; types are `access_token`, `jwt`, ... or URIs.
     *
     * @param list<string>|null $audience
     * @param list<string>|null $scopes
     * @param list<string>|null $resource
     * @param list<array<string, mixed>>|null $authorizationDetails
     * @param array<string, string>|null $parameters
     */
    public function exchangeToken(
        #[\SensitiveParameter] string $subjectToken,
        string $subjectTokenType,
        #[\SensitiveParameter] ?string $actorToken = null,
        ?string $actorTokenType = null,
        ?string $requestedTokenType = null,
        ?array $audience = null,
        ?array $scopes = null,
        ?array $resource = null,
        ?array $authorizationDetails = null,
        #[\SensitiveParameter] ?array $parameters = null,
    ): TokenSet {
        return $this->begin('exchange_token', TokenSet::class, [
            'subject_token' => $subjectToken,
            'subject_token_type' => $subjectTokenType,
            'actor_token' => $actorToken,
            'actor_token_type' => $actorTokenType,
            'requested_token_type' => $requestedTokenType,
            'audience' => $audience,
            'scopes' => $scopes,
            'resource' => $resource,
            'authorization_details' => $authorizationDetails,
            'parameters' => $parameters,
        ]);
    }

    /**
     * Begins a login on another device, RFC 8628.
     *
     * @param list<string>|null $scopes
     * @param list<string>|null $resource
     * @param list<array<string, mixed>>|null $authorizationDetails
     * @param array<string, string>|null $parameters
     */
    public function deviceAuthorization(
        ?array $scopes = null,
        ?array $resource = null,
        ?array $authorizationDetails = null,
        #[\SensitiveParameter] ?array $parameters = null,
    ): DeviceAuthorization {
        return $this->begin('device_authorization', DeviceAuthorization::class, [
            'scopes' => $scopes,
            'resource' => $resource,
            'authorization_details' => $authorizationDetails,
            'parameters' => $parameters,
        ]);
    }

    /**
     * Asks the provider to authenticate a user on another device (CIBA): one hint, and `openid` among the scopes.
     *
     * @param list<string>|null $acrValues
     * @param list<string>|null $scopes
     * @param list<string>|null $resource
     * @param list<array<string, mixed>>|null $authorizationDetails
     * @param array<string, string>|null $parameters
     */
    public function backchannelAuthentication(
        #[\SensitiveParameter] ?string $loginHint = null,
        #[\SensitiveParameter] ?string $loginHintToken = null,
        #[\SensitiveParameter] ?string $idTokenHint = null,
        ?string $bindingMessage = null,
        #[\SensitiveParameter] ?string $userCode = null,
        ?int $requestedExpiry = null,
        ?array $acrValues = null,
        ?array $scopes = null,
        ?array $resource = null,
        ?array $authorizationDetails = null,
        #[\SensitiveParameter] ?array $parameters = null,
    ): BackchannelAuthentication {
        return $this->begin('backchannel_authentication', BackchannelAuthentication::class, [
            'login_hint' => $loginHint,
            'login_hint_token' => $loginHintToken,
            'id_token_hint' => $idTokenHint,
            'binding_message' => $bindingMessage,
            'user_code' => $userCode,
            'requested_expiry' => $requestedExpiry,
            'acr_values' => $acrValues,
            'scopes' => $scopes,
            'resource' => $resource,
            'authorization_details' => $authorizationDetails,
            'parameters' => $parameters,
        ]);
    }

    /**
     * Obtains a token for the client itself.
     *
     * @param list<string>|null $scopes
     * @param list<string>|null $resource
     * @param list<array<string, mixed>>|null $authorizationDetails
     * @param array<string, string>|null $parameters
     */
    public function clientCredentials(
        ?array $scopes = null,
        ?array $resource = null,
        ?array $authorizationDetails = null,
        #[\SensitiveParameter] ?array $parameters = null,
    ): TokenSet {
        return $this->begin('client_credentials', TokenSet::class, [
            'scopes' => $scopes,
            'resource' => $resource,
            'authorization_details' => $authorizationDetails,
            'parameters' => $parameters,
        ]);
    }

    /** Waits until the user has answered, at the provider's pace. */
    public function deviceToken(DeviceAuthorization $authorization): TokenSet
    {
        return $this->begin('device_token', TokenSet::class, ['authorization' => $authorization->members()]);
    }

    /** Asks once; null while the user has not answered. */
    public function pollDeviceToken(DeviceAuthorization $authorization): ?TokenSet
    {
        return $this->begin('poll_device_token', TokenSet::class, ['authorization' => $authorization->members()]);
    }

    /** Waits until the user has answered, at the provider's pace. */
    public function backchannelToken(BackchannelAuthentication $authentication): TokenSet
    {
        return $this->begin('backchannel_token', TokenSet::class, ['authentication' => $authentication->members()]);
    }

    /** Asks once; null while the user has not answered. */
    public function pollBackchannelToken(BackchannelAuthentication $authentication): ?TokenSet
    {
        return $this->begin('poll_backchannel_token', TokenSet::class, ['authentication' => $authentication->members()]);
    }

    /**
     * @param class-string         $result
     * @param array<string, mixed> $options
     */
    private function begin(string $name, string $result, #[\SensitiveParameter] array $options): mixed
    {
        $outcome = Told::clientRun(Native::OPERATION, $this->handle->id, 0, $name, Json::options(self::named($options)));

        return $outcome === '' ? null : new $result(Json::decode($outcome));
    }

    /**
     * PHP writes an empty map as it writes an empty list.
     *
     * @param array<string, mixed> $options
     *
     * @return array<string, mixed>
     */
    private static function named(#[\SensitiveParameter] array $options): array
    {
        return ($options['parameters'] ?? null) === [] ? ['parameters' => null] + $options : $options;
    }
}
