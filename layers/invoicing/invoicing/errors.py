"""What can go wrong in words of the business; the doors translate it to HTTP or a retry."""

from invoicing.records import Record


class Reason(Record):
    """Why an order is held: a code for machines, a sentence for people, the rule it rests on."""

    code: str
    message: str
    rule: str | None = None


class Held(Record):
    """An order that cannot become an invoice until the seller has decided."""

    reasons: tuple[Reason, ...]


class FacturierError(Exception):
    """Anything that a caller of Facturier did or met."""


class NotFoundError(FacturierError):
    """There is no such thing, or it is another seller's, which is told the same way."""


class AnotherBodyError(FacturierError):
    """This id was used before with another content."""


class OvertakenError(FacturierError):
    """Somebody else wrote first; reading again and trying again is safe."""
