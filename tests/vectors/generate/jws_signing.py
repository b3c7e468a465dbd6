"""Row B21 for signatures over bytes: what is made, byte for byte where the algorithm is deterministic, and what is not made."""

from encoding import KEYS, b64, dumps, pem, public, repeat
from jws_forms import B64, HMAC, TEXT, compact, flattened, general, one, verified
from rfc import HS_KEY
from tokens import SECRET


def signing(suite):
    """What is made, byte for byte where the algorithm is deterministic, and that it verifies."""

    def made(name, form, signers, expect, payload=TEXT, verify=None, needs=None, **options):
        verify = verify or {"keys": HMAC, "algorithms": ["HS256"]}
        given = {"form": form, "signers": signers, "payload": payload if isinstance(payload, dict) else {"base64url": b64(payload)}, "options": options, "verify": verify}
        suite.case(name, "jws_sign", given, expect, needs=needs)

    hmac = {"key": {"hmac": {"base64url": b64(SECRET)}}, "config": {"algorithm": "HS256"}}
    named = {"key": hmac["key"], "config": {"algorithm": "HS256", "kid": "k1", "typ": "text"}}
    head, plain = {"alg": "HS256", "typ": "text", "kid": "k1"}, {"alg": "HS256"} | B64
    made("B21-jws-compact", "compact", [hmac], {"jws": compact()})
    made("B21-jws-compact-named", "compact", [named], {"jws": compact(header=head)})
    made("B21-jws-compact-empty", "compact", [hmac], {"jws": compact(b"")}, b"")
    made("B21-jws-detached", "detached", [hmac], {"jws": compact(detached=True), "verified": verified()})
    made("B21-jws-detached-unencoded", "detached", [hmac], {"jws": compact(header=plain, encode=False, detached=True)}, encode_payload=False)
    made("B21-jws-detached-unencoded-bytes", "detached", [hmac], {"jws": compact(b"\xff.\0", header=plain, encode=False, detached=True)}, b"\xff.\0", encode_payload=False)
    made("B21-jws-detached-named-unencoded", "detached", [named], {"jws": compact(header=head | B64, encode=False, detached=True)}, encode_payload=False)
    made("B21-jws-flattened", "flattened", [hmac], {"json": flattened()})
    made("B21-jws-flattened-unprotected", "flattened", [hmac], {"json": flattened(unprotected={"kid": "k", "n": 1})}, header={"kid": "k", "n": 1})
    made("B21-jws-flattened-detached", "flattened", [hmac], {"json": flattened(detached=True)}, detached=True)
    made("B21-jws-flattened-unencoded", "flattened", [hmac], {"json": flattened(header=plain, encode=False)}, encode_payload=False)
    quoted = 'quoted "text" \\ with \u2028, \x01 and \U0001f600'.encode()
    made("B21-jws-flattened-unencoded-escapes", "flattened", [hmac], {"json": flattened(quoted, header=plain, encode=False)}, quoted, encode_payload=False)
    made("B21-jws-general-of-one", "general", [hmac], {"json": general(one())})
    rsa = {"key": {"jwk_private": dumps(KEYS["rsa"]["jwk"] | {"kid": "r"})}, "config": {"algorithm": "RS256"}}
    ed = {"key": {"jwk_private": dumps(KEYS["ed25519"]["jwk"])}, "config": {"algorithm": "EdDSA"}}
    keys = {"keys": {"jwks": dumps({"keys": [public("rsa", kid="r"), public("ed25519", kid="d")]})}, "algorithms": ["RS256", "EdDSA"]}
    by_rsa = one(header={"alg": "RS256", "kid": "r"}, algorithm="RS256", key="rsa")
    by_ed = one(algorithm="EdDSA", key="ed25519", unprotected={"kid": "d"})
    made("B21-jws-general", "general", [rsa, ed], {"json": general(by_rsa, by_ed), "verified": {"signatures": [{"key_id": "r"}, {"key_id": "d"}]}}, verify=keys, headers=[None, {"kid": "d"}])
    made("B21-jws-general-without-headers", "general", [rsa, ed], {"json": general(by_rsa, one(algorithm="EdDSA", key="ed25519"))}, verify=keys)
    made("B21-jws-general-detached", "general", [rsa, ed], {"json": general(by_rsa, by_ed, detached=True)}, verify=keys, headers=[None, {"kid": "d"}], detached=True)
    raw = [one(header={"alg": "RS256", "kid": "r"} | B64, algorithm="RS256", key="rsa", encode=False), one(header={"alg": "EdDSA"} | B64, algorithm="EdDSA", key="ed25519", encode=False)]
    made("B21-jws-general-unencoded", "general", [rsa, ed], {"json": general(*raw, encode=False)}, verify=keys, encode_payload=False)
    secret = {"key": {"jwk_secret": dumps({"kty": "oct", "k": HS_KEY})}, "config": {"algorithm": "HS256"}}
    check = {"keys": {"key": secret["key"]}, "algorithms": ["HS256"]}
    protected, mark = "eyJhbGciOiJIUzI1NiIsImI2NCI6ZmFsc2UsImNyaXQiOlsiYjY0Il19", "A5dxf2s96_n5FLueVuW1Z_vh161FwXZC4YLPff6dmDY"
    made("RFC7797-4.1-signed", "compact", [secret], {"jws": "eyJhbGciOiJIUzI1NiJ9.JC4wMg.5mvfOroL-g7HyqJoozehmsaqmvTYGEq5jTI1gVvoEoQ"}, b"$.02", check)
    made("RFC7797-4.2-signed", "flattened", [secret], {"json": {"protected": protected, "payload": "$.02", "signature": mark}}, b"$.02", check, encode_payload=False)
    made("RFC7797-4.2-signed-detached", "detached", [secret], {"jws": f"{protected}..{mark}"}, b"$.02", check, encode_payload=False)
    for algorithm, key, needs in (("ES256", "p256", None), ("PS256", "rsa", None), ("ES512", "p521", "ES512")):
        signer = {"key": {"pem_private": pem(key, "pkcs8")}, "config": {"algorithm": algorithm}}
        verify = {"keys": {"key": {"pem_public": pem(key, "spki")}}, "algorithms": [algorithm]}
        for form in ("compact", "detached", "flattened", "general"):
            made(f"B21-jws-{algorithm}-{form}", form, [signer], {"verified": verified(algorithm=algorithm)}, verify=verify, needs=needs)
    # What is refused: RFC 7515 section 4, and what no verifier could take.
    for name, header in {"alg": {"alg": "none"}, "crit": {"crit": ["x"]}, "b64": {"b64": False}, "list": []}.items():
        made(f"B21-jws-refused-header-{name}", "flattened", [hmac], "config.invalid", header=header)
    made("B21-jws-refused-header-in-both", "flattened", [named], "config.invalid", header={"kid": "other"})
    made("B21-jws-refused-header-too-large", "flattened", [hmac], "config.invalid", header={"x": "y" * 5000})
    made("B21-jws-refused-no-text", "flattened", [hmac], "config.invalid", b"\xff\xfe", encode_payload=False)
    made("B21-jws-refused-no-signer", "general", [], "config.invalid")
    made("B21-jws-refused-eleven-signers", "general", [hmac] * 11, "config.invalid")
    made("B21-jws-refused-too-few-headers", "general", [hmac, hmac], "config.invalid", headers=[None])
    made("B21-jws-refused-large-detached", "detached", [hmac], "config.invalid", {"text": repeat("x", (2 << 20) + 1)})
    made("B21-jws-refused-five-mebibytes-detached", "detached", [hmac], "config.invalid", {"text": repeat("x", 5 << 20)})
    made("B21-jws-refused-large", "compact", [hmac], "config.invalid", {"text": repeat("x", 12 * 1024)})
    made("B21-jws-largest", "compact", [hmac], {"verified": {"signatures": [{"index": 0}]}}, {"text": repeat("x", 12_000)})
    made("B21-jws-large-flattened", "flattened", [hmac], {"verified": {"signatures": [{"index": 0}]}}, {"text": repeat("x", 90_000)})
    made("B21-jws-refused-large-flattened", "flattened", [hmac], "config.invalid", {"text": repeat("x", 100_000)})
    public_key = {"key": {"pem_public": pem("rsa", "spki")}, "config": {"algorithm": "RS256"}}
    made("B21-jws-refused-public-key", "compact", [public_key], "key.private_required")
