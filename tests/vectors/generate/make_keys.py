"""Makes `keys.json`: the test keys in every spelling that the suite needs.

Run once, by hand, with a Python that has the package `cryptography`, and with `ssh-keygen` on the path. The
result is stored beside this file, so that the suite is the same on every machine; making new keys changes
every signature in it. The keys protect nothing and must never be used outside these tests.
"""

import base64
import datetime
import json
import pathlib
import subprocess
import tempfile

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa, x25519
from cryptography.x509.oid import NameOID

S = serialization
CURVES = {"P-256": ec.SECP256R1(), "P-384": ec.SECP384R1(), "P-521": ec.SECP521R1(), "secp256k1": ec.SECP256K1()}


def number(value, length=None):
    """A big-endian number as base64url."""
    length = length or (value.bit_length() + 7) // 8
    return base64.urlsafe_b64encode(value.to_bytes(length, "big")).rstrip(b"=").decode()


def raw(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def jwk(key):
    """The private key as a JWK."""
    if isinstance(key, rsa.RSAPrivateKey):
        p = key.private_numbers()
        names = {"n": p.public_numbers.n, "e": p.public_numbers.e, "d": p.d, "p": p.p, "q": p.q,
                 "dp": p.dmp1, "dq": p.dmq1, "qi": p.iqmp}
        return {"kty": "RSA"} | {name: number(value) for name, value in names.items()}
    if isinstance(key, ec.EllipticCurvePrivateKey):
        p = key.private_numbers()
        size = (key.curve.key_size + 7) // 8
        name = next(n for n, c in CURVES.items() if c.name == key.curve.name)
        q = p.public_numbers
        return {"kty": "EC", "crv": name, "x": number(q.x, size), "y": number(q.y, size),
                "d": number(p.private_value, size)}
    names = {ed25519.Ed25519PrivateKey: "Ed25519", ed448.Ed448PrivateKey: "Ed448",
             x25519.X25519PrivateKey: "X25519"}
    name = next((n for kind, n in names.items() if isinstance(key, kind)), None)
    if name is None:
        return None
    return {"kty": "OKP", "crv": name, "x": raw(key.public_key().public_bytes_raw()), "d": raw(key.private_bytes_raw())}


def private(key, form):
    return key.private_bytes(S.Encoding.PEM, form, S.NoEncryption()).decode()


def certificate(key, digest):
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "ferroauth test key")])
    start = datetime.datetime(2020, 1, 1)
    return (x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
            .serial_number(1).not_valid_before(start).not_valid_after(datetime.datetime(2050, 1, 1))
            .sign(key, digest))


def ssh2_public(openssh):
    """RFC 4716, as `ssh-keygen -e` writes it."""
    with tempfile.NamedTemporaryFile("w", suffix=".pub") as file:
        file.write(openssh + "\n")
        file.flush()
        return subprocess.run(["ssh-keygen", "-e", "-f", file.name], check=True, capture_output=True, text=True).stdout


def entry(key):
    """A key in every spelling that its kind has."""
    public = key.public_key()
    out = {"jwk": jwk(key)}
    pem = out["pem"] = {}
    pem["spki"] = public.public_bytes(S.Encoding.PEM, S.PublicFormat.SubjectPublicKeyInfo).decode()
    pem["pkcs8"] = private(key, S.PrivateFormat.PKCS8)
    if isinstance(key, rsa.RSAPrivateKey):
        pem["pkcs1_public"] = public.public_bytes(S.Encoding.PEM, S.PublicFormat.PKCS1).decode()
        pem["pkcs1_private"] = private(key, S.PrivateFormat.TraditionalOpenSSL)
    if isinstance(key, ec.EllipticCurvePrivateKey):
        pem["sec1_private"] = private(key, S.PrivateFormat.TraditionalOpenSSL)
    if isinstance(key, (rsa.RSAPrivateKey, ec.EllipticCurvePrivateKey, ed25519.Ed25519PrivateKey)):
        digest = None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256()
        pem["certificate"] = certificate(key, digest).public_bytes(S.Encoding.PEM).decode()
        if not (isinstance(key, ec.EllipticCurvePrivateKey) and key.curve.name == "secp256k1"):
            pem["openssh_private"] = private(key, S.PrivateFormat.OpenSSH)
            openssh = public.public_bytes(S.Encoding.OpenSSH, S.PublicFormat.OpenSSH).decode()
            pem["openssh_public"] = openssh + " test@example.com"
            pem["ssh2_public"] = ssh2_public(openssh)
    return out


def main():
    made = {
        "rsa": rsa.generate_private_key(65537, 2048), "rsa_b": rsa.generate_private_key(65537, 2048),
        "rsa_1024": rsa.generate_private_key(65537, 1024),
        "p256": ec.generate_private_key(CURVES["P-256"]), "p256_b": ec.generate_private_key(CURVES["P-256"]),
        "p384": ec.generate_private_key(CURVES["P-384"]), "p521": ec.generate_private_key(CURVES["P-521"]),
        "k256": ec.generate_private_key(CURVES["secp256k1"]),
        "ed25519": ed25519.Ed25519PrivateKey.generate(), "ed25519_b": ed25519.Ed25519PrivateKey.generate(),
        "ed448": ed448.Ed448PrivateKey.generate(), "x25519": x25519.X25519PrivateKey.generate(),
        "dsa": dsa.generate_private_key(2048),
    }
    path = pathlib.Path(__file__).with_name("keys.json")
    path.write_text(json.dumps({name: entry(key) for name, key in made.items()}, indent=1) + "\n")


if __name__ == "__main__":
    main()
