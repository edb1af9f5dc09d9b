"""What a seller is told each morning."""

from datetime import date
from typing import Literal

from invoicing.digests import Digest
from invoicing.money import Money
from invoicing.parties import Language, Seller
from invoicing.records import Record
from invoicing.tasks import Kind
from invoicing.views.messages import Letter


class Waiting(Record):
    """Something that waits, with its days in the seller's zone."""

    kind: Kind
    about: str
    amount: Money | None
    deadline: date | None
    since: date


class DigestMessage(Letter):
    """What waits for the seller, and what happened."""

    template: Literal["digest"] = "digest"
    digest: Digest
    greeted: None = None

    @property
    def since(self) -> date:
        """From which day on it tells what happened."""
        return self.seller.day(self.digest.span.since)

    @property
    def count(self) -> str:
        """How much waits for him."""
        return f"{self.digest.count}{'+' if self.digest.more else ''}"

    @property
    def waiting(self) -> tuple[Waiting, ...]:
        """What the mail names, the most urgent first."""
        zone = self.seller.timezone
        return tuple(
            Waiting(
                kind=task.kind,
                about=task.about,
                amount=task.amount,
                deadline=task.deadline,
                since=task.since.astimezone(zone).date(),
            )
            for task in self.digest.waiting
        )

    @property
    def unnamed(self) -> int:
        """How much of it the mail does not name."""
        return self.digest.count - len(self.digest.waiting)


def about_digest(digest: Digest, seller: Seller, language: Language) -> DigestMessage:
    """Tell a seller of his day."""
    return DigestMessage(language=language, seller=seller, digest=digest)
