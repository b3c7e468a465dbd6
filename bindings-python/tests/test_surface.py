"""What the package shows: names, docs, frozen objects that print no secret, and what importing it costs."""

import collections.abc
import copy
import inspect
import json
import pickle
import subprocess
from collections.abc import Callable
from typing import Any

import pytest

import ferroauth
from conftest import CLIENT
from ferroauth import (
    Claims,
    Client,
    Decrypter,
    Encrypter,
    EncryptionKey,
    HmacKey,
    JwsVerifier,
    Keyring,
    NetworkOptions,
    Pkce,
    PrivateKey,
    Registration,
    Service,
    Signer,
    Verifier,
    aio,
    decode_unverified,
    sasl,
)

SECRET = "correct-horse-battery-staple-0123456789"
Script = Callable[..., subprocess.CompletedProcess[str]]


def signed() -> str:
    claims = {"iss": "me", "aud": "you", "sub": "42", "roles": ["a", "b"], "n": 1.5}
    return Signer(HmacKey(SECRET), algorithm="HS256", typ="JWT").sign(claims, lifetime=300)


def verified() -> Claims:
    return Verifier(key=HmacKey(SECRET), algorithms=["HS256"], issuer="me", audience="you").verify(signed())


def test_every_public_name_exists_and_is_documented() -> None:
    assert sorted(ferroauth.__all__) == ferroauth.__all__
    for name in ferroauth.__all__:
        thing = getattr(ferroauth, name)
        if name != "__version__":
            assert inspect.getdoc(thing), name
            assert thing.__module__.startswith("ferroauth"), name


def test_public_methods_are_documented() -> None:
    for cls in (getattr(ferroauth, name) for name in ferroauth.__all__):
        if isinstance(cls, type):
            for name, member in vars(cls).items():
                if not name.startswith("_") and name != "method":
                    assert inspect.getdoc(member), f"{cls.__name__}.{name}"


def test_claims_are_a_mapping() -> None:
    claims = verified()
    assert isinstance(claims, collections.abc.Mapping)
    assert claims["sub"] == "42" and claims.get("nope") is None and claims.get("nope", 1) == 1
    assert "sub" in claims and "nope" not in claims
    assert dict(claims) == claims == json.loads(claims.raw) and claims != {}
    assert {**claims}["iss"] == "me"
    assert list(claims) == list(claims.keys()) == ["iss", "aud", "sub", "roles", "n", "iat", "exp"]
    assert len(claims) == len(claims.values()) == len(claims.items()) == 7
    assert claims.header == {"alg": "HS256", "typ": "JWT"}
    match claims:
        case {"sub": subject, **rest}:
            assert subject == "42" and rest["aud"] == "you"
        case _:
            pytest.fail("a mapping pattern must match")
    with pytest.raises(KeyError):
        claims["nope"]
    with pytest.raises(TypeError):
        claims["sub"] = "43"  # type: ignore[index]
    with pytest.raises(TypeError):
        hash(claims)


def test_claims_keep_numbers_and_text_exactly() -> None:
    claims: dict[str, Any] = {"i": 2**53 - 1, "f": 0.1, "e": 2.5e-3, "neg": -5, "t": True, "z": None, "u": "é😀\u0000\"\\\n", "d": {"a": [[]]}}
    token = Signer(HmacKey(SECRET), algorithm="HS256").sign(claims)
    decoded = decode_unverified(token)
    assert {name: decoded.claims[name] for name in claims} == claims
    assert type(decoded.claims["i"]) is int and type(decoded.claims["f"]) is float and decoded.claims["t"] is True
    assert decoded.header["alg"] == "HS256" and not isinstance(decoded, Claims)


def test_signatures_over_bytes() -> None:
    key = PrivateKey.generate("EdDSA", kid="k1")
    signer, verifier = Signer(key, algorithm="EdDSA"), JwsVerifier(key.public_key(), algorithms=["EdDSA"])
    text = signer.sign_json(b"bytes", header={"note": {"n": 0.1}})
    for jws in (text, json.loads(text)):
        verified = verifier.verify_json(jws)
        (only,) = verified.signatures
        assert (verified.payload, only.index, only.algorithm, only.key_id) == (b"bytes", 0, "EdDSA", "k1")
        assert verified.header == only.header == {"alg": "EdDSA", "kid": "k1"} and only.unprotected == {"note": {"n": 0.1}}
    assert verifier.verify(signer.sign_detached("text"), bytearray(b"text")).payload == b"text"
    assert repr(verified) == "VerifiedJws(5 bytes, signatures=1)" and "k1" in repr(only)
    for wrong in (5, [b"x"], None):
        with pytest.raises(TypeError):
            signer.sign_bytes(wrong)  # type: ignore[arg-type]
    for signers in (5, [key], None):
        with pytest.raises(TypeError):
            Signer.sign_general_json(signers, b"x")  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        JwsVerifier(key, algorithms=["EdDSA"])  # type: ignore[arg-type]


def test_pkce_is_the_example_of_rfc_7636() -> None:
    pair = Pkce("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
    assert pair.challenge == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM" == Pkce.challenge(pair.verifier)
    assert Pkce.verify(pair.verifier, pair.challenge) and not Pkce.verify(pair.verifier, "x" * 43)
    fresh = Pkce.generate()
    assert fresh.method == "S256" and len(fresh.verifier) >= 43 and fresh.verifier != Pkce.generate().verifier
    with pytest.raises(AttributeError):
        fresh.verifier = "other"  # type: ignore[misc]


def test_options_come_by_name(service: Service) -> None:
    with pytest.raises(TypeError):
        Client(service, "app")  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        Verifier("issuer", "audience")  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="audience"):
        Verifier(issuer="https://idp.example.com")  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="issuer"):
        Verifier(audience="x")  # type: ignore[call-arg]


def test_network_options() -> None:
    options = NetworkOptions(timeout_ms=5_000)
    assert (options.connect_timeout_ms, options.timeout_ms, options.max_body) == (3_000, 5_000, 512 * 1024)
    assert not options.allow_private and not options.proxy_from_environment and options.extra_roots_pem is None
    assert options == NetworkOptions(timeout_ms=5_000) != NetworkOptions()
    assert len({options, NetworkOptions(timeout_ms=5_000)}) == 1
    assert "timeout_ms=5000" in repr(options)


def objects(client: Client, service: Service, tokens: Any) -> dict[str, Any]:
    encryption = EncryptionKey.from_secret(SECRET.encode()[:32], "A256GCM", kid="k")
    return {
        "encryption_key": encryption,
        "encrypter": Encrypter(encryption),
        "decrypter": Decrypter(encryption),
        "decrypted": Decrypter(encryption).decrypt(Encrypter(encryption).encrypt(SECRET)),
        "mail": sasl.xoauth2("user", SECRET),
        "client": client,
        "flow": client.flow.refresh(SECRET),
        "keyring": Keyring([SECRET.encode()[:32]]),
        "hmac": HmacKey(SECRET),
        "private": PrivateKey.generate("EdDSA"),
        "signer": Signer(HmacKey(SECRET), algorithm="HS256"),
        "verifier": Verifier(key=HmacKey(SECRET), algorithms=["HS256"], issuer=None, audience=None),
        "registration": Registration.from_json(json.dumps({"client_id": "a", "client_secret": SECRET, "client_secret_expires_at": 0})),
        "pending": client.begin_authorization(scopes=["openid"]),
        "tokens": tokens,
        "id_token": tokens.id_token,
        "pkce": Pkce.generate(),
        "aio": aio.Client(service, client_id="app", client_secret=SECRET),
    }


def test_nothing_that_holds_a_secret_shows_pickles_or_changes_it(
    service: Service, browse: Callable[[str], str]
) -> None:
    client = Client(service, **CLIENT)
    pending = client.begin_authorization(scopes=["openid"])
    tokens = client.finish_authorization(pending, browse(pending.url))
    assert tokens.id_token is not None
    secrets = [SECRET, CLIENT["client_secret"], tokens.access_token, tokens.refresh_token, tokens.id_token.raw]
    for name, thing in objects(client, service, tokens).items():
        shown = f"{thing!r} {thing}"
        assert not [secret for secret in secrets if secret and secret in shown], name
        if name not in ("aio", "challenge", "pkce"):
            with pytest.raises(TypeError, match="cannot pickle"):
                pickle.dumps(thing)
            with pytest.raises(TypeError, match="cannot pickle"):
                copy.copy(thing)
            with pytest.raises((AttributeError, TypeError)):
                thing.anything = 1
    with pytest.raises(AttributeError):
        tokens.access_token = "other"  # type: ignore[misc]


def test_a_service_can_be_pickled(service: Service) -> None:
    again = pickle.loads(pickle.dumps(service))
    assert again.to_json() == service.to_json()


def test_importing_opens_no_socket_and_starts_no_thread(script: Script) -> None:
    script("""
        import os, sys
        def sockets():
            found = 0
            for descriptor in os.listdir("/proc/self/fd"):
                try:
                    found += os.readlink(f"/proc/self/fd/{descriptor}").startswith(("socket:", "anon_inode:"))
                except OSError:
                    pass
            return found
        before = sockets(), len(os.listdir("/proc/self/task"))
        import ferroauth
        assert (sockets(), len(os.listdir("/proc/self/task"))) == before
        heavy = {"asyncio", "json", "logging", "typing", "dataclasses", "ssl", "socket", "urllib", "http", "inspect", "collections"}
        assert not heavy & set(sys.modules), heavy & set(sys.modules)
        from ferroauth import aio
        assert len(os.listdir("/proc/self/task")) == before[1]
    """)


def test_a_second_interpreter_is_refused_clearly(script: Script) -> None:
    """Under mod_wsgi, for one. From 3.12 on, CPython itself refuses those with a lock of their own."""
    script("""
        import sys
        import ferroauth
        if sys.version_info >= (3, 13):
            import _interpreters as interpreters
            shared = "legacy"
        else:
            import _xxsubinterpreters as interpreters
            shared = False
        source = "\\n".join((
            "try:",
            "    import ferroauth",
            "except ImportError as error:",
            "    assert {message!r} in str(error), error",
            "else:",
            "    raise AssertionError('it was imported')",
        ))
        ours = "another interpreter of this process"
        own_lock = "does not support loading in subinterpreters" if sys.version_info >= (3, 12) else ours
        for arguments, message in (((), own_lock), ((shared,), ours)):
            other = interpreters.create(*arguments) if sys.version_info >= (3, 13) else (
                interpreters.create(isolated=not arguments))
            failure = interpreters.run_string(other, source.format(message=message))
            assert failure is None, failure
            interpreters.destroy(other)
        assert ferroauth.Pkce.generate().method == "S256"
    """)
