from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoicing.plans import DEFAULT, SEPARATE, Step
from invoicing.reminders import Agenda, buyer_of
from tests.builders import a_buyer, a_draft, a_seller, an_agenda, an_invoice

DUE = date(2026, 12, 21)
AGENDA = an_agenda(DUE.isoformat())
PLAN = [step.days for step in DEFAULT]
MAILS = [step.days for step in DEFAULT if step.tone not in SEPARATE]
RUNS = st.lists(st.integers(-40, 60), min_size=1, max_size=40).map(sorted)  # days around the due


def is_woken(agenda, today):
    """Say whether it is looked at on a day, if everybody works on all of them."""
    return not agenda.not_before or agenda.not_before.astimezone(agenda.timezone).date() <= today


def reminded(days):
    """Run on these days and give what was sent: the day and the level."""
    agenda, sent = AGENDA, []
    for day in days:
        today = DUE + timedelta(days=day)
        level = agenda.reached(today) if is_woken(agenda, today) else None
        if level:
            sent.append((day, level))
            agenda = agenda.after(level, done_on=today)
    return sent


@pytest.mark.parametrize(
    ("level", "day"),
    [
        (1, date(2026, 12, 18)),
        (2, date(2026, 12, 22)),
        (3, date(2026, 12, 28)),
        (4, date(2027, 1, 5)),
        (5, date(2027, 1, 20)),
    ],
)
def test_each_level_has_its_day(level, day):
    assert AGENDA.at(level).on == day


def test_nobody_is_reminded_before_the_first_day():
    assert AGENDA.reached(date(2026, 12, 17)) is None
    assert AGENDA.reached(date(2026, 12, 18)) == 1


def test_a_run_every_day_sends_every_level_on_its_day():
    assert reminded(range(-40, 61)) == [(day, level) for level, day in enumerate(PLAN, 1)]


def test_days_that_were_missed_are_caught_up_with_one_mail():
    assert reminded([8, 9, 14, 15]) == [(8, 3), (15, 4)]


def test_a_run_twice_on_a_day_sends_once():
    assert reminded([1, 1, 1]) == [(1, 2)]


def test_after_the_last_level_there_is_none():
    ended = AGENDA.after(len(PLAN), done_on=DUE)

    assert ended.has_ended
    assert ended.reached(date(2099, 1, 1)) is None
    assert reminded([100, 101, 200, 300]) == [(100, 5), (200, 6), (300, 7)]


def test_a_formal_notice_is_not_jumped_over_and_has_its_days_before_what_follows():
    assert reminded([44, 80, 94, 95]) == [(44, 5), (80, 6), (95, 7)]


def test_a_formal_notice_is_not_the_first_that_is_said_of_what_was_missed():
    assert reminded([20, 80, 94, 95, 109, 110]) == [(20, 4), (80, 5), (95, 6), (110, 7)]


def reminded_again(level, back_on, days):
    """Let a debt come back before a level; give what was sent then: the day and how firmly."""
    agenda, sent = AGENDA.at(level).reopened(DUE + timedelta(days=back_on)), []
    for day in days:
        today = DUE + timedelta(days=day)
        come = agenda.reached(today) if is_woken(agenda, today) else None
        if come:
            sent.append((day, agenda.plan[come - 1].tone))
            agenda = agenda.after(come, done_on=today)
    return sent


def test_a_debt_that_came_back_late_is_asked_for_from_where_it_was_and_with_the_days_of_the_plan():
    assert reminded_again(3, 80, range(80, 150)) == [
        (81, "friendly"),
        (89, "firm"),
        (104, "final"),
        (119, "formal_notice"),
        (134, "hand_over"),
    ]


@pytest.mark.parametrize(("level", "gap"), [(6, 15), (7, 15)])
def test_before_the_formal_notice_a_debt_that_came_back_is_asked_for_once_more(level, gap):
    assert reminded_again(level, 80, range(80, 150)) == [
        (81, "final"),
        (81 + gap, "formal_notice"),
        (81 + gap + 15, "hand_over"),
    ]


@pytest.mark.parametrize(
    ("tones", "again"),
    [
        (["friendly", "firm"], ["firm"]),
        (["friendly", "formal_notice"], ["friendly", "formal_notice"]),
        (["formal_notice"], ["formal_notice"]),
    ],
)
def test_a_plan_that_ended_goes_on_at_levels_of_its_own_as_often_as_the_debt_comes_back(
    tones, again
):
    steps = tuple(Step(days=10 * n, tone=tone) for n, tone in enumerate(tones, 1))
    agenda, said = AGENDA.model_copy(update={"steps": steps}), []
    for day in range(1, 300):
        today = DUE + timedelta(days=day)
        if day in {100, 200}:
            assert agenda.has_ended
            agenda = agenda.paid(today).reopened(today)
        level = agenda.reached(today) if is_woken(agenda, today) else None
        if level:
            said.append((level, agenda.plan[level - 1].tone))
            agenda = agenda.after(level, done_on=today)

    assert said == list(enumerate([*tones, *again, *again], 1))
    assert agenda.has_ended


def test_a_debt_that_came_back_and_was_frozen_for_long_is_not_asked_for_all_at_once():
    assert reminded_again(2, 5, [60, 61, 65, 66]) == [(60, "friendly"), (66, "friendly")]


def test_what_came_back_in_time_has_the_days_of_its_plan():
    assert reminded_again(4, 10, range(10, 31)) == [(15, "firm"), (30, "final")]


def test_who_paid_before_his_first_reminder_is_asked_in_a_friendly_way():
    assert reminded_again(1, 20, [20, 21]) == [(21, "friendly")]


@given(st.integers(1, 7), st.integers(-10, 400), RUNS)
def test_no_debt_that_came_back_begins_with_a_right(level, back_on, days):
    sent = reminded_again(level, back_on, [back_on + abs(day) for day in days])

    assert sent[:1] not in [[(day, tone)] for day, _ in sent for tone in SEPARATE]
    assert all(day > back_on for day, _ in sent)


@given(RUNS)
def test_no_level_goes_out_early_twice_or_in_the_wrong_order(days):
    levels = [level for _, level in reminded(days)]

    assert levels == sorted(set(levels))
    for day, level in reminded(days):
        assert PLAN[level - 1] <= day


@given(RUNS)
def test_whoever_is_reminded_gets_the_firmest_level_whose_day_has_come(days):
    for day, level in reminded(days):
        assert level >= len(MAILS) or PLAN[level] > day


@given(RUNS)
def test_no_level_is_owed_after_a_run(days):
    *_, last = days
    come = [level for level, day in enumerate(MAILS, 1) if day <= last]
    sent = [level for _, level in reminded(days)]

    assert max(sent, default=0) >= max(come, default=0)


@pytest.mark.parametrize(("days", "level"), [(30, 1), (4, 1), (3, 2), (0, 2)])
def test_nobody_is_reminded_on_the_day_that_the_invoice_comes(days, level):
    invoice = an_invoice(a_draft(payment_days=days))

    agenda = Agenda.first(invoice)

    assert agenda
    assert agenda.level == level
    assert agenda.on > invoice.issued_on


def test_a_seller_has_a_plan_of_his_own_for_each_kind_of_buyer():
    plan = {"business": [{"days": 5, "tone": "firm"}], "consumer": []}
    seller = a_seller(reminders=plan)
    business = a_buyer(kind="business", registration="732829320").model_dump(exclude_none=True)

    to_business = Agenda.first(an_invoice(a_draft(seller=seller, buyer=business)))

    assert to_business
    assert [step.days for step in to_business.plan] == [5]
    assert Agenda.first(an_invoice(a_draft(seller=seller))) is None


@pytest.mark.parametrize(
    "change", [{"name": "Louis Perrin"}, {"email": "louis@buyer.example"}, {"language": "de"}]
)
def test_only_what_goes_to_one_person_in_one_language_shares_a_mail(change):
    plain, other = an_invoice(), an_invoice(buyer=a_buyer(**change).model_dump())

    assert buyer_of(plain) == buyer_of(an_invoice(id="1002"))
    assert buyer_of(plain) != buyer_of(other)


def test_who_has_no_address_shares_nothing():
    unknown = a_buyer(email=None).model_dump()

    assert buyer_of(an_invoice(buyer=unknown)) == "FA-2026-000001"
