"""The operations about the forms in which keys go out."""

import base64
import json

from ferroauth import KeySet, PrivateKey

import objects


def raw(data):
    return {"base64url": base64.urlsafe_b64encode(data).rstrip(b"=").decode()}


def export(given):
    """Writes a key in the form that the case names; what is written under a passphrase is read again."""
    key, form = objects.key(given["key"]), given["form"]
    if form.startswith("public") and isinstance(key, PrivateKey):
        key = key.public_key()
    if form.endswith("_der"):
        return raw(key.to_der())
    if form.endswith("_raw"):
        return raw(key.to_raw())
    if form != "locked_pem":
        return {"text": key.to_pem()}
    passphrase = objects.data(given["passphrase"])
    pem = key.to_pem(passphrase=passphrase)
    again = PrivateKey.from_pem(pem, passphrase=passphrase)
    return {"label": pem.split("-----")[1].replace("BEGIN ", ""), "private_jwk": again.to_jwk()}


def set_of(given):
    """A set of keys, and what of them may be published."""
    made = KeySet.from_keys([objects.key(one) for one in given["keys"]])
    published = json.loads(made.to_json())
    return {"keys": len(made), "published": published, "members": [sorted(one) for one in published["keys"]]}


OPERATIONS = {"key_export": export, "key_set_of": set_of}
