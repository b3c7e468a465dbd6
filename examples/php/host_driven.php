<?php

// The host carries the traffic itself: the same operations, step by step, here with ext-curl. In a directory
// where Composer installed ferroauth/ferroauth:
//
//   ISSUER=https://idp.example.com CLIENT_ID=abc CLIENT_SECRET=.. php host_driven.php

declare(strict_types=1);

use Ferroauth\{Client, Flow, Service};

require getcwd() . '/vendor/autoload.php';

/** Carries one request: ['method', 'url', 'headers', 'body', 'timeout_ms'] to ['status', 'headers', 'body']. */
function send(array $request): array
{
    $headers = [];
    $handle = curl_init($request['url']);
    curl_setopt_array($handle, [
        CURLOPT_CUSTOMREQUEST => $request['method'],
        CURLOPT_HTTPHEADER => array_map(
            fn (string $name, string $value): string => "{$name}: {$value}",
            array_keys($request['headers']),
            $request['headers'],
        ),
        CURLOPT_RETURNTRANSFER => true,
        CURLOPT_FOLLOWLOCATION => false,
        CURLOPT_TIMEOUT_MS => $request['timeout_ms'],
        CURLOPT_HEADERFUNCTION => function ($_, string $line) use (&$headers): int {
            if (str_contains($line, ':')) {
                [$name, $value] = explode(':', $line, 2);
                $headers[strtolower($name)][] = trim($value);
            }

            return strlen($line);
        },
    ]);
    if ($request['body'] !== '') {
        curl_setopt($handle, CURLOPT_POSTFIELDS, $request['body']);
    }
    $body = curl_exec($handle);
    if ($body === false) {
        return ['failure' => match (curl_errno($handle)) {
            CURLE_OPERATION_TIMEDOUT => 'timeout',
            CURLE_COULDNT_RESOLVE_HOST => 'dns',
            CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CACERT, CURLE_PEER_FAILED_VERIFICATION => 'tls',
            default => 'connect',
        }];
    }

    return ['status' => curl_getinfo($handle, CURLINFO_RESPONSE_CODE), 'headers' => $headers, 'body' => $body];
}

/** Runs a flow to its end. */
function carry(Flow $flow): mixed
{
    $step = $flow->advance();
    while (!$step->done) {
        if ($step->sleep !== null) {
            usleep($step->sleep * 1000);
            $step = $flow->advance();
        } else {
            echo "{$step->http['method']} ", strtok($step->http['url'], '?'), "\n";
            $step = $flow->advance(send($step->http));
        }
    }

    return $step->result;
}

$service = carry(Service::flow()->discover((string) getenv('ISSUER')));
$client = new Client($service, clientId: (string) getenv('CLIENT_ID'), clientSecret: (string) getenv('CLIENT_SECRET'));
$tokens = carry($client->flow->clientCredentials());
echo 'a token for ', implode(' ', $tokens->scopes) ?: 'no scope', ', ', $tokens->expiresAt - time(), " s\n";
$report = carry($client->flow->introspect($tokens->accessToken));
echo 'active: ', json_encode($report->active), "\n";
carry($client->flow->revoke($tokens->accessToken));
$report = carry($client->flow->introspect($tokens->accessToken));
echo 'active: ', json_encode($report->active), "\n";
