<?php

// Operations about sessions, registrations and protected resources, for the shared scenarios.

declare(strict_types=1);

use Ferroauth\{ProtectedResource, Registration, Service};

function local_begin_logout(World $world, stdClass $given): array
{
    $request = $world->client()->beginLogout(...named($given));

    return ['url' => url_value($request->url), 'state' => $request->state];
}

function local_finish_logout(World $world, stdClass $given): array
{
    $world->client()->finishLogout(callback($given->callback), $given->state);

    return [];
}

function local_front_channel_logout(World $world, stdClass $given): array
{
    $found = $world->client()->frontChannelLogout(callback($given->request), $given->session_id ?? null);

    return ['issuer' => $found->issuer, 'session_id' => $found->sessionId];
}

function local_restore_registration(World $world, stdClass $given): array
{
    $world->registration = Registration::fromJson($world->registration->toJson());

    return registration_parts($world->registration);
}

function registration_parts(Registration $registration): array
{
    $options = [];
    foreach ($registration->clientOptions as $name => $value) {
        $options[strtolower(preg_replace('/[A-Z]/', '_$0', $name))] = $value;
    }

    return [
        'client_id' => $registration->clientId, 'client_secret' => $registration->clientSecret,
        'client_secret_expires_at' => $registration->clientSecretExpiresAt, 'manageable' => $registration->manageable,
        'metadata' => $registration->metadata, 'client_options' => $options,
    ];
}

/** The flows about the registration that the last one left. */
function registering(string $name): Closure
{
    return static function (World $world, stdClass $given) use ($name): array {
        $given = json_decode(json_encode(resolved($given)), true);
        $first = $name === 'register' ? [] : [$world->registration];
        if (isset($given['metadata'])) {
            $first[] = $given['metadata'];
            unset($given['metadata']);
        }
        $kept = static function (?Registration $registration) use ($world): array {
            $world->registration = $registration;

            return $registration === null ? [] : registration_parts($registration);
        };
        $method = camel($name);

        return [Service::flow()->$method(Service::fromJson(text($world->given->service)), ...$first, ...named((object) $given)), $kept];
    };
}

function discover_resource(World $world, stdClass $given): array
{
    $options = (array) $given;
    unset($options['resource']);
    $flow = ProtectedResource::flow()->discover(text($given->resource), ...named((object) $options), testing: ['now' => $world->given->now]);

    return [$flow, static fn (ProtectedResource $found): array => [
        'resource' => $found->resource, 'authorization_servers' => $found->authorizationServers, 'scopes' => $found->scopes,
    ]];
}
