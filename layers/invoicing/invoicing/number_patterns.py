"""How a seller's numbers read.

A number tells its kind by its prefix for ever, so no two kinds may come to the same number, and no
pattern may make one that a platform refuses.
"""

from functools import lru_cache
from itertools import permutations
from typing import Annotated

from pydantic import Field, model_validator

from invoicing.records import Record


class NumberPatterns(Record):
    """How the seller's numbers read, a prefix of its own for each kind of document.

    A pattern holds `{year}` and `{n}`, the count being padded to `digits`.
    """

    invoice: str = "FA-{year}-{n}"
    credit_note: str = "AV-{year}-{n}"
    receipt: str = "RC-{year}-{n}"
    closing: str | None = None  # CL-{year}-{n}
    late_payment: str | None = None  # PR-{year}-{n}
    digits: Annotated[int, Field(ge=1, le=12)] = 6

    @property
    def of_closings(self) -> str:
        """The pattern of closings, which older profiles do not name."""
        return self.closing or "CL-{year}-{n}"

    @property
    def of_late_payment(self) -> str:
        """The pattern of late payment notes, which older profiles do not name."""
        return self.late_payment or "PR-{year}-{n}"

    @model_validator(mode="after")
    def _can_be_told_apart(self) -> "NumberPatterns":
        own = (self.invoice, self.credit_note, self.receipt)
        _check_patterns((*own, self.of_closings, self.of_late_payment), self.digits)
        return self


@lru_cache  # each document that is read brings its seller's patterns along
def _check_patterns(patterns: tuple[str, ...], digits: int) -> None:
    prefixes = [pattern.partition("{")[0] for pattern in patterns]
    if any(_may_meet(one, other) for one, other in permutations(prefixes, 2)):
        raise ValueError("each kind of document needs a prefix of its own")
    for pattern in patterns:
        _check_pattern(pattern, digits)


def _may_meet(prefix: str, other: str) -> bool:
    """Tell prefixes of which one reads on like the other's digits: A and A1 both write A11-2026."""
    rest = other.removeprefix(prefix)
    return other.startswith(prefix) and (not rest or rest[0].isdigit())


def _check_pattern(pattern: str, digits: int) -> None:
    rest = pattern.replace("{year}", "", 1).replace("{n}", "", 1)
    if len(rest) != len(pattern) - len("{year}{n}"):
        raise ValueError(f"{pattern!r} must hold {{year}} and {{n}} once each")
    if not all(letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-" for letter in rest):
        raise ValueError(f"{pattern!r} may use A-Z, 0-9 and - only")
    longest = 35  # BR-FR-02; other platforms take more
    if len(rest) + len("2026") + max(digits, 9) > longest:
        raise ValueError(f"{pattern!r} makes numbers of more than {longest} characters")
