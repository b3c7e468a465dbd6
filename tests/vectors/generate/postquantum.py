"""ML-DSA (RFC 9964, RFC 9881) as key, signature and token, and Ed448, which is known and not offered."""

import base64
import hashlib

import mldsa
from encoding import KEYS, NOW, Suite, b64, der, dumps, pem
import tokens as tokens_module
from tokens import CLAIMS, HMAC, SECRET, claims, encoded, given, segments

SETS = ("ML-DSA-44", "ML-DSA-65", "ML-DSA-87")
OIDS = {name: bytes.fromhex("06096086480165030403") + bytes([0x11 + index]) for index, name in enumerate(SETS)}
# RFC 9964 appendix A: the key of 32 zero bytes, the thumbprint of its public half, and ends of the signature over a known text.
ZEROS = bytes(32)
THUMBPRINTS = {"ML-DSA-44": "T4xl70S7MT6Zeq6r9V9fPJGVn76wfnXJ21-gyo0Gu6o", "ML-DSA-65": "Suiu29qbfuaBaR4Ats-c6XQBePB_OpAxAwcTR_0KXVM"}
SIGNED = ("knI1Q_9CIzLH5Xy94Kkc7WVKqZcAgtJ3mNf0GUj1uLA6YXAWFJfXkh-zQxUtEl3U", "6jKmrsbrEztHd9QAAAAAAAAAAAAAAABIfMEQ")
TEXT = "It\u2019s a dangerous business, Frodo, going out your door."


def seed(name, other=""):
    return hashlib.sha256(f"ferroauth test key {name}{other}".encode()).digest()


def key(name, secret=None):
    """Both halves as JWK."""
    secret = seed(name) if secret is None else secret
    public = {"kty": "AKP", "alg": name, "pub": b64(mldsa.public(name, secret))}
    return public, public | {"priv": b64(secret)}


def length(data):
    size = len(data)
    return bytes([size]) if size < 128 else bytes([0x81, size]) if size < 256 else bytes([0x82]) + size.to_bytes(2, "big")


def element(tag, *parts):
    data = b"".join(parts)
    return bytes([tag]) + length(data) + data


def spki(name, public, oid=None, parameters=b""):
    return element(0x30, element(0x30, oid or OIDS[name], parameters), element(3, b"\0", public))


def pkcs8(name, choice):
    return element(0x30, b"\2\1\0", element(0x30, OIDS[name]), element(4, choice))


def armour(label, data):
    text = base64.b64encode(data).decode()
    lines = [text[i:i + 64] for i in range(0, len(text), 64)]
    return "\n".join([f"-----BEGIN {label}-----", *lines, f"-----END {label}-----", ""])


def thumbprint(public):
    return b64(hashlib.sha256(dumps({name: public[name] for name in ("alg", "kty", "pub")}).encode()).digest())


def token(name, payload=CLAIMS, header=None, secret=None):
    head = encoded({"alg": name, "typ": "JWT"} if header is None else header)
    signed = f"{head}.{encoded(payload)}"
    return f"{signed}.{b64(mldsa.sign(name, seed(name) if secret is None else secret, signed.encode()))}"


def build():
    suite = Suite("ML-DSA: RFC 9964, RFC 9881, FIPS 204; and Ed448 of RFC 8037, which is refused by name.")
    example(suite)
    for name in SETS:
        forms(suite, name)
        tokens(suite, name)
        bytes_signed(suite, name)
    confusion(suite)
    ed448(suite)
    return suite


def example(suite):
    """The published example, made again byte for byte by `mldsa.py`."""
    for name in SETS:
        public, private = key(name, ZEROS)
        assert thumbprint(public) == THUMBPRINTS.get(name, thumbprint(public))
        suite.case(f"RFC9964-A-{name}-key", "key", {"key": {"jwk_private": dumps(private)}}, {"public_jwk": public, "private_jwk": private, "thumbprint": thumbprint(public)}, needs=name)
    public, _ = key("ML-DSA-44", ZEROS)
    head = encoded({"alg": "ML-DSA-44", "kid": THUMBPRINTS["ML-DSA-44"]})
    signed = f"{head}.{b64(TEXT)}"
    signature = b64(mldsa.sign("ML-DSA-44", ZEROS, signed.encode()))
    assert signature.startswith(SIGNED[0]) and signature.endswith(SIGNED[1])
    suite.case("RFC9964-A-ML-DSA-44-signature", "jws_verify", {
        "keys": {"key": {"jwk_public": dumps(public)}}, "algorithms": ["ML-DSA-44"], "jws": f"{signed}.{signature}",
    }, {"payload": b64(TEXT)}, needs="ML-DSA-44")


def forms(suite, name):
    """In and out: JWK, PEM, DER; RFC 9964 section 3 and RFC 9881 sections 4 and 6."""
    public, private = key(name)
    raw, secret = mldsa.public(name, seed(name)), seed(name)

    def case(row, given, expect):
        # Where ring is the backend, this algorithm's name is not known at all.
        suite.case(row, "key", {"key": given}, expect, needs=name)

    want = {"public_jwk": public, "thumbprint": thumbprint(public)}
    both = want | {"private_jwk": private}
    case(f"B12-{name}-jwk", {"jwk_public": dumps(public | {"kid": "k", "use": "sig"})}, want | {"kid": "k"})
    case(f"B12-{name}-private-jwk", {"jwk_private": dumps(private)}, both)
    case(f"B12-{name}-spki-pem", {"pem_public": armour("PUBLIC KEY", spki(name, raw))}, want)
    case(f"B12-{name}-spki-der", {"der_public": b64(spki(name, raw))}, want)
    for form, choice in {"seed": element(0x80, secret), "both": element(0x30, element(4, secret), element(4, expanded(name, secret)))}.items():
        case(f"B12-{name}-pkcs8-{form}-pem", {"pem_private": armour("PRIVATE KEY", pkcs8(name, choice))}, both)
        case(f"B12-{name}-pkcs8-{form}-der", {"der_private": b64(pkcs8(name, choice))}, both)
    case(f"B12-{name}-generated", {"generated": name}, {"public_jwk": {"kty": "AKP", "alg": name, "use": "sig"}, "private_jwk": {"kty": "AKP"}})
    suite.case(f"B7-{name}-as-a-secret", "key", {"key": {"generated_secret": name}}, "config.unsupported_algorithm")
    other = expanded(name, seed(name, "b"))
    case(f"B13-{name}-seed-and-key-of-another", {"pem_private": armour("PRIVATE KEY", pkcs8(name, element(0x30, element(4, secret), element(4, other))))}, "key.inconsistent")
    case(f"B13-{name}-seed-and-altered-key", {"der_private": b64(pkcs8(name, element(0x30, element(4, secret), element(4, other[:-1]))))}, "key.inconsistent")
    case(f"B13-{name}-priv-of-another-key", {"jwk_private": dumps(private | {"priv": b64(seed(name, "b"))})}, "key.inconsistent")
    case(f"B12-{name}-pkcs8-without-seed", {"pem_private": armour("PRIVATE KEY", pkcs8(name, element(4, expanded(name, secret))))}, "key.wrong_type")
    if name != SETS[0]:
        return  # The rest is the same code for each set.
    for bad, choice in {"short-seed": element(0x80, secret[:31]), "long-seed": element(0x80, secret + b"\0"), "nothing": b"", "number": b"\2\1\0", "trailing": element(0x80, secret) + b"\0",
                        "one-of-two": element(0x30, element(4, secret)), "three": element(0x30, element(4, secret), element(4, b""), element(4, b""))}.items():
        case(f"B18-{name}-pkcs8-{bad}", {"der_private": b64(pkcs8(name, choice))}, "key.malformed")
    case(f"B18-{name}-spki-short", {"der_public": b64(spki(name, raw[:-1]))}, "key.malformed")
    case(f"B18-{name}-spki-long", {"der_public": b64(spki(name, raw + b"\0"))}, "key.malformed")
    case(f"B18-{name}-spki-with-parameters", {"der_public": b64(spki(name, raw, parameters=element(4, b"x")))}, "key.wrong_type")
    for bad, changes in {"pub-short": {"pub": b64(raw[:-1])}, "pub-long": {"pub": b64(raw + b"\0")}, "pub-empty": {"pub": ""}, "pub-padded": {"pub": b64(raw) + "="}, "pub-number": {"pub": 1},
                         "pub-absent": {"pub": None}, "priv-short": {"priv": b64(secret[:31])}, "priv-expanded": {"priv": b64(expanded(name, secret))}, "priv-empty": {"priv": ""}}.items():
        jwk = {k: v for k, v in ((private if "priv" in bad else public) | changes).items() if v is not None}
        case(f"B18-{name}-jwk-{bad}", {"jwk_private" if "priv" in bad else "jwk_public": dumps(jwk)}, "key.malformed")
    for bad, alg, code in (("other-set", SETS[(SETS.index(name) + 1) % 3], "key.malformed"), ("eddsa", "EdDSA", "key.wrong_type"), ("hmac", "HS256", "key.wrong_type"),
                           ("unknown", "SLH-DSA-SHA2-128s", "config.unsupported_algorithm"), ("lower-case", name.lower(), "config.unsupported_algorithm")):
        case(f"B4-{name}-alg-{bad}", {"jwk_public": dumps(public | {"alg": alg})}, code)
    case(f"B4-{name}-alg-absent", {"jwk_public": dumps({k: v for k, v in public.items() if k != "alg"})}, "key.malformed")
    case(f"B2-{name}-private-as-public", {"jwk_public": dumps(private)}, "key.wrong_type")
    case(f"B2-{name}-public-as-private", {"jwk_private": dumps(public)}, "key.private_required")


def expanded(name, secret):
    """The private key as FIPS 204 encodes it, algorithm 24."""
    return mldsa.private(name, secret)


def tokens(suite, name):
    public, _ = key(name)
    keys = {"jwks": dumps({"keys": [public | {"kid": "k1", "use": "sig"}]})}
    single = {"key": {"jwk_public": dumps(public)}}
    ok = {"claims": CLAIMS}

    def verify(row, text, expect, keys=single, algorithms=(name,)):
        suite.case(row, "verify", given(text, keys, algorithms=list(algorithms)), expect, needs=name)

    signed = token(name)
    verify(f"B4-accepted-{name}", signed, ok)
    verify(f"B4-accepted-{name}-set", token(name, header={"alg": name, "kid": "k1"}), ok, keys)
    verify(f"B4-accepted-{name}-beside-others", signed, ok, keys, ("ES256", "EdDSA", name))
    verify(f"B9-{name}-signature-of-another-key", token(name, secret=seed(name, "b")), "token.signature")
    head, body, end = signed.split(".")
    verify(f"B9-{name}-other-payload", f"{head}.{encoded(claims(sub='root'))}.{end}", "token.signature")
    raw = base64.urlsafe_b64decode(end + "=" * (-len(end) % 4))
    for bad, signature in {"first-bit": bytes([raw[0] ^ 1]) + raw[1:], "last-bit": raw[:-1] + bytes([raw[-1] ^ 1]), "short": raw[:-1], "long": raw + b"\0", "zeros": bytes(len(raw)), "one-byte": b"\1"}.items():
        verify(f"B9-{name}-{bad}", f"{head}.{body}.{b64(signature)}", "token.signature")
    verify(f"B4-{name}-header-of-another-set", token(name, header={"alg": SETS[(SETS.index(name) + 1) % 3]}), "token.algorithm")
    verify(f"B1-{name}-none", f"{encoded({'alg': 'none'})}.{body}.{end}", "token.algorithm")
    verify(f"B2-{name}-hmac-under-the-public-key", given_hmac(name), "token.algorithm")
    suite.case(f"B5-{name}-key-for-another-set", "configure_verifier", {"config": {"issuer": None, "audience": None, "algorithms": [SETS[(SETS.index(name) + 1) % 3]]}, "keys": single},
               "key.wrong_type", needs=name)
    suite.case(f"B3-{name}-mixed-with-hmac", "configure_verifier", {"config": {"issuer": None, "audience": None, "algorithms": [name, "HS256"]}, "keys": single}, "config.algorithms", needs=name)
    config = {"now": NOW, "key": {"jwk_private": dumps(key(name)[1])}, "config": {"algorithm": name, "kid": "k1"}, "claims": {"sub": "user-1"}, "keys": single}
    suite.case(f"B21-accepted-{name}", "sign", config, {"header": {"alg": name, "kid": "k1"}, "claims": {"sub": "user-1", "iat": NOW}}, needs=name)
    # The longest signature is 6170 characters: what a signer makes, a verifier's default limit takes.
    suite.case(f"B21-accepted-{name}-large", "sign", config | {"claims": {"x": "y" * 7000}}, {"claims": {"x": "y" * 7000}}, needs=name)
    suite.case(f"B21-{name}-too-large", "sign", config | {"claims": {"x": "y" * 10_200}}, "config.invalid", needs=name)
    suite.case(f"B21-{name}-public-key", "sign", config | {"key": {"jwk_public": dumps(public)}}, "key.private_required", needs=name)


def given_hmac(name):
    return segments(encoded({"alg": "HS256"}), encoded(CLAIMS), "HS256", mldsa.public(name, seed(name)))


def bytes_signed(suite, name):
    private = {"key": {"jwk_private": dumps(key(name)[1])}, "config": {"algorithm": name}}
    verify = {"keys": {"key": {"jwk_public": dumps(key(name)[0])}}, "algorithms": [name]}
    for form in ("compact", "detached", "flattened", "general"):
        suite.case(f"B21-jws-{name}-{form}", "jws_sign", {"form": form, "signers": [private], "payload": {"text": "text"}, "options": {}, "verify": verify},
                   {"verified": {"payload": b64("text"), "signatures": [{"algorithm": name}]}}, needs=name)


def confusion(suite):
    """B2: an ML-DSA key as a secret; and a set whose members are all private."""
    for name in SETS:
        public, private = key(name)
        raw = mldsa.public(name, seed(name))
        for form, data in {"spki-pem": armour("PUBLIC KEY", spki(name, raw)), "spki-der": spki(name, raw), "pkcs8-der": pkcs8(name, element(0x80, seed(name))), "jwk": dumps(public),
                           "spki-base64": base64.b64encode(spki(name, raw)), "jwk-set": dumps({"keys": [public]})}.items():
            suite.case(f"B2-{name}-{form}", "key", {"key": {"hmac": {"base64url": b64(data)}}}, "key.asymmetric_as_secret")
    # An unknown algorithm of the build, or a key that is broken, is skipped in a set and told by name alone.
    rsa = {"kty": "oct", "k": b64(SECRET), "kid": "s"}
    suite.case("B18-set-with-akp-of-another-algorithm", "key_set", {"text": dumps({"keys": [{"kty": "AKP", "alg": "SLH-DSA-SHA2-128s", "pub": "AA"}, rsa]})}, {"keys": 1})
    suite.case("B18-set-with-akp-without-alg", "key_set", {"text": dumps({"keys": [{"kty": "AKP", "pub": "AA"}, rsa]})}, "jwks.malformed")


def ed448(suite):
    """Ed448 is refused by name, wherever it turns up."""
    code = "config.unsupported_algorithm"
    jwk = KEYS["ed448"]["jwk"]
    public = {k: v for k, v in jwk.items() if k != "d"}
    for row, form in {
        "jwk": {"jwk_public": dumps(public)}, "private-jwk": {"jwk_private": dumps(jwk)}, "jwk-with-eddsa": {"jwk_public": dumps(public | {"alg": "EdDSA"})},
        "jwk-with-its-rfc-9864-name": {"jwk_public": dumps(public | {"alg": "Ed448"})}, "pem": {"pem_public": pem("ed448", "spki")}, "der": {"der_public": b64(der("ed448", "spki"))},
        "private-pem": {"pem_private": pem("ed448", "pkcs8")}, "private-der": {"der_private": b64(der("ed448", "pkcs8"))}, "generated": {"generated": "Ed448"},
    }.items():
        suite.case(f"B11-ed448-{row}", "key", {"key": form}, code)
    suite.case("B11-ed448-verifier", "configure_verifier", {"config": {"issuer": None, "audience": None, "algorithms": ["Ed448"]}, "keys": HMAC}, code)
    suite.case("B11-ed448-jws-verifier", "jws_verify", {"keys": HMAC, "algorithms": ["Ed448"], "jws": "a.b.c"}, code)
    suite.case("B11-ed448-set-of-nothing-else", "key_set", {"text": dumps({"keys": [public]})}, "jwks.no_usable_key")
    suite.case("B11-ed448-token", "verify", given(token_with("Ed448"), {"key": {"pem_public": pem("ed25519", "spki")}}, algorithms=["EdDSA"]), "token.algorithm")


def token_with(name):
    return tokens_module.token(header={"alg": name}, algorithm="EdDSA", key="ed25519")
