"""Beside PyJWT, joserfc and Authlib, both ways: peers.py INPUTS, with ferroauth and the peers importable.

For each peer and algorithm: what it signs is accepted with the same claims (`theirs`), what we sign it accepts with the same claims
(`ours`); and of the hostile tokens it accepts whatever we accept, unless differences.json names the token with a reason.
Prints `ok NAME COUNT` or `not ok NAME ...`; the runners of Node and PHP have the same shape.
"""

import base64
import json
import sys
import warnings

# Authlib says on each import that its JOSE part has moved to joserfc; it is tested as long as it is shipped.
warnings.simplefilter("ignore")

import authlib.jose
import jwt
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key
from joserfc import jwt as joserfc_jwt
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

import ferroauth

KINDS = {"H": OctKey, "R": RSAKey, "P": RSAKey, "E": ECKey}


class Peer:
    """One library under one policy: issuer, audience, expiry, one algorithm."""

    algorithms = ("HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "ES256K", "EdDSA")

    # Algorithms that only the peer signs with: our name for them is another.
    theirs_only = ()

    def __init__(self, given):
        self.given = given
        self.kept = {}

    def key(self, algorithm, half):
        """The key as the library takes it, read once."""
        if (algorithm, half) not in self.kept:
            key = self.given["keys"][algorithm]
            self.kept[algorithm, half] = self.read(algorithm, half, decoded(key["secret"]) if "secret" in key else key[half])
        return self.kept[algorithm, half]


class PyJwt(Peer):
    def read(self, algorithm, half, key):
        if isinstance(key, bytes):
            return key
        return load_pem_public_key(key.encode()) if half == "public" else load_pem_private_key(key.encode(), None)

    def sign(self, algorithm, claims):
        return jwt.encode(claims, self.key(algorithm, "private"), algorithm)

    def verify(self, algorithm, token):
        return jwt.decode(token, self.key(algorithm, "public"), [algorithm], issuer=self.given["issuer"], audience=self.given["audience"],
                          options={"require": ["exp", "iss", "aud"]})


class Joserfc(Peer):
    # RFC 9864's name: ferroauth verifies it and signs under EdDSA.
    theirs_only = ("Ed25519",)

    def read(self, algorithm, half, key):
        kind = OKPKey if algorithm.startswith("Ed") else KINDS[algorithm[0]]
        return kind.import_key(key)

    def sign(self, algorithm, claims):
        return joserfc_jwt.encode({"alg": algorithm}, claims, self.key(algorithm, "private"), algorithms=[algorithm])

    def verify(self, algorithm, token):
        decoded = joserfc_jwt.decode(token, self.key(algorithm, "public"), algorithms=[algorithm])
        wanted = {"essential": True}
        rules = {"iss": wanted | {"value": self.given["issuer"]}, "aud": wanted | {"value": self.given["audience"]}, "exp": wanted}
        joserfc_jwt.JWTClaimsRegistry(**rules).validate(decoded.claims)
        return decoded.claims


class Authlib(Peer):
    def read(self, algorithm, half, key):
        kinds = {"H": "oct", "R": "RSA", "P": "RSA"}
        kind = "OKP" if algorithm.startswith("Ed") else kinds.get(algorithm[0], "EC")
        return authlib.jose.JsonWebKey.import_key(key, {"kty": kind})

    def sign(self, algorithm, claims):
        return authlib.jose.JsonWebToken([algorithm]).encode({"alg": algorithm}, claims, self.key(algorithm, "private"), check=False).decode()

    def verify(self, algorithm, token):
        wanted = {"essential": True}
        rules = {"iss": wanted | {"value": self.given["issuer"]}, "aud": wanted | {"value": self.given["audience"]}, "exp": wanted}
        claims = authlib.jose.JsonWebToken([algorithm]).decode(token, self.key(algorithm, "public"), claims_options=rules)
        claims.validate()
        return dict(claims)


def decoded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Ours(Peer):
    """ferroauth under the same policy; signers and verifiers are kept, as a host keeps them."""

    def read(self, algorithm, half, key):
        if half == "private":
            private = ferroauth.HmacKey(key) if isinstance(key, bytes) else ferroauth.PrivateKey.from_pem(key)
            return ferroauth.Signer(private, algorithm=algorithm)
        public = ferroauth.HmacKey(key) if isinstance(key, bytes) else ferroauth.PublicKey.from_pem(key)
        return ferroauth.Verifier(key=public, algorithms=[algorithm], issuer=self.given["issuer"], audience=self.given["audience"])

    def sign(self, algorithm, claims):
        return self.key(algorithm, "private").sign(claims)

    def verify(self, algorithm, token):
        return dict(self.key(algorithm, "public").verify(token))


def encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def say(name, count, wrong):
    print(f"ok {name} {count}" if not wrong else f"not ok {name} {len(wrong)} of {count}: {wrong[0]}", flush=True)


def same(found, wanted):
    """Equal as JSON: 1 and 1.0 are one number, True is none."""
    return json.dumps(found, sort_keys=True) == json.dumps(wanted, sort_keys=True)


def exchange(name, signer, verifier, algorithm, sets):
    """Signs each set of claims on one side and verifies it on the other."""
    wrong = []
    for claims in sets:
        try:
            token = signer.sign(algorithm, claims)
            found = verifier.verify(algorithm, token)
            if not same(found, claims):
                wrong.append(f"other claims: {json.dumps(found)[:200]}")
        except Exception as error:  # whatever a peer raises is its verdict
            wrong.append(f"{type(error).__name__}: {error}")
    say(name, len(sets), wrong)


def hostile(name, ours, peer, given):
    """What we accept the peer accepts, with equal claims, or the difference has a name."""
    documented, wrong, accepted, met = given["differences"].get(name, {}), [], 0, set()
    for case in given["hostile"]:
        try:
            claims = ours.verify(case["algorithm"], case["token"])
        except ferroauth.FerroauthError:
            continue
        accepted += 1
        short = case["name"].partition("-")[2]
        try:
            if same(peer.verify(case["algorithm"], case["token"]), claims):
                continue
            verdict = "other claims"
        except Exception as error:
            verdict = f"{type(error).__name__}: {error}"
        if short in documented:
            met.add(short)
        else:
            wrong.append(f"{case['name']}: accepted here, there {verdict}")
    wrong += [f"{short} is documented as a difference and is none" for short in documented if short not in met]
    say(f"{name}-hostile-{accepted}-accepted", len(given["hostile"]), wrong)


def main():
    given = json.loads(open(sys.argv[1], encoding="utf-8").read())
    ours = Ours(given)
    for name, kind in (("pyjwt", PyJwt), ("joserfc", Joserfc), ("authlib", Authlib)):
        peer = kind(given)
        for algorithm in (*peer.algorithms, *peer.theirs_only):
            exchange(f"{name}-{algorithm}-theirs", peer, ours, algorithm, given["claims"])
        for algorithm in peer.algorithms:
            exchange(f"{name}-{algorithm}-ours", ours, peer, algorithm, given["claims"])
        hostile(name, ours, peer, given)


if __name__ == "__main__":
    main()
