"""Signatures over bytes in every form (RFC 7515 section 7, RFC 7797), and what their verification returns."""

from encoding import KEYS, b64
from signing import sign
from tokens import SECRET, encoded

TEXT = b"The true sign of intelligence is not knowledge but imagination."
HMAC = {"key": {"hmac": {"base64url": b64(SECRET)}}}
B64 = {"b64": False, "crit": ["b64"]}


def one(payload=TEXT, header=None, algorithm="HS256", key=SECRET, encode=True, unprotected=None, protected=None):
    """The members of one signature; `protected` replaces the protected header's text."""
    header = {"alg": algorithm} if header is None else header
    protected = encoded(header) if protected is None else protected
    key = KEYS[key]["jwk"] if isinstance(key, str) else key
    signed = protected.encode() + b"." + (b64(payload).encode() if encode else payload)
    out = {"protected": protected, "signature": b64(sign(algorithm, key, signed))}
    return out | ({"header": unprotected} if unprotected is not None else {})


def flattened(payload=TEXT, detached=False, encode=True, **more):
    inside = {} if detached else {"payload": b64(payload) if encode else payload.decode()}
    return inside | one(payload, encode=encode, **more)


def general(*signatures, payload=TEXT, encode=True, detached=False):
    inside = {} if detached else {"payload": b64(payload) if encode else payload.decode()}
    return inside | {"signatures": list(signatures)}


def compact(payload=TEXT, detached=False, encode=True, **more):
    part = one(payload, encode=encode, **more)
    middle = "" if detached else b64(payload) if encode else payload.decode()
    return f"{part['protected']}.{middle}.{part['signature']}"


def verified(payload=TEXT, **first):
    """What a verification returns: the payload, and the first signature's members."""
    return {"payload": b64(payload)} | ({"signatures": [first]} if first else {})


def verified_any():
    """A verification whose payload is too long to be written down."""
    return {"signatures": [{"index": 0}]}
