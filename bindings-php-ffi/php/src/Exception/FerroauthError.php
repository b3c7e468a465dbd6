<?php

declare(strict_types=1);

namespace Ferroauth\Exception;

/** What all exceptions of the library share; catch {@see FerroauthException} instead. */
abstract class FerroauthError extends \RuntimeException implements FerroauthException
{
    /**
     * @internal
     *
     * @param array<string, mixed> $report the library's report, see {@see \Ferroauth\Internal\Failure}
     */
    final public function __construct(private array $report)
    {
        parent::__construct($report['message'], $report['number']);
    }

    final public function errorCode(): string
    {
        return $this->report['code'];
    }

    final public function number(): int
    {
        return $this->report['number'];
    }

    final public function category(): string
    {
        return $this->report['category'];
    }

    final public function isRetryable(): bool
    {
        return $this->report['retryable'];
    }

    final public function httpStatus(): int
    {
        return $this->report['status'];
    }

    final public function retryAfter(): ?int
    {
        return $this->report['retry_after'] ?? null;
    }

    final public function oauthError(): ?string
    {
        return $this->report['oauth_error'] ?? null;
    }

    final public function oauthErrorDescription(): ?string
    {
        return $this->report['oauth_error_description'] ?? null;
    }

    final public function explain(): array
    {
        return $this->report['explain'] ?? [];
    }
}
