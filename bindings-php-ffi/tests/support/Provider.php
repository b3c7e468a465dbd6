<?php

declare(strict_types=1);

namespace Ferroauth\Tests\Support;

/** The test provider, running. */
final class Provider
{
    public readonly string $issuer;

    public readonly string $directory;

    private readonly Server $server;

    public function __construct()
    {
        $this->directory = Server::temporaryDirectory();
        openssl_pkey_export(openssl_pkey_new(['private_key_bits' => 2048]), $pem);
        file_put_contents("{$this->directory}/key.pem", $pem);
        $port = Server::freePort();
        $this->issuer = "http://127.0.0.1:{$port}";
        $environment = ['PROVIDER_STATE' => $this->directory, 'PATH' => (string) getenv('PATH')];
        $this->server = new Server([PHP_BINARY, '-S', "127.0.0.1:{$port}", __DIR__ . '/provider.php'], $this->directory, $environment);
        $this->server->await("tcp://127.0.0.1:{$port}");
    }

    /** How often a path was asked for. */
    public function requests(string $path): int
    {
        return count(array_keys(explode("\n", (string) @file_get_contents("{$this->directory}/requests.log")), $path, true));
    }

    /** Follows the authorization URL as a browser would and returns the callback's URL. */
    public function authorize(string $url): string
    {
        $context = stream_context_create(['http' => ['follow_location' => 0, 'ignore_errors' => true, 'timeout' => 10]]);
        file_get_contents($url, false, $context);
        foreach ($http_response_header as $line) {
            if (stripos($line, 'location:') === 0) {
                return trim(substr($line, 9));
            }
        }
        throw new \RuntimeException('the provider did not redirect');
    }

    public function stop(): void
    {
        $this->server->stop();
    }
}
