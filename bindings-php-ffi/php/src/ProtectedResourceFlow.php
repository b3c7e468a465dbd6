<?php

declare(strict_types=1);

namespace Ferroauth;

use Ferroauth\Internal\Handle;
use Ferroauth\Internal\Native;

/** The metadata of a protected resource as a flow that the caller carries. */
final class ProtectedResourceFlow
{
    /** @internal use {@see ProtectedResource::flow()} */
    public function __construct()
    {
    }

    /**
     * The flow of {@see ProtectedResource::discover()}; its result is a {@see ProtectedResource}.
     *
     * @param list<string>|null                       $algorithms
     * @param array{now?: int, entropy?: string}|null $testing
     */
    public function discover(
        string $resource,
        ?string $metadataUrl = null,
        ?string $signedBy = null,
        ?array $algorithms = null,
        ?NetworkOptions $network = null,
        ?array $testing = null,
    ): Flow {
        $options = ProtectedResource::options($metadataUrl, $signedBy, $algorithms, $network, $testing);

        return new Flow(
            new Handle(Native::protectedResourceFlow($resource, $options)),
            static fn (array $outcome): ProtectedResource => new ProtectedResource($outcome['json']),
        );
    }
}
