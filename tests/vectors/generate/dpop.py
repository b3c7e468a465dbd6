"""DPoP proofs: RFC 9449 section 4.3, threat H4."""

import hashlib

from encoding import KEYS, NOW, Suite, b64, dumps, public, repeat
from tokens import CLAIMS, token

URL = "https://api.example.com/farm/assets"
PROOF = {"jti": "p-1", "htm": "POST", "htu": URL, "iat": NOW - 5}


def thumbprint(name):
    jwk = public(name)
    members = {"EC": ("crv", "kty", "x", "y"), "RSA": ("e", "kty", "n"), "OKP": ("crv", "kty", "x")}[jwk["kty"]]
    return b64(hashlib.sha256(dumps({m: jwk[m] for m in members}).encode()).digest())


def ath(text):
    return b64(hashlib.sha256(text.encode()).digest())


def proof(key="p256", algorithm="ES256", header=None, without=(), **changed):
    head = {"typ": "dpop+jwt", "alg": algorithm, "jwk": public(key)} | (header or {})
    claims = {k: v for k, v in (PROOF | changed).items() if k not in without}
    return token(claims, {k: v for k, v in head.items() if v is not ...}, algorithm, key)


def build():
    suite = Suite("DPoP proofs: RFC 9449 section 4.3.")

    def verify(name, text, expect, config=None, now=NOW, **request):
        request = {"method": "POST", "url": URL} | request
        case = {"now": now, "config": config or {}, "proof": text, "request": request}
        suite.case(name, "verify_dpop", case, expect)

    ok = {"claims": PROOF, "thumbprint": thumbprint("p256")}
    verify("H4-accepted", proof(), ok)
    for key, algorithm in (("rsa", "RS256"), ("rsa", "PS256"), ("p384", "ES384"), ("ed25519", "EdDSA"), ("ed25519", "Ed25519")):
        head = {"alg": algorithm}
        verify(f"H4-accepted-{algorithm}", proof(key, "EdDSA" if key == "ed25519" else algorithm, head), {"thumbprint": thumbprint(key)})
    verify("H4-accepted-with-a-key-id", proof(header={"kid": "x", "jwk": public("p256", kid="y")}), ok)
    headers(verify)
    claims(verify)
    urls(verify)
    bindings(verify)
    for name, config in {"hmac": {"algorithms": ["HS256"]}, "mixed": {"algorithms": ["ES256", "HS256"]}, "none-at-all": {"algorithms": []}}.items():
        verify(f"H4-configured-{name}", proof(), "config.algorithms", config)
    verify("H4-configured-none", proof(), "config.unsupported_algorithm", {"algorithms": ["none"]})
    for age in (0, 301):
        verify(f"H4-configured-age-of-{age}", proof(), "config.invalid", {"max_age": age})
    for leeway in (-1, 301):
        verify(f"H4-configured-leeway-of-{leeway}", proof(), "config.leeway", {"leeway": leeway})
    verify("H4-algorithm-not-allowed", proof(), "token.algorithm", {"algorithms": ["EdDSA"]})
    verify("H4-no-method", proof(), "config.invalid", method="")
    for name, url in {"empty": "", }.items():
        verify(f"H4-request-url-{name}", proof(), "config.invalid", url=url)
    for name, url in {"relative": "/farm", "userinfo": "https://u:p@api.example.com/farm/assets", "ftp": "ftp://api.example.com/", "space": URL + " "}.items():
        verify(f"H4-request-url-{name}", proof(), "config.url", url=url)
    return suite


def headers(verify):
    for name, typ in {"missing": ..., "jwt": "JWT", "access-token": "at+jwt", "prefix": "dpop", "empty": ""}.items():
        verify(f"H4-typ-{name}", proof(header={"typ": typ}), "token.type")
    private = KEYS["p256"]["jwk"]
    for name, jwk in {
        "missing": ..., "null": None, "text": dumps(public("p256")), "private": private, "oct": {"kty": "oct", "k": b64(b"k" * 32)}, "empty": {}, "weak": public("rsa_1024"),
        "off-the-curve": public("p256", y=public("p256_b")["y"]), "encryption": public("p256", use="enc"), "x25519": public("x25519"), "list": [public("p256")],
    }.items():
        verify(f"H4-jwk-{name}", proof(header={"jwk": jwk}), "token.header")
    verify("H4-jwk-of-another-key", proof(header={"jwk": public("p256_b")}), "token.signature")
    verify("H4-jwk-of-another-kind", proof(header={"jwk": public("ed25519")}), "token.algorithm")
    verify("H4-jwk-bound-to-another-algorithm", proof("rsa", "RS256", header={"jwk": public("rsa", alg="PS256")}), "token.algorithm")
    verify("H4-crit", proof(header={"crit": ["jwk"]}), "token.critical")
    verify("H4-hmac-with-the-public-key", token(PROOF, {"typ": "dpop+jwt", "alg": "HS256", "jwk": public("p256")}, "HS256", dumps(public("p256")).encode()), "token.algorithm")
    verify("H4-alg-none", token(PROOF, {"typ": "dpop+jwt", "alg": "none", "jwk": public("p256")}), "token.algorithm")
    good = proof()
    verify("H4-altered", good[:-6] + ("A" if good[-6] != "A" else "B") + good[-5:], "token.signature")
    verify("H4-too-large", repeat("a", 20000), "token.too_large")
    verify("H4-two-proofs", f"{good},{good}", "token.malformed")
    verify("H4-empty", "", "token.malformed")


def claims(verify):
    for name in ("jti", "htm", "htu", "iat"):
        verify(f"H4-without-{name}", proof(without=[name]), "token.missing_claim")
        for odd, value in {"number": 7, "null": None, "list": ["POST"], "object": {}}.items():
            if (name, odd) != ("iat", "number"):
                verify(f"H4-{name}-{odd}", proof(**{name: value}), "token.claim_type")
    verify("H4-jti-empty", proof(jti=""), "token.claim_type")
    verify("H4-jti-largest", proof(jti="j" * 256), {"claims": {"htm": "POST"}})
    verify("H4-jti-too-long", proof(jti="j" * 257), "token.claim_type")
    verify("H4-oldest", proof(iat=NOW - 90), {"claims": {"jti": "p-1"}})
    verify("H4-too-old", proof(iat=NOW - 91), "token.too_old")
    verify("H4-too-old-by-own-rule", proof(iat=NOW - 11), "token.too_old", {"max_age": 10, "leeway": 0})
    verify("H4-clock-of-the-client-ahead", proof(iat=NOW + 30), {"claims": {"jti": "p-1"}})
    verify("H4-from-the-future", proof(iat=NOW + 31), "token.issued_in_future")
    verify("H4-expired-by-itself", proof(exp=NOW - 30), "token.expired")
    for name, method in {"other": "GET", "lower-case": "post", "empty": "", "longer": "POSTX"}.items():
        verify(f"H4-htm-{name}", proof(htm=method), "token.binding")


def urls(verify):
    ok = {"claims": {"jti": "p-1"}}
    for name, url in {
        "query": URL + "?a=1", "fragment": URL + "#x", "scheme-in-capitals": URL.replace("https", "HTTPS"), "host-in-capitals": URL.replace("api", "API"),
        "default-port": URL.replace(".com/", ".com:443/"), "dots": URL.replace("/farm/", "/x/../farm/"),
    }.items():
        verify(f"H4-htu-same-{name}", proof(htu=url), ok)
        verify(f"H4-request-same-{name}", proof(), ok, url=url)
    for name, url in {
        "path": URL + "/1", "shorter": URL[:-1], "path-in-capitals": URL.replace("farm", "FARM"), "host": URL.replace("api", "evil"), "port": URL.replace(".com/", ".com:8443/"),
        "http": URL.replace("https", "http"), "userinfo": URL.replace("https://", "https://u:p@"), "user": URL.replace("https://", "https://u@"), "relative": "/farm/assets", "empty": "",
        "slash": URL + "/", "backslash": URL.replace("/farm", "\\farm"), "space": URL + " ", "javascript": "javascript:alert(1)",
    }.items():
        verify(f"H4-htu-other-{name}", proof(htu=url), "token.binding")


def bindings(verify):
    ok = {"claims": {"jti": "p-1"}}
    verify("H4-ath-accepted", proof(ath=ath("at-1")), ok, access_token="at-1")
    verify("H4-ath-nobody-asked-about", proof(ath=ath("at-1")), ok)
    verify("H4-ath-missing", proof(), "token.missing_claim", access_token="at-1")
    for name, value in {"of-another-token": ath("at-2"), "half": ath("at-1")[:22], "token-itself": "at-1", "empty": ""}.items():
        verify(f"H4-ath-{name}", proof(ath=value), "token.binding", access_token="at-1")
    verify("H4-ath-number", proof(ath=7), "token.claim_type", access_token="at-1")
    verify("H4-jkt-accepted", proof(), ok, thumbprint=thumbprint("p256"))
    for name, value in {"of-another-key": thumbprint("p256_b"), "of-a-certificate": ath("certificate"), "empty": "", "other-case": thumbprint("p256").swapcase()}.items():
        verify(f"H4-jkt-{name}", proof(), "token.binding", thumbprint=value)
    verify("H4-nonce-accepted", proof(nonce="n-1"), ok, nonce="n-1")
    verify("H4-nonce-missing", proof(), "token.missing_claim", nonce="n-1")
    verify("H4-nonce-of-another-server", proof(nonce="n-2"), "token.nonce", nonce="n-1")
    verify("H4-nonce-number", proof(nonce=1), "token.claim_type", nonce="n-1")
    verify("H4-an-ordinary-token", token(CLAIMS, {"alg": "ES256", "typ": "JWT"}, "ES256", "p256"), "token.header")
