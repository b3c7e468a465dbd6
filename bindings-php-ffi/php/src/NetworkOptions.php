<?php

declare(strict_types=1);

namespace Ferroauth;

/**
 * How requests may be carried. What is left out has the safe value: private addresses refused, 3 s to connect,
 * 10 s in all, 512 KiB of reply, no proxy from the environment.
 */
final class NetworkOptions
{
    /**
     * @param bool|null   $allowPrivate         allow hosts that resolve to private addresses
     * @param int|null    $connectTimeoutMs     milliseconds for resolving, connecting and the TLS handshake
     * @param int|null    $timeoutMs            milliseconds for the whole exchange
     * @param int|null    $maxBody              bytes of a reply, after decoding
     * @param bool|null   $proxyFromEnvironment use HTTPS_PROXY and its kin
     * @param string|null $extraRootsPem        certificates of further authorities, for a private provider
     */
    public function __construct(
        public readonly ?bool $allowPrivate = null,
        public readonly ?int $connectTimeoutMs = null,
        public readonly ?int $timeoutMs = null,
        public readonly ?int $maxBody = null,
        public readonly ?bool $proxyFromEnvironment = null,
        public readonly ?string $extraRootsPem = null,
    ) {
    }

    /**
     * @internal
     *
     * @return array<string, mixed>|null
     */
    public static function members(?self $options): ?array
    {
        if ($options === null) {
            return null;
        }
        $members = \array_filter([
            'allow_private' => $options->allowPrivate,
            'connect_timeout_ms' => $options->connectTimeoutMs,
            'timeout_ms' => $options->timeoutMs,
            'max_body' => $options->maxBody,
            'proxy_from_environment' => $options->proxyFromEnvironment,
            'extra_roots_pem' => $options->extraRootsPem,
        ], static fn (mixed $value): bool => $value !== null);

        return $members === [] ? null : $members;
    }
}
