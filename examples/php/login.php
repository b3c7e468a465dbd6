<?php

// A login page and an API in one file. In a directory where Composer installed ferroauth/ferroauth:
//
//   ISSUER=https://idp.example.com CLIENT_ID=abc CLIENT_SECRET=.. APP_KEY=$(openssl rand -hex 32) \
//     php -d ffi.enable=true -S 127.0.0.1:8080 login.php
//
// Register http://127.0.0.1:8080/callback at the provider and open http://127.0.0.1:8080/. The API at /api takes
// access tokens of the same issuer for the audience API_AUDIENCE (my-api).

declare(strict_types=1);

use Ferroauth\{Client, Denial, ResourceServer, Service, Verifier};
use Ferroauth\Exception\{CallbackException, FerroauthException};

require getcwd() . '/vendor/autoload.php';

session_start(['cookie_httponly' => true, 'cookie_samesite' => 'Lax']);
$appKey = hex2bin((string) getenv('APP_KEY'));

function client(): Client
{
    $service = Service::discover((string) getenv('ISSUER'));

    return new Client(
        $service,
        clientId: (string) getenv('CLIENT_ID'),
        clientSecret: getenv('CLIENT_SECRET') ?: null,
        redirectUri: "http://{$_SERVER['HTTP_HOST']}/callback",
    );
}

function page(string $text, int $status = 200): void
{
    http_response_code($status);
    header('Content-Type: text/html; charset=utf-8');
    header('Cache-Control: no-store');
    echo '<!doctype html><title>ferroauth</title><p>', $text, '</p>';
}

function login(string $appKey): void
{
    $pending = client()->beginAuthorization(scopes: ['openid', 'email']);
    $_SESSION['oauth'] = $pending->seal($appKey);
    header("Location: {$pending->url}");
}

function callback(string $appKey): void
{
    $client = client();
    $sealed = $_SESSION['oauth'] ?? '';
    unset($_SESSION['oauth']);
    $tokens = $client->finishAuthorization($client->openPending($sealed, $appKey), $_SERVER['REQUEST_URI']);
    session_regenerate_id(true);
    $_SESSION['user'] = $tokens->idToken->claims['email'] ?? $tokens->idToken->claims['sub'];
    header('Location: /');
}

function api(): void
{
    header('Content-Type: application/json');
    header('Cache-Control: no-store');
    $verifier = new Verifier(issuer: (string) getenv('ISSUER'), audience: getenv('API_AUDIENCE') ?: 'my-api');
    $caller = (new ResourceServer($verifier))->authenticate($_SERVER);
    if ($caller instanceof Denial) {
        $caller->send();
        echo json_encode(['error' => $caller->error->errorCode()]);

        return;
    }
    echo json_encode(['hello' => $caller->subject]);
}

try {
    match (parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH)) {
        '/' => isset($_SESSION['user'])
            ? page('Hello, ' . htmlspecialchars($_SESSION['user']) . '.')
            : page('<a href="/login">Log in</a>'),
        '/login' => login($appKey),
        '/callback' => callback($appKey),
        '/api' => api(),
        default => page('Not found.', 404),
    };
} catch (CallbackException $refused) {
    page('This login cannot be used: ' . htmlspecialchars($refused->errorCode()) . '. <a href="/login">Again</a>', 400);
} catch (FerroauthException $failure) {
    error_log("{$failure->errorCode()}: {$failure->getMessage()}");
    page('The login failed: ' . htmlspecialchars($failure->errorCode()) . '.', $failure->httpStatus());
}
