<?php

declare(strict_types=1);

namespace Ferroauth;

use Ferroauth\Internal\HasSecrets;
use Ferroauth\Internal\Secrets;

/**
 * A logout to be asked for: send the browser to `url`.
 *
 * @property-read string      $url   it may carry the ID token
 * @property-read string|null $state keep it for {@see Client::finishLogout()}; null if the browser does not come back
 */
final class LogoutRequest
{
    use HasSecrets;

    /**
     * @internal
     *
     * @param array<string, mixed> $members
     */
    public function __construct(#[\SensitiveParameter] array $members)
    {
        $this->secrets = new Secrets(['url' => $members['url'], 'state' => $members['state']]);
    }
}
