"""Scenarios: each declared quirk switched on (accepted, and named), off (refused with its code), and what it must not open."""

from urllib.parse import urlencode

from encoding import NOW, dumps, public
from provider import CLIENT, ISSUER, METADATA, NONCE, STATE, VERIFIER, metadata
from scenario import Scenarios, basic, begin, call, exchange, finish, get, id_token, keys, post, reply, tokens
from tokens import token

SECRET = "a client secret that is long enough for HS256"
FORM_TYPE = "application/x-www-form-urlencoded"


def service(*quirks, document=None, **options):
    """The usual provider with quirks."""
    return {"text": dumps(document or METADATA), "options": {"testing": {"now": NOW}} | ({"quirks": list(quirks)} if quirks else {}) | options}


def build():
    suite = Scenarios("Declared leniency: one quirk, one departure, and nothing beside it.")
    replies(suite)
    errors(suite)
    lifetimes(suite)
    refresh(suite)
    identity(suite)
    proof_keys(suite)
    userinfo(suite)
    revocation(suite)
    return suite


def login(suite, name, quirks, answer, expect, *, asked=("email",), verification=(), options=None, document=None, **client):
    if isinstance(expect, dict):
        expect = {"access_token": "at-1", "quirks": list(quirks)} | expect
    suite.client(f"F10-quirk-{name}", begin(*asked), finish(expect, exchange(answer), *verification), service_text=service(*quirks, document=document, **(options or {})), **client)


def both(suite, quirk, answer, expect, refused, **more):
    """On: accepted, and the result names it. Off, or any other on: refused."""
    name = quirk.replace("_", "-")
    login(suite, f"{name}", [quirk], answer, expect, **more)
    login(suite, f"{name}-off", [], answer, refused, **more)
    other = "status_201" if quirk != "status_201" else "scope_array"
    login(suite, f"{name}-another-on", [other], answer, refused, **more)


def replies(suite):
    both(suite, "expires_in_string", reply(tokens(expires_in="3600")), {"expires_at": NOW + 3600}, "response.expires_in")
    for name, value in {"sign": "+60", "minus": "-1", "space": " 60", "fraction": "1.5", "exponent": "1e3", "empty": "", "hexadecimal": "0x10", "huge": "9" * 16, "true": True, "list": ["60"]}.items():
        login(suite, f"expires-in-string-{name}", ["expires_in_string"], reply(tokens(expires_in=value)), "response.expires_in")
    login(suite, "expires-in-string-unused", ["expires_in_string"], reply(tokens()), {"expires_at": NOW + 3600, "quirks": []})

    both(suite, "token_type_absent", reply(tokens(token_type=...)), {"token_type": "Bearer"}, "response.token_type")
    for name, value in {"null": None, "empty": "", "other": "DPoP", "list": ["Bearer"]}.items():
        login(suite, f"token-type-absent-{name}", ["token_type_absent"], reply(tokens(token_type=value)), "response.token_type")
    both(suite, "token_type_mac", reply(tokens(token_type="MAC")), {"token_type": "Bearer"}, "response.token_type")
    for name, value in {"absent": ..., "prefix": "macaroon", "dpop": "DPoP"}.items():
        login(suite, f"token-type-mac-{name}", ["token_type_mac"], reply(tokens(token_type=value)), "response.token_type")

    both(suite, "scope_array", reply(tokens(scope=["email", "admin"])), {"scopes": ["email", "admin"], "unrequested_scopes": ["admin"]}, "response.scope")
    for name, value in {"number": ["email", 1], "nested": [["email"]], "two-in-one": ["email admin"], "empty-text": [""], "null": [None], "quote": ["a\"b"], "object": {"email": True}}.items():
        login(suite, f"scope-array-{name}", ["scope_array"], reply(tokens(scope=value)), "response.scope")
    login(suite, "scope-array-empty", ["scope_array"], reply(tokens(scope=[])), {"scopes": []})

    # A comma is a legal character of a scope, so off it is one scope of that name and no error.
    login(suite, "scope-comma", ["scope_comma"], reply(tokens(scope="email,admin")), {"scopes": ["email", "admin"], "unrequested_scopes": ["admin"]})
    login(suite, "scope-comma-off", [], reply(tokens(scope="email,admin")), {"scopes": ["email,admin"], "unrequested_scopes": ["email,admin"]})
    login(suite, "scope-comma-and-space", ["scope_comma"], reply(tokens(scope="email, admin")), {"scopes": ["email", "admin"]})
    login(suite, "scope-comma-unused", ["scope_comma"], reply(tokens(scope="email admin")), {"scopes": ["email", "admin"], "quirks": []})
    login(suite, "scope-comma-list", ["scope_comma"], reply(tokens(scope=["email"])), "response.scope")
    login(suite, "scope-comma-control", ["scope_comma"], reply(tokens(scope="email,\u0001")), "response.scope")

    for member, code in (("expires_in", "response.expires_in"), ("refresh_token", "response.refresh_token"), ("scope", "response.scope"), ("id_token", "token.malformed")):
        both_name = f"null-members-{member.replace('_', '-')}"
        login(suite, both_name, ["null_members"], reply(tokens(**{member: None})), {})
        login(suite, f"{both_name}-off", [], reply(tokens(**{member: None})), code)
    login(suite, "null-members-access-token", ["null_members"], reply(tokens(access_token=None)), "response.access_token")
    login(suite, "null-members-token-type", ["null_members"], reply(tokens(token_type=None)), "response.token_type")
    login(suite, "null-members-id-token-that-was-asked-for", ["null_members"], reply(tokens(id_token=None)), "response.id_token_missing", asked=("openid",))

    both(suite, "status_201", reply(tokens(), 201), {}, "http.status")
    for status in (202, 203, 206):
        login(suite, f"status-201-{status}", ["status_201"], reply(tokens(), status), "http.status")
    login(suite, "status-201-with-an-error", ["status_201"], reply({"error": "invalid_grant"}, 201), "oauth.invalid_grant")

    form = lambda **changed: reply(urlencode({k: v for k, v in ({"access_token": "at-1", "token_type": "bearer", "expires_in": "3600", "scope": "email"} | changed).items() if v is not None}), 200, FORM_TYPE)
    both(suite, "form_encoded_reply", form(), {"expires_at": NOW + 3600, "scopes": ["email"]}, "response.content_type")
    quirk = ["form_encoded_reply"]
    login(suite, "form-encoded-reply-with-charset", quirk, reply("access_token=at-1&token_type=bearer", 200, FORM_TYPE + "; charset=utf-8"), {"expires_at": None})
    login(suite, "form-encoded-reply-of-json", quirk, reply(tokens()), {"quirks": []})
    for name, text, code in (
        ("twice", "access_token=at-1&access_token=at-2&token_type=bearer", "response.malformed"), ("without-type", "access_token=at-1", "response.token_type"),
        ("error", "error=bad_verification_code&error_description=x", "oauth.other"), ("error-and-token", "error=invalid_grant&access_token=at-1&token_type=bearer", "oauth.invalid_grant"),
        ("empty", "", "response.access_token"), ("json", dumps(tokens()), "response.access_token"), ("no-utf-8", "access_token=%ff&token_type=bearer", "response.malformed"),
        ("signed-expiry", "access_token=at-1&token_type=bearer&expires_in=-1", "response.expires_in"), ("control", "access_token=a%0ab&token_type=bearer", "response.access_token"),
    ):
        login(suite, f"form-encoded-reply-{name}", quirk, reply(text, 200, FORM_TYPE), code)
    login(suite, "form-encoded-reply-as-text", quirk, reply("access_token=at-1&token_type=bearer", 200, "text/plain"), "response.content_type")
    login(suite, "form-encoded-reply-as-html", quirk, reply("access_token=at-1&token_type=bearer", 200, "text/html"), "response.content_type")


def errors(suite):
    own = {"bad_verification_code": "invalid_grant", "incorrect_client_credentials": "invalid_client", "invalid_code": "invalid_grant", "code_already_used": "invalid_grant",
           "bad_client_secret": "invalid_client", "invalid_grant_type": "unsupported_grant_type", "unverified_user_email": "access_denied"}
    for name, meant in own.items():
        answer = reply({"ok": False, "error": name, "error_description": "no"})
        detail = {"oauth_error": name, "oauth_error_description": "no"}
        login(suite, f"error-with-200-{name.replace('_', '-')}", ["error_with_200"], answer, (f"oauth.{meant}", detail))
        login(suite, f"error-with-200-{name.replace('_', '-')}-off", [], answer, ("oauth.other", detail))
    login(suite, "error-with-200-and-a-token", ["error_with_200"], reply(tokens(error="bad_verification_code")), "oauth.invalid_grant")
    login(suite, "error-with-200-unknown", ["error_with_200"], reply({"error": "something"}), "oauth.other")
    login(suite, "error-with-200-ok-false-and-nothing", ["error_with_200"], reply({"ok": False}), "response.access_token")
    answer = {"error": {"message": "Error validating\naccess token", "type": "OAuthException", "code": 190, "fbtrace_id": "A"}}
    detail = {"oauth_error": "OAuthException", "oauth_error_description": "Error validating access token"}
    for status in (400, 401, 200):
        login(suite, f"error-object-{status}", ["error_object"], reply(answer, status), ("oauth.invalid_token", detail))
    other = {"error": {"message": "Invalid verification code format.", "type": "OAuthException", "code": 100}}
    login(suite, "error-object-of-another-code", ["error_object"], reply(other, 400), ("oauth.other", {"oauth_error": "OAuthException"}))
    login(suite, "error-object-off", [], reply(answer, 400), "http.status")
    login(suite, "error-object-off-200", [], reply(answer, 200), "response.access_token")
    login(suite, "error-object-500", ["error_object"], reply(answer, 500), "http.unavailable")
    login(suite, "error-object-redirect", ["error_object"], reply(answer, 302, location="https://evil.example/"), "http.redirect")
    login(suite, "error-object-and-token", ["error_object"], reply(tokens(error={"code": 190})), "oauth.invalid_token")
    login(suite, "error-object-repeated-member", ["error_object"], reply('{"error":{"code":190},"error":{"code":1}}', 400), "http.status")
    # An error of its own name with another status is what RFC 6749 says, and stays so.
    login(suite, "error-with-200-has-no-say-over-400", ["error_with_200"], reply({"error": "bad_verification_code"}, 400), "oauth.other")


def lifetimes(suite):
    quirk, given = ["expires_in_absent"], {"default_lifetime": 7200}
    login(suite, "expires-in-absent", quirk, reply(tokens(expires_in=...)), {"expires_at": NOW + 7200}, options=given)
    # Without the quirk an absent member is what RFC 6749 allows: nothing is known.
    login(suite, "expires-in-absent-off", [], reply(tokens(expires_in=...)), {"expires_at": None})
    login(suite, "expires-in-absent-unused", quirk, reply(tokens(expires_in=60)), {"expires_at": NOW + 60, "quirks": []}, options=given)
    login(suite, "expires-in-absent-null", quirk, reply(tokens(expires_in=None)), "response.expires_in", options=given)
    login(suite, "expires-in-absent-text", quirk, reply(tokens(expires_in="60")), "response.expires_in", options=given)
    for name, quirks, options in (("without-lifetime", quirk, {}), ("lifetime-without-quirk", [], given), ("zero", quirk, {"default_lifetime": 0}), ("too-long", quirk, {"default_lifetime": 31_622_401})):
        suite.client(f"F10-quirk-expires-in-absent-{name}", call("begin_authorization", "config.quirk", options={"scopes": []}), service_text=service(*quirks, **options))


def refresh(suite):
    def again(name, quirks, answer, code):
        form = {"grant_type": "refresh_token", "refresh_token": "rt-0"}
        suite.client(f"F10-quirk-{name}", call("refresh", code, [post(f"{ISSUER}/token", form, answer)], token="rt-0"), service_text=service(*quirks))

    quirk, answer = ["refresh_invalid_request_401"], reply({"error": "invalid_request", "hint": "Token has been revoked"}, 401)
    again("refresh-invalid-request-401", quirk, answer, ("oauth.invalid_grant", {"oauth_error": "invalid_request"}))
    again("refresh-invalid-request-401-off", [], answer, "oauth.invalid_request")
    again("refresh-invalid-request-400", quirk, reply({"error": "invalid_request"}, 400), "oauth.invalid_request")
    again("refresh-invalid-request-401-of-another-name", quirk, reply({"error": "invalid_client"}, 401), "oauth.invalid_client")
    login(suite, "refresh-invalid-request-401-at-a-login", quirk, answer, "oauth.invalid_request")


def identity(suite):
    openid = {"asked": ("openid",), "verification": [keys()]}
    absent = reply(tokens(id_token=id_token(nonce=...)))
    both(suite, "no_nonce", absent, {"id_token": {"claims": {"sub": "user-1"}}}, "token.nonce", **openid)
    for name, nonce, code in (("another", "x", "token.nonce"), ("empty", "", "token.nonce"), ("longer", NONCE + "x", "token.nonce"), ("number", 1, "token.claim_type"), ("null", None, "token.claim_type")):
        login(suite, f"no-nonce-{name}", ["no_nonce"], reply(tokens(id_token=id_token(nonce=nonce))), code, **openid)
    login(suite, "no-nonce-unused", ["no_nonce"], reply(tokens(id_token=id_token())), {"quirks": []}, **openid)
    login(suite, "no-nonce-of-another-client", ["no_nonce"], reply(tokens(id_token=id_token(nonce=..., aud="other"))), "token.audience", **openid)

    several = keys(reply({"keys": [public("p256", kid="k1", use="sig", alg="ES256"), public("p256_b", kid="k2", use="sig", alg="ES256")]}))
    nameless = reply(tokens(id_token=id_token(header={"alg": "ES256"})))
    both(suite, "token_without_kid", nameless, {}, "token.key_ambiguous", asked=("openid",), verification=[several])
    login(suite, "token-without-kid-of-a-stranger", ["token_without_kid"], reply(tokens(id_token=id_token(header={"alg": "ES256"}, key="p256_b", iss="https://evil.example"))),
          "token.issuer", asked=("openid",), verification=[several])
    # One key, with neither id nor algorithm nor use, as Drupal's: RFC 7517 allows it, so no quirk is needed.
    bare = keys(reply({"keys": [public("p256")]}))
    login(suite, "none-needed-for-a-bare-key", [], nameless, {}, asked=("openid",), verification=[bare])
    login(suite, "none-needed-for-a-bare-key-of-several-types", [], nameless, {}, asked=("openid",), verification=[keys(reply({"keys": [public("p256"), public("rsa")]}))])
    unsigned = reply(tokens(id_token=id_token(header={"alg": "ES256"}, key="p256_b")))
    login(suite, "bare-key-of-another", [], unsigned, "token.signature", asked=("openid",), verification=[bare])

    silent = metadata(issuer=..., jwks_uri=...)
    stray = reply(tokens(id_token="not even a token"))
    both(suite, "unsolicited_id_token", stray, {"id_token": None}, "metadata.missing_endpoint", document=silent)
    login(suite, "unsolicited-id-token-of-a-known-issuer", ["unsolicited_id_token"], stray, "token.malformed")
    login(suite, "unsolicited-id-token-of-a-known-issuer-is-verified", ["unsolicited_id_token"], reply(tokens(id_token=id_token())), {"id_token": {"claims": {"sub": "user-1"}}, "quirks": []}, verification=[keys()])
    suite.client("F10-quirk-unsolicited-id-token-cannot-be-asked-for", call("begin_authorization", "metadata.missing_endpoint", options={"scopes": ["openid"]}),
                 service_text=service("unsolicited_id_token", document=silent))

    hs = lambda secret=SECRET, **claims: reply(tokens(id_token=token({"iss": ISSUER, "sub": "user-1", "aud": "abc", "exp": NOW + 300, "iat": NOW, "nonce": NONCE} | claims, {"alg": "HS256", "typ": "jwt"}, "HS256", secret.encode())))
    def symmetric(name, quirks, answer, expect, secret=SECRET, verification=()):
        expect = {"quirks": quirks} | expect if isinstance(expect, dict) else expect
        suite.client(f"B2-quirk-{name}", begin("openid"), finish(expect, exchange(answer, authorization=basic(secret=secret)), *verification), service_text=service(*quirks), client_secret=secret)

    symmetric("id-token-hs256", ["id_token_hs256"], hs(), {"id_token": {"claims": {"sub": "user-1"}}})
    symmetric("id-token-hs256-off", [], hs(), "token.algorithm")
    symmetric("id-token-hs256-of-another-secret", ["id_token_hs256"], hs("another secret that is long enough for HS256"), "token.signature")
    symmetric("id-token-hs256-under-the-published-key", ["id_token_hs256"], hs(dumps(public("p256", kid="k1", use="sig", alg="ES256"))), "token.signature")
    symmetric("id-token-hs256-signed-with-a-key-pair", ["id_token_hs256"], reply(tokens(id_token=id_token())), "token.algorithm")
    suite.client("B2-quirk-id-token-hs256-of-a-public-client", call("begin_authorization", "config.algorithms", options={"scopes": ["openid"]}), service_text=service("id_token_hs256"), client_secret=...)
    for name, secret in {"frappe": "3f1c9a07de", "31-bytes": "x" * 31}.items():
        symmetric(f"short-secret-{name}", ["id_token_hs256", "short_secret"], hs(secret), {"id_token": {"claims": {"sub": "user-1"}}}, secret)
        symmetric(f"short-secret-{name}-of-another", ["id_token_hs256", "short_secret"], hs("0000000000"), "token.signature", secret)
    short = lambda name, secret: suite.client(f"B7-quirk-short-secret-{name}", call("begin_authorization", "key.too_short", options={"scopes": ["openid"]}),
                                              service_text=service("id_token_hs256", "short_secret"), client_secret=secret)
    short("of-seven-bytes", "3f1c9a0")
    short("of-one", "x")
    suite.client("B7-quirk-id-token-hs256-with-a-short-secret", call("begin_authorization", "key.too_short", options={"scopes": ["openid"]}), service_text=service("id_token_hs256"))


def proof_keys(suite):
    """F8: PKCE is left out where it is declared to be refused, and nowhere else."""
    silent = metadata(code_challenge_methods_supported=...)
    plain = begin("email")
    plain["expect"]["ok"]["url"] = {"base": f"{ISSUER}/authorize", "parameters": {"state": STATE}}
    form = {"grant_type": "authorization_code", "code": "c0de", "redirect_uri": CLIENT["redirect_uri"]}
    without = post(f"{ISSUER}/token", form, reply(tokens()))
    suite.client("F8-quirk-no-pkce", plain, finish({"quirks": ["no_pkce"]}, without), service_text=service("no_pkce", document=silent))
    suite.client("F8-quirk-no-pkce-off", begin("email"), finish({"quirks": []}, exchange(reply(tokens()))), service_text=service(document=silent))
    suite.client("F8-quirk-no-pkce-although-announced", begin("email"), finish({"quirks": []}, exchange(reply(tokens()))), service_text=service("no_pkce"))
    suite.client("F8-quirk-no-pkce-of-a-public-client", call("begin_authorization", "config.quirk", options={"scopes": []}), service_text=service("no_pkce", document=silent), client_secret=...)
    key = {"base64url": "A" * 43}
    suite.client("F8-quirk-no-pkce-sealed", begin("email"), call("seal", key=key["base64url"]), call("open", {"state": STATE}, key=key["base64url"]), finish({"quirks": ["no_pkce"]}, without),
                 service_text=service("no_pkce", document=silent))
    # What was sealed without a verifier is worth nothing where PKCE is used.
    suite.client("F8-quirk-no-pkce-sealed-and-then-switched-off", begin("email"), call("seal", key=key["base64url"]), call("open", {"state": STATE}, key=key["base64url"], service=service(document=silent)),
                 finish("pending.invalid"), service_text=service("no_pkce", document=silent))
    suite.client("F8-quirk-unknown", call("begin_authorization", "config.quirk", options={"scopes": []}), service_text=service("lenient"))
    suite.client("F8-quirk-all", call("begin_authorization", "config.quirk", options={"scopes": []}), service_text=service("*"))


def userinfo(suite):
    def ask(name, quirks, answer, expect, **given):
        suite.client(f"C10-quirk-{name}", call("userinfo", expect, [get(f"{ISSUER}/userinfo", answer, authorization="Bearer at")], token="at", **given), service_text=service(*quirks))

    for name, claims in {"absent": {"id": 42}, "null": {"sub": None, "id": 42}}.items():
        ask(f"userinfo-without-sub-{name}", ["userinfo_without_sub"], reply(claims), claims)
        ask(f"userinfo-without-sub-{name}-off", [], reply(claims), "response.subject")
        ask(f"userinfo-without-sub-{name}-where-one-is-expected", ["userinfo_without_sub"], reply(claims), "response.subject", subject="user-1")
    ask("userinfo-without-sub-of-another", ["userinfo_without_sub"], reply({"sub": "user-2"}), "response.subject", subject="user-1")
    for name, value in {"empty": "", "number": 1, "list": []}.items():
        ask(f"userinfo-without-sub-{name}", ["userinfo_without_sub"], reply({"sub": value}), "response.subject")
    ask("userinfo-number-sub", ["userinfo_number_sub"], reply({"sub": 42}), {"sub": 42})
    ask("userinfo-number-sub-that-is-expected", ["userinfo_number_sub"], reply({"sub": 42}), {"sub": 42}, subject="42")
    ask("userinfo-number-sub-off", [], reply({"sub": 42}), "response.subject")
    ask("userinfo-number-sub-of-another", ["userinfo_number_sub"], reply({"sub": 42}), "response.subject", subject="4")
    ask("userinfo-number-sub-fraction", ["userinfo_number_sub"], reply('{"sub":42.5}'), "response.subject")
    ask("userinfo-number-sub-absent", ["userinfo_number_sub"], reply({"id": 42}), "response.subject")


def revocation(suite):
    def revoke(name, quirks, answer, expect):
        suite.client(f"F10-quirk-revocation-{name}", call("revoke", expect, [post(f"{ISSUER}/revoke", {"token": "t"}, answer)], token="t"), service_text=service(*quirks))

    quirk = ["revocation_unknown_token"]
    for name, answer, code in (("404", reply("", 404, None), "http.status"), ("404-json", reply({"exc_type": "DoesNotExistError"}, 404), "http.status"), ("invalid-token", reply({"error": "invalid_token"}, 400), "oauth.invalid_token")):
        revoke(name, quirk, answer, None)
        revoke(f"{name}-off", [], answer, code)
    for name, answer, code in (("400", reply({"error": "invalid_request"}, 400), "oauth.invalid_request"), ("401", reply({"error": "invalid_client"}, 401), "oauth.invalid_client"),
                               ("401-invalid-token", reply({"error": "invalid_token"}, 401), "oauth.invalid_token"), ("500", reply("", 500, None), "http.unavailable"),
                               ("unsupported", reply({"error": "unsupported_token_type"}, 400), "oauth.unsupported_token_type"), ("redirect", reply("", 302, None, location="https://evil.example/"), "http.redirect")):
        revoke(f"{name}-is-no-success", quirk, answer, code)
