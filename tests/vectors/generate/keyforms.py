"""Keys under a passphrase, raw, in DER, as sets of one's own; and the checks at the door that the other files leave out."""

import base64
import json
import pathlib

import mldsa
from encoding import KEYS, Suite, b64, der, dumps, number, pem, public, repeat, unb64
from postquantum import armour, element, key as akp, seed
from sealing import X25519
from tokens import SECRET

LOCKED = json.loads((pathlib.Path(__file__).parent / "locked.json").read_text())
PASSPHRASE = LOCKED["passphrase"]
# An algorithm that only the backend has that has AES-CBC, RSA generation and points to compute.
RICH = "ES512"
CURVES = {"p256": "ES256", "p384": "ES384", "p521": "ES512", "k256": "ES256K"}


def build():
    suite = Suite("Forms of keys: RFC 5958, RFC 8018, RFC 8410, RFC 9881, SEC 1; sets of one's own (RFC 7517 section 5).")

    def key(name, given, expect, needs=None):
        suite.case(name, "key", {"key": given}, expect, needs=needs)

    def export(name, given, form, expect, needs=None, **more):
        suite.case(name, "key_export", {"key": given, "form": form} | more, expect, needs=needs)

    locked(key)
    decrypters(suite)
    damaged(key)
    sealed(suite, export)
    sealed_for_encryption(suite)
    bound(key)
    containers(key)
    exports(export)
    raw(key, export)
    sets(suite)
    foreign(key)
    checks(key)
    return suite


def of(name):
    return {"private_jwk": KEYS[name]["jwk"], "public_jwk": public(name)}


def pem_locked(text, passphrase=PASSPHRASE):
    return {"pem_locked": {"text": text, "passphrase": passphrase}}


def der_locked(data, passphrase=PASSPHRASE):
    return {"der_locked": {"base64url": b64(data), "passphrase": passphrase}}


def body(text):
    return base64.b64decode("".join(text.splitlines()[1:-1]))


def locked(key):
    """B18, keys under a passphrase: read, and told what is wrong."""
    for name, text in LOCKED["read"].items():
        want = of(name.split("-")[0])
        key(f"B18-locked-{name}", pem_locked(text), want, RICH)
        key(f"B18-locked-{name}-der", der_locked(body(text)), want, RICH)
        key(f"B18-locked-{name}-without-passphrase", {"pem_private": text}, "key.passphrase")
    text = LOCKED["read"]["p256"]
    for name, passphrase in {"other": "wrong", "empty": "", "other-case": PASSPHRASE.upper(), "trailing-space": PASSPHRASE + " ", "decomposed": PASSPHRASE.replace("\u00e9", "e\u0301"),
                             "long": "x" * 10_000, "nul": "\0" + PASSPHRASE}.items():
        key(f"B18-locked-passphrase-{name}", pem_locked(text, passphrase), "key.passphrase", RICH)
        key(f"B18-locked-passphrase-{name}-der", der_locked(body(text), passphrase), "key.passphrase", RICH)
    key("B18-locked-der-without-passphrase", {"der_private": b64(body(text))}, "key.passphrase")
    for name in ("rsa", "p256", "ed25519"):
        key(f"B18-locked-not-{name}", pem_locked(pem(name, "pkcs8")), "key.passphrase")
        key(f"B18-locked-not-{name}-der", der_locked(der(name, "pkcs8")), "key.passphrase")
        key(f"B18-locked-public-{name}", pem_locked(pem(name, "spki")), "key.private_required")
    for name, text in LOCKED["refused"].items():
        key(f"B18-locked-refused-{name}", pem_locked(text), "config.unsupported_algorithm")
        key(f"B18-locked-refused-{name}-without-passphrase", {"pem_private": text}, "key.passphrase")
    for name, text in LOCKED["legacy"].items():
        key(f"B18-locked-legacy-{name}", {"pem_private": text}, "key.malformed")
        key(f"B18-locked-legacy-{name}-with-passphrase", pem_locked(text), "key.malformed")
    key("B2-locked-as-secret", {"hmac": {"text": LOCKED["read"]["p256"]}}, "key.asymmetric_as_secret")
    key("B2-locked-as-public", {"pem_public": LOCKED["read"]["p256"]}, "key.malformed")


def decrypters(suite):
    """The same for keys that decrypt."""

    def case(name, given, expect, needs=RICH):
        suite.case(name, "encryption_key", {"key": given}, expect, needs=needs)

    files = LOCKED["read"] | LOCKED["encryption"]
    for name, algorithm in (("rsa", "RSA-OAEP-256"), ("p256", "ECDH-ES"), ("p384", "ECDH-ES+A128KW"), ("p521", "ECDH-ES+A256KW"), ("x25519", "ECDH-ES")):
        text, jwk = files[name], {k: v for k, v in KEYS[name]["jwk"].items() if k in ("kty", "crv", "d")}
        pem_file, der_file = {"pem": text, "algorithm": algorithm}, {"der": b64(body(text)), "algorithm": algorithm}
        for form, given in (("pem", pem_file), ("der", der_file)):
            case(f"B18-locked-decrypter-{name}-{form}", given | {"passphrase": PASSPHRASE}, {"private": True, "algorithm": algorithm, "jwk": jwk})
            case(f"B18-locked-decrypter-{name}-{form}-wrong", given | {"passphrase": "wrong"}, "key.passphrase")
            case(f"B18-locked-decrypter-{name}-{form}-missing", given, "key.passphrase")
        case(f"B18-locked-decrypter-{name}-not-locked", {"pem": pem(name, "pkcs8"), "algorithm": algorithm, "passphrase": PASSPHRASE}, "key.passphrase")
        case(f"B18-locked-decrypter-{name}-not-locked-der", {"der": b64(der(name, "pkcs8")), "algorithm": algorithm, "passphrase": PASSPHRASE}, "key.passphrase")
    case("B18-locked-decrypter-scrypt", {"pem": LOCKED["refused"]["scrypt"], "algorithm": "ECDH-ES", "passphrase": PASSPHRASE}, "config.unsupported_algorithm")
    case("B18-locked-decrypter-legacy", {"pem": LOCKED["legacy"]["p256"], "algorithm": "ECDH-ES", "passphrase": PASSPHRASE}, "key.malformed")
    case("B12-der-pkcs1-decrypter", {"der": b64(der("rsa", "pkcs1_private")), "algorithm": "RSA-OAEP"}, {"private": True})
    case("B12-der-pkcs1-encrypter", {"der": b64(der("rsa", "pkcs1_public")), "algorithm": "RSA-OAEP"}, {"private": False})
    case("B12-der-sec1-decrypter", {"der": b64(der("p256", "sec1_private")), "algorithm": "ECDH-ES"}, {"private": True})


def info(salt=bytes(16), iterations=b"\2\2\x08\0", more=b"", prf=None, cipher=42, iv=bytes(16), data=bytes(32), scheme=b"\x0d", derivation=b"\x0c", tail=b""):
    """An `EncryptedPrivateKeyInfo` with whatever parts."""
    pkcs5 = bytes.fromhex("2a864886f70d0105")
    prf = element(0x30, element(6, bytes.fromhex("2a864886f70d0209")), b"\5\0") if prf is None else prf
    kdf = element(0x30, element(6, pkcs5 + derivation), element(0x30, element(4, salt), iterations, more, prf))
    enc = element(0x30, element(6, bytes.fromhex("608648016503040 1".replace(" ", "")) + bytes([cipher])), element(4, iv))
    return element(0x30, element(0x30, element(6, pkcs5 + scheme), element(0x30, kdf, enc)), element(4, data)) + tail


def damaged(key):
    """Parameters that cost too much, contradict each other, or are none."""
    ten_million = b"\2\4" + (10_000_000).to_bytes(4, "big")
    for name, data in {
        "no-iterations": info(iterations=b"\2\1\0"), "eleven-million-iterations": info(iterations=b"\2\4" + (11_000_000).to_bytes(4, "big")),
        "two-to-the-31": info(iterations=b"\2\5\0\x80\0\0\0"), "two-to-the-64": info(iterations=b"\2\x09\1" + bytes(8)), "negative": info(iterations=b"\2\1\xff"),
        "iterations-as-text": info(iterations=element(4, b"2048")), "salt-of-two-kilobytes": info(salt=bytes(2048)), "iv-short": info(iv=bytes(8)), "iv-long": info(iv=bytes(17)),
        "nothing-encrypted": info(data=b""), "half-a-block": info(data=bytes(24)), "length-of-another-cipher": info(more=b"\2\1\x10"), "length-of-two-bytes": info(more=b"\2\2\1\0"),
        "trailing-bytes": info(tail=b"\0"), "prf-without-name": info(prf=element(0x30)), "prf-as-text": info(prf=element(4, b"sha")), "no-iv": info()[:60],
        "no-salt": info().replace(element(4, bytes(16)), element(5), 1),
    }.items():
        key(f"B18-locked-{name}", der_locked(data), "key.malformed")
    for name, data in {
        "pbes1": info(scheme=b"\x03"), "another-derivation": info(derivation=b"\x0e"), "aes-gcm": info(cipher=46), "aes-ecb": info(cipher=41),
        "hmac-md5": info(prf=element(0x30, element(6, bytes.fromhex("2a864886f70d0206")))),
    }.items():
        key(f"B18-locked-{name}", der_locked(data), "config.unsupported_algorithm")
    # Right in form, and nothing that the passphrase opens.
    key("B18-locked-zeros", der_locked(info()), "key.passphrase", RICH)
    key("B18-locked-length-of-the-cipher", der_locked(info(more=b"\2\1\x20")), "key.passphrase", RICH)
    key("B18-locked-sha-1-unsaid", der_locked(info(prf=b"")), "key.passphrase", RICH)
    key("B18-locked-ten-million-iterations-of-nothing", der_locked(info(iterations=ten_million, data=b"")), "key.malformed")
    text = LOCKED["read"]["p256"]
    data = body(text)
    # A block in the middle leaves the outer form whole, so that the passphrase was right and the file is not.
    first = len(data) - 144
    for name, place, code in (("last-block", len(data) - 1, "key.passphrase"), ("first-block", first, "key.passphrase"), ("a-block", len(data) - 100, "key.malformed")):
        damage = data[:place] + bytes([data[place] ^ 0xFF]) + data[place + 1:]
        key(f"B18-locked-altered-{name}", der_locked(damage), code, RICH)
    for name, damage in {"truncated": data[:-1], "half": data[:40], "empty": b""}.items():
        key(f"B18-locked-altered-{name}", der_locked(damage), "key.malformed")
    key("B18-locked-pem-two-blocks", pem_locked(text + text), "key.malformed")
    key("B18-locked-pem-garbage", pem_locked(text.replace("M", "*")), "key.malformed")


def sealed(suite, export):
    """Out under a passphrase, and in again."""
    for name in ("rsa", "p256", "p384", "p521", "ed25519"):
        export(f"B18-sealed-{name}", {"jwk_private": dumps(KEYS[name]["jwk"])}, "locked_pem", {"label": "ENCRYPTED PRIVATE KEY", "private_jwk": KEYS[name]["jwk"]}, RICH, passphrase=PASSPHRASE)
    export("B18-sealed-ml-dsa", {"jwk_private": dumps(akp("ML-DSA-44")[1])}, "locked_pem", {"private_jwk": akp("ML-DSA-44")[1]}, "ML-DSA-44", passphrase=PASSPHRASE)
    export("B18-sealed-under-nothing", {"jwk_private": dumps(KEYS["p256"]["jwk"])}, "locked_pem", "key.passphrase", passphrase="")


def sealed_for_encryption(suite):
    """Keys that encrypt, out under a passphrase and in again."""
    def case(name, given, expect, passphrase=PASSPHRASE):
        suite.case(f"B18-sealed-jwe-{name}", "encryption_key_locked", {"key": given, "passphrase": passphrase}, expect, needs=RICH)

    for name, algorithm in {"rsa": "RSA-OAEP-256", "p256": "ECDH-ES", "p384": "ECDH-ES+A128KW", "p521": "ECDH-ES+A256KW"}.items():
        jwk = KEYS[name]["jwk"]
        want = {"label": "ENCRYPTED PRIVATE KEY", "jwk": jwk | {"use": "enc", "alg": algorithm}}
        case(name, {"jwk": dumps(jwk), "algorithm": algorithm}, want)
    jwk = X25519 | {"use": "enc", "alg": "ECDH-ES"}
    case("x25519", {"jwk": dumps(jwk)}, {"label": "ENCRYPTED PRIVATE KEY", "jwk": jwk})
    ours = {"jwk": dumps(KEYS["p256"]["jwk"]), "algorithm": "ECDH-ES"}
    case("under-nothing", ours, "key.passphrase", passphrase="")
    for name in ("p256", "x25519"):
        case(f"{name}-public", {"pem": pem(name, "spki"), "algorithm": "ECDH-ES"}, "key.private_required")
    case("secret", {"secret": {"text": "x" * 32}, "algorithm": "A256GCM"}, "key.wrong_type")


def bound(key):
    """The algorithm that a key's source binds it to."""
    for algorithm, name in (("RS256", "rsa"), ("PS512", "rsa"), ("ES256", "p256"), ("EdDSA", "ed25519")):
        key(f"B4-bound-{name}-{algorithm}", {"jwk_private": dumps(KEYS[name]["jwk"] | {"alg": algorithm})}, {"algorithm": algorithm})
        key(f"B4-bound-{name}-{algorithm}-public", {"jwk_public": dumps(public(name, alg=algorithm))}, {"algorithm": algorithm})
    key("B4-bound-secret", {"jwk_secret": dumps({"kty": "oct", "k": b64(SECRET), "alg": "HS256"})}, {"algorithm": "HS256"})
    key("B4-unbound-jwk", {"jwk_public": dumps(public("rsa"))}, {"algorithm": None})
    key("B4-unbound-pem", {"pem_private": pem("p256", "pkcs8")}, {"algorithm": None})
    key("B4-unbound-secret", {"hmac": {"base64url": b64(SECRET)}}, {"algorithm": None})


def containers(key):
    """PKCS#1 and SEC1 without armour, told apart from PKCS#8 by what they hold."""
    key("B12-der-pkcs1-private", {"der_private": b64(der("rsa", "pkcs1_private"))}, of("rsa"))
    key("B12-der-pkcs1-public", {"der_public": b64(der("rsa", "pkcs1_public"))}, {"public_jwk": public("rsa")})
    for name in ("p256", "p384", "p521", "k256"):
        key(f"B12-der-sec1-{name}", {"der_private": b64(der(name, "sec1_private"))}, of(name), CURVES[name] if name in ("p521", "k256") else None)
    for name, data in {"pkcs1": der("rsa", "pkcs1_private"), "sec1": der("p256", "sec1_private")}.items():
        key(f"B18-der-{name}-truncated", {"der_private": b64(data[:-1])}, "key.malformed")
        key(f"B18-der-{name}-trailing", {"der_private": b64(data + b"\0")}, "key.malformed")
        key(f"B18-der-{name}-as-public", {"der_public": b64(data)}, "key.malformed")
    key("B18-der-pkcs1-public-as-private", {"der_private": b64(der("rsa", "pkcs1_public"))}, "key.malformed")
    key("B18-der-sec1-without-curve", {"der_private": b64(element(0x30, b"\2\1\1", element(4, unb64(KEYS["p256"]["jwk"]["d"]))))}, "key.malformed")
    key("B18-der-large", {"der_private": b64(element(0x30, b"\2\1\0", element(0x30), element(4, bytes(20_000))))}, "key.malformed")


def exports(export):
    """DER and PEM out: the very bytes that other programs write."""
    for name in ("rsa", "p256", "p384", "p521", "k256", "ed25519"):
        needs = CURVES.get(name) if name in ("p521", "k256") else None
        private, shown = {"jwk_private": dumps(KEYS[name]["jwk"])}, {"jwk_public": dumps(public(name))}
        spki, pkcs8 = {"base64url": b64(der(name, "spki"))}, {"base64url": b64(der(name, "pkcs8"))}
        export(f"B12-export-{name}-public-der", shown, "public_der", spki, needs)
        export(f"B12-export-{name}-public-der-of-private", private, "public_der", spki, needs)
        export(f"B12-export-{name}-public-pem", shown, "public_pem", {"text": pem(name, "spki")}, needs)
        export(f"B12-export-{name}-private-der", private, "private_der", pkcs8, needs)
        export(f"B12-export-{name}-private-pem", private, "private_pem", {"text": pem(name, "pkcs8")}, needs)


def compressed(name):
    jwk = public(name)
    return bytes([2 + (unb64(jwk["y"])[-1] & 1)]) + unb64(jwk["x"])


def point(name):
    jwk = public(name)
    return b"\4" + unb64(jwk["x"]) + unb64(jwk["y"])


def raw_of(which, data, algorithm):
    return {which: {"base64url": b64(data), "algorithm": algorithm}}


def raw(key, export):
    ed, seed_of_ed = unb64(public("ed25519")["x"]), unb64(KEYS["ed25519"]["jwk"]["d"])
    key("B12-raw-ed25519", raw_of("raw_public", ed, "EdDSA"), {"public_jwk": public("ed25519") | {"alg": "EdDSA"}})
    key("B12-raw-ed25519-private", raw_of("raw_private", seed_of_ed, "EdDSA"), of("ed25519"))
    export("B12-raw-ed25519-out", {"jwk_public": dumps(public("ed25519"))}, "public_raw", {"base64url": b64(ed)})
    export("B12-raw-ed25519-private-out", {"jwk_private": dumps(KEYS["ed25519"]["jwk"])}, "private_raw", {"base64url": b64(seed_of_ed)})
    for name, algorithm in CURVES.items():
        needs = algorithm if name in ("p521", "k256") else None
        scalar = unb64(KEYS[name]["jwk"]["d"])
        key(f"B12-raw-{name}", raw_of("raw_public", point(name), algorithm), {"public_jwk": public(name) | {"alg": algorithm}}, needs)
        key(f"B12-raw-{name}-compressed", raw_of("raw_public", compressed(name), algorithm), {"public_jwk": public(name)}, needs or RICH)
        key(f"B12-raw-{name}-private", raw_of("raw_private", scalar, algorithm), of(name), needs or RICH)
        export(f"B12-raw-{name}-out", {"jwk_public": dumps(public(name))}, "public_raw", {"base64url": b64(point(name))}, needs)
        export(f"B12-raw-{name}-private-out", {"jwk_private": dumps(KEYS[name]["jwk"])}, "private_raw", {"base64url": b64(scalar)}, needs)
        key(f"B18-raw-{name}-scalar-short", raw_of("raw_private", scalar[1:], algorithm), "key.malformed", needs)
        key(f"B18-raw-{name}-scalar-long", raw_of("raw_private", b"\0" + scalar, algorithm), "key.malformed", needs)
        key(f"B18-raw-{name}-scalar-zero", raw_of("raw_private", bytes(len(scalar)), algorithm), "key.malformed", needs)
        key(f"B18-raw-{name}-scalar-beyond-the-order", raw_of("raw_private", b"\xff" * len(scalar), algorithm), "key.malformed", needs)
        whole = point(name)
        for bad, data in {"off-the-curve": whole[:-1] + bytes([whole[-1] ^ 1]), "short": whole[:-1], "long": whole + b"\0", "empty": b"", "infinity": b"\0", "without-prefix": whole[1:],
                          "hybrid": bytes([6 + (whole[-1] & 1)]) + whole[1:]}.items():
            key(f"B12-raw-{name}-{bad}", raw_of("raw_public", data, algorithm), "key.invalid_point", needs)
        for bad, data in {"short": compressed(name)[:-1], "long": compressed(name) + b"\0", "beyond-the-field": b"\2" + b"\xff" * len(scalar), "prefix-alone": b"\2"}.items():
            key(f"B12-raw-{name}-compressed-{bad}", raw_of("raw_public", data, algorithm), "key.invalid_point", needs or RICH)
    for name in ("ML-DSA-44", "ML-DSA-65", "ML-DSA-87"):
        shown, private = akp(name)
        data, secret = mldsa.public(name, seed(name)), seed(name)
        key(f"B12-raw-{name}", raw_of("raw_public", data, name), {"public_jwk": shown}, name)
        key(f"B12-raw-{name}-private", raw_of("raw_private", secret, name), {"private_jwk": private}, name)
        export(f"B12-raw-{name}-out", {"jwk_public": dumps(shown)}, "public_raw", {"base64url": b64(data)}, name)
        export(f"B12-raw-{name}-private-out", {"jwk_private": dumps(private)}, "private_raw", {"base64url": b64(secret)}, name)
        key(f"B18-raw-{name}-short", raw_of("raw_public", data[:-1], name), "key.malformed", name)
        key(f"B18-raw-{name}-seed-short", raw_of("raw_private", secret[:-1], name), "key.malformed", name)
    for size in (0, 31, 33, 64):
        key(f"B12-raw-ed25519-{size}-bytes", raw_of("raw_public", ed[:1] * size, "EdDSA"), "key.invalid_point")
        key(f"B18-raw-ed25519-seed-of-{size}-bytes", raw_of("raw_private", seed_of_ed[:1] * size, "EdDSA"), "key.malformed")
    for algorithm in ("RS256", "PS512", "HS256"):
        key(f"B4-raw-{algorithm}", raw_of("raw_public", bytes(32), algorithm), "key.wrong_type")
        key(f"B4-raw-{algorithm}-private", raw_of("raw_private", bytes(32), algorithm), "key.wrong_type")
    for algorithm in ("none", "", "Ed448", "X25519"):
        key(f"B1-raw-{algorithm or 'empty'}", raw_of("raw_public", ed, algorithm), "config.unsupported_algorithm")
    key("B5-raw-point-of-another-curve", raw_of("raw_public", point("p384"), "ES256"), "key.invalid_point")
    export("B4-raw-rsa-out", {"jwk_public": dumps(public("rsa"))}, "public_raw", "key.wrong_type")
    export("B4-raw-rsa-private-out", {"jwk_private": dumps(KEYS["rsa"]["jwk"])}, "private_raw", "key.wrong_type")


def sets(suite):
    """Sets of one's own: to publish, and to verify with."""

    def made(name, keys, expect, needs=None):
        suite.case(name, "key_set_of", {"keys": keys}, expect, needs=needs)

    rsa, ec = {"jwk_public": dumps(public("rsa", kid="r", alg="RS256"))}, {"jwk_private": dumps(KEYS["p256"]["jwk"] | {"kid": "e"})}
    shown = [public("rsa", kid="r", alg="RS256", use="sig"), public("p256", kid="e", use="sig", alg="ES256")]
    made("B13-set-of-keys", [rsa, ec], {"keys": 2, "published": {"keys": shown}})
    made("B13-set-publishes-no-private-member", [ec], {"keys": 1, "members": [["alg", "crv", "kid", "kty", "use", "x", "y"]]})
    made("B13-set-of-private-rsa", [{"jwk_private": dumps(KEYS["rsa"]["jwk"])}], {"keys": 1, "members": [["e", "kty", "n", "use"]]})
    made("B13-set-of-secrets-publishes-none", [{"jwk_secret": dumps({"kty": "oct", "k": b64(SECRET), "kid": "s"})}], {"keys": 1, "members": []})
    made("B13-set-of-ml-dsa", [{"jwk_private": dumps(akp("ML-DSA-44")[1])}], {"members": [["alg", "kty", "pub", "use"]]}, "ML-DSA-44")
    made("B13-set-mixed", [rsa, {"jwk_secret": dumps({"kty": "oct", "k": b64(SECRET)})}], "config.algorithms")
    made("B18-set-of-nothing", [], "jwks.no_usable_key")
    made("B19-set-of-a-hundred", [rsa] * 100, {"keys": 100})
    made("B19-set-of-a-hundred-and-one", [rsa] * 101, "jwks.too_large")
    suite.case("B15-set-of-keys-verifies", "jws_sign", {
        "form": "compact", "signers": [{"key": ec, "config": {"algorithm": "ES256"}}], "payload": {"text": "x"}, "options": {},
        "verify": {"keys": {"keys": [rsa, ec]}, "algorithms": ["RS256", "ES256"]},
    }, {"verified": {"signatures": [{"key_id": "e"}]}})
    suite.case("B15-set-of-keys-without-the-key", "jws_sign", {
        "form": "compact", "signers": [{"key": ec, "config": {"algorithm": "ES256"}}], "payload": {"text": "x"}, "options": {},
        "verify": {"keys": {"keys": [rsa, {"jwk_public": dumps(public("p256_b", kid="other"))}]}, "algorithms": ["RS256", "ES256"]},
    }, "token.key_not_found")


def foreign(key):
    """What OpenSSH writes is no PEM or DER of ours, and never a secret."""
    for name in ("rsa", "p256", "ed25519"):
        shown, private = pem(name, "openssh_public"), pem(name, "openssh_private")
        key(f"B18-openssh-{name}-public", {"pem_public": shown}, "key.malformed")
        key(f"B18-openssh-{name}-rfc4716", {"pem_public": pem(name, "ssh2_public")}, "key.malformed")
        key(f"B18-openssh-{name}-private", {"pem_private": private}, "key.malformed")
        key(f"B18-openssh-{name}-private-with-passphrase", pem_locked(private), "key.malformed")
        key(f"B18-openssh-{name}-blob", {"der_public": b64(base64.b64decode(shown.split()[1]))}, "key.malformed")


def checks(key):
    """B8, B11, B12, B13: what the other files leave out."""
    bytes_of = lambda value: b64(value.to_bytes((value.bit_length() + 7) // 8, "big"))
    for name, bits, power in (("2048", 2048, 1), ("2048-another", 2048, 7), ("4096", 4096, 3)):
        key(f"B8-roca-{name}", {"jwk_public": dumps(public("rsa", n=bytes_of(roca(bits, power))))}, "key.weak")
    data = element(0x30, element(2, b"\0" + roca(2048, 5).to_bytes(256, "big")), element(2, b"\1\0\1"))
    key("B8-roca-der", {"der_public": b64(data)}, "key.weak")
    for name in ("p256", "p384", "p521", "k256"):
        needs = CURVES[name] if name in ("p521", "k256") else None
        x, y, size = public(name)["x"], public(name)["y"], len(unb64(public(name)["x"]))
        for bad, changes in {"x-short": {"x": b64(unb64(x)[1:])}, "y-long": {"y": b64(b"\0" + unb64(y))}, "zeros": {"x": b64(bytes(size)), "y": b64(bytes(size))}, "swapped": {"x": y, "y": x},
                             "x-beyond-the-field": {"x": b64(b"\xff" * size)}}.items():
            key(f"B12-coordinates-{name}-{bad}", {"jwk_public": dumps(public(name, **changes))}, "key.invalid_point", needs)
        private = KEYS[name]["jwk"]
        d = number(private["d"])
        key(f"B13-scalar-{name}-of-another-key", {"jwk_private": dumps(private | {"d": b64((d ^ 2).to_bytes(size, "big"))})}, "key.inconsistent", needs)
        key(f"B13-scalar-{name}-zero", {"jwk_private": dumps(private | {"d": b64(bytes(size))})}, "key.inconsistent", needs)
        key(f"B18-scalar-{name}-short", {"jwk_private": dumps(private | {"d": b64(unb64(private["d"])[1:])})}, "key.malformed", needs)
    rsa = KEYS["rsa"]["jwk"]
    for name, changes in {"q": {"q": KEYS["rsa_b"]["jwk"]["q"]}, "dq": {"dq": KEYS["rsa_b"]["jwk"]["dq"]}, "qi": {"qi": KEYS["rsa_b"]["jwk"]["qi"]}, "primes-swapped": {"p": rsa["q"], "q": rsa["p"]},
                          "e": {"e": "Aw"}, "p-one": {"p": "AQ"}, "q-zero": {"q": "AA"}}.items():
        key(f"B13-rsa-{name}", {"jwk_private": dumps(rsa | changes)}, "key.inconsistent")
    # ring signs with the primes and never reads d.
    key("B13-rsa-d", {"jwk_private": dumps(rsa | {"d": KEYS["rsa_b"]["jwk"]["d"]})}, "key.inconsistent", RICH)
    key("B13-rsa-d-plus-two", {"jwk_private": dumps(rsa | {"d": bytes_of(number(rsa["d"]) + 2)})}, "key.inconsistent", RICH)
    key("B13-rsa-without-primes", {"jwk_private": dumps({name: rsa[name] for name in ("kty", "n", "e", "d")})}, "key.malformed")
    key("B13-rsa-three-primes", {"jwk_private": dumps(rsa | {"oth": [{"r": "AQ", "d": "AQ", "t": "AQ"}]})}, "key.malformed")
    field = 2**255 - 19
    small = {"identity": 1, "order-2": field - 1, "order-4": 0, "order-8": ORDER_8[0], "order-8-another": ORDER_8[1], "identity-again": field + 1, "order-4-again": field, "beyond-the-field": 2**255 - 1}
    for name, y in small.items():
        for sign, bit in (("", 0), ("-negative", 1)):
            x = b64((y | bit << 255).to_bytes(32, "little"))
            key(f"B11-point-{name}{sign}", {"jwk_public": dumps({"kty": "OKP", "crv": "Ed25519", "x": x})}, "key.invalid_point")
            key(f"B11-point-{name}{sign}-raw", raw_of("raw_public", unb64(x), "EdDSA"), "key.invalid_point")
    ed = KEYS["ed25519"]["jwk"]
    for name, changes in {"x-of-another-key": {"x": public("ed25519_b")["x"]}, "d-altered": {"d": b64(bytes([unb64(ed["d"])[0] ^ 1]) + unb64(ed["d"])[1:])}}.items():
        key(f"B13-ed25519-{name}", {"jwk_private": dumps(ed | changes)}, "key.inconsistent")
    key("B13-ed25519-d-short", {"jwk_private": dumps(ed | {"d": b64(bytes(31))})}, "key.malformed")
    key("B18-pem-large", {"pem_public": {"concat": ["-----BEGIN PUBLIC KEY-----\n", repeat("A", 20_000), "\n-----END PUBLIC KEY-----\n"]}}, "key.malformed")
    key("B18-armour-of-another-label", {"pem_private": armour("RSA PRIVATE KEY", der("p256", "sec1_private"))}, "key.malformed")


# The y coordinates of the points of order 8 (RFC 7748's curve in Edwards form).
ORDER_8 = (
    int("05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826", 16),
    int("7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7", 16),
)


def roca(bits, power):
    """A number that has the fingerprint of CVE-2017-15361: a power of 65537 modulo each of the small primes."""
    primes = [p for p in range(3, 168) if all(p % q for q in range(2, p))]
    product = 1
    for prime in primes:
        product *= prime
    residue = pow(65537, power, product)
    out = (1 << bits) - 1
    out -= (out - residue) % product
    return out if out & 1 else out - product
