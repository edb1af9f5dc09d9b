from datetime import timedelta
from itertools import permutations
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoicing import notices
from invoicing.notices import GRACE, MOST_DOUBTS, Key, News, Notice
from invoicing.records import plain
from tests.builders import NOON, a_buyer, a_notice, a_seller

SECOND = timedelta(seconds=1)


def test_a_mail_is_owed_to_who_gave_an_address():
    notice = notices.to_buyer(a_notice().key, a_buyer(), "fr", at=NOON)

    assert notice
    assert (notice.recipient, notice.state, notice.attempt) == (
        "camille@buyer.example",
        "QUEUED",
        0,
    )


@pytest.mark.parametrize("buyer", [a_buyer(email=None), a_buyer(delivery="paper")])
@pytest.mark.parametrize("occasion", ["invoice", "credit_note", "reminder"])
def test_who_gave_no_address_or_wants_paper_stands_in_the_sellers_list(occasion, buyer):
    notice = notices.to_buyer(a_notice(occasion).key, buyer, "fr", at=NOON)

    assert notice
    assert (notice.state, notice.recipient, notice.fallback) == ("PAPER", "", None)
    assert not notice.waits
    assert not notice.may_be_sent(NOON)


def test_nobody_posts_a_receipt():
    key = a_notice("receipt").key

    assert notices.to_buyer(key, a_buyer(email=None), "fr", at=NOON) is None


def test_who_gave_another_address_alone_is_written_to_there():
    buyer = a_buyer(email=None, fallback_email="other@buyer.example")

    notice = notices.to_buyer(a_notice().key, buyer, "fr", at=NOON)

    assert notice
    assert (notice.recipient, notice.fallback) == ("other@buyer.example", None)


def test_claiming_counts_the_attempt_and_ends_by_itself():
    claimed = a_notice().claim("worker", NOON)

    assert (claimed.state, claimed.attempt) == ("SENDING", 1)
    assert claimed.lease_until == NOON + notices.LEASE
    assert claimed.since == NOON


def test_a_second_claim_is_a_second_attempt():
    put_off = a_notice().claim("worker", NOON).put_off(NOON + SECOND)

    assert put_off.claim("another", NOON).attempt == 2


def test_a_claim_is_lost_when_its_lease_is_over_and_not_before():
    claimed = a_notice().claim("worker", NOON)

    assert not notices.is_lost(claimed, NOON + notices.LEASE)
    assert notices.is_lost(claimed, NOON + notices.LEASE + SECOND)


@pytest.mark.parametrize(
    "settled",
    [
        a_notice(),
        a_notice().claim("worker", NOON).sent("ses-1"),
        a_notice().claim("worker", NOON).put_off(NOON),
        a_notice().claim("worker", NOON).doubted("no answer", NOON),
    ],
    ids=lambda notice: notice.state,
)
def test_what_nobody_holds_cannot_be_lost(settled):
    assert not notices.is_lost(settled, NOON + 2 * notices.LEASE)


def test_a_notice_that_was_sent_knows_its_mail():
    sent = a_notice().claim("worker", NOON).sent("ses-1")

    assert (sent.state, sent.ses_id, sent.lease_until) == ("SENT", "ses-1", None)


def test_only_what_is_on_its_way_waits():
    claimed = a_notice().claim("worker", NOON)

    assert a_notice().waits
    assert claimed.waits
    assert claimed.put_off(NOON).waits
    assert claimed.doubted("no answer", NOON).waits
    assert not claimed.sent("ses-1").waits


@pytest.mark.parametrize("state", ["CANCELLED", "REFUSED"])
def test_a_notice_that_ended_says_why(state):
    ended = a_notice().claim("worker", NOON).ended(state, "because")

    assert (ended.state, ended.reason, ended.lease_until) == (state, "because", None)


def test_the_name_of_a_notice_can_be_a_tag_of_ses():
    tag = a_notice("reminder", level=3).key.tag

    assert tag == "atelier_FA-2026-000001_reminder_3"


def test_the_lease_is_longer_than_the_function_that_holds_it_may_run():
    assert timedelta(seconds=20) < notices.LEASE


def test_a_notice_is_the_same_after_a_journey_through_json():
    claimed = a_notice().claim("worker", NOON)

    assert Notice.model_validate(plain(claimed)) == claimed


@pytest.mark.parametrize(
    ("occasion", "written"), [("invoice", False), ("receipt", False), ("reminder", True)]
)
def test_where_the_shop_hands_documents_over_only_reminders_are_written(occasion, written):
    key = a_notice(occasion).key

    notice = notices.to_buyer(key, a_buyer(delivery="download"), "fr", at=NOON)

    assert bool(notice) is written


# What SES tells

TOLD = get_args(notices.Told)


def news(state, **changes):
    return News(state=state, ses_id="ses-1", at=NOON, **changes)


def learnt(notice, *states: notices.Told):
    for state in states:
        notice = notice.told(news(state))
    return notice.state


BEFORE = {
    "queued": a_notice(),
    "sending": a_notice().claim("worker", NOON),
    "put off": a_notice().claim("worker", NOON).put_off(NOON),
    "in doubt": a_notice().claim("worker", NOON).doubted("no answer", NOON),
    "again": a_notice().claim("a", NOON).doubted("no answer", NOON).claim("b", NOON),
    "sent": a_notice().claim("worker", NOON).sent("ses-1"),
    "refused": a_notice().ended("REFUSED", "no"),
    "cancelled": a_notice().ended("CANCELLED", "paid"),
}


@pytest.mark.parametrize("before", BEFORE.values(), ids=BEFORE)
@pytest.mark.parametrize("told", TOLD)
def test_whatever_ses_tells_proves_that_it_took_the_mail(before, told):
    after = before.told(news(told))

    assert after.is_out
    assert not after.waits
    assert not after.may_be_sent(NOON + 2 * GRACE)


@pytest.mark.parametrize("before", BEFORE.values(), ids=BEFORE)
@pytest.mark.parametrize("count", range(1, len(TOLD) + 1))
def test_events_come_to_the_same_in_every_order(before, count):
    for told in {frozenset(each) for each in permutations(TOLD, count)}:
        ends = {learnt(before, *order) for order in permutations(told)}

        assert ends == {max(told, key=TOLD.index)}


@given(st.lists(st.sampled_from(TOLD), min_size=1), st.randoms())
def test_events_that_are_repeated_and_mixed_up_come_to_the_same(told, random):
    mixed = told * 2
    random.shuffle(mixed)

    assert learnt(a_notice(), *mixed) == max(told, key=TOLD.index)


def test_a_repeated_event_changes_nothing_at_all():
    bounced = a_notice().told(news("BOUNCED", reason="Permanent: General"))

    assert bounced.told(news("BOUNCED", reason="another")) is bounced
    assert bounced.told(news("SENT")) is bounced


@given(st.permutations([("DELIVERED", 1), ("SENT", 2), ("DELIVERED", 3), ("COMPLAINED", 9)]))
def test_who_complains_has_had_the_mail_since_it_was_delivered_first(told):
    notice = a_notice()
    for state, days in told:
        at = NOON + timedelta(days=days)
        notice = notice.told(News(state=state, ses_id="ses-1", at=at))

    assert notice.state == "COMPLAINED"
    assert notice.since == NOON + timedelta(days=9)
    assert notice.arrived_at == NOON + timedelta(days=1)


def test_what_is_sent_again_has_not_arrived_yet():
    delivered = a_notice().told(news("DELIVERED")).told(news("BOUNCED"))

    again = delivered.again(NOON + timedelta(days=3))

    assert again.arrived_at == NOON + timedelta(days=3)


def test_a_bounce_keeps_what_ses_said_of_it():
    bounced = a_notice().told(news("BOUNCED", reason="Permanent: General"))

    assert (bounced.reason, bounced.ses_id, bounced.since) == ("Permanent: General", "ses-1", NOON)


# What is in doubt


def in_doubt(occasion="invoice", times=1):
    notice = a_notice(occasion)
    for n in range(times):
        notice = notice.claim(f"worker {n}", NOON).doubted("no answer", NOON)
    return notice


@pytest.mark.parametrize("occasion", ["invoice", "credit_note", "receipt", "closing"])
def test_a_document_in_doubt_is_sent_again_when_ses_told_nothing_for_a_while(occasion):
    assert not in_doubt(occasion).may_be_sent(NOON + GRACE - SECOND)
    assert in_doubt(occasion).may_be_sent(NOON + GRACE)


def test_a_reminder_in_doubt_waits_for_a_person():
    assert not in_doubt("reminder").waits
    assert not in_doubt("reminder").may_be_sent(NOON + 100 * GRACE)


def test_a_document_that_is_in_doubt_again_and_again_waits_for_a_person():
    assert in_doubt(times=MOST_DOUBTS - 1).may_be_sent(NOON + GRACE)
    assert not in_doubt(times=MOST_DOUBTS).waits
    assert not in_doubt(times=MOST_DOUBTS).may_be_sent(NOON + GRACE)


def test_what_is_put_off_counts_from_when_it_is_to_be_sent():
    put_off = a_notice().claim("worker", NOON).put_off(NOON + SECOND)

    assert (put_off.state, put_off.since) == ("QUEUED", NOON + SECOND)


def test_a_claim_knows_its_holder():
    mine, other = a_notice().claim("me", NOON), a_notice().claim("other", NOON)

    assert mine.is_held_by(mine)
    assert not other.is_held_by(mine)
    assert not mine.sent("ses-1").is_held_by(mine)


@pytest.mark.parametrize("occasion", get_args(notices.Occasion))
def test_the_tag_that_ses_gives_back_names_the_notice(occasion):
    key = a_notice(occasion, seller="l-atelier", level=2).key

    assert Key.of_tag(key.tag) == key


@pytest.mark.parametrize("way", ["fallback", "copy"])
def test_a_mail_to_another_is_a_notice_of_its_own(way):
    key = a_notice("credit_note", way=way).key

    assert Key.of_tag(key.tag) == key
    assert key.tag.endswith(way)


def test_the_accountant_is_sent_copies_of_documents_where_the_seller_asks_for_them():
    seller = a_seller(accountant="books@accountant.example", accountant_copies="documents")

    copies = [
        notices.copy(a_notice(each).key, seller, at=NOON)
        for each in ("invoice", "credit_note", "receipt")
    ]

    assert [each and each.recipient for each in copies] == [
        "books@accountant.example",
        "books@accountant.example",
        None,
    ]
    assert notices.copy(a_notice().key, a_seller(), at=NOON) is None


def test_a_tag_of_somebody_else_names_nothing():
    with pytest.raises(ValueError, match="values"):
        Key.of_tag("newsletter")
