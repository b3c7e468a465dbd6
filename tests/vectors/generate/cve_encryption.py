"""One reproducer for each advisory that rows D of the threat list name; as `cve.py`, for encrypted tokens."""

import zlib

import ciphers
from encoding import KEYS, Suite, dumps
from sealing import Token, drawn, key, needs

OAEP, PBES2 = "RSA-OAEP", "PBES2-HS256+A128KW"


def build():
    suite = Suite("One reproducer for each published advisory that the threat list names in its rows D.")

    def decrypt(name, token, expect, about, algorithm="dir", encryption="A128GCM", **options):
        given = {"keys": [key(algorithm, encryption)], "config": {"encryptions": [encryption]} | options,
                 "token": token.compact() if isinstance(token, Token) else token}
        suite.case(name, "decrypt", given, expect, about=about, needs=needs(algorithm, encryption))

    # Padding oracles: a right PKCS #1 v1.5 block, once under its own name and once in place of OAEP's.
    token = Token(OAEP, "A128GCM")
    block = ciphers.rsa_public(KEYS["rsa"]["jwk"], b"\0\2" + b"\xaa" * 237 + b"\0" + token.cek)
    old = token.changed(1, lambda _: block)
    token.header["alg"] = "RSA1_5"
    right = token.seal().changed(1, lambda _: block)
    decrypt("D1-CVE-2016-6298", right, "token.algorithm", "jwcrypto: RSA1_5 answered differently to good and to bad padding", OAEP)
    decrypt("D1-CVE-2016-6298-in-place-of-oaep", old, "token.decryption", "the same block where OAEP's is expected", OAEP)
    suite.case("D1-GHSA-5739-39v2-5754", "encryption_key", {"key": {"jwk": dumps(KEYS["rsa"]["jwk"]), "algorithm": "RSA1_5"}}, "config.unsupported_algorithm",
               about="a padding oracle of RSA1_5, years later: no key can be made for it", needs=needs(OAEP, "A128GCM"))

    # The token chooses how long its reader works.
    for name, count, about in (
        ("CVE-2022-36083", 2**31 - 1, "jose (npm) did as many iterations of PBES2 as the token asked for"),
        ("CVE-2023-6681", 2**31, "jwcrypto did the same"), ("CVE-2023-50966", 2**40, "erlang-jose did the same"),
        ("CVE-2023-50967", 2**53 - 1, "José (C) did the same"), ("GHSA-3prj-6hqw-cm82", 1_200_001, "another library did the same: here one more than the limit"),
    ):
        token = Token(PBES2, "A128GCM")
        token.header["p2c"] = count
        decrypt(f"D2-{name}", token.seal(), "token.header", about, PBES2, pbes2_max_iterations=1_200_000)
        decrypt(f"D2-{name}-off", token, "config.unsupported_algorithm", "and without the switch there is no PBES2", PBES2)

    # Compression: 5 MB in a few kilobytes.
    packed = zlib.compressobj(9, zlib.DEFLATED, -15)
    bomb = packed.compress(bytes(5_000_000)) + packed.flush()
    decrypt("D3-CVE-2025-62706", Token("dir", "A128GCM", bomb, header={"zip": "DEF"}), "token.header", "Authlib inflated a token without a limit")
    decrypt("D3-CVE-2024-28176", Token("dir", "A128GCM", bomb[:2000], header={"zip": "DEF"}), "token.header", "jose (npm) inflated without a limit that mattered")

    # web-token: ChaCha20 as key wrap without its tag; here the key wrap that has a tag, with another one.
    token = Token("A256GCMKW", "A128GCM")
    token.header["tag"] = Token("A256GCMKW", "A128GCM", draw=lambda label, n: drawn("other " + label, n)).header["tag"]
    decrypt("D5-GHSA-6vvh-pxr4-25r7", token.seal(), "token.decryption", "web-token unwrapped a key without checking its tag", "A256GCMKW")
    return suite
