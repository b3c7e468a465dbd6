"""One reproducer for each advisory that rows A to C of the threat list name: what the affected library did, done to this one.

The id holds the advisory's number, and `about` says what went wrong there. `coverage.py` compares the numbers with the threat list's.
Those about calls that follow each other are scenarios, in `flow_cve.py`; those about encrypted tokens are in `cve_encryption.py`.
"""

from confusion import secret, spellings
from encoding import KEYS, NOW, Suite, b64, concat, dumps, pem, public, repeat
from tokens import AUDIENCE, CLAIMS, HMAC, ISSUER, SECRET, claims, encoded, given, segments, token

RSA = {"key": {"pem_public": pem("rsa", "spki")}}
AS_SECRET = "key.asymmetric_as_secret"


def build():
    suite = Suite("One reproducer for each published advisory that the threat list names in its rows A to C.")

    def verify(name, text, expect, about, keys=HMAC, **config):
        suite.case(name, "verify", given(text, keys, **config), expect, about=about)

    parsing(suite, verify)
    algorithm(suite, verify)
    confusion(suite, verify)
    empty(suite, verify)
    keys(suite, verify)
    contents(verify)
    return suite


def parsing(suite, verify):
    good = token()
    head, payload, signature = good.split(".")
    verify("A3-CVE-2026-102269-padded", good + "=", "token.malformed", "PyJWT took base64url with padding, so that one token had several spellings")
    last = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    verify("A18-CVE-2026-102269-trailing-bits", good[:-1] + last[last.index(good[-1]) | 1], "token.malformed", "the same with unused bits that are set")
    verify("A5-CVE-2025-61920", concat(repeat("e", 50_000_000), f".{payload}.{signature}"), "token.too_large",
           "Authlib decoded a header of 500 MB before it looked at its size")
    deep = dumps(CLAIMS)[:-1] + ',"t":' + "[" * 5500 + "]" * 5500 + "}"
    verify("A9-CVE-2026-101918", token(deep), "token.too_deep", "PyJWT: a payload nested thousands of levels deep overflowed the stack")
    verify("A9-GHSA-8wjv", token(header='{"alg":"HS256","t":' + "[" * 1400 + "]" * 1400 + "}"), "token.too_deep", "the same in the header")
    suite.case("A9-RUSTSEC-2026-0009", "key", {"key": {"jwk_public": dumps(public("p256"))[:-1] + ',"t":' + '{"a":' * 5000 + "1" + "}" * 5001}}, "key.malformed",
               about="the time crate: nesting without a limit exhausts the stack; here in a JWK")
    mixed = dumps({f"{head}.{b64(dumps(claims(sub='root')))}.": "", "protected": head, "payload": payload, "signature": signature})
    verify("A11-CVE-2022-39227", mixed, "token.malformed", "python-jwt verified the JSON members and returned the claims of a compact token among them")
    verify("A12-CVE-2026-96760", dumps({"payload": payload, "signatures": []}), "token.malformed", "Authlib took a list of no signatures as verified")
    bare = segments("", payload).split(".")[2]
    verify("A13-GHSA-jc38-x7x8-2xc8", dumps({"payload": payload, "header": {"alg": "HS256"}, "signature": bare}), "token.malformed",
           "web-token: alg came from the header that nobody had signed")
    b64_header = {"alg": "HS256", "b64": False, "crit": ["b64"]}
    verify("A14-CVE-2026-48525", segments(encoded(b64_header), payload), "token.unencoded_payload", "PyJWT let b64 change how a JWT's payload is read")
    verify("A14-GHSA-wphv-vfrh-23q5", concat(encoded(b64_header), ".", repeat("x", 1_000_000), f".{signature}"), "token.too_large",
           "joserfc: an unencoded payload passed by the limit of the size")
    verify("A15-CVE-2026-32597", token(header={"alg": "HS256", "crit": ["mfa"], "mfa": True}), "token.critical", "PyJWT ignored crit")
    verify("A15-GHSA-hm7r-c7qw-ghp6", token(header={"alg": "HS256", "crit": ["x-custom-policy"]}), "token.critical", "fast-jwt ignored crit")


def algorithm(suite, verify):
    unsigned = encoded({"alg": "none"}) + "." + encoded(CLAIMS) + "."
    verify("B1-CVE-2026-28802", unsigned, "token.algorithm", "Authlib accepted alg none with an empty signature", RSA, algorithms=["RS256"])
    verify("B1-CVE-2022-23540", unsigned, "token.algorithm", "jsonwebtoken (npm) verified alg none when no algorithms were given")
    config = {"issuer": ISSUER, "audience": AUDIENCE, "algorithms": ["RS256"]}
    mixed = config | {"algorithms": ["RS256", "HS256"]}
    suite.case("B3-CVE-2022-23541", "configure_verifier", {"config": mixed, "keys": RSA}, "config.algorithms",
               about="jsonwebtoken (npm): one verifier for RSA and HMAC let a public key verify as a secret")
    bound = {"key": {"jwk_public": dumps(public("rsa", alg="RS512"))}}
    verify("B4-CVE-2026-48523", token(algorithm="RS256", key="rsa"), "token.algorithm", "PyJWT did not hold the header's alg against the key's", bound,
           algorithms=["RS256", "RS512"])
    suite.case("B5-CVE-2022-23539", "key", {"key": {"pem_public": pem("dsa", "spki")}}, "key.wrong_type", about="jsonwebtoken (npm) verified RS256 with a DSA key")
    suite.case("B5-CVE-2022-23539-elliptic", "configure_verifier", {"config": config, "keys": {"key": {"pem_public": pem("p256", "spki")}}}, "key.wrong_type",
               about="the same with a key on a curve")


def confusion(suite, verify):
    """B2: the long line of advisories about one mistake, each with a form of key that slipped through."""
    rsa, p256, ed25519 = (spellings(kind) for kind in ("rsa", "p256", "ed25519"))
    jwk = dumps(public("rsa"))
    for name, data, about in (
        ("CVE-2017-11424", rsa["pkcs1-public"], "PyJWT knew the label PUBLIC KEY but not RSA PUBLIC KEY"),
        ("CVE-2022-29217", ed25519["openssh-public"], "PyJWT did not know ssh-ed25519 and the ECDSA forms of OpenSSH"),
        ("CVE-2022-29217-ecdsa", p256["openssh-public"], "the same for ecdsa-sha2-nistp256"),
        ("CVE-2023-48223", rsa["pkcs1-public"], "fast-jwt's pattern did not fit RSA PUBLIC KEY"),
        ("CVE-2024-33663", p256["openssh-public"], "python-jose did not know OpenSSH's ECDSA keys"),
        ("CVE-2024-33663-der", rsa["der-spki"], "nor, after the first correction, DER"),
        ("CVE-2024-37568", rsa["spki"], "Authlib took any PEM as a secret where no algorithm was named"),
        ("CVE-2026-34950", rsa["pem-after-space"], "fast-jwt's corrected pattern did not fit a leading space"),
        ("CVE-2026-48526", jwk, "PyJWT took a public JWK as a secret"),
        ("CVE-2026-102268", rsa["pem-after-bom"], "PyJWT: a public key as a secret, here behind a byte order mark"),
        ("CVE-2026-102271", rsa["der-spki"], "PyJWT took DER as a secret"),
        ("CVE-2026-102272", rsa["der-certificate"], "PyJWT: a public key as a secret, here a certificate in DER"),
        ("CVE-2026-102273", rsa["jwk-list"], "PyJWT's guard saw a JWK at the top level of the text only"),
        ("CVE-2026-102273-set", rsa["jwk-set"], "the same with a JWK set"),
        ("CVE-2026-107722", rsa["pem-after-comment"], "fast-jwt's next pattern did not fit a prefix of other characters than spaces"),
        ("CVE-2026-114615", rsa["pem-after-text"], "Authlib's correction did not know a public key with text before it"),
        ("GHSA-g3jj-5cmm-3hxx", rsa["openssh-public"], "an OpenSSH public key as a secret"),
    ):
        data = data.encode() if isinstance(data, str) else data
        forged = segments(encoded({"alg": "HS256"}), encoded(claims(sub="root")), "HS256", data)
        verify(f"B2-{name}", forged, AS_SECRET, about, {"key": secret(data)})
        verify(f"B2-{name}-against-the-key", forged, "token.algorithm", "the forged token, handed to a verifier with the public key", RSA, algorithms=["RS256"])


def empty(suite, verify):
    """B6: an empty secret signs for everybody."""
    forged = token(key=b"")
    for name, key, code, about in (
        ("CVE-2026-44351", {"hmac": {"text": ""}}, "key.empty", "fast-jwt verified with the empty secret that a resolver returned"),
        ("CVE-2026-107720", {"hmac": {"base64url": ""}}, "key.empty", "an empty secret, here as bytes"),
        ("CVE-2026-49852", {"jwk_secret": '{"kty":"oct","k":""}'}, "key.empty", "joserfc verified with an empty key, and with none at all"),
        ("CVE-2026-102266", {"jwk_secret": '{"kty":"oct","k":"","use":"sig"}'}, "key.empty", "PyJWT refused an empty secret, but not as a JWK"),
        ("CVE-2026-114616", {"jwk_secret": '{"kty":"oct","k":"","alg":"HS256"}'}, "key.empty", "Authlib verified with an empty key"),
        ("CVE-2026-45363", {"jwk_secret": '{"kty":"oct","k":null}'}, "key.malformed", "ruby-jwt: nil as a secret was an empty one"),
        ("CVE-2026-44699", {"jwk_public": dumps(public("rsa"))}, "key.wrong_type", "LibJWT: an RSA JWK without alg was an empty secret to HS256"),
    ):
        verify(f"B6-{name}", forged, code, about, {"key": key})
    empty_set = {"jwks": dumps({"keys": [{"kty": "oct", "k": "", "kid": "k"}]})}
    verify("B6-CVE-2026-49852-set", forged, "jwks.no_usable_key", "the empty key as a member of a set", empty_set)
    for number, size in (("CVE-2025-45768", 31), ("CVE-2025-45769", 1)):
        short = {"key": {"hmac": {"base64url": b64(SECRET[:size])}}}
        verify(f"B7-{number}", token(key=SECRET[:size]), "key.too_short", f"a secret of {size} bytes for HS256", short)


def keys(suite, verify):
    forged = encoded({"alg": "ES256"}) + "." + encoded(claims(sub="root")) + "." + b64(bytes(64))
    p256 = {"key": {"pem_public": pem("p256", "spki")}}
    verify("B10-CVE-2022-21449", forged, "token.signature", "Java took r = s = 0 as a signature of anything", p256, algorithms=["ES256"])
    inconsistent = KEYS["ed25519"]["jwk"] | {"d": KEYS["ed25519_b"]["jwk"]["d"]}
    suite.case("B13-CVE-2026-102275", "key", {"key": {"jwk_private": dumps(inconsistent)}}, "key.inconsistent", about="PyJWT imported an OKP key whose d belongs to another x")
    attacker = {"alg": "RS256", "jwk": public("rsa_b")}
    for number, about in (("CVE-2026-27962", "Authlib verified with the key in the token's own header"), ("CVE-2018-0114", "node-jose did, years before")):
        verify(f"B14-{number}", token(header=attacker, algorithm="RS256", key="rsa_b"), "token.signature", about, RSA, algorithms=["RS256"])
    two = {"jwks": dumps({"keys": [public("rsa", kid="rsa", alg="RS256"), public("p256", kid="ec", alg="ES256")]})}
    verify("B15-CVE-2021-46743", token(header={"alg": "ES256", "kid": "rsa"}, algorithm="ES256", key="p256"), "token.algorithm",
           "php-jwt: the kid chose a key of another type than the algorithm's", two, algorithms=["RS256", "ES256"])
    broken = dumps({"keys": [{"kty": "RSA", "n": "***", "e": "AQAB"}, public("rsa", kid="k1")]})
    suite.case("B18-CVE-2026-102274", "key_set", {"text": broken}, "jwks.malformed", about="PyJWT: a malformed n in a set ended in an exception that was not documented")


def contents(verify):
    ok = {"claims": {"sub": "user-1"}}
    text = str(NOW + 10**6)
    verify("C1-CVE-2026-25537", token(claims(nbf=text)), "token.claim_type", "jsonwebtoken (Rust) took an nbf of the wrong type as absent")
    verify("C1-GHSA-hm8q-7f3q-5f36", token(claims(exp=str(NOW - 10))), "token.claim_type", "hono did not check an exp that was no number")
    verify("C3-CVE-2026-45069", token(claims(exp=...)), "token.missing_claim", "Symfony accepted a token without exp")
    verify("C3-GHSA-wcvh-g65p-v576", token(claims(aud=...)), "token.missing_claim", "mod_auth_openidc accepted a token without aud")
    verify("C4-CVE-2020-26244", token(claims(iat=NOW + 3600)), "token.issued_in_future", "pyoidc did not look at iat")
    verify("C5-CVE-2026-35041", token(claims(aud="a" * 5000 + "!")), "token.audience", "fast-jwt: a pattern for aud ran without end", audience="^(a+)+$")
    verify("C6-CVE-2024-53861", token(claims(iss=ISSUER[:-1])), "token.issuer", "PyJWT took a part of the issuer for the issuer")
    verify("C6-CVE-2025-30144", token(claims(iss=["https://evil.example", ISSUER])), "token.claim_type", "fast-jwt took a list of issuers of which one was right")
    verify("C7-CVE-2026-107723", token(dumps([CLAIMS])), "token.json", "fast-jwt: a payload that was a list passed without any check of its claims")
    composed, decomposed = "Zo\u00eb@example.com", "Zoe\u0308@example.com"
    verify("C12-CVE-2026-73420", token(claims(email=decomposed)), {"claims": {"email": decomposed}},
           "NextAuth normalised an address after it had been checked: what was signed comes out, byte for byte")
    verify("C12-CVE-2026-3532", token(claims(email=composed)), {"claims": {"email": composed} | ok["claims"]},
           "Drupal compared accounts by a collation: two names that look alike stay two")
    verify("C12-CVE-2026-3532-subject", token(claims(sub=composed)), "token.missing_claim", "and nothing is found under a name that looks alike",
           required_claims=["Sub"])
