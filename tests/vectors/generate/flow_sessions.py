"""Scenarios: logout in its three ways, dynamic registration and its management, metadata of protected resources."""

from urllib.parse import urlencode

from encoding import NOW, public, repeat
from nested import opener, sealed
from profiles import LOGOUT
from provider import CLIENT, ENTROPY, ISSUER, client, drawn, service
from scenario import Scenarios, call, get, id_token, keys, operation, reply
from tokens import token

BACK = "https://app.example.com/bye"
END = f"{ISSUER}/logout"
REGISTER = f"{ISSUER}/register"
MANAGE = f"{ISSUER}/register/abc"
API = "https://api.example.com/v1"
WELL_KNOWN = "https://api.example.com/.well-known/oauth-protected-resource/v1"
SIGNED = {"alg": "ES256", "kid": "k1"}


def build():
    suite = Scenarios("Logout (OpenID Connect RP-Initiated, Front- and Back-Channel Logout), registration (RFC 7591, RFC 7592), protected resources (RFC 9728).")
    suite.service = service(end_session_endpoint=END, registration_endpoint=REGISTER)
    begun(suite)
    finished(suite)
    front_channel(suite)
    back_channel(suite)
    registered(suite)
    managed(suite)
    resources(suite)
    signed_resources(suite)
    return suite


def add(suite, name, *calls, **changed):
    suite.client(name, *calls, service_text=suite.service, **changed)


def begun(suite):
    def begin(name, expect, back=None, **options):
        if isinstance(expect, dict):
            expect = {"url": {"base": END, "parameters": {"client_id": "abc"} | expect}, "state": back}
        add(suite, name, call("begin_logout", expect, **options))

    own = id_token()
    begin("F15-logout-plain", {})
    begin("F15-logout-hint", {"id_token_hint": own}, id_token_hint=own)
    begin("F15-logout-comes-back", {"post_logout_redirect_uri": BACK, "state": drawn(0)}, drawn(0), post_logout_redirect_uri=BACK)
    begin("F15-logout-own-state", {"post_logout_redirect_uri": BACK, "state": "s-1"}, "s-1", post_logout_redirect_uri=BACK, state="s-1")
    begin("F15-logout-languages", {"ui_locales": "de-CH de en", "logout_hint": "ada@example.com"}, ui_locales=["de-CH", "de", "en"], logout_hint="ada@example.com")
    begin("F15-logout-expired-hint", {"id_token_hint": id_token(exp=NOW - 600)}, id_token_hint=id_token(exp=NOW - 600))
    begin("F15-logout-hint-of-another-provider", "token.issuer", id_token_hint=id_token(iss="https://other.example"))
    begin("F15-logout-hint-of-another-client", "token.audience", id_token_hint=id_token(aud="other"))
    begin("F15-logout-hint-that-is-none", "token.malformed", id_token_hint="x")
    begin("F15-logout-state-alone", "config.invalid", state="s-1")
    begin("F15-logout-state-empty", "config.invalid", post_logout_redirect_uri=BACK, state="")
    begin("E11-logout-state", "config.control_character", post_logout_redirect_uri=BACK, state="a\r\nb")
    begin("E11-logout-hint", "config.control_character", logout_hint="a\nb")
    begin("F15-logout-language-that-is-none", "config.invalid", ui_locales=["de en"])
    for name, uri in {"http": "http://app.example.com/bye", "script": "javascript:alert(1)", "relative": "/bye", "user": "https://a@evil.example/", "fragment": f"{BACK}#x"}.items():
        begin(f"E1-logout-back-to-{name}", "config.url", post_logout_redirect_uri=uri)
    suite.client("E10-logout-without-endpoint", call("begin_logout", "metadata.missing_endpoint"))
    joined = call("begin_logout", {"url": {"base": END, "parameters": {"tenant": "t", "client_id": "abc"}}})
    suite.client("F15-logout-endpoint-with-a-query", joined, service_text=service(end_session_endpoint=f"{END}?tenant=t"))


def finished(suite):
    def finish(name, expect, callback, state="s-1"):
        add(suite, name, call("finish_logout", expect, callback=callback, state=state))

    finish("F1-logout-came-back", {}, f"{BACK}?state=s-1")
    finish("F1-logout-came-back-as-parameters", {}, {"state": "s-1", "other": "x"})
    finish("F1-logout-came-back-as-query", {}, "state=s%2D1")
    for name, callback, code in (("other-state", f"{BACK}?state=s-2", "callback.state_mismatch"), ("prefix", f"{BACK}?state=s-", "callback.state_mismatch"),
                                 ("no-state", BACK, "callback.state_missing"), ("empty-state", f"{BACK}?state=", "callback.state_missing"),
                                 ("two-states", f"{BACK}?state=s-1&state=s-1", "callback.duplicate_parameter"), ("list", f"{BACK}?state[]=s-1", "callback.malformed"),
                                 ("control", f"{BACK}?state=s-1%00", "callback.malformed"), ("in-the-fragment", f"{BACK}#state=s-1", "callback.state_missing")):
        finish(f"F1-logout-{name}", code, callback)
    finish("F1-logout-nothing-was-kept", "callback.state_missing", f"{BACK}?state=s-1", "")
    finish("F1-logout-nothing-on-either-side", "callback.state_missing", f"{BACK}?state=", "")
    finish("F1-logout-too-long", "callback.too_large", {"concat": [f"{BACK}?state=s-1&x=", {"repeat": "x", "times": 20_000}]})


def front_channel(suite):
    def front(name, expect, request, **given):
        query = request if isinstance(request, (str, dict)) else urlencode(request)
        add(suite, f"F15-front-{name}", call("front_channel_logout", expect, request=query if isinstance(query, dict) else f"https://app.example.com/fc?{query}", **given))

    both = [("iss", ISSUER), ("sid", "sid-1")]
    front("session", {"issuer": ISSUER, "session_id": "sid-1"}, both)
    front("the-very-session", {"issuer": ISSUER, "session_id": "sid-1"}, both, session_id="sid-1")
    front("parameters", {"issuer": ISSUER, "session_id": "sid-1"}, dict(both))
    front("nothing-named", {"issuer": None, "session_id": None}, [])
    front("another-session", "token.session", both, session_id="sid-2")
    front("session-by-prefix", "token.session", both, session_id="sid-10")
    front("another-issuer", "callback.issuer_mismatch", [("iss", "https://evil.example"), ("sid", "sid-1")])
    front("issuer-with-a-slash", "callback.issuer_mismatch", [("iss", ISSUER + "/"), ("sid", "sid-1")])
    front("session-without-issuer", "callback.issuer_missing", [("sid", "sid-1")])
    front("nothing-named-for-a-session", "callback.issuer_missing", [], session_id="sid-1")
    front("issuer-without-session", "token.session", [("iss", ISSUER)])
    front("empty-session", "token.session", [("iss", ISSUER), ("sid", "")])
    front("two-sessions", "callback.duplicate_parameter", both + [("sid", "sid-1")])
    front("two-issuers", "callback.duplicate_parameter", both + [("iss", ISSUER)])
    front("list", "callback.malformed", [("iss", ISSUER), ("sid[]", "sid-1")])
    front("control", "callback.malformed", [("iss", ISSUER), ("sid", "a\0")])


def logout_token(header=None, key="p256", algorithm="ES256", **changed):
    usual = {"iss": ISSUER, "aud": "abc", "iat": NOW - 1, "exp": NOW + 120, "jti": "l-1", "sub": "user-1", "sid": "sid-1", "events": {LOGOUT: {}}}
    claims = {k: v for k, v in (usual | changed).items() if v is not ...}
    return token(claims, SIGNED | {"typ": "logout+jwt"} if header is None else header, algorithm, key)


def verified(expect, text, *exchanges, **given):
    return operation("verify_logout_token", ["token"], expect, exchanges, token=text, **given)


def back_channel(suite):
    """F15."""
    ok = {"issuer": ISSUER, "subject": "user-1", "session_id": "sid-1", "token_id": "l-1", "issued_at": NOW - 1, "expires_at": NOW + 120, "claims": {"jti": "l-1"}}
    good = logout_token()

    def post(name, expect, text, fetches=True, **changed):
        add(suite, f"F15-back-{name}", verified(expect, text, *([keys()] if fetches else [])), **changed)

    post("session-and-user", ok, good)
    post("user", {"subject": "user-1", "session_id": None}, logout_token(sid=...))
    post("session", {"subject": None, "session_id": "sid-1"}, logout_token(sub=...))
    post("untyped", {"token_id": "l-1"}, logout_token(SIGNED))
    post("for-others-too", {"token_id": "l-1"}, logout_token(aud=["abc", "other"]))
    post("neither-session-nor-user", "token.missing_claim", logout_token(sub=..., sid=...))
    for claim in ("iat", "jti", "events", "exp", "iss", "aud"):
        post(f"without-{claim}", "token.missing_claim", logout_token(**{claim: ...}))
    post("with-nonce", "token.type", logout_token(nonce="n"))
    post("empty-events", "token.claim_type", logout_token(events={}))
    post("other-event", "token.type", logout_token(events={"http://schemas.openid.net/event/other": {}}))
    post("event-that-is-no-object", "token.claim_type", logout_token(events={LOGOUT: True}))
    post("events-as-list", "token.claim_type", logout_token(events=[LOGOUT]))
    post("session-number", "token.claim_type", logout_token(sid=1))
    post("id-token", "token.missing_claim", id_token(nonce=...))
    post("access-token", "token.type", logout_token(SIGNED | {"typ": "at+jwt"}))
    post("expired", "token.expired", logout_token(exp=NOW - 31))
    post("issued-later", "token.issued_in_future", logout_token(iat=NOW + 31))
    post("other-audience", "token.audience", logout_token(aud="other"))
    post("other-issuer", "token.issuer", logout_token(iss="https://evil.example"))
    post("other-key", "token.signature", logout_token(key="p256_b"))
    post("unsigned", "token.algorithm", logout_token({"alg": "none", "typ": "logout+jwt"}), False)
    post("symmetric", "token.algorithm", logout_token({"alg": "HS256"}, b"s3cret" * 8, "HS256"), False)
    post("no-token", "token.malformed", "x", False)
    post("empty", "token.malformed", "", False)
    add(suite, "F15-back-replayed", verified(ok, good, keys()), verified("token.replayed", good), verified({"token_id": "l-2"}, logout_token(jti="l-2")))
    host = {"replay": "left_to_host"}
    add(suite, "F15-back-replay-left-to-the-host", verified(ok, good, keys(), **host), verified(ok, good, **host))
    add(suite, "F15-back-refused-is-not-used", verified("token.audience", logout_token(aud="other"), keys()), verified(ok, good))
    add(suite, "F15-back-replay-by-another-name", verified("config.invalid", good, replay="never"))
    given = {"now": NOW, "entropy": ENTROPY, "service": suite.service, "client": client()} | opener()
    suite.add("A17-logout-token-encrypted", given, [verified(ok, sealed(good).compact(), keys())])
    suite.client("E10-back-without-keys", verified("metadata.missing_endpoint", good), service_text=service(jwks_uri=...))


METADATA = {"redirect_uris": ["https://app.example.com/callback"], "client_name": "Farm", "token_endpoint_auth_method": "client_secret_basic"}
CREDENTIALS = {"client_id": "abc", "client_secret": "s3cret", "client_id_issued_at": NOW, "client_secret_expires_at": 0}
HANDLE = {"registration_access_token": "rat-1", "registration_client_uri": MANAGE}


def sent(method, url, answer, body=None, bearer=None):
    """A request with a JSON body, or none."""
    headers = {"accept": "application/json", "authorization": f"Bearer {bearer}" if bearer else None, "content-type": "application/json" if body is not None else None}
    return {"request": {"method": method, "url": url, "headers": headers} | ({} if body is None else {"json": body}), "reply": answer}


def register(expect, answer, metadata=METADATA, bearer=None, body=None, **given):
    script = [] if answer is None else [sent("POST", REGISTER, answer, metadata if body is None else body, bearer)]
    return call("register", expect, script, metadata=metadata, **given)


def registered(suite):
    """F10: what comes back is what counts."""
    def post(name, expect, answer, *more, **given):
        add(suite, name, register(expect, answer, **given), *more)

    reply_ = lambda **changed: reply({k: v for k, v in (CREDENTIALS | METADATA | changed).items() if v is not ...}, 201)
    usual = {"client_id": "abc", "client_secret": "s3cret", "client_secret_expires_at": None, "manageable": False, "metadata": METADATA}
    post("F10-register", usual, reply_())
    post("F10-register-manageable", usual | {"manageable": True}, reply_(**HANDLE))
    post("F10-register-secret-that-expires", {"client_secret_expires_at": NOW + 60}, reply_(client_secret_expires_at=NOW + 60))
    public_client = METADATA | {"token_endpoint_auth_method": "none"}
    post("F10-register-public", {"client_secret": None, "metadata": public_client, "client_options": {"client_id": "abc", "authentication_method": "none"}},
         reply({"client_id": "abc"} | public_client, 201), metadata=public_client)
    post("F10-register-changed-by-the-provider", {"metadata": {"token_endpoint_auth_method": "client_secret_post"},
         "client_options": {"authentication_method": "client_secret_post", "client_secret": "s3cret"}}, reply_(token_endpoint_auth_method="client_secret_post"))
    post("F10-register-algorithms", {"client_options": {"redirect_uri": CLIENT["redirect_uri"], "id_token_algorithms": ["ES256"], "userinfo_algorithms": ["RS256"]}},
         reply_(id_token_signed_response_alg="ES256", userinfo_signed_response_alg="RS256"))
    # Frappe, host-systems section 4.8.
    frappe = {"redirect_uris": METADATA["redirect_uris"], "client_name": "Farm"}
    echoed = frappe | {"grant_types": ["authorization_code"], "response_types": ["code"], "token_endpoint_auth_method": "client_secret_basic", "scope": "all"}
    post("F10-register-frappe", {"client_id": "f0", "client_secret": "s0", "metadata": echoed, "manageable": False},
         reply({"client_id": "f0", "client_secret": "s0", "client_id_issued_at": NOW, "client_secret_expires_at": 0} | echoed, 201), metadata=frappe)
    post("F10-register-with-a-token", usual, reply_(), bearer="iat-1", initial_access_token="iat-1")
    post("F10-register-with-a-statement", usual, reply_(), body=METADATA | {"software_statement": "a.b.c"}, software_statement="a.b.c")
    post("F10-register-nothing-but-an-id", {"client_id": "abc", "client_secret": None, "metadata": {}}, reply({"client_id": "abc"}, 201))
    for name in ("invalid_redirect_uri", "invalid_client_metadata", "invalid_software_statement", "unapproved_software_statement"):
        post(f"E8-register-{name.replace('_', '-')}", (f"oauth.{name}", {"oauth_error": name}), reply({"error": name, "error_description": "no"}, 400))
    post("E8-register-refused", "oauth.invalid_token", reply("", 401, None, www_authenticate='Bearer error="invalid_token"'))
    post("E8-register-too-often", ("http.rate_limited", {"retry_after": 600}), reply("", 429, None, retry_after="600"))
    post("E8-register-200", "http.status", reply(CREDENTIALS | METADATA, 200))
    post("E3-register-redirect", "http.redirect", reply("", 307, None, location="https://evil.example/"))
    post("E6-register-html", "response.content_type", reply("<html>", 201, "text/html"))
    post("E6-register-repeated-member", "response.malformed", reply('{"client_id":"a","client_id":"b"}', 201))
    bad = {"client_id": (..., 1, "", None, "a\r\n"), "client_secret": (1, "", ["x"]), "client_secret_expires_at": (..., "0", -1, None), "client_id_issued_at": ("now", -1),
           "redirect_uris": ("https://app.example.com/", [1], None), "token_endpoint_auth_method": (1, None), "scope": (["a"], None), "grant_types": ("code",)}
    for name, values in bad.items():
        for number, value in enumerate(values):
            post(f"F10-register-{name}-{number}", "response.member", reply_(**{name: value}))
    post("F10-register-token-without-address", "response.member", reply_(registration_access_token="rat-1"))
    post("F10-register-address-without-token", "response.member", reply_(registration_client_uri=MANAGE))
    for name, uri in {"http": "http://idp.example.com/r", "private": "https://10.0.0.1/r", "loopback": "http://127.0.0.1/r", "user": "https://a@idp.example.com/r"}.items():
        post(f"E10-register-managed-at-{name}", "metadata.endpoint", reply_(**HANDLE | {"registration_client_uri": uri}))
    refused = {"own-id": {"client_id": "x"}, "own-secret": {"client_secret": "x"}, "own-address": {"registration_client_uri": "x"}, "uris-text": {"redirect_uris": "https://a.example/"},
               "uris-number": {"redirect_uris": [1]}, "private-key": {"jwks": {"keys": [public("p256") | {"d": "AAAA"}]}}, "secret-key": {"jwks": {"keys": [{"kty": "oct", "k": "AAAA"}]}},
               "no-set": {"jwks": []}, "two-sets": {"jwks": {"keys": []}, "jwks_uri": "https://a.example/jwks"}, "too-large": {"client_name": repeat("x", 70_000)}}
    for name, metadata in refused.items():
        post(f"I4-register-{name}", "config.invalid", None, metadata=metadata)
    for name, uri in {"http": "http://app.example.com/", "script": "javascript:alert(1)", "fragment": "https://app.example.com/#x"}.items():
        post(f"E1-register-back-to-{name}", "config.url", None, metadata={"redirect_uris": [uri]})
    post("I4-register-two-statements", "config.invalid", None, metadata={"software_statement": "a"}, software_statement="b")
    post("E11-register-token", "config.control_character", None, initial_access_token="a\r\nb")
    keys_ = METADATA | {"jwks": {"keys": [public("p256", kid="k1")]}}
    post("F10-register-public-keys", usual | {"metadata": keys_}, reply_(jwks=keys_["jwks"]), metadata=keys_)
    suite.client("E10-register-without-endpoint", call("register", "metadata.missing_endpoint", metadata=METADATA))


def managed(suite):
    """RFC 7592: the token goes to its own address, and the newest one counts."""
    first = register({"manageable": True}, reply(CREDENTIALS | HANDLE | METADATA, 201))
    body = CREDENTIALS | HANDLE | METADATA

    def read(expect, answer, bearer="rat-1"):
        return call("read_registration", expect, [sent("GET", MANAGE, answer, bearer=bearer)])

    def update(expect, answer, metadata, bearer="rat-1", secret="s3cret"):
        return call("update_registration", expect, [sent("PUT", MANAGE, answer, metadata | {"client_id": "abc", "client_secret": secret}, bearer)], metadata=metadata)

    def delete(expect, answer, bearer="rat-1"):
        return call("delete_registration", expect, [sent("DELETE", MANAGE, answer, bearer=bearer)])

    gone = reply("", 204, None)
    add(suite, "F10-registration-read", first, read({"client_id": "abc", "metadata": METADATA}, reply(body)))
    add(suite, "F10-registration-kept-as-text", first, call("restore_registration", {"client_id": "abc", "client_secret": "s3cret"}), delete({}, gone))
    add(suite, "F10-registration-token-rotates", first, read({"client_id": "abc"}, reply(body | {"registration_access_token": "rat-2"})), delete({}, gone, "rat-2"))
    add(suite, "F10-registration-token-stays", first, read({"client_secret": "s3cret"}, reply({"client_id": "abc"} | METADATA)), delete({}, gone))
    changed = METADATA | {"client_name": "Ranch"}
    add(suite, "F10-registration-update", first, update({"metadata": changed}, reply(body | changed), changed))
    add(suite, "F10-registration-secret-rotates", first, update({"client_secret": "s-2"}, reply(body | {"client_secret": "s-2"}), METADATA),
        update({"client_secret": "s-2"}, reply(body | {"client_secret": "s-2"}), METADATA, secret="s-2"))
    add(suite, "F10-registration-deleted", first, delete({}, gone))
    add(suite, "F10-registration-of-another", first, read("response.client_id", reply(body | {"client_id": "other"})))
    add(suite, "F10-registration-without-id", first, read("response.client_id", reply(METADATA)))
    add(suite, "E8-registration-token-refused", first, read("oauth.invalid_token", reply("", 401, None, www_authenticate='Bearer error="invalid_token"')))
    add(suite, "E8-registration-deleted-200", first, delete("http.status", reply("", 200, None)))
    add(suite, "E8-registration-update-refused", first, update("oauth.invalid_client_metadata", reply({"error": "invalid_client_metadata"}, 400), METADATA))
    add(suite, "E10-registration-moves-to-loopback", first, read("metadata.endpoint", reply(body | {"registration_client_uri": "http://127.0.0.1/r"})))
    add(suite, "I4-registration-update-with-a-private-key", first, call("update_registration", "config.invalid", metadata={"jwks": {"keys": [public("p256") | {"d": "AAAA"}]}}))
    fixed = register({"manageable": False}, reply(CREDENTIALS | METADATA, 201))
    add(suite, "E10-registration-that-nobody-manages", fixed, call("read_registration", "metadata.missing_endpoint"))


def document(**changed):
    usual = {"resource": API, "authorization_servers": [ISSUER], "scopes_supported": ["read", "write"], "bearer_methods_supported": ["header"], "resource_name": "Farm"}
    return {k: v for k, v in (usual | changed).items() if v is not ...}


def asked(expect, answer, resource=API, address=WELL_KNOWN, *further, **given):
    script = [] if answer is None else [get(address, answer, accept="application/json"), *further]
    return call("discover_resource", expect, script, resource=resource, **given)


def resources(suite):
    """RFC 9728: believed about the very resource alone."""
    def ask(name, expect, answer, resource=API, address=WELL_KNOWN, **given):
        add(suite, name, asked(expect, answer, resource, address, **given))

    found = {"resource": API, "authorization_servers": [ISSUER], "scopes": ["read", "write"]}
    ask("E10-resource", found, reply(document()))
    ask("E10-resource-without-servers", {"authorization_servers": [], "scopes": []}, reply(document(authorization_servers=..., scopes_supported=...)))
    root = "https://api.example.com"
    ask("E10-resource-frappe", {"resource": root}, reply(document(resource=root)), root, f"{root}/.well-known/oauth-protected-resource")
    ask("E10-resource-root-with-a-slash", {"resource": root + "/"}, reply(document(resource=root + "/")), root + "/", f"{root}/.well-known/oauth-protected-resource")
    ask("E10-resource-with-a-query", {"resource": API + "?t=1"}, reply(document(resource=API + "?t=1")), API + "?t=1", WELL_KNOWN + "?t=1")
    own = "https://api.example.com/meta"
    ask("E10-resource-from-a-challenge", found, reply(document()), address=own, metadata_url=own)
    for name, url in {"other-host": "https://evil.example/meta", "other-port": "https://api.example.com:8443/meta", "sub-domain": "https://x.api.example.com/meta"}.items():
        ask(f"E10-resource-challenge-{name}", "metadata.endpoint", None, metadata_url=url)
    ask("E1-resource-challenge-http", "config.url", None, metadata_url="http://api.example.com/meta")
    for name, other in {"other": "https://evil.example/v1", "prefix": root, "longer": API + "/x", "slash": API + "/", "capitals": API.upper(), "port": "https://api.example.com:443/v1"}.items():
        ask(f"E10-resource-of-{name}", "metadata.resource_mismatch", reply(document(resource=other)))
    for name, value in {"missing": ..., "null": None, "list": [API]}.items():
        ask(f"E10-resource-{name}", "metadata.malformed", reply(document(resource=value)))
    for name, value in {"authorization_servers": ISSUER, "scopes_supported": "read", "bearer_methods_supported": [1], "resource_name": 1, "jwks_uri": [], "dpop_bound_access_tokens_required": "true"}.items():
        ask(f"E10-resource-type-of-{name}", "metadata.malformed", reply(document(**{name: value})))
    for name, server in {"http": "http://idp.example.com", "private": "https://10.0.0.1", "loopback": "http://127.0.0.1:9", "query": ISSUER + "?x", "file": "file:///etc"}.items():
        ask(f"E10-resource-server-{name}", "metadata.endpoint", reply(document(authorization_servers=[ISSUER, server])))
    ask("E10-resource-keys-on-loopback", "metadata.endpoint", reply(document(jwks_uri="http://127.0.0.1/jwks")))
    ask("E10-resource-unsigned-replies", "metadata.algorithm", reply(document(resource_signing_alg_values_supported=["ES256", "none"])))
    ask("E10-resource-many-servers", "metadata.malformed", reply(document(authorization_servers=[f"{ISSUER}/{n}" for n in range(33)])))
    ask("E8-resource-404", "metadata.not_found", reply("", 404, None))
    ask("E3-resource-redirect", "http.redirect", reply("", 302, None, location="https://evil.example/"))
    ask("E6-resource-html", "response.content_type", reply("<html>", 200, "text/html"))
    ask("E6-resource-list", "metadata.malformed", reply("[]"))
    ask("E6-resource-repeated", "metadata.malformed", reply('{"resource":"a","resource":"b"}'))
    for name, resource in {"http": "http://api.example.com/", "private": "https://10.0.0.1/", "fragment": API + "#x", "user": "https://a@api.example.com/", "relative": "/v1", "empty": ""}.items():
        ask(f"E1-resource-{name}", "config.url", None, resource)


def signed_resources(suite):
    """RFC 9728 section 2.2: signed metadata counts where its signer was named, and is nothing where none was."""
    discovery = [get(f"{ISSUER}/.well-known/openid-configuration", reply({"issuer": ISSUER, "jwks_uri": f"{ISSUER}/jwks"})), keys()]
    statement = lambda header=None, key="p256", **changed: token({k: v for k, v in ({"iss": ISSUER, "resource": API, "authorization_servers": [ISSUER]} | changed).items() if v is not ...},
                                                                SIGNED if header is None else header, "ES256", key)

    def ask(name, expect, answer, *further, **given):
        add(suite, f"E10-signed-resource-{name}", asked(expect, answer, API, WELL_KNOWN, *further, **given))

    plain = document(authorization_servers=["https://evil.example"])
    by = {"signed_by": ISSUER}
    ask("counts", {"authorization_servers": [ISSUER], "scopes": ["read", "write"]}, reply(plain | {"signed_metadata": statement()}), *discovery, **by)
    ask("ignored", {"authorization_servers": ["https://evil.example"]}, reply(plain | {"signed_metadata": statement()}))
    ask("missing", "metadata.unsigned", reply(plain), **by)
    ask("number", "metadata.unsigned", reply(plain | {"signed_metadata": 1}), **by)
    ask("other-signer", "token.issuer", reply(plain | {"signed_metadata": statement(iss="https://evil.example")}), *discovery, **by)
    ask("other-key", "token.signature", reply(plain | {"signed_metadata": statement(key="p256_b")}), *discovery, **by)
    ask("without-signer", "token.missing_claim", reply(plain | {"signed_metadata": statement(iss=...)}), *discovery, **by)
    ask("without-resource", "token.missing_claim", reply(plain | {"signed_metadata": statement(resource=...)}), *discovery, **by)
    ask("other-resource", "metadata.resource_mismatch", reply(plain | {"signed_metadata": statement(resource="https://evil.example")}), *discovery, **by)
    ask("unsigned", "token.algorithm", reply(plain | {"signed_metadata": statement({"alg": "none"})}), **by)
    ask("expired", "token.expired", reply(plain | {"signed_metadata": statement(exp=NOW - 1)}), *discovery, **by)
