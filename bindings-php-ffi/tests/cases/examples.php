<?php

// The example programs, as a user runs them.

declare(strict_types=1);

use Ferroauth\Tests\Support\{Check, Server};

$examples = dirname(__DIR__, 3) . '/examples/php';
$provider = Server::provider();

/** A directory in which the package is installed, and the environment of the programs. */
$project = static function () use ($provider): array {
    $directory = Server::temporaryDirectory();
    mkdir("{$directory}/vendor");
    file_put_contents("{$directory}/vendor/autoload.php", '<?php require ' . var_export(PACKAGE . '/autoload.php', true) . ';');

    return [$directory, [
        'PATH' => (string) getenv('PATH'), 'ISSUER' => $provider->issuer, 'CLIENT_ID' => 'abc', 'CLIENT_SECRET' => 's3cret',
        'APP_KEY' => bin2hex(random_bytes(32)),
    ]];
};

/** One request; returns status, Location, cookie and body. */
$fetch = static function (string $url, array $headers = []): array {
    $context = stream_context_create(['http' => ['follow_location' => 0, 'ignore_errors' => true, 'timeout' => 15, 'header' => $headers]]);
    $body = (string) file_get_contents($url, false, $context);
    $found = ['status' => (int) explode(' ', $http_response_header[0])[1], 'body' => $body, 'location' => '', 'cookie' => ''];
    foreach ($http_response_header as $line) {
        [$name, $value] = explode(':', $line, 2) + [1 => ''];
        if (strtolower($name) === 'location') {
            $found['location'] = trim($value);
        } elseif (strtolower($name) === 'set-cookie') {
            $found['cookie'] = explode(';', trim($value))[0];
        }
    }

    return $found;
};

return [
    'login.php logs a user in and guards an API' => static function () use ($examples, $fetch, $project, $provider): void {
        [$directory, $environment] = $project();
        $port = Server::freePort();
        $site = "http://127.0.0.1:{$port}";
        $server = new Server(
            [PHP_BINARY, '-d', 'ffi.enable=true', '-d', "session.save_path={$directory}", '-S', "127.0.0.1:{$port}", "{$examples}/login.php"],
            $directory,
            $environment,
        );
        $server->await("tcp://127.0.0.1:{$port}");
        Check::contains('Log in', $fetch("{$site}/")['body']);
        $begun = $fetch("{$site}/login");
        Check::same(302, $begun['status'], $begun['body'] . $server->log());
        $callback = $provider->authorize($begun['location']);
        Check::contains("{$site}/callback?code=", $callback);
        Check::same(400, $fetch(str_replace('state=', 'state=x', $callback), ["Cookie: {$begun['cookie']}"])['status']);

        $begun = $fetch("{$site}/login");
        $done = $fetch($provider->authorize($begun['location']), ["Cookie: {$begun['cookie']}"]);
        Check::same([302, '/'], [$done['status'], $done['location']], 'after the callback');
        Check::contains('Hello, ada@example.test.', $fetch("{$site}/", ["Cookie: {$done['cookie']}"])['body']);

        $client = new Ferroauth\Client(Ferroauth\Service::discover($provider->issuer), clientId: 'abc', clientSecret: 's3cret');
        $token = $client->clientCredentials()->accessToken;
        Check::same('{"hello":"abc"}', $fetch("{$site}/api", ["Authorization: Bearer {$token}"])['body']);
        $refused = $fetch("{$site}/api", ['Authorization: Bearer ' . substr($token, 0, -8) . 'AAAAAAAA']);
        Check::same([401, '{"error":"token.signature"}'], [$refused['status'], $refused['body']]);
        Check::same(401, $fetch("{$site}/api")['status']);
        $server->stop();
    },
    'host_driven.php carries the traffic with curl' => static function () use ($examples, $project): void {
        [$directory, $environment] = $project();
        $process = proc_open([PHP_BINARY, "{$examples}/host_driven.php"], [1 => ['pipe', 'w'], 2 => ['pipe', 'w']], $pipes, $directory, $environment);
        $out = (string) stream_get_contents($pipes[1]);
        $errors = (string) stream_get_contents($pipes[2]);
        Check::same(0, proc_close($process), $out . $errors);
        Check::same(['active: true', 'active: false'], array_values(preg_grep('/^active/', explode("\n", $out))), $out);
        Check::same(5, preg_match_all('/^(GET|POST) http/m', $out), $out);
    },
];
