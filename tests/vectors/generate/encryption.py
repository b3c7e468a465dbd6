"""Encrypted tokens (RFC 7516, RFC 7518 sections 4 and 5), and rows D1 to D6."""

import hashlib

import ciphers
from encoding import KEYS, Suite, b64, dumps, public, repeat, unb64
from encryption_forms import OK, SHAPE, WRONG, recipients, serialization
from encryption_keys import configuration, keys, passwords, selection
from sealing import AGREEMENT, ALGORITHMS, CURVES, ENCRYPTIONS, OAEP, PBES2, PLAINTEXT, WRAPPING, Token, drawn, jwk, key, needs, shared

HEADER, ALGORITHM = "token.header", "token.algorithm"
ENTROPY = b64("encryption entropy")


def config(encryption, algorithm=""):
    return {"encryptions": [encryption]} | ({"pbes2_max_iterations": 2000} if algorithm in PBES2 else {})


def build():
    ciphers.selftest()
    suite = Suite("Encrypted tokens: every algorithm, every bad part, one answer to all that fails.")

    def decrypt(name, token, expect, algorithm="dir", encryption="A128GCM", keys=None, options=None, form="token", **key_members):
        text = token.compact() if isinstance(token, Token) else token
        if keys is None:
            keys = [key(algorithm, encryption, **key_members)]
        given = {"keys": keys, "config": config(encryption, algorithm) if options is None else options, form: text}
        suite.case(name, "decrypt", given, expect, needs=needs(algorithm, encryption))

    pairs(suite, decrypt)
    reproduced(suite)
    parts(decrypt)
    padding(decrypt)
    unwrapping(decrypt)
    passwords(suite, decrypt)
    compression(decrypt)
    serialization(decrypt)
    recipients(decrypt)
    headers(decrypt)
    agreements(decrypt)
    selection(suite, decrypt)
    keys(suite)
    configuration(suite)
    return suite


def pairs(suite, decrypt):
    """Row D4, accepted: every algorithm with every content encryption, and back again with new keys."""
    for algorithm in ALGORITHMS:
        for encryption in ENCRYPTIONS:
            token = Token(algorithm, encryption)
            decrypt(f"D4-accepted-{algorithm}-{encryption}", token, OK | {"header": token.header}, algorithm, encryption)
        given = {"key": key(algorithm, "A128GCM"), "plaintext": {"text": "round"}, "sender": {"encryption": "A128GCM"}, "reader": config("A128GCM", algorithm)}
        if algorithm in PBES2:
            given["sender"]["pbes2_iterations"] = 1000
        elif algorithm != "dir":
            given["key"] = {"generate": algorithm}
        suite.case(f"D4-round-{algorithm}", "encrypt_decrypt", given, {"plaintext": b64("round")}, needs=needs(algorithm, "A128GCM"))
    for curve in CURVES:
        for algorithm in AGREEMENT:
            token = Token(algorithm, "A256GCM", curve=curve, parties=(b"farm", b"mill"))
            decrypt(f"D4-accepted-{algorithm}-{curve}", token, OK, algorithm, "A256GCM", curve=curve)
        given = {"key": {"generate": "ECDH-ES+A256KW", "curve": jwk(curve)["crv"]}, "plaintext": {"text": "round"},
                 "sender": {"encryption": "A256GCM"}, "reader": config("A256GCM")}
        suite.case(f"D4-round-ECDH-ES-{curve}", "encrypt_decrypt", given, {"plaintext": b64("round")}, needs="ECDH-ES")
    for length in (0, 1, 15, 16, 17, 1000):
        for encryption in ("A128GCM", "A256CBC-HS512"):
            text = bytes(i % 251 for i in range(length))
            decrypt(f"D4-accepted-{length}-bytes-{encryption}", Token("dir", encryption, text), {"plaintext": b64(text)}, "dir", encryption)
    for encryption in ENCRYPTIONS:
        given = {"key": {"generate": encryption}, "plaintext": {"text": ""}, "sender": {}, "reader": {}}
        suite.case(f"D4-round-direct-{encryption}", "encrypt_decrypt", given, {"plaintext": ""}, needs=needs("dir", encryption))


class Stream:
    """The draws of a seeded generator: SHA-256 over the seed and a counter."""

    def __init__(self, seed):
        self.seed, self.count = seed, 0

    def __call__(self, _, length):
        out = b""
        while len(out) < length:
            out += hashlib.sha256(self.seed + self.count.to_bytes(8, "big")).digest()
            self.count += 1
        return out[:length]


def reproduced(suite):
    """What every host makes of the same draws, byte for byte. RSA-OAEP draws inside the cryptography library."""
    for algorithm in ALGORITHMS:
        if algorithm in OAEP:
            continue
        for encryption in ("A128GCM", "A256CBC-HS512"):
            given = {"keys": [key(algorithm, encryption, kid="k")], "plaintext": {"base64url": b64(PLAINTEXT)},
                     "config": {"encryption": encryption, "typ": "JWE", "testing": {"entropy": ENTROPY}}}
            if algorithm in PBES2:
                given["config"]["pbes2_iterations"] = 1000
            parties = {}
            if algorithm in AGREEMENT:
                given["config"] |= {"apu": b64("farm"), "apv": b64("mill")}
                parties = {"parties": (b"farm", b"mill")}

            def token(last):
                draw = Stream(b"encryption entropy")
                return Token(algorithm, encryption, draw=draw, kid="k", last={"typ": "JWE"} | last, **parties)

            suite.case(f"D4-made-{algorithm}-{encryption}", "encrypt", given | {"content_type": "text/plain"},
                       {"token": token({"cty": "text/plain"}).compact()}, needs=needs(algorithm, encryption))
            aad = b"in plain sight"
            suite.case(f"D4-made-json-{algorithm}-{encryption}", "encrypt", given | {"form": "json", "aad": {"base64url": b64(aad)}},
                       {"json": token({}).seal(aad=aad).flattened()}, needs=needs(algorithm, encryption))
    one = {"keys": [key("A128KW", "A128GCM"), key("A256KW", "A128GCM")], "plaintext": {"text": "x"}, "config": {}}
    suite.case("D6-compact-for-two", "encrypt", one, "config.invalid", needs="A128KW")
    large = {"keys": [key("dir", "A128GCM")], "plaintext": repeat("x", 50_000), "config": {}}
    suite.case("A5-jwe-larger-than-allowed-is-not-made", "encrypt", large, "config.invalid")
    suite.case("A5-jwe-large-made-on-request", "encrypt", large | {"config": {"max_token": 100_000}}, {})
    suite.case("D6-aad-too-long-is-not-made", "encrypt", large | {"plaintext": {"text": "x"}, "aad": repeat("a", 8193), "form": "json"}, "config.invalid")


def parts(decrypt):
    """Row D4: bad and missing parts."""
    flip = lambda data: data[:-1] + bytes([data[-1] ^ 1])
    for algorithm in ALGORITHMS:
        for encryption in ("A256GCM", "A128CBC-HS256"):
            token, other = Token(algorithm, encryption), Token(algorithm, encryption, draw=lambda label, n: drawn("other " + label, n))
            label = f"{algorithm}-{encryption}"

            def bad(name, text, expect=WRONG):
                decrypt(f"D4-{name}-{label}", text, expect, algorithm, encryption)

            bad("tag-flipped", token.changed(4, flip))
            bad("tag-cut-by-1", token.changed(4, lambda tag: tag[:-1]))
            bad("tag-cut-by-8", token.changed(4, lambda tag: tag[:-8]))
            bad("tag-longer", token.changed(4, lambda tag: tag + b"\0"))
            bad("tag-empty", token.changed(4, lambda tag: b""))
            bad("iv-flipped", token.changed(2, flip))
            bad("iv-cut", token.changed(2, lambda iv: iv[:-1]))
            bad("iv-empty", token.changed(2, lambda iv: b""))
            bad("iv-of-another-token", token.changed(2, lambda _: other.iv))
            bad("ciphertext-flipped", token.changed(3, flip))
            bad("ciphertext-cut", token.changed(3, lambda text: text[:-1]))
            bad("ciphertext-empty", token.changed(3, lambda text: b""))
            bad("header-with-a-space", ".".join([b64(dumps(token.header).replace(":", ": ", 1)), *token.parts()[1:]]))
            if token.key:
                bad("key-flipped", token.changed(1, flip))
                bad("key-cut", token.changed(1, lambda key: key[:-1]))
                bad("key-longer", token.changed(1, lambda key: key + bytes(8)))
                bad("key-of-another-token", token.changed(1, lambda _: other.key) if algorithm not in WRAPPING else token.changed(1, lambda _: drawn("x", len(token.key))))
                bad("key-empty", token.changed(1, lambda key: b""), SHAPE)
            else:
                bad("key-where-none-belongs", token.changed(1, lambda _: bytes(24)), SHAPE)


def padding(decrypt):
    """Rows D1 and D4: contents whose tag is right and whose padding is not, and RSA blocks."""
    for name, pad in {"none": lambda text: text[:16], "too-long": lambda text: text + b"\x11" * 5, "zero": lambda text: text + bytes(5),
                      "uneven": lambda text: text + b"\1\2\3\4\5"}.items():
        decrypt(f"D1-cbc-padding-{name}", Token("dir", "A128CBC-HS256").seal(pad=pad), WRONG, "dir", "A128CBC-HS256")
    rsa = KEYS["rsa"]["jwk"]
    for algorithm, digest in OAEP.items():
        token = Token(algorithm, "A128GCM")
        other = {hashlib.sha1: hashlib.sha256, hashlib.sha256: hashlib.sha1}[digest]
        blocks = {
            "other-hash": ciphers.oaep(rsa, other, token.cek), "label": ciphers.oaep(rsa, digest, token.cek, b"label"),
            "pkcs1": ciphers.rsa_public(rsa, b"\0\2" + b"\xaa" * 237 + b"\0" + token.cek),
            "first-byte": ciphers.rsa_public(rsa, b"\1" + drawn("block", 255)), "zero": bytes(256), "one": bytes(255) + b"\1",
            "above-the-modulus": b"\xff" * 256, "random": drawn("random block", 256), "short": token.key[1:], "long": b"\0" + token.key,
            "key-of-15": ciphers.oaep(rsa, digest, token.cek[:15]), "key-of-32": ciphers.oaep(rsa, digest, token.cek * 2),
            "key-of-0": ciphers.oaep(rsa, digest, b""), "other-key": ciphers.oaep(KEYS["rsa_b"]["jwk"], digest, token.cek),
        }
        for name, block in blocks.items():
            decrypt(f"D1-{algorithm}-{name}", token.changed(1, lambda _: block), WRONG, algorithm)
        swapped = "RSA-OAEP-256" if algorithm == "RSA-OAEP" else "RSA-OAEP"
        decrypt(f"D1-{algorithm}-token-for-{swapped}-key", token, ALGORITHM, swapped)
        token.header["alg"] = "RSA1_5"
        decrypt(f"D1-rsa1_5-for-{algorithm}", token.seal(), ALGORITHM, algorithm)


def unwrapping(decrypt):
    """Row D5: a wrapped key is a key only if its own integrity check says so."""
    for algorithm, length in WRAPPING.items():
        token = Token(algorithm, "A128GCM")
        if not algorithm.endswith("GCMKW"):
            for name, data in {"of-16-for-32": drawn("content key", 16), "of-24": drawn("content key", 24), "of-64": drawn("content key", 64)}.items():
                wrapped = ciphers.key_wrap(shared(algorithm, "A128GCM"), data)
                decrypt(f"D5-{algorithm}-key-{name}", Token(algorithm, "A256GCM").changed(1, lambda _: wrapped), WRONG, algorithm, "A256GCM")
            wrapped = ciphers.key_wrap(drawn("other wrapping key", length), token.cek)
            decrypt(f"D5-{algorithm}-other-wrapping-key", token.changed(1, lambda _: wrapped), WRONG, algorithm)
            decrypt(f"D5-{algorithm}-not-wrapped", token.changed(1, lambda _: token.cek), WRONG, algorithm)
            continue
        good = dict(token.header)
        iv, tag = good["iv"], good["tag"]

        def bad(name, expect, **members):
            token.header = {k: v for k, v in (good | members).items() if v is not ...}
            decrypt(f"D5-{algorithm}-{name}", token.seal(), expect, algorithm)

        bad("tag-missing", HEADER, tag=...)
        bad("iv-missing", HEADER, iv=...)
        bad("tag-number", HEADER, tag=5)
        bad("iv-padded", HEADER, iv=iv + "=")
        bad("tag-empty", WRONG, tag="")
        bad("iv-empty", WRONG, iv="")
        bad("tag-cut", WRONG, tag=b64(unb64(tag)[:-4]))
        bad("tag-longer", WRONG, tag=tag[:-2] + "AAAA")
        bad("tag-other", WRONG, tag=b64(drawn("tag", 16)))
        bad("iv-other", WRONG, iv=b64(drawn("iv", 12)))
        bad("tag-and-iv-swapped", WRONG, iv=tag, tag=iv)
        wrong = {"A128GCMKW": "A256GCMKW", "A192GCMKW": "A128GCMKW", "A256GCMKW": "A128GCMKW"}[algorithm]
        bad("alg-of-another-key", ALGORITHM, alg=wrong)


def compression(decrypt):
    """Row D3: whatever `zip` says, and wherever it says it."""
    for name, value in {"DEF": "DEF", "empty": "", "null": None, "unknown": "GZ", "number": 1}.items():
        decrypt(f"D3-zip-{name}", Token(header={"zip": value}), HEADER)
    token = Token()
    decrypt("D3-zip-unprotected", dumps(token.flattened(unprotected={"zip": "DEF"})), HEADER, form="json")
    decrypt("D3-zip-of-a-recipient", dumps(token.flattened(header={"zip": "DEF"})), HEADER, form="json")


def headers(decrypt):
    """Rows B1, B4, B14 and A14, A15 for encrypted tokens."""
    def bad(name, header, expect, algorithm="A256GCMKW", encryption="A256GCM"):
        token = Token(algorithm, encryption)
        token.header = {k: v for k, v in (token.header | header).items() if v is not ...}
        decrypt(name, token.seal(), expect, algorithm, encryption)

    for name, value in {"none": "none", "empty": "", "missing": ..., "null": None, "number": 5, "list": ["dir"], "case": "a256gcmkw", "space": "A256GCMKW ",
                        "unknown": "X", "signature": "RS256", "dir": "dir", "wrap": "A256KW", "rsa1_5": "RSA1_5"}.items():
        bad(f"B1-jwe-alg-{name}", {"alg": value}, ALGORITHM)
    for name, value in {"none": "none", "empty": "", "missing": ..., "null": None, "number": 5, "case": "a256gcm", "unknown": "X",
                        "not-listed": "A128GCM", "cbc": "A256CBC-HS512"}.items():
        bad(f"B4-jwe-enc-{name}", {"enc": value}, ALGORITHM)
    for name, value in {"unknown": ["x"], "empty": [], "standard": ["enc"], "text": "exp", "null": None, "b64": ["b64"]}.items():
        bad(f"A15-jwe-crit-{name}", {"crit": value}, "token.critical")
    bad("A14-jwe-b64", {"b64": False}, "token.unencoded_payload")
    for name, value in {"kid": 5, "typ": [], "cty": {}}.items():
        bad(f"A7-jwe-{name}-of-another-type", {name: value}, HEADER)
    bad("A5-jwe-kid-too-long", {"kid": "k" * 257}, HEADER)
    for name in ("jwk", "jku", "x5u", "x5c", "x5t"):
        value = dumps(public("rsa")) if name == "jwk" else "http://127.0.0.1:1/" if name != "x5c" else ["AAAA"]
        bad(f"B14-jwe-{name}-is-not-followed", {name: public("rsa") if name == "jwk" else value}, OK)


def agreements(decrypt):
    """Row B12: the sender's point, and the parties."""
    for curve in ("p256", "p521", "x25519"):
        token = Token("ECDH-ES+A128KW", "A128GCM", curve=curve)
        good = dict(token.header)

        def bad(name, expect=HEADER, **members):
            token.header = {k: v for k, v in (good | members).items() if v is not ...}
            decrypt(f"B12-jwe-{curve}-{name}", token.seal(), expect, "ECDH-ES+A128KW", curve=curve)

        epk = good["epk"]
        bad("epk-missing", epk=...)
        bad("epk-text", epk=dumps(epk))
        bad("epk-list", epk=[epk])
        bad("epk-empty", epk={})
        bad("epk-private", epk=epk | {"d": b64(bytes(32))})
        bad("epk-other-curve", epk=Token("ECDH-ES", "A128GCM", curve="p384").header["epk"])
        bad("epk-other-kty", epk=epk | {"kty": "RSA"})
        bad("epk-no-x", epk={k: v for k, v in epk.items() if k != "x"})
        bad("epk-short-x", epk=epk | {"x": epk["x"][:-4]})
        bad("epk-padded-x", epk=epk | {"x": epk["x"] + "="})
        bad("apu-number", apu=5)
        bad("apv-spelling", apv="A+==")
        bad("apu-too-long", apu=b64(bytes(513)))
        bad("apu-added", WRONG, apu=b64("x"))
        if curve == "x25519":
            for name, u in {"0": bytes(32), "1": b"\1" + bytes(31), "p": bytes.fromhex("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
                            "order-8": bytes.fromhex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800")}.items():
                bad(f"epk-of-small-order-{name}", WRONG, epk=epk | {"x": b64(u)})
            bad("epk-of-p256", epk=Token("ECDH-ES", "A128GCM").header["epk"])
        else:
            size = len(epk["x"]) * 3 // 4
            bad("epk-off-the-curve", epk=epk | {"y": epk["x"]})
            bad("epk-infinity", epk=epk | {"x": b64(bytes(size)), "y": b64(bytes(size))})
            bad("epk-without-y", epk={k: v for k, v in epk.items() if k != "y"})
            bad("epk-of-x25519", epk=Token("ECDH-ES", "A128GCM", curve="x25519").header["epk"])
    token = Token("ECDH-ES", "A128GCM", curve="p256")
    token.header["enc"] = "A256GCM"
    token.encryption = "A128GCM"
    decrypt("B4-jwe-agreed-for-another-enc", token.seal(), WRONG, "ECDH-ES", "A256GCM", options={"encryptions": ["A256GCM", "A128GCM"]})
