"""The plan of reminders: on which days around the due date, and how firmly.

A seller may have one for consumers and one for businesses. The plan that stood when an invoice was
issued holds for it to the end, because it is part of the profile that the invoice is frozen with.
"""

from collections.abc import Sequence
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

LATEST = 730
"""Days after the due date at which a seller's own step may come."""


class Step(Record):
    """One step: so many days after the due date, or before it if less than nothing."""

    days: Annotated[int, Field(ge=-60, le=LATEST)]
    tone: StepTone

    @model_validator(mode="after")
    def _in_time(self) -> "Step":
        """Refuse to tell somebody of a delay before there is one, or to announce what is over."""
        if (self.days <= 0) != (self.tone == "ahead"):
            raise ValueError("until the due date a step is `ahead`, and after it none is")
        return self


class PlannedStep(Step):
    """A step of one invoice; that of a debt that came back may come years after the due date."""

    days: Annotated[int, Field(ge=-60, le=3650)]


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


def planned(steps: Sequence[Step]) -> tuple[PlannedStep, ...]:
    """Give the steps of an invoice as its plan says them."""
    return tuple(_later(each, 0) for each in steps)


def moved(steps: Sequence[Step], level: int, *, day: int) -> tuple[PlannedStep, ...]:
    """Let a level come no earlier than a day after the due date, and what follows it as much later.

    What was meant for the time before the due date is a friendly word after it.
    """
    later = max(0, day - steps[level - 1].days)
    ahead = [_later(each, later) for each in steps[level - 1 :]]
    return (*planned(steps[: level - 1]), *ahead)


def resumed(steps: Sequence[Step], level: int, *, day: int) -> tuple[PlannedStep, ...]:
    """Go on at a level with a debt that was settled and came back, on a day after the due date.

    What a right hangs on is not the first that is said of it: where such a step is next, the plan
    goes on with the last one before it that is none, said once more. So does a plan that has ended,
    or else with its last step.
    """
    ended = level > len(steps)
    if not ended and steps[level - 1].tone not in SEPARATE:
        return moved(steps, level, day=day)
    gentler = [n for n in range(1, level) if steps[n - 1].tone not in SEPARATE]
    begin = gentler[-1] if gentler else level - 1 if ended else level
    again = steps[begin - 1 : level - 1]
    repeated = moved(again, 1, day=max(day, again[-1].days + 1)) if again else ()
    later = repeated[0].days - again[0].days if again else 0
    ahead = [_later(each, later) for each in steps[level - 1 :]]
    return (*planned(steps[: level - 1]), *repeated, *ahead)


def _later(step: Step, days: int) -> PlannedStep:
    late = step.days + days
    tone = "friendly" if step.tone == "ahead" and late > 0 else step.tone
    return PlannedStep(days=late, tone=tone)


class ReminderPlans(Record):
    """The plans of a seller; what is not said is as usual."""

    consumer: Plan | None = None
    business: Plan | None = None

    def of(self, kind: Literal["consumer", "business"]) -> tuple[Step, ...] | None:
        """Give the plan for a kind of buyer, None where the seller wants the usual one."""
        return self.consumer if kind == "consumer" else self.business
