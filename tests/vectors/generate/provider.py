"""The provider and the client that most cases talk about, and the fixed entropy."""

import hashlib

from encoding import NOW, b64, dumps

ISSUER = "https://idp.example.com"
METADATA = {
    "issuer": ISSUER,
    "authorization_endpoint": f"{ISSUER}/authorize",
    "token_endpoint": f"{ISSUER}/token",
    "introspection_endpoint": f"{ISSUER}/introspect",
    "revocation_endpoint": f"{ISSUER}/revoke",
    "userinfo_endpoint": f"{ISSUER}/userinfo",
    "jwks_uri": f"{ISSUER}/jwks",
    "id_token_signing_alg_values_supported": ["ES256", "RS256"],
    "code_challenge_methods_supported": ["S256"],
}
CLIENT = {"client_id": "abc", "client_secret": "s3cret", "redirect_uri": "https://app.example.com/callback"}
ENTROPY = b64(b"ferroauth fixed entropy")


def drawn(index):
    """The text that the seeded generator yields for its block `index`: SHA-256(seed || counter)."""
    return b64(hashlib.sha256(b"ferroauth fixed entropy" + index.to_bytes(8, "big")).digest())


# One draw makes all three values of an authorization request.
STATE, NONCE, VERIFIER = drawn(0), drawn(1), drawn(2)
CHALLENGE = b64(hashlib.sha256(VERIFIER.encode()).digest())


def metadata(**changed):
    """The metadata with changes; a member given as `...` is left out."""
    return {k: v for k, v in (METADATA | changed).items() if v is not ...}


def service(now=NOW, **changed):
    """The text for `Service.from_json`, with the fixed clock for its key set."""
    return dumps(metadata(**changed) | {"testing": {"now": now}})


def client(**changed):
    return {k: v for k, v in (CLIENT | changed).items() if v is not ...}
