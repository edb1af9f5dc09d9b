from datetime import UTC, date, datetime, timedelta

import pytest

from invoicing import timelines
from invoicing.freezes import Freeze, Freezes
from invoicing.reminders import Agenda
from invoicing.timelines import Facts
from invoicing.working_hours import weekend
from tests.builders import (
    NOON,
    a_case,
    a_claim,
    a_movement,
    a_notice,
    a_receipt_draft,
    a_stored,
    an_invoice,
    eur,
)

INVOICE = an_invoice()  # due on Monday, 21 December 2026
MORNING = timedelta(hours=9)
FIRST = Agenda.first(INVOICE)
HELD = Freeze(reason="by_hand", since=NOON)
SETTLED = "nothing was open: it was paid or credited"
PROMISED = "frozen by promise: the buyer promised to pay"


def on(day, hour=9):
    return datetime.fromisoformat(day).replace(hour=hour, tzinfo=UTC)


def facts(**changes):
    plain = {
        "invoice": INVOICE,
        "stored": None,
        "notices": (),
        "receipts": (),
        "credit_notes": (),
        "claims": (),
        "cases": (),
        "freezes": Freezes(seller="atelier", number=INVOICE.number),
        "agenda": FIRST,
    }
    return Facts(**plain | changes)


def told(known, at):
    return timelines.tell(known, weekend, at=at)


def reminded(level, at, **changes):
    notice = a_notice("reminder", level=level, **changes)
    sent = notice.claim("worker", at).sent("ses-1")
    return sent.model_copy(update={"owed_at": at, "since": at})


def paid(at, amount="120.00"):
    return a_receipt_draft(INVOICE, a_movement(amount)).issue(number="RC-2026-000001", at=at)


def why(events, level):
    [event] = [each for each in events if each.level == level and each.what.startswith("reminder")]
    return event.what, event.reason, event.until


def test_an_invoice_begins_with_its_issue_its_files_and_its_mail():
    mail = a_notice().claim("worker", NOON).sent("ses-1")

    events = told(facts(stored=a_stored(), notices=[mail]), NOON)

    assert [each.what for each in events] == ["issued", "stored", "mail", "next_reminder"]
    assert (events[2].state, events[2].attempts) == ("sent", 1)
    assert (events[3].level, events[3].reason) == (1, "ahead")


def test_who_has_paid_is_not_reminded_and_the_timeline_says_so():
    events = told(facts(receipts=[paid(on("2026-12-10"))], agenda=None), on("2026-12-30"))

    assert [each.what for each in events[:2]] == ["issued", "money"]
    assert why(events, 1) == ("reminder_not_sent", SETTLED, None)
    assert why(events, 2) == ("reminder_not_sent", SETTLED, None)
    assert all(each.what != "next_reminder" for each in events)


def test_a_reminder_before_the_payment_was_sent_and_those_after_it_were_not():
    sent, receipt = reminded(1, on("2026-12-18")), paid(on("2026-12-20"))

    events = told(facts(notices=[sent], receipts=[receipt], agenda=None), on("2026-12-30"))

    assert why(events, 1) == ("reminder", None, None)
    assert why(events, 2) == ("reminder_not_sent", SETTLED, None)


def test_what_was_frozen_on_its_day_says_by_what_and_until_when():
    promise = Freeze(reason="promise", since=on("2026-12-15"), until=date(2026, 12, 31))
    frozen = facts().freezes.frozen(promise)

    events = told(facts(freezes=frozen), on("2026-12-19"))

    assert why(events, 1) == ("reminder_not_sent", PROMISED, date(2026, 12, 31))
    assert events[-1].reason == f"waits: {PROMISED}"


def test_what_is_frozen_now_and_not_on_the_next_day_waits_for_nothing():
    promise = Freeze(reason="promise", since=NOON, until=date(2026, 12, 17))

    events = told(facts(freezes=facts().freezes.frozen(promise)), on("2026-12-15"))

    assert (events[-1].what, events[-1].reason, events[-1].until) == (
        "next_reminder",
        "ahead",
        None,
    )


@pytest.mark.parametrize(
    ("known", "why_not"),
    [
        ({"receipts": [paid(on("2026-12-18", 10))], "agenda": None}, SETTLED),
        ({"freezes": facts().freezes.frozen(HELD)}, "frozen by by_hand: its seller wants it so"),
    ],
)
def test_a_mail_that_was_called_off_says_by_what(known, why_not):
    called_off = reminded(1, on("2026-12-18")).ended("CANCELLED", "one or the other")

    events = told(facts(notices=[called_off], **known), on("2026-12-18", 12))

    assert why(events, 1) == ("reminder", why_not, None)


@pytest.mark.parametrize("state", ["COMPLAINED", "UNDELIVERED", "UNKNOWN", "PAPER"])
def test_whatever_did_not_simply_arrive_has_its_reason(state):
    mail = a_notice().model_copy(update={"state": state, "reason": None})

    [event] = [each for each in told(facts(notices=[mail]), NOON) if each.what == "mail"]

    assert event.reason


def test_days_that_money_taken_back_moved_are_not_guessed_once_the_agenda_is_gone():
    """Due again in January: its second step came late then, as it was to, and nobody missed it."""
    back = a_movement("120.00", kind="refund", id="re_1")
    returned = a_receipt_draft(INVOICE, back).issue(number="RC-2026-000002", at=on("2027-01-04"))
    receipts = [paid(on("2026-12-19")), returned, paid(on("2027-02-01"))]
    sent = [reminded(1, on("2026-12-18")), reminded(2, on("2027-01-05"))]

    events = told(facts(notices=sent, receipts=receipts, agenda=None), on("2029-03-01"))

    assert why(events, 1) == why(events, 2) == ("reminder", None, None)
    assert why(events, 3) == ("reminder_not_sent", SETTLED, None)
    left_out = [each.level for each in events if each.what == "reminder_not_sent"]
    assert left_out == [3, 6, 7]  # on the days of the others it was due again


def test_a_freeze_that_was_lifted_still_explains_its_days():
    claim = facts().freezes.frozen(Freeze(reason="claim", since=on("2026-12-15"), about="claim_1"))
    lifted = claim.lifted("claim", "claim_1").remembering(claim, at=on("2026-12-19"))
    agenda = FIRST.after(2, done_on=date(2026, 12, 22))
    sent = reminded(2, on("2026-12-22"))

    events = told(facts(freezes=lifted, notices=[sent], agenda=agenda), on("2026-12-23"))

    assert why(events, 1) == (
        "reminder_not_sent",
        "frozen by claim: the buyer objects",
        date(2026, 12, 19),
    )
    assert why(events, 2) == ("reminder", None, None)
    assert [each.what for each in events if "fr" in each.what[:4]] == ["frozen", "freeze_ended"]


def test_a_dispute_is_lost_when_that_is_told_and_not_when_it_was_opened():
    """The freeze of a lost dispute is as old as its case, which must not explain earlier days."""
    opened = Freeze(reason="dispute", since=on("2026-12-15"), about="du_1")
    lost = opened.model_copy(update={"reason": "dispute_lost"})
    before = facts().freezes.frozen(opened)
    after = before.only(lost, about="du_1").remembering(before, at=on("2026-12-22"))

    events = told(facts(freezes=after), on("2026-12-29"))

    assert [(each.what, each.reason, each.at) for each in events if "fr" in each.what[:4]] == [
        ("frozen", "dispute", on("2026-12-15")),
        ("freeze_ended", "dispute", on("2026-12-22")),
        ("frozen", "dispute_lost", on("2026-12-22")),
    ]
    assert why(events, 1)[1] == "frozen by dispute: a payment is disputed"
    assert why(events, 3)[1].startswith("frozen by dispute_lost")


def test_a_lost_dispute_that_was_decided_ended_after_it_began():
    opened = Freeze(reason="dispute", since=on("2026-12-15"), about="du_1")
    lost = opened.model_copy(update={"reason": "dispute_lost"})
    before = facts().freezes.frozen(opened)
    after = before.only(lost, about="du_1").remembering(before, at=on("2026-12-22"))
    decided = after.only(None, about="du_1").remembering(after, at=on("2026-12-24"))

    assert [decided.begun(each) for each in decided.past] == [on("2026-12-15"), on("2026-12-22")]


def test_a_promise_that_lapsed_and_was_made_again_reads_as_two():
    promise = Freeze(reason="promise", since=on("2026-12-15"), until=date(2026, 12, 19))
    again = Freeze(reason="promise", since=on("2026-12-24"), until=date(2026, 12, 31))
    before = facts().freezes.frozen(promise)
    both = before.frozen(again).remembering(before, at=again.since)

    events = told(facts(freezes=both), on("2026-12-26"))

    ends = [(each.what, each.at.date(), each.until) for each in events if "fr" in each.what[:4]]
    assert ends == [
        ("frozen", date(2026, 12, 15), date(2026, 12, 19)),
        ("freeze_ended", date(2026, 12, 19), None),
        ("frozen", date(2026, 12, 24), date(2026, 12, 31)),
    ]
    assert why(events, 1) == ("reminder_not_sent", PROMISED, date(2026, 12, 19))


def test_files_are_told_of_when_they_were_stored_and_not_when_they_were_numbered():
    later = NOON + timedelta(hours=3)

    events = told(facts(stored=a_stored(at=later), notices=[a_notice()]), later)

    assert [(each.what, each.at) for each in events[:3]] == [
        ("issued", NOON),
        ("stored", later),
        ("mail", later),
    ]


def test_a_plan_that_ended_says_that_nothing_is_planned_any_more():
    ended = FIRST.at(len(FIRST.plan) + 1)

    events = told(facts(agenda=ended), on("2027-03-01"))

    assert why(events, 1) == ("reminder_not_sent", "nothing is planned any more", None)
    assert "next_reminder" not in [each.what for each in events]


def test_missed_days_are_made_up_for_with_the_highest_level_and_the_others_say_so():
    agenda = FIRST.after(3, done_on=date(2026, 12, 30))
    sent = reminded(3, on("2026-12-30"))

    events = told(facts(notices=[sent], agenda=agenda), on("2026-12-31"))

    left_out = "level 3 was due by then too, and one mail is enough"
    assert why(events, 1) == ("reminder_not_sent", left_out, None)
    assert why(events, 2) == ("reminder_not_sent", left_out, None)
    assert why(events, 3) == ("reminder", "late: its day had been missed", None)


def test_a_reminder_that_waited_for_a_working_day_says_so():
    monday = an_invoice(ordered_on="2026-11-20", at=NOON - timedelta(days=1))
    assert Agenda.first(monday).at(2).on == date(2026, 12, 21)
    saturday = an_invoice(at=NOON - timedelta(days=2))
    assert Agenda.first(saturday).at(2).on == date(2026, 12, 20)  # a Sunday
    sent = reminded(2, on("2026-12-21"))

    events = told(facts(invoice=saturday, notices=[sent]), on("2026-12-21", 12))

    assert why(events, 2) == ("reminder", "late: the buyer does not work on its day", None)


def test_a_mail_that_came_back_says_where_it_went_instead():
    a_minute_later = NOON + timedelta(minutes=1)
    told_of = {"reason": "Permanent: General", "since": a_minute_later}
    bounced = a_notice().model_copy(update={"state": "BOUNCED"} | told_of)
    other = a_notice(way="fallback").claim("worker", a_minute_later).sent("ses-2")

    events = told(facts(notices=[bounced, other]), NOON)

    assert [(each.state, each.way, each.reason) for each in events if each.what == "mail"] == [
        ("bounced", None, "its address takes no mail (Permanent: General)"),
        ("sent", "fallback", None),
    ]
    assert [each.at for each in events if each.what == "mail"] == [NOON, a_minute_later]


def test_who_complained_had_the_mail_and_is_not_reminded():
    complained = facts().freezes.frozen(Freeze(reason="bounce", since=NOON))

    events = told(facts(freezes=complained), NOON)

    assert events[-1].reason == (
        "waits: frozen by bounce: a mail did not reach the buyer, or he complained about it"
    )


def test_money_and_claims_stand_where_they_happened_and_nothing_names_the_buyer():
    claim = a_case(a_claim())

    events = told(facts(cases=[claim], receipts=[paid(on("2026-12-10"))]), on("2026-12-11"))

    assert [each.what for each in events][:3] == ["issued", "case_opened", "money"]
    assert events[2].amount == eur("120.00")
    assert not [each for each in events if "parcel" in each.model_dump_json()]


@pytest.mark.parametrize("days", range(0, 80, 5))
def test_each_level_whose_day_has_come_is_told_once(days):
    """Sent, not sent or handed over: nothing is left without a word, and nothing has two."""
    at = on("2026-12-15") + timedelta(days=days)
    frozen = facts().freezes.frozen(Freeze(reason="by_hand", since=NOON))

    events = told(facts(freezes=frozen), at)

    come = [n for n in range(1, len(FIRST.plan) + 1) if FIRST.at(n).on <= at.date()]
    assert [each.level for each in events if each.what == "reminder_not_sent"] == come
