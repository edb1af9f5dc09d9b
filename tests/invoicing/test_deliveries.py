import pytest

from invoicing import deliveries
from invoicing.deliveries import Document
from invoicing.notices import Notice
from tests.builders import NOON, PARIS, a_notice, a_request, sealed

MAILED = a_notice()
ON_PAPER = a_notice().model_copy(update={"state": "PAPER"})
SENT = a_notice().claim("worker", NOON).sent("ses-1")
IN_DOUBT = a_notice().claim("worker", NOON).doubted("lost", NOON)


def a_day(*found: Notice | None, owed=MAILED):
    return deliveries.tally(Document(owed, each) for each in found)


def test_a_day_on_which_all_went_out_lacks_nothing():
    assert a_day(SENT, SENT).lacking == 0


def test_a_day_without_work_lacks_nothing():
    assert a_day().lacking == 0
    assert a_day(None, owed=None).lacking == 0


@pytest.mark.parametrize("found", [None, MAILED, MAILED.claim("worker", NOON), IN_DOUBT])
def test_a_day_on_which_nothing_went_out_lacks_all_of_it(found):
    assert a_day(found, found, found).lacking == 3


@pytest.mark.parametrize("found", [None, MAILED])
def test_a_mail_that_waits_or_that_nobody_owes_is_lacking_beside_those_that_went_out(found):
    assert a_day(SENT, found).lacking == 1


def test_what_has_a_reason_is_told_of_elsewhere():
    refused = MAILED.ended("REFUSED", "MessageRejected")

    assert a_day(SENT, IN_DOUBT, refused).lacking == 0


def test_what_was_called_off_is_not_waited_for():
    called_off = MAILED.ended("CANCELLED", "it was brought back")

    assert a_day(called_off, called_off).lacking == 0
    assert a_day(called_off, None).lacking == 1


def test_paper_needs_no_mail_and_has_to_be_listed():
    assert a_day(ON_PAPER, ON_PAPER.posted(NOON), owed=ON_PAPER).lacking == 0
    assert a_day(ON_PAPER, None, owed=ON_PAPER).lacking == 1


@pytest.mark.parametrize(
    ("buyer", "owed"),
    [
        ({"email": "camille@buyer.example"}, "QUEUED"),
        ({}, "PAPER"),
        ({"email": "camille@buyer.example", "delivery": "download"}, None),
    ],
)
def test_what_a_buyer_was_to_get_follows_from_the_document(buyer, owed):
    request = a_request(buyer={"name": "Camille Moreau", "address": PARIS} | buyer)
    [entry] = sealed(request.ready()).entries

    notice = deliveries.owed(entry)

    assert (notice and notice.state) == owed
    assert notice is None or notice.key == MAILED.key
