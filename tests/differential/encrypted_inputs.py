"""What the peers of the encrypted tokens are given: keys for each algorithm, plaintexts, and hostile tokens."""

import random

from ciphers import gcm
from encoding import KEYS, b64, dumps
from tokens import SECRET, encoded

LENGTHS = {"A128KW": 16, "A192KW": 24, "A256KW": 32, "A128GCMKW": 16, "A192GCMKW": 24, "A256GCMKW": 32}
ENCRYPTIONS = {"A128GCM": 16, "A192GCM": 24, "A256GCM": 32, "A128CBC-HS256": 32, "A192CBC-HS384": 48, "A256CBC-HS512": 64}
AGREEMENTS = ("ECDH-ES", "ECDH-ES+A128KW", "ECDH-ES+A256KW")
IV = bytes(range(12))


def secret(length):
    return {"kty": "oct", "k": b64(SECRET[:length])}


def combinations():
    """Every algorithm that both sides have, with every content encryption; agreements on every curve."""
    for enc, length in ENCRYPTIONS.items():
        yield f"dir-{enc}", "dir", enc, secret(length)
        for alg in ("A128KW", "A256KW", "A128GCMKW", "A192GCMKW", "A256GCMKW"):
            yield f"{alg}-{enc}", alg, enc, secret(LENGTHS[alg])
        for alg in ("RSA-OAEP", "RSA-OAEP-256"):
            yield f"{alg}-{enc}", alg, enc, KEYS["rsa"]["jwk"]
        for alg in AGREEMENTS:
            for key in ("p256", "p384", "p521", "x25519"):
                yield f"{alg}-{key}-{enc}", alg, enc, KEYS[key]["jwk"]
    for alg in ("PBES2-HS256+A128KW", "PBES2-HS512+A256KW"):
        yield f"{alg}-A256GCM", alg, "A256GCM", secret(24)


def sealed(header, plaintext, key, iv=IV):
    """A direct token over any header."""
    protected = encoded(header)
    ciphertext, tag = gcm(key, iv, protected.encode(), plaintext)
    return f"{protected}..{b64(iv)}.{b64(ciphertext)}.{b64(tag)}"


def hostile(headers):
    """Odd headers behind a right tag, and edits of a good token."""
    jwk, draw = secret(32), random.Random(13)
    base = {"alg": "dir", "enc": "A256GCM", "jwk": jwk}
    texts = {f"header-{name}": text.replace('"alg":"dir"', '"alg":"dir","enc":"A256GCM"') for name, text in headers("dir").items()}
    texts |= {"enc-again": '{"alg":"dir","enc":"A256GCM","enc":"A128GCM"}', "enc-other": '{"alg":"dir","enc":"A128GCM"}', "enc-missing": '{"alg":"dir"}',
              "enc-null": '{"alg":"dir","enc":null}', "epk": '{"alg":"dir","enc":"A256GCM","epk":{}}', "p2c": '{"alg":"dir","enc":"A256GCM","p2c":7}', "apu-number": '{"alg":"dir","enc":"A256GCM","apu":7}'}
    for name, text in texts.items():
        yield base | {"name": name, "token": sealed(text, b"hello", SECRET[:32])}
    good = sealed(dumps({"alg": "dir", "enc": "A256GCM"}), b"hello", SECRET[:32])
    parts = good.split(".")
    for name, token in {
        "encrypted-key-given": ".".join([parts[0], "AA", *parts[2:]]), "tag-short": good[:-4], "tag-missing": ".".join([*parts[:4], ""]), "iv-missing": ".".join([parts[0], "", "", *parts[3:]]),
        "iv-of-sixteen-bytes": ".".join([*parts[:2], b64(bytes(16)), *parts[3:]]), "padded": good + "=", "space": good + " ", "line": good + "\n", "four-parts": ".".join(parts[:4]), "six-parts": good + ".AA",
        "ciphertext-and-tag-swapped": ".".join([*parts[:3], parts[4], parts[3]]), "no-ciphertext": ".".join([*parts[:3], "", parts[4]]),
    }.items():
        yield base | {"name": f"form-{name}", "token": token}
    for number in range(200):
        text, place = list(good), draw.randrange(len(good))
        text[place:place + draw.randrange(2)] = draw.choice(("", "A", "-", "_", ".", "=", "+", "~", "AA", "\u00e9"))
        if "".join(text) != good:
            yield base | {"name": f"edit-{number}", "token": "".join(text)}


def given(headers):
    plaintexts = [b"", b"x", bytes(range(256)) * 5]
    return {
        "encrypted": [{"name": name, "alg": alg, "enc": enc, "jwk": jwk} for name, alg, enc, jwk in combinations()],
        "plaintexts": [b64(one) for one in plaintexts], "hostile_encrypted": list(hostile(headers)),
    }
