"""Bare JWT work: every algorithm there and back, key sets, what a verifier insists on."""

import pytest

import ferroauth
from ferroauth import HmacKey, KeySet, PrivateKey, PublicKey, Signer, Verifier

ASYMMETRIC = ["RS256", "PS256", "ES256", "ES384", "EdDSA"]
KEYS = {name: PrivateKey.generate(name, kid=f"kid-{name}") for name in ASYMMETRIC}


@pytest.mark.parametrize("algorithm", ASYMMETRIC)
def test_sign_and_verify(algorithm: str) -> None:
    key = KEYS[algorithm]
    token = Signer(key, algorithm=algorithm, kid=key.kid).sign({"iss": "me", "aud": ["you"], "sub": "1"}, lifetime=60)
    for public in (
        key.public_key(),
        PublicKey.from_pem(key.public_key().to_pem()),
        PublicKey.from_jwk(key.public_key().to_jwk()),
        KeySet.from_json({"keys": [other.public_key().to_jwk() for other in KEYS.values()]}),
    ):
        claims = Verifier(key=public, algorithms=[algorithm], issuer="me", audience="you").verify(token)
        assert claims["sub"] == "1" and claims.header["kid"] == key.kid
    again = PrivateKey.from_pem(key.to_pem())
    assert Signer(again, algorithm=algorithm).sign({}).count(".") == 2


@pytest.mark.parametrize("algorithm", ["HS256", "HS384", "HS512"])
def test_hmac(algorithm: str) -> None:
    secret = HmacKey(bytes(range(64)))
    token = Signer(secret, algorithm=algorithm).sign({"iss": "me"}, lifetime=60)
    assert Verifier(key=secret, algorithms=[algorithm], issuer="me", audience=None).verify(token)["iss"] == "me"
    other = Verifier(key=HmacKey(bytes(64)), algorithms=[algorithm], issuer="me", audience=None)
    with pytest.raises(ferroauth.TokenError) as caught:
        other.verify(token)
    assert caught.value.code == "token.signature" and caught.value.explain()["keys_tried"] == 1


def test_short_secrets_and_mixed_algorithms_are_refused_when_built() -> None:
    with pytest.raises(ferroauth.KeyMaterialError) as caught:
        Verifier(key=HmacKey(b"short"), algorithms=["HS256"], issuer=None, audience=None)
    assert caught.value.code == "key.too_short"
    with pytest.raises(ferroauth.ConfigurationError) as refused:
        Verifier(key=HmacKey(bytes(64)), algorithms=["HS256", "RS256"], issuer=None, audience=None)
    assert refused.value.code == "config.algorithms"


def test_a_signer_needs_a_private_key() -> None:
    with pytest.raises(ferroauth.KeyMaterialError) as refused:
        Signer(KEYS["ES256"].public_key(), algorithm="ES256")  # type: ignore[arg-type]
    assert refused.value.code == "key.private_required"
    with pytest.raises(ferroauth.KeyMaterialError) as caught:
        PrivateKey.from_jwk(KEYS["ES256"].public_key().to_jwk())
    assert caught.value.code == "key.private_required"


def test_time_is_the_verifiers() -> None:
    secret = HmacKey(bytes(64))
    token = Signer(secret, algorithm="HS256", testing={"now": 1_000}).sign({}, lifetime=60)
    for now, code in ((1_059, None), (1_060, "token.expired"), (999, "token.issued_in_future")):
        verifier = Verifier(key=secret, algorithms=["HS256"], issuer=None, audience=None, testing={"now": now})
        if code is None:
            assert verifier.verify(token)["exp"] == 1_060
        else:
            with pytest.raises(ferroauth.TokenError) as caught:
                verifier.verify(token)
            assert caught.value.code == code


def test_keys_are_exported_and_imported(issuer: str, client: ferroauth.Client) -> None:
    token = client.client_credentials(scopes=["all"]).access_token
    first = Verifier(issuer=issuer, audience="my-api", token_type="at+jwt")
    with pytest.raises(ferroauth.KeySetNotLoadedError) as caught:
        first.verify_now(token)
    assert caught.value.code == "jwks.not_loaded" and caught.value.retryable
    assert first.export_keys() is None
    assert first.verify(token)["scope"] == "all" == first.verify_now(token)["scope"]
    exported = first.export_keys()
    assert exported is not None
    second = Verifier(issuer=issuer, audience="my-api")
    second.import_keys(exported)
    assert second.verify_now(token)["sub"] == "user-42"
