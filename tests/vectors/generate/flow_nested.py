"""Scenarios: the keys of a nested token's inner part are fetched as those of any other, and nothing is fetched for what does not decrypt."""

from encoding import NOW
from flow_keys import JWKS, OK, clock, fetch, key_set, signed
from nested import opener, sealed
from provider import ENTROPY, ISSUER
from scenario import Scenarios, call, get
from tokens import claims, encoded


def build():
    suite = Scenarios("Nested tokens with discovered keys: RFC 7519 section 5.2, threats A17 and E9.")

    def add(name, *calls):
        config = {"issuer": ISSUER, "audience": "my-api", "jwks_uri": JWKS}
        for prefix, more in ("", {}), ("B20-cached-", {"token_cache": 100}):
            given = {"now": NOW, "entropy": ENTROPY, "verifier": {"config": config | more, "keys": {"discover": True} | opener()}}
            suite.add(prefix + name, given, calls)

    def verify(expect, text, *exchanges):
        return call("verify", expect, exchanges, token=text)

    good = sealed(signed()).compact()
    add("A17-keys-are-fetched-once", verify(OK, good, fetch()), verify(OK, good), call("verify_now", OK, token=good))
    add("A17-nothing-loaded", call("verify_now", "jwks.not_loaded", token=good))
    add("A17-rotated", verify(OK, good, fetch()), clock(700), verify(OK, sealed(signed("k2", "p256_b")).compact(), get(JWKS, key_set("k1", "k2"))))
    add("A17-nothing-is-fetched-for-what-does-not-decrypt", verify("token.decryption", sealed(signed()).changed(4, lambda tag: bytes(16))))
    add("A17-nothing-is-fetched-for-a-signed-token", verify("token.malformed", signed()))
    add("A17-nothing-is-fetched-for-an-unsigned-one", verify("token.algorithm", sealed(f"{encoded({'alg': 'none'})}.{encoded(claims())}.").compact()))
    authenticate = lambda expect, *exchanges: call("authenticate", expect, exchanges, authorization=[f"Bearer {good}"], scopes=[], realm="farm")
    add("A17-granted-with-fetched-keys", authenticate({"granted": True, "subject": "user-1"}, fetch()), authenticate({"granted": True}))
    return suite
