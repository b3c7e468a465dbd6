"""Every export meets bad arguments: a documented exception, never another one, never a crash (J12, J17)."""

from collections.abc import Callable
from typing import Any

import pytest

import ferroauth
from conftest import CLIENT
from ferroauth import (
    BackchannelAuthentication,
    Challenge,
    Client,
    Decrypter,
    DeviceAuthorization,
    Encrypter,
    EncryptionKey,
    Event,
    FerroauthError,
    HmacKey,
    DpopVerifier,
    JwsVerifier,
    Keyring,
    KeySet,
    LoopbackReceiver,
    NetworkOptions,
    Pkce,
    PrivateKey,
    ProtectedResource,
    PublicKey,
    Registration,
    RedirectUri,
    ResourceServer,
    Service,
    Signer,
    Verifier,
    decode_unverified,
    sasl,
)


class Hostile:
    """Raises from whatever is asked of it."""

    def __getattr__(self, name: str) -> Any:
        raise RuntimeError(name)

    def __len__(self) -> int:
        raise RuntimeError("len")


def cyclic() -> list[Any]:
    out: list[Any] = []
    out.append(out)
    return out


BAD = [
    None, True, 0, -1, 2**63, 2**2048, 1.5, float("nan"), b"", b"\xff\xfe", bytearray(b"x"), "", "\0", "\ud800",
    "a" * 1_000_000, "é", [], [None], ["\ud800"], {}, {1: 2}, {"a": "\ud800"}, cyclic(), object(), Hostile(), Exception,
]
SIGNER = Signer(HmacKey(bytes(64)), algorithm="HS256")
VERIFIER = Verifier(key=HmacKey(bytes(64)), algorithms=["HS256"], issuer=None, audience=None)
PRIVATE = PrivateKey.generate("EdDSA")
PEM = PRIVATE.public_key().to_pem()
LOCKED = PRIVATE.to_pem(passphrase="secret")
JWS = JwsVerifier(HmacKey(bytes(64)), algorithms=["HS256"])
API = ResourceServer(VERIFIER)
SERVICE = Service.preset("frappe", base_url="https://erp.example.com")
SETTLED = Client(SERVICE, **CLIENT)
PENDING = SETTLED.begin_authorization()
BOUND = Client(SERVICE, client_id="a", dpop=True)
REGISTRATION = Registration.from_json('{"client_id": "a"}')
ENCRYPTION = EncryptionKey.generate("A256GCM")
ENCRYPTER, DECRYPTER = Encrypter(ENCRYPTION), Decrypter(ENCRYPTION)

CLOSED = LoopbackReceiver()
CLOSED.close()

EXPORTS: dict[str, Callable[[Any], Any]] = {
    "Client(service)": lambda x: Client(x, client_id="a"),
    "Client(client_id)": lambda x: Client(SERVICE, client_id=x),
    "Client(client_secret)": lambda x: Client(SERVICE, client_id="a", client_secret=x),
    "Client(redirect_uri)": lambda x: Client(SERVICE, client_id="a", redirect_uri=x),
    "Client(authentication_method)": lambda x: Client(SERVICE, client_id="a", authentication_method=x),
    "Client(leeway)": lambda x: Client(SERVICE, client_id="a", leeway=x),
    "Client(id_token_algorithms)": lambda x: Client(SERVICE, client_id="a", id_token_algorithms=x),
    "Client(pending_lifetime)": lambda x: Client(SERVICE, client_id="a", pending_lifetime=x),
    "Client(testing)": lambda x: Client(SERVICE, client_id="a", testing=x),
    "Client(userinfo_algorithms)": lambda x: Client(SERVICE, client_id="a", userinfo_algorithms=x),
    "Client(introspection_algorithms)": lambda x: Client(SERVICE, client_id="a", introspection_algorithms=x),
    "Client(introspection_cache)": lambda x: Client(SERVICE, client_id="a", introspection_cache=x),
    "Client(decrypter)": lambda x: Client(SERVICE, client_id="a", decrypter=x),
    "begin_logout(id_token_hint)": lambda x: SETTLED.begin_logout(id_token_hint=x),
    "begin_logout(ui_locales)": lambda x: SETTLED.begin_logout(ui_locales=x),
    "finish_logout(callback)": lambda x: SETTLED.finish_logout(x, "state"),
    "finish_logout(state)": lambda x: SETTLED.finish_logout("?state=a", x),
    "front_channel_logout": lambda x: SETTLED.front_channel_logout(x, session_id="s"),
    "front_channel_logout(session_id)": lambda x: SETTLED.front_channel_logout("?sid=a", session_id=x),
    "verify_logout_token": lambda x: SETTLED.flow.verify_logout_token(x).advance(),
    "verify_logout_token(replay)": lambda x: SETTLED.flow.verify_logout_token("a.b.c", replay=x).advance(),
    "refresh(id_token)": lambda x: SETTLED.flow.refresh("rt", id_token=x).advance(),
    "Registration.from_json": lambda x: Registration.from_json(x),
    "Service.register": lambda x: Service.flow.register(SERVICE, x).advance(),
    "Service.register(initial_access_token)": lambda x: Service.flow.register(SERVICE, {}, initial_access_token=x).advance(),
    "Service.read_registration": lambda x: Service.flow.read_registration(SERVICE, x),
    "Service.update_registration": lambda x: Service.flow.update_registration(SERVICE, REGISTRATION, x).advance(),
    "ProtectedResource.discover": lambda x: ProtectedResource.flow.discover(x),
    "ProtectedResource.discover(metadata_url)": lambda x: ProtectedResource.flow.discover("http://x.example/", metadata_url=x),
    "begin_authorization(scopes)": lambda x: SETTLED.begin_authorization(scopes=x),
    "begin_authorization(parameters)": lambda x: SETTLED.begin_authorization(parameters=x),
    "begin_authorization(return_to)": lambda x: SETTLED.begin_authorization(return_to=x),
    "begin_authorization(prompt)": lambda x: SETTLED.begin_authorization(prompt=x),
    "begin_authorization(login_hint)": lambda x: SETTLED.begin_authorization(login_hint=x),
    "begin_authorization(max_age)": lambda x: SETTLED.begin_authorization(max_age=x),
    "begin_authorization(acr_values)": lambda x: SETTLED.begin_authorization(acr_values=x),
    "begin_authorization(claims)": lambda x: SETTLED.begin_authorization(claims=x),
    "begin_authorization(resource)": lambda x: SETTLED.begin_authorization(resource=x),
    "begin_authorization(authorization_details)": lambda x: SETTLED.begin_authorization(authorization_details=x),
    "begin_authorization(response_mode)": lambda x: SETTLED.begin_authorization(response_mode=x),
    "begin_authorization(session)": lambda x: SETTLED.begin_authorization(session=x),
    "push_authorization": lambda x: SETTLED.flow.push_authorization(scopes=x).advance(),
    "Event(scopes)": lambda x: Event(name="quirk_used", level="info", time=1, message="", provider="", scopes=x),
    "Client(dpop)": lambda x: Client(SERVICE, client_id="a", dpop=x),
    "Client(dpop_key)": lambda x: Client(SERVICE, client_id="a", dpop_key=x),
    "Client(request_object_encryption)": lambda x: Client(SERVICE, client_id="a", request_object_encryption=x),
    "Client(request_object_key)": lambda x: Client(SERVICE, client_id="a", request_object_key=x),
    "dpop_proof(method)": lambda x: BOUND.dpop_proof(x, "https://api.example.com/"),
    "dpop_proof(url)": lambda x: BOUND.dpop_proof("GET", x),
    "dpop_proof(access_token)": lambda x: BOUND.dpop_proof("GET", "https://api.example.com/", access_token=x),
    "dpop_proof(nonce)": lambda x: BOUND.dpop_proof("GET", "https://api.example.com/", nonce=x),
    "authorization_headers(tokens)": lambda x: BOUND.authorization_headers(x, "GET", "https://api.example.com/"),
    "authorization_headers(url)": lambda x: BOUND.authorization_headers("at", "GET", x),
    "remember_dpop_nonce(url)": lambda x: BOUND.remember_dpop_nonce(x, "n"),
    "remember_dpop_nonce(nonce)": lambda x: BOUND.remember_dpop_nonce("https://api.example.com/", x),
    "Challenge.parse": lambda x: Challenge.parse(x),
    "finish(origin)": lambda x: SETTLED.flow.finish_authorization(PENDING, "?code=a", origin=x).advance(),
    "finish(session)": lambda x: SETTLED.flow.finish_authorization(PENDING, "?code=a", session=x).advance(),
    "open_pending(sealed)": lambda x: SETTLED.open_pending(x, bytes(32)),
    "open_pending(key)": lambda x: SETTLED.open_pending("AAAA", x),
    "seal": lambda x: PENDING.seal(x),
    "finish(pending)": lambda x: SETTLED.flow.finish_authorization(x, "?code=a"),
    "finish(callback)": lambda x: SETTLED.flow.finish_authorization(PENDING, x).advance(),
    "finish(value)": lambda x: SETTLED.flow.finish_authorization(PENDING, {"code": x}).advance(),
    "refresh(scopes)": lambda x: SETTLED.flow.refresh("rt", scopes=x),
    "refresh": lambda x: SETTLED.flow.refresh(x).advance(),
    "introspect": lambda x: SETTLED.flow.introspect(x).advance(),
    "introspect(hint)": lambda x: SETTLED.flow.introspect("t", token_type_hint=x).advance(),
    "revoke": lambda x: SETTLED.flow.revoke(x).advance(),
    "password": lambda x: SETTLED.flow.password(x, x).advance(),
    "password(scopes)": lambda x: SETTLED.flow.password("u", "p", scopes=x, resource=x).advance(),
    "jwt_bearer": lambda x: SETTLED.flow.jwt_bearer(x).advance(),
    "saml_bearer": lambda x: SETTLED.flow.saml_bearer(x).advance(),
    "token_request": lambda x: SETTLED.flow.token_request(x).advance(),
    "token_request(parameters)": lambda x: SETTLED.flow.token_request("urn:example:grant", parameters=x).advance(),
    "exchange_token": lambda x: SETTLED.flow.exchange_token(x, subject_token_type=x).advance(),
    "exchange_token(audience)": lambda x: SETTLED.flow.exchange_token("t", subject_token_type="jwt", audience=x).advance(),
    "device_authorization": lambda x: SETTLED.flow.device_authorization(scopes=x, authorization_details=x).advance(),
    "device_token": lambda x: SETTLED.flow.device_token(x).advance(),
    "poll_device_token": lambda x: SETTLED.flow.poll_device_token(x).advance(),
    "backchannel_authentication": lambda x: SETTLED.flow.backchannel_authentication(login_hint=x).advance(),
    "backchannel_token": lambda x: SETTLED.flow.backchannel_token(x).advance(),
    "DeviceAuthorization.restore": lambda x: SETTLED.flow.device_token(DeviceAuthorization.restore(x)).advance(),
    "BackchannelAuthentication.restore": lambda x: SETTLED.flow.backchannel_token(BackchannelAuthentication.restore(x)).advance(),
    "HmacKey.legacy": lambda x: HmacKey.legacy(x),
    "userinfo": lambda x: SETTLED.flow.userinfo(x).advance(),
    "userinfo(subject)": lambda x: SETTLED.flow.userinfo("t", subject=x).advance(),
    "advance": lambda x: SETTLED.flow.client_credentials().advance(x),
    "LoopbackReceiver(port)": lambda x: LoopbackReceiver(port=x).close(),
    "LoopbackReceiver(path)": lambda x: LoopbackReceiver(path=x).close(),
    "LoopbackReceiver(host)": lambda x: LoopbackReceiver(host=x).close(),
    "receive(state)": lambda x: CLOSED.receive(state=x),
    "receive(timeout)": lambda x: CLOSED.receive(timeout=x),
    "forward": lambda x: CLOSED.forward(x),
    "RedirectUri.classify": lambda x: RedirectUri.classify(x),
    "sasl.xoauth2(user)": lambda x: sasl.xoauth2(x, "t"),
    "sasl.xoauth2(token)": lambda x: sasl.xoauth2("u", x),
    "sasl.oauthbearer(user)": lambda x: sasl.oauthbearer(x, "t"),
    "sasl.oauthbearer(host)": lambda x: sasl.oauthbearer("u", "t", host=x),
    "sasl.oauthbearer(port)": lambda x: sasl.oauthbearer("u", "t", port=x),
    "sasl.challenge": lambda x: sasl.challenge(x),
    "Service.from_json": lambda x: Service.from_json(x),
    "Service.preset": lambda x: Service.preset(x, base_url="https://a.example"),
    "Service.preset(tenant)": lambda x: Service.preset("microsoft", tenant=x),
    "Service.preset(quirks)": lambda x: Service.preset("google", quirks=x),
    "Service.preset(overlay)": lambda x: Service.preset("google", overlay=x),
    "Service.render": lambda x: SERVICE.render(x),
    "Service.render(token)": lambda x: SERVICE.render({"a": "{{token.b}}"}, token=x),
    "Service.render(mode)": lambda x: SERVICE.render({"a": "b"}, mode=x),
    "Service.owner_name": lambda x: SERVICE.owner_name(x),
    "Service.user_id": lambda x: SERVICE.user_id(x),
    "Service.preset(base_url)": lambda x: Service.preset("frappe", base_url=x),
    "Service.flow.discover": lambda x: Service.flow.discover(x),
    "Keyring": lambda x: Keyring(x),
    "HmacKey": lambda x: HmacKey(x),
    "PublicKey.from_pem": lambda x: PublicKey.from_pem(x),
    "PublicKey.from_der": lambda x: PublicKey.from_der(x),
    "PublicKey.from_jwk": lambda x: PublicKey.from_jwk(x),
    "PrivateKey.from_pem": lambda x: PrivateKey.from_pem(x),
    "PublicKey.from_raw": lambda x: PublicKey.from_raw(x, "EdDSA"),
    "PublicKey.from_raw(algorithm)": lambda x: PublicKey.from_raw(bytes(32), x),
    "PublicKey.from_pem(kid)": lambda x: PublicKey.from_pem(PEM, kid=x),
    "PrivateKey.from_raw": lambda x: PrivateKey.from_raw(x, "EdDSA"),
    "PrivateKey.from_pem(passphrase)": lambda x: PrivateKey.from_pem(LOCKED, passphrase=x),
    "PrivateKey.from_der": lambda x: PrivateKey.from_der(x, passphrase="x"),
    "to_pem(passphrase)": lambda x: PRIVATE.to_pem(passphrase=x),
    "EncryptionKey.to_pem(passphrase)": lambda x: ENCRYPTION.to_pem(passphrase=x),
    "KeySet.from_keys": lambda x: KeySet.from_keys(x),
    "KeySet.from_keys(key)": lambda x: KeySet.from_keys([x]),
    "PrivateKey.from_jwk": lambda x: PrivateKey.from_jwk(x),
    "PrivateKey.generate": lambda x: PrivateKey.generate(x),
    "PrivateKey.generate(kid)": lambda x: PrivateKey.generate("EdDSA", kid=x),
    "KeySet.from_json": lambda x: KeySet.from_json(x),
    "EncryptionKey.from_secret": lambda x: EncryptionKey.from_secret(x, "A128KW"),
    "EncryptionKey.from_secret(algorithm)": lambda x: EncryptionKey.from_secret(bytes(16), x),
    "EncryptionKey.from_secret(kid)": lambda x: EncryptionKey.from_secret(bytes(16), "A128GCM", kid=x),
    "EncryptionKey.from_jwk": lambda x: EncryptionKey.from_jwk(x, algorithm="RSA-OAEP"),
    "EncryptionKey.from_jwk(algorithm)": lambda x: EncryptionKey.from_jwk({"kty": "oct", "k": "AAAA"}, algorithm=x),
    "EncryptionKey.from_pem": lambda x: EncryptionKey.from_pem(x, "RSA-OAEP"),
    "EncryptionKey.from_pem(passphrase)": lambda x: EncryptionKey.from_pem(LOCKED, "ECDH-ES", passphrase=x),
    "EncryptionKey.from_der": lambda x: EncryptionKey.from_der(x, "RSA-OAEP"),
    "EncryptionKey.generate": lambda x: EncryptionKey.generate(x),
    "EncryptionKey.generate(curve)": lambda x: EncryptionKey.generate("A256GCM", curve=x),
    "Encrypter(key)": lambda x: Encrypter(x),
    "Encrypter(encryption)": lambda x: Encrypter(ENCRYPTION, x),
    "Encrypter(typ)": lambda x: Encrypter(ENCRYPTION, typ=x),
    "Encrypter(apu)": lambda x: Encrypter(ENCRYPTION, apu=x),
    "Encrypter(pbes2_iterations)": lambda x: Encrypter(ENCRYPTION, pbes2_iterations=x),
    "encrypt": lambda x: ENCRYPTER.encrypt(x),
    "encrypt(content_type)": lambda x: ENCRYPTER.encrypt(b"", content_type=x),
    "encrypt_json(aad)": lambda x: ENCRYPTER.encrypt_json(b"", aad=x),
    "Decrypter(key)": lambda x: Decrypter(x),
    "Decrypter(algorithms)": lambda x: Decrypter(ENCRYPTION, algorithms=x),
    "Decrypter(encryptions)": lambda x: Decrypter(ENCRYPTION, encryptions=x),
    "Decrypter(max_token)": lambda x: Decrypter(ENCRYPTION, max_token=x),
    "decrypt": lambda x: DECRYPTER.decrypt(x),
    "decrypt_json": lambda x: DECRYPTER.decrypt_json(x),
    "Signer(key)": lambda x: Signer(x, algorithm="HS256"),
    "Signer(algorithm)": lambda x: Signer(HmacKey(bytes(64)), algorithm=x),
    "sign": lambda x: SIGNER.sign(x),
    "sign_bytes": lambda x: SIGNER.sign_bytes(x),
    "sign_detached": lambda x: SIGNER.sign_detached(x),
    "sign_detached(encode_payload)": lambda x: SIGNER.sign_detached(b"x", encode_payload=x),
    "sign_json": lambda x: SIGNER.sign_json(x),
    "sign_json(header)": lambda x: SIGNER.sign_json(b"x", header=x),
    "sign_json(detached)": lambda x: SIGNER.sign_json(b"x", detached=x),
    "sign_general_json": lambda x: Signer.sign_general_json(x, b"x"),
    "sign_general_json(signer)": lambda x: Signer.sign_general_json([x], b"x"),
    "sign_general_json(headers)": lambda x: Signer.sign_general_json([SIGNER], b"x", headers=x),
    "JwsVerifier(key)": lambda x: JwsVerifier(x, algorithms=["HS256"]),
    "JwsVerifier(algorithms)": lambda x: JwsVerifier(HmacKey(bytes(64)), algorithms=x),
    "jws.verify": lambda x: JWS.verify(x),
    "jws.verify(payload)": lambda x: JWS.verify("a..b", x),
    "jws.verify_json": lambda x: JWS.verify_json(x),
    "jws.verify_json(payload)": lambda x: JWS.verify_json("{}", x),
    "sign(value)": lambda x: SIGNER.sign({"a": x}),
    "sign(lifetime)": lambda x: SIGNER.sign({}, lifetime=x),
    "Verifier(issuer)": lambda x: Verifier(issuer=x, audience="a"),
    "Verifier(tenants)": lambda x: Verifier(issuer="https://a.example/{tenantid}", audience="a", tenants=x),
    "Verifier(profile)": lambda x: Verifier(issuer="https://a.example", audience="a", profile=x),
    "verify(nonce)": lambda x: VERIFIER.verify("a.b.c", nonce=x),
    "verify(max_authentication_age)": lambda x: VERIFIER.verify("a.b.c", max_authentication_age=x),
    "DpopVerifier(algorithms)": lambda x: DpopVerifier(algorithms=x),
    "DpopVerifier(max_age)": lambda x: DpopVerifier(max_age=x),
    "dpop": lambda x: DpopVerifier().verify(x, method="GET", url="https://a.example/"),
    "dpop(method)": lambda x: DpopVerifier().verify("a.b.c", method=x, url="https://a.example/"),
    "dpop(url)": lambda x: DpopVerifier().verify("a.b.c", method="GET", url=x),
    "dpop(nonce)": lambda x: DpopVerifier().verify("a.b.c", method="GET", url="https://a.example/", nonce=x),
    "Verifier(audience)": lambda x: Verifier(issuer="https://a.example", audience=x),
    "Verifier(key)": lambda x: Verifier(issuer=None, audience=None, key=x, algorithms=["HS256"]),
    "Verifier(decrypter)": lambda x: Verifier(issuer=None, audience=None, key=HmacKey(bytes(64)), algorithms=["HS256"], decrypter=x),
    "Verifier(algorithms)": lambda x: Verifier(issuer=None, audience=None, key=HmacKey(bytes(64)), algorithms=x),
    "verify": lambda x: VERIFIER.verify(x),
    "verify_now": lambda x: VERIFIER.verify_now(x),
    "import_keys": lambda x: VERIFIER.import_keys(x),
    "decode_unverified": lambda x: decode_unverified(x),
    "ResourceServer(verifier)": lambda x: ResourceServer(x),
    "ResourceServer(realm)": lambda x: ResourceServer(VERIFIER, realm=x),
    "authenticate": lambda x: API.authenticate(x),
    "authenticate_now": lambda x: API.authenticate_now(x),
    "flow.authenticate": lambda x: API.flow.authenticate(x),
    "authenticate(scopes)": lambda x: API.authenticate(None, scopes=x),
    "Pkce": lambda x: Pkce(x),
    "Pkce.verify": lambda x: Pkce.verify("a" * 43, x),
    "NetworkOptions": lambda x: NetworkOptions(timeout_ms=x),
}


@pytest.mark.parametrize("name", EXPORTS)
def test_bad_arguments_meet_documented_exceptions(name: str) -> None:
    documented = 0
    for value in BAD:
        try:
            EXPORTS[name](value)
        except FerroauthError as error:
            assert error.code != "internal.panic", (name, value)
            documented += 1
        except (TypeError, OverflowError):
            documented += 1
        except RuntimeError as error:
            assert isinstance(value, Hostile) and str(error), name
    assert documented >= len(BAD) // 2, name


@pytest.mark.parametrize("token", ["", "\ud800", "a.b", "a.b.c.d.e", "....", "é.é.é", "x" * 100_000])
def test_a_bad_token_is_a_token_error(token: str) -> None:
    with pytest.raises(ferroauth.TokenError):
        VERIFIER.verify(token)


def test_a_list_of_scopes_is_not_a_string() -> None:
    with pytest.raises(TypeError, match="not a single str"):
        SETTLED.begin_authorization(scopes="openid email")


def test_a_callback_of_another_type_is_an_attack_or_a_mistake() -> None:
    with pytest.raises(TypeError, match="mapping"):
        SETTLED.finish_authorization(PENDING, 5)  # type: ignore[arg-type]
    with pytest.raises(ferroauth.CallbackError) as caught:
        SETTLED.finish_authorization(PENDING, {"code": 5, "state": {"$ne": 1}})
    assert caught.value.code == "callback.malformed"


def test_a_key_of_text_does_not_seal() -> None:
    with pytest.raises(TypeError, match="32 bytes"):
        PENDING.seal("x" * 32)  # type: ignore[arg-type]


def test_a_public_key_never_becomes_a_secret() -> None:
    public = PrivateKey.generate("ES256").public_key()
    for form in (public.to_pem(), public.to_pem().encode(), " \r\n" + public.to_pem(), str(public.to_jwk()).replace("'", '"')):
        with pytest.raises(ferroauth.KeyMaterialError) as caught:
            HmacKey(form)
        assert caught.value.code == "key.asymmetric_as_secret"
    with pytest.raises(TypeError):
        HmacKey(public)  # type: ignore[arg-type]
    with pytest.raises(ferroauth.KeyMaterialError):
        PublicKey.from_jwk({"kty": "oct", "k": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})
