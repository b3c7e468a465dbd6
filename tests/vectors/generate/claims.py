"""Row family C: the claims, and which kind of token it is."""

from encoding import NOW, Suite, dumps
from algorithms import configure
from tokens import AUDIENCE, CLAIMS, ISSUER, claims as usual, given, token

ODD = {"text": "1700000600", "true": True, "false": False, "null": None, "list": [NOW + 600], "object": {"t": NOW + 600}, "empty-text": ""}


def build():
    suite = Suite("Claims: RFC 7519 section 4.1, RFC 8725 section 3, RFC 9068, OpenID Connect Core section 3.1.3.7.")

    def verify(name, changed, expect, now=NOW, header=None, **config):
        payload = changed if isinstance(changed, str) else usual(**changed)
        suite.case(name, "verify", given(token(payload, header), now=now, **config), expect)

    types(verify)
    times(suite, verify)
    missing(suite, verify)
    audience(suite, verify)
    issuer(suite, verify)
    payloads(verify)
    kinds(suite, verify)
    returned(verify)
    return suite


def types(verify):
    """C1: a badly typed claim is refused, required or not; C8: identifiers are text."""
    for claim in ("exp", "nbf", "iat"):
        for name, value in ODD.items():
            verify(f"C1-{claim}-{name}", {claim: value}, "token.claim_type")
        for name, value in (("text", "1"), ("null", None), ("list", [1])):
            verify(f"C1-{claim}-{name}-not-required", {claim: value}, "token.claim_type", require_exp=False)
    raw = dumps(CLAIMS)
    for claim, value in (("exp", CLAIMS["exp"]), ("iat", CLAIMS["iat"])):
        verify(f"C1-{claim}-beyond-any-number", raw.replace(str(value), "1e400"), "token.number")
        verify(f"C1-{claim}-inexact", raw.replace(str(value), "9007199254740993"), "token.number")
    verify("C1-exp-negative", {"exp": -1}, "token.claim_type")
    verify("C1-exp-zero", {"exp": 0}, "token.expired")
    verify("C1-exp-fraction-in-the-future", raw.replace(str(NOW + 600), f"{NOW + 600}.5"), {"claims": {"sub": "user-1"}})
    verify("C1-exp-fraction-in-the-past", raw.replace(str(NOW + 600), f"{NOW - 1}.5"), "token.expired")
    verify("C1-exp-fraction-of-this-second", raw.replace(str(NOW + 600), f"{NOW}.5"), "token.expired")
    verify("C1-exp-exponent-in-the-past", raw.replace(str(NOW + 600), "1.6e9"), "token.expired")
    verify("C1-nbf-huge", raw[:-1] + ',"nbf":1e300}', "token.number")
    verify("C1-iat-huge", raw.replace(str(NOW - 10), "1e300"), "token.number")
    verify("C1-exp-largest-exact", {"exp": 2**53 - 1}, {"claims": {"exp": 2**53 - 1}})
    verify("C1-nbf-negative", {"nbf": -5}, "token.claim_type")
    verify("C1-iat-negative", {"iat": -5}, "token.claim_type")
    for claim in ("sub", "jti"):
        for name, value in {"number": 42, "null": None, "list": ["user-1"], "object": {"id": "user-1"}, "true": True}.items():
            verify(f"C8-{claim}-{name}", {claim: value}, "token.claim_type")
        verify(f"C8-{claim}-accepted", {claim: "x"}, {"claims": {claim: "x"}})
    verify("C8-jti-list-with-the-wanted-id", {"jti": ["a", "wanted"]}, "token.claim_type", required_claims=["jti"])


def times(suite, verify):
    """C2: the exact second and the leeway; C4: the future and the past."""
    ok = {"claims": {"sub": "user-1"}}
    verify("C2-one-second-before-exp", {"exp": NOW + 1}, ok)
    verify("C2-exp-is-now", {"exp": NOW}, "token.expired")
    verify("C2-one-second-after-exp", {"exp": NOW - 1}, "token.expired")
    verify("C2-leeway-last-second", {"exp": NOW - 59}, ok, leeway=60)
    verify("C2-leeway-over", {"exp": NOW - 60}, "token.expired", leeway=60)
    verify("C2-leeway-largest-last-second", {"exp": NOW - 299}, ok, leeway=300)
    verify("C2-leeway-largest-over", {"exp": NOW - 300}, "token.expired", leeway=300)
    verify("C2-clock-set-back", {"exp": NOW + 1, "iat": NOW}, "token.issued_in_future", now=NOW - 3600)
    verify("C2-clock-before-the-epoch", {"exp": NOW + 1, "iat": ...}, ok, now=-5)
    for leeway in (-1, 301, 3600, 10**9):
        configure(suite, f"C2-leeway-of-{leeway}", "config.leeway", leeway=leeway, algorithms=["HS256"])
    for leeway in (0, 1, 300):
        configure(suite, f"C2-accepted-leeway-of-{leeway}", {}, leeway=leeway, algorithms=["HS256"])
    verify("C4-nbf-now", {"nbf": NOW}, ok)
    verify("C4-nbf-in-a-second", {"nbf": NOW + 1}, "token.not_yet_valid")
    verify("C4-nbf-within-leeway", {"nbf": NOW + 60}, ok, leeway=60)
    verify("C4-nbf-beyond-leeway", {"nbf": NOW + 61}, "token.not_yet_valid", leeway=60)
    verify("C4-iat-now", {"iat": NOW}, ok)
    verify("C4-iat-in-a-second", {"iat": NOW + 1}, "token.issued_in_future")
    verify("C4-iat-within-leeway", {"iat": NOW + 30}, ok, leeway=30)
    verify("C4-iat-beyond-leeway", {"iat": NOW + 31}, "token.issued_in_future", leeway=30)
    verify("C4-iat-at-max-age", {"iat": NOW - 100}, ok, max_age=100)
    verify("C4-iat-beyond-max-age", {"iat": NOW - 101}, "token.too_old", max_age=100)
    verify("C4-iat-beyond-max-age-within-leeway", {"iat": NOW - 101}, ok, max_age=100, leeway=1)
    verify("C4-max-age-without-iat", {"iat": ...}, "token.missing_claim", max_age=100)
    verify("C4-iat-may-be-missing", {"iat": ...}, ok)


def missing(suite, verify):
    """C3: a check is left out in writing or not at all."""
    ok = {"claims": {"sub": "user-1"}}
    for claim in ("exp", "iss", "aud"):
        verify(f"C3-without-{claim}", {claim: ...}, "token.missing_claim")
    verify("C3-without-sub", {"sub": ..., "x": 1}, {"claims": {"x": 1}})
    verify("C3-exp-opted-out", {"exp": ...}, ok, require_exp=False)
    verify("C3-exp-opted-out-but-there", {"exp": NOW - 1}, "token.expired", require_exp=False)
    verify("C3-iss-opted-out", {"iss": ...}, ok, issuer=None)
    verify("C3-iss-opted-out-and-other", {"iss": "https://other.example"}, ok, issuer=None)
    verify("C3-aud-opted-out", {"aud": ...}, ok, audience=None)
    verify("C3-aud-opted-out-and-other", {"aud": "other"}, ok, audience=None)
    for claim in ("sub", "jti", "client_id", "scope"):
        verify(f"C3-required-{claim}", {claim: ...}, "token.missing_claim", required_claims=[claim])
        verify(f"C3-required-{claim}-there", {claim: "x"}, {"claims": {claim: "x"}}, required_claims=[claim])
    for left_out in ("issuer", "audience"):
        configure(suite, f"C3-{left_out}-by-silence", "config.invalid", **{left_out: ...}, algorithms=["HS256"])
        # Where the language itself demands the argument, its own error is as good.
        suite.cases[-1]["expect"]["or"] = "missing argument"
        configure(suite, f"C3-{left_out}-in-writing", {}, **{left_out: None}, algorithms=["HS256"])
    configure(suite, "C3-empty-issuer", "config.invalid", issuer="", algorithms=["HS256"])
    configure(suite, "C3-empty-audience", "config.invalid", audience="", algorithms=["HS256"])
    configure(suite, "C3-audience-list-without-members", "config.invalid", audience=[], algorithms=["HS256"])
    configure(suite, "C3-discovery-without-issuer", "config.invalid", {"discover": True}, issuer=None)


def audience(suite, verify):
    ok = {"claims": {"sub": "user-1"}}
    verify("C5-list-with-it", {"aud": ["other", AUDIENCE]}, ok)
    verify("C5-one-of-ours", {"aud": "second"}, ok, audience=["first", "second"])
    for name, aud in {
        "other": "other", "prefix": "my-ap", "longer": "my-api2", "other-case": "My-API", "trailing-space": "my-api ", "pattern": "my-.*",
        "wildcard": "*", "empty": "", "empty-list": [], "list-without-it": ["a", "b"], "comma-joined": "other,my-api", "space-joined": "other my-api",
        "nul": "my-api\0", "homoglyph": "my-\u0430pi", "url-form": "https://my-api",
    }.items():
        verify(f"C5-{name}", {"aud": aud}, "token.audience")
    for name, aud in {"number": 5, "null": None, "true": True, "object": {AUDIENCE: True}, "list-of-numbers": [1, 2], "list-with-a-number": [AUDIENCE, 1],
                      "list-in-list": [[AUDIENCE]]}.items():
        verify(f"C5-{name}", {"aud": aud}, "token.claim_type")
    verify("C5-sixty-four", {"aud": [f"a{i}" for i in range(63)] + [AUDIENCE]}, ok)
    verify("C5-sixty-five", {"aud": [f"a{i}" for i in range(64)] + [AUDIENCE]}, "token.claim_type")
    verify("C5-a-thousand", {"aud": [f"{i}" for i in range(1000)] + [AUDIENCE]}, "token.claim_type")
    verify("C5-badly-typed-although-opted-out", {"aud": 5}, "token.claim_type", audience=None)
    configure(suite, "C5-accepted-several", {}, audience=["a", "b"], algorithms=["HS256"])


def issuer(suite, verify):
    for name, iss in {
        "trailing-slash": ISSUER + "/", "substring": "https://idp.example.com.evil.example", "prefix": "https://idp.example.co",
        "other-case": "https://IDP.example.com", "upper-case-scheme": "HTTPS://idp.example.com", "http": "http://idp.example.com", "port": ISSUER + ":443",
        "homoglyph": "https://idp.ex\u0430mple.com", "percent": "https://idp%2Eexample.com", "dot": "https://idp.example.com.", "path": ISSUER + "/x",
        "query": ISSUER + "?", "space": ISSUER + " ", "leading-space": " " + ISSUER, "empty": "", "nul": ISSUER + "\0", "userinfo": "https://x@idp.example.com",
    }.items():
        verify(f"C6-{name}", {"iss": iss}, "token.issuer")
    for name, iss in {"list": [ISSUER], "null": None, "number": 1, "object": {"iss": ISSUER}, "true": True}.items():
        verify(f"C6-{name}", {"iss": iss}, "token.claim_type")
    verify("C6-badly-typed-although-opted-out", {"iss": [ISSUER]}, "token.claim_type", issuer=None)
    verify("C6-accepted-with-slash", {"iss": ISSUER + "/"}, {"claims": {"iss": ISSUER + "/"}}, issuer=ISSUER + "/")
    verify("C6-accepted-name-that-is-no-url", {"iss": "urn:example:issuer"}, {"claims": {"iss": "urn:example:issuer"}}, issuer="urn:example:issuer")


def payloads(verify):
    for name, payload in {"list": '["a"]', "text": '"user-1"', "null": "null", "number": "42", "true": "true", "false": "false", "empty-list": "[]",
                          "list-of-claims": dumps([CLAIMS])}.items():
        verify(f"C7-{name}", payload, "token.json")
    verify("C7-empty-object", "{}", "token.missing_claim")
    verify("C7-empty-object-with-everything-opted-out", "{}", {"claims": {}}, issuer=None, audience=None, require_exp=False)


def kinds(suite, verify):
    """C9: one profile per kind of token."""
    at, ok = {"sub": "user-1", "client_id": "abc", "jti": "j1"}, {"claims": {"sub": "user-1"}}
    head = lambda typ: {"alg": "HS256"} | ({} if typ is ... else {"typ": typ})
    for name, typ in {"exact": "at+jwt", "application": "application/at+jwt", "upper-case": "AT+JWT", "mixed-case": "Application/At+Jwt"}.items():
        verify(f"C9-access-token-{name}", at, ok, header=head(typ), token_type="at+jwt")
    for name, typ in {"plain": "JWT", "missing": ..., "dpop": "dpop+jwt", "logout": "logout+jwt", "id-token": "id_token+jwt", "empty": "", "prefix": "at+jwtx",
                      "other-tree": "text/at+jwt", "twice": "application/application/at+jwt", "space": "at+jwt "}.items():
        verify(f"C9-{name}-as-access-token", at, "token.type", header=head(typ), token_type="at+jwt")
    for name, typ in {"number": 1, "null": None, "list": ["at+jwt"]}.items():
        verify(f"C9-typ-{name}", at, "token.header", header=head(typ), token_type="at+jwt")
    for name, typ in {"jwt": "JWT", "jwt-lower-case": "jwt", "missing": ..., "access-token": "at+jwt"}.items():
        verify(f"C9-generic-{name}", at, ok, header=head(typ))
    for name, typ in {"dpop": "dpop+jwt", "logout": "logout+jwt", "security-event": "secevent+jwt", "application-dpop": "application/dpop+jwt"}.items():
        verify(f"C9-{name}-by-a-generic-verifier", at, "token.type", header=head(typ))
    configure(suite, "C9-accepted-profile", {}, token_type="at+jwt", algorithms=["HS256"])


def returned(verify):
    """C11 and C12: what comes out is what was signed, and names are only names."""
    ok = lambda **c: {"claims": c}
    verify("C11-proto", {"__proto__": {"admin": True}}, {"claims": {"__proto__": {"admin": True}}})
    for name in ("constructor", "__class__", "prototype", "toString", "hasOwnProperty", "0", "", "length", "__init__"):
        verify(f"C11-{name or 'empty-name'}", {name: "x"}, {"claims": {name: "x", "sub": "user-1"}})
    for name, sub in {"composed": "Zo\u00eb", "decomposed": "Zoe\u0308", "nul-inside": "user-1\0admin", "homoglyph": "\u0430dmin", "spaces": "  user-1 ",
                      "upper-case": "USER-1", "ligature": "\ufb01le", "astral": "\U0001d4ca", "right-to-left": "\u202eresu", "very-long": "x" * 5000}.items():
        verify(f"C12-sub-{name}", {"sub": sub}, ok(sub=sub))
    raw = dumps(CLAIMS).replace(",", " , ")
    verify("C12-raw-text-unchanged", raw, {"claims": CLAIMS, "raw": raw})
    verify("C12-numbers-unchanged", {"n": [1, 1.5, -3, 0]}, ok(n=[1, 1.5, -3, 0]))
    verify("C12-empty-containers", {"a": [], "o": {}, "n": None}, ok(a=[], o={}, n=None))
