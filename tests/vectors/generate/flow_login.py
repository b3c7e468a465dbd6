"""Scenarios: from the authorization response to the verified ID token."""

import hashlib

from encoding import NOW, b64, dumps, public
from pending import KEY
from provider import NONCE, STATE, client, service
from scenario import (CALLBACK, Scenarios, basic, begin, call, exchange, finish, half_hash, id_token, keys, reply, tokens)

OPENID = "openid email"
HOME = "https://app.example.com/callback"
OK = {"access_token": "at-1", "refresh_token": "rt-1", "expires_at": NOW + 3600, "scopes": ["email"]}


def build():
    suite = Scenarios("Authorization response, code exchange and ID token: RFC 6749 section 4.1, RFC 9207, OpenID Connect Core section 3.1.")
    accepted(suite)
    state(suite)
    issuer(suite)
    parameters(suite)
    errors(suite)
    id_tokens(suite)
    id_token_keys(suite)
    return suite


def accepted(suite):
    suite.client("F1-login-without-openid", begin("email"), finish(OK, exchange(reply(tokens()))))
    claims = {"id_token": {"claims": {"sub": "user-1", "nonce": NONCE}, "header": {"alg": "ES256", "kid": "k1"}}}
    answer = reply(tokens(scope=OPENID, id_token=id_token()))
    suite.client("F1-login-with-openid", begin("openid", "email"), finish(OK | {"scopes": ["openid", "email"]} | claims, exchange(answer), keys()))
    suite.client("F1-login-by-path", begin("email"), finish(OK, exchange(reply(tokens())), callback=f"/callback?code=c0de&state={STATE}"))
    suite.client("F1-login-by-query", begin("email"), finish(OK, exchange(reply(tokens())), callback=f"state={STATE}&code=c0de"))
    suite.client("F1-login-by-mapping", begin("email"), finish(OK, exchange(reply(tokens())), callback={"code": "c0de", "state": STATE}))
    suite.client("F1-login-with-odd-code", begin("email"), finish(OK, exchange(reply(tokens()), code="a+b/c=&d é"), callback=f"{HOME}?code=a%2Bb%2Fc%3D%26d+%C3%A9&state={STATE}"))
    suite.client("F1-login-with-further-parameters", begin("email"), finish(OK, exchange(reply(tokens())), callback=CALLBACK + "&session_state=x&foo=1&foo=2"))
    suite.client("F1-login-of-a-public-client", begin("email"), finish(OK, exchange(reply(tokens()), authorization=None, client_id="abc")), client_secret=...)
    suite.client("F1-login-with-client-secret-post", begin("email"),
                 finish(OK, exchange(reply(tokens()), authorization=None, client_id="abc", client_secret="s3cret")), authentication_method="client_secret_post")
    suite.client("F1-login-after-sealing", begin("email"), call("seal", key=KEY), call("open", {"state": STATE}, key=KEY), finish(OK, exchange(reply(tokens()))))
    for name, user, secret in (("colon", "a:b", "c:d"), ("percent", "a%41", "100%"), ("plus-and-space", "a+b c", "d+e f"), ("non-ascii", "zoë", "pässwörd"),
                               ("reserved", "a&b=c", "?#/;,@"), ("tilde-and-star", "a~*b", "-._~*"), ("equals-and-quote", 'a"b', "'=<>")):
        suite.client(f"F12-basic-{name}", begin("email"), finish(OK, exchange(reply(tokens()), authorization=basic(user, secret))), client_id=user, client_secret=secret)
        suite.client(f"F12-post-{name}", begin("email"),
                     finish(OK, exchange(reply(tokens()), authorization=None, client_id=user, client_secret=secret)),
                     client_id=user, client_secret=secret, authentication_method="client_secret_post")


def state(suite):
    """F1 and F2: missing, wrong, replayed and expired states send nothing."""
    def refuse(name, callback, code):
        suite.client(name, begin("email"), finish(code, callback=callback))

    refuse("F1-state-missing", f"{HOME}?code=c0de", "callback.state_missing")
    refuse("F1-state-empty", f"{HOME}?code=c0de&state=", "callback.state_missing")
    refuse("F1-state-missing-in-a-mapping", {"code": "c0de"}, "callback.state_missing")
    refuse("F1-state-of-another-session", f"{HOME}?code=c0de&state={b64(bytes(32))}", "callback.state_mismatch")
    flip = lambda c: "A" if c != "A" else "B"
    for name, text in {
        "first-character": flip(STATE[0]) + STATE[1:], "last-character": STATE[:-1] + flip(STATE[-1]), "middle": STATE[:20] + flip(STATE[20]) + STATE[21:],
        "prefix": STATE[:-1], "longer": STATE + "A", "other-case": STATE.swapcase(), "trailing-space": STATE + "%20", "doubled": STATE + STATE,
    }.items():
        refuse(f"F2-state-differs-{name}", f"{HOME}?code=c0de&state={text}", "callback.state_mismatch")
    refuse("F1-wrong-state-with-an-error", f"{HOME}?error=access_denied&state=x", "callback.state_mismatch")
    once = finish(OK, exchange(reply(tokens())))
    suite.client("F1-replayed", begin("email"), once, finish("callback.state_replayed"))
    suite.client("F1-replayed-after-sealing", begin("email"), call("seal", key=KEY), once, call("open", {"state": STATE}, key=KEY), finish("callback.state_replayed"))
    suite.client("F1-replayed-after-a-provider-error", begin("email"), finish("oauth.access_denied", callback=f"{HOME}?error=access_denied&state={STATE}"),
                 finish("callback.state_replayed"))
    suite.client("F1-replayed-after-a-failed-exchange", begin("email"), finish("oauth.invalid_grant", exchange(reply({"error": "invalid_grant"}, 400))),
                 finish("callback.state_replayed"))
    suite.client("F1-a-wrong-state-does-not-use-it-up", begin("email"), finish("callback.state_mismatch", callback=f"{HOME}?code=c0de&state=x"), once)
    for name, age, expect in (("expired", 600, "callback.state_expired"), ("expired-long-ago", 10**6, "callback.state_expired"), ("in-its-last-second", 599, None)):
        done = finish(expect) if expect else finish(OK | {"expires_at": NOW + 599 + 3600}, exchange(reply(tokens())))
        suite.client(f"F1-{name}", begin("email"), call("seal", key=KEY), call("open", {"state": STATE}, key=KEY, now=NOW + age), done)
    suite.client("F1-expired-by-its-own-lifetime", begin("email"), call("seal", key=KEY), call("open", {"state": STATE}, key=KEY, now=NOW + 60), finish("callback.state_expired"),
                 pending_lifetime=60)
    for name, other in {"client": {"client": client(client_id="other")}, "redirect-uri": {"client": client(redirect_uri="https://app.example.com/b")},
                        "provider": {"service": service(issuer="https://other.example.com")}}.items():
        suite.client(f"F1-opened-by-another-{name}", begin("email"), call("seal", key=KEY), call("open", "pending.wrong_client", key=KEY, **other))


def issuer(suite):
    """F3: RFC 9207."""
    announced = service(authorization_response_iss_parameter_supported=True)
    ours = "https%3A%2F%2Fidp.example.com"
    for name, text, tail, expect in (
        ("announced-and-given", announced, f"&iss={ours}", None), ("announced-and-absent", announced, "", "callback.issuer_missing"),
        ("announced-and-other", announced, "&iss=https%3A%2F%2Fevil.example", "callback.issuer_mismatch"), ("announced-and-empty", announced, "&iss=", "callback.issuer_mismatch"),
        ("trailing-slash", announced, f"&iss={ours}%2F", "callback.issuer_mismatch"), ("other-case", announced, "&iss=https%3A%2F%2FIDP.example.com", "callback.issuer_mismatch"),
        ("not-announced-but-other", None, "&iss=https%3A%2F%2Fevil.example", "callback.issuer_mismatch"), ("not-announced-but-given", None, f"&iss={ours}", None),
        ("not-announced-and-absent", None, "", None), ("double-encoded", announced, "&iss=https%253A%252F%252Fidp.example.com", "callback.issuer_mismatch"),
    ):
        done = finish(expect, callback=CALLBACK + tail) if expect else finish(OK, exchange(reply(tokens())), callback=CALLBACK + tail)
        suite.client(f"F3-iss-{name}", begin("email"), done, service_text=text)
    suite.client("F3-iss-absent-from-an-error", begin("email"), finish("callback.issuer_missing", callback=f"{HOME}?error=access_denied&state={STATE}"), service_text=announced)
    suite.client("F3-iss-other-on-an-error", begin("email"),
                 finish("callback.issuer_mismatch", callback=f"{HOME}?error=access_denied&state={STATE}&iss=https%3A%2F%2Fevil.example"), service_text=announced)


def parameters(suite):
    """F6 and F7: repeated, contradictory and malformed responses."""
    def refuse(name, query, code):
        suite.client(name, begin("email"), finish(code, callback=query if query.startswith("http") else f"{HOME}?{query}"))

    s = f"state={STATE}"
    for name, query in {
        "code": f"code=a&code=b&{s}", "same-code": f"code=a&code=a&{s}", "state": f"code=a&{s}&{s}", "other-state-first": f"code=a&state=x&{s}",
        "other-state-last": f"code=a&{s}&state=x", "iss": f"code=a&{s}&iss=https://idp.example.com&iss=https://evil.example", "error": f"error=a&error=b&{s}",
        "encoded-name": f"code=a&%63ode=b&{s}", "empty-first": f"code=&code=a&{s}", "error-description": f"error=a&error_description=b&error_description=c&{s}",
    }.items():
        refuse(f"F6-repeated-{name}", query, "callback.duplicate_parameter")
    # As frameworks hand the query over that keep repeated parameters.
    for name, mapping in {"code": {"code": ["a", "b"], "state": STATE}, "state": {"code": "a", "state": [STATE, STATE]}, "error": {"error": ["a", "b"], "state": STATE}}.items():
        suite.client(f"F6-repeated-{name}-in-a-mapping", begin("email"), finish("callback.duplicate_parameter", callback=mapping))
    suite.client("F6-single-values-in-lists", begin("email"), finish(OK, exchange(reply(tokens())), callback={"code": ["c0de"], "state": [STATE]}))
    for name in ("access_token", "id_token", "refresh_token"):
        refuse(f"F6-{name.replace('_', '-')}-in-the-front-channel", f"code=a&{s}&{name}=x", "callback.contradictory")
    refuse("F6-access-token-twice", f"{s}&access_token=x&access_token=y", "callback.contradictory")
    for name, query in {"list": f"code[]=a&{s}", "index": f"code[0]=a&{s}", "state-list": f"code=a&state[]={STATE}", "encoded-list": f"code%5B%5D=a&{s}"}.items():
        refuse(f"F6-{name}", query, "callback.malformed")
    refuse("F7-code-and-error", f"code=a&error=access_denied&{s}", "callback.contradictory")
    refuse("F7-code-and-empty-error", f"code=a&error=&{s}", "callback.contradictory")
    refuse("F7-neither-code-nor-error", s, "callback.code_missing")
    refuse("F7-empty-code", f"code=&{s}", "callback.code_missing")
    for name, query in {"nul": f"code=a%00b&{s}", "crlf": f"code=a%0D%0Ab&{s}", "escape": f"code=%1B[0m&{s}", "nul-in-state": f"code=a&state=a%00", "raw-line-feed": f"code=a\n&{s}",
                        "raw-nul": f"code=a\0&{s}"}.items():
        refuse(f"F7-control-character-{name}", query, "callback.malformed")
    refuse("J12-callback-empty", "http://app.example.com/callback", "callback.state_missing")
    suite.client("J12-callback-empty-text", begin("email"), finish("callback.state_missing", callback=""))
    suite.client("J12-callback-garbage", begin("email"), finish("callback.state_missing", callback="%%%?&&&==="))
    suite.client("J12-callback-of-twenty-kilobytes", begin("email"), finish("callback.too_large", callback={"concat": [CALLBACK, {"repeat": "x", "times": 20000}]}))
    suite.client("J12-callback-of-megabytes", begin("email"), finish("callback.too_large", callback={"concat": [CALLBACK + "&x=", {"repeat": "%00", "times": 1_000_000}]}))
    suite.client("J12-parameters-of-megabytes", begin("email"), finish("callback.too_large", callback={"code": "c0de", "state": STATE, "x": "y" * 20000}))


def errors(suite):
    """F7: the provider's own errors, typed and harmless."""
    def refuse(name, query, code, **members):
        suite.client(f"F7-{name}", begin("email"), finish((code, members), callback=f"{HOME}?{query}&state={STATE}"))

    for name in ("invalid_request", "unauthorized_client", "access_denied", "unsupported_response_type", "invalid_scope", "server_error", "temporarily_unavailable",
                 "login_required", "interaction_required", "consent_required", "account_selection_required"):
        refuse(f"error-{name.replace('_', '-')}", f"error={name}", f"oauth.{name}", oauth_error=name)
    refuse("error-unknown", "error=nonsense", "oauth.other", oauth_error="nonsense")
    refuse("error-empty", "error=", "oauth.other", oauth_error="")
    refuse("error-in-upper-case", "error=ACCESS_DENIED", "oauth.other", oauth_error="ACCESS_DENIED")
    refuse("description-with-markup", "error=access_denied&error_description=%3Cscript%3Ealert(1)%3C/script%3E", "oauth.access_denied",
           oauth_error_description="<script>alert(1)</script>")
    refuse("description-with-control-characters", "error=access_denied&error_description=a%00b%0D%0Ac%1B%5Bd%C2%85e", "oauth.access_denied",
           oauth_error_description="a b  c [d e")
    refuse("description-too-long", "error=access_denied&error_description=" + "x" * 2000, "oauth.access_denied", oauth_error_description="x" * 512)
    refuse("description-cut-between-characters", "error=access_denied&error_description=" + "x" * 511 + "%C3%A9", "oauth.access_denied", oauth_error_description="x" * 511)
    refuse("error-name-too-long", "error=" + "e" * 200, "oauth.other", oauth_error="e" * 64)


def id_tokens(suite):
    """C9 and C10: what an ID token must say. Refused tokens never reach the caller."""
    def refuse(name, code, fetch=True, header=None, options=None, client_changes=None, **claims):
        answer = reply(tokens(scope="openid", id_token=id_token(header, **claims)))
        suite.client(name, begin("openid", **(options or {})), finish(code, exchange(answer), *([keys()] if fetch else [])), **(client_changes or {}))

    def accept(name, options=None, access_token="at-1", **claims):
        answer = reply(tokens(scope="openid", access_token=access_token, id_token=id_token(**claims)))
        suite.client(name, begin("openid", **(options or {})), finish({"id_token": {"claims": {"sub": "user-1"}}}, exchange(answer), keys()))

    for name, nonce, code in (("missing", ..., "token.nonce"), ("other", b64(bytes(32)), "token.nonce"), ("empty", "", "token.nonce"), ("prefix", NONCE[:-1], "token.nonce"),
                              ("first-character", "_" + NONCE[1:] if NONCE[0] != "_" else "A" + NONCE[1:], "token.nonce"), ("last-character", NONCE[:-1] + "_", "token.nonce"),
                              ("number", 7, "token.claim_type"), ("list", [NONCE], "token.claim_type"), ("null", None, "token.claim_type")):
        refuse(f"C10-nonce-{name}", code, nonce=nonce)
    refuse("C10-nonce-declared-unsupported", "token.nonce", nonce=..., nonce_supported=False)
    for name, aud, azp, code in (("other", "other", ..., "token.audience"), ("list-without-it", ["a", "b"], ..., "token.audience"), ("list-without-azp", ["abc", "other"], ..., "token.authorized_party"),
                                 ("list-with-other-azp", ["abc", "other"], "other", "token.authorized_party"), ("azp-other", "abc", "other", "token.authorized_party"),
                                 ("azp-number", "abc", 1, "token.claim_type"), ("azp-list", "abc", ["abc"], "token.claim_type")):
        refuse(f"C10-audience-{name}", code, aud=aud, azp=azp)
    accept("C10-accepted-azp", aud=["abc", "other"], azp="abc")
    accept("C10-accepted-single-list", aud=["abc"])
    good = half_hash("at-1")
    accept("C10-accepted-at-hash", at_hash=good)
    accept("C10-accepted-c-hash", c_hash=half_hash("c0de"))
    for name, value, code in (("other", half_hash("at-2"), "token.hash"), ("full-length", b64(hashlib.sha256(b"at-1").digest()), "token.hash"), ("padded", good + "==", "token.hash"),
                              ("empty", "", "token.hash"), ("number", 5, "token.claim_type"), ("null", None, "token.claim_type")):
        refuse(f"C10-at-hash-{name}", code, at_hash=value)
    refuse("C10-c-hash-other", "token.hash", c_hash=half_hash("other"))
    refuse("C10-c-hash-of-the-access-token", "token.hash", c_hash=good)
    refuse("C10-iss-other", "token.issuer", iss="https://evil.example")
    refuse("C10-iss-missing", "token.missing_claim", iss=...)
    refuse("C10-sub-missing", "token.missing_claim", sub=...)
    refuse("C10-sub-number", "token.claim_type", sub=1)
    refuse("C10-aud-missing", "token.missing_claim", aud=...)
    refuse("C10-exp-missing", "token.missing_claim", exp=...)
    refuse("C10-iat-missing", "token.missing_claim", iat=...)
    refuse("C10-expired", "token.expired", exp=NOW - 31)
    accept("C10-accepted-within-the-leeway", exp=NOW - 29)
    refuse("C10-issued-in-the-future", "token.issued_in_future", iat=NOW + 31)
    refuse("C10-expired-text", "token.claim_type", exp=str(NOW + 300))
    for name, typ in (("access-token", "at+jwt"), ("logout-token", "logout+jwt"), ("dpop-proof", "dpop+jwt"), ("application-access-token", "application/at+jwt")):
        refuse(f"C9-{name}-as-id-token", "token.type", header={"alg": "ES256", "kid": "k1", "typ": typ})
    refuse("C9-logout-token-without-typ-as-id-token", "token.type", nonce=..., events={"http://schemas.openid.net/event/backchannel-logout": {}})
    refuse("C9-access-token-by-its-audience", "token.audience", aud="https://api.example.com")
    asked = {"parameters": {"max_age": "60"}}
    accept("C10-accepted-auth-time", options=asked, auth_time=NOW - 50)
    refuse("C10-auth-time-missing", "token.missing_claim", options=asked, auth_time=...)
    refuse("C10-auth-time-too-old", "token.too_old", options=asked, auth_time=NOW - 100)
    refuse("C10-auth-time-text", "token.claim_type", options=asked, auth_time=str(NOW))
    for name, scope in (("granted", "openid"), ("unnamed", ...)):
        suite.client(f"C10-no-id-token-although-openid-{name}", begin("openid"), finish("response.id_token_missing", exchange(reply(tokens(scope=scope)))))
    for name, value in (("null", None), ("number", 1), ("object", {})):
        suite.client(f"C10-id-token-{name}", begin("openid"), finish("token.malformed", exchange(reply(tokens(id_token=value)))))
    suite.client("C10-id-token-of-garbage", begin("openid"), finish("token.malformed", exchange(reply(tokens(id_token="garbage")))))
    suite.client("A16-encrypted-id-token", begin("openid"), finish("token.encrypted", exchange(reply(tokens(id_token="eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..AAAA.AAAA.AAAA")))))
    unsigned = f"{b64(dumps({'alg': 'none'}))}.{id_token().split('.')[1]}."
    suite.client("B1-unsigned-id-token", begin("openid"), finish("token.algorithm", exchange(reply(tokens(id_token=unsigned)))))
    refuse("B1-id-token-with-alg-none", "token.algorithm", fetch=False, header={"alg": "none", "kid": "k1"})
    forged = id_token({"alg": "HS256"}, b"s3cret", "HS256")
    suite.client("B2-id-token-signed-with-the-client-secret", begin("openid"), finish("token.algorithm", exchange(reply(tokens(id_token=forged)))))
    foreign = id_token(key="p256_b")
    suite.client("B9-id-token-of-a-foreign-key", begin("openid"), finish("token.signature", exchange(reply(tokens(id_token=foreign))), keys()))
    secret = "0123456789abcdef0123456789abcdef"
    signed = id_token({"alg": "HS256"}, secret.encode(), "HS256")
    suite.client("C10-accepted-hs256-by-choice", begin("openid"),
                 finish({"id_token": {"claims": {"sub": "user-1"}}}, exchange(reply(tokens(scope="openid", id_token=signed)), authorization=basic("abc", secret))),
                 client_secret=secret, id_token_algorithms=["HS256"])


def id_token_keys(suite):
    """The key set of the provider behind the ID token."""
    answer = lambda header=None: exchange(reply(tokens(scope="openid", id_token=id_token(header))))
    suite.client("B15-id-token-with-unknown-kid", begin("openid"), finish("token.key_not_found", answer({"alg": "ES256", "kid": "k9"}), keys()))
    suite.client("B16-id-token-without-kid", begin("openid"), finish({"id_token": {"claims": {"sub": "user-1"}}}, answer({"alg": "ES256"}), keys()))
    several = reply({"keys": [public("rsa", kid="k1"), public("p256", kid="k1"), public("p384", kid="k1")]})
    suite.client("B16-id-token-with-a-kid-of-three-families", begin("openid"), finish({"id_token": {"claims": {"sub": "user-1"}}}, answer(), keys(several)))
    private = reply({"keys": [{"kty": "oct", "k": b64(bytes(32)), "kid": "k1"}]})
    suite.client("B13-remote-set-of-secrets", begin("openid"), finish("jwks.no_usable_key", answer(), keys(private)))
    suite.client("E9-id-token-keys-unavailable", begin("openid"), finish("http.unavailable", answer(), keys(reply("down", 503, "text/plain"))))
    suite.client("E9-id-token-key-set-malformed", begin("openid"), finish("jwks.malformed", answer(), keys(reply("[]"))))
