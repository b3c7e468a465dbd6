"""The operations about signatures over bytes."""

import base64
import json

from ferroauth import JwsVerifier, Signer

import objects


def verifier(given):
    return JwsVerifier(**objects.verifier_keys(given["keys"]), algorithms=given["algorithms"])


def value(verified):
    names = ("index", "algorithm", "header", "unprotected", "key_id")
    signatures = [{name: getattr(one, name) for name in names} for one in verified.signatures]
    assert verified.header == signatures[0]["header"]
    return {"payload": base64.urlsafe_b64encode(verified.payload).rstrip(b"=").decode(), "signatures": signatures}


def verify(given):
    """Verifies `jws` in the compact form or `json` in one of the others; `payload` if it is detached."""
    check = verifier(given)
    payload = objects.data(given["payload"]) if "payload" in given else None
    if "json" in given:
        return value(check.verify_json(objects.text(given["json"]), payload))
    return value(check.verify(objects.text(given["jws"]), payload))


def sign(given):
    """Signs in the form that the case names, and verifies what came of it."""
    signers = [Signer(objects.key(one["key"]), **one["config"]) for one in given["signers"]]
    payload, form, options = objects.data(given["payload"]), given["form"], given["options"]
    check = verifier(given["verify"])
    outside = payload if form == "detached" or options.get("detached") else None
    if form in ("compact", "detached"):
        jws = signers[0].sign_bytes(payload) if form == "compact" else signers[0].sign_detached(payload, **options)
        return {"jws": jws, "verified": value(check.verify(jws, outside))}
    jws = signers[0].sign_json(payload, **options) if form == "flattened" else Signer.sign_general_json(signers, payload, **options)
    return {"json": json.loads(jws), "verified": value(check.verify_json(json.loads(jws), outside))}


OPERATIONS = {"jws_verify": verify, "jws_sign": sign}
