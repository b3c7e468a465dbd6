"""The other grants, at both servers that have them: device (RFC 8628), CIBA, password, JWT bearer (RFC 7523), extension grants."""

from browser import Page
from remote import Make, Remote
from stage import Stage, check, equal, member, refused, scenario, unverified

OIDC, AUTHLIB = "oidc-provider", "authlib"
ORDERS, REPORTS = "https://api.example.test/orders", "https://api.example.test/reports"


def _device(at: Stage, client: Remote, deny: bool = False) -> tuple[Remote, Page]:
    """The device asks; the person follows the link that has the code in it, and decides."""
    asked = client.device_authorization(scopes=["openid", "email"])
    check(asked["user_code"] in asked["verification_uri_complete"], "the code is in the complete link")
    return asked, at.browser.log_in(asked["verification_uri_complete"], deny=deny, code=asked["user_code"])


@scenario(OIDC, "device: the person allows it")
def device(at: Stage) -> None:
    client = at.client("device")
    asked, _page = _device(at, client)
    tokens = client.device_token(asked)
    equal((tokens["id_token"]["claims"]["sub"], sorted(tokens["scopes"])), (at.user, ["email", "openid"]), "sub and scopes")


@scenario(OIDC, "device: a public client")
def device_public(at: Stage) -> None:
    client = at.client("device-public")
    asked, _page = _device(at, client)
    check(client.device_token(asked)["access_token"], "no access token")


@scenario(OIDC, "device: asked step by step, first pending")
def device_pending(at: Stage) -> None:
    client = at.client("device")
    asked = client.device_authorization(scopes=["openid"])
    equal(client.poll_device_token(asked), None, "the first answer")
    at.browser.log_in(asked["verification_uri"], code=asked["user_code"])
    equal(client.poll_device_token(asked)["id_token"]["claims"]["sub"], at.user, "sub")


@scenario(OIDC, "device: the person does not allow it")
def device_denied(at: Stage) -> None:
    client = at.client("device")
    asked, _page = _device(at, client, deny=True)
    with refused("oauth.access_denied"):
        client.device_token(asked)


@scenario(OIDC, "device: nobody comes in time")
def device_late(at: Stage) -> None:
    client = at.client("device-late")
    asked = client.device_authorization(scopes=["openid"])
    with refused("oauth.expired_token"):
        client.device_token(asked)


@scenario(OIDC, "device: a code that was used")
def device_used(at: Stage) -> None:
    client = at.client("device")
    asked, _page = _device(at, client)
    client.device_token(asked)
    with refused("oauth.invalid_grant"):
        client.device_token(asked)


@scenario(AUTHLIB, "device: the person allows it")
def device_authlib(at: Stage) -> None:
    client = at.client("device")
    asked, _page = _device(at, client)
    equal(asked["interval"], 1, "interval")
    check(client.device_token(asked)["refresh_token"], "no refresh token")


@scenario(AUTHLIB, "device: pending, then slow_down, then allowed")
def device_slow(at: Stage) -> None:
    client = at.client("device-public")
    asked = client.device_authorization(scopes=["orders:read"])
    equal(client.poll_device_token(asked), None, "the first answer")
    with refused("oauth.slow_down"):
        client.poll_device_token(asked)
    at.browser.log_in(asked["verification_uri_complete"])
    check(client.poll_device_token(asked)["access_token"], "no access token")


@scenario(AUTHLIB, "device: the person does not allow it")
def device_authlib_denied(at: Stage) -> None:
    client = at.client("device")
    asked, _page = _device(at, client, deny=True)
    with refused("oauth.access_denied"):
        client.device_token(asked)


@scenario(OIDC, "CIBA: allowed at once")
def ciba(at: Stage) -> None:
    client = at.client("ciba")
    asked = client.backchannel_authentication(login_hint=at.user, scopes=["openid", "email"], binding_message="now")
    tokens = client.backchannel_token(asked)
    equal(tokens["id_token"]["claims"]["sub"], at.user, "sub")


@scenario(OIDC, "CIBA: denied")
def ciba_denied(at: Stage) -> None:
    client = at.client("ciba")
    asked = client.backchannel_authentication(login_hint=at.user, scopes=["openid"], binding_message="deny")
    with refused("oauth.access_denied"):
        client.backchannel_token(asked)


@scenario(OIDC, "CIBA: nobody has that name")
def ciba_unknown(at: Stage) -> None:
    with refused("oauth.unknown_user_id"):
        at.client("ciba").backchannel_authentication(login_hint="nobody", scopes=["openid"])


@scenario(OIDC, "CIBA: who logged in before, by the ID token")
def ciba_id_token_hint(at: Stage) -> None:
    client = at.client("ciba")
    first = client.backchannel_token(client.backchannel_authentication(login_hint=at.user, scopes=["openid"]))
    asked = client.backchannel_authentication(id_token_hint=first["id_token"]["raw"], scopes=["openid"])
    equal(client.backchannel_token(asked)["id_token"]["claims"]["sub"], at.user, "sub")


@scenario(AUTHLIB, "password: right, and wrong")
def password(at: Stage) -> None:
    client = at.client("legacy")
    tokens = client.password(at.user, "correct horse", scopes=["email"])
    equal(client.introspect(tokens["access_token"])["sub"], at.user, "sub")
    check(client.refresh(tokens["refresh_token"])["access_token"], "no access token after the refresh")
    # RFC 6749 section 5.2 has invalid_grant for this; this server says invalid_request.
    with refused("oauth.invalid_request"):
        client.password(at.user, "guessed")


def _assertion(at: Stage, **claims: object) -> str:
    key = Make("PrivateKey.from_pem", at.facts["keys"]["sig-es"])
    signer = at.host.make("Signer", key, algorithm="ES256", kid="sig-es")
    sign = signer.sign_sync if at.host.name == "node" else signer.sign
    return sign({"iss": "bearer", "sub": at.user, "aud": at.facts["issuer"], **claims}, lifetime=60)


@scenario(AUTHLIB, "JWT bearer (RFC 7523)")
def jwt_bearer(at: Stage) -> None:
    client = at.client("bearer")
    tokens = client.jwt_bearer(_assertion(at), scopes=["orders:read"])
    report = client.introspect(tokens["access_token"])
    equal((report["sub"], report["client_id"]), (at.user, "bearer"), "the report")


@scenario(AUTHLIB, "JWT bearer for another server")
def jwt_bearer_elsewhere(at: Stage) -> None:
    with refused("oauth.invalid_grant"):
        at.client("bearer").jwt_bearer(_assertion(at, aud="https://attacker.example"))


@scenario(AUTHLIB, "an extension grant that the server does not know")
def extension_grant(at: Stage) -> None:
    with refused("oauth.unsupported_grant_type"):
        at.client("basic").token_request("urn:example:grant-type:barter", parameters={"offer": "two sheep"})


# What grants carry

@scenario(OIDC, "client credentials for one of two resources")
def resource_machine(at: Stage) -> None:
    issued = at.client("machine").client_credentials(scopes=["orders:read"], resource=[REPORTS])
    equal(unverified(issued["access_token"])["aud"], REPORTS, "aud")
    with refused("oauth.invalid_target"):
        at.client("machine").client_credentials(resource=["https://elsewhere.example/api"])


@scenario(OIDC, "RAR (RFC 9396): what was asked for comes back")
def rar(at: Stage) -> None:
    client = at.client("rar")
    details = [{"type": "payment", "amount": "12.50", "currency": "EUR"}]
    pending = client.begin_authorization(scopes=["openid", "orders:write"], resource=[ORDERS], authorization_details=details)
    tokens = client.finish_authorization(pending, at.visit(pending["url"]).url)
    equal(member(tokens, "authorization_details"), details, "authorization_details")
    equal(unverified(tokens["access_token"])["authorization_details"], details, "those of the access token")
