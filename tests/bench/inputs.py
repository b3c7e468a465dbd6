"""The tokens, keys and fixed replies that every implementation of the benchmark is measured on."""

from __future__ import annotations

import base64
import json
import time
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

ISSUER = "https://idp.example.com"
AUDIENCE = "my-api"
ALGORITHMS = ("HS256", "RS256", "ES256", "EdDSA")
CLAIMS_BYTES = 300


def claims() -> dict[str, Any]:
    """All registered claims that are checked, filled up to 300 bytes of JSON."""
    now = int(time.time())
    body: dict[str, Any] = {
        "iss": ISSUER, "aud": AUDIENCE, "sub": "b1946ac9-2492-4d23-8c5a-4d2d1e3f5a77",
        "exp": now + 86400, "nbf": now - 60, "iat": now - 60, "scope": "openid email profile", "filler": "",
    }
    body["filler"] = "x" * (CLAIMS_BYTES - len(json.dumps(body, separators=(",", ":"))))
    return body


# No token may be longer.
LIMIT = 16 * 1024
SHAPES = (
    "dots", "letters", "five-parts", "padding", "header-too-large", "header-of-names", "header-of-escaped-names", "header-of-braces",
    "header-of-text", "payload-not-signed",
)


def hostile(shape: str) -> str:
    """A token as long as any may be that is to be refused, and should not cost more than reading it once."""
    encode = lambda text: base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()
    header = {
        "header-too-large": '{"alg":"HS256","x":"' + "x" * 9000 + '"}',
        "header-of-names": "{" + ",".join(f'"{n:x}":0' for n in range(450)) + ',"alg":"HS256"}',
        "header-of-escaped-names": "{" + ",".join(f'"\\u0061{n:x}":0' for n in range(260)) + ',"alg":"HS256"}',
        "header-of-braces": '{"alg":"HS256","x":' + '{"y":' * 700,
        "header-of-text": '{"alg":"HS256","kid":"' + "\\u0041" * 600 + '"}',
    }.get(shape, '{"alg":"HS256"}')
    match shape:
        case "dots":
            return "." * LIMIT
        case "letters":
            return "A" * LIMIT
        case "five-parts":
            return ".".join(["A" * (LIMIT // 5 - 1)] * 5)
        case "padding":
            return encode(header) + "." + "A" * (LIMIT - 100) + "=."
    start = encode(header) + "."
    return start + "A" * ((LIMIT - len(start) - 60) // 4 * 4) + "." + "A" * 43


def make(provider: str) -> dict[str, Any]:
    private = {
        "RS256": rsa.generate_private_key(65537, 2048),
        "ES256": ec.generate_private_key(ec.SECP256R1()),
        "EdDSA": ed25519.Ed25519PrivateKey.generate(),
    }
    secret = "a-secret-of-thirty-two-characters"
    body = claims()
    made: dict[str, Any] = {
        "issuer": ISSUER, "audience": AUDIENCE, "secret": secret, "provider": provider,
        "token_endpoint": f"{provider}/token",
        "client_id": "bench-client", "client_secret": "bench-secret-0123456789",
        "redirect_uri": "https://app.example.com/callback",
        "tokens": {"HS256": jwt.encode(body, secret, "HS256")}, "public_pem": {}, "public_raw": {},
        "hostile": {shape: hostile(shape) for shape in SHAPES},
    }
    for algorithm, key in private.items():
        public = key.public_key()
        made["tokens"][algorithm] = jwt.encode(body, key, algorithm)
        made["public_pem"][algorithm] = public.public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        ).decode()
        made["public_raw"][algorithm] = base64.b64encode(_raw(algorithm, public)).decode()
    return made


def _raw(algorithm: str, public: Any) -> bytes:
    """The form that a bare signature check takes: PKCS#1, an uncompressed point, 32 bytes."""
    if algorithm == "RS256":
        return public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.PKCS1)
    if algorithm == "ES256":
        return public.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    return public.public_bytes_raw()
