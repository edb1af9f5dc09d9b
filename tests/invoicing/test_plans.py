import pytest
from pydantic import ValidationError

from invoicing import faults
from tests.builders import a_seller


def told(plans):
    """Where the profile is wrong, and why."""
    with pytest.raises(ValidationError) as refused:
        a_seller(reminders=plans)
    return [(each["path"], each["message"]) for each in faults.told(refused.value.errors())]


def step(days, tone):
    return {"days": days, "tone": tone}


@pytest.mark.parametrize(
    ("steps", "path", "why"),
    [
        ([step(1, "rude")], "[0].tone", "Input should be"),
        ([step(1, "ahead")], "[0]", "until the due date"),
        ([step(-1, "firm")], "[0]", "until the due date"),
        ([step(0, "friendly")], "[0]", "until the due date"),
        ([step(1, "friendly"), step(1, "firm")], "", "later than the one before"),
        ([step(9, "hand_over"), step(10, "final")], "", "nothing comes after the hand-over"),
        ([step(n, "friendly") for n in range(1, 14)], "", "at most 12"),
        ([step(1, "friendly") | {"note": "x"}], "[0].note", "Extra inputs"),
        ([step(9999, "final")], "[0].days", "less than or equal"),
    ],
)
def test_a_plan_that_cannot_be_carried_out_is_refused_with_its_place(steps, path, why):
    [(where, sentence)] = told({"business": steps})

    assert where == f"$.reminders.business{path}"
    assert why in sentence


def test_every_fault_of_both_plans_is_told_at_once():
    plans = {"consumer": [step(1, "ahead")], "business": [step(2, "rude")]}

    assert [where for where, _ in told(plans)] == [
        "$.reminders.consumer[0]",
        "$.reminders.business[0].tone",
    ]
