<?php

declare(strict_types=1);

namespace Ferroauth;

use Ferroauth\Internal\Json;
use Ferroauth\Internal\Native;

/** What a protected resource says about itself, RFC 9728. */
final class ProtectedResource
{
    /** The resource identifier. */
    public readonly string $resource;

    /** @var list<string> the issuers of the authorization servers that it trusts, for {@see Service::discover()} */
    public readonly array $authorizationServers;

    /** @var list<string> */
    public readonly array $scopes;

    /**
     * @internal
     *
     * @param array<string, mixed> $metadata all members
     */
    public function __construct(public readonly array $metadata)
    {
        $this->resource = $metadata['resource'];
        $this->authorizationServers = $metadata['authorization_servers'] ?? [];
        $this->scopes = $metadata['scopes_supported'] ?? [];
    }

    /**
     * Asks a protected resource which authorization servers it trusts.
     *
     * @param string            $resource    the URL that requests to it are made with
     * @param string|null       $metadataUrl the `resource_metadata` of a challenge
     * @param string|null       $signedBy    the issuer that must have signed the metadata
     * @param list<string>|null $algorithms  what it may be signed with
     * @param array{now?: int, entropy?: string}|null $testing a fixed clock and seed, for tests
     */
    public static function discover(
        string $resource,
        ?string $metadataUrl = null,
        ?string $signedBy = null,
        ?array $algorithms = null,
        ?NetworkOptions $network = null,
        ?array $testing = null,
    ): self {
        $options = self::options($metadataUrl, $signedBy, $algorithms, $network, $testing);
        $outcome = Json::decode(Native::flowRun(Native::protectedResourceFlow($resource, $options)));

        return new self($outcome['json']);
    }

    /** The same, carried by the caller: `ProtectedResource::flow()->discover($resource)`. */
    public static function flow(): ProtectedResourceFlow
    {
        return new ProtectedResourceFlow();
    }

    /**
     * @internal
     *
     * @param list<string>|null         $algorithms
     * @param array<string, mixed>|null $testing
     */
    public static function options(
        ?string $metadataUrl,
        ?string $signedBy,
        ?array $algorithms,
        ?NetworkOptions $network,
        ?array $testing,
    ): string {
        return Json::options([
            'metadata_url' => $metadataUrl,
            'signed_by' => $signedBy,
            'algorithms' => $algorithms,
            'network' => NetworkOptions::members($network),
            'testing' => $testing,
        ]);
    }
}
