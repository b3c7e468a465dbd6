"""Project Wycheproof's JOSE files as cases for the adapters of the shared suite.

What a careful host would do with a file's key is decided here, once for all hosts: the keys are a set or one typed key, and the allowed
algorithms are those that the keys name, or their family. Where a file is about an agreement alone, a token is made of what it
says must be agreed on, with the ciphers of the shared suite's generator.
"""

import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "vectors" / "generate"))

from ciphers import concat_kdf, gcm  # noqa: E402  (the path must be there first)
from encoding import b64  # noqa: E402

SYMMETRIC = ["HS256", "HS384", "HS512"]
ASYMMETRIC = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "ES256K", "EdDSA"]
PRIVATE = ("d", "p", "q", "dp", "dq", "qi", "oth")
REFUSED = {"error": "any"}


def dumps(value):
    return json.dumps(value, separators=(",", ":"))


def public(jwk):
    return {name: value for name, value in jwk.items() if name not in PRIVATE}


def verification_keys(group):
    """The keys for a verifier and the algorithms that it allows."""
    found = group.get("public") or group["private"]
    members = found["keys"] if "keys" in found else [found]
    if "keys" in found:
        keys = {"jwks": dumps(found)}
    elif found["kty"] == "oct":
        keys = {"key": {"jwk_secret": dumps(found)}}
    else:
        keys = {"key": {"jwk_public": dumps(public(found))}}
    named = [jwk.get("alg") for jwk in members]
    known = all(name in SYMMETRIC + ASYMMETRIC for name in named)
    family = SYMMETRIC if all(jwk["kty"] == "oct" for jwk in members) else ASYMMETRIC
    return keys, sorted(set(named)) if known else family


def signed(path, file):
    for group in file["testGroups"]:
        keys, algorithms = verification_keys(group)
        for test in group["tests"]:
            if "jws" not in test:
                continue
            # One token is in the JSON serialization: its text is handed to the compact API, where it has no place.
            token = test["jws"] if isinstance(test["jws"], str) else dumps(test["jws"])
            given = {"keys": keys, "algorithms": algorithms, "jws": token}
            expect = {"ok": {"payload": token.split(".")[1]}} if test["result"] == "valid" else REFUSED
            yield {"id": f"{path}#{test['tcId']}", "operation": "jws_verify", "given": given, "expect": expect}


ENCRYPTIONS = ["A128GCM", "A192GCM", "A256GCM", "A128CBC-HS256", "A192CBC-HS384", "A256CBC-HS512"]


def encrypted(path, file):
    for group in file["testGroups"]:
        keys = [{"jwk": dumps(group["private"])}]
        for test in group["tests"]:
            if "jwe" not in test:
                continue
            token = test["jwe"] if isinstance(test["jwe"], str) else dumps(test["jwe"])
            plaintext = {"plaintext": b64(bytes.fromhex(test["pt"]))} if "pt" in test else {}
            expect = {"ok": plaintext} if test["result"] == "valid" else REFUSED
            yield {"id": f"{path}#{test['tcId']}", "operation": "decrypt", "given": {"keys": keys, "config": {"encryptions": ENCRYPTIONS}, "token": token}, "expect": expect}


def agreements(path, file):
    """ECDH-ES with the file's public key as the sender's: the token opens if the same secret is agreed on."""
    for test in file["testGroups"][0]["tests"]:
        sender = {name: value for name, value in test["public"].items() if name != "kid"}
        header = b64(dumps({"alg": "ECDH-ES", "enc": "A128GCM", "epk": sender}))
        content_key = concat_kdf(bytes.fromhex(test["shared"]), "A128GCM", b"", b"", 16)
        ciphertext, tag = gcm(content_key, bytes(12), header.encode(), b"agreed")
        token = f"{header}..{b64(bytes(12))}.{b64(ciphertext)}.{b64(tag)}"
        given = {"keys": [{"jwk": dumps(test["private"]), "algorithm": "ECDH-ES"}], "config": {"encryptions": ["A128GCM"]}, "token": token}
        # RFC 7748 section 6.1 leaves it open whether a secret of zeros is refused; here it always is.
        refused = test["result"] == "invalid" or "ZeroSharedSecret" in test["flags"]
        yield {"id": f"{path}#{test['tcId']}", "operation": "decrypt", "given": given, "expect": REFUSED if refused else {"ok": {"plaintext": b64("agreed")}}}


FILES = {
    "wycheproof/json_web_signature_test.json": (("signatures", signed),),
    "wycheproof/json_web_key_test.json": (("keys", signed),),
    "wycheproof/json_web_crypto_test.json": (("mixed, signed", signed), ("mixed, encrypted", encrypted)),
    "wycheproof/json_web_encryption_test.json": (("encryption", encrypted),),
    "wycheproof/x25519_jwk_test.json": (("X25519", agreements),),
    "wycheproof/x448_jwk_test.json": (("X448", agreements),),
}


def sets(read):
    """Name of a set and its cases."""
    for path, parts in FILES.items():
        file = read(path)
        for name, cases in parts:
            yield f"Wycheproof {name}", list(cases(path, file))
