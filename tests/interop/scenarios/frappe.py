"""A provider on oauthlib in the shape of Frappe's endpoints (see servers/frappe.py): the preset, and what Frappe does its own way."""

import time

from remote import Remote
from stage import CALLBACK, Stage, check, equal, parameters, refused, scenario, unverified, with_parameters

SERVER = "frappe"
SCOPES = ["all", "openid"]


def _preset(at: Stage) -> Remote:
    return at.host.make("Service.preset", "frappe", base_url=at.facts["issuer"])


def _client(at: Stage, name: str = "desk", **settings: object) -> Remote:
    return at.client(name, _preset(at), **settings)


@scenario(SERVER, "preset: code, PKCE, HS256 ID token under the secret")
def preset(at: Stage) -> None:
    tokens = at.log_in(_client(at), scopes=SCOPES)
    claims = tokens["id_token"]["claims"]
    equal(tokens["id_token"]["header"], {"alg": "HS256", "typ": "jwt"}, "the ID token's header")
    equal((claims["sub"], claims["email"], claims["iss"]), (f"sub-{at.user}", f"{at.user}@example.test", at.facts["issuer"]), "claims")
    check("at_hash" in claims and "nonce" in claims, "at_hash and nonce are there")
    equal((len(tokens["access_token"]), len(tokens["refresh_token"]), tokens["scopes"]), (30, 30, SCOPES), "tokens and scopes")


@scenario(SERVER, "preset: the addresses of the requests")
def addresses(at: Stage) -> None:
    url = _client(at).begin_authorization(scopes=SCOPES)["url"]
    check(url.startswith(f"{at.facts['issuer']}/api/method/frappe.integrations.oauth2.authorize?"), url)
    equal(parameters(url)["code_challenge_method"], "S256", "code_challenge_method")
    check("scope=all%20openid" in url, "a space is %20 in the URL")


@scenario(SERVER, "discovery at openid-configuration, without jwks_uri")
def discovered(at: Stage) -> None:
    service = at.service()
    equal(at.log_in(at.client("desk", service), scopes=SCOPES)["id_token"]["claims"]["sub"], f"sub-{at.user}", "sub")


@scenario(SERVER, "secret in the body, with characters that must be encoded")
def secret_in_body(at: Stage) -> None:
    equal(at.log_in(_client(at, "site"), scopes=SCOPES)["id_token"]["claims"]["sub"], f"sub-{at.user}", "sub")


@scenario(SERVER, "the same secret in the header")
def secret_in_header(at: Stage) -> None:
    client = _client(at, "site", authentication_method="client_secret_basic")
    equal(at.log_in(client, scopes=SCOPES)["id_token"]["claims"]["sub"], f"sub-{at.user}", "sub")


@scenario(SERVER, "a trusted client: no consent is asked")
def trusted(at: Stage) -> None:
    tokens = at.log_in(_client(at, "trusted"), scopes=SCOPES)
    equal(at.browser.seen, ["login form", "callback"], "the pages")
    check(tokens["id_token"], "no ID token")


@scenario(SERVER, "without openid no ID token")
def without_openid(at: Stage) -> None:
    tokens = at.log_in(_client(at), scopes=["all"])
    equal((tokens["id_token"], tokens["scopes"]), (None, ["all"]), "ID token and scopes")


@scenario(SERVER, "a public client: PKCE, and no openid without a key to verify")
def public(at: Stage) -> None:
    client = _client(at, "mobile")
    with refused("metadata.missing_endpoint", "config.algorithms"):
        client.begin_authorization(scopes=SCOPES)
    check(at.log_in(client, scopes=["all"])["access_token"], "no access token")


@scenario(SERVER, "a wrong secret: invalid_client under status 400")
def wrong_secret(at: Stage) -> None:
    with refused("oauth.invalid_client"):
        at.log_in(_client(at, client_secret="guessed"), scopes=["all"])


@scenario(SERVER, "an ID token under another secret, where the server does not check the client's")
def unchecked(at: Stage) -> None:
    # Frappe long took any secret; who holds another one than the server must not believe its ID tokens.
    with refused("token.signature"):
        at.log_in(_client(at, "unchecked", client_secret="guessed, but long enough for an HS256 key"), scopes=SCOPES)


@scenario(SERVER, "a code under another verifier; the code stays valid")
def other_verifier(at: Stage) -> None:
    client, key = _client(at), bytes(32)
    ours, other = (client.begin_authorization(scopes=SCOPES) for _ in range(2))
    url = at.visit(ours["url"]).url
    with refused("oauth.invalid_grant"):
        client.finish_authorization(other, with_parameters(url, state=other["state"]))
    check(client.finish_authorization(client.open_pending(ours.seal(key), key), url)["id_token"], "no ID token")


@scenario(SERVER, "a code that was used")
def used_code(at: Stage) -> None:
    client, key = _client(at), bytes(32)
    pending = client.begin_authorization(scopes=SCOPES)
    sealed, url = pending.seal(key), at.visit(pending["url"]).url
    client.finish_authorization(pending, url)
    elsewhere = _client(at, leeway=29)
    with refused("oauth.invalid_grant"):
        elsewhere.finish_authorization(elsewhere.open_pending(sealed, key), url)


@scenario(SERVER, "the person denies: no state, so it is nobody's response")
def denied(at: Stage) -> None:
    client = _client(at)
    pending = client.begin_authorization(scopes=SCOPES)
    page = at.visit(pending["url"], deny=True)
    check("error=access_denied" in page.url and "state=" not in page.url, page.url)
    with refused("callback.state_missing"):
        client.finish_authorization(pending, page.url)


@scenario(SERVER, "a redirect URI that is not registered: JSON, no redirect")
def other_redirect(at: Stage) -> None:
    pending = _client(at, redirect_uri=f"{CALLBACK}/elsewhere").begin_authorization(scopes=SCOPES)
    at.error_page(pending["url"], "status_code", "redirect")


@scenario(SERVER, "a scope that the client may not have: JSON, no redirect")
def unknown_scope(at: Stage) -> None:
    at.error_page(_client(at).begin_authorization(scopes=["everything"])["url"], "invalid_scope")


@scenario(SERVER, "refresh: a new pair, the ID token again")
def refresh(at: Stage) -> None:
    client = _client(at)
    tokens = at.log_in(client, scopes=SCOPES)
    again = client.refresh(tokens["refresh_token"])
    check(again["access_token"] != tokens["access_token"] and again["refresh_token"] != tokens["refresh_token"], "not a new pair")
    equal(again["id_token"]["claims"]["sub"], f"sub-{at.user}", "sub")
    with refused("oauth.invalid_grant"):
        client.refresh(tokens["refresh_token"])


@scenario(SERVER, "refresh for more scopes")
def refresh_wider(at: Stage) -> None:
    client = _client(at)
    tokens = at.log_in(client, scopes=["all"])
    with refused("oauth.invalid_scope"):
        client.refresh(tokens["refresh_token"], scopes=SCOPES)


@scenario(SERVER, "client credentials: not this server's")
def client_credentials(at: Stage) -> None:
    with refused("oauth.unauthorized_client"):
        _client(at).client_credentials(scopes=["all"])


@scenario(SERVER, "introspection: Frappe's members")
def introspect(at: Stage) -> None:
    client = _client(at)
    report = client.introspect(at.log_in(client, scopes=SCOPES)["access_token"])
    equal((report["active"], report["client_id"], report["trusted_client"], report["scope"]), (True, "desk", 0, "all openid"), "the report")
    equal(report["email"], f"{at.user}@example.test", "email")
    check(not client.introspect("never-issued")["active"], "an unknown token is active")


@scenario(SERVER, "introspection of an expired token: active, with an exp that is past")
def introspect_expired(at: Stage) -> None:
    client = _client(at, "short")
    tokens = at.log_in(client, scopes=SCOPES)
    time.sleep(max(0.0, tokens["expires_at"] + 1.1 - time.time()))
    report = client.introspect(tokens["access_token"])
    check(report["active"] and report["exp"] < time.time(), "this server no longer calls an expired token active")
    with refused("oauth.invalid_token"):
        client.userinfo(tokens["access_token"])


@scenario(SERVER, "revocation of either token ends both")
def revoke(at: Stage) -> None:
    client = _client(at)
    tokens = at.log_in(client, scopes=SCOPES)
    client.revoke(tokens["access_token"])
    check(not client.introspect(tokens["access_token"])["active"], "still active")
    with refused("oauth.invalid_grant"):
        client.refresh(tokens["refresh_token"])
    client.revoke("never-issued")


@scenario(SERVER, "openid_profile")
def profile(at: Stage) -> None:
    client = _client(at)
    tokens = at.log_in(client, scopes=SCOPES)
    person = client.userinfo(tokens["access_token"], subject=tokens["id_token"]["claims"]["sub"])
    equal(sorted(person), ["email", "family_name", "given_name", "iss", "name", "picture", "roles", "sub"], "members")
    equal(person["email"], unverified(tokens["id_token"]["raw"])["email"], "email")
