"""Signatures over bytes beside joserfc, both ways and in JSON, and ML-DSA beside cryptography: signed.py INPUTS. What is printed is as in peers.py."""

import json
import sys
import warnings

warnings.simplefilter("ignore")

from cryptography.hazmat.primitives.asymmetric import mldsa
from joserfc import jws
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

import ferroauth
from peers import decoded, encoded, say

KINDS = {"H": OctKey, "R": RSAKey, "P": RSAKey}


class Sides:
    def __init__(self, given, algorithm):
        key = given["keys"][algorithm]
        kind = OKPKey if algorithm.startswith("Ed") else KINDS.get(algorithm[0], ECKey)
        secret = decoded(key["secret"]) if "secret" in key else None
        self.algorithms = [algorithm]
        self.lock = kind.import_key(secret or key["private"])
        self.open = kind.import_key(secret or key["public"])
        private = ferroauth.HmacKey(secret) if secret else ferroauth.PrivateKey.from_pem(key["private"])
        public = ferroauth.HmacKey(secret) if secret else ferroauth.PublicKey.from_pem(key["public"])
        self.signer = ferroauth.Signer(private, algorithm=algorithm)
        self.verifier = ferroauth.JwsVerifier(public, algorithms=[algorithm])
        self.member = {"protected": {"alg": algorithm}, "header": {"kid": "k"}}

    def compact_theirs(self, payload):
        return self.verifier.verify(jws.serialize_compact(self.member["protected"], payload, self.lock, algorithms=self.algorithms)).payload

    def flattened_theirs(self, payload):
        return self.verifier.verify_json(jws.serialize_json(self.member, payload, self.lock, algorithms=self.algorithms)).payload

    def general_theirs(self, payload):
        return self.verifier.verify_json(jws.serialize_json([self.member], payload, self.lock, algorithms=self.algorithms)).payload

    def compact_ours(self, payload):
        return jws.deserialize_compact(self.signer.sign_bytes(payload), self.open, algorithms=self.algorithms).payload

    def flattened_ours(self, payload):
        return jws.deserialize_json(json.loads(self.signer.sign_json(payload, header={"kid": "k"})), self.open, algorithms=self.algorithms).payload

    def general_ours(self, payload):
        return jws.deserialize_json(json.loads(ferroauth.Signer.sign_general_json([self.signer], payload)), self.open, algorithms=self.algorithms).payload


class MlDsa:
    """ML-DSA (RFC 9964) as the cryptography package has it: keys from one seed, and the compact form around its signatures."""

    def __init__(self, size):
        algorithm, seed = f"ML-DSA-{size}", bytes(range(32))
        self.private = getattr(mldsa, f"MLDSA{size}PrivateKey").from_seed_bytes(seed)
        public = self.private.public_key().public_bytes_raw()
        jwk = {"kty": "AKP", "alg": algorithm, "pub": encoded(public)}
        self.signer = ferroauth.Signer(ferroauth.PrivateKey.from_jwk(jwk | {"priv": encoded(seed)}), algorithm=algorithm)
        self.verifier = ferroauth.JwsVerifier(ferroauth.PublicKey.from_jwk(jwk), algorithms=[algorithm])
        self.header = encoded(json.dumps({"alg": algorithm}).encode())

    def theirs(self, payload):
        signed = f"{self.header}.{encoded(payload)}"
        return self.verifier.verify(f"{signed}.{encoded(self.private.sign(signed.encode()))}").payload

    def ours(self, payload):
        signed, _, signature = self.signer.sign_bytes(payload).rpartition(".")
        self.private.public_key().verify(decoded(signature), signed.encode())
        return decoded(signed.partition(".")[2])


def attempt(name, payloads, opened):
    wrong = []
    for payload in payloads:
        try:
            if opened(payload) != payload:
                wrong.append("another payload")
        except Exception as error:  # whatever a peer raises is its verdict
            wrong.append(f"{type(error).__name__}: {error}")
    say(name, len(payloads), wrong)


def main():
    given = json.loads(open(sys.argv[1], encoding="utf-8").read())
    payloads = [decoded(text) for text in given["plaintexts"]]
    for algorithm in ("HS256", "HS512", "RS256", "PS384", "ES256", "ES384", "ES512", "ES256K", "EdDSA"):
        sides = Sides(given, algorithm)
        for side in ("theirs", "ours"):
            for form in ("compact", "flattened", "general"):
                attempt(f"joserfc-{algorithm}-{form}-{side}", payloads, getattr(sides, f"{form}_{side}"))
    for size in (44, 65, 87):
        sides = MlDsa(size)
        attempt(f"cryptography-ML-DSA-{size}-theirs", payloads, sides.theirs)
        attempt(f"cryptography-ML-DSA-{size}-ours", payloads, sides.ours)


if __name__ == "__main__":
    main()
