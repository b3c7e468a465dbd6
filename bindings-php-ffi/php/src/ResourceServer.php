<?php

declare(strict_types=1);

namespace Ferroauth;

use Ferroauth\Internal\Handle;
use Ferroauth\Internal\Json;
use Ferroauth\Internal\Native;
use Ferroauth\Internal\NotSerializable;
use Ferroauth\Internal\RequestFields;
use Ferroauth\Internal\Told;

/**
 * Guards an API: takes the bearer token of a request, and grants it or says what to answer (RFC 6750).
 *
 *     $api = new ResourceServer($verifier, realm: 'orders');
 *     $caller = $api->authenticate(scopes: ['orders:read']);
 *     if ($caller instanceof Denial) {
 *         $caller->send();
 *         exit;
 *     }
 */
final class ResourceServer
{
    use NotSerializable;

    /** The same decision, carried by the caller. */
    public readonly ResourceServerFlow $flow;

    private readonly Handle $handle;

    /** @param string|null $realm names the protected space in challenges */
    public function __construct(Verifier $verifier, ?string $realm = null)
    {
        $this->handle = new Handle(Native::resourceServerNew($verifier->handle(), Json::options(['realm' => $realm])));
        $this->flow = new ResourceServerFlow($this->handle);
    }

    /**
     * Decides about a request. Fetches the issuer's keys when it must; if that fails, the denial has status 503.
     *
     * @param array<string, mixed>|object|null $request $_SERVER, an array of headers, a PSR-7 request, or null for the
     *                                                  request that PHP serves
     * @param list<string>                     $scopes  what the token must cover, each by its exact name
     */
    public function authenticate(#[\SensitiveParameter] array|object|null $request = null, array $scopes = []): Principal|Denial
    {
        return $this->decide($request, $scopes, true);
    }

    /**
     * The same without the network: a KeySetNotLoadedException when keys would have to be fetched.
     *
     * @param array<string, mixed>|object|null $request
     * @param list<string>                     $scopes
     */
    public function authenticateNow(#[\SensitiveParameter] array|object|null $request = null, array $scopes = []): Principal|Denial
    {
        return $this->decide($request, $scopes, false);
    }

    /** @return array<string, mixed> */
    public function __debugInfo(): array
    {
        return [];
    }

    private function decide(#[\SensitiveParameter] array|object|null $request, array $scopes, bool $mayFetch): Principal|Denial
    {
        $fields = RequestFields::authorization($request);
        $options = $scopes === [] ? '' : Json::options(['scopes' => $scopes]);
        $text = Told::by(fn (): string => Native::resourceServerAuthenticate($this->handle->id, RequestFields::encode($fields), $options, $mayFetch));

        return ResourceServerFlow::decision(Json::decode($text), $fields);
    }
}
