<?php

declare(strict_types=1);

namespace Ferroauth;

use Ferroauth\Internal\Failure;
use Ferroauth\Internal\Handle;
use Ferroauth\Internal\Json;
use Ferroauth\Internal\Native;
use Ferroauth\Internal\NotSerializable;

/**
 * A provider: what its metadata says, or what a known product looks like.
 *
 * @property-read array<string, mixed> $definition what is known of the provider beyond its metadata: default scopes and parameters,
 *                                                 quirks, labels, templates, and the client that a record names
 */
final class Service implements \JsonSerializable
{
    use NotSerializable;

    /** The issuer, or null for a plain OAuth provider without one. */
    public readonly ?string $issuer;

    /** @var array<string, mixed>|null asked for when it is first read */
    private ?array $definition = null;

    private function __construct(private readonly Handle $handle)
    {
        $issuer = Native::serviceIssuer($handle->id);
        $this->issuer = $issuer === '' ? null : $issuer;
    }

    /**
     * Reads the provider's metadata (OpenID Connect Discovery or RFC 8414) and checks its issuer. The result
     * serves further requests of this PHP process for ten minutes.
     *
     * @param list<string>|null                       $quirks  departures that this provider is known for
     * @param array<string, mixed>|null               $overlay options over those of the definition
     * @param array{now?: int, entropy?: string}|null $testing a fixed clock and seed, for tests
     */
    public static function discover(
        string $issuer,
        ?array $quirks = null,
        ?int $defaultLifetime = null,
        ?array $overlay = null,
        ?NetworkOptions $network = null,
        ?array $testing = null,
    ): self {
        $options = self::options(null, null, null, null, $quirks, $defaultLifetime, $overlay, $network, $testing);

        return new self(new Handle(Native::serviceDiscover($issuer, $options)));
    }

    /** The same, carried by the caller: `Service::flow()->discover($issuer)`. */
    public static function flow(): ServiceFlow
    {
        return new ServiceFlow();
    }

    /**
     * A known product by name, for example `frappe` with its base URL; {@see Service::presets()} says which there are.
     *
     * @param list<string>|null                       $quirks  departures that this provider is known for
     * @param array<string, mixed>|null               $overlay options over those of the definition
     * @param array{now?: int, entropy?: string}|null $testing a fixed clock and seed, for tests
     */
    public static function preset(
        string $name,
        ?string $baseUrl = null,
        ?string $tenant = null,
        ?string $realm = null,
        ?string $domain = null,
        ?array $quirks = null,
        ?int $defaultLifetime = null,
        ?array $overlay = null,
        ?NetworkOptions $network = null,
        ?array $testing = null,
    ): self {
        $options = self::options($baseUrl, $tenant, $realm, $domain, $quirks, $defaultLifetime, $overlay, $network, $testing);

        return new self(new Handle(Native::servicePreset($name, $options)));
    }

    /**
     * A metadata document, a CiviCRM provider file, or a Connected App or Social Login Key of Frappe, as text or decoded.
     *
     * @param string|array<string, mixed>             $json
     * @param list<string>|null                       $quirks  departures that this provider is known for
     * @param array<string, mixed>|null               $overlay options over those of the definition
     * @param array{now?: int, entropy?: string}|null $testing a fixed clock and seed, for tests
     */
    public static function fromJson(
        #[\SensitiveParameter] string|array $json,
        ?string $baseUrl = null,
        ?string $tenant = null,
        ?string $realm = null,
        ?string $domain = null,
        ?array $quirks = null,
        ?int $defaultLifetime = null,
        ?array $overlay = null,
        ?NetworkOptions $network = null,
        ?array $testing = null,
    ): self {
        $options = self::options($baseUrl, $tenant, $realm, $domain, $quirks, $defaultLifetime, $overlay, $network, $testing);

        return new self(new Handle(Native::serviceFromJson(Json::document($json, 'json'), $options)));
    }

    /**
     * The known products, and what each needs.
     *
     * @return list<array{name: string, title: string, needs: list<string>, defaults: array<string, string>, scopes: list<string>, quirks: list<string>, tags: list<string>}>
     */
    public static function presets(): array
    {
        return Json::decode(Native::servicePresets());
    }

    /**
     * Fills in a template: one of the provider file's by its name, or the one that is given.
     *
     * @param string|array<mixed>       $template
     * @param array<string, mixed>|null $token
     * @param array<string, mixed>|null $client
     * @param array<string, mixed>|null $provider
     * @param 'mail'|'contact'|null     $mode     how texts are filled in; by default as CiviCRM does for this template
     */
    public function render(
        string|array $template,
        #[\SensitiveParameter] ?array $token = null,
        #[\SensitiveParameter] ?array $client = null,
        ?array $provider = null,
        ?string $mode = null,
    ): mixed {
        $options = ['template' => $template, 'token' => $token, 'client' => $client, 'provider' => $provider, 'mode' => $mode];

        return $this->ask('render', Json::options($options));
    }

    /**
     * The name of a resource owner by CiviCRM's order: `upn`, `userPrincipalName`, `mail`, `email`, `id`.
     *
     * @param array<string, mixed> $claims
     */
    public function ownerName(array $claims): ?string
    {
        return $this->ask('owner_name', Json::encode(['claims' => $claims], 'claims'));
    }

    /**
     * The identifier of a user: the claim that the service names for it, else `sub`.
     *
     * @param array<string, mixed> $claims
     */
    public function userId(array $claims): ?string
    {
        return $this->ask('user_id', Json::encode(['claims' => $claims], 'claims'));
    }

    private function ask(string $question, #[\SensitiveParameter] string $options): mixed
    {
        return \json_decode(Native::serviceAsk($this->handle->id, $question, $options), true);
    }

    /**
     * @internal
     *
     * @param list<string>|null                       $quirks
     * @param array<string, mixed>|null               $overlay
     * @param array{now?: int, entropy?: string}|null $testing
     */
    public static function options(
        ?string $baseUrl,
        ?string $tenant,
        ?string $realm,
        ?string $domain,
        ?array $quirks,
        ?int $defaultLifetime,
        ?array $overlay,
        ?NetworkOptions $network,
        ?array $testing,
    ): string {
        return Json::options([
            'base_url' => $baseUrl,
            'tenant' => $tenant,
            'realm' => $realm,
            'domain' => $domain,
            'quirks' => $quirks,
            'default_lifetime' => $defaultLifetime,
            'overlay' => $overlay === [] ? null : $overlay,
            'network' => NetworkOptions::members($network),
            'testing' => $testing,
        ]);
    }

    /**
     * Registers a client with this metadata, RFC 7591.
     *
     * @param array<string, mixed> $metadata           by the names of the RFC: `redirect_uris`, `client_name`, `jwks` ..
     * @param string|null          $initialAccessToken a token that the provider may ask for
     * @param string|null          $softwareStatement  a signed JWT about the software
     */
    public function register(
        array $metadata,
        #[\SensitiveParameter] ?string $initialAccessToken = null,
        ?string $softwareStatement = null,
    ): Registration {
        return ServiceFlow::run(ServiceFlow::registering($this, $metadata, $initialAccessToken, $softwareStatement));
    }

    /** Reads a registration anew, RFC 7592. */
    public function readRegistration(Registration $registration): Registration
    {
        return ServiceFlow::run(ServiceFlow::managing($this, 'read_registration', $registration));
    }

    /**
     * Replaces the metadata of a registration, RFC 7592: what is left out is deleted at the provider. Keep the result in place of the old one.
     *
     * @param array<string, mixed> $metadata
     */
    public function updateRegistration(Registration $registration, array $metadata): Registration
    {
        return ServiceFlow::run(ServiceFlow::managing($this, 'update_registration', $registration, $metadata));
    }

    /** Deletes a registration, RFC 7592. */
    public function deleteRegistration(Registration $registration): void
    {
        Native::flowRun(ServiceFlow::managing($this, 'delete_registration', $registration));
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

    public function __get(string $name): mixed
    {
        return $name === 'definition'
            ? $this->definition ??= $this->ask('definition', '')
            : throw Failure::argument(self::class . " has no property {$name}");
    }

    public function __isset(string $name): bool
    {
        return $name === 'definition';
    }

    public function __set(string $name, mixed $value): void
    {
        throw Failure::argument(self::class . ' cannot be changed');
    }

    /** @return array<string, mixed> */
    public function __debugInfo(): array
    {
        return ['issuer' => $this->issuer];
    }
}
