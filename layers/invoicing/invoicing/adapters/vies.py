"""VIES: whether a VAT number exists, asked over its REST interface.

The answer is one of three, never an error: VIES asks the state's own register, which is often shut
for hours, and an order waits for it rather than being billed wrongly. With the seller's number in
the question VIES gives a consultation number, which proves that it was asked.
"""

from datetime import datetime
from functools import cache
from typing import Any

import urllib3
from pydantic import BaseModel, Field, ValidationError
from urllib3.exceptions import HTTPError

from invoicing import settings
from invoicing.vat.findings import VatCheck

_VIES = "https://ec.europa.eu/taxation_customs/vies/rest-api"
_CONNECT_SECONDS, _READ_SECONDS = 2.0, 6.0
_NOTHING = {"", "---"}
_NOT_THE_ASKER = "INVALID_REQUESTER_INFO"


def check(number: str, *, asked_by: str | None, at: datetime) -> VatCheck:
    """Ask about a number with its prefix, Greece's as EL; `asked_by` is the seller's own."""
    answer = _ask(number, asked_by)
    if asked_by and not isinstance(answer, str) and answer.cause == _NOT_THE_ASKER:
        return check(number, asked_by=None, at=at)  # without a proof rather than not at all
    if isinstance(answer, str):
        return VatCheck(outcome="unknown", number=number, checked_at=at, cause=answer)
    if not answer.sure:
        return VatCheck(outcome="unknown", number=number, checked_at=at, cause=answer.cause)
    return VatCheck(
        outcome="valid" if answer.valid else "invalid",
        number=number,
        checked_at=at,
        consultation_number=_given(answer.consultation_number),
        name=_given(answer.name),
    )


class _Fault(BaseModel):
    error: str


class _Answer(BaseModel):
    """What VIES says, read leniently: it grows without notice. No `valid` is no answer."""

    valid: bool | None = Field(default=None, strict=True)
    consultation_number: str | None = Field(default=None, alias="requestIdentifier")
    name: str | None = None
    faults: list[_Fault] = Field(default=[], alias="errorWrappers")
    user_error: str | None = Field(default=None, alias="userError")

    @property
    def sure(self) -> bool:
        """Say whether this is an answer: beside a `valid` of false an error may stand."""
        return self.valid is not None and self.user_error in {None, "", "VALID", "INVALID"}

    @property
    def cause(self) -> str:
        """Name what kept VIES from answering: MS_UNAVAILABLE, MS_MAX_CONCURRENT_REQ and so on."""
        return self.faults[0].error if self.faults else self.user_error or "no_answer"


def _ask(number: str, asked_by: str | None) -> _Answer | str:
    """Give VIES's answer, or the name of what went wrong on the way."""
    base = settings.optional("VIES_ENDPOINT") or _VIES
    try:
        response = _pool().request(
            "POST", f"{base.rstrip('/')}/check-vat-number", json=_question(number, asked_by)
        )
    except HTTPError:
        return "unreachable"
    try:
        return _Answer.model_validate_json(response.data)
    except ValidationError:
        return "not_understood"


def _question(number: str, asked_by: str | None) -> dict[str, Any]:
    question = {"countryCode": number[:2], "vatNumber": number[2:]}
    if asked_by:
        question |= {"requesterMemberStateCode": asked_by[:2], "requesterNumber": asked_by[2:]}
    return question


def _given(text: str | None) -> str | None:
    """Give what a state disclosed; some answer with dashes."""
    return None if text is None or text.strip() in _NOTHING else text.strip()


@cache
def _pool() -> urllib3.PoolManager:
    patience = urllib3.Timeout(connect=_CONNECT_SECONDS, read=_READ_SECONDS)
    return urllib3.PoolManager(timeout=patience, retries=False)
