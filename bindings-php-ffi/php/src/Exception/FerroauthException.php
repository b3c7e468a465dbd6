<?php

declare(strict_types=1);

namespace Ferroauth\Exception;

/**
 * Every failure of the library.
 *
 * The code and the number are rows of one append-only table that PHP, Python and Node share; the classes are
 * the table's categories. No message and no report ever contains a secret.
 */
interface FerroauthException extends \Throwable
{
    /** The dotted code, for example `token.expired`. Never renamed. */
    public function errorCode(): string;

    /** The number of the code, which is also the exception's getCode(). Never reused. */
    public function number(): int;

    /** What the code belongs to, for example `token`. */
    public function category(): string;

    /** Whether the same call may succeed later without any change. */
    public function isRetryable(): bool;

    /** The status that a web application would answer with. */
    public function httpStatus(): int;

    /** Seconds after which a retry makes sense, if the provider said so. */
    public function retryAfter(): ?int;

    /** The `error` of the provider's reply, if it sent one. */
    public function oauthError(): ?string;

    /** Its `error_description`. Escape it before showing it in HTML. */
    public function oauthErrorDescription(): ?string;

    /**
     * Why a token was refused: the check, the key that was tried, the clock. Empty for other failures.
     *
     * @return array<string, mixed>
     */
    public function explain(): array;
}
