"""What can go wrong in words of the business; the doors translate it to HTTP or a retry."""

from invoicing.records import Record


class Reason(Record):
    """Why an order is held: a code for machines, a sentence for people, the rule it rests on."""

    code: str
    message: str
    rule: str | None = None
    releasable: bool = False  # whether the seller may overrule it; an official rule never is
    path: str | None = None  # the field that it is about: seller.capital, buyer.registration


class Held(Record):
    """An order that cannot become an invoice until the seller has decided."""

    reasons: tuple[Reason, ...]


class FacturierError(Exception):
    """Anything that a caller of Facturier did or met."""


class NotFoundError(FacturierError):
    """There is no such thing, or it is another seller's, which is told the same way."""


class NotStoredError(FacturierError):
    """A document's files are not stored yet; they will be in a moment."""


class LinkReplacedError(FacturierError):
    """This link was revoked; another one opens the page."""


class UnknownCursorError(FacturierError):
    """A cursor that this list did not give."""


class RefusedError(FacturierError):
    """What is asked for cannot be done as things stand; nothing was kept of it."""

    def __init__(self, reasons: tuple[Reason, ...]) -> None:
        super().__init__(", ".join(reason.code for reason in reasons))
        self.reasons = reasons


class AnotherBodyError(FacturierError):
    """This id was used before with another content."""


class NotHeldError(FacturierError):
    """Only what is held waits for a decision of its seller."""


class OvertakenError(FacturierError):
    """Somebody else wrote first; reading again and trying again is safe."""


class NumbersChosenError(FacturierError):
    """How a seller's numbers read is chosen once."""
