<?php

declare(strict_types=1);

namespace Ferroauth\Internal;

use Ferroauth\BackchannelAuthentication;
use Ferroauth\DeviceAuthorization;
use Ferroauth\Flow;
use Ferroauth\TokenSet;

/**
 * The grants of a client as flows that the caller carries; see {@see Grants} for what they do.
 *
 * @internal
 */
trait GrantFlows
{
    /**
     * The result is a {@see TokenSet}.
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
    ): Flow {
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
     * The result is a {@see TokenSet}.
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
    ): Flow {
        return $this->begin('jwt_bearer', TokenSet::class, [
            'assertion' => $assertion,
            'scopes' => $scopes,
            'resource' => $resource,
            'authorization_details' => $authorizationDetails,
            'parameters' => $parameters,
        ]);
    }

    /**
     * The result is a {@see TokenSet}.
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
    ): Flow {
        return $this->begin('saml_bearer', TokenSet::class, [
            'assertion' => $assertion,
            'scopes' => $scopes,
            'resource' => $resource,
            'authorization_details' => $authorizationDetails,
            'parameters' => $parameters,
        ]);
    }

    /**
     * The result is a {@see TokenSet}.
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
    ): Flow {
        return $this->begin('token_request', TokenSet::class, [
            'extension' => $extension,
            'scopes' => $scopes,
            'resource' => $resource,
            'authorization_details' => $authorizationDetails,
            'parameters' => $parameters,
        ]);
    }

    /**
     * The result is a {@see TokenSet}.
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
    ): Flow {
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
     * The result is a {@see DeviceAuthorization}.
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
    ): Flow {
        return $this->begin('device_authorization', DeviceAuthorization::class, [
            'scopes' => $scopes,
            'resource' => $resource,
            'authorization_details' => $authorizationDetails,
            'parameters' => $parameters,
        ]);
    }

    /**
     * The result is a {@see BackchannelAuthentication}.
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
    ): Flow {
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
     * The result is a {@see TokenSet}.
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
    ): Flow {
        return $this->begin('client_credentials', TokenSet::class, [
            'scopes' => $scopes,
            'resource' => $resource,
            'authorization_details' => $authorizationDetails,
            'parameters' => $parameters,
        ]);
    }

    /** The result is a {@see TokenSet}. */
    public function deviceToken(DeviceAuthorization $authorization): Flow
    {
        return $this->begin('device_token', TokenSet::class, ['authorization' => $authorization->members()]);
    }

    /** The result is a {@see TokenSet}, or null while the user has not answered. */
    public function pollDeviceToken(DeviceAuthorization $authorization): Flow
    {
        return $this->begin('poll_device_token', TokenSet::class, ['authorization' => $authorization->members()]);
    }

    /** The result is a {@see TokenSet}. */
    public function backchannelToken(BackchannelAuthentication $authentication): Flow
    {
        return $this->begin('backchannel_token', TokenSet::class, ['authentication' => $authentication->members()]);
    }

    /** The result is a {@see TokenSet}, or null while the user has not answered. */
    public function pollBackchannelToken(BackchannelAuthentication $authentication): Flow
    {
        return $this->begin('poll_backchannel_token', TokenSet::class, ['authentication' => $authentication->members()]);
    }

    /**
     * @param class-string         $result
     * @param array<string, mixed> $options
     */
    private function begin(string $name, string $result, #[\SensitiveParameter] array $options): Flow
    {
        return new Flow(
            new Handle(Native::clientOperation($this->client->id, $name, Json::options(self::named($options)))),
            static fn (array $outcome): mixed => isset($outcome['json']) ? new $result($outcome['json']) : null,
        );
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
