<?php

declare(strict_types=1);

namespace Ferroauth;

use Ferroauth\Internal\Handle;
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
}
