"""SAML 2.0 assertions as grants (RFC 7522): Authlib's client authentication, scopes and tokens, signxml's look at the assertion's signature."""

from urllib.parse import urlencode

from stage import Stage, equal, refused, scenario

SERVER = "authlib"


def _assertion(at: Stage, **about: object) -> str:
    """What the identity provider says about the person."""
    return at.fetch("saml?" + urlencode({"subject": at.user, **about}))[1]["assertion"]


@scenario(SERVER, "SAML bearer (RFC 7522): the XML of a signed assertion")
def saml(at: Stage) -> None:
    client = at.client("saml")
    tokens = client.saml_bearer(_assertion(at), scopes=["orders:read"])
    report = client.introspect(tokens["access_token"])
    equal((report["active"], report["sub"], report["client_id"], tokens["scopes"]), (True, at.user, "saml", ["orders:read"]), "the report")


@scenario(SERVER, "SAML bearer: changed after it was signed, for another server, and over")
def saml_refused(at: Stage) -> None:
    client = at.client("saml")
    assertion = _assertion(at)
    for bad in (assertion.replace(at.user, "root"), _assertion(at, audience="https://attacker.example"), _assertion(at, recipient="https://attacker.example/token"),
                _assertion(at, lifetime=-1)):
        with refused("oauth.invalid_grant"):
            client.saml_bearer(bad, scopes=["orders:read"])


@scenario(SERVER, "SAML bearer: a client that may not have it")
def saml_unauthorized(at: Stage) -> None:
    with refused("oauth.unauthorized_client"):
        at.client("bearer").saml_bearer(_assertion(at))
