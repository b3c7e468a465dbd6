<?php

declare(strict_types=1);

namespace Ferroauth;

use Ferroauth\Internal\Failure;
use Ferroauth\Internal\Handle;
use Ferroauth\Internal\Json;
use Ferroauth\Internal\Native;
use Ferroauth\Internal\NotSerializable;

/** The operations of a client as flows that the caller carries; see {@see Client} for what they do. */
final class ClientFlow
{
    use NotSerializable;

    /** @internal use {@see Client::$flow} */
    public function __construct(private readonly Handle $client)
    {
    }

    /**
     * The result is a {@see TokenSet}.
     *
     * @param string|array<string, mixed> $callback
     */
    public function finishAuthorization(
        PendingAuthorization $pending,
        #[\SensitiveParameter] string|array $callback,
    ): Flow {
        $id = $this->client->id;

        return self::tokens(\is_string($callback)
            ? Native::clientFinishUrl($id, $pending->handle(), $callback)
            : Native::clientFinishParameters($id, $pending->handle(), self::pairs($callback)));
    }

    /**
     * The result is a {@see TokenSet}.
     *
     * @param list<string>|null $scopes
     */
    public function refresh(#[\SensitiveParameter] string $refreshToken, ?array $scopes = null): Flow
    {
        return self::tokens(Native::clientRefresh($this->client->id, $refreshToken, Json::options(['scopes' => $scopes])));
    }

    /**
     * The result is a {@see TokenSet}.
     *
     * @param list<string>|null $scopes
     */
    public function clientCredentials(?array $scopes = null): Flow
    {
        return self::tokens(Native::clientOperation($this->client->id, 'client_credentials', Json::options(['scopes' => $scopes])));
    }

    /** The result is an {@see Introspection}. */
    public function introspect(#[\SensitiveParameter] string $token, ?string $tokenTypeHint = null): Flow
    {
        $options = Json::options(['token_type_hint' => $tokenTypeHint]);

        return new Flow(
            new Handle(Native::clientIntrospect($this->client->id, $token, $options)),
            static fn (array $outcome): Introspection => new Introspection($outcome['json']),
        );
    }

    /** The result is null. */
    public function revoke(#[\SensitiveParameter] string $token, ?string $tokenTypeHint = null): Flow
    {
        $options = Json::options(['token_type_hint' => $tokenTypeHint]);

        return new Flow(
            new Handle(Native::clientRevoke($this->client->id, $token, $options)),
            static fn (array $outcome): mixed => null,
        );
    }

    /** The result is an array of claims. */
    public function userinfo(#[\SensitiveParameter] string $accessToken, ?string $subject = null): Flow
    {
        $options = Json::options(['subject' => $subject]);

        return new Flow(
            new Handle(Native::clientUserinfo($this->client->id, $accessToken, $options)),
            static fn (array $outcome): array => $outcome['json'],
        );
    }

    private static function tokens(int $flow): Flow
    {
        return new Flow(new Handle($flow), static fn (array $outcome): TokenSet => new TokenSet($outcome['json']));
    }

    /**
     * Parameters as a list of pairs; repeated names stay repeated. Values of other types are what PHP makes of
     * `code[]=`, so they are the sender's doing and not the caller's.
     *
     * @internal
     *
     * @param array<string, mixed> $parameters
     */
    public static function pairs(#[\SensitiveParameter] array $parameters): string
    {
        $pairs = [];
        foreach ($parameters as $name => $values) {
            foreach (\is_array($values) ? $values : [$values] as $value) {
                if (!\is_string($value) || !self::isText($value) || !self::isText((string) $name)) {
                    throw Failure::callback('a parameter is not text');
                }
                $pairs[] = [(string) $name, $value];
            }
        }

        return Json::encode($pairs, 'callback');
    }

    private static function isText(#[\SensitiveParameter] string $value): bool
    {
        return \preg_match('//u', $value) === 1;
    }

    /** @return array<string, mixed> */
    public function __debugInfo(): array
    {
        return [];
    }
}
