<?php

declare(strict_types=1);

namespace Ferroauth;

use Ferroauth\Internal\Handle;
use Ferroauth\Internal\Json;
use Ferroauth\Internal\Native;
use Ferroauth\Internal\NotSerializable;

/** A provider: what its metadata says, or what a known product looks like. */
final class Service implements \JsonSerializable
{
    use NotSerializable;

    /** The issuer, or null for a plain OAuth provider without one. */
    public readonly ?string $issuer;

    private function __construct(private readonly Handle $handle)
    {
        $issuer = Native::serviceIssuer($handle->id);
        $this->issuer = $issuer === '' ? null : $issuer;
    }

    /**
     * Reads the provider's metadata (OpenID Connect Discovery or RFC 8414) and checks its issuer. The result
     * serves further requests of this PHP process for ten minutes.
     *
     * @param array{now?: int, entropy?: string}|null $testing a fixed clock and seed, for tests
     */
    public static function discover(string $issuer, ?NetworkOptions $network = null, ?array $testing = null): self
    {
        $options = Json::options(['network' => NetworkOptions::members($network), 'testing' => $testing]);

        return new self(new Handle(Native::serviceDiscover($issuer, $options)));
    }

    /** The same, carried by the caller: `Service::flow()->discover($issuer)`. */
    public static function flow(): ServiceFlow
    {
        return new ServiceFlow();
    }

    /**
     * A known product by name, for example `frappe` with its base URL.
     *
     * @param array{now?: int, entropy?: string}|null $testing a fixed clock and seed, for tests
     */
    public static function preset(
        string $name,
        ?string $baseUrl = null,
        ?NetworkOptions $network = null,
        ?array $testing = null,
    ): self {
        $options = Json::options([
            'base_url' => $baseUrl,
            'network' => NetworkOptions::members($network),
            'testing' => $testing,
        ]);

        return new self(new Handle(Native::servicePreset($name, $options)));
    }

    /**
     * A metadata document or a CiviCRM provider file, as text or decoded.
     *
     * @param string|array<string, mixed> $json
     */
    public static function fromJson(string|array $json): self
    {
        return new self(new Handle(Native::serviceFromJson(Json::document($json, 'json'))));
    }

    /** The metadata, as text that {@see Service::fromJson()} takes. */
    public function toJson(): string
    {
        return Native::serviceToJson($this->handle->id);
    }

    /** @return array<string, mixed> */
    public function jsonSerialize(): array
    {
        return Json::decode($this->toJson());
    }

    /** @internal */
    public static function of(int $handle): self
    {
        return new self(new Handle($handle));
    }

    /** @internal */
    public function handle(): int
    {
        return $this->handle->id;
    }

    /** @return array<string, mixed> */
    public function __debugInfo(): array
    {
        return ['issuer' => $this->issuer];
    }
}
