"""The plan of reminders: on which days around the due date, and how firmly.

A seller may have one for consumers and one for businesses. The plan that stood when an invoice was
issued holds for it to the end, because it is part of the profile that the invoice is frozen with.
"""

from itertools import pairwise
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from invoicing.records import Record

Tone = Literal["ahead", "friendly", "firm", "final", "formal_notice"]
"""How a mail asks; the formal notice (mise en demeure, Mahnung) is what the law calls one."""

StepTone = Literal["ahead", "friendly", "firm", "final", "formal_notice", "hand_over"]
"""A tone, or the hand-over, which is no mail: it waits for the seller."""

SEPARATE = frozenset({"formal_notice", "hand_over"})
"""Steps that are never jumped over and never share a mail: a right hangs on each of them."""


class Step(Record):
    """One step: so many days after the due date, or before it if less than nothing."""

    days: Annotated[int, Field(ge=-60, le=730)]
    tone: StepTone

    @model_validator(mode="after")
    def _in_time(self) -> "Step":
        """Refuse to tell somebody of a delay before there is one, or to announce what is over."""
        if (self.days <= 0) != (self.tone == "ahead"):
            raise ValueError("until the due date a step is `ahead`, and after it none is")
        return self


def _in_order(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    if any(later.days <= earlier.days for earlier, later in pairwise(steps)):
        raise ValueError("each step comes later than the one before it")
    if any(each.tone == "hand_over" for each in steps[:-1]):
        raise ValueError("nothing comes after the hand-over")
    return steps


Plan = Annotated[tuple[Step, ...], Field(max_length=12), AfterValidator(_in_order)]
"""Steps in their order, a level each from 1 on; without any, nobody is reminded."""

DEFAULT: tuple[Step, ...] = (
    Step(days=-3, tone="ahead"),
    Step(days=1, tone="friendly"),
    Step(days=7, tone="friendly"),
    Step(days=15, tone="firm"),
    Step(days=30, tone="final"),
    Step(days=45, tone="formal_notice"),
    Step(days=60, tone="hand_over"),
)


class ReminderPlans(Record):
    """The plans of a seller; what is not said is as usual."""

    consumer: Plan | None = None
    business: Plan | None = None

    def of(self, kind: Literal["consumer", "business"]) -> tuple[Step, ...] | None:
        """Give the plan for a kind of buyer, None where the seller wants the usual one."""
        return self.consumer if kind == "consumer" else self.business
