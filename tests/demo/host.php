<?php

// The main job from PHP, with the installed package: see steps.py for the list and host_process.py for the lines.

declare(strict_types=1);

use Ferroauth\{Client, HmacKey, KeySet, PendingAuthorization, Pkce, PrivateKey, Service, Signer, Verifier};
use Ferroauth\Exception\FerroauthException;

// The package is the one installed in the working directory, as it is for a user's own program.
require getcwd() . '/vendor/autoload.php';

const ALGORITHMS = ['HS256', 'RS256', 'ES256', 'EdDSA'];

function show(string $step, mixed $ok, string $seen, array $more = []): void
{
    $line = ['host' => 'php', 'step' => $step, 'ok' => (bool) $ok, 'seen' => $seen, ...$more];
    fwrite(STDOUT, json_encode($line, JSON_UNESCAPED_SLASHES | JSON_THROW_ON_ERROR) . "\n");
}

function nextLine(): array
{
    return json_decode((string) fgets(STDIN), true, 512, JSON_THROW_ON_ERROR);
}

function refusal(string $step, string $wanted, callable $action): void
{
    try {
        $action();
        show($step, false, 'was accepted');
    } catch (FerroauthException $error) {
        show($step, $error->errorCode() === $wanted, "refused: {$error->errorCode()}");
    }
}

function clientOf(array $config, Service $service, string $name): Client
{
    $known = $config['clients'][$name];
    return new Client(
        $service,
        clientId: $known['client_id'],
        clientSecret: $known['client_secret'],
        redirectUri: $known['redirect_uris'] ? $config['redirect_uri'] : null,
        authenticationMethod: $known['authentication_method'],
        idTokenAlgorithms: $known['id_token_algorithm'] ? [$known['id_token_algorithm']] : null,
    );
}

function begin(Client $client): PendingAuthorization
{
    return $client->beginAuthorization(scopes: ['openid', 'email', 'offline_access'], parameters: ['prompt' => 'consent']);
}

function callbackFromBrowser(string $step, string $url): string
{
    show($step, str_contains($url, 'code_challenge_method=S256'), '', ['ask' => $url]);
    return nextLine()['callback'];
}

function mainJob(array $config): void
{
    $service = Service::discover($config['issuer']);
    show('discovery', $service->issuer === $config['issuer'], "issuer {$service->issuer}");

    $pair = Pkce::generate();
    $known = Pkce::challenge('dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk') === 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';
    show('pkce', $known && Pkce::verify($pair->verifier, $pair->challenge), "{$pair->method}, RFC 7636 B agrees");

    $client = clientOf($config, $service, 'demo-basic');
    $appKey = random_bytes(32);
    $pending = begin($client);
    $sealed = $pending->seal($appKey);
    $url = callbackFromBrowser('authorization', $pending->url);
    $reopened = $client->openPending($sealed, $appKey);
    $length = strlen($sealed);
    show('callback', $reopened->state === $pending->state && str_contains($url, 'iss='), "sealed, {$length} chars; code, iss");

    $tokens = $client->finishAuthorization($reopened, $url);
    show('exchange', $tokens->accessToken && $tokens->refreshToken && $tokens->expiresAt, implode(' ', $tokens->scopes));
    $claims = $tokens->idToken->claims;
    $header = $tokens->idToken->header;
    show('id_token', $claims['email'] === "{$config['user']}@example.test", "{$header['alg']} {$header['kid']}, {$claims['email']}");

    $issued = clientOf($config, $service, 'demo-machine')->clientCredentials(scopes: ['orders:read']);
    $verifier = new Verifier(issuer: $config['issuer'], audience: $config['api'], tokenType: 'at+jwt');
    $access = $verifier->verify($issued->accessToken);
    show('api_token', $access['client_id'] === 'demo-machine', headerOf($issued->accessToken) . ", {$access['scope']}");

    $report = $client->introspect($tokens->accessToken);
    show('introspect', $report->active, 'active ' . json_encode($report->active) . ", sub {$report['sub']}");
    $person = $client->userinfo($tokens->accessToken, subject: $claims['sub']);
    show('userinfo', $person['email'] === $claims['email'], "sub {$person['sub']}, {$person['email']}");
    $renewed = $client->refresh($tokens->refreshToken);
    show('refresh', $renewed->accessToken !== $tokens->accessToken, 'another access token');
    $client->revoke($renewed->accessToken);
    show('revoke', true, 'revoked');
    $report = $client->introspect($renewed->accessToken);
    show('inactive', $report->active === false, 'active ' . json_encode($report->active));

    foreach (['post', 'public', 'pss'] as $step) {
        $other = clientOf($config, $service, "demo-{$step}");
        $started = begin($other);
        $again = $other->finishAuthorization($started, callbackFromBrowser("browser_{$step}", $started->url));
        $header = $again->idToken->header;
        $wanted = $config['clients']["demo-{$step}"]['id_token_algorithm'];
        show($step, $header['alg'] === $wanted, "{$header['alg']} {$header['kid']}, sub {$again->idToken->claims['sub']}");
    }

    $carried = 0;
    $flow = $other->flow->refresh($again->refreshToken);
    $step = $flow->advance();
    while (!$step->done) {
        $carried++;
        $step = $flow->advance(send($step->http));
    }
    show('own_transport', $step->result->accessToken && $carried === 1, "curl carried {$carried} request");

    $stranger = begin($client);
    refusal('wrong_state', 'callback.state_mismatch', fn () => $client->finishAuthorization($stranger, $url));
    [$head, $body, $signature] = explode('.', $tokens->idToken->raw);
    $forged = "{$head}.{$body}." . ($signature[0] === 'A' ? 'B' : 'A') . substr($signature, 1);
    $own = new Verifier(issuer: $config['issuer'], audience: 'demo-basic');
    refusal('forged', 'token.signature', fn () => $own->verify($forged));
}

function headerOf(string $token): string
{
    $header = json_decode(base64_decode(strtr(explode('.', $token)[0], '-_', '+/')), true);
    return "{$header['alg']} {$header['typ']}";
}

/** The host's own transport: here ext-curl. */
function send(array $request): array
{
    $handle = curl_init($request['url']);
    $sent = array_map(fn ($name, $value) => "{$name}: {$value}", array_keys($request['headers']), $request['headers']);
    $headers = [];
    curl_setopt_array($handle, [
        CURLOPT_CUSTOMREQUEST => $request['method'],
        CURLOPT_HTTPHEADER => $sent,
        CURLOPT_RETURNTRANSFER => true,
        CURLOPT_TIMEOUT => 10,
        CURLOPT_HEADERFUNCTION => function ($_, string $line) use (&$headers): int {
            if (str_contains($line, ':')) {
                [$name, $value] = explode(':', $line, 2);
                $headers[strtolower($name)] = trim($value);
            }
            return strlen($line);
        },
    ]);
    if ($request['method'] !== 'GET') {
        curl_setopt($handle, CURLOPT_POSTFIELDS, $request['body']);
    }
    $body = curl_exec($handle);
    return ['status' => curl_getinfo($handle, CURLINFO_RESPONSE_CODE), 'headers' => $headers, 'body' => $body];
}

function sign(array $config): void
{
    $claims = ['iss' => $config['token_issuer'], 'aud' => $config['token_audience'], 'sub' => 'from php'];
    $tokens = [];
    foreach (ALGORITHMS as $algorithm) {
        $known = $config['keys'][$algorithm];
        $key = $algorithm === 'HS256' ? new HmacKey($known['secret']) : PrivateKey::fromPem($known['private_pem']);
        $tokens[$algorithm] = (new Signer($key, algorithm: $algorithm, kid: $known['kid']))->sign($claims, lifetime: 300);
    }
    show('sign', count($tokens) === count(ALGORITHMS), implode(' ', array_keys($tokens)), ['tokens' => $tokens]);
}

function verify(array $config): void
{
    $public = KeySet::fromJson(json_encode($config['jwks']));
    foreach ($config['signed'] as $host => $tokens) {
        $passed = [];
        foreach ($tokens as $algorithm => $token) {
            $key = $algorithm === 'HS256' ? new HmacKey($config['keys']['HS256']['secret']) : $public;
            $verifier = new Verifier(
                key: $key,
                algorithms: [$algorithm],
                issuer: $config['token_issuer'],
                audience: $config['token_audience'],
            );
            if ($verifier->verify($token)['sub'] === "from {$host}") {
                $passed[] = $algorithm;
            }
        }
        show("from_{$host}", count($passed) === count(ALGORITHMS), implode(' ', $passed));
    }
}

(['login' => mainJob(...), 'sign' => sign(...), 'verify' => verify(...)])[$argv[1]](nextLine());
