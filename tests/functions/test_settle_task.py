from datetime import date

import pytest

from invoicing.adapters.operations import freezes_table, notices_table, reconciliations_table
from invoicing.freezes import Freeze
from tests.aws import received
from tests.books import owe
from tests.builders import NOON, a_notice
from tests.doors import call
from tests.functions.test_serve_tasks import a_report, in_doubt, listed

pytestmark = pytest.mark.usefixtures("shop")


def test_a_reminder_in_doubt_is_sent_again_when_its_seller_says_so(shop):
    doubted = in_doubt()

    answer = call("settle_task", "POST", f"/v1/tasks/mail/{doubted.key.tag}/again")

    assert answer.status == 200
    assert notices_table.read(doubted.key).may_be_sent(NOON)
    [message] = received(shop["DELIVER_QUEUE"])
    assert message["body"]["notice"]["occasion"] == "reminder"
    assert listed() == []


def test_a_mail_that_its_seller_leaves_stays_what_it_is_and_is_no_task(shop):
    doubted = in_doubt()

    assert call("settle_task", "DELETE", f"/v1/tasks/mail/{doubted.key.tag}").status == 200

    assert notices_table.read(doubted.key).state == "UNKNOWN"
    assert received(shop["DELIVER_QUEUE"]) == []
    assert listed() == []


@pytest.mark.parametrize(("method", "path"), [("POST", "/again"), ("DELETE", "")])
def test_who_sees_to_a_refused_mail_lets_the_reminders_go_on(method, path):
    refused = owe(a_notice("reminder", level=2).ended("REFUSED", "BadRequestException"))
    freeze = Freeze(reason="bounce", since=NOON, about=refused.key.tag)
    freezes_table.change("atelier", refused.key.number, lambda kept: kept.frozen(freeze))

    assert call("settle_task", method, f"/v1/tasks/mail/{refused.key.tag}{path}").status == 200

    assert freezes_table.read("atelier", refused.key.number).freezes == ()


def test_a_mail_that_waits_for_nobody_is_not_sent_twice(shop):
    sent = owe(a_notice())
    claimed = sent.claim("worker", NOON)
    notices_table.move(sent, claimed.sent("ses-1"))

    answer = call("settle_task", "POST", f"/v1/tasks/mail/{sent.key.tag}/again")

    assert (answer.status, answer.json["errors"][0]["code"]) == (422, "not_asked")
    assert received(shop["DELIVER_QUEUE"]) == []


@pytest.mark.parametrize("name", ["nonsense", "atelier_FA-2026-000009_invoice_0"])
def test_a_mail_that_nobody_owes_is_not_found(name):
    assert call("settle_task", "DELETE", f"/v1/tasks/mail/{name}").status == 404


def test_a_day_that_differs_leaves_the_list_and_keeps_its_report():
    reconciliations_table.save(a_report())

    assert call("settle_task", "DELETE", "/v1/tasks/difference/2026-11-20").status == 200

    assert listed() == []
    assert reconciliations_table.report("atelier", date(2026, 11, 20)) == a_report()


def test_a_neighbour_settles_nothing(neighbour):
    doubted = in_doubt()

    path = f"/v1/tasks/mail/{doubted.key.tag}"
    assert call("settle_task", "DELETE", path, key=neighbour).status == 404
    assert call("settle_task", "DELETE", path, key=None).status == 401
    assert listed() == [("mail", "FA-2026-000001")]
