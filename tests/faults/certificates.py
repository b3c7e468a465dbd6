"""The certificates of one run: an authority that the hosts are told to trust, and what the servers show."""

from __future__ import annotations

import datetime
import ipaddress
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

NOW = datetime.datetime.now(datetime.timezone.utc)
DAY = datetime.timedelta(days=1)
NAMES = ("localhost", "missing.faults.test", "silent.faults.test", "private.faults.test", "rebind.faults.test", "*.rebind.faults.test")


class Authority:
    """Signs certificates; its own is signed by `issuer`, or by itself."""

    def __init__(self, name: str, issuer: Authority | None = None, constraints: list[str] | None = None):
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self.key = ec.generate_private_key(ec.SECP256R1())
        builder = self._builder(self.name, (issuer or self).name, self.key.public_key(), NOW - DAY, NOW + 30 * DAY)
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        if constraints is not None:
            permitted = [x509.DNSName(name) for name in constraints]
            builder = builder.add_extension(x509.NameConstraints(permitted_subtrees=permitted, excluded_subtrees=None), critical=True)
        self.certificate = builder.sign((issuer or self).key, hashes.SHA256())

    @staticmethod
    def _builder(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, start: datetime.datetime, end: datetime.datetime) -> x509.CertificateBuilder:
        return (x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key)
                .serial_number(x509.random_serial_number()).not_valid_before(start).not_valid_after(end))

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    def leaf(self, names: tuple[str, ...], start: datetime.datetime, end: datetime.datetime, chain: str = "", alone: bool = False) -> str:
        """A server's key, its certificate and what stands between it and the trusted authority, as PEM.

        One that is `alone` signs itself.
        """
        key = ec.generate_private_key(ec.SECP256R1())
        alternatives: list[x509.GeneralName] = [x509.DNSName(name) for name in names]
        if "localhost" in names:
            alternatives.append(x509.IPAddress(ipaddress.IPv4Address("127.0.0.1")))
        issuer, signer = (x509.Name([]), key) if alone else (self.name, self.key)
        certificate = (self._builder(x509.Name([]), issuer, key.public_key(), start, end)
                       .add_extension(x509.SubjectAlternativeName(alternatives), critical=True)
                       .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True).sign(signer, hashes.SHA256()))
        private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        return private.decode() + certificate.public_bytes(serialization.Encoding.PEM).decode() + chain


def make(folder: Path) -> str:
    """Writes NAME.pem for each certificate of the table; returns the authority that is to be trusted."""
    trusted, stranger = Authority("trusted"), Authority("stranger")
    # An authority below the trusted one that may speak for another domain only.
    constrained = Authority("constrained", trusted, ["elsewhere.example"])
    made = {
        "good": trusted.leaf(NAMES, NOW - DAY, NOW + 30 * DAY),
        "expired": trusted.leaf(NAMES, NOW - 30 * DAY, NOW - DAY),
        "early": trusted.leaf(NAMES, NOW + DAY, NOW + 30 * DAY),
        "wrong-name": trusted.leaf(("other.faults.test",), NOW - DAY, NOW + 30 * DAY),
        "self-signed": trusted.leaf(NAMES, NOW - DAY, NOW + 30 * DAY, alone=True),
        "stranger": stranger.leaf(NAMES, NOW - DAY, NOW + 30 * DAY),
        "constrained": constrained.leaf(NAMES, NOW - DAY, NOW + 30 * DAY, constrained.pem),
    }
    for name, text in made.items():
        (folder / f"{name}.pem").write_text(text)
    return trusted.pem
