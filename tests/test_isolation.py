"""No seller meets what is another's, and no buyer what is another buyer's, whatever the route."""

import io
import zipfile
from datetime import timedelta

import pytest

from cli.erasure import erase
from invoicing import authenticity
from invoicing.adapters.ledger.ledger_table import book
from invoicing.adapters.operations.requests_table import inbox
from invoicing.adapters.operations.sellers_table import sellers
from invoicing.errors import Reason
from tests.books import PDF, XML, an_invoice_in_the_books, issue, store
from tests.builders import NOON, TOKEN, a_request, a_seller, an_order_body
from tests.cli.proof.bundles import exported, members
from tests.deployments import the_stack
from tests.doors import call
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
BEGIN_ALIKE = ["lampes", "atelie", "atelier-2"]  # a name that is the beginning of another, too
CAMILLE = "camille@buyer.example"  # who buys of each of them


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


def another_seller(name):
    """Have a seller who sells the same order under the same number to somebody else."""
    other = a_seller(id=name, name="Lampes et Compagnie")
    sellers().save(other)
    buyer = an_order_body()["buyer"] | {"name": "Dominique", "email": "dominique@autre.example"}
    [entry] = issue(inbox().accept(a_request(seller=other, buyer=buyer).ready()))
    store(entry, PDF, XML)
    return other


@pytest.mark.parametrize("name", BEGIN_ALIKE)
def test_the_books_of_a_seller_are_exported_without_a_word_of_anothers(shop, there, name, tmp_path):
    another_seller(name)

    theirs = members(exported(the_stack(shop), tmp_path, seller=name))
    mine = members(exported(the_stack(shop), tmp_path))

    assert {file for file in theirs if file.endswith(".pdf")} == {f"invoice/2026/{NUMBER}.pdf"}
    for word in (b"amille", "Atelier Lumière".encode(), there["/v1/credit-notes/"].encode()):
        assert not [file for file, data in theirs.items() if word in data]
        assert [file for file, data in mine.items() if word in data]
    for word in (b"ominique", b"Lampes et Compagnie"):
        assert not [file for file, data in mine.items() if word in data]
        assert [file for file, data in theirs.items() if word in data]


@pytest.mark.parametrize("name", BEGIN_ALIKE)
@pytest.mark.usefixtures("there")
def test_a_buyer_who_is_erased_at_one_seller_stays_what_he_is_to_another(shop, name):
    before = everything()
    held = (Reason(code="unusual_amount", message="It is large."),)
    inbox().accept(a_request(id="1002", seller=another_seller(name)).held(held))

    told = erase(name, CAMILLE, the_stack(shop), at=NOON + timedelta(days=30))

    assert told["erased"] | {"orders": 0} == dict.fromkeys(told["erased"], 0)
    assert told["erased"]["orders"] == 1
    assert [key for key in changed(before) if key in before] == []


@pytest.mark.usefixtures("there")
def test_what_is_handed_over_to_collect_names_no_other_invoice_and_no_other_buyer():
    mine, theirs = an_invoice_in_the_books(id="1003"), another_buyers_invoice()

    answer = call("hand_over_invoice", "GET", f"/v1/invoices/{NUMBER}/hand-over")

    with zipfile.ZipFile(io.BytesIO(answer.body)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    assert f"invoice/{NUMBER}.pdf" in files
    for other in (mine.number, theirs.number, theirs.draft.token):
        assert not [name for name, data in files.items() if other.encode() in data]
