from datetime import timedelta

import pytest

from invoicing import notices
from invoicing.notices import Notice
from invoicing.records import plain
from tests.builders import NOON, a_buyer, a_notice

SECOND = timedelta(seconds=1)


def test_a_mail_is_owed_to_who_gave_an_address():
    notice = notices.to_buyer(a_notice().key, a_buyer(), "fr", at=NOON)

    assert notice
    assert (notice.recipient, notice.state, notice.attempt) == (
        "camille@buyer.example",
        "QUEUED",
        0,
    )


def test_who_gave_no_address_is_owed_no_mail():
    assert notices.to_buyer(a_notice().key, a_buyer(email=None), "fr", at=NOON) is None


def test_claiming_counts_the_attempt_and_ends_by_itself():
    claimed = a_notice().claim(NOON)

    assert (claimed.state, claimed.attempt) == ("SENDING", 1)
    assert claimed.lease_until == NOON + notices.LEASE
    assert claimed.since == NOON


def test_a_second_claim_is_a_second_attempt():
    assert a_notice().claim(NOON).requeued().claim(NOON).attempt == 2


def test_a_claim_is_lost_when_its_lease_is_over_and_not_before():
    claimed = a_notice().claim(NOON)

    assert not notices.is_lost(claimed, NOON + notices.LEASE)
    assert notices.is_lost(claimed, NOON + notices.LEASE + SECOND)


@pytest.mark.parametrize(
    "settled",
    [
        a_notice(),
        a_notice().claim(NOON).sent("ses-1"),
        a_notice().claim(NOON).requeued(),
        a_notice().claim(NOON).ended("UNKNOWN", "no answer"),
    ],
    ids=lambda notice: notice.state,
)
def test_what_nobody_holds_cannot_be_lost(settled):
    assert not notices.is_lost(settled, NOON + 2 * notices.LEASE)


def test_a_notice_that_was_sent_knows_its_mail():
    sent = a_notice().claim(NOON).sent("ses-1")

    assert (sent.state, sent.ses_id, sent.lease_until) == ("SENT", "ses-1", None)


def test_only_what_is_on_its_way_waits():
    claimed = a_notice().claim(NOON)

    assert a_notice().waits
    assert claimed.waits
    assert claimed.requeued().waits
    assert not claimed.sent("ses-1").waits
    assert not claimed.ended("UNKNOWN", "no answer").waits


@pytest.mark.parametrize("state", ["CANCELLED", "REFUSED", "UNKNOWN"])
def test_a_notice_that_ended_says_why(state):
    ended = a_notice().claim(NOON).ended(state, "because")

    assert (ended.state, ended.reason, ended.lease_until) == (state, "because", None)


def test_the_name_of_a_notice_can_be_a_tag_of_ses():
    tag = a_notice("reminder", level=3).key.tag

    assert tag == "atelier_FA-2026-000001_reminder_3"


def test_the_lease_is_longer_than_the_function_that_holds_it_may_run():
    assert timedelta(seconds=20) < notices.LEASE


def test_a_notice_is_the_same_after_a_journey_through_json():
    claimed = a_notice().claim(NOON)

    assert Notice.model_validate(plain(claimed)) == claimed


@pytest.mark.parametrize(
    ("occasion", "written"), [("invoice", False), ("receipt", False), ("reminder", True)]
)
def test_where_the_shop_hands_documents_over_only_reminders_are_written(occasion, written):
    key = a_notice(occasion).key

    notice = notices.to_buyer(key, a_buyer(delivery="download"), "fr", at=NOON)

    assert bool(notice) is written
