"""The JOSE cookbook (RFC 7520, RFC 8037, RFC 7797) as cases for the adapters of the shared suite.

Every form of a file's output is verified; where the file says that the outcome is reproducible, it is made again byte for byte.
"""

import base64
import json

from wycheproof import ENCRYPTIONS, dumps, public

FORMS = ("compact", "json", "json_flat")


def b64(text):
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def typed(jwk, half):
    """A key as its typed class takes it."""
    if jwk["kty"] == "oct":
        return {"jwk_secret": dumps(jwk)}
    return {"jwk_public": dumps(public(jwk))} if half == "public" else {"jwk_private": dumps(jwk)}


def signatures(path, file, excepted):
    if isinstance(file["input"]["key"], list):
        yield from several(path, file)
        return
    payload, algorithm = file["input"]["payload"], file["input"]["alg"]
    protected = file["signing"].get("protected", {})
    # A signer writes the key id of its key into the protected header.
    jwk = {name: value for name, value in file["input"]["key"].items() if name != "kid" or "kid" in protected}
    verifier = {"keys": {"key": typed(jwk, "public")}, "algorithms": [algorithm]}
    for form in FORMS:
        if form not in file["output"]:
            continue
        output = file["output"][form]
        if form == "compact":
            detached, token = ".." in output, {"jws": output}
        else:
            detached, token = "payload" not in output, {"json": dumps(output)}
        given = verifier | token | ({"payload": payload} if detached else {})
        yield {"id": f"{path}#{form}", "operation": "jws_verify", "given": given, "expect": {"ok": {"payload": b64(payload)}}}
        if file.get("reproducible") and form not in excepted:
            yield made(f"{path}#{form}-made", file, form, jwk, detached, verifier)


def made(name, file, form, jwk, detached, verifier):
    """The same signature once more."""
    signing, options = file["signing"], {}
    if form != "compact":
        options["detached"] = detached
    if not signing.get("protected", {}).get("b64", True):
        options["encode_payload"] = False
    if form == "json_flat" and "unprotected" in signing:
        options["header"] = signing["unprotected"]
    if form == "json" and "unprotected" in signing:
        options["headers"] = [signing["unprotected"]]
    shape = {"compact": "detached" if detached else "compact", "json": "general", "json_flat": "flattened"}[form]
    signer = {"key": typed(jwk, "private"), "config": {"algorithm": file["input"]["alg"]}}
    given = {"form": shape, "signers": [signer], "payload": {"text": file["input"]["payload"]}, "options": options, "verify": verifier}
    wanted = {"jws" if form == "compact" else "json": file["output"][form]}
    return {"id": name, "operation": "jws_sign", "given": given, "expect": {"ok": wanted}}


def several(path, file):
    """Signatures of several keys: each key alone must find its own, in the whole and cut out of it."""
    expect = {"ok": {"payload": b64(file["input"]["payload"])}}
    for index, jwk in enumerate(file["input"]["key"]):
        verifier, signing = {"keys": {"key": typed(jwk, "public")}, "algorithms": [file["input"]["alg"][index]]}, file["signing"][index]
        yield {"id": f"{path}#json-{index}", "operation": "jws_verify", "given": verifier | {"json": dumps(file["output"]["json"])}, "expect": expect}
        if "protected" in signing:
            token = f"{signing['sig-input']}.{signing['sig']}"
            yield {"id": f"{path}#signature-{index}", "operation": "jws_verify", "given": verifier | {"jws": token}, "expect": expect}


def keys(path, jwk, excepted):
    half = "private" if "d" in jwk or jwk["kty"] == "oct" else "public"
    wanted = {"kid": jwk["kid"]} | ({} if jwk["kty"] == "oct" else {"public_jwk": public(jwk)}) | ({"private_jwk": jwk} if half == "private" else {})
    yield {"id": f"{path}#key", "operation": "key", "given": {"key": typed(jwk, half)}, "expect": {"ok": wanted}}


def tokens(path, file, excepted):
    """Encrypted tokens; one for several recipients is opened by each of them."""
    algorithms = file["input"]["alg"]
    several = isinstance(algorithms, list)
    for index, algorithm in enumerate(algorithms if several else [algorithms]):
        if "pwd" in file["input"]:
            key = {"secret": {"text": file["input"]["pwd"]}, "algorithm": algorithm}
        else:
            jwk = file["input"]["key"][index] if several else file["input"]["key"]
            key = {"jwk": dumps(jwk), "algorithm": algorithm}
        config = {"encryptions": ENCRYPTIONS} | ({"pbes2_max_iterations": 10_000} if "pwd" in file["input"] else {})
        for form in FORMS:
            if form in file["output"]:
                output = file["output"][form]
                given = {"keys": [key], "config": config} | ({"token": output} if form == "compact" else {"json": dumps(output)})
                name = f"{path}#{form}-{index}" if several else f"{path}#{form}"
                yield {"id": name, "operation": "decrypt", "given": given, "expect": {"ok": {"plaintext": b64(file["input"]["plaintext"])}}}


def encryption_keys(path, jwk, excepted):
    yield {"id": f"{path}#key", "operation": "encryption_key", "given": {"key": {"jwk": dumps(jwk)}}, "expect": {"ok": {"kid": jwk["kid"], "algorithm": jwk["alg"]}}}


def nested(path, file, excepted):
    """A signed token inside an encrypted one: each layer by itself, and both by one verifier."""
    yield from signatures(path, file["sign"], excepted)
    for case in tokens(path, file["encrypt"], excepted):
        yield case | {"id": case["id"].replace("#", "#encrypted-")}
    signed, sealed = file["sign"]["input"], file["encrypt"]["input"]
    claims = json.loads(signed["payload"])
    config = {"issuer": claims["iss"], "audience": None, "algorithms": [signed["alg"]]}
    opener = {"keys": [{"jwk": dumps(sealed["key"]), "algorithm": sealed["alg"]}], "config": {"encryptions": [sealed["enc"]]}}
    keys = {"key": typed(signed["key"], "public"), "decrypter": opener}
    given = {"now": claims["exp"] - 1, "config": config, "keys": keys, "token": file["encrypt"]["output"]["compact"]}
    yield {"id": f"{path}#verified", "operation": "verify", "given": given, "expect": {"ok": {"claims": claims}}}
    yield {"id": f"{path}#expired", "operation": "verify", "given": given | {"now": claims["exp"]}, "expect": {"error": "token.expired"}}


FILES = (
    ("Cookbook JWS", "cookbook/jws/4_*.json", signatures), ("Cookbook JWS", "cookbook/curve25519/jws.json", signatures),
    ("Cookbook RFC 7797", "cookbook/rfc7797/*.json", signatures), ("Cookbook JWK", "cookbook/jwk/3_[1-5]*.json", keys),
    ("Cookbook JWK", "cookbook/jwk/3_6*.json", encryption_keys), ("Cookbook JWE", "cookbook/jwe/5_*.json", tokens),
    ("Cookbook JWE", "cookbook/curve25519/ecdh-es.json", tokens), ("Cookbook nesting", "cookbook/6.nesting_signatures_and_encryption.json", nested),
)


def sets(read, find, exceptions):
    """Name of a set and its cases."""
    for name, pattern, cases in FILES:
        for path in find(pattern):
            yield name, list(cases(path, read(path), exceptions.get(path, {})))
