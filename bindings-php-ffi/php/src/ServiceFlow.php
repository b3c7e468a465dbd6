<?php

declare(strict_types=1);

namespace Ferroauth;

use Ferroauth\Internal\Handle;
use Ferroauth\Internal\Json;
use Ferroauth\Internal\Native;

/** Discovery and registration as flows that the caller carries. */
final class ServiceFlow
{
    /** @internal use {@see Service::flow()} */
    public function __construct()
    {
    }

    /**
     * The flow of {@see Service::discover()}; its result is a {@see Service}.
     *
     * @param list<string>|null                       $quirks
     * @param array<string, mixed>|null               $overlay
     * @param array{now?: int, entropy?: string}|null $testing
     */
    public function discover(
        string $issuer,
        ?array $quirks = null,
        ?int $defaultLifetime = null,
        ?array $overlay = null,
        ?NetworkOptions $network = null,
        ?array $testing = null,
    ): Flow {
        $options = Service::options(null, null, null, null, $quirks, $defaultLifetime, $overlay, $network, $testing);

        return new Flow(
            new Handle(Native::serviceDiscoverFlow($issuer, $options)),
            static fn (array $outcome): Service => Service::of($outcome['service']),
        );
    }

    /**
     * The flow of {@see Service::register()}; its result is a {@see Registration}.
     *
     * @param array<string, mixed> $metadata
     */
    public function register(
        Service $service,
        array $metadata,
        #[\SensitiveParameter] ?string $initialAccessToken = null,
        ?string $softwareStatement = null,
    ): Flow {
        return self::registration(self::registering($service, $metadata, $initialAccessToken, $softwareStatement));
    }

    /** The flow of {@see Service::readRegistration()}; its result is a {@see Registration}. */
    public function readRegistration(Service $service, Registration $registration): Flow
    {
        return self::registration(self::managing($service, 'read_registration', $registration));
    }

    /**
     * The flow of {@see Service::updateRegistration()}; its result is a {@see Registration}.
     *
     * @param array<string, mixed> $metadata
     */
    public function updateRegistration(Service $service, Registration $registration, array $metadata): Flow
    {
        return self::registration(self::managing($service, 'update_registration', $registration, $metadata));
    }

    /** The flow of {@see Service::deleteRegistration()}; its result is null. */
    public function deleteRegistration(Service $service, Registration $registration): Flow
    {
        return new Flow(
            new Handle(self::managing($service, 'delete_registration', $registration)),
            static fn (array $outcome): mixed => null,
        );
    }

    /**
     * @internal
     *
     * @param array<string, mixed> $metadata
     */
    public static function registering(
        Service $service,
        array $metadata,
        #[\SensitiveParameter] ?string $initialAccessToken,
        ?string $softwareStatement,
    ): int {
        $options = Json::options([
            'metadata' => $metadata === [] ? new \stdClass() : $metadata,
            'initial_access_token' => $initialAccessToken,
            'software_statement' => $softwareStatement,
        ]);

        return Native::serviceOperation($service->handle(), 'register', $options);
    }

    /**
     * @internal
     *
     * @param array<string, mixed>|null $metadata
     */
    public static function managing(Service $service, string $name, Registration $registration, ?array $metadata = null): int
    {
        // As text, because an array would not tell an empty object from an empty list.
        $more = $metadata === null ? '' : ',"metadata":' . Json::document($metadata, 'metadata');
        $options = '{"registration":' . $registration->toJson() . $more . '}';

        return Native::serviceOperation($service->handle(), $name, $options);
    }

    /** @internal */
    public static function run(int $flow): Registration
    {
        return Registration::fromJson(Json::decode(Native::flowRun($flow))['json']['registration']);
    }

    private static function registration(int $flow): Flow
    {
        return new Flow(
            new Handle($flow),
            static fn (array $outcome): Registration => Registration::fromJson($outcome['json']['registration']),
        );
    }
}
