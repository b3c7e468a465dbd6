"""Writes an authority, a server's and two clients' certificates as PEM files: certificates.py DIRECTORY.

`client` is signed by the authority `ca` and has a DNS name; `self-signed` stands for itself; `stranger` is of another authority.
"""

from __future__ import annotations

import datetime
import ipaddress
import sys
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

NOW = datetime.datetime.now(datetime.timezone.utc)
DAY = datetime.timedelta(days=1)


class Issued:
    def __init__(self, name: str, by: Issued | None, names: list[x509.GeneralName], authority: bool = False):
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        issuer = by or self
        builder = (
            x509.CertificateBuilder().subject_name(self.name).issuer_name(issuer.name).public_key(self.key.public_key())
            .serial_number(x509.random_serial_number()).not_valid_before(NOW - DAY).not_valid_after(NOW + DAY)
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        )
        if names:
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        self.certificate = builder.sign(issuer.key, hashes.SHA256())

    def write(self, directory: Path, stem: str) -> None:
        (directory / f"{stem}.pem").write_bytes(self.certificate.public_bytes(serialization.Encoding.PEM))
        (directory / f"{stem}-key.pem").write_bytes(self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption(),
        ))


def main() -> None:
    directory = Path(sys.argv[1])
    directory.mkdir(parents=True, exist_ok=True)
    client_names: list[x509.GeneralName] = [x509.DNSName("client.example.test")]
    authority, another = Issued("A test's authority", None, [], True), Issued("Another authority", None, [], True)
    authority.write(directory, "ca")
    Issued("server", authority, [x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]).write(directory, "server")
    Issued("client", authority, client_names).write(directory, "client")
    Issued("stranger", another, client_names).write(directory, "stranger")
    Issued("self-signed", None, client_names).write(directory, "self-signed")


if __name__ == "__main__":
    main()
