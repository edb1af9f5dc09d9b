import pytest
from pydantic import ValidationError

from invoicing import faults, plans
from tests.builders import a_seller


def told(reminders):
    """Where the profile is wrong, and why."""
    with pytest.raises(ValidationError) as refused:
        a_seller(reminders=reminders)
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
        ([step(1, "friendly"), step(731, "final")], "[1].days", "less than or equal to 730"),
    ],
)
def test_a_plan_that_cannot_be_carried_out_is_refused_with_its_place(steps, path, why):
    [(where, sentence)] = told({"business": steps})

    assert where == f"$.reminders.business{path}"
    assert why in sentence


def test_every_fault_of_both_plans_is_told_at_once():
    both = {"consumer": [step(1, "ahead")], "business": [step(2, "rude")]}

    assert [where for where, _ in told(both)] == [
        "$.reminders.consumer[0]",
        "$.reminders.business[0].tone",
    ]


def test_the_longest_plan_may_come_back_years_later():
    seller = a_seller(reminders={"consumer": [step(1, "friendly"), step(730, "final")]})
    assert seller.reminders
    own = seller.reminders.of("consumer")
    assert own

    assert [each.days for each in plans.resumed(own, 1, day=1500)] == [1500, 2229]
