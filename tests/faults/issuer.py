"""The key of the fault server: it signs the tokens that a verification cell verifies, and the ID tokens of good replies."""

from __future__ import annotations

import base64
import json
import time

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Issuer:
    """A key of its own, or the one of another process."""

    def __init__(self, pem: str | None = None) -> None:
        key = load_pem_private_key(pem.encode(), None) if pem else ec.generate_private_key(ec.SECP256R1())
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        self.key = key
        point = self.key.public_key().public_numbers()
        x, y = (base64url(number.to_bytes(32, "big")) for number in (point.x, point.y))
        self.key_set = {"keys": [{"kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": "k1", "x": x, "y": y}]}

    def pem(self) -> str:
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()

    def access_token(self, issuer: str) -> str:
        return self._token({"iss": issuer, "aud": "api", "sub": "alice"}, 7 * 86400)

    def id_token(self, issuer: str) -> str:
        return self._token({"iss": issuer, "aud": "app", "sub": "alice"}, 86400)

    def _token(self, claims: dict[str, object], lifetime_s: int) -> str:
        """Old and lasting enough for a clock that jumps by an hour."""
        claims = claims | {"iat": int(time.time()) - 7200, "exp": int(time.time()) + lifetime_s}
        parts = ".".join(base64url(json.dumps(part).encode()) for part in ({"alg": "ES256", "kid": "k1"}, claims))
        r, s = decode_dss_signature(self.key.sign(parts.encode(), ec.ECDSA(hashes.SHA256())))
        return f"{parts}.{base64url(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"
