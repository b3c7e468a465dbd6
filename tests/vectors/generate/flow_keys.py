"""Scenarios: discovery, and the key set's cache with its clock."""

from encoding import KEYS, NOW, b64, concat, dumps, public, repeat
from keysets import BROKEN, UNUSABLE
from postquantum import key as akp
from provider import ENTROPY, ISSUER, metadata
from scenario import Scenarios, call, failure, get, reply
from tokens import claims, token

OPENID = f"{ISSUER}/.well-known/openid-configuration"
OAUTH = f"{ISSUER}/.well-known/oauth-authorization-server"
JWKS = f"{ISSUER}/jwks"
NOT_FOUND = reply("", 404, None)
FAR = NOW + 10**7


def build():
    suite = Scenarios("Discovery and the key set cache: RFC 8414, OpenID Connect Discovery, threat E9.")
    discovery(suite)
    cache(suite)
    lifetimes(suite)
    bad_sets(suite)
    persistence(suite)
    return suite


def discover(suite, name, expect, *exchanges, issuer=ISSUER):
    given = {"now": NOW, "entropy": ENTROPY}
    suite.add(name, given, [call("discover", expect, exchanges, issuer=issuer)])


def discovery(suite):
    document = reply(metadata())
    discover(suite, "E10-discovered", {"issuer": ISSUER, "document": {"token_endpoint": f"{ISSUER}/token"}}, get(OPENID, document))
    for status in (404, 405, 410):
        discover(suite, f"E10-discovered-by-rfc-8414-after-{status}", {"issuer": ISSUER}, get(OPENID, reply("", status, None)), get(OAUTH, document))
    discover(suite, "E10-not-found", "metadata.not_found", get(OPENID, NOT_FOUND), get(OAUTH, NOT_FOUND))
    path = f"{ISSUER}/tenant/1"
    discover(suite, "E10-issuer-with-path", {"issuer": path}, get(f"{path}/.well-known/openid-configuration", NOT_FOUND),
             get(f"{ISSUER}/.well-known/oauth-authorization-server/tenant/1", reply(metadata(issuer=path))), issuer=path)
    slash = ISSUER + "/"
    discover(suite, "E10-issuer-with-slash", {"issuer": slash}, get(OPENID, reply(metadata(issuer=slash))), issuer=slash)
    for name, found in {
        "other": "https://evil.example", "slash": slash, "http": "http://idp.example.com", "other-case": "https://IDP.example.com", "port": ISSUER + ":443",
        "path": ISSUER + "/x", "prefix": "https://idp.example.co", "missing": ..., "empty": "",
    }.items():
        discover(suite, f"E10-issuer-mismatch-{name}", "metadata.issuer_mismatch", get(OPENID, reply(metadata(issuer=found))))
    for name, found in {"number": 1, "null": None, "list": [ISSUER]}.items():
        discover(suite, f"E10-issuer-{name}", "metadata.malformed", get(OPENID, reply(metadata(issuer=found))))
    discover(suite, "E10-slash-asked-but-not-found", "metadata.issuer_mismatch", get(OPENID, document), issuer=slash)
    for name in ("authorization_endpoint", "token_endpoint", "introspection_endpoint", "revocation_endpoint", "userinfo_endpoint", "jwks_uri"):
        discover(suite, f"E10-discovered-http-{name.replace('_', '-')}", "metadata.endpoint", get(OPENID, reply(metadata(**{name: "http://idp.example.com/x"}))))
        discover(suite, f"E10-discovered-private-{name.replace('_', '-')}", "metadata.endpoint", get(OPENID, reply(metadata(**{name: "https://169.254.169.254/x"}))))
    discover(suite, "E10-discovered-loopback-endpoint", "metadata.endpoint", get(OPENID, reply(metadata(token_endpoint="http://127.0.0.1/x"))))
    discover(suite, "E10-discovered-unsigned", "metadata.algorithm", get(OPENID, reply(metadata(id_token_signing_alg_values_supported=["none"]))))
    discover(suite, "E10-discovered-without-s256", "metadata.pkce_unsupported", get(OPENID, reply(metadata(code_challenge_methods_supported=["plain"]))))
    discover(suite, "E10-discovered-without-challenge-methods", {"issuer": ISSUER}, get(OPENID, reply(metadata(code_challenge_methods_supported=...))))
    discover(suite, "E10-discovered-endpoint-number", "metadata.malformed", get(OPENID, reply(metadata(token_endpoint=5))))
    for name, url in {
        "file": "file:///etc/passwd", "ftp": "ftp://idp.example.com", "data": "data:text/plain,x", "http": "http://idp.example.com", "userinfo-host": "http://localhost:80@evil.example",
        "crlf": "https://idp.example.com\r\nHost: evil", "decimal-address": "https://2130706433", "octal-address": "https://0177.0.0.1", "mixed-script": "https://idp.ex\u0430mple.com",
        "private": "https://10.0.0.1", "link-local": "https://169.254.169.254", "query": ISSUER + "?x", "fragment": ISSUER + "#x", "empty": "", "relative": "idp.example.com",
    }.items():
        discover(suite, f"E1-discover-{name}", "config.url", issuer=url)
    local = "http://127.0.0.1:9000"
    members = {"issuer": local, "authorization_endpoint": f"{local}/a", "token_endpoint": f"{local}/t", "jwks_uri": f"{local}/j"}
    discover(suite, "E1-discover-loopback", {"issuer": local}, get(f"{local}/.well-known/openid-configuration", reply(members)), issuer=local)


def signed(kid="k1", key="p256", algorithm="ES256", **changed):
    return token(claims(exp=FAR, **changed), {"alg": algorithm} | ({"kid": kid} if kid else {}), algorithm, key)


def key_set(*kids, **headers):
    names = {"k1": "p256", "k2": "p256_b"}
    return reply({"keys": [public(names[kid], kid=kid) for kid in kids]}, 200, "application/jwk-set+json", **headers)


OK = {"claims": {"sub": "user-1"}}


def verify(expect, *exchanges, **header):
    return call("verify", expect, exchanges, token=signed(**header))


def clock(seconds):
    return call("clock", now=NOW + seconds)


def fetch(answer=None):
    return get(JWKS, answer or key_set("k1"))


class Verifiers:
    """Scenarios about one verifier, which starts with nothing cached."""

    def __init__(self, suite):
        self.suite = suite

    def __call__(self, name, *calls, **config):
        config = {"issuer": ISSUER, "audience": "my-api", "jwks_uri": JWKS} | config
        config = {k: v for k, v in config.items() if v is not ...}
        # With a cache of verified tokens as without it: nothing else may come of it.
        for prefix, more in ("", {}), ("B20-cached-", {"token_cache": 100}):
            given = {"now": NOW, "entropy": ENTROPY, "verifier": {"config": config | more, "keys": {"discover": True}}}
            self.suite.add(prefix + name, given, calls)


FIRST = verify(OK, fetch())


def cache(suite):
    scenario = Verifiers(suite)
    scenario("E9-metadata-then-keys", verify(OK, get(OPENID, reply(metadata())), fetch()), verify(OK), jwks_uri=...)
    scenario("E9-rfc-8414-metadata-then-keys", verify(OK, get(OPENID, NOT_FOUND), get(OAUTH, reply(metadata())), fetch()), jwks_uri=...)
    scenario("E10-keys-of-a-mismatched-issuer", verify("metadata.issuer_mismatch", get(OPENID, reply(metadata(issuer="https://evil.example")))), jwks_uri=...)
    scenario("E10-metadata-without-jwks-uri", verify("metadata.missing_endpoint", get(OPENID, reply(metadata(jwks_uri=...)))), jwks_uri=...)
    scenario("E9-fetched-once", FIRST, verify(OK), verify(OK), verify(OK, sub="user-1", jti="x"))
    scenario("E9-not-loaded", call("verify_now", "jwks.not_loaded", token=signed()), FIRST, call("verify_now", OK, token=signed()))
    scenario("B14-header-addresses-are-never-fetched",
             call("verify", OK, [fetch()], token=token(claims(exp=FAR), {"alg": "ES256", "kid": "k1", "jku": "https://evil.example/jwks", "x5u": "https://evil.example/c"}, "ES256", "p256")))
    for name, text, code in (
        ("malformed", "garbage", "token.malformed"), ("unsigned", "eyJhbGciOiJub25lIn0.e30.AAAA", "token.algorithm"), ("hmac", token(claims()), "token.algorithm"),
    ):
        scenario(f"E9-nothing-is-fetched-for-a-token-{name}", call("verify", code, token=text))
    for name, text, code in (
        ("expired", token(claims(exp=NOW - 1), {"alg": "ES256", "kid": "k1"}, "ES256", "p256"), "token.expired"),
        ("of-another-issuer", token(claims(iss="https://evil.example"), {"alg": "ES256", "kid": "k1"}, "ES256", "p256"), "token.issuer"),
        ("for-another-audience", token(claims(aud="other"), {"alg": "ES256", "kid": "k1"}, "ES256", "p256"), "token.audience"),
    ):
        scenario(f"E9-fetched-once-for-tokens-{name}", call("verify", code, [fetch()], token=text), call("verify", code, token=text))
    missing = "token.key_not_found"
    short = lambda expect, *exchanges: call("verify", expect, exchanges, token=token(claims(exp=NOW + 60), {"alg": "ES256", "kid": "k1"}, "ES256", "p256"))
    scenario("B20-until-it-expires", short(OK, fetch()), short(OK), clock(59), short(OK), clock(60), short("token.expired"), clock(59), short(OK))
    scenario("B20-tolerance-is-not-the-caches", short(OK, fetch()), clock(60), short(OK), clock(89), short(OK), clock(90), short("token.expired"), leeway=30)
    aged = lambda expect, *exchanges: call("verify", expect, exchanges, token=signed(iat=NOW - 10))
    scenario("B20-until-it-is-too-old", aged(OK, fetch()), clock(20), aged(OK), clock(21), aged("token.too_old"), max_age=30)
    scenario("B20-clock-before-the-token", FIRST, clock(-3600), verify("token.issued_in_future"), clock(1), verify(OK))
    scenario("E9-unknown-kid-flood", FIRST, *[verify(missing, kid=f"x{i}") for i in range(20)], clock(29), verify(missing, kid="y"), verify(OK))
    scenario("E9-unknown-kid-after-the-cooldown", FIRST, clock(30), verify(missing, fetch(), kid="x"), verify(missing, kid="y"), clock(59), verify(missing, kid="z"),
             clock(60), verify(missing, fetch(), kid="z"))
    scenario("E9-negative-cache", FIRST, clock(30), verify(missing, fetch(), kid="x"), clock(90), verify(missing, kid="x"), clock(300), verify(missing, kid="x"),
             clock(331), verify(missing, fetch(), kid="x"))
    scenario("E9-unknown-kid-on-the-first-fetch", verify(missing, fetch(), kid="x"), verify(missing, kid="x"), verify(OK))
    scenario("E9-rotation", FIRST, clock(31), verify(OK, fetch(key_set("k1", "k2")), kid="k2", key="p256_b"), verify(OK), verify(OK, kid="k2", key="p256_b"))
    scenario("E9-rotation-within-the-cooldown", FIRST, clock(10), verify(missing, kid="k2", key="p256_b"), clock(30), verify(OK, fetch(key_set("k2")), kid="k2", key="p256_b"))
    scenario("E9-withdrawn-key", FIRST, clock(31), verify(OK, fetch(key_set("k2")), kid="k2", key="p256_b"), verify(missing))
    scenario("E9-first-fetch-fails", verify("http.timeout", fetch(failure("timeout"))), verify("jwks.unavailable"), clock(2), verify(OK, fetch()))
    scenario("E9-failures-slow-down", verify("http.connect", fetch(failure("connect"))), clock(2), verify("http.unavailable", fetch(reply("", 503, None))), clock(5),
             verify("jwks.unavailable"), clock(6), verify(OK, fetch()))
    scenario("E9-clock-set-back", FIRST, clock(-3600), verify("token.issued_in_future"), clock(100), verify(OK))


def lifetimes(suite):
    scenario = Verifiers(suite)
    fail = fetch(failure("timeout"))
    scenario("E9-default-lifetime", FIRST, clock(479), verify(OK), clock(600), verify(OK, fetch()), clock(700), verify(OK))
    scenario("E9-refreshed-ahead-of-expiry", FIRST, clock(479), verify(OK), clock(480), verify(OK, fetch()), verify(OK), clock(900), verify(OK))
    scenario("E9-refresh-ahead-may-fail", FIRST, clock(480), verify(OK, fail), verify(OK), clock(500), verify(OK), clock(510), verify(OK, fetch()))
    scenario("E9-stale-if-error", FIRST, clock(600), verify(OK, fail), verify(OK), clock(629), verify(OK), clock(630), verify(OK, fetch(reply("", 500, None))), clock(661), verify(OK, fetch()))
    scenario("E9-stale-for-a-day", FIRST, clock(600 + 86399), verify(OK, fail))
    scenario("E9-not-stale-for-longer", FIRST, clock(600 + 86400), verify("http.timeout", fail))
    scenario("E9-stale-does-not-know-new-keys", FIRST, clock(700), verify("http.timeout", fail, kid="k2", key="p256_b"), verify(OK))
    for name, header, due in (
        ("short", "max-age=10", 60), ("minute", "max-age=60", 60), ("hour", "public, max-age=3600", 3600), ("day", "max-age=86400", 86400), ("year", "max-age=31536000", 86400),
        ("huge", "max-age=99999999999999999999999", 600), ("negative", "max-age=-5", 60), ("text", "max-age=soon", 600), ("no-store", "no-store", 60), ("no-cache", "no-cache, max-age=3600", 60),
        ("upper-case", "MAX-AGE=3600", 3600), ("quoted", 'max-age="3600"', 3600), ("other", "must-revalidate", 600),
    ):
        ahead = due * 4 // 5
        scenario(f"E9-cache-control-{name}", verify(OK, fetch(key_set("k1", cache_control=header))), clock(ahead - 1), verify(OK), clock(due), verify(OK, fetch()))


def bad_sets(suite):
    scenario = Verifiers(suite)
    good = public("p256", kid="k1")
    bad = {
        "malformed": (reply("[]"), "jwks.malformed"), "not-json": (reply("hello"), "jwks.malformed"), "no-keys": (reply("{}"), "jwks.malformed"),
        "empty": (reply({"keys": []}), "jwks.no_usable_key"), "useless": (reply({"keys": [None, {"kty": "x"}]}), "jwks.no_usable_key"),
        "html": (reply("<html>", 200, "text/html"), "response.content_type"), "too-large": (reply(concat('{"keys":[],"x":"', repeat("x", 600_000), '"}')), "http.too_large"),
        "too-many": (reply({"keys": [public("p256", kid=str(i)) for i in range(101)]}), "jwks.too_large"), "redirect": (reply("", 302, None, location="https://evil.example"), "http.redirect"),
        "repeated-member": (reply('{"keys":[],"keys":[' + dumps(good) + "]}"), "jwks.malformed"), "secrets-only": (reply({"keys": [{"kty": "oct", "k": b64(bytes(32)), "kid": "k1"}]}), "jwks.no_usable_key"),
    }
    for name, (answer, code) in bad.items():
        row = "E3" if name == "redirect" else "B19" if name.startswith("too") else "B18"
        scenario(f"{row}-remote-set-{name}", verify(code, fetch(answer)))
        scenario(f"E9-kept-when-the-next-set-is-{name}", FIRST, clock(600), verify(OK, fetch(answer)), verify(OK))
    for name, member in (UNUSABLE | BROKEN).items():
        scenario(f"B18-remote-set-skips-{name}", verify(OK, fetch(reply({"keys": [member, good, member]}))))
        scenario(f"B18-remote-set-only-{name}", verify("jwks.no_usable_key", fetch(reply({"keys": [member]}))))
    mixed = {"keys": [None, {"kty": "oct", "k": b64(bytes(32)), "kid": "k1"}, {"kty": "RSA", "n": "!"}, good]}
    scenario("B18-remote-set-with-bad-members", verify(OK, fetch(reply(mixed))))
    private = {"keys": [KEYS["p256"]["jwk"] | {"kid": "k1"}]}
    scenario("B13-remote-set-with-private-members", verify("jwks.no_usable_key", fetch(reply(private))))
    lattice = {"keys": [akp("ML-DSA-44")[1] | {"kid": "k1"}]}
    scenario("B13-remote-set-with-a-private-ml-dsa-key", verify("jwks.no_usable_key", fetch(reply(lattice))))
    scenario("B13-remote-set-with-a-private-ml-dsa-key-beside-a-good-key", verify(OK, fetch(reply({"keys": lattice["keys"] + [good]}))))
    scenario("B13-remote-set-with-private-members-beside-a-good-key", verify(OK, fetch(reply({"keys": private["keys"] + [good]}))))
    secret = bytes(range(32))
    confused = {"keys": [{"kty": "oct", "k": b64(secret), "kid": "k1"}, public("p256", kid="k2")]}
    scenario("B2-remote-secret-is-never-used", call("verify", "token.algorithm", token=token(claims(exp=FAR), {"alg": "HS256", "kid": "k1"}, "HS256", secret)),
             call("verify", "token.key_not_found", [fetch(reply(confused))], token=signed()))


def persistence(suite):
    scenario = Verifiers(suite)
    scenario("E9-exported-and-imported", FIRST, call("export_import", now=NOW + 100), verify(OK))
    scenario("E9-exported-and-imported-when-due", FIRST, call("export_import", now=NOW + 600), verify(OK, fetch()))
    scenario("E9-exported-and-imported-when-stale", FIRST, call("export_import", now=NOW + 700), verify(OK, fetch(failure("timeout"))))
    scenario("E9-exported-and-imported-too-late", FIRST, call("export_import", now=NOW + 600 + 86400), verify("http.timeout", fetch(failure("timeout"))))
    good = {"fetched_at": NOW, "max_age": 600, "key_set": {"keys": [public("p256", kid="k1")]}}
    for name, text, code in (
        ("empty", "", "jwks.malformed"), ("not-json", "hello", "jwks.malformed"), ("list", "[]", "jwks.malformed"), ("without-set", dumps({"fetched_at": 1, "max_age": 600}), "jwks.malformed"),
        ("text-age", dumps(good | {"max_age": "x"}), "jwks.malformed"), ("no-usable-key", dumps(good | {"key_set": {"keys": []}}), "jwks.no_usable_key"),
        ("nul", dumps(good) + "\0", "jwks.malformed"), ("megabytes", concat('{"x":"', repeat("x", 2_000_000), '"}'), "jwks.malformed"),
    ):
        scenario(f"J12-import-{name}", call("import_keys", code, text=text), FIRST)
    scenario("E9-imported-from-the-future", call("import_keys", text=dumps(good | {"fetched_at": NOW + 10**6})), verify(OK), clock(600), verify(OK, fetch()))
    scenario("E9-imported-with-endless-age", call("import_keys", text=dumps(good | {"max_age": 10**12})), clock(86400), verify(OK, fetch()))
