"""Replies beyond plain JSON, and the life of a registration and a session: introspection and userinfo signed and encrypted, encrypted ID
tokens, logout, registration. At the servers that have them."""

import json

from remote import Make, Remote
from stage import CALLBACK, Stage, check, equal, member, refused, scenario, unverified, wait_for

OIDC, AUTHLIB, FRAPPE = "oidc-provider", "authlib", "frappe"
BYE = "http://127.0.0.1:8765/bye"


def _decrypter(at: Stage, name: str, algorithm: str) -> Make:
    encryptions = ["A256GCM", "A128CBC-HS256"]
    return Make("Decrypter", Make("EncryptionKey.from_pem", at.facts["keys"][name], algorithm=algorithm, kid=name), encryptions=encryptions)


@scenario(OIDC, "encrypted ID token: RSA-OAEP-256, A256GCM")
def id_token_rsa(at: Stage) -> None:
    client = at.client("encrypted-rsa", decrypter=_decrypter(at, "enc-rsa", "RSA-OAEP-256"))
    equal(at.log_in(client)["id_token"]["claims"]["sub"], at.user, "sub")


@scenario(OIDC, "encrypted ID token: ECDH-ES, A128CBC-HS256")
def id_token_ec(at: Stage) -> None:
    client = at.client("encrypted-ec", decrypter=_decrypter(at, "enc-ec", "ECDH-ES"))
    equal(at.log_in(client)["id_token"]["claims"]["sub"], at.user, "sub")


@scenario(OIDC, "encrypted ID token, and a client without the key")
def id_token_no_key(at: Stage) -> None:
    with refused("token.malformed", "token.encrypted"):
        at.log_in(at.client("encrypted-ec"))


@scenario(OIDC, "JARM, signed and encrypted")
def jarm_encrypted(at: Stage) -> None:
    client = at.client("jarm-encrypted", decrypter=_decrypter(at, "enc-ec", "ECDH-ES"))
    pending = client.begin_authorization(scopes=["openid"], response_mode="query.jwt")
    tokens = client.finish_authorization(pending, at.visit(pending["url"]).url)
    equal(tokens["id_token"]["claims"]["sub"], at.user, "sub")


@scenario(OIDC, "introspection as a signed JWT (RFC 9701)")
def introspection_signed(at: Stage) -> None:
    client = at.client("userinfo-signed", introspection_algorithms=["PS256"])
    tokens = at.log_in(client)
    report = client.introspect(tokens["access_token"])
    equal((report["active"], report["sub"]), (True, at.user), "the report")
    client.revoke(tokens["access_token"])
    check(not client.introspect(tokens["access_token"])["active"], "still active")


@scenario(OIDC, "introspection as a signed JWT, by another algorithm than demanded")
def introspection_algorithm(at: Stage) -> None:
    client = at.client("userinfo-signed", introspection_algorithms=["ES256"])
    with refused("token.algorithm"):
        client.introspect(at.log_in(client)["access_token"])


@scenario(OIDC, "introspection, signed and encrypted")
def introspection_encrypted(at: Stage) -> None:
    client = at.client("encrypted-rsa", introspection_algorithms=["ES256"], decrypter=_decrypter(at, "enc-rsa", "RSA-OAEP-256"))
    check(client.introspect(at.log_in(client)["access_token"])["active"], "not active")


@scenario(AUTHLIB, "introspection as JWT demanded of a server that has JSON alone")
def introspection_plain(at: Stage) -> None:
    client = at.client("basic", introspection_algorithms=["RS256"])
    with refused("response.unsigned"):
        client.introspect(at.log_in(client)["access_token"])


@scenario(OIDC, "introspection, kept for some seconds")
def introspection_cache(at: Stage) -> None:
    client, other = at.client("basic", introspection_cache=30), at.client("basic")
    tokens = at.log_in(client)
    check(client.introspect(tokens["access_token"])["active"], "not active")
    other.revoke(tokens["access_token"])
    check(client.introspect(tokens["access_token"])["active"], "not kept")
    check(not other.introspect(tokens["access_token"])["active"], "kept for a client that did not ask for it")


@scenario(OIDC, "userinfo, signed")
def userinfo_signed(at: Stage) -> None:
    client = at.client("userinfo-signed", userinfo_algorithms=["PS256"])
    tokens = at.log_in(client)
    equal(client.userinfo(tokens["access_token"], subject=at.user)["email"], f"{at.user}@example.test", "email")


@scenario(OIDC, "userinfo, signed and encrypted")
def userinfo_encrypted(at: Stage) -> None:
    client = at.client("encrypted-rsa", userinfo_algorithms=["ES256"], decrypter=_decrypter(at, "enc-rsa", "RSA-OAEP-256"))
    tokens = at.log_in(client)
    equal(client.userinfo(tokens["access_token"], subject=at.user)["sub"], at.user, "sub")


@scenario(OIDC, "userinfo, plain where signed is demanded")
def userinfo_plain(at: Stage) -> None:
    client = at.client("basic", userinfo_algorithms=["RS256"])
    with refused("response.unsigned"):
        client.userinfo(at.log_in(client)["access_token"])


@scenario(AUTHLIB, "userinfo, signed")
def userinfo_signed_authlib(at: Stage) -> None:
    client = at.client("userinfo-signed", userinfo_algorithms=["ES256"])
    tokens = at.log_in(client)
    equal(client.userinfo(tokens["access_token"], subject=at.user)["email"], f"{at.user}@example.test", "email")


@scenario(OIDC, "refresh held to the login before it")
def refresh_held(at: Stage) -> None:
    client = at.client("basic")
    tokens = at.offline(client, parameters={"prompt": "consent", "max_age": "300"})
    again = client.refresh(tokens["refresh_token"], id_token=tokens["id_token"]["raw"])
    equal(again["id_token"]["claims"]["auth_time"], tokens["id_token"]["claims"]["auth_time"], "auth_time")
    with refused("token.subject"):
        client.refresh(again["refresh_token"], subject="somebody-else")


# Logout

@scenario(OIDC, "RP-initiated logout, and back with the state")
def logout(at: Stage) -> None:
    client = at.client("logout")
    tokens = at.log_in(client, scopes=["openid"])
    request = client.begin_logout(id_token_hint=tokens["id_token"]["raw"], post_logout_redirect_uri=BYE)
    url = at.browser.log_in(request["url"], BYE).url
    client.finish_logout(url, request["state"])
    with refused("callback.state_mismatch"):
        client.finish_logout(url, "another")
    # The session is gone: a login without a form is refused.
    with refused("oauth.login_required", "oauth.interaction_required"):
        at.log_in(client, scopes=["openid"], parameters={"prompt": "none"})


@scenario(OIDC, "back-channel logout: the token that the server posts")
def back_channel(at: Stage) -> None:
    client = at.client("logout")
    tokens = at.log_in(client, scopes=["openid"])
    request = client.begin_logout(id_token_hint=tokens["id_token"]["raw"], post_logout_redirect_uri=BYE)
    at.browser.log_in(request["url"], BYE)
    token = wait_for("a logout token", lambda: next((one for one in at.facts["logout_tokens"] if unverified(one).get("sub") == at.user), None))
    logged_out = client.verify_logout_token(token)
    equal((logged_out["subject"], logged_out["session_id"]), (at.user, tokens["id_token"]["claims"].get("sid")), "sub and sid")
    with refused("token.replayed"):
        client.verify_logout_token(token)
    with refused("token.audience"):
        at.client("basic").verify_logout_token(token)


@scenario(OIDC, "an ID token is no logout token")
def logout_token_kind(at: Stage) -> None:
    client = at.client("logout")
    tokens = at.log_in(client, scopes=["openid"])
    with refused("token.kind", "token.type", "token.missing_claim"):
        client.verify_logout_token(tokens["id_token"]["raw"])


@scenario(AUTHLIB, "RP-initiated logout, and back with the state")
def logout_authlib(at: Stage) -> None:
    client = at.client("logout")
    tokens = at.log_in(client, scopes=["openid"])
    request = client.begin_logout(id_token_hint=tokens["id_token"]["raw"], post_logout_redirect_uri=BYE)
    client.finish_logout(at.browser.log_in(request["url"], BYE).url, request["state"])


# RFC 7591 and 7592

def _registered(at: Stage, service: Remote, **more: object) -> Remote:
    metadata = {
        "client_name": at.user, "redirect_uris": [CALLBACK], "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"], "scope": "openid email", **more,
    }
    return service.register(metadata, initial_access_token=at.facts["initial_access_token"])


def _logs_in(at: Stage, service: Remote, registration: Remote) -> None:
    client = at.host.make("Client", service, **member(registration, "client_options"))
    equal(at.log_in(client, scopes=["openid"])["id_token"]["claims"]["sub"], at.user, "sub")


@scenario(OIDC, "registration (RFC 7591), then a login")
def register(at: Stage) -> None:
    service = at.service()
    _logs_in(at, service, _registered(at, service, application_type="native"))


@scenario(OIDC, "registration read, updated, deleted (RFC 7592), its token rotated")
def manage(at: Stage) -> None:
    service = at.service()
    first = _registered(at, service, application_type="native")
    read = service.read_registration(first)
    equal(read["client_id"], first["client_id"], "client_id")
    updated = service.update_registration(read, {**read["metadata"], "client_name": "another name"})
    equal(updated["metadata"]["client_name"], "another name", "client_name")
    # The server rotated the registration access token.
    with refused("oauth.invalid_token"):
        service.read_registration(first)
    service.delete_registration(updated)
    with refused("oauth.invalid_token"):
        service.read_registration(updated)


@scenario(OIDC, "registration under no token, and of a redirect URI that is refused")
def register_refused(at: Stage) -> None:
    service = at.service()
    with refused("oauth.invalid_token"):
        service.register({"redirect_uris": [CALLBACK]}, initial_access_token="guessed")
    with refused("oauth.invalid_redirect_uri"):
        _registered(at, service, application_type="native", redirect_uris=["https://localhost/callback"])


@scenario(AUTHLIB, "registration, then a login")
def register_authlib(at: Stage) -> None:
    service = at.service()
    _logs_in(at, service, _registered(at, service))


@scenario(AUTHLIB, "registration read, updated, deleted")
def manage_authlib(at: Stage) -> None:
    service = at.service()
    first = _registered(at, service)
    read = service.read_registration(first)
    updated = service.update_registration(read, {**read["metadata"], "client_name": "another name"})
    equal(updated["metadata"]["client_name"], "another name", "client_name")
    service.delete_registration(updated)
    with refused("oauth.invalid_client", "oauth.access_denied", "oauth.invalid_token"):
        service.read_registration(updated)


def _authorization_server(at: Stage) -> Remote:
    """Frappe names its registration endpoint in the document of RFC 8414 alone; discovery reads OpenID Connect's first."""
    return at.host.make("Service.from_json", json.dumps(at.fetch("/.well-known/oauth-authorization-server")[1]))


@scenario(FRAPPE, "registration without a token, as Frappe offers it, then a login")
def register_frappe(at: Stage) -> None:
    service = _authorization_server(at)
    registration = service.register({"client_name": at.user, "redirect_uris": [CALLBACK], "scope": "all openid"})
    equal((registration["metadata"]["grant_types"], registration["manageable"]), (["authorization_code"], False), "what Frappe made of it")
    client = at.host.make("Client", service, **member(registration, "client_options"))
    check(at.log_in(client, scopes=["all"])["access_token"], "no access token")


@scenario(FRAPPE, "registration of nothing")
def register_frappe_refused(at: Stage) -> None:
    with refused("oauth.invalid_client_metadata"):
        _authorization_server(at).register({"client_name": at.user})


# RFC 9728

@scenario(FRAPPE, "metadata of the protected resource (RFC 9728) leads to the server")
def protected_resource(at: Stage) -> None:
    resource = at.host.make("ProtectedResource.discover", at.facts["issuer"])
    equal(resource["authorization_servers"], [at.facts["issuer"]], "authorization_servers")
    service = at.host.make("Service.discover", resource["authorization_servers"][0])
    equal(service["issuer"], at.facts["issuer"], "issuer")
