"""A buyer's claim on the page of his invoice: the form, its faults, and what became of it.

The form is plain HTML: what is filled in badly comes back as it was typed, each fault beside its
field, because there is no JavaScript that could tell earlier.
"""

from collections.abc import Sequence
from datetime import date
from typing import Literal, get_args
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from invoicing.cases import MOST_CLAIMS, Case
from invoicing.objections import Claim, ClaimReason
from invoicing.records import Record

Field = Literal["reason", "message", "email"]

_LONGEST_BODY = 50_000  # bytes; 2,000 characters are at most 24,000 of them as a form sends them
_MOST_FIELDS = 10


class Form(Record):
    """The form as it is shown: empty, or as it was filled in."""

    reason: str = ""
    message: str = ""
    email: str = ""
    faults: tuple[Field, ...] = ()

    @property
    def reasons(self) -> tuple[ClaimReason, ...]:
        """What there is to choose from."""
        return get_args(ClaimReason)


class Claimed(Record):
    """A claim that was made, and how far it got."""

    reason: ClaimReason
    on: date
    state: Literal["received", "answered", "closed"]
    message: str
    answers: tuple[str, ...]


def claimed(cases: Sequence[Case], zone: ZoneInfo) -> tuple[Claimed, ...]:
    """List the claims among an invoice's cases, as they were made."""
    return tuple(
        Claimed(
            reason=each.about.reason,
            on=each.opened_at.astimezone(zone).date(),
            state=_state(each),
            message=each.about.message,
            answers=tuple(answer.text for answer in each.answers),
        )
        for each in cases
        if isinstance(each.about, Claim)
    )


def may_claim(claims: Sequence[Claimed]) -> bool:
    """Say whether another claim is taken: one at a time, and not without end."""
    return len(claims) < MOST_CLAIMS and all(each.state == "closed" for each in claims)


def read(body: bytes) -> Claim | Form:
    """Read a form as a browser posts it; a form with its faults where it cannot be taken."""
    try:
        sent = dict(parse_qsl(body[:_LONGEST_BODY].decode(), max_num_fields=_MOST_FIELDS))
    except ValueError:  # not in UTF-8, which the page asks for, or not from our form
        sent = {}
    filled = {name: sent.get(name, "").replace("\r\n", "\n").strip() for name in get_args(Field)}
    try:
        return Claim.model_validate(filled | {"email": filled["email"] or None})
    except ValidationError as error:
        wrong = {fault["loc"][0] for fault in error.errors()}
        faults = tuple(name for name in get_args(Field) if name in wrong)
        return Form(**filled, faults=faults)


def _state(case: Case) -> Literal["received", "answered", "closed"]:
    if not case.is_open:
        return "closed"
    return "answered" if case.answers else "received"
