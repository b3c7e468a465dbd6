"""Row B2 as a whole: every spelling of a public key, every type of key, every HMAC algorithm, from both sides.

A cell is a spelling, a type of key and an algorithm. In each the token is the attacker's, with the spelling as HMAC secret. Once the
host itself has mistaken the spelling for a secret, once its verifier has the real public key: neither may accept it.
"""

from confusion import CODE, secret, spellings
from encoding import NOW, Suite, dumps, public
from tokens import AUDIENCE, given, token

TYPES = {"rsa": "RS256", "p256": "ES256", "p384": "ES384", "p521": "ES512", "ed25519": "EdDSA"}
SPELLINGS = (
    "spki", "certificate", "openssh-public", "ssh2-public", "pem-crlf", "pem-cr", "pem-one-line", "pem-escaped-newlines", "pem-after-bom", "pem-after-space",
    "pem-after-text", "pem-after-comment", "pem-before-text", "pem-base64", "pem-base64url", "pem-utf-16", "pem-quoted", "pem-body", "der-spki",
    "der-certificate", "der-base64url", "der-hexadecimal", "jwk", "jwk-after-bom", "jwk-set", "jwk-list", "jwk-base64url", "jwk-in-text",
)
HMACS = ("HS256", "HS384", "HS512")
# Short, because there are hundreds of them.
CLAIMS = {"aud": AUDIENCE, "exp": NOW + 600}


def build():
    suite = Suite("The key-confusion matrix: no spelling of a public key serves as an HMAC secret (RFC 8725 sections 2.1 and 3.1).")
    for kind, algorithm in TYPES.items():
        needs = "ES512" if kind == "p521" else None
        forms = spellings(kind)
        real = {"key": {"jwk_public": dumps(public(kind))}}
        for name in SPELLINGS:
            data = forms[name].encode() if isinstance(forms[name], str) else forms[name]
            for hmac in HMACS:
                forged = token(CLAIMS, {"alg": hmac}, hmac, data)
                cell = f"B2-matrix-{kind}-{name}-{hmac}"
                suite.case(cell, "verify", given(forged, {"key": secret(data)}, issuer=None, algorithms=[hmac]), CODE)
                suite.case(f"{cell}-against-the-key", "verify", given(forged, real, issuer=None, algorithms=[algorithm]), "token.algorithm", needs=needs)
    return suite
