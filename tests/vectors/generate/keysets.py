"""Rows B14 to B19: choosing a key by what the header says, and JWK sets of all kinds."""

from encoding import KEYS, Suite, b64, concat, dumps, public, repeat
from tokens import CLAIMS, SECRET, given, token

OK = {"claims": CLAIMS}
UNUSABLE = {
    "unknown-kty": {"kty": "XYZ", "pub": "AA"}, "unknown-curve": public("p256", crv="P-999"), "x25519": public("x25519"), "weak": public("rsa_1024"),
    "off-the-curve": public("p256", y=public("p256_b")["y"]), "e-one": public("rsa_b", e="AQ"), "alg-of-another-family": public("rsa_b", alg="ES256"),
    "use-enc": public("rsa_b", use="enc"),
}
BROKEN = {
    "null": None, "text": "key", "number": 7, "list": [], "empty": {}, "kty-number": {"kty": 1}, "malformed-n": public("rsa_b", n="***"),
    "n-number": public("rsa_b", n=7), "kid-number": public("rsa_b", kid=7),
}


def set_of(*keys, **more):
    return {"jwks": dumps({"keys": list(keys)} | more)}


def rs256(header=None, key="rsa"):
    return token(header={"alg": "RS256"} | (header or {}), algorithm="RS256", key=key)


def build():
    suite = Suite("Key selection and JWK sets: RFC 7515 section 4.1, RFC 7517 section 5, RFC 8725 section 3.10.")

    def verify(name, text, keys, expect, algorithms=("RS256",)):
        suite.case(name, "verify", given(text, keys, algorithms=list(algorithms)), expect)

    embedded(verify)
    key_ids(verify)
    selection(verify)
    usage(verify)
    members(suite, verify)
    bounds(suite)
    return suite


def embedded(verify):
    """B14: keys and addresses in the header change nothing."""
    trusted, attacker = set_of(public("rsa", kid="k1")), public("rsa_b", kid="k1")
    certificates = ["".join(KEYS["rsa_b"]["pem"]["certificate"].splitlines()[1:-1])]
    for name, member in {
        "jwk": {"jwk": attacker}, "jku": {"jku": "https://evil.example/jwks"}, "x5u": {"x5u": "https://evil.example/cert"},
        "x5c": {"x5c": certificates}, "jwk-oct": {"jwk": {"kty": "oct", "k": "AAAA"}}, "jku-file": {"jku": "file:///etc/passwd"},
        "all": {"jwk": attacker, "jku": "http://169.254.169.254/", "x5u": "https://evil.example/cert", "x5c": certificates},
    }.items():
        verify(f"B14-{name}-signed-by-the-attacker", rs256(member, "rsa_b"), trusted, "token.signature")
        verify(f"B14-{name}-ignored", rs256(member), trusted, OK)


def key_ids(verify):
    """B15: an exact lookup, whatever the text is."""
    two = set_of(public("rsa", kid="k1"), public("rsa_b", kid="k2"))
    verify("B15-accepted-first", rs256({"kid": "k1"}), two, OK)
    verify("B15-accepted-second", rs256({"kid": "k2"}, "rsa_b"), two, OK)
    verify("B15-of-the-other-key", rs256({"kid": "k2"}), two, "token.signature")
    for name, kid in {
        "unknown": "k3", "other-case": "K1", "path": "../../../../etc/passwd", "null-device": "/dev/null", "sql": "k1' OR '1'='1",
        "union": "x' UNION SELECT 'a", "nul": "k1\0", "proto": "__proto__", "constructor": "constructor", "space": "k1 ", "empty": "",
        "url": "https://evil.example/jwks", "command": "|/usr/bin/id", "full-width": "\uff4b1", "wildcard": "*", "star-pattern": "k.",
    }.items():
        verify(f"B15-{name}", rs256({"kid": kid}), two, "token.key_not_found")
    for name, kid in {"number": 1, "list": ["k1"], "object": {"k1": 1}, "true": True, "null": None, "three-hundred-bytes": "k" * 300}.items():
        verify(f"B15-{name}", rs256({"kid": kid}), two, "token.header")
    verify("B15-ten-kilobytes", rs256({"kid": "k" * 10000}), two, "token.too_large")
    for name, kid in {"proto": "__proto__", "path": "../../etc/passwd", "nul": "k\0", "unicode": "ключ", "256-bytes": "k" * 256, "number-text": "0"}.items():
        verify(f"B15-accepted-{name}", rs256({"kid": kid}), set_of(public("rsa", kid=kid), public("rsa_b", kid="k2")), OK)


def selection(verify):
    """B16: without a usable kid there are at most four candidates."""
    rsa, other = public("rsa"), public("rsa_b")
    verify("B16-no-kid-one-key", rs256(), set_of(rsa), OK)
    verify("B16-no-kid-one-of-its-family", rs256(), set_of(public("p256", kid="a"), public("rsa", kid="b"), public("ed25519", kid="c")), OK)
    verify("B16-no-kid-two-keys", rs256(), set_of(public("rsa_b", kid="a"), public("rsa", kid="b")), OK)
    verify("B16-no-kid-four-keys", rs256(), set_of(*[public("rsa_b", kid=str(i)) for i in range(3)], public("rsa", kid="x")), OK)
    verify("B16-no-kid-five-keys", rs256(), set_of(*[public("rsa_b", kid=str(i)) for i in range(4)], public("rsa", kid="x")), "token.key_ambiguous")
    verify("B16-no-kid-a-hundred-keys", rs256(), set_of(*[public("rsa_b", kid=str(i)) for i in range(100)]), "token.key_ambiguous")
    verify("B16-no-kid-none-verifies", rs256(), set_of(public("rsa_b", kid="a"), public("rsa_b", kid="b")), "token.signature")
    verify("B16-repeated-kid", rs256({"kid": "k"}), set_of(public("rsa_b", kid="k"), public("rsa", kid="k")), "token.key_ambiguous")
    verify("B16-repeated-kid-of-two-families", rs256({"kid": "k"}), set_of(public("p256", kid="k"), public("rsa", kid="k")), OK)
    verify("B16-repeated-kid-five-times", rs256({"kid": "k"}), set_of(*[public("rsa_b", kid="k")] * 4, public("rsa", kid="k")), "token.key_ambiguous")
    verify("B16-kid-of-another-family", rs256({"kid": "k"}), set_of(public("p256", kid="k"), public("rsa", kid="r")), "token.algorithm")
    verify("B16-kid-of-another-curve", token(header={"alg": "ES256", "kid": "k"}, algorithm="ES256", key="p256"),
           set_of(public("p384", kid="k"), public("p256", kid="r")), "token.algorithm", ["ES256", "ES384"])
    verify("B16-kid-with-a-set-without-kids", rs256({"kid": "k"}), set_of(rsa, other), "token.key_not_found")
    verify("B16-single-key-ignores-kid", rs256({"kid": "any"}), {"key": {"jwk_public": dumps(rsa)}}, OK)
    verify("B16-no-key-of-the-family", rs256(), set_of(public("p256")), "token.key_not_found", ["RS256", "ES256"])
    verify("B16-key-bound-to-the-algorithm-among-many", rs256(),
           set_of(*[public("rsa_b", kid=str(i), alg="PS256") for i in range(6)], public("rsa", kid="x", alg="RS256")), OK, ["RS256", "PS256"])


def usage(verify):
    for name, members in {
        "use-enc": {"use": "enc"}, "key-ops-sign": {"key_ops": ["sign"]}, "key-ops-encrypt": {"key_ops": ["encrypt"]},
        "contradictory": {"use": "sig", "key_ops": ["wrapKey"]},
    }.items():
        keys = set_of(public("rsa", kid="k1") | members, public("p256", kid="k2"))
        code = "token.algorithm" if name == "key-ops-sign" else "token.key_not_found"
        verify(f"B17-set-{name}", rs256({"kid": "k1"}), keys, code, ["RS256", "ES256"])
        both = set_of(public("rsa", kid="k1") | members, public("rsa", kid="k1", use="sig"))
        verify(f"B17-set-{name}-beside-a-good-key", rs256({"kid": "k1"}), both, OK)


def members(suite, verify):
    """B18: what this library cannot use is skipped, a set of nothing else is an error."""
    rsa = public("rsa", kid="k1")
    for name, member in UNUSABLE.items():
        verify(f"B18-set-{name}-skipped", rs256({"kid": "k1"}), set_of(member, rsa, member), OK)
        suite.case(f"B18-set-only-{name}", "key_set", {"text": set_of(member)["jwks"]}, "jwks.no_usable_key")
    # The host's own file is not a provider's: there a broken member is somebody's mistake, and told.
    for name, member in BROKEN.items():
        suite.case(f"B18-own-set-with-{name}", "key_set", {"text": set_of(member, rsa)["jwks"]}, "jwks.malformed")
    for name, text in {
        "empty-text": "", "not-json": "hello", "list": "[]", "null": "null", "no-keys": "{}", "keys-null": '{"keys":null}', "keys-object": '{"keys":{}}',
        "keys-text": '{"keys":"k"}', "html": "<html></html>", "truncated": set_of(rsa)["jwks"][:-1], "trailing-text": set_of(rsa)["jwks"] + "x",
        "repeated-keys": '{"keys":[],"keys":[' + dumps(rsa) + "]}", "repeated-member-in-a-key": '{"keys":[' + dumps(rsa)[:-1] + ',"n":"AA"}]}',
        "byte-order-mark": "\ufeff" + set_of(rsa)["jwks"], "inexact-number": '{"n":9007199254740993,' + set_of(rsa)["jwks"][1:],
        "deep": '{"keys":[' + "[" * 5000 + "]" * 5000 + "]}",
    }.items():
        suite.case(f"B18-set-{name}", "key_set", {"text": text}, "jwks.malformed")
    suite.case("B18-set-without-members", "key_set", {"text": '{"keys":[]}'}, "jwks.no_usable_key")
    suite.case("B18-set-accepted", "key_set", {"text": set_of(rsa, public("p256", kid="k2"), {"kty": "XYZ"})["jwks"]}, {"keys": 2})
    suite.case("B18-set-accepted-with-more-members", "key_set", {"text": set_of(rsa, note={"a": 1})["jwks"]}, {"keys": 1})
    oct_key = {"kty": "oct", "k": b64(SECRET), "kid": "s"}
    verify("B13-local-set-with-a-secret", token(header={"alg": "HS256", "kid": "s"}), set_of(oct_key), OK, ["HS256"])
    suite.case("A9-jwk-set-a-million", "key_set", {"text": concat('{"keys":', repeat("[", 400_000))}, "jwks.malformed")


def bounds(suite):
    rsa = public("p256")
    suite.case("B19-hundred-keys", "key_set", {"text": set_of(*[public("p256", kid=str(i)) for i in range(100)])["jwks"]}, {"keys": 100})
    suite.case("B19-hundred-and-one-keys", "key_set", {"text": set_of(*[public("p256", kid=str(i)) for i in range(101)])["jwks"]}, "jwks.too_large")
    body = dumps(rsa)
    suite.case("B19-ten-thousand-keys", "key_set", {"text": concat('{"keys":[', repeat('{"kty":"x"},', 10_000), body, "]}")}, "jwks.too_large")
    suite.case("B19-ten-megabytes", "key_set", {"text": concat('{"keys":[' + body + '],"x":"', repeat("x", 10_000_000), '"}')}, "jwks.too_large")
    room = 512 * 1024 - len('{"keys":[' + body + '],"x":""}')
    suite.case("B19-exactly-the-limit", "key_set", {"text": concat('{"keys":[' + body + '],"x":"', repeat("x", room), '"}')}, {"keys": 1})
    suite.case("B19-one-byte-over", "key_set", {"text": concat('{"keys":[' + body + '],"x":"', repeat("x", room + 1), '"}')}, "jwks.too_large")
    certificate = "".join(KEYS["p256"]["pem"]["certificate"].splitlines()[1:-1])
    many = concat('{"keys":[' + body[:-1] + ',"x5c":["AA"', repeat(',"AA"', 999), "]}]}")
    suite.case("B19-thousand-certificates", "key_set", {"text": many}, "jwks.malformed")
    suite.case("B19-two-certificates", "key_set", {"text": set_of(public("p256") | {"x5c": [certificate] * 2})["jwks"]}, {"keys": 1})
