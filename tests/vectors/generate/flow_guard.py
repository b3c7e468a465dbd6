"""Scenarios: an API whose key set must be fetched first, and may not be to be had."""

from encoding import NOW, concat, dumps, repeat
from flow_keys import FAR, NOT_FOUND, OPENID, OAUTH, Verifiers, clock, fetch
from provider import metadata
from resource_server import NOBODY, SENTENCES, denied, granted, refused
from scenario import Scenarios, call, failure, get, reply
from tokens import claims, token


def signed(kid="k1", key="p256", **changed):
    return token(claims(**{"exp": FAR, "scope": "read"} | changed), {"alg": "ES256", "kid": kid}, "ES256", key)


def ask(expect, *exchanges, scopes=(), authorization=None, **changed):
    fields = [f"Bearer {signed(**changed)}"] if authorization is None else authorization
    return call("authenticate", expect, exchanges, authorization=fields, scopes=list(scopes), realm="farm")


def unavailable(code):
    """Nobody gets in, and nobody is told that the token is bad."""
    assert code in SENTENCES
    return {"granted": False, "status": 503, "headers": [["Cache-Control", "no-store"]], "error": code, "echoes": False}


YES = granted("read")


def build():
    suite = Scenarios("The resource server with a key set that has to be fetched: RFC 6750 section 3, threat H5.")
    scenario = Verifiers(suite)
    scenario("H5-keys-are-fetched-once", ask(YES, fetch()), ask(YES, scopes=["read"]), ask(denied(403, "oauth.insufficient_scope", "insufficient_scope", scope="write"), scopes=["write"]))
    scenario("H5-keys-are-discovered", ask(YES, get(OPENID, reply(metadata())), fetch()), ask(YES), jwks_uri=...)
    scenario("H5-metadata-not-found", ask(unavailable("metadata.not_found"), get(OPENID, NOT_FOUND), get(OAUTH, NOT_FOUND)), jwks_uri=...)
    scenario("H5-metadata-of-another-issuer", ask(unavailable("metadata.issuer_mismatch"), get(OPENID, reply(metadata(issuer="https://evil.example")))), jwks_uri=...)
    for name, (answer, code) in {
        "timeout": (failure("timeout"), "http.timeout"), "connect": (failure("connect"), "http.connect"), "tls": (failure("tls"), "http.tls"), "dns": (failure("dns"), "http.dns"),
        "redirect": (reply("", 302, None, location="https://evil.example"), "http.redirect"), "html": (reply("<html>", 200, "text/html"), "response.content_type"),
        "not-json": (reply("hello"), "jwks.malformed"), "no-usable-key": (reply({"keys": []}), "jwks.no_usable_key"),
        "too-large": (reply(concat('{"keys":[],"x":"', repeat("x", 600_000), '"}')), "http.too_large"),
    }.items():
        scenario(f"H5-keys-cannot-be-had-{name}", ask(unavailable(code), fetch(answer), scopes=["read"]))
    scenario("H5-keys-cannot-be-had-then-can", ask(unavailable("http.timeout"), fetch(failure("timeout"))), clock(30), ask(YES, fetch()))
    scenario("H5-stale-keys-while-the-provider-is-down", ask(YES, fetch()), clock(600), ask(YES, fetch(failure("timeout"))), ask(YES))
    scenario("H5-stale-keys-do-not-revive-a-token", ask(YES, fetch()), clock(600), ask(refused("token.expired"), fetch(failure("timeout")), exp=NOW + 300))
    for name, fields, expect in (
        ("no-field", [], NOBODY), ("opaque-token", ["Bearer opaque-token"], refused("token.malformed")), ("two-fields", [f"Bearer {signed()}"] * 2,
         denied(400, "oauth.invalid_request", "invalid_request")), ("unsigned-token", ["Bearer eyJhbGciOiJub25lIn0.e30.AAAA"], refused("token.algorithm")),
        ("other-scheme", [f"Basic {signed()}"], NOBODY),
    ):
        scenario(f"H5-nothing-is-fetched-for-{name}", ask(expect, authorization=fields))
    scenario("H5-fetched-once-for-expired-tokens", ask(refused("token.expired"), fetch(), exp=NOW - 1), ask(refused("token.expired"), exp=NOW - 1))
    scenario("H5-unknown-key-after-a-fetch", ask(refused("token.key_not_found"), fetch(), kid="x"), ask(refused("token.key_not_found"), kid="x"), ask(YES))
    scenario("H5-wrong-key-after-a-fetch", ask(refused("token.signature"), fetch(), key="p256_b"), ask(YES))
    scenario("H3-wanted-scope-is-checked-before-anything", ask("config.invalid", scopes=["a b"]))
    return suite
