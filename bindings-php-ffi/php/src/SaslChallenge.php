<?php

declare(strict_types=1);

namespace Ferroauth;

use Ferroauth\Exception\FerroauthException;
use Ferroauth\Internal\Failure;
use Ferroauth\Internal\NotSerializable;

/** Why a mail server refused a token. */
final class SaslChallenge
{
    use NotSerializable;

    /** `invalid_token` and the like with OAUTHBEARER, an HTTP status with XOAUTH2. */
    public readonly string $status;

    /** @var list<string> the schemes that the server takes */
    public readonly array $schemes;

    /** @var list<string> the scopes that would do */
    public readonly array $scopes;

    /** Where the metadata of the authorization server are, if that is an https URL. */
    public readonly ?string $openidConfiguration;

    /** What helps: `refresh`, `authorize` (a new login with the scopes), `wait`, or `configuration`, which no program can mend. */
    public readonly string $hint;

    /** The refusal as an exception, ready to be thrown. */
    public readonly FerroauthException $error;

    /**
     * @internal
     *
     * @param array<string, mixed> $members
     */
    public function __construct(array $members)
    {
        $this->status = $members['status'];
        $this->schemes = $members['schemes'];
        $this->scopes = $members['scopes'];
        $this->openidConfiguration = $members['openid_configuration'];
        $this->hint = $members['hint'];
        $this->error = Failure::fromReport($members['error']);
    }
}
