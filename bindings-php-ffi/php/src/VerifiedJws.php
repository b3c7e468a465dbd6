<?php

declare(strict_types=1);

namespace Ferroauth;

use Ferroauth\Internal\Json;

/** A payload and the signatures of it that verify. */
final class VerifiedJws
{
    /** The bytes that were signed. */
    public readonly string $payload;

    /** @var list<JwsSignature> at least one, in the order of the JWS */
    public readonly array $signatures;

    /** @var array<string, mixed> the protected header of the first signature that verifies */
    public readonly array $header;

    /** @internal */
    public function __construct(string $report)
    {
        $members = Json::decode($report);
        $this->payload = Json::bytes($members['payload']);
        $this->signatures = \array_map(
            static fn (array $one): JwsSignature => new JwsSignature($one['index'], $one['algorithm'], $one['header'], $one['unprotected'], $one['key_id']),
            $members['signatures'],
        );
        $this->header = $this->signatures[0]->header;
    }
}
