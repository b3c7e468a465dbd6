"""Scenarios: authorization requests in every form and responses in every mode. RFC 9126, RFC 9101, RFC 8707, RFC 9396, RFC 9207, JARM,
OpenID Connect Core sections 3.1.2.1 and 5.5; threats F1, F3, F4, F6, F7, F9, F16."""

from encoding import KEYS, NOW, b64, dumps, repeat
from provider import CHALLENGE, CLIENT, ISSUER, NONCE, STATE, drawn, service
from scenario import KEY_SET, Scenarios, basic, begin, call, exchange, finish, get, id_token, keys, post, reply, tokens
from tokens import token

CALLBACK = CLIENT["redirect_uri"]
PAR = f"{ISSUER}/par"
REFERENCE = "urn:ietf:params:oauth:request_uri:6esc_11ACC5bwc014ltc14eY22c"
# What every request has.
USUAL = {"response_type": "code", "client_id": "abc", "redirect_uri": CALLBACK, "scope": "email", "state": STATE, "nonce": NONCE,
         "code_challenge": CHALLENGE, "code_challenge_method": "S256"}
SIGNED_KEY = {"request_object_key": {"jwk_private": dumps(KEYS["ed25519"]["jwk"] | {"kid": "ro"})}}
SEALING_KEY = b64(bytes(range(32)))
BY_CODE = f"code=c0de&state={STATE}"


def asked(options, parameters, **more):
    """A begin_authorization whose URL has these parameters, and no `...` ones."""
    return call("begin_authorization", {"state": STATE, "url": {"base": f"{ISSUER}/authorize", "parameters": USUAL | parameters}} | more,
                options={"scopes": ["email"]} | options)


def answered(expect, *exchanges, callback, **context):
    return call("finish_authorization", expect, exchanges, callback=callback, **context)


def build():
    suite = Scenarios("Authorization requests and responses: RFC 9126, RFC 9101, RFC 8707, RFC 9396, RFC 9207, JARM, OpenID Connect Core 5.5.")
    options(suite)
    refused_options(suite)
    demands(suite)
    modes(suite)
    messages(suite)
    signed_responses(suite)
    pushed(suite)
    objects(suite)
    sessions(suite)
    mix_up(suite)
    return suite


def options(suite):
    def accepted(name, given, parameters):
        suite.client(f"F4-request-{name}", asked(given, parameters))

    accepted("prompt-text", {"prompt": "login consent"}, {"prompt": "login consent"})
    accepted("prompt-list", {"prompt": ["login", "select_account"]}, {"prompt": "login select_account"})
    accepted("prompt-none", {"prompt": "none"}, {"prompt": "none"})
    accepted("prompt-create", {"prompt": ["create"]}, {"prompt": "create"})
    accepted("login-hint", {"login_hint": "Käthe+1@example.com"}, {"login_hint": "Käthe+1@example.com"})
    accepted("max-age", {"max_age": 0}, {"max_age": "0"})
    accepted("acr-values", {"acr_values": ["urn:mace:incommon:iap:silver", "mfa"]}, {"acr_values": "urn:mace:incommon:iap:silver mfa"})
    accepted("ui-locales", {"ui_locales": "fr-CA fr en"}, {"ui_locales": "fr-CA fr en"})
    accepted("id-token-hint", {"id_token_hint": "a.b.c"}, {"id_token_hint": "a.b.c"})
    accepted("one-resource", {"resource": "https://api.example.com/a?b=c"}, {"resource": "https://api.example.com/a?b=c"})
    accepted("resources", {"resource": ["https://a.example.com", "urn:example:b"]}, {"resource": ["https://a.example.com", "urn:example:b"]})
    accepted("query", {"response_mode": "query"}, {})
    claims = {"userinfo": {"given_name": {"essential": True}, "nickname": None}, "id_token": {"auth_time": {"essential": True}, "acr": {"values": ["a", "b"]}}}
    accepted("claims", {"claims": claims}, {"claims": dumps(dict(sorted((k, dict(sorted(v.items()))) for k, v in reversed(claims.items()))))})
    details = [{"type": "payment_initiation", "actions": ["initiate"], "amount": {"currency": "EUR", "value": 1.5}}]
    accepted("authorization-details", {"authorization_details": details}, {"authorization_details": '[{"actions":["initiate"],"amount":{"currency":"EUR","value":1.5},"type":"payment_initiation"}]'})
    accepted("further-parameter", {"parameters": {"audience": "api", "prompt": "login"}}, {"audience": "api", "prompt": "login"})


def refused_options(suite):
    def refused(name, code, **given):
        suite.client(f"F16-request-{name}", call("begin_authorization", code, options={"scopes": ["email"]} | given))

    for name, value in {"none-and-login": ["none", "login"], "none-and-login-text": "none login", "empty": "", "empty-list": [], "empty-word": [""], "two-in-one": ["login consent"]}.items():
        refused(f"prompt-{name}", "config.prompt", prompt=value)
    for name, value in {"relative": "api", "path": "/api", "fragment": "https://api.example.com/#a", "empty": "", "space": "https://api.example.com/a b", "non-ascii": "https://api.example.com/é",
                        "backslash": "https:\\\\api.example.com"}.items():
        refused(f"resource-{name}", "config.resource", resource=[value])
    refused("seventeen-resources", "config.resource", resource=[f"https://{n}.example.com" for n in range(17)])
    for name, value in {"empty": [], "no-type": [{"a": 1}], "type-number": [{"type": 1}], "type-empty": [{"type": ""}], "text": ["payment"], "one-without": [{"type": "a"}, {}]}.items():
        refused(f"details-{name}", "config.authorization_details", authorization_details=value)
    for name, value in {"id-token-list": {"id_token": []}, "claim-text": {"id_token": {"acr": "x"}}, "essential-text": {"id_token": {"acr": {"essential": "true"}}},
                        "values-text": {"userinfo": {"a": {"values": "x"}}}, "values-empty": {"id_token": {"acr": {"values": []}}}, "essential-acr-without-values": {"id_token": {"acr": {"essential": True}}},
                        "acr-number": {"id_token": {"acr": {"essential": True, "value": 1}}}, "subject-number": {"id_token": {"sub": {"value": 1}}}}.items():
        refused(f"claims-{name}", "config.claims", claims=value)
    refused("claims-of-9-kib", "config.claims", claims={"id_token": {"a" * 9000: None}})
    for name in ("", "QUERY", "query ", "fragment.", "jwt.query", "form", "none"):
        refused(f"mode-{name.strip() or 'empty'}-{len(name)}", "config.response_mode", response_mode=name)
    for name in ("claims", "resource", "authorization_details"):
        refused(f"{name}-as-bare-text", "config.invalid", parameters={name: "x"})
    for name in ("dpop_jkt", "request", "request_uri", "response_mode", "client_secret", "code_challenge", "state", "redirect_uri"):
        refused(f"reserved-{name}", "config.invalid", parameters={name: "x"})
    refused("twice", "config.invalid", prompt="login", parameters={"prompt": "none"})
    refused("hint-control", "config.control_character", login_hint="a\r\nb")
    refused("locale-control", "config.control_character", ui_locales=["en\0"])
    refused("id-token-hint-control", "config.control_character", id_token_hint="a\nb")
    refused("session-empty", "config.invalid", session="")
    announced = service(response_modes_supported=["query", "form_post"])
    suite.client("F16-request-mode-not-announced", call("begin_authorization", "config.response_mode", options={"response_mode": "fragment"}), service_text=announced)
    suite.client("F16-request-mode-announced", asked({"response_mode": "form_post"}, {"response_mode": "form_post"}), service_text=announced)
    suite.client("F16-request-query-is-always-there", asked({"response_mode": "query"}, {}), service_text=service(response_modes_supported=["form_post"]))
    suite.client("F16-signed-mode-without-keys", call("begin_authorization", "metadata.missing_endpoint", options={"response_mode": "jwt"}), service_text=service(jwks_uri=...))


def demands(suite):
    """What is held against the answer."""
    claims = lambda **wanted: begin("openid", claims={"id_token": wanted})
    accepted = {"access_token": "at-1"}

    def login(name, begun, expect, **changed):
        suite.client(f"F4-{name}", begun, finish(expect, exchange(reply(tokens(scope="openid", id_token=id_token(**changed)))), keys()))

    mfa = claims(acr={"essential": True, "values": ["mfa", "phr"]})
    login("essential-acr", mfa, accepted, acr="phr")
    for name, value in {"other": "pwd", "missing": ..., "number": 1, "list": ["mfa"], "prefix": "mf"}.items():
        login(f"essential-acr-{name}", mfa, "callback.authentication", acr=value)
    login("voluntary-acr", claims(acr={"values": ["mfa"]}), accepted, acr="pwd")
    login("essential-auth-time", claims(auth_time={"essential": True}), accepted, auth_time=NOW - 10)
    login("essential-auth-time-missing", claims(auth_time={"essential": True}), "callback.authentication")
    login("asked-subject", claims(sub={"value": "user-1"}), accepted)
    login("asked-subject-other", claims(sub={"value": "user-2"}), "callback.authentication")
    login("max-age-kept", begin("openid", max_age=60), accepted, auth_time=NOW - 60)
    login("max-age-exceeded", begin("openid", max_age=60), "token.too_old", auth_time=NOW - 120)
    suite.client("F4-essential-claims-outlive-sealing", mfa, call("seal", key=SEALING_KEY), call("open", {"state": STATE}, key=SEALING_KEY),
                 finish("callback.authentication", exchange(reply(tokens(scope="openid", id_token=id_token(acr="pwd")))), keys()))
    suite.client("F4-essential-acr-without-id-token", begin("email", claims={"id_token": {"acr": {"essential": True, "value": "mfa"}}}), finish("callback.authentication", exchange(reply(tokens()))))
    api = "https://api.example.com"
    suite.client("F4-the-resource-is-named-again", begin("email", resource=[api]), finish(accepted, exchange(reply(tokens()), resource=api)))
    suite.client("F4-the-resource-outlives-sealing", begin("email", resource=[api]), call("seal", key=SEALING_KEY), call("open", {"state": STATE}, key=SEALING_KEY),
                 finish(accepted, exchange(reply(tokens()), resource=api)))
    pay = begin("email", authorization_details=[{"type": "payment"}, {"type": "account"}])
    for name, granted in {"same": [{"type": "payment"}], "enriched": [{"type": "account", "accounts": [{"iban": "DE1"}]}], "silent": ...}.items():
        suite.client(f"F4-details-{name}", pay, finish(accepted, exchange(reply(tokens(authorization_details=granted)))))
    for name, granted in {"other-type": [{"type": "admin"}], "one-more": [{"type": "payment"}, {"type": "admin"}], "empty": []}.items():
        suite.client(f"F4-details-{name}", pay, finish("callback.authorization_details", exchange(reply(tokens(authorization_details=granted)))))
    for name, granted in {"object": {"type": "payment"}, "text": "payment", "no-type": [{"a": 1}], "null": None}.items():
        suite.client(f"F4-details-{name}", pay, finish("response.authorization_details", exchange(reply(tokens(authorization_details=granted)))))


def modes(suite):
    ok = {"access_token": "at-1"}

    def mode(name, mode, callback, expect=ok, **context):
        exchanges = [exchange(reply(tokens()))] if expect is ok else []
        suite.client(f"F6-{name}", asked({"response_mode": mode}, {"response_mode": mode} if mode != "query" else {}), answered(expect, *exchanges, callback=callback, **context))

    other = "callback.response_mode"
    mode("fragment-url", "fragment", f"{CALLBACK}#{BY_CODE}")
    mode("fragment-path", "fragment", f"/callback?kept=1#{BY_CODE}")
    mode("fragment-with-its-sign", "fragment", f"#{BY_CODE}")
    mode("fragment-bare", "fragment", BY_CODE)
    mode("fragment-parameters", "fragment", {"code": "c0de", "state": STATE})
    mode("fragment-as-the-host-says", "fragment", BY_CODE, response_mode="fragment")
    mode("fragment-came-in-the-query", "fragment", f"{CALLBACK}?{BY_CODE}", other)
    mode("fragment-and-query", "fragment", f"{CALLBACK}?code=evil#{BY_CODE}", other)
    mode("fragment-state-in-the-query", "fragment", f"{CALLBACK}?state=x#{BY_CODE}", other)
    mode("fragment-none", "fragment", CALLBACK, other)
    mode("fragment-twice-the-code", "fragment", f"#{BY_CODE}&code=2", "callback.duplicate_parameter")
    mode("fragment-with-a-token", "fragment", f"#{BY_CODE}&access_token=at", "callback.contradictory")
    mode("fragment-code-and-error", "fragment", f"#{BY_CODE}&error=access_denied", "callback.contradictory")
    mode("query-came-in-the-fragment", "query", f"{CALLBACK}#{BY_CODE}", other)
    mode("query-and-fragment", "query", f"{CALLBACK}?{BY_CODE}#code=evil", other)
    mode("query-with-a-plain-fragment", "query", f"{CALLBACK}?{BY_CODE}#_=_")
    mode("query-as-the-host-says", "query", f"{CALLBACK}?{BY_CODE}", response_mode="query")
    mode("query-came-as-a-form", "query", {"code": "c0de", "state": STATE}, other, response_mode="form_post")
    mode("query-came-as-a-message", "query", {"code": "c0de", "state": STATE}, other, origin=ISSUER)
    mode("query-came-signed", "query", f"{CALLBACK}?response=a.b.c", other)
    mode("form-post-body", "form_post", f"{BY_CODE}&iss=https%3A%2F%2Fidp.example.com")
    mode("form-post-fields", "form_post", {"code": "c0de", "state": STATE})
    mode("form-post-as-the-host-says", "form_post", {"code": "c0de", "state": STATE}, response_mode="form_post")
    mode("form-post-came-in-the-query", "form_post", f"{CALLBACK}?{BY_CODE}", other)
    mode("form-post-came-in-a-path", "form_post", f"/callback?{BY_CODE}", other)
    mode("form-post-came-in-the-fragment", "form_post", f"{CALLBACK}#{BY_CODE}", other)
    mode("form-post-came-in-the-query-as-the-host-says", "form_post", {"code": "c0de", "state": STATE}, other, response_mode="query")
    mode("form-post-repeated", "form_post", {"code": ["c0de", "2"], "state": STATE}, "callback.duplicate_parameter")
    mode("form-post-large", "form_post", {"concat": [BY_CODE, "&x=", repeat("a", 17_000)]}, "callback.too_large")
    mode("unknown-way", "query", BY_CODE, other, response_mode="carrier pigeon")
    suite.client("F7-fragment-error", asked({"response_mode": "fragment"}, {}),
                 answered(("oauth.access_denied", {"oauth_error": "access_denied", "oauth_error_description": "<b>no</b>"}), callback=f"#error=access_denied&error_description=%3Cb%3Eno%3C%2Fb%3E&state={STATE}"))
    suite.client("F6-the-mode-outlives-sealing", begin("email", response_mode="fragment"), call("seal", key=SEALING_KEY), call("open", {"state": STATE}, key=SEALING_KEY),
                 answered(other, callback=f"{CALLBACK}?{BY_CODE}"))


def messages(suite):
    ok = {"access_token": "at-1"}
    begun = asked({"response_mode": "web_message"}, {"response_mode": "web_message"}, response_origin=ISSUER, continue_url=CALLBACK)
    data = {"code": "c0de", "state": STATE}

    def message(name, expect, callback, **context):
        exchanges = [exchange(reply(tokens()))] if expect is ok else []
        suite.client(f"F6-message-{name}", begun, answered(expect, *exchanges, callback=callback, **({"origin": ISSUER} | context)))

    message("mapping", ok, data)
    message("text", ok, dumps(data))
    message("of-its-type", ok, dumps({"type": "authorization_response", "response": data}))
    message("with-more", ok, dumps(data | {"expires_in": 5, "x": {"y": 1}}))
    message("as-the-host-says", ok, data, response_mode="web_message")
    for name, origin in {"other": "https://evil.example", "port": f"{ISSUER}:8443", "slash": f"{ISSUER}/", "path": f"{ISSUER}/authorize", "case": ISSUER.upper(), "http": ISSUER.replace("https", "http"),
                         "prefix": f"{ISSUER}.evil.example", "null": "null", "empty": ""}.items():
        message(f"origin-{name}", "callback.origin", data, origin=origin)
    suite.client("F6-message-without-origin", begun, answered("callback.response_mode", callback=data))
    suite.client("F6-query-has-no-message", asked({}, {}), answered("callback.response_mode", callback=f"{CALLBACK}?{BY_CODE}", origin=ISSUER))
    for name, text in {"no-json": BY_CODE, "list": "[]", "duplicate": f'{{"code":"a","code":"b","state":"{STATE}"}}', "number": f'{{"code":1,"state":"{STATE}"}}', "response-text": '{"type":"authorization_response","response":"x"}',
                       "deep": "[" * 100, "null-state": '{"code":"a","state":null}', "empty": ""}.items():
        message(name, "callback.malformed", text)
    message("state-other", "callback.state_mismatch", data | {"state": "other"})
    message("state-missing", "callback.state_missing", dumps({"code": "c0de"}))
    message("large", "callback.too_large", {"concat": ['{"code":"', repeat("a", 17_000), '"}']})


def response(header=None, key="p256", algorithm="ES256", **changed):
    """A signed authorization response; a claim given as `...` is left out."""
    usual = {"iss": ISSUER, "aud": "abc", "exp": NOW + 600, "code": "c0de", "state": STATE}
    claims = {k: v for k, v in (usual | changed).items() if v is not ...}
    return token(claims, {"alg": algorithm, "kid": "k1"} if header is None else header, algorithm, key)


def signed_responses(suite):
    ok = {"access_token": "at-1"}
    text = service(authorization_signing_alg_values_supported=["ES256", "none"])

    def begun(mode="jwt"):
        return begin("email", response_mode=mode)

    def jarm(name, expect, jwt, fetch=True, mode="jwt", place="?", **config):
        exchanges = ([keys()] if fetch else []) + ([exchange(reply(tokens()))] if expect is ok else [])
        suite.client(f"F6-jarm-{name}", begun(mode), answered(expect, *exchanges, callback=f"{CALLBACK}{place}response={jwt}"), service_text=text, **config)

    jarm("accepted", ok, response())
    jarm("query", ok, response(), mode="query.jwt")
    jarm("fragment", ok, response(), mode="fragment.jwt", place="#")
    jarm("fragment-in-the-query", "callback.response_mode", response(), fetch=False, mode="fragment.jwt")
    suite.client("F6-jarm-form-post", begun("form_post.jwt"), answered(ok, keys(), exchange(reply(tokens())), callback={"response": response()}), service_text=text)
    jarm("typed", ok, response({"alg": "ES256", "kid": "k1", "typ": "JWT"}))
    jarm("with-further-claims", ok, response(session_state="x", iat=NOW))
    jarm("audience-list", ok, response(aud=["abc", "other"]))
    for name, changed in {"expired": {"exp": NOW - 31}, "without-exp": {"exp": ...}, "other-issuer": {"iss": "https://evil.example"}, "without-issuer": {"iss": ...}, "issuer-with-slash": {"iss": f"{ISSUER}/"},
                          "other-audience": {"aud": "other"}, "without-audience": {"aud": ...}, "without-code": {"code": ...}, "with-a-subject": {"sub": "user-1"}, "with-a-nonce": {"nonce": NONCE}}.items():
        codes = {"expired": "token.expired", "other-issuer": "token.issuer", "issuer-with-slash": "token.issuer", "other-audience": "token.audience", "with-a-subject": "token.type", "with-a-nonce": "token.type"}
        code = codes.get(name, "token.missing_claim")
        jarm(name, code, response(**changed))
    jarm("id-token", "callback.state_missing", id_token(), fetch=False)
    jarm("id-token-with-a-state", "token.type", id_token(state=STATE))
    jarm("at-jwt", "token.type", response({"alg": "ES256", "kid": "k1", "typ": "at+jwt"}))
    jarm("code-number", "callback.malformed", response(code=1))
    jarm("code-empty", "callback.code_missing", response(code=""))
    jarm("code-and-error", "callback.contradictory", response(error="access_denied"))
    jarm("a-token-inside", ok, response(access_token="x"))
    jarm("response-in-response", "callback.response_mode", response(response="x"))
    jarm("state-other", "callback.state_mismatch", response(state="other"), fetch=False)
    jarm("state-missing", "callback.state_missing", response(state=...), fetch=False)
    jarm("state-number", "callback.state_missing", response(state=1), fetch=False)
    jarm("state-duplicate", "token.duplicate_member", b64(b'{"alg":"ES256","kid":"k1"}') + "." + b64(f'{{"state":"x","state":"{STATE}"}}'.encode()) + ".AA", fetch=False)
    good = response()
    jarm("altered", "token.signature", good[:-8] + ("A" * 8 if good[-8:] != "A" * 8 else "B" * 8))
    jarm("signed-with-another-key", "token.signature", response(key="p256_b"))
    jarm("none", "token.algorithm", b64(b'{"alg":"none"}') + "." + good.split(".")[1] + ".", fetch=False)
    jarm("another-algorithm", "token.algorithm", response({"alg": "RS256", "kid": "k1"}, "rsa", "RS256"), fetch=False)
    jarm("not-a-token", "token.malformed", "abc", fetch=False)
    jarm("encrypted", "token.encrypted", "a.b.c.d.e", fetch=False)
    jarm("configured", ok, response(), authorization_response_algorithms=["ES256"])
    jarm("configured-otherwise", "token.algorithm", response(), fetch=False, authorization_response_algorithms=["PS256"])
    plain = f"{CALLBACK}?{BY_CODE}"
    suite.client("F6-jarm-plain-instead", begun(), answered("callback.plain_response", callback=plain), service_text=text)
    suite.client("F6-jarm-plain-error-instead", begun(), answered("callback.plain_response", callback=f"{CALLBACK}?error=access_denied&state={STATE}"), service_text=text)
    suite.client("F6-jarm-and-plain", begun(), answered("callback.contradictory", callback=f"{plain}&response={good}"), service_text=text)
    suite.client("F6-jarm-twice", begun(), answered("callback.duplicate_parameter", callback=f"{CALLBACK}?response={good}&response={good}"), service_text=text)
    suite.client("F6-jarm-array", begun(), answered("callback.malformed", callback=f"{CALLBACK}?response[]={good}"), service_text=text)
    suite.client("F7-jarm-error", begun(), answered(("oauth.login_required", {"oauth_error": "login_required", "oauth_error_description": "no <b>"}), keys(),
                 callback=f"{CALLBACK}?response={response(code=..., error='login_required', error_description='no <b>')}"), service_text=text)
    suite.client("F1-jarm-replayed", begun(), answered(ok, keys(), exchange(reply(tokens())), callback=f"{CALLBACK}?response={good}"),
                 answered("callback.state_replayed", callback=f"{CALLBACK}?response={good}"), service_text=text)
    suite.client("F16-jarm-mixed-algorithms", call("begin_authorization", "config.algorithms", options={}), authorization_response_algorithms=["ES256", "HS256"])


def push(expect, answer, form=None, authorization=basic(), **options):
    form = {k: v for k, v in (USUAL | (form or {})).items() if v is not ...}
    return call("push_authorization", expect, [post(PAR, form, answer, authorization)], **({"scopes": ["email"]} | options))


def pushed(suite):
    text = lambda **changed: service(pushed_authorization_request_endpoint=PAR, **changed)
    created = lambda **changed: reply({k: v for k, v in ({"request_uri": REFERENCE, "expires_in": 60} | changed).items() if v is not ...}, 201)
    url = {"base": f"{ISSUER}/authorize", "parameters": {"client_id": "abc", "request_uri": REFERENCE}}
    good = {"state": STATE, "url": url, "url_expires_at": NOW + 60}
    suite.client("F4-pushed", push(good, created()), finish({"access_token": "at-1"}, exchange(reply(tokens()))), service_text=text())
    suite.client("F4-pushed-where-it-is-required", push(good, created()), service_text=text(require_pushed_authorization_requests=True))
    suite.client("F16-pushed-is-required", call("begin_authorization", "config.pushed_request_required", options={"scopes": ["email"]}), service_text=text(require_pushed_authorization_requests=True))
    suite.client("F4-pushed-with-options", push(good, created(), {"prompt": "login", "resource": "https://api.example.com", "max_age": "5", "response_mode": "form_post"},
                 prompt=["login"], resource=["https://api.example.com"], max_age=5, response_mode="form_post"), service_text=text())
    suite.client("F4-pushed-by-a-public-client", push(good, created(), authorization=None), service_text=text(), client_secret=...)
    suite.client("F4-pushed-with-post", push(good, created(), {"client_secret": "s3cret"}, None), service_text=text(), authentication_method="client_secret_post")
    suite.client("F4-pushed-outlives-sealing", push(good, created()), call("seal", key=SEALING_KEY), call("open", {"state": STATE}, key=SEALING_KEY),
                 finish({"access_token": "at-1"}, exchange(reply(tokens()))), service_text=text())
    suite.client("E10-pushed-without-endpoint", call("push_authorization", "metadata.missing_endpoint", scopes=["email"]))
    suite.client("F16-pushed-bad-option", call("push_authorization", "config.prompt", prompt="none login"), service_text=text())
    suite.client("F16-pushed-unknown-option", call("push_authorization", "config.invalid", parameters={"request": "x"}), service_text=text())

    def refused(name, expect, answer):
        suite.client(name, push(expect, answer), service_text=text())

    refused("E8-pushed-invalid-request", "oauth.invalid_request", reply({"error": "invalid_request", "error_description": "no"}, 400))
    refused("E8-pushed-invalid-client", "oauth.invalid_client", reply({"error": "invalid_client"}, 401))
    refused("E8-pushed-429", "http.rate_limited", reply("", 429, None, retry_after="7"))
    refused("E8-pushed-503", "http.unavailable", reply("", 503, None))
    refused("E3-pushed-redirect", "http.redirect", reply("", 302, None, location="https://evil.example/"))
    refused("E6-pushed-200", "http.status", reply({"request_uri": REFERENCE, "expires_in": 60}, 200))
    refused("E6-pushed-html", "response.content_type", reply("<html>", 201, "text/html"))
    for name, changed in {"without-reference": {"request_uri": ...}, "reference-number": {"request_uri": 1}, "reference-empty": {"request_uri": ""}, "reference-with-a-space": {"request_uri": "urn:a b"},
                          "reference-non-ascii": {"request_uri": "urn:é"}, "reference-of-3-kib": {"request_uri": "u" * 3000}, "without-expiry": {"expires_in": ...}, "expiry-zero": {"expires_in": 0},
                          "expiry-negative": {"expires_in": -1}, "expiry-text": {"expires_in": "60"}, "expiry-fraction": {"expires_in": 1.5}}.items():
        refused(f"F10-pushed-{name}", "response.malformed", created(**changed))
    refused("F10-pushed-duplicate", "response.malformed", reply(f'{{"request_uri":"a","request_uri":"b","expires_in":60}}', 201))
    injected = "urn:a&redirect_uri=https://evil.example#x"
    suite.client("F10-pushed-reference-stays-one-parameter", push({"url": {"base": f"{ISSUER}/authorize", "parameters": {"client_id": "abc", "request_uri": injected}}}, created(request_uri=injected)), service_text=text())


def request_object(draw=3, key="ed25519", algorithm="EdDSA", header=None, **changed):
    claims = USUAL | {"iss": "abc", "aud": ISSUER, "iat": NOW, "nbf": NOW, "exp": NOW + 300, "jti": drawn(draw)} | changed
    return token(dict(sorted(claims.items())), {"alg": algorithm, "typ": "oauth-authz-req+jwt"} | ({"kid": "ro"} if header is None else header), algorithm, key)


def objects(suite):
    by_value = lambda jwt: {"state": STATE, "url": {"base": f"{ISSUER}/authorize", "parameters": {"client_id": "abc", "request": jwt}}}
    signed = lambda jwt, **options: call("begin_authorization", by_value(jwt), options={"scopes": ["email"]} | options)
    suite.client("F4-request-object", signed(request_object()), finish({"access_token": "at-1"}, exchange(reply(tokens()))), **SIGNED_KEY)
    suite.client("F4-request-object-keeps-types", signed(request_object(max_age=5, claims={"id_token": {"acr": None}}, resource=["https://a.example.com", "https://b.example.com"], authorization_details=[{"type": "a"}]),
                 max_age=5, claims={"id_token": {"acr": None}}, resource=["https://a.example.com", "https://b.example.com"], authorization_details=[{"type": "a"}]), **SIGNED_KEY)
    suite.client("F4-request-object-one-resource", signed(request_object(resource="https://a.example.com"), resource=["https://a.example.com"]), **SIGNED_KEY)
    suite.client("F4-request-object-rsa", signed(request_object(3, "rsa", "RS256", {})), request_object_key={"jwk_private": dumps(KEYS["rsa"]["jwk"])})
    required = service(require_signed_request_object=True)
    suite.client("F16-request-object-required", call("begin_authorization", "config.request_object_required", options={"scopes": ["email"]}), service_text=required)
    suite.client("F4-request-object-where-it-is-required", signed(request_object()), service_text=required, **SIGNED_KEY)
    text = service(pushed_authorization_request_endpoint=PAR, require_signed_request_object=True)
    usual = {name: ... for name in USUAL}
    suite.client("F4-request-object-pushed", push({"url_expires_at": NOW + 9}, reply({"request_uri": REFERENCE, "expires_in": 9}, 201), usual | {"client_id": "abc", "request": request_object()}), service_text=text, **SIGNED_KEY)
    suite.client("F16-request-object-required-for-pushing", call("push_authorization", "config.request_object_required", scopes=["email"]), service_text=text)
    suite.client("F16-request-object-without-issuer", call("begin_authorization", "metadata.missing_endpoint", options={"scopes": ["email"]}), service_text=service(issuer=...), **SIGNED_KEY)
    suite.client("F16-request-object-too-large", call("begin_authorization", "config.invalid", options={"scopes": ["email"], "parameters": {"x": "a" * 13_000}}), **SIGNED_KEY)


def sessions(suite):
    ok, here = {"access_token": "at-1"}, begin("email", session="sess-1")
    sent = [exchange(reply(tokens()))]
    through = (call("seal", key=SEALING_KEY), call("open", {"state": STATE}, key=SEALING_KEY))
    url = f"{CALLBACK}?{BY_CODE}"
    suite.client("F4-session", here, answered(ok, *sent, callback=url, session="sess-1"))
    suite.client("F4-session-sealed", here, *through, answered(ok, *sent, callback=url, session="sess-1"))
    for name, session in {"other": "sess-2", "case": "SESS-1", "prefix": "sess-", "longer": "sess-1 "}.items():
        suite.client(f"F4-session-{name}", here, *through, answered("callback.session", callback=url, session=session))
    suite.client("F4-session-missing", here, answered("callback.session", callback=url))
    suite.client("F4-session-unexpected", begin("email"), answered("callback.session", callback=url, session="sess-1"))
    suite.client("F4-session-then-the-right-one", here, answered("callback.session", callback=url, session="sess-2"), answered(ok, *sent, callback=url, session="sess-1"))
    suite.client("F4-session-empty-at-the-end", begin("email"), answered("config.invalid", callback=url, session=""))


def mix_up(suite):
    """F3 and F4: an answer of another provider, or for another client or redirect URI, on this one's callback."""
    announced = service(authorization_response_iss_parameter_supported=True)
    url = f"{CALLBACK}?{BY_CODE}"
    suite.client("F3-issuer-announced-and-there", begin("email"), answered({"access_token": "at-1"}, exchange(reply(tokens())), callback=f"{url}&iss=https%3A%2F%2Fidp.example.com"), service_text=announced)
    for name, (part, code) in {"absent": ("", "callback.issuer_missing"), "other": ("&iss=https://evil.example", "callback.issuer_mismatch"), "with-slash": (f"&iss={ISSUER}/", "callback.issuer_mismatch"),
                               "empty": ("&iss=", "callback.issuer_mismatch"), "twice": (f"&iss={ISSUER}&iss={ISSUER}", "callback.duplicate_parameter")}.items():
        suite.client(f"F3-issuer-{name}", begin("email"), answered(code, callback=url + part), service_text=announced)
    suite.client("F3-issuer-other-and-not-announced", begin("email"), answered("callback.issuer_mismatch", callback=f"{url}&iss=https://evil.example"))
    suite.client("F3-issuer-in-the-fragment", begin("email", response_mode="fragment"), answered("callback.issuer_mismatch", callback=f"#{BY_CODE}&iss=https://evil.example"))
    suite.client("F3-issuer-of-an-error", begin("email"), answered("callback.issuer_mismatch", callback=f"{CALLBACK}?error=access_denied&state={STATE}&iss=https://evil.example"))
    other = {"provider": {"service": service(issuer="https://other.example.com", token_endpoint="https://other.example.com/token")}, "client": {"client": CLIENT | {"client_id": "def"}},
             "redirect-uri": {"client": CLIENT | {"redirect_uri": "https://app.example.com/other"}}}
    for name, changed in other.items():
        suite.client(f"F4-begun-for-another-{name}", begin("email"), call("seal", key=SEALING_KEY), call("open", "pending.wrong_client", key=SEALING_KEY, **changed))
