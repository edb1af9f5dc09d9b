import email
from email import policy
from unittest.mock import Mock

import pytest

from invoicing.adapters.mails import correspondence
from invoicing.adapters.operations import checkouts_table, links_table
from tests.books import PDF, an_invoice_in_the_books
from tests.builders import TOKEN, a_notice
from tests.doors import call

OLD = f"/i/atelier/FA-2026-000001/{TOKEN}"
pytestmark = pytest.mark.usefixtures("shop")


def revoke(number="FA-2026-000001", **how):
    return call("revoke_link", "POST", f"/v1/invoices/{number}/link/revoke", **how)


def get(path, method="GET"):
    return call("serve_pages", method, path, key=None)


def path_of(answer):
    return answer.json["page"].removeprefix("https://pages.example")


def test_the_new_link_opens_the_page_and_all_below_it():
    an_invoice_in_the_books()

    new = path_of(revoke())

    assert new != OLD
    assert get(f"{new}/pdf").body == PDF.data
    page = get(new)
    assert page.status == 200
    assert f"{new}/pdf" in page.text
    assert TOKEN not in page.text


def test_the_old_address_says_that_it_was_replaced_and_nothing_else():
    an_invoice_in_the_books()
    new = path_of(revoke())

    below = [(OLD, "GET"), (f"{OLD}/pdf", "GET"), (f"{OLD}/xml", "GET"), (f"{OLD}/pay", "POST")]
    answers = [get(*each) for each in below]

    assert {answer.status for answer in answers} == {410}
    assert len({answer.text for answer in answers}) == 1
    for secret in ("FA-2026-000001", "Camille", "Atelier", new.rpartition("/")[2]):
        assert secret not in answers[0].text


def test_a_call_that_is_repeated_with_its_idempotency_key_revokes_once():
    an_invoice_in_the_books()

    [first, again] = [path_of(revoke(headers={"idempotency-key": "k-1"})) for _ in range(2)]
    other = path_of(revoke(headers={"idempotency-key": "k-2"}))

    assert first == again != other
    assert [get(each).status for each in (first, other)] == [410, 200]


def test_an_idempotency_key_that_is_too_long_is_refused():
    an_invoice_in_the_books()

    assert revoke(headers={"idempotency-key": "k" * 256}).status == 422
    assert get(OLD).status == 200


def test_a_link_can_be_revoked_again():
    an_invoice_in_the_books()

    first, second = path_of(revoke()), path_of(revoke())

    assert [get(each).status for each in (OLD, first, second)] == [410, 410, 200]


def test_the_shop_reads_the_link_that_holds():
    an_invoice_in_the_books()
    page = revoke().json["page"]

    read = call("serve_api", "GET", "/v1/invoices/FA-2026-000001").json

    assert read["page"] == page


def test_later_mails_carry_the_new_link():
    an_invoice_in_the_books()
    page = revoke().json["page"]

    raw = correspondence.letter(a_notice())

    mail = email.message_from_bytes(raw, policy=policy.default)
    for form in ("plain", "html"):
        text = mail.get_body((form,)).get_content()
        assert page in text
        assert TOKEN not in text


def test_who_pays_through_the_new_link_comes_back_to_it(connected):
    an_invoice_in_the_books()
    call("serve_pages", "POST", f"{OLD}/pay", key=None)
    page = revoke().json["page"]

    answer = call(
        "serve_pages", "POST", f"{page.removeprefix('https://pages.example')}/pay", key=None
    )

    sessions = {session.status: session for session in connected.sessions()}
    assert answer.headers["location"] == sessions["open"].url
    assert sessions["open"].cancel_url == page
    assert sessions["expired"].cancel_url.endswith(TOKEN)


def test_who_crashed_before_the_link_was_revoked_keeps_nobody_from_paying(connected, monkeypatch):
    an_invoice_in_the_books()
    with monkeypatch.context() as crash:
        crash.setattr(checkouts_table, "save", Mock(side_effect=ConnectionError))
        with pytest.raises(ConnectionError):
            get(f"{OLD}/pay", "POST")
    new = path_of(revoke())

    answer = get(f"{new}/pay", "POST")

    assert answer.headers["location"] in {each.url for each in connected.sessions()}


def test_a_seller_revokes_no_links_of_others(neighbour):
    an_invoice_in_the_books()

    assert revoke(key=neighbour).status == 404
    assert revoke(key="fk_nobody").status == 401
    assert revoke("FA-2026-000009").status == 404
    assert get(OLD).status == 200


def test_of_two_who_revoke_at_once_one_is_told_to_read_again(monkeypatch):
    an_invoice_in_the_books()
    monkeypatch.setattr(links_table, "read", Mock(return_value=None))

    assert [revoke().status, revoke().status] == [200, 409]
