"""Scenarios: token replies, transport faults, refresh, client credentials, introspection, revocation, userinfo."""

from encoding import NOW, concat, dumps, repeat
from provider import ISSUER, service
from scenario import (Scenarios, basic, begin, call, exchange, failure, finish, get, id_token, keys, post, reply, tokens)


def build():
    suite = Scenarios("Token, introspection, revocation and userinfo endpoints: replies and faults. RFC 6749 section 5, RFC 7662, RFC 7009.")
    token_replies(suite)
    faults(suite)
    refresh(suite)
    credentials(suite)
    introspection(suite)
    revocation(suite)
    userinfo(suite)
    arguments(suite)
    return suite


def token_replies(suite):
    """F10: the success reply, read without tolerance."""
    def login(name, members, expect):
        suite.client(f"F10-{name}", begin("email"), finish(expect, exchange(reply(members))))

    login("type-in-lower-case", tokens(token_type="bearer"), {"token_type": "Bearer"})
    login("no-expiry", tokens(expires_in=...), {"expires_at": None})
    login("expiry-of-zero", tokens(expires_in=0), {"expires_at": NOW})
    login("no-refresh-token", tokens(refresh_token=...), {"refresh_token": None})
    login("no-scope", tokens(scope=...), {"scopes": ["email"], "unrequested_scopes": []})
    login("narrower-scope", tokens(scope=""), {"scopes": []})
    login("wider-scope", tokens(scope="email admin root"), {"scopes": ["email", "admin", "root"], "unrequested_scopes": ["admin", "root"]})
    login("other-scope", tokens(scope="EMAIL"), {"scopes": ["EMAIL"], "unrequested_scopes": ["EMAIL"]})
    login("further-members", tokens(tenant="t1", nested={"a": [1]}), {"extra": {"tenant": "t1", "nested": {"a": [1]}}})
    for name, value in {"missing": ..., "null": None, "number": 1, "empty": "", "mac": "mac", "dpop": "DPoP", "list": ["Bearer"], "space": "Bearer "}.items():
        login(f"token-type-{name}", tokens(token_type=value), "response.token_type")
    for name, value in {"text": "3600", "negative": -1, "fraction": 1.5, "null": None, "true": True, "list": [3600], "empty-text": ""}.items():
        login(f"expires-in-{name}", tokens(expires_in=value), "response.expires_in")
    usual = dumps(tokens())
    for name, text, code in (("float", "3600.0", "response.expires_in"), ("exponent", "1e300", "response.malformed"), ("overflow", "1e400", "response.malformed"),
                             ("minus-zero", "-0", "response.malformed"), ("beyond-2-to-53", "9007199254740993", "response.malformed"), ("nan", "NaN", "response.malformed")):
        suite.client(f"F10-expires-in-{name}", begin("email"), finish(code, exchange(reply(usual.replace("3600", text)))))
    for name, value in {"missing": ..., "null": None, "number": 1, "empty": "", "list": ["a"], "crlf": "a\r\nb", "nul": "a\0b", "non-ascii": "é"}.items():
        login(f"access-token-{name}", tokens(access_token=value), "response.access_token")
    for name, value in {"null": None, "number": 1, "empty": "", "list": ["a"], "crlf": "a\r\nb"}.items():
        login(f"refresh-token-{name}", tokens(refresh_token=value), "response.refresh_token")
    for name, value in {"null": None, "number": 1, "list": ["email"], "quote": 'a"b', "non-ascii": "é", "tab": "a\tb", "backslash": "a\\b"}.items():
        login(f"scope-{name}", tokens(scope=value), "response.scope")
    login("empty-object", {}, "response.access_token")
    login("upper-case-names", {"ACCESS_TOKEN": "x", "TOKEN_TYPE": "Bearer"}, "response.access_token")


ERRORS = ("invalid_request", "invalid_client", "invalid_grant", "unauthorized_client", "unsupported_grant_type", "invalid_scope")


def faults(suite):
    """E3, E6, E8: what is no success reply, at each endpoint."""
    metadata = f"{ISSUER}/.well-known/openid-configuration"
    places = {
        "token": lambda a, e: (begin("email"), finish(e, exchange(a))),
        "refresh": lambda a, e: (call("refresh", e, [post(f"{ISSUER}/token", {"grant_type": "refresh_token", "refresh_token": "rt"}, a)], token="rt"),),
        "introspection": lambda a, e: (call("introspect", e, [post(f"{ISSUER}/introspect", {"token": "t"}, a)], token="t"),),
        "revocation": lambda a, e: (call("revoke", e, [post(f"{ISSUER}/revoke", {"token": "t"}, a)], token="t"),),
        "userinfo": lambda a, e: (call("userinfo", e, [get(f"{ISSUER}/userinfo", a, authorization="Bearer t")], token="t"),),
        "discovery": lambda a, e: (call("discover", e, [get(metadata, a)], issuer=ISSUER),),
    }

    def everywhere(name, answer, code, without=()):
        for place, script in places.items():
            if place not in without:
                suite.client(f"{name}-{place}", *script(answer, code))

    for status in (301, 302, 303, 307, 308):
        everywhere(f"E3-{status}", reply("", status, None, location="https://evil.example/"), "http.redirect")
    everywhere("E3-302-to-http", reply("", 302, None, location="http://idp.example.com/"), "http.redirect")
    everywhere("E3-302-to-itself", reply("", 302, None, location=f"{ISSUER}/token"), "http.redirect")
    everywhere("E3-304", reply("", 304, None), "http.redirect")
    everywhere("E3-302-with-a-good-body", reply(tokens(), 302, location="https://evil.example/"), "http.redirect")
    page = "<html><body>hello</body></html>"
    everywhere("E6-html", reply(page, 200, "text/html"), "response.content_type", ["revocation"])
    everywhere("E6-json-as-text", reply(tokens(active=True, sub="x"), 200, "text/plain"), "response.content_type", ["revocation"])
    everywhere("E6-no-content-type", reply(tokens(), 200, None), "response.content_type", ["revocation"])
    malformed = {
        "html-as-json": page, "empty": "", "array": "[]", "array-of-objects": dumps([tokens()]), "null": "null", "text": '"x"', "truncated": dumps(tokens())[:-4],
        "trailing-text": dumps(tokens()) + "x", "repeated-member": '{"access_token":"a","access_token":"b","token_type":"Bearer","active":true,"sub":"x"}',
        "byte-order-mark": "\ufeff" + dumps(tokens()), "invalid-utf-8": {"base64url": "eyJhIjoi_yJ9"}, "deep": '{"x":' + "[" * 100 + "]" * 100 + "}", "lone-surrogate": '{"a":"\\ud800"}',
    }
    for name, body in malformed.items():
        everywhere(f"E6-{name}", reply(body), "response.malformed", ["revocation", "discovery"])
        suite.client(f"E6-{name}-discovery", *places["discovery"](reply(body), "metadata.malformed"))
    big = concat('{"access_token":"a","token_type":"Bearer","active":true,"sub":"x","x":"', repeat("x", 600_000), '"}')
    everywhere("E6-over-the-limit", reply(big), "http.too_large")
    everywhere("E6-error-over-the-limit", reply(big, 400), "http.too_large")
    everywhere("E8-204", reply("", 204, None), "http.status")
    everywhere("E8-404", reply("", 404, None), "http.status", ["discovery"])
    everywhere("E8-418", reply(page, 418, "text/html"), "http.status")
    everywhere("E8-400-html", reply(page, 400, "text/html"), "http.status")
    everywhere("E8-401-without-a-word", reply("", 401, None), "http.status")
    for status in (500, 502, 503, 504):
        everywhere(f"E8-{status}", reply(page, status, "text/html"), "http.unavailable")
    wait = {"30": 30, "0": 0, "86400": 86400, "1000000000": 86400}
    for text, seconds in wait.items():
        everywhere(f"E8-429-after-{text}", reply("", 429, None, retry_after=text), ("http.rate_limited", {"retry_after": seconds}))
    for name, text in {"negative": "-1", "date": "Wed, 21 Oct 2026 07:28:00 GMT", "text": "soon", "fraction": "1.5", "huge": "9" * 40, "empty": ""}.items():
        everywhere(f"E8-429-after-{name}", reply("", 429, None, retry_after=text), ("http.rate_limited", {"retry_after": None}), ["introspection", "revocation"])
    everywhere("E8-503-with-retry-after", reply("", 503, None, retry_after="7"), ("http.unavailable", {"retry_after": 7}))
    for name in ERRORS:
        everywhere(f"E8-400-{name.replace('_', '-')}", reply({"error": name, "error_description": "a\nb"}, 400), (f"oauth.{name}", {"oauth_error": name, "oauth_error_description": "a b"}),
                   ["discovery", "userinfo"])
    everywhere("E8-401-invalid-client", reply({"error": "invalid_client"}, 401, www_authenticate='Basic realm="x"'), "oauth.invalid_client", ["discovery", "userinfo"])
    everywhere("E8-400-unknown-error", reply({"error": "nonsense"}, 400), "oauth.other", ["discovery", "userinfo"])
    everywhere("E8-400-error-number", reply({"error": 5}, 400), "http.status")
    everywhere("E8-400-error-repeated", reply('{"error":"a","error":"b"}', 400), "http.status")
    for place in ("token", "refresh"):
        for name in ("invalid_grant", "access_denied", "nonsense"):
            code = "oauth.other" if name == "nonsense" else f"oauth.{name}"
            suite.client(f"E8-200-with-{name.replace('_', '-')}-{place}", *places[place](reply({"error": name}), code))
    suite.client("E8-200-with-error-and-token", *places["token"](reply(tokens(error="invalid_grant")), "oauth.invalid_grant"))
    for kind, code in {"timeout": "http.timeout", "connect": "http.connect", "tls": "http.tls", "dns": "http.dns", "private_address": "http.private_address",
                       "too_large": "http.too_large", "protocol": "http.protocol", "something else": "http.connect"}.items():
        everywhere(f"E7-{kind.replace(' ', '-').replace('_', '-')}", failure(kind), code)


def refresh(suite):
    form = {"grant_type": "refresh_token", "refresh_token": "rt-0"}

    def refreshed(name, expect, answer, scopes=None, more=None, **changed):
        given = {"token": "rt-0"} | ({"scopes": scopes} if scopes else {})
        suite.client(name, call("refresh", expect, [post(f"{ISSUER}/token", form | (more or {}), answer)] , **given), **changed)

    refreshed("F10-refresh-rotates", {"access_token": "at-1", "refresh_token": "rt-1"}, reply(tokens()))
    refreshed("F10-refresh-keeps-the-old-token", {"access_token": "at-1", "refresh_token": "rt-0"}, reply(tokens(refresh_token=...)))
    refreshed("F10-refresh-narrows", {"scopes": ["email"]}, reply(tokens()), ["email"], {"scope": "email"})
    refreshed("F10-refresh-widens", {"scopes": ["email", "admin"], "unrequested_scopes": ["admin"]}, reply(tokens(scope="email admin")), ["email"], {"scope": "email"})
    refreshed("F10-refresh-without-type", "response.token_type", reply(tokens(token_type=...)))
    refreshed("F10-refresh-refused", ("oauth.invalid_grant", {"oauth_error": "invalid_grant"}), reply({"error": "invalid_grant"}, 400))
    script = [post(f"{ISSUER}/token", form, reply(tokens(id_token=id_token(nonce=...)))), keys()]
    suite.client("C10-refresh-with-id-token", call("refresh", {"id_token": {"claims": {"sub": "user-1"}}}, script, token="rt-0"))
    script = [post(f"{ISSUER}/token", form, reply(tokens(id_token=id_token(nonce=..., aud="other")))), keys()]
    suite.client("C10-refresh-with-id-token-for-another", call("refresh", "token.audience", script, token="rt-0"))
    public = [post(f"{ISSUER}/token", form | {"client_id": "abc"}, reply(tokens()), None)]
    suite.client("F10-refresh-of-a-public-client", call("refresh", {"access_token": "at-1"}, public, token="rt-0"), client_secret=...)
    api = "https://api.example.com/v1"
    narrowed = [post(f"{ISSUER}/token", form | {"resource": api}, reply(tokens()))]
    suite.client("F10-refresh-for-a-resource", call("refresh", {"access_token": "at-1"}, narrowed, token="rt-0", resource=[api]))
    foreign = [post(f"{ISSUER}/token", form | {"resource": api}, reply({"error": "invalid_target"}, 400))]
    suite.client("F10-refresh-for-a-resource-that-was-not-granted", call("refresh", "oauth.invalid_target", foreign, token="rt-0", resource=[api]))
    for name, text in {"relative": "/v1", "with-a-fragment": api + "#x", "empty": ""}.items():
        suite.client(f"F10-refresh-for-a-resource-{name}", call("refresh", "config.resource", token="rt-0", resource=[text]))
    twice = [call("refresh", {"refresh_token": "rt-1"}, [post(f"{ISSUER}/token", form, reply(tokens()))], token="rt-0")] * 2
    suite.client("F10-refresh-twice", *twice)


def credentials(suite):
    form = {"grant_type": "client_credentials"}
    suite.client("F10-client-credentials", call("client_credentials", {"access_token": "at-1", "scopes": ["a", "b"]},
                 [post(f"{ISSUER}/token", form | {"scope": "a b"}, reply(tokens(scope=...)))], scopes=["a", "b"]))
    suite.client("F10-client-credentials-without-scope", call("client_credentials", {"scopes": ["email"], "unrequested_scopes": []}, [post(f"{ISSUER}/token", form, reply(tokens()))]))
    suite.client("F10-client-credentials-widened", call("client_credentials", {"unrequested_scopes": ["email"]},
                 [post(f"{ISSUER}/token", form | {"scope": "a"}, reply(tokens(scope="a email")))], scopes=["a"]))
    suite.client("F10-client-credentials-of-a-public-client", call("client_credentials", "config.client_authentication"), client_secret=...)
    suite.client("F10-client-credentials-refused", call("client_credentials", "oauth.unauthorized_client", [post(f"{ISSUER}/token", form, reply({"error": "unauthorized_client"}, 400))]))


def introspection(suite):
    def ask(name, expect, answer, form=None, service_text=None, **given):
        suite.client(name, call("introspect", expect, [post(f"{ISSUER}/introspect", {"token": "t"} | (form or {}), answer)], token="t", **given), service_text=service_text)

    active = {"active": True, "sub": "user-1", "scope": "a b", "client_id": "abc", "exp": NOW + 60, "iat": NOW, "aud": ["x", "y"], "ext": {"a": 1}}
    ask("F10-introspect-active", active, reply(active))
    ask("F10-introspect-inactive", {"active": False}, reply({"active": False}))
    ask("F10-introspect-with-a-hint", {"active": True}, reply({"active": True}), {"token_type_hint": "refresh_token"}, token_type_hint="refresh_token")
    ask("F10-introspect-json-suffix", {"active": True}, reply({"active": True}, 200, "application/token-introspection+json; charset=utf-8"))
    for name, value in {"text": "true", "number": 1, "null": None, "missing": ..., "empty": "", "list": [True], "false-text": "false", "object": {}}.items():
        ask(f"F10-introspect-active-{name}", "response.active", reply({"sub": "x"} | ({} if value is ... else {"active": value})))
    suite.client("F10-introspect-unknown-hint", call("introspect", "config.invalid", token="t", token_type_hint="id_token"))
    suite.client("E10-introspect-without-endpoint", call("introspect", "metadata.missing_endpoint", token="t"), service_text=service(introspection_endpoint=...))
    user, secret = "a:b c", "p%+ä"
    suite.client("F12-introspect-basic", call("introspect", {"active": True}, [post(f"{ISSUER}/introspect", {"token": "t"}, reply({"active": True}), basic(user, secret))], token="t"),
                 client_id=user, client_secret=secret)
    suite.client("F12-revoke-basic", call("revoke", None, [post(f"{ISSUER}/revoke", {"token": "t"}, reply("", 200, None), basic(user, secret))], token="t"), client_id=user, client_secret=secret)
    suite.client("F12-revoke-post", call("revoke", None, [post(f"{ISSUER}/revoke", {"token": "t", "client_id": user, "client_secret": secret}, reply("", 200, None), None)], token="t"),
                 client_id=user, client_secret=secret, authentication_method="client_secret_post")


def revocation(suite):
    def revoke(name, expect, answer, form=None, **given):
        suite.client(name, call("revoke", expect, [post(f"{ISSUER}/revoke", {"token": "t"} | (form or {}), answer)], token="t", **given))

    revoke("F10-revoke", None, reply("", 200, None))
    revoke("F10-revoke-with-a-body-that-nobody-reads", None, reply("<html>", 200, "text/html"))
    revoke("F10-revoke-with-a-hint", None, reply("", 200, None), {"token_type_hint": "access_token"}, token_type_hint="access_token")
    revoke("E8-revoke-unsupported", "oauth.unsupported_token_type", reply({"error": "unsupported_token_type"}, 400))
    suite.client("F10-revoke-unknown-hint", call("revoke", "config.invalid", token="t", token_type_hint=""))
    suite.client("E10-revoke-without-endpoint", call("revoke", "metadata.missing_endpoint", token="t"), service_text=service(revocation_endpoint=...))
    public = [post(f"{ISSUER}/revoke", {"token": "t", "client_id": "abc"}, reply("", 200, None), None)]
    suite.client("F10-revoke-of-a-public-client", call("revoke", None, public, token="t"), client_secret=...)


def userinfo(suite):
    def ask(name, expect, answer, **given):
        suite.client(name, call("userinfo", expect, [get(f"{ISSUER}/userinfo", answer, authorization="Bearer at")], token="at", **given))

    claims = {"sub": "user-1", "email": "a@example.com", "address": {"country": "DE"}}
    ask("C10-userinfo", claims, reply(claims))
    ask("C10-userinfo-of-the-expected-subject", claims, reply(claims), subject="user-1")
    ask("C10-userinfo-json-suffix", claims, reply(claims, 200, "application/foo+json; charset=utf-8"))
    for name, found in {"other": "user-2", "prefix": "user-", "other-case": "USER-1", "trailing-space": "user-1 ", "empty": "", "number": 1, "null": None, "list": ["user-1"]}.items():
        ask(f"C10-userinfo-subject-{name}", "response.subject", reply(claims | {"sub": found}), subject="user-1")
    for name, found in {"number": 1, "empty": "", "list": ["user-1"]}.items():
        ask(f"C10-userinfo-unexpected-subject-{name}", "response.subject", reply(claims | {"sub": found}))
    ask("C10-userinfo-without-subject", "response.subject", reply({"email": "a@example.com"}), subject="user-1")
    ask("C10-userinfo-without-subject-unchecked", "response.subject", reply({"email": "a@example.com"}))
    ask("E6-userinfo-as-jwt", "response.content_type", reply("eyJhbGciOiJub25lIn0.e30.", 200, "application/jwt"))
    challenge = lambda error: f'Bearer realm="x", error="{error}", error_description="no"'
    ask("E8-userinfo-invalid-token", "oauth.invalid_token", reply("", 401, None, www_authenticate=challenge("invalid_token")))
    ask("E8-userinfo-insufficient-scope", "oauth.insufficient_scope", reply("", 403, None, www_authenticate=challenge("insufficient_scope")))
    ask("E8-userinfo-403", "http.status", reply("", 403, None))
    ask("E8-userinfo-odd-challenge", "http.status", reply("", 401, None, www_authenticate="Negotiate"))
    ask("C11-userinfo-with-odd-names", {"__proto__": {"x": 1}, "constructor": "y"}, reply({"sub": "user-1", "__proto__": {"x": 1}, "constructor": "y"}))
    suite.client("E10-userinfo-without-endpoint", call("userinfo", "metadata.missing_endpoint", token="at"), service_text=service(userinfo_endpoint=...))


def arguments(suite):
    """E11 and J12: tokens that the caller passes in."""
    for operation in ("refresh", "introspect", "revoke", "userinfo"):
        for name, text in {"crlf": "a\r\nb", "nul": "a\0b", "lone-cr": "a\rb", "delete": "a\x7f"}.items():
            suite.client(f"E11-{operation}-{name}", call(operation, "config.control_character", token=text))
        for name, text in {"empty": "", "non-ascii": "é", "astral": "\U0001f600", "megabyte": repeat("a", 1_000_000)}.items():
            suite.client(f"J12-{operation}-{name}", call(operation, "config.invalid", token=text))
    suite.client("E11-refresh-scope", call("refresh", "config.control_character", token="rt", scopes=["a\r\nb"]))
    suite.client("E11-client-credentials-scope", call("client_credentials", "config.control_character", scopes=["a\0"]))
    suite.client("J12-client-credentials-scope-empty", call("client_credentials", "config.invalid", scopes=[""]))
