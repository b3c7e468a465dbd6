<?php

// The operations about signatures over bytes.

declare(strict_types=1);

use Ferroauth\{JwsVerifier, Signer, VerifiedJws};

const JWS_OPERATIONS = ['jws_verify' => 'jws_verify', 'jws_sign' => 'jws_sign'];

function jws_verifier(stdClass $given): JwsVerifier
{
    return new JwsVerifier(...verifier_keys($given->keys), algorithms: $given->algorithms);
}

function jws_value(VerifiedJws $verified): array
{
    $signatures = [];
    foreach ($verified->signatures as $one) {
        $signatures[] = ['index' => $one->index, 'algorithm' => $one->algorithm, 'header' => $one->header, 'unprotected' => $one->unprotected, 'key_id' => $one->keyId];
    }
    if ($verified->header !== $signatures[0]['header']) {
        throw new RuntimeException('another header');
    }

    return ['payload' => rtrim(strtr(base64_encode($verified->payload), '+/', '-_'), '='), 'signatures' => $signatures];
}

/** Verifies `jws` in the compact form or `json` in one of the others; `payload` if it is detached. */
function jws_verify(stdClass $given): array
{
    $check = jws_verifier($given);
    $payload = isset($given->payload) ? bytes($given->payload) : null;

    return jws_value(isset($given->json) ? $check->verifyJson(text($given->json), $payload) : $check->verify(text($given->jws), $payload));
}

/** Signs in the form that the case names, and verifies what came of it. */
function jws_sign(stdClass $given): array
{
    $signers = array_map(static fn (stdClass $one): Signer => new Signer(key_of($one->key), ...named($one->config)), $given->signers);
    $payload = bytes($given->payload);
    $options = named($given->options);
    $check = jws_verifier($given->verify);
    $outside = $given->form === 'detached' || ($options['detached'] ?? false) ? $payload : null;
    if (in_array($given->form, ['compact', 'detached'], true)) {
        $jws = $given->form === 'compact' ? $signers[0]->signBytes($payload) : $signers[0]->signDetached($payload, ...$options);

        return ['jws' => $jws, 'verified' => jws_value($check->verify($jws, $outside))];
    }
    $jws = $given->form === 'flattened' ? $signers[0]->signJson($payload, ...$options) : Signer::signGeneralJson($signers, $payload, ...$options);
    $json = json_decode($jws, true);

    return ['json' => $json, 'verified' => jws_value($check->verifyJson($json, $outside))];
}
