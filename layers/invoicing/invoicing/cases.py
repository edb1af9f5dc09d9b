"""Cases: what a buyer, his bank or Stripe says against an invoice, until it is decided.

A case joins a claim, a dispute or a refund that nobody explained with the freeze of reminders, the
seller's decision, his answers and what was sent as evidence.
"""

from datetime import date, datetime, timedelta
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import Field

from invoicing.credit_notes import Credit
from invoicing.errors import Reason, RefusedError
from invoicing.freezes import Freeze, Freezes
from invoicing.money import Money
from invoicing.objections import About, Claim, DashboardRefund, Dispute
from invoicing.orders import Amount
from invoicing.parties import Language
from invoicing.records import Instant, Record, digest, plain
from invoicing.texts import Message, Text

GRACE = timedelta(days=7)  # a credit note may be held first, and reminds nobody meanwhile
ERASED = "[erased]"
MOST_CLAIMS = 10  # of one invoice
MOST_ANSWERS = 20  # of one case: an item of DynamoDB holds 400 KB

_WORDS: dict[Language, dict[str, str]] = {
    "fr": {"dispute": "Paiement contesté", "refund": "Remboursement", "claim": "Réclamation"},
    "en": {"dispute": "Disputed payment", "refund": "Refund", "claim": "Claim"},
    "de": {"dispute": "Angefochtene Zahlung", "refund": "Erstattung", "claim": "Reklamation"},
    "es": {"dispute": "Pago disputado", "refund": "Reembolso", "claim": "Reclamación"},
    "it": {"dispute": "Pagamento contestato", "refund": "Rimborso", "claim": "Reclamo"},
    "nl": {"dispute": "Betwiste betaling", "refund": "Terugbetaling", "claim": "Klacht"},
}
"""What stands on a credit note whose seller gave no reason of his own."""


DecisionName = Literal["chase", "write_off", "refund", "credit", "reopen", "close"]
_CREDITING: frozenset[DecisionName] = frozenset({"write_off", "refund", "credit"})
_OPEN_TO: dict[str, frozenset[DecisionName]] = {
    "dispute": frozenset({"chase", "write_off"}),
    "refund": frozenset({"credit", "reopen"}),
    "claim": frozenset({"refund", "credit", "close"}),
}


class Ruling(Record):
    """What a seller decides of a case."""

    decision: DecisionName
    amount: Annotated[Amount, Field(gt=0)] | None = None  # of a claim; None: all that is left
    reason: Text | None = None  # printed on the credit note

    @property
    def credits(self) -> bool:
        """Whether it gives something back by a credit note."""
        return self.decision in _CREDITING


class Said(Record):
    """What a seller says to the buyer."""

    text: Message


class Answer(Record):
    """What a seller wrote to the buyer."""

    text: Message
    at: Instant
    level: int | None = None  # which of the invoice's answers, as its mail counts them


class Decision(Record):
    """What was decided, for good."""

    ruling: Ruling
    at: Instant
    credit: str | None = None  # the id of the credit that it asks for


class Evidence(Record):
    """What was sent to the bank."""

    at: Instant
    fields: tuple[str, ...]  # their names at Stripe
    file: str | None = None  # file_…, the invoice's PDF


class Key(Record):
    """What makes a case itself."""

    seller: str
    number: str  # of the invoice
    id: str  # du_…, re_… or claim_…


class Case(Record):
    """One thing said against an invoice, and what became of it."""

    key: Key
    opened_at: Instant
    about: About
    answers: tuple[Answer, ...] = ()
    evidence: Evidence | None = None
    decision: Decision | None = None
    version: int = 0

    @property
    def is_open(self) -> bool:
        """Whether the seller or a bank still has to decide."""
        return self.decision is None and self.about.freeze is not None

    @property
    def takes_evidence(self) -> bool:
        """Whether a bank waits for what the seller has to say."""
        return isinstance(self.about, Dispute) and self.about.freeze == "dispute"

    @property
    def credit_id(self) -> str:
        """The id of the credit that a decision asks for: asked again it is the same credit."""
        return f"case-{self.key.id}"

    def joined(self, fresh: Self) -> Self:
        """Take in another reading of the same case; late or repeated it changes nothing."""
        return self.model_copy(update={"about": self.about.joined(fresh.about)})  # type: ignore[arg-type]  # one id is one kind

    def open_to(self) -> frozenset[DecisionName]:
        """Say what its seller may decide now."""
        waits = not isinstance(self.about, Dispute) or self.about.is_decided
        return _OPEN_TO[self.about.kind] if self.is_open and waits else frozenset()

    def refusal(self, ruling: Ruling) -> Reason | None:
        """Say why a decision cannot be taken now, None if it can."""
        if ruling.decision not in self.open_to():
            may = ", ".join(sorted(self.open_to())) or "nothing: its bank has to decide first"
            sentence = f"of this case may be decided: {may}"
            return Reason(code="not_open_to", message=sentence, path="$.decision")
        if ruling.amount is not None and not isinstance(self.about, Claim):
            sentence = f"what moved is {self.about.amount}, and no other amount is credited for it"
            return Reason(code="amount_given", message=sentence, path="$.amount")
        return None

    def decided(self, ruling: Ruling, *, at: datetime) -> Self:
        """Decide it; a decision that credits names its credit."""
        credit = self.credit_id if ruling.credits else None
        decision = Decision(ruling=ruling, at=at, credit=credit)
        return self.model_copy(update={"decision": decision})

    def answered(self, text: str, *, at: datetime, level: int | None = None) -> Self:
        """Keep what the seller wrote; the same text twice in a row is one answer.

        RefusedError once there are very many.
        """
        if self.answers and self.answers[-1].text == text:
            return self
        if len(self.answers) >= MOST_ANSWERS:
            sentence = f"a case keeps {MOST_ANSWERS} answers"
            raise RefusedError((Reason(code="too_many_answers", message=sentence),))
        answers = (*self.answers, Answer(text=text, at=at, level=level))
        return self.model_copy(update={"answers": answers})

    def erased(self) -> Self:
        """Forget who said what: that there was a case, and what was decided of it, stays."""
        answers = [each.model_copy(update={"text": ERASED}) for each in self.answers]
        about = self.about
        if isinstance(about, Claim):
            about = about.model_copy(update={"message": ERASED, "email": None})
        return self.model_copy(update={"about": about, "answers": tuple(answers)})

    def answer(self, level: int) -> Answer | None:
        """Give the answer that a mail tells of."""
        return next((each for each in self.answers if each.level == level), None)

    def freeze(self, zone: ZoneInfo) -> Freeze | None:
        """Give the freeze that follows from it.

        It stays as long as the case is open, and until a credit note that was decided has had the
        time to be issued.
        """
        reason = self.about.freeze
        credits_ = self.decision and self.decision.credit
        if not reason or (self.decision and not credits_):
            return None
        until: date | None = None
        if self.decision:
            until = (self.decision.at + GRACE).astimezone(zone).date()
        return Freeze(reason=reason, since=self.opened_at, until=until, about=self.key.id)

    def freezing(self, freezes: Freezes, zone: ZoneInfo) -> Freezes:
        """Give an invoice's freezes as they follow from this case."""
        return freezes.only(self.freeze(zone), about=self.key.id)


def of_stripe(about: Dispute | DashboardRefund, *, seller: str, number: str) -> Case:
    """Open a case of what Stripe tells of a payment."""
    key = Key(seller=seller, number=number, id=about.id)
    return Case(key=key, opened_at=about.opened_at, about=about)


def of_claim(claim: Claim, *, seller: str, number: str, at: datetime) -> Case:
    """Open a case of what a buyer says; the same said again is the same case."""
    name = f"claim_{digest(plain(claim) | {'invoice': number})[:24]}"
    return Case(key=Key(seller=seller, number=number, id=name), opened_at=at, about=claim)


def credit_of(case: Case, ruling: Ruling, *, left: Money, language: Language) -> Credit:
    """Give the credit that a decision asks for; `left` is what may be credited of the invoice.

    What left through a dispute or a refund in the dashboard is gone already: only a claim's credit
    sends money back.
    """
    amount = ruling.amount if isinstance(case.about, Claim) else case.about.amount.amount
    whole = amount is None or amount == left.amount
    return Credit(
        id=case.credit_id,
        reason=ruling.reason or _WORDS[language][case.about.kind],
        whole=True if whole else None,
        amount=None if whole else amount,
        refund=True if ruling.decision == "refund" else None,
    )
