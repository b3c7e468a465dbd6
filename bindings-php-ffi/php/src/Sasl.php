<?php

declare(strict_types=1);

namespace Ferroauth;

use Ferroauth\Internal\Json;
use Ferroauth\Internal\Native;

/** Access tokens as passwords of mail: SASL XOAUTH2 (Google, Microsoft) and OAUTHBEARER (RFC 7628). */
final class Sasl
{
    private function __construct()
    {
    }

    /** The first message of XOAUTH2. */
    public static function xoauth2(string $user, #[\SensitiveParameter] string $accessToken): SaslResponse
    {
        return self::response('sasl.xoauth2', ['user' => $user, 'access_token' => $accessToken]);
    }

    /**
     * The first message of OAUTHBEARER.
     *
     * @param string|null $user without it the token alone says who logs in
     * @param string|null $host the mail server
     */
    public static function oauthbearer(
        ?string $user,
        #[\SensitiveParameter] string $accessToken,
        ?string $host = null,
        ?int $port = null,
    ): SaslResponse {
        return self::response('sasl.oauthbearer', ['user' => $user, 'access_token' => $accessToken, 'host' => $host, 'port' => $port]);
    }

    /** What a mail server says about a refused token: the base64 of its line, or the JSON in it. */
    public static function challenge(string $line): SaslChallenge
    {
        return new SaslChallenge(Json::decode(Native::pure('sasl.challenge', Json::encode(['challenge' => $line], 'challenge'))));
    }

    /** @param array<string, mixed> $given */
    private static function response(string $name, #[\SensitiveParameter] array $given): SaslResponse
    {
        return new SaslResponse(Json::decode(Native::pure($name, Json::options($given))));
    }
}
