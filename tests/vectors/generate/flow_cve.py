"""Reproducers of advisories about calls that follow each other; the others are in `cve.py`."""

from encoding import NOW
from flow_keys import FAR, OK, Verifiers, clock, fetch, key_set
from scenario import Scenarios, begin, call, exchange, finish, half_hash, id_token, keys, reply, tokens
from tokens import claims, token


def build():
    suite = Scenarios("One reproducer for each published advisory of the threat list that takes more than one call.")
    cache(suite)
    identity(suite)
    return suite


def cache(suite):
    header = {"alg": "ES256", "kid": "k1"}
    short = lambda expect, *exchanges: call("verify", expect, exchanges, token=token(claims(exp=NOW + 60, iat=...), header, "ES256", "p256"))
    one, two = (token(claims(exp=FAR, sub=sub), header, "ES256", "p256") for sub in ("user-1", "user-2"))
    scenario = Verifiers(suite)
    # fast-jwt: a cached token without iat was served after it had expired.
    scenario("B20-CVE-2026-107719", short(OK, fetch()), short(OK), clock(60), short("token.expired"), token_cache=10)
    # fast-jwt: two tokens under one key of the cache, so that one caller got the claims of another.
    scenario("B20-CVE-2026-35039", call("verify", OK, [fetch(key_set("k1"))], token=one), call("verify", {"claims": {"sub": "user-2"}}, token=two),
             call("verify", OK, token=one), token_cache=1)


    # fast-jwt: patterns for claims kept their state, so that every second check of a good token failed.
    again = call("verify", OK, token=one)
    scenario("C5-CVE-2026-35040", call("verify", OK, [fetch()], token=one), again, again, again)


def identity(suite):
    def refuse(name, code, **changed):
        answer = reply(tokens(scope="openid", id_token=id_token(**changed)))
        suite.client(name, begin("openid"), finish(code, exchange(answer), keys()))

    # Authlib: the claim nonce_supported of the token under test switched the check of the nonce off.
    refuse("C10-CVE-2026-114617", "token.nonce", nonce=..., nonce_supported=False)
    # Authlib: at_hash of another access token passed.
    refuse("C10-CVE-2026-28498", "token.hash", at_hash=half_hash("at-2"))
