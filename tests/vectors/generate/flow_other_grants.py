"""Scenarios: passwords, assertions, token exchange, extensions, the device flow and CIBA. RFC 6749 section 4.3, RFC 7522, RFC 7523, RFC 8628, RFC 8693, CIBA Core."""

import hashlib

from encoding import NOW, b64, dumps
from provider import ISSUER, service
from scenario import Scenarios, basic, failure, id_token, keys, operation, post, reply, sleep, tokens

TOKEN, DEVICE, BACKCHANNEL = f"{ISSUER}/token", f"{ISSUER}/device", f"{ISSUER}/backchannel"
SERVICE = service(device_authorization_endpoint=DEVICE, backchannel_authentication_endpoint=BACKCHANNEL)
URN = "urn:ietf:params:oauth:token-type:"
API = "https://api.example.com/"


def fingerprint(client_id="abc", redirect_uri="https://app.example.com/callback", issuer=ISSUER):
    """What a stored authorization is bound to: provider, client and redirect URI, each with its length."""
    parts = [part.encode() for part in (issuer, client_id, redirect_uri)]
    return b64(hashlib.sha256(b"".join(len(part).to_bytes(8, "big") + part for part in parts)).digest()[:16])


def build():
    suite = Scenarios("Grants beside the three of RFC 6749 that everybody has: requests as sent, replies, and every error. RFC 7522, 7523, 8628, 8693, CIBA.")
    passwords(suite)
    assertions(suite)
    extensions(suite)
    options(suite)
    exchange(suite)
    device(suite)
    polling(suite)
    backchannel(suite)
    return suite


def one(suite, name, operation_name, first, form, expect, answer, authorization=basic(), service_text=None, **given):
    """A grant that is one request."""
    positional = [member for member in first if member in given]
    sent = [] if form is None else [post(TOKEN, form, answer, authorization)]
    suite.client(name, operation(operation_name, positional, expect, sent, **given), service_text=service_text)


def passwords(suite):
    def grant(name, expect, answer=None, form=None, **given):
        given = {"username": "johndoe", "password": "A3ddj3w"} | given
        sent = None if answer is None else {"grant_type": "password", "username": given["username"], "password": given["password"]} | (form or {})
        one(suite, name, "password", ("username", "password"), sent, expect, answer, **given)

    grant("F10-password", {"access_token": "at-1", "refresh_token": "rt-1"}, reply(tokens()))
    grant("F10-password-with-scopes", {"scopes": ["a", "b"]}, reply(tokens(scope=...)), {"scope": "a b"}, scopes=["a", "b"])
    grant("F12-password-odd", {"access_token": "at-1"}, reply(tokens()), username="a:b c", password="p%+ä&=")
    grant("F10-password-refused", ("oauth.invalid_grant", {"oauth_error": "invalid_grant"}), reply({"error": "invalid_grant"}, 400))
    grant("E8-password-unsupported", "oauth.unsupported_grant_type", reply({"error": "unsupported_grant_type"}, 400))
    for name, given in {"empty-name": {"username": ""}, "empty-password": {"password": ""}}.items():
        grant(f"E11-password-{name}", "config.invalid", **given)
    for name, given in {"crlf-name": {"username": "a\r\nb"}, "nul-password": {"password": "a\0b"}}.items():
        grant(f"E11-password-{name}", "config.control_character", **given)


def assertions(suite):
    jwt, xml = "eyJhbGciOiJub25lIn0.e30.", "<Assertion xmlns='urn:oasis:names:tc:SAML:2.0:assertion'>é</Assertion>"

    def grant(name, kind, expect, answer=None, sent=None, form=None, **given):
        grant_type = {"jwt_bearer": "urn:ietf:params:oauth:grant-type:jwt-bearer", "saml_bearer": "urn:ietf:params:oauth:grant-type:saml2-bearer"}[kind]
        body = None if answer is None else {"grant_type": grant_type, "assertion": sent or given["assertion"]} | (form or {})
        one(suite, name, kind, ("assertion",), body, expect, answer, **given)

    grant("F10-jwt-bearer", "jwt_bearer", {"access_token": "at-1"}, reply(tokens()), assertion=jwt)
    grant("F10-jwt-bearer-with-scopes", "jwt_bearer", {"unrequested_scopes": ["email"]}, reply(tokens()), form={"scope": "a"}, assertion=jwt, scopes=["a"])
    grant("F10-jwt-bearer-refused", "jwt_bearer", "oauth.invalid_grant", reply({"error": "invalid_grant"}, 400), assertion=jwt)
    grant("E11-jwt-bearer-crlf", "jwt_bearer", "config.control_character", assertion="a\r\nb")
    grant("E11-jwt-bearer-empty", "jwt_bearer", "config.invalid", assertion="")
    grant("E11-jwt-bearer-non-ascii", "jwt_bearer", "config.invalid", assertion="é")
    encoded = b64(xml.encode())
    grant("F10-saml-bearer-xml", "saml_bearer", {"access_token": "at-1"}, reply(tokens()), sent=encoded, assertion=xml)
    grant("F10-saml-bearer-encoded", "saml_bearer", {"access_token": "at-1"}, reply(tokens()), sent=encoded, assertion=encoded)
    grant("F10-saml-bearer-refused", "saml_bearer", "oauth.invalid_grant", reply({"error": "invalid_grant"}, 400), sent=encoded, assertion=xml)
    for name, text in {"empty": "", "jwt": jwt, "text": "saml", "padded": encoded + "=", "standard-base64": "PEE+/w", "not-xml": b64(b"hello")}.items():
        grant(f"E11-saml-bearer-{name}", "saml_bearer", "config.invalid", assertion=text)


def extensions(suite):
    def grant(name, expect, answer=None, form=None, **given):
        body = None if answer is None else {"grant_type": given["extension"]} | (form or {})
        one(suite, name, "token_request", ("extension",), body, expect, answer, **given)

    uri = "https://idp.example.com/grants/card"
    grant("F10-extension-uri", {"access_token": "at-1"}, reply(tokens()), {"card": "4711"}, extension=uri, parameters={"card": "4711"})
    grant("F10-extension-urn", {"access_token": "at-1"}, reply(tokens()), extension="urn:example:grant:x")
    grant("F10-extension-name", {"scopes": ["a"]}, reply(tokens(scope=...)), {"assertion": "x", "scope": "a"}, extension="fb_exchange_token", parameters={"assertion": "x"}, scopes=["a"])
    for known in ("authorization_code", "implicit", "refresh_token", "client_credentials", "password", "urn:ietf:params:oauth:grant-type:jwt-bearer",
                  "urn:ietf:params:oauth:grant-type:saml2-bearer", "urn:ietf:params:oauth:grant-type:device_code", "urn:ietf:params:oauth:grant-type:token-exchange",
                  "urn:openid:params:grant-type:ciba"):
        grant(f"F10-extension-known-{known.split(':')[-1].replace('_', '-')}", "config.invalid", extension=known)
    for name, text in {"empty": "", "space": "a b", "crlf": "a\r\nb", "non-ascii": "é", "relative": "/x", "long": "x" * 300}.items():
        grant(f"E11-extension-{name}", "config.invalid", extension=text)
    for reserved in ("grant_type", "client_id", "client_secret", "client_assertion", "client_assertion_type", "scope", "resource", "authorization_details", "code_verifier", ""):
        grant(f"E11-extension-reserved-{reserved.replace('_', '-') or 'empty'}", "config.invalid", extension="x", parameters={reserved: "y"})
    grant("E11-extension-parameter-crlf", "config.control_character", extension="x", parameters={"y": "a\r\nb"})


def options(suite):
    """RFC 8707, RFC 9396 and parameters, in the grants that every client has."""
    details = [{"amount": "1.00", "type": "payment"}]

    def grant(name, expect, answer=None, form=None, **given):
        one(suite, name, "client_credentials", (), None if answer is None else {"grant_type": "client_credentials"} | (form or {}), expect, answer, **given)

    grant("F10-resource", {"access_token": "at-1"}, reply(tokens()), {"resource": API}, resource=[API])
    grant("F10-resources", {"access_token": "at-1"}, reply(tokens()), {"resource": [API, "urn:example:x"]}, resource=[API, "urn:example:x"])
    grant("F10-invalid-target", "oauth.invalid_target", reply({"error": "invalid_target"}, 400), {"resource": API}, resource=[API])
    for name, text in {"fragment": f"{API}#x", "relative": "/x", "empty": "", "space": "https://a b/", "crlf": "https://a\r\n/"}.items():
        grant(f"E11-resource-{name}", "config.resource", resource=[text])
    granted = [{"amount": "1.00", "id": 7, "type": "payment"}]
    grant("F10-authorization-details", {"authorization_details": granted}, reply(tokens(authorization_details=granted)), {"authorization_details": dumps(details)},
          authorization_details=details)
    grant("F10-invalid-authorization-details", "oauth.invalid_authorization_details", reply({"error": "invalid_authorization_details"}, 400),
          {"authorization_details": dumps(details)}, authorization_details=details)
    for name, value in {"object": {"type": "x"}, "text": "x", "no-type": [{"x": 1}], "type-number": [{"type": 1}], "item-text": ["x"]}.items():
        grant(f"F10-authorization-details-reply-{name}", "response.authorization_details", reply(tokens(authorization_details=value)))
    for name, value in {"empty": [], "no-type": [{"x": "y"}], "type-empty": [{"type": ""}]}.items():
        grant(f"E11-authorization-details-{name}", "config.authorization_details", authorization_details=value)
    grant("F10-parameter", {"access_token": "at-1"}, reply(tokens()), {"audience_hint": "x y"}, parameters={"audience_hint": "x y"})
    for name in ("grant_type", "client_secret", "audience", "code", "refresh_token", "assertion", "device_code"):
        grant(f"E11-parameter-reserved-{name.replace('_', '-')}", "config.invalid", parameters={name: "y"})
    grant("F10-token-type-n-a", "response.token_type", reply(tokens(token_type="N_A")))


def exchange(suite):
    def grant(name, expect, answer=None, form=None, **given):
        given = {"subject_token": "st-1", "subject_token_type": "access_token"} | given
        given = {k: v for k, v in given.items() if v is not ...}
        types = {"access_token", "refresh_token", "id_token", "jwt", "saml1", "saml2"}
        body = {"grant_type": "urn:ietf:params:oauth:grant-type:token-exchange"}
        for member in ("subject_token", "actor_token", "audience"):
            body |= {member: given[member]} if member in given else {}
        for member in ("subject_token_type", "actor_token_type", "requested_token_type"):
            body |= {member: URN + given[member] if given[member] in types else given[member]} if member in given else {}
        one(suite, name, "exchange_token", ("subject_token",), None if answer is None else body | (form or {}), expect, answer, **given)

    def issued(kind=URN + "access_token", **changed):
        return reply(tokens(issued_token_type=kind, **changed))

    grant("F10-exchange", {"access_token": "at-1", "issued_token_type": URN + "access_token", "token_type": "Bearer"}, issued())
    for kind in ("refresh_token", "id_token", "jwt", "saml1", "saml2"):
        grant(f"F10-exchange-of-{kind.replace('_', '-')}", {"access_token": "at-1"}, issued(), subject_token_type=kind)
    grant("F10-exchange-of-another-type", {"access_token": "at-1"}, issued(), subject_token_type="urn:example:token-type:x")
    grant("F10-exchange-with-an-actor", {"access_token": "at-1"}, issued(), actor_token="ac-1", actor_token_type="jwt")
    grant("F10-exchange-for", {"access_token": "at-1", "scopes": ["a"]}, issued(scope=...), {"resource": API, "scope": "a"}, audience=["orders"], resource=[API], scopes=["a"])
    grant("F10-exchange-for-several", {"access_token": "at-1"}, issued(), audience=["orders", "https://x.example/"])
    grant("F10-exchange-for-a-jwt", {"access_token": "at-1", "token_type": "N_A", "issued_token_type": URN + "jwt"}, issued(URN + "jwt", token_type="N_A"), requested_token_type="jwt")
    grant("F10-exchange-n-a-in-lower-case", {"token_type": "N_A"}, issued(URN + "id_token", token_type="n_a"))
    grant("F10-exchange-for-a-jwt-to-bear", {"token_type": "Bearer", "issued_token_type": URN + "jwt"}, issued(URN + "jwt"), requested_token_type="jwt")
    grant("F10-exchange-n-a-for-an-access-token", "response.token_type", issued(token_type="N_A"))
    grant("F10-exchange-issued-another-type", "response.issued_token_type", issued(), requested_token_type="jwt")
    for name, value in {"missing": ..., "null": None, "number": 1, "short": "access_token", "empty": ""}.items():
        grant(f"F10-exchange-issued-type-{name}", "response.issued_token_type", issued(value))
    grant("F10-exchange-invalid-target", ("oauth.invalid_target", {"oauth_error": "invalid_target"}), reply({"error": "invalid_target"}, 400), audience=["orders"])
    grant("F10-exchange-refused", "oauth.invalid_request", reply({"error": "invalid_request"}, 400))
    grant("F10-exchange-actor-without-type", "config.invalid", actor_token="ac-1")
    grant("F10-exchange-actor-type-alone", "config.invalid", actor_token_type="jwt")
    for name, text in {"unknown": "token", "empty": "", "space": "urn:a b", "relative": "/x"}.items():
        grant(f"E11-exchange-type-{name}", "config.invalid", subject_token_type=text)
    grant("E11-exchange-subject-crlf", "config.control_character", subject_token="a\r\nb")
    grant("E11-exchange-actor-empty", "config.invalid", actor_token="", actor_token_type="jwt")
    grant("E11-exchange-audience-crlf", "config.control_character", audience=["a\r\nb"])


AUTHORIZATION = {"device_code": "dc-1", "user_code": "WDJB-MJHT", "verification_uri": f"{ISSUER}/device", "verification_uri_complete": f"{ISSUER}/device?user_code=WDJB-MJHT",
                 "expires_in": 1800, "interval": 5}
BEGUN = {"device_code": "dc-1", "user_code": "WDJB-MJHT", "verification_uri": f"{ISSUER}/device", "verification_uri_complete": None, "expires_at": NOW + 60, "interval": 5,
         "client": fingerprint(), "scopes": ["email"]}
PENDING, SLOW = reply({"error": "authorization_pending"}, 400), reply({"error": "slow_down"}, 400)


def device(suite):
    """RFC 8628 sections 3.1 and 3.2."""
    def begin(name, expect, answer=None, form=None, service_text=SERVICE, authorization=basic(), changed=None, **given):
        sent = [] if answer is None else [post(DEVICE, form or {}, answer, authorization)]
        suite.client(name, operation("device_authorization", (), expect, sent, **given), service_text=service_text, **(changed or {}))

    def answer(**changed):
        return reply({k: v for k, v in (AUTHORIZATION | changed).items() if v is not ...})

    shown = {"user_code": "WDJB-MJHT", "verification_uri": f"{ISSUER}/device", "expires_at": NOW + 1800, "interval": 5}
    begin("F14-device", shown | {"verification_uri_complete": f"{ISSUER}/device?user_code=WDJB-MJHT"}, answer(), {"scope": "openid email"}, scopes=["openid", "email"])
    begin("F14-device-of-a-public-client", shown, answer(), {"client_id": "abc"}, authorization=None, changed={"client_secret": ...})
    begin("F14-device-least", shown | {"verification_uri_complete": None, "interval": 5}, answer(verification_uri_complete=..., interval=...))
    begin("F14-device-interval-of-zero", {"interval": 1}, answer(interval=0))
    begin("F14-device-resource", shown, answer(), {"resource": API}, resource=[API])
    begin("F14-device-loopback", {"verification_uri": "http://127.0.0.1:8080/device"}, answer(verification_uri="http://127.0.0.1:8080/device"))
    for member, values in {"device_code": {"missing": ..., "number": 1, "empty": "", "crlf": "a\r\nb"}, "user_code": {"missing": ..., "null": None, "empty": ""},
                           "expires_in": {"missing": ..., "text": "60", "zero": 0, "negative": -1, "fraction": 1.5}, "interval": {"text": "5", "negative": -1, "huge": 100_000, "null": None},
                           "verification_uri": {"missing": ..., "script": "javascript:alert(1)", "plain-http": "http://idp.example.com/device", "relative": "/device", "list": [ISSUER],
                                                "user": "https://idp.example.com@evil.example/"},
                           "verification_uri_complete": {"script": "javascript:alert(1)", "null": None}}.items():
        for name, value in values.items():
            begin(f"F14-device-{member.replace('_', '-')}-{name}", "response.device_authorization", answer(**{member: value}))
    begin("F14-device-refused", "oauth.invalid_client", reply({"error": "invalid_client"}, 401))
    begin("F14-device-html", "response.content_type", reply("<html>", 200, "text/html"))
    begin("F14-device-no-endpoint", "metadata.missing_endpoint", service_text=service())


def polling(suite):
    """RFC 8628 sections 3.4 and 3.5: the pace, the errors, the deadline."""
    form = {"grant_type": "urn:ietf:params:oauth:grant-type:device_code", "device_code": "dc-1"}

    def ask(answer):
        return post(TOKEN, form, answer)

    def wait(name, expect, *script, kind="device_token", **changed):
        suite.client(name, operation(kind, ("authorization",), expect, script, authorization=BEGUN | changed), service_text=SERVICE)

    good, done = reply(tokens(scope=...)), {"access_token": "at-1", "scopes": ["email"]}
    wait("F14-at-once", done, sleep(5), ask(good))
    wait("F14-pending", done, sleep(5), ask(PENDING), sleep(5), ask(PENDING), sleep(5), ask(good))
    wait("F14-own-interval", done, sleep(7), ask(PENDING), sleep(7), ask(good), interval=7)
    wait("F14-slow-down-is-for-good", done, sleep(5), ask(SLOW), sleep(10), ask(PENDING), sleep(10), ask(SLOW), sleep(15), ask(good))
    wait("F14-time-out-doubles", done, sleep(5), ask(failure("timeout")), sleep(10), ask(failure("connect")), sleep(20), ask(good))
    wait("F14-unavailable-doubles", done, sleep(5), ask(reply("", 503, None)), sleep(10), ask(good))
    wait("F14-retry-after", done, sleep(5), ask(reply("", 429, None, retry_after="30")), sleep(30), ask(good))
    wait("F14-temporarily-unavailable", done, sleep(5), ask(reply({"error": "temporarily_unavailable"}, 400)), sleep(10), ask(good))
    wait("F14-longest-pause", done, sleep(5), ask(failure("timeout")), sleep(10), ask(failure("timeout")), sleep(20), ask(failure("timeout")), sleep(40), ask(failure("timeout")),
         sleep(60), ask(failure("timeout")), sleep(60), ask(good), expires_at=NOW + 1000)
    wait("F14-denied", "oauth.access_denied", sleep(5), ask(reply({"error": "access_denied"}, 400)))
    wait("F14-expired", "oauth.expired_token", sleep(5), ask(reply({"error": "expired_token"}, 400)))
    wait("F14-unknown-code", "oauth.invalid_grant", sleep(5), ask(reply({"error": "invalid_grant"}, 400)))
    wait("F14-tls", "http.tls", sleep(5), ask(failure("tls")))
    wait("F14-private-address", "http.private_address", sleep(5), ask(failure("private_address")))
    wait("F14-not-json", "response.content_type", sleep(5), ask(reply("<html>", 200, "text/html")))
    wait("F14-pending-until-the-deadline", "oauth.expired_token", *[step for _ in range(3) for step in (sleep(5), ask(PENDING))], expires_at=NOW + 20)
    wait("F14-slow-down-until-the-deadline", "oauth.expired_token", sleep(5), ask(SLOW), sleep(10), ask(SLOW), expires_at=NOW + 30)
    wait("F14-deadline-before-the-first-request", "oauth.expired_token", expires_at=NOW + 5)
    wait("F14-deadline-passed", "oauth.expired_token", expires_at=NOW - 1)
    wait("F14-error-in-a-200", done, sleep(5), ask(reply({"error": "authorization_pending"})), sleep(5), ask(good))
    wait("F14-of-another-client", "pending.wrong_client", client=fingerprint("other"))
    wait("F14-of-another-provider", "pending.wrong_client", client=fingerprint(issuer="https://other.example"))
    wait("F14-altered", "pending.invalid", interval="5")
    wait("F14-altered-code", "config.control_character", device_code="a\r\nb")
    signed = reply(tokens(id_token=id_token(nonce=...)))
    wait("F14-with-id-token", done | {"id_token": {"claims": {"sub": "user-1"}}}, sleep(5), ask(signed), keys())
    wait("F14-with-id-token-for-another", "token.audience", sleep(5), ask(reply(tokens(id_token=id_token(nonce=..., aud="other")))), keys())
    once = {"kind": "poll_device_token"}
    wait("F14-once-pending", {"nothing": True}, ask(PENDING), **once)
    wait("F14-once-answered", done, ask(good), **once)
    wait("F14-once-slow-down", ("oauth.slow_down", {"retry_after": 10}), ask(SLOW), **once)
    wait("F14-once-denied", "oauth.access_denied", ask(reply({"error": "access_denied"}, 400)), **once)
    wait("F14-once-time-out", "http.timeout", ask(failure("timeout")), **once)
    wait("F14-once-after-the-deadline", "oauth.expired_token", **once, expires_at=NOW)
    twice = [operation("poll_device_token", ("authorization",), {"nothing": True}, [ask(PENDING)], authorization=BEGUN),
             operation("poll_device_token", ("authorization",), done, [ask(good)], authorization=BEGUN)]
    suite.client("F14-once-and-again", *twice, service_text=SERVICE)


def backchannel(suite):
    """CIBA Core sections 7, 10 and 11, poll mode."""
    def begin(name, expect, answer=None, form=None, changed=None, service_text=SERVICE, **given):
        given = {"scopes": ["openid"]} | given
        sent = [] if answer is None else [post(BACKCHANNEL, {"scope": " ".join(given["scopes"])} | (form or {}), answer)]
        suite.client(name, operation("backchannel_authentication", (), expect, sent, **given), service_text=service_text, **(changed or {}))

    good = reply({"auth_req_id": "ar-1", "expires_in": 120, "interval": 2})
    hint = {"login_hint": "jane@example.com"}
    begin("F14-ciba", {"expires_at": NOW + 120, "interval": 2}, good, hint, **hint)
    begin("F14-ciba-default-interval", {"interval": 5}, reply({"auth_req_id": "ar-1", "expires_in": 120}), hint, **hint)
    for member in ("login_hint_token", "id_token_hint"):
        begin(f"F14-ciba-{member.replace('_', '-')}", {"interval": 2}, good, {member: "a.b.c"}, **{member: "a.b.c"})
    full = hint | {"binding_message": "W4SCT é", "user_code": "1234"}
    begin("F14-ciba-everything", {"interval": 2}, good, full | {"requested_expiry": "90", "acr_values": "urn:a urn:b", "resource": API, "x": "y"}, **full, requested_expiry=90,
          acr_values=["urn:a", "urn:b"], resource=[API], parameters={"x": "y"}, scopes=["openid", "email"])
    for name in ("unknown_user_id", "expired_login_hint_token", "missing_user_code", "invalid_user_code", "invalid_binding_message", "access_denied", "unauthorized_client"):
        begin(f"F14-ciba-{name.replace('_', '-')}", f"oauth.{name}", reply({"error": name}, 400), hint, **hint)
    for name, members in {"no-id": {"expires_in": 120}, "id-number": {"auth_req_id": 1, "expires_in": 120}, "no-expiry": {"auth_req_id": "a"}, "expiry-text": {"auth_req_id": "a", "expires_in": "9"},
                          "interval-text": {"auth_req_id": "a", "expires_in": 9, "interval": "2"}}.items():
        begin(f"F14-ciba-reply-{name}", "response.backchannel_authentication", reply(members), hint, **hint)
    begin("F14-ciba-no-hint", "config.invalid")
    begin("F14-ciba-two-hints", "config.invalid", **hint, id_token_hint="a.b.c")
    begin("F14-ciba-without-openid", "config.invalid", **hint, scopes=["email"])
    begin("F14-ciba-expiry-of-zero", "config.invalid", **hint, requested_expiry=0)
    begin("E11-ciba-hint-crlf", "config.control_character", login_hint="a\r\nb")
    begin("E11-ciba-hint-empty", "config.invalid", login_hint="")
    begin("F14-ciba-of-a-public-client", "config.client_authentication", changed={"client_secret": ...}, **hint)
    begin("F14-ciba-no-endpoint", "metadata.missing_endpoint", service_text=service(), **hint)

    stored = {"auth_req_id": "ar-1", "expires_at": NOW + 60, "interval": 2, "client": fingerprint(), "scopes": ["openid"]}
    form = {"grant_type": "urn:openid:params:grant-type:ciba", "auth_req_id": "ar-1"}
    signed = reply(tokens(id_token=id_token(nonce=...)))

    def ask(answer):
        return post(TOKEN, form, answer)

    def wait(name, expect, *script, kind="backchannel_token", **changed):
        suite.client(name, operation(kind, ("authentication",), expect, script, authentication=stored | changed), service_text=SERVICE)

    done = {"access_token": "at-1", "id_token": {"claims": {"sub": "user-1"}}}
    wait("F14-ciba-token", done, sleep(2), ask(PENDING), sleep(2), ask(SLOW), sleep(7), ask(signed), keys())
    wait("F14-ciba-token-without-id-token", "response.id_token_missing", sleep(2), ask(reply(tokens())))
    for name in ("access_denied", "expired_token", "transaction_failed"):
        wait(f"F14-ciba-token-{name.replace('_', '-')}", f"oauth.{name}", sleep(2), ask(reply({"error": name}, 400)))
    wait("F14-ciba-token-deadline", "oauth.expired_token", sleep(2), ask(PENDING), expires_at=NOW + 4)
    wait("F14-ciba-token-of-another-client", "pending.wrong_client", client=fingerprint("other"))
    wait("F14-ciba-token-altered", "pending.invalid", scopes="openid")
    wait("F14-ciba-once-pending", {"nothing": True}, ask(PENDING), kind="poll_backchannel_token")
    wait("F14-ciba-once-answered", done, ask(signed), keys(), kind="poll_backchannel_token")
    wait("F14-ciba-once-slow-down", ("oauth.slow_down", {"retry_after": 7}), ask(SLOW), kind="poll_backchannel_token")
