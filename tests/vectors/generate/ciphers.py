"""Encryption in plain Python: AES, its modes, key wrap, RSA-OAEP, ECDH and X25519.

As `signing.py`: nothing is shared with the code under test, nothing needs a package. Slow and not constant-time, for
test keys only. `encryption.py` holds it to published values before it is used.
"""

import hashlib
import hmac

from encoding import number, unb64
from signing import CURVES, mask, times, xor

# --- AES, FIPS 197 ---------------------------------------------------------------------------------------


def double(a):
    return (a << 1 ^ 0x11B if a & 0x80 else a << 1) & 0xFF


def product(a, b):
    out = 0
    while b:
        out ^= a if b & 1 else 0
        a, b = double(a), b >> 1
    return out


def boxes():
    inverse = [0] + [next(b for b in range(1, 256) if product(a, b) == 1) for a in range(1, 256)]
    forward = [0] * 256
    for a, b in enumerate(inverse):
        rotated = b
        for shift in range(1, 5):
            rotated ^= (b << shift | b >> 8 - shift) & 0xFF
        forward[a] = rotated ^ 0x63
    return forward


SBOX = boxes()
MUL = {n: [product(a, n) for a in range(256)] for n in (2, 3)}


def round_keys(key):
    words = [list(key[i:i + 4]) for i in range(0, len(key), 4)]
    size, constant = len(words), 1
    for i in range(size, 4 * (size + 7)):
        word = words[-1]
        if i % size == 0:
            word = [SBOX[b] for b in word[1:] + word[:1]]
            word[0] ^= constant
            constant = double(constant)
        elif size > 6 and i % size == 4:
            word = [SBOX[b] for b in word]
        words.append([a ^ b for a, b in zip(words[-size], word)])
    return [sum(words[i:i + 4], []) for i in range(0, len(words), 4)]


def encrypt_block(keys, block):
    state = [a ^ b for a, b in zip(block, keys[0])]
    for n, key in enumerate(keys[1:], 1):
        state = [SBOX[state[(i + 4 * (i % 4)) % 16]] for i in range(16)]
        if n < len(keys) - 1:
            state = [b for c in range(0, 16, 4) for b in (
                MUL[2][state[c]] ^ MUL[3][state[c + 1]] ^ state[c + 2] ^ state[c + 3],
                state[c] ^ MUL[2][state[c + 1]] ^ MUL[3][state[c + 2]] ^ state[c + 3],
                state[c] ^ state[c + 1] ^ MUL[2][state[c + 2]] ^ MUL[3][state[c + 3]],
                MUL[3][state[c]] ^ state[c + 1] ^ state[c + 2] ^ MUL[2][state[c + 3]])]
        state = [a ^ b for a, b in zip(state, key)]
    return bytes(state)


# --- Modes -----------------------------------------------------------------------------------------------


def gcm(key, iv, aad, plaintext):
    """Ciphertext and tag, NIST SP 800-38D, for a nonce of 96 bits."""
    keys = round_keys(key)
    h = int.from_bytes(encrypt_block(keys, bytes(16)), "big")

    def ghash(data):
        y = 0
        for i in range(0, len(data), 16):
            x, z, v = y ^ int.from_bytes(data[i:i + 16], "big"), 0, h
            for bit in range(127, -1, -1):
                z ^= v if x >> bit & 1 else 0
                v = v >> 1 ^ (0xE1 << 120 if v & 1 else 0)
            y = z
        return y.to_bytes(16, "big")

    def padded(data):
        return data + bytes(-len(data) % 16)

    stream = b"".join(encrypt_block(keys, iv + n.to_bytes(4, "big")) for n in range(2, 3 + len(plaintext) // 16))
    ciphertext = xor(plaintext, stream)
    lengths = (8 * len(aad)).to_bytes(8, "big") + (8 * len(ciphertext)).to_bytes(8, "big")
    tag = xor(ghash(padded(aad) + padded(ciphertext) + lengths), encrypt_block(keys, iv + b"\0\0\0\1"))
    return ciphertext, tag


def cbc(key, iv, padded):
    keys, out = round_keys(key), b""
    for i in range(0, len(padded), 16):
        iv = encrypt_block(keys, xor(padded[i:i + 16], iv))
        out += iv
    return out


def pkcs7(data):
    return data + bytes([16 - len(data) % 16]) * (16 - len(data) % 16)


HASHES = {32: "sha256", 48: "sha384", 64: "sha512"}


def cbc_hmac(key, iv, aad, plaintext, pad=pkcs7):
    """Ciphertext and tag, RFC 7518 section 5.2."""
    half = len(key) // 2
    ciphertext = cbc(key[half:], iv, pad(plaintext))
    data = aad + iv + ciphertext + (8 * len(aad)).to_bytes(8, "big")
    return ciphertext, hmac.digest(key[:half], data, HASHES[len(key)])[:half]


# --- Keys on their way -----------------------------------------------------------------------------------


def key_wrap(key, data):
    """RFC 3394."""
    keys, a = round_keys(key), b"\xa6" * 8
    blocks = [data[i:i + 8] for i in range(0, len(data), 8)]
    for step in range(6 * len(blocks)):
        i = step % len(blocks)
        out = encrypt_block(keys, a + blocks[i])
        a, blocks[i] = xor(out[:8], (step + 1).to_bytes(8, "big")), out[8:]
    return a + b"".join(blocks)


def oaep(jwk, digest, message, label=b""):
    """RSAES-OAEP, RFC 8017 section 7.1.1, with a seed made from the message."""
    size, length = (number(jwk["n"]).bit_length() + 7) // 8, digest().digest_size
    seed = digest(b"seed" + message).digest()
    block = digest(label).digest() + bytes(size - len(message) - 2 * length - 2) + b"\1" + message
    masked = xor(block, mask(digest, seed, len(block)))
    return rsa_public(jwk, b"\0" + xor(seed, mask(digest, masked, length)) + masked)


def rsa_public(jwk, block):
    n = number(jwk["n"])
    return pow(int.from_bytes(block, "big"), number(jwk["e"]), n).to_bytes((n.bit_length() + 7) // 8, "big")


def x25519(scalar, u):
    """RFC 7748 section 5."""
    p = 2**255 - 19
    k = int.from_bytes(scalar, "little") & (1 << 254) - 8 | 1 << 254
    x1 = int.from_bytes(u, "little") & (1 << 255) - 1
    x2, z2, x3, z3 = 1, 0, x1, 1
    for t in range(254, -1, -1):
        if k >> t & 1:
            x2, z2, x3, z3 = x3, z3, x2, z2
        a, b, c, d = x2 + z2, x2 - z2, x3 + z3, x3 - z3
        da, cb = d * a % p, c * b % p
        x3, z3 = (da + cb) ** 2 % p, x1 * (da - cb) ** 2 % p
        aa, bb = a * a % p, b * b % p
        x2, z2 = aa * bb % p, (aa - bb) * (aa + 121665 * (aa - bb)) % p
        if k >> t & 1:
            x2, z2, x3, z3 = x3, z3, x2, z2
    return (x2 * pow(z2, -1, p) % p if z2 else 0).to_bytes(32, "little")


def agree(private, public):
    """The shared secret of two JWKs."""
    if public["crv"] == "X25519":
        return x25519(unb64(private["d"]), unb64(public["x"]))
    p, a = CURVES[public["crv"]][:2]
    point = times(p, a, number(private["d"]), (number(public["x"]), number(public["y"])))
    return point[0].to_bytes((p.bit_length() + 7) // 8, "big")


def concat_kdf(secret, name, u, v, length):
    """RFC 7518 section 4.6.2."""
    info = b"".join(len(part).to_bytes(4, "big") + part for part in (name.encode(), u, v)) + (8 * length).to_bytes(4, "big")
    blocks = range(1, 2 + length // 32)
    return b"".join(hashlib.sha256(n.to_bytes(4, "big") + secret + info).digest() for n in blocks)[:length]


def selftest():
    """FIPS 197 appendix C, SP 800-38D, RFC 3394 section 4.1, RFC 7748 section 6.1, RFC 7518 appendix C."""
    block = bytes.fromhex("00112233445566778899aabbccddeeff")
    for size, want in ((16, "69c4e0d86a7b0430d8cdb78070b4c55a"), (24, "dda97ca4864cdfe06eaf70a0ec0d7191"), (32, "8ea2b7ca516745bfeafc49904b496089")):
        assert encrypt_block(round_keys(bytes(range(size))), block).hex() == want
    ciphertext, tag = gcm(bytes(16), bytes(12), b"", bytes(16))
    assert (ciphertext.hex(), tag.hex()) == ("0388dace60b6a392f328c2b971b2fe78", "ab6e47d42cec13bdf53a67b21257bddf")
    assert key_wrap(bytes(range(16)), block).hex() == "1fa68b0a8112b447aef34bd8fb5a7b829d3e862371d2cfe5"
    own = bytes.fromhex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a")
    other = bytes.fromhex("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f")
    assert x25519(own, other).hex() == "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742"
    alice = {"d": "0_NxaRPUMQoAJt50Gz8YiTr8gRTwyEaCumd-MToTmIo"}
    bob = {"crv": "P-256", "x": "weNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF_PxMQ", "y": "e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck"}
    assert concat_kdf(agree(alice, bob), "A128GCM", b"Alice", b"Bob", 16) == unb64("VqqN6vgjbSBcIijNcacQGg")
