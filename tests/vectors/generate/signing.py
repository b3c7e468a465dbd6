"""Signatures in plain Python: the second opinion that the expectations come from.

Nothing here is shared with the code under test, nothing here needs a package, and every signature is
deterministic (RFC 6979 for ECDSA, a salt made from the message for PSS). Slow and not constant-time: for test
keys only. `rfc.py` holds it to the examples of RFC 7515, RFC 8037 and RFC 7520's families.
"""

import hashlib
import hmac

from encoding import number, unb64


def hash_of(algorithm):
    return {"256": hashlib.sha256, "384": hashlib.sha384, "512": hashlib.sha512}[algorithm[2:5]]


# --- RSA, RFC 8017 ---------------------------------------------------------------------------------------

DIGEST_INFO = {
    "RS256": bytes.fromhex("3031300d060960864801650304020105000420"),
    "RS384": bytes.fromhex("3041300d060960864801650304020205000430"),
    "RS512": bytes.fromhex("3051300d060960864801650304020305000440"),
}


def rsa_private(jwk, message):
    n, d = number(jwk["n"]), number(jwk["d"])
    size = (n.bit_length() + 7) // 8
    return pow(int.from_bytes(message, "big"), d, n).to_bytes(size, "big")


def pkcs1(jwk, algorithm, data):
    size = (number(jwk["n"]).bit_length() + 7) // 8
    info = DIGEST_INFO[algorithm] + hash_of(algorithm)(data).digest()
    return rsa_private(jwk, b"\0\1" + b"\xff" * (size - len(info) - 3) + b"\0" + info)


def mask(digest, seed, length):
    out = b"".join(digest(seed + i.to_bytes(4, "big")).digest() for i in range(length // digest().digest_size + 1))
    return out[:length]


def xor(a, b):
    return bytes(x ^ y for x, y in zip(a, b))


def pss(jwk, algorithm, data):
    digest = hash_of(algorithm)
    bits = number(jwk["n"]).bit_length() - 1
    size = (bits + 7) // 8
    salt = digest(b"salt" + data).digest()
    inner = digest(b"\0" * 8 + digest(data).digest() + salt).digest()
    block = b"\0" * (size - 2 * len(salt) - 2) + b"\1" + salt
    masked = bytearray(xor(block, mask(digest, inner, len(block))))
    masked[0] &= 0xFF >> (8 * size - bits)
    return rsa_private(jwk, bytes(masked) + inner + b"\xbc")


# --- ECDSA, FIPS 186-5 and RFC 6979 ----------------------------------------------------------------------

CURVES = {
    "P-256": (2**256 - 2**224 + 2**192 + 2**96 - 1, -3,
              0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
              0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
              0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5),
    "P-384": (2**384 - 2**128 - 2**96 + 2**32 - 1, -3,
              0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973,
              0xAA87CA22BE8B05378EB1C71EF320AD746E1D3B628BA79B9859F741E082542A385502F25DBF55296C3A545E3872760AB7,
              0x3617DE4A96262C6F5D9E98BF9292DC29F8F41DBD289A147CE9DA3113B5F0B8C00A60B1CE1D7E819D7A431D7C90EA0E5F),
    "P-521": (2**521 - 1, -3,
              0x01FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFA51868783BF2F966B7FCC0148F709A5D03BB5C9B8899C47AEBB6FB71E91386409,
              0x00C6858E06B70404E9CD9E3ECB662395B4429C648139053FB521F828AF606B4D3DBAA14B5E77EFE75928FE1DC127A2FFA8DE3348B3C1856A429BF97E7E31C2E5BD66,
              0x011839296A789A3BC0045C8A5FB42C7D1BD998F54449579B446817AFBD17273E662C97EE72995EF42640C550B9013FAD0761353C7086A272C24088BE94769FD16650),
    "secp256k1": (2**256 - 2**32 - 977, 0,
                  0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141,
                  0x79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798,
                  0x483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8),
}


def add(p, a, one, two):
    """The sum of two points; None is the point at infinity."""
    if one is None or two is None:
        return one or two
    (x1, y1), (x2, y2) = one, two
    if x1 == x2 and (y1 + y2) % p == 0:
        return None
    slope = (3 * x1 * x1 + a) * pow(2 * y1, -1, p) if one == two else (y2 - y1) * pow(x2 - x1, -1, p)
    x = (slope * slope - x1 - x2) % p
    return x, (slope * (x1 - x) - y1) % p


def times(p, a, k, point):
    out = None
    while k:
        if k & 1:
            out = add(p, a, out, point)
        point = add(p, a, point, point)
        k >>= 1
    return out


def rfc6979(digest, q, secret, hashed):
    size = (q.bit_length() + 7) // 8
    h = (int.from_bytes(hashed, "big") >> max(0, len(hashed) * 8 - q.bit_length())) % q
    seed = secret.to_bytes(size, "big") + h.to_bytes(size, "big")
    v, k = b"\1" * len(hashed), b"\0" * len(hashed)
    for mark in (b"\0", b"\1"):
        k = hmac.digest(k, v + mark + seed, digest)
        v = hmac.digest(k, v, digest)
    while True:
        out = b""
        while len(out) < size:
            v = hmac.digest(k, v, digest)
            out += v
        nonce = int.from_bytes(out[:size], "big")
        if 0 < nonce < q:
            return nonce
        k = hmac.digest(k, v + b"\0", digest)
        v = hmac.digest(k, v, digest)


def ecdsa(jwk, algorithm, data):
    p, a, q, gx, gy = CURVES[jwk["crv"]]
    digest = hash_of(algorithm)
    hashed, secret = digest(data).digest(), number(jwk["d"])
    nonce = rfc6979(digest, q, secret, hashed)
    r = times(p, a, nonce, (gx, gy))[0] % q
    h = int.from_bytes(hashed, "big") >> max(0, len(hashed) * 8 - q.bit_length())
    s = pow(nonce, -1, q) * (h + r * secret) % q
    size = (q.bit_length() + 7) // 8
    return r.to_bytes(size, "big") + s.to_bytes(size, "big")


# --- Ed25519, RFC 8032 -----------------------------------------------------------------------------------

P, Q = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
BASE = (15112221349535400772501151409588531511454012693041857206046113283949847762202,
        46316835694926478169428394003475163141307993866256225615783033603165251855960)


def ed_add(one, two):
    (x1, y1), (x2, y2) = one, two
    t = D * x1 * x2 * y1 * y2
    return ((x1 * y2 + x2 * y1) * pow(1 + t, -1, P) % P, (y1 * y2 + x1 * x2) * pow(1 - t, -1, P) % P)


def ed_times(k, point):
    out = (0, 1)
    while k:
        if k & 1:
            out = ed_add(out, point)
        point = ed_add(point, point)
        k >>= 1
    return out


def ed_encode(point):
    return (point[1] | (point[0] & 1) << 255).to_bytes(32, "little")


def ed25519(jwk, data):
    hashed = hashlib.sha512(unb64(jwk["d"])).digest()
    scalar = (int.from_bytes(hashed[:32], "little") & (1 << 254) - 8) | 1 << 254
    public = ed_encode(ed_times(scalar, BASE))

    def mod(*parts):
        return int.from_bytes(hashlib.sha512(b"".join(parts)).digest(), "little") % Q

    r = mod(hashed[32:], data)
    point = ed_encode(ed_times(r, BASE))
    s = (r + mod(point, public, data) * scalar) % Q
    return point + s.to_bytes(32, "little")


def sign(algorithm, key, data):
    """The signature over `data`; `key` is bytes for HMAC and a private JWK otherwise."""
    if algorithm.startswith("HS"):
        return hmac.digest(key, data, hash_of(algorithm))
    if algorithm.startswith("RS"):
        return pkcs1(key, algorithm, data)
    if algorithm.startswith("PS"):
        return pss(key, algorithm, data)
    if algorithm.startswith("ES"):
        return ecdsa(key, algorithm, data)
    return ed25519(key, data)
