"""What the outside world was told in a run, and what it did itself."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

Body = dict[str, Any]
Key = tuple[str, str]  # seller, and the id that the shop gave


def _lists() -> dict[Key, list[Body]]:
    return defaultdict(list)


@dataclass
class Told:
    """Kept by whoever stands outside."""

    accepted: dict[Key, list[Body]] = field(default_factory=_lists)  # answered with 202
    answers: dict[Key, set[str]] = field(default_factory=lambda: defaultdict(set))
    corrections: dict[Key, list[Body]] = field(default_factory=_lists)  # that were sent
    cancelled: set[Key] = field(default_factory=set)  # as the answer said
    credits: dict[Key, list[Body]] = field(default_factory=_lists)  # answered with 202
    led_to: set[str] = field(default_factory=set)  # sessions at Stripe
    refused: list[str] = field(default_factory=list)  # answers that nobody should get
