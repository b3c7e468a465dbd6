"""Encrypted tokens beside joserfc, both ways: encrypted.py INPUTS. The shape, and what is printed, is that of peers.py."""

import json
import sys
import warnings

warnings.simplefilter("ignore")

from joserfc import jwe
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

import ferroauth
from peers import decoded, say

KINDS = {"oct": OctKey, "RSA": RSAKey, "EC": ECKey, "OKP": OKPKey}


class Joserfc:
    def __init__(self, case):
        self.algorithms = [case["alg"], case["enc"]]
        self.header = {"alg": case["alg"], "enc": case["enc"]}
        self.key = KINDS[case["jwk"]["kty"]].import_key(case["jwk"])

    def encrypt(self, plaintext):
        return jwe.encrypt_compact(self.header, plaintext, self.key, algorithms=self.algorithms)

    def decrypt(self, token):
        return jwe.decrypt_compact(token, self.key, algorithms=self.algorithms).plaintext

    def decrypt_json(self, token):
        return jwe.decrypt_json(json.loads(token), self.key, algorithms=self.algorithms).plaintext


class Ours:
    def __init__(self, case):
        options = {"pbes2_max_iterations": 10_000} if case["alg"].startswith("PBES2") else {}
        made = {"pbes2_iterations": 1000} if options else {}
        if case["jwk"]["kty"] == "oct" and options:
            key = ferroauth.EncryptionKey.from_secret(decoded(case["jwk"]["k"]), case["alg"])
        else:
            key = ferroauth.EncryptionKey.from_jwk(case["jwk"], algorithm=case["alg"])
        public = key if case["jwk"]["kty"] == "oct" else key.public_key()
        self.encrypter = ferroauth.Encrypter(public, case["enc"], **made)
        self.decrypter = ferroauth.Decrypter(key, encryptions=[case["enc"]], **options)

    def encrypt(self, plaintext):
        return self.encrypter.encrypt(plaintext)

    def encrypt_json(self, plaintext):
        return self.encrypter.encrypt_json(plaintext, aad=b"in plain sight")

    def decrypt(self, token):
        return self.decrypter.decrypt(token).plaintext


def attempt(wrong, plaintext, made, opened):
    try:
        if opened(made(plaintext)) != plaintext:
            wrong.append("another plaintext")
    except Exception as error:  # whatever a peer raises is its verdict
        wrong.append(f"{type(error).__name__}: {error}")


def exchange(name, case, plaintexts):
    peer, ours = Joserfc(case), Ours(case)
    theirs, back = [], []
    for plaintext in plaintexts:
        attempt(theirs, plaintext, peer.encrypt, ours.decrypt)
        attempt(back, plaintext, ours.encrypt, peer.decrypt)
        attempt(back, plaintext, ours.encrypt_json, peer.decrypt_json)
    say(f"{name}-theirs", len(plaintexts), theirs)
    say(f"{name}-ours", 2 * len(plaintexts), back)


def hostile(given):
    documented, wrong, accepted = given["differences"].get("joserfc-encrypted", {}), [], 0
    for case in given["hostile_encrypted"]:
        try:
            plaintext = Ours(case).decrypt(case["token"])
        except ferroauth.FerroauthError:
            continue
        accepted += 1
        try:
            if Joserfc(case).decrypt(case["token"]) == plaintext:
                continue
            verdict = "another plaintext"
        except Exception as error:
            verdict = f"{type(error).__name__}: {error}"
        if case["name"] not in documented:
            wrong.append(f"{case['name']}: accepted here, there {verdict}")
    say(f"joserfc-encrypted-hostile-{accepted}-accepted", len(given["hostile_encrypted"]), wrong)


def main():
    given = json.loads(open(sys.argv[1], encoding="utf-8").read())
    plaintexts = [decoded(text) for text in given["plaintexts"]]
    for case in given["encrypted"]:
        exchange(f"joserfc-{case['name']}", case, plaintexts)
    hostile(given)


if __name__ == "__main__":
    main()
