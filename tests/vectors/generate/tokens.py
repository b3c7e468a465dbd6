"""Tokens and the usual givens: what most cases start from and change in one place."""

import hashlib

from encoding import KEYS, NOW, b64, dumps
from signing import sign

ISSUER = "https://idp.example.com"
AUDIENCE = "my-api"
SECRET = hashlib.sha512(b"ferroauth test secret").digest()
CLAIMS = {"iss": ISSUER, "sub": "user-1", "aud": AUDIENCE, "exp": NOW + 600, "iat": NOW - 10}
HMAC = {"key": {"hmac": {"base64url": b64(SECRET)}}}
CONFIG = {"issuer": ISSUER, "audience": AUDIENCE, "algorithms": ["HS256"]}


def segments(header, payload, algorithm="HS256", key=SECRET):
    """Signs two segments as they stand, however odd they are."""
    signed = f"{header}.{payload}"
    return f"{signed}.{b64(sign(algorithm, key, signed.encode()))}"


def encoded(value):
    """A segment: objects are written as JSON, text and bytes stand as they are."""
    return b64(value if isinstance(value, (str, bytes)) else dumps(value))


def token(payload=None, header=None, algorithm="HS256", key=SECRET):
    """A signed token; `key` is the secret or the name of a test key."""
    header = {"alg": algorithm, "typ": "JWT"} if header is None else header
    payload = CLAIMS if payload is None else payload
    key = KEYS[key]["jwk"] if isinstance(key, str) else key
    return segments(encoded(header), encoded(payload), algorithm, key)


def claims(**changed):
    """The usual claims with changes; a claim given as `...` is left out."""
    return {k: v for k, v in (CLAIMS | changed).items() if v is not ...}


def given(text, keys=HMAC, now=NOW, **config):
    """What a `verify` case is given; a config member given as `...` is left out."""
    config = {k: v for k, v in (CONFIG | config).items() if v is not ...}
    return {"now": now, "config": config, "keys": keys, "token": text}
