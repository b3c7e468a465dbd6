"""oidc-provider: what happens to tokens afterwards: refresh, revocation, introspection, userinfo, JWT access tokens."""

import time

from stage import Stage, check, equal, refused, scenario, unverified

SERVER = "oidc-provider"


@scenario(SERVER, "refresh, rotated; the ID token is verified again")
def refresh(at: Stage) -> None:
    client = at.client("basic")
    tokens = at.offline(client)
    again = client.refresh(tokens["refresh_token"])
    check(again["access_token"] != tokens["access_token"], "the access token is the same")
    check(again["refresh_token"] != tokens["refresh_token"], "the refresh token is the same")
    equal(again["id_token"]["claims"]["sub"], at.user, "sub")


@scenario(SERVER, "a refresh token that was used revokes its family")
def refresh_replayed(at: Stage) -> None:
    client = at.client("basic")
    tokens = at.offline(client)
    again = client.refresh(tokens["refresh_token"])
    with refused("oauth.invalid_grant"):
        client.refresh(tokens["refresh_token"])
    with refused("oauth.invalid_grant"):
        client.refresh(again["refresh_token"])


@scenario(SERVER, "refresh for fewer scopes")
def refresh_narrower(at: Stage) -> None:
    client = at.client("basic")
    tokens = at.offline(client, "profile")
    equal(sorted(client.refresh(tokens["refresh_token"], scopes=["openid", "email"])["scopes"]), ["email", "openid"], "scopes")


@scenario(SERVER, "refresh for more scopes")
def refresh_wider(at: Stage) -> None:
    client = at.client("basic")
    tokens = at.offline(client)
    with refused("oauth.invalid_scope"):
        client.refresh(tokens["refresh_token"], scopes=["openid", "profile"])


@scenario(SERVER, "a refresh token of another client")
def refresh_of_another(at: Stage) -> None:
    tokens = at.offline(at.client("basic"))
    with refused("oauth.invalid_grant"):
        at.client("post").refresh(tokens["refresh_token"])


@scenario(SERVER, "introspection of an opaque token, then revocation")
def introspect(at: Stage) -> None:
    client = at.client("basic")
    tokens = at.log_in(client)
    report = client.introspect(tokens["access_token"], token_type_hint="access_token")
    equal((report["active"], report["sub"], report["client_id"]), (True, at.user, "basic"), "the report")
    client.revoke(tokens["access_token"])
    check(not client.introspect(tokens["access_token"])["active"], "still active")


@scenario(SERVER, "introspection and revocation of an unknown token")
def unknown_token(at: Stage) -> None:
    client = at.client("post")
    check(not client.introspect("never-issued")["active"], "an unknown token is active")
    client.revoke("never-issued")


@scenario(SERVER, "introspection under a wrong secret")
def introspect_wrong_secret(at: Stage) -> None:
    with refused("oauth.invalid_client"):
        at.client("basic", client_secret="guessed").introspect("never-issued")


@scenario(SERVER, "revocation of the refresh token ends the grant")
def revoke_refresh(at: Stage) -> None:
    client = at.client("post")
    tokens = at.offline(client)
    client.revoke(tokens["refresh_token"], token_type_hint="refresh_token")
    with refused("oauth.invalid_grant"):
        client.refresh(tokens["refresh_token"])
    check(not client.introspect(tokens["access_token"])["active"], "the access token outlived the grant")


@scenario(SERVER, "userinfo, sub checked")
def userinfo(at: Stage) -> None:
    client = at.client("public")
    tokens = at.log_in(client)
    person = client.userinfo(tokens["access_token"], subject=tokens["id_token"]["claims"]["sub"])
    equal(person["email"], f"{at.user}@example.test", "email")
    with refused("response.subject"):
        client.userinfo(tokens["access_token"], subject="somebody-else")


@scenario(SERVER, "userinfo with a token that is none")
def userinfo_refused(at: Stage) -> None:
    with refused("oauth.invalid_token"):
        at.client("public").userinfo("never-issued")


@scenario(SERVER, "an expired token: inactive, refused at userinfo")
def expired(at: Stage) -> None:
    client = at.client("short")
    tokens = at.log_in(client)
    check(tokens["expires_at"] <= time.time() + 2, "expires_at is far away")
    time.sleep(max(0.0, tokens["expires_at"] + 1.1 - time.time()))
    check(not client.introspect(tokens["access_token"])["active"], "still active")
    with refused("oauth.invalid_token"):
        client.userinfo(tokens["access_token"])


@scenario(SERVER, "client credentials, a JWT for the API, verified (RFC 9068)")
def machine(at: Stage) -> None:
    issued = at.client("machine").client_credentials(scopes=["orders:read"])
    verifier = at.host.make("Verifier", issuer=at.facts["issuer"], audience=at.facts["apis"][0], token_type="at+jwt")
    claims = verifier.verify(issued["access_token"])
    equal((claims["client_id"], claims["scope"]), ("machine", "orders:read"), "client_id and scope")
    other = at.host.make("Verifier", issuer=at.facts["issuer"], audience=at.facts["apis"][1], token_type="at+jwt")
    with refused("token.audience"):
        other.verify(issued["access_token"])


@scenario(SERVER, "client credentials, secret in the body")
def machine_post(at: Stage) -> None:
    issued = at.client("service-post").client_credentials()
    check(issued["access_token"] and issued["refresh_token"] is None, "an access token alone")


@scenario(SERVER, "client credentials under a wrong secret")
def machine_wrong_secret(at: Stage) -> None:
    with refused("oauth.invalid_client"):
        at.client("service", client_secret="guessed").client_credentials()


@scenario(SERVER, "client credentials by a client that may not")
def machine_unauthorized(at: Stage) -> None:
    # RFC 6749 section 5.2 has unauthorized_client for this; this server says invalid_request.
    with refused("oauth.invalid_request"):
        at.client("basic").client_credentials()


@scenario(SERVER, "a forged ID token")
def forged(at: Stage) -> None:
    raw = at.log_in(at.client("basic"))["id_token"]["raw"]
    head, body, signature = raw.split(".")
    verifier = at.host.make("Verifier", issuer=at.facts["issuer"], audience="basic")
    equal(verifier.verify(raw)["sub"], at.user, "sub")
    with refused("token.signature"):
        verifier.verify(f"{head}.{body}.{'A' if signature[0] != 'A' else 'B'}{signature[1:]}")


@scenario(SERVER, "an ID token is no access token for the API")
def id_token_as_access_token(at: Stage) -> None:
    raw = at.log_in(at.client("basic"))["id_token"]["raw"]
    equal(unverified(raw, 0).get("typ", "JWT").lower(), "jwt", "typ")
    verifier = at.host.make("Verifier", issuer=at.facts["issuer"], audience="basic", token_type="at+jwt")
    with refused("token.type"):
        verifier.verify(raw)
