<?php

declare(strict_types=1);

namespace Ferroauth;

use Ferroauth\Internal\Failure;
use Ferroauth\Internal\Handle;
use Ferroauth\Internal\Json;
use Ferroauth\Internal\Native;
use Ferroauth\Internal\NotSerializable;
use Ferroauth\Internal\RequestFields;

/** The decision about a request as a flow that the caller carries. */
final class ResourceServerFlow
{
    use NotSerializable;

    /** @internal use {@see ResourceServer::$flow} */
    public function __construct(private readonly Handle $server)
    {
    }

    /**
     * The flow of {@see ResourceServer::authenticate()}; its result is a {@see Principal} or a {@see Denial}.
     *
     * @param array<string, mixed>|object|null $request
     * @param list<string>                     $scopes
     */
    public function authenticate(#[\SensitiveParameter] array|object|null $request = null, array $scopes = []): Flow
    {
        $fields = RequestFields::authorization($request);
        $options = $scopes === [] ? '' : Json::options(['scopes' => $scopes]);

        return new Flow(
            new Handle(Native::resourceServerAuthenticateFlow($this->server->id, RequestFields::encode($fields), $options)),
            static fn (array $outcome): Principal|Denial => self::decision($outcome['json'], $fields),
        );
    }

    /**
     * @internal
     *
     * @param array<string, mixed> $reply
     * @param list<string>         $fields
     */
    public static function decision(array $reply, #[\SensitiveParameter] array $fields): Principal|Denial
    {
        if ($reply['granted'] !== true) {
            return new Denial($reply['status'], $reply['headers'], Failure::fromReport($reply['error']));
        }

        return new Principal(new Claims($reply['claims'], \base64_encode($reply['header'])), $reply['scopes']);
    }

    /** @return array<string, mixed> */
    public function __debugInfo(): array
    {
        return [];
    }
}
