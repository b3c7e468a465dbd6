"""Rows B5, B8, B12, B13, B17, B21: key material at the door, and keys for signing."""

import hashlib

from encoding import KEYS, NOW, Suite, b64, der, dumps, number, pem, public, repeat, unb64
from algorithms import configure
from tokens import SECRET


def build():
    suite = Suite("Key material: RFC 7517, RFC 7518 section 6, RFC 8037 section 2.")

    def key(name, jwk, expect):
        text = jwk if isinstance(jwk, str) else dumps(jwk)
        half = "jwk_private" if isinstance(jwk, dict) and "d" in jwk else "jwk_public"
        suite.case(name, "key", {"key": {half: text}}, expect)

    accepted(suite, key)
    thumbprints(suite, key)
    certificates(suite)
    kinds(suite)
    exported(suite)
    malformed(suite, key)
    points(suite, key)
    weak(suite, key)
    consistency(suite, key)
    usage(suite, key)
    signing(suite)
    return suite


def accepted(suite, key):
    for name in ("rsa", "p256", "p384", "ed25519"):
        jwk = public(name)
        want = {"public_jwk": jwk}
        key(f"B12-accepted-{name}-jwk", jwk, want)
        key(f"B12-accepted-{name}-jwk-with-kid", jwk | {"kid": "key 1"}, {"kid": "key 1"})
        key(f"B12-accepted-{name}-private-jwk", KEYS[name]["jwk"], want)
        suite.case(f"B12-accepted-{name}-spki-pem", "key", {"key": {"pem_public": pem(name, "spki")}}, want)
        suite.case(f"B12-accepted-{name}-spki-der", "key", {"key": {"der_public": b64(der(name, "spki"))}}, want)
        suite.case(f"B12-accepted-{name}-pkcs8-pem", "key", {"key": {"pem_private": pem(name, "pkcs8")}}, want)
    suite.case("B12-accepted-pkcs1-public-pem", "key", {"key": {"pem_public": pem("rsa", "pkcs1_public")}}, {"public_jwk": public("rsa")})
    key("B12-accepted-unknown-members", public("p256") | {"x-note": {"a": [1]}, "alg": "ES256", "use": "sig"}, {"kid": None})


def thumbprint(jwk):
    members = {"RSA": ("e", "kty", "n"), "EC": ("crv", "kty", "x", "y"), "OKP": ("crv", "kty", "x")}[jwk["kty"]]
    return b64(hashlib.sha256(dumps({name: jwk[name] for name in members}).encode()).digest())


def thumbprints(suite, key):
    """RFC 7638 section 3.1, RFC 8037 appendix A.3, RFC 9278 section 3, and every form of the test keys."""
    n = ("0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W"
         "-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08q"
         "NLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw")
    uri = "urn:ietf:params:oauth:jwk-thumbprint:sha-256:"
    rsa = {"kty": "RSA", "n": n, "e": "AQAB", "alg": "RS256", "kid": "2011-04-29"}
    want = "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"
    key("B12-thumbprint-rfc7638", rsa, {"thumbprint": want, "thumbprint_uri": uri + want})
    okp = {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
    key("B12-thumbprint-rfc8037", okp, {"thumbprint": "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"})
    for name, needs in (("rsa", None), ("p256", None), ("p384", None), ("ed25519", None), ("p521", "ES512"), ("k256", "ES256K")):
        want = thumbprint(public(name))
        want = {"thumbprint": want, "thumbprint_uri": uri + want}
        for form, given in {
            "jwk": {"jwk_public": dumps(public(name) | {"kid": "k", "use": "sig"})}, "private-jwk": {"jwk_private": dumps(KEYS[name]["jwk"])},
            "spki-pem": {"pem_public": pem(name, "spki")}, "pkcs8-pem": {"pem_private": pem(name, "pkcs8")},
        }.items():
            suite.case(f"B12-thumbprint-{name}-{form}", "key", {"key": given}, want, needs=needs)


def certificates(suite):
    """Of a certificate the key is taken, and nothing else."""
    for name in ("rsa", "p256", "p384", "ed25519"):
        want = {"public_jwk": public(name), "thumbprint": thumbprint(public(name))}
        data = der(name, "certificate")
        suite.case(f"B12-certificate-{name}-pem", "key", {"key": {"pem_public": pem(name, "certificate")}}, want)
        suite.case(f"B12-certificate-{name}-der", "key", {"key": {"der_public": b64(data)}}, want)
        for cut, damaged in {"trailing-bytes": data + b"\0", "truncated": data[:-1], "half": data[: len(data) // 2]}.items():
            suite.case(f"B12-certificate-{name}-{cut}", "key", {"key": {"der_public": b64(damaged)}}, "key.malformed")
    chain = pem("p256", "certificate") + pem("rsa", "certificate")
    suite.case("B12-certificate-chain", "key", {"key": {"pem_public": chain}}, "key.malformed")
    suite.case("B8-certificate-rsa-1024", "key", {"key": {"pem_public": pem("rsa_1024", "certificate")}}, "key.weak")
    suite.case("B12-certificate-as-private-key", "key", {"key": {"pem_private": pem("rsa", "certificate")}}, "key.malformed")


def exported(suite):
    """Private keys and secrets as JWK, from every form; and new ones."""
    for name, needs in (("rsa", None), ("p256", None), ("p384", None), ("ed25519", None), ("p521", "ES512"), ("k256", "ES256K")):
        jwk = KEYS[name]["jwk"]
        forms = {"jwk": {"jwk_private": dumps(jwk)}, "pkcs8-pem": {"pem_private": pem(name, "pkcs8")}, "pkcs8-der": {"der_private": b64(der(name, "pkcs8"))}}
        for old in ("pkcs1_private", "sec1_private"):
            if old in KEYS[name]["pem"]:
                forms[old.replace("_private", "-pem")] = {"pem_private": pem(name, old)}
        for form, given in forms.items():
            suite.case(f"B12-exported-{name}-{form}", "key", {"key": given}, {"private_jwk": jwk}, needs=needs)
        suite.case(f"B18-private-der-{name}-truncated", "key", {"key": {"der_private": b64(der(name, "pkcs8")[:-1])}}, "key.malformed")
    suite.case("B18-private-der-empty", "key", {"key": {"der_private": ""}}, "key.malformed")
    suite.case("B18-private-der-public", "key", {"key": {"der_private": b64(der("p256", "spki"))}}, "key.malformed")
    for form, given in {"bytes": {"hmac": {"base64url": b64(SECRET)}}, "jwk": {"jwk_secret": dumps({"kty": "oct", "k": b64(SECRET), "kid": "h"})}}.items():
        want = {"kty": "oct", "k": b64(SECRET)} | ({"kid": "h"} if form == "jwk" else {})
        suite.case(f"B12-exported-secret-{form}", "key", {"key": given}, {"private_jwk": want, "public_jwk": None})
    for algorithm in ("HS256", "HS384", "HS512"):
        suite.case(f"B7-generated-{algorithm}", "key", {"key": {"generated_secret": algorithm}}, {"private_jwk": {"kty": "oct", "alg": algorithm}})
        suite.case(f"B7-{algorithm}-as-a-key-pair", "key", {"key": {"generated": algorithm}}, "config.unsupported_algorithm")
    for algorithm, jwk, needs in (("ES256", {"kty": "EC", "crv": "P-256"}, None), ("ES384", {"kty": "EC", "crv": "P-384"}, None), ("EdDSA", {"kty": "OKP", "crv": "Ed25519"}, None),
                                  ("RS256", {"kty": "RSA", "e": "AQAB"}, "ES512"), ("PS512", {"kty": "RSA", "e": "AQAB"}, "ES512"),
                                  ("ES512", {"kty": "EC", "crv": "P-521"}, "ES512"), ("ES256K", {"kty": "EC", "crv": "secp256k1"}, "ES256K")):
        jwk |= {"alg": algorithm, "use": "sig"}
        suite.case(f"B12-generated-{algorithm}", "key", {"key": {"generated": algorithm}}, {"public_jwk": jwk, "private_jwk": jwk}, needs=needs)
        suite.case(f"B7-{algorithm}-as-a-secret", "key", {"key": {"generated_secret": algorithm}}, "config.unsupported_algorithm")
    for name in ("none", "", "hs256", "XS256"):
        for kind in ("generated", "generated_secret"):
            suite.case(f"B1-{kind.replace('_', '-')}-{name or 'empty'}", "key", {"key": {kind: name}}, "config.unsupported_algorithm")


def kinds(suite):
    """Each kind of key has a door of its own, and no other one opens for it."""
    secret = {"kty": "oct", "k": b64(SECRET)}
    suite.case("B2-kind-secret", "key", {"key": {"jwk_secret": dumps(secret)}}, {"kid": None})
    suite.case("B2-kind-secret-as-public", "key", {"key": {"jwk_public": dumps(secret)}}, "key.wrong_type")
    suite.case("B2-kind-secret-as-private", "key", {"key": {"jwk_private": dumps(secret)}}, "key.wrong_type")
    for name in ("rsa", "p256", "p384", "ed25519"):
        for half, jwk in (("public", public(name)), ("private", KEYS[name]["jwk"])):
            suite.case(f"B2-kind-{name}-{half}-as-secret", "key", {"key": {"jwk_secret": dumps(jwk)}}, "key.asymmetric_as_secret")
        suite.case(f"B2-kind-{name}-private-as-public", "key", {"key": {"jwk_public": dumps(KEYS[name]["jwk"])}}, "key.wrong_type")
        suite.case(f"B2-kind-{name}-public-as-private", "key", {"key": {"jwk_private": dumps(public(name))}}, "key.private_required")


def malformed(suite, key):
    for name, text in {
        "empty": "", "not-json": "hello", "list": "[]", "text": '"key"', "null": "null", "no-kty": "{}", "kty-null": '{"kty":null}',
        "kty-list": '{"kty":["RSA"]}', "trailing-text": dumps(public("p256")) + "x", "repeated-kty": '{"kty":"oct",' + dumps(public("p256"))[1:],
        "repeated-x": dumps(public("p256"))[:-1] + ',"x":"AA"}', "lone-surrogate": dumps(public("p256"))[:-1] + ',"kid":"\\ud800"}',
    }.items():
        key(f"B18-jwk-{name}", text, "key.malformed")
    key("B18-jwk-unknown-kty", '{"kty":"XYZ","x":"AA"}', "key.wrong_type")
    key("B18-jwk-unknown-curve", public("p256", crv="P-999"), "key.wrong_type")
    for name, changes in {
        "rsa-without-n": ("rsa", {"n": None}), "rsa-without-e": ("rsa", {"e": None}), "rsa-n-number": ("rsa", {"n": 12345}),
        "rsa-n-padded": ("rsa", {"n": public("rsa")["n"] + "="}), "rsa-n-not-base64url": ("rsa", {"n": "+/" + public("rsa")["n"][2:]}),
        "p256-without-y": ("p256", {"y": None}), "p256-without-crv": ("p256", {"crv": None}), "p256-x-list": ("p256", {"x": [1]}),
        "ed25519-without-x": ("ed25519", {"x": None}), "kid-number": ("p256", {"kid": 7}), "alg-number": ("p256", {"alg": 7}),
    }.items():
        key(f"B18-jwk-{name}", public(changes[0], **changes[1]), "key.malformed")
    deep = dumps(public("p256"))[:-1] + ',"t":' + "[" * 5000 + "]" * 5000 + "}"
    key("A9-jwk", deep, "key.malformed")
    suite.case("A9-jwk-a-million", "key", {"key": {"jwk_public": repeat("[", 1_000_000)}}, "key.malformed")
    for name, text in {
        "empty": "", "not-pem": "hello", "no-end": pem("rsa", "spki").rsplit("-----END", 1)[0], "bad-base64": pem("rsa", "spki").replace("M", "*"),
        "truncated": pem("rsa", "spki")[:100] + "\n-----END PUBLIC KEY-----\n", "unknown-label": pem("rsa", "spki").replace("PUBLIC KEY", "GARBAGE"),
        "der-of-nothing": "-----BEGIN PUBLIC KEY-----\nMAA=\n-----END PUBLIC KEY-----\n",
    }.items():
        suite.case(f"B18-pem-{name}", "key", {"key": {"pem_public": text}}, "key.malformed")
        text = text.replace("PUBLIC KEY", "PRIVATE KEY")
        suite.case(f"B18-private-pem-{name}", "key", {"key": {"pem_private": text}}, "key.malformed")
    for name, data in {"empty": b"", "garbage": b"\x30\x03\x02\x01\x00", "trailing-bytes": der("rsa", "spki") + b"\0", "truncated": der("p256", "spki")[:-1]}.items():
        suite.case(f"B18-der-{name}", "key", {"key": {"der_public": b64(data)}}, "key.malformed")


def points(suite, key):
    x, y = unb64(public("p256")["x"]), unb64(public("p256")["y"])
    y384 = public("p384")["y"]
    off = y[:-1] + bytes([y[-1] ^ 1])
    for name, changes in {
        "off-the-curve": {"y": b64(off)}, "swapped": {"x": b64(y), "y": b64(x)}, "zeros": {"x": b64(bytes(32)), "y": b64(bytes(32))},
        "x-of-another-key": {"x": public("p256_b")["x"]}, "x-beyond-the-field": {"x": b64(b"\xff" * 32)},
    }.items():
        key(f"B12-p256-{name}", public("p256", **changes), "key.invalid_point")
    for name, changes in {
        "x-short": {"x": b64(x[1:])}, "x-long": {"x": b64(b"\0" + x)}, "y-short": {"y": b64(y[:31])}, "x-empty": {"x": ""},
        "coordinates-of-p384": {"x": public("p384")["x"], "y": y384},
    }.items():
        key(f"B12-p256-{name}", public("p256", **changes), "key.invalid_point")
    key("B12-p384-off-the-curve", public("p384", y=b64(unb64(y384)[:-1] + bytes([unb64(y384)[-1] ^ 1]))), "key.invalid_point")
    for name, size in (("short", 31), ("long", 33)):
        key(f"B12-ed25519-{name}", public("ed25519", x=b64(bytes([7]) * size)), "key.invalid_point")
    spki = bytes.fromhex("3019301306072a8648ce3d020106082a8648ce3d03010703020000")
    suite.case("B12-p256-infinity-der", "key", {"key": {"der_public": b64(spki)}}, "key.invalid_point")
    bad = der("p256", "spki")[:-1] + bytes([der("p256", "spki")[-1] ^ 1])
    suite.case("B12-p256-off-the-curve-der", "key", {"key": {"der_public": b64(bad)}}, "key.invalid_point")


def weak(suite, key):
    n = number(public("rsa")["n"])
    b = lambda value: b64(value.to_bytes((value.bit_length() + 7) // 8, "big"))
    for name, changes in {
        "e-one": {"e": "AQ"}, "e-two": {"e": "Ag"}, "e-even": {"e": b(65536)}, "e-zero": {"e": "AA"},
        "sixteen-thousand-bits": {"n": b(n**8 | 1)}, "tiny": {"n": b((1 << 511) | 1)}, "n-even": {"n": b(n - 1)},
    }.items():
        key(f"B8-rsa-{name}", public("rsa", **changes), "key.weak")
    key("B8-rsa-1024-jwk", public("rsa_1024"), "key.weak")
    suite.case("B8-rsa-1024-pem", "key", {"key": {"pem_public": pem("rsa_1024", "spki")}}, "key.weak")
    suite.case("B8-rsa-1024-private-pem", "key", {"key": {"pem_private": pem("rsa_1024", "pkcs8")}}, "key.weak")


def consistency(suite, key):
    private, other = KEYS["ed25519"]["jwk"], KEYS["ed25519_b"]["jwk"]
    key("B13-ed25519-d-of-another-key", private | {"d": other["d"]}, "key.inconsistent")
    key("B13-p256-d-of-another-key", KEYS["p256"]["jwk"] | {"d": KEYS["p256_b"]["jwk"]["d"]}, "key.inconsistent")
    # A wrong `d` alone goes unnoticed by backends that sign with the primes and never read it.
    key("B13-rsa-primes-of-another-key", KEYS["rsa"]["jwk"] | {"p": KEYS["rsa_b"]["jwk"]["p"]}, "key.inconsistent")
    key("B13-rsa-dp-of-another-key", KEYS["rsa"]["jwk"] | {"dp": KEYS["rsa_b"]["jwk"]["dp"]}, "key.inconsistent")
    key("B13-rsa-n-of-another-key", KEYS["rsa"]["jwk"] | {"n": KEYS["rsa_b"]["jwk"]["n"]}, "key.inconsistent")


def usage(suite, key):
    for name, members in {
        "use-enc": {"use": "enc"}, "key-ops-sign-only": {"key_ops": ["sign"]}, "key-ops-encrypt": {"key_ops": ["encrypt"]},
        "key-ops-empty": {"key_ops": []}, "contradictory": {"use": "sig", "key_ops": ["encrypt"]}, "use-enc-with-verify": {"use": "enc", "key_ops": ["verify"]},
    }.items():
        for kind, algorithm in (("rsa", "RS256"), ("p256", "ES256")):
            configure(suite, f"B17-{kind}-{name}", "key.use", {"key": {"jwk_public": dumps(public(kind) | members)}}, algorithms=[algorithm])
    secret = {"kty": "oct", "k": b64(SECRET), "use": "enc"}
    configure(suite, "B17-oct-use-enc", "key.use", {"key": {"jwk_secret": dumps(secret)}}, algorithms=["HS256"])
    for name, members in {"use-sig": {"use": "sig"}, "key-ops-verify": {"key_ops": ["verify"]}, "both": {"use": "sig", "key_ops": ["verify"]}}.items():
        configure(suite, f"B17-accepted-{name}", {}, {"key": {"jwk_public": dumps(public("rsa") | members)}}, algorithms=["RS256"])


def signing(suite):
    text = {"sub": "user-1"}
    fixed = {"HS256": None, "HS384": None, "HS512": None, "RS256": "rsa", "EdDSA": "ed25519"}
    for algorithm, name in fixed.items():
        key = {"pem_private": pem(name, "pkcs8")} if name else {"hmac": {"base64url": b64(SECRET)}}
        given = {"now": NOW, "key": key, "config": {"algorithm": algorithm}, "claims": text}
        head = {"alg": algorithm}
        public_key = {"key": {"pem_public": pem(name, "spki")}} if name else {"key": key}
        given["keys"] = public_key
        suite.case(f"B21-accepted-{algorithm}", "sign", given, {"header": head, "claims": {"sub": "user-1", "iat": NOW}})
        suite.case(f"B21-accepted-{algorithm}-lifetime", "sign", given | {"lifetime": 300}, {"claims": {"exp": NOW + 300, "iat": NOW}})
    for algorithm, name, needs in (("PS256", "rsa", None), ("ES256", "p256", None), ("ES384", "p384", None), ("ES512", "p521", "ES512"),
                                   ("ES256K", "k256", "ES256K")):
        given = {"now": NOW, "key": {"jwk_private": dumps(KEYS[name]["jwk"])}, "config": {"algorithm": algorithm, "kid": "k1", "typ": "at+jwt"},
                 "claims": text, "lifetime": 60, "keys": {"key": {"pem_public": pem(name, "spki")}}}
        suite.case(f"B21-accepted-{algorithm}", "sign", given,
                   {"header": {"alg": algorithm, "kid": "k1", "typ": "at+jwt"}, "claims": {"sub": "user-1", "exp": NOW + 60}}, needs=needs)

    def refuse(name, key, config, code, claims=text, **more):
        suite.case(name, "sign", {"now": NOW, "key": key, "config": config, "claims": claims, "keys": {"key": key}} | more, code)

    suite.case("B21-public-pem-as-private", "key", {"key": {"pem_private": pem("rsa", "spki")}}, "key.private_required")
    refuse("B21-public-rsa-key", {"pem_public": pem("rsa", "spki")}, {"algorithm": "RS256"}, "key.private_required")
    refuse("B21-public-ec-key", {"jwk_public": dumps(public("p256"))}, {"algorithm": "ES256"}, "key.private_required")
    refuse("B21-wrong-family", {"pem_private": pem("rsa", "pkcs8")}, {"algorithm": "ES256"}, "key.wrong_type")
    refuse("B21-hmac-with-rsa-key", {"pem_private": pem("rsa", "pkcs8")}, {"algorithm": "HS256"}, "key.wrong_type")
    refuse("B21-short-secret", {"hmac": {"text": "short"}}, {"algorithm": "HS256"}, "key.too_short")
    refuse("B21-encryption-key", {"jwk_private": dumps(KEYS["p256"]["jwk"] | {"use": "enc"})}, {"algorithm": "ES256"}, "key.use")
    refuse("B21-verify-only", {"jwk_private": dumps(KEYS["p256"]["jwk"] | {"key_ops": ["verify"]})}, {"algorithm": "ES256"}, "key.use")
    refuse("B21-none", {"hmac": {"base64url": b64(SECRET)}}, {"algorithm": "none"}, "config.unsupported_algorithm")
