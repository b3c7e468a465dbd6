"""A provider on Authlib (see servers/authlib_server.py): logins, tokens, and its own refusals."""

from stage import CALLBACK, Stage, check, equal, parameters, refused, scenario, with_parameters

SERVER = "authlib"


@scenario(SERVER, "discovery, OpenID Connect")
def discovery(at: Stage) -> None:
    equal(at.service()["issuer"], at.facts["issuer"], "issuer")


def _login(at: Stage, name: str, algorithm: str) -> None:
    tokens = at.log_in(at.client(name))
    equal(tokens["id_token"]["header"]["alg"], algorithm, "alg")
    claims = tokens["id_token"]["claims"]
    equal((claims["sub"], claims["email"]), (at.user, f"{at.user}@example.test"), "sub and email")
    check("at_hash" in claims and "auth_time" in claims, "at_hash and auth_time")
    equal(tokens["scopes"], ["openid", "email"], "scopes")


@scenario(SERVER, "code, PKCE, secret in the header, RS256")
def code_basic(at: Stage) -> None:
    _login(at, "basic", "RS256")


@scenario(SERVER, "code, PKCE, secret in the body, ES256")
def code_post(at: Stage) -> None:
    _login(at, "post", "ES256")


@scenario(SERVER, "code, PKCE, public client")
def code_public(at: Stage) -> None:
    _login(at, "public", "RS256")


@scenario(SERVER, "code without openid: no ID token")
def code_alone(at: Stage) -> None:
    tokens = at.log_in(at.client("basic"), scopes=["orders:read"])
    equal((tokens["id_token"], tokens["scopes"]), (None, ["orders:read"]), "ID token and scopes")


@scenario(SERVER, "iss in the response (RFC 9207), also in an error")
def issuer_parameter(at: Stage) -> None:
    client = at.client("basic")
    pending = client.begin_authorization(scopes=["openid"])
    url = at.visit(pending["url"], deny=True).url
    equal(parameters(url)["iss"], at.facts["issuer"], "iss")
    with refused("callback.issuer_missing"):
        client.finish_authorization(pending, with_parameters(url, iss=None))
    with refused("oauth.access_denied"):
        client.finish_authorization(pending, url)


@scenario(SERVER, "mix-up: its response for a client of oidc-provider")
def mix_up(at: Stage) -> None:
    known = at.others["oidc-provider"]["clients"]["basic"]
    service = at.host.make("Service.discover", at.others["oidc-provider"]["issuer"])
    honest = at.host.make("Client", service, client_id="basic", client_secret=known["client_secret"], redirect_uri=CALLBACK)
    pending = honest.begin_authorization(scopes=["openid"])
    ours = at.client("basic").begin_authorization(scopes=["openid"])
    url = at.visit(with_parameters(ours["url"], state=pending["state"])).url
    with refused("callback.issuer_mismatch"):
        honest.finish_authorization(pending, url)


@scenario(SERVER, "prompt=none without a session: an error without the iss that it announces")
def prompt_none(at: Stage) -> None:
    # RFC 9207 section 2.4: such a response is refused, whatever else it says.
    client = at.client("basic")
    pending = client.begin_authorization(scopes=["openid"], parameters={"prompt": "none"})
    url = at.visit(pending["url"]).url
    equal((parameters(url)["error"], parameters(url).get("iss")), ("login_required", None), "error and iss")
    with refused("callback.issuer_missing"):
        client.finish_authorization(pending, url)
    with refused("oauth.login_required"):
        client.finish_authorization(pending, with_parameters(url, iss=at.facts["issuer"]))


@scenario(SERVER, "a redirect URI that is not registered")
def other_redirect(at: Stage) -> None:
    at.error_page(at.client("basic", redirect_uri=f"{CALLBACK}/elsewhere").begin_authorization(scopes=["openid"])["url"], "invalid_request")


@scenario(SERVER, "a client that is not registered")
def unknown_client(at: Stage) -> None:
    at.error_page(at.client("basic", client_id="nobody").begin_authorization(scopes=["openid"])["url"], "invalid_client")


@scenario(SERVER, "a scope that the server does not know")
def unknown_scope(at: Stage) -> None:
    client = at.client("basic")
    pending = client.begin_authorization(scopes=["openid", "unheard-of"])
    url = at.visit(pending["url"]).url
    equal(parameters(url)["error"], "invalid_scope", "error")
    with refused("oauth.invalid_scope"):
        client.finish_authorization(pending, with_parameters(url, iss=at.facts["issuer"]))


@scenario(SERVER, "a wrong secret in the header")
def wrong_secret(at: Stage) -> None:
    with refused("oauth.invalid_client"):
        at.log_in(at.client("basic", client_secret="guessed"))


@scenario(SERVER, "a secret in the body where the header is registered")
def wrong_method(at: Stage) -> None:
    with refused("oauth.invalid_client"):
        at.log_in(at.client("basic", authentication_method="client_secret_post"))


@scenario(SERVER, "a code under another verifier")
def other_verifier(at: Stage) -> None:
    client = at.client("basic")
    ours, other = (client.begin_authorization(scopes=["openid"]) for _ in range(2))
    url = at.visit(ours["url"]).url
    with refused("oauth.invalid_grant"):
        client.finish_authorization(other, with_parameters(url, state=other["state"]))


@scenario(SERVER, "a code that was used")
def used_code(at: Stage) -> None:
    client, key = at.client("basic"), bytes(32)
    pending = client.begin_authorization(scopes=["openid"])
    sealed, url = pending.seal(key), at.visit(pending["url"]).url
    client.finish_authorization(pending, url)
    elsewhere = at.client("basic", leeway=29)
    with refused("oauth.invalid_grant"):
        elsewhere.finish_authorization(elsewhere.open_pending(sealed, key), url)


@scenario(SERVER, "refresh, rotated; the ID token is verified again")
def refresh(at: Stage) -> None:
    client = at.client("basic")
    tokens = at.log_in(client)
    again = client.refresh(tokens["refresh_token"])
    check(again["refresh_token"] != tokens["refresh_token"], "the refresh token is the same")
    equal(again["id_token"]["claims"]["sub"], at.user, "sub")
    with refused("oauth.invalid_grant"):
        client.refresh(tokens["refresh_token"])


@scenario(SERVER, "refresh for fewer scopes, and for more")
def refresh_scopes(at: Stage) -> None:
    client = at.client("post")
    tokens = at.log_in(client)
    with refused("oauth.invalid_scope"):
        client.refresh(tokens["refresh_token"], scopes=["openid", "profile"])
    equal(client.refresh(tokens["refresh_token"], scopes=["email"])["scopes"], ["email"], "scopes")


@scenario(SERVER, "client credentials: a JWT for the API (RFC 9068), verified and introspected")
def machine(at: Stage) -> None:
    client = at.client("machine")
    issued = client.client_credentials(scopes=["orders:read"])
    verifier = at.host.make("Verifier", issuer=at.facts["issuer"], audience=at.facts["api"], token_type="at+jwt", algorithms=["ES256"])
    claims = verifier.verify(issued["access_token"])
    equal((claims["client_id"], claims["sub"], claims["scope"]), ("machine", "machine", "orders:read"), "claims")
    report = client.introspect(issued["access_token"])
    equal((report["active"], report["aud"]), (True, at.facts["api"]), "the report")


@scenario(SERVER, "client credentials by a client that may not")
def machine_unauthorized(at: Stage) -> None:
    with refused("oauth.unauthorized_client"):
        at.client("basic").client_credentials()


@scenario(SERVER, "introspection, then revocation")
def introspect(at: Stage) -> None:
    client = at.client("basic")
    tokens = at.log_in(client)
    report = client.introspect(tokens["access_token"], token_type_hint="access_token")
    equal((report["active"], report["sub"], report["client_id"]), (True, at.user, "basic"), "the report")
    client.revoke(tokens["refresh_token"], token_type_hint="refresh_token")
    check(not client.introspect(tokens["access_token"])["active"], "still active")
    with refused("oauth.invalid_grant"):
        client.refresh(tokens["refresh_token"])
    client.revoke("never-issued")


@scenario(SERVER, "userinfo, sub checked")
def userinfo(at: Stage) -> None:
    client = at.client("basic")
    tokens = at.log_in(client)
    person = client.userinfo(tokens["access_token"], subject=at.user)
    equal(person["email"], f"{at.user}@example.test", "email")
    with refused("response.subject"):
        client.userinfo(tokens["access_token"], subject="somebody-else")


@scenario(SERVER, "userinfo with a token that is none, and with one without openid")
def userinfo_refused(at: Stage) -> None:
    client = at.client("basic")
    with refused("oauth.invalid_token"):
        client.userinfo("never-issued")
    token = at.log_in(client, scopes=["orders:read"])["access_token"]
    with refused("oauth.insufficient_scope"):
        client.userinfo(token)
