<?php

// From the `given` of a case to the objects of the package.

declare(strict_types=1);

use Ferroauth\{Claims, Client, Denial, HmacKey, Keyring, KeySet, Principal, PrivateKey, PublicKey, Service, TokenSet, Verifier};

/** A text, written down or to be built from `concat` and `repeat`. */
function text(mixed $value): string
{
    if (is_string($value)) {
        return $value;
    }

    return isset($value->concat) ? implode('', array_map(text(...), $value->concat)) : str_repeat($value->repeat, $value->times);
}

function decode(string $encoded): string
{
    return base64_decode(strtr($encoded, '-_', '+/'));
}

/** Bytes, as base64url or as the UTF-8 of a text. */
function bytes(mixed $value): string
{
    return isset($value->base64url) ? decode($value->base64url) : text($value->text ?? $value);
}

const KEYS = [
    'hmac' => 'hmac_key', 'hmac_legacy' => [HmacKey::class, 'legacy'], 'pem_public' => [PublicKey::class, 'fromPem'], 'pem_private' => [PrivateKey::class, 'fromPem'],
    'der_public' => 'der_key', 'der_private' => 'private_der_key', 'generated' => [PrivateKey::class, 'generate'],
    'generated_secret' => [HmacKey::class, 'generate'], 'jwk_public' => [PublicKey::class, 'fromJwk'], 'jwk_private' => [PrivateKey::class, 'fromJwk'],
    'jwk_secret' => [HmacKey::class, 'fromJwk'],
];
const MADE_OF_PARTS = ['pem_locked' => 'locked_pem', 'der_locked' => 'locked_der', 'raw_public' => 'raw_public', 'raw_private' => 'raw_private'];

function locked_pem(stdClass $given): PrivateKey
{
    return PrivateKey::fromPem(text($given->text), passphrase: bytes($given->passphrase));
}

function locked_der(stdClass $given): PrivateKey
{
    return PrivateKey::fromDer(decode($given->base64url), passphrase: bytes($given->passphrase));
}

function raw_public(stdClass $given): PublicKey
{
    return PublicKey::fromRaw(decode($given->base64url), $given->algorithm);
}

function raw_private(stdClass $given): PrivateKey
{
    return PrivateKey::fromRaw(decode($given->base64url), $given->algorithm);
}

function hmac_key(string $secret): HmacKey
{
    return new HmacKey($secret);
}

function der_key(string $encoded): PublicKey
{
    return PublicKey::fromDer(decode($encoded));
}

function private_der_key(string $encoded): PrivateKey
{
    return PrivateKey::fromDer(decode($encoded));
}

function key_of(stdClass $given): HmacKey|PublicKey|PrivateKey
{
    [$kind, $value] = [array_key_first((array) $given), current((array) $given)];

    if (isset(MADE_OF_PARTS[$kind])) {
        return MADE_OF_PARTS[$kind]($value);
    }

    return KEYS[$kind](str_starts_with($kind, 'hmac') ? bytes($value) : text($value));
}

function verifier_keys(stdClass $given): array
{
    if (isset($given->key)) {
        return ['key' => key_of($given->key)];
    }

    if (isset($given->keys)) {
        return ['key' => KeySet::fromKeys(array_map(key_of(...), $given->keys))];
    }

    return isset($given->jwks) ? ['key' => KeySet::fromJson(text($given->jwks))] : [];
}

function camel(string $name): string
{
    return lcfirst(str_replace('_', '', ucwords($name, '_')));
}

/** Named arguments as PHP spells them; what is an object in JSON becomes an array. */
function named(stdClass $members): array
{
    $out = [];
    foreach (json_decode(json_encode($members, JSON_PRESERVE_ZERO_FRACTION), true) as $name => $value) {
        $out[camel($name)] = $value;
    }

    return $out;
}

/** The fixed clock and entropy of a case. */
function testing(array $given): array
{
    $members = array_intersect_key($given, ['now' => 0, 'entropy' => 0]);

    return $members === [] ? [] : ['testing' => $members];
}

function verifier(stdClass $config, stdClass $keys, ?int $now): Verifier
{
    $opener = isset($keys->decrypter) ? ['decrypter' => decrypter($keys->decrypter)] : [];

    return new Verifier(...named($config), ...verifier_keys($keys), ...$opener, ...testing($now === null ? [] : ['now' => $now]));
}

/** A preset or a document with options, or the text of a document alone. */
function service_of(mixed $given): Service
{
    $options = static fn (): array => isset($given->options) ? named($given->options) : [];
    if (isset($given->preset)) {
        return Service::preset($given->preset, ...$options());
    }

    return isset($given->text) ? Service::fromJson(text($given->text), ...$options()) : Service::fromJson(text($given));
}

/** Arguments that are objects, which the cases write as a session keeps them. */
const STORED = [
    'authorization' => [Ferroauth\DeviceAuthorization::class, 'restore'],
    'authentication' => [Ferroauth\BackchannelAuthentication::class, 'restore'],
];

/** The options of a client that are keys. */
const CLIENT_KEYS = ['assertion_key', 'dpop_key', 'request_object_key'];

function client(mixed $service, stdClass $config, array $given): Client
{
    $keys = [];
    foreach (CLIENT_KEYS as $name) {
        if (isset($config->$name)) {
            $keys[camel($name)] = key_of($config->$name);
        }
    }
    $settings = (object) array_diff_key((array) $config, array_flip(CLIENT_KEYS));

    $opener = isset($given['decrypter']) ? ['decrypter' => decrypter($given['decrypter'])] : [];

    return new Client(service_of($service), ...named($settings), ...$keys, ...$opener, ...testing($given));
}

function keyring(array $keys): Keyring
{
    return new Keyring(array_map(decode(...), $keys));
}

/** A URL, or the parameters. */
function callback(mixed $given): string|array
{
    if (is_string($given) || isset($given->concat)) {
        return text($given);
    }

    return array_map(static fn ($value) => is_array($value) ? $value : text($value), (array) $given);
}

function service_value(Service $service): array
{
    return ['issuer' => $service->issuer, 'document' => $service->jsonSerialize(), 'definition' => $service->definition];
}

function claims_value(Claims $claims): array
{
    return ['claims' => $claims->toArray(), 'header' => $claims->header, 'raw' => $claims->raw];
}

/** A principal or a denial, and whether a denial repeats what was sent. */
function decision_value(Principal|Denial $answer, array $fields): array
{
    if ($answer instanceof Principal) {
        return ['granted' => $answer->granted, 'subject' => $answer->subject, 'scopes' => $answer->scopes, 'claims' => $answer->claims->toArray()];
    }
    $error = $answer->error;
    $shown = implode("\n", $answer->headers) . $error->getMessage() . json_encode($error->explain());
    $echoes = false;
    foreach ($fields as $field) {
        foreach ([$field, (string) strstr($field, ' ')] as $part) {
            $echoes = $echoes || (strlen($part) >= 8 && str_contains($shown, ltrim($part)));
        }
    }
    $headers = array_map(static fn (string $name): array => [$name, $answer->headers[$name]], array_keys($answer->headers));
    sort($headers);

    return ['granted' => $answer->granted, 'status' => $answer->status, 'headers' => $headers, 'error' => $error->errorCode(), 'echoes' => $echoes];
}

function url_value(string $url): array
{
    [$base, $query] = explode('?', $url, 2) + [1 => ''];
    $parameters = [];
    foreach (form_pairs($query) as [$name, $value]) {
        $parameters[$name] = isset($parameters[$name]) ? [...(array) $parameters[$name], $value] : $value;
    }

    return ['base' => $base, 'parameters' => $parameters];
}

function pending_value(Ferroauth\PendingAuthorization $pending): array
{
    return [
        'state' => $pending->state, 'url' => url_value($pending->url), 'url_expires_at' => $pending->urlExpiresAt,
        'response_origin' => $pending->responseOrigin, 'continue_url' => $pending->continueUrl,
    ];
}

/** The pairs of a form; PHP's own parser would change the names. */
function form_pairs(string $form): array
{
    $pairs = [];
    foreach ($form === '' ? [] : explode('&', $form) as $pair) {
        [$name, $value] = explode('=', $pair, 2) + [1 => ''];
        $pairs[] = [urldecode($name), urldecode($value)];
    }
    sort($pairs);

    return $pairs;
}

/** The arguments of an operation, with each text that is to be built in place of its description. */
function resolved(mixed $given): mixed
{
    if (is_array($given)) {
        return array_map(resolved(...), $given);
    }
    if (!$given instanceof stdClass) {
        return $given;
    }
    if (isset($given->concat) || isset($given->repeat)) {
        return text($given);
    }

    return (object) array_map(resolved(...), (array) $given);
}

/** What an operation yielded: of an object of its own class, the members that the case names. */
function result_value(mixed $result, stdClass $expect): array
{
    if ($result === null || is_array($result)) {
        return $result ?? ['nothing' => true];
    }
    if ($result instanceof TokenSet) {
        return tokens_value($result);
    }
    if ($result instanceof Ferroauth\Introspection) {
        return $result->toArray();
    }
    $value = [];
    foreach ($expect->ok ?? [] as $name => $unused) {
        $value[$name] = $result->{camel($name)};
    }

    return $value;
}

function tokens_value(TokenSet $tokens): array
{
    $identity = $tokens->idToken;

    return [
        'id_token' => $identity === null ? null : ['raw' => $identity->raw, 'header' => $identity->header, 'claims' => $identity->claims->toArray()],
        'issued_token_type' => $tokens->issuedTokenType,
        'authorization_details' => $tokens->authorizationDetails,
    ] + $tokens->toArray();
}
