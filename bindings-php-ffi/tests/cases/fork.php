<?php

// pcntl_fork: what was built and used before the fork works in the child, and goes on working in the parent.

declare(strict_types=1);

use Ferroauth\{Client, HmacKey, Pkce, Service, Signer, Verifier};
use Ferroauth\Tests\Support\{Check, Server};

/** Runs work in a forked child with a hard timeout; returns what it says. */
$child = static function (callable $work, int $seconds = 15): string {
    $file = tempnam(sys_get_temp_dir(), 'ferroauth-fork-');
    $pid = pcntl_fork();
    if ($pid === 0) {
        // Not PHP's own handler, which waits for a native call to return: the kernel ends the child.
        pcntl_signal(SIGALRM, SIG_DFL);
        pcntl_alarm($seconds);
        try {
            $said = $work();
        } catch (Throwable $problem) {
            $said = get_class($problem) . ' ' . $problem->getMessage();
        }
        file_put_contents($file, $said);
        // Neither destructors nor shutdown functions: the parent's servers and files are the parent's.
        posix_kill(getmypid(), SIGKILL);
    }
    $until = microtime(true) + $seconds + 5;
    while (pcntl_waitpid($pid, $status, WNOHANG) === 0) {
        if (microtime(true) > $until) {
            posix_kill($pid, SIGKILL);
            pcntl_waitpid($pid, $status);
            throw new RuntimeException('the child hangs');
        }
        usleep(5_000);
    }
    $said = (string) file_get_contents($file);
    unlink($file);

    return $said;
};

$provider = Server::provider();
$client = static fn (): Client => new Client(Service::discover($provider->issuer), clientId: 'abc', clientSecret: 's3cret');

return [
    'a client used before the fork is used in the child and after it in the parent' => static function () use ($child, $client): void {
        $it = $client();
        $tokens = $it->clientCredentials();
        for ($i = 0; $i < 3; $i++) {
            Check::same('ok', $child(static function () use ($it, $tokens): string {
                $active = $it->introspect($tokens->accessToken)->active;
                $own = $it->clientCredentials();

                return $active && $own->accessToken !== $tokens->accessToken && count(glob('/proc/self/task/*')) === 1 ? 'ok' : 'wrong';
            }));
            Check::same(true, $it->introspect($tokens->accessToken)->active);
        }
    },
    'a client made before the fork and first used in the child' => static function () use ($child, $client): void {
        $it = $client();
        Check::same('ok', $child(static fn (): string => $it->clientCredentials()->accessToken !== '' ? 'ok' : 'wrong'));
    },
    'a grandchild works as well' => static function () use ($child, $client): void {
        $it = $client();
        $it->clientCredentials();
        Check::same('ok', $child(static function () use ($child, $it): string {
            $it->clientCredentials();

            return $child(static fn (): string => $it->clientCredentials()->accessToken !== '' ? 'ok' : 'wrong', 8);
        }));
    },
    'verifiers keep their key set' => static function () use ($child, $client, $provider): void {
        $token = $client()->clientCredentials()->accessToken;
        $verifier = new Verifier(issuer: $provider->issuer, audience: 'my-api');
        $verifier->verify($token);
        $before = $provider->requests('/jwks');
        Check::same('abc', $child(static fn (): string => $verifier->verifyNow($token)['sub']));
        Check::same($before, $provider->requests('/jwks'));
    },
    'a flow that was begun before the fork goes on in the child' => static function () use ($child, $client): void {
        $flow = $client()->flow->clientCredentials();
        $flow->advance();
        $reply = ['status' => 200, 'headers' => ['content-type' => 'application/json'], 'body' => '{"access_token":"a","token_type":"Bearer"}'];
        Check::same('a', $child(static fn (): string => $flow->advance($reply)->result->accessToken));
        Check::same('a', $flow->advance($reply)->result->accessToken);
    },
    'handles of the child are its own' => static function () use ($child): void {
        $key = new HmacKey(str_repeat('k', 32));
        $signer = new Signer($key, algorithm: 'HS256');
        Check::same('ok', $child(static function () use (&$key, &$signer): string {
            $token = $signer->sign(['sub' => '1'], lifetime: 60);
            $key = $signer = null;

            return substr_count($token, '.') === 2 ? 'ok' : 'wrong';
        }));
        Check::same(2, substr_count($signer->sign(['sub' => '1'], lifetime: 60), '.'));
    },
    'random values of parent and children never meet' => static function () use ($child): void {
        Pkce::generate();
        $seen = [];
        for ($i = 0; $i < 8; $i++) {
            $drawn = $child(static fn (): string => implode(' ', array_map(static fn () => Pkce::generate()->verifier, range(1, 500))));
            array_push($seen, ...explode(' ', $drawn));
        }
        for ($i = 0; $i < 500; $i++) {
            $seen[] = Pkce::generate()->verifier;
        }
        Check::same(4500, count(array_unique($seen)));
    },
];
