<?php

declare(strict_types=1);

namespace Ferroauth;

use Ferroauth\Internal\HasSecrets;
use Ferroauth\Internal\Secrets;

/**
 * What a flow needs next, or its result.
 *
 * @property-read array{method: string, url: string, headers: array<string, string>, body: string, timeout_ms: int}|null $http
 *        a request to carry, credentials included
 */
final class Step
{
    use HasSecrets;

    /**
     * @internal
     *
     * @param bool                      $done   whether the flow has ended
     * @param array<string, mixed>|null $http
     * @param int|null                  $sleep  milliseconds to wait
     * @param mixed                     $result what the flow gives, once it is done
     */
    public function __construct(
        public readonly bool $done,
        #[\SensitiveParameter] ?array $http,
        public readonly ?int $sleep,
        public readonly mixed $result,
    ) {
        $this->secrets = new Secrets(['http' => $http]);
    }
}
