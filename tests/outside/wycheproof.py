"""Project Wycheproof's JOSE files as cases for the adapters of the shared suite.

What a careful host would do with a file's key is decided here, once for all hosts: the keys are a set or one typed key, and the allowed
algorithms are those that the keys name, or their family.
"""

import json

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


FILES = {
    "wycheproof/json_web_signature_test.json": (("signatures", signed),),
    "wycheproof/json_web_key_test.json": (("keys", signed),),
    "wycheproof/json_web_crypto_test.json": (("mixed, signed", signed),),
}


def sets(read):
    """Name of a set and its cases."""
    for path, parts in FILES.items():
        file = read(path)
        for name, cases in parts:
            yield f"Wycheproof {name}", list(cases(path, file))
