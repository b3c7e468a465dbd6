"""Measures the Python implementations on request: one JSON line in, one JSON line out (see ../run.py)."""

from __future__ import annotations

import json
import os
import sys
import time
import warnings
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

warnings.simplefilter("ignore")
os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"  # requests-oauthlib's own switch for loopback without TLS
CODE = "SplxlOBeZQQYbYS6WxSbIA"
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
REQUIRED = ["iss", "aud", "sub", "exp", "nbf", "iat"]


def verify_ferroauth(given: dict[str, Any], algorithm: str) -> Callable[[], Any]:
    from ferroauth import HmacKey, PublicKey, Verifier

    hmac = algorithm == "HS256"
    key = HmacKey(given["secret"].encode()) if hmac else PublicKey.from_pem(given["public_pem"][algorithm])
    verifier = Verifier(
        key=key, algorithms=[algorithm], issuer=given["issuer"], audience=given["audience"], required_claims=REQUIRED
    )
    token = given["tokens"][algorithm]
    return lambda: verifier.verify(token)["sub"]


def refuse_ferroauth(given: dict[str, Any], shape: str) -> Callable[[], Any]:
    from ferroauth import HmacKey, TokenError, Verifier

    verifier = Verifier(
        key=HmacKey(given["secret"].encode()), algorithms=["HS256"], issuer=given["issuer"], audience=given["audience"]
    )
    token = given["hostile"][shape]

    def once() -> None:
        try:
            verifier.verify(token)
        except TokenError:
            return
        raise AssertionError("a hostile token was accepted")

    return once


def verify_pyjwt(given: dict[str, Any], algorithm: str) -> Callable[[], Any]:
    import jwt
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    hmac = algorithm == "HS256"
    key = given["secret"] if hmac else load_pem_public_key(given["public_pem"][algorithm].encode())
    token, options = given["tokens"][algorithm], {"require": REQUIRED}
    issuer, audience = given["issuer"], given["audience"]
    return lambda: jwt.decode(
        token, key, algorithms=[algorithm], issuer=issuer, audience=audience, options=options
    )["sub"]


def verify_joserfc(given: dict[str, Any], algorithm: str) -> Callable[[], Any]:
    from joserfc import jwt
    from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

    kind = {"HS256": OctKey, "RS256": RSAKey, "ES256": ECKey, "EdDSA": OKPKey}[algorithm]
    key = kind.import_key(given["secret"] if algorithm == "HS256" else given["public_pem"][algorithm])
    token = given["tokens"][algorithm]
    rules = jwt.JWTClaimsRegistry(
        iss={"essential": True, "value": given["issuer"]}, aud={"essential": True, "value": given["audience"]},
        sub={"essential": True}, exp={"essential": True}, nbf={"essential": True}, iat={"essential": True},
    )

    def once() -> Any:
        decoded = jwt.decode(token, key, algorithms=[algorithm])
        rules.validate(decoded.claims)
        return decoded.claims["sub"]

    return once


def verify_authlib(given: dict[str, Any], algorithm: str) -> Callable[[], Any]:
    from authlib.jose import ECKey, JsonWebToken, OctKey, OKPKey, RSAKey

    kind = {"HS256": OctKey, "RS256": RSAKey, "ES256": ECKey, "EdDSA": OKPKey}[algorithm]
    key = kind.import_key(given["secret"] if algorithm == "HS256" else given["public_pem"][algorithm])
    token, decoder = given["tokens"][algorithm], JsonWebToken([algorithm])
    options = {
        "iss": {"essential": True, "value": given["issuer"]}, "aud": {"essential": True, "value": given["audience"]},
        "sub": {"essential": True}, "exp": {"essential": True}, "nbf": {"essential": True}, "iat": {"essential": True},
    }

    def once() -> Any:
        claims = decoder.decode(token, key, claims_options=options)
        claims.validate()
        return claims["sub"]

    return once


def exchange_ferroauth(given: dict[str, Any], _: str) -> tuple[Callable[[], Any], Callable[[Any], Any]]:
    from ferroauth import Client, Service

    service = Service.from_json(json.dumps({
        "issuer": given["provider"], "authorization_endpoint": f"{given['provider']}/authorize",
        "token_endpoint": given["token_endpoint"], "response_types_supported": ["code"],
        "code_challenge_methods_supported": ["S256"],
    }))
    client = Client(
        service, client_id=given["client_id"], client_secret=given["client_secret"], redirect_uri=given["redirect_uri"]
    )

    def prepare() -> Any:
        pending = client.begin_authorization(scopes=["all"])
        return pending, f"{given['redirect_uri']}?code={CODE}&state={pending.state}"

    return prepare, lambda ready: client.finish_authorization(*ready).access_token


def exchange_authlib(given: dict[str, Any], _: str) -> tuple[Callable[[], Any], Callable[[Any], Any]]:
    from authlib.integrations.requests_client import OAuth2Session

    session = OAuth2Session(given["client_id"], given["client_secret"], redirect_uri=given["redirect_uri"])
    return _with_fetch_token(session, given, {})


def exchange_authlib_httpx(given: dict[str, Any], _: str) -> tuple[Callable[[], Any], Callable[[Any], Any]]:
    from authlib.integrations.httpx_client import OAuth2Client

    session = OAuth2Client(given["client_id"], given["client_secret"], redirect_uri=given["redirect_uri"])
    return _with_fetch_token(session, given, {})


def exchange_requests_oauthlib(given: dict[str, Any], _: str) -> tuple[Callable[[], Any], Callable[[Any], Any]]:
    from requests_oauthlib import OAuth2Session

    session = OAuth2Session(given["client_id"], redirect_uri=given["redirect_uri"])
    return _with_fetch_token(session, given, {"client_secret": given["client_secret"]})


def _with_fetch_token(session: Any, given: dict[str, Any], extra: dict[str, Any]) -> Any:
    url = given["token_endpoint"]
    return (
        lambda: None,
        lambda _: session.fetch_token(url, code=CODE, code_verifier=VERIFIER, **extra)["access_token"],
    )


VERIFY = {
    "ferroauth": verify_ferroauth, "pyjwt": verify_pyjwt, "joserfc": verify_joserfc, "authlib": verify_authlib,
}
REFUSE = {"ferroauth": refuse_ferroauth}
EXCHANGE = {
    "ferroauth": exchange_ferroauth, "authlib": exchange_authlib, "authlib+httpx": exchange_authlib_httpx,
    "requests-oauthlib": exchange_requests_oauthlib,
}


def timed_verify(once: Callable[[], Any], budget_ms: float) -> tuple[float, int]:
    """CPU time of this process over calls in batches until the budget is spent."""
    count, spent = 0, 0
    while spent < budget_ms * 1e6:
        before = time.process_time_ns()
        for _ in range(20):
            once()
        spent += time.process_time_ns() - before
        count += 20
    return spent / count / 1000, count


def timed_exchange(prepare: Callable[[], Any], once: Callable[[Any], Any], budget_ms: float) -> tuple[float, int]:
    """Only the exchange counts: what it starts from is made outside the measured time."""
    count, spent = 0, 0
    while spent < budget_ms * 1e6:
        batch = [prepare() for _ in range(50)]
        before = time.process_time_ns()
        for ready in batch:
            once(ready)
        spent += time.process_time_ns() - before
        count += len(batch)
    return spent / count / 1000, count


def main() -> None:
    given = json.loads(sys.stdin.readline())
    packages = {"ferroauth", "pyjwt", "joserfc", "authlib", "requests-oauthlib"}
    versions = {name: version(name) for name in packages}
    versions["authlib+httpx"] = f"{version('authlib')}+{version('httpx')}"
    print(json.dumps({"verify": list(VERIFY), "exchange": list(EXCHANGE), "refuse": list(REFUSE), "versions": versions}), flush=True)
    made: dict[tuple[str, str, str], Any] = {}
    for line in sys.stdin:
        ask = json.loads(line)
        name, algorithm, operation = ask["implementation"], ask["algorithm"], ask["operation"]
        where = (operation, name, algorithm or "")
        if where not in made:
            made[where] = {"verify": VERIFY, "refuse": REFUSE, "exchange": EXCHANGE}[operation][name](given, algorithm)
        if operation != "exchange":
            us, count = timed_verify(made[where], ask["budget_ms"])
        else:
            us, count = timed_exchange(*made[where], ask["budget_ms"])
        print(json.dumps({"us": us, "calls": count}), flush=True)


if __name__ == "__main__":
    main()
