"""oidc-provider: logging in, and what belongs to it: who the client is, how ID tokens are signed, what the browser brings back."""

from stage import CALLBACK, Stage, check, equal, parameters, refused, scenario, unverified, with_parameters

SERVER = "oidc-provider"


@scenario(SERVER, "discovery, OpenID Connect")
def discovery(at: Stage) -> None:
    equal(at.service()["issuer"], at.facts["issuer"], "issuer")


@scenario(SERVER, "discovery under another issuer is refused")
def discovery_of_another(at: Stage) -> None:
    with refused("metadata.issuer_mismatch"):
        at.host.make("Service.discover", at.facts["issuer"].replace("127.0.0.1", "localhost"))


def _login(at: Stage, name: str, algorithm: str) -> None:
    tokens = at.log_in(at.client(name))
    equal(tokens["id_token"]["header"]["alg"], algorithm, "alg")
    claims = tokens["id_token"]["claims"]
    equal((claims["sub"], claims["email"]), (at.user, f"{at.user}@example.test"), "sub and email")
    equal(sorted(tokens["scopes"]), ["email", "openid"], "scopes")
    equal(tokens["token_type"], "Bearer", "token_type")


@scenario(SERVER, "code, PKCE, secret in the header, RS256")
def code_basic(at: Stage) -> None:
    _login(at, "basic", "RS256")


@scenario(SERVER, "code, PKCE, secret in the body, ES256")
def code_post(at: Stage) -> None:
    _login(at, "post", "ES256")


@scenario(SERVER, "code, PKCE, public client, EdDSA")
def code_public(at: Stage) -> None:
    _login(at, "public", "EdDSA")


@scenario(SERVER, "code, PKCE, ID token by PS256")
def code_pss(at: Stage) -> None:
    _login(at, "pss", "PS256")


@scenario(SERVER, "code, PKCE, ID token by HS256 under the secret")
def code_hs(at: Stage) -> None:
    _login(at, "hs", "HS256")


@scenario(SERVER, "an ID token by another algorithm than the configured one")
def wrong_algorithm(at: Stage) -> None:
    with refused("token.algorithm"):
        at.log_in(at.client("post", id_token_algorithms=["RS256"]))


@scenario(SERVER, "sealed in the user's session and opened again")
def sealed(at: Stage) -> None:
    client, key = at.client("basic"), bytes(range(32))
    pending = client.begin_authorization(scopes=["openid"], return_to="/orders?page=2")
    url = at.visit(pending["url"]).url
    opened = client.open_pending(pending.seal(key), key)
    equal((opened["state"], opened["return_to"]), (pending["state"], "/orders?page=2"), "what was sealed")
    equal(client.finish_authorization(opened, url)["id_token"]["claims"]["sub"], at.user, "sub")


@scenario(SERVER, "max_age, auth_time")
def max_age(at: Stage) -> None:
    claims = at.log_in(at.client("basic"), parameters={"max_age": "300"})["id_token"]["claims"]
    check(abs(claims["auth_time"] - claims["iat"]) < 60, "auth_time is now")


@scenario(SERVER, "login_hint is what the form shows")
def login_hint(at: Stage) -> None:
    pending = at.client("basic").begin_authorization(scopes=["openid"], parameters={"login_hint": "grace"})
    page = at.browser._open(pending["url"])  # noqa: SLF001 - one page, as it comes
    page = at.browser._open(at.facts["issuer"] + page.location)  # noqa: SLF001
    check('value="grace"' in page.body, "the hint is not in the form")


@scenario(SERVER, "prompt=none without a session")
def prompt_none(at: Stage) -> None:
    with refused("oauth.login_required"):
        at.log_in(at.client("basic"), parameters={"prompt": "none"})


@scenario(SERVER, "prompt=none with a session")
def prompt_none_again(at: Stage) -> None:
    client = at.client("web")
    at.log_in(client, scopes=["openid"])
    equal(at.log_in(client, scopes=["openid"], parameters={"prompt": "none"})["id_token"]["claims"]["sub"], at.user, "sub")


@scenario(SERVER, "the person cancels")
def cancels(at: Stage) -> None:
    client = at.client("consenting")
    pending = client.begin_authorization(scopes=["openid"])
    with refused("oauth.access_denied"):
        client.finish_authorization(pending, at.visit(pending["url"], deny=True).url)


@scenario(SERVER, "a redirect URI that is not registered")
def other_redirect(at: Stage) -> None:
    pending = at.client("post", redirect_uri=f"{CALLBACK}/elsewhere").begin_authorization(scopes=["openid"])
    at.error_page(pending["url"], "redirect_uri")


@scenario(SERVER, "a client that is not registered")
def unknown_client(at: Stage) -> None:
    pending = at.client("basic", client_id="nobody").begin_authorization(scopes=["openid"])
    at.error_page(pending["url"], "invalid_client")


@scenario(SERVER, "a loopback redirect on another port (RFC 8252)")
def loopback_port(at: Stage) -> None:
    client = at.client("public", redirect_uri="http://127.0.0.1:49152/callback")
    pending = client.begin_authorization(scopes=["openid"])
    page = at.visit(pending["url"], stop_at="http://127.0.0.1:49152/callback")
    equal(client.finish_authorization(pending, page.url)["id_token"]["claims"]["sub"], at.user, "sub")


@scenario(SERVER, "without PKCE the server refuses")
def no_pkce(at: Stage) -> None:
    client = at.client("basic")
    pending = client.begin_authorization(scopes=["openid"])
    page = at.visit(with_parameters(pending["url"], code_challenge=None, code_challenge_method=None))
    with refused("oauth.invalid_request"):
        client.finish_authorization(pending, page.url)


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
    tokens = client.finish_authorization(pending, url)
    with refused("callback.state_replayed"):
        client.finish_authorization(client.open_pending(sealed, key), url)
    # Another process has no memory of the state: there the server must refuse the code.
    elsewhere = at.client("basic", leeway=29)
    with refused("oauth.invalid_grant"):
        elsewhere.finish_authorization(elsewhere.open_pending(sealed, key), url)
    # RFC 6749 section 4.1.2: the server then revokes what it gave for the code.
    check(not client.introspect(tokens["access_token"])["active"], "the token of a code that was replayed is still good")


@scenario(SERVER, "a code of another client")
def code_of_another(at: Stage) -> None:
    ours, other = at.client("basic"), at.client("post")
    mine, pending = ours.begin_authorization(scopes=["openid"]), other.begin_authorization(scopes=["openid"])
    url = at.visit(mine["url"]).url
    with refused("pending.wrong_client"):
        other.finish_authorization(mine, url)
    with refused("oauth.invalid_grant"):
        other.finish_authorization(pending, with_parameters(url, state=pending["state"]))


@scenario(SERVER, "a wrong secret in the header")
def wrong_secret(at: Stage) -> None:
    with refused("oauth.invalid_client"):
        at.log_in(at.client("basic", client_secret="guessed"))


@scenario(SERVER, "a wrong secret in the body")
def wrong_secret_post(at: Stage) -> None:
    with refused("oauth.invalid_client"):
        at.log_in(at.client("post", client_secret="guessed"))


@scenario(SERVER, "iss in the response (RFC 9207), and without it")
def issuer_parameter(at: Stage) -> None:
    client = at.client("basic")
    pending = client.begin_authorization(scopes=["openid"])
    url = at.visit(pending["url"]).url
    equal(parameters(url)["iss"], at.facts["issuer"], "iss")
    with refused("callback.issuer_missing"):
        client.finish_authorization(pending, with_parameters(url, iss=None))


@scenario(SERVER, "mix-up: the response of another server")
def mix_up(at: Stage) -> None:
    client = at.client("basic")
    pending = client.begin_authorization(scopes=["openid"])
    url = at.visit(pending["url"]).url
    with refused("callback.issuer_mismatch"):
        client.finish_authorization(pending, with_parameters(url, iss=at.others["authlib"]["issuer"]))


@scenario(SERVER, "the callback's parameters instead of its URL")
def callback_parameters(at: Stage) -> None:
    client = at.client("basic")
    pending = client.begin_authorization(scopes=["openid"])
    tokens = client.finish_authorization(pending, parameters(at.visit(pending["url"]).url))
    equal(tokens["id_token"]["claims"]["sub"], at.user, "sub")


@scenario(SERVER, "scopes that the server does not know")
def unknown_scope(at: Stage) -> None:
    # OpenID Connect Core section 3.1.2.1: they are ignored; the token set then says what was granted.
    tokens = at.log_in(at.client("basic"), scopes=["openid", "unheard-of"])
    equal(tokens["scopes"], ["openid"], "scopes")


@scenario(SERVER, "the host carries the traffic")
def own_transport(at: Stage) -> None:
    client = at.client("basic")
    pending = client.begin_authorization(scopes=["openid"])
    result = at.carry(at.host.call(client, "flow.finish_authorization", pending, at.visit(pending["url"]).url))
    equal(unverified(result["id_token"]["raw"])["sub"], at.user, "sub")
