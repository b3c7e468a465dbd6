<?php

declare(strict_types=1);

namespace Ferroauth;

use Ferroauth\Internal\Json;
use Ferroauth\Internal\Native;

/**
 * Who is told of events: a PSR-3 logger, a function, or both. Until then nothing is read from the library.
 *
 *     Events::logTo(\Civi::log('ferroauth'));         // CiviCRM
 *     Events::logTo(\Drupal::logger('ferroauth'));    // Drupal, farmOS
 *     Events::listen(fn (Event $event) => $metrics->count($event->name));
 *
 * Told for as long as PHP keeps static variables: under php-fpm for one request.
 */
final class Events
{
    private static ?object $logger = null;

    private static ?\Closure $listener = null;

    private static bool $listened = false;

    /**
     * Logs each event at its level, with its members as context; null ends that.
     *
     * @param \Psr\Log\LoggerInterface|null $logger of `psr/log`, any version, which this package does not need otherwise
     */
    public static function logTo(?\Psr\Log\LoggerInterface $logger): void
    {
        self::$logger = $logger;
        self::begin();
    }

    /**
     * Calls a function with each event; null ends that.
     *
     * @param (callable(Event): void)|null $listener
     */
    public static function listen(?callable $listener): void
    {
        self::$listener = $listener === null ? null : $listener(...);
        self::begin();
    }

    /** @internal whether anybody would be told */
    public static function listened(): bool
    {
        return self::$listened;
    }

    /** @internal tells of what the operation that has just ended has left */
    public static function tell(): void
    {
        self::publish(self::read(Native::toldEvents()));
    }

    /**
     * @internal
     *
     * @return list<Event>
     */
    public static function read(string $json): array
    {
        return \array_map(static fn (array $members): Event => new Event($members), Json::decode($json));
    }

    /**
     * Whatever a logger throws: the operation has ended, and its result (a refresh token that was rotated) must not get
     * lost over a full disk.
     *
     * @internal
     *
     * @param list<Event> $events
     */
    public static function publish(array $events): void
    {
        foreach ($events as $event) {
            if (self::$logger !== null) {
                self::guarded(static fn () => self::$logger->log($event->level, $event->message, $event->toArray()));
            }
            if (self::$listener !== null) {
                self::guarded(static fn () => (self::$listener)($event));
            }
        }
    }

    private static function guarded(\Closure $tell): void
    {
        try {
            $tell();
        } catch (\Throwable $failure) {
            \error_log('ferroauth: a listener to events has failed: ' . \get_class($failure) . ': ' . $failure->getMessage());
        }
    }

    private static function begin(): void
    {
        $listened = self::$logger !== null || self::$listener !== null;
        if ($listened && !self::$listened) {
            // What an earlier operation left is nobody's news.
            Native::toldEvents();
        }
        self::$listened = $listened;
    }
}
