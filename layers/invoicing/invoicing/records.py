"""What every record of Facturier has in common.

A record is frozen and refuses unknown fields, so a wrong state cannot be written and a misspelt
field cannot be lost. Its canonical form is what is hashed: UTF-8 JSON, keys sorted, no spaces,
decimals as strings, fields without a value left out (a field that is added later then does not
change the hash of what was written before it existed).
"""

import hashlib
import json
from datetime import UTC, date, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field


class Record(BaseModel):
    """A frozen shape of our own; shapes of AWS and Stripe are read leniently elsewhere."""

    # What was sent stays out of an error's text, and so out of logs and traces. A validator is
    # built when it is needed: a function imports more records than it makes.
    model_config = ConfigDict(
        frozen=True, extra="forbid", hide_input_in_errors=True, defer_build=True
    )


def _to_milliseconds(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(microsecond=at.microsecond // 1000 * 1000)


Instant = Annotated[AwareDatetime, AfterValidator(_to_milliseconds)]
"""A moment in UTC, to the millisecond."""

Day = Annotated[date, Field(ge=date(1900, 1, 1), lt=date(9900, 1, 1))]
"""A civil day that a caller says, far enough from both ends of the calendar to count from it."""


def plain(record: Record) -> dict[str, Any]:
    """Give the record as JSON values, without the fields that have no value."""
    return record.model_dump(mode="json", exclude_none=True)


def written(record: Record, name: str) -> str:
    """Give one field as `plain` writes it, such as a moment."""
    text: str = record.model_dump(mode="json", include={name})[name]
    return text


def canonical(values: dict[str, Any]) -> bytes:
    """Give the one byte string that stands for these JSON values."""
    text = json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()


def digest(values: dict[str, Any]) -> str:
    """Give the SHA-256 of the canonical form, in hexadecimal."""
    return hash_of(canonical(values))


def hash_of(text: bytes) -> str:
    """Give the SHA-256 of a canonical form, in hexadecimal."""
    return hashlib.sha256(text).hexdigest()
