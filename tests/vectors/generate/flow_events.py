"""Scenarios: what is told of an operation. The names and members are the same in every host."""

from encoding import NOW, dumps, public
from flow_login import KEY
from flow_other_grants import BEGUN, PENDING, SLOW
from flow_quirks import service as with_quirks
from flow_replies import about_user, introspected
from flow_requests import push, response
from flow_sessions import logout_token
from provider import ENTROPY, ISSUER, METADATA, STATE, service
from scenario import Scenarios, call, exchange, failure, finish, get, id_token, keys, operation, post, reply, sleep, tokens
from tokens import claims, token

TOKEN = f"{ISSUER}/token"
DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
WHO = {"provider": ISSUER, "client_id": "abc"}
ENTIRE = {"scopes": ["email"], "expires_at": NOW + 3600, "refreshable": True, "identified": False}


def build():
    suite = Scenarios("Events: what happened on the way of an operation, without secrets. Every host tells the same.")
    logins(suite)
    callbacks(suite)
    grants(suite)
    key_sets(suite)
    quirks(suite)
    return suite


def told(one, *events):
    """A call with all that it tells, in order."""
    return one | {"events": list(events)}


def event(name, level="info", **members):
    return {"name": name, "level": level, "time": NOW} | WHO | members


def failed(name, code, provider_error=None, retryable=False, **members):
    said = {} if provider_error is None else {"provider_error": provider_error}
    return event(name, "warning", code=code, retryable=retryable, **said, **members)


def received(grant_type="authorization_code", **changed):
    return event("token_received", grant_type=grant_type, **(ENTIRE | changed))


def fetched(count=1, **members):
    """A key set belongs to a provider and not to one of its clients."""
    return {"name": "key_set_fetched", "level": "info", "time": NOW, "provider": ISSUER, "url": f"{ISSUER}/jwks", "keys": count} | members


def line(name, *members):
    return " ".join((name, f"provider={ISSUER}", *members))


BEGIN = told(call("begin_authorization", {"state": STATE}, options={"scopes": ["email"]}), event("authorization_begun", scopes=["email"], pushed=False))


def logins(suite):
    done = {"access_token": "at-1"}
    suite.client("EV-login", BEGIN, told(finish(done, exchange(reply(tokens()))), received(
        message=line("token_received", "client_id=abc", "grant_type=authorization_code", "scopes=email", f"expires_at={NOW + 3600}", "refreshable=true", "identified=false"))))
    openid = told(call("begin_authorization", {"state": STATE}, options={"scopes": ["openid", "email"]}), event(
        "authorization_begun", scopes=["openid", "email"], pushed=False, message=line("authorization_begun", "client_id=abc", 'scopes="openid email"', "pushed=false")))
    suite.client("EV-login-with-id-token", openid,
                 told(finish(done, exchange(reply(tokens(id_token=id_token(), expires_in=..., refresh_token=...))), keys()), fetched(),
                      event("token_received", grant_type="authorization_code", scopes=["email"], refreshable=False, identified=True)))
    suite.client("EV-login-refused-at-the-token-endpoint", BEGIN,
                 told(finish("oauth.invalid_grant", exchange(reply({"error": "invalid_grant", "error_description": "code c0de expired"}, 400))),
                      failed("grant_failed", "oauth.invalid_grant", "invalid_grant", grant_type="authorization_code",
                             message=line("grant_failed", "client_id=abc", "grant_type=authorization_code", "code=oauth.invalid_grant", "provider_error=invalid_grant", "retryable=false"))))
    suite.client("EV-login-without-network", BEGIN,
                 told(finish("http.timeout", exchange(failure("timeout"))), failed("grant_failed", "http.timeout", retryable=True, grant_type="authorization_code")))
    suite.client("EV-login-with-a-foreign-id-token", openid,
                 told(finish("token.audience", exchange(reply(tokens(id_token=id_token(aud="other")))), keys()), fetched(), failed("grant_failed", "token.audience", grant_type="authorization_code")))
    suite.client("EV-pushed",
                 told(push({"state": STATE}, reply({"request_uri": "urn:r", "expires_in": 60}, 201)),
                      event("authorization_begun", scopes=["email"], pushed=True)),
                 service_text=service(pushed_authorization_request_endpoint=f"{ISSUER}/par"))
    suite.client("EV-no-issuer", told(call("begin_authorization", {"state": STATE}, options={"scopes": []}), event("authorization_begun", scopes=[], pushed=False, provider=ISSUER)),
                 service_text=dumps({"authorization_endpoint": f"{ISSUER}/authorize", "token_endpoint": TOKEN, "testing": {"now": NOW}}))
    suite.client("EV-opened-again", BEGIN, call("seal", {}, key=KEY), told(call("open", {"state": STATE}, key=KEY)))


def callbacks(suite):
    def refused(name, code, callback, said=None, **more):
        suite.client(f"EV-callback-{name}", BEGIN, told(finish(code, callback=callback), failed("callback_refused", code, said, **more)))

    base = "https://app.example.com/callback"
    refused("state-mismatch", "callback.state_mismatch", f"{base}?code=c0de&state=other-state")
    refused("state-missing", "callback.state_missing", f"{base}?code=c0de")
    refused("code-missing", "callback.code_missing", f"{base}?state={STATE}")
    refused("foreign-issuer", "callback.issuer_mismatch", f"{base}?code=c0de&state={STATE}&iss=https://evil.example")
    refused("denied", "oauth.access_denied", f"{base}?error=access_denied&error_description=the+user+said+no&state={STATE}", "access_denied")
    refused("odd-error", "oauth.other", f"{base}?error=a%22b+%5B1m%E2%80%AEx&state={STATE}", 'a"b [1m\u202ex', message=line("callback_refused", "client_id=abc", "code=oauth.other", r'provider_error="a\"b [1m\u{202e}x"', "retryable=false"))
    suite.client("EV-callback-replayed", BEGIN, told(finish({"access_token": "at-1"}, exchange(reply(tokens()))), received()),
                 told(finish("callback.state_replayed"), failed("callback_refused", "callback.state_replayed")))
    signed = told(call("begin_authorization", {"state": STATE}, options={"scopes": ["email"], "response_mode": "jwt"}), event("authorization_begun", scopes=["email"], pushed=False))
    text = service(authorization_signing_alg_values_supported=["ES256"])
    suite.client("EV-callback-signed", signed, told(finish({"access_token": "at-1"}, keys(), exchange(reply(tokens())), callback=f"{base}?response={response()}"), fetched(), received()), service_text=text)
    suite.client("EV-callback-signed-for-another", signed,
                 told(finish("token.audience", keys(), callback=f"{base}?response={response(aud='other')}"), fetched(), failed("callback_refused", "token.audience")), service_text=text)


def grants(suite):
    form = {"grant_type": "refresh_token", "refresh_token": "rt-old"}

    def refresh(name, answer, expect, *events, **given):
        suite.client(f"EV-refresh-{name}", told(call("refresh", expect, [post(TOKEN, form | given, answer)], token="rt-old"), *events))

    refresh("rotated", reply(tokens()), {"refresh_token": "rt-1"}, event("token_refreshed", **ENTIRE, rotated=True))
    refresh("not-rotated", reply(tokens(refresh_token=...)), {"refresh_token": "rt-old"}, event("token_refreshed", **ENTIRE, rotated=False))
    refresh("the-same-again", reply(tokens(refresh_token="rt-old")), {"refresh_token": "rt-old"}, event("token_refreshed", **ENTIRE, rotated=False))
    refresh("refused", reply({"error": "invalid_grant"}, 400), "oauth.invalid_grant", failed("refresh_failed", "oauth.invalid_grant", "invalid_grant"))
    refresh("unavailable", reply("", 503, None), "http.unavailable", failed("refresh_failed", "http.unavailable", retryable=True))
    refresh("malformed", reply({}), "response.access_token", failed("refresh_failed", "response.access_token"))
    suite.client("EV-refresh-bad-argument", told(call("refresh", "config.control_character", token="a\r\nb")))

    def grant(name, grant_type, sent, *first, **given):
        ok = operation(name, first, {"access_token": "at-1"}, [post(TOKEN, {"grant_type": grant_type} | sent, reply(tokens()))], **given)
        no = operation(name, first, "oauth.unauthorized_client", [post(TOKEN, {"grant_type": grant_type} | sent, reply({"error": "unauthorized_client"}, 400))], **given)
        suite.client(f"EV-grant-{name.replace('_', '-')}", told(ok, received(grant_type)), told(no, failed("grant_failed", "oauth.unauthorized_client", "unauthorized_client", grant_type=grant_type)))

    grant("client_credentials", "client_credentials", {})
    grant("password", "password", {"username": "jo", "password": "pass-word"}, "username", "password", username="jo", password="pass-word")
    grant("jwt_bearer", "urn:ietf:params:oauth:grant-type:jwt-bearer", {"assertion": "a.b.c"}, "assertion", assertion="a.b.c")
    grant("token_request", "urn:x:own", {}, "extension", extension="urn:x:own")
    exchanged = tokens(issued_token_type="urn:ietf:params:oauth:token-type:access_token")
    kind = "urn:ietf:params:oauth:grant-type:token-exchange"
    subject = {"subject_token": "sub-token", "subject_token_type": "urn:ietf:params:oauth:token-type:access_token"}
    suite.client("EV-grant-token-exchange", told(
        operation("exchange_token", ("subject_token",), {"access_token": "at-1"}, [post(TOKEN, {"grant_type": kind} | subject, reply(exchanged))], subject_token="sub-token", subject_token_type="access_token"),
        received(kind)))
    device = service(device_authorization_endpoint=f"{ISSUER}/device_authorization")
    ask = lambda answer: post(TOKEN, {"grant_type": DEVICE, "device_code": "dc-1"}, answer)
    poll = lambda expect, *script, kind="device_token": operation(kind, ("authorization",), expect, script, authorization=BEGUN)
    suite.client("EV-device", told(poll({"access_token": "at-1"}, sleep(5), ask(PENDING), sleep(5), ask(reply(tokens()))), received(DEVICE)), service_text=device)
    suite.client("EV-device-denied", told(poll("oauth.access_denied", sleep(5), ask(reply({"error": "access_denied"}, 400))), failed("grant_failed", "oauth.access_denied", "access_denied", grant_type=DEVICE)),
                 service_text=device)
    once = "poll_device_token"
    suite.client("EV-device-step-by-step", told(poll({"nothing": True}, ask(PENDING), kind=once)), told(poll("oauth.slow_down", ask(SLOW), kind=once)),
                 told(poll({"access_token": "at-1"}, ask(reply(tokens())), kind=once), received(DEVICE)), service_text=device)


def key_sets(suite):
    config = {"issuer": ISSUER, "audience": "my-api", "algorithms": ["ES256"], "jwks_uri": f"{ISSUER}/jwks"}
    given = {"now": NOW, "entropy": ENTROPY, "verifier": {"config": config, "keys": {"discover": True}}}
    good = token(claims(exp=NOW + 5000), {"alg": "ES256", "kid": "k1"}, "ES256", "p256")
    ok = {"claims": {"sub": "user-1"}}
    about = {"name": "key_set_failed", "level": "warning", "time": NOW, "provider": ISSUER, "code": "http.unavailable", "retryable": True}
    suite.add("EV-key-set", given, [told(call("verify", ok, [keys()], token=good), fetched()), told(call("verify", ok, token=good))])
    suite.add("EV-key-set-failed", given, [told(call("verify", "http.unavailable", [keys(reply("", 503, None))], token=good), about)])
    later = NOW + 700
    stale = told(call("verify", ok, [keys(reply("", 503, None))], token=good), about | {"time": later})
    suite.add("EV-key-set-failed-while-the-last-one-serves", given, [told(call("verify", ok, [keys()], token=good), fetched()), call("clock", now=later), stale])


def quirks(suite):
    used = lambda name: event("quirk_used", quirk=name, message=line("quirk_used", "client_id=abc", f"quirk={name}"))
    text = with_quirks("expires_in_string", "scope_comma", "refresh_invalid_request_401", "revocation_unknown_token", document=METADATA)
    suite.client("EV-quirks", BEGIN, told(finish({"access_token": "at-1"}, exchange(reply(tokens(expires_in="3600", scope="email,admin")))), received(scopes=["email", "admin"]), used("expires_in_string"), used("scope_comma")),
                 service_text=text)
    suite.client("EV-quirks-unused", BEGIN, told(finish({"access_token": "at-1"}, exchange(reply(tokens()))), received()), service_text=text)
    suite.client("EV-quirk-of-a-refusal", told(call("refresh", "oauth.invalid_grant", [post(TOKEN, {"grant_type": "refresh_token", "refresh_token": "rt-old"}, reply({"error": "invalid_request"}, 401))], token="rt-old"),
                                               failed("refresh_failed", "oauth.invalid_grant", "invalid_request"), used("refresh_invalid_request_401")), service_text=text)
    userinfo_quirks(suite, used)
    nameless_tokens(suite, used)
    suite.client("EV-quirk-of-a-revocation", told(call("revoke", {}, [post(f"{ISSUER}/revoke", {"token": "t"}, reply("", 404, None))], token="t"), used("revocation_unknown_token")), service_text=text)


def userinfo_quirks(suite, used):
    def asked(name, quirks, answer, expect, *events, document=METADATA, **given):
        one = call("userinfo", expect, [get(f"{ISSUER}/userinfo", reply(answer))], token="at-1", **given)
        suite.client(f"EV-quirk-of-userinfo-{name}", told(one, *events), service_text=with_quirks(*quirks, document=document))

    number, without = "userinfo_number_sub", "userinfo_without_sub"
    asked("number", [number], {"sub": 17}, {"sub": 17}, used(number))
    asked("number-as-expected", [number], {"sub": 17}, {"sub": 17}, used(number), subject="17")
    asked("number-of-another", [number], {"sub": 17}, "response.subject", subject="18")
    asked("text", [number, without], {"sub": "17"}, {"sub": "17"})
    asked("none", [without], {"email": "a@example.com"}, {"email": "a@example.com"}, used(without))
    asked("null", [without], {"sub": None}, {}, used(without))
    asked("none-where-one-is-expected", [without], {"email": "a@example.com"}, "response.subject", subject="17")
    # What is no OpenID provider owes nobody a sub, so that takes no quirk.
    plain = {name: value for name, value in METADATA.items() if name not in ("issuer", "jwks_uri")}
    asked("none-of-plain-oauth", [without], {"id": 1}, {"id": 1}, document=plain)


def nameless_tokens(suite, used):
    """Signed replies that name no key, where two fit."""
    quirk, header = "token_without_kid", {"alg": "ES256"}
    several = keys(reply({"keys": [public("p256", kid="k1", use="sig", alg="ES256"), public("p256_b", kid="k2", use="sig", alg="ES256")]}))
    events = fetched(2), used(quirk)
    text = with_quirks(quirk, document=METADATA)
    signed = get(f"{ISSUER}/userinfo", reply(about_user(header), 200, "application/jwt"))
    suite.client("EV-quirk-of-signed-userinfo", told(call("userinfo", {"sub": "user-1"}, [signed, several], token="at-1"), *events), service_text=text, userinfo_algorithms=["ES256"])
    answer = reply(introspected(header | {"typ": "token-introspection+jwt"}), 200, "application/token-introspection+jwt")
    asked = call("introspect", {"active": True}, [post(f"{ISSUER}/introspect", {"token": "t-1"}, answer), several], token="t-1")
    suite.client("EV-quirk-of-signed-introspection", told(asked, *events), service_text=text, introspection_algorithms=["ES256"])
    left = operation("verify_logout_token", ["token"], {"subject": "user-1"}, [several], token=logout_token(header | {"typ": "logout+jwt"}))
    suite.client("EV-quirk-of-a-logout-token", told(left, *events), service_text=text)
    begun = told(call("begin_authorization", {"state": STATE}, options={"scopes": ["email"], "response_mode": "jwt"}), event("authorization_begun", scopes=["email"], pushed=False))
    came = finish({"access_token": "at-1"}, several, exchange(reply(tokens())), callback=f"https://app.example.com/callback?response={response(header)}")
    jarm = with_quirks(quirk, document=METADATA | {"authorization_signing_alg_values_supported": ["ES256"]})
    suite.client("EV-quirk-of-a-signed-response", begun, told(came, *events, received()), service_text=jarm)
    suite.client("EV-quirk-of-a-signed-reply-that-is-refused", told(call("userinfo", "token.audience", [get(f"{ISSUER}/userinfo", reply(about_user(header, aud="other"), 200, "application/jwt")), several], token="at-1"),
                 fetched(2)), service_text=text, userinfo_algorithms=["ES256"])
