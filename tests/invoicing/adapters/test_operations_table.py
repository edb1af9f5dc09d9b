from datetime import timedelta

import pytest

from invoicing import ledger, requests
from invoicing.adapters import operations_table
from invoicing.adapters.http_api import key_hash
from invoicing.adapters.ledger_table import book
from invoicing.adapters.operations_table import inbox
from invoicing.errors import NotFoundError, OvertakenError, Reason
from tests import aws
from tests.builders import (
    INVOICES,
    NOON,
    RECEIPTS,
    a_key,
    a_line,
    a_notice,
    a_receipt_draft,
    a_request,
    a_seller,
    an_agenda,
    sealed,
)

pytestmark = pytest.mark.usefixtures("deployed")

REASON = Reason(code="BR-CO-10", message="the sums do not add up", rule="EN 16931, BR-CO-10")


def number(*ready: requests.Request):
    """Issue requests as the ledger does."""
    head = book().head(INVOICES)
    book().append(sealed(*ready, after=head), ready, after=head)


def test_a_request_is_read_as_it_was_accepted():
    kept = inbox().accept(a_request())

    assert kept == a_request()
    assert inbox().read(a_key()) == a_request()


def test_a_request_that_comes_again_is_answered_with_the_first():
    inbox().accept(a_request())

    again = inbox().accept(a_request(at=NOON + timedelta(days=400)))

    assert again == a_request()


def test_another_content_under_the_same_id_does_not_overwrite():
    inbox().accept(a_request())

    kept = inbox().accept(a_request(lines=[a_line("1.00")]))

    assert kept.body_hash == a_request().body_hash
    assert inbox().read(a_key()) == a_request()


def test_a_request_that_moved_on_is_not_set_back_by_a_repeat():
    inbox().accept(a_request())
    inbox().decide(a_request().ready())

    assert inbox().accept(a_request()).state == "READY"


def test_a_request_that_nobody_made_is_not_found():
    with pytest.raises(NotFoundError):
        inbox().read(a_key())


def test_the_request_of_a_payment_keeps_its_receipt():
    request = requests.of_payment(a_receipt_draft(), at=NOON)
    inbox().accept(request)

    assert inbox().read(a_key("pi_1", RECEIPTS)) == request


def test_a_request_is_decided_once():
    inbox().accept(a_request())
    inbox().decide(a_request().ready())

    with pytest.raises(OvertakenError):
        inbox().decide(a_request().held((REASON,)))

    assert inbox().read(a_key()).state == "READY"


def test_a_held_request_keeps_its_reasons():
    inbox().accept(a_request())
    inbox().decide(a_request().held((REASON,)))

    assert inbox().read(a_key()).reasons == (REASON,)


def test_what_was_never_accepted_cannot_be_decided():
    with pytest.raises(OvertakenError):
        inbox().decide(a_request().ready())


def test_a_request_learns_its_number_with_its_document():
    ready = inbox().accept(a_request().ready())

    number(ready)

    numbered = inbox().read(a_key())
    assert (numbered.state, numbered.number) == ("NUMBERED", "FA-2026-000001")
    assert numbered.place == ledger.Place(series=INVOICES, year=2026, n=1)


def test_a_request_is_numbered_once():
    ready = inbox().accept(a_request().ready())
    number(ready)

    with pytest.raises(OvertakenError):
        number(ready)

    assert book().head(INVOICES).n == 1


def test_a_draft_that_is_not_the_one_that_was_checked_gets_no_number():
    inbox().accept(a_request().ready())

    with pytest.raises(OvertakenError):
        number(a_request(lines=[a_line("1.00")]).ready())

    assert book().head(INVOICES) == ledger.BEGINNING


def test_a_request_that_is_only_received_gets_no_number():
    received = inbox().accept(a_request())

    with pytest.raises(OvertakenError):
        number(received)


def test_several_requests_are_read_oldest_first():
    for minutes, order in [(2, "1003"), (0, "1002"), (1, "1001")]:
        inbox().accept(a_request(id=order, at=NOON + timedelta(minutes=minutes)))

    found = inbox().read_all([a_key("1001"), a_key("1002"), a_key("1003"), a_key("1001")])

    assert [request.key.source for request in found] == ["1002", "1001", "1003"]


def test_more_requests_than_dynamodb_gives_at_once_are_all_read(monkeypatch):
    monkeypatch.setattr(operations_table, "MOST_KEYS", 3)
    for order in range(7):
        inbox().accept(a_request(id=f"{order}"))

    assert len(inbox().read_all([a_key(f"{order}") for order in range(7)])) == 7


def test_what_dynamodb_left_unread_is_asked_for_again(monkeypatch):
    for order in ("1001", "1002"):
        inbox().accept(a_request(id=order))
    client = operations_table.aws.dynamodb()
    whole = client.batch_get_item

    def half(RequestItems):  # noqa: N803  boto3's own
        [(table, wanted)] = RequestItems.items()
        first, rest = wanted["Keys"][:1], wanted["Keys"][1:]
        answer = whole(RequestItems={table: wanted | {"Keys": first}})
        left = {table: wanted | {"Keys": rest}} if rest else {}
        return answer | {"UnprocessedKeys": left}

    monkeypatch.setattr(client, "batch_get_item", half)

    assert len(inbox().read_all([a_key("1001"), a_key("1002")])) == 2


def test_what_waits_is_found_by_series_and_state():
    inbox().accept(a_request(id="1001"))
    inbox().accept(a_request(id="1002").ready())
    inbox().accept(requests.of_payment(a_receipt_draft(), at=NOON))

    assert inbox().waiting(INVOICES, "READY") == [a_key("1002")]
    assert inbox().waiting(RECEIPTS, "READY") == [a_key("pi_1", RECEIPTS)]


def test_no_more_wait_at_once_than_fit_into_a_transaction(monkeypatch):
    monkeypatch.setattr(ledger, "BATCH", 2)
    for order in ("1001", "1002", "1003"):
        inbox().accept(a_request(id=order).ready())

    assert len(inbox().waiting(INVOICES, "READY")) == 2


def test_everything_that_is_not_done_stands_in_the_inbox():
    number(inbox().accept(a_request(id="1001").ready()))
    inbox().accept(a_request(id="1002"))
    inbox().accept(a_request(id="1003", seller=a_seller(vat_number=None)))

    undone = {each.key.source: (each.state, each.since) for each in inbox().undone()}

    noon = "2026-11-21T12:00:00Z"
    assert undone == {
        "1001": ("NUMBERED", noon),
        "1002": ("RECEIVED", noon),
        "1003": ("HELD", noon),
    }


def test_what_is_done_leaves_the_inbox_and_is_still_known():
    number(inbox().accept(a_request().ready()))

    inbox().write([inbox().done(a_key())])

    assert list(inbox().undone()) == []
    done = inbox().read(a_key())
    assert (done.state, done.number) == ("DONE", "FA-2026-000001")


def test_only_what_was_numbered_can_be_done():
    inbox().accept(a_request().ready())

    with pytest.raises(OvertakenError):
        inbox().write([inbox().done(a_key())])


def test_a_sellers_profile_is_read_as_it_was_saved_last():
    inbox().save_seller(a_seller())
    inbox().save_seller(a_seller(payment_days=14))

    assert inbox().seller("atelier") == a_seller(payment_days=14)


def test_a_seller_who_is_not_there_is_not_found():
    with pytest.raises(NotFoundError):
        inbox().seller("nobody")


def test_every_seller_is_walked_over():
    for seller in ("lampes", "atelier"):
        inbox().save_seller(a_seller(id=seller))

    assert list(inbox().sellers()) == ["atelier", "lampes"]


def test_a_key_opens_for_its_seller_and_is_stored_nowhere():
    inbox().save_key(key_hash("fk_secret"), "atelier", prefix="fk_s")

    assert inbox().seller_of_key(key_hash("fk_secret")) == "atelier"
    assert inbox().seller_of_key(key_hash("fk_other")) is None
    assert "fk_secret" not in str(aws.items("Operations"))


def test_a_mail_is_owed_once():
    inbox().write([inbox().queue_notice(a_notice())])

    with pytest.raises(OvertakenError):
        inbox().write([inbox().queue_notice(a_notice())])

    assert inbox().notice(a_notice().key) == a_notice()


def test_each_level_of_a_reminder_is_a_mail_of_its_own():
    for level in (1, 2):
        inbox().write([inbox().queue_notice(a_notice("reminder", level=level))])

    assert inbox().notice(a_notice("reminder", level=2).key).key.level == 2


def test_a_notice_is_claimed_by_one():
    inbox().write([inbox().queue_notice(a_notice())])
    inbox().move_notice(a_notice(), a_notice().claim(NOON))

    with pytest.raises(OvertakenError):
        inbox().move_notice(a_notice(), a_notice().claim(NOON))


def test_a_late_answer_to_an_attempt_does_not_end_the_next():
    first = a_notice().claim(NOON)
    second = first.requeued().claim(NOON + timedelta(hours=1))
    inbox().write([inbox().queue_notice(a_notice())])
    for before, after in [(a_notice(), first), (first, first.requeued())]:
        inbox().move_notice(before, after)
    inbox().move_notice(first.requeued(), second)

    with pytest.raises(OvertakenError):
        inbox().move_notice(first, first.sent("ses-1"))


def test_a_notice_that_nobody_owes_is_not_found():
    with pytest.raises(NotFoundError):
        inbox().notice(a_notice().key)


def test_a_mail_that_is_not_out_stands_in_the_inbox_until_it_is():
    claimed = a_notice().claim(NOON)
    inbox().write([inbox().queue_notice(a_notice())])

    [undone] = inbox().undone()
    assert (undone.key, undone.state) == (a_notice().key, "QUEUED")

    inbox().move_notice(a_notice(), claimed)
    inbox().move_notice(claimed, claimed.sent("ses-1"))
    assert list(inbox().undone()) == []


def test_the_agenda_gives_what_is_due_and_the_rest_later():
    inbox().write([inbox().plan(an_agenda("2026-12-21"))])

    assert list(inbox().due("atelier", until="2026-12-17")) == []
    assert list(inbox().due("atelier", until="2026-12-18")) == [an_agenda("2026-12-21")]
    assert list(inbox().due("lampes", until="2026-12-18")) == []


def test_an_invoice_stands_on_the_agenda_once():
    inbox().write([inbox().plan(an_agenda())])

    with pytest.raises(OvertakenError):
        inbox().write([inbox().plan(an_agenda())])


def test_a_reminder_moves_to_its_next_day_and_at_last_off_the_agenda():
    first, last = an_agenda(), an_agenda(level=5)
    inbox().write([inbox().plan(first)])

    inbox().write([inbox().move_agenda(first, last)])

    assert list(inbox().due("atelier", until="2027-01-19")) == []
    assert list(inbox().due("atelier", until="2027-01-20")) == [last]
    inbox().write([inbox().move_agenda(last, None)])
    assert list(inbox().due("atelier", until="2099-01-01")) == []


@pytest.mark.parametrize("follows", [an_agenda(level=3), None])
def test_a_reminder_that_another_run_moved_is_not_moved_again(follows):
    inbox().write([inbox().plan(an_agenda())])
    inbox().write([inbox().move_agenda(an_agenda(), an_agenda(level=2))])

    with pytest.raises(OvertakenError):
        inbox().write([inbox().move_agenda(an_agenda(), follows)])


def test_several_writes_happen_together_or_not_at_all():
    inbox().write([inbox().queue_notice(a_notice())])

    with pytest.raises(OvertakenError):
        inbox().write([inbox().plan(an_agenda()), inbox().queue_notice(a_notice())])

    assert list(inbox().due("atelier", until="2099-01-01")) == []
