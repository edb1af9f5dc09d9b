"""No seller meets what is another's, and no buyer what is another buyer's, whatever the route."""

import pytest

from invoicing import authenticity
from invoicing.adapters.ledger.ledger_table import book
from tests.books import an_invoice_in_the_books
from tests.builders import TOKEN, a_seller
from tests.routes import (
    NUMBER,
    OTHER,
    another_buyers_invoice,
    called,
    changed,
    everything,
    one_of_everything,
    opened,
    pages,
    shops_routes,
    waiting,
)

GONE_FOR_THE_OWNER_TOO = {
    "GET /v1/paper-deliveries/{id}/pdf": "it is of reminders, and drawn when it is asked for",
    "DELETE /v1/paper-deliveries/{id}": "it was posted by the call before",
}


@pytest.fixture
def there(shop):  # noqa: ARG001  made after it
    return one_of_everything()


def test_what_is_one_sellers_is_not_there_for_another_and_stays_as_it_is(there, neighbour):
    about_one = [each for each in shops_routes() if "{" in each.path]
    before, queued = everything(), waiting()

    told = {each.name: called(each, there, neighbour) for each in about_one}

    assert {name: answer.status for name, answer in told.items() if answer.status != 404} == {}
    assert len({answer.body for answer in told.values()}) == 1
    assert (changed(before), waiting()) == ([], queued)
    owner = {
        each.name: called(each, there, "fk_test").status
        for each in about_one
        if each.name not in GONE_FOR_THE_OWNER_TOO
    }
    assert {name: status for name, status in owner.items() if status in {401, 404}} == {}


def test_a_sellers_lists_name_nothing_of_anothers_and_release_none_of_it(there, neighbour):
    lists = [each for each in shops_routes() if "{" not in each.path]
    before = everything()

    told = {each.name: called(each, there, neighbour) for each in lists}

    names = {*there.values(), "atelier", "camille"}
    for name, answer in told.items():
        if not name.startswith("POST /v1/orders"):  # which says the neighbour's own order
            assert not [word for word in names if word in answer.text], name
    assert told["POST /v1/orders/release"].json == {"released": 0, "more": False}
    assert not [key for key in changed(before) if "atelier" in str(key)]


@pytest.mark.parametrize("key", [None, "fk_nobody"])
def test_whoever_has_no_key_is_told_nothing_on_any_route(there, key):
    before, queued = everything(), waiting()

    statuses = {each.name: called(each, there, key).status for each in shops_routes()}

    assert {name: status for name, status in statuses.items() if status != 401} == {}
    assert (changed(before), waiting()) == ([], queued)


def test_another_buyers_token_opens_no_page_and_changes_nothing(there, neighbour):  # noqa: ARG001  he is there
    mine, theirs = an_invoice_in_the_books(id="1003"), another_buyers_invoice()
    assert {mine.number, theirs.number} == {OTHER, "FA-2026-000003"}
    before, queued = everything(), waiting()
    proof = authenticity.address(mine).rpartition("/")[2]
    wrong = {"seller": "atelier", "number": theirs.number, "token": TOKEN, "proof": proof}
    answers = [opened(route, wrong) for route in pages()]
    answers += [opened(route, wrong | {"seller": "lampes"}) for route in pages()]
    answers += [opened(route, wrong | {"number": "RC-2026-000001"}) for route in pages()]

    assert [answer.status for answer in answers] == [404] * 3 * len(pages())
    assert not [answer for answer in answers if b"Camille" in answer.body]
    assert (changed(before), waiting()) == ([], queued)
    right = {"seller": "atelier", "number": NUMBER, "token": TOKEN}
    proof = authenticity.address(book().invoice(a_seller(), NUMBER)).rpartition("/")[2]
    found = [opened(route, right | {"proof": proof}).status for route in pages()]
    assert 404 not in found
