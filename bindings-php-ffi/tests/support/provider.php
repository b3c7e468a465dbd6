<?php

// A provider for the tests, as a router of `php -S`: discovery, keys, authorization without any form, tokens,
// introspection, revocation, userinfo. Signs with openssl, so that nothing here is checked against itself.
// Keeps its state in the directory PROVIDER_STATE and counts the requests to each path there.

declare(strict_types=1);

$directory = (string) getenv('PROVIDER_STATE');
$issuer = "http://{$_SERVER['HTTP_HOST']}";
$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
$log = fopen("{$directory}/requests.log", 'a');
fwrite($log, "{$path}\n");
fclose($log);

function b64(string $bytes): string
{
    return rtrim(strtr(base64_encode($bytes), '+/', '-_'), '=');
}

function answer(array $members, int $status = 200): void
{
    http_response_code($status);
    header('Content-Type: application/json');
    header('Cache-Control: no-store');
    echo json_encode($members, JSON_UNESCAPED_SLASHES);
}

function key_of(string $directory): OpenSSLAsymmetricKey
{
    return openssl_pkey_get_private((string) file_get_contents("{$directory}/key.pem"));
}

function token(string $directory, array $claims, string $typ): string
{
    $signed = b64(json_encode(['alg' => 'RS256', 'kid' => 'k1', 'typ' => $typ])) . '.' . b64(json_encode($claims, JSON_UNESCAPED_SLASHES));
    openssl_sign($signed, $signature, key_of($directory), OPENSSL_ALGO_SHA256);

    return $signed . '.' . b64($signature);
}

function tokens(string $directory, string $issuer, string $subject, string $scope, ?string $nonce): void
{
    $access = token($directory, [
        'iss' => $issuer, 'aud' => 'my-api', 'sub' => $subject, 'iat' => time(), 'exp' => time() + 300, 'jti' => bin2hex(random_bytes(8)), 'scope' => $scope,
    ], 'at+jwt');
    $refresh = 'refresh-' . bin2hex(random_bytes(8));
    file_put_contents("{$directory}/token-" . hash('sha256', $access), $subject);
    file_put_contents("{$directory}/token-" . hash('sha256', $refresh), $subject);
    $reply = ['access_token' => $access, 'token_type' => 'Bearer', 'expires_in' => 300, 'refresh_token' => $refresh, 'scope' => $scope];
    if (str_contains($scope, 'openid')) {
        $claims = ['iss' => $issuer, 'aud' => 'abc', 'sub' => $subject, 'iat' => time(), 'exp' => time() + 300, 'email' => 'ada@example.test'];
        $reply['id_token'] = token($directory, $nonce === null ? $claims : $claims + ['nonce' => $nonce], 'JWT');
    }
    answer($reply);
}

switch ($path) {
    case '/.well-known/openid-configuration':
        answer([
            'issuer' => $issuer,
            'authorization_endpoint' => "{$issuer}/authorize",
            'token_endpoint' => "{$issuer}/token",
            'jwks_uri' => "{$issuer}/jwks",
            'introspection_endpoint' => "{$issuer}/introspect",
            'revocation_endpoint' => "{$issuer}/revoke",
            'userinfo_endpoint' => "{$issuer}/userinfo",
            'response_types_supported' => ['code'],
            'subject_types_supported' => ['public'],
            'id_token_signing_alg_values_supported' => ['RS256'],
            'code_challenge_methods_supported' => ['S256'],
            'authorization_response_iss_parameter_supported' => true,
        ]);
        break;
    case '/jwks':
        $rsa = openssl_pkey_get_details(key_of($directory))['rsa'];
        answer(['keys' => [['kty' => 'RSA', 'kid' => 'k1', 'alg' => 'RS256', 'use' => 'sig', 'n' => b64($rsa['n']), 'e' => b64($rsa['e'])]]]);
        break;
    case '/authorize':
        $code = bin2hex(random_bytes(8));
        file_put_contents("{$directory}/code-{$code}", json_encode($_GET));
        header("Location: {$_GET['redirect_uri']}?" . http_build_query(['code' => $code, 'state' => $_GET['state'], 'iss' => $issuer]), true, 303);
        break;
    case '/token':
        $basic = base64_decode(substr($_SERVER['HTTP_AUTHORIZATION'] ?? '', 6));
        if ($basic !== 'abc:s3cret') {
            answer(['error' => 'invalid_client'], 401);
            break;
        }
        if ($_POST['grant_type'] === 'authorization_code') {
            $record = @file_get_contents("{$directory}/code-{$_POST['code']}");
            @unlink("{$directory}/code-{$_POST['code']}");
            $begun = json_decode((string) $record, true);
            if (!$begun || b64(hash('sha256', $_POST['code_verifier'], true)) !== $begun['code_challenge']) {
                answer(['error' => 'invalid_grant'], 400);
                break;
            }
            tokens($directory, $issuer, 'ada', $begun['scope'] ?? 'email', $begun['nonce'] ?? null);
        } elseif ($_POST['grant_type'] === 'refresh_token') {
            $file = "{$directory}/token-" . hash('sha256', $_POST['refresh_token']);
            is_file($file) && unlink($file) ? tokens($directory, $issuer, 'ada', 'email', null) : answer(['error' => 'invalid_grant', 'error_description' => '<b>gone</b>'], 400);
        } else {
            tokens($directory, $issuer, 'abc', $_POST['scope'] ?? 'all', null);
        }
        break;
    case '/introspect':
        $file = "{$directory}/token-" . hash('sha256', $_POST['token']);
        answer(is_file($file) ? ['active' => true, 'sub' => file_get_contents($file)] : ['active' => false]);
        break;
    case '/revoke':
        @unlink("{$directory}/token-" . hash('sha256', $_POST['token']));
        answer([]);
        break;
    case '/userinfo':
        answer(['sub' => 'ada', 'email' => 'ada@example.test']);
        break;
    default:
        answer(['error' => 'not_found'], 404);
}
