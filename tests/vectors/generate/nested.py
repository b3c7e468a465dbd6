"""Row A17: tokens that are signed and then encrypted (RFC 7519 section 5.2). Both layers count, in this order."""

from encoding import NOW, Suite, b64, dumps
from resource_server import REALM, granted, refused
from sealing import Token, drawn, key, needs
from tokens import CONFIG, HMAC, SECRET, claims, encoded, segments, token

SIGNED = token()
OK = {"claims": {"sub": "user-1"}, "header": {"alg": "HS256", "typ": "JWT"}}


def sealed(inner, algorithm="dir", encryption="A256GCM", **header):
    """Encrypts a token; `cty` is there unless it is given as `...`."""
    header = {"cty": "JWT"} | header
    out = Token(algorithm, encryption, inner if isinstance(inner, bytes) else inner.encode())
    out.header = {k: v for k, v in (out.header | header).items() if v is not ...}
    return out.seal()


def opener(algorithm="dir", encryption="A256GCM"):
    return {"decrypter": {"keys": [key(algorithm, encryption)], "config": {"encryptions": [encryption]}}}


def build():
    suite = Suite("Nested tokens: signed, then encrypted.")

    def case(name, text, expect, algorithm="dir", encryption="A256GCM", keys=HMAC, **config):
        given = {"now": NOW, "config": CONFIG | config, "keys": keys | opener(algorithm, encryption), "token": text.compact() if isinstance(text, Token) else text}
        suite.case(name, "verify", given, expect, needs=needs(algorithm, encryption))

    for algorithm in ("dir", "A256GCMKW", "A128KW", "RSA-OAEP", "RSA-OAEP-256", "ECDH-ES", "ECDH-ES+A256KW"):
        for encryption in ("A256GCM", "A128CBC-HS256"):
            case(f"A17-accepted-{algorithm}-{encryption}", sealed(SIGNED, algorithm, encryption), OK, algorithm, encryption)
    raw = claims(note="\u00e9 \u20ac")
    case("A17-accepted-claims-are-the-inner-ones", sealed(token(raw)), OK | {"raw": dumps(raw)})
    for cty in ("JWT", "jwt", "application/jwt"):
        case(f"A17-accepted-cty-{cty.replace('/', '-')}", sealed(SIGNED, cty=cty), OK)
    case("A17-accepted-with-the-cache", sealed(SIGNED), OK, token_cache=10)
    for name, cty, expect in (("missing", ..., "token.type"), ("empty", "", "token.type"), ("json", "json", "token.type"), ("at-jwt", "at+jwt", "token.type"),
                              ("number", 5, "token.header"), ("null", None, "token.header")):
        case(f"A17-cty-{name}", sealed(SIGNED, cty=cty), expect)
    unsigned = f"{encoded({'alg': 'none'})}.{encoded(claims())}."
    inner = {
        "unsigned": (unsigned, "token.algorithm"), "unsigned-with-a-signature": (unsigned + "AAAA", "token.algorithm"),
        "without-a-signature": (SIGNED.rsplit(".", 1)[0] + ".", "token.malformed"), "claims-alone": (dumps(claims()), "token.malformed"),
        "nothing": ("", "token.malformed"), "wrong-signature": (SIGNED[:-4] + ("AAAA" if SIGNED[-4:] != "AAAA" else "BBBB"), "token.signature"),
        "another-key": (segments(encoded({"alg": "HS256"}), encoded(claims()), "HS256", SECRET[::-1]), "token.signature"),
        "another-algorithm": (token(algorithm="HS384"), "token.algorithm"), "expired": (token(claims(exp=NOW - 1)), "token.expired"),
        "not-yet-valid": (token(claims(nbf=NOW + 60)), "token.not_yet_valid"), "without-exp": (token(claims(exp=...)), "token.missing_claim"),
        "another-audience": (token(claims(aud="other")), "token.audience"), "another-issuer": (token(claims(iss="https://evil.example")), "token.issuer"),
        "another-type": (token(header={"alg": "HS256", "typ": "logout+jwt"}), "token.type"), "crit": (token(header={"alg": "HS256", "crit": ["x"]}), "token.critical"),
        "space": (SIGNED + " ", "token.malformed"), "no-text": (b"\xff\xfe", "token.malformed"), "json": (dumps({"payload": "e30", "signatures": []}), "token.malformed"),
        "encrypted-again": (sealed(SIGNED).compact(), "token.encrypted"), "too-large": (token(claims(x="x" * 20_000)), "token.too_large"),
    }
    for name, (text, expect) in inner.items():
        case(f"A17-inner-{name}", sealed(text), expect)
    case("A17-not-encrypted", SIGNED, "token.malformed")
    case("A17-not-encrypted-with-the-cache", SIGNED, "token.malformed", token_cache=10)
    case("A17-encrypted-json", dumps(sealed(SIGNED).flattened()), "token.malformed")
    case("A17-altered", sealed(SIGNED).changed(4, lambda tag: bytes(16)), "token.decryption")
    other = {"decrypter": {"keys": [{"secret": {"base64url": b64(drawn("other", 32))}, "algorithm": "A256GCM"}], "config": {}}}
    suite.case("A17-for-another-key", "verify", {"now": NOW, "config": CONFIG, "keys": HMAC | other, "token": sealed(SIGNED).compact()}, "token.decryption")
    suite.case("A17-without-a-decrypter", "verify", {"now": NOW, "config": CONFIG, "keys": HMAC, "token": sealed(SIGNED).compact()}, "token.encrypted")

    def guard(name, text, expect, **config):
        given = {"now": NOW, "config": CONFIG | config, "keys": HMAC | opener(), "authorization": [f"Bearer {text}"], "scopes": [], "realm": REALM}
        suite.case(name, "authenticate", given, expect)

    guard("A17-granted", sealed(token(claims(scope="read"))).compact(), granted("read"))
    guard("A17-denied-unsigned", sealed(unsigned).compact(), refused("token.algorithm"))
    guard("A17-denied-not-encrypted", SIGNED, refused("token.malformed"))
    guard("A17-denied-altered", sealed(SIGNED).changed(3, lambda text: text[:-1] + bytes([text[-1] ^ 1])), refused("token.decryption"))
    return suite
