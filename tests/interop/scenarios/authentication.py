"""How clients authenticate beyond a secret: assertions under a secret or a key (RFC 7523), certificates (RFC 8705)."""

from remote import Make, Remote
from stage import Stage, check, equal, refused, scenario

OIDC, AUTHLIB = "oidc-provider", "authlib"


def _with_key(at: Stage, name: str, key: str, **settings: object) -> Remote:
    pem = at.facts["keys"][key]
    return at.client(name, client_secret=None, assertion_key=Make("PrivateKey.from_pem", pem, kid=key), **settings)


def _logs_in(at: Stage, client: Remote) -> None:
    tokens = at.log_in(client)
    equal(tokens["id_token"]["claims"]["sub"], at.user, "sub")
    # The other endpoints take the same authentication.
    check(client.introspect(tokens["access_token"])["active"], "not active")
    client.revoke(tokens["access_token"])
    check(not client.introspect(tokens["access_token"])["active"], "still active")


@scenario(OIDC, "client_secret_jwt")
def secret_jwt(at: Stage) -> None:
    _logs_in(at, at.client("secret-jwt"))


@scenario(OIDC, "client_secret_jwt under another secret")
def secret_jwt_wrong(at: Stage) -> None:
    with refused("oauth.invalid_client"):
        at.log_in(at.client("secret-jwt", client_secret="guessed, and long enough for an HS256 key"))


@scenario(OIDC, "private_key_jwt, ES256")
def key_jwt_es(at: Stage) -> None:
    _logs_in(at, _with_key(at, "key-jwt-es", "sig-es"))


@scenario(OIDC, "private_key_jwt, RS256")
def key_jwt_rs(at: Stage) -> None:
    _logs_in(at, _with_key(at, "key-jwt-rs", "sig-rs"))


@scenario(OIDC, "private_key_jwt, EdDSA")
def key_jwt_ed(at: Stage) -> None:
    _logs_in(at, _with_key(at, "key-jwt-ed", "sig-ed"))


@scenario(OIDC, "private_key_jwt under a key that is not registered")
def key_jwt_wrong(at: Stage) -> None:
    with refused("oauth.invalid_client"):
        at.log_in(_with_key(at, "key-jwt-es", "enc-ec"))


@scenario(AUTHLIB, "client_secret_jwt")
def secret_jwt_authlib(at: Stage) -> None:
    equal(at.log_in(at.client("secret-jwt"))["id_token"]["claims"]["sub"], at.user, "sub")


@scenario(AUTHLIB, "private_key_jwt, ES256")
def key_jwt_es_authlib(at: Stage) -> None:
    equal(at.log_in(_with_key(at, "key-jwt-es", "sig-es"))["id_token"]["claims"]["sub"], at.user, "sub")


@scenario(AUTHLIB, "private_key_jwt, RS256")
def key_jwt_rs_authlib(at: Stage) -> None:
    equal(at.log_in(_with_key(at, "key-jwt-rs", "sig-rs"))["id_token"]["claims"]["sub"], at.user, "sub")


@scenario(AUTHLIB, "private_key_jwt for another audience")
def key_jwt_audience_authlib(at: Stage) -> None:
    with refused("oauth.invalid_client"):
        at.log_in(_with_key(at, "key-jwt-es", "sig-es", assertion_audience="token_endpoint"))


# RFC 8705

def _with_certificate(at: Stage, name: str, certificate: str) -> Remote:
    pem = at.facts["tls"]
    network = Make("NetworkOptions", extra_roots_pem=pem["ca"])
    return at.client(
        name, at.service(network=network), certificate=pem[certificate], certificate_key=pem[f"{certificate}-key"],
    )


@scenario(OIDC, "tls_client_auth (RFC 8705): the token is bound to the certificate")
def mtls(at: Stage) -> None:
    client = _with_certificate(at, "mtls-ca", "client")
    issued = client.client_credentials()
    report = client.introspect(issued["access_token"])
    equal(report["cnf"], {"x5t#S256": client["certificate_thumbprint"]}, "cnf")


@scenario(OIDC, "tls_client_auth with a certificate of another authority")
def mtls_stranger(at: Stage) -> None:
    with refused("oauth.invalid_client"):
        _with_certificate(at, "mtls-ca", "stranger").client_credentials()


@scenario(OIDC, "self_signed_tls_client_auth")
def mtls_self_signed(at: Stage) -> None:
    client = _with_certificate(at, "mtls-self", "self-signed")
    check(client.introspect(client.client_credentials()["access_token"])["active"], "not active")


@scenario(OIDC, "self_signed_tls_client_auth with a certificate that is not registered")
def mtls_not_registered(at: Stage) -> None:
    with refused("oauth.invalid_client"):
        _with_certificate(at, "mtls-self", "client").client_credentials()
