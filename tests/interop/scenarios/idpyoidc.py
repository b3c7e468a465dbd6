"""What idpyoidc alone has of the server's side: token exchange (RFC 8693), front-channel logout, logins of different strength (RFC 9470)."""

from html import unescape
from re import findall

from remote import Remote
from stage import Stage, check, equal, member, refused, scenario

SERVER = "idpyoidc"
BYE, FRONT = "http://127.0.0.1:8765/bye", "http://127.0.0.1:8765/front"


@scenario(SERVER, "code, PKCE, ES256 ID token, userinfo, introspection")
def login(at: Stage) -> None:
    client = at.client("site")
    tokens = at.log_in(client)
    equal(client.userinfo(tokens["access_token"])["sub"], tokens["id_token"]["claims"]["sub"], "sub of userinfo")
    report = client.introspect(tokens["access_token"])
    equal((report["active"], report["client_id"]), (True, "site"), "the report")


@scenario(SERVER, "refresh, and revocation of the access token")
def refresh(at: Stage) -> None:
    client = at.client("site")
    tokens = client.refresh(at.offline(client)["refresh_token"])
    client.revoke(tokens["access_token"])
    check(not client.introspect(tokens["access_token"])["active"], "still active after the revocation")


# RFC 8693: the API that received a token asks for one of its own.

def _received(at: Stage, *scopes: str) -> Remote:
    """The tokens of somebody who logged in at the site."""
    if "offline_access" in scopes:
        return at.offline(at.client("site"))
    return at.log_in(at.client("site"), scopes=["openid", *scopes])


@scenario(SERVER, "token exchange: an access token for one with fewer scopes")
def exchange(at: Stage) -> None:
    api = at.client("api")
    issued = api.exchange_token(_received(at, "email", "profile")["access_token"], subject_token_type="access_token", scopes=["email"], audience=["api"])
    equal((issued["token_type"], issued["scopes"]), ("Bearer", ["email"]), "type and scopes")
    equal(member(issued, "issued_token_type"), "urn:ietf:params:oauth:token-type:access_token", "issued_token_type")
    report = api.introspect(issued["access_token"])
    equal((report["active"], report["client_id"], report["scope"]), (True, "api", "email"), "the report")


@scenario(SERVER, "token exchange: for an audience that the policy has, and one that it has not")
def exchange_audience(at: Stage) -> None:
    api, subject = at.client("api"), _received(at, "email")["access_token"]
    issued = api.exchange_token(subject, subject_token_type="access_token", audience=["site"])
    equal(at.client("site").introspect(issued["access_token"])["active"], True, "active for its audience")
    equal(api.introspect(issued["access_token"])["active"], False, "active for who is not its audience")
    with refused("oauth.invalid_target"):
        api.exchange_token(subject, subject_token_type="access_token", audience=["elsewhere"])


@scenario(SERVER, "token exchange: for a resource that the policy has, and one that it has not")
def exchange_resource(at: Stage) -> None:
    api, subject = at.client("api"), _received(at, "email")["access_token"]
    check(api.exchange_token(subject, subject_token_type="access_token", resource=[at.facts["reports"]])["access_token"], "no access token")
    with refused("oauth.invalid_target"):
        api.exchange_token(subject, subject_token_type="access_token", resource=["https://elsewhere.example.test"])


@scenario(SERVER, "token exchange: a refresh token for another, and an access token for none")
def exchange_refresh(at: Stage) -> None:
    client, tokens = at.client("open"), _received(at, "offline_access")
    issued = client.exchange_token(tokens["refresh_token"], subject_token_type="refresh_token", requested_token_type="refresh_token")
    equal(member(issued, "issued_token_type"), "urn:ietf:params:oauth:token-type:refresh_token", "issued_token_type")
    with refused("oauth.invalid_request"):
        client.exchange_token(_received(at, "email")["access_token"], subject_token_type="access_token", requested_token_type="refresh_token")


@scenario(SERVER, "token exchange: a token of the wrong type, a revoked one, and one that is none")
def exchange_bad_subject(at: Stage) -> None:
    api, site = at.client("api"), at.client("site")
    subject = _received(at, "email")["access_token"]
    with refused("oauth.invalid_request"):
        api.exchange_token(subject, subject_token_type="refresh_token")
    with refused("oauth.invalid_request"):
        api.exchange_token("no-token", subject_token_type="access_token")
    site.revoke(subject)
    with refused("oauth.invalid_request"):
        api.exchange_token(subject, subject_token_type="access_token")


@scenario(SERVER, "token exchange: with an actor, which this server does not take")
def exchange_actor(at: Stage) -> None:
    api, subject = at.client("api"), _received(at, "email")["access_token"]
    with refused("oauth.invalid_request"):
        api.exchange_token(subject, subject_token_type="access_token", actor_token=subject, actor_token_type="access_token")


@scenario(SERVER, "token exchange: a client whose secret is wrong")
def exchange_wrong_secret(at: Stage) -> None:
    subject = _received(at, "email")["access_token"]
    with refused("oauth.invalid_client", "oauth.unauthorized_client", "oauth.invalid_request"):
        at.client("api", client_secret="guessed, and long enough").exchange_token(subject, subject_token_type="access_token")


# OpenID Connect Front-Channel Logout 1.0

def _logged_out(at: Stage, client: Remote, tokens: Remote) -> list[str]:
    """The addresses that the server's page has in its frames once somebody has logged out."""
    request = client.begin_logout(id_token_hint=tokens["id_token"]["raw"], post_logout_redirect_uri=BYE)
    page = at.browser.log_in(request["url"])
    return [unescape(address) for address in findall(r'<iframe src="([^"]+)"', page.body)]


@scenario(SERVER, "front-channel logout: the frame of the server's page")
def front_channel(at: Stage) -> None:
    client = at.client("site")
    tokens = at.log_in(client)
    frames = _logged_out(at, client, tokens)
    equal([frame.split("?")[0] for frame in frames], [FRONT], "the frames")
    session = tokens["id_token"]["claims"]["sid"]
    out = client.front_channel_logout(frames[0], session_id=session)
    equal((out["issuer"], out["session_id"]), (at.facts["issuer"], session), "issuer and session")


@scenario(SERVER, "front-channel logout: the frame of another session, another issuer, and one without a session")
def front_channel_forged(at: Stage) -> None:
    client = at.client("site")
    tokens = at.log_in(client)
    frame, session = _logged_out(at, client, tokens)[0], tokens["id_token"]["claims"]["sid"]
    with refused("token.session"):
        client.front_channel_logout(frame, session_id="another")
    with refused("callback.issuer_mismatch"):
        client.front_channel_logout(frame.replace("iss=http", "iss=https"), session_id=session)
    with refused("callback.issuer_missing"):
        client.front_channel_logout(frame.split("?")[0], session_id=session)


# RFC 9470

@scenario(SERVER, "step-up: an API asks for two factors, and the next login has them")
def step_up(at: Stage) -> None:
    client, strong = at.client("site"), at.facts["strong"]
    before = at.log_in(client)
    check(before["id_token"]["claims"]["acr"] != strong, "it was as strong before")
    field = f'Bearer error="insufficient_user_authentication", error_description="two factors are needed", acr_values="{strong}"'
    (challenge,) = at.host.make("Challenge.parse", field)
    options = challenge.authorization_options()
    pending = client.begin_authorization(scopes=["openid", "email"], prompt="login", **options)
    after = client.finish_authorization(pending, at.visit(pending["url"]).url)
    equal(after["id_token"]["claims"]["acr"], strong, "acr")
