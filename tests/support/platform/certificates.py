"""A certificate authority of the tests' own: some clients show a token to nothing less than TLS."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


LONG = timedelta(days=3650)  # from long ago to far ahead, whatever the clock says


def make_certificates(folder: Path) -> Path:
    """Make an authority and a certificate for localhost by it, server.pem with its key; return the authority's file."""
    root, own = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    issuer = _name("Openslot tests")
    authority = _builder(issuer, issuer, root.public_key()).add_extension(
        x509.BasicConstraints(ca=True, path_length=0), critical=True
    )
    server = _builder(_name("localhost"), issuer, own.public_key()).add_extension(
        x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False
    )
    key = own.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    pem = serialization.Encoding.PEM
    (folder / "server.pem").write_bytes(key + server.sign(root, hashes.SHA256()).public_bytes(pem))
    (folder / "authority.pem").write_bytes(authority.sign(root, hashes.SHA256()).public_bytes(pem))
    return folder / "authority.pem"


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _builder(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - LONG)
        .not_valid_after(now + LONG)
    )
