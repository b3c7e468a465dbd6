"""Rows B1, B3 to B7 and B9 to B11: the algorithm, the key that goes with it, and the signature."""

from encoding import KEYS, Suite, b64, der, dumps, pem, public
from signing import CURVES, sign
from tokens import CLAIMS, HMAC, SECRET, claims, encoded, given, segments, token

KEY_OF = {"RS256": "rsa", "RS384": "rsa", "RS512": "rsa", "PS256": "rsa", "PS384": "rsa", "PS512": "rsa", "ES256": "p256", "ES384": "p384",
          "ES512": "p521", "ES256K": "k256", "EdDSA": "ed25519", "Ed25519": "ed25519"}
OFFERED = ("HS256", "HS384", "HS512", "RS256", "PS256", "ES256", "ES384", "ES512", "ES256K", "EdDSA")
# ring, the core's other backend, lacks these.
RARE = ("ES512", "ES256K")


def keys_of(name):
    return {"key": {"pem_public": pem(name, "spki")}}


def build():
    suite = Suite("Algorithm and key confusion: RFC 8725 sections 3.1 and 3.2, RFC 7518 section 3.")
    positive(suite)
    none(suite)
    allow_lists(suite)
    key_algorithm(suite)
    signatures(suite)
    return suite


def positive(suite):
    ok = {"claims": CLAIMS}
    for algorithm in OFFERED:
        if algorithm.startswith("HS"):
            suite.case(f"B4-accepted-{algorithm}", "verify", given(token(algorithm=algorithm), algorithms=[algorithm]), ok)
            continue
        name, needs = KEY_OF[algorithm], algorithm if algorithm in RARE else None
        signed = token(algorithm=algorithm, key=name)
        for form, keys in {
            "pem": keys_of(name), "der": {"key": {"der_public": b64(der(name, "spki"))}},
            "jwk": {"key": {"jwk_public": dumps(public(name, alg=algorithm, use="sig", kid="k1"))}},
            "set": {"jwks": dumps({"keys": [public(name, alg=algorithm, use="sig", kid="k1")]})},
        }.items():
            suite.case(f"B4-accepted-{algorithm}-{form}", "verify", given(signed, keys, algorithms=[algorithm]), ok, needs=needs)
        tampered = signed.split(".")
        tampered[1] = encoded(claims(sub="root"))
        suite.case(f"B9-{algorithm}-other-payload", "verify", given(".".join(tampered), keys_of(name), algorithms=[algorithm]), "token.signature", needs=needs)
    for algorithm, name in (("RS384", "rsa"), ("RS512", "rsa"), ("PS384", "rsa"), ("PS512", "rsa")):
        suite.case(f"B4-accepted-{algorithm}", "verify", given(token(algorithm=algorithm, key=name), keys_of(name), algorithms=[algorithm]), ok)
    fully_specified = token(header={"alg": "Ed25519"}, algorithm="EdDSA", key="ed25519")
    suite.case("B11-accepted-ed25519-by-its-rfc-9864-name", "verify", given(fully_specified, keys_of("ed25519"), algorithms=["EdDSA"]), ok)


def none(suite):
    for name, value in {
        "none": "none", "mixed-case": "nOnE", "upper-case": "NONE", "empty": "", "missing": ..., "trailing-space": "HS256 ",
        "lower-case": "hs256", "unknown": "XS256", "leading-space": " HS256", "nul": "HS256\0", "encryption": "RSA-OAEP",
    }.items():
        header = {"typ": "JWT"} if value is ... else {"alg": value, "typ": "JWT"}
        signed = token(header=header)
        suite.case(f"B1-{name}", "verify", given(signed), "token.algorithm")
        head, body, _ = signed.split(".")
        suite.case(f"B1-{name}-without-signature", "verify", given(f"{head}.{body}."), "token.algorithm")
    for name, value in {"null": None, "number": 256, "list": ["HS256"], "object": {"name": "HS256"}, "true": True}.items():
        suite.case(f"B1-{name}", "verify", given(token(header={"alg": value})), "token.algorithm")
    rsa = token(header={"alg": "none"}, algorithm="RS256", key="rsa")
    suite.case("B1-none-with-an-rsa-signature", "verify", given(rsa, keys_of("rsa"), algorithms=["RS256"]), "token.algorithm")


def configure(suite, name, expect, keys=HMAC, needs=None, **config):
    usual = {"issuer": "https://idp.example.com", "audience": "my-api"}
    config = {k: v for k, v in (usual | config).items() if v is not ...}
    suite.case(name, "configure_verifier", {"config": config, "keys": keys}, expect, needs=needs)


def allow_lists(suite):
    configure(suite, "B3-absent", "config.algorithms")
    for name, listed in {
        "empty": [], "mixed": ["HS256", "RS256"], "mixed-elliptic": ["ES256", "HS512"], "mixed-many": ["RS256", "PS256", "EdDSA", "HS384"],
    }.items():
        configure(suite, f"B3-{name}", "config.algorithms", algorithms=listed)
        configure(suite, f"B3-{name}-with-a-public-key", "config.algorithms", keys_of("rsa"), algorithms=listed)
    for name, listed in {"wildcard": ["*"], "all": ["all"], "none": ["none"], "none-beside-another": ["HS256", "none"], "lower-case": ["hs256"],
                         "pattern": ["HS.*"], "empty-name": [""]}.items():
        configure(suite, f"B3-{name}", "config.unsupported_algorithm", algorithms=listed)
    configure(suite, "B3-accepted-hmac", {}, algorithms=["HS256", "HS384", "HS512"])
    configure(suite, "B3-accepted-rsa", {}, keys_of("rsa"), algorithms=["RS256", "PS256"])
    configure(suite, "B3-accepted-discovery", {}, {"discover": True}, algorithms=["RS256", "ES256"])
    configure(suite, "B3-accepted-discovery-without-a-list", {}, {"discover": True})
    configure(suite, "B20-cache-of-nothing", {}, algorithms=["HS256"], token_cache=0)
    configure(suite, "B20-largest-cache", {}, algorithms=["HS256"], token_cache=100_000)
    configure(suite, "B20-cache-too-large", "config.invalid", algorithms=["HS256"], token_cache=100_001)
    configure(suite, "B3-discovery-with-hmac", "config.algorithms", {"discover": True}, algorithms=["HS256"])
    # Not in the list though the signature is right.
    for listed, algorithm, name in ((["HS384"], "HS256", None), (["RS256"], "RS512", "rsa"), (["PS256"], "RS256", "rsa"), (["RS256"], "PS256", "rsa")):
        keys = keys_of(name) if name else HMAC
        signed = token(algorithm=algorithm, key=name or SECRET)
        suite.case(f"B3-{algorithm}-where-{listed[0]}-is-listed", "verify", given(signed, keys, algorithms=listed), "token.algorithm")


def key_algorithm(suite):
    """B4: the key's own `alg`; B5: its type and curve; B6 and B7: HMAC keys that are none."""
    for bound, used in (("RS256", "PS256"), ("PS256", "RS256"), ("RS512", "RS256")):
        signed = token(algorithm=used, key="rsa")
        keys = {"key": {"jwk_public": dumps(public("rsa", alg=bound))}}
        suite.case(f"B4-{used}-with-a-key-for-{bound}", "verify", given(signed, keys, algorithms=[bound, used]), "token.algorithm")
        keys = {"jwks": dumps({"keys": [public("rsa", alg=bound, kid="k")]})}
        suite.case(f"B4-{used}-with-a-set-for-{bound}", "verify", given(signed, keys, algorithms=[bound, used]), "token.key_not_found")
    oct_jwk = {"key": {"jwk_secret": dumps({"kty": "oct", "k": b64(SECRET), "alg": "HS512"})}}
    suite.case("B4-HS256-with-a-key-for-HS512", "verify", given(token(), oct_jwk, algorithms=["HS256", "HS512"]), "token.algorithm")
    configure(suite, "B4-no-listed-algorithm-fits-the-key", "key.wrong_type", {"key": {"jwk_public": dumps(public("rsa", alg="RS256"))}}, algorithms=["PS256"])
    for algorithm, name in (("RS256", "p256"), ("ES256", "rsa"), ("ES256", "p384"), ("ES384", "p256"), ("EdDSA", "p256"), ("ES256", "ed25519"),
                            ("PS256", "ed25519"), ("HS256", "rsa"), ("HS256", "ed25519")):
        configure(suite, f"B5-{algorithm}-with-{name}", "key.wrong_type", keys_of(name), algorithms=[algorithm])
    for algorithm, name, needs in (("ES256", "k256", "ES256K"), ("ES256K", "p256", "ES256K"), ("ES512", "p256", "ES512"), ("ES256", "p521", "ES512")):
        configure(suite, f"B5-{algorithm}-with-{name}", "key.wrong_type", keys_of(name), algorithms=[algorithm], needs=needs)
    configure(suite, "B5-RS256-with-hmac", "key.wrong_type", algorithms=["RS256"])
    suite.case("B5-x25519-pem", "key", {"key": {"pem_public": pem("x25519", "spki")}}, "key.wrong_type")
    for name in ("dsa", "x25519"):
        suite.case(f"B5-{name}-private-pem", "key", {"key": {"pem_private": pem(name, "pkcs8")}}, "key.wrong_type")
        suite.case(f"B5-{name}-der", "key", {"key": {"der_public": b64(der(name, "spki"))}}, "key.wrong_type")
    suite.case("B5-dsa-pem", "key", {"key": {"pem_public": pem("dsa", "spki")}}, "key.wrong_type")
    suite.case("B5-x25519-jwk", "key", {"key": {"jwk_public": dumps(public("x25519"))}}, "key.wrong_type")
    for name, key in {
        "bytes": {"hmac": {"base64url": ""}}, "text": {"hmac": {"text": ""}}, "jwk": {"jwk_secret": '{"kty":"oct","k":""}'},
    }.items():
        suite.case(f"B6-empty-{name}", "key", {"key": key}, "key.empty")
    for name, text in {"without-k": '{"kty":"oct"}', "null-k": '{"kty":"oct","k":null}', "number-k": '{"kty":"oct","k":0}', "false-k": '{"kty":"oct","k":false}'}.items():
        suite.case(f"B6-{name}", "key", {"key": {"jwk_secret": text}}, "key.malformed")
    suite.case("B6-token-signed-with-nothing", "verify", given(token(key=b"")), "token.signature")
    for algorithm, size in (("HS256", 32), ("HS384", 48), ("HS512", 64)):
        key = lambda n: {"key": {"hmac": {"base64url": b64(SECRET[:n])}}}
        configure(suite, f"B7-{algorithm}-one-byte-short", "key.too_short", key(size - 1), algorithms=[algorithm])
        configure(suite, f"B7-{algorithm}-exact", {}, key(size), algorithms=[algorithm])
    configure(suite, "B7-one-byte", "key.too_short", {"key": {"hmac": {"text": "x"}}}, algorithms=["HS256"])
    short = {"key": {"hmac": {"base64url": b64(SECRET[:32])}}}
    listed = ["HS256", "HS512"]
    suite.case("B7-short-for-one-of-two-listed", "verify", given(token(algorithm="HS512", key=SECRET[:32]), short, algorithms=listed), "token.algorithm")
    suite.case("B7-long-enough-for-the-other", "verify", given(token(key=SECRET[:32]), short, algorithms=listed), {"claims": CLAIMS})


def signatures(suite):
    """B9 to B11: signatures that are nearly right."""
    def forged(name, algorithm, key, change):
        needs = algorithm if algorithm in RARE else None
        head = encoded({"alg": algorithm}) + "." + encoded(CLAIMS)
        signature = change(sign(algorithm, KEYS[key]["jwk"], head.encode()))
        suite.case(name, "verify", given(f"{head}.{b64(signature)}", keys_of(key), algorithms=[algorithm]), "token.signature", needs=needs)

    for algorithm, key in (("RS256", "rsa"), ("PS256", "rsa"), ("ES256", "p256"), ("ES384", "p384"), ("ES512", "p521"), ("ES256K", "k256"),
                           ("EdDSA", "ed25519")):
        forged(f"B9-{algorithm}-flipped-bit", algorithm, key, lambda s: s[:-1] + bytes([s[-1] ^ 1]))
        forged(f"B9-{algorithm}-one-byte-short", algorithm, key, lambda s: s[:-1])
        forged(f"B9-{algorithm}-one-byte-long", algorithm, key, lambda s: s + b"\0")
        forged(f"B9-{algorithm}-zeros", algorithm, key, lambda s: bytes(len(s)))
    swapped = segments(encoded({"alg": "RS256"}), encoded(CLAIMS), "PS256", KEYS["rsa"]["jwk"])
    suite.case("B9-pss-signature-as-pkcs1", "verify", given(swapped, keys_of("rsa"), algorithms=["RS256"]), "token.signature")
    swapped = segments(encoded({"alg": "PS256"}), encoded(CLAIMS), "RS256", KEYS["rsa"]["jwk"])
    suite.case("B9-pkcs1-signature-as-pss", "verify", given(swapped, keys_of("rsa"), algorithms=["PS256"]), "token.signature")
    for algorithm, key in (("RS256", "rsa_b"), ("ES256", "p256_b"), ("EdDSA", "ed25519_b")):
        name = KEY_OF[algorithm]
        suite.case(f"B9-{algorithm}-signed-by-another-key", "verify", given(token(algorithm=algorithm, key=key), keys_of(name), algorithms=[algorithm]), "token.signature")
    suite.case("B9-HS256-signed-by-another-key", "verify", given(token(key=SECRET[::-1])), "token.signature")
    q = CURVES["P-256"][2]
    half = lambda n: n.to_bytes(32, "big")
    for name, r, s in (("both-zero", 0, 0), ("r-zero", 0, 1), ("s-zero", 1, 0), ("r-is-n", q, 1), ("s-is-n", 1, q), ("both-n-minus-one", q - 1, q - 1)):
        forged(f"B10-{name}", "ES256", "p256", lambda _: half(r) + half(s))
    forged("B10-der-of-zeros", "ES256", "p256", lambda _: bytes.fromhex("3006020100020100"))
    forged("B10-r-plus-n", "ES256", "p256", lambda s: half((int.from_bytes(s[:32], "big") + q) % 2**256) + s[32:])

    def der_form(signature):
        parts = b""
        for n in (signature[:32], signature[32:]):
            n = n.lstrip(b"\0")
            n = b"\0" + n if n[0] & 0x80 else n
            parts += b"\x02" + bytes([len(n)]) + n
        return b"\x30" + bytes([len(parts)]) + parts

    forged("B10-der-form", "ES256", "p256", der_form)
    order = 2**252 + 27742317777372353535851937790883648493
    forged("B11-non-canonical-s", "EdDSA", "ed25519", lambda s: s[:32] + (int.from_bytes(s[32:], "little") + order).to_bytes(32, "little"))
    identity = {"kty": "OKP", "crv": "Ed25519", "x": b64(b"\1" + bytes(31))}
    head = encoded({"alg": "EdDSA"}) + "." + encoded(CLAIMS)
    small = head + "." + b64(b"\1" + bytes(63))
    suite.case("B11-small-order-key", "verify", given(small, {"jwks": dumps({"keys": [identity]})}, algorithms=["EdDSA"]), "jwks.no_usable_key")
