<?php

declare(strict_types=1);

namespace Ferroauth;

use Ferroauth\Internal\Handle;
use Ferroauth\Internal\Json;
use Ferroauth\Internal\Native;

/** Discovery as a flow that the caller carries. */
final class ServiceFlow
{
    /** @internal use {@see Service::flow()} */
    public function __construct()
    {
    }

    /**
     * The flow of {@see Service::discover()}; its result is a {@see Service}.
     *
     * @param array{now?: int, entropy?: string}|null $testing
     */
    public function discover(string $issuer, ?NetworkOptions $network = null, ?array $testing = null): Flow
    {
        $options = Json::options(['network' => NetworkOptions::members($network), 'testing' => $testing]);

        return new Flow(
            new Handle(Native::serviceDiscoverFlow($issuer, $options)),
            static fn (array $outcome): Service => Service::of($outcome['service']),
        );
    }
}
