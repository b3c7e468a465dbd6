"""oidc-provider: other ways for the request and its response: PAR, JAR, JARM, response modes, resource indicators, RAR, claims, DPoP."""

import json
import re
import time

from remote import Make, Remote
from stage import CALLBACK, Stage, check, equal, parameters, refused, scenario, wait_for, with_parameters

SERVER = "oidc-provider"
ORDERS = "https://api.example.test/orders"


def _key(at: Stage, name: str) -> Make:
    return Make("PrivateKey.from_pem", at.facts["keys"][name], kid=name)


def _finishes(at: Stage, client: Remote, pending: Remote, **context: object) -> Remote:
    tokens = client.finish_authorization(pending, at.visit(pending["url"]).url, **context)
    equal(tokens["id_token"]["claims"]["sub"], at.user, "sub")
    return tokens


# RFC 9126

@scenario(SERVER, "PAR (RFC 9126), where the client need not")
def par(at: Stage) -> None:
    client = at.client("basic")
    pending = client.push_authorization(scopes=["openid", "email"])
    equal(sorted(parameters(pending["url"])), ["client_id", "request_uri"], "parameters in the URL")
    _finishes(at, client, pending)


@scenario(SERVER, "PAR by a public client")
def par_public(at: Stage) -> None:
    client = at.client("public")
    _finishes(at, client, client.push_authorization(scopes=["openid"]))


@scenario(SERVER, "PAR where the client must, and a plain request")
def par_required(at: Stage) -> None:
    client = at.client("pushes")
    pending = client.begin_authorization(scopes=["openid"])
    with refused("oauth.invalid_request"):
        client.finish_authorization(pending, at.visit(pending["url"]).url)
    _finishes(at, client, client.push_authorization(scopes=["openid"]))


@scenario(SERVER, "PAR under a wrong secret")
def par_wrong_secret(at: Stage) -> None:
    with refused("oauth.invalid_client"):
        at.client("basic", client_secret="guessed").push_authorization(scopes=["openid"])


@scenario(SERVER, "PAR of a redirect URI that is not registered")
def par_other_redirect(at: Stage) -> None:
    with refused("oauth.invalid_request"):
        at.client("post", redirect_uri=f"{CALLBACK}/elsewhere").push_authorization(scopes=["openid"])


# RFC 9101

@scenario(SERVER, "JAR (RFC 9101): a signed request")
def jar(at: Stage) -> None:
    client = at.client("jar", request_object_key=_key(at, "sig-es"))
    pending = client.begin_authorization(scopes=["openid"])
    check("request" in parameters(pending["url"]) and "state" not in parameters(pending["url"]), "the request is not signed")
    _finishes(at, client, pending)


@scenario(SERVER, "JAR inside PAR")
def jar_pushed(at: Stage) -> None:
    client = at.client("jar", request_object_key=_key(at, "sig-es"))
    _finishes(at, client, client.push_authorization(scopes=["openid"]))


@scenario(SERVER, "JAR under a key that is not registered")
def jar_wrong_key(at: Stage) -> None:
    client = at.client("jar", request_object_key=_key(at, "enc-ec"))
    pending = client.begin_authorization(scopes=["openid"])
    with refused("oauth.invalid_request_object"):
        client.finish_authorization(pending, at.visit(pending["url"]).url)


@scenario(SERVER, "JAR required, and a plain request")
def jar_required(at: Stage) -> None:
    client = at.client("jar")
    pending = client.begin_authorization(scopes=["openid"])
    with refused("oauth.invalid_request"):
        client.finish_authorization(pending, at.visit(pending["url"]).url)


def _encrypting(at: Stage, name: str, alg: str, enc: str) -> Remote:
    return at.client(name, request_object_key=_key(at, "sig-es"), request_object_encryption={"alg": alg, "enc": enc})


@scenario(SERVER, "JAR signed and encrypted with RSA-OAEP-256, as it was registered")
def jar_encrypted(at: Stage) -> None:
    client = _encrypting(at, "jar-encrypted", "RSA-OAEP-256", "A256GCM")
    # Not to be refused before in every host: PHP's clients of one configuration share their keys.
    client.load_keys()
    pending = client.begin_authorization(scopes=["openid"])
    equal(parameters(pending["url"])["request"].count("."), 4, "the parts of the request")
    _finishes(at, client, pending)


@scenario(SERVER, "JAR signed and encrypted with ECDH-ES, inside PAR")
def jar_encrypted_pushed(at: Stage) -> None:
    client = _encrypting(at, "jar", "ECDH-ES", "A128CBC-HS256")
    _finishes(at, client, client.push_authorization(scopes=["openid"]))


@scenario(SERVER, "JAR encrypted, and signed under a key that is not registered")
def jar_encrypted_wrong_key(at: Stage) -> None:
    encryption = {"alg": "RSA-OAEP-256", "enc": "A256GCM"}
    client = at.client("jar-encrypted", request_object_key=_key(at, "enc-ec"), request_object_encryption=encryption)
    with refused("oauth.invalid_request_object"):
        client.push_authorization(scopes=["openid"])


@scenario(SERVER, "JAR encrypted by what the provider does not announce")
def jar_encryption_not_announced(at: Stage) -> None:
    with refused("config.request_object_encryption"):
        _encrypting(at, "jar", "ECDH-ES+A256KW", "A192GCM")


# Response modes

@scenario(SERVER, "response_mode fragment")
def fragment(at: Stage) -> None:
    client = at.client("basic")
    pending = client.begin_authorization(scopes=["openid"], response_mode="fragment")
    url = at.visit(pending["url"]).url
    check("#" in url and "?" not in url, "the response is not in the fragment")
    equal(client.finish_authorization(pending, url)["id_token"]["claims"]["sub"], at.user, "sub")


@scenario(SERVER, "response_mode form_post")
def form_post(at: Stage) -> None:
    client = at.client("basic")
    pending = client.begin_authorization(scopes=["openid"], response_mode="form_post")
    page = at.visit(pending["url"])
    equal(client.finish_authorization(pending, page.body, response_mode="form_post")["id_token"]["claims"]["sub"], at.user, "sub")


@scenario(SERVER, "response_mode form_post, and a response in the query")
def form_post_downgraded(at: Stage) -> None:
    client = at.client("basic")
    pending = client.begin_authorization(scopes=["openid"], response_mode="form_post")
    url = at.visit(with_parameters(pending["url"], response_mode=None)).url
    with refused("callback.response_mode"):
        client.finish_authorization(pending, url, response_mode="query")


@scenario(SERVER, "response_mode web_message")
def web_message(at: Stage) -> None:
    client = at.client("basic")
    pending = client.begin_authorization(scopes=["openid"], response_mode="web_message")
    page = at.browser.log_in(pending["url"])
    message = json.loads(re.search(r"var data = (\{.*\});", page.body)[1])
    origin = at.facts["issuer"]
    equal((message["redirect_uri"], pending["response_origin"]), (CALLBACK, origin), "whom it is for, and where it comes from")
    with refused("callback.origin"):
        client.finish_authorization(pending, message["response"], origin="https://attacker.example")
    tokens = client.finish_authorization(pending, message["response"], origin=origin)
    equal(tokens["id_token"]["claims"]["sub"], at.user, "sub")


@scenario(SERVER, "JARM in the query, ES256")
def jarm(at: Stage) -> None:
    client = at.client("jarm", authorization_response_algorithms=["ES256"])
    pending = client.begin_authorization(scopes=["openid"], response_mode="query.jwt")
    url = at.visit(pending["url"]).url
    equal(list(parameters(url)), ["response"], "parameters")
    equal(client.finish_authorization(pending, url)["id_token"]["claims"]["sub"], at.user, "sub")


@scenario(SERVER, "JARM in the fragment, and as a form")
def jarm_elsewhere(at: Stage) -> None:
    client = at.client("jarm", authorization_response_algorithms=["ES256"])
    _finishes(at, client, client.begin_authorization(scopes=["openid"], response_mode="fragment.jwt"))
    pending = client.begin_authorization(scopes=["openid"], response_mode="form_post.jwt")
    page = at.visit(pending["url"])
    tokens = client.finish_authorization(pending, page.body, response_mode="form_post")
    equal(tokens["id_token"]["claims"]["sub"], at.user, "sub")


@scenario(SERVER, "JARM, altered")
def jarm_altered(at: Stage) -> None:
    client = at.client("jarm", authorization_response_algorithms=["ES256"])
    pending = client.begin_authorization(scopes=["openid"], response_mode="query.jwt")
    url = at.visit(pending["url"]).url
    head, body, signature = parameters(url)["response"].split(".")
    altered = f"{head}.{body}.{'A' if signature[0] != 'A' else 'B'}{signature[1:]}"
    with refused("token.signature"):
        client.finish_authorization(pending, f"{CALLBACK}?response={altered}")


@scenario(SERVER, "JARM asked for, and a plain response")
def jarm_downgraded(at: Stage) -> None:
    client = at.client("jarm", authorization_response_algorithms=["ES256"])
    pending = client.begin_authorization(scopes=["openid"], response_mode="query.jwt")
    url = at.visit(with_parameters(pending["url"], response_mode=None)).url
    with refused("callback.plain_response"):
        client.finish_authorization(pending, url)


@scenario(SERVER, "JARM, the person cancels: a signed error")
def jarm_error(at: Stage) -> None:
    client = at.client("jarm", authorization_response_algorithms=["ES256"])
    pending = client.begin_authorization(scopes=["openid"], response_mode="query.jwt")
    with refused("oauth.access_denied"):
        client.finish_authorization(pending, at.visit(pending["url"], deny=True).url)


# What is asked for

@scenario(SERVER, "resource indicator (RFC 8707): a JWT for that API")
def resource(at: Stage) -> None:
    client = at.client("basic")
    pending = client.begin_authorization(scopes=["openid", "orders:read"], resource=[ORDERS])
    tokens = client.finish_authorization(pending, at.visit(pending["url"]).url)
    verifier = at.host.make("Verifier", issuer=at.facts["issuer"], audience=ORDERS, token_type="at+jwt")
    claims = verifier.verify(tokens["access_token"])
    equal((claims["sub"], claims["scope"]), (at.user, "orders:read"), "sub and scope")


@scenario(SERVER, "a resource that the server does not know")
def resource_unknown(at: Stage) -> None:
    client = at.client("basic")
    pending = client.begin_authorization(scopes=["openid"], resource=["https://elsewhere.example/api"])
    with refused("oauth.invalid_target"):
        client.finish_authorization(pending, at.visit(pending["url"]).url)


@scenario(SERVER, "RAR of a type that the server does not know, and without what it needs")
def rar_refused(at: Stage) -> None:
    client = at.client("rar")
    for details in ([{"type": "travel"}], [{"type": "payment"}]):
        pending = client.begin_authorization(scopes=["openid"], authorization_details=details)
        with refused("oauth.invalid_authorization_details"):
            client.finish_authorization(pending, at.visit(pending["url"]).url)


@scenario(SERVER, "the claims parameter, essential auth_time")
def claims(at: Stage) -> None:
    client = at.client("basic")
    wanted = {"id_token": {"auth_time": {"essential": True}, "email": None}, "userinfo": {"name": None}}
    pending = client.begin_authorization(scopes=["openid"], claims=wanted)
    tokens = _finishes(at, client, pending)
    check("auth_time" in tokens["id_token"]["claims"], "no auth_time")
    equal(client.userinfo(tokens["access_token"], subject=at.user)["name"], f"The person {at.user}", "name")


@scenario(SERVER, "max_age as an option: a login that is recent enough")
def max_age_option(at: Stage) -> None:
    _finishes(at, at.client("basic"), at.client("basic").begin_authorization(scopes=["openid"], max_age=300, prompt="login"))


# RFC 9449

@scenario(SERVER, "DPoP (RFC 9449): bound token, userinfo, refresh")
def dpop(at: Stage) -> None:
    client = at.client("dpop", dpop_key=Make("PrivateKey.generate", "ES256"))
    tokens = at.offline(client)
    equal(tokens["token_type"], "DPoP", "token_type")
    report = client.introspect(tokens["access_token"])
    check(report["cnf"]["jkt"] and report["token_type"] == "DPoP", "the token is not bound")
    equal(client.userinfo(tokens["access_token"], subject=at.user)["sub"], at.user, "sub")
    again = client.refresh(tokens["refresh_token"])
    equal(client.introspect(again["access_token"])["cnf"], report["cnf"], "the key of the new token")


@scenario(SERVER, "DPoP by EdDSA, with a key of the client's own making")
def dpop_made(at: Stage) -> None:
    client = at.client("dpop", dpop=True)
    equal(at.log_in(client)["token_type"], "DPoP", "token_type")


@scenario(SERVER, "DPoP where the server asks for a nonce")
def dpop_nonce(at: Stage) -> None:
    client = at.client("dpop-nonce", dpop_key=Make("PrivateKey.generate", "EdDSA"))
    tokens = at.offline(client)
    equal(client.userinfo(tokens["access_token"], subject=at.user)["sub"], at.user, "sub")
    check(client.refresh(tokens["refresh_token"])["access_token"], "no access token")


@scenario(SERVER, "DPoP: a client that must and does not")
def dpop_missing(at: Stage) -> None:
    # RFC 9449 leaves the error open; this server says invalid_grant.
    with refused("oauth.invalid_grant"):
        at.log_in(at.client("dpop"))


@scenario(SERVER, "DPoP: the code is bound to the key (dpop_jkt)")
def dpop_other_key(at: Stage) -> None:
    client, key = at.client("dpop", dpop_key=Make("PrivateKey.generate", "ES256")), bytes(32)
    pending = client.begin_authorization(scopes=["openid"])
    check("dpop_jkt" in parameters(pending["url"]), "no dpop_jkt")
    url, sealed = at.visit(pending["url"]).url, pending.seal(key)
    thief = at.client("dpop", dpop_key=Make("PrivateKey.generate", "ES256"))
    with refused("callback.dpop_key"):
        thief.finish_authorization(thief.open_pending(sealed, key), url)


@scenario(SERVER, "DPoP: a bound token shown as Bearer")
def dpop_stolen(at: Stage) -> None:
    tokens = at.log_in(at.client("dpop", dpop_key=Make("PrivateKey.generate", "ES256")))
    with refused("oauth.invalid_token"):
        at.client("basic").userinfo(tokens["access_token"])


@scenario(SERVER, "DPoP inside PAR")
def dpop_pushed(at: Stage) -> None:
    client = at.client("dpop", dpop_key=Make("PrivateKey.generate", "ES256"))
    equal(_finishes(at, client, client.push_authorization(scopes=["openid"]))["token_type"], "DPoP", "token_type")


# RFC 9470

@scenario(SERVER, "step-up: an API asks for a login that is at most a second old")
def step_up(at: Stage) -> None:
    client = at.client("basic")
    before = at.log_in(client, scopes=["openid"], max_age=300)["id_token"]["claims"]["auth_time"]
    wait_for("a second login that is later than the first", lambda: time.time() > before + 2)
    # The session is good enough for a login that asks for nothing.
    same = at.log_in(client, scopes=["openid"], max_age=300)["id_token"]["claims"]["auth_time"]
    equal(same, before, "auth_time of a login within the session")
    field = 'Bearer realm="orders", DPoP algs="ES256", Bearer error="insufficient_user_authentication", max_age="1"'
    challenge = at.host.make("Challenge.parse", field)[-1]
    pending = client.begin_authorization(scopes=["openid"], **challenge.authorization_options())
    after = client.finish_authorization(pending, at.visit(pending["url"]).url)["id_token"]["claims"]["auth_time"]
    check(after > before + 1, f"auth_time is {after - before} s later")
