"""Row C9 and C10: one valid token of each kind, refused by every other kind; each claim that a kind must and must not have."""

import hashlib

from algorithms import configure
from encoding import NOW, Suite, b64, public
from tokens import AUDIENCE, ISSUER, given, token

LOGOUT = "http://schemas.openid.net/event/backchannel-logout"
BASE = {"iss": ISSUER, "aud": AUDIENCE, "iat": NOW - 10}
CLIENT = "client-1"
# Each kind: `typ`, claims, the claims without which it is refused.
KINDS = {
    "id_token": ("JWT", BASE | {"sub": "user-1", "exp": NOW + 600}, ["iss", "aud", "iat", "sub", "exp"]),
    "access_token": ("at+jwt", BASE | {"sub": "user-1", "exp": NOW + 600, "jti": "t-1", "client_id": "abc"},
                     ["iss", "aud", "iat", "sub", "exp", "jti", "client_id"]),
    "logout_token": ("logout+jwt", BASE | {"sub": "user-1", "sid": "s-1", "exp": NOW + 120, "jti": "l-1", "events": {LOGOUT: {}}},
                     ["iss", "aud", "iat", "exp", "jti", "events"]),
    "client_assertion": ("client-authentication+jwt", BASE | {"iss": CLIENT, "sub": CLIENT, "exp": NOW + 60, "jti": "c-1"},
                         ["iss", "aud", "sub", "exp", "jti"]),
    "introspection_response": ("token-introspection+jwt", BASE | {"token_introspection": {"active": True, "scope": "read"}},
                               ["iss", "aud", "iat", "token_introspection"]),
    "security_event": ("secevent+jwt", BASE | {"jti": "e-1", "sub_id": {"format": "opaque", "id": "u"}, "events": {"https://schemas.example/changed": {"by": "x"}}},
                       ["iss", "aud", "iat", "jti", "events"]),
}
# A kind may appear without its own `typ` where the specification allows it.
UNTYPED = ("id_token", "logout_token", "client_assertion")
WRONG = {"number": 7, "null": None, "list": ["x"], "true": True, "object": {"a": 1}, "empty": ""}


def build():
    suite = Suite("Kinds of tokens: OpenID Connect Core section 3.1.3.7, Back-Channel Logout section 2.4, RFC 7523, RFC 8417, RFC 9068, RFC 9701.")

    def verify(name, kind, expect, typ=..., expected=None, without=(), header=None, now=NOW, **changed):
        own, claims, _ = KINDS[kind]
        claims = {k: v for k, v in (claims | changed).items() if v is not ... and k not in without}
        if header is None:
            typ = own if typ is ... else typ
            header = {"alg": "HS256"} | ({} if typ is None else {"typ": typ})
        case = check(token(claims, header), kind, now)
        if expected:
            case["expected"] = expected
        suite.case(name, "verify", case, expect)

    exclusive(suite, verify)
    members(verify)
    id_tokens(verify)
    logout_tokens(verify)
    assertions(verify)
    introspection(verify)
    events(verify)
    configuration(suite)
    return suite


def check(text, kind, now=NOW):
    config = {} if kind == "generic" else {"profile": kind}
    return given(text, now=now, issuer=CLIENT if kind == "client_assertion" else ISSUER, **config)


# What a kind may be called, must have and must not be, as its specification says it.
TYPES = {
    "id_token": ("JWT", None), "access_token": ("at+jwt",), "logout_token": ("logout+jwt", "JWT", None),
    "client_assertion": ("client-authentication+jwt", "JWT", None), "introspection_response": ("token-introspection+jwt",), "security_event": ("secevent+jwt",),
    "generic": ("JWT", "at+jwt", None),
}
NEVER = {
    "id_token": lambda claims: "events" in claims or claims["iss"] == claims.get("sub"),
    "logout_token": lambda claims: LOGOUT not in claims["events"] or "nonce" in claims,
    "client_assertion": lambda claims: "events" in claims,
    "generic": lambda claims: "events" in claims,
}


def verdict(profile, typ, claims):
    """What a profile says to a token that is fine but for its kind."""
    if typ not in TYPES[profile]:
        return "token.type"
    # Parties and times come last; a client assertion's subject is one of its parties.
    late = ("iss", "aud", "exp", "sub") if profile == "client_assertion" else ("iss", "aud", "exp")
    if profile != "generic" and any(name not in claims for name in KINDS[profile][2] if name not in late):
        return "token.missing_claim"
    if NEVER.get(profile, lambda claims: False)(claims):
        return "token.type"
    if claims["iss"] != (CLIENT if profile == "client_assertion" else ISSUER):
        return "token.issuer"
    return {"claims": claims} if "exp" in claims or profile in ("introspection_response", "security_event") else "token.missing_claim"


def exclusive(suite, verify):
    """Every kind under every profile: with its own `typ`, with none, and as `JWT`."""
    for kind, (own, claims, _) in KINDS.items():
        for spelling, name in ((own.upper(), "upper-case"), (f"application/{own}", "with-prefix")):
            verify(f"C9-{kind}-accepted-{name}", kind, {"claims": claims}, typ=spelling)
        for odd, name in ((f"{own} ", "trailing-space"), (f"x/{own}", "other-prefix"), ("", "empty"), ("dpop+jwt", "dpop"), ("kb+jwt", "kb")):
            verify(f"C9-{kind}-refused-typ-{name}", kind, "token.type", typ=odd)
        for profile in TYPES:
            for typ, name in dict.fromkeys(((own, "typed"), (None, "untyped"), ("JWT", "as-jwt")) if own != "JWT" else ((own, "typed"), (None, "untyped"))):
                header = {"alg": "HS256"} | ({} if typ is None else {"typ": typ})
                suite.case(f"C9-{kind}-{name}-under-{profile}", "verify", check(token(claims, header), profile), verdict(profile, typ, claims))


def members(verify):
    """Each required claim: missing, and of a wrong type."""
    for kind, (_, claims, required) in KINDS.items():
        for name in required:
            verify(f"C9-{kind}-without-{name}", kind, "token.missing_claim", without=[name])
            for odd, value in WRONG.items():
                if name == "aud" and odd in ("list", "empty") or name == "events" and odd == "object" or name == "iss" and odd == "empty":
                    continue
                if name in ("iat", "exp") and odd == "number":
                    continue
                if name == "sub" and kind == "client_assertion" and odd == "empty":
                    continue
                verify(f"C9-{kind}-{name}-{odd}", kind, "token.claim_type", **{name: value})
        verify(f"C9-{kind}-other-issuer", kind, "token.issuer", iss="https://evil.example", **({"sub": "https://evil.example"} if kind == "client_assertion" else {}))
        verify(f"C9-{kind}-other-audience", kind, "token.audience", aud="other")
        verify(f"C9-{kind}-from-the-future", kind, "token.issued_in_future", iat=NOW + 60)
        verify(f"C9-{kind}-expired", kind, "token.expired", exp=NOW)
    for kind in ("introspection_response", "security_event"):
        verify(f"C9-{kind}-with-exp", kind, {"claims": {"exp": NOW + 1}}, exp=NOW + 1)


def half(text):
    return b64(hashlib.sha256(text.encode()).digest()[:16])


def id_tokens(verify):
    """C10: what binds an ID token to its request."""
    sent = {"nonce": "n-1"}
    verify("C10-nonce-accepted", "id_token", {"claims": {"nonce": "n-1"}}, expected=sent, nonce="n-1")
    for name, value in {"other": "n-2", "prefix": "n-", "longer": "n-11", "case": "N-1", "empty": ""}.items():
        verify(f"C10-nonce-{name}-in-a-verifier", "id_token", "token.nonce", expected=sent, nonce=value)
    verify("C10-nonce-missing-in-a-verifier", "id_token", "token.nonce", expected=sent)
    verify("C10-nonce-nobody-asked-about", "id_token", "token.nonce", nonce="n-1")
    verify("C10-nonce-nobody-asked-about-but-other-things", "id_token", "token.nonce", nonce="n-1", expected={"access_token": "at-1"})
    for name in ("number", "null", "list"):
        verify(f"C10-nonce-{name}-in-a-verifier", "id_token", "token.claim_type", expected=sent, nonce=WRONG[name])
    for claim, member in (("at_hash", "access_token"), ("c_hash", "code")):
        known = {member: "value-1"}
        verify(f"C10-{claim}-in-a-verifier-accepted", "id_token", {"claims": {"sub": "user-1"}}, expected=known, **{claim: half("value-1")})
        verify(f"C10-{claim}-in-a-verifier-absent", "id_token", {"claims": {"sub": "user-1"}}, expected=known)
        verify(f"C10-{claim}-in-a-verifier-of-another", "id_token", "token.hash", expected=known, **{claim: half("value-2")})
        verify(f"C10-{claim}-in-a-verifier-whole", "id_token", "token.hash", expected=known, **{claim: b64(hashlib.sha256(b"value-1").digest())})
        verify(f"C10-{claim}-in-a-verifier-empty", "id_token", "token.hash", expected=known, **{claim: ""})
        verify(f"C10-{claim}-in-a-verifier-number", "id_token", "token.claim_type", expected=known, **{claim: 7})
    fresh = {"max_authentication_age": 60}
    verify("C10-auth-time-in-a-verifier-accepted", "id_token", {"claims": {"sub": "user-1"}}, expected=fresh, auth_time=NOW - 60)
    verify("C10-auth-time-in-a-verifier-too-old", "id_token", "token.too_old", expected=fresh, auth_time=NOW - 61)
    verify("C10-auth-time-in-a-verifier-missing", "id_token", "token.missing_claim", expected=fresh)
    verify("C10-auth-time-in-a-verifier-text", "id_token", "token.claim_type", auth_time="now")
    verify("C10-azp-in-a-verifier-accepted", "id_token", {"claims": {"azp": AUDIENCE}}, azp=AUDIENCE, aud=[AUDIENCE, "other"])
    verify("C10-azp-in-a-verifier-missing", "id_token", "token.authorized_party", aud=[AUDIENCE, "other"])
    verify("C10-azp-in-a-verifier-other", "id_token", "token.authorized_party", azp="other", aud=[AUDIENCE, "other"])
    verify("C10-azp-in-a-verifier-other-although-alone", "id_token", "token.authorized_party", azp="other")
    verify("C9-id_token-with-events", "id_token", "token.type", events={LOGOUT: {}})
    verify("C9-id_token-of-itself", "id_token", "token.type", sub=ISSUER)


def logout_tokens(verify):
    ok = {"claims": {"jti": "l-1"}}
    verify("F15-sub-alone", "logout_token", ok, without=["sid"])
    verify("F15-sid-alone", "logout_token", ok, without=["sub"])
    verify("F15-neither-sub-nor-sid", "logout_token", "token.missing_claim", without=["sub", "sid"])
    verify("F15-with-a-nonce", "logout_token", "token.type", nonce="n-1")
    verify("F15-with-an-empty-nonce", "logout_token", "token.type", nonce="")
    verify("F15-with-a-null-nonce", "logout_token", "token.type", nonce=None)
    for name, value in {"other-event": {"https://schemas.example/x": {}}, "prefix": {LOGOUT + "/": {}}, "upper-case": {LOGOUT.upper(): {}}}.items():
        verify(f"F15-{name}", "logout_token", "token.type", events=value)
    for name, value in {"no-event": {}, "event-text": {LOGOUT: ""}, "event-null": {LOGOUT: None}, "event-list": {LOGOUT: []}, "events-list": [LOGOUT]}.items():
        verify(f"F15-{name}", "logout_token", "token.claim_type", events=value)
    verify("F15-two-events", "logout_token", ok, events={LOGOUT: {}, "https://schemas.example/x": {}})
    verify("F15-sid-number", "logout_token", "token.claim_type", sid=7)
    verify("F15-sid-empty", "logout_token", "token.claim_type", sid="")


def assertions(verify):
    verify("C9-client_assertion-of-another-subject", "client_assertion", "token.subject", sub="client-2")
    verify("C9-client_assertion-of-an-empty-subject", "client_assertion", "token.claim_type", sub="")
    verify("F5-one-audience-in-a-list", "client_assertion", {"claims": {"sub": CLIENT}}, aud=[AUDIENCE])
    verify("F5-two-audiences", "client_assertion", "token.audience", aud=[AUDIENCE, "https://evil.example"])
    verify("F5-the-same-audience-twice", "client_assertion", "token.audience", aud=[AUDIENCE, AUDIENCE])
    verify("F5-no-audience-in-a-list", "client_assertion", "token.audience", aud=[])


def introspection(verify):
    for name, value in {"active-text": {"active": "true"}, "active-number": {"active": 1}, "active-null": {"active": None}, "no-active": {}}.items():
        verify(f"C9-introspection_response-{name}", "introspection_response", "token.claim_type", token_introspection=value)
    verify("C9-introspection_response-inactive", "introspection_response", {"claims": {"token_introspection": {"active": False}}}, token_introspection={"active": False})


def events(verify):
    for name, value in {"none": {}, "text": {"https://schemas.example/x": "y"}, "one-of-two-text": {"https://schemas.example/x": {}, "https://schemas.example/y": 1}}.items():
        verify(f"C9-security_event-events-{name}", "security_event", "token.claim_type", events=value)


def configuration(suite):
    """Which verifiers cannot be built."""
    usual = {"algorithms": ["HS256"]}
    for kind in KINDS:
        configure(suite, f"C3-{kind}-without-issuer", "config.invalid", profile=kind, issuer=None, **usual)
        configure(suite, f"C3-{kind}-without-audience", "config.invalid", profile=kind, audience=None, **usual)
    for name in ("", "ID_TOKEN", "jwt", "dpop_proof", "id_token ", "typ"):
        configure(suite, f"C9-profile-called-{name.replace(' ', '-') or 'nothing'}", "config.invalid", profile=name, **usual)
    configure(suite, "C9-profile-and-token-type", "config.invalid", profile="id_token", token_type="JWT", **usual)
    configure(suite, "C9-client-assertion-of-several-clients", "config.invalid", profile="client_assertion", issuer=["a", "b"], **usual)
