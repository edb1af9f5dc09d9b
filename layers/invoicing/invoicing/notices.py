"""Notices: one mail for one occasion.

SES takes no idempotency token, so a mail is claimed before it is sent and a lost answer leaves the
notice UNKNOWN instead of sending blindly again. Whatever SES tells later of any attempt proves that
it took the mail. There is one notice for each document, occasion and level. A document owes its
mail by itself, and its notice is written with the first attempt; any other is created in the write
of the fact that causes it.
"""

import re
from datetime import date, datetime, timedelta
from typing import Literal, Self, get_args

from invoicing import trails
from invoicing.cases import Case
from invoicing.invoices import Invoice
from invoicing.objections import Claim
from invoicing.parties import Buyer, Language, Seller
from invoicing.records import Instant, Record
from invoicing.reminder_mails import ReminderMail

LEASE = timedelta(minutes=5)  # longer than the function that holds it may run
GRACE = timedelta(hours=1)  # what SES has to tell, in an event, that it took a mail
MOST_DOUBTS = 3  # lost answers to one notice; then a person decides

Occasion = Literal[
    "invoice", "credit_note", "receipt", "late_payment", "reminder", "answer", "closing", "digest"
]
Told = Literal["SENT", "UNDELIVERED", "DELIVERED", "BOUNCED", "COMPLAINED"]
"""What SES says of a mail that it took, each stronger than those before it.

UNDELIVERED: it gave up, or the other side does not take it for the time being. An automatic answer
from somebody's holidays looks the same, so a delivery outweighs it. BOUNCED: there is no such
address. JOINED is no word of SES: the mail of another notice (`within`) speaks of this one too.
"""
State = (
    Literal["QUEUED", "SENDING", "CANCELLED", "REFUSED", "UNKNOWN", "JOINED", "PAPER", "POSTED"]
    | Told
)

_REST = re.compile(r"(?P<occasion>[a-z_]+)_(?P<level>[0-9]+)(_(?P<way>[a-z]+))?")
_STRENGTH = {state: n for n, state in enumerate(get_args(Told), start=1)}


class Key(Record):
    """What makes a notice itself."""

    seller: str
    number: str  # of the document that it is about; of a digest, its day
    occasion: Occasion
    level: int = 0  # of a reminder, 1 being the first; of an answer, counted by invoice
    way: Literal["fallback", "copy"] | None = None  # to another than whom it is for first

    def __str__(self) -> str:
        """Name the notice in logs."""
        name = f"{self.seller}.{self.number}.{self.occasion}.{self.level}"
        return f"{name}.{self.way}" if self.way else name

    @property
    def tag(self) -> str:
        """Name the notice as an SES tag may: letters, digits, _ and -."""
        return str(self).replace(".", "_")

    @classmethod
    def of_tag(cls, tag: str) -> Self:
        """Read the tag back; ValueError if it is none of ours."""
        seller, number, rest = tag.split("_", 2)
        found = _REST.fullmatch(rest)
        if not found:
            raise ValueError(f"{tag} names no notice")
        level = int(found["level"])
        named = {"seller": seller, "number": number, "level": level, "way": found["way"]}
        return cls.model_validate({**named, "occasion": found["occasion"]})


class News(Record):
    """What SES tells of a mail that it took."""

    state: Told
    ses_id: str
    reason: str | None = None  # of a bounce or complaint, in words of SES; never an address
    at: Instant


class Notice(Record):
    """A mail that is owed to somebody, and how far it got."""

    key: Key
    recipient: str  # empty where it goes on paper
    about: str | None = None  # the case that an answer is given in
    order: str | None = None  # the shop's id of what its document is about, BT-14
    fallback: str | None = None  # where to write if this address gives the mail back
    language: Language
    owed_at: Instant  # when its occasion came; what it says is said as of then
    state: State = "QUEUED"
    since: Instant  # when it came into this state, or until when it is put off
    delivered_at: Instant | None = None  # when the other side's server took it first
    attempt: int = 0
    holder: str | None = None  # whose claim the last one was
    lease_until: Instant | None = None
    doubts: int = 0  # answers of SES that were lost
    ses_id: str | None = None
    reason: str | None = None
    settled_at: Instant | None = None  # when its seller said that he has seen to it
    reminder: ReminderMail | None = None
    within: Key | None = None  # the notice whose mail speaks of this one's document too

    @property
    def trail(self) -> str | None:
        """Under which all that follows from its order is found."""
        return trails.of(self.key.seller, self.order)

    @property
    def waits(self) -> bool:
        """Whether something still has to be done, by itself, for it to get out.

        What may have left is sent again after a while: a second copy of an invoice says the same.
        A second reminder does not, so that waits for a person.
        """
        again = self.key.occasion != "reminder" and self.doubts < MOST_DOUBTS
        return self.state in {"QUEUED", "SENDING"} or (self.state == "UNKNOWN" and again)

    @property
    def asks_seller(self) -> bool:
        """Whether a person has to see to it: it may not have arrived, and goes nowhere by itself.

        What bounced or was complained about is among the addresses that are not written to.
        """
        in_doubt = self.state == "UNKNOWN" and not self.waits
        lost = self.state in {"REFUSED", "UNDELIVERED"} and not self.fallback
        return (in_doubt or lost) and not self.settled_at

    @property
    def is_out(self) -> bool:
        """Whether SES took it."""
        return self.state in _STRENGTH

    @property
    def has_left(self) -> bool:
        """Whether nothing speaks against its having reached whom it is for."""
        return self.state in {"SENT", "DELIVERED", "COMPLAINED", "POSTED"}

    @property
    def told_default(self) -> bool:
        """Whether it gave notice of default and arrived; who complains about it has it."""
        formal = self.reminder is not None and self.reminder.tone == "formal_notice"
        return formal and self.state in {"DELIVERED", "COMPLAINED"}

    @property
    def arrived_at(self) -> datetime:
        """When it reached whom it is for, of one that did; a complaint comes after that."""
        return self.delivered_at or self.since

    @property
    def is_worth_repeating(self) -> bool:
        """Whether it is sent again to an address that gave it back and may be written to again.

        What a firmer reminder will say anyway is not.
        """
        returned = self.state in {"REFUSED", "BOUNCED"} and not self.settled_at
        formal = self.reminder is not None and self.reminder.tone == "formal_notice"
        return returned and (formal or self.key.occasion == "invoice")

    @property
    def numbers(self) -> tuple[str, ...]:
        """The documents that its mail speaks of."""
        asked = self.reminder.invoices if self.reminder else ()
        return tuple(each.number for each in asked) or (self.key.number,)

    def may_be_sent(self, at: datetime) -> bool:
        """Tell whether an attempt is due: it is queued, or was in doubt for long enough."""
        in_doubt = self.state == "UNKNOWN" and self.waits and self.since + GRACE <= at
        return self.state == "QUEUED" or in_doubt

    def joined_by(self, key: Key) -> "Notice":
        """Let its mail speak of another document too; that one's notice says so and ends here."""
        return self.model_copy(
            update={"key": key, "state": "JOINED", "within": self.key, "reminder": None}
        )

    def elsewhere(self, at: datetime) -> "Notice | None":
        """Owe the mail to the other address that was given; None where there is none."""
        if not self.fallback:
            return None
        return Notice(
            key=self.key.model_copy(update={"way": "fallback"}),
            recipient=self.fallback,
            about=self.about,
            order=self.order,
            language=self.language,
            owed_at=self.owed_at,
            since=at,
            reminder=self.reminder,
        )

    def claim(self, holder: str, at: datetime) -> Self:
        """Take it for one attempt; whoever finds the lease over knows that the outcome is not."""
        return self.model_copy(
            update={
                "state": "SENDING",
                "attempt": self.attempt + 1,
                "holder": holder,
                "lease_until": at + LEASE,
                "since": at,
                "reason": None,
            }
        )

    def is_held_by(self, claimed: Self) -> bool:
        """Tell whether this is that very claim, whatever its holder was told of it."""
        return self.state == "SENDING" and self.holder == claimed.holder

    def sent(self, ses_id: str) -> Self:
        """SES accepted it."""
        return self.model_copy(update={"state": "SENT", "ses_id": ses_id, "lease_until": None})

    def asking(self, reminder: ReminderMail) -> Self:
        """Keep what its mail asks for, from the moment on from which it may."""
        since = reminder.not_before or self.since
        return self.model_copy(update={"reminder": reminder, "since": since})

    def put_off(self, until: datetime) -> Self:
        """SES did not take it and said so; another attempt is safe, after a while."""
        return self.model_copy(update={"state": "QUEUED", "lease_until": None, "since": until})

    def doubted(self, reason: str, at: datetime) -> Self:
        """Nobody knows whether SES took it; its events may tell."""
        return self.model_copy(
            update={
                "state": "UNKNOWN",
                "reason": reason,
                "doubts": self.doubts + 1,
                "lease_until": None,
                "since": at,
            }
        )

    def ended(self, state: Literal["CANCELLED", "REFUSED"], reason: str) -> Self:
        """Stop here, with the reason for whoever asks."""
        return self.model_copy(update={"state": state, "reason": reason, "lease_until": None})

    def again(self, at: datetime) -> Self:
        """Let it be sent once more, because its seller says so."""
        anew = {"state": "QUEUED", "since": at, "doubts": 0, "reason": None, "settled_at": None}
        return self.model_copy(update=anew | {"delivered_at": None})

    def settled(self, at: datetime) -> Self:
        """Leave it as it is: its seller has seen to it."""
        return self.model_copy(update={"settled_at": at})

    def erased(self, at: datetime) -> Self:
        """Forget to whom it went: what became of it stays, and nobody has to see to it."""
        settled_at = self.settled_at or at
        nobody = {"recipient": "", "fallback": None, "settled_at": settled_at}
        return self.model_copy(update=nobody)

    def posted(self, at: datetime) -> Self:
        """Write down that it went to the post, or over the counter."""
        return self.model_copy(update={"state": "POSTED", "since": at})

    def told(self, news: News) -> Self:
        """Learn what SES says of any attempt; the strongest of all it says stays.

        So events in any order, repeated and late, come to the same. When it was delivered stays
        too, whatever is said of it later.
        """
        known = self._delivered(news.at) if news.state == "DELIVERED" else self
        if _STRENGTH[news.state] <= _STRENGTH.get(self.state, 0):
            return known
        learnt = {"state": news.state, "ses_id": news.ses_id, "reason": news.reason}
        anew = {"lease_until": None, "since": news.at, "settled_at": None}
        anew |= {"delivered_at": known.delivered_at}
        return self.model_copy(update=learnt | anew)

    def _delivered(self, at: datetime) -> Self:
        first = min(filter(None, (self.delivered_at, at)))
        return self.model_copy(update={"delivered_at": first})


def is_lost(notice: Notice, at: datetime) -> bool:
    """Tell a claim whose holder died: SES may have the mail or not."""
    over = notice.lease_until is not None and notice.lease_until < at
    return notice.state == "SENDING" and over


def to_buyer(key: Key, buyer: Buyer, language: Language, *, at: datetime) -> Notice | None:
    """Owe the buyer a mail, or paper where he wants that or gave no address.

    None where the shop shows its documents itself; a reminder of what is unpaid is no document and
    is written all the same. None too for the receipt of one who cannot be mailed: the law asks for
    no paper there.
    """
    is_reminder = key.occasion == "reminder"
    if buyer.delivery == "download" and not is_reminder:
        return None
    email = buyer.email or buyer.fallback_email
    notice = Notice(
        key=key,
        recipient=email or "",
        fallback=buyer.fallback_email if buyer.email else None,
        language=language,
        owed_at=at,
        since=at,
    )
    if email and buyer.delivery != "paper":
        return notice
    on_paper = notice.model_copy(update={"state": "PAPER", "recipient": "", "fallback": None})
    return None if key.occasion == "receipt" else on_paper


def answering(case: Case, invoice: Invoice, *, at: datetime) -> Notice | None:
    """Owe the buyer the answer that a case was given last; None where no address is known.

    It goes where he said that it reaches him, else where the invoice went. It is no document, so it
    is mailed to who hands his documents over, and to who wants them on paper.
    """
    draft, level = invoice.draft, case.answers[-1].level
    told = case.about.email if isinstance(case.about, Claim) else None
    ways = dict.fromkeys((told, draft.buyer.email, draft.buyer.fallback_email))
    addresses = [each for each in ways if each]
    if not addresses:
        return None
    return Notice(
        key=Key(seller=draft.seller.id, number=invoice.number, occasion="answer", level=level or 0),
        recipient=addresses[0],
        about=case.key.id,
        order=draft.order,
        fallback=next(iter(addresses[1:]), None),
        language=draft.language,
        owed_at=at,
        since=at,
    )


def copy(key: Key, seller: Seller, *, at: datetime) -> Notice | None:
    """Owe the accountant a copy of what a buyer is sent; None where the seller asked for none."""
    if not seller.accountant_copies or key.occasion not in {"invoice", "credit_note"}:
        return None
    return to_accountant(key.model_copy(update={"way": "copy"}), seller, at=at)


def to_seller(seller: Seller, day: date, *, at: datetime) -> Notice:
    """Owe the seller the digest of a day."""
    key = Key(seller=seller.id, number=day.isoformat(), occasion="digest")
    recipient = seller.digest_email or seller.email
    return Notice(key=key, recipient=recipient, language=seller.language, owed_at=at, since=at)


def to_accountant(key: Key, seller: Seller, *, at: datetime) -> Notice | None:
    """Owe the accountant a mail; None where the seller named none."""
    if not seller.accountant:
        return None
    return Notice(
        key=key, recipient=seller.accountant, language=seller.language, owed_at=at, since=at
    )
