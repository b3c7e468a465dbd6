<?php

// The table behind PHP's integers (J9): no integer that PHP can make up does harm.

declare(strict_types=1);

use Ferroauth\Exception\FerroauthException;
use Ferroauth\Internal\Native;
use Ferroauth\Tests\Support\Check;

$metadata = '{"issuer":"https://idp.example.com","authorization_endpoint":"https://idp.example.com/a","token_endpoint":"https://idp.example.com/t"}';

return [
    'closing is idempotent, and a closed handle stays closed' => static function (): void {
        $key = Native::keyHmac(str_repeat('k', 32));
        Native::handleFree($key);
        Native::handleFree($key);
        Check::refused('internal.handle', static fn () => Native::keyDescribe($key));
        $again = Native::keyHmac(str_repeat('k', 32));
        Check::true($again !== $key, 'a slot that is used again has another generation');
        Check::refused('internal.handle', static fn () => Native::keyDescribe($key));
        Native::handleFree($again);
    },
    'a handle of another kind is refused' => static function () use ($metadata): void {
        $key = Native::keyHmac(str_repeat('k', 32));
        $service = Native::serviceFromJson($metadata, '');
        Check::refused('internal.handle', static fn () => Native::serviceToJson($key));
        Check::refused('internal.handle', static fn () => Native::clientNew($key, '{"client_id":"a"}', ''));
        Check::refused('internal.handle', static fn () => Native::verifierNew('{"issuer":null,"audience":null,"algorithms":["HS256"]}', $service, 0));
        Check::refused('internal.handle', static fn () => Native::verify($key, 'a.b.c', true));
        Native::handleFree($key);
        Native::handleFree($service);
    },
    'objects close their handles' => static function (): void {
        $before = Native::handleCount();
        for ($i = 0; $i < 1000; $i++) {
            $key = new Ferroauth\HmacKey(str_repeat('k', 32));
            $verifier = new Ferroauth\Verifier(issuer: null, audience: null, key: $key, algorithms: ['HS256']);
        }
        unset($key, $verifier);
        Check::same($before, Native::handleCount());
    },
    'a flow outlives the client that began it' => static function () use ($metadata): void {
        $flow = (new Ferroauth\Client(Ferroauth\Service::fromJson($metadata), clientId: 'a', clientSecret: 'b'))->flow->clientCredentials();
        Check::same('POST', $flow->advance()->http['method']);
        Check::refused('internal.flow', static fn () => (clone new ArrayObject([$flow]))[0]->advance());
    },
    'a hundred thousand random operations' => static function () use ($metadata): void {
        mt_srand(20260101);
        $open = [];
        $closed = [];
        $make = [
            static fn (): array => ['key', Native::keyHmac(str_repeat(chr(mt_rand(97, 122)), 32))],
            static fn (): array => ['service', Native::serviceFromJson($metadata, '')],
            static fn (): array => ['keyring', Native::keyringNew('["' . bin2hex(str_repeat('k', 32)) . '"]')],
        ];
        $use = [
            'key' => static fn (int $handle) => Native::keyDescribe($handle),
            'service' => static fn (int $handle) => Native::serviceIssuer($handle),
            'keyring' => null,
        ];
        $base = Native::handleCount();
        for ($i = 0; $i < 100_000; $i++) {
            $choice = mt_rand(0, 9);
            if ($choice < 4 || $open === []) {
                [$kind, $handle] = $make[mt_rand(0, 2)]();
                Check::true(!isset($open[$handle]) && !isset($closed[$handle]), 'the handle is new');
                $open[$handle] = $kind;
            } elseif ($choice < 7) {
                $handle = array_rand($open);
                Native::handleFree($handle);
                $closed[$handle] = $open[$handle];
                unset($open[$handle]);
            } elseif ($choice < 9) {
                $handle = array_rand($open);
                foreach ($use as $kind => $call) {
                    if ($call !== null && $kind === $open[$handle]) {
                        $call($handle);
                    } elseif ($call !== null) {
                        Check::refused('internal.handle', static fn () => $call($handle));
                    }
                }
            } else {
                $handle = $closed !== [] && mt_rand(0, 1) ? array_rand($closed) : mt_rand() << mt_rand(0, 31);
                if (!isset($open[$handle])) {
                    Native::handleFree($handle);
                    Check::refused('internal.handle', static fn () => Native::serviceIssuer($handle));
                }
            }
        }
        Check::same(count($open), Native::handleCount() - $base);
        array_map(Native::handleFree(...), array_keys($open));
        Check::same($base, Native::handleCount());
    },
];
