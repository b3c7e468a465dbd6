"""Providers as sites have them written down: presets, records of Frappe, provider files of CiviCRM; and the quirks that a login took."""

import json

from remote import Remote
from stage import CALLBACK, Stage, check, equal, member, refused, scenario

OIDC, AUTHLIB, FRAPPE = "oidc-provider", "authlib", "frappe"
P = "/api/method/frappe.integrations.oauth2."


def _plain_client(at: Stage, service: Remote, name: str) -> Remote:
    """Nothing but what the site's administrator has: identifier, secret, redirect URI."""
    known = at.facts["clients"][name]
    return at.host.make("Client", service, client_id=known["client_id"], client_secret=known["client_secret"], redirect_uri=CALLBACK)


@scenario(FRAPPE, "preset: nothing but identifier and secret, and the quirk that the ID token took")
def preset_defaults(at: Stage) -> None:
    service = at.host.make("Service.preset", "frappe", base_url=at.facts["issuer"])
    tokens = at.log_in(_plain_client(at, service, "desk"), scopes=["all", "openid"])
    equal((sorted(tokens["scopes"]), tokens["quirks"]), (["all", "openid"], ["id_token_hs256"]), "scopes and quirks")
    equal(tokens["id_token"]["claims"]["sub"], f"sub-{at.user}", "sub")


@scenario(FRAPPE, "preset: a secret of ten characters, as Frappe makes them")
def preset_short_secret(at: Stage) -> None:
    service = at.host.make("Service.preset", "frappe", base_url=at.facts["issuer"])
    tokens = at.log_in(_plain_client(at, service, "tiny"), scopes=["all", "openid"])
    check("short_secret" in tokens["quirks"], f"quirks: {tokens['quirks']}")


@scenario(FRAPPE, "a secret of ten characters without the quirk")
def short_secret_refused(at: Stage) -> None:
    # Said before anybody logs in, not after.
    client = _plain_client(at, at.service(quirks=["id_token_hs256"]), "tiny")
    with refused("key.too_short"):
        client.begin_authorization(scopes=["all", "openid"])


def _connected_app(at: Stage) -> str:
    issuer = at.facts["issuer"]
    return json.dumps({
        "doctype": "Connected App", "name": "7d2b", "provider_name": "A test's Frappe", "client_id": "site", "client_secret": "**********",
        "authorization_uri": f"{issuer}{P}authorize", "token_uri": f"{issuer}{P}get_token", "revocation_uri": f"{issuer}{P}revoke_token",
        "userinfo_uri": f"{issuer}{P}openid_profile", "introspection_uri": f"{issuer}{P}introspect_token", "redirect_uri": CALLBACK,
        "openid_configuration": "", "scopes": [{"scope": "all"}], "query_parameters": [{"key": "prompt", "value": "consent"}],
    })


@scenario(FRAPPE, "a Connected App's record: login, introspection, refresh, revocation")
def connected_app(at: Stage) -> None:
    service = at.host.make("Service.from_json", _connected_app(at))
    client = _plain_client(at, service, member(service, "definition")["client_id"])
    pending = client.begin_authorization()
    check("prompt=consent" in pending["url"], "the record's parameter is not in the URL")
    tokens = client.finish_authorization(pending, at.visit(pending["url"]).url)
    equal((tokens["scopes"], tokens["id_token"]), (["all"], None), "scopes and ID token")
    check(client.introspect(tokens["access_token"])["active"], "not active")
    client.revoke(client.refresh(tokens["refresh_token"])["access_token"])


@scenario(FRAPPE, "a Connected App's record, with the issuer laid over it")
def connected_app_openid(at: Stage) -> None:
    service = at.host.make("Service.from_json", _connected_app(at), overlay={"issuer": at.facts["issuer"]}, quirks=["id_token_hs256"])
    tokens = at.log_in(_plain_client(at, service, "site"), scopes=["all", "openid"])
    equal(tokens["id_token"]["claims"]["sub"], f"sub-{at.user}", "sub")


@scenario(FRAPPE, "a Social Login Key's record: relative addresses, who it is")
def social_login_key(at: Stage) -> None:
    record = {
        "doctype": "Social Login Key", "name": "frappe", "provider_name": "Frappe", "client_id": "site", "base_url": at.facts["issuer"],
        "custom_base_url": 1, "authorize_url": f"{P}authorize", "access_token_url": f"{P}get_token", "redirect_url": CALLBACK,
        "api_endpoint": f"{P}openid_profile", "api_endpoint_args": None, "user_id_property": "sub",
        "auth_url_data": '{"response_type": "code", "scope": "openid"}',
    }
    overlay = {"issuer": at.facts["issuer"]}
    service = at.host.make("Service.from_json", json.dumps(record), overlay=overlay, quirks=["id_token_hs256"])
    client = _plain_client(at, service, "site")
    tokens = at.log_in(client, scopes=None)
    person = client.userinfo(tokens["access_token"], subject=tokens["id_token"]["claims"]["sub"])
    equal((service.user_id(person), tokens["scopes"]), (f"sub-{at.user}", ["openid"]), "user id and scopes")


def _provider_file(at: Stage, owner: str, authorize: str, token: str) -> str:
    issuer = at.facts["issuer"]
    return json.dumps({
        "name": "test", "title": "A test's provider", "class": "Civi\\OAuth\\CiviGenericProvider", "tags": ["MailSettings"],
        "options": {
            "urlAuthorize": f"{issuer}{authorize}", "urlAccessToken": f"{issuer}{token}", "urlResourceOwnerDetails": owner,
            "scopes": ["openid", "email"], "scopeSeparator": " ",
        },
    })


@scenario(AUTHLIB, "a provider file of CiviCRM: its scopes, and the owner's name from its address")
def provider_file(at: Stage) -> None:
    issuer = at.facts["issuer"]
    text = _provider_file(at, f"{issuer}/userinfo", "/authorize", "/token")
    overlay = {"issuer": issuer, "jwks_uri": f"{issuer}/jwks", "id_token_signing_alg_values_supported": ["ES256"]}
    service = at.host.make("Service.from_json", text, overlay=overlay)
    client = _plain_client(at, service, "post")
    tokens = at.log_in(client, scopes=None)
    equal(tokens["scopes"], ["openid", "email"], "scopes")
    equal(service.owner_name(client.userinfo(tokens["access_token"])), f"{at.user}@example.test", "the owner's name")


@scenario(OIDC, "a provider file of CiviCRM with {{use_id_token}}: the owner's name from the verified ID token")
def provider_file_id_token(at: Stage) -> None:
    issuer = at.facts["issuer"]
    text = _provider_file(at, "{{use_id_token}}", "/auth", "/token")
    overlay = {"issuer": issuer, "jwks_uri": f"{issuer}/jwks", "id_token_signing_alg_values_supported": ["ES256"]}
    service = at.host.make("Service.from_json", text, overlay=overlay)
    tokens = at.log_in(_plain_client(at, service, "post"), scopes=None)
    equal(service.owner_name(tokens["id_token"]["claims"]), f"{at.user}@example.test", "the owner's name")
