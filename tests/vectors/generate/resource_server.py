"""Row family H: a request's Authorization fields in, a principal or a ready answer out (RFC 6750, RFC 9110 section 11)."""

import json

from encoding import HERE, KEYS, NOW, Suite, concat, dumps, public, repeat
from tokens import CONFIG, HMAC, claims, token

SENTENCES = {row["code"]: row["sentence"] for row in json.loads((HERE.parent / "errors.json").read_text())["rows"]}
CANARY = "canary-that-no-answer-may-repeat"
HOSTILE = '"\\\r\nSet-Cookie: x=1'
REALM = "farm"


def denied(status, code, name=None, realm=REALM, **more):
    """A denial: the whole answer, so that nothing else can be in it."""
    parts = ([f'realm="{realm}"'] if realm else []) + ([f'error="{name}"', f'error_description="{SENTENCES[code]}"'] if name else [])
    parts += [f'{key}="{value}"' for key, value in more.items()]
    headers = [["Cache-Control", "no-store"], ["WWW-Authenticate", " ".join(["Bearer", ", ".join(parts)]).strip()]]
    return {"granted": False, "status": status, "headers": headers, "error": code, "echoes": False}


def granted(*scopes, subject="user-1", **members):
    return {"granted": True, "subject": subject, "scopes": list(scopes), "claims": {"sub": subject} if subject else {}} | members


NOBODY = denied(401, "oauth.invalid_token")
MALFORMED = denied(400, "oauth.invalid_request", "invalid_request")


def refused(code):
    return denied(401, code, "invalid_token")


def build():
    suite = Suite("The resource server: RFC 6750 sections 2.1 and 3, RFC 9068 section 4.")

    def case(name, fields, expect, scopes=(), realm=REALM, keys=HMAC, **config):
        config = {k: v for k, v in (CONFIG | config).items() if v is not ...}
        given = {"now": NOW, "config": config, "keys": keys, "authorization": list(fields), "scopes": list(scopes)}
        suite.case(name, "authenticate", given | ({"realm": realm} if realm is not None else {}), expect)

    carriers(case)
    broken(case)
    characters(case)
    scopes(case)
    tokens(case)
    return suite


def carriers(case):
    """H1: one field with one token, in one spelling."""
    good, other = token(claims(scope="read")), token(claims(sub="user-2"))
    yes = granted("read")
    for name, scheme in {"as-written": "Bearer", "lower-case": "bearer", "upper-case": "BEARER", "mixed-case": "bEaReR"}.items():
        case(f"H1-accepted-scheme-{name}", [f"{scheme} {good}"], yes)
    case("H1-accepted-without-realm", [f"Bearer {good}"], yes, realm=None)
    case("H1-no-field", [], NOBODY)
    case("H1-no-field-without-realm", [], denied(401, "oauth.invalid_token", realm=None), realm=None)
    for name, scheme in {
        "basic": "Basic", "dpop": "DPoP", "token": "Token", "jwt": "JWT", "longer": "Bearer2", "shorter": "Beare", "colon": "Bearer:", "quoted": '"Bearer"',
        "fullwidth": "\uff22earer", "homoglyph": "\u0412earer", "nul": "Bearer\0", "empty": "", "two-words": "My Bearer",
    }.items():
        case(f"H1-scheme-{name}", [f"{scheme} {good}"], NOBODY)
    for name, fields in {
        "same": [f"Bearer {good}"] * 2, "other": [f"Bearer {good}", f"Bearer {other}"], "basic-first": ["Basic YTpi", f"Bearer {good}"],
        "basic-second": [f"Bearer {good}", "Basic YTpi"], "empty-first": ["", f"Bearer {good}"], "empty-second": [f"Bearer {good}", ""],
        "three": [f"Bearer {good}", "Basic YTpi", f"Bearer {other}"], "hundred": [f"Bearer {good}"] * 100,
    }.items():
        case(f"H1-several-fields-{name}", fields, MALFORMED)
    for name, field in {
        "empty": "", "scheme-only": "Bearer", "scheme-and-space": "Bearer ", "scheme-and-spaces": "Bearer   ", "no-scheme": good, "tab": f"Bearer\t{good}",
        "no-break-space": f"Bearer\u00a0{good}", "two-spaces": f"Bearer  {good}", "space-and-tab": f"Bearer \t{good}", "trailing-space": f"Bearer {good} ",
        "trailing-tab": f"Bearer {good}\t", "inner-space": "Bearer " + good.replace(".", " .", 1), "comma-list": f"Bearer {good}, Bearer {other}",
        "comma-without-space": f"Bearer {good},Bearer {other}", "comma-after": f"Bearer {good},", "comma-before": f"Bearer ,{good}", "semicolon": f"Bearer {good};",
        "quoted": f'Bearer "{good}"', "single-quoted": f"Bearer '{good}'", "parameter": f'Bearer token="{good}"', "angle-brackets": f"Bearer <{good}>",
        "two-tokens": f"Bearer {good} {other}", "scheme-twice": f"Bearer Bearer {good}",
    }.items():
        case(f"H1-spelling-{name}", [field], MALFORMED)
    case("H1-leading-space", [f" Bearer {good}"], NOBODY)
    case("H1-basic-before-bearer-in-one-field", [f"Basic YTpi, Bearer {good}"], NOBODY)


def broken(case):
    """F17: whatever stands in the field, the outcome is an answer of this table and no other exception."""
    good = token(claims(scope="read"))
    case("F17-field-good", [f"Bearer {good}"], granted("read"))
    for name, field in {
        "basic-not-base64": "Basic !!!", "basic-without-a-colon": "Basic YWJj", "basic-not-utf-8": "Basic //79", "digest": 'Digest username="a", nonce="', "space": " ",
        "megabyte-of-schemes": repeat("Basic ", 200_000),
    }.items():
        case(f"F17-field-{name}", [field], NOBODY)
    # A scheme, or what stands in its place, and nothing behind it.
    for name, field in {
        "scheme-alone": "Basic", "comma": ",", "equals": "=", "quote": '"', "nul": "\0", "non-ascii": "\u00e9\u20ac", "megabyte": repeat("x", 1_000_000),
    }.items():
        case(f"F17-field-{name}", [field], MALFORMED)
    for name, text in {"nul": "\0", "delete": "\x7f", "line-feed": "a\nb", "non-ascii": "\u00e9", "quote": '"', "comma": ",", "percent": "%", "brace": "{}"}.items():
        case(f"F17-field-bearer-{name}", [f"Bearer {text}"], MALFORMED)
    for name, text in {"dot": ".", "two-dots": "..", "equals": "=", "text": "abc", "two-parts": "a.b", "padding": "a==", "slash": "a/b", "undefined": "undefined", "null": "null"}.items():
        case(f"F17-field-bearer-{name}", [f"Bearer {text}"], refused("token.malformed"))
    case("F17-field-bearer-four-dots", ["Bearer ...."], refused("token.encrypted"))


def characters(case):
    """H2: what is wrong is said in words of our own; nothing of the request comes back."""
    for name, text in {
        "quote": f'{CANARY}"', "backslash": f"{CANARY}\\", "line-break": f"{CANARY}\r\nX-Evil: 1", "line-feed": f"{CANARY}\nX-Evil: 1", "carriage-return": f"{CANARY}\r",
        "nul": f"{CANARY}\0", "delete": f"{CANARY}\x7f", "latin-1": f"{CANARY}\u00e9", "emoji": f"{CANARY}\U0001f600", "fullwidth": f"{CANARY}\uff0e",
        "bom": f"\ufeff{CANARY}", "percent": f"{CANARY}%22", "asterisk": f"{CANARY}*", "markup": f"<script>{CANARY}</script>", "replacement": f"{CANARY}\ufffd",
    }.items():
        case(f"H2-token-with-{name}", [f"Bearer {text}"], MALFORMED)
    case("H2-opaque-token", [f"Bearer {CANARY}"], refused("token.malformed"))
    case("H2-opaque-token-of-every-sign", [f"Bearer {CANARY}-._~+/=="], refused("token.malformed"))
    case("H2-token-of-a-megabyte", [concat("Bearer ", repeat("a", 1_000_000))], refused("token.too_large"))
    case("H2-scheme-of-a-megabyte", [concat(repeat("a", 1_000_000), " b")], NOBODY)
    case("H2-field-of-a-megabyte", [repeat("a", 1_000_000)], MALFORMED)
    case("H2-hostile-issuer", [f"Bearer {token(claims(iss=HOSTILE))}"], refused("token.issuer"))
    case("H2-hostile-audience", [f"Bearer {token(claims(aud=HOSTILE))}"], refused("token.audience"))
    case("H2-hostile-algorithm", [f"Bearer {token(header={'alg': HOSTILE})}"], refused("token.algorithm"))
    case("H2-hostile-type", [f"Bearer {token(header={'alg': 'HS256', 'typ': HOSTILE})}"], refused("token.type"), token_type="at+jwt")
    case("H2-hostile-scope-in-the-token", [f"Bearer {token(claims(scope=HOSTILE))}"], denied(403, "oauth.insufficient_scope", "insufficient_scope", scope="read"), ["read"])
    for name, realm in {
        "quote": 'a"b', "backslash": "a\\b", "line-break": "a\r\nX-Evil: 1", "nul": "a\0", "latin-1": "caf\u00e9", "delete": "a\x7f", "empty": "", "tab": "a\tb",
    }.items():
        case(f"H2-realm-with-{name}" if realm else "H2-realm-empty", [], "config.invalid", realm=realm)
    case("H2-accepted-realm-with-signs", [], denied(401, "oauth.invalid_token", realm="My API, v2 (orders=1)"), realm="My API, v2 (orders=1)")


def scopes(case):
    """H3: each wanted scope must be there, by its exact name."""
    def scope(name, value, wanted, expect, claim="scope"):
        case(name, [f"Bearer {token(claims(**{claim: value}))}"], expect, wanted)

    def lacking(*wanted):
        return denied(403, "oauth.insufficient_scope", "insufficient_scope", scope=" ".join(wanted))

    scope("H3-accepted-one", "read", ["read"], granted("read"))
    scope("H3-accepted-among-others", "openid read write", ["read"], granted("openid", "read", "write"))
    scope("H3-accepted-all-in-another-order", "a b c", ["c", "a"], granted("a", "b", "c"))
    scope("H3-accepted-several-spaces", " read  write ", ["write"], granted("read", "write"))
    scope("H3-accepted-list", ["read", "write"], ["write"], granted("read", "write"))
    for claim in ("scp", "scopes"):
        scope(f"H3-accepted-{claim}-list", ["read", "write"], ["write"], granted("read", "write"), claim)
        scope(f"H3-accepted-{claim}-text", "read write", ["write"], granted("read", "write"), claim)
    scope("H3-accepted-signs", "https://api.example.com/orders:read!", ["https://api.example.com/orders:read!"], granted("https://api.example.com/orders:read!"))
    scope("H3-accepted-nothing-wanted", ..., [], granted())
    scope("H3-accepted-wanted-twice", "read", ["read", "read"], granted("read"))
    for name, value in {
        "longer": "readwrite", "shorter": "rea", "suffix": "unread", "upper-case": "READ", "tab": "read\twrite", "line-break": "read\nwrite", "comma": "read,write",
        "plus": "read+write", "no-break-space": "read\u00a0write", "quoted": '"read"', "wildcard": "*", "pattern": "r.*", "homoglyph": "re\u0430d", "nul": "read\0",
        "empty": "", "spaces": "   ", "missing": ..., "null": None, "number": 1, "true": True, "object": {"read": True}, "empty-list": [], "joined-in-a-list": ["read write"],
        "nested-list": [["read"]], "list-of-objects": [{"name": "read"}], "dotted": "read.all", "colon": "read:all",
    }.items():
        scope(f"H3-{name}", value, ["read"], lacking("read"))
    scope("H3-one-of-two", "read", ["read", "write"], lacking("read", "write"))
    scope("H3-wanted-twice", "other", ["read", "read"], lacking("read"))
    case("H3-the-first-claim-counts", [f"Bearer {token(claims(scope='other', scp='read', scopes=['read']))}"], lacking("read"), ["read"])
    for name, wanted in {"empty": "", "space": "read write", "quote": 'read"', "backslash": "read\\", "latin-1": "r\u00e9ad", "leading-space": " read"}.items():
        scope(f"H3-wanted-{name}", "read", [wanted], "config.invalid")
    for name, wanted in {"line-break": "read\r\n", "tab": "a\tb", "nul": "read\0"}.items():
        scope(f"H3-wanted-{name}", "read", [wanted], "config.control_character")
    case("H3-bad-token-before-scopes", [f"Bearer {token(claims(exp=NOW))}"], refused("token.expired"), ["read"])
    case("H3-no-token-before-scopes", [], NOBODY, ["read"])


def tokens(case):
    """H5: a token that cannot be shown to be good lets nobody in."""
    bad = {
        "expired": (token(claims(exp=NOW - 1)), "token.expired"), "not-yet-valid": (token(claims(nbf=NOW + 1)), "token.not_yet_valid"),
        "other-audience": (token(claims(aud="other")), "token.audience"), "other-issuer": (token(claims(iss="https://other.example")), "token.issuer"),
        "without-expiry": (token(claims(exp=...)), "token.missing_claim"), "other-key": (token(key=bytes(range(64))), "token.signature"),
        "unsigned": (token(header={"alg": "none"}).rpartition(".")[0] + ".", "token.algorithm"), "text-expiry": (token(claims(exp=str(NOW + 60))), "token.claim_type"),
        "cut": (token()[:-1], "token.malformed"), "subject-number": (token(claims(sub=42)), "token.claim_type"),
    }
    for name, (text, code) in bad.items():
        case(f"H5-{name}", [f"Bearer {text}"], refused(code))
    case("H5-id-token-for-an-api", [f"Bearer {token(header={'alg': 'HS256', 'typ': 'JWT'})}"], refused("token.type"), token_type="at+jwt")
    profile = {"sub": "user-1", "client_id": "abc", "jti": "j1", "scope": "read"}
    case("H5-accepted-access-token", [f"Bearer {token(claims(**profile), {'alg': 'HS256', 'typ': 'at+jwt'})}"], granted("read"), ["read"], token_type="at+jwt")
    case("H5-accepted-without-subject", [f"Bearer {token(claims(sub=...))}"], granted(subject=None))
    one = {"jwks": dumps({"keys": [public("p256", kid="k1")]})}
    signed = token(claims(scope="read"), {"alg": "ES256", "kid": "k1"}, "ES256", "p256")
    case("H5-accepted-key-set", [f"Bearer {signed}"], granted("read"), ["read"], keys=one, algorithms=["ES256"])
    unknown = token(header={"alg": "ES256", "kid": "k2"}, algorithm="ES256", key=KEYS["p256_b"]["jwk"])
    case("H5-unknown-key", [f"Bearer {unknown}"], refused("token.key_not_found"), keys=one, algorithms=["ES256"])
    case("H5-keys-not-loaded", [f"Bearer {signed}"], "jwks.not_loaded", keys={"discover": True}, algorithms=["ES256"])
    case("H5-keys-not-loaded-no-token", [], NOBODY, keys={"discover": True}, algorithms=["ES256"])
    case("H5-keys-not-loaded-bad-token", [f"Bearer {CANARY}"], refused("token.malformed"), keys={"discover": True}, algorithms=["ES256"])
