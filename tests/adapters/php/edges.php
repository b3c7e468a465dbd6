<?php

// The operations about redirect URIs and mail.

declare(strict_types=1);

use Ferroauth\{RedirectUri, Sasl};

const EDGE_OPERATIONS = ['classify_redirect_uri' => 'classify_redirect_uri', 'sasl' => 'sasl_respond', 'sasl_challenge' => 'sasl_challenge'];

function classify_redirect_uri(stdClass $given): array
{
    $made = RedirectUri::classify(text($given->url));
    foreach ($made->reasons as $reason) {
        strlen($reason['text']) > 10 or throw new RuntimeException('a reason without words');
    }
    $refuses = in_array(true, array_column($made->reasons, 'refuses'), true);
    $made->accepted !== $refuses or throw new RuntimeException('accepted although refused, or the reverse');

    return [
        'url' => $made->url, 'kind' => $made->kind, 'accepted' => $made->accepted, 'scheme' => $made->scheme, 'host' => $made->host,
        'port' => $made->port, 'civi_warning' => $made->civiWarning, 'codes' => array_column($made->reasons, 'code'),
    ];
}

function sasl_respond(stdClass $given): array
{
    $user = $given->user ?? null;
    $token = text($given->access_token);
    $made = $given->mechanism === 'XOAUTH2' ? Sasl::xoauth2($user, $token) : Sasl::oauthbearer($user, $token, $given->host ?? null, $given->port ?? null);
    !str_contains(print_r($made, true), $made->encoded) or throw new RuntimeException('it shows itself');

    return ['mechanism' => $made->mechanism, 'text' => $made->text, 'encoded' => $made->encoded, 'error_answer' => $made->errorAnswer];
}

function sasl_challenge(stdClass $given): array
{
    $made = Sasl::challenge(text($given->challenge));

    return [
        'status' => $made->status, 'schemes' => $made->schemes, 'scopes' => $made->scopes, 'hint' => $made->hint,
        'openid_configuration' => $made->openidConfiguration, 'error' => $made->error->errorCode(),
    ];
}
