"""Scenarios: request objects that are signed and then encrypted, RFC 9101 sections 4, 5 and 6.1; threats F4, F16, B4, E9."""

from encoding import KEYS, NOW, dumps, public
from encryption import Stream
from flow_requests import PAR, REFERENCE, SIGNED_KEY, USUAL, push, request_object
from provider import ISSUER, STATE, service
from scenario import KEY_SET, Scenarios, call, exchange, failure, finish, get, operation, reply, tokens
from sealing import Token, jwk

# The first four blocks are state, nonce, code verifier and the object's `jti`.
DRAWN_BEFORE = 4
ECDH = {"request_object_encryption": {"alg": "ECDH-ES+A256KW", "enc": "A256GCM"}} | SIGNED_KEY
PUSHING = {"pushed_authorization_request_endpoint": PAR}
OWN = {"kty", "crv", "x", "y", "n", "e"}


def recipient(curve="p384", **members):
    """A published key for encryption; a member given as `...` is left out."""
    key = {name: value for name, value in jwk(curve).items() if name in OWN}
    return {name: value for name, value in (key | {"use": "enc", "alg": "ECDH-ES+A256KW", "kid": "e1"} | members).items() if value is not ...}


def fetched(*members):
    """The provider's keys: one that signs, and these."""
    signing = public("p256", kid="k1", use="sig", alg="ES256")
    return get(f"{ISSUER}/jwks", reply({"keys": [signing, *members]}))


def encrypted(algorithm="ECDH-ES+A256KW", encryption="A256GCM", curve="p384", kid="e1", inner=None):
    stream = Stream(b"ferroauth fixed entropy")
    stream.count = DRAWN_BEFORE
    inner = request_object() if inner is None else inner
    return Token(algorithm, encryption, inner.encode(), draw=stream, kid=kid, curve=curve, last={"cty": "JWT"}).compact()


def begun(token):
    url = {"base": f"{ISSUER}/authorize", "parameters": {"client_id": "abc", "request": token}}
    return call("begin_authorization", {"state": STATE, "url": url}, options={"scopes": ["email"]})


def load(expect=None, *exchanges):
    return operation("load_keys", (), {"nothing": True} if expect is None else expect, exchanges)


def build():
    suite = Scenarios("Request objects that are signed and then encrypted: RFC 9101 sections 4, 5 and 6.1.")
    made(suite)
    choice(suite)
    configured(suite)
    return suite


class Here:
    """Scenarios that a backend without the algorithm leaves out."""

    def __init__(self, suite):
        self.suite = suite

    def client(self, name, *calls, **given):
        self.suite.client(name, *calls, **given)
        self.suite.cases[-1]["needs"] = "ECDH-ES"


def made(suite):
    here = Here(suite)
    token, usual = encrypted(), {name: ... for name in USUAL}
    created = reply({"request_uri": REFERENCE, "expires_in": 9}, 201)
    pushed = lambda jwt=token: push({"url_expires_at": NOW + 9}, created, usual | {"client_id": "abc", "request": jwt})
    here.client("F4-encrypted-request", load(None, fetched(recipient())), begun(token), finish({"access_token": "at-1"}, exchange(reply(tokens()))), **ECDH)
    here.client("F4-encrypted-request-before-the-keys-are-there", call("begin_authorization", "jwks.not_loaded", options={"scopes": ["email"]}), **ECDH)
    first = pushed()
    first["exchanges"].insert(0, fetched(recipient()))
    here.client("F4-encrypted-request-pushed", first, finish({"access_token": "at-1"}, exchange(reply(tokens()))), service_text=service(**PUSHING), **ECDH)
    here.client("F4-encrypted-request-pushed-with-keys-at-hand", load(None, fetched(recipient())), pushed(), service_text=service(**PUSHING), **ECDH)
    here.client("E9-keys-are-loaded-once", load(None, fetched(recipient())), load(), load(), **ECDH)
    here.client("E9-keys-are-loaded-again-after-a-failure", load("http.connect", get(f"{ISSUER}/jwks", failure("connect"))), load("jwks.unavailable"), **ECDH)
    refused = call("push_authorization", "http.timeout", [get(f"{ISSUER}/jwks", failure("timeout"))], scopes=["email"])
    here.client("E9-nothing-is-pushed-without-keys", refused, service_text=service(**PUSHING), **ECDH)
    suite.client("E10-keys-of-a-provider-without-any", load("metadata.missing_endpoint"), service_text=service(jwks_uri=...))
    suite.client("E9-keys-that-are-none", load("jwks.malformed", get(f"{ISSUER}/jwks", reply("{}"))))
    suite.client("F16-load-keys-of-a-client-that-signs-nothing", load(None, get(f"{ISSUER}/jwks", reply(KEY_SET))), load())
    none = service(jwks_uri=..., **PUSHING)
    here.client("E10-encrypted-request-without-a-key-set", call("begin_authorization", "metadata.missing_endpoint", options={"scopes": ["email"]}), service_text=none, **ECDH)
    here.client("E10-encrypted-request-pushed-without-a-key-set", call("push_authorization", "metadata.missing_endpoint", scopes=["email"]), service_text=none, **ECDH)
    here.client("F16-encrypted-request-with-a-bad-option", call("push_authorization", "config.prompt", scopes=["email"], prompt="none login"), service_text=service(**PUSHING), **ECDH)
    for algorithm, encryption, curve in [("ECDH-ES", "A128GCM", "p384"), ("ECDH-ES", "A256CBC-HS512", "x25519"), ("ECDH-ES+A128KW", "A128CBC-HS256", "p521"), ("ECDH-ES+A256KW", "A256GCM", "x25519")]:
        options = ECDH | {"request_object_encryption": {"alg": algorithm, "enc": encryption}}
        here.client(f"F4-encrypted-request-{algorithm}-{encryption}-{curve}", load(None, fetched(recipient(curve, alg=algorithm))), begun(encrypted(algorithm, encryption, curve)), **options)
    here.client("F4-signed-request-where-keys-are-loaded", load(None, fetched(recipient())), begun(request_object()), **SIGNED_KEY)


def choice(suite):
    """B4: which of the provider's keys encrypts."""
    here, other = Here(suite), recipient("x25519", kid="other")

    def chosen(name, *members, **token):
        here.client(f"B4-recipient-{name}", load(None, fetched(*members)), begun(encrypted(**token)), **ECDH)

    def none(name, *members):
        begin_ = call("begin_authorization", "jwks.no_usable_key", options={"scopes": ["email"]})
        here.client(f"B4-recipient-{name}", load(None, fetched(*members)), begin_, **ECDH)

    chosen("first-of-two", recipient(), other)
    chosen("that-names-the-algorithm", recipient("x25519", kid="open", alg=...), recipient())
    chosen("without-algorithm", recipient(alg=...))
    chosen("after-one-for-another-algorithm", other | {"alg": "ECDH-ES"}, recipient())
    chosen("without-id", recipient(kid=...), kid=None)
    chosen("with-its-operation", recipient(key_ops=["deriveKey"]))
    chosen("after-a-broken-one", recipient(x="AA"), recipient(kid="e2"), kid="e2")
    none("absent")
    none("without-use", recipient(use=...))
    none("for-signatures", recipient(use="sig"))
    none("of-another-use", recipient(use="ENC"))
    none("for-another-algorithm", recipient(alg="ECDH-ES"))
    none("rsa-key", {"kty": "RSA", "use": "enc", "kid": "e1"} | {name: KEYS["rsa"]["jwk"][name] for name in ("n", "e")})
    none("secret", {"kty": "oct", "k": "A" * 43, "use": "enc", "kid": "e1"})
    none("with-its-private-part", recipient(d=jwk("p384")["d"]))
    none("whose-operations-sign", recipient(key_ops=["deriveKey", "sign"]))
    none("off-its-curve", recipient(x=recipient()["y"]))
    none("with-eleven-certificates", recipient(x5c=["AA"] * 11))
    none("of-small-order", recipient("x25519", x="A" * 43))


def configured(suite):
    here = Here(suite)
    start = call("begin_authorization", "config.request_object_encryption", options={"scopes": ["email"]})
    fails = lambda code: call("begin_authorization", code, options={"scopes": ["email"]})
    options = lambda **names: SIGNED_KEY | {"request_object_encryption": names}
    for algorithm in ("dir", "A256GCMKW"):
        suite.client(f"F16-encrypted-request-by-{algorithm}", start, **options(alg=algorithm, enc="A256GCM"))
    for algorithm in ("A256KW", "PBES2-HS256+A128KW"):
        here.client(f"F16-encrypted-request-by-{algorithm}", start, **options(alg=algorithm, enc="A256GCM"))
    for algorithm in ("RSA1_5", "RS256", "none", "ecdh-es", ""):
        suite.client(f"F16-encrypted-request-alg-{algorithm or 'empty'}", fails("config.unsupported_algorithm"), **options(alg=algorithm, enc="A256GCM"))
    for encryption in ("A128CBC", "dir", ""):
        here.client(f"F16-encrypted-request-enc-{encryption or 'empty'}", fails("config.unsupported_algorithm"), **options(alg="ECDH-ES", enc=encryption))
    here.client("F16-encrypted-and-not-signed", start, request_object_encryption={"alg": "ECDH-ES", "enc": "A256GCM"})
    suite.client("F16-encrypted-request-without-alg", fails("config.invalid"), **options(enc="A256GCM"))
    suite.client("F16-encrypted-request-without-enc", fails("config.invalid"), **options(alg="ECDH-ES"))
    suite.client("F16-encrypted-request-with-more", fails("config.invalid"), **options(alg="ECDH-ES", enc="A256GCM", zip="DEF"))
    lists = lambda alg, enc: service(request_object_encryption_alg_values_supported=alg, request_object_encryption_enc_values_supported=enc)
    here.client("F16-encrypted-request-announced", load(None, fetched(recipient())), begun(encrypted()), service_text=lists(["RSA-OAEP", "ECDH-ES+A256KW"], ["A256GCM"]), **ECDH)
    here.client("F16-encrypted-request-alg-not-announced", start, service_text=lists(["RSA-OAEP", "ECDH-ES"], ["A256GCM"]), **ECDH)
    here.client("F16-encrypted-request-enc-not-announced", start, service_text=lists(["ECDH-ES+A256KW"], ["A128GCM"]), **ECDH)
    here.client("F16-encrypted-request-nothing-announced", start, service_text=lists([], ...), **ECDH)
    suite.client("F16-encrypted-request-announced-as-text", fails("metadata.malformed"), service_text=lists("ECDH-ES", ...))
