<?php

declare(strict_types=1);

namespace Ferroauth;

use Ferroauth\Internal\NotSerializable;

/** On whose behalf a request is made. */
final class Principal
{
    use NotSerializable;

    /** Whether the request may go on. */
    public readonly bool $granted;

    /** The claim `sub`, or null. */
    public readonly ?string $subject;

    /**
     * @internal
     *
     * @param Claims       $claims the claims of the token, all checked
     * @param list<string> $scopes the scopes of the token
     */
    public function __construct(public readonly Claims $claims, public readonly array $scopes)
    {
        $this->granted = true;
        $this->subject = $claims['sub'];
    }

    /** Whether the token has this very scope. */
    public function hasScope(string $name): bool
    {
        return \in_array($name, $this->scopes, true);
    }
}
