"""Scenarios: how a client authenticates. RFC 6749 section 2.3, RFC 7521, RFC 7523, RFC 8705, and CiviConnect."""

import base64

from encoding import KEYS, NOW, dumps, pem, unb64
from provider import ISSUER, drawn, service
from scenario import Scenarios, basic, begin, call, exchange, finish, post, reply, tokens
from tokens import token

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LONG_SECRET = "a secret of at least forty-eight bytes, which HS384 needs: %+ä"
ALIASES = {"token_endpoint": "https://mtls.idp.example.com/token", "introspection_endpoint": "https://mtls.idp.example.com/introspect"}


def private(name, **members):
    return {"jwk_private": dumps(KEYS[name]["jwk"] | members)}


def assertion(key, algorithm, draw=0, audience=ISSUER, client_id="abc", kid=None):
    """What the client sends: one audience as a text, and a `jti` that is drawn when the request is sent."""
    claims = {"iss": client_id, "sub": client_id, "aud": audience, "jti": drawn(draw), "iat": NOW, "exp": NOW + 60}
    header = {"alg": algorithm, "typ": "JWT"} | ({"kid": kid} if kid else {})
    return {"client_id": client_id, "client_assertion_type": ASSERTION, "client_assertion": token(claims, header, algorithm, key)}


def credentials(form, expect=None, url=f"{ISSUER}/token", authorization=None):
    """A client credentials grant whose request has these parameters beside its own."""
    return call("client_credentials", {"access_token": "at-1"} if expect is None else expect,
                [post(url, {"grant_type": "client_credentials"} | form, reply(tokens()), authorization)])


def refused(suite, name, code, service_text=None, **config):
    suite.client(name, call("client_credentials", code), service_text=service_text, **config)


def build():
    suite = Scenarios("Client authentication: assertions, certificates, CiviConnect, and which way is chosen. RFC 7523, RFC 8705.")
    assertions(suite)
    choice(suite)
    civi(suite)
    certificates(suite)
    return suite


def assertions(suite):
    secret = LONG_SECRET.encode()
    keyed = {"client_secret": ..., "assertion_key": private("ed25519", kid="k-ed", alg="EdDSA")}
    suite.client("F5-private-key-jwt", credentials(assertion("ed25519", "EdDSA", kid="k-ed")), **keyed)
    suite.client("F5-private-key-jwt-without-kid", credentials(assertion("ed25519", "EdDSA")), client_secret=..., assertion_key=private("ed25519"))
    suite.client("F5-private-key-jwt-rsa", credentials(assertion("rsa", "RS256")), client_secret=..., assertion_key={"pem_private": pem("rsa", "pkcs8")})
    suite.client("F5-private-key-jwt-chosen-algorithm", credentials(assertion("rsa", "RS512")), client_secret=..., assertion_key={"pem_private": pem("rsa", "pkcs8")},
                 assertion_algorithm="RS512")
    suite.client("F5-a-new-assertion-for-each-request", credentials(assertion("ed25519", "EdDSA", kid="k-ed")), credentials(assertion("ed25519", "EdDSA", 1, kid="k-ed")), **keyed)
    suite.client("F5-client-secret-jwt", credentials(assertion(secret, "HS256")), client_secret=LONG_SECRET, authentication_method="client_secret_jwt")
    suite.client("F5-client-secret-jwt-hs384", credentials(assertion(secret, "HS384")), client_secret=LONG_SECRET, authentication_method="client_secret_jwt",
                 assertion_algorithm="HS384")
    refused(suite, "F5-client-secret-jwt-short-secret", "key.too_short", authentication_method="client_secret_jwt")
    suite.client("F5-audience-token-endpoint-by-name", credentials(assertion("ed25519", "EdDSA", audience=f"{ISSUER}/token", kid="k-ed")), assertion_audience="token_endpoint", **keyed)
    without_issuer = service(issuer=...)
    refused(suite, "F5-no-issuer-for-the-audience", "config.client_authentication", without_issuer, **keyed)
    suite.client("F5-no-issuer-but-a-named-audience", credentials(assertion("ed25519", "EdDSA", audience=f"{ISSUER}/token", kid="k-ed")), service_text=without_issuer,
                 assertion_audience="token_endpoint", **keyed)
    refused(suite, "F5-audience-of-choice", "config.invalid", assertion_audience="https://as.example", **keyed)
    odd = 'a"b\\é:%'
    suite.client("F12-private-key-jwt-odd-client-id", credentials(assertion("ed25519", "EdDSA", client_id=odd, kid="k-ed")), client_id=odd, **keyed)
    asked = post(f"{ISSUER}/introspect", {"token": "t"} | assertion("ed25519", "EdDSA", kid="k-ed"), reply({"active": True}), None)
    revoked = post(f"{ISSUER}/revoke", {"token": "t"} | assertion("ed25519", "EdDSA", 1, kid="k-ed"), reply("", 200, None), None)
    suite.client("F5-everywhere-the-issuer", call("introspect", {"active": True}, [asked], token="t"), call("revoke", None, [revoked], token="t"), **keyed)
    # The authorization request drew three blocks, so the assertion's `jti` is the fourth.
    login = exchange(reply(tokens()), authorization=None, **assertion("ed25519", "EdDSA", 3, kid="k-ed"))
    suite.client("F5-code-exchange", begin("email"), finish({"access_token": "at-1"}, login), **keyed)
    refused(suite, "F5-key-of-another-algorithm", "key.wrong_type", assertion_algorithm="ES256", **keyed)
    refused(suite, "F5-unknown-algorithm", "config.unsupported_algorithm", assertion_algorithm="none", **keyed)
    refused(suite, "F5-key-for-encryption", "key.use", client_secret=..., assertion_key=private("ed25519", use="enc"))
    refused(suite, "F5-key-is-missing", "config.client_authentication", client_secret=..., authentication_method="private_key_jwt")
    refused(suite, "F5-secret-is-missing", "config.client_authentication", client_secret=..., authentication_method="client_secret_jwt")
    refused(suite, "F5-key-without-use", "config.client_authentication", authentication_method="client_secret_basic", assertion_key=private("ed25519"))
    refused(suite, "F5-key-of-a-public-client", "config.client_authentication", client_secret=..., authentication_method="none", assertion_key=private("ed25519"))
    refused(suite, "F5-key-and-secret", "config.client_authentication", assertion_key=private("ed25519"))


def choice(suite):
    """What is used when no method is named: what fits, and what the provider announces if it announces anything."""
    def announcing(*methods):
        return service(token_endpoint_auth_methods_supported=list(methods))

    secret = {"client_id": "abc", "client_secret": "s3cret"}
    suite.client("F12-announced-basic", credentials({}, authorization=basic()), service_text=announcing("client_secret_post", "client_secret_basic"))
    suite.client("F12-announced-post-alone", credentials(secret), service_text=announcing("private_key_jwt", "client_secret_post"))
    refused(suite, "F12-announced-nothing-that-fits", "config.client_authentication", announcing("private_key_jwt"))
    refused(suite, "F12-announced-nothing", "config.client_authentication", announcing())
    suite.client("F12-named-against-the-announcement", credentials(secret), service_text=announcing("private_key_jwt"), authentication_method="client_secret_post")
    suite.client("F5-announced-private-key-jwt", credentials(assertion("ed25519", "EdDSA")), service_text=announcing("private_key_jwt"), client_secret=...,
                 assertion_key=private("ed25519"))
    refused(suite, "F5-private-key-jwt-not-announced", "config.client_authentication", announcing("client_secret_basic"), client_secret=..., assertion_key=private("ed25519"))
    refused(suite, "F12-misspelled-method", "config.invalid", authentication_method="client_secret_jws")


def civi(suite):
    """host-systems 1.11: the key is the identifier, a JWT of one hour under it the secret."""
    name = "eddsa_" + base64.b64encode(unb64(KEYS["ed25519"]["jwk"]["x"])).decode()
    secret = token({"scope": "CiviConnect", "exp": NOW + 3600}, {"alg": "EdDSA", "typ": "JWT", "kid": name}, "EdDSA", "ed25519")
    usual = {"client_id": "{civi_connect}", "client_secret": "{civi_connect}", "authentication_method": "civi_connect", "assertion_key": private("ed25519")}
    suite.client("F5-civi-connect", credentials({"client_id": name, "client_secret": secret}), **usual)
    suite.client("F5-civi-connect-by-key", credentials({"client_id": name, "client_secret": secret}), **usual | {"client_id": name, "client_secret": ...})
    login = exchange(reply(tokens()), authorization=None, client_id=name, client_secret=secret)
    suite.client("F5-civi-connect-code-exchange", begin("email"), finish({"access_token": "at-1"}, login), **usual)
    refused(suite, "F5-civi-connect-of-another-key", "config.client_authentication", **usual | {"client_id": name.replace("1", "2")})
    refused(suite, "F5-civi-connect-with-a-secret", "config.client_authentication", **usual | {"client_secret": "s3cret"})
    refused(suite, "F5-civi-connect-without-a-key", "config.client_authentication", **{n: v for n, v in usual.items() if n != "assertion_key"})
    refused(suite, "F5-civi-connect-rsa", "key.wrong_type", **usual | {"assertion_key": {"pem_private": pem("rsa", "pkcs8")}})


def certificates(suite):
    """RFC 8705. Whether the certificate is shown is a matter of the driver; here it is where the request goes and what it holds."""
    shown = {"certificate": pem("p256", "certificate"), "certificate_key": pem("p256", "pkcs8"), "client_secret": ...}
    aliased = service(mtls_endpoint_aliases=ALIASES)
    own = {"client_id": "abc"}
    for method in ("tls_client_auth", "self_signed_tls_client_auth"):
        name = method.replace("_", "-")
        suite.client(f"F5-{name}", credentials(own), authentication_method=method, **shown)
        suite.client(f"F5-{name}-alias", credentials(own, url=ALIASES["token_endpoint"]), service_text=aliased, authentication_method=method, **shown)
        suite.client(f"F5-{name}-announced", credentials(own), service_text=service(token_endpoint_auth_methods_supported=["client_secret_basic", method]), **shown)
    asked = post(ALIASES["introspection_endpoint"], {"token": "t"} | own, reply({"active": True}), None)
    revoked = post(f"{ISSUER}/revoke", {"token": "t"} | own, reply("", 200, None), None)
    suite.client("F5-alias-where-there-is-one", call("introspect", {"active": True}, [asked], token="t"), call("revoke", None, [revoked], token="t"), service_text=aliased,
                 authentication_method="tls_client_auth", **shown)
    suite.client("F5-no-alias-without-a-certificate", credentials({}, authorization=basic()), service_text=aliased)
    # Certificate-bound tokens for a client that authenticates in another way, RFC 8705 section 3.
    suite.client("F5-alias-for-a-secret-and-a-certificate", credentials({}, url=ALIASES["token_endpoint"], authorization=basic()), service_text=aliased,
                 **shown | {"client_secret": "s3cret"})
    rotated = shown | {"certificate": pem("rsa", "certificate"), "certificate_key": pem("rsa", "pkcs1_private")}
    suite.client("F5-certificate-rsa", credentials(own), authentication_method="tls_client_auth", **rotated)
    chain = shown | {"certificate": pem("p256", "certificate") + "\n" + pem("rsa", "certificate")}
    suite.client("F5-certificate-chain", credentials(own), authentication_method="tls_client_auth", **chain)
    method = {"authentication_method": "tls_client_auth"}
    refused(suite, "F5-certificate-of-another-key", "config.client_certificate", **shown | method | {"certificate_key": pem("p256_b", "pkcs8")})
    refused(suite, "F5-certificate-chain-first-is-another", "config.client_certificate", **shown | method | {"certificate": pem("rsa", "certificate") + pem("p256", "certificate")})
    for name, text in {"empty": "", "text": "not PEM", "key": pem("p256", "pkcs8"), "certificate-and-key": pem("p256", "certificate") + pem("p256", "pkcs8"),
                       "cut": pem("p256", "certificate")[:200], "not-base64": "-----BEGIN CERTIFICATE-----\n????\n-----END CERTIFICATE-----",
                       "not-der": "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"}.items():
        refused(suite, f"F5-certificate-{name}", "config.client_certificate", **shown | method | {"certificate": text})
    for name, text in {"empty": "", "text": "not PEM", "public": pem("p256", "spki"), "certificate": pem("p256", "certificate")}.items():
        refused(suite, f"F5-certificate-key-{name}", "config.client_certificate", **shown | method | {"certificate_key": text})
    refused(suite, "F5-certificate-without-key", "config.client_authentication", certificate=pem("p256", "certificate"))
    refused(suite, "F5-certificate-key-alone", "config.client_authentication", certificate_key=pem("p256", "pkcs8"))
    refused(suite, "F5-certificate-is-missing", "config.client_authentication", client_secret=..., **method)
    refused(suite, "F5-certificate-no-method", "config.client_authentication", **shown)
    refused(suite, "F5-certificate-not-announced", "config.client_authentication", service(token_endpoint_auth_methods_supported=["client_secret_basic"]), **shown)
    refused(suite, "E10-alias-plain-http", "metadata.endpoint", service(mtls_endpoint_aliases={"token_endpoint": "http://mtls.idp.example.com/token"}))
    refused(suite, "E10-alias-list", "metadata.malformed", service(mtls_endpoint_aliases=["https://mtls.idp.example.com/token"]))
