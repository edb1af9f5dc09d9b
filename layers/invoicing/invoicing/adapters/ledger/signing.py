"""KMS: the key that signs closings. The private half never leaves it."""

from dataclasses import dataclass

from invoicing import settings
from invoicing.adapters import aws
from invoicing.closings import SigningKey


@dataclass(frozen=True, slots=True)
class Signer:
    """The key of the day: where it is and what verifies it."""

    arn: str
    key: SigningKey

    def sign(self, sha256: str) -> bytes:
        """Sign a hash (RSA, PKCS #1 v1.5), given in hexadecimal."""
        answer = aws.kms().sign(
            KeyId=self.arn,
            Message=bytes.fromhex(sha256),
            MessageType="DIGEST",
            SigningAlgorithm=self.key.algorithm,
        )
        signature: bytes = answer["Signature"]
        return signature


def signer() -> Signer:
    """Give the key that this deployment signs with."""
    answer = aws.kms().get_public_key(KeyId=settings.get("SIGNING_KEY"))
    return Signer(arn=answer["KeyId"], key=SigningKey.of(answer["PublicKey"]))
