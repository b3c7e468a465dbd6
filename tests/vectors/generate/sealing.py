"""Encrypted tokens as `encryption.py` needs them: valid ones for every algorithm, with a handle on every part."""

import hashlib

import ciphers
from encoding import KEYS, b64, dumps, unb64

PLAINTEXT = b"The farm gate opens at six."
PASSWORD = "correct horse battery staple"
ITERATIONS = 1000
# Content encryptions with their key lengths, key managements with the length of their secrets.
ENCRYPTIONS = {"A128GCM": 16, "A192GCM": 24, "A256GCM": 32, "A128CBC-HS256": 32, "A192CBC-HS384": 48, "A256CBC-HS512": 64}
WRAPPING = {"A128KW": 16, "A256KW": 32, "A128GCMKW": 16, "A192GCMKW": 24, "A256GCMKW": 32}
OAEP = {"RSA-OAEP": hashlib.sha1, "RSA-OAEP-256": hashlib.sha256}
AGREEMENT = {"ECDH-ES": None, "ECDH-ES+A128KW": 16, "ECDH-ES+A256KW": 32}
PBES2 = {"PBES2-HS256+A128KW": ("sha256", 16), "PBES2-HS512+A256KW": ("sha512", 32)}
ALGORITHMS = ["dir", *WRAPPING, *OAEP, *AGREEMENT, *PBES2]
CURVES = ["p256", "p384", "p521", "x25519"]
SCALAR = hashlib.sha256(b"x25519 test key").digest()
X25519 = {"kty": "OKP", "crv": "X25519", "x": b64(ciphers.x25519(SCALAR, b"\x09" + bytes(31))), "d": b64(SCALAR)}


def drawn(label, length):
    """Bytes that are always the same."""
    out = b"".join(hashlib.sha256(f"{label} {n}".encode()).digest() for n in range(1 + length // 32))
    return out[:length]


def jwk(curve):
    return X25519 if curve == "x25519" else KEYS[curve]["jwk"]


def shared(algorithm, encryption):
    return drawn(f"secret of {algorithm}", ENCRYPTIONS[encryption] if algorithm == "dir" else WRAPPING[algorithm])


def key(algorithm, encryption, curve="p256", **members):
    """A key as the adapters read it."""
    if algorithm == "dir":
        return {"secret": {"base64url": b64(shared(algorithm, encryption))}, "algorithm": encryption, **members}
    if algorithm in WRAPPING:
        return {"secret": {"base64url": b64(shared(algorithm, encryption))}, "algorithm": algorithm, **members}
    if algorithm in PBES2:
        return {"secret": {"text": PASSWORD}, "algorithm": algorithm, **members}
    return {"jwk": dumps(KEYS["rsa"]["jwk"] if algorithm in OAEP else jwk(curve)), "algorithm": algorithm, **members}


def needs(algorithm, encryption):
    """What the core's other backend lacks of a pair."""
    if algorithm not in ("dir", "A128GCMKW", "A256GCMKW"):
        return algorithm
    return None if encryption in ("A128GCM", "A256GCM") else encryption


def wrap(algorithm, encryption, cek, curve="p256", draw=drawn, parties=(b"", b""), iterations=ITERATIONS):
    """The content encryption key, the encrypted key, and the parameters of the header."""
    if algorithm == "dir":
        return shared(algorithm, encryption), b"", {}
    if algorithm.endswith("GCMKW"):
        iv = draw("wrapping iv", 12)
        encrypted, tag = ciphers.gcm(shared(algorithm, encryption), iv, b"", cek)
        return cek, encrypted, {"tag": b64(tag), "iv": b64(iv)}
    if algorithm in WRAPPING:
        return cek, ciphers.key_wrap(shared(algorithm, encryption), cek), {}
    if algorithm in OAEP:
        return cek, ciphers.oaep(KEYS["rsa"]["jwk"], OAEP[algorithm], cek), {}
    if algorithm in PBES2:
        (digest, length), salt = PBES2[algorithm], draw("salt", 16)
        derived = hashlib.pbkdf2_hmac(digest, PASSWORD.encode(), algorithm.encode() + b"\0" + salt, iterations, length)
        return cek, ciphers.key_wrap(derived, cek), {"p2s": b64(salt), "p2c": iterations}
    own = ephemeral(curve, draw)
    secret, length = ciphers.agree(own, jwk(curve)), AGREEMENT[algorithm]
    public = {name: own[name] for name in ("kty", "crv", "x", "y") if name in own}
    parameters = {"epk": public} | {name: b64(party) for name, party in zip(("apu", "apv"), parties) if party}
    if length is None:
        return ciphers.concat_kdf(secret, encryption, *parties, ENCRYPTIONS[encryption]), b"", parameters
    return cek, ciphers.key_wrap(ciphers.concat_kdf(secret, algorithm, *parties, length), cek), parameters


def ephemeral(curve, draw=drawn):
    """An ephemeral private key from what is drawn for it."""
    if curve == "x25519":
        scalar = draw("ephemeral", 32)
        return X25519 | {"x": b64(ciphers.x25519(scalar, b"\x09" + bytes(31))), "d": b64(scalar)}
    name = jwk(curve)["crv"]
    p, a, q, gx, gy = ciphers.CURVES[name]
    size = (p.bit_length() + 7) // 8
    scalar = bytearray(draw("ephemeral", size))
    scalar[0] &= 1 if curve == "p521" else 0xFF
    d = int.from_bytes(scalar, "big")
    assert 0 < d < q
    x, y = ciphers.times(p, a, d, (gx, gy))
    return {"kty": "EC", "crv": name, "x": b64(x.to_bytes(size, "big")), "y": b64(y.to_bytes(size, "big")), "d": b64(bytes(scalar))}


def content(encryption, cek, iv, aad, plaintext, pad=ciphers.pkcs7):
    if encryption.endswith("GCM"):
        return ciphers.gcm(cek, iv, aad, plaintext)
    return ciphers.cbc_hmac(cek, iv, aad, plaintext, pad)


class Token:
    """The five parts of a token: header as a dict, the others as bytes. `sealed` comes last and covers the others."""

    def __init__(self, algorithm="dir", encryption="A128GCM", plaintext=PLAINTEXT, header=(), draw=drawn, kid=None, last=(), **wrapping):
        self.encryption, self.plaintext = encryption, plaintext
        cek = b"" if algorithm in ("dir", "ECDH-ES") else draw("content key", ENCRYPTIONS[encryption])
        self.cek, self.key, parameters = wrap(algorithm, encryption, cek, draw=draw, **wrapping)
        self.header = {"alg": algorithm} | ({"kid": kid} if kid else {}) | parameters | dict(last) | {"enc": encryption} | dict(header)
        self.iv = draw("iv", 12 if encryption.endswith("GCM") else 16)
        self.seal()

    def seal(self, protected=None, aad=None, pad=ciphers.pkcs7):
        """Encrypts; `protected` is the header's text if it is not what the header says."""
        self.protected = b64(dumps(self.header) if protected is None else protected)
        self.aad = aad
        covered = self.protected + ("" if aad is None else "." + b64(aad))
        self.ciphertext, self.tag = content(self.encryption, self.cek, self.iv, covered.encode(), self.plaintext, pad)
        return self

    def parts(self):
        return [self.protected, *(b64(part) for part in (self.key, self.iv, self.ciphertext, self.tag))]

    def compact(self):
        return ".".join(self.parts())

    def changed(self, index, change):
        """The compact form with one part's bytes changed."""
        parts = self.parts()
        parts[index] = b64(change(unb64(parts[index])))
        return ".".join(parts)

    def flattened(self, **members):
        protected, key, iv, ciphertext, tag = self.parts()
        out = {"protected": protected, "encrypted_key": key, "aad": None if self.aad is None else b64(self.aad),
               "iv": iv, "ciphertext": ciphertext, "tag": tag} | members
        return {name: value for name, value in out.items() if value not in (None, "")}
