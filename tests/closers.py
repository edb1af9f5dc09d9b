"""Books closed by the function that closes them, and signed by a key of the test's own.

moto's KMS hashes a digest once more, which KMS does not, so its signatures cannot be verified.
"""

from dataclasses import dataclass, field
from datetime import datetime

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from invoicing import settings
from invoicing.adapters import queues
from invoicing.adapters.ledger.closed_books import Signed, closed_books
from invoicing.closings import SigningKey
from tests import aws, doors


def _pair() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass(frozen=True)
class OwnSigner:
    """A key that signs as KMS does."""

    pair: rsa.RSAPrivateKey = field(default_factory=_pair)

    @property
    def key(self) -> SigningKey:
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        return SigningKey.of(self.pair.public_key().public_bytes(serialization.Encoding.DER, form))

    def sign(self, sha256: str) -> bytes:
        hashed = Prehashed(hashes.SHA256())
        return self.pair.sign(bytes.fromhex(sha256), padding.PKCS1v15(), hashed)


def close(seller: str, at: datetime) -> list[Signed]:
    """Close all that has ended and anchor it; give the closings, the oldest first."""
    asked = [queues.Close(seller=seller, at=at)]
    while asked:  # an invocation that has little time left asks for another
        assert doors.deliver("close_ledger", *asked) == []
        asked = [queues.Close(**each["body"]) for each in aws.received(settings.get("CLOSE_QUEUE"))]
    last = closed_books().standing(seller).last
    signed = [*closed_books().back_from(last)][::-1]
    for each in signed:
        assert doors.deliver("anchor_closing", queues.Anchor(place=each.entry.place)) == []
    return signed
