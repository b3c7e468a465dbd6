<?php

declare(strict_types=1);

namespace Ferroauth;

use Ferroauth\Internal\Json;
use Ferroauth\Internal\Native;

/** What kind of redirect URI a text is, for settings pages and checks before a client is built. */
final class RedirectUri
{
    /**
     * @param string                                                   $kind        `https`, `loopback`, `private_network`, `custom_scheme`
     *                                                                              or `refused`
     * @param bool                                                     $accepted    whether a {@see Client} takes it
     * @param list<array{code: string, text: string, refuses: bool}>   $reasons     why it is refused, and what else is worth a look
     * @param bool                                                     $civiWarning whether CiviCRM shows its warning about it; that rule
     *                                                                              is lax, and is here for comparison only
     */
    private function __construct(
        public readonly string $url,
        public readonly string $kind,
        public readonly bool $accepted,
        public readonly ?string $scheme,
        public readonly ?string $host,
        public readonly ?int $port,
        public readonly array $reasons,
        public readonly bool $civiWarning,
    ) {
    }

    /** Tells where a redirect URI points and why it is refused or needs a second look. Nothing is resolved. */
    public static function classify(string $url): self
    {
        $answer = Json::decode(Native::pure('redirect_uri.classify', Json::encode(['url' => $url], 'url')));

        return new self(
            $url,
            $answer['kind'],
            $answer['accepted'],
            $answer['scheme'],
            $answer['host'],
            $answer['port'],
            $answer['reasons'],
            $answer['civi_warning'],
        );
    }
}
