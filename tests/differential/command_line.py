"""Keys, signatures and encrypted tokens beside the command line tool `jose`, both ways: command_line.py INPUTS. What is printed is as in peers.py."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import ferroauth
from peers import decoded, say

SIGNATURES = ("HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
PAYLOADS = (b"", b"x", b'{"sub":"42"}', bytes(range(256)))


def jose(*words, stdin=b""):
    done = subprocess.run(["jose", *words], input=stdin, capture_output=True, timeout=30, check=False)
    if done.returncode:
        raise RuntimeError(f"jose {words[0]} {words[1]} ended with {done.returncode}: {done.stderr[-200:]!r}")
    return done.stdout


def attempt(wrong, wanted, run):
    try:
        found = run()
        if found != wanted:
            wrong.append(f"another result: {found!r}"[:200])
    except Exception as error:  # whatever the peer says is its verdict
        wrong.append(f"{type(error).__name__}: {error}")


def keys(folder, given, algorithm):
    """The private and the public key as files, and as ferroauth's."""
    key = given["keys"][algorithm]
    if "secret" in key:
        private = public = ferroauth.HmacKey(decoded(key["secret"]))
        jwks = [{"kty": "oct", "k": key["secret"]}] * 2
    else:
        private, public = ferroauth.PrivateKey.from_pem(key["private"]), ferroauth.PublicKey.from_pem(key["public"])
        jwks = [private.to_jwk(), public.to_jwk()]
    files = [folder / "private.jwk", folder / "public.jwk"]
    for file, jwk in zip(files, jwks):
        file.write_text(json.dumps(jwk))
    return private, public, *map(str, files)


def signatures(folder, given, algorithm):
    private, public, lock, unlock = keys(folder, given, algorithm)
    signer, verifier = ferroauth.Signer(private, algorithm=algorithm), ferroauth.JwsVerifier(public, algorithms=[algorithm])
    template = json.dumps({"protected": {"alg": algorithm}})
    theirs, ours = [], []
    for payload in PAYLOADS:
        made = lambda *form: jose("jws", "sig", "-I", "-", "-k", lock, "-s", template, *form, stdin=payload).decode()
        attempt(theirs, payload, lambda: verifier.verify(made("-c")).payload)
        attempt(theirs, payload, lambda: verifier.verify_json(made()).payload)
        opened = lambda token: jose("jws", "ver", "-i", "-", "-k", unlock, "-O", "-", stdin=token.encode())
        attempt(ours, payload, lambda: opened(signer.sign_bytes(payload)))
        attempt(ours, payload, lambda: opened(signer.sign_json(payload)))
    say(f"jose-cli-{algorithm}-theirs", 2 * len(PAYLOADS), theirs)
    say(f"jose-cli-{algorithm}-ours", 2 * len(PAYLOADS), ours)
    if public is not private:
        wrong = []
        attempt(wrong, public.thumbprint(), lambda: jose("jwk", "thp", "-i", unlock, "-a", "S256").decode().strip())
        say(f"jose-cli-{algorithm}-thumbprint", 1, wrong)


def encryptions(folder, case):
    algorithm, encryption, jwk = case["alg"], case["enc"], case["jwk"]
    key = ferroauth.EncryptionKey.from_jwk(jwk, algorithm=algorithm)
    public = key if jwk["kty"] == "oct" else key.public_key()
    encrypter, decrypter = ferroauth.Encrypter(public, encryption), ferroauth.Decrypter(key, encryptions=[encryption])
    file = folder / "key.jwk"
    file.write_text(json.dumps({name: value for name, value in jwk.items() if name not in ("alg", "use", "key_ops")}))
    template = json.dumps({"protected": {"alg": algorithm, "enc": encryption}})
    theirs, ours = [], []
    for payload in PAYLOADS[1:]:
        made = lambda: jose("jwe", "enc", "-I", "-", "-k", str(file), "-i", template, "-c", stdin=payload).decode().strip()
        attempt(theirs, payload, lambda: decrypter.decrypt(made()).plaintext)
        attempt(ours, payload, lambda: jose("jwe", "dec", "-i", "-", "-k", str(file), "-O", "-", stdin=encrypter.encrypt(payload).encode()))
    name = f"jose-cli-{algorithm}-{encryption}"
    say(f"{name}-theirs", len(PAYLOADS) - 1, theirs)
    say(f"{name}-ours", len(PAYLOADS) - 1, ours)


def main():
    given = json.loads(Path(sys.argv[1]).read_text())
    known = set(jose("alg").decode().split())
    with tempfile.TemporaryDirectory() as folder:
        for algorithm in SIGNATURES:
            signatures(Path(folder), given, algorithm)
        for case in given["encrypted"]:
            # It knows no X25519, and its passwords come from a terminal.
            other = case["jwk"].get("crv") == "X25519" or case["alg"].startswith("PBES2")
            if not other and {case["alg"], case["enc"]} <= known:
                encryptions(Path(folder), case)


if __name__ == "__main__":
    main()
