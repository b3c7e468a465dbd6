"""Keys that encrypt: how they come in and go out, which of them a token finds, and what encrypters and decrypters refuse."""

from encoding import KEYS, NOW, b64, der, dumps, pem, public
from sealing import PBES2, PLAINTEXT, WRAPPING, X25519, Token, drawn, key, needs, shared
from tokens import HMAC

OK = {"plaintext": b64(PLAINTEXT)}
WRONG, HEADER, ALGORITHM = "token.decryption", "token.header", "token.algorithm"


def passwords(suite, decrypt):
    """Row D2: PBES2 is off, and when it is on the token does not choose the work."""
    for algorithm in PBES2:
        token = Token(algorithm, "A128GCM")
        good = dict(token.header)
        values = {"0": 0, "1": 1, "999": 999, "above": 2001, "2-31": 2**31, "2-32": 2**32, "2-53": 2**53 - 1, "negative": -1000, "text": "1000",
                  "fraction": 1000.5, "exponent": 1e3, "null": None, "true": True, "list": [1000], "missing": ...}
        for name, value in values.items():
            token.header = {k: v for k, v in (good | {"p2c": value}).items() if v is not ...}
            decrypt(f"D2-{algorithm}-p2c-{name}", token.seal(), HEADER, algorithm)
        for name, value in {"missing": ..., "number": 5, "short": b64(bytes(7)), "empty": "", "long": b64(bytes(1025)), "spelling": "AAAAAAAAAAAB"[:11] + "="}.items():
            token.header = {k: v for k, v in (good | {"p2s": value}).items() if v is not ...}
            decrypt(f"D2-{algorithm}-p2s-{name}", token.seal(), HEADER, algorithm)
        token = Token(algorithm, "A128GCM")
        decrypt(f"D2-{algorithm}-wrong-password", token, WRONG, algorithm,
                keys=[{"secret": {"text": "another password"}, "algorithm": algorithm}])
        decrypt(f"D2-{algorithm}-off", token, "config.unsupported_algorithm", algorithm, options={"encryptions": ["A128GCM"]})
        for limit in (0, 999, 1_200_001):
            decrypt(f"D2-{algorithm}-limit-{limit}", token, "config.invalid", algorithm, options={"encryptions": ["A128GCM"], "pbes2_max_iterations": limit})
        off = {"keys": [key(algorithm, "A128GCM")], "plaintext": {"text": "x"}, "config": {}}
        suite.case(f"D2-{algorithm}-encryption-off", "encrypt", off, "config.unsupported_algorithm", needs=algorithm)
        for count in (999, 1_200_001):
            suite.case(f"D2-{algorithm}-encryption-with-{count}", "encrypt", off | {"config": {"pbes2_iterations": count}}, "config.invalid", needs=algorithm)
        suite.case(f"D2-{algorithm}-not-drawn", "encryption_key", {"key": {"generate": algorithm}}, "config.unsupported_algorithm")


def selection(suite, decrypt):
    """Keys by their ids, for rotation."""
    both = ("A256GCMKW", "A256GCM")
    old, new = key(*both, kid="old"), {"secret": {"base64url": b64(drawn("new", 32))}, "algorithm": "A256GCMKW", "kid": "new"}
    unnamed = {name: value for name, value in old.items() if name != "kid"}
    decrypt("B16-jwe-by-id", Token(*both, kid="old"), OK, *both, keys=[new, old])
    decrypt("B16-jwe-wrong-id", Token(*both, kid="new"), WRONG, *both, keys=[new, old])
    decrypt("B16-jwe-unknown-id", Token(*both, kid="other"), "token.key_not_found", *both, keys=[new, old])
    decrypt("B16-jwe-unknown-id-of-the-only-key", Token(*both, kid="other"), "token.key_not_found", *both, keys=[old])
    decrypt("B16-jwe-any-id-for-the-only-key-without-one", Token(*both, kid="other"), OK, *both, keys=[unnamed])
    decrypt("B16-jwe-without-an-id", Token(*both), OK, *both, keys=[new, old])
    decrypt("B16-jwe-id-of-a-key-for-another-algorithm", Token(*both, kid="k"), ALGORITHM, *both, keys=[
        {"secret": {"base64url": b64(drawn("x", 32))}, "algorithm": "A256GCM", "kid": "k"}, old],)
    several = [{"secret": {"base64url": b64(drawn(f"key {n}", 32))}, "algorithm": "A256GCMKW", "kid": f"{n}"} for n in range(5)]
    decrypt("B16-jwe-five-keys-without-an-id", Token(*both), "token.key_ambiguous", *both, keys=several)
    decrypt("B16-jwe-two-keys-of-one-id", Token(*both), "config.invalid", *both, keys=[old, old])
    decrypt("B16-jwe-no-key", Token(*both), "config.invalid", *both, keys=[])
    decrypt("B3-jwe-no-encryptions", Token(*both), "config.algorithms", *both, options={})
    decrypt("B3-jwe-empty-encryptions", Token(*both), "config.algorithms", *both, options={"encryptions": []})
    decrypt("B3-jwe-empty-algorithms", Token(*both), "config.algorithms", *both, options={"encryptions": ["A256GCM"], "algorithms": []})
    decrypt("B3-jwe-algorithm-not-listed", Token(*both), "config.algorithms", *both, options={"encryptions": ["A256GCM"], "algorithms": ["dir"]})
    decrypt("B3-jwe-unknown-algorithm", Token(*both), "config.unsupported_algorithm", *both, options={"encryptions": ["A256GCM"], "algorithms": ["RSA1_5"]})
    decrypt("B3-jwe-unknown-encryption", Token(*both), "config.unsupported_algorithm", *both, options={"encryptions": ["*"]})
    decrypt("B3-jwe-accepted-direct-key-needs-no-list", Token("dir", "A256GCM"), OK, "dir", "A256GCM", options={})
    decrypt("B3-jwe-accepted-lists", Token(*both), OK, *both, options={"encryptions": ["A128GCM", "A256GCM"], "algorithms": ["A256GCMKW", "dir"]})
    open_key = {"secret": {"base64url": b64(shared("dir", "A256GCM"))}, "algorithm": "dir"}
    decrypt("B4-jwe-accepted-open-direct-key", Token("dir", "A256GCM"), OK, "dir", "A256GCM", keys=[open_key])
    short = Token("dir", "A128GCM")
    decrypt("B4-jwe-direct-key-of-another-length", short, ALGORITHM, "dir", "A128GCM", keys=[open_key], options={"encryptions": ["A128GCM", "A256GCM"]})
    decrypt("B4-jwe-bound-direct-key", Token("dir", "A128CBC-HS256"), ALGORITHM, "dir", "A128CBC-HS256",
            keys=[key("dir", "A256GCM")], options={"encryptions": ["A256GCM", "A128CBC-HS256"]})
    public_half = {"jwk": dumps(public("rsa")), "algorithm": "RSA-OAEP"}
    decrypt("B5-jwe-public-key-to-decrypt", Token("RSA-OAEP", "A128GCM"), "key.private_required", "RSA-OAEP", keys=[public_half])
    for name, algorithm in {"rsa": "RSA-OAEP", "p256": "ECDH-ES"}.items():
        encrypt = {"keys": [{"jwk": dumps(public(name) | {"key_ops": ["decrypt", "unwrapKey"]}), "algorithm": algorithm}], "plaintext": {"text": "x"}, "config": {}}
        suite.case(f"B17-jwe-{name}-for-decryption-only", "encrypt", encrypt, "key.use", needs=algorithm)


def keys(suite):
    """Rows B2, B4 to B8, B12, B13, B17 for keys that encrypt."""
    def case(name, given, expect, needed=None):
        suite.case(name, "encryption_key", {"key": given}, expect, needs=needed)

    for name, algorithm in {"rsa": "RSA-OAEP-256", "p256": "ECDH-ES", "p384": "ECDH-ES+A128KW", "p521": "ECDH-ES+A256KW"}.items():
        full = KEYS[name]["jwk"]
        want = {"kid": "k", "algorithm": algorithm, "private": True, "public_jwk": public(name) | {"use": "enc", "alg": algorithm, "kid": "k"}}
        case(f"B12-jwe-accepted-{name}-jwk", {"jwk": dumps(full | {"alg": algorithm, "use": "enc", "kid": "k"})}, want | {"jwk": full | want["public_jwk"]}, algorithm)
        half = want | {"private": False}
        case(f"B12-jwe-accepted-{name}-public-jwk", {"jwk": dumps(public(name) | {"kid": "k"}), "algorithm": algorithm}, half | {"jwk": half["public_jwk"]}, algorithm)
        case(f"B12-jwe-accepted-{name}-pkcs8", {"pem": pem(name, "pkcs8"), "algorithm": algorithm, "kid": "k"}, want, algorithm)
        case(f"B12-jwe-accepted-{name}-spki", {"pem": pem(name, "spki"), "algorithm": algorithm, "kid": "k"}, half, algorithm)
        case(f"B12-jwe-accepted-{name}-spki-der", {"der": b64(der(name, "spki")), "algorithm": algorithm, "kid": "k"}, half, algorithm)
        case(f"B12-jwe-accepted-{name}-pkcs8-der", {"der": b64(der(name, "pkcs8")), "algorithm": algorithm, "kid": "k"}, want, algorithm)
        case(f"B12-jwe-accepted-{name}-certificate", {"pem": pem(name, "certificate"), "algorithm": algorithm, "kid": "k"}, half, algorithm) if "certificate" in KEYS[name]["pem"] else None
        case(f"B5-jwe-{name}-for-a-symmetric-algorithm", {"jwk": dumps(full), "algorithm": "A128KW"}, "key.wrong_type", "A128KW")
        case(f"B17-jwe-{name}-signs", {"jwk": dumps(full | {"use": "sig"}), "algorithm": algorithm}, "key.use", algorithm)
        case(f"B17-jwe-{name}-signs-by-key-ops", {"jwk": dumps(full | {"key_ops": ["sign", "decrypt"]}), "algorithm": algorithm}, "key.use", algorithm)
        signature = {"rsa": "RS256", "p256": "ES256", "p384": "ES384", "p521": "ES512"}[name]
        case(f"B17-jwe-{name}-signs-by-alg", {"jwk": dumps(full | {"alg": signature})}, "key.use", algorithm)
        case(f"B17-jwe-{name}-signature-algorithm", {"pem": pem(name, "pkcs8"), "algorithm": signature}, "key.use", algorithm)
        case(f"B3-jwe-{name}-without-an-algorithm", {"jwk": dumps(full)}, "config.algorithms", algorithm)
    public_x = {name: X25519[name] for name in ("kty", "crv", "x")}
    bound = {"use": "enc", "alg": "ECDH-ES"}
    case("B12-jwe-accepted-x25519-jwk", {"jwk": dumps(X25519 | bound)}, {"private": True, "jwk": X25519 | bound, "public_jwk": public_x | bound}, "ECDH-ES")
    case("B12-jwe-accepted-x25519-public-jwk", {"jwk": dumps(public_x | bound)}, {"private": False, "jwk": public_x | bound}, "ECDH-ES")
    case("B12-jwe-accepted-x25519-spki", {"pem": pem("x25519", "spki"), "algorithm": "ECDH-ES"}, {"private": False}, "ECDH-ES")
    case("B12-jwe-accepted-x25519-pkcs8", {"pem": pem("x25519", "pkcs8"), "algorithm": "ECDH-ES"}, {"private": True}, "ECDH-ES")
    case("B12-jwe-accepted-x25519-pkcs8-der", {"der": b64(der("x25519", "pkcs8")), "algorithm": "ECDH-ES"}, {"private": True}, "ECDH-ES")
    case("B13-jwe-x25519-of-two-keys", {"jwk": dumps(X25519 | {"x": b64(drawn("x", 32))}), "algorithm": "ECDH-ES"}, "key.inconsistent", "ECDH-ES")
    case("B12-jwe-x25519-small-order", {"jwk": dumps(public_x | {"x": b64(bytes(32))}), "algorithm": "ECDH-ES"}, "key.invalid_point", "ECDH-ES")
    case("B12-jwe-x25519-short", {"jwk": dumps(public_x | {"x": b64(bytes(31))}), "algorithm": "ECDH-ES"}, "key.invalid_point", "ECDH-ES")
    case("B5-jwe-ed25519", {"jwk": dumps(KEYS["ed25519"]["jwk"]), "algorithm": "ECDH-ES"}, "key.wrong_type", "ECDH-ES")
    case("B5-jwe-ed25519-pem", {"pem": pem("ed25519", "pkcs8"), "algorithm": "ECDH-ES"}, "key.wrong_type", "ECDH-ES")
    case("B5-jwe-secp256k1", {"jwk": dumps(KEYS["k256"]["jwk"]), "algorithm": "ECDH-ES"}, "key.wrong_type", "ECDH-ES")
    case("B5-jwe-rsa-for-agreement", {"jwk": dumps(KEYS["rsa"]["jwk"]), "algorithm": "ECDH-ES"}, "key.wrong_type", "ECDH-ES")
    case("B5-jwe-ec-for-oaep", {"jwk": dumps(KEYS["p256"]["jwk"]), "algorithm": "RSA-OAEP"}, "key.wrong_type", "RSA-OAEP")
    case("B5-jwe-secret-for-oaep", {"secret": {"text": "x" * 32}, "algorithm": "RSA-OAEP"}, "key.wrong_type", "RSA-OAEP")
    case("B8-jwe-rsa-1024", {"jwk": dumps(KEYS["rsa_1024"]["jwk"]), "algorithm": "RSA-OAEP"}, "key.weak", "RSA-OAEP")
    case("B12-jwe-off-the-curve", {"jwk": dumps(public("p256") | {"y": public("p256")["x"]}), "algorithm": "ECDH-ES"}, "key.invalid_point", "ECDH-ES")
    case("D1-rsa1_5-key", {"jwk": dumps(KEYS["rsa"]["jwk"]), "algorithm": "RSA1_5"}, "config.unsupported_algorithm")
    case("D1-rsa1_5-jwk", {"jwk": dumps(KEYS["rsa"]["jwk"] | {"alg": "RSA1_5"})}, "config.unsupported_algorithm")
    case("B4-jwe-two-algorithms", {"jwk": dumps(KEYS["rsa"]["jwk"] | {"alg": "RSA-OAEP"}), "algorithm": "RSA-OAEP-256"}, "key.wrong_type", "RSA-OAEP")
    for algorithm, length in WRAPPING.items():
        good = {"secret": {"base64url": b64(drawn("secret", length))}, "algorithm": algorithm}
        oct_jwk = {"kty": "oct", "k": b64(drawn("secret", length)), "use": "enc", "alg": algorithm}
        case(f"B7-jwe-accepted-{algorithm}", good, {"private": True, "jwk": oct_jwk, "public_jwk": None}, needs(algorithm, "A128GCM") and algorithm)
        case(f"B7-jwe-accepted-{algorithm}-jwk", {"jwk": dumps(oct_jwk | {"kid": "k"})}, {"kid": "k", "algorithm": algorithm}, needs(algorithm, "A128GCM") and algorithm)
        for name, size, code in (("short", length - 1, "key.too_short"), ("long", length + 1, "key.wrong_type")):
            case(f"B7-jwe-{algorithm}-{name}", {"secret": {"base64url": b64(drawn("secret", size))}, "algorithm": algorithm}, code, needs(algorithm, "A128GCM") and algorithm)
        case(f"B6-jwe-{algorithm}-empty", {"secret": {"text": ""}, "algorithm": algorithm}, "key.empty", needs(algorithm, "A128GCM") and algorithm)
    for name in ("rsa", "p256", "ed25519"):
        for form in ("spki", "pkcs8"):
            case(f"B2-jwe-{name}-{form}-as-a-password", {"secret": {"text": pem(name, form)}, "algorithm": "PBES2-HS256+A128KW"}, "key.asymmetric_as_secret", "PBES2-HS256+A128KW")
    case("B2-jwe-jwk-as-a-password", {"secret": {"text": dumps(public("rsa"))}, "algorithm": "PBES2-HS256+A128KW"}, "key.asymmetric_as_secret", "PBES2-HS256+A128KW")
    case("B2-jwe-oct-jwk-of-a-pem", {"jwk": dumps({"kty": "oct", "k": b64(pem("rsa", "spki")), "alg": "PBES2-HS256+A128KW"})}, "key.asymmetric_as_secret", "PBES2-HS256+A128KW")
    case("B17-jwe-hmac-jwk", {"jwk": dumps({"kty": "oct", "k": b64(bytes(range(32))), "alg": "HS256"})}, "key.use")
    case("B17-jwe-secret-that-signs", {"secret": {"base64url": b64(bytes(range(32)))}, "algorithm": "HS256"}, "key.use")
    case("B5-jwe-direct-of-another-length", {"secret": {"text": "x" * 32}, "algorithm": "A128GCM"}, "key.wrong_type")
    case("B5-jwe-dir-of-no-length", {"secret": {"text": "x" * 20}, "algorithm": "dir"}, "key.wrong_type")
    case("B5-jwe-dir-is-not-drawn", {"generate": "dir"}, "config.invalid")
    case("B5-jwe-curve-for-a-secret", {"generate": "A256GCMKW", "curve": "P-256"}, "config.invalid")
    case("B5-jwe-unknown-curve", {"generate": "ECDH-ES", "curve": "secp256k1"}, "config.invalid", "ECDH-ES")
    case("B21-jwe-empty-kid", {"generate": "A256GCMKW", "kid": ""}, "key.malformed")
    case("B21-jwe-long-kid", {"generate": "A256GCMKW", "kid": "k" * 257}, "key.malformed")
    case("A8-jwe-jwk-duplicate", {"jwk": '{"kty":"oct","k":"AAAA","k":"AAAA"}', "algorithm": "A256GCMKW"}, "key.malformed")


def configuration(suite):
    """Row A16 from the other side: what signs does not encrypt, and what is encrypted does not verify."""
    token = Token("A256GCMKW", "A256GCM").compact()
    given = {"now": NOW, "config": {"issuer": None, "audience": None, "algorithms": ["HS256"]}, "keys": HMAC, "token": token}
    suite.case("A16-jwe-of-every-part-to-verify", "verify", given, "token.encrypted")
    one = {"keys": [key("A256GCMKW", "A256GCM")], "plaintext": {"text": "x"}}
    for name, config_, expect in (
        ("unknown-encryption", {"encryption": "A256CBC"}, "config.unsupported_algorithm"), ("token-limit-0", {"max_token": 0}, "config.invalid"), ("token-limit-too-large", {"max_token": 1_048_577}, "config.invalid"),
        ("typ-empty", {"typ": ""}, "config.invalid"), ("apu-too-long", {"apu": b64(bytes(513))}, "config.invalid"),
    ):
        suite.case(f"D4-encrypter-{name}", "encrypt", one | {"config": config_}, expect)
    suite.case("D4-encrypter-content-type-too-long", "encrypt", one | {"config": {}, "content_type": "x" * 257}, "config.invalid")
    suite.case("D6-encrypter-without-keys", "encrypt", one | {"config": {}, "keys": []}, "config.invalid")
    suite.case("D6-encrypter-of-17-keys", "encrypt", one | {"config": {}, "keys": one["keys"] * 17}, "config.invalid")
    suite.case("D6-direct-key-among-others", "encrypt", one | {"config": {}, "keys": [*one["keys"], key("dir", "A256GCM")]}, "config.invalid")
    suite.case("B4-jwe-encrypter-bound-key", "encrypt", one | {"config": {"encryption": "A128GCM"}, "keys": [key("dir", "A256GCM")]}, "key.wrong_type")
