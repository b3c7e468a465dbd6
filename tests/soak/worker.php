<?php

// The PHP host of the soak: does one turn for each line of standard input, and forks while its connections are open.

declare(strict_types=1);

use Ferroauth\{Client, Decrypter, Encrypter, EncryptionKey, HmacKey, KeySet, PrivateKey, Service, Signer, Verifier};
use Ferroauth\Exception\FerroauthException;

require getenv('FERROAUTH_INSTALLED') . '/vendor/autoload.php';

const CHILD_S = 20;

final class Host
{
    /** @var list<string> */
    public array $wrong = [];
    public readonly PrivateKey $key;
    /** @var list<Signer> */
    private readonly array $signers;
    /** @var list<Verifier> */
    private readonly array $verifiers;
    private readonly array $claims;
    /** @var list<string> */
    private readonly array $good;
    private readonly array $bad;
    private readonly Encrypter $encrypter;
    private readonly Decrypter $decrypter;
    private readonly string $sealedWith;
    /** @var array<string, Client> */
    private array $clients;
    private Verifier $remote;

    public function __construct(private readonly array $given)
    {
        $this->key = PrivateKey::generate('ES256', kid: 'k1');
        $secret = HmacKey::generate('HS256');
        $this->signers = [new Signer($this->key, algorithm: 'ES256'), new Signer($secret, algorithm: 'HS256')];
        $known = ['issuer' => $given['issuer'], 'audience' => 'api'];
        $this->verifiers = [
            new Verifier(...$known, key: $this->key->publicKey(), algorithms: ['ES256']),
            new Verifier(...$known, key: $secret, algorithms: ['HS256']),
        ];
        $this->claims = ['iss' => $given['issuer'], 'aud' => 'api', 'sub' => 'alice'];
        $later = ['exp' => time() + 30 * 86400];
        $this->good = array_map(fn (Signer $signer): string => $signer->sign($this->claims + $later), $this->signers);
        $this->bad = [
            [substr($this->good[0], 0, -4) . 'AAAA', 'token.signature'],
            [$this->signers[1]->sign($this->claims + ['exp' => time() - 3600]), 'token.expired'],
        ];
        $key = EncryptionKey::generate('ECDH-ES+A256KW', curve: 'P-256');
        $this->encrypter = new Encrypter($key->publicKey(), 'A256GCM');
        $this->decrypter = new Decrypter($key, encryptions: ['A256GCM']);
        $this->sealedWith = implode('', array_map('chr', range(0, 31)));
        $this->renew();
    }

    /** New objects in place of the old ones, which nobody holds any more. */
    public function renew(): void
    {
        $options = ['clientId' => 'app', 'clientSecret' => 's3cret', 'redirectUri' => 'https://app.example.com/callback'];
        $this->clients = array_map(static fn (string $text): Client => new Client(Service::fromJson($text), ...$options), $this->given['services']);
        $this->remote = $this->verifier();
    }

    public function local(int $verify, int $sign, int $more): void
    {
        for ($index = 0; $index < $verify; $index++) {
            $kind = $index % 2;
            if ($index % 20 < 2) {
                [$token, $expected] = $this->bad[$kind];
                $this->expect('verify', $this->code(fn () => $this->verifiers[$kind]->verify($token)), $expected);
            } else {
                $this->expect('verify', $this->verifiers[$kind]->verify($this->good[$kind])['sub'], 'alice');
            }
        }
        for ($index = 0; $index < $sign; $index++) {
            $this->signers[$index % 2]->sign($this->claims, lifetime: 300);
        }
        $client = $this->clients['good'];
        for ($index = 0; $index < $more; $index++) {
            $pending = $client->beginAuthorization();
            $this->expect('seal', $client->openPending($pending->seal($this->sealedWith), $this->sealedWith)->state, $pending->state);
            $this->expect('encrypt', $this->decrypter->decrypt($this->encrypter->encrypt('hello'))->plaintext, 'hello');
        }
    }

    public function network(int $index): void
    {
        [$operation, $service, $expected] = $this->given['operations'][$index % count($this->given['operations'])];
        $client = $this->clients[$service];
        $code = $this->code(fn () => match ($operation) {
            // Its own verifier, which fetches the key set.
            'keys' => $this->verifier()->verify($this->good[0]),
            'verify' => $this->remote->verify($this->good[0]),
            'token' => $client->clientCredentials(),
            'refresh' => $client->refresh('a-refresh-token'),
            'introspection' => $client->introspect('a-token'),
            'revocation' => $client->revoke('a-token'),
            'userinfo' => $client->userinfo('a-token'),
        });
        $this->expect("{$operation} at {$service}", $code, $expected);
    }

    /** @return array<string, mixed> */
    public function turn(array $asked): array
    {
        if ($asked['renew']) {
            $this->renew();
        }
        $this->local($asked['verify'], $asked['sign'], $asked['more']);
        $children = [];
        for ($index = 0; $index < $asked['network']; $index++) {
            // In the middle, so that the connections that it must not use are there.
            if ($index === intdiv($asked['network'], 2)) {
                $children = array_map(fn (): int => $this->fork(), array_fill(0, $asked['children'], null));
            }
            $this->network($index);
        }
        foreach ($children as $child) {
            pcntl_waitpid($child, $status);
            $this->expect('child', pcntl_wifsignaled($status) ? pcntl_wtermsig($status) : pcntl_wexitstatus($status), SIGKILL);
        }
        $answer = ['wrong' => array_slice($this->wrong, 0, 20), 'count' => count($this->wrong), 'children' => count($children)];
        $this->wrong = [];

        return $answer;
    }

    /** A child that does everything there is and, when all of it was right, is ended without destructors, which are the parent's. */
    private function fork(): int
    {
        $pid = pcntl_fork();
        if ($pid !== 0) {
            return $pid;
        }
        // Not PHP's own handler, which waits for a native call to return: the kernel ends the child.
        pcntl_signal(SIGALRM, SIG_DFL);
        pcntl_alarm(CHILD_S);
        $this->wrong = [];
        $this->local(20, 2, 1);
        foreach (array_keys($this->given['operations']) as $index) {
            $this->network($index);
        }
        posix_kill(getmypid(), $this->wrong === [] ? SIGKILL : SIGABRT);
        exit(1);
    }

    private function verifier(): Verifier
    {
        return new Verifier(issuer: $this->given['issuer'], audience: 'api', jwksUri: $this->given['jwks_uri']);
    }

    private function code(Closure $call): string
    {
        try {
            $call();

            return 'ok';
        } catch (FerroauthException $error) {
            return $error->errorCode();
        }
    }

    private function expect(string $what, mixed $found, mixed $expected): void
    {
        if ($found !== $expected) {
            $this->wrong[] = "{$what}: {$found} in place of {$expected}";
        }
    }
}

$host = null;
while (($line = fgets(STDIN)) !== false) {
    $asked = json_decode($line, true, 512, JSON_THROW_ON_ERROR);
    if ($host === null) {
        $host = new Host($asked);
        $answer = KeySet::fromKeys([$host->key]);
    } else {
        $answer = $host->turn($asked);
    }
    fwrite(STDOUT, json_encode($answer, JSON_THROW_ON_ERROR) . "\n");
}
