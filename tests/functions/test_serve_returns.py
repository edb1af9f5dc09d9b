import pytest

from invoicing import returns
from invoicing.adapters import items
from invoicing.adapters.operations import freezes_table, notices_table, returns_table
from invoicing.freezes import Freeze
from invoicing.notices import News
from tests.aws import received
from tests.books import owe
from tests.builders import NOON, a_notice, a_reminder
from tests.doors import call
from tests.roles import somebody_else

pytestmark = pytest.mark.usefixtures("shop")
STOPPED = ("FA-2026-000001", "FA-2026-000002")


@pytest.fixture
def returned():
    notice = owe(a_notice())
    bounced = notice.told(News(state="BOUNCED", ses_id="ses-1", reason="Permanent", at=NOON))
    notices_table.move(notice, bounced)
    items.write_together([returns_table.keep(returns.of(bounced), STOPPED)])
    freeze = Freeze(reason="bounce", since=NOON)
    for number in STOPPED:
        freezes_table.change("atelier", number, lambda freezes: freezes.frozen(freeze))
    return returns.of(bounced)


def test_a_seller_lists_the_addresses_that_gave_mails_back(returned):
    answer = call("serve_returns", "GET", "/v1/returned-mails")

    [listed] = answer.json["returned_mails"]
    assert (listed["id"], listed["hint"]) == (returned.id, "c…@buyer.example")
    assert "camille" not in answer.text


def test_the_addresses_are_listed_page_by_page(returned):
    for name in ("0" * 64, "f" * 64):
        items.write_together([returns_table.keep(returned.model_copy(update={"id": name}))])

    pages, query = [], {"limit": "2"}
    while query:
        told = call("serve_returns", "GET", "/v1/returned-mails", query=query).json
        pages.append([each["id"] for each in told["returned_mails"]])
        query = told["cursor"] and {"limit": "2", "cursor": told["cursor"]}

    assert pages[:2] == [["0" * 64, returned.id], ["f" * 64]]


def test_what_is_lifted_is_written_to_and_reminded_again(returned):
    answer = call("serve_returns", "DELETE", f"/v1/returned-mails/{returned.id}")

    assert answer.status == 200
    assert not returns_table.holds("atelier", "camille@buyer.example")
    assert [freezes_table.read("atelier", each).freezes for each in STOPPED] == [(), ()]


def returned_mail(notice):
    told = News(state="BOUNCED", ses_id="ses-1", at=NOON)
    notices_table.move(owe(notice), notice.told(told))


def test_what_came_back_and_is_not_said_again_otherwise_is_sent_again(shop, returned):
    notice, formal = a_notice(), a_reminder(tone="formal_notice", level=6)
    friendly = a_reminder(STOPPED[1], level=2)
    owe(formal)
    notices_table.move(formal, formal.ended("REFUSED", "the address gave a mail back"))
    returned_mail(friendly)

    assert call("serve_returns", "DELETE", f"/v1/returned-mails/{returned.id}").status == 200

    asked = [each["body"]["notice"]["occasion"] for each in received(shop["DELIVER_QUEUE"])]
    assert asked == ["invoice", "reminder"]
    states = [notices_table.read(each.key).state for each in (notice, formal, friendly)]
    assert states == ["QUEUED", "QUEUED", "BOUNCED"]


def test_what_reached_the_other_address_is_not_sent_again(shop, returned):
    formal = a_reminder(tone="formal_notice", level=6)
    returned_mail(formal)
    other = owe(
        formal.model_copy(update={"key": a_notice("reminder", level=6, way="fallback").key})
    )
    notices_table.move(other, other.told(News(state="DELIVERED", ses_id="ses-2", at=NOON)))

    call("serve_returns", "DELETE", f"/v1/returned-mails/{returned.id}")

    asked = [each["body"]["notice"]["occasion"] for each in received(shop["DELIVER_QUEUE"])]
    assert asked == ["invoice"]


def test_what_came_to_stand_still_while_it_is_lifted_is_not_forgotten(returned, monkeypatch):
    change = freezes_table.change

    def meanwhile(seller, number, by):
        with somebody_else():
            stopped = returns_table.stop("atelier", "camille@buyer.example", ["FA-3"])
            items.write_together([stopped])
        return change(seller, number, by)

    monkeypatch.setattr(freezes_table, "change", meanwhile)

    assert call("serve_returns", "DELETE", f"/v1/returned-mails/{returned.id}").status == 409

    assert returns_table.stopped("atelier", returned.id) == {*STOPPED, "FA-3"}


def test_a_neighbour_sees_and_lifts_nothing(returned, neighbour):
    listed = call("serve_returns", "GET", "/v1/returned-mails", key=neighbour)
    lifted = call("serve_returns", "DELETE", f"/v1/returned-mails/{returned.id}", key=neighbour)

    assert listed.json == {"returned_mails": [], "cursor": None}
    assert lifted.status == 404
    assert returns_table.holds("atelier", "camille@buyer.example")


def test_nobody_without_a_key_sees_them():
    assert call("serve_returns", "GET", "/v1/returned-mails", key=None).status == 401
