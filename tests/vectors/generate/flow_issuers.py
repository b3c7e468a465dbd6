"""Scenarios: several issuers in one verifier, each with its own keys, and issuers of one template with a tenant each."""

from encoding import NOW, dumps, public
from flow_keys import FAR, clock
from provider import ENTROPY, metadata
from scenario import Scenarios, call, failure, get, reply
from tokens import claims, token

ONE, TWO, THREE = "https://one.example.com", "https://two.example.com/realm", "https://three.example.com"
TEMPLATE = "https://login.example.com/{tenantid}/v2.0"
TENANT, OTHER = "9188040d-6c67-4c5b-b112-36a304b66dad", "11111111-2222-3333-4444-555555555555"
COMMON = "https://login.example.com/common/keys"
KEY = {ONE: "p256", TWO: "p256_b"}


def of(issuer, key=None, kid="k1", **changed):
    return token(claims(**{"iss": issuer, "exp": FAR} | changed), {"alg": "ES256", "kid": kid}, "ES256", key or (KEY.get(issuer, "p256") if isinstance(issuer, str) else "p256"))


def key_set(*keys):
    return reply({"keys": list(keys)}, 200, "application/jwk-set+json")


def discovered(issuer, jwks=None):
    """The two requests by which an issuer's keys are found."""
    jwks = jwks or f"{issuer}/jwks"
    document = reply(metadata(issuer=issuer, jwks_uri=jwks))
    return [get(f"{issuer}/.well-known/openid-configuration", document), get(jwks, key_set(public(KEY.get(issuer, "p256"), kid="k1")))]


def verify(expect, issuer, *exchanges, **more):
    return call("verify", expect, [e for group in exchanges for e in (group if isinstance(group, list) else [group])], token=of(issuer, **more))


def accepted(issuer):
    return {"claims": {"iss": issuer}}


def build():
    suite = Scenarios("Several issuers in one verifier: RFC 8725 section 3.8, threats C6 and E9.")

    def scenario(name, *calls, keys=None, **config):
        config = {"issuer": [ONE, TWO], "audience": "my-api"} | config
        for prefix, more in ("", {}), ("B20-cached-", {"token_cache": 100}):
            given = {"now": NOW, "entropy": ENTROPY, "verifier": {"config": config | more, "keys": keys or {"discover": True}}}
            suite.add(prefix + name, given, calls)

    lists(scenario)
    shared(scenario)
    tenants(scenario)
    refreshed(scenario)
    persistence(scenario)
    return suite


def lists(scenario):
    """Each issuer's tokens verify with its own keys and no others."""
    scenario("C6-each-issuer-has-its-keys", verify(accepted(ONE), ONE, discovered(ONE)), verify(accepted(TWO), TWO, discovered(TWO)), verify(accepted(ONE), ONE))
    scenario("C6-a-key-of-one-signs-for-the-other", verify("token.signature", TWO, discovered(TWO), key="p256"), verify(accepted(TWO), TWO),
             verify("token.signature", ONE, discovered(ONE), key="p256_b"))
    for name, issuer in {
        "other": "https://evil.example", "prefix": ONE[:-1], "slash": ONE + "/", "case": ONE.replace("one", "ONE"), "both": f"{ONE} {TWO}", "empty": "", "path": TWO[:-1],
    }.items():
        scenario(f"C6-nothing-is-fetched-for-an-issuer-{name}", verify("token.issuer", issuer))
    scenario("C6-nothing-is-fetched-without-an-issuer", call("verify", "token.missing_claim", token=of(...)))
    scenario("C6-nothing-is-fetched-for-a-list-of-issuers", call("verify", "token.claim_type", token=of([ONE])))
    scenario("C6-nothing-is-fetched-for-no-claims", call("verify", "token.json", token=token("[]", {"alg": "ES256", "kid": "k1"}, "ES256", "p256")))
    scenario("C6-nothing-is-fetched-for-another-algorithm", call("verify", "token.algorithm", token=token(claims(iss=ONE))))
    scenario("E9-an-outage-of-one-is-not-the-others",
             verify("http.connect", ONE, get(f"{ONE}/.well-known/openid-configuration", failure("connect"))), verify(accepted(TWO), TWO, discovered(TWO)),
             call("verify_now", accepted(TWO), token=of(TWO)), call("verify_now", "jwks.not_loaded", token=of(ONE)))
    scenario("C6-times-are-checked-for-each", verify("token.expired", TWO, discovered(TWO), exp=NOW - 1), verify("token.audience", TWO, aud="other"))


def fetched_again(issuer):
    """Where its keys are is known."""
    return get(f"{issuer}/jwks", key_set(public(KEY[issuer], kid="k1")))


def refreshed(scenario):
    """The set of each issuer has a lifetime of its own, and is refreshed by a token of its own."""
    begin = (verify(accepted(ONE), ONE, discovered(ONE)), clock(300), verify(accepted(TWO), TWO, discovered(TWO)))
    scenario("E9-a-set-that-is-due-is-refreshed-by-its-own-tokens", *begin, clock(480), verify(accepted(TWO), TWO), verify(accepted(TWO), TWO), verify(accepted(ONE), ONE, fetched_again(ONE)),
             verify(accepted(ONE), ONE), verify(accepted(TWO), TWO))
    scenario("E9-each-set-is-due-in-its-own-time", *begin, clock(480), verify(accepted(ONE), ONE, fetched_again(ONE)), clock(779), verify(accepted(TWO), TWO), clock(780), verify(accepted(ONE), ONE),
             verify(accepted(TWO), TWO, fetched_again(TWO)))
    scenario("E9-a-bad-token-refreshes-nothing-that-is-due", *begin, clock(480), verify("token.expired", ONE, exp=NOW), verify("token.audience", ONE, aud="other"), verify("token.issuer", THREE),
             verify("token.signature", ONE, key="p256_b"), verify(accepted(ONE), ONE, fetched_again(ONE)))
    ask = lambda issuer, *exchanges: call("authenticate", {"granted": True}, exchanges, authorization=[f"Bearer {of(issuer)}"], scopes=[], realm="farm")
    scenario("E9-a-guarded-api-refreshes-the-set-of-the-token", ask(ONE, *discovered(ONE)), clock(300), ask(TWO, *discovered(TWO)), clock(480), ask(TWO), ask(ONE, fetched_again(ONE)), ask(ONE))


def persistence(scenario):
    """Key sets of several issuers, kept across restarts: a JSON object with one member for each."""
    begin = (verify(accepted(ONE), ONE, discovered(ONE)), verify(accepted(TWO), TWO, discovered(TWO)))
    kept = lambda issuer, **changed: {"fetched_at": NOW, "max_age": 600, "key_set": {"keys": [public(KEY[issuer], kid="k1")]}} | changed
    taken = lambda expect=..., **sets: call("import_keys", *(() if expect is ... else (expect,)), text=dumps(sets["sets"]))
    scenario("E9-several-exported-and-imported", *begin, call("export_import", now=NOW + 100), verify(accepted(ONE), ONE), verify(accepted(TWO), TWO))
    scenario("E9-several-exported-and-imported-one-of-two", begin[0], call("export_import", now=NOW + 100), verify(accepted(ONE), ONE), verify(accepted(TWO), TWO, discovered(TWO)))
    scenario("E9-several-exported-and-imported-too-late", *begin, call("export_import", now=NOW + 600 + 86400), verify("http.timeout", ONE, get(f"{ONE}/.well-known/openid-configuration", failure("timeout"))),
             verify(accepted(TWO), TWO, discovered(TWO)))
    scenario("E9-several-imported-sets-of-two", taken(sets={ONE: kept(ONE), TWO: kept(TWO)}), verify(accepted(ONE), ONE), verify(accepted(TWO), TWO))
    scenario("E9-several-imported-with-a-strangers-set", taken(sets={ONE: kept(ONE), THREE: kept(TWO)}), verify(accepted(ONE), ONE), verify("token.issuer", THREE, key="p256_b"),
             verify(accepted(TWO), TWO, discovered(TWO)))
    scenario("B16-imported-sets-serve-their-own-issuer-alone", taken(sets={ONE: kept(TWO), TWO: kept(ONE)}), verify("token.signature", ONE), verify("token.signature", TWO))
    scenario("E9-an-older-set-is-not-taken", *begin, clock(10), taken(sets={ONE: kept(TWO, fetched_at=NOW - 100)}), verify(accepted(ONE), ONE))
    for name, text in {"a-list": "[]", "no-json": "hello", "nothing": "", "of-one-issuer": dumps(kept(ONE)), "twice": "{}{}"}.items():
        # What one verifier exported, with the members of a single set, names no issuer of this one.
        code = {} if name == "of-one-issuer" else "jwks.malformed"
        scenario(f"J12-import-of-several-{name}", call("import_keys", code, text=text), *begin)
    for name, value in {"a-number": 5, "null": None, "no-key-set": {"fetched_at": NOW, "max_age": 600}, "a-time-as-text": kept(ONE, fetched_at="now")}.items():
        scenario(f"J12-import-of-several-member-{name}", taken("jwks.malformed", sets={TWO: value}), *begin)
    scenario("J12-import-of-several-without-a-usable-key", taken("jwks.no_usable_key", sets={TWO: kept(TWO, key_set={"keys": []})}), *begin)


def shared(scenario):
    """One key set for several spellings of an issuer, as Google has them."""
    uri = f"{ONE}/jwks"
    both = [ONE, "one.example.com"]
    fetch = get(uri, key_set(public("p256", kid="k1")))
    scenario("C6-two-spellings-share-their-keys", verify(accepted(both[1]), both[1], fetch, key="p256"), verify(accepted(ONE), ONE), verify("token.issuer", TWO, key="p256"),
             issuer=both, jwks_uri=uri)
    fixed = {"jwks": dumps({"keys": [public("p256", kid="k1")]})}
    scenario("C6-two-spellings-with-keys-at-hand", verify(accepted(ONE), ONE), verify("token.issuer", THREE), issuer=both, algorithms=["ES256"], keys=fixed)


def tenants(scenario):
    """The issuer is that of the tenant that the token names, and so is its key."""
    issuer = lambda tenant: TEMPLATE.replace("{tenantid}", tenant)
    mine = lambda tenant, tid=None, **more: of(issuer(tenant), tid=tenant if tid is None else tid, **more)
    keys = [public("p256", kid="k1", issuer=TEMPLATE), public("p256_b", kid="k2", issuer=issuer(TENANT)), public("p384", kid="k3")]
    fetch = get(COMMON, key_set(*keys))
    any_tenant = {"issuer": TEMPLATE, "tenants": None, "jwks_uri": COMMON}
    ok = lambda tenant: {"claims": {"tid": tenant}}
    scenario("C6-any-tenant", call("verify", ok(TENANT), [fetch], token=mine(TENANT)), call("verify", ok(OTHER), token=mine(OTHER)), **any_tenant)
    for name, text in {
        "of-another-tenant": mine(TENANT, OTHER), "without-tid": mine(TENANT, ...), "with-a-number-for-tid": mine(TENANT, 7), "of-the-template-itself": of(TEMPLATE, tid="{tenantid}"),
        "with-an-empty-tenant": mine("", ""), "with-a-path-for-tenant": mine("a/b"), "with-dots-for-tenant": mine(".."), "of-another-host": of("https://evil.example/x/v2.0", tid="x"),
        "of-another-version": of(issuer(TENANT).replace("v2.0", "v1.0"), tid=TENANT), "in-capitals": of(issuer(TENANT), tid=TENANT.upper()),
    }.items():
        scenario(f"C6-tenant-token-{name}", call("verify", "token.issuer", [fetch], token=text), **any_tenant)
    scenario("C6-a-key-of-one-tenant-serves-no-other", call("verify", ok(TENANT), [fetch], token=mine(TENANT, key="p256_b", kid="k2")),
             call("verify", "token.issuer", token=mine(OTHER, key="p256_b", kid="k2")), **any_tenant)
    scenario("C6-some-tenants-with-shared-keys", call("verify", ok(TENANT), [fetch], token=mine(TENANT)), call("verify", "token.issuer", token=mine(OTHER)),
             call("verify", ok(TENANT), token=mine(TENANT, key="p256_b", kid="k2")), **(any_tenant | {"tenants": [TENANT]}))
    scenario("C6-some-tenants-discovered", call("verify", ok(TENANT), discovered(issuer(TENANT)), token=mine(TENANT)), call("verify", "token.issuer", token=mine("33333333")),
             call("verify", ok(OTHER), discovered(issuer(OTHER)), token=mine(OTHER)), issuer=TEMPLATE, tenants=[TENANT, OTHER])
