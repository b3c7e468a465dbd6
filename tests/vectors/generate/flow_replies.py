"""Scenarios: introspection replies (signed, kept), userinfo (signed, encrypted), and the ID token of a refresh."""

from encoding import NOW, dumps
from nested import opener, sealed
from provider import ENTROPY, ISSUER, client, service
from scenario import Scenarios, begin, call, exchange, finish, get, id_token, keys, post, reply, tokens
from tokens import token

INTROSPECTION = "application/token-introspection+jwt"
JWT = "application/jwt"
SIGNED = {"alg": "ES256", "kid": "k1"}


def build():
    suite = Scenarios("What is said about tokens and users: RFC 7662, RFC 9701, OpenID Connect Core sections 5.3 and 12.2.")
    introspection(suite)
    times(suite)
    signed_introspection(suite)
    kept(suite)
    userinfo(suite)
    encrypted(suite)
    refreshed(suite)
    failures(suite)
    return suite


def failures(suite):
    """F16: what fails is raised in every host, and nothing that could be taken for a result is returned."""
    bare = {"introspection_endpoint": ..., "revocation_endpoint": ..., "userinfo_endpoint": ...}
    for operation in ("introspect", "revoke", "userinfo"):
        suite.client(f"F16-{operation}-at-a-provider-without-it", call(operation, "metadata.missing_endpoint", token="t"), service_text=service(**bare))
    error = {"error": "server_error", "error_description": "no"}
    suite.client("F16-introspect-error-with-200", asked("response.active", reply(error)))
    suite.client("F16-userinfo-error-with-200", fetched("response.subject", reply(error)))
    suite.client("F16-userinfo-error-with-200-and-subject-asked", fetched("response.subject", reply(error), subject="user-1"))
    form = {"grant_type": "refresh_token", "refresh_token": "t"}
    suite.client("F16-refresh-error-with-200", call("refresh", "oauth.server_error", [post(f"{ISSUER}/token", form, reply(error))], token="t"))
    suite.client("F16-refresh-empty-object", call("refresh", "response.access_token", [post(f"{ISSUER}/token", form, reply({}))], token="t"))
    suite.client("F16-login-without-id-token", begin("openid"), finish("response.id_token_missing", exchange(reply(tokens()))))
    suite.client("F16-nothing-configured", call("userinfo", "metadata.missing_endpoint", token="t"), service_text=dumps({"token_endpoint": f"{ISSUER}/token", "testing": {"now": NOW}}))


def asked(expect, answer, form=None, accept="application/json", further=(), **given):
    """One introspection of the token `t`."""
    request = post(f"{ISSUER}/introspect", {"token": "t"} | (form or {}), answer)
    request["request"]["headers"]["accept"] = accept
    return call("introspect", expect, [request, *further], token="t", **given)


def introspection(suite):
    """H5: a member of the wrong type is a reply that nobody understands."""
    typed = {"active": True, "scope": "a b", "client_id": "abc", "username": "Ada", "token_type": "Bearer", "exp": NOW + 60, "iat": NOW - 5, "nbf": NOW - 5, "sub": "u",
             "aud": ["x", "y"], "iss": ISSUER, "jti": "j", "own": {"deep": [1]}}
    suite.client("H5-introspect-all-members", asked(typed, reply(typed)))
    suite.client("H5-introspect-frappe", asked({"active": True, "scope": "all openid"}, reply({"client_id": "x", "trusted_client": 0, "active": True, "exp": NOW + 60, "scope": "all openid",
                 "roles": ["Guest"]})))
    wrong = {
        "scope": (["a"], 1, None), "client_id": (1, None, {}), "username": (1, []), "token_type": (None, 1), "sub": (1, None, ["u"]), "iss": ([ISSUER], 1), "jti": (1, ["j"]),
        "exp": (f"{NOW}", -1, 1.5, None, True), "iat": ("now", -1), "nbf": ([], "0"), "aud": (1, None, [1], {}, ["x", None]),
    }
    for name, values in wrong.items():
        for number, value in enumerate(values):
            suite.client(f"H5-introspect-{name}-{number}", asked("response.member", reply({"active": True, name: value})))


def times(suite):
    """H5: what has expired is not active, whatever the provider says (Frappe says it)."""
    for name, members, active in (("expired", {"exp": NOW - 31}, False), ("expired-within-the-tolerance", {"exp": NOW - 29}, True), ("expires-later", {"exp": NOW + 1}, True),
                                  ("not-yet", {"nbf": NOW + 31}, False), ("almost", {"nbf": NOW + 29}, True), ("expired-long-ago", {"exp": 0}, False)):
        suite.client(f"H5-introspect-{name}", asked({"active": active}, reply({"active": True} | members)))
    suite.client("H5-introspect-expired-without-tolerance", asked({"active": False}, reply({"active": True, "exp": NOW})), leeway=0)


def introspected(header=None, key="p256", algorithm="ES256", **changed):
    """A signed reply, RFC 9701 section 5."""
    usual = {"iss": ISSUER, "aud": "abc", "iat": NOW, "token_introspection": {"active": True, "sub": "user-1", "scope": "a"}}
    header = SIGNED | {"typ": "token-introspection+jwt"} if header is None else header
    return token({k: v for k, v in (usual | changed).items() if v is not ...}, header, algorithm, key)


def signed_introspection(suite):
    config = {"introspection_algorithms": ["ES256"]}

    def ask(name, expect, answer, *further, **more):
        suite.client(f"H5-signed-{name}", asked(expect, answer, accept=INTROSPECTION, further=further), **config | more)

    good = {"active": True, "sub": "user-1", "scope": "a"}
    ask("reply", good, reply(introspected(), 200, INTROSPECTION), keys())
    ask("inactive", {"active": False}, reply(introspected(token_introspection={"active": False}), 200, INTROSPECTION), keys())
    ask("media-type-in-capitals", good, reply(introspected(), 200, INTROSPECTION.upper() + "; charset=x"), keys())
    ask("audience-list", good, reply(introspected(aud=["abc", "other"]), 200, INTROSPECTION), keys())
    ask("plain", "response.unsigned", reply(good))
    ask("plain-json-with-the-suffix", "response.unsigned", reply(good, 200, "application/token-introspection+json"))
    ask("other-jwt-type", "response.unsigned", reply(introspected(), 200, JWT))
    ask("no-type", "response.unsigned", reply(introspected(), 200, None))
    ask("refused", "oauth.invalid_client", reply({"error": "invalid_client"}, 401))
    ask("plain-under-the-type", "token.malformed", reply(good, 200, INTROSPECTION))
    ask("empty", "token.malformed", reply("", 200, INTROSPECTION))
    ask("other-audience", "token.audience", reply(introspected(aud="other"), 200, INTROSPECTION), keys())
    ask("other-issuer", "token.issuer", reply(introspected(iss="https://evil.example"), 200, INTROSPECTION), keys())
    ask("other-kind", "token.type", reply(introspected(SIGNED | {"typ": "JWT"}), 200, INTROSPECTION), keys())
    ask("without-kind", "token.type", reply(introspected(SIGNED), 200, INTROSPECTION), keys())
    ask("other-key", "token.signature", reply(introspected(key="p256_b"), 200, INTROSPECTION), keys())
    ask("other-algorithm", "token.algorithm", reply(introspected({"alg": "RS256", "kid": "k1", "typ": "token-introspection+jwt"}, "rsa", "RS256"), 200, INTROSPECTION))
    ask("unsigned", "token.algorithm", reply(introspected({"alg": "none", "typ": "token-introspection+jwt"}), 200, INTROSPECTION))
    ask("issued-later", "token.issued_in_future", reply(introspected(iat=NOW + 100), 200, INTROSPECTION), keys())
    ask("without-time", "token.missing_claim", reply(introspected(iat=...), 200, INTROSPECTION), keys())
    for name, value in {"text": "true", "missing": ...}.items():
        inner = {k: v for k, v in {"active": value, "sub": "x"}.items() if v is not ...}
        ask(f"active-{name}", "token.claim_type", reply(introspected(token_introspection=inner), 200, INTROSPECTION), keys())
    ask("member-of-another-type", "response.member", reply(introspected(token_introspection={"active": True, "exp": "soon"}), 200, INTROSPECTION), keys())
    ask("expired", {"active": False}, reply(introspected(token_introspection={"active": True, "exp": NOW - 60}), 200, INTROSPECTION), keys())
    suite.client("H5-signed-without-keys", call("introspect", "metadata.missing_endpoint", token="t"), service_text=service(jwks_uri=...), **config)
    suite.client("H5-signed-without-issuer", call("introspect", "metadata.missing_endpoint", token="t"), service_text=service(issuer=...), **config)
    for name, value in {"empty": [], "mixed": ["ES256", "HS256"]}.items():
        suite.client(f"H5-signed-algorithms-{name}", call("introspect", "config.algorithms", token="t"), introspection_algorithms=value)


def kept(suite):
    """H5: an active answer serves for a moment; every other is asked for anew."""
    again = lambda expect, **given: call("introspect", expect, token="t", **given)
    active, config = {"active": True, "exp": NOW + 600, "sub": "u"}, {"introspection_cache": 60}
    suite.client("H5-kept", asked(active, reply(active)), again(active), again(active), **config)
    suite.client("H5-kept-without-expiry", asked({"active": True}, reply({"active": True})), again({"active": True}), **config)
    suite.client("H5-not-kept-unless-asked", asked(active, reply(active)), asked({"active": False}, reply({"active": False})))
    suite.client("H5-inactive-is-not-kept", asked({"active": False}, reply({"active": False})), asked(active, reply(active)), again(active), **config)
    suite.client("H5-expired-is-not-kept", asked({"active": False}, reply(active | {"exp": NOW - 60})), asked({"active": False}, reply({"active": False})), **config)
    suite.client("H5-at-its-expiry-is-not-kept", asked({"active": True}, reply(active | {"exp": NOW})), asked({"active": False}, reply({"active": False})), **config)
    suite.client("H5-a-failure-is-not-kept", asked("http.unavailable", reply("", 503, None)), asked(active, reply(active)), again(active), **config)
    suite.client("H5-a-bad-reply-is-not-kept", asked("response.active", reply({"active": "true"})), asked("response.member", reply(active | {"exp": "x"})), asked(active, reply(active)), **config)
    hint = {"token_type_hint": "refresh_token"}
    suite.client("H5-another-hint-is-another-question", asked(active, reply(active)), asked({"active": False}, reply({"active": False}), hint, **hint), again(active), **config)
    revoke = call("revoke", None, [post(f"{ISSUER}/revoke", {"token": "t"}, reply("", 200, None))], token="t")
    suite.client("H5-revoked-is-not-kept", asked(active, reply(active)), revoke, asked({"active": False}, reply({"active": False})), **config)
    failed = call("revoke", "http.unavailable", [post(f"{ISSUER}/revoke", {"token": "t"}, reply("", 503, None))], token="t")
    suite.client("H5-perhaps-revoked-is-not-kept", asked(active, reply(active)), failed, asked(active, reply(active)), **config)
    for name, seconds in {"61": 61, "day": 86400}.items():
        suite.client(f"H5-kept-for-{name}", call("introspect", "config.invalid", token="t"), introspection_cache=seconds)


CLAIMS = {"sub": "user-1", "email": "a@example.com"}


def about_user(header=None, key="p256", algorithm="ES256", **changed):
    usual = {"iss": ISSUER, "aud": "abc"} | CLAIMS
    return token({k: v for k, v in (usual | changed).items() if v is not ...}, SIGNED if header is None else header, algorithm, key)


def fetched(expect, answer, *further, accept="application/json", **given):
    return call("userinfo", expect, [get(f"{ISSUER}/userinfo", answer, authorization="Bearer at", accept=accept), *further], token="at", **given)


def userinfo(suite):
    config = {"userinfo_algorithms": ["ES256"]}
    ask = lambda name, expect, answer, *further, **given: suite.client(f"C10-signed-userinfo-{name}", fetched(expect, answer, *further, accept=JWT, **given), **config)
    ask("reply", CLAIMS, reply(about_user(), 200, JWT), keys())
    ask("of-the-expected-subject", CLAIMS, reply(about_user(), 200, JWT), keys(), subject="user-1")
    ask("typed", CLAIMS, reply(about_user(SIGNED | {"typ": "JWT"}), 200, JWT), keys())
    ask("audience-list", CLAIMS, reply(about_user(aud=["x", "abc"]), 200, JWT), keys())
    ask("another-subject", "response.subject", reply(about_user(sub="user-2"), 200, JWT), keys(), subject="user-1")
    ask("without-subject", "response.subject", reply(about_user(sub=...), 200, JWT), keys())
    ask("plain", "response.unsigned", reply(CLAIMS))
    ask("no-type", "response.unsigned", reply(about_user(), 200, None))
    ask("other-issuer", "token.issuer", reply(about_user(iss="https://evil.example"), 200, JWT), keys())
    ask("without-issuer", "token.missing_claim", reply(about_user(iss=...), 200, JWT), keys())
    ask("other-audience", "token.audience", reply(about_user(aud="other"), 200, JWT), keys())
    ask("without-audience", "token.missing_claim", reply(about_user(aud=...), 200, JWT), keys())
    ask("other-key", "token.signature", reply(about_user(key="p256_b"), 200, JWT), keys())
    ask("unsigned", "token.algorithm", reply(about_user({"alg": "none"}), 200, JWT))
    ask("access-token", "token.type", reply(about_user(SIGNED | {"typ": "at+jwt"}), 200, JWT))
    ask("logout-token", "token.type", reply(about_user(events={"http://schemas.openid.net/event/backchannel-logout": {}}), 200, JWT), keys())
    ask("expired", "token.expired", reply(about_user(exp=NOW - 60), 200, JWT), keys())
    ask("refused", "oauth.invalid_token", reply("", 401, None, www_authenticate='Bearer error="invalid_token"'))
    ask("repeated-member", "token.duplicate_member", reply(token('{"iss":"x","iss":"y","sub":"user-1"}', SIGNED, "ES256", "p256"), 200, JWT), keys())
    suite.client("C10-signed-userinfo-that-nobody-asked-for", fetched("response.content_type", reply(about_user(), 200, JWT)))
    suite.client("C10-signed-userinfo-without-keys", call("userinfo", "metadata.missing_endpoint", token="at"), service_text=service(jwks_uri=...), **config)
    secret = "a client secret of more than thirty-two bytes"
    by_secret = fetched(CLAIMS, reply(about_user({"alg": "HS256"}, secret.encode(), "HS256"), 200, JWT), accept=JWT)
    suite.client("C10-signed-userinfo-by-the-secret", by_secret, client_secret=secret, userinfo_algorithms=["HS256"])
    # OpenID Connect Core section 5.6.2: what another provider says is handed on, and nothing is fetched.
    foreign = CLAIMS | {"_claim_names": {"address": "src1"}, "_claim_sources": {"src1": {"JWT": "e30.e30.x"}, "src2": {"endpoint": "https://evil.example/", "access_token": "x"}}}
    suite.client("C10-userinfo-of-other-providers-is-handed-on", fetched(foreign, reply(foreign)))


def encrypted(suite):
    """A17: with a decrypter the provider may encrypt; what must be signed must be signed all the same."""
    def add(name, *calls, **config):
        given = {"now": NOW, "entropy": ENTROPY, "service": service(NOW), "client": client(**config)} | opener()
        suite.add(f"A17-{name}", given, calls)

    nested = lambda text: sealed(text).compact()
    signed = {"userinfo_algorithms": ["ES256"]}
    add("userinfo-signed-and-encrypted", fetched(CLAIMS, reply(nested(about_user()), 200, JWT), keys(), accept=JWT), **signed)
    add("userinfo-signed-though-it-may-be-encrypted", fetched(CLAIMS, reply(about_user(), 200, JWT), keys(), accept=JWT), **signed)
    add("userinfo-encrypted-where-it-must-be-signed", fetched("token.malformed", reply(sealed(dumps(CLAIMS)).compact(), 200, JWT), accept=JWT), **signed)
    add("userinfo-encrypted-alone", fetched(CLAIMS, reply(sealed(dumps(CLAIMS), cty=...).compact(), 200, JWT)))
    add("userinfo-encrypted-about-another", fetched("response.subject", reply(sealed(dumps(CLAIMS), cty=...).compact(), 200, JWT), subject="user-2"))
    add("userinfo-encrypted-list", fetched("response.malformed", reply(sealed("[]", cty=...).compact(), 200, JWT)))
    add("userinfo-altered", fetched("token.decryption", reply(sealed(dumps(CLAIMS)).changed(4, lambda tag: bytes(16)), 200, JWT)))
    add("userinfo-signed-where-nobody-asked", fetched("response.content_type", reply(about_user(), 200, JWT)))
    add("introspection-signed-and-encrypted", asked({"active": True, "sub": "user-1"}, reply(nested(introspected()), 200, INTROSPECTION), accept=INTROSPECTION, further=[keys()]),
        introspection_algorithms=["ES256"])
    login = lambda expect, *exchanges: (begin("openid"), finish(expect, *exchanges))
    inner = id_token()
    add("id-token-encrypted", *login({"id_token": {"raw": inner, "claims": {"sub": "user-1"}}}, exchange(reply(tokens(id_token=nested(inner)))), keys()))
    add("id-token-of-another-audience", *login("token.audience", exchange(reply(tokens(id_token=nested(id_token(aud="other"))))), keys()))
    add("id-token-of-an-unknown-key", *login("token.decryption", exchange(reply(tokens(id_token=sealed(inner).changed(4, lambda tag: bytes(16)))))))
    suite.client("A17-id-token-encrypted-for-nobody", *login("token.encrypted", exchange(reply(tokens(id_token=nested(inner))))))


def refreshed(suite):
    """OpenID Connect Core section 12.2: the ID token of a refresh is about the same login."""
    form = {"grant_type": "refresh_token", "refresh_token": "rt-0"}
    then = id_token(auth_time=NOW - 500, iat=NOW - 500, exp=NOW - 200, nonce="n-0")

    def refresh(name, expect, new, fetches=True, **given):
        script = [post(f"{ISSUER}/token", form, reply(tokens(**({} if new is None else {"id_token": new}))))] + ([keys()] if fetches else [])
        suite.client(f"C10-refresh-{name}", call("refresh", expect, script, token="rt-0", **given))

    ok = {"access_token": "at-1", "id_token": {"claims": {"sub": "user-1"}}}
    plain = lambda **changed: id_token(nonce=..., **changed)
    refresh("same-login", ok, plain(), id_token=then)
    refresh("same-login-and-time", ok, plain(auth_time=NOW - 500), id_token=then)
    refresh("same-nonce", ok, id_token(nonce="n-0"), id_token=then)
    refresh("more-audiences", ok, plain(aud=["abc", "api"], azp="abc"), id_token=id_token(azp="abc", nonce=...))
    refresh("without-id-token", {"access_token": "at-1", "id_token": None}, None, False, id_token=then)
    refresh("same-subject", ok, plain(), subject="user-1")
    refresh("another-subject", "token.subject", plain(sub="user-2"), id_token=then)
    refresh("another-subject-by-name", "token.subject", plain(), subject="user-2")
    refresh("subject-in-capitals", "token.subject", plain(sub="USER-1"), id_token=then)
    refresh("another-nonce", "token.nonce", id_token(nonce="n-1"), id_token=then)
    refresh("a-nonce-where-none-was", "token.nonce", id_token(nonce="n-1"), id_token=plain(iat=NOW - 500))
    refresh("another-login-time", "token.earlier_login", plain(auth_time=NOW - 5), id_token=then)
    refresh("issued-before", "token.earlier_login", plain(iat=NOW - 501), id_token=then)
    refresh("azp-where-none-was", "token.authorized_party", plain(azp="abc"), id_token=then)
    refresh("azp-gone", "token.authorized_party", plain(), id_token=id_token(azp="abc", nonce=...))
    refresh("fewer-audiences", "token.audience", plain(), id_token=id_token(aud=["abc", "api"], azp="abc", nonce=...) )
    refresh("of-another-provider", "token.issuer", plain(), id_token=id_token(iss="https://other.example"))
    suite.client("C10-refresh-both-ways", call("refresh", "config.invalid", token="rt-0", id_token=then, subject="user-1"))
    for name, text, code in (("no-token", "x", "token.malformed"), ("empty", "", "token.malformed"), ("without-subject", id_token(sub=...), "token.missing_claim")):
        suite.client(f"C10-refresh-earlier-{name}", call("refresh", code, token="rt-0", id_token=text))
