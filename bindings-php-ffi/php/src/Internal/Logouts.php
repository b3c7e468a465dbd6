<?php

declare(strict_types=1);

namespace Ferroauth\Internal;

use Ferroauth\ClientFlow;
use Ferroauth\FrontChannelLogout;
use Ferroauth\LogoutRequest;
use Ferroauth\LogoutToken;

/**
 * How a client's sessions end: at the provider, through the browser, and by what the provider posts.
 *
 * @internal
 */
trait Logouts
{
    /**
     * Begins a logout at the provider (OpenID Connect RP-Initiated Logout): send the browser to its `url`, and where it comes back, give its
     * `state` to {@see finishLogout()}. No network.
     *
     * @param list<string>|null $uiLocales
     */
    public function beginLogout(
        #[\SensitiveParameter] ?string $idTokenHint = null,
        ?string $postLogoutRedirectUri = null,
        ?string $state = null,
        ?array $uiLocales = null,
        ?string $logoutHint = null,
    ): LogoutRequest {
        return new LogoutRequest($this->answer('begin_logout', [
            'id_token_hint' => $idTokenHint,
            'post_logout_redirect_uri' => $postLogoutRedirectUri,
            'state' => $state,
            'ui_locales' => $uiLocales,
            'logout_hint' => $logoutHint,
        ]));
    }

    /**
     * Checks what the browser brought back from the provider's logout: the state that the session kept. No network.
     *
     * @param string|array<string, mixed> $callback
     */
    public function finishLogout(#[\SensitiveParameter] string|array $callback, #[\SensitiveParameter] string $state): void
    {
        $this->answer('finish_logout', ['callback' => self::brought($callback), 'state' => $state]);
    }

    /**
     * Checks a logout that came through the browser (OpenID Connect Front-Channel Logout). No network.
     *
     * @param string|array<string, mixed> $request   its URL, or its parameters
     * @param string|null                 $sessionId the `sid` of the session's ID token: then the request must name this provider and this session
     */
    public function frontChannelLogout(string|array $request, ?string $sessionId = null): FrontChannelLogout
    {
        $given = ['request' => self::brought($request), 'session_id' => $sessionId];

        return new FrontChannelLogout($this->answer('front_channel_logout', $given));
    }

    /**
     * Verifies a logout token that the provider posted (OpenID Connect Back-Channel Logout). One that this PHP process has seen before is refused.
     *
     * @param string|null $replay `left_to_host`: the caller remembers `tokenId` until `expiresAt`, for all processes
     */
    public function verifyLogoutToken(#[\SensitiveParameter] string $token, ?string $replay = null): LogoutToken
    {
        $options = Json::options(['token' => $token, 'replay' => $replay]);

        return new LogoutToken(Json::decode(Told::clientRun(Native::OPERATION, $this->handle->id, 0, 'verify_logout_token', $options)));
    }

    /**
     * @param array<string, mixed> $options
     *
     * @return array<mixed>
     */
    private function answer(string $name, #[\SensitiveParameter] array $options): array
    {
        return Json::decode(Native::clientAnswer($this->handle->id, $name, Json::options($options)));
    }

    /**
     * @param string|array<string, mixed> $request
     *
     * @return string|array<mixed>
     */
    private static function brought(#[\SensitiveParameter] string|array $request): string|array
    {
        return \is_string($request) ? $request : Json::decode(ClientFlow::pairs($request));
    }
}
