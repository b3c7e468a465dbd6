<?php

// The operations of the shared vectors.

declare(strict_types=1);

use Ferroauth\{Challenge, DpopVerifier, HmacKey, KeySet, Pkce, PublicKey, ResourceServer, Service, Signer, Verifier};

const OPERATIONS = [
    'parse_challenges' => 'parse_challenges',
    'verify' => 'verify', 'verify_dpop' => 'verify_dpop', 'decode_unverified' => 'decode_unverified', 'configure_verifier' => 'configure_verifier',
    'configure_client' => 'configure_client', 'authenticate' => 'authenticate', 'key' => 'import_key', 'key_set' => 'key_set', 'sign' => 'sign', 'service' => 'service',
    'service_ask' => 'service_ask', 'presets' => 'presets',
    'begin_authorization' => 'begin_authorization', 'seal_open' => 'seal_open', 'keyring' => 'configure_keyring',
    'pkce_challenge' => 'pkce_challenge', 'pkce_verify' => 'pkce_verify', ...JWS_OPERATIONS, ...FORM_OPERATIONS, ...ENCRYPTION_OPERATIONS, ...EDGE_OPERATIONS,
];

function verify(stdClass $given): array
{
    $known = named($given->expected ?? (object) []);

    return claims_value(verifier($given->config, $given->keys, $given->now)->verify(text($given->token), ...$known));
}

function parse_challenges(stdClass $given): array
{
    $shown = static function (Challenge $it): array {
        $options = $it->authorizationOptions();
        $options = array_filter(['scopes' => $options['scopes'] ?? null, 'acr_values' => $options['acrValues'] ?? null, 'max_age' => $options['maxAge'] ?? null], static fn ($value) => $value !== null);

        return ['scheme' => $it->scheme, 'token68' => $it->token68, 'parameters' => $it->parameters, 'error' => $it->error, 'options' => $options];
    };

    return ['challenges' => array_map($shown, Challenge::parse(array_map(text(...), $given->fields)))];
}

function verify_dpop(stdClass $given): array
{
    $verifier = new DpopVerifier(...named($given->config), testing: ['now' => $given->now]);
    $proof = $verifier->verify(text($given->proof), ...named($given->request));

    return claims_value($proof->claims) + ['thumbprint' => $proof->thumbprint];
}

function decode_unverified(stdClass $given): array
{
    $token = Verifier::decodeUnverified(text($given->token));

    return ['header' => $token->header] + claims_value($token->claims);
}

function configure_verifier(stdClass $given): array
{
    verifier($given->config, $given->keys, null);

    return [];
}

function configure_client(stdClass $given): array
{
    client($given->service, $given->client, (array) $given);

    return [];
}

function authenticate(stdClass $given): array
{
    $server = new ResourceServer(verifier($given->config, $given->keys, $given->now), realm: $given->realm ?? null);
    $fields = array_map(text(...), $given->authorization);

    return decision_value($server->authenticateNow(['Authorization' => $fields], $given->scopes), $fields);
}

function import_key(stdClass $given): array
{
    $made = key_of($given->key);

    $out = ['kid' => $made->kid, 'algorithm' => $made->algorithm, 'public_jwk' => null];
    if (!$made instanceof PublicKey) {
        $out['private_jwk'] = $made->toJwk();
    }
    if (!$made instanceof HmacKey) {
        $prints = ['thumbprint' => $made->thumbprint(), 'thumbprint_uri' => $made->thumbprintUri()];
        $out = ['public_jwk' => ($made instanceof PublicKey ? $made : $made->publicKey())->toJwk(), ...$prints] + $out;
    }

    return $out;
}

function key_set(stdClass $given): array
{
    return ['keys' => count(KeySet::fromJson(text($given->text)))];
}

/** Signs, and has the result verified by the public key. */
function sign(stdClass $given): array
{
    $config = $given->config;
    $signer = new Signer(key_of($given->key), ...named($config), testing: ['now' => $given->now]);
    $token = $signer->sign($given->claims, $given->lifetime ?? null);
    $policy = ['issuer' => null, 'audience' => null, 'require_exp' => false, 'algorithms' => [$config->algorithm], 'token_type' => $config->typ ?? null];

    return claims_value(verifier((object) $policy, $given->keys, $given->now)->verify($token));
}

function service(stdClass $given): array
{
    return service_value(service_of($given));
}

/** What a service knows without any traffic: its definition, a template filled in, who a user is. */
function service_ask(stdClass $given): array
{
    $known = service_of($given->service);
    $options = isset($given->options) ? named($given->options) : [];

    return ['answer' => match ($given->question) {
        'definition' => $known->definition,
        'render' => $known->render(...$options),
        'owner_name' => $known->ownerName($options['claims']),
        'user_id' => $known->userId($options['claims']),
    }];
}

function presets(stdClass $given): array
{
    return ['presets' => Service::presets()];
}

function begin(stdClass $given): array
{
    $client = client($given->service, $given->client, (array) $given);

    return [$client, $client->beginAuthorization(...named($given->options))];
}

function begin_authorization(stdClass $given): array
{
    [, $pending] = begin($given);

    return ['state' => $pending->state, 'url' => url_value($pending->url)];
}

/** Seals a pending authorization, alters the text if the case says so, and opens it. */
function seal_open(stdClass $given): array
{
    [$client, $pending] = begin($given);
    $sealed = tamper($pending->seal(keyring($given->seal_keys)), $given->tamper ?? null);
    if (isset($given->open_with)) {
        $other = (object) ((array) $given->open_with + (array) $given);
        $client = client($other->service, $other->client, (array) $given);
    }

    return ['state' => $client->openPending($sealed, keyring($given->open_keys))->state];
}

function tamper(string $sealed, ?stdClass $how): string
{
    if ($how === null) {
        return $sealed;
    }
    if (isset($how->flip_bit)) {
        $altered = decode($sealed);
        $altered[intdiv($how->flip_bit, 8)] = $altered[intdiv($how->flip_bit, 8)] ^ chr(1 << $how->flip_bit % 8);

        return rtrim(strtr(base64_encode($altered), '+/', '-_'), '=');
    }

    return isset($how->truncate) ? substr($sealed, 0, $how->truncate) : text($how->replace);
}

function configure_keyring(stdClass $given): array
{
    keyring($given->keys);

    return [];
}

function pkce_challenge(stdClass $given): array
{
    return ['challenge' => Pkce::challenge(text($given->verifier))];
}

function pkce_verify(stdClass $given): array
{
    return ['matches' => Pkce::verify(text($given->verifier), text($given->challenge))];
}
